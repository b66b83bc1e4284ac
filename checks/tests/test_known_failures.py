"""The list of known failures: read strictly, matched strictly, and it may not rot."""

import datetime
import json

import numpy as np
import pytest

from ropespec.checks.known_failures import Known, excuse, read_known
from ropespec.checks.laws import LawResult, find_law
from ropespec.checks.run import check
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient

TODAY = datetime.date(2026, 6, 1)
CONFIG = RotaryConfig(head_dim=12, layout="half", base=500000.0)
ENTRY = {
    "law": '"value"',
    "reason": '"the table ends at 4096"',
    "url": '"https://example.org/issues/1"',
    "until": "2099-01-01",
}


def write(tmp_path, *entries):
    """A file with entries: texts of TOML values by key."""
    path = tmp_path / "known.toml"
    lines = []
    for entry in entries:
        lines += ["[[known]]", *(f"{key} = {value}" for key, value in entry.items())]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def known(law="value", **fields):
    return Known(law, "a reason", "https://example.org/1", "2099-01-01", **fields)


def result(law="value", status="fail", **fields):
    return LawResult(find_law(law), status, 3, reason="a reason", **fields)


def excused(results, *entries, target="mine", dtypes=("float32", "bfloat16"), today=TODAY):
    return excuse(results, entries, target, dtypes, today)


def test_entries_are_read(tmp_path):
    version = {**ENTRY, "law": '"norm"', "until": '"numpy 99.1"', "dtype": '"bfloat16"'}
    one, other = read_known(write(tmp_path, ENTRY, version))
    assert (one.law, one.until, one.dtype, one.target) == ("value", "2099-01-01", None, None)
    assert (other.law, other.until, other.dtype) == ("norm", "numpy 99.1", "bfloat16")
    assert read_known(write(tmp_path)) == ()


WRONG = {
    "unknown law": ({**ENTRY, "law": '"valu"'}, "did you mean 'value'"),
    "unknown key": ({**ENTRY, "untill": "2099-01-01"}, "did you mean 'until'"),
    "unknown format": ({**ENTRY, "dtype": '"float31"'}, "did you mean 'float32'"),
    "no reason": ({**ENTRY, "reason": '" "'}, "reason: got ' ', expected a text that is not"),
    "number": ({**ENTRY, "reason": "7"}, "reason: got 7, expected a text"),
    "no address": ({**ENTRY, "url": '"issue 1"'}, "expected an address https://"),
    "no end": ({**ENTRY, "until": '"soon"'}, "expected a day, or an installed package"),
    "no version": ({**ENTRY, "until": '"numpy soon"'}, "expected a day, or an installed"),
    "no package": ({**ENTRY, "until": '"no-such-thing 1"'}, "no package 'no-such-thing'"),
    "a time": ({**ENTRY, "until": "2099-01-01T10:00:00"}, "expected a text"),
    "left out": ({key: ENTRY[key] for key in ("law", "reason", "url")}, "entry 1: until: got"),
}


@pytest.mark.parametrize(("entry", "words"), WRONG.values(), ids=WRONG)
def test_wrong_entries_are_one_line(tmp_path, entry, words):
    with pytest.raises(ConfigError) as refused:
        read_known(write(tmp_path, entry))
    assert words in str(refused.value)
    assert "known.toml: entry 1" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_same_failure_twice_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="one entry for each failure; keep one"):
        read_known(write(tmp_path, ENTRY, {**ENTRY, "reason": '"another"'}))
    assert len(read_known(write(tmp_path, ENTRY, {**ENTRY, "dtype": '"float32"'}))) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("known = 3", "expected tables \\[\\[known\\]\\] alone"),
        ("[[knwon]]\n", "expected tables \\[\\[known\\]\\] alone"),
        ("known = [3]", "expected a table"),
        ("[[known]\n", "expected TOML"),
    ],
)
def test_what_is_no_such_file_is_one_line(tmp_path, text, words):
    path = tmp_path / "known.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        read_known(str(path))
    with pytest.raises(ConfigError, match="a readable TOML file; No such file"):
        read_known(str(tmp_path / "gone.toml"))


def test_a_day_and_a_version_end():
    assert not known().expired(TODAY)
    assert Known("norm", "r", "u", "2026-05-31").expired(TODAY)
    assert not Known("norm", "r", "u", "2026-06-01").expired(TODAY)
    assert Known("norm", "r", "u", "numpy 1.0").expired(TODAY)
    assert not Known("norm", "r", "u", "numpy 99.0").expired(TODAY)


def test_a_known_failure_is_excused_and_another_is_not():
    found = excused([result(), result("norm")], known())
    assert list(found.known) == ["value"]
    assert found.stale == {}


def test_what_passes_now_is_an_error():
    found = excused([result(status="pass")], known())
    assert found.known == {}
    assert found.stale == {"value": "known failure 'value': it passes now; remove the entry"}


def test_what_does_not_apply_is_an_error_and_what_was_not_chosen_is_none():
    skipped = [result(status="skip", applicable=False)]
    assert (
        "the law does not apply: a reason; remove" in excused(skipped, known()).stale["value"]
    )
    assert excused([result(status="skip")], known()).stale == {}


def test_what_has_expired_excuses_nothing_and_is_an_error():
    old = Known("value", "r", "u", "2026-05-31")
    found = excused([result()], old)
    assert found.known == {}
    assert found.stale["value"].startswith(
        "known failure 'value': excused until 2026-05-31, which is over; mend the target"
    )
    assert "passes now" in excused([result(status="pass")], old).stale["value"]


def test_an_entry_for_one_format_excuses_that_alone():
    entry = known(dtype="bfloat16")
    alone = [result(failed_dtypes=("bfloat16",))]
    both = [result(failed_dtypes=("bfloat16", "float32"))]
    other = [result(failed_dtypes=("float32",))]
    assert list(excused(alone, entry).known) == ["value"]
    assert excused(both, entry).known == {}
    assert list(excused(both, entry, known(dtype="float32")).known) == ["value"]
    assert excused(other, entry).stale == {
        "value": "known failure 'value' in bfloat16: it passes now; remove the entry"
    }
    assert excused([result(status="pass")], entry, dtypes=("float32",)).stale == {}


def test_an_entry_for_another_target_says_nothing():
    entry = known(target="other")
    assert excused([result()], entry).known == {}
    assert excused([result(status="pass")], entry).stale == {}
    assert list(excused([result()], entry, target="other").known) == ["value"]


def half_wrong(x, positions):
    right = apply_efficient(x, positions, CONFIG).astype(x.dtype)
    return right if x.dtype == np.float64 else right * x.dtype.type(1.01)


def test_a_run_names_the_formats_that_a_law_failed_in(tmp_path):
    laws = {"level": "quick", "laws": ["value"]}
    path = write(tmp_path, {**ENTRY, "dtype": '"float32"'})
    report = check(half_wrong, CONFIG, known_failures=path, **laws)
    assert report.law("value").failed_dtypes == ("float32",)
    assert (report.verdict, report.exit_code) == ("conformant", 0)
    other = write(tmp_path, {**ENTRY, "dtype": '"float64"'})
    report = check(half_wrong, CONFIG, known_failures=other, **laws)
    assert (report.verdict, report.exit_code) == ("nonconformant", 1)
    assert "in float64: it passes now" in report.stale["value"]


TARGET = """
import numpy as np
from ropespec import RotaryConfig
from ropespec.reference.forms import apply_efficient

config = RotaryConfig(head_dim=12)

def apply(x, positions):
    return apply_efficient(x, np.minimum(positions, 4096), config).astype(x.dtype)
"""


def test_the_command_counts_without_what_is_known(tmp_path, monkeypatch, ropespec_command):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(TARGET, encoding="utf-8")
    words = ("check", "mine.py:apply", "--head-dim", "12", "--level", "quick")
    chosen = ("--law", "value", "--law", "norm", "--json", "report.json")
    write(tmp_path, ENTRY)
    code, out, _ = ropespec_command(*words, *chosen, "--known-failures", "known.toml")
    assert code == 0
    assert "conformant, but for 1 known failure" in out
    assert "known     " in out
    values = json.loads((tmp_path / "report.json").read_text())
    assert values["laws"][0]["status"] == "fail"
    assert values["laws"][0]["known"]["reason"] == "the table ends at 4096"
    write(tmp_path, ENTRY, {**ENTRY, "law": '"norm"'})
    code, out, _ = ropespec_command(*words, *chosen, "--known-failures", "known.toml")
    assert code == 1
    assert "known failure 'norm': it passes now; remove the entry" in out

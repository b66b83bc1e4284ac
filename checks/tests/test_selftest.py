"""The selftest passes here, and fails when the corpus or the suite is not what it should be."""

import dataclasses
import io
import json

import pytest
from rich.console import Console

from ropespec.checks import selftest as module
from ropespec.checks.bugs import BUGS
from ropespec.checks.corpus import honest, planted
from ropespec.checks.corpus.planted_deviations import BY_NAME
from ropespec.checks.corpus.sampled import sample
from ropespec.checks.kill_matrix import markdown, print_selftest
from ropespec.checks.selftest import judge, selftest, summary

pytestmark = pytest.mark.slow


def deviates(judged):
    """Whether an entry is a deviation of the pipeline that the diagnosis simulates."""
    return judged.entry.name in BY_NAME


@pytest.fixture(scope="module")
def result():
    return selftest(jobs=2)


def test_every_planted_bug_is_caught_and_every_honest_implementation_passes(result):
    assert result.survivors == ()
    assert result.false_alarms == ()
    assert (result.ok, result.exit_code) == (True, 0)


def test_every_required_law_catches_something(result):
    assert result.idle_laws == ()


def test_a_cause_is_found_for_nearly_every_bug(result):
    assert result.named_rate(1) >= 0.9
    assert result.named_rate(3) >= 0.98


def test_bugs_that_share_no_code_with_the_diagnosis_are_named_as_well(result):
    by_hand = [one for one in result.planted if not deviates(one)]
    assert len(by_hand) >= 40
    assert sum(one.named_within(1) for one in by_hand) >= 0.9 * len(by_hand)
    assert sum(one.named_within(3) for one in by_hand) >= 0.98 * len(by_hand)


def test_honest_implementations_get_a_grade_and_no_diagnosis(result):
    for one in result.honest:
        assert one.said.grade in ("exact", "standard")
        assert one.causes == ()


def test_json_is_plain_and_complete(result):
    values = json.loads(json.dumps(result.as_dict()))
    assert values["ok"] is True
    assert len(values["planted"]) == len(planted())
    assert len(values["honest"]) == len(honest())
    assert all(
        one["killed_by"] for one in values["planted"] if one["verdict"] == "nonconformant"
    )


def test_printed_matrix_names_every_entry_and_the_totals(result):
    out = io.StringIO()
    print_selftest(result, Console(file=out, width=200))
    text = out.getvalue()
    assert all(one.entry.name in text for one in (*result.planted, *result.honest))
    assert summary(result)[0] in text
    assert summary(result)[0].startswith(f"{len(planted())} of {len(planted())} planted bugs")


def test_one_survivor_fails_it(monkeypatch):
    harmless = dataclasses.replace(honest(("numpy",))[0], bug="wrong-base", name="harmless")
    monkeypatch.setattr(module, "honest", lambda **_: honest(("numpy",))[:1])
    monkeypatch.setattr(module, "planted", lambda **_: (planted(("numpy",))[0], harmless))
    found = selftest()
    assert (found.survivors, found.ok, found.exit_code) == (("harmless",), False, 1)
    assert summary(found)[-1] == "survived: harmless"


def test_one_false_alarm_fails_it(monkeypatch):
    rejected = dataclasses.replace(planted(("numpy",))[0], bug=None, name="rejected")
    monkeypatch.setattr(module, "honest", lambda **_: (honest(("numpy",))[0], rejected))
    monkeypatch.setattr(module, "planted", lambda **_: planted(("numpy",))[:1])
    found = selftest()
    assert (found.false_alarms, found.ok, found.exit_code) == (("rejected",), False, 1)
    assert summary(found)[-1] == "false alarms: rejected"


def test_an_empty_corpus_proves_nothing(monkeypatch):
    monkeypatch.setattr(module, "honest", lambda **_: ())
    monkeypatch.setattr(module, "planted", lambda **_: ())
    assert not selftest().ok


def test_progress_is_told_before_each_entry(monkeypatch):
    monkeypatch.setattr(module, "honest", lambda **_: honest(("numpy",))[:2])
    monkeypatch.setattr(module, "planted", lambda **_: planted(("numpy",))[:1])
    steps = []
    selftest(progress=lambda *step: steps.append(step))
    assert [step[:2] for step in steps] == [(0, 3), (1, 3), (2, 3)]


def test_the_matrix_in_markdown_has_a_row_for_each_entry_and_a_number_for_each_killer():
    entries = (honest(("numpy",))[0], planted(("numpy",))[0])
    found = module.Selftest((judge(entries[0]),), (judge(entries[1]),), 0.0)
    text = markdown(found.as_dict())
    assert all(f"| `{entry.name}` |" in text for entry in entries)
    killers = found.planted[0].killers
    assert all(f"`{law}`" in text for law in killers)
    row = next(line for line in text.splitlines() if f"`{entries[1].name}`" in line)
    assert row.split("|")[3].count(",") == len(killers) - 1


@pytest.mark.slow
def test_bugs_that_nobody_listed_are_caught_and_named():
    found = selftest(drawn=24, seed=20, jobs=2)
    assert found.survivors == ()
    assert found.named_rate(3) >= 0.91  # two of 24 may be missed: the rate is measured on more
    assert found.honest == ()
    assert found.ok


def test_what_is_drawn_is_decided_by_the_seed():
    first, again, other = sample(12, 5), sample(12, 5), sample(12, 6)
    assert [one.name for one in first] == [one.name for one in again]
    assert [one.name for one in first] != [one.name for one in other]
    assert {one.bug for one in (*first, *other)} <= set(BUGS)
    assert all(one.bug is not None for one in first)


def test_a_confusion_is_counted_and_told_for_drawn_bugs():
    entry = dataclasses.replace(planted(("numpy",))[0], bug="hangs", also=())
    found = module.Selftest((), (judge(entry), judge(entry)), 0.0, drawn=True)
    assert found.confused == (("hangs", found.planted[0].causes[0], 2),)
    assert summary(found)[-1].startswith("named wrongly: hangs called")


def returns_none(_q, _k, _positions):
    return None


def test_a_target_that_cannot_be_called_is_no_catch():
    broken = dataclasses.replace(planted(("numpy",))[0], make=lambda _config: returns_none)
    assert not judge(broken).as_deserved

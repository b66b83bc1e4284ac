"""What a command leaves behind when it is interrupted, cannot write, or was told where to."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ropespec.checks.examine import Plan
from ropespec.checks.report.junit import junit
from ropespec.checks.report.markdown import markdown
from ropespec.checks.report.sarif import sarif
from ropespec.checks.run import check
from ropespec.reference import RotaryConfig
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=8)
TARGET = """
from ropespec import RotaryConfig
from ropespec.reference.forms import apply_efficient

config = RotaryConfig(head_dim=8)

def apply(x, positions):
    return apply_efficient(x, positions, config).astype(x.dtype)

def make():
    return lambda x, positions: apply(x, positions + 1)
"""
WORDS = ("check", "mine.py:apply", "--head-dim", "8", "--level", "quick", "--law", "norm")


@pytest.fixture
def here(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(TARGET, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def usual(x, positions):
    return apply_efficient(x, positions, CONFIG).astype(x.dtype)


def double(x, positions):  # noqa: ARG001 - a target takes what the signature says
    return 2 * x


@pytest.fixture
def interrupting(monkeypatch):
    """The user presses Ctrl-C while the third law runs."""
    run, done = Plan.run, []

    def until_the_third(plan, law, target, before=()):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(law.id)
        return run(plan, law, target, before)

    monkeypatch.setattr(Plan, "run", until_the_third)
    return done


def test_an_interrupted_run_keeps_what_it_measured(interrupting):
    report = check(
        usual, CONFIG, level="quick", dtypes=["float32"], laws=["value", "norm", "memory"]
    )
    assert [result.id for result in report.executed] == interrupting == ["value", "norm"]
    assert report.law("memory").reason == "the run was interrupted before it"
    assert report.law("linearity").reason == "not chosen with --law"
    assert (report.verdict, report.exit_code, report.grade) == ("error", 130, None)
    assert report.identified.base == 10000.0


def test_an_interrupted_command_writes_its_reports(interrupting, here, ropespec_command):
    more = ("--law", "value", "--law", "memory", "--json", "a.json", "--junit", "a.xml")
    code, out, _ = ropespec_command(*WORDS, *more)
    assert code == 130
    assert "error: interrupted; run it again for a verdict" in out
    assert "skipped: memory: the run was interrupted before it" in out
    values = json.loads((here / "a.json").read_text())
    assert values["interrupted"]
    assert values["executed"] == interrupting
    assert "interrupted" in (here / "a.xml").read_text()


SLOWLY = """
import pathlib, time
from mine import apply

calls = 0

def slow(x, positions):
    global calls
    calls += 1
    if calls == 3:
        pathlib.Path("third").touch()
    time.sleep(0.2)
    return apply(x, positions + 1)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="there are no such signals here")
def test_a_service_that_ends_the_run_gets_its_reports(here):
    (here / "slowly.py").write_text(SLOWLY, encoding="utf-8")
    words = ("check", "slowly.py:slow", "--head-dim", "8", "--level", "thorough")
    running = subprocess.Popen(  # noqa: S603 - this very Python
        [sys.executable, "-m", "ropespec", *words, "--json", "a.json", "--html", "a.html"],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (here / "third").exists() and running.poll() is None:
        time.sleep(0.05)
    for _ in range(2):
        running.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    out, err = running.communicate(timeout=60)
    values = json.loads((here / "a.json").read_text(encoding="utf-8"))
    assert (running.returncode, err) == (130, "")
    assert "interrupted" in out
    assert values["interrupted"]
    assert (here / "a.html").exists()


def test_an_interrupted_law_keeps_its_calls_and_has_not_passed(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("ropespec.checks.laws.searching.search", interrupted)
    report = check(usual, CONFIG, level="quick", laws=["norm"], dtypes=["float32"])
    (result,) = report.executed
    assert (result.id, result.status, result.executed) == ("norm", "skip", 2)
    assert result.reason.endswith("in the middle of it after 2 calls without a failure")
    report = check(double, CONFIG, level="quick", laws=["norm"], dtypes=["float32"])
    assert report.law("norm").status == "fail"
    assert report.law("norm").failure.id.startswith("norm-")
    assert (report.verdict, report.exit_code) == ("error", 130)


def test_a_path_that_cannot_be_written_costs_no_run(here, ropespec_command, monkeypatch):
    monkeypatch.setattr("ropespec.checks.run.check", lambda *_, **__: pytest.fail("it ran"))
    code, out, err = ropespec_command(*WORDS, "--sarif", "no/such/folder.sarif")
    assert (code, out) == (2, "")
    assert err == (
        "ropespec: --sarif: got 'no/such/folder.sarif', expected a file that can be written, "
        "or -; there is no folder 'no/such'; make it\n"
    )
    assert [path.name for path in here.iterdir()] == ["mine.py"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full device here")
@pytest.mark.usefixtures("here")
def test_a_report_that_is_not_written_fails_the_command_and_no_other_report(ropespec_command):
    code, out, err = ropespec_command(*WORDS, "--json", "/dev/full", "--html", "a.html")
    assert code == 2
    assert "conformant" in out
    assert "--json: '/dev/full' was not written: No space left on device; give another" in err
    assert "conformant" in Path("a.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("form", "words"),
    [("--badge", '"label": "RoPE"'), ("--junit", "<testsuites"), ("--markdown", "## RoPE")],
)
def test_a_report_on_stdout_is_all_there_is(form, words, ropespec_command):
    code, out, err = ropespec_command(*WORDS, form, "-")
    assert (code, err) == (0, "")
    assert words in out
    assert "executed: 1 of" not in out or form == "--markdown"


def test_positions_beyond_their_bound_are_in_every_form():
    def late(x, positions):
        return usual(x, positions + (positions == 300))

    chosen = {"level": "quick", "dtypes": ["float32"], "laws": ["norm"]}
    report = check(late, CONFIG, exhaustive=400, **chosen)
    assert (report.verdict, report.exit_code) == ("nonconformant", 1)
    words = (
        "float32, every position: 400 positions from 0 on, 1 beyond the bound, the first is 300"
    )
    assert words in markdown(report)
    assert words in junit(report)
    (result,) = sarif(report)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("every-position", "error")
    whole = check(usual, CONFIG, exhaustive=400, **chosen)
    assert sarif(whole)["runs"][0]["results"] == []


@pytest.mark.usefixtures("here")
def test_lines_for_what_a_factory_made_make_it_again():
    report = check("mine.py:make", CONFIG, factory=True, level="quick", laws=["value"])
    assert "load('mine.py:make', factory=True)" in report.reproductions["value"]

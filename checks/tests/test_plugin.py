"""The pytest plug-in: one test for each law, in this process and in several."""

import os
import subprocess
import sys

import pytest

from ropespec.checks.laws import LAWS
from ropespec.checks.plugin import items as _items  # noqa: F401 - see `loaded`
from ropespec.checks.plugin.held import read_held

pytestmark = pytest.mark.slow

SOURCE = """
import numpy as np
from ropespec import RotaryConfig
from ropespec.reference.forms import apply_efficient

config = RotaryConfig(head_dim=16, layout="half", base=500000.0)
order = np.arange(16).reshape(2, 8).T.ravel()

def apply(x, positions):
    return apply_efficient(x, positions, config).astype(x.dtype)

def late(x, positions):
    return apply(x, np.minimum(positions, 4096))

def permuted(x, positions):
    return apply(x, positions)[..., order]

def talks(x, positions):
    print("turning")
    return apply(x, positions)

def nothing(x, positions):
    return None
"""
ARGS = "--layout half --head-dim 16 --base 500000 --level quick --dtype float32"
SETTINGS = """
[pytest]
addopts = --strict-markers -p no:cacheprovider -p no:hypothesispytest
"""
KNOWN = """
[[known]]
law = "value"
reason = "the table ends"
url = "https://example.org/issues/1"
until = 2099-01-01
"""


@pytest.fixture(scope="module", autouse=True)
def loaded(tmp_path_factory):
    """Everything that a run imports: pytester forgets what a run imported, NumPy may not."""
    path = tmp_path_factory.mktemp("loaded") / "mine.py"
    path.write_text(SOURCE, encoding="utf-8")
    read_held(f"{path}:late", f"{ARGS} --law value", None)._run()


@pytest.fixture
def mine(pytester):
    """A folder with a target, whose pytest knows nothing of this one's settings."""
    pytester.path.joinpath("mine.py").write_text(SOURCE, encoding="utf-8")
    pytester.makeini(SETTINGS)
    return pytester


def run(mine, target, *more, args=ARGS):
    words = ("--ropespec", target, "--ropespec-args", args, *more)
    return mine.runpytest_inprocess(*words)


def output(result):
    return " ".join(result.stdout.str().split())


def test_each_law_is_a_test(mine):
    result = run(mine, "mine.py:apply", "-v", "-k", "value or norm or pass-through")
    result.assert_outcomes(passed=2, skipped=1)
    text = output(result)
    assert f"collected {len(LAWS)} items / {len(LAWS) - 3} deselected / 3 selected" in text
    assert "mine.py:apply::value PASSED" in text
    assert "mine.py:apply::pass-through SKIPPED (every channel turns" in text


def test_a_failure_is_the_reports_section_without_a_traceback(mine):
    result = run(mine, "mine.py:late", "-k", "value or norm or inverse")
    result.assert_outcomes(passed=2, failed=1, skipped=1)
    text = output(result)
    for words in (
        "mine.py:late::value",
        "value: The output is R_p x",
        "expected (",
        "likely table-clamps",
        "mend it Make the table as long",
        "theorem B4: ropespec explain B4",
        "replay ropespec replay value-",
        "to see it again: import numpy as np",
        f"executed: 3 of {len(LAWS)} laws on",
    ):
        assert words in text, words
    assert "Traceback" not in text
    assert "held.py" not in text
    assert any(mine.path.glob(".ropespec/failures/value-*.json"))


def test_a_law_for_information_is_expected_to_fail(mine):
    result = run(mine, "mine.py:talks", "-k", "quiet or norm")
    result.assert_outcomes(passed=1, xfailed=1)


def test_what_cannot_be_called_fails_with_one_line(mine):
    result = run(mine, "mine.py:nothing", "-k", "value")
    result.assert_outcomes(failed=1)
    assert "and it returned None, expected a NumPy array" in output(result)


def test_nothing_run_is_no_success(mine):
    result = run(mine, "mine.py:apply", "-k", "pass-through")
    result.assert_outcomes(failed=1)
    assert "error: nothing was run" in output(result)


def test_a_permuted_output_fails_unless_it_is_allowed(mine):
    chosen = ("-k", "value")
    result = run(mine, "mine.py:permuted", *chosen)
    result.assert_outcomes(failed=1)
    assert "accept that with --allow-basis-change" in output(result)
    allowed = run(mine, "mine.py:permuted", *chosen, args=f"{ARGS} --allow-basis-change")
    allowed.assert_outcomes(passed=1)


def test_laws_chosen_by_an_option_are_the_only_tests(mine):
    result = run(mine, "mine.py:apply", args=f"{ARGS} --law value --law norm")
    result.assert_outcomes(passed=2)


def test_known_failures_are_expected_strictly(mine):
    mine.path.joinpath("known.toml").write_text(KNOWN, encoding="utf-8")
    mine.makeini(f"{SETTINGS}ropespec_known_failures = known.toml\n")
    chosen = ("-k", "value or norm", "-rx")
    result = run(mine, "mine.py:late", *chosen)
    result.assert_outcomes(passed=1, xfailed=1)
    assert "known failure: the table ends (https://example.org/issues/1)" in output(result)
    mended = run(mine, "mine.py:apply", *chosen)
    mended.assert_outcomes(passed=1, failed=1)
    assert "known failure 'value': it passes now; remove the entry" in output(mended)


WRONG = {
    "no such option": ("--lay half", "No such option: --lay"),
    "no such law": ("--law valu", "did you mean 'value'?"),
    "open quote": ("--layout 'half", "No closing quotation"),
    "no such list": ("--known-failures gone.toml", "a readable TOML file"),
    "a second target": ("other.py:f", "unexpected extra argument"),
}


@pytest.mark.parametrize(("args", "words"), WRONG.values(), ids=WRONG)
def test_wrong_options_end_the_run_in_one_line(mine, args, words):
    result = run(mine, "mine.py:apply", args=args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    lines = result.stderr.str().strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("ERROR: --ropespec: ")
    assert words in lines[0]


DECORATED = """
import ropespec.checks

CONFIG = {"head_dim": 16, "layout": "half", "base": 500000.0}

@ropespec.checks.parametrize(
    "mine.py:apply", CONFIG, level="quick", dtypes=["float32"],
    laws=["value", "norm", "pass-through"],
)
def test_right(law, tmp_path):
    assert law.status == "pass" and law.executed > 0 and tmp_path.is_dir()

@ropespec.checks.parametrize("mine.py:late", CONFIG, level="quick", laws=["value", "norm"])
def test_wrong(law):
    assert law.id == "norm"

class TestMethods:
    @ropespec.checks.parametrize("mine.py:apply", CONFIG, level="quick", laws=["norm"])
    def test_it(self, law):
        assert law.id == "norm"
"""


def test_a_test_of_ones_own_becomes_one_for_each_law(mine):
    mine.makepyfile(test_mine=DECORATED)
    result = mine.runpytest_inprocess("-v", "-m", "ropespec")
    result.assert_outcomes(passed=4, failed=1, skipped=1)
    text = output(result)
    assert "test_mine.py::test_right[value] PASSED" in text
    assert "test_mine.py::test_wrong[value] FAILED" in text
    assert "likely table-clamps" in text
    assert "Traceback" not in text


def test_a_test_without_the_parameter_is_refused_with_advice(mine):
    mine.makepyfile(
        test_mine="""
        import ropespec.checks

        @ropespec.checks.parametrize("mine.py:apply")
        def test_right():
            pass
        """
    )
    result = mine.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    assert "a parameter named law; add it: def test_rope(law)" in output(result)


@pytest.mark.slow
def test_several_processes_share_the_laws(mine):
    mine.makepyfile(test_mine=DECORATED)
    words = ("--ropespec", "mine.py:late", "--ropespec-args", ARGS, "-n", "2", "-k")
    result = mine.runpytest_subprocess(*words, "value or norm")
    result.assert_outcomes(passed=5, failed=2)
    assert "likely table-clamps" in output(result)


def test_unused_it_loads_nothing(tmp_path):
    lines = """
        import sys, pytest
        code = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider"])
        assert "ropespec.checks.plugin" in sys.modules
        heavy = {"numpy", "torch", "sympy", "typer", "rich", "hypothesis"} & sys.modules.keys()
        print("heavy:", sorted(heavy))
    """
    code = "\n".join(line.strip() for line in lines.strip().splitlines())
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTEST_PLUGINS": "ropespec.checks.plugin",
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        },
    )
    assert "heavy: []" in done.stdout, done.stdout + done.stderr

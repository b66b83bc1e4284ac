"""Reports hold what programs rely on, and read well in a pipe."""

import io
import json
import math
import subprocess
import sys

import numpy as np
import pytest
from rich.console import Console

from ropespec.checks.laws import LAWS
from ropespec.checks.report import write_json
from ropespec.checks.report.convention import declared, differences
from ropespec.checks.report.reproduce import config_source
from ropespec.checks.report.terminal import show, show_identification
from ropespec.checks.run import check, identify
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=16, layout="half", base=500000.0)
SOURCE = """
import numpy as np
from ropespec import RotaryConfig
from ropespec.reference.forms import apply_efficient

config = RotaryConfig(head_dim=16, layout="half", base=500000.0)

def apply(x, positions):
    return apply_efficient(x, positions, config).astype(x.dtype)

def first_row(x, positions):
    return apply(x, positions[:1])

def both(q, k, positions):
    return apply(q, positions), k
"""

KEYS = {
    *("spec_version", "verdict", "grade", "identified", "laws", "diagnosis", "counts"),
    *("seed", "environment", "executed", "skipped", "not_applicable"),
}
IDENTIFIED = {
    *("layout", "sign", "base", "rotary_dim", "rotary_end", "position_offset"),
    *("attention_factor", "scaling", "phase_bits", "max_position"),
}
LAW = {"id", "status", "level", "executed", "worst", "theorem", "reason"}
WORST = {"error", "budget", "margin", "position", "pair", "dtype"}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The folder of a target that can be named."""
    (tmp_path / "reported.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return "reported.py"


def usual(x, positions):
    return apply_efficient(x, positions, CONFIG).astype(x.dtype)


@pytest.fixture(scope="module")
def wrong_base():
    """A report of a function with another base than declared."""
    return check(usual, CONFIG.replace(base=10000.0), level="quick")


def text(report):
    out = io.StringIO()
    show(report, Console(file=out, width=80, highlight=False))
    return out.getvalue()


def flat(written):
    return " ".join(written.split())


def test_json_has_the_keys_that_programs_rely_on(wrong_base):
    values = wrong_base.as_dict()
    assert values.keys() >= KEYS
    assert values["identified"].keys() >= IDENTIFIED
    assert all(law.keys() >= LAW for law in values["laws"])
    value = values["laws"][0]
    assert value["worst"].keys() >= WORST
    assert (value["id"], value["status"]) == ("value", "fail")
    assert value["worst"]["error"] > value["worst"]["budget"] > 0
    assert value["worst"]["margin"] == pytest.approx(
        1 - value["worst"]["error"] / value["worst"]["budget"]
    )
    assert {"bug", "confidence", "evidence"} <= values["diagnosis"][0].keys()
    assert values["counts"]["laws"] == len(values["laws"])
    assert len(values["executed"]) + len(values["skipped"]) + len(
        values["not_applicable"]
    ) == len(values["laws"])


def test_json_is_strict_even_with_nan(tmp_path):
    def refuse(name):
        raise AssertionError(name)

    report = check(
        lambda x, _: x * np.float32(np.nan), CONFIG, dtypes=["float32"], laws=["value"]
    )
    path = tmp_path / "report.json"
    write_json(report.as_dict(), str(path))
    values = json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)
    assert values["verdict"] == "nonconformant"
    assert values["laws"][0]["worst"]["error"] == "NaN"
    assert values["diagnosis"][0]["bug"] == "nan-output"


def test_json_goes_to_stdout_for_a_dash(capsys):
    write_json({"a": (1, math.inf, -math.inf)}, "-")
    assert json.loads(capsys.readouterr().out) == {"a": [1, "Infinity", "-Infinity"]}


def test_json_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(ConfigError, match="expected a file that can be written, or -"):
        write_json({}, str(tmp_path / "no" / "folder.json"))


def test_a_piped_report_has_no_colours_and_fits_eighty_columns(wrong_base):
    written = text(wrong_base)
    assert "\x1b" not in written
    code = [line for line in written.splitlines() if line.startswith("    ")]
    assert all(len(line) <= 80 for line in written.splitlines() if line not in code)


def test_a_report_names_the_convention_before_it_judges(wrong_base):
    written = text(wrong_base)
    assert written.index("Identified  layout half") < written.index("Declared")
    assert written.index("Declared") < written.index("value ")
    assert "base: found 500000.0, declared 10000.0" in flat(written)


def test_a_failure_is_told_from_the_law_to_the_lines_that_show_it(wrong_base):
    written = flat(text(wrong_base))
    for words in (
        "value: The output is R_p x",
        "times the budget",
        "given (",
        "expected (",
        "got (",
        "likely wrong-base",
        "theorem B4: ropespec explain B4",
        "to see it again:",
        "Likely cause wrong-base",
        "mend it: Hand the configuration's rope_theta",
        "nonconformant",
        "not applicable: pass-through: every channel turns",
    ):
        assert words in written, words


def test_a_report_of_success_ends_with_verdict_grade_and_counts():
    report = check(usual, CONFIG, level="quick")
    written = flat(text(report))
    assert "conformant, grade standard (float32 exact, float64 standard)" in written
    assert f"executed: {len(report.executed)} of {len(LAWS)} laws on" in written
    assert "Compared the same" in written


def test_a_basis_change_is_printed():
    order = np.arange(16).reshape(2, 8).T.ravel()
    report = check(lambda x, p: usual(x, p)[..., order], CONFIG, level="quick", laws=["value"])
    written = flat(text(report))
    assert "conformant-up-to-basis" in written
    assert "order of the output channels: [0, 2, 4" in written
    assert "--allow-basis-change" in written


def test_nothing_run_is_said():
    assert "error: nothing was run" in text(check(usual, CONFIG, laws=["pass-through"]))


def run_lines(lines, capsys):
    capsys.readouterr()
    exec(compile(lines, "reproduction", "exec"), {})  # noqa: S102 - it is there to be pasted
    return capsys.readouterr().out


def test_a_wrong_value_is_shown_by_one_token(module, capsys):
    wrong = CONFIG.replace(base=10000.0)
    report = check(f"{module}:apply", wrong, laws=["value"], level="quick")
    expected, got = run_lines(report.reproductions["value"], capsys).splitlines()
    worst = report.law("value").worst
    assert f"{worst.expected[0]:.6f}" in expected.replace(" ", "") or "e" in expected
    assert expected.removeprefix("expected") != got.removeprefix("got     ")


def test_a_wrong_key_is_shown_as_a_key(module, capsys):
    report = check(f"{module}:both", CONFIG, signature="qk", laws=["value"])
    lines = report.reproductions["value"]
    assert '"key")' in lines
    expected, got = run_lines(lines, capsys).splitlines()
    assert expected.removeprefix("expected") != got.removeprefix("got     ")


def test_what_one_token_does_not_show_is_shown_by_the_law_itself(module, capsys):
    report = check(f"{module}:first_row", CONFIG, laws=["per-row-positions"], seed=3)
    lines = report.reproductions["per-row-positions"]
    assert "seed=3" in lines
    assert run_lines(lines, capsys).strip() == report.law("per-row-positions").reason


def test_a_configuration_is_written_without_its_defaults():
    assert config_source(RotaryConfig(head_dim=8)) == "RotaryConfig(head_dim=8)"
    config = RotaryConfig(
        head_dim=8, rotary_dim=4, sign=-1, scaling={"rope_type": "linear", "factor": 2.0}
    )
    assert eval(config_source(config), {"RotaryConfig": RotaryConfig}) == config  # noqa: S307


def test_conventions_are_compared_field_by_field():
    found = identify(usual, CONFIG)
    assert differences(found, CONFIG) == []
    other = CONFIG.replace(sign=-1, scaling={"rope_type": "linear", "factor": 2.0})
    assert [line.split(":")[0] for line in differences(found, other)] == ["sign", "scaling"]
    assert "linear scaling (factor 2)" in declared(other)


def test_an_identification_says_what_it_means():
    out = io.StringIO()
    found = identify(usual, CONFIG)
    show_identification("mine", found, Console(file=out, width=80, highlight=False))
    written = flat(out.getvalue())
    assert "mine: layout half (as in GPT-NeoX and Hugging Face's Llama), counter" in written
    assert "counter-clockwise (sign 1), base 500000" in written
    assert "Pairs (i, i + rotary_dim/2)" in written


FRESH = """
import numpy as np
from ropespec import RotaryConfig
from ropespec.reference.forms import apply_efficient

config = RotaryConfig(head_dim=12, layout="half")

def turned(x, positions):
    return apply_efficient(x, np.minimum(positions, 4096), config).astype(x.dtype)

def x(x, positions):
    return turned(x, positions)

def qk(q, k, positions):
    return turned(q, np.zeros_like(positions) + positions), apply_efficient(
        k, positions + 1, config
    ).astype(k.dtype)
"""
FRESH_TORCH = """
import torch
import mine

def turned(x, positions):
    return torch.from_numpy(mine.turned(x.detach().numpy(), positions.numpy()))

def x(x, positions):
    return turned(x, positions)

def qk(q, k, positions):
    return turned(q, positions), turned(k, positions + 1)
"""
FOREIGN = {
    "numpy": ("mine.py", ["float64", "float32"]),
    "torch": ("mine_torch.py", ["float32"]),
}


@pytest.mark.parametrize("signature", ["x", "qk"])
@pytest.mark.parametrize("framework", ["numpy", pytest.param("torch", marks=pytest.mark.slow)])
def test_pasted_lines_show_the_failure_in_a_fresh_interpreter(
    framework, signature, tmp_path, monkeypatch
):
    if framework == "torch":
        pytest.importorskip("torch")
    (tmp_path / "mine.py").write_text(FRESH, encoding="utf-8")
    (tmp_path / "mine_torch.py").write_text(FRESH_TORCH, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    name, dtypes = FOREIGN[framework]
    report = check(
        f"{name}:{signature}",
        RotaryConfig(head_dim=12, layout="half"),
        framework=framework,
        signature=signature,
        dtypes=dtypes,
        gradient=False,
        level="quick",
        laws=["value", "relative-position", "norm"],
    )
    worst = report.law("value").worst
    (tmp_path / "alone.py").write_text(report.reproductions["value"], encoding="utf-8")
    (tmp_path / "law.py").write_text(
        report.reproductions["relative-position"], encoding="utf-8"
    )
    expected, got = fresh("alone.py").splitlines()
    assert read(expected.removeprefix("expected")) == pytest.approx(worst.expected, abs=1e-6)
    assert read(got.removeprefix("got")) == pytest.approx(worst.got, abs=1e-6)
    assert fresh("law.py").strip() == report.law("relative-position").reason


def fresh(name):
    """What a file prints in an interpreter of its own."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, name], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def read(printed):
    """The numbers of a printed array."""
    return [float(number) for number in printed.strip(" []").split()]


def test_what_was_given_itself_is_imported_by_the_lines_or_asked_for():
    wrong = {"config": CONFIG.replace(base=10000.0), "laws": ["value"], "level": "quick"}
    lines = check(usual, **wrong).reproductions["value"]
    assert f"from {__name__} import usual" in lines

    def local(x, positions):
        return usual(x, positions)

    lines = check(local, **wrong).reproductions["value"]
    assert "# local is what you gave to check(); it must be defined here" in lines
    assert "load(local" in lines


def test_a_configuration_of_several_axes_can_be_pasted():
    config = RotaryConfig(head_dim=12, axes=(4, 2))
    assert eval(config_source(config), {"RotaryConfig": RotaryConfig}) == config  # noqa: S307

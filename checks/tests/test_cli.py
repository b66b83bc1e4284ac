"""What a user types, what is printed, and with which code it ends."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import ropespec
from ropespec.checks.cli import main
from ropespec.checks.cli.shared import switches

SOURCE = """
import numpy as np
from ropespec import RotaryConfig
from ropespec.reference.forms import apply_efficient

config = RotaryConfig(head_dim=16, layout="half", base=500000.0)

def apply(x, positions):
    return apply_efficient(x, positions, config).astype(x.dtype)

def loud(x, positions):
    print("hello from the target")
    return apply(x, positions)

def permuted(x, positions):
    return apply(x, positions)[..., np.arange(16).reshape(2, 8).T.ravel()]

def nothing(x, positions):
    pass

def short(x, positions):
    return x[..., :4]

def raising(x, positions):
    raise RuntimeError("two\\nlines")

def one_argument(x):
    return x
"""
RIGHT = ("--head-dim", "16", "--layout", "half", "--base", "500000")
LLAMA = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_attention_heads": 4,
    "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0},
    "max_position_embeddings": 128,
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with a target and a configuration, which is the current one."""
    (tmp_path / "mine.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(switches, "traceback", False)
    return tmp_path


def test_an_honest_target_ends_with_zero(ropespec_command):
    code, out, err = ropespec_command("check", "mine.py:apply", *RIGHT)
    assert (code, err) == (0, "")
    assert "conformant, grade standard" in out


def test_a_wrong_constant_ends_with_one(ropespec_command):
    code, out, _ = ropespec_command("check", "mine.py:apply", *RIGHT, "--sign", "-1")
    assert code == 1
    assert "sign-flipped" in out


def test_nothing_run_ends_with_five(ropespec_command):
    code, out, _ = ropespec_command("check", "mine.py:apply", *RIGHT, "--law", "pass-through")
    assert code == 5
    assert "nothing was run" in out


def test_a_basis_change_has_to_be_allowed(ropespec_command):
    assert ropespec_command("check", "mine.py:permuted", *RIGHT)[0] == 1
    code, out, _ = ropespec_command("check", "mine.py:permuted", *RIGHT, "--allow-basis-change")
    assert code == 0
    assert "conformant-up-to-basis" in out


def test_options_reach_the_check(ropespec_command):
    code, out, _ = ropespec_command(
        *("check", "mine.py:apply", *RIGHT, "--dtype", "float16", "--dtype", "float32"),
        *("--max-position", "300", "--level", "quick", "--seed", "7"),
        *("--law", "value", "--law", "norm", "--json", "-"),
    )
    values = json.loads(out)
    assert code == 0
    assert values["claims"]["dtypes"] == ["float32", "float16"]
    assert values["claims"]["max_position"] == 300
    assert (values["level"], values["seed"]) == ("quick", 7)
    assert values["executed"] == ["value", "norm"]
    assert values["config"]["base"] == 500000.0


def test_json_on_stdout_is_all_there_is_even_if_the_target_prints(ropespec_command):
    code, out, _ = ropespec_command("check", "mine.py:loud", *RIGHT, "--json", "-")
    assert code == 0
    assert json.loads(out)["verdict"] == "conformant"
    assert "first 'hello from the target'" in json.loads(out)["noticed"][0]


def test_json_in_a_file_leaves_the_report_on_the_terminal(ropespec_command, here):
    _, out, _ = ropespec_command("check", "mine.py:apply", *RIGHT, "--json", "report.json")
    assert "conformant" in out
    assert json.loads((here / "report.json").read_text())["verdict"] == "conformant"


def test_the_report_is_written_for_a_target_that_cannot_be_judged(ropespec_command, here):
    code, out, err = ropespec_command("check", "mine.py:nothing", "--json", "report.json")
    values = json.loads((here / "report.json").read_text())
    assert (code, out) == (2, "")
    assert values["verdict"] == "error"
    assert values["error"] in err


def test_a_file_says_what_is_computed_and_options_overrule_it(ropespec_command):
    code, out, _ = ropespec_command(
        "check", "mine.py:apply", "--config", "config.json", "--json", "-"
    )
    values = json.loads(out)
    assert code == 0
    assert (values["config"]["layout"], values["config"]["base"]) == ("half", 500000.0)
    assert values["claims"]["max_position"] == 127
    overruled = ropespec_command(
        "check", "mine.py:apply", "--config", "config.json", "--base", "100"
    )
    assert overruled[0] == 1


def test_a_file_of_ropespecs_own_will_do(ropespec_command, here):
    config = ropespec.RotaryConfig(head_dim=16, layout="half", base=500000.0)
    config.to_json(here / "own.json")
    assert ropespec_command("check", "mine.py:apply", "--config", "own.json")[0] == 0


def test_scaling_is_read_from_json(ropespec_command):
    scaling = '{"rope_type": "linear", "factor": 8}'
    code, out, _ = ropespec_command("check", "mine.py:apply", *RIGHT, "--scaling", scaling)
    assert code == 1
    assert "scaling-ignored" in out


BAD = {
    "no such file": (["no.py:apply"], "there is no file 'no.py'"),
    "no such attribute": (["mine.py:aply"], "did you mean 'apply'?"),
    "returns None": (["mine.py:nothing"], "returned None, expected a NumPy array"),
    "wrong shape": (["mine.py:short"], "in shape (2, 3, 5, 4), expected (2, 3, 5, 64)"),
    "raises": (["mine.py:raising"], "raised RuntimeError: two lines"),
    "wrong arguments": (["mine.py:one_argument"], "takes (x), expected (x, positions)"),
    "odd width": (
        ["mine.py:apply", "--rotary-dim", "7"],
        "rotary_dim: got 7, expected an even",
    ),
    "width above": (["mine.py:apply", "--rotary-dim", "128"], "to head_dim = 64"),
    "base": (["mine.py:apply", "--base", "-5"], "base: got -5.0, expected"),
    "negative head": (["mine.py:apply", "--head-dim", "-4"], "head_dim: got -4, expected"),
    "zero head": (["mine.py:apply", "--head-dim", "0"], "head_dim: got 0, expected"),
    "no JSON": (["mine.py:apply", "--scaling", "{factor"], "expected JSON (Expecting"),
    "no JSON object": (["mine.py:apply", "--scaling", "[8]"], "expected a JSON object"),
    "no JSON file": (["mine.py:apply", "--config", "mine.py"], "expected JSON"),
    "no file": (["mine.py:apply", "--config", "no.json"], "No such file"),
    "layout": (["mine.py:apply", "--layout", "hlaf"], "did you mean 'half'?"),
    "dtype": (["mine.py:apply", "--dtype", "float31"], "did you mean 'float32'?"),
    "framework": (
        ["mine.py:apply", "--framework", "jacks"],
        "framework: got 'jacks', expected one of",
    ),
    "law": (["mine.py:apply", "--law", "valu"], "did you mean 'value'?"),
    "level": (["mine.py:apply", "--level", "qick"], "did you mean 'quick'?"),
    "option": (["mine.py:apply", "--lyout", "half"], "No such option: --lyout"),
    "no number": (["mine.py:apply", "--head-dim", "many"], "Invalid value for '--head-dim'"),
    "no target": ([], "expected a TARGET or --exec COMMAND"),
    "no place for JSON": (["mine.py:apply", *RIGHT, "--json", "no/x.json"], "can be written"),
}


@pytest.mark.parametrize(("arguments", "words"), BAD.values(), ids=BAD)
def test_bad_input_is_one_line_and_code_two(ropespec_command, arguments, words):
    code, out, err = ropespec_command("check", *arguments)
    assert code == 2
    assert words in err
    assert err.count("\n") == 1
    assert "Traceback" not in out + err


@pytest.mark.parametrize("command", ["check", "identify"])
def test_a_traceback_is_shown_when_it_is_asked_for(command):
    with pytest.raises(Exception, match="raised RuntimeError") as caught:
        main([command, "mine.py:raising", "--traceback"])
    (where,) = caught.value.__cause__.__notes__
    assert "RuntimeError" in where
    assert 'mine.py", line' in where


def test_an_unknown_command_is_answered_with_the_nearest(ropespec_command):
    code, _, err = ropespec_command("chek", "mine.py:apply")
    assert code == 2
    assert "Did you mean 'check'" in err
    assert err.count("\n") == 1


def test_identify_names_the_convention(ropespec_command):
    code, out, _ = ropespec_command("identify", "mine.py:apply", "--head-dim", "16")
    assert code == 0
    assert "layout half (as in GPT-NeoX and Hugging Face's Llama)" in out
    assert "counter-clockwise (sign 1), base 500000" in out
    _, out, _ = ropespec_command("identify", "mine.py:apply", "--head-dim", "16", "--json", "-")
    assert json.loads(out)["base"] == 500000.0


def test_the_module_is_the_command(here):
    ended = subprocess.run(  # noqa: S603 - this very Python
        [
            sys.executable,
            "-m",
            "ropespec",
            "check",
            "mine.py:apply",
            *RIGHT,
            "--level",
            "quick",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=here,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "\x1b" not in ended.stdout
    assert Path(ropespec.__file__).name == "__init__.py"

"""The commands that take no target: what is printed, and with which code they end."""

import dataclasses
import json
import shutil
import subprocess
import sys

import pytest

import ropespec
from ropespec.spec import find

LLAMA = {
    "model_type": "llama",
    "hidden_size": 64,
    "num_attention_heads": 4,
    "rope_parameters": {"rope_type": "default", "rope_theta": 500000.0},
    "max_position_embeddings": 128,
}


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A folder with a configuration, which is the current one."""
    (tmp_path / "config.json").write_text(json.dumps(LLAMA), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_prove_tells_steps_and_refutations(ropespec_command, here):
    code, out, err = ropespec_command("prove", "A1", "b2", "--json", "proofs.json")
    assert (code, err) == (0, "")
    assert "2 of 2 proved" in out
    assert all(word in out for word in ("A1", "B2", "steps", "refuted", "seconds", "proved"))
    values = json.loads((here / "proofs.json").read_text())
    assert [theorem["status"] for theorem in values["theorems"]] == ["proved", "proved"]
    assert all(len(line) <= 80 for line in out.splitlines())


def test_a_theorem_that_is_not_proved_ends_with_one_and_names_the_step(
    ropespec_command, monkeypatch
):
    right, other = find("A1"), find("A4")
    claim = other.altered[0].claim
    step = dataclasses.replace(right.proof[0], name="a false step", claim=claim)
    wrong = dataclasses.replace(right, proof=(step,), statement=(claim,))
    monkeypatch.setattr("ropespec.spec.prover.find", lambda _: wrong)
    code, _, err = ropespec_command("prove", "A1")
    assert code == 1
    assert "A1, step 'a false step'" in err


def test_an_unknown_theorem_is_one_line(ropespec_command):
    code, _, err = ropespec_command("prove", "Z9")
    assert code == 2
    assert "Z9" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("kind", "entry"),
    [
        ("theorems", "B2"),
        ("laws", "relative-position"),
        ("bugs", "wrong-pairing"),
        ("variants", "half-idle"),
    ],
)
def test_list_lists_one_kind_or_all(ropespec_command, kind, entry):
    code, out, _ = ropespec_command("list", kind)
    assert code == 0
    assert entry in out
    assert out.splitlines()[0] == kind
    assert entry in ropespec_command("list")[1]
    assert ropespec_command("list", "lows")[0] == 2


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("B2", "The score depends on the distance alone"),
        ("b2", "Statement"),
        ("relative-position", "theorem"),
        ("wrong-base", "mend it"),
        ("config.json", "500000"),
    ],
)
def test_explain_explains_theorems_laws_bugs_and_files(ropespec_command, what, words):
    code, out, err = ropespec_command("explain", what)
    assert (code, err) == (0, "")
    assert words in out


def test_explain_answers_an_unknown_name_with_near_ones(ropespec_command):
    code, _, err = ropespec_command("explain", "wrong-bse")
    assert code == 2
    assert "near: wrong-base" in err
    assert err.count("\n") == 1


def test_doctor_and_version_say_what_runs(ropespec_command):
    assert ropespec_command("--version") == (0, f"ropespec {ropespec.__version__}\n", "")
    code, out, _ = ropespec_command("doctor")
    assert code == 0
    for word in (
        "numpy",
        "jax",
        "torch kernel",
        "triton kernel",
        "cc",
        "node",
        "own process",
        "memory limit",
        "--exec",
    ):
        assert word in out
    values = json.loads(ropespec_command("doctor", "--json", "-")[1])
    assert values["hosts"].keys() == {"own process", "memory limit", "programs"}
    assert (values["programs"]["cc"] is None) == (shutil.which("cc") is None)


def test_help_shows_every_command_and_examples(ropespec_command):
    code, out, _ = ropespec_command("--help")
    assert code == 0
    for word in (
        "check",
        "identify",
        "prove",
        "explain",
        "list",
        "selftest",
        "verify",
        "doctor",
    ):
        assert word in out
    assert "ropespec check my_rope.py:apply" in out
    assert ropespec_command("check", "--help")[0] == 0


def test_help_loads_nothing_that_is_slow():
    program = (
        "import sys\n"
        "from ropespec.checks.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "slow = {'numpy', 'sympy', 'torch', 'mpmath', 'hypothesis'} & set(sys.modules)\n"
        "sys.exit(f'loaded {slow}' if slow else 0)\n"
    )
    ended = subprocess.run(  # noqa: S603 - this very Python
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr

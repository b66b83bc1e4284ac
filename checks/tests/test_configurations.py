"""Readers of configurations: the vectors, right readers, and every live way of being wrong."""

from __future__ import annotations

import contextlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ropespec.checks.bugs import BUGS
from ropespec.checks.configurations import VECTORS, check_config
from ropespec.checks.configurations.answer import AnswerError, answers
from ropespec.checks.configurations.piped import PipedReader
from ropespec.checks.configurations.served import command
from ropespec.checks.isolation.limits import Limits
from ropespec.reference import ConfigError
from ropespec.reference.explain import explain

Config = dict[str, Any]


def ours(config: Config) -> Any:
    """Read as ropespec does."""
    return explain(config).as_dict()


def spoilt(change: Callable[[Config], None]) -> Callable[[Config], Any]:
    """Read as ropespec does, from a configuration that is changed on the way."""

    def read(config: Config) -> Any:
        copy = json.loads(json.dumps(config))
        change(copy)
        return ours(copy)

    return read


def lose_scaling(config: Config) -> None:
    config.pop("rope_scaling", None)


def lose_type(config: Config) -> None:
    """Know the older key only: a law that is called rope_type is not seen."""
    if "rope_type" in (config.get("rope_scaling") or {}) and "rope_parameters" not in config:
        config["rope_scaling"] = None


def lose_new_words(config: Config) -> None:
    table = config.pop("rope_parameters", None)
    if table is not None:
        config.setdefault("rope_theta", 10000.0)


def lose_attention_factor(config: Config) -> None:
    for key in ("rope_scaling", "rope_parameters"):
        (config.get(key) or {}).pop("attention_factor", None)


def lose_truncate(config: Config) -> None:
    for key in ("rope_scaling", "rope_parameters"):
        (config.get(key) or {}).pop("truncate", None)


def lose_width(config: Config) -> None:
    config.pop("partial_rotary_factor", None)
    (config.get("rope_parameters") or {}).pop("partial_rotary_factor", None)
    if config["model_type"] == "phi":
        config["partial_rotary_factor"] = 1.0


def test_ids_are_unique_and_flags_are_known() -> None:
    ids = [vector.id for vector in VECTORS]
    assert len(ids) == len(set(ids))
    assert {flag for vector in VECTORS for flag in vector.flags} <= BUGS.keys()


def test_every_verdict_is_there() -> None:
    counts = Counter(vector.verdict for vector in VECTORS)
    assert counts.keys() == {"valid", "invalid", "implementation-defined"}
    assert min(counts.values()) >= 7


def test_our_own_reader_is_right() -> None:
    report = check_config(ours)
    assert report.failed == ()
    assert report.exit_code == 0
    assert report.answered >= 40


@pytest.mark.parametrize(
    ("change", "bug", "least"),
    [
        (lose_scaling, "scaling-ignored", 4),
        (lose_type, "scaling-ignored", 4),
        (lose_attention_factor, "attention-factor-missing", 0),
        (lose_truncate, "wrong-scaling-parameters", 2),
        (lose_width, "wrong-rotary-width", 2),
        (lose_new_words, "wrong-base", 1),
    ],
)
def test_a_reader_that_loses_words_is_caught(change: Any, bug: str, least: int) -> None:
    report = check_config(spoilt(change))
    assert report.exit_code == 1
    assert dict(report.causes).get(bug, 0) >= least
    assert report.failed


def test_a_lost_explicit_attention_factor_is_named() -> None:
    report = check_config(spoilt(lose_attention_factor), only=["yarn/attention-factor"])
    assert len(report.failed) == 4
    assert all("attention_factor = " in each.reason for each in report.failed)


def test_a_reader_that_drops_the_factor_in_the_answer_is_named() -> None:
    report = check_config(lambda config: ours(config)["layers"][0]["inv_freq"], only=["yarn/"])
    assert dict(report.causes) == {"attention-factor-missing": len(report.failed)}


def test_an_inverted_scaling_is_named() -> None:
    def inverted(config: Config) -> Any:
        plain = ours({**config, "rope_scaling": None})["layers"][0]["inv_freq"]
        [layer] = ours(config)["layers"]
        return {"inv_freq": np.square(plain) / layer["inv_freq"]}

    report = check_config(inverted, only=["linear/old"])
    assert dict(report.causes)["scaling-inverted"] == 2


def test_a_reader_that_reads_everything_fails_on_invalid_files() -> None:
    report = check_config(lambda _config: {"inv_freq": np.ones(24)}, only=["unknown/"])
    assert [each.reason for each in report.failed] == [
        "it was read without a word, expected an error that names the key"
    ] * 2


def test_a_reader_that_refuses_everything_is_nonconformant() -> None:
    def refuse(config: Config) -> Any:
        raise ValueError(f"no {config['model_type']}")

    report = check_config(refuse)
    assert report.answered == 0
    assert all(each.vector.verdict == "valid" for each in report.failed)
    assert (
        "it was refused (ValueError: no llama), expected an answer" in report.failed[0].reason
    )


def test_layers_need_their_own_answer() -> None:
    def one_for_all(config: Config) -> Any:
        return {"layers": [{**ours(config)["layers"][0], "layer_types": ["full_attention"]}]}

    report = check_config(one_for_all, only=["layers/"])
    assert report.failed[0].reason.startswith("nothing for the layers sliding_attention")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "it returned a dict without inv_freq, expected inv_freq, or a dict"),
        ({"inv_freq": [[1.0]]}, r"inv_freq = \[\[1.0\]\], expected a row of numbers"),
        ("fast", "inv_freq = 'fast', expected a row of numbers"),
        ({"layers": 3}, "it returned layers = 3, expected a list of dicts"),
        ({"inv_freq": [1.0], "attention_factor": "big"}, "attention_factor = 'big', expected"),
    ],
)
def test_what_is_no_answer_is_said(value: Any, words: str) -> None:
    with pytest.raises(AnswerError, match=words):
        answers(value)


def test_only_must_name_something() -> None:
    with pytest.raises(ConfigError, match="expected the beginning of an id: base, width"):
        check_config(ours, only=["nowhere/"])


READER = """
from ropespec.reference.explain import explain

def read(config):
    print("reading")
    config.pop("rope_scaling", None)
    return explain(config).as_dict()
"""


def test_the_command(tmp_path: Path, ropespec_command: Any) -> None:
    (tmp_path / "mine.py").write_text(READER, encoding="utf-8")
    found = tmp_path / "report.json"
    target = f"{tmp_path / 'mine.py'}:read"
    code, out, _ = ropespec_command("check-config", target, "--json", str(found))
    assert code == 1
    assert "fail  linear/old-type" in out
    assert "mend  scaling-ignored" in out
    values = json.loads(found.read_text(encoding="utf-8"))
    assert values["verdict"] == "nonconformant"
    assert values["counts"]["executed"] == len(VECTORS)
    assert {"id", "verdict", "status", "reason", "bug"} <= values["configurations"][0].keys()
    code, _, err = ropespec_command("check-config", f"{tmp_path / 'mine.py'}:write")
    assert code == 2
    assert len(err.splitlines()) == 1


PROGRAM = """
import json, os, sys
from ropespec.reference.explain import explain

for line in sys.stdin:
    asked = json.loads(line)
    config = asked["config"]
    if MODE == "crash" and "rope_scaling" in config:
        os.abort()
    if MODE == "chatter":
        print("hello")
    try:
        answer = explain(config).as_dict()
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
"""


def run_program(tmp_path: Path, mode: str, ropespec_command: Any) -> tuple[int, str, str]:
    path = tmp_path / "reader.py"
    path.write_text(f"MODE = {mode!r}\n{PROGRAM}", encoding="utf-8")
    command = f"{sys.executable} {path}"
    only = ("--only", "linear/", "--only", "unknown/")
    found: tuple[int, str, str] = ropespec_command("check-config", "--exec", command, *only)
    return found


def test_a_program_is_asked_through_a_pipe(tmp_path: Path, ropespec_command: Any) -> None:
    code, out, _ = run_program(tmp_path, "right", ropespec_command)
    assert code == 0
    assert out.startswith("conformant: ")


def test_a_program_that_ends_fails_and_is_started_again(
    tmp_path: Path, ropespec_command: Any
) -> None:
    code, out, _ = run_program(tmp_path, "crash", ropespec_command)
    assert code == 1
    assert "SIGABRT: it aborted, expected an answer or a refusal" in " ".join(out.split())
    assert "fail  linear/old-type" in out
    assert "linear/new" not in out


def test_a_program_that_chatters_is_told(tmp_path: Path, ropespec_command: Any) -> None:
    code, out, _ = run_program(tmp_path, "chatter", ropespec_command)
    assert code == 1
    assert "expected one JSON object on one line; print nothing else on stdout" in out


def test_an_interruption_keeps_what_was_judged(tmp_path: Path, ropespec_command: Any) -> None:
    """SIGTERM is taken as Ctrl-C, as a service that stops a job sends it."""
    (tmp_path / "mine.py").write_text(
        "import os, signal\nfrom ropespec.reference.explain import explain\nasked = []\n"
        "def read(config):\n"
        "    asked.append(config)\n"
        "    if len(asked) == 3:\n"
        "        os.kill(os.getppid(), signal.SIGTERM)\n"
        "    return explain(config).as_dict()\n",
        encoding="utf-8",
    )
    found = tmp_path / "report.json"
    words = ("check-config", f"{tmp_path / 'mine.py'}:read", "--json", str(found))
    code, out, _ = ropespec_command(*words)
    assert code == 130
    assert "interrupted" in out
    values = json.loads(found.read_text(encoding="utf-8"))
    assert (values["verdict"], values["interrupted"]) == ("error", True)
    assert values["counts"]["executed"] == 2


def test_one_reader_is_named(ropespec_command: Any) -> None:
    code, _, err = ropespec_command("check-config")
    assert code == 2
    assert "READER, --exec: got 'neither', expected one of the two" in err


@pytest.mark.slow
def test_transformers_reads_what_it_writes() -> None:
    """Its own classes pass, but where old words beside new ones lose the base (5.23)."""
    pytest.importorskip("transformers")
    from transformers import AutoConfig
    from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

    def read(config: Config) -> Any:
        settings: Any = AutoConfig.for_model(**config)
        rope: Any = LlamaRotaryEmbedding(settings)
        return {"inv_freq": rope.inv_freq, "attention_factor": rope.attention_scaling}

    report = check_config(read, only=["linear/new", "linear/old", "llama3/new", "yarn/new"])
    assert report.answered >= 5
    wrong = {each.vector.id: each.bug for each in report.failed}
    assert wrong == {"linear/old-and-new": "wrong-base"}


BROKEN = """
import os, sys

def ends(config):
    if "rope_parameters" in config:
        os.abort()
    sys.exit(3)

def hangs(config):
    while True:
        pass

def speaks(config):
    os.write(1, b"hello")
    print(input())

def nothing(config):
    print("reading")
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ends", "it ended its process with exit code 3"),
        ("ends", "it crashed with SIGABRT"),
        ("speaks", "it was refused (EOFError: EOF when reading a line), expected an answer"),
        ("nothing", "it returned inv_freq = None, expected a row of numbers"),
    ],
)
def test_a_reader_cannot_end_or_spoil_the_run(
    name: str, said: str, tmp_path: Path, ropespec_command: Any
) -> None:
    (tmp_path / "mine.py").write_text(BROKEN, encoding="utf-8")
    only = ("--only", "base/old", "--only", "base/new", "--json", "-")
    code, out, _ = ropespec_command("check-config", f"{tmp_path / 'mine.py'}:{name}", *only)
    assert code == 1
    reasons = [each["reason"] for each in json.loads(out)["configurations"]]
    assert len(reasons) == 2
    assert any(said in reason for reason in reasons)


def test_a_reader_that_hangs_is_asked_no_more(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(BROKEN, encoding="utf-8")
    reader = PipedReader(command(f"{tmp_path / 'mine.py'}:hangs"), Limits(seconds=20.0))
    reader.load()
    reader._limits = Limits(seconds=0.05)
    with contextlib.closing(reader):
        report = check_config(reader, only=["base/"])
    assert report.failed[0].reason.startswith("it did not return within 0.05 s")
    assert report.failed[3].reason.startswith("it was not called again: 3 calls before")


def test_a_reader_may_change_what_it_is_given() -> None:
    def read(config: Config) -> Any:
        found = ours(config)
        for table in ("rope_scaling", "rope_parameters"):
            (config.get(table) or {}).clear()
        return found

    assert check_config(read).verdict == check_config(read).verdict == "conformant"


def test_a_dropped_base_does_not_hide_a_dropped_scaling() -> None:
    def read(_config: Config) -> Any:
        return [10000.0 ** (-i / 24) for i in range(24)]

    report = check_config(read, only=["linear/new", "yarn/new"])
    assert {each.bug for each in report.failed} == {"scaling-ignored"}


def test_a_name_is_no_picture(tmp_path: Path, ropespec_command: Any) -> None:
    (tmp_path / "mine.py").write_text("def two(config, more):\n    pass\n", encoding="utf-8")
    _, out, _ = ropespec_command(
        "check-config", f"{tmp_path / 'mine.py'}:two", "--only", "none/"
    )
    assert "mine.py:two: 0 of" in out

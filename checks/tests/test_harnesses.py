"""The programs in other languages: found right as they are, and wrong with one line changed."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ropespec import check

pytestmark = pytest.mark.slow

HARNESSES = Path(__file__).parents[1] / "harnesses"

PARTIAL = {"head_dim": 10, "rotary_dim": 6, "rotary_end": "last", "base": 500.0, "sign": -1}
HALF = {"head_dim": 12, "layout": "half", "base": 500000.0}

SOURCES = {
    "c": ("c/rope.c", "cc -O2 -Wall -Wextra -Werror -o {program} {source} -lm", "{program}"),
    "javascript": ("javascript/rope.mjs", "", "node {source}"),
    "rust": ("rust/rope.rs", "rustc --edition 2021 -O -o {program} {source}", "{program}"),
}

BUGS = {
    ("c", "sign-flipped"): (
        "x0 * cos(angle) - x1",
        "x0 * cos(angle) + x1",
        "x0 * sin(angle) + x1",
        "-x0 * sin(angle) + x1",
    ),
    ("c", "exponent-uses-head-dim"): (
        "-2.0 * i / config.rotary_dim",
        "-2.0 * i / config.head_dim",
    ),
    ("javascript", "positions-off-by-one"): (
        "const angle = sign * position",
        "const angle = sign * (position + 1)",
    ),
    ("javascript", "key-not-rotated"): (
        ".map((x) => apply(decode(x), positions, config))",
        ".map((x, i) => (i ? decode(x) : apply(decode(x), positions, config)))",
    ),
    ("rust", "first-row-positions"): (
        "positions[token / (heads * seq) * seq + token % seq]",
        "positions[token % seq]",
    ),
    ("rust", "wrong-rotary-end"): ("if config.last {", "if false {"),
}


def tool(language):
    """The program that a language needs."""
    return {"c": "cc", "javascript": "node", "rust": "rustc"}[language]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Build a harness, with some of its text replaced, once; return the command."""
    folder = tmp_path_factory.mktemp("harnesses")
    commands = {}

    def build(language, changes=()):
        if shutil.which(tool(language)) is None:
            pytest.skip(f"{tool(language)} is not installed")
        if (language, changes) not in commands:
            commands[language, changes] = made(language, changes, folder, len(commands))
        return commands[language, changes]

    return build


def made(language, changes, folder, number):
    """Write, compile and name a program."""
    path, compiler, command = SOURCES[language]
    text = (HARNESSES / path).read_text(encoding="utf-8")
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    source = folder / f"{number}_{Path(path).name}"
    source.write_text(text, encoding="utf-8")
    program = folder / f"{number}_rope"
    if compiler:
        words = compiler.format(program=program, source=source).split()
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
        assert done.returncode == 0, done.stderr
    return command.format(program=program, source=source)


@pytest.mark.parametrize("config", [PARTIAL, HALF], ids=["partial", "half"])
@pytest.mark.parametrize("language", SOURCES)
def test_a_harness_conforms(built, language, config):
    command = built(language)
    dtypes = ["float64", "float32"] + ["bfloat16"] * (language == "rust")
    report = check(f"exec:{command}", config, level="quick", dtypes=dtypes)
    assert (report.verdict, report.error) == ("conformant", "")
    assert report.executed
    assert report.law("gradient").reason == "the pipe protocol carries no gradients"


@pytest.mark.parametrize(("language", "bug"), BUGS, ids=[bug for _, bug in BUGS])
def test_a_harness_with_a_mistake_is_caught_and_the_mistake_named(built, language, bug):
    command = built(language, BUGS[language, bug])
    report = check(f"exec:{command}", PARTIAL, level="quick")
    assert report.verdict == "nonconformant"
    assert report.diagnosis[0].bug == bug


@pytest.mark.parametrize("language", SOURCES)
def test_a_harness_says_what_it_does_not_support(built, language):
    command = built(language)
    config = {"head_dim": 8, "scaling": {"rope_type": "linear", "factor": 2.0}}
    report = check(f"exec:{command}", config, level="quick")
    assert report.verdict == "error"
    assert "this scaling is not supported" in report.error


def test_the_template_of_an_adapter_conforms_and_declares_all():
    report = check(f"{HARNESSES / 'adapter_template.py'}:MyRope", level="quick")
    assert report.verdict == "conformant"
    assert (report.config.layout, report.config.base) == ("half", 500000.0)
    assert (report.claims.signature, report.claims.dtypes) == ("qk", ("float64", "float32"))
    assert str(HARNESSES) not in sys.path

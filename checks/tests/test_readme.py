"""The examples of README.md and of the site, run as they are written."""

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "README.md",
    "docs/en/check/index.md",
    "docs/en/check/adapters.md",
    "docs/en/check/known.md",
    "docs/en/check/pipe.md",
    "docs/en/check/vectors.md",
    "docs/en/check/configurations.md",
)


def blocks(page: str, language: str) -> list[str]:
    """Read a page's code blocks of one language."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


ALL = (
    "README.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)
"""Every page that a person may read."""


def examples(page: str) -> list[tuple[str, str]]:
    """Read the commands of a page's consoles, each with what the page says it prints."""
    found = []
    for block in blocks(page, "console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = part.partition("\n")
            found.append((command, printed))
    return found


def pattern(printed: str) -> re.Pattern[str]:
    """Turn what a page shows into a pattern: `...` stands for anything, spaces are alike."""
    words = (re.escape(" ".join(piece.split())) for piece in printed.split("..."))
    return re.compile(r"\s*.*?\s*".join(words), re.DOTALL)


def run(command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the repository, as a user of `.venv` does."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    plain = {"PATH": path, "COLUMNS": "96", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(  # noqa: S602 - the examples are shell lines
        command,
        shell=True,
        cwd=ROOT,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_consoles_print_what_the_page_says(page: str) -> None:
    code = 0
    ran = examples(page)
    assert ran
    if any("llama.py" in command for command, _ in ran):
        pytest.importorskip("transformers")
    for command, printed in ran:
        if command == "echo $?":
            assert code == int(printed), f"exit code of the command before it in {page}"
            continue
        done = run(command)
        code = done.returncode
        assert code in (0, 1), done.stderr
        told = " ".join(done.stdout.split())
        assert pattern(printed).fullmatch(told), f"$ {command}\n{done.stdout}\n{done.stderr}"


WRITTEN = [page for page in ALL if "generators/" not in page]
"""Pages as they are read: without the texts that have gaps to be filled."""


@pytest.mark.parametrize(
    "page",
    [page for page in WRITTEN if blocks(page, "pycon") and not blocks(page, "python")],
)
def test_python_examples(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    """Pages with `python` blocks too are run by test_docs_code.py, in order."""
    monkeypatch.chdir(ROOT)
    session = "\n".join(blocks(page, "pycon"))
    test = doctest.DocTestParser().get_doctest(session, {}, page, page, 0)
    told: list[str] = []
    assert test.examples
    assert doctest.DocTestRunner().run(test, out=told.append).failed == 0, "".join(told)


def test_the_pattern_refuses_other_output() -> None:
    shown = "Compared    the same\n...\nconformant\n"
    assert pattern(shown).fullmatch("Compared the same law pass conformant")
    assert not pattern(shown).fullmatch("Compared base law pass conformant")
    assert not pattern(shown).fullmatch("Compared the same law fail nonconformant no")


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_to_files(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_make_targets_that_are_named_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in ("README.md", "CONTRIBUTING.md", "docs/en/index.md"):
        for target in re.findall(r"\bmake ([a-z]+)\b", (ROOT / page).read_text("utf-8")):
            assert target == "and" or re.search(rf"^{target}:", makefile, re.MULTILINE), target

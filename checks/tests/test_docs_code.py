"""Every block of Python and shell on the pages is run, in a folder such as its reader has."""

import doctest
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from ropespec.checks.survey.libraries import chosen

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FOLDERS = (DOCS / "snippets", ROOT / "checks" / "harnesses")
"""Where included files lie, as mkdocs.yml says."""
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INCLUDED = re.compile(r'^--8<-- "([^"]+)"$', re.MULTILINE)
PAGES = sorted(DOCS.glob("en/**/*.md"))
SESSIONS = [
    page for page in PAGES if re.search(r"^```python$", page.read_text("utf-8"), re.MULTILINE)
]
ELSEWHERE = ("variants/", "implementations/")
"""Folders whose `python` blocks are excerpts of the reference, which has its own tests, or need
a library that is not here, in whose environment `ropespec survey` runs them."""

RUN_BY_OTHERS = {
    "git clone ADDRESS-OF-ROPESPEC ropespec && cd ropespec": "test_packaging.py",
    "pip install .": "test_packaging.py",
    "ropespec prove --recheck": "test_cli_recheck.py",
    "ropespec prove --certificates DIR": "test_cli_recheck.py",
    "make verify": "test_verify.py",
}
"""Commands that take too long here, or need a network, with the tests that run them."""


def text_of(name: str) -> str:
    """Read an included file."""
    return next(folder / name for folder in FOLDERS if (folder / name).is_file()).read_text(
        encoding="utf-8"
    )


def blocks(page: Path, *languages: str) -> list[tuple[str, str]]:
    """Read a page's blocks of some languages, included files and all."""
    found = BLOCK.findall(page.read_text(encoding="utf-8"))
    return [
        (language, INCLUDED.sub(lambda name: text_of(name[1]), code))
        for language, code in found
        if language in languages
    ]


@pytest.mark.parametrize(
    "page", SESSIONS, ids=lambda page: page.relative_to(DOCS / "en").as_posix()
)
def test_python_of_a_page_runs_in_its_order(
    page: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if any(folder in page.as_posix() for folder in ELSEWHERE):
        pytest.skip("run elsewhere")
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {"__name__": "page"}
    found = blocks(page, "python", "pycon", "text")
    for number, (language, code) in enumerate(found):
        if language == "text":
            continue
        if "from transformers" in code:  # takes seconds to import; a console runs it
            compile(code, page.name, "exec")
            continue
        if language == "python":
            with redirect_stdout(io.StringIO()) as said:
                exec(compile(code, f"{page.name}, block {number}", "exec"), names)  # noqa: S102
            after = found[number + 1] if number + 1 < len(found) else ("", "")
            assert printed_as_shown(code, said.getvalue(), *after)
            continue
        test = doctest.DocTestParser().get_doctest(code, names, page.name, page.name, 0)
        told: list[str] = []
        runner = doctest.DocTestRunner()
        assert runner.run(test, out=told.append, clear_globs=False).failed == 0, "".join(told)
        names |= test.globs


def printed_as_shown(code: str, said: str, language: str, shown: str) -> bool:
    """Whether a block prints nothing, or what the `text` after it says, `...` for the rest."""
    if not said.strip():
        return "print(" not in code
    alike = doctest.OutputChecker().check_output(shown, said, doctest.ELLIPSIS)
    return language == "text" and len(shown.replace("...", "").split()) > 1 and alike


@pytest.mark.parametrize(
    ("said", "language", "shown", "right"),
    [
        ("a\n1 2\nb\n", "text", "a\n...\nb\n", True),
        ("a\n1 2\nb\n", "text", "a\n1 2\n...\n", True),
        ("a\n1 2\nb\n", "text", "a\n1 3\n...\n", False),
        ("a\n1 2\nb\n", "text", "...\n", False),
        ("a\n1 2\nb\n", "python", "a\n1 2\nb\n", False),
        ("", "text", "a\n", False),
    ],
)
def test_other_output_than_is_shown_is_seen(
    said: str, language: str, shown: str, right: bool
) -> None:
    assert printed_as_shown("print(x)", said, language, shown) is right


def commands() -> Iterator[tuple[str, str]]:
    """Yield every line of shell on the pages, without its comment, with its page."""
    for page in PAGES:
        for _, code in blocks(page, "sh"):
            for line in code.splitlines():
                command = re.sub(r"\s+#.*", "", line).strip()
                if command:
                    yield page.relative_to(DOCS / "en").as_posix(), command


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder in which the pages' commands find what they name."""
    folder = tmp_path_factory.mktemp("reader")
    shutil.copy(DOCS / "snippets" / "my_rope.py", folder)
    config = '{"model_type": "llama", "head_dim": 64, "hidden_size": 256, '
    config += '"num_attention_heads": 4, "rope_theta": 500000.0}'
    (folder / "config.json").write_text(config, encoding="utf-8")
    (folder / "checks").mkdir()
    (folder / "checks" / "harnesses").symlink_to(ROOT / "checks" / "harnesses")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("command", sorted({command for _, command in commands()}))
def test_every_line_of_shell_runs(command: str, reader: Path) -> None:
    if command in RUN_BY_OTHERS:
        assert (ROOT / "checks" / "tests" / RUN_BY_OTHERS[command]).is_file()
        return
    if command.startswith("make "):
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert re.search(rf"^{command.split()[1]}:", makefile, re.MULTILINE)
        return
    extra = re.fullmatch(r"pip install '\.\[(\w+)\]'", command)
    if extra:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        assert extra[1] in project["project"]["optional-dependencies"]
        return
    surveyed = re.fullmatch(r"ropespec survey --fresh (\S+)", command)
    if surveyed:  # it installs a library; test_survey_here.py runs those that are installed
        [(library, [peer])] = chosen([surveyed[1]])
        assert f"{library.name}/{peer.slug}" == surveyed[1]
        return
    first = command.split()[0]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if shutil.which(first, path=path) is None and first != "./check_vectors":
        pytest.skip(f"{first} is not installed")
    if "vectors/" in command and not (reader / "vectors").exists():
        run("ropespec vectors --out vectors", reader, path)
    if first == "./check_vectors" and not (reader / "check_vectors").exists():
        run("cc -O2 -o check_vectors checks/harnesses/c/check_vectors.c -lm", reader, path)
    if "recheck DIR" in command:
        run("ropespec prove A1 --certificates DIR", reader, path)
    run(command, reader, path)


def run(command: str, folder: Path, path: str) -> None:
    """Run a command as the reader of a page does."""
    done = subprocess.run(  # noqa: S602 - the examples are shell lines
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path, "NO_COLOR": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, f"$ {command}\n{done.stdout}\n{done.stderr}"


def test_consoles_are_all_run() -> None:
    """`test_readme.py` runs the consoles of its pages; no other page has one."""
    source = (Path(__file__).parent / "test_readme.py").read_text(encoding="utf-8")
    for page in PAGES:
        if blocks(page, "console"):
            assert f'"{page.relative_to(ROOT).as_posix()}"' in source
    assert not [page for page in PAGES if blocks(page, "bash", "shell", "py")]

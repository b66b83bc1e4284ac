"""What several tests share: the command line, and the site, which is built once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from ropespec.checks.cli import main


@pytest.fixture
def ropespec_command(capsys):
    """Run the command; return its code, what it printed, and its errors."""

    def run(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err

    return run


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it, once for all processes that run the tests."""
    pytest.importorskip("mkdocs")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / "site"
    with FileLock(shared / "site.lock"):
        if not folder.exists():
            _build(folder)
    return folder


def _build(folder: Path) -> None:
    """Build the site."""
    unfinished = folder.with_name("unfinished")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-d", str(unfinished)],
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    unfinished.rename(folder)

"""Environments that do not see each other: one for all that is shared, one for each library.

The shared one has what ropespec needs, and torch. A library's environment looks into its own
packages first and into the shared ones then, so that a version that both agree on is there
once. Every version is exact: pip is given a lock file and told to look for nothing else.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import ropespec
from ropespec.checks.errors import CheckError

from .libraries import LOCKS, Library

SHARED = LOCKS / "shared.txt"
SECONDS = 1800
"""How long pip may take for one environment."""

Tell = Callable[[str], None]


class Environments:
    """The environments of a folder.

    Parameters
    ----------
    folder
        Where they are made.
    tell
        Called with what is being done, before it takes a while.
    """

    def __init__(self, folder: Path, tell: Tell) -> None:
        self._folder = folder.resolve()
        self._tell = tell

    def python(self, library: Library) -> Path:
        """Return the interpreter of a library's environment, which is made where needed.

        Raises
        ------
        CheckError
            One line, if it cannot be made.
        """
        shared = self._folder / "shared"
        self._make(shared, Library("what all environments share"), SHARED, [])
        own = self._folder / library.name
        above = [f"import site; site.addsitedir({str(_packages(shared))!r})"]
        self._make(own, library, library.lock, [*above, _ropespec()])
        return own / "bin" / "python"

    def _make(self, place: Path, library: Library, lock: Path, seen: list[str]) -> None:
        """Make one environment by its lock file, unless it is there."""
        name = library.name
        if not lock.is_file():
            raise CheckError(f"survey: {name} has no lock file {lock.name}")
        mark, digest = place / ".lock", hashlib.sha256(lock.read_bytes()).hexdigest()
        if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
            return
        self._tell(f"installing {name}")
        _run([sys.executable, "-m", "venv", "--clear", str(place)], name, {**os.environ})
        paths = "".join(f"{line}\n" for line in seen)
        (_packages(place) / "ropespec_survey.pth").write_text(paths, encoding="utf-8")
        pip = [str(place / "bin" / "python"), "-m", "pip", "install", "--no-deps", "--quiet"]
        pip.append("--disable-pip-version-check")
        lines = lock.read_text(encoding="utf-8").split()
        built = [line for line in lines if line.split("==")[0] in library.built]
        variables = {**os.environ, **library.variables}
        _run([*pip, *(line for line in lines if line not in built)], name, variables)
        if built:
            _run([*pip, "--no-build-isolation", *built], name, variables)
        mark.write_text(digest, encoding="utf-8")


def _packages(place: Path) -> Path:
    """Return the folder of an environment's packages."""
    return (
        place / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    )


def _ropespec() -> str:
    """Return the folder that this ropespec is imported from; it comes last of all."""
    return str(Path(ropespec.__file__).resolve().parents[1])


def _run(command: list[str], name: str, variables: dict[str, str]) -> None:
    """Run a command, or say in one line why it failed."""
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            command,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise CheckError(f"survey: {name}: not installed in {SECONDS} seconds") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line] or ["no word"]
        raise CheckError(f"survey: {name}: {lines[0].removeprefix('ERROR: ')[:300]}")

"""`ropespec doctor`."""

from __future__ import annotations

import platform
from importlib import metadata

import typer

import ropespec

from .shared import Json, Traceback

PACKAGES = (
    ("numpy", "the reference and every check"),
    ("sympy", "the proofs"),
    ("mpmath", "the second oracle"),
    ("torch", "targets and the reference in torch: pip install 'ropespec[torch]'"),
    (
        "transformers",
        "the real implementations that are checked: pip install 'ropespec[survey]'",
    ),
)
"""What is used if it is there, and what for."""

NEEDED = 3
"""How many of them nothing works without."""


def doctor(
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Say what is installed, what it is for, and what is missing."""
    versions = {name: _version(name) for name, _ in PACKAGES}
    missing = [name for name, _ in PACKAGES[:NEEDED] if versions[name] is None]
    if json is not None:
        from ropespec.checks.report import write_json

        values = {"ropespec": ropespec.__version__, "python": platform.python_version()}
        write_json({**values, "platform": platform.platform(), "packages": versions}, json)
    if json != "-":
        typer.echo(f"ropespec {ropespec.__version__}, Python {platform.python_version()}")
        for name, purpose in PACKAGES:
            typer.echo(f"  {name:13} {versions[name] or 'not installed':14} {purpose}")
    raise typer.Exit(1 if missing else 0)


def _version(name: str) -> str | None:
    """Return the installed version of a package, None if there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None

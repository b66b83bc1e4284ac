"""`ropespec doctor`."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from typing import Any

import typer

import ropespec

from .shared import Json, Traceback

PACKAGES = (
    ("numpy", "the reference and every check"),
    ("sympy", "the proofs"),
    ("mpmath", "the second oracle"),
    ("torch", "targets and the reference in torch: pip install 'ropespec[torch]'"),
    ("jax", "targets in JAX: pip install 'ropespec[jax]'"),
    (
        "transformers",
        "the real implementations that are checked: pip install 'ropespec[survey]'",
    ),
)
"""What is used if it is there, and what for."""

PROGRAMS = (
    ("cc", "builds the example of a target in C, and what torch.compile makes"),
    ("node", "runs the example of a target in JavaScript"),
    ("rustc", "builds the example of a target in Rust"),
)
"""Programs that are used if they are there, and what for."""

NEEDED = 3
"""How many of them nothing works without."""


def doctor(
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Say what is installed, what it is for, and what is missing."""
    versions = {name: _version(name) for name, _ in PACKAGES}
    programs = {name: shutil.which(name) for name, _ in PROGRAMS}
    hosts = _hosts()
    kernels = _kernels() if versions["torch"] else dict.fromkeys(KERNELS, "no torch")
    missing = [name for name, _ in PACKAGES[:NEEDED] if versions[name] is None]
    if json is not None:
        from ropespec.checks.report import write_json

        values: dict[str, Any] = {
            "ropespec": ropespec.__version__,
            "python": platform.python_version(),
        }
        values |= {"platform": platform.platform(), "packages": versions}
        write_json({**values, "programs": programs, "hosts": hosts, **kernels}, json)
    if json != "-":
        typer.echo(f"ropespec {ropespec.__version__}, Python {platform.python_version()}")
        for name, purpose in PACKAGES:
            typer.echo(f"  {name:13} {versions[name] or 'not installed':14} {purpose}")
        for name, purpose in PROGRAMS:
            typer.echo(f"  {name:13} {'found' if programs[name] else 'not found':14} {purpose}")
        for name, (state, purpose) in hosts.items():
            typer.echo(f"  {name:13} {state:14} {purpose}")
        for name, purpose in KERNELS.items():
            typer.echo(f"  {name:13} {kernels[name]:14} {purpose}")
    raise typer.Exit(1 if missing else 0)


KERNELS = {
    "torch kernel": "built at the first use, or by python -m ropespec.reference.torch.build; "
    "else plain torch",
    "triton kernel": "rotates on a GPU, where triton is installed; else plain torch",
}
"""The kernels of the torch version, and what does their work without them."""


def _kernels() -> dict[str, str]:
    """Say how it stands with the torch version's kernels."""
    from ropespec.reference.torch import native
    from ropespec.reference.torch.triton_kernel import choosing

    return {"torch kernel": native.status(), "triton kernel": choosing.status()}


def _hosts() -> dict[str, tuple[str, str]]:
    """Say where a target can live on this system."""
    forks = hasattr(os, "fork")
    limited = sys.platform == "linux"
    return {
        "own process": (
            "yes" if forks else "no",
            "targets may crash and hang" if forks else "targets are called in this process",
        ),
        "memory limit": (
            "yes" if limited else "no",
            "targets may ask for too much" if limited else "this system limits no process",
        ),
        "programs": (
            "yes" if forks else "no",
            "--exec: targets in any language" if forks else "--exec needs Linux or macOS",
        ),
    }


def _version(name: str) -> str | None:
    """Return the installed version of a package, None if there is none."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None

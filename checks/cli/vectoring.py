"""`ropespec vectors`."""

from __future__ import annotations

import dataclasses
import shlex
from typing import Annotated, Any

import typer

from .options import ConventionOptions, takes_convention
from .shared import Json, Traceback


@takes_convention
def vectors(
    options: ConventionOptions,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="FOLDER", help="Where the files go.", show_default=False),
    ] = None,
    verify: Annotated[
        str | None,
        typer.Option("--verify", metavar="FOLDER", help="Compare files with their manifest."),
    ] = None,
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="The first part of the ids.")
    ] = "custom",
    dtype: Annotated[
        list[str] | None,
        typer.Option(
            "--dtype",
            metavar="D",
            help="A format; repeat for several: float32, bfloat16, float16.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Decides the values.")] = 0,
    json: Json = None,
    traceback: Traceback = False,  # noqa: ARG001 - its callback does the work
) -> None:
    """Write test vectors: exact inputs, expected outputs and how far off one may be.

    For programs in any language: JSON with hexadecimal floats, and safetensors. Without an
    option of "What it should compute" these are the standard set, 13 configurations.

    For example:

      ropespec vectors --out vectors

      ropespec vectors --config config.json --name my-model --out vectors

      ropespec vectors --verify vectors
    """
    from ropespec.reference.errors import ConfigError

    if (out is None) == (verify is None):
        given = "neither" if out is None else "both"
        advice = "for example: ropespec vectors --out vectors"
        raise ConfigError("--out, --verify", given, "one of the two", advice)
    result, lines = (
        _verified(str(verify)) if out is None else _written(options, out, name, dtype, seed)
    )
    if json is not None:
        from ropespec.checks.report import write_json

        write_json(result, json)
    if json != "-":
        typer.echo("\n".join(lines))
    raise typer.Exit(1 if result.get("problems") else 0)


def _verified(folder: str) -> tuple[dict[str, Any], list[str]]:
    """Compare a folder with its manifest; return the result for programs and for people."""
    from ropespec.checks.vectors import verify

    problems = list(verify(folder))
    said = problems or [f"{folder}: every file is as its manifest says"]
    return {"folder": folder, "problems": problems}, said


def _written(
    options: ConventionOptions, out: str, name: str, dtype: list[str] | None, seed: int
) -> tuple[dict[str, Any], list[str]]:
    """Make vectors and write them; return the result for programs and for people."""
    from ropespec.checks.vectors import make, standard, write_sets
    from ropespec.checks.vectors.making import DTYPES
    from ropespec.reference.validate import whole

    from .configuration import declared

    seed = whole("seed", seed, least=0, advice="any whole number will do")
    if options == ConventionOptions() and name == "custom" and not dtype:
        sets = standard(seed)
    else:
        config = declared(options)
        command = _command(options, out, name, dtype, seed)
        sets = (make(config, name, dtypes=dtype or DTYPES, seed=seed, command=command),)
    files = write_sets(sets, out)
    count = sum(len(one.vectors) for one in sets)
    size = sum(path.stat().st_size for path in files) / 1e6
    said = f"{count} vectors in {len(files)} files, {size:.1f} MB, in {out}"
    result = {"folder": out, "files": [path.name for path in files], "vectors": count}
    return result, [said]


def _command(
    options: ConventionOptions, out: str, name: str, dtype: list[str] | None, seed: int
) -> str:
    """Write down the command that makes the files again."""
    words = ["ropespec", "vectors"]
    for field in dataclasses.fields(options):
        value = getattr(options, field.name)
        if value is not None:
            words += [f"--{field.name.replace('_', '-')}", str(value)]
    words += [word for each in dtype or () for word in ("--dtype", each)]
    words += ["--name", name, "--seed", str(seed), "--out", out]
    return shlex.join(words)

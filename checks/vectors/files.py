"""Vectors as files: JSON, safetensors, and a manifest with their SHA-256 sums."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save

import ropespec
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.jsonfile import load_object

from .numbers import stored
from .vector import ARRAYS, FORMAT, Vector, VectorSet

MANIFEST = "manifest.json"
SCHEMA = "schema.json"
SUMS = "SHA256SUMS"


def write_sets(sets: Iterable[VectorSet], folder: str | Path) -> list[Path]:
    """Write sets of vectors with their schema and manifest.

    Parameters
    ----------
    sets
        Each becomes `NAME.json` and `NAME.safetensors`.
    folder
        Where to; it is made if it is not there.

    Returns
    -------
    list of Path
        The files; the manifest and the sums (for `sha256sum -c`) come last.

    Raises
    ------
    ConfigError
        If the folder cannot be written.
    """
    place = Path(folder)
    listed: dict[str, VectorSet | None] = {}
    try:
        place.mkdir(parents=True, exist_ok=True)
        for one in sets:
            (place / f"{one.name}.json").write_text(_json(one), encoding="utf-8")
            (place / f"{one.name}.safetensors").write_bytes(_safetensors(one))
            listed |= {f"{one.name}.json": one, f"{one.name}.safetensors": one}
        (place / SCHEMA).write_text(schema(), encoding="utf-8")
        listed[SCHEMA] = None
        sums = {name: _sha256(place / name) for name in listed}
        (place / MANIFEST).write_text(_manifest(place, listed, sums), encoding="utf-8")
        lines = [f"{sums[name]}  {name}\n" for name in listed]
        lines.append(f"{_sha256(place / MANIFEST)}  {MANIFEST}\n")
        (place / SUMS).write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        raise ConfigError("out", str(place), "a folder that can be written", reason) from None
    return [place / name for name in (*listed, MANIFEST, SUMS)]


def read_set(path: str | Path) -> VectorSet:
    """Read a set of vectors from its JSON file.

    Raises
    ------
    ConfigError
        If it is no such file, or of a later version of the format.
    """
    values = load_object(path)
    version = values.get("ropespec_vectors")
    if version != FORMAT:
        advice = "it is no file of `ropespec vectors`, or a later version wrote it"
        raise ConfigError("ropespec_vectors", version, str(FORMAT), advice)
    made = values["provenance"]
    return VectorSet(
        values["name"],
        RotaryConfig.from_dict(values["config"]),
        tuple(map(_vector, values["vectors"])),
        made["seed"],
        made["command"],
    )


def verify(folder: str | Path) -> Iterator[str]:
    """Yield what is wrong with a folder of vectors, a line each; nothing if all is well.

    Raises
    ------
    ConfigError
        If it has no manifest.
    """
    place = Path(folder)
    listed = load_object(place / MANIFEST)["files"]
    for entry in listed:
        path = place / entry["name"]
        if not path.is_file():
            yield f"{entry['name']}: is missing; write the folder again"
        elif _sha256(path) != entry["sha256"]:
            yield f"{entry['name']}: has changed (another SHA-256 sum); write it again"
    known = {entry["name"] for entry in listed} | {MANIFEST, SUMS}
    for path in sorted(place.iterdir()):
        if path.name not in known:
            yield f"{path.name}: is not in the manifest; remove it"


def schema() -> str:
    """Return the JSON Schema of a vector file, as text."""
    return files(__package__).joinpath(SCHEMA).read_text(encoding="utf-8")


def _json(one: VectorSet) -> str:
    """Write a set as JSON with a line for each key and each vector."""
    header = [
        f"{json.dumps(key)}: {json.dumps(value)},\n" for key, value in one.header().items()
    ]
    lines = ",\n".join(json.dumps(vector.as_dict()) for vector in one.vectors)
    return "{\n" + "".join(header) + f'"vectors": [\n{lines}\n]\n}}\n'


def _safetensors(one: VectorSet) -> bytes:
    """Write a set as safetensors: a tensor `ID/x` and so on, the words in the metadata."""
    tensors: dict[str, np.ndarray[Any, Any]] = {}
    words = []
    for vector in one.vectors:
        own = vector.as_dict()
        words.append({key: own[key] for key in own if key not in (*ARRAYS, "positions")})
        formats = {"x": vector.dtype, "expected": "float64", "budget": "float64"}
        for name, dtype in formats.items():
            tensors[f"{vector.id}/{name}"] = stored(getattr(vector, name), dtype)
        tensors[f"{vector.id}/positions"] = np.ascontiguousarray(vector.positions)
    return save(tensors, {"ropespec": json.dumps({**one.header(), "vectors": words})})


def _manifest(place: Path, listed: dict[str, VectorSet | None], sums: dict[str, str]) -> str:
    """List the files with their sums, and the ids in them."""
    entries = [
        {
            "name": name,
            "sha256": sums[name],
            "bytes": (place / name).stat().st_size,
            "ids": [] if one is None else [vector.id for vector in one.vectors],
        }
        for name, one in listed.items()
    ]
    values = {
        "ropespec_manifest": FORMAT,
        "spec_version": ropespec.__version__,
        "files": entries,
    }
    return json.dumps(values, indent=1) + "\n"


def _vector(values: dict[str, Any]) -> Vector:
    """Read one vector."""
    shape = values["shape"]
    arrays = {
        name: np.array([float.fromhex(each) for each in values[name]]).reshape(shape)
        for name in ARRAYS
    }
    return Vector(
        id=values["id"],
        comment=values["comment"],
        flags=tuple(values["flags"]),
        result=values["result"],
        dtype=values["dtype"],
        positions=np.array(values["positions"], dtype=np.int64),
        **arrays,
    )


def _sha256(path: Path) -> str:
    """Return the SHA-256 sum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""The messages of the pipe protocol as bytes: a line of JSON, arrays in it or after it."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import ml_dtypes
import numpy as np

VERSION = 1
"""Of the protocol; a program that speaks another one is refused."""

Encoding = Literal["base64", "raw"]
"""Whether the bytes of arrays stand in the line as base64, or follow it as they are."""

TYPES: dict[str, np.dtype[Any]] = {
    "float64": np.dtype("<f8"),
    "float32": np.dtype("<f4"),
    "float16": np.dtype("<f2"),
    "bfloat16": np.dtype(ml_dtypes.bfloat16),
    "int64": np.dtype("<i8"),
}
"""Formats of arrays: little-endian, the last axis fastest."""

Array = np.ndarray[Any, np.dtype[Any]]


class ProtocolError(Exception):
    """Something that is no message; its text completes `it answered ...`."""


@dataclass(frozen=True)
class Message:
    """One message.

    Attributes
    ----------
    fields
        What it says besides arrays.
    arrays
        Its arrays by name.
    """

    fields: dict[str, Any]
    arrays: dict[str, Array] = field(default_factory=dict)

    def encoded(self, encoding: Encoding) -> bytes:
        """Return the message as it goes through the pipe."""
        blocks = [np.ascontiguousarray(array).tobytes() for array in self.arrays.values()]
        described = [
            {
                "name": name,
                "dtype": dtype_name(array),
                "shape": list(array.shape),
                **_carried(block, encoding),
            }
            for (name, array), block in zip(self.arrays.items(), blocks, strict=True)
        ]
        content = self.fields | ({"arrays": described} if described else {})
        line = json.dumps(content, separators=(",", ":"), allow_nan=False) + "\n"
        return line.encode() + (b"".join(blocks) if encoding == "raw" else b"")


def dtype_name(array: Array) -> str:
    """Name the format of an array."""
    return str(array.dtype)


def decoded(text: bytes, encoding: Encoding) -> tuple[Message, int] | None:
    """Take one message from the beginning of what came through the pipe.

    Parameters
    ----------
    text
        What came so far.
    encoding
        How arrays are carried.

    Returns
    -------
    tuple or None
        The message and how many bytes it takes; None if it is not complete yet.

    Raises
    ------
    ProtocolError
        If it is no message.
    """
    end = text.find(b"\n")
    if end < 0:
        return None
    content = _object(text[:end])
    described = content.pop("arrays", [])
    if not isinstance(described, list) or not all(isinstance(one, dict) for one in described):
        raise ProtocolError(f"arrays {shown(described)}, expected a list of objects")
    arrays: dict[str, Array] = {}
    place = end + 1
    for one in described:
        name, dtype, shape = _description(one)
        size = math.prod(shape) * dtype.itemsize
        if encoding == "raw":
            if one.get("bytes") != size:
                expected = f'expected "bytes":{size} for {_what(one)}'
                raise ProtocolError(f'"bytes":{shown(one.get("bytes"))}, {expected}')
            if len(text) < place + size:
                return None
            block = text[place : place + size]
            place += size
        else:
            block = _unpacked(one, size)
        arrays[name] = np.frombuffer(block, dtype=dtype).reshape(shape)
    return Message(content, arrays), place


def shown(value: Any) -> str:
    """Write a value on one line, shortened."""
    text = value if isinstance(value, str) else json.dumps(value, default=repr)
    return text if len(text) <= 100 else f"{text[:97]}..."


def _object(line: bytes) -> dict[str, Any]:
    """Read a line of JSON."""
    text = line.decode("utf-8", "replace").strip()
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        content = None
    if not isinstance(content, dict):
        advice = "print nothing else on stdout, write remarks on stderr"
        raise ProtocolError(f"{shown(text)!r}, expected one JSON object on one line; {advice}")
    return content


def _description(one: dict[str, Any]) -> tuple[str, np.dtype[Any], tuple[int, ...]]:
    """Read what is said of an array."""
    name, dtype, shape = one.get("name"), one.get("dtype"), one.get("shape")
    if not isinstance(name, str):
        raise ProtocolError(f'"name":{shown(name)} for an array, expected a text such as "x"')
    if dtype not in TYPES:
        known = ", ".join(TYPES)
        raise ProtocolError(f'"dtype":{shown(dtype)} for {name}, expected one of {known}')
    whole = isinstance(shape, list) and all(type(size) is int and size >= 0 for size in shape)
    if not whole:
        raise ProtocolError(f'"shape":{shown(shape)} for {name}, expected a list of sizes')
    return name, TYPES[dtype], tuple(cast("list[int]", shape))


def _carried(block: bytes, encoding: Encoding) -> dict[str, Any]:
    """Say where the bytes of an array are."""
    if encoding == "raw":
        return {"bytes": len(block)}
    return {"data": base64.b64encode(block).decode("ascii")}


def _unpacked(one: dict[str, Any], size: int) -> bytes:
    """Read an array's bytes from the line."""
    data = one.get("data")
    if not isinstance(data, str):
        raise ProtocolError(f'"data":{shown(data)} for {_what(one)}, expected base64')
    try:
        block = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProtocolError(f"data of {_what(one)} that is no base64 ({error})") from None
    if len(block) != size:
        raise ProtocolError(f"{len(block)} bytes for {_what(one)}, expected {size}")
    return block


def _what(one: dict[str, Any]) -> str:
    """Name an array in a message."""
    return f"{one['name']} ({one['dtype']}, shape {tuple(one['shape'])})"

"""Make vectors for a configuration."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

import numpy as np

from ropespec.checks.budget import Budget, pair_norms
from ropespec.reference import ConfigError, Mixed, RotaryConfig, layout_channels, oracle
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import find_format, round_to

from .kinds import KINDS, Kind, flags_of
from .numbers import raised
from .vector import Vector, VectorSet

DTYPES = ("float32", "bfloat16", "float16")
"""The formats of a set when none is named."""

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def make(
    config: RotaryConfig,
    name: str,
    *,
    dtypes: Iterable[str] = DTYPES,
    seed: int = 0,
    command: str = "",
) -> VectorSet:
    """Make the vectors of a configuration.

    Parameters
    ----------
    config
        What is computed.
    name
        The first part of the ids: small letters, digits, dots and dashes.
    dtypes
        Formats of input and output.
    seed
        Decides the values, together with each vector's id.
    command
        What to say about how they were made.

    Raises
    ------
    ConfigError
        If the name or a format is none, or a pair turns by several axes at once.

    Examples
    --------
    >>> from ropespec import RotaryConfig
    >>> from ropespec.checks.vectors import make
    >>> vectors = make(RotaryConfig(head_dim=8), "small", dtypes=["float32"]).vectors
    >>> vectors[0].id, vectors[0].x.shape
    ('small/prompt/float32', (2, 3, 5, 8))
    """
    if not _NAME.fullmatch(name):
        advice = "for example llama-3-8b"
        raise ConfigError("name", name, "small letters, digits, dots and dashes", advice)
    if isinstance(config.arrangement, Mixed):
        advice = "a pair with several frequencies has no entry in the files' inv_freq"
        raise ConfigError("arrangement", "mixed", "one axis for each pair", advice)
    formats = [find_format(dtype).name for dtype in dtypes]
    vectors = tuple(_vector(config, name, k, d, seed) for d in formats for k in KINDS)
    return VectorSet(name, config, vectors, seed, command)


def budgets(config: RotaryConfig, dtype: str, positions: IntArray, x: FloatArray) -> FloatArray:
    """Return the budget of every output component, shape of `x`; 0 where nothing turns."""
    norms = pair_norms(x, config)
    pairs = raised(Budget(config, dtype).component(positions, norms))
    result = np.zeros_like(x)
    result[..., layout_channels(config).write] = pairs[..., np.newaxis]
    return result


def _vector(config: RotaryConfig, name: str, kind: Kind, dtype: str, seed: int) -> Vector:
    """Make one vector."""
    own = f"{name}/{kind.name}/{dtype}"
    positions = kind.positions(config)
    batch, seq = positions.shape[:2]
    x = _values(
        (batch, kind.heads, seq, config.head_dim), dtype, [seed, zlib.crc32(own.encode())]
    )
    return Vector(
        id=own,
        comment=kind.comment,
        flags=(*kind.flags, *flags_of(config)),
        result=kind.result,
        dtype=dtype,
        positions=positions,
        x=x,
        expected=oracle.rotate(x, positions, config),
        budget=budgets(config, dtype, positions, x),
    )


def _values(shape: tuple[int, ...], dtype: str, seeds: list[int]) -> FloatArray:
    """Draw values of mixed magnitudes that a format holds."""
    rng = np.random.default_rng(seeds)
    return round_to(rng.standard_normal(shape) * 2.0 ** rng.integers(-3, 4, shape), dtype)

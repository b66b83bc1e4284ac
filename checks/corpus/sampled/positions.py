"""Mistakes in the position that a token turns by, with numbers drawn at random."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ropespec.checks.corpus.deviations.positions import mapped
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import IntArray, Numbers
from ropespec.reference.formats import round_to

from .mistake import Draw, Mistake

Generator = np.random.Generator
Move = Callable[[IntArray], Numbers]


def _moves(bug: str, says: str, move: Move, *also: str) -> Mistake:
    return Mistake(bug, says, mapped(move), also=also)


def shifted(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Add a constant."""
    by = int(rng.choice([1, 1, -1, 2, -2, 3, 5, 16, 17, -7, 100]))
    return _moves("positions-off-by-one", f"turns by p {by:+d}", lambda p: p + by)


def ignored(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Count tokens, from 0, or over the whole batch."""

    def counted(p: IntArray) -> IntArray:
        return np.broadcast_to(np.arange(p.shape[1]), p.shape)

    def flat(p: IntArray) -> IntArray:
        return np.arange(p.size).reshape(p.shape)

    kind = int(rng.integers(3))
    if kind == 2:
        return _moves("positions-ignored", "counts tokens over rows", flat, "wrong-axis")
    return _moves("positions-ignored", "counts tokens", counted)


def rebased(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Count from the first, the least, or the first of the whole batch."""
    ways: tuple[tuple[str, Move], ...] = (
        ("p minus the row's first", lambda p: p - p[:, :1]),
        ("p minus the row's least", lambda p: p - p.min(axis=1, keepdims=True)),
        ("the row's first, then one more each", lambda p: p[:, :1] + np.arange(p.shape[1])),
        ("p minus the batch's first", lambda p: p - p[0, 0]),
        ("p minus the batch's least", lambda p: p - p.min(initial=2**40)),
        ("the least, then one more each",
         lambda p: p.min(axis=1, keepdims=True) + np.arange(p.shape[1])),
    )  # fmt: skip
    says, move = ways[int(rng.integers(len(ways)))]
    return _moves("positions-rebased", f"turns by {says}", move)


def of_a_row(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Use one row's positions for all, or what is made of all rows."""
    ways: tuple[tuple[str, Move], ...] = (
        ("the first row's", lambda p: p[:1]),
        ("the last row's", lambda p: p[-1:]),
        ("the sum of all rows'", lambda p: p.sum(axis=0, keepdims=True)),
        ("the largest of all rows'", lambda p: p.max(axis=0, keepdims=True)),
    )
    says, move = ways[int(rng.integers(len(ways)))]
    return _moves(
        "first-row-positions",
        f"turns every row by {says} positions",
        lambda p: np.broadcast_to(move(p), p.shape),
    )


def reordered(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Give tokens the positions of others in their row."""
    by = int(rng.integers(1, 4))
    ways: tuple[tuple[str, Move], ...] = (
        ("reversed", lambda p: p[:, ::-1]),
        ("sorted", lambda p: np.sort(p, axis=1)),
        ("falling", lambda p: -np.sort(-p, axis=1)),
        (f"rolled by {by}", lambda p: np.roll(p, by, axis=1)),
        ("mirrored", lambda p: p.max(axis=1, keepdims=True) - p),
        ("mirrored about the length", lambda p: p.shape[1] - 1 - p),
    )
    says, move = ways[int(rng.integers(len(ways)))]
    return _moves("positions-reversed", f"turns by {says} positions", move)


def rounded(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Round positions to a small format or to multiples."""
    kind = str(rng.choice(["bfloat16", "float16", "grid"]))
    if kind == "grid":
        step = int(rng.choice([2, 4, 8, 16]))
        return _moves(
            "low-precision-positions", f"rounds positions to {step}", lambda p: p // step * step
        )
    return _moves(
        "low-precision-positions", f"rounds positions to {kind}", lambda p: round_to(p, kind)
    )


def wrapped(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Start again at the end of a table."""
    rows = _rows(rng)
    also = ("integer-overflow",) if rows in (2**8, 2**16) else ()
    return _moves("table-wraps", f"turns by p modulo {rows}", lambda p: p % rows, *also)


def clamped(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Stay at the end of a table, or fall back to its start."""
    rows = _rows(rng)
    if rng.random() < 0.25:
        return _moves(
            "table-clamps", f"turns by 0 from {rows} on", lambda p: np.where(p >= rows, 0, p),
            "table-wraps", "positions-ignored",
        )  # fmt: skip
    return _moves(
        "table-clamps", f"turns by {rows - 1} beyond", lambda p: np.minimum(p, rows - 1)
    )


def _rows(rng: Generator) -> int:
    if rng.random() < 0.6:
        return int(2 ** rng.integers(9, 17))
    return round(10 ** float(rng.uniform(2.6, 4.9)))


def narrow(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Pass positions through integers that are too narrow, or read them wrongly."""
    kind = str(rng.choice(["int8", "uint8", "int16", "uint16", "words", "product"]))
    if kind == "words":
        return _moves("integer-overflow", "reads int64 as int32 words", _words)
    if kind == "product":
        by = int(2 ** rng.integers(15, 18))
        return _moves(
            "integer-overflow", f"forms p * {by} in int32",
            lambda p: (p * by).astype(np.int32).astype(np.int64) / by,
        )  # fmt: skip
    also = ("table-wraps",) if kind.startswith("u") else ()
    return _moves(
        "integer-overflow", f"holds positions in {kind}", lambda p: p.astype(kind), *also
    )


def _words(p: IntArray) -> IntArray:
    words = np.ascontiguousarray(p).reshape(-1).view(np.int32)
    return words[: p.size].reshape(p.shape).astype(np.int64)


def alone(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Turn single tokens by something else."""
    by = int(rng.choice([1, -1, 2]))
    ways: tuple[tuple[str, Move], ...] = (
        ("0", np.zeros_like),
        (f"p {by:+d}", lambda p: p + by),
        ("their row", lambda p: np.arange(len(p))[:, np.newaxis]),
        ("the first row's", lambda p: np.broadcast_to(p[:1], p.shape)),
        ("1", np.ones_like),
    )
    says, move = ways[int(rng.integers(len(ways)))]
    return _moves(
        "decode-position",
        f"turns single tokens by {says}",
        lambda p: move(p) if p.shape[1] == 1 else p,
        *(("first-row-positions",) if "row" in says else ()),
    )


def stretched(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Multiply positions."""
    if config.scaling_dict() is not None:
        return None
    by = float(rng.choice([0.5, 0.25, 3.0, 1.5]))
    return _moves(
        "wrong-scaling-parameters", f"turns by {by} p", lambda p: p * by,
        "scaling-inverted", "rotated-twice",
    )  # fmt: skip


DRAWS: tuple[Draw, ...] = (
    shifted, ignored, rebased, of_a_row, reordered, rounded,
    wrapped, clamped, narrow, alone, stretched,
)  # fmt: skip

"""Mistakes in the rotation and in where it is applied, with numbers drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ropespec.checks.corpus.pipeline import Call, Pipeline
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray

from .mistake import Draw, Mistake

Generator = np.random.Generator
Turn = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], tuple[FloatArray, FloatArray]]
QK = {"signature": "qk"}


def _turned(bug: str, says: str, turn: Turn, *also: str) -> Mistake:
    def stage(x: FloatArray, cos: FloatArray, sin: FloatArray) -> FloatArray:
        return np.stack(turn(x[..., 0], x[..., 1], cos[..., 0], sin[..., 0]), axis=-1)

    return Mistake(bug, says, lambda pipeline: pipeline.replace(turn=stage), also=also)


def _finished(
    bug: str,
    says: str,
    finish: Callable[[FloatArray, Call], FloatArray],
    *also: str,
    **rest: Any,
) -> Mistake:
    return Mistake(bug, says, lambda one: one.replace(finish=finish), also=also, **rest)


def sign(_rng: Generator, _config: RotaryConfig) -> Mistake:
    """Turn the other way."""
    return Mistake(
        "sign-flipped", "turns the other way",
        lambda one: one.configure(sign=-one.config.sign),
    )  # fmt: skip


def minus(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Lose or double the minus sign."""
    if rng.random() < 0.5:
        return _turned(
            "missing-minus", "adds both", lambda x, z, c, s: (x * c + z * s, z * c + x * s)
        )
    return _turned(
        "missing-minus", "subtracts both", lambda x, z, c, s: (x * c - z * s, z * c - x * s)
    )


def swapped(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Mix cosine and sine up."""
    ways: tuple[tuple[str, Turn], ...] = (
        ("exchanges them", lambda x, z, c, s: (x * s - z * c, z * s + x * c)),
        ("has the cosine for both", lambda x, z, c, _s: (x * c - z * c, z * c + x * c)),
        ("has the sine for both", lambda x, z, _c, s: (x * s - z * s, z * s + x * s)),
    )
    says, turn = ways[int(rng.integers(3))]
    return _turned("cos-sin-swapped", says, turn)


def twice(rng: Generator, config: RotaryConfig) -> Mistake:
    """Rotate several times."""
    times = int(rng.choice([2, 2, 2, 3]))

    def change(one: Pipeline) -> Pipeline:
        def phases(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
            return times * one.phases(positions, frequencies)

        amplitude = config.amplitude**times
        return one.replace(phases=phases).configure(attention_factor=amplitude)

    also = ("wrong-scaling-parameters",) if times > 2 else ()
    return Mistake("rotated-twice", f"turns {times} times", change, also=also)


def still(rng: Generator, config: RotaryConfig) -> Mistake:
    """Leave pairs as they are."""
    count = config.pairs
    marks = rng.random(count) < rng.uniform(0.1, 0.9)
    marks[int(rng.integers(count))] = True
    if rng.random() < 0.3:
        marks = np.arange(count) >= int(rng.integers(0, count))
    says = f"does not turn pairs {np.flatnonzero(marks).tolist()}"
    also = ("wrong-rotary-width", "positions-ignored", *(
        ("exponent-uses-head-dim",) if config.layout == "half-idle" else ()))  # fmt: skip

    def change(one: Pipeline) -> Pipeline:
        def phases(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
            return np.where(marks, 0.0, one.phases(positions, frequencies))

        return one.replace(phases=phases)

    return Mistake("pair-not-rotated", says, change, also=also)


def sine_lost(_rng: Generator, _config: RotaryConfig) -> Mistake:
    """Multiply by the cosine alone."""
    return _turned(
        "pair-not-rotated", "leaves the sine out", lambda x, z, c, _s: (x * c, z * c),
        "cos-sin-swapped",
    )  # fmt: skip


def identity(_rng: Generator, _config: RotaryConfig) -> Mistake:
    """Give back what came."""
    return _finished("pair-not-rotated", "returns its input", lambda _y, call: call.x)


def zeros(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Never write the output, all of it or rows, heads or far tokens."""
    ways: tuple[tuple[str, Callable[[Call], FloatArray]], ...] = (
        ("anywhere", lambda _call: np.ones((1, 1, 1, 1))),
        ("in later rows", lambda call: _count(call, 0)),
        ("in later heads", lambda call: _count(call, 1)),
        ("in the last token", lambda call: _count(call, 2) == call.x.shape[2] - 1),
    )
    says, where = ways[int(rng.integers(len(ways)))]
    return _finished(
        "output-not-written", f"writes nothing {says}",
        lambda y, call: np.where(where(call) > 0, 0.0, y),
    )  # fmt: skip


def _count(call: Call, axis: int) -> FloatArray:
    shape = [1, 1, 1, 1]
    shape[axis] = -1
    return np.arange(call.x.shape[axis], dtype=np.float64).reshape(shape)


def heads(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Leave some heads as they are."""
    start = int(rng.choice([1, 1, 2]))
    ways: tuple[tuple[str, Callable[[FloatArray, int], Any]], ...] = (
        (f"from {start} on", lambda h, _n: h >= start),
        ("the last", lambda h, n: (h == n - 1) & (n > 1)),
        ("the first", lambda h, n: (h == 0) & (n > 1)),
        ("every second", lambda h, _n: h % 2 == 1),
        ("the upper half", lambda h, n: h >= (n + 1) // 2),
    )
    says, chosen = ways[int(rng.integers(len(ways)))]

    def finish(y: FloatArray, call: Call) -> FloatArray:
        return np.where(chosen(_count(call, 1), call.x.shape[1]), call.x, y)

    return _finished("head-not-rotated", f"leaves heads as they are: {says}", finish)


def keys(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Treat keys in another way than queries."""
    by = int(rng.choice([1, -1, 2]))

    def moved(move: Callable[[Any], Any]) -> Callable[[FloatArray, Call, Pipeline], FloatArray]:
        return lambda _y, call, one: one(call.x, move(call.positions), "query", None)

    ways: tuple[tuple[str, Callable[[FloatArray, Call, Pipeline], FloatArray]], ...] = (
        ("leaves them", lambda _y, call, _one: call.x),
        ("leaves single heads", lambda y, call, _one: call.x if call.x.shape[1] == 1 else y),
        (f"turns them by p {by:+d}", moved(lambda p: p + by)),
        ("turns them by 0", moved(np.zeros_like)),
        ("turns them back", moved(np.negative)),
        ("turns them twice", moved(lambda p: 2 * p)),
        ("leaves heads but the first", lambda y, call, _one: np.where(
            _count(call, 1) > 0, call.x, y)),
    )  # fmt: skip
    says, treat = ways[int(rng.integers(len(ways)))]

    def change(one: Pipeline) -> Pipeline:
        def finish(y: FloatArray, call: Call) -> FloatArray:
            return y if call.role == "query" else treat(y, call, one)

        return one.replace(finish=finish)

    also = {
        "leaves heads but the first": ("head-not-rotated",),
        "turns them twice": ("rotated-twice",),
        "turns them back": ("sign-flipped",),
    }.get(says, ())
    return Mistake("key-not-rotated", f"keys: {says}", change, also=also, claims=QK)


def queries(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Turn the queries alone wrongly."""
    by = int(rng.choice([1, -1]))

    def change(one: Pipeline) -> Pipeline:
        def finish(y: FloatArray, call: Call) -> FloatArray:
            return y if call.role == "key" else one(call.x, call.positions + by, "key", None)

        return one.replace(finish=finish)

    return Mistake("positions-off-by-one", f"turns queries by p {by:+d}", change, claims=QK)


def crossed(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Exchange queries and keys, or take a part of one for the other."""
    part = float(rng.choice([1.0, 0.5, 0.25]))

    def change(one: Pipeline) -> Pipeline:
        def finish(y: FloatArray, call: Call) -> FloatArray:
            if call.partner is None or call.partner.shape != call.x.shape:
                return y
            mixed, start = call.x.copy(), round(call.x.shape[-1] * (1 - part))
            mixed[..., start:] = call.partner[..., start:]
            return replace(one, finish=one.finish)(mixed, call.positions, call.role, None)

        return one.replace(finish=finish)

    return Mistake("key-not-rotated", f"reads {part:.0%} from the other", change, claims=QK)


def axis(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Turn by the head or the row."""
    if config.axes:
        return None
    ways: tuple[tuple[str, Callable[[Call], Any]], ...] = (
        ("the head", lambda call: _count(call, 1)[..., 0]),
        ("the row", lambda call: _count(call, 0)[..., 0]),
        ("p plus the head", lambda call: call.positions[:, None] + _count(call, 1)[..., 0]),
        ("p plus the row", lambda call: call.positions[:, None] + _count(call, 0)[..., 0]),
        ("the head's position", lambda call: call.positions[
            :, np.arange(call.x.shape[1]) % call.positions.shape[1]][..., None].astype(float)),
    )  # fmt: skip
    says, place = ways[int(rng.integers(len(ways)))]

    def positions(call: Call) -> FloatArray:
        return np.asarray(np.broadcast_to(place(call), call.x.shape[:3]), dtype=np.float64)

    return Mistake(
        "wrong-axis", f"turns by {says}", lambda one: one.replace(positions=positions)
    )


def added(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Add the encoding."""
    if rng.random() < 0.5:
        return _turned(
            "added-not-rotated", "adds (sin, cos)", lambda x, z, c, s: (x + s, z + c)
        )
    return _turned("added-not-rotated", "adds (cos, sin)", lambda x, z, c, s: (x + c, z + s))


def by_value(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Let the result depend on the values."""
    limit = round(float(rng.uniform(0.5, 3)), 1)
    ways: tuple[tuple[str, Callable[[FloatArray], FloatArray]], ...] = (
        (f"clips to {limit}", lambda y: np.clip(y, -limit, limit)),
        ("divides by the norm",
         lambda y: y / np.maximum(np.linalg.norm(y, axis=-1, keepdims=True), 1e-9)),
        ("takes tanh", np.tanh),
        ("rounds to eighths", lambda y: np.rint(8 * y) / 8),
        ("quantizes to int8",
         lambda y: np.rint(y / (np.abs(y).max(initial=1e-9) / 127))
         * (np.abs(y).max(initial=1e-9) / 127)),
        ("drops negatives", lambda y: np.maximum(y, 0)),
        ("normalizes by the root mean square",
         lambda y: y / np.sqrt((y**2).mean(axis=-1, keepdims=True) + 1e-6)),
    )  # fmt: skip
    says, change = ways[int(rng.integers(len(ways)))]
    return _finished("value-dependent", says, lambda y, _call: change(y))


def query_scale(_rng: Generator, _config: RotaryConfig) -> Mistake:
    """Multiply queries by the softmax scale."""
    return _finished(
        "wrong-amplitude", "scales the queries",
        lambda y, call: y * call.x.shape[-1] ** -0.5 if call.role == "query" else y,
    )  # fmt: skip


DRAWS: tuple[Draw, ...] = (
    sign, minus, swapped, twice, still, sine_lost, identity, zeros, heads, keys, keys,
    queries, crossed, axis, added, by_value, query_scale,
)  # fmt: skip

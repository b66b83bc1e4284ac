"""Mistakes that one call leaves behind, in gradients, memory and errors, drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.observation import Role
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray, IntArray

from .mistake import Calling, Core, Draw, Mistake

Generator = np.random.Generator
HISTORY = ("stale-cache", "depends-on-history")
GRADIENT_CLAIMS: dict[str, Any] = {"gradient": True, "dtypes": ("float32",)}


def stale(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Keep the positions of a call under a key that does not tell enough."""
    keys: tuple[tuple[str, Callable[[IntArray], Any]], ...] = (
        ("their shape", lambda p: p.shape),
        ("their number", lambda p: p.shape[1]),
        ("nothing", lambda _p: 0),
        ("the shape and the first", lambda p: (p.shape, int(p.flat[0]))),
        ("the last", lambda p: (p.shape, int(p.flat[-1]))),
        ("the largest", lambda p: (p.shape, int(p.max(initial=0)))),
    )
    says, key = keys[int(rng.integers(len(keys)))]

    def core(pipeline: Pipeline) -> Core:
        kept: dict[Any, IntArray] = {}

        def turn(
            x: FloatArray, p: IntArray, role: Role, partner: FloatArray | None
        ) -> FloatArray:
            table = kept.setdefault(key(p), p.copy())
            if table.shape != p.shape:
                kept[key(p)] = table = p.copy()
            return pipeline(x, table, role, partner)

        return turn

    return Mistake("stale-cache", f"keeps a table by {says}", core=core, also=HISTORY)


def history(rng: Generator, config: RotaryConfig) -> Mistake:
    """Let the answer depend on how many calls there were, or on the longest."""
    kind = int(rng.integers(4))

    def core(pipeline: Pipeline) -> Core:
        seen = {"calls": 0, "farthest": 0}

        def turn(
            x: FloatArray, p: IntArray, role: Role, partner: FloatArray | None
        ) -> FloatArray:
            shift = {0: seen["calls"] // 4, 1: 0, 2: 0, 3: seen["calls"] % 7 == 6}[kind]
            seen["calls"] += 1
            seen["farthest"] = max(seen["farthest"], int(p.max(initial=0)))
            if kind == 1 and seen["farthest"] > 8192:
                return pipeline.configure(base=2 * config.base)(x, p, role, partner)
            y = pipeline(x, p + shift, role, partner)
            return y * 1.001 if kind == 2 and seen["calls"] > 60 else y

        return turn

    says = ("counts calls", "changes the base after a long call", "drifts", "slips at times")
    return Mistake("depends-on-history", says[kind], core=core, also=HISTORY)


def writes(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Overwrite an argument."""
    name = str(rng.choice(["x", "k", "positions"]))
    claims = {"signature": "qk"} if name == "k" else {}
    return Mistake(
        "mutates-input", f"writes to {name}", calling=Calling(writes=name),
        claims={"inplace": False, **claims},
    )  # fmt: skip


def strides(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Ignore strides."""
    kind = str(rng.choice(["order", "channels", "heads"]))
    return Mistake(
        "assumes-contiguous", f"ignores the strides of {kind}", calling=Calling(strided=kind),
        claims={"inplace": False, "axes": "bhsd"},
    )  # fmt: skip


def refuses(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Raise at long positions, single tokens, or several rows."""
    rows = int(10 ** rng.uniform(2.5, 4.5))
    ways: tuple[tuple[str, Callable[[IntArray, tuple[int, ...]], bool]], ...] = (
        (f"from {rows} on", lambda p, _shape: bool(p.max(initial=0) >= rows)),
        ("for single tokens", lambda p, _shape: p.shape[1] == 1),
        ("for more rows than 3", lambda p, _shape: p.shape[0] > 3),
    )
    says, when = ways[int(rng.integers(len(ways)))]
    return Mistake("raises", f"raises {says}", calling=Calling(refuses=when))


def backward(rng: Generator, config: RotaryConfig) -> Mistake:
    """Send another gradient back."""
    passed = layout_channels(config).passed
    factor = round(float(rng.uniform(0.4, 1.7)), 1)

    def ones(right: FloatArray, _upstream: FloatArray) -> FloatArray:
        result = right.copy()
        result[..., passed] = 1.0
        return result

    ways: list[tuple[str, str, Callable[[FloatArray, FloatArray], FloatArray]]] = [
        ("gradient-missing", "zero", lambda right, _up: np.zeros_like(right)),
        ("gradient-wrong", "the upstream one", lambda _right, up: up),
        ("gradient-wrong", "half of it", lambda right, _up: right / 2),
        ("gradient-wrong", f"{factor} of it", lambda right, _up: right * (factor + 0.05)),
        ("gradient-wrong", "its negative", lambda right, _up: -right),
        ("gradient-wrong", "of one head", lambda right, _up: np.concatenate(
            (right[:, :1], 0 * right[:, 1:]), axis=1)),
    ]  # fmt: skip
    if passed.size:
        ways += 2 * [("gradient-wrong", "ones where channels pass", ones)]
    bug, says, change = ways[int(rng.integers(len(ways)))]
    return Mistake(
        bug,
        f"sends back {says}",
        calling=Calling(backward=change),
        framework="torch",
        claims=GRADIENT_CLAIMS,
    )


def turned_on(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Turn the gradient on where it must be turned back."""
    channels = layout_channels(config)
    if config.amplitude != 1.0 or not np.array_equal(channels.read, channels.write):
        return None

    def change(right: FloatArray, upstream: FloatArray) -> FloatArray:
        """Reflect: the gradient turned on is the one turned back, mirrored at upstream."""
        result = upstream.copy()
        a, b = (_complex(one, channels.read) for one in (right, upstream))
        turned = b * b / np.where(a == 0, 1, a)
        result[..., channels.read[:, 0]] = turned.real
        result[..., channels.read[:, 1]] = turned.imag
        return result

    return Mistake(
        "backward-not-inverted",
        "turns the gradient on",
        calling=Calling(backward=change),
        framework="torch",
        claims=GRADIENT_CLAIMS,
    )


def _complex(values: FloatArray, read: IntArray) -> Any:
    return values[..., read[:, 0]] + 1j * values[..., read[:, 1]]


def detached(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Cut the gradient off."""
    roles: tuple[Role, ...] = (("query",), ("key",), ("query", "key"))[int(rng.integers(3))]
    claims = {"signature": "qk", **GRADIENT_CLAIMS}
    return Mistake(
        "gradient-missing", f"detaches {' and '.join(roles)}", calling=Calling(detaches=roles),
        framework="torch", claims=claims,
    )  # fmt: skip


DRAWS: tuple[Draw, ...] = (stale, stale, history, writes, strides, refuses)
GRADIENT: tuple[Draw, ...] = (backward, backward, turned_on, detached)

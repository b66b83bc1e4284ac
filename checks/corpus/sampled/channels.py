"""Mistakes in pairs, in the rotary width and in the rest of the head, drawn at random."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np

from ropespec.checks.corpus.pipeline import Call, Pipeline
from ropespec.reference import Channels, ConfigError, RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import round_to

from .mistake import Draw, Mistake

Generator = np.random.Generator


def pairs(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Pair channels in another way: halves, neighbours, or from both ends."""
    right = layout_channels(config)
    inside = np.sort(right.read.ravel())
    others = (
        ("neighbours", inside.reshape(-1, 2)),
        ("halves", inside.reshape(2, -1).T),
        ("both ends", np.stack((inside[: config.pairs], inside[: config.pairs - 1 : -1]), -1)),
        ("exchanged partners", right.read[:, ::-1]),
    )
    says, read = others[int(rng.integers(len(others)))]
    also = ("sign-flipped",) if says == "exchanged partners" else ()
    if not np.array_equal(right.read, right.write) or np.array_equal(right.read, read):
        return None
    return _channels("wrong-pairing", f"pairs {says}", read, read, *also)


def written(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Read the declared pairs and write them in another order."""
    right = layout_channels(config)
    inside = np.sort(right.write.ravel())
    write = inside.reshape(-1, 2) if rng.random() < 0.5 else inside.reshape(2, -1).T
    if np.array_equal(write, right.write):
        return None
    return _channels("output-not-reinterleaved", "writes elsewhere", right.read, write)


def _channels(bug: str, says: str, read: IntArray, write: IntArray, *also: str) -> Mistake:
    def channels(config: RotaryConfig) -> Channels:
        return dataclasses.replace(layout_channels(config), read=read, write=write)

    return Mistake(bug, says, lambda one: one.replace(channels=channels), also=also)


def tables(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Lay the tables out for the other pairing."""
    if config.pairs < 3 or config.axes:
        return None
    halves = config.layout in ("half", "half-idle")

    def change(one: Pipeline) -> Pipeline:
        def laid_out(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
            count = phases.shape[-1]
            flat = np.repeat(phases, 2, -1) if halves else np.concatenate((phases, phases), -1)
            shape = (*phases.shape[:-1], 2, count) if halves else (*phases.shape, 2)
            mixed = flat.reshape(shape)
            mixed = mixed.swapaxes(-1, -2) if halves else mixed
            return np.cos(mixed), np.sin(mixed)

        return one.replace(tables=laid_out)

    return Mistake("table-pairing-mismatch", "has tables for the other pairing", change)


def permuted(rng: Generator, config: RotaryConfig) -> Mistake:
    """Return the channels in another order."""
    count = config.head_dim
    by = int(rng.integers(1, count))
    orders = (
        (f"rolled by {by}", np.roll(np.arange(count), by)),
        ("reversed", np.arange(count)[::-1]),
        ("in any order", rng.permutation(count)),
        ("neighbours exchanged", np.arange(count) ^ 1),
    )
    says, order = orders[int(rng.integers(len(orders)))]
    return Mistake(
        "not-permuted-back", f"returns channels {says}",
        lambda one: one.replace(order=lambda _config: order),
        also=("output-not-reinterleaved",),
    )  # fmt: skip


def width(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Turn another number of channels, the frequencies spread over them."""
    other = int(rng.choice([config.head_dim, config.rotary_dim // 2, config.rotary_dim - 2,
                            config.rotary_dim + 2, config.rotary_dim // 4,
                            config.rotary_dim - 4,
                            2 * config.rotary_dim]))  # fmt: skip
    other -= other % 2
    if config.axes or other == config.rotary_dim or other < 4 or config.layout == "half-idle":
        return None
    try:
        config.replace(rotary_dim=other)
    except ConfigError:
        return None
    return Mistake(
        "wrong-rotary-width", f"turns {other} channels",
        lambda one: one.configure(rotary_dim=other),
    )  # fmt: skip


def end(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Turn the other end."""
    if config.rotary_dim == config.head_dim or config.layout == "half-idle" or config.axes:
        return None
    other = "last" if config.rotary_end == "first" else "first"
    return Mistake(
        "wrong-rotary-end", f"turns the {other} channels",
        lambda one: one.configure(rotary_end=other),
    )  # fmt: skip


def tail(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Change the channels that pass through."""
    passed = layout_channels(config).passed
    if passed.size < 2:
        return None
    by = round(float(rng.uniform(0.5, 1.5)), 2)
    ways: tuple[tuple[str, Callable[[FloatArray], FloatArray]], ...] = (
        ("zeroes them", np.zeros_like),
        (f"multiplies them by {by}", lambda x: by * x),
        ("negates them", np.negative),
        ("rolls them", lambda x: np.roll(x, 1, -1)),
        ("rounds them to bfloat16", lambda x: round_to(x, "bfloat16")),
        ("adds 1", lambda x: x + 1),
        ("changes the first", lambda x: np.concatenate((2 * x[..., :1], x[..., 1:]), -1)),
    )
    says, change = ways[int(rng.integers(len(ways)))]

    def finish(y: FloatArray, call: Call) -> FloatArray:
        result = y.copy()
        result[..., passed] = change(call.x[..., passed])
        return result

    return Mistake(
        "tail-changed", f"{says} (channels that pass through)",
        lambda one: one.replace(finish=finish),
    )  # fmt: skip


def coordinate(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Turn pairs by another coordinate of the position."""
    if not config.axes:
        return None
    count, kind = len(config.axes), int(rng.integers(3))
    right = layout_channels(config).axis
    says, axes = (
        ("by the first coordinate", np.zeros_like(right)),
        ("by coordinates in another order", count - 1 - right),
        ("by coordinates in turn", np.arange(len(right)) % count),
    )[kind]
    return Mistake(
        "wrong-coordinate", f"turns {says}",
        lambda one: one.replace(spread=lambda placed, _config: placed[..., axes]),
    )  # fmt: skip


DRAWS: tuple[Draw, ...] = (
    pairs,
    written,
    tables,
    permuted,
    width,
    width,
    end,
    tail,
    coordinate,
)

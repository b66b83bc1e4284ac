"""Planted mistakes of what is kept, written, raced for or left unwritten, after reports."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import DYNAMIC, LLAMA, PAPER
from .entry import Entry, Function

Array = Any
HISTORY = ("stale-cache", "depends-on-history")


def inv_freq_of(config: RotaryConfig) -> Array:
    """Return the frequencies of the base alone."""
    width = config.rotary_dim
    return np.asarray(config.base ** -(np.arange(0, width, 2) / width))


def halves(x: Array, angle: Array) -> Array:
    """Turn halves."""
    a, b = np.split(x.astype(np.float64), 2, axis=-1)
    c, s = np.cos(angle), np.sin(angle)
    return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)


class SlotsOfOffset:
    """Store the table of the first call of a length in slots from 0, whatever its offset."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = inv_freq_of(config)
        self.offsets: dict[int, int] = {}

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        offset = self.offsets.setdefault(
            positions.shape[1], int(positions.flat[0]) if positions.size else 0
        )
        return halves(x, (positions + offset)[:, None, :, None] * self.inv_freq)


class AddsPrompt:
    """Add the prompt's length to the position of every token decoded after it."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = inv_freq_of(config)
        self.prompt = 0

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        alone = positions.shape[1] == 1
        self.prompt = self.prompt if alone else positions.shape[1]
        placed = positions + (self.prompt if alone else 0)
        return halves(x, placed[:, None, :, None] * self.inv_freq)


class NeverReset:
    """Scale for the longest sequence so far, and never back."""

    def __init__(self, config: RotaryConfig) -> None:
        self.config, self.longest = config, 8192

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        self.longest = max(self.longest, int(positions.max(initial=0)) + 1)
        width = self.config.rotary_dim
        alpha = 4.0 * self.longest / 4096 - 3.0
        base = self.config.base * alpha ** (width / (width - 2))
        inv_freq = base ** -(np.arange(0, width, 2) / width)
        return halves(x, positions[:, None, :, None] * inv_freq)


class CastInPlace:
    """Cast the frequencies to the dtype of the narrowest call, for good."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = inv_freq_of(config)

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        if x.dtype == np.float16:
            self.inv_freq = self.inv_freq.astype(np.float16).astype(np.float64)
        return halves(x, positions[:, None, :, None] * self.inv_freq)


class Race:
    """Store and load without a barrier: some channels are read before they are written."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = inv_freq_of(config)
        self.rng = np.random.default_rng(7)

    def __call__(self, x: Array, positions: Array) -> Array:
        """Rotate."""
        y = halves(x, positions[:, None, :, None] * self.inv_freq)
        lost = self.rng.random(y.shape) < 0.008
        return np.where(lost, x, y)


def unwritten_past_table(config: RotaryConfig) -> Function:
    """Return from the kernel where the position is not in the table, nothing written."""
    inv_freq = inv_freq_of(config)

    def apply(x: Array, positions: Array) -> Array:
        y = halves(x, positions[:, None, :, None] * inv_freq)
        y[np.broadcast_to((positions >= 4096)[:, None, :, None], y.shape)] = 0
        return y

    return apply


def reads_past_table(config: RotaryConfig) -> Function:
    """Read what lies behind a table of 4096 rows."""
    inv_freq = inv_freq_of(config)
    behind = np.random.default_rng(3).standard_normal((997, config.rotary_dim // 2))

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, :, None] * inv_freq
        past = positions >= 4096
        angle[past] = behind[positions[past] % 997]
        return halves(x, angle[:, None])

    return apply


def zeros(config: RotaryConfig) -> Function:
    """Allocate the output and never launch the kernel."""
    del config
    return lambda x, _positions: np.zeros_like(x)


def unlaunched_heads(config: RotaryConfig) -> Function:
    """Launch for an even number of heads."""
    inv_freq = inv_freq_of(config)

    def apply(x: Array, positions: Array) -> Array:
        y = halves(x, positions[:, None, :, None] * inv_freq)
        y[:, x.shape[1] // 2 * 2 :] = 0
        return y

    return apply


def uninitialized(config: RotaryConfig) -> Function:
    """Never load the frequencies: some are NaN."""
    inv_freq = inv_freq_of(config)
    inv_freq[3::5] = np.nan
    return lambda x, positions: halves(x, positions[:, None, :, None] * inv_freq)


def queries_alone_at_zero(config: RotaryConfig) -> Function:
    """Take the queries' offset before the cached keys are counted: 0 when decoding."""
    inv_freq = inv_freq_of(config)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        placed = positions if positions.shape[1] > 1 else np.zeros_like(positions)
        angle, of_keys = (each[:, None, :, None] * inv_freq for each in (placed, positions))
        return halves(q, angle), halves(k, of_keys)

    return apply


def queries_one_late(config: RotaryConfig) -> Function:
    """Advance the offset between the keys and the queries."""
    inv_freq = inv_freq_of(config)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angle = positions[:, None, :, None]
        return halves(q, (angle + 1) * inv_freq), halves(k, angle * inv_freq)

    return apply


def keys_one_late(config: RotaryConfig) -> Function:
    """Advance the offset between the queries and the keys."""
    inv_freq = inv_freq_of(config)

    def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        angle = positions[:, None, :, None]
        return halves(q, angle * inv_freq), halves(k, (angle + 1) * inv_freq)

    return apply


def tables_of_tables(config: RotaryConfig) -> Function:
    """Hand tables to a function that takes angles, and form sine and cosine again."""
    inv_freq = inv_freq_of(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        c, s = np.cos(np.cos(angle)), np.sin(np.sin(angle))
        a, b = np.split(x, 2, axis=-1)
        return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)

    return apply


def far_band(config: RotaryConfig) -> Function:
    """Have one block of a table of blocks wrong."""
    inv_freq = inv_freq_of(config)

    def apply(x: Array, positions: Array) -> Array:
        placed = np.where(positions // 2048 == 16, positions - 2048, positions)
        return halves(x, placed[:, None, :, None] * inv_freq)

    return apply


def aborts_far_away(config: RotaryConfig) -> Function:
    """Leave the table's memory, and with it the process."""
    inv_freq = inv_freq_of(config)

    def apply(x: Array, positions: Array) -> Array:
        if positions.max(initial=0) >= 4096:
            os.abort()
        return halves(x, positions[:, None, :, None] * inv_freq)

    return apply


def waits_for_ever(config: RotaryConfig) -> Function:
    """Wait for a lock that nobody gives back, where one token is decoded."""
    inv_freq = inv_freq_of(config)

    def apply(x: Array, positions: Array) -> Array:
        while positions.shape[1] == 1:
            time.sleep(1)
        return halves(x, positions[:, None, :, None] * inv_freq)

    return apply


F32 = {"dtypes": ("float32",)}
QK = {**F32, "signature": "qk"}

PLANTED: tuple[Entry, ...] = (
    Entry("slots-of-offset", SlotsOfOffset, LLAMA, "depends-on-history", F32, also=HISTORY),
    Entry("adds-prompt", AddsPrompt, LLAMA, "depends-on-history", F32,
          also=(*HISTORY, "decode-position")),
    Entry("never-reset", NeverReset, DYNAMIC, "depends-on-history", F32, also=HISTORY),
    Entry("cast-in-place", CastInPlace, LLAMA, "depends-on-history",
          {"dtypes": ("float32", "float16")}, also=(*HISTORY, "low-precision-frequencies")),
    Entry("race", Race, LLAMA, "depends-on-history", F32, also=HISTORY),
    Entry("unwritten-past-table", unwritten_past_table, LLAMA, "output-not-written", F32),
    Entry("reads-past-table", reads_past_table, LLAMA, "table-clamps", F32),
    Entry("zeros", zeros, PAPER, "output-not-written", F32),
    Entry("unlaunched-heads", unlaunched_heads, LLAMA, "output-not-written", F32),
    Entry("uninitialized", uninitialized, LLAMA, "nan-output", F32),
    Entry("queries-alone-at-zero", queries_alone_at_zero, LLAMA, "decode-position", QK),
    Entry("queries-one-late", queries_one_late, LLAMA, "positions-off-by-one", QK),
    Entry("keys-one-late", keys_one_late, LLAMA, "key-not-rotated", QK,
          also=("positions-off-by-one",)),
    Entry("tables-of-tables", tables_of_tables, LLAMA, "inaccurate-trigonometry", F32),
    Entry("aborts-far-away", aborts_far_away, LLAMA, "crashes",
          {**F32, "isolate": True, "timeout": 10.0}, slow=True),
    Entry("waits-for-ever", waits_for_ever, LLAMA, "hangs",
          {**F32, "isolate": True, "timeout": 2.0}, slow=True),
    Entry("far-band", far_band, LLAMA, "unknown", F32,
          also=("integer-overflow", "low-precision-positions", "stale-cache",
                "first-row-positions")),
)  # fmt: skip
"""Planted mistakes that no deviation of a pure function is, or that nobody foresaw."""

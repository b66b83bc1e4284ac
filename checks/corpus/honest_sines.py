"""Honest implementations in NumPy that form sines in ways of their own; all must pass."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import GPTJ, LLAMA, NEOX, PAPER, SINGLE_PAIR
from .entry import Entry, Function

Array = Any
TURN_BITS = 64


def halves(x: Array, cos: Array, sin: Array) -> Array:
    """Turn halves, tables `(batch, 1, seq, pairs)`."""
    a, b = np.split(x, 2, axis=-1)
    return np.concatenate((a * cos - b * sin, b * cos + a * sin), axis=-1).astype(x.dtype)


def frequencies(config: RotaryConfig) -> Array:
    """Return the frequencies of the base alone."""
    width = config.rotary_dim
    return config.base ** -(np.arange(0, width, 2) / width)


def fixed_point(config: RotaryConfig) -> Function:
    """Count angles in 2**-64 turns and let them overflow: whole turns vanish by themselves."""
    per_step = np.array(
        [int(value * 2.0**TURN_BITS) for value in frequencies(config) / (2 * np.pi)],
        dtype=np.uint64,
    )

    def apply(x: Array, positions: Array) -> Array:
        counted = positions.astype(np.int64).view(np.uint64)[..., None] * per_step
        angle = counted.view(np.int64).astype(np.float64) * (2 * np.pi / 2.0**TURN_BITS)
        return halves(x, np.cos(angle)[:, None], np.sin(angle)[:, None])

    return apply


def polynomials(config: RotaryConfig) -> Function:
    """Reduce by a quarter turn in two parts and sum Taylor's series to twelve terms."""
    inv_freq = frequencies(config)
    high, low = 1.5707963267341256, 6.077100506506192e-11

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[:, None, :, None] * inv_freq
        quarter = np.rint(angle * (2 / np.pi))
        rest = (angle - quarter * high) - quarter * low
        sine, cosine = _series(rest)
        which = quarter.astype(np.int64) % 4
        sin = np.choose(which, (sine, cosine, -sine, -cosine))
        cos = np.choose(which, (cosine, -sine, -cosine, sine))
        return halves(x, cos, sin)

    return apply


def _series(rest: Array) -> tuple[Array, Array]:
    """Sum the series of sine and cosine for at most an eighth of a turn."""
    sine, cosine = rest, np.ones_like(rest)
    term_s, term_c = rest, np.ones_like(rest)
    for n in range(1, 12):
        term_s = -term_s * rest**2 / ((2 * n) * (2 * n + 1))
        term_c = -term_c * rest**2 / ((2 * n - 1) * (2 * n))
        sine, cosine = sine + term_s, cosine + term_c
    return sine, cosine


def powers(config: RotaryConfig) -> Function:
    """Build the rotation of p from those of powers of two, by squaring."""
    inv_freq = frequencies(config)

    def apply(x: Array, positions: Array) -> Array:
        distance = np.abs(positions)
        whole = np.ones((*positions.shape, len(inv_freq)), dtype=np.complex128)
        step, bit = np.exp(1j * inv_freq), 1
        while bit <= distance.max(initial=0):
            whole = np.where((distance & bit)[..., None] != 0, whole * step, whole)
            step, bit = step * step, 2 * bit
        whole = np.where(positions[..., None] < 0, whole.conj(), whole)[:, None]
        return halves(x, whole.real, whole.imag)

    return apply


def two_tables(config: RotaryConfig) -> Function:
    """Multiply a coarse and a fine table: p = 512 a + b."""
    inv_freq = frequencies(config)
    coarse = np.exp(1j * np.outer(np.arange(-2048, 2048) * 512, inv_freq))
    fine = np.exp(1j * np.outer(np.arange(512), inv_freq))

    def apply(x: Array, positions: Array) -> Array:
        both = coarse[positions // 512 + 2048] * fine[positions % 512]
        width = config.rotary_dim
        y = x.copy()
        z = (x[..., 0:width:2] + 1j * x[..., 1:width:2]) * both[:, None]
        y[..., 0:width:2], y[..., 1:width:2] = z.real, z.imag
        return y

    return apply


def matrices_of_pairs(config: RotaryConfig) -> Function:
    """Multiply stacked two by two matrices by stacked pairs."""
    inv_freq = frequencies(config)

    def apply(x: Array, positions: Array) -> Array:
        angle = positions[..., None] * inv_freq
        cos, sin = np.cos(angle), np.sin(angle)
        turn = np.stack((np.stack((cos, -sin), -1), np.stack((sin, cos), -1)), -2)
        pairs = x.astype(np.float64).reshape(*x.shape[:-1], -1, 2)
        turned = np.einsum("bspij,bhspj->bhspi", turn, pairs)
        return turned.reshape(x.shape).astype(x.dtype)

    return apply


class FloatTables:
    """Keep float32 tables of every position seen, by position; partial width."""

    def __init__(self, config: RotaryConfig) -> None:
        self.inv_freq = frequencies(config)
        self.width = config.rotary_dim
        self.kept: dict[int, tuple[Array, Array]] = {}

    def _row(self, position: int) -> tuple[Array, Array]:
        if position not in self.kept:
            angle = position * self.inv_freq
            self.kept[position] = np.float32(np.cos(angle)), np.float32(np.sin(angle))
        return self.kept[position]

    def __call__(self, q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
        """Rotate."""
        rows = [[self._row(int(p)) for p in row] for row in positions]
        cos, sin = (np.array([[t[i] for t in row] for row in rows])[:, None] for i in (0, 1))
        cos, sin = (t.reshape(*positions.shape, -1)[:, None] for t in (cos, sin))

        def one(x: Array) -> Array:
            turned = halves(x[..., : self.width], cos, sin)
            return np.concatenate((turned, x[..., self.width :]), axis=-1)

        return one(q), one(k)


HONEST: tuple[Entry, ...] = (
    Entry("fixed-point", fixed_point, LLAMA, claims={"dtypes": ("float32", "float16")}),
    Entry("polynomials", polynomials, LLAMA),
    Entry("squared-powers", powers, LLAMA),
    Entry("two-tables", two_tables, GPTJ),
    Entry("matrices-of-pairs", matrices_of_pairs, PAPER),
    Entry("float-tables", FloatTables, NEOX,
          claims={"signature": "qk", "dtypes": ("float32",)}),
    Entry("single-pair", two_tables, SINGLE_PAIR),
)  # fmt: skip
"""Honest implementations with sines of their own."""

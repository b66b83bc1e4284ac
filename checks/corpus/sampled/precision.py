"""Mistakes of precision, with formats and tables drawn at random."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .mistake import Calling, Draw, Mistake

Generator = np.random.Generator


def phase(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Form the phase in a small format, with its factors or without, or in turns."""
    name = str(rng.choice(["bfloat16", "float16"]))
    kind = int(rng.integers(3))

    def form(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
        if kind == 0:
            return round_to(positions * frequencies, name)
        if kind == 1:
            narrow = round_to(positions, name), round_to(frequencies, name)
            return round_to(narrow[0] * narrow[1], name)
        turns = positions * frequencies / (2 * np.pi)
        return round_to(turns, name) * 2 * np.pi

    says = ("the phase", "the phase and its factors", "the phase in turns")[kind]
    return Mistake(
        "low-precision-phase", f"rounds {says} to {name}",
        lambda one: one.replace(phases=form),
        also=("low-precision-positions", "low-precision-frequencies") if kind == 1 else (),
    )  # fmt: skip


def trigonometry(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Approximate sine and cosine."""
    digits, steps = int(rng.integers(2, 6)), int(2 ** rng.integers(8, 14))
    pi, order = round(np.pi, digits), int(rng.integers(4, 8))

    def taylor(x: FloatArray) -> FloatArray:
        reduced = x - 2 * np.pi * np.rint(x / (2 * np.pi))
        term, total = reduced, reduced
        for n in range(1, order):
            term = -term * reduced**2 / ((2 * n) * (2 * n + 1))
            total = total + term
        return total

    ways: tuple[tuple[str, Callable[[FloatArray], FloatArray]], ...] = (
        (f"reduces by 2 x {pi}", lambda x: np.sin(x - np.rint(x / (2 * pi)) * (2 * pi))),
        (f"has a table of {steps} steps",
         lambda x: np.sin(np.floor(x / (2 * np.pi) * steps) * (2 * np.pi / steps))),
        (f"sums {order} terms", taylor),
        ("has values in bfloat16", lambda x: round_to(np.sin(x), "bfloat16")),
        ("has values in float16", lambda x: round_to(np.sin(x), "float16")),
        ("clamps the angle", lambda x: np.sin(np.clip(x, -1000 * np.pi, 1000 * np.pi))),
    )  # fmt: skip
    says, sine = ways[int(rng.integers(len(ways)))]

    def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
        cos, sin = sine(phases + np.pi / 2), sine(phases)
        return np.stack((cos, cos), -1), np.stack((sin, sin), -1)

    return Mistake("inaccurate-trigonometry", says, lambda one: one.replace(tables=tables))


def leak(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Return another format."""
    kind = str(rng.choice(["float64", "float16"]))
    return Mistake(
        "dtype-leak",
        f"returns {kind}",
        calling=Calling(leaks=kind),
        claims={"dtypes": ("float32",), "inplace": False},
    )


def nothing_finite(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Give NaN or infinity at some positions or in some pairs."""
    bad = float(rng.choice([np.nan, np.inf]))
    start = int(10 ** rng.uniform(0, 4))
    kind = int(rng.integers(3))

    def change(one: Pipeline) -> Pipeline:
        def phases(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
            formed = one.phases(positions, frequencies)
            where = (positions == 0, positions >= start, np.arange(len(frequencies)) == 0)[kind]
            return np.where(where, bad, formed)

        return one.replace(phases=phases)

    says = ("at position 0", f"from position {start} on", "in the first pair")[kind]
    return Mistake("nan-output", f"gives NaN {says}", change)


DRAWS: tuple[Draw, ...] = (phase, phase, trigonometry, trigonometry, leak, nothing_finite)

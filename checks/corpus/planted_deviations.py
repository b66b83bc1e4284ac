"""Planted bugs: each a deviation of the correct pipeline, as a NumPy target."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .configs import (
    AMPLIFIED,
    DEEPSEEK_HF,
    GEMMA4,
    GPTJ,
    INTERPOLATED,
    LAST_HALF,
    LLAMA,
    MLA,
    MROPE,
    NEOX,
    PAPER,
)
from .deviations import DEVIATIONS, Deviation
from .entry import Entry, Function, Maker

Array = Any

BY_NAME: dict[str, Deviation] = {deviation.name: deviation for deviation in DEVIATIONS}
"""The deviations by name."""

CHOSEN: tuple[tuple[str, RotaryConfig], ...] = (
    ("pairs-half", PAPER),
    ("pairs-interleaved", LLAMA),
    ("half-idle-frequencies", NEOX),
    ("written-in-halves", PAPER),
    ("written-interleaved", DEEPSEEK_HF),
    ("tables-in-halves", PAPER),
    ("tables-interleaved", LLAMA),
    ("sines-interleaved", LLAMA),
    ("ends-exchanged", GPTJ),
    ("base-10000", LLAMA),
    ("base-500000", PAPER),
    ("exponent-uses-head-dim", GPTJ),
    ("exponent-doubled", LLAMA),
    ("exponent-odd", PAPER),
    ("exponent-to-the-end", LLAMA),
    ("frequencies-reversed", LLAMA),
    ("frequencies-rolled", PAPER),
    ("frequencies-bfloat16", LLAMA),
    ("offset-plus-one", LLAMA),
    ("positions-counted", LLAMA),
    ("positions-rebased", PAPER),
    ("positions-of-first-row", LLAMA),
    ("positions-reversed", PAPER),
    ("positions-sorted", PAPER),
    ("positions-bfloat16", LLAMA),
    ("positions-float16", PAPER),
    ("table-wraps-4096", LLAMA),
    ("table-clamps-2048", PAPER),
    ("positions-int16", LLAMA),
    ("positions-uint16", PAPER),
    ("alone-at-zero", LLAMA),
    ("alone-one-late", PAPER),
    ("sign-flipped", LLAMA),
    ("missing-minus", GPTJ),
    ("cos-sin-swapped", LLAMA),
    ("rotated-twice", PAPER),
    ("nothing-turned", LLAMA),
    ("last-pair-still", PAPER),
    ("sine-lost", LLAMA),
    ("first-head-only", LLAMA),
    ("last-head-still", PAPER),
    ("keys-still", LLAMA),
    ("single-key-still", LLAMA),
    ("positions-by-head", PAPER),
    ("head-added", LLAMA),
    ("added", PAPER),
    ("amplitude-twice", AMPLIFIED),
    ("softmax-scale", LLAMA),
    ("unit-vectors", LLAMA),
    ("clipped", PAPER),
    ("other-end", MLA),
    ("whole-head", NEOX),
    ("half-width", GPTJ),
    ("tail-zeroed", NEOX),
    ("tail-bfloat16", MLA),
    ("phase-bfloat16", LLAMA),
    ("phase-float16", PAPER),
    ("tables-bfloat16", LLAMA),
    ("pi-3.1416", PAPER),
    ("scaling-ignored", INTERPOLATED),
    ("scaling-inverted", INTERPOLATED),
    ("factor-2", INTERPOLATED),
    ("attention-factor-missing", AMPLIFIED),
    ("positions-summed", LLAMA),
    ("positions-as-words", LLAMA),
    ("autocast-float16", PAPER),
    ("autocast-bfloat16", LLAMA),
    ("rotated-twice-amplified", AMPLIFIED),
    ("frequencies-float16", PAPER),
    ("base-1e+06", INTERPOLATED.replace(base=10000.0)),
    ("exponent-halved", LAST_HALF),
    ("exponent-from-one", NEOX),
    ("keys-turn-back", PAPER),
    ("outputs-exchanged", LLAMA),
    ("by-row", PAPER),
    ("both-minus", LAST_HALF),
    ("cosine-twice", PAPER),
    ("tail-amplified", AMPLIFIED),
    ("two-more", NEOX),
    ("factor-squared", INTERPOLATED),
    ("positions-divided-down", INTERPOLATED),
    ("parabola", LLAMA),
    ("table-of-sines", PAPER),
    ("channels-reversed", LLAMA),
    ("last-coordinates-exchanged", MROPE),
)
"""Which deviations are planted, and in which configuration."""

OF_ITS_OWN: tuple[tuple[str, str, RotaryConfig], ...] = (
    ("proportional-as-partial", "pairs-half", GEMMA4),
)
"""Deviations planted a second time, under a name of their own."""


def _maker(deviation: Deviation) -> Maker:
    """Make a target of signature qk from a deviation."""

    def make(config: RotaryConfig) -> Function:
        pipeline = deviation.apply(config)

        def apply(q: Array, k: Array, positions: Array) -> tuple[Array, Array]:
            wide = q.astype(np.float64), k.astype(np.float64)
            turned_q, turned_k = pipeline.rotate(*wide, positions)
            return turned_q.astype(q.dtype), turned_k.astype(k.dtype)

        return apply

    return make


PLANTED: tuple[Entry, ...] = tuple(
    Entry(name, _maker(BY_NAME[deviation]), config, BY_NAME[deviation].bug,
          {"signature": "qk", "dtypes": ("float32",)})
    for name, deviation, config in (*((each, each, config) for each, config in CHOSEN),
                                    *OF_ITS_OWN)
)  # fmt: skip
"""Planted bugs that the diagnosis also holds as hypotheses."""

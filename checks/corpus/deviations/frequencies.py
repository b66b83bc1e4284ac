"""Frequencies other than declared."""

from collections.abc import Callable
from functools import partial

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import round_to

from .deviation import Change, Deviation, Visible, partial_width, scaled, several_pairs

COMMON_BASES = (10000.0, 500000.0, 1000000.0)
"""Bases that code falls back to."""


def with_base(base: float) -> Change:
    """Use another base."""
    return lambda pipeline: pipeline.configure(base=base)


def _other_base(base: float) -> Visible:
    return lambda config: config.base != base and config.pairs > 1


def _factor(config: RotaryConfig) -> FloatArray:
    """Return what the scaling makes of each plain frequency."""
    channels = layout_channels(config)
    return config.inv_freq() * config.base ** (2 * channels.index / channels.width)


def _exponent(rule: Callable[[IntArray, IntArray], FloatArray]) -> Change:
    """Use the frequencies base ** -rule(index, width), the scaling kept."""

    def frequencies(config: RotaryConfig) -> FloatArray:
        channels = layout_channels(config)
        return _factor(config) * config.base ** -rule(channels.index, channels.width)

    return lambda pipeline: pipeline.replace(frequencies=frequencies)


def _over_head_dim(pipeline: Pipeline) -> Pipeline:
    """Divide the exponents by the width of the head."""
    head_dim = pipeline.config.head_dim
    return _exponent(lambda i, _width: 2 * i / head_dim)(pipeline)


def _changed(change: Callable[[FloatArray], FloatArray]) -> Change:
    """Change the finished frequencies."""

    def apply(pipeline: Pipeline) -> Pipeline:
        return pipeline.replace(frequencies=lambda config: change(config.inv_freq()))

    return apply


def _linear_factor(config: RotaryConfig) -> float:
    return float((config.scaling_dict() or {}).get("factor", 1.0))


def _evens_first(frequencies: FloatArray) -> FloatArray:
    return np.concatenate((frequencies[::2], frequencies[1::2]))


DEVIATIONS = (
    *(
        Deviation(f"base-{base:g}", "wrong-base", f"has the frequencies of base {base:g}",
                  with_base(base), _other_base(base))
        for base in COMMON_BASES
    ),
    Deviation("exponent-uses-head-dim", "exponent-uses-head-dim",
              "has the exponents 2i/head_dim",
              _over_head_dim,
              lambda c: partial_width(c) and several_pairs(c) and c.layout != "half-idle"),
    Deviation("exponent-halved", "wrong-exponent", "has the exponents i/r",
              _exponent(lambda i, d: i / d), several_pairs),
    Deviation("exponent-doubled", "wrong-exponent", "has the exponents 4i/r",
              _exponent(lambda i, d: 4 * i / d), several_pairs),
    Deviation("exponent-odd", "wrong-exponent", "has the exponents (2i+1)/r",
              _exponent(lambda i, d: (2 * i + 1) / d)),
    Deviation("exponent-from-one", "wrong-exponent", "counts pairs from 1: exponents (2i+2)/r",
              _exponent(lambda i, d: (2 * i + 2) / d)),
    Deviation("exponent-before-zero", "wrong-exponent", "has the exponents (2i-2)/r",
              _exponent(lambda i, d: (2 * i - 2) / d)),
    Deviation("exponent-to-the-end", "wrong-exponent", "has the exponents 2i/(r-2)",
              _exponent(lambda i, d: 2 * i / (d - 2)), several_pairs),
    Deviation("exponent-positive", "wrong-exponent", "has positive exponents",
              _exponent(lambda i, d: -2 * i / d), several_pairs),
    Deviation("exponent-scaled", "wrong-exponent",
              "divides the exponents by the scaling factor instead of the positions",
              lambda pipeline: pipeline.replace(
                  frequencies=lambda c: (
                      c.base ** (-2 * layout_channels(c).index
                                 / layout_channels(c).width / _linear_factor(c)))),
              lambda c: scaled(c) and several_pairs(c)),
    Deviation("frequencies-reversed", "frequency-order", "has the slowest pair first",
              _changed(lambda frequencies: frequencies[::-1]), several_pairs),
    Deviation("frequencies-rolled", "frequency-order", "has the frequencies shifted by a pair",
              _changed(lambda frequencies: np.roll(frequencies, 1)), several_pairs),
    Deviation("frequencies-evens-first", "frequency-order",
              "has every second frequency first",
              _changed(_evens_first), lambda c: c.pairs > 2),
    *(
        Deviation(f"frequencies-{name}", "low-precision-frequencies",
                  f"has frequencies rounded to {name}",
                  _changed(partial(round_to, name=name)),
                  several_pairs)
        for name in ("bfloat16", "float16")
    ),
)  # fmt: skip

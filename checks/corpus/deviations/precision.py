"""Phases, cosines and sines in too few bits."""

from collections.abc import Callable
from functools import partial

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline, cos_sin_tables
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .deviation import Change, Deviation


def _phases(form: Callable[[FloatArray, FloatArray], FloatArray]) -> Change:
    """Form the phase of positions `(..., 1 or pairs)` and frequencies in another way."""
    return lambda pipeline: pipeline.replace(phases=form)


def _product(name: str, positions: FloatArray, frequencies: FloatArray) -> FloatArray:
    return round_to(positions * frequencies, name)


def _autocast(name: str, positions: FloatArray, frequencies: FloatArray) -> FloatArray:
    return round_to(round_to(positions, name) * round_to(frequencies, name), name)


def _tables(change: Callable[[FloatArray], tuple[FloatArray, FloatArray]]) -> Change:
    def apply(pipeline: Pipeline) -> Pipeline:
        return pipeline.replace(tables=change)

    return apply


def _rounded(name: str) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
        cos, sin = cos_sin_tables(phases)
        return round_to(cos, name), round_to(sin, name)

    return tables


def _short_pi(pi: float) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    """Reduce the phase by a turn that is not quite 2 pi."""

    def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
        return cos_sin_tables(phases - np.rint(phases / (2 * pi)) * (2 * pi))

    return tables


def _looked_up(steps: int) -> Callable[[FloatArray], tuple[FloatArray, FloatArray]]:
    """Take the nearest of `steps` entries for a turn."""

    def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
        return cos_sin_tables(np.rint(phases / (2 * np.pi) * steps) * (2 * np.pi / steps))

    return tables


def _parabola(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Approximate the sine by parabolas, a well-known short cut good to 0.001."""

    def sine(angle: FloatArray) -> FloatArray:
        x = angle / np.pi - 2 * np.rint(angle / (2 * np.pi))
        y = 4 * x * (1 - np.abs(x))
        return np.asarray(0.225 * (y * np.abs(y) - y) + y)

    cos, sin = sine(phases + np.pi / 2), sine(phases)
    return np.stack((cos, cos), axis=-1), np.stack((sin, sin), axis=-1)


_SMALL = ("bfloat16", "float16")

DEVIATIONS = (
    *(
        Deviation(f"phase-{name}", "low-precision-phase", f"rounds the phase to {name}",
                  _phases(partial(_product, name)))
        for name in _SMALL
    ),
    *(
        Deviation(f"autocast-{name}", "low-precision-phase",
                  f"forms the phase in {name}, factors included",
                  _phases(partial(_autocast, name)))
        for name in _SMALL
    ),
    *(
        Deviation(f"tables-{name}", "inaccurate-trigonometry",
                  f"has cosine and sine in {name}", _tables(_rounded(name)))
        for name in _SMALL
    ),
    Deviation("pi-3.1416", "inaccurate-trigonometry", "reduces the phase by 2 x 3.1416",
              _tables(_short_pi(3.1416))),
    Deviation("pi-3.14159", "inaccurate-trigonometry", "reduces the phase by 2 x 3.14159",
              _tables(_short_pi(3.14159))),
    Deviation("table-of-sines", "inaccurate-trigonometry",
              "takes sines from a table of 4096 steps for a turn", _tables(_looked_up(4096))),
    Deviation("parabola", "inaccurate-trigonometry", "approximates the sine by parabolas",
              _tables(_parabola)),
)  # fmt: skip

"""How libraries read YaRN's keys: the disagreements that are in real use, as one table.

Every row fills in the same independent choices, so a reading is a row and never a special
case in the law. What the choices change in numbers is in each row's tests.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference.arrays import Numbers

from .law import Remark, Spectrum
from .ramps import apart

if TYPE_CHECKING:
    from .yarn import Yarn


def magnitude(factor: float, weight: float = 1.0) -> float:
    """Return g(s, m) = 0.1 m ln s + 1, and 1 for s up to 1: YaRN's sqrt(1 / t).

    Source: YaRN, arXiv 2309.00071, Eq. 22 (number from memory); the weight is DeepSeek's.
    """
    return 1.0 if factor <= 1 else 0.1 * weight * math.log(factor) + 1.0


def _both(law: Yarn) -> float:
    """Both weights together count, as a ratio; one of them alone does not."""
    if law.attention_factor is not None:
        return law.attention_factor
    if law.mscale and law.mscale_all_dim:
        return magnitude(law.factor, law.mscale) / magnitude(law.factor, law.mscale_all_dim)
    return magnitude(law.factor)


def _ratio(law: Yarn) -> float:
    """Take the ratio of the weights, 1 and 0 where they are absent."""
    upper = 1.0 if law.mscale is None else law.mscale
    return magnitude(law.factor, upper) / magnitude(law.factor, law.mscale_all_dim or 0.0)


def _given(law: Yarn) -> float:
    """Take the ratio if both weights are given, 0 included."""
    if law.mscale is not None and law.mscale_all_dim is not None:
        return magnitude(law.factor, law.mscale) / magnitude(law.factor, law.mscale_all_dim)
    return magnitude(law.factor)


def _plain(law: Yarn) -> float:
    """The factor alone counts."""
    return magnitude(law.factor)


def _whichever(law: Yarn) -> float:
    """The weight that is given counts, and without one there is no amplitude."""
    weight = law.mscale if law.mscale is not None else law.mscale_all_dim
    return 1.0 if weight is None else magnitude(law.factor, weight)


def _unbounded(law: Yarn) -> float:
    """The factor alone counts, below 1 too."""
    return 0.1 * math.log(law.factor) + 1.0


def _kept_apart(low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Keep hi at least 0.001 above lo."""
    return low, np.maximum(high, low + 0.001)


@dataclass(frozen=True)
class YarnConvention:
    """One library's reading of YaRN.

    Attributes
    ----------
    users
        Who computes it so.
    amplitude
        What it makes of `mscale`, `mscale_all_dim` and `attention_factor`.
    truncate
        Whether it rounds lo and hi outwards even where `truncate` is false.
    top
        hi is let stand up to `top` times the width, minus 1: 1 for d - 1, 1/2 for d/2 - 1.
    open
        How it keeps lo and hi from falling together.
    inverted
        Whether it divides the fast frequencies instead of the slow ones, a defect.
    """

    users: str
    amplitude: Callable[[Yarn], float]
    truncate: bool = False
    top: float = 1
    open: Callable[[Any, Any], tuple[Any, Any]] = apart
    inverted: bool = False


CONVENTIONS: Mapping[str, YarnConvention] = {
    "hugging-face": YarnConvention("Hugging Face transformers 5.23, newer vLLM", _both),
    "jquesnelle": YarnConvention(
        "the authors' code jquesnelle/yarn, older vLLM", _plain, truncate=True
    ),
    "deepseek": YarnConvention(
        "DeepSeek's remote code, vLLM's deepseek_yarn, mlx-lm", _ratio, truncate=True
    ),
    "megatron": YarnConvention("Megatron-core 0.16", _given),
    "ggml": YarnConvention(
        "ggml and llama.cpp, which overwrite a given amplitude",
        _unbounded, truncate=True, open=_kept_apart,
    ),
    "keras-hub": YarnConvention("keras-hub 0.32", _unbounded, open=_kept_apart),
    "litgpt": YarnConvention(
        "litgpt 0.5.13, whose ramp is inverted",
        _whichever, truncate=True, top=1 / 2, inverted=True,
    ),
}  # fmt: skip
"""The readings, by name."""


_DEFECTIVE = {"litgpt"}
"""Readings that are known to be wrong, so that differing from them needs no remark."""

_SMALLEST = 1e-9
"""Relative differences up to this are rounding."""


def yarn_remarks(law: Yarn, spectrum: Spectrum) -> tuple[Remark, ...]:
    """Compare the readings of one YaRN configuration, and say where they differ.

    Parameters
    ----------
    law
        The law with its convention.
    spectrum
        The plain frequencies that it is for, in float64.
    """
    own, remarks = law.frequencies(spectrum), []
    others = {
        name: replace(law, convention=name)
        for name in CONVENTIONS
        if name != law.convention and name not in _DEFECTIVE
    }
    apart = {
        name: float(np.max(np.abs(other.frequencies(spectrum) / own - 1)))
        for name, other in others.items()
    }
    differing = {name: size for name, size in apart.items() if size > _SMALLEST}
    if differing:
        says = ", ".join(f"{name} by {size:.2g}" for name, size in differing.items())
        message = f"frequencies as {law.convention} computes them; others differ: {says}"
        remarks.append(Remark("yarn-frequencies-differ", message))
    amplitudes = {name: other.amplitude() for name, other in others.items()}
    unlike = {
        name: value
        for name, value in amplitudes.items()
        if abs(value / law.amplitude() - 1) > _SMALLEST
    }
    if unlike:
        says = ", ".join(f"{name} {value:.6g}" for name, value in unlike.items())
        message = f"amplitude {law.amplitude():.6g} as {law.convention}; others: {says}"
        remarks.append(Remark("yarn-amplitude-differs", message))
    return tuple(remarks)

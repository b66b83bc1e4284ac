"""Other words for the same frequencies: exponent rules, and NTK-aware scaling."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ropespec.reference import LAYOUTS, RotaryConfig

from .candidate import COMMON_BASES, COMMON_FACTORS, digits
from .evidence import Evidence
from .fit import Fit
from .identification import Exponent

SHORT = 3
"""Digits up to which a base is one that somebody typed."""


def exponent(fit: Fit, evidence: Evidence) -> Exponent | None:
    """Return the rule of the exponents: another than the usual only for a better base.

    A base is better if it is declared, or usual where nothing is declared and the base under
    the usual rule is a number that nobody types.
    """
    if fit.base is None:
        return None
    usual = Exponent(_usual(evidence.shape), fit.base)
    declared = evidence.declared
    if declared is not None and fit.base == declared.base:
        return usual
    if digits(fit.base) <= SHORT:
        return usual
    likely = COMMON_BASES if declared is None else (declared.base,)
    for rule, base in _rules(fit.base, evidence.shape):
        error = _error(evidence) * math.log(fit.base) * base
        for number in likely:
            if abs(base - number) <= error:
                return Exponent(rule, number)
    return usual


def other_words(fit: Fit, evidence: Evidence) -> tuple[str, ...]:
    """Say what else a base may mean: rules of the exponents, and NTK-aware scaling."""
    if fit.base is None or fit.law is not None or evidence.spread <= 2:
        return ()
    declared = evidence.declared
    if declared is not None and declared.base == fit.base:
        return ()
    if declared is None and digits(fit.base) <= SHORT:
        return ()
    bases = COMMON_BASES if declared is None else (declared.base,)
    found = []
    power = (evidence.spread - 2) / evidence.spread
    for base in bases:
        alpha = (fit.base / base) ** power
        error = alpha * _error(evidence) * math.log(fit.base)
        near = [number for number in COMMON_FACTORS if abs(number - alpha) <= error]
        if declared is not None and not near:
            near = [float(f"{alpha:.6g}")]
        found += [
            f"base {fit.base:g} is the same as base {base:g} with NTK-aware scaling, alpha "
            f"{number:g}: the frequencies do not tell them apart"
            for number in near
        ]
    for rule, base in _rules(fit.base, evidence.shape):
        error = _error(evidence) * math.log(fit.base) * base
        found += [
            f"base {fit.base:g} is the same as base {number:g} with the exponents {rule}"
            for number in bases
            if abs(base - number) <= error and number != fit.base
        ]
    return tuple(found)


def _usual(shape: RotaryConfig) -> str:
    """Return how the exponents count in a layout."""
    return "2i/head_dim" if LAYOUTS[shape.layout].span == "head" else "2i/rotary_dim"


def _rules(base: float, shape: RotaryConfig) -> Iterator[tuple[str, float]]:
    """Yield other rules with the base that makes the same frequencies."""
    log, width = math.log(base), shape.rotary_dim
    powers = [("i/rotary_dim", 2.0), ("4i/rotary_dim", 0.5)]
    if shape.rotary_dim < shape.head_dim:
        powers.insert(0, ("2i/head_dim", shape.head_dim / width))
    if width > 2:
        powers.append(("2i/(rotary_dim - 2)", (width - 2) / width))
    for rule, power in powers:
        if log * power < 50:
            yield rule, math.exp(log * power)


def _error(evidence: Evidence) -> float:
    """Return how far the logarithm of the base may be off, relative."""
    turning = evidence.exponent > 0
    if not turning.any():
        return 1.0
    best = float((evidence.error[turning] / evidence.exponent[turning]).min())
    return 4 * best + 1e-6

"""Laws that keep a geometric series: none, another base, one divisor for all pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ropespec.reference import LAYOUTS
from ropespec.reference.scaling import Dynamic, Linear, Ntk, NtkSu, Proportional

from .candidate import COMMON_BASES, COMMON_FACTORS, Candidate, base_price, price
from .evidence import Evidence, Law
from .numbers import simplest

RARE = 6.0
"""What Su's law costs where it is not declared: hardly anybody has it."""

ONE_PAIR = 10000.0
"""The base that is written down where the one pair there is says nothing about it."""


def geometric(evidence: Evidence, bases: list[float]) -> Iterator[Candidate]:
    """Yield plain and linear laws for every base, and what else makes a geometric series."""
    for base in bases:
        cost = base_price(evidence, base)
        yield Candidate(base, _plain(evidence), cost)
        for factor in _factors(evidence, base):
            law = _divided(evidence, factor)
            yield Candidate(base, law, cost + 1 + price(factor, (*COMMON_FACTORS, 0.5)))
        yield from _stretched(evidence, base)
    yield from _fitted(evidence)


def declared_factor(evidence: Evidence) -> float | None:
    """Return the factor of the declared law, None if there is none."""
    words = words_of(evidence)
    return words.get("factor", words.get("alpha"))


def words_of(evidence: Evidence) -> dict[str, Any]:
    """Return the declared law in Hugging Face's words, nothing where none is declared."""
    declared = None if evidence.declared is None else evidence.declared.scaling_dict()
    return declared or {}


def one_factor(evidence: Evidence, base: float) -> tuple[float, float] | None:
    """Return the divisor that all pairs share and its error, None where they share none."""
    ratio = np.log(evidence.plain(base) / evidence.omega)
    allowed = evidence.allowed(base, None)
    low, high = float((ratio - allowed).max()), float((ratio + allowed).min())
    if low > high:
        return None
    middle = math.exp((low + high) / 2)
    return middle, middle * (high - low) / 2


def _plain(evidence: Evidence) -> Law:
    """Return no law; for pairs over the whole head of which few turn, its name."""
    idle = evidence.shape.rotary_dim < evidence.shape.head_dim
    whole = LAYOUTS[evidence.shape.layout].span == "head"
    return Proportional() if whole and idle else None


def _divided(evidence: Evidence, factor: float) -> Law:
    """Return the law that divides all frequencies by a factor."""
    return Linear(factor) if _plain(evidence) is None else Proportional(factor)


def _factors(evidence: Evidence, base: float) -> list[float]:
    """Return guesses at the common divisor, and the divisor as fitted."""
    shared = one_factor(evidence, base)
    if shared is None:
        return []
    middle, width = shared
    guess = simplest(middle, max(width, 1e-15), 1.0, declared_factor(evidence), *COMMON_FACTORS)
    return [factor for factor in dict.fromkeys((guess, middle)) if factor != 1.0]


def _fitted(evidence: Evidence) -> Iterator[Candidate]:
    """Yield base and factor as least squares give them together."""
    x, y, error = evidence.exponent, -np.log(evidence.omega), evidence.error
    if len(set(x.tolist())) < 2:
        return
    design = np.stack((x, np.ones_like(x)), axis=-1) / error[:, np.newaxis]
    slope, intercept = np.linalg.lstsq(design, y / error, rcond=None)[0]
    if not (0 < slope < 300 and abs(intercept) < 300):
        return
    base, factor = math.exp(slope), math.exp(intercept)
    cost = base_price(evidence, base) + 1 + price(factor)
    yield Candidate(base, _divided(evidence, factor), cost)
    if factor > 1 + 1e-5 and intercept * evidence.spread / 2 < 20:
        yield _su(evidence, base, factor ** (evidence.spread / 2))


def _su(evidence: Evidence, base: float, factor: float) -> Candidate:
    """Return Su's law for the base and first divisor that it comes to."""
    error = 1e-6 * evidence.spread * factor
    guess = simplest(factor, error, declared_factor(evidence), *COMMON_FACTORS)
    plain = simplest(base / guess, 1e-6 * evidence.spread * base / guess, *COMMON_BASES)
    declared = evidence.declared
    meant = declared is not None and isinstance(declared.scaling, NtkSu)
    cost = base_price(evidence, plain) + price(guess, COMMON_FACTORS)
    return Candidate(plain, NtkSu(guess), cost + (1 if meant else RARE))


def _stretched(evidence: Evidence, base: float) -> Iterator[Candidate]:
    """Yield laws that come to another base: only where they are declared, or Su's."""
    declared = evidence.declared
    law = None if declared is None else declared.scaling
    if evidence.spread <= 2:
        return
    last = float(evidence.omega[-1])
    index, spread = float(evidence.index[-1]), evidence.spread
    shrunk = float(evidence.plain(base)[-1]) / last
    if isinstance(law, Ntk | Dynamic) and declared is not None and base == declared.base:
        alpha = shrunk ** ((spread - 2) / (2 * index)) if index else 1.0
        error = alpha * 4 * float(evidence.allowed(base, None).max()) * spread / max(1.0, index)
        guess = simplest(alpha, error, getattr(law, "alpha", None), *COMMON_FACTORS)
        for value in dict.fromkeys((guess, alpha)):
            if value > 0 and value != 1.0:
                yield Candidate(base, Ntk(value), 1 + price(value, COMMON_FACTORS))

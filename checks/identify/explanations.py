"""Which laws explain the measured frequencies, the simplest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal

import numpy as np

from ropespec.reference.formats import find_format, round_to
from ropespec.reference.scaling import Linear, Llama3, NtkByParts, Yarn

from .bands import bands
from .bases import bases
from .candidate import Candidate
from .evidence import Evidence
from .fit import Fit, of_candidate
from .geometric import ONE_PAIR, declared_factor, geometric, one_factor
from .index_ramp import index_ramp
from .listed import listed, reordered
from .numbers import simplest
from .ramped import ramp_of

OPTIONS = 6
"""Explanations that are kept: the later ones with numbers as fitted."""

USUAL_SHARE = 0.15
"""How much of the proved bound of float32 frequencies most implementations need."""

UNUSUAL = 6.0
"""What needing more of it speaks against a law, in digits: numbers that everybody types are
believed all the same."""

EACH_PAIR = 4.0
"""Digits for each pair: a law that takes more of them says no less than the frequencies."""

FITTED = 4
"""Bases for which all numbers of a ramp are fitted."""

ROUNDED = ("float16", "bfloat16")
"""Formats that frequencies are rounded to by mistake."""


@np.errstate(all="ignore")
def explanations(evidence: Evidence, sign: Literal[1, -1], length: int | None) -> list[Fit]:
    """Find the laws that explain all frequencies within what measurement and float32 allow.

    Parameters
    ----------
    evidence
        The measured frequencies.
    sign
        Sense of the rotation.
    length
        The sequence length they were measured at, None where they did not hold up to it:
        then no list of divisors is made of them.

    Returns
    -------
    list of Fit
        The simplest first; then rounded frequencies, then a list of divisors, and nothing
        where the same frequencies stand in another order.
    """
    if evidence.spread <= 2 or len(evidence.omega) == 1:
        return _one_pair(evidence, sign)
    found = _simplest(evidence, sign) or _rounded(evidence, sign)
    if found and not (_is_ramp(found[0]) and found[0].cost > EACH_PAIR * len(evidence.omega)):
        return found
    if length is None or misplaced(evidence, sign) or repeated(evidence):
        return found
    candidate = listed(evidence, length)
    if candidate is None or (found and candidate.cost > found[0].cost):
        return [_doubted(fit, evidence) for fit in found]
    return [of_candidate(candidate, sign, evidence.misfit(candidate.base, candidate.law))]


def _rounded(evidence: Evidence, sign: Literal[1, -1]) -> list[Fit]:
    """Find the laws whose frequencies, rounded to a small format, are the measured ones."""
    for name in ROUNDED:
        if _held_by(evidence, name):
            format_ = find_format(name)
            slack = np.maximum(format_.unit_roundoff, format_.smallest / evidence.omega)
            rounded = _simplest(evidence.coarser(slack), sign)
            if rounded:
                note = f"the frequencies are rounded to {name}"
                return [_noted(fit, note) for fit in rounded]
    return []


def _is_ramp(fit: Fit) -> bool:
    """Whether a law has enough numbers of its own to imitate others on a few pairs."""
    return isinstance(fit.law, Llama3 | NtkByParts | Yarn)


def _doubted(fit: Fit, evidence: Evidence) -> Fit:
    """Say that a law has as many numbers as there are frequencies to tell them by."""
    count = len(evidence.omega)
    words = f"the numbers of the scaling are fitted to {count} pairs, and nothing confirms them"
    return replace(fit, untold=(*fit.untold, words))


@np.errstate(all="ignore")
def misplaced(evidence: Evidence, sign: Literal[1, -1]) -> str | None:
    """Say whether the frequencies are those of a law in another order."""
    straight = reordered(evidence)
    found = [] if straight is None else _simplest(straight, sign)
    if not found:
        return None
    return f"the frequencies are those of base {found[0].base:g}, but in another order"


def repeated(evidence: Evidence) -> str | None:
    """Say whether the frequencies repeat, as those of several axes do."""
    count = len(evidence.omega)
    for blocks in range(2, 5):
        if count % blocks or count == blocks:
            continue
        rows = evidence.omega.reshape(blocks, -1)
        if (np.abs(rows / rows[0] - 1) <= 2 * evidence.error.reshape(rows.shape)).all():
            each = count // blocks
            return (
                f"the frequencies repeat in {blocks} blocks of {each} pairs, as for {blocks} "
                "axes: declare axes to have them measured one by one"
            )
    return None


def _stages(evidence: Evidence) -> Iterator[Iterator[Candidate]]:
    """Yield laws to try, the simpler kinds first; where one fits the later are not tried."""
    tried = bases(evidence)
    yield geometric(evidence, tried)
    ramps = [ramp for base in tried if (ramp := ramp_of(evidence, base)) and ramp.kept]
    ramps.sort(key=lambda ramp: -ramp.kept - ramp.divided)
    for usual, likely in ((True, ramps), (False, ramps[:FITTED])):
        yield (
            candidate
            for ramp in likely
            for law in (bands, index_ramp)
            for candidate in law(evidence, ramp, usual)
        )


def _simplest(evidence: Evidence, sign: Literal[1, -1]) -> list[Fit]:
    """Return the candidates that fit, the simplest first."""
    fitting: list[tuple[Candidate, float]] = []
    for stage in _stages(evidence):
        fitting = sorted(_fitting(evidence, stage), key=lambda each: each[0].cost)
        if fitting:
            break
    else:
        return []
    best = fitting[0][0]
    others = _others(best, fitting)
    return [
        of_candidate(candidate, sign, misfit, *(others if candidate is best else ()))
        for candidate, misfit in fitting[:OPTIONS]
    ]


def _fitting(
    evidence: Evidence, candidates: Iterable[Candidate]
) -> Iterator[tuple[Candidate, float]]:
    """Yield the candidates that explain everything, each law once."""
    seen = set()
    for candidate in candidates:
        key = (candidate.base, candidate.law)
        if key not in seen:
            seen.add(key)
            misfit = evidence.misfit(*key)
            if misfit <= 1:
                far = evidence.misfit(*key, share=USUAL_SHARE) > 1
                cost = candidate.cost + (UNUSUAL if far else 0.0)
                yield replace(candidate, cost=cost), misfit


def _others(best: Candidate, fitting: list[tuple[Candidate, float]]) -> tuple[str, ...]:
    """Name laws of other kinds that explain the same."""
    own = _kind(best)
    rest = {_kind(candidate): candidate for candidate, _ in reversed(fitting)}
    return tuple(
        f"the frequencies are also those of {_words(candidate)}"
        for kind, candidate in rest.items()
        if kind not in (own, "linear", "default")
    )


def _kind(candidate: Candidate) -> str:
    return "default" if candidate.law is None else candidate.law.rope_type


def _words(candidate: Candidate) -> str:
    """Write a candidate in a line."""
    law = {} if candidate.law is None else candidate.law.to_dict()
    numbers = ", ".join(f"{key} {_short(value)}" for key, value in law.items())
    return f"base {candidate.base:g}" + (f" with {numbers}" if numbers else "")


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _held_by(evidence: Evidence, name: str) -> bool:
    """Whether a format holds all frequencies, within the error of the measurement."""
    near = round_to(evidence.omega, name)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(near / evidence.omega - 1)
    coarse = bool((evidence.error > find_format(name).unit_roundoff / 4).any())
    return bool((away <= evidence.error).all()) and not coarse


def _noted(fit: Fit, note: str) -> Fit:
    return Fit(fit.base, fit.law, fit.sign, misfit=fit.misfit, untold=fit.untold, notes=(note,))


def _one_pair(evidence: Evidence, sign: Literal[1, -1]) -> list[Fit]:
    """Explain the frequency of a single pair: by a factor, the base says nothing."""
    base = None if evidence.declared is None else evidence.declared.base
    shared = one_factor(evidence, base or ONE_PAIR)
    if shared is None:
        return []
    untold = () if base else ("one pair alone says nothing about the base",)
    middle, width = shared
    guess = simplest(middle, max(width, 1e-15), 1.0, declared_factor(evidence))
    return [
        Fit(base, None if factor == 1 else Linear(factor), sign, misfit=0.0, untold=untold)
        for factor in (guess, middle)
    ]

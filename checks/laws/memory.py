"""An array is what its strides say, wherever it lies in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case, Memory

from .draws import Draws
from .law import Law
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

EVERYDAY: tuple[Memory, ...] = ("transposed", "offset", "expanded")
"""What the code around a rotary embedding makes all the time: heads exchanged with the
sequence, a part of the joint projection of queries, keys and values, a head repeated."""

UNUSUAL: tuple[Memory, ...] = ("sliced", "unaligned")
"""What may be refused: channels that do not lie side by side, or not in whole pairs, cannot be
seen as complex numbers without a copy."""


def _memory(trial: Trial) -> None:
    """Compare what comes of equal values in two places; what lies between them is NaN.

    The target's own answer for contiguous values is what it is compared with.
    """
    case = trial.case()
    if case.memory == "expanded":
        case = _repeated(case)
    plain = dataclasses.replace(case, memory="contiguous", name="contiguous memory")
    before = trial.sides(plain)
    after = trial.sides(dataclasses.replace(case, name=f"{case.memory} memory"))
    fault = trial.observations[-1].outcome.fault
    allowed = trial.scope.claims.contiguous or case.memory in UNUSUAL
    if fault is not None and fault.kind == "raised" and allowed:
        trial.faults.pop()
    for contiguous, other in zip(before, after, strict=False):
        trial.compare(other, contiguous.got)


def _repeated(case: Case) -> Case:
    """Give all heads the values of the first, as an array that is expanded has them."""
    q, k = (
        None if values is None else values[:, :1].repeat(values.shape[1], axis=1)
        for values in (case.q, case.k)
    )
    return dataclasses.replace(case, q=np.asarray(q), k=k)


def _places(scope: Scope) -> Iterator[Scenario]:
    """Try every way to lie in memory."""
    for dtype in scope.dtypes:
        for memory in _known(scope):
            rows = scope.anywhere(2, 4)
            yield scope.scenario("the same values", rows, dtype, memory=memory)


def _known(scope: Scope) -> tuple[Memory, ...]:
    """List the ways that the target's framework knows, without the plain one."""
    return tuple(each for each in (*EVERYDAY, *UNUSUAL) if each in scope.target.memories)


def _nowhere_else(scope: Scope) -> str | None:
    """Say that there is one way alone."""
    if _known(scope):
        return None
    return f"arrays of {scope.claims.framework} are always contiguous"


LAWS = (
    Law(
        id="memory",
        sentence="The answer is the same for transposed, offset, expanded and sliced memory as "
        "for contiguous; only channels that do not lie side by side in whole pairs may be "
        "refused.",
        theorem="B4",
        level="required",
        budget="Twice the value bound: a sum may be formed in another order.",
        kills=("assumes-contiguous", "raises"),
        advice="Use the strides of each input, or make a contiguous copy first; if callers "
        "always make one, pass --contiguous.",
        unanswered="Use the strides of each input, or make a contiguous copy first; if callers "
        "always make one, pass --contiguous.",
        body=_memory,
        ladder=_places,
        draws=Draws(memories=(*EVERYDAY, *UNUSUAL)),
        needs=_nowhere_else,
    ),
)

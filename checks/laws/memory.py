"""An array is what its strides say, wherever it lies in memory."""

from __future__ import annotations

import dataclasses
from typing import get_args

from ropespec.checks.observation import Memory

from .law import Law
from .oracle import judge
from .trial import Trial


def _memory(trial: Trial) -> None:
    """Give equal values as slices, transpositions and parts of larger arrays.

    What lies between the values is NaN, so that reading it shows. A target may refuse memory
    that is not contiguous, as a view of pairs as complex numbers does: nobody takes an
    exception for an answer.
    """
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            for memory in get_args(Memory):
                case = trial.case(f"{memory} memory", trial.anywhere((2, 4)), dtype)
                judge(trial, dataclasses.replace(case, memory=memory))
                fault = trial.observations[-1].outcome.fault
                if fault is not None and fault.kind == "raised" and memory != "contiguous":
                    trial.faults.pop()


LAWS = (
    Law(
        id="memory",
        sentence="The answer is the same for sliced, transposed and offset memory as for "
        "contiguous, unless it raises.",
        theorem="B4",
        level="required",
        budget="The value bound: a sum may be formed in another order.",
        kills=("assumes-contiguous",),
        body=_memory,
    ),
)

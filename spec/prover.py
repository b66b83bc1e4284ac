"""Run the kernel over theorems and report what it says."""

from __future__ import annotations

import platform
from collections.abc import Callable
from time import perf_counter

import mpmath
import sympy

from .registry import find, theorems
from .report import AlteredResult, ProofReport, StepResult, TheoremResult
from .theorem import Theorem

Progress = Callable[[TheoremResult, int, int], None]
"""Called after each theorem with its result, how many are done, and how many there are."""


def prove(*ids: str, progress: Progress | None = None) -> ProofReport:
    """Have the kernel judge theorems: all of them, or those that are named.

    Parameters
    ----------
    *ids
        Theorem ids such as `B2`; none means all.
    progress
        Called after each theorem.

    Returns
    -------
    ProofReport
        `ok` when every step is proved and every altered statement is refuted.

    Raises
    ------
    UnknownTheorem
        When an id is not known.

    Examples
    --------
    >>> from ropespec.spec import prove
    >>> prove("A1").ok
    True
    """
    chosen = tuple(find(name) for name in ids) or theorems()
    start = perf_counter()
    results = []
    for count, theorem in enumerate(chosen, start=1):
        results.append(judge(theorem))
        if progress is not None:
            progress(results[-1], count, len(chosen))
    return ProofReport(tuple(results), perf_counter() - start, environment())


def judge(theorem: Theorem) -> TheoremResult:
    """Judge the steps of one theorem and its altered statements."""
    start = perf_counter()
    steps = tuple(
        StepResult(step.name, step.text, step.claim.latex(), step.claim.check())
        for step in theorem.proof
    )
    altered = tuple(
        AlteredResult(one.what, one.claim.latex(), one.claim.check()) for one in theorem.altered
    )
    return TheoremResult(
        theorem.id,
        theorem.title,
        str(theorem.source),
        theorem.latex(),
        steps,
        altered,
        tuple(claim.latex() for claim in theorem.missing()),
        theorem.laws,
        perf_counter() - start,
    )


def environment() -> dict[str, str]:
    """Name the versions that a run was made with."""
    return {
        "python": platform.python_version(),
        "sympy": sympy.__version__,
        "mpmath": mpmath.__version__,
    }

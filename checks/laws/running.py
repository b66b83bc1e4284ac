"""Run one law: from a trial's tally to a result."""

from __future__ import annotations

import math
from time import perf_counter

from ropespec.checks.target import Target
from ropespec.reference.config import RotaryConfig

from .law import Law, LawResult, Worst
from .levels import Level
from .trial import Trial


def run_law(
    law: Law, target: Target, config: RotaryConfig, level: Level, seed: int
) -> LawResult:
    """Hold a target to one law.

    Parameters
    ----------
    law
        Which.
    target, config
        What is judged, and as what.
    level
        How much is tried.
    seed
        Decides all random inputs, together with the law's id.

    Returns
    -------
    LawResult
        Never raises: whatever the target does is the target's failure, and an exception
        of the suite's own becomes the status `error`.
    """
    started = perf_counter()
    trial = Trial.begin(law.id, target, config, level, seed)
    reason = law.needs(trial)
    if reason is not None:
        return LawResult(law, "skip", 0, reason=reason, applicable=False)
    try:
        law.body(trial)
    except Exception as error:
        text = " ".join(f"{type(error).__name__}: {error}".split())
        reason = f"the suite itself failed: {text}; please report it"
        return LawResult(law, "error", trial.executed, reason=reason)
    return _result(law, trial, round(perf_counter() - started, 3))


def _result(law: Law, trial: Trial, seconds: float) -> LawResult:
    """Judge the tally; nothing passes that was not executed."""
    if trial.executed == 0:
        reason = "no input fits what the target claims"
        return LawResult(law, "skip", 0, reason=reason)
    worst = trial.worst
    reasons = trial.faults[:1]
    if worst is not None and worst.ratio > 1:
        reasons.append(broken(worst))
    failed = bool(reasons)
    return LawResult(
        law,
        "fail" if failed else "pass",
        trial.executed,
        worst,
        "; ".join(reasons),
        ulps=tuple(sorted(trial.ulps.items())),
        seconds=seconds,
        observations=tuple(trial.observations) if failed else (),
        failed_dtypes=tuple(sorted(trial.failed_dtypes)) if failed else (),
    )


def broken(worst: Worst) -> str:
    """Say in one line where a budget was exceeded, and by how much."""
    pair = "" if worst.pair is None else f", pair {worst.pair}"
    channels = f" (channels {', '.join(map(str, worst.channels))})" if worst.channels else ""
    where = f"position {worst.position}{pair}{channels}, {worst.dtype} {worst.role}"
    if math.isnan(worst.error):
        return f"{where}: NaN came out ({worst.case})"
    if worst.budget == 0:
        return f"{where}: changed by {worst.error:.3g}, expected no change ({worst.case})"
    times = f"{worst.ratio:.3g} times the budget {worst.budget:.3g}"
    return f"{where}: error {worst.error:.3g} is {times} ({worst.case})"

"""One run: identify a target, hold it to the laws, say what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ropespec.reference import RotaryConfig

from .diagnose import Diagnosis, diagnose
from .identify import Identification, identify
from .laws import LAWS, Focus, Law, LawInterrupt, LawResult, Level, run_law
from .profile import LIMITS, ExhaustiveInterrupt, every_format, ladder, profile
from .report.error_map import measure
from .report.reproduce import reproduction
from .target import Target

Progress = Callable[[int, int, str], None]
"""Called with steps done, steps in all, and what comes next."""

SETTLED = "another required law has failed, and no more was asked"
"""Why a law was passed over."""

CRASHING = 3
"""Required laws that may fail by crashes; after them the others are not run."""


@dataclass(frozen=True)
class Plan:
    """What a run does, besides its target.

    Attributes
    ----------
    config
        What the target is held to be.
    laws
        The laws that were chosen.
    level
        How much is tried.
    seed
        Decides all random inputs.
    focus
        The positions and shapes that are tried alone.
    shrink
        Whether failing inputs are made as small as possible.
    settle
        Where verdict, causes and grade are all that is wanted, the mistakes that are looked
        for: once a required law failed, only the laws that are there for one of them are run,
        up to one failing input. Nothing is reproduced. None for a whole check.
    exhaustive
        Every position below this number is tried, 0 for none.
    factory
        Whether the target was made by a function without arguments.
    """

    config: RotaryConfig
    laws: tuple[Law, ...]
    level: Level
    seed: int
    focus: Focus = field(default_factory=Focus)
    shrink: bool = True
    settle: frozenset[str] | None = None
    exhaustive: int = 0
    factory: bool = False

    def run(self, law: Law, target: Target, before: Iterable[LawResult] = ()) -> LawResult:
        """Run one law.

        What came of others before decides whether it draws, and which input it tries first
        when it has failed; no verdict depends on it.
        """
        failures = [each.failure for each in before if each.failure is not None]
        return run_law(
            law.under(target.claims),
            target,
            self.config,
            self.level,
            self.seed,
            focus=self.focus,
            shrink=self.shrink,
            settled=None if self.settle is None else bool(_required_failures(before)),
            small=tuple(each.steps[0] for each in failures if len(each.steps) == 1),
        )

    def passes_over(self, law: Law, before: Iterable[LawResult]) -> bool:
        """Whether a law need not be run after what came of others."""
        if self.settle is None or self.settle & set(law.kills):
            return False
        return bool(_required_failures(before))

    def positions(self, target: Target) -> tuple[int, ...]:
        """Return the positions of the level that a target claims to work at."""
        return self.focus.positions or self.level.within(target.max_position)

    def reach(self, target: Target) -> int:
        """Return the farthest position of the profile."""
        end, claimed = LIMITS[self.level.name], target.max_position
        return end if claimed is None else min(end, claimed)


@np.errstate(all="ignore")  # a target may return NaN, infinities and anything else
def examine(target: Target, plan: Plan, progress: Progress) -> dict[str, Any]:
    """Identify, judge, diagnose.

    Parameters
    ----------
    target
        What is judged; it has passed the smoke call.
    plan
        As what, by which laws, how hard.
    progress
        Called before each step and after the last.

    Returns
    -------
    dict
        The fields of a `Report` that come from the target: results, identified, diagnosis,
        basis, reproductions, profile and errors; after an interruption those that were found
        before.
    """
    total = len(plan.laws) + 2
    results: list[LawResult] = []
    found: dict[str, Any] = {}
    try:
        progress(0, total, "identify")
        found["identified"] = identify(target, plan.config.head_dim, plan.config)
        for done, law in enumerate(plan.laws, start=1):
            if crashing(results):
                break
            progress(done, total, law.id)
            if plan.passes_over(law, results):
                results.append(LawResult(law, "skip", 0, reason=SETTLED))
            else:
                results.append(plan.run(law, target, results))
        progress(total - 1, total, "diagnose")
        for part in _explained(results, found["identified"], target, plan):
            found |= part
        progress(total, total, "")
    except KeyboardInterrupt as end:
        found["interrupted"] = True
        if isinstance(end, LawInterrupt) and len(results) < len(plan.laws):
            results.append(end.result)
        if isinstance(end, ExhaustiveInterrupt):
            found["exhaustive"] = end.found
    judged = found.get("results", results)
    return {**found, "results": (*judged, *not_run(judged, plan.laws))}


def _explained(
    results: list[LawResult], identified: Identification, target: Target, plan: Plan
) -> Iterator[dict[str, Any]]:
    """Say why laws failed, and try whether one order of the output channels mends it.

    Yields what it found out, part by part, so that an interruption leaves what came before.
    """
    yield {"diagnosis": _causes(results, target, plan.config, identified)}
    order, basis, measured = identified.output_permutation, None, target
    if _required_failures(results) and order is not None and not crashing(results):
        reordered = target.reordered(order)
        again = _while_good(replace(plan, shrink=False), reordered)
        if not _required_failures(again):
            basis, results, measured = order, again, reordered
    yield {"results": results, "basis": basis}
    if plan.settle is None:
        yield {"reproductions": _reproductions(results, target, plan)}
        yield {"errors": measure(measured, plan.config, plan.positions(target), plan.seed)}
    yield {"profile": profile(measured, plan.config, ladder(plan.reach(target)))}
    yield {"exhaustive": every_format(measured, plan.config, plan.exhaustive)}


def _while_good(plan: Plan, target: Target) -> list[LawResult]:
    """Run the laws up to the first required one that fails."""
    results: list[LawResult] = []
    for law in plan.laws:
        results.append(plan.run(law, target))
        if _required_failures(results):
            break
    return results


def _reproductions(results: Iterable[LawResult], target: Target, plan: Plan) -> dict[str, str]:
    """Write for each failed law the lines that show why, by its id."""
    return {
        result.id: reproduction(
            result,
            target,
            plan.config,
            seed=plan.seed,
            level=plan.level.name,
            factory=plan.factory,
            focus=plan.focus,
        )
        for result in results
        if result.status == "fail"
    }


def _causes(
    results: Iterable[LawResult],
    target: Target,
    config: RotaryConfig,
    identified: Identification,
) -> tuple[Diagnosis, ...]:
    """Say which known mistakes explain the failures."""
    failed = _required_failures(results)
    seen = [observation for result in failed for observation in result.observations]
    if not failed:
        return ()
    ids = [result.id for result in failed]
    return tuple(diagnose(seen, config, identified, ids, target))


def _required_failures(results: Iterable[LawResult]) -> list[LawResult]:
    """Pick the failures that make a target nonconformant."""
    return [r for r in results if r.status == "fail" and r.law.level == "required"]


def crashing(results: Iterable[LawResult]) -> bool:
    """Whether so many required laws failed by crashes that the others need not run."""
    return sum(each.given_up for each in _required_failures(results)) >= CRASHING


def not_run(judged: Iterable[LawResult], chosen: tuple[Law, ...]) -> list[LawResult]:
    """Say of the other laws why they did not run."""
    done = {result.id for result in judged}
    ids = {law.id for law in chosen}
    cut, left = "the run was interrupted before it", "not chosen with --law"
    if crashing(judged):
        cut = (
            f"the target crashed again and again in {CRASHING} laws before it; mend that first"
        )
    return [
        LawResult(law, "skip", 0, reason=cut if law.id in ids else left)
        for law in LAWS
        if law.id not in done
    ]

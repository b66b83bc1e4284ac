"""A framework can run a function in several ways: all of them compute the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ropespec.checks.observation import Path

from .draws import Draws
from .law import Law
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

QUICK: tuple[Path, ...] = ("no-grad", "autocast", "vmap")
"""Ways that take no longer than the usual one."""

SLOW: tuple[Path, ...] = ("jit", "exported", "compiled")
"""Ways that take long the first time, or for each new shape."""


def _paths(trial: Trial) -> None:
    """Compare what comes of a path with what the target gives as it is."""
    case = trial.case()
    before = trial.sides(replace(case, path="eager"))
    after = trial.sides(replace(case, name=f"run through {case.path}"))
    fault = trial.observations[-1].outcome.fault
    if fault is not None and fault.kind == "path-unavailable":
        trial.faults.pop()
        trial.executed -= 1
    for eager, other in zip(before, after, strict=False):
        trial.compare(other, eager.got)


def _ways(scope: Scope) -> Iterator[Scenario]:
    """Try every way once in every format; slow ones in one format and two shapes."""
    for path in _known(scope, QUICK):
        for dtype in scope.dtypes:
            name = "another way to run it"
            yield scope.scenario(name, scope.anywhere(2, 5), dtype, heads=4, path=path)
    if not scope.level.slow_paths:
        return
    for path in _known(scope, SLOW):
        for batch, seq in ((2, 5), (3, 7)):
            rows = scope.anywhere(batch, seq)
            name = "another way to run it"
            yield scope.scenario(name, rows, scope.dtypes[0], heads=4, path=path)


def _known(scope: Scope, wanted: tuple[Path, ...]) -> tuple[Path, ...]:
    """List the ways that the target's framework offers."""
    return tuple(path for path in wanted if path in scope.target.paths)


def _one_way(scope: Scope) -> str | None:
    """Say that there is one way alone, or none that is quick enough."""
    if _known(scope, QUICK):
        return None
    if not _known(scope, SLOW):
        return f"{scope.claims.framework} runs a function in one way alone"
    if scope.level.slow_paths:
        return None
    return f"compilers are tried at --level standard, and this is {scope.level.name}"


LAWS = (
    Law(
        id="paths",
        sentence="Compiled, exported, mapped over the batch, under automatic lower precision "
        "and without gradients it gives what it gives as it is.",
        theorem="B4",
        level="required",
        budget="Twice the value bound: a compiler may form sums in another order.",
        kills=("low-precision-phase",),
        advice="Keep angles in float32 whatever the mode, and do not branch on values, modes "
        "or earlier calls.",
        body=_paths,
        ladder=_ways,
        draws=Draws(paths=QUICK, share=0.5),
        needs=_one_way,
    ),
)

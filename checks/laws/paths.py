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

SLOW: dict[Path, tuple[tuple[int, int], ...]] = {
    "jit": ((2, 5), (3, 7)),
    "exported": ((2, 5),),
    "compiled": ((2, 5), (3, 7)),
}
"""Ways that take long the first time or for each new shape, and the rows and tokens that they
are tried on."""


FORMATS: dict[Path, tuple[str, ...]] = {"autocast": ("float32", "bfloat16")}
"""The formats that a path is for, where it is not for all: CPUs cast to bfloat16."""


def _paths(trial: Trial) -> None:
    """Compare what comes of a path with what the target gives as it is."""
    dtypes = _formats(trial.scope, trial.scenario.path)
    if not dtypes:
        return
    dtype = trial.scenario.dtype if trial.scenario.dtype in dtypes else dtypes[0]
    case = trial.case(dtype=dtype)
    before = trial.sides(replace(case, path="eager"))
    after = trial.sides(replace(case, name=f"run through {case.path}"))
    fault = trial.observations[-1].outcome.fault
    if fault is not None and fault.kind == "path-unavailable":
        trial.faults.pop()
        trial.executed -= 1
    for eager, other in zip(before, after, strict=False):
        trial.compare(other, eager.got)


def _ways(scope: Scope) -> Iterator[Scenario]:
    """Try every way once in every format; slow ones in one format, at higher levels."""
    for path in _known(scope, QUICK):
        for dtype in _formats(scope, path):
            name = "another way to run it"
            yield scope.scenario(name, scope.anywhere(2, 5), dtype, heads=4, path=path)
    for path in _known(scope, scope.level.slow_paths):
        for batch, seq in SLOW[path]:
            rows = scope.anywhere(batch, seq)
            name = "another way to run it"
            yield scope.scenario(name, rows, scope.dtypes[0], heads=4, path=path)


def _formats(scope: Scope, path: Path) -> tuple[str, ...]:
    """List the claimed formats that a path is for."""
    fitting = FORMATS.get(path, scope.dtypes)
    return tuple(dtype for dtype in scope.dtypes if dtype in fitting)


def _known(scope: Scope, wanted: tuple[Path, ...]) -> tuple[Path, ...]:
    """List the ways that the target's framework offers."""
    return tuple(path for path in wanted if path in scope.target.paths)


def _one_way(scope: Scope) -> str | None:
    """Say that there is one way alone, or none that is quick enough."""
    if _known(scope, QUICK):
        return None
    if not _known(scope, tuple(SLOW)):
        return f"{scope.claims.framework} runs a function in one way alone"
    if _known(scope, scope.level.slow_paths):
        return None
    return f"compilers are tried at a higher --level, and this is {scope.level.name}"


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
        unanswered="Use operations that this way of running takes, and do not branch on values "
        "or write into inputs.",
        body=_paths,
        ladder=_ways,
        draws=Draws(paths=QUICK, share=0.5),
        needs=_one_way,
    ),
)

"""What a call leaves behind must not show in the next one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case, Observation, Outcome, Path

from .draws import Draws
from .law import Law
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

PATHS: tuple[Path, ...] = ("eager", "no-grad")
"""The ways to run a target that are mixed in a walk."""


PROMPT, FEWEST = 300, 257
"""Tokens of the long prompt, and the first position that bfloat16 does not hold."""


def _history(trial: Trial) -> None:
    """Walk through calls, then make each of them on a target that was never called.

    What the target gives when nothing came before is the truth here, be it right or wrong.
    """
    walked = []
    for step in trial.steps:
        case = Trial.begin(trial.scope, trial.target, step).case()
        walked.append(Observation(case, trial.target.call(case)))
    before = "nothing"
    fresh: dict[Scenario, Outcome] = {}
    for place, seen in enumerate(walked):
        named = dataclasses.replace(seen.case, name=f"{seen.case.name} after {before}")
        step = trial.steps[place]
        if step not in fresh:
            fresh[step] = trial.target.fresh().call(seen.case)
        own = fresh[step]
        trial.note(Observation(named, seen.outcome))
        if own.fault is not None and seen.outcome.fault is not None:
            trial.faults.pop()  # it fails without history too: other laws say so
        trial.longest = int(named.positions.max(initial=0))
        mine = trial.seen(named, seen.outcome)
        for side, alone in zip(mine, trial.seen(named, own), strict=False):
            trial.compare(side, alone.got)
        before = f"{walked[place].case.name} in {walked[place].case.dtype}"


def _repeat(trial: Trial) -> None:
    """Make one call twice: nothing random, nothing left over, the same bits."""
    case = trial.case()
    first, second = trial.sides(case), trial.sides(case)
    for one, other in zip(first, second, strict=False):
        same = np.array_equal(one.got, other.got, equal_nan=True)
        if not same or not np.array_equal(np.signbit(one.got), np.signbit(other.got)):
            trial.faults.append(_unlike(case, one.got, other.got))


def _unlike(case: Case, one: np.ndarray, other: np.ndarray) -> str:
    """Say how many values were not the same the second time."""
    count = int(np.sum(~((one == other) | (np.isnan(one) & np.isnan(other)))))
    return (
        f"{case.name}, {case.dtype}, shape {case.q.shape}: {count} of {one.size} values were "
        "not the same the second time"
    )


def _walk(scope: Scope) -> Iterator[Scenario]:
    """Walk through calls that differ in length, offset and dtype, each again in new company.

    First every input in all formats, the coarsest first, then all of them in random order.
    """
    steps = list(_steps(scope))
    yield from steps
    yield from (steps[place] for place in scope.rng.permutation(len(steps)))


def _steps(scope: Scope) -> Iterator[Scenario]:
    """Take inputs of which most have a partner of the same shape at other positions.

    The prompt is so long that bfloat16 holds not all its positions, and the offset lies within.
    """
    offset = int(scope.rng.integers(FEWEST, PROMPT - 5))
    tokens = np.arange(5)
    rows = {
        "a long prompt": np.arange(PROMPT)[np.newaxis],
        "a short prompt": np.tile(tokens, (2, 1)),
        "an offset": np.tile(tokens + offset, (2, 1)),
        "rows apart": np.stack([tokens, tokens + offset]),
        "one token": np.array([[offset], [3]]),
        "the first token": np.array([[0], [0]]),
    }
    paths = [path for path in PATHS if path in scope.target.paths]
    for name, each in rows.items():
        for dtype in scope.dtypes[::-1]:
            path = paths[int(scope.rng.integers(len(paths)))]
            yield scope.scenario(name, each, dtype, heads=3, path=path)


def _anything(scope: Scope) -> Iterator[Scenario]:
    """Try a prompt and a single token."""
    yield from scope.each_dtype(
        [
            ("a call and the same again", scope.anywhere(*size), 3, 1)
            for size in ((2, 6), (3, 1))
        ]
    )


LAWS = (
    Law(
        id="history",
        sentence="The answer does not depend on earlier calls: another length, offset, dtype "
        "or gradient mode before it changes nothing.",
        theorem="B4",
        level="required",
        budget="Twice the value bound: a table may have been made in another call.",
        kills=("stale-cache", "depends-on-history"),
        advice="Make a kept table depend on all it was made from: length, offset, dtype, "
        "device; or keep none.",
        body=_history,
        alone=True,
        ladder=_walk,
        draws=Draws(batch=(1, 2), seq=(1, 6), paths=PATHS, share=0.5),
        stateful=True,
    ),
    Law(
        id="repeat",
        sentence="The same call gives the same bits a second time.",
        theorem=None,
        level="required",
        budget="None: the same is computed.",
        kills=("depends-on-history",),
        advice="Look for memory that nobody has written, random numbers, and state that a call "
        "changes.",
        body=_repeat,
        ladder=_anything,
    ),
)

"""Look for a small input that breaks a law: hypothesis draws, and makes smaller what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.internal.conjecture import providers

from .drawing import scenarios
from .law import Law
from .scenario import Scenario
from .scope import Scope

Steps = tuple[Scenario, ...]
"""Inputs in the order of the calls."""


class EnoughError(BaseException):
    """So many inputs were tried that the search ends.

    It is no `Exception`, which hypothesis would take for a failure and make smaller.
    """


class Memo:
    """Runs each input once, and only so many more once one has failed.

    A target whose answers change would confuse the search, which runs an input several times;
    and a slow one would make it long.

    Parameters
    ----------
    run
        Runs inputs; returns whether they break the law.
    more
        How many inputs are tried after the first that failed.
    """

    def __init__(self, run: Callable[[Steps], bool], more: int) -> None:
        self._run = run
        self._left = more
        self._known: dict[Steps, bool] = {}
        self.smallest: Steps | None = None

    def fails(self, steps: Steps) -> bool:
        """Whether inputs break the law.

        Raises
        ------
        EnoughError
            If as many were tried as was wished.
        """
        if self.smallest is not None:
            if not self._left:
                raise EnoughError
            self._left -= 1
        if steps not in self._known:
            self._known[steps] = self._run(steps)
        if self._known[steps]:
            self.smallest = steps  # only smaller ones are tried after one that failed
        return self._known[steps]


def examples(law: Law, scope: Scope) -> int:
    """Say how many random inputs a law tries."""
    return max(1, round(law.draws.share * scope.level.examples))


def search(law: Law, scope: Scope, seed: int, run: Callable[[Steps], bool]) -> Steps | None:
    """Draw inputs until one breaks the law, and make it small.

    Parameters
    ----------
    law, scope
        What is drawn.
    seed
        Decides the draws.
    run
        Runs inputs; returns whether they break the law.

    Returns
    -------
    tuple of Scenario or None
        The smallest input that was found, None if none broke the law.
    """
    memo = Memo(run, scope.level.shrinks)
    rules = rules_of(examples(law, scope), scope.level.shrinks > 0)
    with own_draws():
        try:
            find(
                scenarios(scope, law.draws),
                lambda one: memo.fails((one,)),
                settings=rules,
                random=Random(seed),  # noqa: S311 - it is to be repeatable
            )
        except (NoSuchExample, EnoughError):
            return memo.smallest
    return memo.smallest


def rules_of(count: int, shrink: bool, **more: Any) -> settings:
    """Set hypothesis up: nothing is remembered from run to run, and nothing timed."""
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    return settings(
        max_examples=count,
        database=None,
        derandomize=False,
        deadline=None,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
        **more,
    )


@contextmanager
def own_draws() -> Iterator[None]:
    """Keep hypothesis from taking numbers out of the source of whatever is imported.

    It would read all modules that are not installed, write what it found into the current
    folder, and make what is drawn depend on them: a seed would not decide it any more.
    """
    usual = getattr(providers, "_get_local_constants", None)
    if usual is None:
        yield
        return
    none = type(providers._local_constants)()
    cache = providers.CONSTANTS_CACHE.cache
    cache.clear()
    providers._get_local_constants = lambda: none
    try:
        yield
    finally:
        providers._get_local_constants = usual
        cache.clear()

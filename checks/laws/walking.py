"""Look for a short walk through calls after which a target answers otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from .drawing import scenarios
from .law import Law
from .scenario import Scenario
from .scope import Scope
from .searching import EnoughError, Memo, Steps, examples, own_draws, rules_of

LENGTH = 8
"""Calls of a walk, at most."""

FARTHEST_MOVE = 300
"""How far the positions of a call are moved for the next one, at most."""


class _WalkError(Exception):
    """A walk after which the target answers otherwise."""


def search_walks(
    law: Law, scope: Scope, seed: int, run: Callable[[Steps], bool]
) -> Steps | None:
    """Draw walks until one breaks the law, and make it short.

    Parameters
    ----------
    law, scope
        What is drawn.
    seed
        Decides the draws.
    run
        Runs a walk; returns whether it breaks the law.

    Returns
    -------
    tuple of Scenario or None
        The shortest walk that was found, None if none broke the law.
    """
    memo = Memo(run, scope.level.shrinks)
    machine = _machine(law, scope, memo)
    rules = rules_of(examples(law, scope), scope.level.shrinks > 0, stateful_step_count=LENGTH)
    with own_draws():
        try:
            run_state_machine_as_test(seeded(seed)(machine), settings=rules)
        except (_WalkError, EnoughError):
            return memo.smallest
    return None


def _machine(law: Law, scope: Scope, memo: Memo) -> type[RuleBasedStateMachine]:
    """Make a machine whose rules are calls: new ones, and ones akin to those before."""
    drawn = scenarios(scope, law.draws)
    dtypes = st.sampled_from(scope.dtypes)
    paths = st.sampled_from([path for path in law.draws.paths if path in scope.target.paths])

    class Walk(RuleBasedStateMachine):
        """Calls in a row; what they gave is compared at the end."""

        calls: Bundle[Scenario] = Bundle("calls")

        def __init__(self) -> None:
            super().__init__()
            self.steps: list[Scenario] = []

        def step(self, scenario: Scenario) -> Scenario:
            """Go one step on."""
            self.steps.append(scenario)
            return scenario

        @initialize(target=calls, scenario=drawn)
        def first(self, scenario: Scenario) -> Scenario:
            """Begin with any call."""
            return self.step(scenario)

        @rule(target=calls, scenario=drawn)
        def another(self, scenario: Scenario) -> Scenario:
            """Make any call."""
            return self.step(scenario)

        @rule(target=calls, scenario=calls, by=st.integers(1, FARTHEST_MOVE))
        def elsewhere(self, scenario: Scenario, by: int) -> Scenario:
            """Call with the same shape at other positions."""
            rows = [[position + by for position in row] for row in scenario.rows]
            return self.step(scenario.replace(rows=scope.fitting(rows)))

        @rule(target=calls, scenario=calls, dtype=dtypes, path=paths)
        def otherwise(self, scenario: Scenario, dtype: str, path: str) -> Scenario:
            """Call at the same positions in another format or gradient mode."""
            return self.step(scenario.replace(dtype=dtype, path=path))

        @rule(target=calls, scenario=calls)
        def shorter(self, scenario: Scenario) -> Scenario:
            """Call with the first token of each row alone."""
            return self.step(replace(scenario, rows=tuple(row[:1] for row in scenario.rows)))

        @rule(target=calls, scenario=calls)
        def again(self, scenario: Scenario) -> Scenario:
            """Make a call once more."""
            return self.step(scenario)

        def teardown(self) -> None:
            """Compare what each call gave with what it gives alone."""
            steps = tuple(self.steps)
            if steps and memo.fails(steps):
                raise _WalkError

    return Walk

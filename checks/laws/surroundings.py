"""A call returns its result, and leaves the rest of the world as it was."""

from __future__ import annotations

from collections.abc import Iterator

from ropespec.checks.observation import Case, Outcome

from .draws import Draws
from .law import Law
from .scenario import Scenario
from .scope import Scope
from .trial import Trial


def _unaltered(trial: Trial) -> None:
    """Ask what a call changed."""
    case, outcome = _called(trial)
    trial.faults = [
        f"{case.name}, {case.dtype}: the call changed {what}" for what in outcome.altered
    ]


def _quiet(trial: Trial) -> None:
    """Ask what a call wrote."""
    case, outcome = _called(trial)
    words = " ".join(outcome.printed.split())
    trial.faults = [f"{case.name}, {case.dtype}: the call printed {words!r}"] if words else []


def _called(trial: Trial) -> tuple[Case, Outcome]:
    """Call the target; whether it raises is for other laws to say."""
    case = trial.case()
    return case, trial.observe(case).outcome


def _ordinary(scope: Scope) -> Iterator[Scenario]:
    """Try a prompt and a single token."""
    yield from scope.each_dtype(
        [("an ordinary call", scope.anywhere(*size), 3, 1) for size in ((2, 6), (3, 1))]
    )


LAWS = (
    Law(
        id="global-state",
        sentence="A call leaves global state as it was: default dtype, threads, random "
        "numbers, precision, gradient mode, folder, environment, warnings and signals.",
        theorem=None,
        level="recommended",
        budget="None: nothing is computed.",
        kills=("alters-global-state",),
        advice="Pass dtype, device, generator and the like to each function instead of setting "
        "a default for all.",
        body=_unaltered,
        ladder=_ordinary,
        draws=Draws(share=0.25),
    ),
    Law(
        id="quiet",
        sentence="A call prints nothing.",
        theorem=None,
        level="information",
        budget="None: nothing is computed.",
        kills=("prints",),
        advice="Take the print out, or log it.",
        body=_quiet,
        ladder=_ordinary,
        draws=Draws(share=0.25),
    ),
)

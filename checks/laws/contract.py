"""Laws about arrays rather than angles: what must come back as it went in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case
from ropespec.reference.layout import layout_channels

from .draws import Detail, Draws
from .law import Law
from .measured import About
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

NOTHING = "None: nothing is computed."

SIZES = ((1, 1, 1, 1), (2, 3, 5, 1), (5, 2, 1, 2), (1, 8, 7, 4))
"""Batch, heads, sequence and key heads of the inputs."""


def _kept(trial: Trial) -> None:
    """Look at dtype and device of outputs; each call has seen to their shape."""
    case = trial.case()
    outcome = trial.observe(case).outcome
    trial.faults.extend(f"{case.name}, shape {case.q.shape}: {text}" for text in outcome.lost)


def _untouched(trial: Trial) -> None:
    """Compare the bits of the given arrays before and after the call."""
    case = trial.case()
    outcome = trial.observe(case).outcome
    trial.faults.extend(
        f"{case.name}, {case.dtype}, shape {case.q.shape}: the call changed {what}"
        for what in outcome.changed
    )


def _passed(trial: Trial) -> None:
    """Compare the channels that do not turn with what they were."""
    passed = layout_channels(trial.config).passed[:, np.newaxis]
    for side in trial.sides(trial.case()):
        about = About(side.values, side.got, passed, passed)
        errors = np.abs(side.got - side.values)[..., passed[:, 0]]
        trial.measure(side, about, errors, np.zeros_like(errors))


def _empty(trial: Trial) -> None:
    """Take away all rows, or all tokens: the call must return as little."""
    batch, seq = EMPTY[trial.scenario.detail("empty")]
    full = trial.case()
    q, k = (None if values is None else values[:batch, :, :seq] for values in (full.q, full.k))
    name = "an empty batch" if batch == 0 else "an empty sequence"
    trial.observe(Case(name, np.asarray(q), k, full.positions[:batch, :seq], full.dtype))


EMPTY = ((None, 0), (0, None))
"""Rows and tokens that are left: all rows without tokens, and no rows."""


def _sizes(scope: Scope) -> Iterator[Scenario]:
    """Try sizes that are all unlike, and one of each."""
    yield from scope.each_dtype(
        ("inputs of several shapes", scope.anywhere(batch, seq), heads, key_heads)
        for batch, heads, seq, key_heads in SIZES
    )


def _everywhere(scope: Scope) -> Iterator[Scenario]:
    """Try the special positions, and others."""
    name = "channels that do not turn"
    yield from scope.each_dtype(
        [(name, [scope.ladder], 3, 3), (name, scope.anywhere(3, 5), 8, 2)]
    )


def _nothing(scope: Scope) -> Iterator[Scenario]:
    """Try no tokens and no rows."""
    for dtype in scope.dtypes:
        for empty in range(len(EMPTY)):
            details = (("empty", empty),)
            yield scope.scenario("nothing", scope.anywhere(2, 3), dtype, details=details)


def _all_turn(scope: Scope) -> str | None:
    """Say that no channel passes through."""
    turning = layout_channels(scope.config).passed.size == 0
    return "every channel turns: rotary_dim = head_dim" if turning else None


LAWS = (
    Law(
        id="pass-through",
        sentence="Channels outside the rotary width come back bit for bit.",
        theorem="B12",
        level="required",
        budget=NOTHING,
        kills=("tail-changed", "wrong-rotary-width", "wrong-rotary-end"),
        advice="Copy these channels from the input: no table, no product, no conversion.",
        body=_passed,
        ladder=_everywhere,
        needs=_all_turn,
    ),
    Law(
        id="shape-dtype-device",
        sentence="Outputs have the shape, dtype and device of their inputs, of whatever sizes.",
        theorem=None,
        level="required",
        budget=NOTHING,
        kills=("dtype-leak", "raises"),
        advice="Convert the result back to the input's dtype, and keep every axis.",
        body=_kept,
        ladder=_sizes,
    ),
    Law(
        id="input-untouched",
        sentence="The call leaves its inputs as they were; one that works in place changes its "
        "values alone.",
        theorem=None,
        level="required",
        budget=NOTHING,
        kills=("mutates-input",),
        advice="Work on a copy, or pass --inplace if the caller expects it.",
        body=_untouched,
        ladder=_sizes,
    ),
    Law(
        id="empty",
        sentence="An empty batch and an empty sequence give an empty result.",
        theorem=None,
        level="recommended",
        budget=NOTHING,
        kills=("raises",),
        advice="Look for a maximum of positions, a division or a launch over no elements.",
        unanswered="Look for a maximum of positions, a division or a launch over no elements.",
        body=_empty,
        ladder=_nothing,
        draws=Draws(details=(Detail("empty", 0, len(EMPTY) - 1),), share=0.25),
    ),
)

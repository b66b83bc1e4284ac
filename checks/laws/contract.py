"""Laws about arrays rather than angles: what must come back as it went in."""

from __future__ import annotations

import numpy as np

from ropespec.reference.layout import layout_channels

from .law import Law
from .measured import About
from .trial import Trial

SHAPES = ((1, 1, 1, 1), (2, 3, 5, 1), (5, 2, 1, 2), (1, 4, 7, 4))
"""Batch, heads, sequence and key heads of the inputs."""


def _kept(trial: Trial) -> None:
    """Look at dtype and device of outputs; each call has seen to their shape."""
    for dtype in trial.target.dtypes:
        for batch, heads, seq, key_heads in SHAPES:
            rows = trial.near(trial.anywhere((batch, seq)))
            name = "inputs of several shapes"
            case = trial.case(name, rows, dtype, heads=heads, key_heads=key_heads)
            outcome = trial.observe(case).outcome
            trial.faults.extend(f"{case.name}, shape {case.q.shape}: {t}" for t in outcome.lost)


def _untouched(trial: Trial) -> None:
    """Compare the bits of the given arrays before and after the call."""
    for dtype in trial.target.dtypes:
        for batch, heads, seq, key_heads in SHAPES:
            rows = trial.near(trial.anywhere((batch, seq)))
            name = "inputs compared before and after"
            case = trial.case(name, rows, dtype, heads=heads, key_heads=key_heads)
            outcome = trial.observe(case).outcome
            trial.faults.extend(
                f"{case.name}, {dtype}, shape {case.q.shape}: the call changed {what}"
                for what in outcome.changed
            )


def _passed(trial: Trial) -> None:
    """Compare the channels that do not turn with what they were."""
    passed = layout_channels(trial.config).passed[:, np.newaxis]
    ladder = np.asarray(trial.level.within(trial.target.max_position))
    for dtype in trial.target.dtypes:
        for rows in (ladder[np.newaxis], trial.anywhere((3, 5))):
            for side in trial.sides(trial.case("channels that do not turn", rows, dtype)):
                about = About(side.values, side.got, passed, passed)
                with np.errstate(invalid="ignore"):
                    errors = np.abs(side.got - side.values)[..., passed[:, 0]]
                trial.measure(side, about, errors, np.zeros_like(errors))


def _all_turn(trial: Trial) -> str | None:
    """Say that no channel passes through."""
    turning = layout_channels(trial.config).passed.size == 0
    return "every channel turns: rotary_dim = head_dim" if turning else None


LAWS = (
    Law(
        id="pass-through",
        sentence="Channels outside the rotary width come back bit for bit.",
        theorem="B4",
        level="required",
        budget="None: nothing is computed.",
        kills=("tail-changed", "wrong-rotary-width", "wrong-rotary-end"),
        body=_passed,
        needs=_all_turn,
    ),
    Law(
        id="shape-dtype-device",
        sentence="Outputs have the shape, dtype and device of their inputs, of whatever sizes.",
        theorem=None,
        level="required",
        budget="None: nothing is computed.",
        kills=("dtype-leak", "raises"),
        body=_kept,
    ),
    Law(
        id="input-untouched",
        sentence="The call leaves its inputs as they were; one that works in place changes its "
        "values alone.",
        theorem=None,
        level="required",
        budget="None: nothing is computed.",
        kills=("mutates-input",),
        body=_untouched,
    ),
)

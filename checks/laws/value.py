"""The laws that compare with the true value: they carry the weight."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .draws import Detail, Draws
from .law import Law
from .oracle import judge
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

DERIVED = "The angle and the rotation formed in float32, tables and sums in the output format."
COMPARE = "Compare one pair at one position with the lines below, and see the likely cause."

INT64 = 2**63 - 1
"""The farthest position that can be written down."""


def _value(trial: Trial) -> None:
    """Compare every pair with the truth."""
    judge(trial, trial.case())


def _ladder(scope: Scope) -> Iterator[Scenario]:
    """Try the special positions, prompts, far positions, many heads and long sequences."""
    ladder = np.asarray(scope.ladder)
    far = scope.rng.integers(scope.farthest // 2, scope.farthest + 1, (2, 60))
    yield from scope.each_dtype(
        [
            ("the ladder of positions", [ladder, scope.rng.permutation(ladder)], 3, 1),
            ("a prompt", np.tile(np.arange(17), (2, 1)), 4, 2),
            ("far positions", far, 4, 2),
            ("positions in any order", scope.anywhere(4, 12), 2, 2),
            ("many heads", scope.anywhere(3, 5), 8, 4),
            ("many heads", scope.anywhere(2, 3), 33, 11),
            ("a long sequence", np.arange(300)[np.newaxis], 2, 1),
        ]
    )


def _rows_apart(scope: Scope) -> Iterator[Scenario]:
    """Give rows positions of their own: offset, reversed, left-padded, shuffled."""
    start = np.arange(6)
    offset = int(scope.rng.integers(7, 200))
    rows = np.array([start, start + offset, start[::-1] + 1, np.maximum(start - 2, 0)])
    shuffled = scope.rng.permutation(rows.ravel()).reshape(rows.shape)
    yield from scope.each_dtype(
        [
            ("rows at different positions", rows, 3, 3),
            ("rows in any order", shuffled, 3, 3),
            ("many rows", scope.anywhere(17, 3), 5, 1),
        ]
    )


def _decode(trial: Trial) -> None:
    """Give each row its first token alone."""
    judge(trial, trial.case([row[:1] for row in trial.scenario.rows]))


def _tokens(scope: Scope) -> Iterator[Scenario]:
    """Give each row one token at another position, as in decoding; and one row alone."""
    rows = np.array([[5], [1], [300], [12]]) + scope.rng.integers(1, 90)
    yield from scope.each_dtype(
        [
            ("one token in each row", rows, 3, 1),
            ("one token, one row", rows[:1], 3, 3),
            ("one token of many heads", rows[:2], 8, 2),
        ]
    )


def _beyond(trial: Trial) -> None:
    """Go past the claimed end, where raising is right, and so is the right value."""
    end = trial.scope.claims.max_position or 0
    scenario = trial.scenario
    past = np.full((scenario.batch, scenario.seq), end) + scenario.detail("past")
    judge(trial, trial.case(past))
    fault = trial.observations[-1].outcome.fault
    if fault is not None and fault.kind == "raised":
        trial.faults.pop()


def _past(scope: Scope) -> Iterator[Scenario]:
    """Go one step past the end, two, and far."""
    end = scope.claims.max_position or 0
    for dtype in scope.dtypes:
        for past in (1, 2, min(end + 3, INT64 - end)):
            name = "past the claimed end"
            yield scope.scenario(name, [[0]], dtype, details=(("past", past),))


def _no_end(scope: Scope) -> str | None:
    """Ask whether there is a claimed end to go past."""
    return "no largest position is claimed" if scope.claims.max_position is None else None


LAWS = (
    Law(
        id="value",
        sentence="The output is R_p x: every pair turned by its angle, at every position and "
        "dtype claimed, for queries and keys.",
        theorem="B4",
        level="required",
        budget=DERIVED,
        kills=(
            *("wrong-pairing", "table-pairing-mismatch", "output-not-reinterleaved"),
            *("not-permuted-back", "wrong-base", "wrong-exponent", "exponent-uses-head-dim"),
            *("frequency-order", "low-precision-frequencies", "positions-off-by-one"),
            *("positions-ignored", "positions-rebased", "positions-reversed"),
            *("low-precision-positions", "table-wraps", "table-clamps", "integer-overflow"),
            *("sign-flipped", "missing-minus", "cos-sin-swapped", "rotated-twice"),
            *("pair-not-rotated", "head-not-rotated", "key-not-rotated", "wrong-axis"),
            *("added-not-rotated", "wrong-amplitude", "value-dependent", "wrong-rotary-end"),
            *("wrong-rotary-width", "low-precision-phase", "inaccurate-trigonometry"),
            *("scaling-ignored", "scaling-inverted", "wrong-scaling-parameters"),
            *("attention-factor-missing", "nan-output", "raises"),
        ),
        advice=COMPARE,
        body=_value,
        alone=True,
        ladder=_ladder,
    ),
    Law(
        id="per-row-positions",
        sentence="Each row of a batch turns by its own positions, whatever their order.",
        theorem="B4",
        level="required",
        budget=DERIVED,
        kills=("first-row-positions", "positions-ignored", "positions-rebased", "wrong-axis"),
        advice="Index the tables by the positions of each row; positions[:, None] fits heads.",
        body=_value,
        alone=True,
        ladder=_rows_apart,
        draws=Draws(batch=(2, 6)),
    ),
    Law(
        id="single-token-decode",
        sentence="A sequence of one token turns by the position that it is given.",
        theorem="B4",
        level="required",
        budget=DERIVED,
        kills=("decode-position", "positions-rebased", "positions-ignored"),
        advice="Take the position from the argument and not from the length of the sequence.",
        body=_decode,
        alone=True,
        ladder=_tokens,
        draws=Draws(seq=(1, 1)),
    ),
    Law(
        id="beyond-max-position",
        sentence="Past the largest claimed position it raises or is right, and never silently "
        "wrong.",
        theorem="B6",
        level="required",
        budget=DERIVED,
        kills=("table-wraps", "table-clamps"),
        advice="Raise an error for a position beyond the table, or make the table longer.",
        body=_beyond,
        alone=True,
        ladder=_past,
        draws=Draws(seq=(1, 3), details=(Detail("past", 1, None),)),
        needs=_no_end,
    ),
)

"""The laws that compare with the true value: they carry the weight."""

from __future__ import annotations

import numpy as np

from .law import Law
from .oracle import judge
from .trial import Trial

DERIVED = "The angle and the rotation formed in float32, tables and sums in the output format."


def _value(trial: Trial) -> None:
    """Try the whole ladder, a prompt from the start, far positions, and any others."""
    ladder = np.asarray(trial.level.within(trial.target.max_position))
    for dtype in trial.target.dtypes:
        rows = np.stack([ladder, trial.rng.permutation(ladder)])
        judge(trial, trial.case("the ladder of positions", rows, dtype, key_heads=1))
        prompt = trial.near(np.tile(np.arange(17), (2, 1)))
        judge(trial, trial.case("a prompt", prompt, dtype, heads=4, key_heads=2))
        far = trial.rng.integers(trial.farthest // 2, trial.farthest + 1, (2, 60))
        judge(trial, trial.case("far positions", far, dtype, heads=4, key_heads=2))
        for _ in range(trial.level.rounds):
            rows = trial.anywhere((4, 12))
            judge(trial, trial.case("positions in any order", rows, dtype, heads=2))


def _per_row(trial: Trial) -> None:
    """Give rows positions of their own: offset, reversed, left-padded, shuffled."""
    count = 6
    start = np.arange(count)
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            offset = int(trial.rng.integers(7, 200))
            rows = trial.near(
                [start, start + offset, start[::-1] + 1, np.maximum(start - 2, 0)]
            )
            judge(trial, trial.case("rows at different positions", rows, dtype))
            shuffled = trial.rng.permutation(rows.ravel()).reshape(rows.shape)
            judge(trial, trial.case("rows in any order", shuffled, dtype))


def _decode(trial: Trial) -> None:
    """Give each row one token, each at another position, as in decoding."""
    for dtype in trial.target.dtypes:
        for _ in range(trial.level.rounds):
            rows = trial.near(np.array([[5], [1], [300], [12]]) + trial.rng.integers(1, 90))
            judge(trial, trial.case("one token in each row", rows, dtype, key_heads=1))
            judge(trial, trial.case("one token, one row", rows[:1], dtype))


def _beyond(trial: Trial) -> None:
    """Go past the claimed end, where raising is right, and so is the right value."""
    end = trial.target.max_position
    if end is None:
        return
    for dtype in trial.target.dtypes:
        for past in (end + 1, end + 2, 2 * end + 3):
            judge(trial, trial.case("past the claimed end", [[past]], dtype))
            fault = trial.observations[-1].outcome.fault
            if fault is not None and fault.kind == "raised":
                trial.faults.pop()


def _no_end(trial: Trial) -> str | None:
    """Ask whether there is a claimed end to go past."""
    return "no largest position is claimed" if trial.target.max_position is None else None


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
        body=_value,
    ),
    Law(
        id="per-row-positions",
        sentence="Each row of a batch turns by its own positions, whatever their order.",
        theorem="B4",
        level="required",
        budget=DERIVED,
        kills=("first-row-positions", "positions-ignored", "positions-rebased", "wrong-axis"),
        body=_per_row,
    ),
    Law(
        id="single-token-decode",
        sentence="A sequence of one token turns by the position that it is given.",
        theorem="B4",
        level="required",
        budget=DERIVED,
        kills=("decode-position", "positions-rebased", "positions-ignored"),
        body=_decode,
    ),
    Law(
        id="beyond-max-position",
        sentence="Past the largest claimed position it raises or is right, and never silently "
        "wrong.",
        theorem="B6",
        level="required",
        budget=DERIVED,
        kills=("table-wraps", "table-clamps"),
        body=_beyond,
        needs=_no_end,
    ),
)

"""A token's output depends on that token and its position alone."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.checks.observation import Case

from .draws import Detail, Draws
from .law import Law
from .measured import Side
from .scenario import Scenario
from .scope import Scope
from .trial import Trial

ROWS, HEADS, TOKENS = 0, 1, 2
"""The axes of the values that are taken apart."""

TWICE = "Twice the value bound: both outputs are within it of the same number."


def _rows(trial: Trial) -> None:
    """Each row of a batch alone gives what it gives among others."""
    case = trial.case()
    together = trial.sides(case)
    for index in range(case.q.shape[ROWS]):
        alone = trial.sides(_part(case, ROWS, slice(index, index + 1), f"row {index} alone"))
        _compare(trial, alone, together, ROWS, slice(index, index + 1))


def _heads(trial: Trial) -> None:
    """Each head alone gives what it gives among others."""
    case = trial.case(key_heads=trial.scenario.heads)
    together = trial.sides(case)
    for index in range(case.q.shape[HEADS]):
        alone = trial.sides(_part(case, HEADS, slice(index, index + 1), f"head {index} alone"))
        _compare(trial, alone, together, HEADS, slice(index, index + 1))


def _chunks(trial: Trial) -> None:
    """Rotate a sequence in chunks, one by one for chunks of one token, and at once."""
    case = trial.case()
    together = trial.sides(case)
    size = trial.scenario.detail("chunk")
    for start in range(0, case.q.shape[TOKENS], size):
        chosen = slice(start, start + size)
        name = f"tokens {start} to {min(start + size, case.q.shape[TOKENS]) - 1} alone"
        _compare(
            trial, trial.sides(_part(case, TOKENS, chosen, name)), together, TOKENS, chosen
        )


def _packed(trial: Trial) -> None:
    """Put the rows one after another into a single one, as packed documents are."""
    case = trial.case()
    seq = case.q.shape[TOKENS]
    packed = trial.sides(_in_one_row(case))
    for index in range(case.q.shape[ROWS]):
        document = _part(case, ROWS, slice(index, index + 1), f"document {index} alone")
        chosen = slice(index * seq, (index + 1) * seq)
        _compare(trial, trial.sides(document), packed, TOKENS, chosen)


def _in_one_row(case: Case) -> Case:
    """Put the rows of a batch one after another."""
    q, k = (
        None
        if values is None
        else values.swapaxes(0, 1).reshape(1, values.shape[1], -1, values.shape[3])
        for values in (case.q, case.k)
    )
    positions = case.positions.reshape(1, -1, *case.positions.shape[2:])
    return Case("documents packed in one row", np.asarray(q), k, positions, case.dtype)


def _part(case: Case, axis: int, chosen: slice, name: str) -> Case:
    """Take rows of a batch, heads, or tokens, with their positions."""
    q, k = (
        None if values is None else values[(slice(None),) * axis + (chosen,)]
        for values in (case.q, case.k)
    )
    positions = case.positions
    if axis == ROWS:
        positions = positions[chosen]
    elif axis == TOKENS:
        positions = positions[:, chosen]
    return Case(name, np.asarray(q), k, positions, case.dtype)


def _compare(
    trial: Trial, alone: list[Side], together: list[Side], axis: int, chosen: slice
) -> None:
    """Compare what came of a part alone with that part of the whole."""
    for one, among in zip(alone, together, strict=False):
        trial.compare(one, among.got[(slice(None),) * axis + (chosen,)])


def _several_rows(scope: Scope) -> Iterator[Scenario]:
    """Try rows at unlike positions."""
    yield from scope.each_dtype([("several rows", scope.anywhere(4, 5), 3, 1)])


def _several_heads(scope: Scope) -> Iterator[Scenario]:
    """Try few heads and many."""
    rows = scope.rng.integers(0, 400, (4, 5))
    yield from scope.each_dtype(
        [("several heads", rows, 3, 3), ("several heads", rows[:2, :3], 8, 8)]
    )


def _prompts(scope: Scope) -> Iterator[Scenario]:
    """Try a prompt one by one and in chunks, from the start and from further on."""
    for dtype in scope.dtypes:
        for start, chunk in ((0, 1), (0, 3), (270, 4)):
            rows = [np.arange(7) + start, np.arange(7) + 2 * start]
            details = (("chunk", chunk),)
            yield scope.scenario("a prompt", rows, dtype, heads=3, details=details)


def _documents(scope: Scope) -> Iterator[Scenario]:
    """Try documents that all begin at 0, and others."""
    yield from scope.each_dtype(
        [
            ("documents", np.tile(np.arange(6), (3, 1)), 4, 2),
            ("documents", scope.anywhere(2, 5), 3, 3),
        ]
    )


LAWS = (
    Law(
        id="row-independence",
        sentence="A row of a batch gives alone what it gives among other rows.",
        theorem="B4",
        level="required",
        budget=TWICE,
        kills=("first-row-positions",),
        advice="Take each row's own positions; nothing may be shared along the batch.",
        body=_rows,
        ladder=_several_rows,
        draws=Draws(batch=(2, 5), share=0.5),
    ),
    Law(
        id="head-independence",
        sentence="A head gives alone what it gives among other heads.",
        theorem="B13",
        level="required",
        budget=TWICE,
        kills=("head-not-rotated", "wrong-axis"),
        advice="Check that the tables broadcast along the heads and not along the sequence.",
        body=_heads,
        ladder=_several_heads,
        draws=Draws(share=0.5),
    ),
    Law(
        id="chunking",
        sentence="A sequence at once gives what it gives token by token, and in any chunks.",
        theorem="B4",
        level="required",
        budget=TWICE,
        kills=("decode-position", "positions-rebased", "positions-ignored"),
        advice="Take positions from the argument: a chunk does not begin at 0.",
        body=_chunks,
        ladder=_prompts,
        draws=Draws(batch=(1, 3), seq=(2, 9), details=(Detail("chunk", 1, 8),), share=0.5),
    ),
    Law(
        id="packing",
        sentence="Documents packed in one row give what each of them gives alone.",
        theorem="B4",
        level="required",
        budget=TWICE,
        kills=("positions-ignored", "positions-rebased", "positions-reversed"),
        advice="Use the positions that are given: within a row they may begin again at 0.",
        body=_packed,
        ladder=_documents,
        draws=Draws(batch=(2, 4), share=0.5),
    ),
)

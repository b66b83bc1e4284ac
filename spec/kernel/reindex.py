"""Permutations of channels given by index formulas, for every number of pairs h.

A layout says in which channel member a ∈ {0, 1} of pair i ∈ {0, …, h-1} stands. It is a
bijection onto the channels 0 … 2h-1 when it writes the channel in digits: low + (size of low)
·high, where {low, high} = {i, a}; for then division with remainder gives i and a back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import sympy as sp

from .identity import decide, decide_all
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "reindexing"

PAIR = sp.Symbol("i", integer=True, nonnegative=True)
"""The index of a pair, 0 ≤ i < h."""

MEMBER = sp.Symbol("a", integer=True, nonnegative=True)
"""Which of the two channels of a pair, 0 or 1."""

PAIRS = sp.Symbol("h", integer=True, positive=True)
"""The number of pairs, d/2."""


@dataclass(frozen=True)
class Layout:
    """Which channel holds member a of pair i.

    Attributes
    ----------
    name
        What it is called.
    channel
        The channel, a formula in `PAIR`, `MEMBER` and `PAIRS`.
    """

    name: str
    channel: Any

    def at(self, pair: Expr, member: int) -> Expr:
        """Give the channel of one member of a pair."""
        return self.channel.xreplace({PAIR: pair, MEMBER: sp.Integer(member)})

    def numbers(self, pairs: int) -> list[int]:
        """List the channels of (pair 0, member 0), (0, 1), (1, 0), … for a given size."""
        channels = (self.at(sp.Integer(i), a) for i in range(pairs) for a in (0, 1))
        return [int(channel.xreplace({PAIRS: sp.Integer(pairs)})) for channel in channels]

    def permutation_from(self, other: Layout, pairs: int) -> Any:
        """Give the explicit matrix that moves the channels of another layout to these."""
        places = dict(zip(self.numbers(pairs), other.numbers(pairs), strict=True))
        size = 2 * pairs
        return sp.ImmutableMatrix(size, size, lambda row, column: int(places[row] == column))


@dataclass(frozen=True)
class PairMap:
    """A linear map of channels, given by its two outputs at a generic pair.

    Attributes
    ----------
    layout
        Where the pairs stand.
    vector
        The input, an `IndexedBase`; outputs read its entries at the pair's own channels.
    outputs
        The values at members 0 and 1 of pair `PAIR`.
    """

    layout: Layout
    vector: Any
    outputs: tuple[Any, Any]

    def fed(self, values: tuple[Expr, Expr]) -> tuple[Expr, Expr]:
        """Put values in for the two inputs of the generic pair."""
        table = {self.vector[self.layout.at(PAIR, a)]: values[a] for a in (0, 1)}
        first, second = (output.xreplace(table) for output in self.outputs)
        for output in (first, second):
            stray = [
                x for x in output.atoms(sp.Indexed) if x.base == self.vector and x not in values
            ]
            if stray:
                raise KernelError(f"{stray[0]} is read outside the pair of {self.layout.name}")
        return first, second

    def matrix(self, pairs: int) -> Any:
        """Give the explicit matrix of a given size, for examples."""
        size = 2 * pairs
        rows: dict[int, Expr] = {}
        for i in range(pairs):
            values = {PAIR: sp.Integer(i), PAIRS: sp.Integer(pairs)}
            for a in (0, 1):
                channel = self.layout.at(PAIR, a).xreplace(values)
                rows[int(channel)] = self.outputs[a].xreplace(values)
        units = [
            {self.vector[c]: sp.Integer(int(c == column)) for c in range(size)}
            for column in range(size)
        ]
        return sp.ImmutableMatrix(size, size, lambda j, c: rows[j].xreplace(units[c]))

    def replace(self, values: Mapping[Expr, Expr]) -> PairMap:
        """Put other values in place of symbols."""
        first, second = (output.xreplace(dict(values)) for output in self.outputs)
        return PairMap(self.layout, self.vector.xreplace(dict(values)), (first, second))


@judged(RULE)
def bijection(layout: Layout) -> Verdict:
    """Decide that a layout uses each of the channels 0 … 2h-1 once, for every h.

    Returns
    -------
    Verdict
        Proved; or refuted with a small h and a channel that is used twice or does not exist.
    """
    digits = ((MEMBER, sp.Integer(2), PAIR), (PAIR, PAIRS, MEMBER))
    for low, radix, high in digits:
        if decide(layout.channel, low + radix * high).proved:
            reason = f"{low} and {high} are the remainder and the quotient by {radix}"
            return Verdict("proved", RULE, reason)
    for h in range(1, 5):
        used: dict[Expr, tuple[int, int]] = {}
        for i, a in product(range(h), range(2)):
            channel = layout.at(sp.Integer(i), a).xreplace({PAIRS: sp.Integer(h)})
            if channel in used or channel not in range(2 * h):
                values = (("h", str(h)), ("i", str(i)), ("a", str(a)))
                note = "this channel is used twice" if channel in used else "no such channel"
                witness = Witness(
                    values, str(channel), f"a new one of 0 … {2 * h - 1}", note=note
                )
                return Verdict("refuted", RULE, note, witness)
            used[channel] = (i, a)
    return Verdict("undecided", RULE, f"{layout.channel} writes no number in digits i and a")


@judged(RULE)
def rearranged(
    target: PairMap, source: PairMap, prefer: Mapping[Expr, Expr] | None = None
) -> Verdict:
    """Decide target = P·source·Pᵀ, P moving each channel of `source` to that of `target`."""
    failed = _not_bijective(target, source)
    if failed is not None:
        return failed
    inputs = tuple(target.vector[target.layout.at(PAIR, a)] for a in (0, 1))
    moved = source.fed((inputs[0], inputs[1]))
    equations = tuple(
        Equation(f"member {a} of the generic pair", target.outputs[a], moved[a]) for a in (0, 1)
    )
    return decide_all(
        equations,
        rule=RULE,
        reason="both layouts are bijective, and the generic pair goes to the generic pair",
        fixed={PAIR: sp.Integer(0), PAIRS: sp.Integer(1)},
        prefer=_first_pair(prefer),
    )


@judged(RULE)
def same_scores(
    target: tuple[PairMap, PairMap],
    source: tuple[PairMap, PairMap],
    prefer: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide that the score of moved vectors under `target` is the score under `source`.

    Both give a query map and a key map. A score is a sum over channels; a bijective layout
    lets it be taken pair by pair, so the generic pair decides (congruence under Σ).
    """
    for pair in zip(target, source, strict=True):
        failed = _not_bijective(*pair)
        if failed is not None:
            return failed
    scores = []
    for maps in (target, source):
        fed = [one.fed(_entries(origin)) for one, origin in zip(maps, source, strict=True)]
        scores.append(sum(a * b for a, b in zip(*fed, strict=True)))
    return decide_all(
        (Equation("the generic pair's part of the score", *scores),),
        rule=RULE,
        reason="both layouts are bijective, and the generic pairs contribute the same",
        fixed={PAIR: sp.Integer(0), PAIRS: sp.Integer(1)},
        prefer=_first_pair(prefer),
    )


def _entries(origin: PairMap) -> tuple[Expr, Expr]:
    first, second = (origin.vector[origin.layout.at(PAIR, a)] for a in (0, 1))
    return first, second


def _first_pair(prefer: Mapping[Expr, Expr] | None) -> dict[Expr, Expr]:
    return {key.xreplace({PAIR: sp.Integer(0)}): v for key, v in (prefer or {}).items()}


def _not_bijective(*maps: PairMap) -> Verdict | None:
    verdicts = (bijection(one.layout) for one in maps)
    return next((verdict for verdict in verdicts if not verdict.proved), None)

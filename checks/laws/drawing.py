"""Random scenarios as hypothesis strategies, so that failing ones become small.

What comes first in a choice, and the smaller number, is what hypothesis shrinks to.
Strategies are made once for each law: making them takes longer than drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from hypothesis import strategies as st

from .draws import Detail, Draws
from .scenario import Rows, Scenario, Shape
from .scope import Scope

Draw = Callable[[st.SearchStrategy[Any]], Any]
Numbers = st.SearchStrategy[int]

MANY_HEADS = (12, 16, 25, 33)
"""Numbers of heads that are drawn seldom."""

MANY_TOKENS = (17, 32, 65, 130)
"""Lengths of a sequence that are drawn seldom."""

SELDOM = 12
"""One draw of so many is seldom."""

EXPONENTS = 4
"""Values are multiplied by a power of two of at most this size."""

SEEDS = 2**16 - 1
"""Largest seed of values."""

REACHES = (8, 400, 10000)
"""Positions are drawn up to each of these, and up to the farthest."""


class Choices:
    """The strategies of one law within a scope.

    Parameters
    ----------
    scope, draws
        What may be tried, and what the law draws.
    """

    def __init__(self, scope: Scope, draws: Draws) -> None:
        self.scope = scope
        self.draws = draws
        self.dtype = st.sampled_from(scope.dtypes)
        self.memory = _known(draws.memories, scope.target.memories)
        self.path = _known(draws.paths, scope.target.paths)
        self.exponent = st.integers(-EXPONENTS, EXPONENTS)
        self.seed = st.integers(0, SEEDS)
        self.batch = st.integers(*draws.batch)
        self.seq = st.integers(*draws.seq)
        self.heads = st.integers(1, 8)
        self.special = st.integers(0, SELDOM)
        self.step = st.integers(0, 3)
        self.counted = st.booleans()
        self.positions = _positions(scope)
        self.which = st.integers(0, len(self.positions) - 1)
        self.details = tuple((each.name, _detail(each, scope)) for each in draws.details)

    def shape(self, draw: Draw) -> Shape:
        """Choose batch, heads, sequence and heads of the keys."""
        wanted = self.scope.focus.shapes or self.draws.shapes
        if wanted:
            chosen: Shape = draw(st.sampled_from(wanted))
            return chosen
        batch, seq, heads = draw(self.batch), draw(self.seq), draw(self.heads)
        special = draw(self.special)
        if special == SELDOM:
            heads = draw(st.sampled_from(MANY_HEADS))
        elif special == SELDOM - 1 and self.draws.seq[1] > 1:
            seq = draw(st.sampled_from(MANY_TOKENS))
        return batch, heads, seq, draw(_divisors(heads))

    def position(self, draw: Draw) -> int:
        """Choose a position: near, special, or anywhere."""
        return int(draw(self.positions[draw(self.which)]))

    def rows(self, draw: Draw, batch: int, seq: int) -> tuple[str, Rows]:
        """Choose positions: each token's own, or evenly spaced from each row's start."""
        if seq == 1:
            return "one token in each row", tuple((self.position(draw),) for _ in range(batch))
        if seq < MANY_TOKENS[0] and not draw(self.counted):
            rows = tuple(tuple(self.position(draw) for _ in range(seq)) for _ in range(batch))
            return "positions in any order", rows
        starts, step = [self.position(draw) for _ in range(batch)], draw(self.step)
        rows = tuple(tuple(p + step * token for token in range(seq)) for p in starts)
        return "evenly spaced positions", rows


def scenarios(scope: Scope, draws: Draws) -> st.SearchStrategy[Scenario]:
    """Return a strategy for the scenarios that a law draws within a scope."""
    return _scenario(Choices(scope, draws))


@st.composite
def _scenario(draw: Draw, choices: Choices) -> Scenario:
    """Draw one scenario."""
    batch, heads, seq, key_heads = choices.shape(draw)
    name, rows = choices.rows(draw, batch, seq)
    return Scenario(
        name=name,
        rows=choices.scope.fitting(rows),
        dtype=draw(choices.dtype),
        heads=heads,
        key_heads=key_heads,
        memory=draw(choices.memory),
        path=draw(choices.path),
        exponent=draw(choices.exponent),
        seed=draw(choices.seed),
        details=tuple((name, draw(number)) for name, number in choices.details),
    )


@lru_cache(maxsize=64)
def _divisors(heads: int) -> Numbers:
    """Choose heads of the keys: as many queries share each of them."""
    return st.sampled_from([count for count in range(1, heads + 1) if heads % count == 0])


def _known(wanted: tuple[Any, ...], offered: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Choose among what is wanted and offered; the first of what is offered if nothing is."""
    return st.sampled_from([each for each in wanted if each in offered] or [offered[0]])


def _detail(detail: Detail, scope: Scope) -> Numbers:
    """Choose a law's own number, small or large."""
    most = max(detail.least, scope.farthest) if detail.most is None else detail.most
    wide = st.integers(detail.least, most)
    if most - detail.least <= REACHES[0]:
        return wide
    return st.integers(detail.least, detail.least + REACHES[0]) | wide


def _positions(scope: Scope) -> tuple[Numbers, ...]:
    """List ways to choose a position: near, special, or anywhere."""
    if scope.focus.positions:
        return (st.sampled_from(scope.focus.positions),)
    far = scope.farthest
    reaches = dict.fromkeys(min(reach, far) for reach in (*REACHES, far))
    forward = [st.integers(0, reach) for reach in reaches]
    backward = [st.integers(-reach, -1) for reach in reaches if reach]
    negative = backward if scope.claims.negative else []
    return (*forward, st.sampled_from(scope.ladder), *negative)

"""Claims about layouts: the same map of pairs with its channels in other places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from ropespec.spec.kernel import Layout, PairMap, Verdict, bijection, rearranged, same_scores
from ropespec.spec.kernel.quotient import Expr

from .base import Stated
from .identities import Values


@dataclass(frozen=True)
class UsesEveryChannelOnce(Stated):
    """A layout is a bijection of pairs and members onto the channels, for every even d."""

    layout: Layout
    tex: str

    def check(self) -> Verdict:
        """Use division with remainder."""
        return bijection(self.layout)

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Return itself: a layout holds no symbol of a theorem."""
        _ = values
        return self


@dataclass(frozen=True)
class Rearranged(Stated):
    """One map of channels is another one, conjugated by the permutation of their layouts."""

    target: PairMap
    source: PairMap
    tex: str
    prefer: Values = ()

    def check(self) -> Verdict:
        """Move the generic pair and compare."""
        return rearranged(self.target, self.source, dict(self.prefer))

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        return type(self)(
            self.target.replace(values), self.source.replace(values), self.tex, self.prefer
        )


@dataclass(frozen=True)
class SameScores(Stated):
    """Queries and keys moved alike have the scores that they had before.

    Attributes
    ----------
    target, source
        The map of the query and the map of the key, in the new layout and in the old one.
    """

    target: tuple[PairMap, PairMap]
    source: tuple[PairMap, PairMap]
    tex: str
    prefer: Values = ()

    def check(self) -> Verdict:
        """Compare the generic pair's part of the two scores."""
        return same_scores(self.target, self.source, dict(self.prefer))

    def replace(self, values: Mapping[Expr, Expr]) -> Self:
        """Put other symbols in place of its symbols."""
        (a, b), (c, d) = self.target, self.source
        return type(self)(
            (a.replace(values), b.replace(values)),
            (c.replace(values), d.replace(values)),
            self.tex,
            self.prefer,
        )

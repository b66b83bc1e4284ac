r"""Expected values of scores of independent random vectors, for every even size.

The expected value is a linear functional. Of a polynomial in the entries of independent
vectors it is known when the moments are: a product of entries of different vectors has the
product of the expected values, and for one vector the first and second moments are given. So

$$\operatorname{E}\sum_i s_i = \sum_i \operatorname{E}s_i,\qquad
\operatorname{E}\Bigl(\sum_i s_i\Bigr)^2 = \sum_i \operatorname{E}s_i^2
+ \sum_{i\ne j} \operatorname{E}s_is_j$$

follow from a generic pair i and, for the second, from a generic pair of different pairs i, j
with $\operatorname{E}s_is_j=0$; by induction over the pairs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp

from .identity import decide
from .quotient import Expr
from .terms import Kind, Term
from .verdict import KernelError, Verdict, judged

RULE = "expected value, pair by pair"

OTHER = sp.Symbol("j", integer=True, nonnegative=True)
"""A second pair, different from the first."""

Pair = tuple[Any, Any]


@dataclass(frozen=True)
class Moments:
    """First and second moments of a random vector, the same for every pair.

    Attributes
    ----------
    vector
        An `IndexedBase`; pair i has the entries 2i and 2i+1.
    mean
        The expected values of the two entries.
    second
        The expected values of the products of two entries of one pair, as a matrix's rows.
    across
        The expected value of a product of entries of two different pairs.
    """

    vector: Any
    mean: Pair
    second: tuple[Pair, Pair]
    across: Any = sp.S.Zero

    def replace(self, values: Mapping[Expr, Expr]) -> Moments:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        (a, b), (c, d) = (tuple(x.xreplace(table) for x in row) for row in self.second)
        first, last = (x.xreplace(table) for x in self.mean)
        vector, across = self.vector.xreplace(table), self.across.xreplace(table)
        return Moments(vector, (first, last), ((a, b), (c, d)), across)

    def symbols(self) -> set[Expr]:
        """Collect the symbols that the moments hold."""
        parts = (*self.mean, *self.second[0], *self.second[1], self.across)
        return set().union(*(part.free_symbols for part in parts))

    def of(self, indices: list[Expr]) -> Expr:
        """Give the expected value of a product of entries.

        Raises
        ------
        KernelError
            For more than two entries, whose moments are not given.
        """
        places = [_place(index) for index in indices]
        if len(places) > 2:
            raise KernelError(
                f"the moments of order {len(places)} of {self.vector} are not given"
            )
        if not places:
            return sp.S.One
        if len(places) == 1:
            return self.mean[places[0][1]]
        (pair, member), (other_pair, other) = places
        return self.second[member][other] if pair == other_pair else self.across


def _place(index: Expr) -> tuple[Expr, int]:
    """The pair and the member that a channel is: 2i + a."""
    member = int(index.as_coeff_Add()[0]) % 2
    pair = sp.expand((index - member) / 2)
    if not (pair.is_Symbol and pair.is_integer):
        raise KernelError(f"the channel {index} is not 2i or 2i + 1 of a pair i")
    return pair, member


def expected(value: Expr, moments: Iterable[Moments]) -> Expr:
    """Give the expected value of a polynomial in the entries of independent vectors.

    Parameters
    ----------
    value
        A polynomial in their entries; anything else in it is a constant.
    moments
        What is known of each vector.

    Raises
    ------
    KernelError
        When it is no polynomial, a moment is not given, or something is not declared real.
    """
    known = {one.vector: one for one in moments}
    entries = sorted((x for x in value.atoms(sp.Indexed) if x.base in known), key=str)
    for real in (*entries, *(symbol for one in known.values() for symbol in one.symbols())):
        if real.is_real is not True:
            raise KernelError(f"{real} is not declared: needs real=True")
    if not entries:
        return value
    try:
        terms = sp.Poly(value, *entries).terms()
    except sp.PolynomialError as error:
        raise KernelError(f"{value} is no polynomial in the entries") from error
    total = sp.S.Zero
    for powers, coefficient in terms:
        factors = [coefficient]
        for base, one in known.items():
            indices = [
                entry.indices[0]
                for entry, power in zip(entries, powers, strict=True)
                if entry.base == base
                for _ in range(power)
            ]
            factors.append(one.of(indices))
        total += sp.Mul(*factors)
    return total


@judged(RULE)
def expected_sum(score: Term, moments: tuple[Moments, ...], part: Expr) -> Verdict:
    """Decide E Σ s_i = Σ part for every number of pairs.

    Parameters
    ----------
    score
        A sum over pairs.
    moments
        What is known of each vector; the vectors are independent of one another.
    part
        What a generic pair adds.
    """
    pair = _pair(score)
    verdict = decide(
        expected(score.block, moments), part, fixed={pair: sp.S.Zero}, name="a generic pair"
    )
    return _judged(
        verdict, "d = 2", "the expected value is linear, and a generic pair adds this"
    )


@judged(RULE)
def expected_square(score: Term, moments: tuple[Moments, ...], part: Expr) -> Verdict:
    """Decide E (Σ s_i)² = Σ part for every number of pairs.

    Parameters
    ----------
    score, moments, part
        As `expected_sum` takes them.
    """
    pair = _pair(score)
    first = {pair: sp.S.Zero}
    square = decide(
        expected(score.block**2, moments), part, fixed=first, name="a generic pair, squared"
    )
    if not square.proved:
        return _judged(square, "d = 2", "")
    mixed = decide(
        expected(score.block * score.block.xreplace({pair: OTHER}), moments),
        sp.S.Zero,
        fixed={**first, OTHER: sp.S.One},
        name="two different pairs",
    )
    reason = "pairs are uncorrelated, and a generic pair adds this"
    verdict = replace(mixed, equations=(*square.equations, *mixed.equations))
    return _judged(verdict, "d = 4", reason)


def _pair(score: Term) -> Expr:
    if score.kind is not Kind.SUM or score.pair is None:
        raise KernelError(f"{score.tex} is no sum over pairs")
    return score.pair


def _judged(verdict: Verdict, size: str, reason: str) -> Verdict:
    """Give a verdict in this rule's name."""
    witness = verdict.witness
    if witness is not None:
        witness = replace(witness, note=", ".join(filter(None, (size, witness.note))))
    why = reason if verdict.proved else verdict.reason
    return Verdict(verdict.status, RULE, why, witness, verdict.equations)

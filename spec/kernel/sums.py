r"""Expressions built from sums over tokens of a symbolic number, such as attention.

Two such expressions are equal if they become the same after these steps, each of which keeps
the value:

- *names*: a name such as $s_{jn}$ stands for a term over pairs (a score). Names whose terms are
  equal by block induction, for generic indices, are exchanged for one another;
- *masks*: $\sum_{n=a}^{b} f$ in which f holds $V(m, n)$, 1 for $n \le m$ and 0 after, with
  $a \le m \le b$, and in which f is 0 where $V = 0$, is $\sum_{n=a}^{m} f$ with $V = 1$;
- *permutations*: a finite sum may be taken in any order, so if f depends on n through a
  permutation $\pi(n)$ of the range alone, $\sum_n f(\pi(n)) = \sum_n f(n)$;
- *linearity*: factors without the index may stand inside a sum, and sums over one range may
  be added summand by summand;
- *congruence*: sums over one range whose generic summands agree are equal, and are written as
  one symbol. What is left is an identity.

A denominator is a sum over a range that is not empty, of summands that are positive by their
form. Differences are shown by an example: numbers for everything, and the sums written out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .blocks import block_induction
from .identity import decide
from .quotient import Expr
from .terms import Kind, Term
from .unrolling import Table, compared
from .verdict import Equation, KernelError, Verdict, judged

RULE = "sums over tokens"

VISIBLE = sp.Function("V", real=True)
"""V(m, n): 1 when token n stands at m or before, 0 when it comes later."""

Names = tuple[tuple[Any, Term], ...]
"""Pairs of a name, an applied function, and the sum over pairs that it stands for."""


@dataclass(frozen=True)
class Permutation:
    """An unknown permutation of the integers first … last.

    Attributes
    ----------
    function
        An undefined function with integer values.
    first, last
        The range that it permutes.
    """

    function: Any
    first: Any
    last: Any


@judged(RULE)
def sums_agree(
    lhs: Expr,
    rhs: Expr,
    names: Names = (),
    permutations: tuple[Permutation, ...] = (),
    example: Table = (),
) -> Verdict:
    """Decide lhs = rhs for every number of tokens, pairs and all values.

    Parameters
    ----------
    lhs, rhs
        Scalars built from `sympy.Sum` over integer indices.
    names
        What the names stand for.
    permutations
        Functions that permute a range.
    example
        Numbers for everything, at which the sides may differ; the sums are written out.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.sums import sums_agree
    >>> n, count = sp.symbols("n N", integer=True, positive=True)
    >>> x, a = sp.IndexedBase("x", real=True), sp.Symbol("a", real=True)
    >>> left = sp.Sum(sp.exp(x[n] + a), (n, 1, count))
    >>> sums_agree(left, sp.Sum(sp.exp(a) * sp.exp(x[n]), (n, 1, count))).status
    'proved'
    """
    if example:
        return _refuted(lhs, rhs, names, example)
    same, equations = _exchanged(names)
    sums = _Sums(dict(names), permutations)
    left, right = (sums.read(side.xreplace(same)) for side in (lhs, rhs))
    verdict = decide(left, right, nonzero=tuple(sums.positive), name="what is left")
    if not verdict.proved:
        return Verdict("undecided", RULE, f"the sums do not agree in form: {verdict.reason}")
    reason = "after naming equal scores and equal sums alike, the sides are the same"
    found = (*equations, *sums.equations, *verdict.equations)
    return Verdict("proved", RULE, reason, None, found)


def _exchanged(names: Names) -> tuple[dict[Any, Any], tuple[Equation, ...]]:
    """For each name the first one that stands for an equal number."""
    chosen: list[tuple[Any, Term]] = []
    same: dict[Any, Any] = {}
    equations: tuple[Equation, ...] = ()
    for name, term in names:
        if term.kind is not Kind.SUM or term.pair is None:
            raise KernelError(f"{name} stands for {term.tex}: a sum over pairs is needed")
        if not decide(sp.im(term.block, evaluate=False), sp.Integer(0)).proved:
            raise KernelError(f"{name} stands for {term.tex}: a real number is needed")
        for other, known in chosen:
            verdict = block_induction(term, known)
            if verdict.proved:
                same[name] = other
                equations += verdict.equations
                break
        else:
            chosen.append((name, term))
    return same, equations


@dataclass
class _Sums:
    """Writes each sum as one symbol, equal sums as the same one.

    Attributes
    ----------
    terms
        What the names stand for.
    permutations
        The permutations that are known.
    symbols
        The sums so far with their symbols.
    positive
        Symbols of sums that are positive.
    equations
        Equalities of summands that were used.
    """

    terms: Mapping[Any, Term]
    permutations: tuple[Permutation, ...]
    symbols: list[tuple[Expr, Expr]] = field(default_factory=list)
    positive: list[Expr] = field(default_factory=list)
    equations: tuple[Equation, ...] = ()

    def read(self, value: Expr) -> Expr:
        """Write an expression without sums."""
        value = joined(value)
        if isinstance(value, sp.Sum):
            return self._symbol(value)
        if not value.has(sp.Sum):
            return value
        return value.func(*(self.read(part) for part in value.args))

    def _symbol(self, total: Expr) -> Expr:
        _need_one_index(total)
        if total.function.has(sp.Sum):
            raise KernelError(f"{total} holds a sum inside: name it instead")
        total = self._permuted(self._unmasked(total))
        for known, symbol in self.symbols:
            if known.limits == total.limits:
                verdict = decide(known.function, total.function, name="the generic summand")
                if verdict.proved:
                    self.equations += verdict.equations
                    return symbol
        symbol = sp.Symbol(f"Sigma_{len(self.symbols)}", real=True)
        self.symbols.append((total, symbol))
        _, first, last = total.limits[0]
        if (last - first).is_nonnegative and self._positive(total.function):
            self.positive.append(symbol)
        return symbol

    def _unmasked(self, total: Expr) -> Expr:
        """Cut a masked sum where the mask ends."""
        index, first, last = total.limits[0]
        masks = {call for call in total.function.atoms(AppliedUndef) if call.func == VISIBLE}
        if not masks:
            return total
        (mask, *others) = masks
        cut, bound = mask.args
        if others or bound != index or not ((last - cut).is_nonnegative
                                            and (cut - first).is_nonnegative):  # fmt: skip
            raise KernelError(f"{total} is not masked at one token of its range")
        hidden = decide(total.function.xreplace({mask: sp.Integer(0)}), sp.Integer(0))
        if not hidden.proved:
            raise KernelError(f"{total.function} does not vanish at tokens that are masked")
        self.equations += hidden.equations
        return sp.Sum(total.function.xreplace({mask: sp.Integer(1)}), (index, first, cut))

    def _permuted(self, total: Expr) -> Expr:
        """Take a sum in the order of its range."""
        index, first, last = total.limits[0]
        for one in self.permutations:
            place = sp.Dummy(integer=True)
            summand = total.function.xreplace({one.function(index): place})
            whole = (one.first, one.last) == (first, last)
            if whole and summand.has(place) and not summand.has(index):
                return sp.Sum(summand.xreplace({place: index}), (index, first, last))
        return total

    def _positive(self, value: Expr) -> bool:
        """Whether a summand is positive by its form."""
        if value in self.terms:
            return self._positive(self.terms[value].block)
        if value.is_Rational:
            return bool(value > 0)
        if isinstance(value, sp.exp):
            return _real(value.args[0])
        if isinstance(value, sp.Symbol | sp.Indexed):
            return value.is_positive is True
        return isinstance(value, sp.Add | sp.Mul) and all(map(self._positive, value.args))


def joined(value: Expr) -> Expr:
    """Write a combination of sums over one range as one sum, where there is nothing else."""
    parts = [_drawn_in(part) for part in sp.Add.make_args(value)]
    sums = [part for part in parts if isinstance(part, sp.Sum)]
    if len(sums) < len(parts) or len({one.limits for one in sums}) > 1:
        return value
    return sp.Sum(sp.Add(*(one.function for one in sums)), *sums[0].limits)


def _drawn_in(value: Expr) -> Expr:
    """Move factors that do not depend on the index into a sum."""
    sums = [part for part in sp.Mul.make_args(value) if isinstance(part, sp.Sum)]
    if len(sums) != 1 or len(sums[0].limits) != 1:
        return value
    (total,) = sums
    factor = sp.Mul(*(part for part in sp.Mul.make_args(value) if part is not total))
    if factor.has(sp.Sum) or factor.has(total.limits[0][0]):
        return value
    return sp.Sum(factor * total.function, *total.limits)


def _need_one_index(total: Expr) -> None:
    if len(total.limits) != 1:
        raise KernelError(f"{total} is not a sum over one index")
    for symbol in total.limits[0]:
        if symbol.is_integer is not True:
            raise KernelError(f"{symbol} bounds a sum: needs integer=True")


def _real(value: Expr) -> bool:
    """Whether a term is real by its form."""
    if isinstance(value, sp.Symbol | sp.Indexed | AppliedUndef):
        return value.is_real is True
    return bool(value.is_Rational) or (
        isinstance(value, sp.Add | sp.Mul) and all(map(_real, value.args))
    )


def _refuted(lhs: Expr, rhs: Expr, names: Names, example: Table) -> Verdict:
    """Answer with the example, where the sides differ."""
    witness, equations = compared((lhs, rhs), dict(names), example)
    if witness is None:
        raise KernelError("the two sides are not known to differ in the example")
    return Verdict("refuted", RULE, "the sides differ there", witness, equations)


@judged(RULE)
def sums_differ(lhs: Expr, rhs: Expr, example: Table, names: Names = ()) -> Verdict:
    """Decide lhs ≠ rhs in an example, with all sums written out.

    Parameters
    ----------
    lhs, rhs, names
        As `sums_agree` takes them; terms over pairs are taken with one pair, d = 2.
    example
        Numbers for everything.
    """
    witness, equations = compared((lhs, rhs), dict(names), example)
    if witness is None:
        return Verdict("undecided", RULE, "the two sides are not known to differ there")
    unequal = tuple(replace(equation, relation="≠") for equation in equations)
    return Verdict("proved", RULE, "the sides differ there", witness, unequal)

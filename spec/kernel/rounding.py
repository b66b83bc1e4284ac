r"""A calculus of rounding errors: how far a computed value can be from the exact one.

A computed value is a polynomial in the data and in error terms δ with |δ| ≤ u, or a quotient of
such. The difference computed - exact is expanded into monomials. By the triangle inequality it
is at most its *majorant*, in which every coefficient is replaced by its absolute value and
every signed quantity by its size. For a quotient the majorant of the numerator is divided by
the least absolute value of the denominator $c + r$, which is at least $c$ minus the majorant
of $r$. What is left, majorant ≤ bound, is an inequality between quantities that are not
negative, for a certificate of sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import floor

import sympy as sp

from .enclosure import Interval, enclose, point
from .identity import decide
from .nonnegative import ATTEMPTS, Form, admits, certified, points, violated
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "error calculus"
EVERY = "error calculus, induction over the roundings"
SUMMED = "error calculus, induction over the summands"

Sizes = Mapping[Expr, Expr]
"""Signed quantities with bounds of their absolute values."""


@dataclass(frozen=True)
class Hypotheses:
    """What is assumed about the symbols of a bound.

    Attributes
    ----------
    given, positive
        Expressions that are not negative, and that are positive.
    certificate
        What bound - majorant is, in a form that cannot be negative; None to look for it.
    prefer
        Pairs of a symbol and a value that a witness should take.
    """

    given: tuple[Expr, ...] = ()
    positive: tuple[Expr, ...] = ()
    certificate: Expr | None = None
    prefer: tuple[tuple[Expr, Expr], ...] = ()

    def replace(self, values: Mapping[Expr, Expr]) -> Hypotheses:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        return Hypotheses(
            tuple(item.xreplace(table) for item in self.given),
            tuple(item.xreplace(table) for item in self.positive),
            None if self.certificate is None else self.certificate.xreplace(table),
            tuple((name.xreplace(table), value) for name, value in self.prefer),
        )


@judged(RULE)
def within(
    computed: Expr,
    exact: Expr,
    sizes: Sizes,
    bound: Expr,
    hypotheses: Hypotheses = Hypotheses(),
) -> Verdict:
    """Decide |computed - exact| ≤ bound for all values of the symbols.

    Parameters
    ----------
    computed, exact
        Polynomials in the symbols, or quotients of such.
    sizes
        A bound for the absolute value of every signed quantity; all other symbols must be
        declared not to be negative.
    bound
        An expression that is not negative.
    hypotheses
        Further assumptions, and the certificate.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.rounding import within
    >>> e, f = sp.symbols("e f", real=True)
    >>> u = sp.Symbol("u", nonnegative=True)
    >>> within((1 + e) * (1 + f), 1, {e: u, f: u}, 2 * u + u**2).status
    'proved'
    >>> print(within((1 + e) * (1 + f), 1, {e: u, f: u}, 2 * u).witness)
    u = 1/4, e = 1/4, f = 1/4: 9/16 ≰ 1/2
    """
    computed, exact, bound = (sp.sympify(e) for e in (computed, exact, bound))
    form = Form(hypotheses.given, hypotheses.positive)
    for signed, size in sizes.items():
        if signed.is_real is not True:
            raise KernelError(f"{signed} is not declared: needs real=True")
        if not form.holds(size):
            raise KernelError(f"the size {size} of {signed} may be negative")
    found = _by_majorant(computed - exact, sizes, bound, hypotheses)
    if not found.proved:
        witness = _farther(computed - exact, sizes, bound, hypotheses)
        if witness is not None:
            equation = Equation("the error", computed - exact, bound, hypotheses.positive, "≤")
            return Verdict("refuted", RULE, "the error is larger", witness, (equation,))
    return found


@judged(RULE)
def _by_majorant(
    difference: Expr, sizes: Sizes, bound: Expr, hypotheses: Hypotheses
) -> Verdict:
    """Try to prove the bound."""
    largest, equation = _majorant(difference, sizes, hypotheses)
    verdict = certified(
        largest, bound, hypotheses.certificate, hypotheses.given, hypotheses.positive
    )
    if verdict.proved:
        terms = len(sp.Add.make_args(sp.expand(largest)))
        reason = f"the majorant, {terms} terms with all errors at their limits, is within it"
        return Verdict("proved", RULE, reason, None, (equation, *verdict.equations))
    return Verdict("undecided", RULE, f"the majorant {largest}: {verdict.reason}")


def _majorant(difference: Expr, sizes: Sizes, hypotheses: Hypotheses) -> tuple[Expr, Equation]:
    """Expand a difference and bound it; the expansion is checked by the rule for identities."""
    over, under = sp.fraction(sp.together(difference))
    over, under = sp.expand(over), sp.expand(under)
    least = _least(under, sizes)
    if not Form(hypotheses.given, hypotheses.positive).strict(least):
        raise KernelError(f"{under} divides, and it is not known that {least} is positive")
    nonzero = tuple(dict.fromkeys((*hypotheses.positive, under, sp.factor(under))))
    opened = decide(difference * under, over, nonzero=nonzero, name="the expanded error")
    if not opened.proved:
        raise KernelError(f"the expansion of {difference} was not confirmed")
    return _sized(over, sizes) / least, opened.equations[0]


def _least(under: Expr, sizes: Sizes) -> Expr:
    """Bound |c + r| from below, where c holds the terms without signed quantities."""
    if not under.free_symbols & set(sizes):
        return under
    kept, moved = under.as_independent(*sizes, as_Add=True)
    return kept - _sized(moved, sizes)


def _sized(expanded: Expr, sizes: Sizes) -> Expr:
    """Bound a sum of monomials by the triangle inequality."""
    return sp.Add(*(_size(term, sizes) for term in sp.Add.make_args(expanded)))


def _size(monomial: Expr, sizes: Sizes) -> Expr:
    """Bound the absolute value of one monomial."""
    if monomial.is_Rational:
        return abs(monomial)
    if monomial in sizes:
        return sizes[monomial]
    if isinstance(monomial, sp.Mul):
        return sp.Mul(*(_size(factor, sizes) for factor in monomial.args))
    if isinstance(monomial, sp.Pow) and monomial.exp.is_Integer and monomial.exp > 0:
        return _size(monomial.base, sizes) ** monomial.exp
    if Form().holds(monomial):
        return monomial
    raise KernelError(f"{monomial} has no size: give one, or declare that it is not negative")


def _farther(
    difference: Expr, sizes: Sizes, bound: Expr, hypotheses: Hypotheses
) -> Witness | None:
    """Look for rational values, errors at their limits, with an error above the bound."""
    assumed = (*hypotheses.given, *hypotheses.positive)
    names = set().union(*(e.free_symbols for e in (difference, bound, *assumed)))
    names |= set().union(*(size.free_symbols for size in sizes.values())) - set(sizes)
    places = points(names - set(sizes), dict(hypotheses.prefer))
    for values in islice(places, ATTEMPTS // 8):
        for full in _at_the_limits(values, sizes):
            try:
                possible = all(enclose(e, full).low >= 0 for e in hypotheses.given) and all(
                    enclose(e, full).low > 0 for e in hypotheses.positive
                )
                error, allowed = enclose(difference, full), enclose(bound, full)
            except KernelError:
                continue
            if possible and max(error.low, -error.high) > allowed.high:
                return violated(difference if error.low > 0 else -difference, bound, full)
    return None


def _at_the_limits(
    values: Mapping[Expr, Interval], sizes: Sizes
) -> Iterator[Mapping[Expr, Interval]]:
    """Give every signed quantity its size or the opposite, or what is certainly less."""
    try:
        largest = {name: enclose(size, values) for name, size in sizes.items()}
    except KernelError:
        return
    if any(size.low < 0 for size in largest.values()):
        return
    for signs in islice(product((1, -1), repeat=len(sizes)), 16):
        chosen = {
            name: point(sign * _short(size))
            for sign, (name, size) in zip(signs, largest.items(), strict=True)
        }
        if all(admits(name, value.low) for name, value in chosen.items()):
            yield {**values, **chosen}


def _short(size: Interval) -> Fraction:
    """The size itself when it is a number, else a short one that is certainly less."""
    return size.low if size.low == size.high else Fraction(floor(size.low * 4096), 4096)


@judged(EVERY)
def every_product(bound: Expr, count: Expr, unit: Expr) -> Verdict:
    r"""Decide $|\prod_{j=1}^n (1+\delta_j)^{\pm1} - 1| \le$ bound for every n with nu < 1.

    By induction over n. No factor: the product is 1, and the bound must not be negative at
    n = 0. One factor more: with $1+\theta$ for the product so far, $|\theta| \le$ bound, both
    $(1+\theta)(1+\delta) - 1$ and $(1+\theta)/(1+\delta) - 1$ must be within the bound of
    n + 1.

    Parameters
    ----------
    bound
        An expression in the count and the unit.
    count
        A symbol for n, a whole number of at least 0.
    unit
        A symbol for u, the largest |δ|, not negative.
    """
    if not (count.is_integer and count.is_nonnegative and unit.is_nonnegative):
        raise KernelError(f"{count} counts and {unit} is a size: declare them so")
    none = certified(sp.Integer(0), bound.xreplace({count: sp.Integer(0)}), None, (), ())
    so_far, factor = sp.symbols("theta delta", real=True)
    sizes = {so_far: bound, factor: unit}
    more = bound.xreplace({count: count + 1})
    # n u < 1 and u < 1 follow from the hypothesis for one factor more, (n + 1) u < 1
    positive = tuple(1 - sp.expand(k * unit) for k in (count, count + 1, sp.Integer(1)))
    hypotheses = Hypotheses((), (*positive, 1 - (count + 1) * unit))
    steps = tuple(
        _by_majorant(longer - 1, sizes, more, hypotheses)
        for longer in ((1 + so_far) * (1 + factor), (1 + so_far) / (1 + factor))
    )
    if none.proved and all(step.proved for step in steps):
        equations = sum((step.equations for step in steps), none.equations)
        reason = "no factor: nothing; one factor more, above or below: within the next bound"
        return Verdict("proved", EVERY, reason, None, equations)
    witness = _product_outside(bound, count, unit)
    if witness is not None:
        return Verdict("refuted", EVERY, "a product of equal factors is farther off", witness)
    return next(replace(step, rule=EVERY) for step in (none, *steps) if not step.proved)


def _product_outside(bound: Expr, count: Expr, unit: Expr) -> Witness | None:
    """Look for equal factors whose product is certainly outside the bound."""
    for values in points((count, unit), {}):
        n, u = values[count].low, values[unit].low
        if n * u >= 1:
            continue
        try:
            allowed = enclose(bound, values)
        except KernelError:
            continue
        reached = max((1 + u) ** int(n), (1 - u) ** -int(n)) - 1
        if reached > allowed.high:
            return violated(sp.Rational(reached.numerator, reached.denominator), bound, values)
    return None


@judged(SUMMED)
def every_sum(summand: Verdict) -> Verdict:
    """Carry a bound of the generic summand over to sums of every length.

    By induction over the number of summands: an empty sum is 0, and |S + a| ≤ |S| + |a| is at
    most the sum of the bounds.

    Parameters
    ----------
    summand
        The verdict on |a_i| ≤ b_i for a generic index.
    """
    total, one = sp.symbols("S a", real=True)
    sizes = dict(zip((total, one), sp.symbols("B b", nonnegative=True), strict=True))
    step = within(total + one, 0, sizes, sum(sizes.values()))
    if not (summand.proved and step.proved):
        return replace(summand, rule=SUMMED)
    reason = f"one summand more adds its own bound; the generic summand: {summand.reason}"
    return Verdict("proved", SUMMED, reason, None, (*summand.equations, *step.equations))

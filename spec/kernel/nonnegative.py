r"""Inequalities by certificates: rhs - lhs is an expression that cannot be negative.

The certificate of lhs ≤ rhs is an expression c that is not negative *by its form*, with
rhs - lhs = c, which the rule for identities decides. By its form, an expression is not
negative if it is a rational number of at least 0, a symbol that is declared so, an even power
of something real, an exponential of something real, $e^a - 1$ with such an a, a quantity that
is given as not negative, or a sum, product, whole power or quotient of such. (A divisor must
be positive by its form.)

Without a certificate the rule takes the expanded numerator of rhs - lhs over its denominator,
which works when every coefficient is of one sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import islice, product

import sympy as sp

from .enclosure import Interval, enclose, point
from .identity import decide
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "certificate of sign"
ATTEMPTS = 4000
"""How many points are tried for a witness."""

_POOL = tuple(Fraction(*pair) for pair in (
    (1, 4), (1, 1), (0, 1), (1, 8), (2, 1), (1, 2), (-1, 4), (-1, 1), (3, 1), (1, 16), (4, 1)
))  # fmt: skip


@judged(RULE)
def at_most(
    lhs: Expr,
    rhs: Expr,
    *,
    certificate: Expr | None = None,
    given: tuple[Expr, ...] = (),
    positive: tuple[Expr, ...] = (),
    prefer: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide lhs ≤ rhs for all values of the symbols that their declarations allow.

    Parameters
    ----------
    lhs, rhs
        Scalars.
    certificate
        What rhs - lhs is, in a form that cannot be negative; None lets the rule look for it.
    given, positive
        Hypotheses: expressions that are not negative, and expressions that are positive.
    prefer
        Values that a witness should take.

    Returns
    -------
    Verdict
        Proved, refuted with rational values of the symbols, or undecided.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.nonnegative import at_most
    >>> a, b = sp.symbols("a b", real=True)
    >>> at_most(2 * a * b, a**2 + b**2, certificate=(a - b) ** 2).status
    'proved'
    >>> print(at_most(3 * a * b, a**2 + b**2).witness)
    a = 1/4, b = 1/4: 3/16 ≰ 1/8
    """
    lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
    verdict = certified(lhs, rhs, certificate, given, positive)
    if not verdict.proved:
        witness = _violation(lhs, rhs, given, positive, prefer or {})
        if witness is not None:
            equation = (Equation("rhs - lhs", lhs, rhs, positive, "≤"),)
            return Verdict("refuted", RULE, "the left side is larger", witness, equation)
    return verdict


@judged(RULE)
def certified(
    lhs: Expr,
    rhs: Expr,
    certificate: Expr | None,
    given: tuple[Expr, ...],
    positive: tuple[Expr, ...],
) -> Verdict:
    """Prove lhs ≤ rhs by a certificate, or leave it undecided: `at_most` without a search."""
    found = _found(rhs - lhs) if certificate is None else certificate
    if Form(given, positive).holds(found):
        verdict = decide(rhs - lhs, found, nonzero=positive, name="rhs - lhs")
        if verdict.proved:
            reason = f"rhs - lhs = {found}, which cannot be negative"
            return Verdict("proved", RULE, reason, None, verdict.equations)
    return Verdict("undecided", RULE, f"no certificate that {lhs} is at most {rhs}")


def _found(difference: Expr) -> Expr:
    """Expand the numerator of a difference, as a guess for its certificate."""
    over, under = sp.fraction(sp.together(difference))
    return sp.Add(*(term / under for term in sp.Add.make_args(sp.expand(over))))


class Form:
    """Tells what cannot be negative, or must be positive, by its form alone.

    Parameters
    ----------
    given, positive
        What is known not to be negative, and to be positive.
    """

    def __init__(self, given: Iterable[Expr] = (), positive: Iterable[Expr] = ()) -> None:
        self._positive = frozenset(positive)
        self._given = frozenset(given) | self._positive

    def holds(self, term: Expr) -> bool:
        """Whether a term cannot be negative."""
        if term in self._given or (term.is_Rational and term >= 0):
            return True
        if isinstance(term, sp.Symbol | sp.Indexed):
            return term.is_nonnegative is True
        if isinstance(term, sp.exp):
            return is_real(term.args[0])
        if isinstance(term, sp.Pow) and term.exp.is_Integer:
            if term.exp < 0:
                return self.strict(term.base)
            return self.holds(term.base) or (term.exp.is_even and is_real(term.base))
        if isinstance(term, sp.Add) and self._exceeds_one(term + 1):
            return True
        return isinstance(term, sp.Add | sp.Mul) and all(self.holds(p) for p in term.args)

    def _exceeds_one(self, term: Expr) -> bool:
        """Whether a term is e^a with an exponent that cannot be negative."""
        return isinstance(term, sp.exp) and self.holds(term.args[0])

    def strict(self, term: Expr) -> bool:
        """Whether a term must be positive."""
        if term in self._positive or (term.is_Rational and term > 0):
            return True
        if isinstance(term, sp.Symbol | sp.Indexed):
            return term.is_positive is True
        if isinstance(term, sp.exp):
            return is_real(term.args[0])
        if isinstance(term, sp.Pow) and term.exp.is_Integer:
            return self.strict(term.base)
        if isinstance(term, sp.Mul):
            return all(self.strict(part) for part in term.args)
        if isinstance(term, sp.Add):
            strict = [part for part in term.args if self.strict(part)]
            return bool(strict) and all(self.holds(p) for p in term.args if p not in strict)
        return False


def is_real(term: Expr) -> bool:
    """Whether a term is real by its form: real symbols under +, ·, powers, exp, cos, sin."""
    if isinstance(term, sp.Symbol | sp.Indexed):
        return term.is_real is True
    if isinstance(term, sp.Pow):
        return bool(term.exp.is_Integer) and is_real(term.base)
    known = isinstance(term, sp.Add | sp.Mul | sp.exp | sp.cos | sp.sin)
    return bool(term.is_Rational) or (known and all(is_real(part) for part in term.args))


def points(
    symbols: Iterable[Expr], prefer: Mapping[Expr, Expr]
) -> Iterator[dict[Expr, Interval]]:
    """Go through rational values that the declarations allow, the same ones every time.

    Raises
    ------
    KernelError
        When a symbol is not declared to be real.
    """
    choices = {}
    for symbol in sorted(symbols, key=str):
        if symbol.is_real is not True:
            raise KernelError(f"{symbol} is not declared: needs real=True")
        wanted = prefer.get(symbol)
        pool = _POOL if wanted is None else (Fraction(int(wanted.p), int(wanted.q)),)
        choices[symbol] = [value for value in pool if admits(symbol, value)]
    for reach in range(1, len(_POOL) + 1):
        short = [values[:reach] for values in choices.values()]
        for values in product(*short):
            yield dict(zip(choices, map(point, values), strict=True))


def admits(symbol: Expr, value: Fraction) -> bool:
    """Whether the declarations of a symbol allow a value."""
    if (symbol.is_positive and value <= 0) or (symbol.is_nonnegative and value < 0):
        return False
    return not symbol.is_integer or value.denominator == 1


def _violation(
    lhs: Expr,
    rhs: Expr,
    given: tuple[Expr, ...],
    positive: tuple[Expr, ...],
    prefer: Mapping[Expr, Expr],
) -> Witness | None:
    """Look for rational values at which all hypotheses hold and lhs > rhs, by enclosures."""
    names = set().union(*(e.free_symbols for e in (lhs, rhs, *given, *positive)))
    for values in islice(points(names, prefer), ATTEMPTS):
        try:
            if not _allowed(values, given, positive):
                continue
            left, right = enclose(lhs, values), enclose(rhs, values)
        except KernelError:
            continue
        if left.low > right.high:
            return violated(lhs, rhs, values)
    return None


def _allowed(
    values: Mapping[Expr, Interval], given: tuple[Expr, ...], positive: tuple[Expr, ...]
) -> bool:
    """Whether hypotheses certainly hold at a point."""
    return all(enclose(e, values).low >= 0 for e in given) and all(
        enclose(e, values).low > 0 for e in positive
    )


def violated(lhs: Expr, rhs: Expr, values: Mapping[Expr, Interval]) -> Witness:
    """Write down a point at which lhs > rhs."""
    shown = tuple((str(name), str(value.low)) for name, value in values.items())
    table = {
        name: sp.Rational(v.low.numerator, v.low.denominator) for name, v in values.items()
    }
    return Witness(shown, str(lhs.xreplace(table)), str(rhs.xreplace(table)), relation="≰")

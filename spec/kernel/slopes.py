r"""Inequalities by the sign of a derivative.

If $f(a) \ge 0$ and $f' \ge 0$ on $[a, e]$, then $f \ge 0$ there (mean value theorem, which is
cited). Applied to $f', f'', \dots$ in turn, it is enough that $f, f', \dots, f^{(n-1)}$ are
not negative at $a$ and $f^{(n)}$ is not negative on the whole interval. The last sign is shown
by an expression that cannot be negative by its form, or, on a bounded interval, by rational
interval arithmetic on a subdivision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import islice

import sympy as sp

from .enclosure import Interval, enclose
from .identity import decide
from .nonnegative import ATTEMPTS, Form, points, violated
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "sign of a derivative"
PIECES = 64
"""Into how many pieces an interval is cut at most."""


@judged(RULE)
def nonnegative_from(
    function: Expr,
    variable: Expr,
    start: Expr,
    end: Expr | None = None,
    *,
    order: int = 1,
    certificate: Expr | None = None,
) -> Verdict:
    """Decide function ≥ 0 for start ≤ variable ≤ end.

    Parameters
    ----------
    function
        An expression in the variable and further real symbols.
    variable
        A real symbol.
    start, end
        Rational ends; None for no end.
    order
        How many derivatives to take.
    certificate
        What the last derivative is, in a form that cannot be negative; None for rational
        interval arithmetic on the interval.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.slopes import nonnegative_from
    >>> t = sp.Symbol("t", real=True)
    >>> nonnegative_from(sp.exp(t) - 1, t, 0, certificate=sp.exp(t)).status
    'proved'
    >>> print(nonnegative_from(sp.exp(t) - 1 - 2 * t, t, 0).witness)
    t = 1/4: 3/2 ≰ exp(1/4)
    """
    start, end = sp.sympify(start), sp.sympify(end) if end is not None else None
    if variable.is_real is not True:
        raise KernelError(f"{variable} is not declared: needs real=True")
    verdict = _by_slopes(function, variable, (start, end), order, certificate)
    if not verdict.proved:
        witness = _negative(function, variable, start, end)
        if witness is not None:
            return Verdict("refuted", RULE, "the function is negative there", witness)
    return verdict


@judged(RULE)
def _by_slopes(
    function: Expr,
    variable: Expr,
    interval: tuple[Expr, Expr | None],
    order: int,
    certificate: Expr | None,
) -> Verdict:
    """Try to prove it."""
    start, end = interval
    equations: tuple[Equation, ...] = ()
    slope = function
    for _ in range(order):
        first = slope.xreplace({variable: start})
        zero = decide(first, 0, name=f"the value at {variable} = {start}")
        if not zero.proved and not Form().holds(first):
            return Verdict("undecided", RULE, f"the sign of {first} is not known")
        equations += zero.equations if zero.proved else ()
        slope = slope.diff(variable)
    if certificate is None:
        _enclosed(slope, variable, start, end)
        shown = "rational interval arithmetic"
    else:
        last = decide(slope, certificate, name="the last derivative")
        free = Form((variable,) if start >= 0 else ())
        if not (last.proved and free.holds(certificate)):
            raise KernelError(f"{slope} is not known to be {certificate} ≥ 0")
        equations, shown = equations + last.equations, f"it is {certificate}"
    reason = (
        f"derivative {order} is not negative ({shown}), nor is what comes before at {start}"
    )
    return Verdict("proved", RULE, f"{reason}; cited: mean value theorem", None, equations)


def _enclosed(slope: Expr, variable: Expr, start: Expr, end: Expr | None) -> None:
    """Show slope ≥ 0 on a bounded interval.

    Raises
    ------
    KernelError
        When it could not be shown.
    """
    if end is None:
        raise KernelError(f"no certificate that {slope} is not negative")
    low, width = Fraction(int(start.p), int(start.q)), end - start
    step = Fraction(int(width.p), int(width.q)) / PIECES
    for k in range(PIECES):
        piece = Interval(low + k * step, low + (k + 1) * step)
        if enclose(slope, {variable: piece}).low < 0:
            raise KernelError(f"{slope} may be negative for {variable} in {piece}")


def _negative(function: Expr, variable: Expr, start: Expr, end: Expr | None) -> Witness | None:
    """Look for a rational point of the interval where the function is certainly negative."""
    for values in islice(_inside(function, variable, start, end), ATTEMPTS // 10):
        try:
            found = enclose(function, values)
        except KernelError:
            continue
        if found.high < 0:
            minus = [term for term in sp.Add.make_args(function) if _is_minus(term)]
            right = sp.Add(function, *(-term for term in minus))
            return violated(-sp.Add(*minus), right, values)
    return None


def _inside(
    function: Expr, variable: Expr, start: Expr, end: Expr | None
) -> Iterator[Mapping[Expr, Interval]]:
    """Points whose variable lies between the ends."""
    for values in points(function.free_symbols | {variable}, {}):
        here = values[variable].low
        if here >= start and (end is None or here <= end):
            yield values


def _is_minus(term: Expr) -> bool:
    """Whether a term has a negative coefficient."""
    return bool(term.as_coeff_Mul()[0] < 0)

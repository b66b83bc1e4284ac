r"""Which frequencies tell all integer positions apart: those that are rational, but not zero.

$R(m\theta)=R(n\theta)$ gives $(m-n)\theta = 2\pi k$ with an integer k. With θ rational and
not zero, k = 0, because otherwise $\pi=(m-n)\theta/2k$ would be rational. Cited: **π is
irrational** (Lambert, 1761). A frequency $2\pi r$ with a rational r does repeat.
"""

from __future__ import annotations

import sympy as sp

from .integers import injective
from .quotient import Expr
from .verdict import Verdict, judged

RULE = "π is irrational"


@judged(RULE)
def never_repeats(frequency: Expr, positions: tuple[Expr, Expr]) -> Verdict:
    """Decide that R(mθ) = R(nθ) only if m = n, for integers m and n and every such θ.

    Parameters
    ----------
    frequency
        A rational number by its form: symbols that are declared rational and not zero,
        numbers, products, quotients and whole powers of them; or an exact number.
    positions
        The symbols m and n.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.repeats import never_repeats
    >>> m, n = sp.symbols("m n", integer=True)
    >>> s = sp.Symbol("s", rational=True, nonzero=True)
    >>> never_repeats(1 / s, (m, n)).status
    'proved'
    >>> print(never_repeats(sp.pi / 3, (m, n)).witness)
    the rotations agree, the positions do not: m = 6, n = 0, theta = pi/3: 6 ≠ 0
    """
    if not frequency.free_symbols:
        return injective(frequency, positions)
    if not all(position.is_integer for position in positions):
        return Verdict("undecided", RULE, "positions need not be integers")
    if not rational_not_zero(frequency):
        return Verdict("undecided", RULE, f"{frequency} is not known to be rational, or not 0")
    one = injective(sp.Integer(1), positions)
    reason = f"{frequency} is rational and not 0: otherwise π would be rational"
    return Verdict(one.status, RULE, reason, None, one.equations)


def rational_not_zero(value: Expr) -> bool:
    """Whether a value is rational and not zero, by its form."""
    if value.is_Rational:
        return bool(value != 0)
    if isinstance(value, sp.Symbol):
        return value.is_rational is True and value.is_zero is False
    if isinstance(value, sp.Pow):
        return bool(value.exp.is_Integer) and rational_not_zero(value.base)
    return isinstance(value, sp.Mul) and all(map(rational_not_zero, value.args))

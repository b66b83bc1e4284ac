r"""How an error of an exponent grows: $|e^w - 1| \le e^x - 1$ for $|w| \le x$.

With $w = x - t$, $t \ge 0$: $e^w \le e^x$ because the exponential grows. With $w = t - x$:
$e^w \ge e^{-x}$ for the same reason, and $1 - e^{-x} \le e^x - 1$ because
$e^x + e^{-x} - 2 = (e^{x/2}-e^{-x/2})^2$.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import sympy as sp

from .nonnegative import Form, at_most
from .quotient import Expr
from .slopes import nonnegative_from
from .verdict import KernelError, Verdict, judged

RULE = "growth of the exponential"


@judged(RULE)
def exponential_within(size: Expr, bound: Expr) -> Verdict:
    """Decide |e^w - 1| ≤ bound for all |w| ≤ size.

    Parameters
    ----------
    size
        An expression that is not negative by its form.
    bound
        e^size - 1, or what is larger.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.growth import exponential_within
    >>> x = sp.Symbol("x", nonnegative=True)
    >>> exponential_within(x, sp.exp(x) - 1).status
    'proved'
    >>> print(exponential_within(x, x).witness)
    w = x, x = 1/4: -1 + exp(1/4) ≰ 1/4
    """
    if not Form().holds(size):
        raise KernelError(f"the size {size} may be negative")
    last = at_most(sp.exp(size) - 1, bound)
    lemmas = _lemmas()
    if last.proved and all(lemma.proved for lemma in lemmas):
        equations = sum((one.equations for one in lemmas), last.equations)
        reason = "the exponential grows, and faster upwards; cited: mean value theorem"
        return Verdict("proved", RULE, reason, None, equations)
    if last.witness is not None:
        shown = (("w", str(size)), *last.witness.assignment)
        witness = replace(last.witness, assignment=shown)
        return Verdict("refuted", RULE, last.reason, witness, last.equations)
    return Verdict("undecided", RULE, last.reason)


@cache
def _lemmas() -> tuple[Verdict, ...]:
    """Check the three facts; the answers are kept."""
    x, t = sp.symbols("x t", real=True)
    square = (sp.exp(x / 2) - sp.exp(-x / 2)) ** 2
    return (
        nonnegative_from(sp.exp(x) - sp.exp(x - t), t, 0, certificate=sp.exp(x - t)),
        nonnegative_from(sp.exp(t - x) - sp.exp(-x), t, 0, certificate=sp.exp(t - x)),
        at_most(2, sp.exp(x) + sp.exp(-x), certificate=square),
    )

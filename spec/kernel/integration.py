r"""Integrals by substitution: $\int_a^b f(u(x))\,dx = c\,\bigl(P(u(b)) - P(u(a))\bigr)$.

It holds if $c\,P'(u)\,u' = f(u)$: by the chain rule $c\,P(u(x))$ is then a function with the
derivative $f(u(x))$, and the fundamental theorem of calculus gives the integral. Both are
cited. Of P, which may be a function without a formula such as the cosine integral, only its
derivative is used, and only where u is positive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from .identity import decide_all
from .nonnegative import Form
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, judged

RULE = "integral by substitution"


@dataclass(frozen=True)
class Substitution:
    """What is substituted in an integral, and what comes of it.

    Attributes
    ----------
    variable
        The variable x of the integral, a real symbol.
    inner
        u(x), positive by its form.
    name
        The positive symbol that stands for u.
    slope
        u' as an expression in u.
    integrand
        f(u).
    primitive_slope
        P'(u).
    factor
        The number c.
    ends
        a and b.
    images
        u(a) and u(b), as they are to be written.
    """

    variable: Any
    inner: Any
    name: Any
    slope: Any
    integrand: Any
    primitive_slope: Any
    factor: Any
    ends: tuple[Any, Any]
    images: tuple[Any, Any]

    def replace(self, values: Mapping[Expr, Expr]) -> Substitution:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        parts = [getattr(self, field.name) for field in fields(self)]
        moved = (
            tuple(end.xreplace(table) for end in part)
            if isinstance(part, tuple)
            else part.xreplace(table)
            for part in parts
        )
        return Substitution(*moved)


@judged(RULE)
def integral(one: Substitution) -> Verdict:
    """Decide that an integral is what a substitution makes of it.

    Parameters
    ----------
    one
        The substitution.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.integration import Substitution, integral
    >>> x, u = sp.Symbol("x", real=True), sp.Symbol("u", positive=True)
    >>> half, ends = sp.Rational(1, 2), (sp.Integer(0), sp.Integer(1))
    >>> images = (sp.Integer(1), sp.exp(2))
    >>> square = Substitution(x, sp.exp(2 * x), u, 2 * u, u, sp.Integer(1), half, ends, images)
    >>> integral(square).status
    'proved'
    """
    if one.variable.is_real is not True or not Form().strict(one.inner):
        raise KernelError(f"{one.inner} is not known to be positive for real {one.variable}")
    if one.name.is_positive is not True:
        raise KernelError(f"{one.name} stands for something positive: needs positive=True")
    if any(part.has(one.variable) for part in (one.factor, one.integrand, one.primitive_slope)):
        raise KernelError(f"only u may depend on {one.variable}")
    equations = (
        Equation(
            "the slope of u",
            one.inner.diff(one.variable),
            one.slope.xreplace({one.name: one.inner}),
        ),
        Equation("c P'(u) u'", one.factor * one.primitive_slope * one.slope, one.integrand),
        *(
            Equation(f"u({end})", one.inner.xreplace({one.variable: end}), image)
            for end, image in zip(one.ends, one.images, strict=True)
        ),
    )
    reason = (
        "c P(u) has the derivative f(u); cited: chain rule, fundamental theorem of calculus"
    )
    return decide_all(equations, rule=RULE, reason=reason)

r"""What follows from equations that are assumed.

A hypothesis is an equation that holds for all values of its bound symbols. From instances
$L_j = R_j$ of hypotheses, $s\,(G - H) = \sum_j A_j\,(L_j - R_j)\,B_j$ gives $s\,(G - H) = 0$,
and so $G = H$ when $s$ is not zero. Which instances are used, and with which factors, is part
of the proof; that the two sides of the combination agree is decided by the normal form.

A conclusion that does not follow is refuted by a model: values for which every hypothesis is
an identity and the conclusion is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from .identity import decide
from .quotient import Expr
from .verdict import KernelError, Verdict, judged
from .witness import admits

RULE = "consequence"

Table = tuple[tuple[Any, Any], ...]
"""Pairs of a symbol (or of an unknown function) and what is put in its place."""


@dataclass(frozen=True)
class Hypothesis:
    """An equation that is assumed.

    Attributes
    ----------
    lhs, rhs
        Scalars, or explicit matrices of one shape.
    bound
        The symbols for all values of which it is assumed.
    """

    lhs: Any
    rhs: Any
    bound: tuple[Any, ...] = ()

    def at(self, values: Mapping[Expr, Expr]) -> Expr:
        """Give left minus right at some values of the bound symbols.

        Raises
        ------
        KernelError
            When another symbol is to be replaced, or a declaration does not allow a value.
        """
        for symbol, value in values.items():
            if symbol not in self.bound:
                raise KernelError(f"{symbol} is no bound symbol of {self.lhs} = {self.rhs}")
            _admitted(symbol, value)
        return (self.lhs - self.rhs).xreplace(dict(values))

    def replace(self, values: Mapping[Expr, Expr]) -> Hypothesis:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        bound = tuple(symbol.xreplace(table) for symbol in self.bound)
        return Hypothesis(self.lhs.xreplace(table), self.rhs.xreplace(table), bound)


@dataclass(frozen=True)
class Use:
    """An instance of a hypothesis with its factors in a combination.

    Attributes
    ----------
    hypothesis
        What is used.
    at
        Values of its bound symbols.
    left, right
        Factors, scalars or explicit matrices.
    """

    hypothesis: Hypothesis
    at: Table = ()
    left: Any = sp.S.One
    right: Any = sp.S.One

    def term(self) -> Expr:
        """Give its summand of the combination."""
        return self.left * self.hypothesis.at(dict(self.at)) * self.right

    def replace(self, values: Mapping[Expr, Expr]) -> Use:
        """Put other symbols in place of its symbols."""
        table = dict(values)
        at = tuple((symbol.xreplace(table), value.xreplace(table)) for symbol, value in self.at)
        sides = (side.xreplace(table) for side in (self.left, self.right))
        return Use(self.hypothesis.replace(values), at, *sides)


@judged(RULE)
def follows(
    lhs: Expr,
    rhs: Expr,
    uses: tuple[Use, ...],
    *,
    scale: Expr = sp.S.One,
    model: Table = (),
) -> Verdict:
    """Decide that lhs = rhs follows from instances of hypotheses.

    Parameters
    ----------
    lhs, rhs
        Scalars, or explicit matrices of one shape.
    uses
        The instances and their factors.
    scale
        A number that is not zero: a rational, or a symbol that is declared so, or a product.
    model
        Values of free symbols and functions at which it may fail to follow.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.consequence import Hypothesis, Use, follows
    >>> a, b = sp.symbols("a b", real=True)
    >>> unit = Hypothesis(a**2, b**2)
    >>> follows(a**4, b**4, (Use(unit, left=a**2 + b**2),)).status
    'proved'
    >>> print(follows(a, b, (), model=((a, -b),)).witness)
    b = 1: -1 ≠ 1
    """
    if model:
        return _refuted(lhs, rhs, uses, model)
    if not uses:
        raise KernelError("nothing is assumed: decide the equation itself")
    if not _nonzero(scale):
        raise KernelError(f"{scale} is not known to differ from zero")
    goal = scale * (lhs - rhs)
    combination = sum((use.term() for use in uses[1:]), uses[0].term())
    verdict = decide(goal, combination, name="the combination of hypotheses")
    if not verdict.proved:
        reason = f"the combination does not give the conclusion: {verdict.reason}"
        return Verdict("undecided", RULE, reason)
    reason = f"it is a combination of {len(uses)} instance(s) of what is assumed"
    return Verdict("proved", RULE, reason, None, verdict.equations)


def _refuted(lhs: Expr, rhs: Expr, uses: tuple[Use, ...], model: Table) -> Verdict:
    """Look whether the conclusion fails in a model of all hypotheses."""
    for use in uses:
        hypothesis = use.hypothesis
        for bound in hypothesis.bound:
            if bound in dict(model):
                raise KernelError(f"{bound} is bound in a hypothesis: a model may not fix it")
        holds = decide(_modelled(hypothesis.lhs, model), _modelled(hypothesis.rhs, model))
        if not holds.proved:
            raise KernelError(f"the model does not satisfy {hypothesis.lhs} = {hypothesis.rhs}")
    verdict = decide(_modelled(lhs, model), _modelled(rhs, model))
    if not verdict.refuted:
        raise KernelError("the conclusion is not known to fail in the model")
    reason = "every hypothesis holds in the model, the conclusion does not"
    return Verdict("refuted", RULE, reason, verdict.witness, verdict.equations)


def _modelled(expression: Expr, model: Table) -> Expr:
    """Put a model's values in place of symbols and of applied functions."""
    functions = {name: value for name, value in model if isinstance(value, sp.Lambda)}
    symbols = {name: value for name, value in model if name not in functions}
    for symbol, value in symbols.items():
        _admitted(symbol, value)
    applied = {
        call: functions[call.func](*call.args)
        for call in expression.atoms(AppliedUndef)
        if call.func in functions
    }
    return expression.xreplace(applied).xreplace(symbols)


def _admitted(symbol: Expr, value: Expr) -> None:
    """Refuse a value that the declarations of a symbol do not allow."""
    if not admits(symbol, value):
        raise KernelError(f"{symbol} may not be {value}: its declarations forbid it")


def _nonzero(scale: Expr) -> bool:
    """Whether a scale is not zero by its form."""
    if isinstance(scale, sp.Mul):
        return all(_nonzero(part) for part in scale.args)
    if isinstance(scale, sp.Pow) and scale.exp.is_Integer:
        return _nonzero(scale.base)
    if scale.is_Rational:
        return bool(scale != 0)
    return isinstance(scale, sp.Symbol | sp.Indexed) and scale.is_zero is False

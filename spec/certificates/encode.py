"""Write SymPy expressions as the plain lists of a certificate."""

from __future__ import annotations

from typing import Any

import sympy as sp
from sympy.core.function import AppliedUndef

from ropespec.spec.kernel import KernelError

_CALLS = {
    sp.cos: "cos",
    sp.sin: "sin",
    sp.exp: "exp",
    sp.log: "log",
    sp.conjugate: "conjugate",
    sp.re: "re",
    sp.im: "im",
    sp.Add: "add",
    sp.Mul: "mul",
    sp.Pow: "pow",
}
_CONSTANTS = {sp.I: ["i"], sp.pi: ["pi"], sp.E: ["e"]}
_FACTS = ("real", "integer", "positive", "nonzero")


def encode(expression: Any, atoms: dict[str, list[str]]) -> list[Any]:
    """Write an expression, and note the declarations of its atoms.

    Parameters
    ----------
    expression
        What the kernel's rules can read.
    atoms
        Takes up, for each atom's name, what is declared of it.

    Raises
    ------
    KernelError
        When the expression holds something that certificates have no word for.
    """
    expression = sp.sympify(expression)
    if expression.is_Rational:
        return ["number", str(expression)]
    if expression in _CONSTANTS:
        return list(_CONSTANTS[expression])
    if isinstance(expression, sp.Symbol | sp.Indexed | AppliedUndef):
        name = str(expression)
        facts = [fact for fact in _FACTS if getattr(expression, f"is_{fact}")]
        if atoms.setdefault(name, facts) != facts:
            raise KernelError(f"two atoms are called {name} and declared differently")
        return ["atom", name]
    head = _CALLS.get(expression.func)
    if head is None:
        raise KernelError(f"a certificate has no word for {expression.func.__name__}")
    return [head, *(encode(part, atoms) for part in expression.args)]

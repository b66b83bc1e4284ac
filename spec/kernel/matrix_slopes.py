r"""Differentiating an equation between products of matrices of any size.

Let an equation hold for all values of a real variable, its letters being differentiable
functions of it or constant. Then the derivatives of the two sides are equal, by the product
rule: each letter is replaced by its derivative in turn. At a value of the variable the letters
get the names that they have there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from .matrix_words import Words, plus, read, same_words, times
from .quotient import Expr
from .verdict import KernelError, Verdict, judged

RULE = "product rule"

Table = tuple[tuple[Any, Any], ...]
"""Pairs of a letter and what takes its place."""


@judged(RULE)
def differentiated(
    equation: tuple[Expr, Expr], slopes: Table, there: Table, lhs: Expr, rhs: Expr
) -> Verdict:
    """Decide that lhs = rhs is what an equation gives when it is differentiated.

    Parameters
    ----------
    equation
        Two sums of words that are equal for all values of the variable; its coefficients are
        numbers.
    slopes
        Each letter that moves, with its derivative; the others are constant.
    there
        What letters and derivatives are called at the value of the variable that is meant.
    lhs, rhs
        The equation that is to come out.

    Returns
    -------
    Verdict
        Proved or undecided: another equation refutes nothing.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.matrix_slopes import differentiated
    >>> P, S, PT, ST = sp.symbols("P S PT ST", commutative=False)
    >>> one = (PT * P, sp.Integer(1))
    >>> differentiated(one, ((P, S), (PT, ST)), (), ST * P, -PT * S).status
    'proved'
    """
    for letter, slope in slopes:
        if letter.is_commutative is not False or slope.is_commutative is not False:
            raise KernelError(f"{letter} or its derivative {slope} is no matrix")
    before = plus(read(equation[0]), times({(): sp.Integer(-1)}, read(equation[1])))
    if any(not sp.sympify(number).is_number for number in before.values()):
        raise KernelError("a coefficient is no number: it may move with the variable")
    after = _renamed(_derived(before, dict(slopes)), dict(there))
    verdict = same_words(_written(after), lhs - rhs)
    if not verdict.proved:
        reason = "the derivative of the equation is another equation"
        return Verdict("undecided", RULE, reason)
    reason = "it is the derivative of an equation that holds everywhere"
    return Verdict("proved", RULE, reason, None, verdict.equations)


def _derived(words: Words, slopes: Mapping[Any, Any]) -> Words:
    total: Words = {}
    for word, number in words.items():
        for place, letter in enumerate(word):
            if letter in slopes:
                head, tail = {word[:place]: number}, {word[place + 1 :]: sp.Integer(1)}
                total = plus(total, times(times(head, read(slopes[letter])), tail))
    return total


def _renamed(words: Words, names: Mapping[Any, Any]) -> Words:
    total: Words = {}
    for word, number in words.items():
        product: Words = {(): number}
        for letter in word:
            product = times(product, read(names.get(letter, letter)))
        total = plus(total, product)
    return total


def _written(words: Words) -> Expr:
    return sp.Add(*(sp.Mul(number, *word) for word, number in words.items()))

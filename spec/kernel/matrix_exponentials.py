r"""Exponentials of matrices of any size, as functions of a real variable.

A letter E may stand for $\exp(sG)$, with a constant G. Cited, not proved: the exponential
series may be differentiated term by term, so $\frac{d}{ds}E = GE = EG$ and $E = I$ at
$s = 0$; and a function on the real line with derivative zero is constant (mean value theorem).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sympy as sp

from .matrix_words import Relation, Words, compared, plus, read, times
from .quotient import Expr
from .verdict import KernelError, Verdict, judged

RULE = "exponentials of matrices"
ORDERS = 4
"""Up to which derivative a witness against a constant is looked for."""


@dataclass(frozen=True)
class Exponential:
    r"""A letter that stands for $\exp(sG)$.

    Attributes
    ----------
    letter
        The letter.
    generator
        The sum of words G, without the variable.
    variable
        The real symbol s.
    side
        On which side of the letter its derivative writes G; both are right.
    """

    letter: Any
    generator: Any
    variable: Any
    side: Literal["left", "right"] = "left"

    def slope(self) -> Words:
        """Give the derivative by the variable."""
        if self.variable.is_real is not True:
            raise KernelError(f"{self.variable} is not declared: real=True is needed")
        letter = {(self.letter,): sp.Integer(1)}
        pair = (read(self.generator), letter)
        return times(*(pair if self.side == "left" else reversed(pair)))

    def replace(self, values: Mapping[Expr, Expr]) -> Exponential:
        """Put other symbols in place of its symbols."""
        parts = (self.letter, self.generator, self.variable)
        letter, generator, variable = (part.xreplace(dict(values)) for part in parts)
        return Exponential(letter, generator, variable, self.side)


def slope(words: Words, variable: Any, exponentials: tuple[Exponential, ...]) -> Words:
    """Differentiate by a real variable; letters that are no exponential of it are constant."""
    table = {e.letter: e.slope() for e in exponentials if e.variable == variable}
    for one in exponentials:
        if one.generator.free_symbols & {variable, *table}:
            raise KernelError(f"{one.letter} needs a generator that is constant")
    total: Words = {}
    for word, coefficient in words.items():
        total = plus(total, {word: sp.diff(coefficient, variable)})
        for place, letter in enumerate(word):
            if letter in table:
                head, tail = {word[:place]: coefficient}, {word[place + 1 :]: sp.Integer(1)}
                total = plus(total, times(times(head, table[letter]), tail))
    return total


def at_zero(words: Words, exponentials: tuple[Exponential, ...]) -> Words:
    """Set every variable to 0: the exponentials become the identity, the empty word."""
    letters = {e.letter for e in exponentials}
    start = {e.variable: sp.Integer(0) for e in exponentials}
    total: Words = {}
    for word, coefficient in words.items():
        rest = tuple(letter for letter in word if letter not in letters)
        total = plus(total, {rest: coefficient.xreplace(start)})
    return total


def _need(exponentials: tuple[Exponential, ...], variables: tuple[Any, ...]) -> None:
    """Refuse exponentials of variables that the statement does not move."""
    for one in exponentials:
        if one.variable not in variables:
            raise KernelError(f"{one.letter} is a function of {one.variable}, not moved here")


@judged(RULE)
def slope_at_zero(
    expression: Any,
    value: Any,
    variables: tuple[Any, ...],
    exponentials: tuple[Exponential, ...],
    relations: tuple[Relation, ...] = (),
) -> Verdict:
    """Decide what the derivative by one variable after the other is where all are 0."""
    _need(exponentials, variables)
    words = read(expression)
    for variable in variables:
        words = slope(words, variable, exponentials)
    return compared(at_zero(words, exponentials), read(value), relations)


@judged(RULE)
def constant(
    expression: Any,
    value: Any,
    variable: Any,
    exponentials: tuple[Exponential, ...],
    relations: tuple[Relation, ...] = (),
) -> Verdict:
    """Decide that an expression has one value for all real values of a variable.

    Parameters
    ----------
    expression
        A sum of words, exponentials among them.
    value
        A sum of words without the variable: what it is at 0, and so everywhere.
    variable
        A real symbol.
    exponentials
        Which letters are exponentials.
    relations
        What is assumed of the letters, or known, for all values of the variable.
    """
    _need(exponentials, (variable,))
    words = read(expression)
    letters = {e.letter for e in exponentials}
    if value.free_symbols & {variable, *letters}:
        raise KernelError(f"the value {value} moves with {variable}")
    plain = not any(letters & (r.word + r.value).free_symbols for r in relations)
    start = compared(at_zero(words, exponentials), read(value), relations, search=plain)
    if not start.proved:
        return start
    derivative = slope(words, variable, exponentials)
    verdict = compared(derivative, {}, relations, search=False)
    if verdict.proved:
        reason = "the derivative is zero, and the value at 0 is as stated"
        return Verdict("proved", RULE, reason, None, start.equations + verdict.equations)
    if not plain:  # matrices that obey the relations might be no exponentials
        return verdict
    for order in range(1, ORDERS + 1):
        there = compared(at_zero(derivative, exponentials), {}, relations)
        if there.witness is not None:
            return Verdict("refuted", RULE, f"derivative {order} at 0 is not 0", there.witness)
        derivative = slope(derivative, variable, exponentials)
    return verdict

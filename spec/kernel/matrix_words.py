r"""Sums of products of matrices of any size.

Matrices are letters (SymPy symbols with `commutative=False`); a product is a word. Two sums of
words are equal for matrices of every size when they are the same after the given relations
have been put in: a relation $w = \dots$ replaces the word w wherever it stands. The relations
are hypotheses, or were proved before; nothing is claimed when the sums stay different.

A false statement is refuted by explicit integer matrices for which it fails.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import islice, product
from typing import Any

import sympy as sp

from .identity import decide, decide_all
from .quotient import Expr
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "words in matrices"
STEPS = 400
"""How often relations are put in before a sum is given up."""
ATTEMPTS = 2000
"""How many assignments of matrices are tried for a witness."""

Word = tuple[Any, ...]
Words = dict[Word, Any]
"""A sum of words: each with its coefficient, a commutative expression."""


@dataclass(frozen=True)
class Relation:
    """A word, and what it is equal to.

    Attributes
    ----------
    word
        A product of letters.
    value
        A sum of words.
    """

    word: Any
    value: Any

    def replace(self, values: Mapping[Expr, Expr]) -> Relation:
        """Put other symbols in place of its symbols."""
        return Relation(self.word.xreplace(dict(values)), self.value.xreplace(dict(values)))


def read(expression: Any) -> Words:
    """Multiply out a polynomial in letters.

    Raises
    ------
    KernelError
        For a power of a matrix that is no whole number above 0, or a function of one.
    """
    if expression.is_commutative:
        return {(): expression}
    if isinstance(expression, sp.Symbol):
        return {(expression,): sp.Integer(1)}
    if isinstance(expression, sp.Add):
        return reduce(plus, map(read, expression.args))
    if isinstance(expression, sp.Mul):
        return reduce(times, map(read, expression.args))
    if isinstance(expression, sp.Pow) and expression.exp.is_Integer and expression.exp > 0:
        return reduce(times, [read(expression.base)] * int(expression.exp))
    raise KernelError(f"{expression} is no sum of products of matrices")


def plus(left: Words, right: Words) -> Words:
    """Add."""
    return {
        word: left.get(word, sp.Integer(0)) + right.get(word, sp.Integer(0))
        for word in {**left, **right}
    }


def times(left: Words, right: Words) -> Words:
    """Multiply: the words one after the other, in this order."""
    total: Words = {}
    for (first, a), (second, b) in product(left.items(), right.items()):
        total = plus(total, {first + second: a * b})
    return total


def reduced(words: Words, relations: tuple[Relation, ...]) -> Words:
    """Put the relations in until none applies.

    Raises
    ------
    KernelError
        When that takes more than `STEPS` replacements, or a relation is not about one word.
    """
    table = {_one_word(relation): read(relation.value) for relation in relations}
    done: Words = {}
    waiting = list(words.items())
    for _ in range(STEPS):
        if not waiting:
            return {word: c for word, c in done.items() if not decide(c, 0).proved}
        word, coefficient = waiting.pop()
        found = _first_match(word, table)
        if found is None:
            done = plus(done, {word: coefficient})
            continue
        start, pattern = found
        before, after = {word[:start]: coefficient}, {word[start + len(pattern) :]: 1}
        waiting += times(times(before, table[pattern]), after).items()
    raise KernelError(f"the relations still apply after {STEPS} replacements")


def _one_word(relation: Relation) -> Word:
    words = read(relation.word)
    if len(words) != 1 or set(words.values()) != {sp.Integer(1)} or () in words:
        raise KernelError(f"{relation.word} is no product of letters: a relation needs one")
    return next(iter(words))


def _first_match(word: Word, table: Mapping[Word, Words]) -> tuple[int, Word] | None:
    for pattern in table:
        for start in range(len(word) - len(pattern) + 1):
            if word[start : start + len(pattern)] == pattern:
                return start, pattern
    return None


@judged(RULE)
def same_words(lhs: Any, rhs: Any, relations: tuple[Relation, ...] = ()) -> Verdict:
    """Decide lhs = rhs for matrices of every size that obey the relations.

    Parameters
    ----------
    lhs, rhs
        Sums of products of letters, with commutative coefficients.
    relations
        What is assumed, or known.

    Returns
    -------
    Verdict
        Proved; refuted by explicit matrices that obey the relations; or undecided.

    Examples
    --------
    >>> import sympy as sp
    >>> from ropespec.spec.kernel.matrix_words import Relation, same_words
    >>> a, b = sp.symbols("A B", commutative=False)
    >>> same_words((a + b) ** 2, a**2 + a * b + b * a + b**2).status
    'proved'
    >>> print(same_words(a * b, b * a).witness)
    A = [[0, 1], [0, 0]], B = [[1, 0], [0, 0]]: [[0, 0], [0, 0]] ≠ [[0, 1], [0, 0]]
    """
    return compared(read(lhs), read(rhs), relations)


def compared(
    lhs: Words, rhs: Words, relations: tuple[Relation, ...], search: bool = True
) -> Verdict:
    """Compare two sums of words coefficient by coefficient, and look for a witness."""
    left, right = reduced(lhs, relations), reduced(rhs, relations)
    equations = tuple(
        Equation(_shown(word), left.get(word, sp.Integer(0)), right.get(word, sp.Integer(0)))
        for word in {**left, **right}
    )
    reason = "every word has the same coefficient on both sides"
    verdict = decide_all(equations, rule=RULE, reason=reason)
    if verdict.proved:
        return verdict
    witness = _witness(lhs, rhs, relations) if search else None
    if witness is None:
        return Verdict("undecided", RULE, f"other words are left: {verdict.reason}")
    return Verdict("refuted", RULE, "explicit matrices differ", witness, verdict.equations)


def _shown(word: Word) -> str:
    return f"the coefficient of {' '.join(map(str, word)) or 'I'}"


_UNITS = [
    sp.ImmutableMatrix(2, 2, entries)
    for entries in ((0, 1, 0, 0), (1, 0, 0, 0), (0, 0, 1, 0), (0, -1, 1, 0), (1, 0, 0, 1))
]
_POOLS = ([sp.ImmutableMatrix(1, 1, [c]) for c in (1, 2, 3, 5, -1)], _UNITS)
"""Matrices of one size that are tried as witnesses."""


def _witness(lhs: Words, rhs: Words, relations: tuple[Relation, ...]) -> Witness | None:
    """Look for explicit matrices that obey the relations and tell the sides apart."""
    assumed = [(read(r.word), read(r.value)) for r in relations]
    sides = [lhs, rhs, *(side for pair in assumed for side in pair)]
    letters = sorted({letter for side in sides for word in side for letter in word}, key=str)
    numbers = {
        name: sp.Integer(count)
        for count, name in enumerate(_coefficient_symbols(sides), start=1)
    }
    for values in _assignments(letters):
        left, right, *rest = (_evaluated(side, values, numbers) for side in sides)
        if left != right and all(a == b for a, b in zip(rest[::2], rest[1::2], strict=True)):
            named = [(str(name), str(value)) for name, value in numbers.items()]
            named += [(str(name), _entries(value)) for name, value in values.items()]
            return Witness(tuple(named), _entries(left), _entries(right))
    return None


def _coefficient_symbols(sides: list[Words]) -> list[Any]:
    found = {s for side in sides for c in side.values() for s in sp.sympify(c).free_symbols}
    return sorted(found, key=str)


def _assignments(letters: list[Any]) -> Iterator[dict[Any, Any]]:
    for pool in _POOLS:
        for values in islice(product(pool, repeat=len(letters)), ATTEMPTS):
            yield dict(zip(letters, values, strict=True))


def _evaluated(side: Words, values: Mapping[Any, Any], numbers: Mapping[Any, Any]) -> Any:
    size = next(iter(values.values())).rows if values else 1
    total = sp.zeros(size).as_immutable()
    for word, coefficient in side.items():
        factor = sp.sympify(coefficient).xreplace(dict(numbers))
        if not factor.is_Rational:
            raise KernelError(f"the coefficient {coefficient} has no rational value")
        start = sp.eye(size).as_immutable()
        total += factor * reduce(lambda a, b: a * b, (values[x] for x in word), start)
    return total


def _entries(matrix: Any) -> str:
    return str(matrix[0, 0]) if matrix.shape == (1, 1) else str(matrix.tolist())

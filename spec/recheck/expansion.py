"""Where nothing turns or grows, expand both sides exactly: an identity of polynomials.

A side is a quotient of two Laurent polynomials; a/b = c/d holds when a d - c b is the zero
polynomial, b and d being products of what is declared not to be zero.
"""

from __future__ import annotations

from fractions import Fraction

from .polynomials import (
    I_UNIT,
    ONE,
    Polynomial,
    add,
    conjugate,
    constant,
    inverse,
    multiply,
    raised,
    times,
)
from .trees import Atom, RefusedError, Tree, number_of, whole_exponent

Quotient = tuple[Polynomial, Polynomial]

_HALF = (Fraction(1, 2), Fraction(0))
_MINUS = (Fraction(-1), Fraction(0))
_UNIT = constant(ONE)


class Expansion:
    """Expands expressions over declared atoms.

    Parameters
    ----------
    atoms
        The declarations.
    nonzero
        Expressions that are declared not to be zero.
    """

    def __init__(self, atoms: dict[str, Atom], nonzero: list[Tree]) -> None:
        self.atoms = atoms
        self.nonzero = [self.quotient(tree)[0] for tree in nonzero]

    def equal(self, lhs: Tree, rhs: Tree) -> bool:
        """Decide whether two expressions are one rational function."""
        (a, b), (c, d) = self.quotient(lhs), self.quotient(rhs)
        return multiply(a, d) == multiply(c, b)

    def quotient(self, tree: Tree) -> Quotient:
        """Expand an expression.

        Raises
        ------
        RefusedError
            When it is no rational function, or divides by what may be zero.
        """
        head = tree[0]
        if head == "number":
            return constant((number_of(tree), Fraction(0))), _UNIT
        if head == "i":
            return constant(I_UNIT), _UNIT
        if head in ("pi", "atom"):
            return {((tree[-1], 1),): ONE}, _UNIT
        if head == "add":
            total = self.quotient(tree[1])
            for part in tree[2:]:
                total = _sum(total, self.quotient(part))
            return total
        if head == "mul":
            total = self.quotient(tree[1])
            for part in tree[2:]:
                top, bottom = self.quotient(part)
                total = multiply(total[0], top), multiply(total[1], bottom)
            return total
        if head == "pow":
            return self._power(tree)
        return self._split(tree)

    def _power(self, tree: Tree) -> Quotient:
        exponent = whole_exponent(tree)
        if exponent is None:
            raise RefusedError(f"{tree!r} is no whole power")
        top, bottom = self.quotient(tree[1])
        if exponent < 0:
            self._require_nonzero(top, tree[1])
            top, bottom, exponent = bottom, top, -exponent
        return raised(top, exponent), raised(bottom, exponent)

    def _require_nonzero(self, value: Polynomial, tree: Tree) -> None:
        if len(value) == 1:
            ((monomial, _),) = value.items()
            if all(
                name == "pi" or self.atoms[name].nonzero or self.atoms[name].positive
                for name, _ in monomial
            ):
                return
        if not value or value not in self.nonzero:
            raise RefusedError(f"{tree!r} divides and is not declared to be non-zero")

    def _split(self, tree: Tree) -> Quotient:
        """Expand a conjugate, a real or an imaginary part, over real atoms."""
        top, bottom = self.quotient(tree[1])
        for polynomial in (top, bottom):
            for monomial in polynomial:
                if not all(name == "pi" or self.atoms[name].real for name, _ in monomial):
                    raise RefusedError(f"{tree!r} conjugates what is not declared real")
        flipped = _conjugated(top), _conjugated(bottom)
        if tree[0] == "conjugate":
            return flipped
        if tree[0] not in ("re", "im"):
            raise RefusedError(f"{tree[0]!r} is no rational function")
        sign, scale = (
            (ONE, _HALF) if tree[0] == "re" else (_MINUS, times(_HALF, inverse(I_UNIT)))
        )
        both = _sum((top, bottom), (multiply(flipped[0], constant(sign)), flipped[1]))
        return multiply(both[0], constant(scale)), both[1]


def _sum(left: Quotient, right: Quotient) -> Quotient:
    if left[1] == right[1]:
        return add(left[0], right[0]), left[1]
    crossed = add(multiply(left[0], right[1]), multiply(right[0], left[1]))
    return crossed, multiply(left[1], right[1])


def _conjugated(polynomial: Polynomial) -> Polynomial:
    return {monomial: conjugate(value) for monomial, value in polynomial.items()}

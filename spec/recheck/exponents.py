"""What stands in an exponent: a Laurent polynomial, one variable for each of its monomials.

e^(i y mu) with a rational y and a product mu of real atoms becomes z**k, where z stands for
e^(i mu / L), a point of the circle, and L is common to all exponents of the equation. e^(x mu)
with a real x becomes g**k in the same way, with g positive. Different monomials get independent
variables: an identity in all of them holds in particular for the true values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from .polynomials import (
    I_UNIT,
    ONE,
    Gaussian,
    Monomial,
    Polynomial,
    add,
    constant,
    multiply,
    power,
    raised,
)
from .trees import Atom, RefusedError, Tree, is_unit, number_of, walk, whole_exponent

PI = "pi"
_UNIT_ANGLES = {"number": Fraction(1), "i": Fraction(1, 2), "mul": Fraction(-1, 2)}


@dataclass
class Exponents:
    """Reads exponents over declared atoms.

    Attributes
    ----------
    atoms
        The declarations.
    bases
        Atoms that are read as e^(their logarithm).
    shared
        For each monomial the common denominator L of its coefficients.
    """

    atoms: dict[str, Atom]
    bases: set[str]
    shared: dict[Monomial, int] = field(default_factory=dict)

    def note(self, trees: list[Tree]) -> None:
        """Find the common denominator of every monomial in any exponent."""
        for tree in trees:
            for part in walk(tree):
                for polynomial in self._of(part):
                    for monomial, value in polynomial.items():
                        common = self.shared.get(monomial, 1)
                        self.shared[monomial] = lcm(
                            common, value[0].denominator, value[1].denominator
                        )

    def of_power(self, tree: Tree) -> Polynomial:
        """Read base**exponent, the exponent no whole number, as an exponent of e."""
        base, exponent = tree[1], self.polynomial(tree[2])
        if is_unit(base):
            half_turns = constant((Fraction(0), _UNIT_ANGLES[base[0]]))
            return multiply(multiply(half_turns, {((PI, 1),): ONE}), exponent)
        return multiply({((self._logarithm(base), 1),): ONE}, exponent)

    def of_atom(self, name: str) -> Polynomial:
        """Read a base b by itself as e^(log b)."""
        return {((self._logarithm(["atom", name]), 1),): ONE}

    def polynomial(self, tree: Tree) -> Polynomial:
        """Expand an exponent or an angle.

        Raises
        ------
        RefusedError
            When it is no Laurent polynomial in real atoms.
        """
        head = tree[0]
        if head == "number":
            return constant((number_of(tree), Fraction(0)))
        if head == "i":
            return constant(I_UNIT)
        if head == "pi":
            return {((PI, 1),): ONE}
        if head == "atom":
            if not self.atoms[tree[1]].real:
                raise RefusedError(f"{tree[1]} stands in an exponent and is not real")
            return {((tree[1], 1),): ONE}
        if head == "log":
            return {((self._logarithm(tree[1]), 1),): ONE}
        if head in ("add", "mul"):
            join = add if head == "add" else multiply
            total = self.polynomial(tree[1])
            for part in tree[2:]:
                total = join(total, self.polynomial(part))
            return total
        exponent = whole_exponent(tree) if head == "pow" else None
        if exponent is not None:
            return self._raised(tree, exponent)
        raise RefusedError(f"{tree!r} is no polynomial, so it cannot stand in an exponent")

    def factors(
        self, polynomial: Polynomial
    ) -> Iterator[tuple[str, Monomial, int] | tuple[str, Gaussian]]:
        """Write e^polynomial as a product: circle and growth variables, and units."""
        for monomial, (grown, turned) in polynomial.items():
            if monomial == ((PI, 1),):
                if grown or (2 * turned).denominator != 1:
                    raise RefusedError("only whole and half turns of π are known")
                yield "unit", power(I_UNIT, int(2 * turned) % 4)
                continue
            if turned and self._whole_turns(monomial):
                turned %= 2
            common = self.shared[monomial]
            if turned:
                yield "circle", monomial, int(turned * common)
            if grown:
                yield "growth", monomial, int(grown * common)

    def _of(self, part: Tree) -> Iterator[Polynomial]:
        if part[0] in ("cos", "sin", "exp"):
            yield self.polynomial(part[1])
        elif part[0] == "e":
            yield constant(ONE)
        elif part[0] == "pow" and whole_exponent(part) is None:
            yield self.of_power(part)
        elif part[0] == "atom" and part[1] in self.bases:
            yield self.of_atom(part[1])

    def _raised(self, tree: Tree, exponent: int) -> Polynomial:
        """Raise; what divides must be one term of atoms that are declared not to be zero."""
        value = self.polynomial(tree[1])
        if exponent >= 0:
            return raised(value, exponent)
        for monomial in value:
            for atom, _ in monomial:
                if atom in self.atoms and not self.atoms[atom].nonzero:
                    raise RefusedError(f"{atom} divides in an exponent and may be zero")
        try:
            return raised(value, exponent)
        except ZeroDivisionError:
            raise RefusedError(f"{tree!r} divides by a sum in an exponent") from None

    def _logarithm(self, base: Tree) -> str:
        if base[0] != "atom" or base[1] not in self.bases or not self.atoms[base[1]].positive:
            raise RefusedError(f"the logarithm of {base!r} is not known: no positive base")
        return f"log({base[1]})"

    def _whole_turns(self, monomial: Monomial) -> bool:
        """Whether a monomial is π times a product of integers: two of them turn nothing."""
        others = [item for item in monomial if item[0] != PI]
        return (PI, 1) in monomial and all(
            n > 0 and name in self.atoms and self.atoms[name].integer for name, n in others
        )

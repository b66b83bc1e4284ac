"""The search for a witness: exact values at which two sides differ.

Points are tried in one fixed sequence. A point counts only if the difference there is proved
not to be zero (`evaluate`), so the search can fail to find a witness but not invent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import sympy as sp
from sympy.core.function import AppliedUndef

from .evaluate import Point, value_at
from .exponential import Reader
from .polynomial import PI_ATOM, ExponentialPolynomial, gaussian
from .quotient import Expr, Quotient
from .verdict import KernelError, Witness

ATTEMPTS = 400
"""How many points are tried for a witness before the answer is `undecided`."""

_POOL = tuple(sp.Rational(*pair) for pair in (
    (1, 1), (2, 1), (0, 1), (3, 1), (-1, 1), (1, 2), (5, 1), (-2, 1), (7, 1), (2, 3), (11, 1)
))  # fmt: skip
_ASSUMPTIONS = (
    *("integer", "even", "odd", "zero", "positive", "negative"),
    *("nonnegative", "nonpositive", "rational", "real"),
)


class Search:
    """Looks for exact values at which two sides differ."""

    def __init__(
        self, reader: Reader, fixed: dict[Expr, Expr], prefer: dict[Expr, Expr]
    ) -> None:
        self.reader = reader
        self.fixed = fixed
        self.prefer = prefer
        self.atoms = dict(enumerate(reader.atoms))
        del self.atoms[PI_ATOM]
        for count, symbol in enumerate(_places(self.atoms.values(), fixed)):
            self.atoms[-1 - count] = symbol
        self.names = {number: atom.xreplace(fixed) for number, atom in self.atoms.items()}

    def witness(
        self,
        where: str,
        sides: tuple[Expr, Expr],
        forms: tuple[Quotient, Quotient],
        difference: ExponentialPolynomial,
    ) -> Witness | None:
        """Try points in a fixed order until the difference is certainly not zero."""
        for values in islice(self._candidates(), ATTEMPTS):
            point = {n: gaussian(sp.QQ(int(v.p), int(v.q))) for n, v in values.items()}
            try:
                good = value_at(difference, point).is_nonzero and not any(
                    value_at(form.den, point).is_zero for form in forms
                )
            except (KernelError, ZeroDivisionError):
                continue
            if good:
                return self._written(where, sides, forms, values, point)
        return None

    def _candidates(self) -> Iterator[dict[int, Expr]]:
        """Assign admissible values, the same sequence every time."""
        allowed = {
            n: [value for value in _POOL if admits(atom, value)]
            for n, atom in self.atoms.items()
        }
        if not all(allowed.values()):
            return
        state = 0
        for attempt in range(ATTEMPTS * 4):
            values: dict[int, Expr] = {}
            width = min(3 + attempt // 4, len(_POOL))
            for position, (number, name) in enumerate(self.names.items()):
                state = (1103515245 * state + 12345 + position) % 2**31
                pool = allowed[number][:width]
                values[number] = pool[(state >> 16) % len(pool)]
                if attempt < ATTEMPTS // 2:
                    values[number] = self.prefer.get(name, values[number])
                values[number] = self.fixed.get(self.atoms[number], values[number])
            if self._consistent(values) and self._admitted(values):
                yield values

    def _admitted(self, values: dict[int, Expr]) -> bool:
        """Whether fixed and preferred values, too, are allowed by the declarations."""
        return all(admits(self.atoms[n], value) for n, value in values.items())

    def _consistent(self, values: dict[int, Expr]) -> bool:
        """Whether entries and function values that coincide at the point agree."""
        plain = {
            self.names[n]: v for n, v in values.items() if isinstance(self.names[n], sp.Symbol)
        }
        seen: dict[Expr, Expr] = {}
        return all(
            seen.setdefault(name if name in plain else name.xreplace(plain), value) == value
            for name, value in ((self.names[n], v) for n, v in values.items())
        )

    def _written(
        self,
        where: str,
        sides: tuple[Expr, Expr],
        forms: tuple[Quotient, Quotient],
        values: dict[int, Expr],
        point: Point,
    ) -> Witness:
        """Write a witness down, exactly and with guaranteed decimals."""
        table = {
            _base_of(self.atoms[n]): _value_of(self.atoms[n], v) for n, v in values.items()
        }
        assignment = sorted(
            (str(_base_of(name)), str(_value_of(name, values[number])))
            for number, name in self.names.items()
            if not name.is_number
        )
        left, right = (str(side.xreplace(table)) for side in sides)
        left_decimal, right_decimal = _decimals(forms, point)
        return Witness(tuple(assignment), left, right, left_decimal, right_decimal, note=where)


def _base_of(atom: Expr) -> Expr:
    """The symbol that an atom stands for: b itself for the atom log b."""
    return atom.args[0] if isinstance(atom, sp.log) else atom


def _value_of(atom: Expr, value: Expr) -> Expr:
    return sp.exp(value) if isinstance(atom, sp.log) else value


def _decimals(forms: tuple[Quotient, Quotient], point: Point) -> tuple[str, str]:
    """Show both sides in decimals, unless they are rational or quotients."""
    left, right = (value_at(form.num, point) for form in forms)
    plain = all(form.den.is_one for form in forms)
    if not plain or (left.is_rational and right.is_rational):
        return "", ""
    return left.decimal(), right.decimal()


def _places(atoms: Iterable[Expr], fixed: Mapping[Expr, Expr]) -> list[Expr]:
    """The symbols that only stand in indices and arguments, as m in f(m)."""
    inside = {
        symbol
        for atom in atoms
        if isinstance(atom, sp.Indexed | AppliedUndef)
        for place in (atom.indices if isinstance(atom, sp.Indexed) else atom.args)
        for symbol in place.free_symbols
    }
    return sorted(inside - set(atoms) - set(fixed), key=str)


def admits(atom: Expr, value: Expr) -> bool:
    """Whether the declarations of an atom allow a value."""
    known = ((key, getattr(atom, f"is_{key}")) for key in _ASSUMPTIONS)
    return all(wanted is None or getattr(value, f"is_{key}") == wanted for key, wanted in known)

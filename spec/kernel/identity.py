"""The rule for identities: two expressions, or two explicit matrices, are equal everywhere.

Equal means that the normal form of the difference is the zero polynomial. If it is not, exact
rational values are tried until the difference is certainly not zero: the witness.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import sympy as sp
from sympy.core.function import AppliedUndef

from .evaluate import Point, value_at
from .exponential import PI_ATOM, Expr, Quotient, Reader
from .polynomial import ExponentialPolynomial, gaussian
from .verdict import Equation, KernelError, Verdict, Witness, judged

RULE = "identity"
ATTEMPTS = 400
"""How many points are tried for a witness before the answer is `undecided`."""

_POOL = tuple(sp.Rational(*pair) for pair in (
    (1, 1), (2, 1), (0, 1), (3, 1), (-1, 1), (1, 2), (5, 1), (-2, 1), (7, 1), (2, 3), (11, 1)
))  # fmt: skip
_ASSUMPTIONS = ("integer", "even", "odd", "zero", "positive", "negative")
_WEAK_ASSUMPTIONS = ("nonnegative", "nonpositive", "rational", "real")


@judged(RULE)
def decide(
    lhs: Expr,
    rhs: Expr,
    *,
    nonzero: tuple[Expr, ...] = (),
    fixed: Mapping[Expr, Expr] | None = None,
    prefer: Mapping[Expr, Expr] | None = None,
    name: str = "",
) -> Verdict:
    """Decide lhs = rhs for all values of the atoms; matrices entry by entry.

    Parameters
    ----------
    lhs, rhs
        Scalars, or explicit matrices of one shape.
    nonzero
        Expressions that are declared not to be zero.
    fixed, prefer
        Values that a witness must take, and values that it should take if it can.
    name
        What the equation says, for certificates.

    Returns
    -------
    Verdict
        Proved, refuted with a witness, or undecided.

    Examples
    --------
    >>> import sympy as sp
    >>> a = sp.Symbol("a", real=True)
    >>> decide(sp.cos(a) ** 2 + sp.sin(a) ** 2, 1).status
    'proved'
    >>> print(decide(sp.sin(2 * a), sp.sin(a)).witness)
    a = 1: sin(2) ≠ sin(1) (0.909297426826 ≠ 0.841470984808)
    """
    lhs, rhs = sp.sympify(lhs), sp.sympify(rhs)
    equation = Equation(name, lhs, rhs, nonzero)
    pairs = list(paired(lhs, rhs))
    reader = Reader([side for _, *sides in pairs for side in sides], nonzero)
    for where, left, right in pairs:
        difference, left_form, right_form = reader.difference(left, right)
        if not difference.is_zero:
            search = _Search(reader, dict(fixed or {}), dict(prefer or {}))
            witness = search.witness(where, (left, right), (left_form, right_form), difference)
            if witness is None:
                return Verdict("undecided", RULE, f"not equal in form, but no witness: {left}")
            return Verdict("refuted", RULE, "the sides differ", witness, (equation,))
    reason = "the normal form of the difference is the zero polynomial"
    return Verdict("proved", RULE, reason, None, (equation,))


def decide_all(
    equations: tuple[Equation, ...],
    *,
    rule: str,
    reason: str,
    fixed: Mapping[Expr, Expr] | None = None,
    prefer: Mapping[Expr, Expr] | None = None,
) -> Verdict:
    """Decide several equations; proved when each is."""
    for equation in equations:
        verdict = decide(
            equation.lhs,
            equation.rhs,
            nonzero=equation.nonzero,
            fixed=fixed,
            prefer=prefer,
            name=equation.name,
        )
        if not verdict.proved:
            why = f"{equation.name}: {verdict.reason}" if equation.name else verdict.reason
            return Verdict(verdict.status, rule, why, verdict.witness, (equation,))
    return Verdict("proved", rule, reason, None, equations)


def paired(lhs: Expr, rhs: Expr) -> Iterator[tuple[str, Expr, Expr]]:
    """Go through the pairs of entries to compare, each with the name of its place.

    Raises
    ------
    KernelError
        When the two sides have different shapes.
    """
    left_is, right_is = isinstance(lhs, sp.MatrixBase), isinstance(rhs, sp.MatrixBase)
    if not left_is and not right_is:
        yield "", lhs, rhs
        return
    if not (left_is and right_is) or lhs.shape != rhs.shape:
        shapes = [
            side.shape if isinstance(side, sp.MatrixBase) else "a scalar" for side in (lhs, rhs)
        ]
        raise KernelError(f"cannot compare {shapes[0]} with {shapes[1]}: give one shape")
    for row in range(lhs.rows):
        for column in range(lhs.cols):
            where = f"entry ({row}, {column})" if lhs.cols > 1 else f"entry {row}"
            yield where, lhs[row, column], rhs[row, column]


class _Search:
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
        allowed = {n: _admissible(atom) for n, atom in self.atoms.items()}
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
            if self._consistent(values):
                yield values

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


def _admissible(atom: Expr) -> tuple[Expr, ...]:
    """The pool's values that the declarations of an atom allow."""
    known = {key: getattr(atom, f"is_{key}") for key in (*_ASSUMPTIONS, *_WEAK_ASSUMPTIONS)}
    return (
        tuple(
            value
            for value in _POOL
            if all(
                wanted is None or getattr(value, f"is_{key}") == wanted
                for key, wanted in known.items()
            )
        )
        or _POOL
    )

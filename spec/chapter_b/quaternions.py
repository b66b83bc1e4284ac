"""Skew 4×4 matrices as quaternion products: the claims behind the block form in B9."""

from typing import Any

import sympy as sp

from ropespec.spec.claims.consequences import Follows
from ropespec.spec.claims.matrix_words import ExplicitEqual, SameWords
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel.consequence import Hypothesis, Use
from ropespec.spec.kernel.matrix_words import Relation
from ropespec.spec.kernel.quotient import Expr

A, B = sp.symbols("a b", real=True)
U, V = (sp.symbols(f"{name}_1:4", real=True) for name in "uv")
P, R = (sp.symbols(f"{name}_0:4", real=True) for name in "pr")

Quaternion = tuple[Any, Any, Any, Any]


def product(x: Quaternion, y: Quaternion) -> Quaternion:
    """Multiply two quaternions."""
    (a, b, c, d), (e, f, g, h) = x, y
    return (
        a * e - b * f - c * g - d * h,
        a * f + b * e + c * h - d * g,
        a * g - b * h + c * e + d * f,
        a * h + b * g - c * f + d * e,
    )


def _units() -> list[Quaternion]:
    rows = sp.eye(4).tolist()
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def left(x: Quaternion) -> Any:
    """The matrix of y ↦ xy."""
    return sp.ImmutableMatrix([product(x, unit) for unit in _units()]).T


def right(x: Quaternion) -> Any:
    """The matrix of y ↦ yx."""
    return sp.ImmutableMatrix([product(unit, x) for unit in _units()]).T


def imaginary(parts: tuple[Expr, Expr, Expr]) -> Quaternion:
    """The quaternion with real part 0."""
    return (sp.Integer(0), *parts)


I_UNIT, J_UNIT = _units()[1], _units()[2]
_ENTRIES = {(j, k): sp.Symbol(f"b_{j}{k}", real=True) for j in range(4) for k in range(j)}
_MATRIX = sp.ImmutableMatrix(
    4, 4, lambda j, k: _ENTRIES.get((j, k), -_ENTRIES.get((k, j), sp.Integer(0)))
)


def _half(first: Expr, second: Expr) -> Expr:
    return (first + second) / 2


_B10, _B20, _B30 = (_ENTRIES[j, 0] for j in (1, 2, 3))
_B21, _B31, _B32 = _ENTRIES[2, 1], _ENTRIES[3, 1], _ENTRIES[3, 2]
_LEFT_PART = (_half(_B10, _B32), _half(_B20, -_B31), _half(_B30, _B21))
_RIGHT_PART = (_half(_B10, -_B32), _half(_B20, _B31), _half(_B30, -_B21))

SKEW_4 = ExplicitEqual(
    _MATRIX,
    left(imaginary(_LEFT_PART)) + right(imaginary(_RIGHT_PART)),
    "\\boldsymbol B = \\boldsymbol L(u) + \\boldsymbol R(v),\\; u = \\tfrac12(b_{10}+b_{32}, "
    "b_{20}-b_{31}, b_{30}+b_{21}),\\; v = \\tfrac12(b_{10}-b_{32}, b_{20}+b_{31}, "
    "b_{30}-b_{21})",
)
"""Every skew matrix is a product from the left plus one from the right."""

_LENGTH_U = Hypothesis(A**2, U[0] ** 2 + U[1] ** 2 + U[2] ** 2)
_LENGTH_V = Hypothesis(B**2, V[0] ** 2 + V[1] ** 2 + V[2] ** 2)
_EYE = sp.eye(4).as_immutable()
_P_GENERIC: Quaternion = (A + U[0], sp.Integer(0), -U[2], U[1])
_R_GENERIC: Quaternion = (B + V[0], sp.Integer(0), V[2], -V[1])
_MINUS = (-A, sp.Integer(0), sp.Integer(0))
_MINUS_B = (-B, sp.Integer(0), sp.Integer(0))


def _squares(x: Quaternion) -> Expr:
    return sum(part**2 for part in x)


TURNED_LEFT = Together(
    (
        Follows(
            left(imaginary(U)) * left(_P_GENERIC),
            A * left(_P_GENERIC) * left(I_UNIT),
            (Use(_LENGTH_U, left=-left(I_UNIT)),),
            "u\\,p = p\\,a\\mathrm i",
        ),
        Follows(
            _squares(_P_GENERIC),
            2 * A * (A + U[0]),
            (Use(_LENGTH_U, left=sp.Integer(-1)),),
            "\\lvert p\\rvert^2 = 2a(a+u_1)",
        ),
        ExplicitEqual(
            left(imaginary(_MINUS)) * left(J_UNIT),
            A * left(J_UNIT) * left(I_UNIT),
            "(-a\\mathrm i)\\,\\mathrm j = \\mathrm j\\,a\\mathrm i",
        ),
    ),
    "a^2 = \\lvert u\\rvert^2 \\implies \\boldsymbol L(u)\\boldsymbol L(p) = "
    "\\boldsymbol L(p)\\,a\\boldsymbol L(\\mathrm i),\\; p = a - u\\,\\mathrm i\\ "
    "(u \\ne -a\\mathrm i),\\; p = \\mathrm j\\ (u = -a\\mathrm i)",
)
"""An imaginary quaternion is turned onto a·i, from the left."""

TURNED_RIGHT = Together(
    (
        Follows(
            right(imaginary(V)) * right(_R_GENERIC),
            B * right(_R_GENERIC) * right(I_UNIT),
            (Use(_LENGTH_V, left=-right(I_UNIT)),),
            "r\\,v = b\\mathrm i\\,r",
        ),
        Follows(
            _squares(_R_GENERIC),
            2 * B * (B + V[0]),
            (Use(_LENGTH_V, left=sp.Integer(-1)),),
            "\\lvert r\\rvert^2 = 2b(b+v_1)",
        ),
        ExplicitEqual(
            right(imaginary(_MINUS_B)) * right(J_UNIT),
            B * right(J_UNIT) * right(I_UNIT),
            "\\mathrm j\\,(-b\\mathrm i) = b\\mathrm i\\,\\mathrm j",
        ),
    ),
    "b^2 = \\lvert v\\rvert^2 \\implies \\boldsymbol R(v)\\boldsymbol R(r) = "
    "\\boldsymbol R(r)\\,b\\boldsymbol R(\\mathrm i),\\; r = b - \\mathrm i\\,v\\ "
    "(v \\ne -b\\mathrm i),\\; r = \\mathrm j\\ (v = -b\\mathrm i)",
)
"""The same from the right."""

_LU, _LP, _LI = sp.symbols("L(u) L(p) L(i)", commutative=False)
_RV, _RR, _RI = sp.symbols("R(v) R(r) R(i)", commutative=False)
_ASSOCIATIVE = ExplicitEqual(
    left(P) * right(R),
    right(R) * left(P),
    "\\boldsymbol L(p)\\boldsymbol R(r) = \\boldsymbol R(r)\\boldsymbol L(p)",
)
CANONICAL = Together(
    (
        _ASSOCIATIVE,
        SameWords(
            (_LU + _RV) * _LP * _RR,
            _LP * _RR * (A * _LI + B * _RI),
            "(\\boldsymbol L(u)+\\boldsymbol R(v))\\,\\boldsymbol Q = \\boldsymbol Q\\,"
            "(a\\boldsymbol L(\\mathrm i)+b\\boldsymbol R(\\mathrm i))",
            (
                Relation(_LU * _LP, A * _LP * _LI),
                Relation(_RV * _RR, B * _RR * _RI),
                Relation(_RV * _LP, _LP * _RV),
                Relation(_LI * _RR, _RR * _LI),
            ),
        ),
    ),
    "\\boldsymbol B\\,\\boldsymbol Q = \\boldsymbol Q\\,(a\\,\\boldsymbol L(\\mathrm i) + "
    "b\\,\\boldsymbol R(\\mathrm i)),\\; \\boldsymbol Q = \\boldsymbol L(p)\\boldsymbol R(r)",
)
"""One change of basis for both products."""

_QUARTER = sp.ImmutableMatrix([[0, -1], [1, 0]])
ONE_SPEED = ExplicitEqual(
    A * left(I_UNIT) + B * right(I_UNIT),
    sp.ImmutableMatrix(sp.diag((A + B) * _QUARTER, (A + B) * _QUARTER)),
    "a\\,\\boldsymbol L(\\mathrm i) + b\\,\\boldsymbol R(\\mathrm i) = "
    "(a+b)\\operatorname{diag}(\\boldsymbol J, \\boldsymbol J)",
)
"""False: the two planes turn at one speed."""

SPLIT = ExplicitEqual(
    A * left(I_UNIT) + B * right(I_UNIT),
    sp.ImmutableMatrix(sp.diag((A + B) * _QUARTER, (A - B) * _QUARTER)),
    "a\\,\\boldsymbol L(\\mathrm i) + b\\,\\boldsymbol R(\\mathrm i) = "
    "\\operatorname{diag}\\bigl((a+b)\\boldsymbol J, (a-b)\\boldsymbol J\\bigr)",
)
"""Two planes, with their speeds."""

_Q = left(P) * right(R)
WHOLE = ExplicitEqual(
    _Q.T * _Q,
    _squares(P) * _squares(R) * _EYE,
    "\\boldsymbol Q^\\top\\boldsymbol Q = \\lvert p\\rvert^2\\lvert r\\rvert^2\\,\\boldsymbol "
    "I",
)
"""The change of basis is orthogonal up to a factor."""

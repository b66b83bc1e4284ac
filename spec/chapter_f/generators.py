r"""The claims of F3: exponentials of several generators, and turns of space.

Letters such as A and exp(sA) stand for matrices of any size (`kernel.matrix_words`).
"""

import sympy as sp

from ropespec.spec.claims.exact import Differ
from ropespec.spec.claims.matrix_words import (
    Constant,
    ExplicitExponential,
    SameWords,
    SlopeAtZero,
)
from ropespec.spec.kernel.matrix_exponentials import Exponential
from ropespec.spec.kernel.matrix_words import Relation
from ropespec.spec.notation import phi

S, T = sp.symbols("s t", real=True)
A, B, A_T, X, Y, RX, RY, RXY, RX_T, RDIFF, QT, K = sp.symbols(
    "A B A^T X Y R(x) R(y) R(x+y) R(x)^T R(y-x) q^T k", commutative=False
)
EA, EB, ETB, EAT, BACK, BOTH = sp.symbols(
    "exp(sA) exp(sB) exp(tB) exp(sA^T) exp(-sA) exp(-s(A+B))", commutative=False
)
ONE = sp.Integer(1)
EXP_A = Exponential(EA, A, S)
EXP_B = Exponential(EB, B, S)
EXP_TB = Exponential(ETB, B, T)
EXP_AT = Exponential(EAT, A_T, S, "right")
EXP_BACK = Exponential(BACK, -A, S, "right")
EXP_BOTH = Exponential(BOTH, -A - B, S, "right")
COMMUTE = Relation(A * B, B * A)

UNDONE = Constant(
    BACK * EA, ONE, S, (EXP_BACK, EXP_A), "\\exp(-s\\boldsymbol A)\\exp(s\\boldsymbol A) "
    "= \\boldsymbol I",
)  # fmt: skip
CARRIED = Constant(
    BACK * B * EA,
    B,
    S,
    (EXP_BACK, EXP_A),
    "\\boldsymbol{AB} = \\boldsymbol{BA} \\implies "
    "\\exp(-s\\boldsymbol A)\\,\\boldsymbol B\\exp(s\\boldsymbol A) = \\boldsymbol B",
    (COMMUTE,),
)
PRODUCT_TEX = (
    "\\exp(-s(\\boldsymbol A+\\boldsymbol B))\\exp(s\\boldsymbol A)\\exp(s\\boldsymbol B) "
    "= \\boldsymbol I"
)
PRODUCT = Constant(
    BOTH * EA * EB,
    ONE,
    S,
    (EXP_BOTH, EXP_A, EXP_B),
    f"\\boldsymbol{{AB}} = \\boldsymbol{{BA}} \\implies {PRODUCT_TEX}",
    (Relation(EA * B, B * EA),),
)
ORTHOGONAL_TEX = "\\exp(s\\boldsymbol A)^\\top\\exp(s\\boldsymbol A) = \\boldsymbol I"
ORTHOGONAL = Constant(
    EAT * EA,
    ONE,
    S,
    (EXP_AT, EXP_A),
    f"\\boldsymbol A^\\top = -\\boldsymbol A \\implies {ORTHOGONAL_TEX}",
    (Relation(A_T, -A),),
)
MORE_AXES = SameWords(
    (X + S * A) * (Y + T * B),
    (Y + T * B) * (X + S * A),
    "(\\boldsymbol X + s\\boldsymbol A)(\\boldsymbol Y + t\\boldsymbol B) = "
    "(\\boldsymbol Y + t\\boldsymbol B)(\\boldsymbol X + s\\boldsymbol A)",
    tuple(Relation(first * second, second * first) for first in (X, A) for second in (Y, B)),
)
SCORE_TEX = (
    "(\\boldsymbol R(\\boldsymbol x)\\boldsymbol q)^\\top"
    "\\boldsymbol R(\\boldsymbol y)\\boldsymbol k = "
    "\\boldsymbol q^\\top\\boldsymbol R(\\boldsymbol y-\\boldsymbol x)\\boldsymbol k"
)
MINUS = sp.Symbol("R(-x)", commutative=False)
SCORE = SameWords(
    QT * RX_T * RY * K,
    QT * RDIFF * K,
    "\\boldsymbol B_a^\\top=-\\boldsymbol B_a,\\; "
    "\\boldsymbol B_a\\boldsymbol B_b=\\boldsymbol B_b\\boldsymbol B_a \\implies " + SCORE_TEX,
    (Relation(RX_T, MINUS), Relation(MINUS * RY, RDIFF)),
)
EXCHANGED = SameWords(
    RX * RY,
    RY * RX,
    "\\boldsymbol R(\\boldsymbol x)\\boldsymbol R(\\boldsymbol y) = "
    "\\boldsymbol R(\\boldsymbol x+\\boldsymbol y) = "
    "\\boldsymbol R(\\boldsymbol y)\\boldsymbol R(\\boldsymbol x)",
    (Relation(RX * RY, RXY), Relation(RY * RX, RXY)),
)
SLOPES = "\\Bigl.\\frac{\\partial^2}{\\partial s\\,\\partial t}\\Bigr|_{s=t=0}"


def second_slope(expression: sp.Expr, value: sp.Expr, inside: str, tex: str) -> SlopeAtZero:
    """The derivative by s and t at 0."""
    return SlopeAtZero(
        expression,
        value,
        (S, T),
        (EXP_A, EXP_TB),
        f"{SLOPES}\\bigl({inside}\\bigr) = {tex}",
    )


BRACKET_INSIDE = (
    "\\exp(s\\boldsymbol A)\\exp(t\\boldsymbol B) - "
    "\\exp(t\\boldsymbol B)\\exp(s\\boldsymbol A)"
)
BRACKET = second_slope(
    EA * ETB - ETB * EA,
    A * B - B * A,
    BRACKET_INSIDE,
    "\\boldsymbol{AB} - \\boldsymbol{BA}",
)
SKEW_INSIDE = "\\exp(s\\boldsymbol A)^\\top - \\exp(-s\\boldsymbol A)"
SKEW = SlopeAtZero(
    EAT - BACK,
    A_T + A,
    (S,),
    (EXP_AT, EXP_BACK),
    f"\\Bigl.\\frac{{d}}{{ds}}\\Bigr|_{{s=0}}\\bigl({SKEW_INSIDE}\\bigr) = "
    "\\boldsymbol A^\\top + \\boldsymbol A",
)

COS, SIN = sp.cos(phi), sp.sin(phi)
LX = sp.ImmutableMatrix([[0, 0, 0], [0, 0, -1], [0, 1, 0]])
LY = sp.ImmutableMatrix([[0, 0, 1], [0, 0, 0], [-1, 0, 0]])
ABOUT_X = sp.ImmutableMatrix([[1, 0, 0], [0, COS, -SIN], [0, SIN, COS]])
ABOUT_Y = sp.ImmutableMatrix([[COS, 0, SIN], [0, 1, 0], [-SIN, 0, COS]])
QUARTER_X, QUARTER_Y = (turn.xreplace({phi: sp.pi / 2}).doit() for turn in (ABOUT_X, ABOUT_Y))
TURN_X = ExplicitExponential(
    LX, ABOUT_X, phi, f"\\exp(\\phi\\boldsymbol L_x) = {sp.latex(ABOUT_X)}"
)
TURN_Y = ExplicitExponential(
    LY, ABOUT_Y, phi, f"\\exp(\\phi\\boldsymbol L_y) = {sp.latex(ABOUT_Y)}"
)
SPACE = (
    "\\boldsymbol B_1 = \\tfrac\\pi2\\boldsymbol L_x,\\; "
    "\\boldsymbol B_2 = \\tfrac\\pi2\\boldsymbol L_y"
)
FIRST = "\\boldsymbol R(-1,0)^\\top\\boldsymbol R(0,1)"
SECOND = "\\boldsymbol R(0,-1)^\\top\\boldsymbol R(1,0)"
LEFT, RIGHT = QUARTER_X * QUARTER_Y, QUARTER_Y * QUARTER_X
SO3 = Differ(LEFT, RIGHT, (), f"{SPACE}:\\; {FIRST} \\neq {SECOND}")

UP = sp.ImmutableMatrix([[0, 1], [0, 0]])
SHEAR = sp.ImmutableMatrix([[1, 1], [0, 1]])
SHEAR_TEX = "\\boldsymbol B = \\begin{pmatrix}0&1\\\\0&0\\end{pmatrix}:\\; "
NOT_SKEW = Differ(
    sp.eye(2).as_immutable(),
    SHEAR.T * SHEAR,
    (),
    f"{SHEAR_TEX}\\boldsymbol R(0)^\\top\\boldsymbol R(0) \\neq "
    "\\boldsymbol R(1)^\\top\\boldsymbol R(1)",
)
SHEARING = ExplicitExponential(
    UP,
    sp.ImmutableMatrix([[1, phi], [0, 1]]),
    phi,
    f"{SHEAR_TEX}\\exp(\\phi\\boldsymbol B) = \\begin{{pmatrix}}1&\\phi\\\\0&1\\end{{pmatrix}}",
)

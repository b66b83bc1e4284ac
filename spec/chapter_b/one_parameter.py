"""B9: every smooth relative family of orthogonal matrices is P₀ exp(mB); its block form."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import OnlySolution, PlaneIdentity
from ropespec.spec.claims.consequences import Differentiated, Follows
from ropespec.spec.claims.matrix_words import Constant, ExplicitExponential, SameWords
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.consequence import Hypothesis, Use
from ropespec.spec.kernel.matrix_exponentials import Exponential
from ropespec.spec.kernel.matrix_words import Relation
from ropespec.spec.notation import IDENTITY, J, R, m, phi, theta
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .quaternions import CANONICAL, ONE_SPEED, SKEW_4, SPLIT, TURNED_LEFT, TURNED_RIGHT, WHOLE


def _letters(names: str) -> Any:
    """Matrices of one size that is not given."""
    return sp.symbols(names, commutative=False)


_P, _PT, _SLOPE, _SLOPE_T = _letters("P_m P_m^T P_m' P_m'^T")
_O, _OT, _SLOPE_0, _SLOPE_0T = _letters("P_0 P_0^T P_0' P_0'^T")
_NEXT, _NEXT_SLOPE, _LATER, _LATER_SLOPE = _letters("P_m+t P_m+t' P_t P_t'")
_B, _E, _F, _STEP, _GROWN = _letters("B exp(-mB) exp(mB) exp(tB) exp((m+t)B)")
_Q, _QT, _D, _A = _letters("Q Q^T D A")
_UNIT = sp.Integer(1)
_BACK = Exponential(_E, -_B, m, "right")
_FORTH = Exponential(_F, _B, m)

_H_TEX = (
    "\\boldsymbol P_m^\\top\\boldsymbol P_m = \\boldsymbol I,\\; "
    "\\boldsymbol P_m^\\top\\boldsymbol P_n = \\boldsymbol G(n-m)"
)
_B_TEX = "\\boldsymbol B = \\boldsymbol P_0^\\top\\boldsymbol P_0'"

_PRODUCT = SameWords(
    _NEXT,
    _P * _OT * _LATER,
    f"{_H_TEX} \\implies \\boldsymbol P_{{m+t}} = \\boldsymbol P_m\\,\\boldsymbol P_0^\\top"
    "\\boldsymbol P_t",
    (Relation(_OT * _LATER, _PT * _NEXT), Relation(_P * _PT, _UNIT)),
)
_EQUATION = Differentiated(
    (_NEXT, _P * _OT * _LATER),
    ((_NEXT, _NEXT_SLOPE), (_LATER, _LATER_SLOPE)),
    ((_NEXT_SLOPE, _SLOPE), (_LATER_SLOPE, _SLOPE_0)),
    _SLOPE,
    _P * _OT * _SLOPE_0,
    f"\\boldsymbol P_m' = \\boldsymbol P_m\\boldsymbol B,\\; {_B_TEX}",
)
_SKEW = Differentiated(
    (_PT * _P, _UNIT),
    ((_P, _SLOPE), (_PT, _SLOPE_T)),
    ((_P, _O), (_PT, _OT), (_SLOPE, _SLOPE_0), (_SLOPE_T, _SLOPE_0T)),
    _SLOPE_0T * _O + _OT * _SLOPE_0,
    sp.Integer(0),
    "\\boldsymbol B^\\top + \\boldsymbol B = \\boldsymbol 0",
)
_CONSTANT = SameWords(
    _SLOPE * _E - _P * _B * _E,
    sp.Integer(0),
    "\\tfrac{d}{dm}\\bigl(\\boldsymbol P_m\\exp(-m\\boldsymbol B)\\bigr) = \\boldsymbol 0",
    (Relation(_SLOPE, _P * _B),),
)
_INVERSE = Constant(
    _E * _F,
    _UNIT,
    m,
    (_BACK, _FORTH),
    "\\exp(-m\\boldsymbol B)\\exp(m\\boldsymbol B) = \\boldsymbol I",
)
_SOLVED = SameWords(
    _P,
    _O * _F,
    "\\boldsymbol P_m = \\boldsymbol P_0\\exp(m\\boldsymbol B)",
    (Relation(_O, _P * _E), Relation(_E * _F, _UNIT)),
)
_FAMILY = Together(
    (_PRODUCT, _EQUATION, _SKEW, _CONSTANT, _INVERSE, _SOLVED),
    f"{_H_TEX},\\; \\boldsymbol P\\ \\text{{differentiable}} \\implies \\boldsymbol P_m = "
    f"\\boldsymbol P_0\\exp(m\\boldsymbol B),\\; {_B_TEX} = -\\boldsymbol B^\\top",
)
_CONVERSE = SameWords(
    _E * _OT * _O * _GROWN,
    _STEP,
    "\\bigl(\\boldsymbol P_0\\exp(m\\boldsymbol B)\\bigr)^\\top"
    "\\bigl(\\boldsymbol P_0\\exp((m+t)\\boldsymbol B)\\bigr) = \\exp(t\\boldsymbol B)",
    (
        Relation(_OT * _O, _UNIT),
        Relation(_GROWN, _F * _STEP),
        Relation(_E * _F, _UNIT),
    ),
)

_ENTRIES = sp.symbols("b_00 b_01 b_10 b_11", real=True)
_PLANE = sp.ImmutableMatrix([_ENTRIES[:2], _ENTRIES[2:]])
_HALF = sp.Rational(1, 2)
_SKEW_PLANE = Hypothesis(_PLANE + _PLANE.T, sp.zeros(2, 2).as_immutable())


def _entry(row: int, column: int, size: tuple[int, int] = (2, 2)) -> Any:
    """The matrix with a single 1."""
    return sp.ImmutableMatrix(*size, lambda j, k: int((j, k) == (row, column)))


_TWO = Follows(
    _PLANE,
    _ENTRIES[2] * J.block,
    (
        Use(_SKEW_PLANE, left=_HALF * _entry(0, 0), right=_entry(0, 0)),
        Use(_SKEW_PLANE, left=_HALF * _entry(1, 1), right=_entry(1, 1)),
        Use(_SKEW_PLANE, left=_entry(0, 0), right=_entry(1, 1)),
    ),
    "\\boldsymbol B \\in \\mathbb R^{2\\times2},\\; \\boldsymbol B^\\top = -\\boldsymbol B "
    "\\implies \\boldsymbol B = b_{10}\\,\\boldsymbol J",
)
_TURN = OnlySolution(J * theta, R(m * theta), m, stated="exponential")
_TWO_FORM = Together(
    (_TWO, _TURN),
    "d = 2:\\; \\boldsymbol B = \\theta\\boldsymbol J,\\; \\exp(m\\boldsymbol B) = "
    "\\boldsymbol R(m\\theta)",
)
_ALPHA, _BETA = sp.symbols("alpha beta", real=True)
_PLANES = ExplicitExponential(
    sp.diag(_ALPHA * J.block, _BETA * J.block).as_immutable(),
    sp.diag(R(m * _ALPHA).block, R(m * _BETA).block).as_immutable(),
    m,
    "\\exp(m\\boldsymbol A) = \\boldsymbol D_m,\\; \\boldsymbol A = \\operatorname{diag}("
    "\\alpha\\boldsymbol J, \\beta\\boldsymbol J),\\; \\boldsymbol D_m = "
    "\\operatorname{diag}(\\boldsymbol R(m\\alpha), \\boldsymbol R(m\\beta))",
)
_EXPONENTIAL = SameWords(
    _Q * _A * _D * _QT,
    _B * _Q * _D * _QT,
    "\\boldsymbol D' = \\boldsymbol A\\boldsymbol D,\\; \\boldsymbol B\\boldsymbol Q = "
    "\\boldsymbol Q\\boldsymbol A \\implies (\\boldsymbol Q\\boldsymbol D\\boldsymbol Q^\\top)'"
    " = \\boldsymbol B\\,(\\boldsymbol Q\\boldsymbol D\\boldsymbol Q^\\top)",
    (Relation(_B * _Q, _Q * _A),),
)
_FOUR_FORM = Together(
    (SKEW_4, TURNED_LEFT, TURNED_RIGHT, CANONICAL, SPLIT, WHOLE, _PLANES, _EXPONENTIAL),
    "d = 4:\\; \\exists\\,\\boldsymbol Q^\\top\\boldsymbol Q = \\boldsymbol I,\\, \\alpha,\\, "
    "\\beta:\\; \\exp(m\\boldsymbol B) = \\boldsymbol Q\\operatorname{diag}\\bigl("
    "\\boldsymbol R(m\\alpha), \\boldsymbol R(m\\beta)\\bigr)\\boldsymbol Q^\\top",
)

_SYMMETRIC = Term(
    Kind.MATRIX,
    "\\exp\\Bigl(m\\begin{pmatrix}1&0\\\\0&-1\\end{pmatrix}\\Bigr)",
    sp.ImmutableMatrix([[sp.exp(m), 0], [0, sp.exp(-m)]]),
)


B9 = Theorem(
    id="B9",
    title="A smooth relative family of orthogonal matrices is a matrix exponential",
    source=Source("linear algebra; the general form behind RoFormer Eq. (15)"),
    symbols=(
        Quantified(
            "\\boldsymbol P_m",
            "orthogonal matrices of any size, one for each real m, differentiable in m",
            _P,
        ),
        Quantified("\\boldsymbol B", "their speed at 0, $\\boldsymbol P_0^\\top P_0'$", _B),
        Quantified("m", "any real number, a position", m),
        Quantified("\\theta", "the entry $b_{10}$ when $d = 2$", theta),
    ),
    statement=(_FAMILY, _CONVERSE, _TWO_FORM, _FOUR_FORM),
    proof=(
        Step(
            "positions multiply",
            "The relative property at $(m,m+t)$ and at $(0,t)$ gives "
            "$\\boldsymbol P_m^\\top\\boldsymbol P_{m+t}=\\boldsymbol P_0^\\top\\boldsymbol "
            "P_t$. "
            "Multiply by $\\boldsymbol P_m$ from the left.",
            _PRODUCT,
        ),
        Step(
            "a differential equation",
            "Differentiate by t and put $t=0$; $\\boldsymbol P_m$ and $\\boldsymbol P_0$ do "
            "not "
            "move with t.",
            _EQUATION,
        ),
        Step(
            "the speed is skew",
            "Differentiate $\\boldsymbol P_m^\\top\\boldsymbol P_m=\\boldsymbol I$ and put "
            "$m=0$: "
            "$\\boldsymbol P_0'^\\top\\boldsymbol P_0+\\boldsymbol P_0^\\top\\boldsymbol P_0'$ "
            "is "
            "$\\boldsymbol B^\\top+\\boldsymbol B$.",
            _SKEW,
        ),
        Step(
            "only one solution",
            "$\\exp(-m\\boldsymbol B)$ has the derivative $-\\boldsymbol B\\exp(-m\\boldsymbol "
            "B)$, since the series may be differentiated term by term (cited). So "
            "$\\boldsymbol P_m\\exp(-m\\boldsymbol B)$ has derivative 0 and keeps its value "
            "$\\boldsymbol P_0$ (cited: mean value theorem, entry by entry).",
            _CONSTANT,
        ),
        Step(
            "the inverse",
            "In the same way $\\exp(-m\\boldsymbol B)\\exp(m\\boldsymbol B)$ keeps its value "
            "$\\boldsymbol I$ at 0.",
            _INVERSE,
        ),
        Step("solved", "Multiply by $\\exp(m\\boldsymbol B)$ from the right.", _SOLVED),
        Step("the family", "The steps so far, together.", _FAMILY),
        Step(
            "the converse",
            "For skew $\\boldsymbol B$ the transpose of $\\exp(m\\boldsymbol B)$ is "
            "$\\exp(-m\\boldsymbol B)$, and exponents of one matrix add (cited: both from the "
            "series). So the product depends on the distance t alone; $t=0$ says that the "
            "matrices are orthogonal.",
            _CONVERSE,
        ),
        Step(
            "two channels",
            "The diagonal of a skew matrix is 0 and its other two entries are opposite.",
            _TWO,
        ),
        Step("a turn", "By A3 its exponential is the rotation.", _TURN),
        Step("d = 2", "The two steps together: RoPE in one plane, with speed θ.", _TWO_FORM),
        Step(
            "four channels as quaternions",
            "Read four channels as a quaternion $x_0+x_1\\mathrm i+x_2\\mathrm j+x_3\\mathrm "
            "k$. "
            "A skew matrix has six free entries; it is the product with one imaginary "
            "quaternion "
            "$u$ from the left plus that with another, $v$, from the right.",
            SKEW_4,
        ),
        Step(
            "turn u onto i",
            "With $a=\\lvert u\\rvert$, the quaternion $p=a-u\\,\\mathrm i$ has "
            "$u\\,p=p\\,a\\mathrm i$, since $u^2=-a^2$, and $\\lvert p\\rvert^2=2a(a+u_1)$. It "
            "is "
            "0 only when $u=-a\\mathrm i$, and then $p=\\mathrm j$ does the same.",
            TURNED_LEFT,
        ),
        Step(
            "turn v onto i",
            "With $b=\\lvert v\\rvert$, $r=b-\\mathrm i\\,v$ has $r\\,v=b\\mathrm i\\,r$; when "
            "it "
            "is 0, $r=\\mathrm j$ does the same.",
            TURNED_RIGHT,
        ),
        Step(
            "both at once",
            "Products from the left and from the right commute (associativity). So "
            "$\\boldsymbol Q=\\boldsymbol L(p)\\boldsymbol R(r)$ takes $\\boldsymbol B$ to "
            "$a\\boldsymbol L(\\mathrm i)+b\\boldsymbol R(\\mathrm i)$.",
            CANONICAL,
        ),
        Step(
            "two planes",
            "On $(1,\\mathrm i)$ both products with $\\mathrm i$ are $\\boldsymbol J$; on "
            "$(\\mathrm j,\\mathrm k)$ they are $\\boldsymbol J$ and $-\\boldsymbol J$.",
            SPLIT,
        ),
        Step(
            "orthogonal up to size",
            "Lengths of quaternions multiply; divide $\\boldsymbol Q$ by "
            "$\\lvert p\\rvert\\lvert r\\rvert$, which is not 0.",
            WHOLE,
        ),
        Step("two planes turn", "As for one plane, by the uniqueness of A3.", _PLANES),
        Step(
            "the exponential",
            "With $\\boldsymbol D_m=\\operatorname{diag}(\\boldsymbol R(m\\alpha),"
            "\\boldsymbol R(m\\beta))$ and $\\boldsymbol A=\\operatorname{diag}(\\alpha"
            "\\boldsymbol J,\\beta\\boldsymbol J)$, $\\boldsymbol Q\\boldsymbol "
            "D_m\\boldsymbol "
            "Q^\\top$ starts at $\\boldsymbol I$ and solves the equation of "
            "$\\exp(m\\boldsymbol B)$, which has one solution.",
            _EXPONENTIAL,
        ),
        Step(
            "d = 4",
            "In the orthonormal basis of $\\boldsymbol Q$'s columns the family is RoPE with "
            "the "
            "speeds $\\alpha=a+b$ and $\\beta=a-b$. That $a$ and $b$ exist is cited: numbers "
            "that are not negative have real square roots.",
            _FOUR_FORM,
        ),
    ),
    altered=(
        Altered(
            "P₀ left out, as if every such family started at the identity",
            OnlySolution(J, R(m + phi, "m+\\phi"), m),
        ),
        Altered(
            "hypothesis dropped: a symmetric B",
            PlaneIdentity(_SYMMETRIC.T @ _SYMMETRIC, IDENTITY),
        ),
        Altered(
            "hypothesis dropped: the family R(m²θ), which is orthogonal and not relative",
            OnlySolution(J * theta, R(m**2 * theta, "m^2\\theta"), m),
        ),
        Altered(
            "sign: B turns the other way for d = 2",
            Follows(
                _PLANE,
                -_ENTRIES[2] * J.block,
                (Use(_SKEW_PLANE),),
                "\\boldsymbol B^\\top = -\\boldsymbol B \\implies \\boldsymbol B = "
                "-b_{10}\\,\\boldsymbol J",
                model=(
                    (_ENTRIES[0], sp.Integer(0)),
                    (_ENTRIES[1], -_ENTRIES[2]),
                    (_ENTRIES[3], sp.Integer(0)),
                ),
            ),
        ),
        Altered(
            "both planes of d = 4 turn at one speed",
            ONE_SPEED,
        ),
    ),
    meaning=(
        "Ask for orthogonal matrices that change smoothly with the position and whose scores "
        "depend on the distance. Up to one fixed matrix P₀, which cancels in every score, they "
        "are exp(mB) with a skew B; and in a suitable orthonormal basis exp(mB) turns planes "
        "at "
        "steady speeds. So nothing is lost by RoPE's block-diagonal form but the choice of the "
        "basis, which the learned projections make anyway."
    ),
    not_implied=(
        ("wrong-base", "The speeds are free."),
        ("wrong-pairing", "So is the basis: any pairing of channels is such a family."),
        ("frequency-order", "So is the order of the planes."),
        ("positions-off-by-one", "A common offset is a fixed matrix P₀."),
    ),
    laws=("relative-position", "norm", "composition"),
    depends=("A3", "B1"),
    correction=(
        "The family need not be $\\exp(m\\boldsymbol B)$ itself: the constant family "
        "$\\boldsymbol P_m=\\boldsymbol R(1)$ is orthogonal, differentiable and relative, and "
        "$\\boldsymbol P_0\\ne\\boldsymbol I=\\exp(0)$. In general it is "
        "$\\boldsymbol P_0\\exp(m\\boldsymbol B)$; with $\\boldsymbol P_0=\\boldsymbol I$ the "
        "statement holds as it is usually given."
    ),
)

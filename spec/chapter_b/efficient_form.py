"""B4: two entrywise products and one sum instead of a matrix."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    blockwise,
    i,
    m,
    real_vector,
    rotary,
    theta_i,
    vector,
    x,
)
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_X = vector(x)
_FIRST, _SECOND = x[2 * i], x[2 * i + 1]


def _entries(tex: str, first: Expr, second: Expr) -> Term:
    """A vector of every even size by its entries 2i and 2i+1."""
    return Term(Kind.VECTOR, tex, sp.ImmutableMatrix([first, second]), pair=i)


_COS = _entries("\\mathbf{cos}_m", sp.cos(m * theta_i), sp.cos(m * theta_i))
_SIN = _entries("\\mathbf{sin}_m", sp.sin(m * theta_i), sp.sin(m * theta_i))
_ROTATE = "\\operatorname{rotate}(\\boldsymbol x)"
_HALF_TURN = blockwise(
    "\\operatorname{diag}(\\boldsymbol J,\\dots,\\boldsymbol J)", [[0, -1], [1, 0]]
)
_ROTATED = _entries(_ROTATE, -_SECOND, _FIRST)
_COS_DIAGONAL = blockwise(
    "\\operatorname{diag}(\\mathbf{cos}_m)",
    [[sp.cos(m * theta_i), 0], [0, sp.cos(m * theta_i)]],
)
_SIN_DIAGONAL = blockwise(
    "\\operatorname{diag}(\\mathbf{sin}_m)",
    [[sp.sin(m * theta_i), 0], [0, sp.sin(m * theta_i)]],
)


def _efficient(rotated: Term, cosine: Term = _COS, sine: Term = _SIN) -> EverySize:
    """R_m x = x ⊙ cos + rotated ⊙ sin."""
    form = _X.entrywise(cosine) + rotated.entrywise(sine)
    return EverySize(rotary(m) @ _X, form, UNIT_FREQUENCY)


_FORM = _efficient(_ROTATED)

B4 = Theorem(
    id="B4",
    title="The efficient form: x ⊙ cos + rotate(x) ⊙ sin",
    source=Source("RoFormer", "2104.09864", "Eq. (34)", checked=True),
    symbols=(ANGLE[m], FREQUENCIES, real_vector(x)),
    statement=(_FORM,),
    proof=(
        Step(
            "split each block",
            "$\\boldsymbol R(\\phi)=\\cos\\phi\\,\\boldsymbol I+\\sin\\phi\\,\\boldsymbol J$, "
            "with the quarter turn $\\boldsymbol J$.",
            EverySize(rotary(m), _COS_DIAGONAL + _SIN_DIAGONAL @ _HALF_TURN, UNIT_FREQUENCY),
        ),
        Step(
            "rotate(x)",
            "The quarter turn sends a pair $(x_{2i},x_{2i+1})$ to $(-x_{2i+1},x_{2i})$: swap, "
            "and "
            "change the sign of what comes first.",
            EverySize(_HALF_TURN @ _X, _ROTATED),
        ),
        Step(
            "entry by entry",
            "A diagonal matrix times a vector is the entrywise product with its diagonal.",
            _FORM,
        ),
    ),
    altered=(
        Altered(
            "sign: the minus left out",
            _efficient(_entries("\\operatorname{swap}(\\boldsymbol x)", _SECOND, _FIRST)),
        ),
        Altered(
            "sign: the minus on the other entry, which turns the other way",
            _efficient(_entries(f"(-{_ROTATE})", _SECOND, -_FIRST)),
        ),
        Altered("cos and sin swapped", _efficient(_ROTATED, _SIN, _COS)),
        Altered(
            "index: the pair is not swapped",
            _efficient(_entries("(-x_0,x_1,\\dots)", -_FIRST, _SECOND)),
        ),
    ),
    meaning=(
        "The matrix has two entries per row that are not zero, so it need not be formed: two "
        "entrywise products and one sum do. The output of a pair depends on that pair and on "
        "its "
        "own position, and on nothing else in the batch, the sequence or the other heads."
    ),
    not_implied=(
        ("wrong-base", "The tables of cos and sin are taken as given."),
        ("low-precision-phase", "It is exact; rounded tables are another matter."),
        (
            "first-row-positions",
            "It is about one vector; which position a row has is not said.",
        ),
        ("table-pairing-mismatch", "A half-split table belongs to another rotate(x); see B5."),
    ),
    laws=("value", "linearity", "row-independence", "per-row-positions", "single-token-decode"),
    depends=("A3",),
    formulas=(Formula("efficient form", _FORM.rhs), Formula("matrix form", _FORM.lhs)),
)

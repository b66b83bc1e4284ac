"""B10: which matrices may trade places with the rotation."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.consequences import Follows
from ropespec.spec.claims.parts import BlockProducts
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.consequence import Hypothesis, Table, Use
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import ANGLE, J, R, m
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_A, _B = sp.symbols("a b", real=True)
_W = sp.symbols("w_00 w_01 w_10 w_11", real=True)
_BLOCK = sp.ImmutableMatrix([_W[:2], _W[2:]])
_THETA = sp.Symbol("theta", real=True, nonzero=True)
_OTHER = sp.Symbol("theta_k", real=True)
_GAP, _TOTAL = sp.symbols("delta sigma", real=True, nonzero=True)
_HALF, _ZERO = sp.Rational(1, 2), sp.zeros(2, 2).as_immutable()
_J = J.block


def _matrix(tex: str, entries: Any) -> Term:
    """Write an explicit matrix of one plane."""
    return Term(Kind.MATRIX, tex, sp.ImmutableMatrix(entries))


_WHOLE = _matrix("\\boldsymbol W", _BLOCK)
_TURNING = _matrix("(a\\boldsymbol I + b\\boldsymbol J)", [[_A, -_B], [_B, _A]])
_FLIP = _matrix("\\begin{pmatrix}1&0\\\\0&-1\\end{pmatrix}", [[1, 0], [0, -1]])
_UNEQUAL = _matrix("\\begin{pmatrix}1&0\\\\0&2\\end{pmatrix}", [[1, 0], [0, 2]])
_EVEN = _matrix("\\begin{pmatrix}a&b\\\\b&a\\end{pmatrix}", [[_A, _B], [_B, _A]])

_SAME_SENSE = (_BLOCK - _J * _BLOCK * _J) / 2
"""The part of W that turns: aI + bJ with a = (w00 + w11)/2, b = (w10 - w01)/2."""

_FLIPPED = (_BLOCK + _J * _BLOCK * _J) / 2
"""The rest of W, which turns and reflects."""


def _commutes(row: Expr, column: Expr) -> Hypothesis:
    """R(mθ_j)W = W R(mθ_k) for all m."""
    return Hypothesis(R(m * row).block * _BLOCK, _BLOCK * R(m * column).block, (m,))


def _vanishing(
    row: Expr, column: Expr, position: Expr, part: int, tex: str, model: Table = ()
) -> Follows:
    """The part of W that turns (1), or that reflects (-1), is zero.

    For E = R(mθ_j)W - W·R(mθ_k), that part of E is (R(mθ_j) - R(±mθ_k)) times that of W, and
    at the position the first factor is a multiple of an orthogonal matrix: twice one.
    """
    hypothesis = _commutes(row, column)
    factor = (R(m * row).block - R(part * m * column).block).xreplace({m: position})
    at = ((m, position),)
    uses = (
        Use(hypothesis, at, _HALF * factor.T),
        Use(hypothesis, at, -part * _HALF * factor.T * _J, _J),
    )
    wanted = _SAME_SENSE if part == 1 else _FLIPPED
    return Follows(wanted, _ZERO, uses, tex, scale=sp.Integer(4), model=model)


_COMMUTE_TEX = (
    "\\boldsymbol R(m\\theta_j)\\boldsymbol W_{jk} = \\boldsymbol W_{jk}\\boldsymbol R"
)
_FOR_ALL = f"{_COMMUTE_TEX}(m\\theta_k)\\ \\forall m"
_TURN_TEX, _FLIP_TEX = "w_{00}+w_{11} = w_{10}-w_{01} = 0", "w_{00}-w_{11} = w_{10}+w_{01} = 0"
_SPLIT_TEX = (
    "\\boldsymbol W = \\tfrac{w_{00}+w_{11}}2\\boldsymbol I + \\tfrac{w_{10}-w_{01}}2"
    "\\boldsymbol J + \\begin{pmatrix}c&e\\\\e&-c\\end{pmatrix},\\; c = "
    "\\tfrac{w_{00}-w_{11}}2,"
    "\\; e = \\tfrac{w_{10}+w_{01}}2"
)

_PRODUCTS = BlockProducts(
    "(\\boldsymbol R_m\\boldsymbol W)_{jk} = \\boldsymbol R(m\\theta_j)\\boldsymbol W_{jk},\\; "
    "(\\boldsymbol W\\boldsymbol R_m)_{jk} = \\boldsymbol W_{jk}\\boldsymbol R(m\\theta_k)"
)
_C, _E = (_W[0] - _W[3]) / 2, (_W[2] + _W[1]) / 2
_PARTS = PlaneIdentity(
    _WHOLE,
    _matrix(
        _SPLIT_TEX.removeprefix("\\boldsymbol W = "),
        [
            [(_W[0] + _W[3]) / 2 + _C, -(_W[2] - _W[1]) / 2 + _E],
            [(_W[2] - _W[1]) / 2 + _E, (_W[0] + _W[3]) / 2 - _C],
        ],
    ),
)
_NO_TURN = _vanishing(
    _OTHER + _GAP,
    _OTHER,
    sp.pi / _GAP,
    1,
    f"{_FOR_ALL},\\; \\theta_j - \\theta_k = \\delta \\ne 0 \\implies {_TURN_TEX}",
)
_NO_FLIP = _vanishing(
    _TOTAL - _OTHER,
    _OTHER,
    sp.pi / _TOTAL,
    -1,
    f"{_FOR_ALL},\\; \\theta_j + \\theta_k = \\sigma \\ne 0 \\implies {_FLIP_TEX}",
)
_INSIDE = _vanishing(
    _THETA,
    _THETA,
    sp.pi / (2 * _THETA),
    -1,
    "\\boldsymbol R(m\\theta)\\boldsymbol W = \\boldsymbol W\\boldsymbol R(m\\theta)\\ "
    f"\\forall m,\\; \\theta \\ne 0 \\implies {_FLIP_TEX}",
)
_TURN = R(m * _THETA, "m\\theta")
_BACK = PlaneIdentity(_TURN @ _TURNING, _TURNING @ _TURN)
_IFF = Together(
    (_PRODUCTS, _PARTS, _NO_TURN, _NO_FLIP, _INSIDE, _BACK),
    "\\boldsymbol R_m\\boldsymbol W = \\boldsymbol W\\boldsymbol R_m\\ \\forall m \\iff "
    "\\boldsymbol W_{ii} = a_i\\boldsymbol I + b_i\\boldsymbol J,\\; \\boldsymbol W_{jk} = "
    "\\boldsymbol 0\\ (j \\ne k) \\qquad (\\theta_i \\ne 0,\\; "
    "\\lvert\\theta_j\\rvert \\ne \\lvert\\theta_k\\rvert)",
)

B10 = Theorem(
    id="B10",
    title="Projection and rotation trade places only when the projection turns each pair",
    source=Source("this project; the order of RoFormer Eq. (14)"),
    symbols=(
        ANGLE[m],
        Quantified("\\theta", "the frequency of a pair, any real number but 0", _THETA),
        Quantified("\\delta", "$\\theta_j-\\theta_k$ for two pairs, not 0", _GAP),
        Quantified("\\sigma", "$\\theta_j+\\theta_k$ for two pairs, not 0", _TOTAL),
        Quantified(
            "w_{00}", "the entries of a block of $\\boldsymbol W$, any real numbers", _W[0]
        ),
    ),
    statement=(_IFF,),
    proof=(
        Step(
            "block by block",
            "Cut $\\boldsymbol W$ into 2×2 blocks, one for every two pairs j and k. The matrix "
            "$\\boldsymbol R_m$ multiplies the blocks of a row from the left, those of a "
            "column "
            "from the right. So the two products are equal exactly when "
            "$\\boldsymbol R(m\\theta_j)\\boldsymbol W_{jk}=\\boldsymbol W_{jk}\\boldsymbol "
            "R(m\\theta_k)$ for all j and k.",
            _PRODUCTS,
        ),
        Step(
            "two parts of a block",
            "A block is a turn times a number, which commutes with every rotation, plus a "
            "reflection times a number, which turns a rotation's sense around.",
            _PARTS,
        ),
        Step(
            "pairs of different frequency: no turn",
            "The turning part of $\\boldsymbol R(m\\theta_j)\\boldsymbol W_{jk}-\\boldsymbol "
            "W_{jk}\\boldsymbol R(m\\theta_k)$ is $\\boldsymbol R(m\\theta_j)-\\boldsymbol "
            "R(m\\theta_k)$ times that of $\\boldsymbol W_{jk}$. At $m=\\pi/\\delta$ the two "
            "angles are opposite, and the factor is twice a rotation.",
            _NO_TURN,
        ),
        Step(
            "pairs of different frequency: no reflection",
            "For the reflecting part the factor is $\\boldsymbol R(m\\theta_j)-\\boldsymbol "
            "R(-m\\theta_k)$; take $m=\\pi/\\sigma$.",
            _NO_FLIP,
        ),
        Step(
            "inside a pair: no reflection",
            "The same with $\\theta_j=\\theta_k=\\theta$ at $m=\\pi/2\\theta$, a quarter turn.",
            _INSIDE,
        ),
        Step(
            "the converse",
            "A block $a\\boldsymbol I+b\\boldsymbol J$ is a turn times a number, and turns of "
            "one plane commute; zero blocks commute with everything.",
            _BACK,
        ),
        Step(
            "together",
            "Between pairs both parts vanish, inside a pair the reflection does; what is left "
            "commutes.",
            _IFF,
        ),
    ),
    altered=(
        Altered(
            "any diagonal matrix commutes",
            PlaneIdentity(R(m) @ _UNEQUAL, _UNEQUAL @ R(m)),
        ),
        Altered("sign: a symmetric block commutes", PlaneIdentity(R(m) @ _EVEN, _EVEN @ R(m))),
        Altered(
            "hypothesis dropped: a pair of frequency 0 allows only aI + bJ",
            _vanishing(
                sp.Integer(0),
                sp.Integer(0),
                sp.Integer(0),
                -1,
                "\\boldsymbol R(0)\\boldsymbol W = \\boldsymbol W\\boldsymbol R(0) \\implies "
                f"{_FLIP_TEX}",
                tuple(zip(_W, _FLIP.block, strict=True)),
            ),
        ),
        Altered(
            "hypothesis dropped: opposite frequencies allow only 0",
            _vanishing(
                -_THETA,
                _THETA,
                sp.Integer(0),
                -1,
                f"{_FOR_ALL},\\; \\theta_j = -\\theta_k \\implies {_FLIP_TEX}",
                tuple(zip(_W, _FLIP.block, strict=True)),
            ),
        ),
        Altered(
            "hypothesis dropped: equal frequencies of two pairs allow only 0",
            _vanishing(
                _THETA,
                _THETA,
                sp.Integer(0),
                1,
                f"{_FOR_ALL},\\; \\theta_j = \\theta_k \\implies {_TURN_TEX}",
                tuple(zip(_W, sp.eye(2), strict=True)),
            ),
        ),
    ),
    meaning=(
        "A projection W may be applied before or after the rotation with the same result only "
        "if it leaves every pair to itself and does no more there than turn and stretch it. "
        "Trained projections do nothing of the kind, so the order counts: project first, then "
        "rotate. For the same reason a matrix cannot be merged across the rotation, which is "
        "what keeps RoPE apart from low-rank key compression."
    ),
    not_implied=(
        ("wrong-base", "The frequencies are any that differ."),
        ("rotated-twice", "A second rotation is a turn of each pair, and commutes."),
        ("sign-flipped", "It holds for either sense of turning."),
    ),
    laws=("value",),
    depends=("B1",),
    correction=(
        "Different frequencies are not enough for the blocks between pairs to be 0, nor is "
        "being inside a pair for $a\\boldsymbol I+b\\boldsymbol J$: with "
        "$\\theta_j=-\\theta_k$ "
        "the reflection $\\operatorname{diag}(1,-1)$ fulfils $\\boldsymbol R(m\\theta_j)"
        "\\boldsymbol W=\\boldsymbol W\\boldsymbol R(m\\theta_k)$, and a pair of frequency 0 "
        "allows any block. The frequencies must differ in absolute value and not be 0, as "
        "those of RoPE do when $b>1$."
    ),
)

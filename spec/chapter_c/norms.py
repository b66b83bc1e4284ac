"""C7: RMS norm and rotation, without and with weights."""

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.claims.consequences import Follows
from ropespec.spec.claims.together import Together
from ropespec.spec.kernel import Kind, Term, squared_norm
from ropespec.spec.kernel.consequence import Hypothesis, Table, Use
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    R,
    blockwise,
    i,
    m,
    real_vector,
    rotary,
    vector,
    x,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_X = vector(x)
_SCALE = sp.Symbol("c", real=True)
_WEIGHT = sp.IndexedBase("w", real=True)
_W0, _W1 = sp.symbols("w_0 w_1", real=True)
_THETA = sp.Symbol("theta", real=True, nonzero=True)

_NORM = EverySize(squared_norm(rotary(m) @ _X), squared_norm(_X), UNIT_FREQUENCY)
_SCALED = EverySize(rotary(m) @ (_X * _SCALE), (rotary(m) @ _X) * _SCALE, UNIT_FREQUENCY)
_RMS_TEX = (
    "\\operatorname{rms}(\\boldsymbol x) = \\frac{\\boldsymbol x}{\\sqrt{\\lVert\\boldsymbol x"
    "\\rVert^2/d + \\varepsilon}}"
)
_PLAIN = Together(
    (_NORM, _SCALED),
    "\\boldsymbol R_m\\operatorname{rms}(\\boldsymbol x) = \\operatorname{rms}(\\boldsymbol R_m"
    f"\\boldsymbol x),\\; {_RMS_TEX}",
)


def _weights(first: Expr, second: Expr, tex: str) -> Term:
    """The diagonal matrix of the weights, block by block."""
    return blockwise(f"\\operatorname{{diag}}({tex})", [[first, 0], [0, second]])


_EQUAL = _weights(_WEIGHT[i], _WEIGHT[i], "w_0,w_0,w_1,w_1,\\dots")
_ANY = _weights(_WEIGHT[2 * i], _WEIGHT[2 * i + 1], "w_0,w_1,\\dots")
_SUFFICIENT = EverySize(rotary(m) @ _EQUAL, _EQUAL @ rotary(m), UNIT_FREQUENCY)

_BLOCK = sp.ImmutableMatrix([[_W0, 0], [0, _W1]])


def _only_equal(speed: Expr, position: Expr, tex: str, model: Table = ()) -> Follows:
    """Weights that commute with the rotations of a pair are equal."""
    turn = R(m * speed).block
    row, column = sp.ImmutableMatrix([[0, 1]]), sp.ImmutableMatrix([1, 0])
    commutes = Hypothesis(turn * _BLOCK, _BLOCK * turn, (m,))
    return Follows(
        sp.ImmutableMatrix([_W0]),
        sp.ImmutableMatrix([_W1]),
        (Use(commutes, ((m, position),), row, column),),
        f"\\boldsymbol R(m\\theta)\\operatorname{{diag}}(w_0,w_1) = \\operatorname{{diag}}"
        f"(w_0,w_1)\\boldsymbol R(m\\theta)\\ \\forall m,\\; {tex} \\implies w_0 = w_1",
        model=model,
    )


_NECESSARY = _only_equal(_THETA, sp.pi / (2 * _THETA), "\\theta \\ne 0")
_IFF = Together(
    (_NORM, _SCALED, _NECESSARY, _SUFFICIENT),
    "\\boldsymbol R_m(\\boldsymbol w \\odot \\operatorname{rms}(\\boldsymbol x)) = "
    "\\boldsymbol w \\odot \\operatorname{rms}(\\boldsymbol R_m\\boldsymbol x)\\ "
    "\\forall\\,\\boldsymbol x, m \\iff w_{2i} = w_{2i+1}\\ \\forall i \\qquad(\\theta_i \\ne "
    "0)",
)
_CENTRING = Term(
    Kind.MATRIX,
    "\\tfrac12\\begin{pmatrix}1&-1\\\\-1&1\\end{pmatrix}",
    sp.ImmutableMatrix([[1, -1], [-1, 1]]) / 2,
)

C7 = Theorem(
    id="C7",
    title="RMS norm commutes with rotation; with weights, when each pair has one weight",
    source=Source("this project; the normalised queries and keys of current models"),
    symbols=(
        ANGLE[m],
        FREQUENCIES,
        real_vector(x),
        Quantified(
            "c", "$(\\lVert\\boldsymbol x\\rVert^2/d+\\varepsilon)^{-1/2}$, not zero", _SCALE
        ),
        Quantified("\\boldsymbol w", "any real weights, one for each channel", _WEIGHT),
        Quantified("\\theta", "the frequency of a pair, any real number but 0", _THETA),
    ),
    statement=(_PLAIN, _IFF),
    proof=(
        Step(
            "the norm is kept",
            "By B1. So the factor $c=(\\lVert\\boldsymbol x\\rVert^2/d+\\varepsilon)^{-1/2}$, "
            "a function of the norm alone, is the same before and after the rotation.",
            _NORM,
        ),
        Step("a factor commutes", "A rotation is linear.", _SCALED),
        Step("without weights", "The two steps together.", _PLAIN),
        Step(
            "weights that commute are equal in a pair",
            "Divide by c, which is not 0; what has to agree for all $\\boldsymbol x$ are the "
            "matrices, block by block. Take a quarter turn, $m=\\pi/2\\theta$: it sends "
            "channel 0 to channel 1, with the weight of one on the left side and of the other "
            "on the right.",
            _NECESSARY,
        ),
        Step(
            "equal weights commute",
            "A pair with one weight is multiplied by a number.",
            _SUFFICIENT,
        ),
        Step("with weights", "Both directions.", _IFF),
    ),
    altered=(
        Altered(
            "any weights commute",
            EverySize(rotary(m) @ _ANY, _ANY @ rotary(m), UNIT_FREQUENCY),
        ),
        Altered(
            "hypothesis dropped: a pair of frequency 0",
            _only_equal(
                sp.Integer(0),
                sp.Integer(0),
                "\\theta = 0",
                ((_W0, sp.Integer(1)), (_W1, sp.Integer(2))),
            ),
        ),
        Altered(
            "layer norm commutes as well: taking the mean away does not, here for d = 2",
            PlaneIdentity(R(m) @ _CENTRING, _CENTRING @ R(m)),
        ),
        Altered(
            "equal weights keep the length, as a rotation does",
            EverySize(squared_norm(_EQUAL @ _X), squared_norm(_X), UNIT_FREQUENCY),
        ),
    ),
    meaning=(
        "Queries and keys are often normalised before they are rotated. Without weights the "
        "order is free. With learned weights it is not: they differ from channel to channel, "
        "and the weights have to be applied first, then the rotation. Only where both channels "
        "of every pair share a weight would the order not count."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies."),
        ("rotated-twice", "A second rotation keeps the norm, too."),
        ("positions-ignored", "Without rotation everything commutes."),
    ),
    laws=("norm", "linearity"),
    depends=("B1", "B10"),
    correction=(
        "A pair of frequency 0 is not turned, and its two weights may differ: with "
        "$\\theta_i=0$ the weights 1 and 2 commute with every rotation. RoPE's own frequencies "
        "are never 0; those of proportional scaling can be."
    ),
)

"""F1: RoPE over several axes depends on the difference of the positions, axis by axis."""

import sympy as sp

from ropespec.spec.claims import EqualSums, EverySize
from ropespec.spec.kernel import Term
from ropespec.spec.notation import (
    EYE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    i,
    k,
    q,
    real_vector,
    theta_i,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .axes import AXIAL_WORDS, KEY, QUERY, axial, on_axis, position, score, t, turn, x, y

_X, _Y, _T = (on_axis(base) for base in (x, y, t))


def _claim(lhs: Term, rhs: Term) -> EverySize:
    """Claim an equality, with witnesses of frequency 1."""
    return EverySize(lhs, rhs, UNIT_FREQUENCY)


_AT_X, _AT_Y = axial(_X, "\\boldsymbol x"), axial(_Y, "\\boldsymbol y")
_BETWEEN = axial(_Y - _X, "\\boldsymbol y-\\boldsymbol x")
_AXIAL = _claim(score(_AT_X, _AT_Y), QUERY.T @ _BETWEEN @ KEY)
_SHIFTED = _claim(
    score(
        axial(_X + _T, "\\boldsymbol x+\\boldsymbol t"),
        axial(_Y + _T, "\\boldsymbol y+\\boldsymbol t"),
    ),
    score(_AT_X, _AT_Y),
)
_KEPT = EverySize(_AT_X.T @ _AT_X, EYE)

_WEIGHTS = [sp.IndexedBase(f"w{axis}", real=True) for axis in (1, 2, 3)]
_FROM, _TO = ([sp.Symbol(f"{name}{axis}", real=True) for axis in (1, 2, 3)] for name in "xy")


_MIXED_WORDS = (
    "at $(x_1, x_2, \\dots)$ pair $i$ turns by $w_{1,i}\\,x_1 + w_{2,i}\\,x_2 + \\dots$"
)


def _mixed(coordinates: list[sp.Expr], tex: str) -> Term:
    """Every pair turns by a weighted sum of two or three coordinates."""
    terms = zip(_WEIGHTS, coordinates, strict=False)
    return turn(sp.Add(*(weight[i] * value for weight, value in terms)), tex)


def _relative(axes: int) -> EverySize:
    """Two or three axes whose coordinates every pair mixes."""
    start, end = _FROM[:axes], _TO[:axes]
    listed = [",".join(f"{name}_{axis + 1}" for axis in range(axes)) for name in "xy"]
    steps = ",".join(f"y_{axis + 1}-x_{axis + 1}" for axis in range(axes))
    return EverySize(
        score(_mixed(start, f"({listed[0]})"), _mixed(end, f"({listed[1]})")),
        QUERY.T @ _mixed([b - a for a, b in zip(start, end, strict=True)], f"({steps})") @ KEY,
    )


_TWO, _THREE = _relative(2), _relative(3)
_COUNT = sp.Symbol("r", integer=True, positive=True)
_EACH = sp.Symbol("c", integer=True, positive=True)
_W, _XC, _YC = (base[_EACH] for base in (sp.IndexedBase("w", real=True), x, y))
_LINEAR = EqualSums(
    sp.Sum(_W * _YC - _W * _XC, (_EACH, 1, _COUNT)),
    sp.Sum(_W * (_YC - _XC), (_EACH, 1, _COUNT)),
    "\\sum_{c=1}^r w_{c,i}\\,y_c - \\sum_{c=1}^r w_{c,i}\\,x_c = "
    "\\sum_{c=1}^r w_{c,i}\\,(y_c - x_c)",
)

F1 = Theorem(
    id="F1",
    title="Over several axes the score depends on the difference of the positions alone",
    source=Source(
        "Heo et al., Rotary Position Embedding for Vision Transformer", "2403.13298", "§3"
    ),
    symbols=(
        position(x, f"the query's position; {AXIAL_WORDS}"),
        position(y, "the key's position"),
        position(t, "a shift"),
        FREQUENCIES,
        real_vector(q),
        real_vector(k),
        *(
            Quantified(
                f"w_{{{axis + 1},i}}",
                f"any real weights of axis {axis + 1}, one for each pair: {_MIXED_WORDS}",
                weight,
            )
            for axis, weight in enumerate(_WEIGHTS)
        ),
    ),
    statement=(_AXIAL, _SHIFTED, _TWO, _THREE),
    proof=(
        Step(
            "one pair",
            "Pair i turns by $\\theta_i x_{a(i)}$, where $a(i)$ is its axis. The map a is not "
            "used beyond this: it may be any. By A1 the matrix keeps lengths.",
            _KEPT,
        ),
        Step(
            "positions add",
            "By A2 the angles of one pair add, and they belong to one axis, so turning back by "
            "$\\boldsymbol x$ and on by $\\boldsymbol y$ is turning by "
            "$\\boldsymbol y-\\boldsymbol x$.",
            _claim(_AT_X.T @ _AT_Y, _BETWEEN),
        ),
        Step(
            "the score",
            "Put this between $\\boldsymbol q^\\top$ and $\\boldsymbol k$, as in B2.",
            _AXIAL,
        ),
        Step(
            "every axis by itself",
            "The shift $\\boldsymbol t$ cancels in $(\\boldsymbol y+\\boldsymbol t)-"
            "(\\boldsymbol x+\\boldsymbol t)$. It may move one axis and leave the others.",
            _SHIFTED,
        ),
        Step(
            "mixed axes: the angle is linear",
            "A pair may also turn by a weighted sum of all coordinates. All that was used is "
            "that the angle of $\\boldsymbol y-\\boldsymbol x$ is the difference of the "
            "angles, which holds for weighted sums of any length r. A weight of "
            "$\\theta_i$ on axis $a(i)$ and 0 elsewhere is the axial form.",
            _LINEAR,
        ),
        Step("two axes", "Images: rows and columns.", _TWO),
        Step("three axes", "Videos: time, rows and columns.", _THREE),
    ),
    altered=(
        Altered(
            "sign: coordinates added instead of subtracted",
            _claim(
                score(_AT_X, _AT_Y),
                QUERY.T @ axial(_X + _Y, "\\boldsymbol x+\\boldsymbol y") @ KEY,
            ),
        ),
        Altered(
            "only the query is shifted",
            _claim(
                score(axial(_X + _T, "\\boldsymbol x+\\boldsymbol t"), _AT_Y),
                score(_AT_X, _AT_Y),
            ),
        ),
        Altered(
            "index: the key's pairs are given other axes than the query's",
            _claim(
                score(_AT_X, axial(y[sp.Function("b", integer=True)(i)], "\\boldsymbol y, b")),
                QUERY.T @ _BETWEEN @ KEY,
            ),
        ),
        Altered(
            "swapped arguments: rows and columns exchanged in the key",
            EverySize(
                score(_mixed(_FROM[:2], "(x_1,x_2)"), _mixed([_TO[1], _TO[0]], "(y_2,y_1)")),
                _TWO.rhs,
            ),
        ),
        Altered(
            "hypothesis dropped: the angle is a product of two coordinates",
            EverySize(
                score(
                    turn(_FROM[0] * _FROM[1] * theta_i, "x_1x_2"),
                    turn(_TO[0] * _TO[1] * theta_i, "y_1y_2"),
                ),
                QUERY.T
                @ turn(
                    (_TO[0] - _FROM[0]) * (_TO[1] - _FROM[1]) * theta_i,
                    "(y_1-x_1)(y_2-x_2)",
                )
                @ KEY,
                UNIT_FREQUENCY,
            ),
        ),
    ),
    meaning=(
        "In an image or a video RoPE turns some pairs by the row and others by the column or "
        "the time. The score of two patches then depends on how many rows, columns and frames "
        "lie between them, each count by itself, and moving the whole picture changes nothing. "
        "Which pairs serve which axis is a free choice, as long as queries and keys make the "
        "same one."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies, and for another series on each axis."),
        ("wrong-pairing", "It holds for any way to form the pairs."),
        ("frequency-order", "It holds for any order, so for sections in a wrong place, too."),
        ("positions-off-by-one", "An offset that all tokens share cancels on every axis."),
        ("positions-ignored", "An axis that no pair reads is invisible, and still relative."),
    ),
    laws=("relative-position", "value"),
    depends=("A1", "A2", "B2"),
)

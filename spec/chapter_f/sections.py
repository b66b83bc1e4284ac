"""F2: with the same index on all axes, sections do not matter."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Term
from ropespec.spec.notation import (
    ANGLE,
    EYE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    i,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    theta_i,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .axes import KEY, QUERY, axial, on_axis, score, turn

_E = sp.IndexedBase("e", real=True)
_DEVIATION = on_axis(_E)
_IN_TIME, _IN_HEIGHT, _IN_WIDTH = (
    sp.IndexedBase(f"s_{axis}", real=True)[i] for axis in ("T", "H", "W")
)


_OUTSIDE = tuple((one, sp.Integer(0)) for one in (_IN_TIME, _IN_HEIGHT, _IN_WIDTH))


def _claim(lhs: Term, rhs: Term) -> EverySize:
    """Claim an equality; witnesses have frequency 1, and pair 0 in the section of width."""
    return EverySize(lhs, rhs, (*UNIT_FREQUENCY, *_OUTSIDE))


def _sections(time: sp.Expr, height: sp.Expr, width: sp.Expr, tex: str) -> Term:
    """Three sections that tile the pairs, by the numbers that say who is in which."""
    rest = 1 - _IN_TIME - _IN_HEIGHT
    return turn(theta_i * (_IN_TIME * time + _IN_HEIGHT * height + rest * width), tex)


_EQUAL_TEX = "(m,\\dots,m)"
_SPLIT = _claim(
    axial(m + _DEVIATION, "(m,\\dots,m)+\\boldsymbol e"),
    rotary(m) @ axial(_DEVIATION, "\\boldsymbol e"),
)
_NO_DEVIATION = _claim(axial(sp.Integer(0), "\\boldsymbol 0"), EYE)
_PLAIN = _claim(axial(m, _EQUAL_TEX), rotary(m))
_THREE = _claim(_sections(m, m, m, "(m,m,m)"), rotary(m))
_SCORE = _claim(
    score(_sections(m, m, m, "(m,m,m)"), _sections(n, n, n, "(n,n,n)")),
    QUERY.T @ rotary(n - m, "n-m") @ KEY,
)
_UNTILED = turn(theta_i * (_IN_TIME + _IN_HEIGHT + _IN_WIDTH) * m, "(m,m,m)")

F2 = Theorem(
    id="F2",
    title="Sections with equal indices on all axes are plain RoPE",
    source=Source("Qwen2-VL", "2409.12191", "§2.1, M-RoPE"),
    symbols=(
        ANGLE[m],
        ANGLE[n],
        Quantified(
            "\\boldsymbol e",
            "any real deviations from a common index, one for each of any number of axes; "
            "$a(i)$ is the axis of pair $i$, by any map a",
            _E,
        ),
        Quantified(
            "s_{\\mathrm T,i}, s_{\\mathrm H,i}",
            "any real numbers: 1 when pair i is in the section of time, of height, else 0; "
            "$s_{\\mathrm W,i} = 1 - s_{\\mathrm T,i} - s_{\\mathrm H,i}$, every pair being "
            "in one section",
            _IN_TIME.base,
        ),
        FREQUENCIES,
        real_vector(q),
        real_vector(k),
    ),
    statement=(_PLAIN, _SPLIT, _THREE, _SCORE),
    proof=(
        Step(
            "take out the common index",
            "Pair i reads the coordinate of axis $a(i)$, which is $m+e_{a(i)}$. By A2 its turn "
            "is the one by $m\\theta_i$, which is the same as without axes, after the one by "
            "$e_{a(i)}\\theta_i$.",
            _SPLIT,
        ),
        Step(
            "no deviation", "Equal indices are $\\boldsymbol e=\\boldsymbol 0$.", _NO_DEVIATION
        ),
        Step(
            "plain RoPE",
            "Whatever axis a pair reads, it finds m. So neither the bounds of the sections nor "
            "their order matter: chunked, interleaved and any other.",
            _PLAIN,
        ),
        Step(
            "three sections, written out",
            "Time, height and width, by the numbers that say in which section a pair is. Only "
            "that they add up to 1 is used: every pair is in one section.",
            _THREE,
        ),
        Step(
            "the score",
            "By B2 two such tokens, words of a text for instance, see each other as in plain "
            "RoPE.",
            _SCORE,
        ),
    ),
    altered=(
        Altered(
            "hypothesis dropped: one index differs from the others",
            _claim(_sections(m, m, n, "(m,m,n)"), rotary(m)),
        ),
        Altered(
            "hypothesis dropped: sections that leave a pair out or count it twice",
            _claim(_UNTILED, rotary(m)),
        ),
        Altered(
            "the sum of the indices instead of one of them",
            _claim(turn(3 * m * theta_i, "(m,m,m)"), rotary(m)),
        ),
        Altered(
            "deviations dropped: an image's position taken for its first index",
            _claim(axial(m + _DEVIATION, "(m,\\dots,m)+\\boldsymbol e"), rotary(m)),
        ),
        Altered(
            "index: one index of the query is the key's",
            _claim(
                score(_sections(m, m, n, "(m,m,n)"), _sections(n, n, n, "(n,n,n)")),
                QUERY.T @ rotary(n - m, "n-m") @ KEY,
            ),
        ),
    ),
    meaning=(
        "Models of text and images give every token several indices and divide the pairs of a "
        "head among them. Words get the same index on every axis, and for them the division "
        "has no effect: a model of text alone can ignore it and stay exact. Only tokens of "
        "images and videos show where the sections lie, so a wrong division passes every test "
        "on text."
    ),
    not_implied=(
        ("frequency-order", "A section in a wrong place is invisible where indices agree."),
        ("wrong-base", "It holds for any frequencies."),
        ("wrong-pairing", "It holds for any way to form the pairs."),
    ),
    laws=("value",),
    depends=("A2", "B2", "F1"),
)

"""G2: encodings that are added give four terms, and no function of the distance."""

import sympy as sp

from ropespec.spec.claims import Differ, EverySize, PlaneIdentity
from ropespec.spec.claims.matrix_words import SameWords
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    m,
    n,
    number,
    sum_over_pairs,
    t,
    theta_i,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .sinusoidal import encoding

_X, _P, _WQ, _WK, _Y, _R = sp.symbols("x^T p_m^T W_q^T W_k y p_n", commutative=False)
_W = _WQ * _WK
_SCORE_TEX = (
    "\\bigl(\\boldsymbol W_q(\\boldsymbol x+\\boldsymbol p_m)\\bigr)^\\top"
    "\\boldsymbol W_k(\\boldsymbol y+\\boldsymbol p_n)"
)


def _term(left: str, right: str) -> str:
    return (
        f"\\boldsymbol {left}^\\top\\boldsymbol W_q^\\top\\boldsymbol W_k\\boldsymbol {right}"
    )


_CONTENT, _KEY, _QUERY, _POSITIONS = (
    _term(left, right) for left in ("x", "p_m") for right in ("y", "p_n")
)
_FOUR = SameWords(
    (_X + _P) * _W * (_Y + _R),
    _X * _W * _Y + _X * _W * _R + _P * _W * _Y + _P * _W * _R,
    f"{_SCORE_TEX} = {' + '.join((_CONTENT, _KEY, _QUERY, _POSITIONS))}",
)


def _plane(position: Expr) -> Expr:
    """The sinusoidal encoding in one plane, with frequency 1."""
    return sp.ImmutableMatrix([sp.sin(position), sp.cos(position)])


_WORD = sp.ImmutableMatrix([1, 0])
_FIRST_ONLY = sp.ImmutableMatrix([[1, 0], [0, 0]])


def _score(query: Expr, key: Expr) -> Expr:
    """The score of one word with itself, without matrices."""
    return ((_WORD + _plane(query)).T * (_WORD + _plane(key)))[0, 0]


def _last(query: Expr, key: Expr) -> Expr:
    """The term of the two positions, with a matrix that keeps the first entry alone."""
    return (_plane(query).T * _FIRST_ONLY * _plane(key))[0, 0]


_AT = ((m, sp.Integer(0)), (n, sp.Integer(1)))
_EXAMPLE = (
    "d=2,\\;\\theta_0=1,\\;\\boldsymbol W_q=\\boldsymbol W_k=\\boldsymbol I,\\;"
    "\\boldsymbol x=\\boldsymbol y=(1,0):\\;"
)
_NOT_RELATIVE = Differ(
    _score(m, n), _score(m + 1, n + 1), _AT, f"{_EXAMPLE} s(0, 1) \\neq s(1, 2)"
)
_LAST_TEX = (
    "\\boldsymbol W_q^\\top\\boldsymbol W_k=\\begin{pmatrix}1&0\\\\0&0\\end{pmatrix}:\\;"
    "\\boldsymbol p_0^\\top\\boldsymbol W_q^\\top\\boldsymbol W_k\\boldsymbol p_1"
)
_LAST_NOT_RELATIVE = Differ(
    _last(m, n),
    _last(m + 1, n + 1),
    _AT,
    f"{_LAST_TEX} \\neq "
    "\\boldsymbol p_1^\\top\\boldsymbol W_q^\\top\\boldsymbol W_k\\boldsymbol p_2",
)
_PLAIN_LAST = EverySize(
    encoding(m).T @ encoding(n),
    sum_over_pairs(sp.cos((m - n) * theta_i), "\\cos(m-n)\\theta_i"),
    UNIT_FREQUENCY,
)


def _shifted(score: Expr, tex: str) -> PlaneIdentity:
    """Claim that a shift by t changes nothing."""
    moved = score.xreplace({m: m + t, n: n + t})
    return PlaneIdentity(number(moved, f"{tex}(m+t, n+t)"), number(score, f"{tex}(m, n)"))


G2 = Theorem(
    id="G2",
    title="Encodings that are added give four terms, and no function of the distance",
    source=Source("RoFormer", "2104.09864", "Eq. (3), (6)"),
    symbols=(
        Quantified(
            "\\boldsymbol W_q, \\boldsymbol W_k", "any real matrices of fitting sizes", _WK
        ),
        Quantified("\\boldsymbol x, \\boldsymbol y", "any real vectors: the two words", _Y),
        Quantified(
            "\\boldsymbol p_m, \\boldsymbol p_n",
            "any real vectors: the encodings of the two positions",
            _R,
        ),
        ANGLE[m],
        ANGLE[n],
        FREQUENCIES,
    ),
    statement=(_FOUR, _NOT_RELATIVE, _LAST_NOT_RELATIVE),
    proof=(
        Step(
            "multiply out",
            "Word with word, word with position, position with word, position with position.",
            _FOUR,
        ),
        Step(
            "the last term without matrices",
            "By G1 sinusoidal encodings alone, with the identity between them, do give a "
            "function of the distance.",
            _PLAIN_LAST,
        ),
        Step(
            "the terms in the middle",
            "The second term knows n alone and the third m alone. Something that depends on m "
            "alone is a function of m - n only if it is constant: its value at m is that of "
            "the distance 0, taking n = m. Here the score s(m, n) is "
            "$1+\\sin m+\\sin n+\\cos(m-n)$, and $\\sin 0+\\sin 1\\neq\\sin 1+\\sin 2$.",
            _NOT_RELATIVE,
        ),
        Step(
            "the last term with matrices",
            "With a matrix between them the encodings do not give a function of the distance "
            "either: $\\sin 0\\,\\sin 1\\neq\\sin 1\\,\\sin 2$.",
            _LAST_NOT_RELATIVE,
        ),
    ),
    altered=(
        Altered(
            "the two terms in the middle left out",
            SameWords(
                _FOUR.lhs,
                _X * _W * _Y + _P * _W * _R,
                f"{_SCORE_TEX} = {_CONTENT} + {_POSITIONS}",
            ),
        ),
        Altered(
            "index: the same mixed term twice",
            SameWords(
                _FOUR.lhs,
                _X * _W * _Y + 2 * _X * _W * _R + _P * _W * _R,
                f"{_SCORE_TEX} = {_CONTENT} + 2\\,{_KEY} + {_POSITIONS}",
            ),
        ),
        Altered("a common shift changes no score", _shifted(_score(m, n), "s")),
        Altered(
            "a common shift does not change the last term with matrices",
            _shifted(_last(m, n), "s'"),
        ),
    ),
    meaning=(
        "Adding a position to a word and then taking products mixes four things: what the "
        "words mean to each other, what each word means to the other's position, and how the "
        "positions lie. Two words that stand side by side get another score at the start of a "
        "text than later. Relative encodings, RoPE among them, were made to avoid this."
    ),
    not_implied=(
        ("positions-ignored", "With encodings that are all alike the four terms are there."),
        ("wrong-base", "It holds for any encodings, so for any frequencies."),
        ("positions-off-by-one", "The four terms are there from whatever start one counts."),
    ),
    laws=("relative-position",),
    depends=("B2", "G1"),
)

"""H5: how far a shift of positions can change a computed score."""

import sympy as sp

from ropespec.spec.bounds import gamma, score
from ropespec.spec.claims import EverySize
from ropespec.spec.claims.bounds import EverySum, Within
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.rounding import Hypotheses
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    t,
    vector,
)
from ropespec.spec.theorem import Altered, Step, Theorem

from .symbols import OWN, UNIT, bound_of, count, signed, size, unit

_Q, _K = sp.symbols("q_0 q_1", real=True), sp.symbols("k_0 k_1", real=True)
_E, _F = sp.symbols("e_0 e_1", real=True), sp.symbols("f_0 f_1", real=True)
_Q_SIZES, _K_SIZES = (sp.symbols(f"{name}_2 {name}_3", nonnegative=True) for name in ("q", "k"))
_Q_NORM, _K_NORM, _Q_ERROR, _K_ERROR = (size(name) for name in ("rho", "kappa", "e", "f"))
_Q_ROOM, _K_ROOM = (
    3 * norm / 2 - sum(sizes) for norm, sizes in ((_Q_NORM, _Q_SIZES), (_K_NORM, _K_SIZES))
)
_SIZES = (
    *zip(_Q, _Q_SIZES, strict=True),
    *zip(_K, _K_SIZES, strict=True),
    *((error, _Q_ERROR) for error in _E),
    *((error, _K_ERROR) for error in _F),
)
_PART_TEX = (
    r"|\hat q_{[i]}\cdot\hat k_{[i]} - q_{[i]}\cdot k_{[i]}| \le "
    r"\tfrac32(e\,|k_{[i]}| + f\,|q_{[i]}|) + 2ef"
)
_SCORE_TEX = (
    r"|\hat{\boldsymbol q}^\top\hat{\boldsymbol k} - \boldsymbol q^\top\boldsymbol k| \le "
    r"\sum_i \tfrac32(e_i|k_{[i]}| + f_i|q_{[i]}|) + 2e_if_i"
)
_BOUND = score((_Q_NORM, _K_NORM), (_Q_ERROR, _K_ERROR))
_WITNESS = tuple(
    (symbol, sp.Rational(value))
    for symbol, value in (
        *((one, "3/2") for one in (*_Q_SIZES, *_K_SIZES)),
        *((_Q_NORM, 2), (_K_NORM, 2), (_Q_ERROR, 1), (_K_ERROR, 1)),
    )
)


def _part(bound: Expr, tex: str) -> Within:
    """One pair's part of a score."""
    computed = sum((a + e) * (b + f) for a, b, e, f in zip(_Q, _K, _E, _F, strict=True))
    exact = sum(a * b for a, b in zip(_Q, _K, strict=True))
    certificate = _Q_ERROR * _K_ROOM + _K_ERROR * _Q_ROOM
    hypotheses = Hypotheses((_Q_ROOM, _K_ROOM), (), certificate, _WITNESS)
    return Within(computed, exact, _SIZES, bound, tex, hypotheses)


_PART = _part(_BOUND, _PART_TEX)
_SCORE = EverySum(_PART, _SCORE_TEX)

_TERM, _THETA = signed("a"), signed("theta")
_TERM_SIZE = size("a_1")


def _accumulated(bound: Expr, tex: str) -> EverySum:
    """A sum that is accumulated in a format, each summand rounded n times at most."""
    summand = Within(
        _TERM * (1 + _THETA),
        _TERM,
        ((_TERM, _TERM_SIZE), (_THETA, gamma(count, unit))),
        bound,
        tex,
        Hypotheses(positive=(1 - count * unit,), prefer=((count, sp.Integer(2)),)),
    )
    return EverySum(summand, tex)


_SUM_TEX = (
    r"\Bigl|\operatorname{fl}\bigl(\sum_j a_j\bigr) - \sum_j a_j\Bigr| \le %s\sum_j |a_j|"
)
_SUM = _accumulated(_TERM_SIZE * gamma(count, unit), _SUM_TEX % r"\gamma_n(u)")

_TRUE, _HERE, _THERE = signed("S"), signed("h"), signed("h_t")
_B_HERE, _B_THERE = size("B"), size("B_t")


def _moved(bound: Expr, tex: str) -> Within:
    """Two computed scores with one and the same true score."""
    return Within(
        (_TRUE + _THERE) - (_TRUE + _HERE),
        sp.Integer(0),
        ((_HERE, _B_HERE), (_THERE, _B_THERE)),
        bound,
        rf"|\hat S(m+t, n+t) - \hat S(m, n)| \le {tex}",
    )


_MOVED = _moved(_B_HERE + _B_THERE, "B(m, n) + B(m+t, n+t)")
_VECTORS = vector(q), vector(k)
_SHIFT = EverySize(
    (rotary(m + t) @ _VECTORS[0]).T @ (rotary(n + t) @ _VECTORS[1]),
    (rotary(m) @ _VECTORS[0]).T @ (rotary(n) @ _VECTORS[1]),
    UNIT_FREQUENCY,
)

H5 = Theorem(
    id="H5",
    title="How far a shift of positions can change a computed score",
    source=OWN,
    symbols=(
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        FREQUENCIES,
        real_vector(q),
        real_vector(k),
        bound_of("e", _Q_ERROR),
        bound_of("f", _K_ERROR),
        UNIT,
    ),
    statement=(_SCORE, _SUM, _MOVED),
    proof=(
        Step(
            "one pair",
            "Let components of the rotated query and key be off by at most e and f (H3). "
            "Multiply out; by H3 the sizes of a pair's two components add up to at most 3/2 of "
            "its norm.",
            _PART,
        ),
        Step("all pairs", "Bounds add up as the parts do, for every even size.", _SCORE),
        Step(
            "the sum of the score",
            "A score that is accumulated in a format rounds each of its products, and what "
            "comes of it, at most $n = d$ times, whatever the order of summation is.",
            _SUM,
        ),
        Step(
            "the true score stays",
            "By B7 a shift of both positions leaves the exact score as it is.",
            _SHIFT,
        ),
        Step(
            "the computed score",
            "Both computed scores are near this one value, so they are near each other.",
            _MOVED,
        ),
    ),
    altered=(
        Altered(
            "the product of the errors left out",
            _part(
                _BOUND - 2 * _Q_ERROR * _K_ERROR,
                _PART_TEX.removesuffix(" + 2ef"),
            ),
        ),
        Altered(
            "only the query's error",
            _part(
                3 * _Q_ERROR * _K_NORM / 2 + 2 * _Q_ERROR * _K_ERROR,
                r"|\hat q\cdot\hat k - q\cdot k| \le \tfrac32 e|k| + 2ef",
            ),
        ),
        Altered("the bound of one place is enough", _moved(_B_HERE, "B(m, n)")),
        Altered(
            "only the product of each term is rounded",
            _accumulated(_TERM_SIZE * unit, _SUM_TEX % "u"),
        ),
    ),
    meaning=(
        "The law that scores depend on the distance alone holds in floating point up to the "
        "errors of the rotated pairs at both places. By H2 these grow with the positions, so "
        "the farther a pair of tokens is moved, the more its score may drift. A wrong but "
        "fixed frequency causes no drift: the exact score of any frequencies is relative. What "
        "drifts is what depends on the position, its own rounding and that of the angle."
    ),
    not_implied=(
        ("wrong-base", "A score with the wrong frequencies does not drift."),
        ("positions-off-by-one", "A common offset does not drift either."),
        (
            "low-precision-positions",
            "It drifts, but by no more than this bound for its format.",
        ),
    ),
    laws=("relative-position",),
    depends=("B7", "H3"),
)

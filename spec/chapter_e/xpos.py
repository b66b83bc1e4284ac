r"""E7: xPos is relative and keeps no norm."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Term, squared_norm
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    blockwise,
    i,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    t,
    theta_i,
    vector,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_LOGS = sp.IndexedBase("z", real=True)
_Q, _K = vector(q), vector(k)
_WITNESS = ((theta_i, sp.Integer(1)), (_LOGS[i], sp.Integer(-1)))


def _power(exponent: Expr, tex: str) -> Term:
    """The diagonal matrix of the powers of ζ_i = e^(z_i)."""
    value = sp.exp(exponent * _LOGS[i])
    return blockwise(f"\\boldsymbol\\zeta^{{{tex}}}", [[value, 0], [0, value]])


def _claim(lhs: Term, rhs: Term) -> EverySize:
    return EverySize(lhs, rhs, _WITNESS)


def _query(position: Expr, tex: str = "m") -> Term:
    return _power(position, tex) @ rotary(position, tex) @ _Q


def _key(position: Expr, tex: str = "n") -> Term:
    return (
        _power(-position, f"-({tex})" if len(tex) > 1 else f"-{tex}")
        @ rotary(position, tex)
        @ _K
    )


_COMMUTE = _claim(
    rotary(m).T @ _power(m, "m") @ _power(-n, "-n") @ rotary(n),
    _power(m - n, "m-n") @ rotary(n - m, "n-m"),
)
_SCORE = _claim(_query(m).T @ _key(n), _Q.T @ _power(m - n, "m-n") @ rotary(n - m, "n-m") @ _K)
_SHIFT = _claim(_query(m + t, "m+t").T @ _key(n + t, "n+t"), _query(m).T @ _key(n))
_LENGTH = _claim(squared_norm(_query(m)), _Q.T @ _power(2 * m, "2m") @ _Q)

E7 = Theorem(
    id="E7",
    title="xPos is relative, with a factor that decays, and keeps no norm",
    source=Source("xPos", "2212.10554", "Section 3"),
    symbols=(
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        FREQUENCIES,
        Quantified("\\zeta_i", "$e^{z_i}$ with any real $z_i$; xPos has $0<\\zeta_i<1$", _LOGS),
        real_vector(q),
        real_vector(k),
    ),
    statement=(_SCORE, _SHIFT, _LENGTH),
    proof=(
        Step(
            "inside a pair",
            "$\\boldsymbol\\zeta^m$ stretches both members of a pair alike, so it commutes "
            "with the rotation; powers add and, by B1, so do positions.",
            _COMMUTE,
        ),
        Step(
            "the score",
            "The query is stretched by $\\boldsymbol\\zeta^{m}$ and the key by "
            "$\\boldsymbol\\zeta^{-n}$; what is left is $\\boldsymbol\\zeta^{m-n}$.",
            _SCORE,
        ),
        Step("a common shift", "Both $m-n$ and $n-m$ stay as they are.", _SHIFT),
        Step(
            "the length",
            "A rotation keeps lengths, so the length of pair i is that of the query times "
            "$\\zeta_i^m$: it grows or shrinks without end with the position.",
            _LENGTH,
        ),
    ),
    altered=(
        Altered(
            "norms are kept",
            _claim(squared_norm(_query(m)), squared_norm(_Q)),
        ),
        Altered(
            "sign: the key is stretched like the query",
            _claim(
                _query(m).T @ (_power(n, "n") @ rotary(n) @ _K),
                _Q.T @ _power(m - n, "m-n") @ rotary(n - m, "n-m") @ _K,
            ),
        ),
        Altered(
            "a shift of the query alone",
            _claim(_query(m + t, "m+t").T @ _key(n), _query(m).T @ _key(n)),
        ),
        Altered(
            "swapped arguments: the factor of the distance n - m",
            _claim(
                _query(m).T @ _key(n),
                _Q.T @ _power(n - m, "n-m") @ rotary(n - m, "n-m") @ _K,
            ),
        ),
    ),
    meaning=(
        "xPos multiplies each pair of the query by a power of a number below 1 that grows with "
        "the position, and the key by its inverse. The score depends on the distance alone and "
        "fades with it, pair by pair, as long as the key comes first; looking ahead it grows. "
        "Single vectors grow or shrink with the position, which is why implementations count "
        "from the middle of the sequence: scores do not notice, stored keys do."
    ),
    not_implied=(
        ("positions-off-by-one", "A common offset cancels in every score."),
        ("positions-rebased", "So does another centre, though stored keys then differ."),
        ("wrong-amplitude", "It holds for every choice of the factors."),
    ),
    laws=("relative-position",),
    depends=("B1", "B2"),
)

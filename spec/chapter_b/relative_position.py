"""B2 and B7: the score depends on the distance alone; a common shift changes nothing."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
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
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_Q, _K = vector(q), vector(k)
_SYMBOLS = (ANGLE[m], ANGLE[n], FREQUENCIES, real_vector(q), real_vector(k))


def _claim(lhs: Term, rhs: Term) -> EverySize:
    """Claim an equality, with witnesses of frequency 1."""
    return EverySize(lhs, rhs, UNIT_FREQUENCY)


def _score(query: Expr, key: Expr) -> Term:
    """The score of q at one position with k at another."""
    return (rotary(query) @ _Q).T @ (rotary(key) @ _K)


_DISTANCE = rotary(n - m, "n-m")
_RELATIVE = _claim(_score(m, n), _Q.T @ _DISTANCE @ _K)
_OTHER = blockwise(
    "\\boldsymbol R'_n",
    rotary(n).block.xreplace({theta_i: sp.IndexedBase("omega", real=True)[i]}),
)

B2 = Theorem(
    id="B2",
    title="The score depends on the distance alone",
    source=Source("RoFormer", "2104.09864", "Eq. (11), (16)", checked=True),
    symbols=_SYMBOLS,
    statement=(_RELATIVE,),
    proof=(
        Step(
            "transpose the query",
            "The transpose of a product is the product of the transposes in reverse order.",
            _claim((rotary(m) @ _Q).T, _Q.T @ rotary(m).T),
        ),
        Step(
            "transpose the matrix",
            "By B1 the transpose turns back: $\\boldsymbol R_m^\\top=\\boldsymbol R_{-m}$.",
            _claim(rotary(m).T, rotary(-m)),
        ),
        Step(
            "positions add",
            "By B1 the two matrices in the middle are one, at the position $-m+n$.",
            _claim(rotary(-m) @ rotary(n), _DISTANCE),
        ),
        Step(
            "the score",
            "Put the three together: $(\\boldsymbol R_m\\boldsymbol q)^\\top"
            "(\\boldsymbol R_n\\boldsymbol k)=\\boldsymbol q^\\top\\boldsymbol R_m^\\top"
            "\\boldsymbol R_n\\boldsymbol k=\\boldsymbol q^\\top\\boldsymbol R_{n-m}"
            "\\boldsymbol k$. Only the distance $n-m$ is left.",
            _RELATIVE,
        ),
    ),
    altered=(
        Altered(
            "swapped arguments: the distance with the other sign",
            _claim(_score(m, n), _Q.T @ rotary(m - n, "m-n") @ _K),
        ),
        Altered(
            "sign: positions added instead of subtracted",
            _claim(_score(m, n), _Q.T @ rotary(m + n) @ _K),
        ),
        Altered(
            "transposition dropped",
            _claim(_Q.T @ rotary(m) @ rotary(n) @ _K, _Q.T @ _DISTANCE @ _K),
        ),
        Altered(
            "hypothesis dropped: only the key is rotated",
            _claim(_Q.T @ rotary(n) @ _K, _Q.T @ _DISTANCE @ _K),
        ),
        Altered(
            "hypothesis dropped: the key is rotated with other frequencies",
            _claim((rotary(m) @ _Q).T @ (_OTHER @ _K), _Q.T @ _DISTANCE @ _K),
        ),
    ),
    meaning=(
        "A query at position m and a key at position n meet in the score only through how far "
        "apart they are. Each token is rotated by its own position, once, and the distance "
        "appears by itself; no table of distances is needed, and a key need not be rotated "
        "again "
        "when later tokens arrive. The paper's Eq. (11) writes the distance as m - n and its "
        "Eq. (21) as n - m; the matrix is the one of n - m."
    ),
    not_implied=(
        ("positions-ignored", "A score without positions depends on the distance trivially."),
        ("wrong-base", "It holds for any frequencies."),
        ("wrong-pairing", "It holds for any way to form the pairs."),
        ("sign-flipped", "Turning both the other way gives a function of the distance, too."),
        ("positions-off-by-one", "A common offset cancels."),
        ("positions-rebased", "Counting both positions from another start cancels."),
        ("frequency-order", "It holds for frequencies in any order."),
    ),
    laws=("relative-position",),
    depends=("A2", "B1"),
    formulas=(
        Formula("score of rotated vectors", _score(m, n)),
        Formula("score by distance", _Q.T @ _DISTANCE @ _K),
    ),
)

_SHIFTED = _claim(_score(m + t, n + t), _score(m, n))

B7 = Theorem(
    id="B7",
    title="A common shift of positions changes no score",
    source=Source("RoFormer", "2104.09864", "consequence of Eq. (16)", checked=True),
    symbols=(*_SYMBOLS, ANGLE[t]),
    statement=(_SHIFTED,),
    proof=(
        Step(
            "the distance",
            "By B2 the score of the shifted pair is that of the distance $(n+t)-(m+t)=n-m$.",
            _claim(_score(m + t, n + t), _Q.T @ _DISTANCE @ _K),
        ),
        Step(
            "back again",
            "By B2 this is the score of the pair that was not shifted.",
            _claim(_Q.T @ _DISTANCE @ _K, _score(m, n)),
        ),
        Step("together", "The two steps have the same middle.", _SHIFTED),
    ),
    altered=(
        Altered("only the query is shifted", _claim(_score(m + t, n), _score(m, n))),
        Altered(
            "sign: shifts in opposite directions", _claim(_score(m + t, n - t), _score(m, n))
        ),
        Altered(
            "positions scaled instead of shifted", _claim(_score(t * m, t * n), _score(m, n))
        ),
        Altered(
            "swapped arguments: m and n exchanged", _claim(_score(n + t, m + t), _score(m, n))
        ),
    ),
    meaning=(
        "Where counting starts does not matter: 0 or 1, the start of the document or of the "
        "batch, "
        "left padding or none. It holds for negative and fractional shifts as well, since "
        "nothing "
        "in it asks for whole numbers."
    ),
    not_implied=(
        ("positions-off-by-one", "An offset that all tokens share changes no score."),
        ("positions-ignored", "Without positions nothing changes."),
        ("wrong-base", "It holds for any frequencies."),
    ),
    laws=("relative-position",),
    depends=("B2",),
)

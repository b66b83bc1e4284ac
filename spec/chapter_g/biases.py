"""G3: the scores of Shaw, T5 and ALiBi are relative; the biases of the last two are fixed."""

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    i,
    k,
    m,
    n,
    number,
    q,
    real_vector,
    t,
    u,
    vector,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_Q, _K = vector(q), vector(k)
_TABLE, _BIAS = (sp.IndexedBase(name, real=True) for name in ("a", "b"))
_CLIP, _BUCKET = (sp.Function(name, integer=True) for name in ("clip", "bucket"))
_SLOPE, _C, _OTHER = sp.symbols("mu c c'", real=True)


def _entry(index: Expr, tex: str) -> Term:
    """Row clip(index) of Shaw's table, a vector."""
    row = _CLIP(index)
    block = sp.ImmutableMatrix([_TABLE[2 * i, row], _TABLE[2 * i + 1, row]])
    return Term(Kind.VECTOR, f"\\boldsymbol a_{{\\mathrm{{clip}}({tex})}}", block, pair=i)


def _shaw(index: Expr, tex: str) -> Term:
    """Shaw's score without its factor: q·(k + a)."""
    return _Q.T @ (_K + _entry(index, tex))


def _t5(content: Expr, index: Expr, tex: str) -> Term:
    """T5's score: the product of query and key, and a number from a table."""
    written = f"{sp.latex(content)} + b_{{\\mathrm{{bucket}}({tex})}}"
    return number(content + _BIAS[_BUCKET(index)], written)


def _alibi(content: Expr, query: Expr, key: Expr, tex: str) -> Term:
    """ALiBi's score: less by the slope for each step back."""
    return number(
        content - _SLOPE * query + _SLOPE * key, f"{sp.latex(content)} - \\mu\\,({tex})"
    )


def _difference(lhs: Term, rhs: Term) -> Term:
    return number(lhs.block - rhs.block, f"\\bigl({lhs.tex}\\bigr) - \\bigl({rhs.tex}\\bigr)")


_HERE, _MOVED = n - m, (n + t) - (m + t)
_HERE_TEX, _MOVED_TEX = "n-m", "(n+t)-(m+t)"
_SHAW = EverySize(_shaw(_MOVED, _MOVED_TEX), _shaw(_HERE, _HERE_TEX))
_T5 = PlaneIdentity(_t5(_C, _MOVED, _MOVED_TEX), _t5(_C, _HERE, _HERE_TEX))
_ALIBI = PlaneIdentity(_alibi(_C, m + t, n + t, "(m+t)-(n+t)"), _alibi(_C, m, n, "m-n"))
_T5_FREE = PlaneIdentity(
    _difference(_t5(_C, _HERE, _HERE_TEX), _t5(_OTHER, _HERE, _HERE_TEX)),
    number(_C - _OTHER),
)
_ALIBI_FREE = PlaneIdentity(
    _difference(_alibi(_C, m, n, "m-n"), _alibi(_OTHER, m, n, "m-n")), number(_C - _OTHER)
)
_SHAW_SPLIT = EverySize(_shaw(_HERE, _HERE_TEX), _Q.T @ _K + _Q.T @ _entry(_HERE, _HERE_TEX))
_BY_KEY = number(_C + _SLOPE * n, "c + \\mu\\,n")
_ROW = PlaneIdentity(
    _difference(_BY_KEY, _alibi(_C, m, n, "m-n")), number(_SLOPE * m, "\\mu\\,m")
)

G3 = Theorem(
    id="G3",
    title="Shaw, T5 and ALiBi are relative; the biases of T5 and ALiBi ignore the words",
    source=Source(
        "Shaw et al., arXiv 1803.02155, Eq. (4); T5, arXiv 1910.10683, §2.1; "
        "ALiBi, arXiv 2108.12409, §3"
    ),
    symbols=(
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        real_vector(q),
        real_vector(k),
        Quantified(
            "\\boldsymbol a_j",
            "any real vectors of d entries, one for each clipped distance; clip is any "
            "function to the integers",
            _TABLE,
        ),
        Quantified(
            "b_j",
            "any real numbers, one for each bucket; bucket is any function to the integers",
            _BIAS,
        ),
        Quantified("\\mu", "any real number, the slope of a head", _SLOPE),
        Quantified("c", "any real number, the product of a query and a key", _C),
        Quantified("c'", "that of another query and another key", _OTHER),
    ),
    statement=(_SHAW, _T5, _ALIBI, _T5_FREE, _ALIBI_FREE),
    proof=(
        Step(
            "Shaw: the table is read at the distance",
            "The positions enter through $n-m$ alone, and $(n+t)-(m+t)=n-m$. How distances are "
            "clipped, and what the table holds, is not used. The common factor "
            "$1/\\sqrt d$ is left out.",
            _SHAW,
        ),
        Step("T5: so is the number that is added", "The same, for one number.", _T5),
        Step(
            "ALiBi: the distance itself",
            "$\\mu$ for each step from the key on to the query. With causal attention "
            "$m\\ge n$.",
            _ALIBI,
        ),
        Step(
            "ALiBi may count keys instead",
            "Implementations add $\\mu n$. That differs from ALiBi by $\\mu m$, which is one "
            "number for all keys of a query, so softmax gives the same weights.",
            _ROW,
        ),
        Step(
            "T5's bias ignores the words",
            "At one distance the scores of two pairs of words differ by their products alone.",
            _T5_FREE,
        ),
        Step("ALiBi's bias ignores the words", "The same.", _ALIBI_FREE),
        Step(
            "Shaw's does not",
            "The vector from the table meets the query: its part of the score is "
            "$\\boldsymbol q^\\top\\boldsymbol a$, another for each query.",
            _SHAW_SPLIT,
        ),
    ),
    altered=(
        Altered(
            "index: Shaw's table read at the key's position",
            EverySize(_shaw(n + t, "n+t"), _shaw(n, "n")),
        ),
        Altered(
            "sign: T5's bucket of the sum of the positions",
            PlaneIdentity(_t5(_C, n + m + 2 * t, "n+m+2t"), _t5(_C, n + m, "n+m")),
        ),
        Altered(
            "T5 is blind to order",
            PlaneIdentity(_t5(_C, n - m, "n-m"), _t5(_C, m - n, "m-n")),
        ),
        Altered(
            "ALiBi by keys is relative before softmax, too",
            PlaneIdentity(number(_C + _SLOPE * (n + t), "c + \\mu\\,(n+t)"), _BY_KEY),
        ),
        Altered(
            "Shaw's part of the score is the same for all queries",
            EverySize(_Q.T @ _entry(_HERE, _HERE_TEX), vector(u).T @ _entry(_HERE, _HERE_TEX)),
        ),
    ),
    meaning=(
        "All three look up something by how far the key is from the query, so a common shift "
        "changes nothing, as with RoPE. They differ in what they look up: a vector that meets "
        "the query, a learned number, or a straight line. The last two raise or lower all "
        "words at a distance alike, whatever they say; RoPE cannot be written as such a bias, "
        "because it turns with the words."
    ),
    not_implied=(
        ("positions-off-by-one", "An offset that all tokens share cancels."),
        ("positions-ignored", "A table with one entry for all distances is relative."),
        ("positions-rebased", "Counting both positions from another start cancels."),
    ),
    laws=("relative-position",),
    depends=("B2",),
)

"""G1: sinusoidal encodings turn from position to position; their products see no order."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    UNIT_FREQUENCY,
    blockwise,
    i,
    m,
    n,
    rotary,
    sum_over_pairs,
    t,
    theta_i,
    thetas,
)
from ropespec.spec.theorem import Altered, Formula, Quantified, Source, Step, Theorem


def encoding(position: Expr, tex: str | None = None) -> Term:
    r"""Write $\mathrm{PE}_p$, with the sine of a pair before its cosine (Vaswani §3.5)."""
    written = tex or sp.latex(position)
    angle = position * theta_i
    block = sp.ImmutableMatrix([sp.sin(angle), sp.cos(angle)])
    return Term(Kind.VECTOR, f"\\mathrm{{PE}}_{{{written}}}", block, pair=i)


def _cosine_first(position: Expr) -> Term:
    """The same encoding with the cosine of a pair before its sine."""
    angle = position * theta_i
    block = sp.ImmutableMatrix([sp.cos(angle), sp.sin(angle)])
    return Term(Kind.VECTOR, f"\\mathrm{{PE}}'_{{{sp.latex(position)}}}", block, pair=i)


def _claim(lhs: Term, rhs: Term) -> EverySize:
    """Claim an equality, with witnesses of frequency 1."""
    return EverySize(lhs, rhs, UNIT_FREQUENCY)


def _waves(function: type[sp.Function], distance: Expr, tex: str) -> Term:
    """Σ over pairs of a cosine or a sine."""
    return sum_over_pairs(function(distance * theta_i), f"{tex}\\theta_i")


_AHEAD, _BEHIND = encoding(m + t, "m+t"), encoding(m - t, "m-t")
_TURNED = _claim(_AHEAD, rotary(-t, "-t") @ encoding(m))
_PRODUCT = _claim(encoding(m).T @ encoding(n), _waves(sp.cos, m - n, "\\cos(m-n)"))
_EVEN = _claim(encoding(m).T @ _AHEAD, encoding(m).T @ _BEHIND)
_NORM = _claim(encoding(m).T @ encoding(m), sum_over_pairs(sp.Integer(1), "1"))
_QUARTERS = blockwise("\\boldsymbol J", [[0, -1], [1, 0]])

_FREQUENCIES = Quantified(
    "\\theta_i",
    "any real angular frequencies, one for each pair; $\\mathrm{PE}_m$ has the entries "
    "$\\sin m\\theta_i$ and $\\cos m\\theta_i$, for every even d",
    thetas,
)

G1 = Theorem(
    id="G1",
    title="Sinusoidal encodings turn with the position, and their products are blind to order",
    source=Source("Vaswani et al.", "1706.03762", "§3.5", checked=True),
    symbols=(ANGLE[m], ANGLE[n], ANGLE[t], _FREQUENCIES),
    statement=(_TURNED, _PRODUCT, _EVEN),
    proof=(
        Step(
            "the other order",
            "Put the cosine of each pair before its sine. The addition formulas say that "
            "moving on by t turns every pair by $t\\theta_i$, as RoPE does.",
            _claim(_cosine_first(m + t), rotary(t) @ _cosine_first(m)),
        ),
        Step(
            "a fixed rotation",
            "The paper puts the sine first, which exchanges the two axes of the plane and so "
            "the sense of rotation. The matrix $\\boldsymbol R_{-t}$ does not depend on m: "
            "this is the linear function that the paper speaks of.",
            _TURNED,
        ),
        Step(
            "the product",
            "In each pair $\\sin m\\theta_i\\sin n\\theta_i+\\cos m\\theta_i\\cos n\\theta_i"
            "=\\cos(m-n)\\theta_i$.",
            _PRODUCT,
        ),
        Step("its value at distance 0", "Every encoding has the squared length d/2.", _NORM),
        Step(
            "blind to order",
            "The cosine is even, so t positions ahead and t positions behind give one product.",
            _EVEN,
        ),
    ),
    altered=(
        Altered(
            "sign: turned the other way",
            _claim(_AHEAD, rotary(t) @ encoding(m)),
        ),
        Altered(
            "sine for cosine in the product",
            _claim(encoding(m).T @ encoding(n), _waves(sp.sin, m - n, "\\sin(m-n)")),
        ),
        Altered(
            "sign: a sum of positions",
            _claim(encoding(m).T @ encoding(n), _waves(sp.cos, m + n, "\\cos(m+n)")),
        ),
        Altered(
            "hypothesis dropped: blind to order with any matrix in between",
            _claim(
                encoding(m).T @ _QUARTERS @ _AHEAD,
                encoding(m).T @ _QUARTERS @ _BEHIND,
            ),
        ),
        Altered(
            "index: blind to the distance, too",
            _claim(encoding(m).T @ _AHEAD, encoding(m).T @ encoding(m)),
        ),
    ),
    meaning=(
        "The encoding of position p + k is that of p, turned by a rotation that only k "
        "determines: the same rotation as in RoPE. But sinusoids are added to the words. "
        "Compared with each other they tell how far apart two positions are and not which of "
        "them comes first; a learned matrix between them can bring the order back. RoPE "
        "multiplies the words by the rotation itself, so the order is never lost."
    ),
    not_implied=(
        ("added-not-rotated", "The encodings are added here by design; this is no RoPE."),
        ("wrong-base", "It holds for any frequencies."),
        ("frequency-order", "It holds for frequencies in any order."),
        ("positions-off-by-one", "An offset that all positions share cancels in the product."),
    ),
    laws=("relative-position",),
    depends=("A2", "B1"),
    formulas=(
        Formula("sinusoidal encoding", encoding(m)),
        Formula("product of two encodings", _PRODUCT.rhs),
    ),
)

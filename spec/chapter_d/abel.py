"""D1: Abel summation, for every length."""

import sympy as sp

from ropespec.spec.claims.order import EveryLength
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import i
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import LENGTH, length, total

H = sp.IndexedBase("h", complex=True)
S = sp.IndexedBase("S", complex=True)
_ZERO = sp.Integer(0)

PARTS = total(H[i] * (S[i + 1] - S[i]))
MOVED = -total(S[i + 1] * (H[i + 1] - H[i]))
ENDS = ((H[length], _ZERO), (S[_ZERO], _ZERO))
BOUNDARY = H[length] * S[length] - H[_ZERO] * S[_ZERO]

_LEFT_TEX = "\\sum_{i=0}^{N-1} h_i(S_{i+1}-S_i)"
_RIGHT_TEX = "-\\sum_{i=0}^{N-1} S_{i+1}(h_{i+1}-h_i)"
_GENERAL = EveryLength(
    PARTS, BOUNDARY + MOVED, length, f"{_LEFT_TEX} = h_NS_N - h_0S_0 {_RIGHT_TEX}"
)


def abel(ends: tuple[tuple[Expr, Expr], ...], says: str, moved: Expr = MOVED) -> EveryLength:
    """Claim Abel summation under some of the hypotheses."""
    tex = f"{_LEFT_TEX} = {_RIGHT_TEX}\\quad\\text{{for }} {says}"
    return EveryLength(PARTS, moved, length, tex, BOUNDARY, ends)


ABEL = abel(ENDS, "h_N = 0,\\; S_0 = 0")

D1 = Theorem(
    id="D1",
    title="Abel summation: differences move from one factor to the other",
    source=Source("RoFormer", "2104.09864", "Eq. (36)"),
    symbols=(
        LENGTH,
        Quantified("h_i", "any complex numbers with $h_N = 0$", H),
        Quantified("S_i", "any complex numbers with $S_0 = 0$", S),
    ),
    statement=(ABEL,),
    proof=(
        Step(
            "with the ends",
            "By induction over N. Without summands both sides are 0, since "
            "$h_0S_0-h_0S_0=0$. One summand more adds $h_N(S_{N+1}-S_N)$ on the left, and "
            "$h_{N+1}S_{N+1}-h_NS_N-S_{N+1}(h_{N+1}-h_N)$ on the right: the same.",
            _GENERAL,
        ),
        Step("without the ends", "By the hypotheses $h_NS_N$ and $h_0S_0$ are 0.", ABEL),
    ),
    altered=(
        Altered("hypothesis dropped: h does not end in 0", abel(ENDS[1:], "S_0 = 0")),
        Altered("hypothesis dropped: S does not begin with 0", abel(ENDS[:1], "h_N = 0")),
        Altered("sign", abel(ENDS, "h_N = 0,\\; S_0 = 0,\\text{ with a plus}", -MOVED)),
        Altered(
            "index: S_i instead of S_{i+1}",
            abel(
                ENDS,
                "h_N = 0,\\; S_0 = 0,\\text{ with } S_i",
                -total(S[i] * (H[i + 1] - H[i])),
            ),
        ),
    ),
    meaning=(
        "The summation by parts. In RoPE h_i is what pair i of the query and the key "
        "contributes, and S_i is the sum of the first i phases $e^{\\mathrm "
        "i\\delta\\theta_j}$: the score is a sum of the h against the steps of S, and becomes "
        "one of the S against the steps of h. The two ends are hypotheses; the paper sets them "
        "by definition."
    ),
    not_implied=(
        ("wrong-base", "It holds for any numbers, so for phases of any frequencies."),
        ("positions-ignored", "And for phases that do not depend on positions."),
    ),
    laws=("relative-position",),
    depends=("B3",),
)

"""D2: the bound of the score by sums of phases."""

import sympy as sp

from ropespec.spec.claims.order import EveryLength
from ropespec.spec.claims.together import Together
from ropespec.spec.claims.triangle import BoundedSum
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import i
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .abel import ABEL, ENDS, H, S, abel
from .symbols import LENGTH, length, total

_STEPS = sp.IndexedBase("c", nonnegative=True)
_SIZES = sp.IndexedBase("a", nonnegative=True)
_LARGEST = sp.Symbol("M", nonnegative=True)

_SUM_TEX = "\\Bigl|\\sum_{i=0}^{N-1} S_{i+1}(h_{i+1}-h_i)\\Bigr|"
_FACTORS = ((S[i + 1], _SIZES[i + 1]), (H[i + 1] - H[i], _STEPS[i]))
_AT_MOST = (_LARGEST - _STEPS[i],)
_HYPOTHESIS = "\\quad\\text{for } |h_{i+1}-h_i| \\le M"


def _bound(
    summand: Expr,
    tex: str,
    given: tuple[Expr, ...] = _AT_MOST,
    example: tuple[tuple[Expr, Expr], ...] = (),
) -> BoundedSum:
    certificate = None if example else (_LARGEST - _STEPS[i]) * _SIZES[i + 1]
    return BoundedSum(
        _FACTORS, summand, (i, length), f"{_SUM_TEX} \\le {tex}", given, certificate, example
    )


def _numbers(*lists: tuple[int, ...]) -> tuple[tuple[Expr, Expr], ...]:
    """An example: h_0 … h_N, S_0 … S_N, and the largest step."""
    h, s, (largest,) = lists
    count = len(h) - 1
    return (
        (length, sp.Integer(count)),
        *((H[j], sp.Integer(value)) for j, value in enumerate(h)),
        *((S[j], sp.Integer(value)) for j, value in enumerate(s)),
        *((_SIZES[j], sp.Integer(abs(value))) for j, value in enumerate(s)),
        *((_STEPS[j], sp.Integer(abs(h[j + 1] - h[j]))) for j in range(count)),
        (_LARGEST, sp.Integer(largest)),
    )


_TRIANGLE = _bound(_LARGEST * _SIZES[i + 1], "\\sum_{i=0}^{N-1} M\\,|S_{i+1}|" + _HYPOTHESIS)
_COMMON = EveryLength(
    total(_LARGEST * _SIZES[i + 1]),
    _LARGEST * total(_SIZES[i + 1]),
    length,
    "\\sum_{i=0}^{N-1} M\\,|S_{i+1}| = M\\sum_{i=0}^{N-1} |S_{i+1}|",
)
_BOUND = Together(
    (ABEL, _TRIANGLE, _COMMON),
    "\\Bigl|\\sum_{i=0}^{N-1} h_i(S_{i+1}-S_i)\\Bigr| \\le "
    "\\Bigl(\\max_i |h_{i+1}-h_i|\\Bigr)\\sum_{i=0}^{N-1} |S_{i+1}|"
    "\\quad\\text{for } h_N = 0,\\; S_0 = 0",
)

D2 = Theorem(
    id="D2",
    title="A score is at most the largest step of h times the sums of phases",
    source=Source("RoFormer", "2104.09864", "Eq. (37)"),
    symbols=(
        LENGTH,
        Quantified("h_i", "any complex numbers with $h_N = 0$", H),
        Quantified("S_i", "any complex numbers with $S_0 = 0$", S),
        Quantified("|S_i|", "their absolute values", _SIZES),
        Quantified("|h_{i+1}-h_i|", "absolute values of the steps", _STEPS),
        Quantified("M", "a number of at least 0, not below any step; the maximum", _LARGEST),
    ),
    statement=(_BOUND,),
    proof=(
        Step("move the differences", "D1.", ABEL),
        Step(
            "triangle inequality",
            "The absolute value of a sum is at most the sum of the absolute values, by "
            "induction over the summands; each is at most $M\\,|S_{i+1}|$, since "
            "$(M-|h_{i+1}-h_i|)\\,|S_{i+1}|$ is not negative.",
            _TRIANGLE,
        ),
        Step("the common factor", "M is the same in every summand.", _COMMON),
        Step(
            "together",
            "Put the three together, with the largest step for M. The sign of D1 does not "
            "change an absolute value.",
            _BOUND,
        ),
    ),
    altered=(
        Altered(
            "the smallest step instead of the largest",
            _bound(
                _LARGEST * _SIZES[i + 1],
                "m\\sum_{i=0}^{N-1}|S_{i+1}|\\quad\\text{for } m \\le |h_{i+1}-h_i|",
                (_STEPS[i] - _LARGEST,),
                _numbers((3, 1, 0), (0, 1, 1), (1,)),
            ),
        ),
        Altered(
            "index: S_i instead of S_{i+1}",
            _bound(
                _LARGEST * _SIZES[i],
                "M\\sum_{i=0}^{N-1}|S_i|" + _HYPOTHESIS,
                _AT_MOST,
                _numbers((1, 0), (0, 1), (1,)),
            ),
        ),
        Altered(
            "no absolute values of the sums",
            _bound(
                _LARGEST * S[i + 1],
                "M\\sum_{i=0}^{N-1}S_{i+1}" + _HYPOTHESIS,
                _AT_MOST,
                _numbers((1, 0, 0), (0, 1, -1), (1,)),
            ),
        ),
        Altered("hypothesis dropped: h does not end in 0", abel(ENDS[1:], "S_0 = 0")),
    ),
    meaning=(
        "The score is bounded by how much q and k change from pair to pair, times the sums of "
        "phases |S_i|, which depend on the distance alone. The paper plots the mean of |S_i| "
        "against the distance, sees it fall, and calls that decay. What is proved is the "
        "bound; that the bound falls is seen in the plot, and it does not fall steadily. Nor "
        "does a bound that falls make the scores fall (D4)."
    ),
    not_implied=(
        ("wrong-base", "It holds for phases of any frequencies."),
        ("positions-ignored", "Without positions it bounds the score all the same."),
        ("frequency-order", "It holds in any order of the pairs; only M depends on it."),
    ),
    laws=("relative-position",),
    depends=("B3", "D1"),
)

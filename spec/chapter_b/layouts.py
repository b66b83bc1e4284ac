"""B5: the half-split layout is the interleaved one after one permutation of channels."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import Differ, Rearranged, SameScores, UsesEveryChannelOnce
from ropespec.spec.kernel import Layout, PairMap
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.reindex import MEMBER, PAIR, PAIRS
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    k,
    m,
    n,
    q,
    real_vector,
    theta_i,
    thetas,
    x,
)
from ropespec.spec.theorem import Altered, Source, Step, Theorem

INTERLEAVED = Layout("the interleaved layout", 2 * PAIR + MEMBER)
HALF = Layout("the half-split layout", PAIR + PAIRS * MEMBER)
_Y = sp.IndexedBase("y", real=True)


def interleaved(vector: Any, position: Expr) -> PairMap:
    """RoPE on channels 2i and 2i+1 (RoFormer Eq. 34)."""
    c, s = sp.cos(position * theta_i), sp.sin(position * theta_i)
    first, second = vector[2 * PAIR], vector[2 * PAIR + 1]
    return PairMap(INTERLEAVED, vector, (first * c - second * s, second * c + first * s))


def half_split(vector: Any, position: Expr, sign: int = 1) -> PairMap:
    """RoPE on channels i and i + d/2, as x·cos + rotate_half(x)·sin."""
    c, s = sp.cos(position * theta_i), sign * sp.sin(position * theta_i)
    first, second = vector[PAIR], vector[PAIR + PAIRS]
    return PairMap(HALF, vector, (first * c - second * s, second * c + first * s))


def _swapped(vector: Any, position: Expr) -> PairMap:
    """The half-split form with the two members of each pair exchanged."""
    one = half_split(vector, position)
    return PairMap(HALF, vector, (one.outputs[1], one.outputs[0]))


_P_TEX = (
    "\\boldsymbol R^{\\text{half}}_m = \\boldsymbol P\\,\\boldsymbol R_m\\,\\boldsymbol P^\\top"
)
_SCORE_TEX = (
    "(\\boldsymbol R^{\\text{half}}_m\\boldsymbol P\\boldsymbol q)^\\top"
    "(\\boldsymbol R^{\\text{half}}_n\\boldsymbol P\\boldsymbol k)"
)
_OLD_SCORE_TEX = "(\\boldsymbol R_m\\boldsymbol q)^\\top(\\boldsymbol R_n\\boldsymbol k)"
_ONE_TEX = _SCORE_TEX.replace("\\boldsymbol P\\boldsymbol k", "\\boldsymbol k")

_CONJUGATED = Rearranged(half_split(_Y, m), interleaved(x, m), _P_TEX, UNIT_FREQUENCY)
_SCORES = SameScores(
    (half_split(_Y, m), half_split(_Y, n)),
    (interleaved(q, m), interleaved(k, n)),
    f"{_SCORE_TEX} = {_OLD_SCORE_TEX}",
    UNIT_FREQUENCY,
)

_D4 = {thetas[0]: sp.Integer(1), thetas[1]: sp.Rational(1, 100)}
"""The frequencies of d = 4 with base 10000."""

_QUERY = sp.ImmutableMatrix([0, 1, 0, 0])
_KEY = sp.ImmutableMatrix([0, 1, 0, 0])


def _matrix(form: PairMap, position: int) -> Any:
    """The explicit 4×4 matrix of a map at d = 4."""
    return form.matrix(2).xreplace({**_D4, m: sp.Integer(position)})


def _four(query: Any, key: Any) -> Expr:
    """The half-split score at d = 4 with the query at 1 and the key at 0."""
    form = half_split(_Y, m)
    return ((_matrix(form, 1) * query).T * (_matrix(form, 0) * key))[0, 0]


_OLD = ((_matrix(interleaved(_Y, m), 1) * _QUERY).T * _KEY)[0, 0]
_PERMUTATION = HALF.permutation_from(INTERLEAVED, 2)
_AT = "\\quad(d=4,\\,b=10000,\\,m=1,\\,n=0,\\,\\boldsymbol q=\\boldsymbol k=\\boldsymbol e_1)"
_ONLY_ONE = Differ(
    _four(_PERMUTATION * _QUERY, _KEY), _OLD, (), f"{_ONE_TEX} \\ne {_OLD_SCORE_TEX}{_AT}"
)

B5 = Theorem(
    id="B5",
    title="Half-split RoPE is interleaved RoPE after one permutation",
    source=Source("this project; the layouts of RoFormer Eq. (34) and of GPT-NeoX"),
    symbols=(ANGLE[m], ANGLE[n], FREQUENCIES, real_vector(q), real_vector(k)),
    statement=(_CONJUGATED, _SCORES, _ONLY_ONE),
    proof=(
        Step(
            "interleaved channels",
            "Member $a\\in\\{0,1\\}$ of pair $i$ stands in channel $2i+a$; division by 2 gives "
            "$i$ and $a$ back.",
            UsesEveryChannelOnce(INTERLEAVED, "(i, a) \\mapsto 2i + a \\ \\text{is bijective}"),
        ),
        Step(
            "half-split channels",
            "It stands in channel $i+a\\,d/2$; division by $d/2$ gives $a$ and $i$ back. So "
            "there "
            "is one permutation $\\boldsymbol P$ that moves channel $2i+a$ to $i+a\\,d/2$.",
            UsesEveryChannelOnce(HALF, "(i, a) \\mapsto i + a\\,d/2 \\ \\text{is bijective}"),
        ),
        Step(
            "the same pair, elsewhere",
            "Bring the channels to their interleaved places, rotate, bring them back: this is "
            "$\\boldsymbol x\\odot\\cos+\\operatorname{rotate\\_half}(\\boldsymbol "
            "x)\\odot\\sin$ "
            "with the sign on the first half.",
            _CONJUGATED,
        ),
        Step(
            "scores",
            "A score is a sum over all channels, so it may be taken in any order; "
            "$\\boldsymbol P^\\top\\boldsymbol P=\\boldsymbol I$. This is why a checkpoint is "
            "converted by permuting the rows of $\\boldsymbol W_q$ and of $\\boldsymbol W_k$.",
            _SCORES,
        ),
        Step(
            "both or none",
            "With the rows of $\\boldsymbol W_q$ permuted and those of $\\boldsymbol W_k$ "
            "left, "
            "the scores differ: in the example one is 0 and the other is $\\cos 1$.",
            _ONLY_ONE,
        ),
    ),
    altered=(
        Altered(
            "sign: the minus on the second half, which turns by -m",
            Rearranged(
                half_split(_Y, m, -1),
                interleaved(x, m),
                _P_TEX.replace("}_m", "}_{-m}", 1),
                UNIT_FREQUENCY,
            ),
        ),
        Altered(
            "the two halves exchanged in the output, by a permutation S",
            Rearranged(
                _swapped(_Y, m),
                interleaved(x, m),
                f"\\boldsymbol S\\,{_P_TEX}",
                UNIT_FREQUENCY,
            ),
        ),
        Altered(
            "index: channels i + 2a instead of i + a d/2",
            UsesEveryChannelOnce(
                Layout("i + 2a", PAIR + 2 * MEMBER),
                "(i, a) \\mapsto i + 2a \\ \\text{is bijective}",
            ),
        ),
        Altered(
            "swapped arguments: the key gets the query's position",
            SameScores(
                (half_split(_Y, m), half_split(_Y, m)),
                (interleaved(q, m), interleaved(k, n)),
                f"{_SCORE_TEX.replace('_n', '_m')} = {_OLD_SCORE_TEX}",
                UNIT_FREQUENCY,
            ),
        ),
        Altered(
            "the counterexample with both permuted, where the scores agree",
            Differ(
                _four(_PERMUTATION * _QUERY, _PERMUTATION * _KEY),
                _OLD,
                (),
                f"{_SCORE_TEX} \\ne {_OLD_SCORE_TEX}{_AT}",
            ),
        ),
    ),
    meaning=(
        "The two common layouts are the same map written in two orders of the channels. "
        "Weights "
        "trained in one run in the other once the rows of both projections are permuted; "
        "permuting "
        "one of them, or none, gives a model that runs and is wrong."
    ),
    not_implied=(
        ("wrong-pairing", "The two forms do not agree without the permutation."),
        (
            "not-permuted-back",
            "It does not say that an output in one order may be used in the other.",
        ),
        ("wrong-base", "It holds for any frequencies."),
    ),
    laws=("value",),
    depends=("B2", "B4"),
)

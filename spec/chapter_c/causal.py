"""C2: later tokens do not matter, and a rotated key is computed once."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.claims.sums import SumsAgree
from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.sums import VISIBLE
from ropespec.spec.notation import FREQUENCIES, UNIT_FREQUENCY, rotary
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .notation import (
    KAPPA,
    KEYS,
    PLACES,
    QUERIES,
    VALUES,
    column,
    example,
    kappa,
    keys,
    other_name,
    places,
    queries,
    row,
    score,
    score_name,
    softmax,
    softmax_tex,
    token,
    values,
)

_LATER = sp.Symbol("r", integer=True, nonnegative=True)
_SEEN = VISIBLE(row, column)
_S, _R = score_name(row, column), other_name(row, column)
_Z = sp.Function("z", real=True)(row, column)
_W = sp.IndexedBase("w", real=True)
_END = row + _LATER
_M, _N = places[row], places[column]
_DISTANCE = token(queries, row, "m").T @ rotary(_N - _M) @ token(keys, column, "n")

_MASKED_TEX = softmax_tex("s_{mn}", "m+r", mask=" V_{mn}")
_PREFIX_TEX = softmax_tex("s_{mn}", "m")
_CACHED_TEX = softmax_tex("\\boldsymbol q_m^\\top\\boldsymbol R_{p_n-p_m}\\boldsymbol k_n", "m")


def _replaced(old: Expr, new: Expr) -> Expr:
    """The old number for tokens up to m, a new one for those after."""
    return _SEEN * old + (1 - _SEEN) * new


def _other_future() -> Expr:
    """Masked attention with other scores and values after token m."""
    power = _SEEN * sp.exp(kappa * _replaced(_S, _Z))
    total = sp.Sum(power * _replaced(values[column], _W[column]), (column, 0, _END))
    return total / sp.Sum(power, (column, 0, _END))


_CUT = SumsAgree(
    softmax(_S, _END, _SEEN),
    softmax(_S, row),
    f"{_MASKED_TEX} = {_PREFIX_TEX},\\; V_{{mn}} = 1\\ (n \\le m),\\; 0\\ (n > m)",
)
_FUTURE = SumsAgree(
    _other_future(),
    softmax(_S, _END, _SEEN),
    "o_m\\bigl(s, v\\bigr) = o_m\\bigl(s', v'\\bigr)\\ \\text{if}\\ s'_{mn} = s_{mn},\\, "
    "v'_n = v_n\\ (n \\le m)",
)


def _kept_key(newest: Expr, tex: str) -> Term:
    """A key rotated by its distance from the newest token."""
    return rotary(_N - places[newest], tex) @ token(keys, column, "n")


_RELATIVE = EverySize(score(_M, _N), _DISTANCE, UNIT_FREQUENCY)
_DECODED = SumsAgree(
    softmax(_S, _END, _SEEN),
    softmax(_R, row),
    f"{_MASKED_TEX} = {_CACHED_TEX},\\; s_{{mn}} = {score(_M, _N).tex}",
    ((_S, score(_M, _N)), (_R, _DISTANCE)),
)
_NUMBERS = {_S.func(j, n): 0 for j in (0, 1) for n in (0, 1)}


C2 = Theorem(
    id="C2",
    title="Later tokens do not matter, and a rotated key is computed once",
    source=Source("this project; causal attention with RoFormer Eq. (16)"),
    symbols=(
        Quantified("m", "any token, $m \\ge 0$", row),
        Quantified("r", "any number of later tokens, $r \\ge 0$", _LATER),
        KAPPA,
        PLACES,
        QUERIES,
        KEYS,
        VALUES,
        FREQUENCIES,
    ),
    statement=(_CUT, _FUTURE, _DECODED),
    proof=(
        Step(
            "the mask cuts the sums",
            "A masked score is $-\\infty$, its exponential 0. What comes after token m adds "
            "nothing to the numerator and nothing to the denominator, however many tokens r "
            "follow.",
            _CUT,
        ),
        Step(
            "another future",
            "Let the tokens after m be others, with any scores $z_{mn}$ and values $w_n$. Both "
            "outputs are the one over the tokens $0,\\dots,m$.",
            _FUTURE,
        ),
        Step(
            "a rotated key is kept",
            "The key of token n is rotated by its own position. Neither m nor the number of "
            "tokens occurs in $\\boldsymbol R_{p_n}\\boldsymbol k_n$, so it may be kept; by B2 "
            "its score with any later query is the relative one.",
            _RELATIVE,
        ),
        Step(
            "step by step",
            "So row m of attention over all tokens at once is the attention of one new query "
            "to the m + 1 keys that were kept.",
            _DECODED,
        ),
    ),
    altered=(
        Altered(
            "hypothesis dropped: no mask",
            SumsAgree(
                softmax(_S, _END),
                softmax(_S, row),
                f"{softmax_tex('s_{mn}', 'm+r')} = {_PREFIX_TEX}",
                example=example({row: 0, _LATER: 1, **_NUMBERS}),
            ),
        ),
        Altered(
            "index: the mask hides the token itself as well",
            SumsAgree(
                softmax(_S, row - 1),
                softmax(_S, row),
                f"{softmax_tex('s_{mn}', 'm-1')} = {_PREFIX_TEX}",
                example=example(_NUMBERS),
            ),
        ),
        Altered(
            "every kept key was rotated to the position of the first token",
            SumsAgree(
                softmax(_S, row),
                softmax(_R, row),
                f"{_PREFIX_TEX} = {softmax_tex('r_{mn}', 'm')},\\; s_{{mn}} = "
                f"{score(_M, _N).tex},\\; r_{{mn}} = {score(_M, places[0]).tex}",
                ((_S, score(_M, _N)), (_R, score(_M, places[0]))),
                example=example(),
            ),
        ),
        Altered(
            "keys are kept rotated by their distance from the newest token",
            EverySize(_kept_key(row, "p_n-p_m"), _kept_key(row + 1, "p_n-p_{m+1}")),
        ),
    ),
    meaning=(
        "Under a causal mask the output at a token depends on that token and those before it, "
        "exactly, for texts of every length. RoPE does not disturb this: a key is rotated "
        "once, by its own position, and kept. This is why a cache of keys and values works, "
        "and why prefill, decoding token by token and any chunking in between give the same "
        "output."
    ),
    not_implied=(
        ("decode-position", "It takes the position of a new token as given, right or wrong."),
        ("stale-cache", "A table of cosines that outlives its frequencies is another matter."),
        ("wrong-base", "It holds for any frequencies."),
    ),
    laws=("single-token-decode", "per-row-positions"),
    depends=("B2",),
)

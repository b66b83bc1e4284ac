"""C1: a shift of all positions leaves softmax attention as it is."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.claims.sums import SumsAgree
from ropespec.spec.kernel import Term
from ropespec.spec.notation import FREQUENCIES, UNIT_FREQUENCY, t
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .notation import (
    COUNT,
    KAPPA,
    KEYS,
    PLACES,
    QUERIES,
    VALUES,
    column,
    example,
    kappa,
    other_name,
    over_tokens,
    places,
    row,
    score,
    score_name,
    softmax,
    softmax_tex,
    values,
)

_S, _R = score_name(row, column), other_name(row, column)
_M, _N = places[row], places[column]
_PLAIN = score(_M, _N)
_SHIFTED = score(_M + t, _N + t)
_NAMES = ((_R, _PLAIN), (_S, _SHIFTED))


_MOVED = "s'_{mn}"


def _attention(moved: Term, altered: bool = True) -> SumsAgree:
    """Claim that attention with other scores gives the same output."""
    return SumsAgree(
        softmax(_S),
        softmax(_R),
        f"{softmax_tex(_MOVED)} = {softmax_tex('s_{mn}')},\\; s'_{{mn}} = {moved.tex},\\; "
        f"s_{{mn}} = {_PLAIN.tex}",
        ((_R, _PLAIN), (_S, moved)),
        example=example({t: 1}) if altered else (),
    )


_SAME = _attention(_SHIFTED, altered=False)

C1 = Theorem(
    id="C1",
    title="A shift of all positions changes no output of softmax attention",
    source=Source("RoFormer", "2104.09864", "Eq. (2) with Eq. (16)"),
    symbols=(
        COUNT,
        KAPPA,
        PLACES,
        QUERIES,
        KEYS,
        VALUES,
        FREQUENCIES,
        Quantified("t", "any real number, a shift of positions", t),
    ),
    statement=(_SAME,),
    proof=(
        Step(
            "every score is kept",
            "By B7, for the query of any token m and the key of any token n.",
            EverySize(_SHIFTED, _PLAIN, UNIT_FREQUENCY),
        ),
        Step(
            "numerator",
            "So the summands agree token by token, and with them the sums, however many tokens "
            "there are.",
            SumsAgree(
                over_tokens(sp.exp(kappa * _S) * values[column]),
                over_tokens(sp.exp(kappa * _R) * values[column]),
                "\\sum_{n=0}^{N-1} e^{\\kappa\\,s'_{mn}}\\,v_n = "
                "\\sum_{n=0}^{N-1} e^{\\kappa\\,s_{mn}}\\,v_n",
                _NAMES,
            ),
        ),
        Step(
            "the output",
            "The denominator is the same sum without the value, positive because every summand "
            "is.",
            _SAME,
        ),
    ),
    altered=(
        Altered("only the queries are shifted", _attention(score(_M + t, _N))),
        Altered(
            "sign: queries and keys are shifted in opposite directions",
            _attention(score(_M + t, _N - t)),
        ),
        Altered(
            "positions are scaled instead of shifted",
            _attention(score(2 * _M, 2 * _N)),
        ),
        Altered(
            "swapped arguments: query and key exchange their positions",
            _attention(score(_N, _M)),
        ),
    ),
    meaning=(
        "A layer of softmax attention cannot tell where a text starts: counting from 0, from 1 "
        "or after padding gives the same output, exactly, for every number of tokens. Layers "
        "in between work on each token alone, so the same holds for a whole network."
    ),
    not_implied=(
        ("positions-off-by-one", "An offset that all tokens share is such a shift."),
        ("positions-rebased", "So is counting from another start for queries and keys alike."),
        ("positions-ignored", "Without positions nothing changes either."),
        ("wrong-base", "It holds for any frequencies."),
    ),
    laws=("relative-position",),
    depends=("B7",),
)

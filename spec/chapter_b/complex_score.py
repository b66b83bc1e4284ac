"""B3: the score as the real part of a sum over pairs."""

import sympy as sp

from ropespec.spec.claims import EqualSums, EverySize
from ropespec.spec.kernel import Term, real_part
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    d,
    i,
    k,
    m,
    n,
    pair_number,
    q,
    real_vector,
    rotary,
    sum_over_pairs,
    theta_i,
    vector,
)
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_SCORE = (rotary(m) @ vector(q)).T @ (rotary(n) @ vector(k))
_KEY, _CONJUGATE = pair_number(k), sp.conjugate(pair_number(k), evaluate=False)
_RANGE = (i, 0, d / 2 - 1)


def _sum(key: Expr, angle: Expr, tex: str) -> Term:
    """Σ over pairs of q_[i]·key·e^{i·angle·θ_i}."""
    return sum_over_pairs(pair_number(q) * key * sp.exp(sp.I * angle * theta_i), tex)


_TEX = "q_{[i]}\\,k_{[i]}^*\\,e^{\\mathrm i(m-n)\\theta_i}"
_COMPLEX = EverySize(_SCORE, real_part(_sum(_CONJUGATE, m - n, _TEX)), UNIT_FREQUENCY)
_SUMMAND = pair_number(q) * _CONJUGATE * sp.exp(sp.I * (m - n) * theta_i)
_TURNED = (
    pair_number(q)
    * sp.exp(sp.I * m * theta_i)
    * sp.conjugate(pair_number(k) * sp.exp(sp.I * n * theta_i), evaluate=False)
)

B3 = Theorem(
    id="B3",
    title="The score is the real part of a sum of turned products",
    source=Source("RoFormer", "2104.09864", "Eq. (12), (35)", checked=True),
    symbols=(ANGLE[m], ANGLE[n], FREQUENCIES, real_vector(q), real_vector(k)),
    statement=(_COMPLEX,),
    proof=(
        Step(
            "a sum over pairs",
            "Without positions the score is a sum over pairs; by A4 each pair contributes the "
            "real "
            "part of $q_{[i]}k_{[i]}^*$, where $q_{[i]}=q_{2i}+\\mathrm i\\,q_{2i+1}$.",
            EverySize(
                vector(q).T @ vector(k),
                real_part(_sum(_CONJUGATE, sp.Integer(0), "q_{[i]}\\,k_{[i]}^*")),
            ),
        ),
        Step(
            "turn each pair",
            "By A4 position m multiplies $q_{[i]}$ by $e^{\\mathrm im\\theta_i}$, and "
            "position n "
            "multiplies $k_{[i]}$ by $e^{\\mathrm in\\theta_i}$. The conjugate changes the "
            "sign of "
            "the key's phase, so the summands agree, and with them the sums.",
            EqualSums(
                sp.Sum(_TURNED, _RANGE),
                sp.Sum(_SUMMAND, _RANGE),
                "\\sum_{i=0}^{d/2-1} q_{[i]}e^{\\mathrm im\\theta_i}"
                "\\bigl(k_{[i]}e^{\\mathrm in\\theta_i}\\bigr)^* = "
                f"\\sum_{{i=0}}^{{d/2-1}} {_TEX}",
            ),
        ),
        Step("the score", "The real part of a sum is the sum of the real parts.", _COMPLEX),
    ),
    altered=(
        Altered(
            "conjugate dropped",
            EverySize(
                _SCORE,
                real_part(_sum(_KEY, m - n, _TEX.replace("^*", ""))),
                UNIT_FREQUENCY,
            ),
        ),
        Altered(
            "sign of the distance",
            EverySize(
                _SCORE,
                real_part(_sum(_CONJUGATE, n - m, _TEX.replace("m-n", "n-m"))),
                UNIT_FREQUENCY,
            ),
        ),
        Altered(
            "positions added",
            EverySize(
                _SCORE,
                real_part(_sum(_CONJUGATE, m + n, _TEX.replace("m-n", "m+n"))),
                UNIT_FREQUENCY,
            ),
        ),
        Altered(
            "real part dropped",
            EverySize(_SCORE, _sum(_CONJUGATE, m - n, _TEX), UNIT_FREQUENCY),
        ),
    ),
    meaning=(
        "Each pair of channels contributes a wave in the distance m - n: its frequency is θᵢ, "
        "its "
        "height and phase come from the two pairs. The score is the sum of these waves. This "
        "is "
        "the form in which decay with distance is studied."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies."),
        ("wrong-pairing", "It takes the pairs as given."),
        ("positions-off-by-one", "Only the distance enters."),
    ),
    laws=("value", "relative-position"),
    depends=("A4", "B2"),
    formulas=(Formula("score as a sum of waves", _COMPLEX.rhs),),
)

"""D4: decay is not a law."""

from dataclasses import replace

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.claims.bounds import AtMost
from ropespec.spec.claims.order import EverySizeAtMost
from ropespec.spec.claims.repeats import NeverRepeats
from ropespec.spec.kernel import Kind, Term, squared_norm
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    i,
    k,
    m,
    number,
    q,
    real_vector,
    rotary,
    sum_over_pairs,
    t,
    theta_i,
    thetas,
    vector,
)
from ropespec.spec.theorem import Altered, Formula, Quantified, Source, Step, Theorem

from .symbols import DISTANCE, delta

_RATIO = sp.Symbol("g", positive=True)
_Q, _K = vector(q), vector(k)
_QUERY_TEX = "(g\\,\\boldsymbol R_\\delta\\boldsymbol k)"
_CHOSEN = replace(rotary(delta) @ _K * _RATIO, tex=_QUERY_TEX)
_SIZE = k[2 * i] ** 2 + k[2 * i + 1] ** 2
_AT_ONE = ((thetas[0], sp.Integer(1)), (k[0], sp.Integer(1)), (_RATIO, sp.Integer(1)))


def _score(query: Term, distance: Expr) -> Term:
    """The score at a distance, by B2."""
    return query.T @ rotary(distance) @ _K


def _best(query: Term, other: Expr = t, best: Expr = delta) -> EverySizeAtMost:
    """The score at one distance is at most that at another."""
    half = (other - best) * theta_i / 2
    certificate = 2 * _RATIO * _SIZE * sp.sin(half) ** 2
    sides = (_score(query, other), _score(query, best))
    return EverySizeAtMost(*sides, certificate, _AT_ONE)


_NORM = EverySize(squared_norm(_CHOSEN), squared_norm(_K) * _RATIO**2, UNIT_FREQUENCY)
_WAVES = EverySize(
    _score(_CHOSEN, t),
    sum_over_pairs(
        _RATIO * _SIZE * sp.cos((t - delta) * theta_i),
        "g\\,\\lvert k_{[i]}\\rvert^2\\cos((t-\\delta)\\theta_i)",
    ),
    UNIT_FREQUENCY,
)
_PEAK = EverySize(_score(_CHOSEN, delta), squared_norm(_K) * _RATIO, UNIT_FREQUENCY)
_LARGEST = _best(_CHOSEN)

_A, _C = sp.symbols("a c", positive=True)
_B = sp.Symbol("p", real=True)
_GAP = _A**2 * _C - 2 * _A * _B**2 + _A * _B**2
_COMBINED = replace(_K * _A + _Q * (-_B), tex="(a\\boldsymbol k - p\\,\\boldsymbol q)")
_NOT_NEGATIVE = EverySizeAtMost(
    Term(Kind.SUM, "0", sp.Integer(0), pair=i),
    squared_norm(_COMBINED),
    sp.Add(*(entry**2 for entry in _COMBINED.block)),
)
_SQUARES = EverySize(
    squared_norm(_COMBINED),
    replace(
        squared_norm(_K) * _A**2 + (_Q.T @ _K) * (-2 * _A * _B) + squared_norm(_Q) * _B**2,
        tex="a^2\\lVert\\boldsymbol k\\rVert^2 - 2ap\\,\\boldsymbol q^\\top\\boldsymbol k "
        "+ p^2\\lVert\\boldsymbol q\\rVert^2",
    ),
    UNIT_FREQUENCY,
)
_FACTORED = PlaneIdentity(
    number(_GAP, "a^2c - 2ap\\cdot p + p^2a"), number(_A * (_A * _C - _B**2), "a\\,(ac - p^2)")
)


def _schwarz(largest: Expr, tex: str, certificate: Expr | None) -> AtMost:
    """p² ≤ |q|²|k|², from a²c - ap² ≥ 0."""
    return AtMost(
        _B**2,
        largest,
        f"p^2 \\le {tex}\\quad\\text{{with }} p = \\boldsymbol q^\\top\\boldsymbol k,\\; "
        "a = \\lVert\\boldsymbol q\\rVert^2,\\; c = \\lVert\\boldsymbol k\\rVert^2",
        certificate,
        (_A**2 * _C - _A * _B**2,),
    )


_SCHWARZ = _schwarz(_A * _C, "ac", (_A**2 * _C - _A * _B**2) / _A)
_REACHED = PlaneIdentity(
    number((_RATIO * _C) ** 2, "(g\\,c)^2"), number(_RATIO**2 * _C * _C, "(g^2c)\\,c")
)
_INTEGERS = NeverRepeats(
    sp.Integer(1),
    sp.symbols("t delta", integer=True),
    "R(t\\,\\theta_0) = R(\\delta\\,\\theta_0),\\; \\theta_0 = 1,\\; t, \\delta \\in \\mathbb "
    "Z \\implies t = \\delta",
)

D4 = Theorem(
    id="D4",
    title="Decay is no law: for every distance there are q and k that score best there",
    source=Source("Barbero et al., Round and Round We Go", "2410.06205", "Section 3"),
    symbols=(
        DISTANCE,
        ANGLE[t],
        FREQUENCIES,
        Quantified(
            "g",
            "any positive number: $\\boldsymbol q$ is to be g times as long as $\\boldsymbol "
            "k$",
            _RATIO,
        ),
        real_vector(k),
        real_vector(q),
        Quantified("a", "a squared norm, positive", _A),
        Quantified("c", "a squared norm, positive", _C),
        Quantified("p", "an inner product", _B),
    ),
    statement=(_NORM, _PEAK, _LARGEST, _SCHWARZ, _INTEGERS),
    proof=(
        Step(
            "the choice",
            "Take any $\\boldsymbol k$ of the wanted norm and "
            "$\\boldsymbol q = g\\,\\boldsymbol R_\\delta\\boldsymbol k$. By B1 its norm is g "
            "times that of $\\boldsymbol k$.",
            _NORM,
        ),
        Step(
            "its scores",
            "By B2 the score at distance t is $g\\,\\boldsymbol k^\\top"
            "\\boldsymbol R_{t-\\delta}\\boldsymbol k$: a sum of cosines with weights that are "
            "not negative.",
            _WAVES,
        ),
        Step("at δ", "All cosines are 1 there.", _PEAK),
        Step(
            "nowhere more",
            "$1-\\cos\\phi=2\\sin^2(\\phi/2)$, so the score at t misses that at δ by "
            "$2g\\sum_i\\lvert k_{[i]}\\rvert^2\\sin^2((t-\\delta)\\theta_i/2)$.",
            _LARGEST,
        ),
        Step(
            "a sum of squares",
            "For no vectors of these norms is any score larger. A squared norm is not "
            "negative.",
            _NOT_NEGATIVE,
        ),
        Step("expanded", "Multiply it out; a and p are numbers.", _SQUARES),
        Step(
            "put the norms in",
            "With $a=\\lVert\\boldsymbol q\\rVert^2$, $c=\\lVert\\boldsymbol k\\rVert^2$, "
            "$p=\\boldsymbol q^\\top\\boldsymbol k$ it is $a(ac-p^2)$.",
            _FACTORED,
        ),
        Step("Cauchy and Schwarz", "So $ac-p^2$ is not negative.", _SCHWARZ),
        Step("reached", "The chosen query reaches this limit at δ.", _REACHED),
        Step(
            "only there",
            "Among integers δ is the only place if the pair of frequency 1 is not empty, "
            "$k_{[0]}\\ne0$: by B6 another distance turns it by no whole number of turns "
            "(π is irrational; cited).",
            _INTEGERS,
        ),
    ),
    altered=(
        Altered(
            "the score of the chosen vectors is largest at 0",
            _best(_CHOSEN, delta, sp.Integer(0)),
        ),
        Altered(
            "sign: the query turned the other way",
            _best(
                replace(
                    rotary(-delta) @ _K * _RATIO,
                    tex="(g\\,\\boldsymbol R_{-\\delta}\\boldsymbol k)",
                )
            ),
        ),
        Altered(
            "the query is not turned", _best(replace(_K * _RATIO, tex="(g\\,\\boldsymbol k)"))
        ),
        Altered("any query", _best(_Q)),
        Altered("half of Cauchy and Schwarz", _schwarz(_A * _C / 2, "\\tfrac12 ac", None)),
        Altered(
            "hypothesis dropped: real distances",
            NeverRepeats(sp.Integer(1), (t, delta), _INTEGERS.tex.replace("Z", "R")),
        ),
    ),
    meaning=(
        "RoPE by itself prefers no distance. Whatever distance a head should attend to, there "
        "are queries and keys that match best exactly there, and there their score is as large "
        "as their norms allow. That scores of equal vectors fade with the distance (D3) is a "
        "fact about such vectors, not about attention."
    ),
    not_implied=(
        ("positions-reversed", "With the sign of all distances changed it holds as well."),
        ("wrong-base", "It holds for any frequencies, but for the last part."),
        ("scaling-ignored", "Scaled or not, there is a best distance of one's choice."),
    ),
    laws=("relative-position", "norm"),
    depends=("B1", "B2", "B6"),
    formulas=(Formula("score at the distance m", _Q.T @ rotary(m) @ _K),),
)

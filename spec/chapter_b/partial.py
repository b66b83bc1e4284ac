"""B12: partial rotation, where some channels pass through."""

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.claims.parts import EqualParts
from ropespec.spec.kernel.parts import Split
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    k,
    m,
    n,
    q,
    real_vector,
    rotary,
    t,
    vector,
)
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_CHANNEL = sp.Symbol("c", integer=True, nonnegative=True)
_PARTIAL = "\\boldsymbol P_{{{}}}"


def _whole(base: sp.IndexedBase) -> Split:
    """A vector whose first channels are pairs that turn; channel c is one that passes."""
    return Split(f"\\boldsymbol {base}", vector(base), base[_CHANNEL])


def _placed(base: sp.IndexedBase, position: Expr, factor: Expr = sp.S.One) -> Split:
    """P_m x, with a factor on what passes."""
    return _whole(base).turned(rotary(position), factor, _PARTIAL.format(sp.latex(position)))


def _score(query: Expr, key: Expr, factor: Expr = sp.S.One) -> Split:
    """The score of a query and a key."""
    return _placed(q, query, factor).dot(_placed(k, key, factor))


_TURNING = vector(q).T @ rotary(n - m, "n-m") @ vector(k)
_TURNING_TEX = (
    "\\boldsymbol q_{\\mathrm r}^\\top\\boldsymbol R_{n-m}\\boldsymbol k_{\\mathrm r}"
)
_PASSING_TEX = "\\boldsymbol q_{\\mathrm p}^\\top\\boldsymbol k_{\\mathrm p}"


def _split(turning: Expr, tex: str, passing: Expr = q[_CHANNEL] * k[_CHANNEL]) -> Split:
    """A number in two parts: the pairs at a distance, and what passes."""
    return Split(tex, vector(q).T @ rotary(turning) @ vector(k), passing)


_TWO = f"{_TURNING_TEX} + {_PASSING_TEX}"
_PASSES = EqualParts(
    _placed(q, m),
    Split("", rotary(m) @ vector(q), q[_CHANNEL]),
    UNIT_FREQUENCY,
    "\\boldsymbol P_m\\boldsymbol q = (\\boldsymbol R_m\\boldsymbol q_{\\mathrm r};\\, "
    "\\boldsymbol q_{\\mathrm p}),\\; \\boldsymbol P_m = \\operatorname{diag}(\\boldsymbol "
    "R_m, "
    "\\boldsymbol I)",
)
_SCORE = EqualParts(_score(m, n), _split(n - m, _TWO), UNIT_FREQUENCY)
_SHIFTED = EqualParts(_score(m + t, n + t), _score(m, n), UNIT_FREQUENCY)

B12 = Theorem(
    id="B12",
    title="Partial rotation: a relative part plus a part without positions",
    source=Source("this project; the partial rotation of GPT-J and GPT-NeoX"),
    symbols=(
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        FREQUENCIES,
        real_vector(q),
        real_vector(k),
    ),
    statement=(_PASSES, _SCORE, _SHIFTED),
    proof=(
        Step(
            "what passes",
            "Let r channels form pairs that turn, and let any number of others follow. The "
            "matrix is $\\boldsymbol R_m$ on the first and the identity on the others, so "
            "these "
            "come back as they are.",
            _PASSES,
        ),
        Step(
            "the part that turns",
            "By B2, used for the r channels alone.",
            EverySize(
                (rotary(m) @ vector(q)).T @ (rotary(n) @ vector(k)), _TURNING, UNIT_FREQUENCY
            ),
        ),
        Step(
            "the sum",
            "An inner product is the sum of those of the two parts; in the second no position "
            "occurs.",
            _SCORE,
        ),
        Step("shifts", "So a common shift changes neither part.", _SHIFTED),
    ),
    altered=(
        Altered(
            "the part that passes is left out",
            EqualParts(
                _score(m, n), _split(n - m, _TURNING_TEX, sp.Integer(0)), UNIT_FREQUENCY
            ),
        ),
        Altered(
            "sign of the distance",
            EqualParts(_score(m, n), _split(m - n, _TWO.replace("n-m", "m-n")), UNIT_FREQUENCY),
        ),
        Altered(
            "what passes is multiplied by the attention factor as well, here 2",
            EqualParts(_score(m, n, sp.Integer(2)), _split(n - m, _TWO), UNIT_FREQUENCY),
        ),
        Altered(
            "what passes is multiplied by the cosine of pair 0",
            EqualParts(
                _placed(q, m, sp.cos(m)),
                _PASSES.rhs,
                UNIT_FREQUENCY,
                "\\boldsymbol P_m\\boldsymbol q = (\\boldsymbol R_m\\boldsymbol q_{\\mathrm "
                "r};\\, "
                "\\cos m\\,\\boldsymbol q_{\\mathrm p})",
            ),
        ),
        Altered(
            "hypothesis dropped: only the query is shifted",
            EqualParts(_score(m + t, n), _score(m, n), UNIT_FREQUENCY),
        ),
    ),
    meaning=(
        "A head may rotate some of its channels and let the others pass. Its score is then the "
        "sum of a relative part and of a part that compares contents wherever the tokens "
        "stand; "
        "both are unchanged by a common shift. Channels outside the rotary width have to come "
        "back exactly as they were: nothing is computed on them."
    ),
    not_implied=(
        ("wrong-rotary-end", "Either end may turn; the theorem takes the split as given."),
        ("wrong-rotary-width", "It holds for every width."),
        ("exponent-uses-head-dim", "It holds for any frequencies, those of another width too."),
        ("wrong-base", "It holds for any frequencies."),
    ),
    laws=("pass-through", "relative-position"),
    depends=("B1", "B2"),
    formulas=(Formula("relative part of the score", _TURNING),),
)

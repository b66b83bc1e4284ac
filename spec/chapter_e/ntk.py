r"""E3: the NTK-aware base, fixed and dynamic, on logarithms.

$\theta'_i = b'^{-2i/d}$ with $b' = b\,s^{d/(d-2)}$ is said by its logarithm,
$-\frac{2i}{d}\bigl(\ln b + \frac{d}{d-2}\ln s\bigr)$; logarithms are equal when numbers are.
"""

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.bounds import AtMost
from ropespec.spec.claims.pieces import Continuous, Rising
from ropespec.spec.kernel.pieces import Pieces
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import i, number
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import ANY_FACTOR, factor

_LOG_B, _LOG_S = sp.symbols("beta sigma", real=True)
_P = sp.Symbol("p", integer=True, positive=True)
_D = 2 * _P + 2
_T = sp.Symbol("T", real=True)
_L = sp.Symbol("L", positive=True)
_LAST = _D / 2 - 1
_SCALED_TEX = "\\ln\\theta'_{%s}"


def _log(pair: Expr, power: Expr = _D / (_D - 2), log_s: Expr = _LOG_S) -> Expr:
    """The logarithm of θ'_i."""
    return -2 * pair / _D * (_LOG_B + power * log_s)


def _plain(pair: Expr) -> Expr:
    """The logarithm of θ_i."""
    return -2 * pair / _D * _LOG_B


def _claim(lhs: Expr, rhs: Expr, tex: tuple[str, str]) -> PlaneIdentity:
    return PlaneIdentity(number(lhs, tex[0]), number(rhs, tex[1]), (_D,))


def _last(power: Expr, exponent: str) -> PlaneIdentity:
    """θ'_{d/2-1} = θ_{d/2-1}/s with the base b·s^power."""
    return _claim(
        _log(_LAST, power),
        _plain(_LAST) - _LOG_S,
        (_SCALED_TEX % "d/2-1", f"\\ln\\theta_{{d/2-1}} - \\ln s\\quad(b' = b\\,{exponent})"),
    )


_FIRST = _claim(_log(sp.Integer(0)), sp.Integer(0), (_SCALED_TEX % "0", "0"))
_SLOWEST = _last(_D / (_D - 2), "s^{d/(d-2)}")
_EVERY = _claim(
    _log(i),
    _plain(i) - 2 * i / (_D - 2) * _LOG_S,
    (_SCALED_TEX % "i", "\\ln\\theta_i - \\tfrac{2i}{d-2}\\ln s"),
)
_SHARE = 2 * i / (_D - 2)
_BETWEEN = AtMost(
    _SHARE,
    sp.Integer(1),
    "0 \\le \\tfrac{2i}{d-2} \\le 1\\quad\\text{for } i \\le \\tfrac d2 - 1,\\; d > 2",
    (_D - 2 - 2 * i) / (_D - 2),
    (_D - 2 - 2 * i,),
)
_UNSCALED = _claim(
    _log(i, log_s=sp.Integer(0)), _plain(i), ("\\ln\\theta'_i\\Big|_{s=1}", "\\ln\\theta_i")
)

_GROWN = factor * _T / _L - (factor - 1)
_CASES = "\\alpha(T) = \\begin{cases}1 & T \\le L\\\\ %s & T > L\\end{cases}"
_GROWN_TEX = "\\tfrac{sT}{L} - (s-1)"


def _dynamic(grown: Expr, tex: str) -> Continuous:
    function = Pieces(_T, (sp.Integer(1), grown), (_L,))
    return Continuous(function, f"{_CASES % tex}\\;\\text{{ is continuous}}")


_JOINED = _dynamic(_GROWN, _GROWN_TEX)
_RISES = Rising(
    Pieces(_T, (sp.Integer(1), _GROWN), (_L,)),
    (None, factor / _L),
    f"{_CASES % _GROWN_TEX}\\;\\text{{ does not fall}}",
)

E3 = Theorem(
    id="E3",
    title="The NTK-aware base leaves the fastest pair alone and divides the slowest by s",
    source=Source("YaRN", "2309.00071", "Section 3.1"),
    symbols=(
        Quantified("d", "any even size above 2, $d = 2p+2$ with $p \\ge 1$", _P),
        Quantified("i", "a pair, $0 \\le i \\le d/2-1$", i),
        Quantified("\\ln b", "any real number: any positive base b", _LOG_B),
        Quantified("\\ln s", "any real number: any positive factor s", _LOG_S),
        ANY_FACTOR,
        Quantified("T", "any real number, the length of the text", _T),
        Quantified("L", "any positive trained length", _L),
    ),
    statement=(_FIRST, _SLOWEST, _EVERY, _BETWEEN, _UNSCALED, _JOINED, _RISES),
    proof=(
        Step(
            "every pair",
            "In $-\\frac{2i}{d}(\\ln b+\\frac{d}{d-2}\\ln s)$ the d cancels in the second "
            "part: pair i is divided by $s^{2i/(d-2)}$.",
            _EVERY,
        ),
        Step(
            "the fastest pair", "For $i=0$ the exponent is 0: $\\theta'_0=1=\\theta_0$.", _FIRST
        ),
        Step(
            "the slowest pair",
            "For $i=d/2-1$ the power $2i/(d-2)$ is 1: $\\theta'_{d/2-1}=\\theta_{d/2-1}/s$ "
            "exactly. This is what the odd exponent $d/(d-2)$ is for.",
            _SLOWEST,
        ),
        Step("between them", "The power grows from 0 to 1 and is never outside.", _BETWEEN),
        Step("no scaling", "With $s=1$ nothing changes.", _UNSCALED),
        Step(
            "dynamic, continuous",
            "The dynamic form puts $\\alpha(T)$ in place of s. Up to the trained length it is "
            "1, so the frequencies are the plain ones there; at $T=L$ the other piece is "
            "$s-(s-1)=1$. The frequencies $\\theta_i\\,\\alpha^{-2i/(d-2)}$ are continuous "
            "where α is.",
            _JOINED,
        ),
        Step("dynamic, rising", "Beyond L the slope is $s/L>0$.", _RISES),
    ),
    altered=(
        Altered("the exponent left out: base b·s", _last(sp.Integer(1), "s")),
        Altered("the exponent upside down", _last((_D - 2) / _D, "s^{(d-2)/d}")),
        Altered(
            "every pair is divided by s",
            _claim(_log(i), _plain(i) - _LOG_S, (_SCALED_TEX % "i", "\\ln\\theta_i - \\ln s")),
        ),
        Altered("dynamic without the last term", _dynamic(factor * _T / _L, "\\tfrac{sT}{L}")),
        Altered(
            "dynamic with the factor on the wrong term",
            _dynamic(_T / _L - (factor - 1), "\\tfrac{T}{L} - (s-1)"),
        ),
        Altered(
            "hypothesis dropped: a pair beyond the last",
            AtMost(
                _SHARE,
                sp.Integer(1),
                "\\tfrac{2i}{d-2} \\le 1\\quad\\text{for every } i",
            ),
        ),
    ),
    meaning=(
        "A larger base slows the slow pairs and hardly touches the fast ones. The exponent "
        "d/(d−2) is chosen so that the slowest pair is slowed by the factor s itself. The "
        "dynamic form lets s grow with the text and starts from 1, so nothing jumps when a "
        "text passes the trained length; but keys that were rotated with an older base do not "
        "follow (E6)."
    ),
    not_implied=(
        ("stale-cache", "Tables made for another length have another base."),
        ("depends-on-history", "Nothing here says that an object forgets a longer text."),
        ("wrong-base", "It holds for every base."),
    ),
    laws=("value",),
    depends=("E1",),
)

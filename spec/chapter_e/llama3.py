r"""E5: the bands of Llama-3 scaling, as functions of the turns $r = L\theta/2\pi$."""

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.pieces import Continuous, Rising
from ropespec.spec.kernel.pieces import Pieces
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import number
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

from .symbols import ANY_FACTOR, factor

_R = sp.Symbol("r", real=True)
_LOW, _WIDTH = sp.symbols("f w", positive=True)
_HIGH = _LOW + _WIDTH
_SHARE = (_R - _LOW) / _WIDTH
_ONE = sp.Integer(1)
_ZERO = sp.Integer(0)
_AT_LEAST_ONE = factor - 1

_CASES = (
    "g(r) = \\begin{cases}\\frac1s & r < f_{lo}\\\\ (1-\\mu)\\frac1s + \\mu & "
    "f_{lo} \\le r \\le f_{hi}\\\\ 1 & r > f_{hi}\\end{cases},\\; "
    "\\mu = \\frac{%s}{f_{hi}-f_{lo}}"
)
_MU = "r-f_{lo}"


def _bands(share: Expr, outer: Expr = _ONE) -> Pieces:
    """The factor of a frequency, times `outer`."""
    middle = (1 - share) / factor + share
    pieces = (1 / factor, middle, _ONE)
    return Pieces(_R, tuple(outer * piece for piece in pieces), (_LOW, _HIGH))


def _continuous(share: Expr, mu: str) -> Continuous:
    return Continuous(_bands(share), f"{_CASES % mu}\\;\\text{{ is continuous}}")


def _rising(given: tuple[Expr, ...], says: str) -> Rising:
    slope = _AT_LEAST_ONE / (factor * _WIDTH)
    tex = f"{_CASES % _MU}\\;\\text{{ does not fall{says}}}"
    return Rising(_bands(_SHARE), (_ZERO, slope, _ZERO), tex, given)


_JOINED = _continuous(_SHARE, _MU)
_RISES = _rising((_AT_LEAST_ONE,), " for } s \\ge 1 \\text{")
_BLEND = (_HIGH - _R) / (factor * _WIDTH) + (_R - _LOW) / _WIDTH
_FREQUENCY = Rising(
    _bands(_SHARE, _R),
    (1 / factor, _BLEND + _R * _AT_LEAST_ONE / (factor * _WIDTH), _ONE),
    "\\omega = \\tfrac{2\\pi}{L}\\,r\\,g(r)\\;\\text{ does not fall for } s \\ge 1,\\; r \\ge "
    "0",
    (_AT_LEAST_ONE, _R),
)


def _edge(place: Expr, value: Expr, tex: tuple[str, str]) -> PlaneIdentity:
    middle = ((1 - _SHARE) / factor + _SHARE).xreplace({_R: place})
    return PlaneIdentity(number(middle, tex[0]), number(value, tex[1]))


_LOWER = _edge(_LOW, 1 / factor, ("g(f_{lo})", "\\tfrac1s"))
_UPPER = _edge(_HIGH, _ONE, ("g(f_{hi})", "1"))
_NO_SCALING = PlaneIdentity(
    number(((1 - _SHARE) / factor + _SHARE).xreplace({factor: _ONE}), "g(r)\\Big|_{s=1}"),
    number(1),
)

E5 = Theorem(
    id="E5",
    title="The bands of Llama-3 scaling meet at both edges and keep the order of frequencies",
    source=Source("Meta, llama-models, apply_scaling"),
    symbols=(
        Quantified("r", "any real number: turns $L\\theta/2\\pi$ in the trained length", _R),
        Quantified("f_{lo}", "any positive number", _LOW),
        Quantified("w", "$f_{hi} - f_{lo}$, positive: $f_{hi} > f_{lo}$", _WIDTH),
        ANY_FACTOR,
    ),
    statement=(_LOWER, _UPPER, _JOINED, _RISES, _FREQUENCY, _NO_SCALING),
    proof=(
        Step("the lower edge", "At $r=f_{lo}$ the share μ is 0.", _LOWER),
        Step("the upper edge", "At $r=f_{hi}$ the share μ is 1.", _UPPER),
        Step(
            "continuous",
            "Below $f_{lo}$ a frequency is divided by s, above $f_{hi}$ it is left alone; the "
            "blend is $1/s$ and 1 where it meets them. With $f_{hi}>f_{lo}$ the blend is a "
            "polynomial in r.",
            _JOINED,
        ),
        Step(
            "the factor rises",
            "The slope of the blend is $(1-\\frac1s)/w$, not negative for $s\\ge1$. So the "
            "factor lies between $\\frac1s$ and 1.",
            _RISES,
        ),
        Step(
            "the frequency rises",
            "The new frequency is $\\theta\\,g(r)=\\frac{2\\pi}{L}\\,r\\,g(r)$. Its slope in "
            "the blend is $g(r) + r\\,g'(r)$, a sum of parts that are not negative: a faster "
            "pair stays at least as fast.",
            _FREQUENCY,
        ),
        Step("no scaling", "With $s=1$ every pair keeps its frequency.", _NO_SCALING),
    ),
    altered=(
        Altered(
            "hypothesis dropped: both edges at one place",
            Continuous(
                Pieces(_R, (1 / factor, _ONE), (_LOW,)),
                "f_{hi} = f_{lo}:\\quad g(r) = \\begin{cases}\\frac1s & r < f_{lo}\\\\ 1 & "
                "r > f_{lo}\\end{cases}\\;\\text{ is continuous}",
                ((factor, sp.Integer(2)),),
            ),
        ),
        Altered("swapped ends of the blend", _continuous((_HIGH - _R) / _WIDTH, "f_{hi}-r")),
        Altered("the share counted from 0", _continuous(_R / _WIDTH, "r")),
        Altered("hypothesis dropped: a factor below 1", _rising((), "")),
        Altered(
            "index: plain below and scaled above",
            Continuous(
                Pieces(_R, (_ONE, (1 - _SHARE) / factor + _SHARE, 1 / factor), (_LOW, _HIGH)),
                "\\text{the outer pieces exchanged: continuous}",
                ((factor, sp.Integer(2)),),
            ),
        ),
    ),
    meaning=(
        "Pairs that turn often in the trained length are left alone, pairs that turn less than "
        "f_lo times are slowed by s, and between the two there is a straight blend without a "
        "jump. The order of the pairs by speed is kept. With f_hi = f_lo, as Llama 4 Scout has "
        "it, there is no blend: the factor jumps from 1/s to 1, and a pair exactly at the edge "
        "has no value (the share is 0/0)."
    ),
    not_implied=(
        (
            "wrong-scaling-parameters",
            "Bands with other edges or another factor meet as well.",
        ),
        ("scaling-ignored", "With s = 1 it holds trivially."),
        ("nan-output", "It says nothing of f_hi = f_lo, where 0/0 may be computed."),
    ),
    laws=("value",),
    depends=("E1",),
    correction=(
        "As listed, the bands were continuous and monotone without conditions. They are "
        "continuous only when f_hi > f_lo: with f_hi = f_lo (Llama 4 Scout) and s = 2 the "
        "factor jumps from 1/2 to 1. They rise only when s is at least 1: with s = 1/2 the "
        "factor falls from 2 to 1."
    ),
)

"""H8: how far off a frequency is that is blended from two, as YaRN and Llama 3 do."""

import sympy as sp

from ropespec.spec.bounds import blend, ramp
from ropespec.spec.claims.bounds import Within
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.rounding import Hypotheses
from ropespec.spec.theorem import Altered, Quantified, Step, Theorem

from .symbols import OWN, bound_of, error, signed, size, unit

_SHARE, _REST = size("k"), size("c")
_WIDTH = sp.Symbol("w", positive=True)
_TOP_ERROR, _WIDTH_ERROR = size("e_1"), size("e_2")
_TOP, _BOTTOM, _DELTA = signed("a"), signed("b"), signed("delta")
_PLAIN, _SCALED = size("theta"), size("theta_s")
_ERROR, _SHARE_ERROR = size("epsilon"), size("kappa")
_MOVED, _FIRST, _SECOND = signed("h"), signed("phi_1"), signed("phi_2")
_USED = _REST * _PLAIN + _SHARE * _SCALED

_RAMP_TEX = r"\Bigl|\frac{(kw+a)(1+\delta)}{w+b} - k\Bigr| \le %s"
_BLEND_TEX = r"|\hat\omega - \omega| \le %s,\quad \omega = c\,\theta_i + k\,\theta'_i"


def _ramp(bound: Expr, tex: str) -> Within:
    """The share, computed as a quotient."""
    return Within(
        (_SHARE * _WIDTH + _TOP) * (1 + _DELTA) / (_WIDTH + _BOTTOM),
        _SHARE,
        ((_TOP, _TOP_ERROR), (_BOTTOM, _WIDTH_ERROR), (_DELTA, unit)),
        bound,
        _RAMP_TEX % tex,
        Hypotheses(positive=(_WIDTH - _WIDTH_ERROR,)),
    )


def _blend(bound: Expr, tex: str) -> Within:
    """The blended frequency."""
    return Within(
        (_REST - _MOVED) * _PLAIN * (1 + _FIRST) + (_SHARE + _MOVED) * _SCALED * (1 + _SECOND),
        _USED,
        ((_MOVED, _SHARE_ERROR), (_FIRST, _ERROR), (_SECOND, _ERROR)),
        bound,
        _BLEND_TEX % tex,
    )


_SHARES = _ramp(
    ramp(_SHARE, _WIDTH, _TOP_ERROR, _WIDTH_ERROR, unit),
    r"\frac{kwu + e_1(1+u) + ke_2}{w - e_2}\quad\text{for } e_2 < w",
)
_BLENDED = _blend(
    blend(_PLAIN, _SCALED, _USED, _ERROR, _SHARE_ERROR),
    r"\omega\varepsilon + (\theta_i + \theta'_i)\,\kappa\,(1+\varepsilon)",
)

H8 = Theorem(
    id="H8",
    title="How far off a blended frequency is",
    source=OWN,
    symbols=(
        Quantified("k", "the share, at least 0", _SHARE),
        Quantified("c", "the other share, $1-k$, at least 0", _REST),
        Quantified("w", "the width of the ramp, positive", _WIDTH),
        error("a", _TOP, "e_1"),
        error("b", _BOTTOM, "e_2"),
        error("\\delta", _DELTA, "u"),
        bound_of("u", unit),
        bound_of("e_1", _TOP_ERROR),
        bound_of("e_2", _WIDTH_ERROR),
        Quantified("\\theta_i, \\theta'_i", "two frequencies, at least 0", _PLAIN),
        bound_of("\\varepsilon", _ERROR),
        bound_of("\\kappa", _SHARE_ERROR),
    ),
    statement=(_SHARES, _BLENDED),
    proof=(
        Step(
            "the share",
            "The share is a quotient, the way along the ramp over its width. Numerator and "
            "denominator are off by a and b, and the quotient is rounded.",
            _SHARES,
        ),
        Step(
            "the blend",
            "An error of the share moves weight from one frequency to the other, so its sign "
            "is opposite in the two terms; the bound does without that. Each term has "
            "the relative error $\\varepsilon$ of its frequency (H1), of its weight, of the "
            "product and of the sum.",
            _BLENDED,
        ),
    ),
    altered=(
        Altered(
            "a denominator that is exact",
            _ramp(
                ramp(_SHARE, _WIDTH, _TOP_ERROR, sp.Integer(0), unit),
                r"\frac{kwu + e_1(1+u)}{w}",
            ),
        ),
        Altered(
            "the share's error left out",
            _blend(_USED * _ERROR, r"\omega\varepsilon"),
        ),
        Altered(
            "the share's error relative to the blend",
            _blend(_USED * (_ERROR + _SHARE_ERROR), r"\omega(\varepsilon+\kappa)"),
        ),
    ),
    meaning=(
        "Between its two ends a ramp is a quotient that is rounded like any other. Its error "
        "is relative to the larger of the two frequencies, which can be far above the blend: "
        "for a scaling by 40 an honest implementation may be off by 40 times as many units "
        "there as on either side, where the share is cut off at 0 or 1 exactly."
    ),
    not_implied=(
        ("wrong-scaling-parameters", "It takes the ends of the ramp as they were given."),
        ("scaling-inverted", "It takes the two frequencies as they were given."),
    ),
    laws=("value",),
    depends=("H1",),
)

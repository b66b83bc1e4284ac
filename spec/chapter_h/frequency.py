"""H1: how far off a frequency is that was computed by a power or an exponential."""

import sympy as sp

from ropespec.spec.bounds import frequency, gamma
from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.bounds import (
    AtMost,
    EveryProduct,
    ExponentialWithin,
    NonnegativeFrom,
    Within,
)
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.rounding import Hypotheses
from ropespec.spec.notation import b, d, i, number
from ropespec.spec.theorem import Altered, Quantified, Step, Theorem

from .symbols import (
    COUNT,
    HIGHAM,
    UNIT,
    bound_of,
    count,
    error,
    expm1,
    further,
    signed,
    size,
    unit,
)

_E, _G = size("E"), size("g")
_F = gamma(count, unit)
_EPSILON, _KAPPA, _PHI, _T = (signed(name) for name in ("epsilon", "kappa", "phi", "t"))
_SPACING, _S = size("B"), size("s")
_LOG = 2 * i / d * sp.log(b)

_PRODUCT_TEX = (
    r"\Bigl|\prod_{j=1}^{n}(1+\delta_j)^{\pm1} - 1\Bigr| \le %s"
    r"\quad\text{for } |\delta_j| \le u,\; nu < 1"
)
_PRODUCT = EveryProduct(
    gamma(count, unit), count, unit, _PRODUCT_TEX % r"\gamma_n(u) = \frac{nu}{1-nu}"
)
_ROOM = (
    1 - count * unit,
    1 - further * unit,
    1 - (count + further) * unit,
    1 - count * unit - further * unit,
)


def _stated(quotient: bool) -> Within:
    """One function value, accurate to k units, above or below: γ_n grows to γ_(n+k)."""
    so_far, factor = 1 + _PHI, 1 + _KAPPA
    computed = so_far / factor if quotient else so_far * factor
    written = r"\frac{1+\varphi}{1+\kappa}" if quotient else r"(1+\varphi)(1+\kappa)"
    return Within(
        computed,
        sp.Integer(1),
        ((_PHI, gamma(count, unit)), (_KAPPA, further * unit)),
        gamma(count + further, unit),
        rf"\Bigl|{written} - 1\Bigr| \le \gamma_{{n+k}}(u)"
        r"\quad\text{for } |\varphi| \le \gamma_n(u),\; |\kappa| \le ku",
        Hypotheses(positive=_ROOM),
    )


def _amplified(bound: Expr, tex: str) -> ExponentialWithin:
    """The exponential of the exponent's error."""
    return ExponentialWithin(
        _E * _G,
        bound,
        rf"|e^{{-E\varepsilon}} - 1| \le {tex}\quad\text{{for }} |\varepsilon| \le g",
    )


def _frequency(bound: Expr, tex: str) -> Within:
    """The relative error of the frequency."""
    return Within(
        (1 + _EPSILON) * (1 + _PHI),
        sp.Integer(1),
        ((_EPSILON, expm1(_E * _G)), (_PHI, _F)),
        bound,
        rf"\Bigl|\frac{{\hat\theta_i}}{{\theta_i}} - 1\Bigr| \le {tex}",
        Hypotheses(positive=(1 - count * unit,)),
    )


_AMPLIFIED = _amplified(expm1(_E * _G), "e^{Eg} - 1")
_FREQUENCY = _frequency(
    frequency(_E, _G, _F, expm1), r"(e^{Eg}-1) + \gamma_n(u) + (e^{Eg}-1)\gamma_n(u)"
)


def _flattened(steps: Expr, sign: str, domain: str) -> NonnegativeFrom:
    """e^-1 - E·e^-E for an exponent that is so many steps from 1."""
    return NonnegativeFrom(
        sp.exp(-1) - steps * sp.exp(-steps),
        _T,
        1,
        _T * sp.exp(-steps),
        rf"\theta_i\ln\frac1{{\theta_i}} = E\,e^{{-E}} \le \frac1e"
        rf"\quad\text{{for }} E = 1 {sign} t,\; {domain}",
        sp.Integer(0),
    )


_SLOWER = _flattened(1 + _T, "+", "t \\ge 0")
_FASTER = _flattened(1 - _T, "-", "t \\ge 0")

H1 = Theorem(
    id="H1",
    title="How far off a computed frequency is",
    source=HIGHAM,
    symbols=(
        UNIT,
        COUNT,
        Quantified(
            "k",
            "an accuracy in units u, at least 0: 2 for each unit in the last place",
            further,
        ),
        Quantified("b", "any positive base", b),
        Quantified("d", "any even positive size", d),
        Quantified("i", "a pair, $0 \\le i < d/2$", i),
        Quantified("E", "$\\ln(1/\\theta_i) = \\frac{2i}{d}\\ln b$, at least 0", _E),
        error("\\varepsilon", _EPSILON, "g"),
        bound_of("g", _G),
    ),
    statement=(_PRODUCT, _AMPLIFIED, _FREQUENCY, _SLOWER, _FASTER),
    proof=(
        Step(
            "count roundings",
            "Every rounding multiplies or divides by a factor $1+\\delta$. By induction over "
            "the number of factors n their product is within $\\gamma_n(u)$ of 1: one factor "
            "more takes $\\gamma_n$ to at most $\\gamma_{n+1}$, above the line or below it.",
            _PRODUCT,
        ),
        Step(
            "units in the last place",
            "A number in the binade that begins at B is $B(1+s)$, $s \\ge 0$; a unit in its "
            "last place is $2uB$, so at most $2u$ of the number. A function that is accurate "
            "to a units in the last place is off by a factor $1+\\kappa$ with "
            "$|\\kappa| \\le 2au$.",
            AtMost(
                2 * unit * _SPACING,
                2 * unit * _SPACING * (1 + _S),
                r"2uB \le 2u\cdot B(1+s)",
            ),
        ),
        Step(
            "a function value above",
            "Such a factor counts as $k = 2a$ roundings.",
            _stated(quotient=False),
        ),
        Step(
            "a function value below",
            "It counts as many where it divides, as in $1/\\operatorname{pow}(b, 2i/d)$.",
            _stated(quotient=True),
        ),
        Step(
            "the exponent",
            "Roundings of $2i/d$, of $\\ln b$ and of their product make the exponent "
            "$E(1+\\varepsilon)$. The factor $e^{-E\\varepsilon}$ is what this does to the "
            "frequency, by a power and by an exponential alike.",
            PlaneIdentity(
                number(
                    b ** (-2 * i / d * (1 + _EPSILON)), "b^{-\\frac{2i}{d}(1+\\varepsilon)}"
                ),
                number(
                    sp.exp(-_LOG) * sp.exp(-_LOG * _EPSILON),
                    "e^{-E}\\,e^{-E\\varepsilon},\\quad E = \\tfrac{2i}{d}\\ln b",
                ),
            ),
        ),
        Step(
            "its size",
            "A relative error of the exponent counts E times.",
            Within(
                -_E * _EPSILON,
                sp.Integer(0),
                ((_EPSILON, _G),),
                _E * _G,
                r"|E\varepsilon| \le Eg",
            ),
        ),
        Step(
            "through the exponential",
            "The exponential grows, and faster upwards than downwards, so its largest "
            "deviation is at the upper end.",
            _AMPLIFIED,
        ),
        Step(
            "the frequency",
            "So $\\hat\\theta_i/\\theta_i$ is a factor within $e^{Eg}-1$ of 1 times one within "
            "$\\gamma_n(u)$ of 1, from what is rounded after the exponent.",
            _FREQUENCY,
        ),
        Step(
            "in plain terms",
            "While $x = Eg$ is at most 1/2, $e^x - 1$ is x and little more. The second "
            "derivative of the difference, $2 - e^x$, is positive there by rational interval "
            "arithmetic.",
            NonnegativeFrom(
                _T + _T**2 - expm1(_T),
                _T,
                2,
                None,
                r"e^x - 1 \le x + x^2\quad\text{for } 0 \le x \le \tfrac12",
                sp.Integer(0),
                sp.Rational(1, 2),
            ),
        ),
        Step(
            "the worst pair, from the slow side",
            "An angle $m\\theta_i$ is moved by the exponent's errors by about "
            "$|m|\\theta_i E g$. For $E = 1+t$ the difference $e^{-1}-Ee^{-E}$ is 0 at $t=0$ "
            "and has the slope $te^{-E}$.",
            _SLOWER,
        ),
        Step(
            "the worst pair, from the fast side",
            "For $E = 1-t$ the slope is $te^{-E}$ again. So no angle is moved by more than "
            "about $|m|g/e$: the slow pairs, whose exponents are largest, turn too little to "
            "suffer.",
            _FASTER,
        ),
    ),
    altered=(
        Altered(
            "first order only: n roundings are off by nu",
            EveryProduct(count * unit, count, unit, _PRODUCT_TEX % "nu"),
        ),
        Altered(
            "one unit for one unit in the last place",
            AtMost(
                2 * unit * _SPACING,
                unit * _SPACING * (1 + _S),
                r"2uB \le u\cdot B(1+s)",
            ),
        ),
        Altered("the exponent's error is not amplified", _amplified(_G, "g")),
        Altered("first order only: amplified by E", _amplified(_E * _G, "Eg")),
        Altered(
            "errors of factors only added",
            _frequency(expm1(_E * _G) + _F, r"(e^{Eg}-1) + \gamma_n(u)"),
        ),
        Altered(
            "a smaller maximum",
            AtMost(_E * sp.exp(-_E), sp.Rational(1, 3), r"E\,e^{-E} \le \tfrac13"),
        ),
    ),
    meaning=(
        "A frequency that is computed in a format is off by a few units, and by ln(1/θ) units "
        "more for each rounding of its exponent. The amplification is largest for the slowest "
        "pairs, but they turn so slowly that in the angle it is worst in the middle, where "
        "θ = 1/e. A function that is stated to be accurate to a units in the last place counts "
        "as 2a roundings."
    ),
    not_implied=(
        (
            "low-precision-frequencies",
            "Frequencies of bfloat16 obey it too, with the large u of bfloat16.",
        ),
        ("wrong-base", "It compares with the frequency of the base that was used."),
        ("wrong-exponent", "It takes the exponent as given and counts its roundings alone."),
    ),
    laws=("value",),
)

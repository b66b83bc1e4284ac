"""B6: integer positions never repeat, although each pair does."""

import sympy as sp

from ropespec.spec.claims import DistinctRotations, EverySize, OnlyZero, PlaneIdentity
from ropespec.spec.notation import (
    FREQUENCY,
    UNIT_FREQUENCY,
    R,
    b,
    d,
    i,
    m,
    n,
    number,
    rotary,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_M, _N = sp.symbols("m n", integer=True)
_SPEED = sp.Symbol("theta_i", real=True, nonzero=True)
_WAVELENGTH = number(2 * sp.pi * b ** (2 * i / d), "2\\pi\\,b^{2i/d}")
_DISTINCT_TEX = (
    "\\boldsymbol R_m = \\boldsymbol R_n,\\; m, n \\in \\mathbb Z,\\; "
    "\\theta_i = b^{-2i/d} \\implies m = n"
)
_DISTINCT = DistinctRotations(FREQUENCY, i, 0, (_M, _N), _DISTINCT_TEX)


def _repeats(period: sp.Expr, tex: str) -> PlaneIdentity:
    """R((m + period)·θ_i) = R(m·θ_i)."""
    angle = sp.expand((m + period) * _SPEED)
    return PlaneIdentity(R(angle, f"(m + {tex})\\theta_i"), R(m * _SPEED, "m\\theta_i"))


_PERIODIC = _repeats(2 * sp.pi / _SPEED, "2\\pi/\\theta_i")
_LENGTH = PlaneIdentity(number(2 * sp.pi / FREQUENCY, "\\frac{2\\pi}{b^{-2i/d}}"), _WAVELENGTH)

B6 = Theorem(
    id="B6",
    title="No two integer positions have the same rotary matrix, though every pair repeats",
    source=Source("this project; frequencies of RoFormer Eq. (15)"),
    symbols=(
        Quantified("m, n", "any integers (first part)", _M),
        Quantified("m", "any real number (second part)", m),
        Quantified("b", "any positive base", b),
        Quantified("d", "any even positive size", d),
        Quantified("i", "a pair, $0 \\le i < d/2$", i),
        Quantified("\\theta_i", "$b^{-2i/d}$, never zero", _SPEED),
    ),
    statement=(_DISTINCT, _PERIODIC, _LENGTH),
    proof=(
        Step(
            "bring to one side",
            "By B1, $\\boldsymbol R_m=\\boldsymbol R_n$ says that $\\boldsymbol R_{m-n}$ is "
            "the "
            "identity.",
            EverySize(rotary(n).T @ rotary(m), rotary(m - n, "m-n"), UNIT_FREQUENCY),
        ),
        Step(
            "the first pair",
            "Pair 0 has the frequency 1 whatever the base and the size are, so "
            "$\\boldsymbol R(m-n)=\\boldsymbol I$.",
            PlaneIdentity(
                number(FREQUENCY.xreplace({i: sp.Integer(0)}), "b^{-2\\cdot 0/d}"), number(1)
            ),
        ),
        Step(
            "π is irrational",
            "The cosine is 1 and the sine 0 at the whole turns only: $m-n=2\\pi k$ with an "
            "integer "
            "k. If k were not 0, π would be the rational number $(m-n)/2k$. That π is "
            "irrational "
            "is cited, not proved here.",
            OnlyZero(2 * sp.pi),
        ),
        Step("so m = n", "Then $k=0$ and $m-n=0$.", _DISTINCT),
        Step(
            "each pair repeats",
            "Moving by $2\\pi/\\theta_i$ adds a whole turn to the angle of pair $i$.",
            _PERIODIC,
        ),
        Step("its wavelength", "Put in $\\theta_i=b^{-2i/d}$.", _LENGTH),
    ),
    altered=(
        Altered(
            "hypothesis dropped: real positions",
            DistinctRotations(
                FREQUENCY, i, 0, (m, n), _DISTINCT_TEX.replace("\\mathbb Z", "\\mathbb R")
            ),
        ),
        Altered(
            "hypothesis dropped: any frequency, such as 2π",
            DistinctRotations(
                2 * sp.pi * FREQUENCY, i, 0, (_M, _N), _DISTINCT_TEX.replace("b^", "2\\pi b^")
            ),
        ),
        Altered("half the wavelength", _repeats(sp.pi / _SPEED, "\\pi/\\theta_i")),
        Altered("one wavelength for every pair", _repeats(2 * sp.pi, "2\\pi")),
        Altered(
            "sign of the exponent",
            PlaneIdentity(_LENGTH.lhs, number(2 * sp.pi * FREQUENCY, "2\\pi\\,b^{-2i/d}")),
        ),
        Altered("a rational ratio instead of 2π", OnlyZero(sp.Integer(6))),
    ),
    meaning=(
        "Read exactly, RoPE tells all integer positions apart: the fastest pair never comes "
        "back "
        "to the same angle at two whole numbers. Each pair alone is a clock hand that comes "
        "round "
        "every 2π·b^(2i/d) positions; many of the slow ones complete no turn within a model's "
        "context."
    ),
    not_implied=(
        (
            "low-precision-positions",
            "Rounded positions do coincide; the theorem is about exact ones.",
        ),
        (
            "table-wraps",
            "Positions that are wrapped to a table's length repeat by construction.",
        ),
        ("table-clamps", "So do positions that are clamped to it."),
        ("wrong-base", "It holds for every positive base."),
    ),
    laws=("value",),
    depends=("B1",),
)

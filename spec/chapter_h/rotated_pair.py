r"""H3: how far off a rotated pair is, from its angle to the rounding of the output.

Pair (x, y) turned by φ, with tables that hold $c = A\cos\hat\varphi$ and $A\sin\hat\varphi$
for a computed angle. Each table entry, product and sum is rounded, and may underflow. Only
the first component is written; the second is the first one of the pair (y, -x). The products
of x with the cosine and of -y with the sine are called a and b.
"""

import sympy as sp

from ropespec.spec.bounds import component, joined, underflow
from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.bounds import AtMost, NonnegativeFrom, Within
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.kernel.rounding import Hypotheses
from ropespec.spec.notation import alpha, beta, number
from ropespec.spec.theorem import Altered, Quantified, Step, Theorem

from .symbols import OWN, amplitude, norm, signed, size, smallest

_X, _Y, _C, _S = (signed(name) for name in ("x", "y", "c", "s"))
_T = signed("t")
_XC, _YS = signed("a"), signed("b")
_TABLES, _PRODUCTS, _SUM, _ANGLE = (size(name) for name in ("u_t", "u_p", "u_s", "Delta"))
_ERRORS = (_TABLES, _PRODUCTS, _SUM)
_XC_SIZE, _YS_SIZE, _X_SIZE, _Y_SIZE = (size(name) for name in ("a_1", "b_1", "x_1", "y_1"))
_TAU, _TAU2, _MU, _MU2, _SIGMA = (
    signed(name) for name in ("tau_1", "tau_2", "mu_1", "mu_2", "sigma")
)
_LOST = sp.symbols("eta_1:6", real=True)
_HALF = smallest / 2

_SIZES = (
    (_XC, _XC_SIZE),
    (_YS, _YS_SIZE),
    (_X, _X_SIZE),
    (_Y, _Y_SIZE),
    (_TAU, _TABLES),
    (_TAU2, _TABLES),
    (_MU, _PRODUCTS),
    (_MU2, _PRODUCTS),
    (_SIGMA, _SUM),
    *((lost, _HALF) for lost in _LOST),
)
_FIRST = amplitude * norm - _XC_SIZE - _YS_SIZE
_SECOND = 3 * norm / 2 - _X_SIZE - _Y_SIZE
_ROUNDED = amplitude * norm * joined(*_ERRORS)
_COMPUTED = (
    (_XC * (1 + _TAU) + _X * _LOST[0]) * (1 + _MU)
    + _LOST[2]
    + (_YS * (1 + _TAU2) + _Y * _LOST[1]) * (1 + _MU2)
    + _LOST[3]
) * (1 + _SIGMA) + _LOST[4]

_WITNESS = tuple(
    (symbol, sp.Rational(*value))
    for symbol, value in (
        (norm, (2, 1)),
        (amplitude, (1, 1)),
        (_XC_SIZE, (1, 1)),
        (_YS_SIZE, (1, 1)),
        (_X_SIZE, (1, 1)),
        (_Y_SIZE, (1, 1)),
        (_TABLES, (1, 4)),
        (_PRODUCTS, (1, 4)),
        (_SUM, (1, 4)),
        (smallest, (1, 2)),
    )
)
_HAT = r"\hat\varphi"
_ROUND_TEX = r"Ar\bigl((1+u_t)(1+u_p)(1+u_s) - 1\bigr)"
_LOST_TEX = r"\tfrac s2\Bigl(\bigl(\tfrac32 r(1+u_p) + 2\bigr)(1+u_s) + 1\Bigr)"


def _rounded(bound: Expr, tex: str) -> Within:
    """What the roundings and underflow do, with the angle as it is."""
    parts = _FIRST * joined(*_ERRORS), _SECOND * _HALF * (1 + _PRODUCTS) * (1 + _SUM)
    return Within(
        _COMPUTED,
        _XC + _YS,
        _SIZES,
        bound,
        rf"|\hat y_0 - A(x\cos{_HAT} - y\sin{_HAT})| \le {tex}",
        Hypotheses((_FIRST, _SECOND), (), sum(parts), _WITNESS),
    )


def _lagrange(bound: Expr, certificate: Expr, tex: str) -> AtMost:
    """The two products of a component, compared with the norm."""
    return AtMost(
        (_X_SIZE * _C + _Y_SIZE * _S) ** 2,
        bound,
        rf"(|x||c| + |y||s|)^2 \le {tex}",
        certificate=certificate,
    )


_DIFFERENCES = sp.cos(alpha) - sp.cos(beta), sp.sin(alpha) - sp.sin(beta)
_CHORD = sp.sin((alpha - beta) / 2)
_ARC, _ROUNDING = signed("e"), signed("f")
_TOTAL = Within(
    _ARC + _ROUNDING,
    sp.Integer(0),
    (
        (_ARC, amplitude * norm * _ANGLE),
        (_ROUNDING, _ROUNDED + underflow(norm, _ERRORS, smallest)),
    ),
    component(norm, _ANGLE, _ERRORS, smallest, amplitude),
    rf"|\hat y_0 - A(x\cos\varphi - y\sin\varphi)| \le Ar\Delta + {_ROUND_TEX} + {_LOST_TEX}",
)
_ROUNDINGS = _rounded(
    _ROUNDED + underflow(norm, _ERRORS, smallest), f"{_ROUND_TEX} + {_LOST_TEX}"
)

H3 = Theorem(
    id="H3",
    title="How far off a component of a rotated pair is",
    source=OWN,
    symbols=(
        Quantified("x, y", "any real pair", _X),
        Quantified("r", "its norm, at least 0", norm),
        Quantified("A", "the amplitude, at least 0", amplitude),
        Quantified("\\varphi", "any real angle", alpha),
        Quantified(
            "\\hat\\varphi", "any real angle, with $|\\hat\\varphi-\\varphi|\\le\\Delta$", beta
        ),
        Quantified("u_t", "bounds a table entry's relative error, at least 0", _TABLES),
        Quantified("u_p", "bounds a product's, at least 0", _PRODUCTS),
        Quantified("u_s", "bounds that of the sum and all after it, at least 0", _SUM),
        Quantified("s", "the smallest positive number of the format, or 0", smallest),
    ),
    statement=(_ROUNDINGS, _TOTAL),
    proof=(
        Step(
            "the two products are not larger than the norm",
            "With $c^2+s^2=A^2$ the right side is $A^2r^2$: a component's products xc and ys "
            "together are at most Ar in size, although each alone can be that large.",
            _lagrange(
                (_X_SIZE**2 + _Y_SIZE**2) * (_C**2 + _S**2),
                (_X_SIZE * _S - _Y_SIZE * _C) ** 2,
                r"(x^2 + y^2)(c^2 + s^2)",
            ),
        ),
        Step(
            "the sum of the two sizes",
            "Underflow of a table meets x and y themselves. With $x^2+y^2=r^2$ this says "
            "$|x|+|y|\\le\\frac32r$; the best constant is $\\sqrt2$.",
            AtMost(
                (_X_SIZE + _Y_SIZE) ** 2,
                sp.Rational(9, 4) * (_X_SIZE**2 + _Y_SIZE**2),
                r"(|x|+|y|)^2 \le \tfrac94(x^2 + y^2)",
                certificate=(_X_SIZE - _Y_SIZE) ** 2 + (_X_SIZE**2) / 4 + (_Y_SIZE**2) / 4,
            ),
        ),
        Step(
            "the roundings",
            r"Write $a = Ax\cos\hat\varphi$ and $b = -Ay\sin\hat\varphi$. A table's entry is "
            r"off by a factor $1+\tau$ and by $\eta$ from underflow, a product by $1+\mu$ and "
            r"$\eta$, the sum with all that follows it by $1+\sigma$ and $\eta$; each $\eta$ "
            r"is at most half of s. So $\hat y_0 = \bigl((a(1+\tau_1)+x\eta_1)(1+\mu_1) + "
            r"\eta_3 + (b(1+\tau_2)+y\eta_2)(1+\mu_2) + \eta_4\bigr)(1+\sigma) + \eta_5$. "
            r"Multiplied out, a and b occur with the same largest factor, so "
            r"$|a|+|b| \le Ar$ and $|x|+|y| \le \frac32r$ may be put in.",
            _ROUNDINGS,
        ),
        Step(
            "the chord",
            "The tables belong to the computed angle. The points of two angles on the circle "
            "are as far apart as their chord is long.",
            PlaneIdentity(
                number(
                    _DIFFERENCES[0] ** 2 + _DIFFERENCES[1] ** 2,
                    r"(\cos\alpha-\cos\beta)^2 + (\sin\alpha-\sin\beta)^2",
                ),
                number(4 * _CHORD**2, r"4\sin^2\tfrac{\alpha-\beta}2"),
            ),
        ),
        Step(
            "the chord is not longer than the arc",
            "The slope of $t-\\sin t$ is $1-\\cos t$, half a sum of squares.",
            NonnegativeFrom(
                _T - sp.sin(_T),
                _T,
                1,
                (1 - sp.cos(_T)) ** 2 / 2 + sp.sin(_T) ** 2 / 2,
                r"\sin t \le t\quad\text{for } t \ge 0",
                sp.Integer(0),
            ),
        ),
        Step(
            "nor on the other side",
            "So $|2\\sin\\frac{\\alpha-\\beta}2| \\le |\\alpha-\\beta|$.",
            NonnegativeFrom(
                _T + sp.sin(_T),
                _T,
                1,
                (1 + sp.cos(_T)) ** 2 / 2 + sp.sin(_T) ** 2 / 2,
                r"-t \le \sin t\quad\text{for } t \ge 0",
                sp.Integer(0),
            ),
        ),
        Step(
            "a component moves by the chord at most",
            "A component of the difference of two rotated pairs is at most r times the chord, "
            "so at most $r\\,|\\alpha-\\beta|$.",
            AtMost(
                (_X * _DIFFERENCES[0] - _Y * _DIFFERENCES[1]) ** 2,
                (_X**2 + _Y**2) * 4 * _CHORD**2,
                r"\bigl(x(\cos\alpha-\cos\beta) - y(\sin\alpha-\sin\beta)\bigr)^2 "
                r"\le r^2\cdot4\sin^2\tfrac{\alpha-\beta}2",
                certificate=(_X * _DIFFERENCES[1] + _Y * _DIFFERENCES[0]) ** 2,
            ),
        ),
        Step(
            "together",
            "The error is the one of the angle plus the one of the roundings. The roundings "
            "were counted at the computed angle, where the products are no larger.",
            _TOTAL,
        ),
    ),
    altered=(
        Altered(
            "the larger entry instead of the norm",
            _lagrange(_X_SIZE**2 * (_C**2 + _S**2), None, r"x^2(c^2+s^2)"),
        ),
        Altered(
            "half the arc",
            NonnegativeFrom(
                _T / 2 - sp.sin(_T),
                _T,
                1,
                None,
                r"\sin t \le \tfrac t2\quad\text{for } t \ge 0",
                sp.Integer(0),
            ),
        ),
        Altered(
            "the roundings of the products left out",
            _rounded(
                amplitude * norm * joined(_TABLES, _SUM) + underflow(norm, _ERRORS, smallest),
                rf"Ar\bigl((1+u_t)(1+u_s)-1\bigr) + {_LOST_TEX}",
            ),
        ),
        Altered("underflow left out", _rounded(_ROUNDED, _ROUND_TEX)),
        Altered(
            "x and y together no larger than the norm",
            AtMost(
                (_X_SIZE + _Y_SIZE) ** 2,
                _X_SIZE**2 + _Y_SIZE**2,
                r"(|x|+|y|)^2 \le x^2+y^2",
            ),
        ),
    ),
    meaning=(
        "A component is off by at most the pair's norm times (error of the angle + a few units "
        "of the formats), and by some of the smallest numbers. The yardstick is the norm of "
        "the pair, not the component: the two products can cancel, and then the component has "
        "few right digits, or none, in honest code. Tables in one format and arithmetic in "
        "another count with their own units."
    ),
    not_implied=(
        (
            "inaccurate-trigonometry",
            "Bad cosines obey it, with the error of the tables as large as it is.",
        ),
        ("cos-sin-swapped", "It takes the tables to be those of an angle near the right one."),
        ("pair-not-rotated", "A pair that stays is the pair of an angle that is far off."),
    ),
    laws=("value", "norm", "identity-at-zero"),
    depends=("H1", "H2"),
)

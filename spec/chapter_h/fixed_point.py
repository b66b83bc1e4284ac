r"""H6: phases as integer multiples of a fixed fraction of a turn.

W = 2^N steps make a turn. The integer F nearest to θW/2π stands for the frequency; the phase
of position p is pF modulo W, in integer arithmetic.
"""

import sympy as sp

from ropespec.spec.bounds import fixed_point
from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.bounds import Within
from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import number
from ropespec.spec.theorem import Altered, Quantified, Step, Theorem

from .symbols import OWN, signed, size

_P, _F, _J = sp.symbols("p F j", integer=True)
_W = sp.Symbol("W", integer=True, positive=True)
_TURNS, _EPSILON = signed("tau"), signed("epsilon")
_SIZE = size("p_1")
_REAL = sp.Symbol("p", real=True)


def _phase(turns: Expr, tex: str) -> Term:
    """The point of the circle at a phase in turns."""
    return number(sp.exp(2 * sp.pi * sp.I * turns), f"e^{{2\\pi i\\,{tex}}}")


def _reduced(position: Expr) -> PlaneIdentity:
    """Whole turns of the product drop out."""
    return PlaneIdentity(
        _phase(sp.expand((position * _F - _J * _W) / _W), "(pF - jW)/W"),
        _phase(position * _F / _W, "pF/W"),
    )


def _stored(position: Expr) -> PlaneIdentity:
    """Whole turns of the frequency drop out."""
    return PlaneIdentity(
        _phase(sp.expand(position * (_F - _J * _W) / _W), "p(F - jW)/W"),
        _phase(position * _F / _W, "pF/W"),
    )


def _off(half: Expr, bound: Expr, tex: str) -> Within:
    """The error of the phase, for a frequency that is off by so many turns."""
    return Within(
        _P * (_TURNS + _EPSILON),
        _P * _TURNS,
        ((_P, _SIZE), (_EPSILON, half)),
        bound,
        rf"\Bigl|\frac{{pF}}W - p\,\frac{{\theta_i}}{{2\pi}}\Bigr| \le {tex}",
    )


_ERROR = _off(1 / (2 * _W), fixed_point(_SIZE, _W), r"|p|\,2^{-N-1}")
_REDUCED = _reduced(_P)

H6 = Theorem(
    id="H6",
    title="Fixed-point phases are off by half a step for each position, and by nothing else",
    source=OWN,
    symbols=(
        Quantified("p", "any integer position", _P),
        Quantified("|p|", "its size", _SIZE),
        Quantified("W = 2^N", "the steps of one turn, a positive integer", _W),
        Quantified("F", "the integer nearest to $W\\theta_i/2\\pi$", _F),
        Quantified("j", "any integer, a number of whole turns", _J),
        Quantified("\\tau", "$\\theta_i/2\\pi$, a real number of turns", _TURNS),
        Quantified("\\varepsilon", "$F/W - \\theta_i/2\\pi$, of size at most $1/2W$", _EPSILON),
    ),
    statement=(_REDUCED, _ERROR),
    proof=(
        Step(
            "the frequency modulo a turn",
            "F may be stored modulo W: p is an integer, so whole turns of the frequency give "
            "whole turns of the phase.",
            _stored(_P),
        ),
        Step(
            "the product modulo a turn",
            "Integer multiplication modulo W leaves $pF-jW$ with some integer j, exactly. That "
            "is the same point of the circle.",
            _REDUCED,
        ),
        Step(
            "the error",
            "Rounding to the nearest step moves the frequency by at most half a step, "
            "$\\frac1{2W} = 2^{-N-1}$ turns, and the phase |p| times as much.",
            _ERROR,
        ),
    ),
    altered=(
        Altered(
            "a quarter of a step",
            _off(1 / (2 * _W), _SIZE / (4 * _W), r"|p|\,2^{-N-2}"),
        ),
        Altered(
            "the frequency rounded down instead of to the nearest",
            _off(1 / _W, fixed_point(_SIZE, _W), r"|p|\,2^{-N-1}"),
        ),
        Altered(
            "the error does not grow with the position",
            _off(1 / (2 * _W), 1 / (2 * _W), r"2^{-N-1}"),
        ),
        Altered("hypothesis dropped: real positions", _stored(_REAL)),
        Altered(
            "half turns drop out",
            PlaneIdentity(
                _phase(sp.expand((_P * _F - _J * _W / 2) / _W), "(pF - jW/2)/W"),
                _REDUCED.rhs,
            ),
        ),
    ),
    meaning=(
        "Phases in turns, as integers, need no reduction of large angles: overflow of the "
        "integer is the reduction. One rounding is made, when the frequency is stored. With "
        "32 bits a phase is good to 2^-16 turns at 65536 positions, with 64 bits to 2^-48; the "
        "exact oracle takes more."
    ),
    not_implied=(
        ("wrong-base", "It compares with the frequency that was stored."),
        ("integer-overflow", "A product that wraps at another size than W is wrong."),
        ("inaccurate-trigonometry", "It ends at the phase, before cosine and sine."),
    ),
    laws=("value",),
)

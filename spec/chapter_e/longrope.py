"""E6: LongRoPE's attention factor, and what the switch does to a cache."""

from dataclasses import replace

import sympy as sp

from ropespec.spec.claims import Differ, EverySize, PlaneIdentity
from ropespec.spec.claims.bounds import AtMost
from ropespec.spec.kernel import Term
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    blockwise,
    i,
    k,
    m,
    n,
    number,
    q,
    real_vector,
    rotary,
    t,
    theta_i,
    vector,
)
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_LOG_S = sp.Symbol("sigma", nonnegative=True)
_LOG_L = sp.Symbol("Lambda", positive=True)
_SHORT, _LONG = (sp.IndexedBase(name, real=True) for name in ("omega", "nu"))
_Q, _K = vector(q), vector(k)
_WITNESS = ((_SHORT[i], sp.Integer(1)), (_LONG[i], sp.Rational(1, 2)))

_SQUARE = 1 + _LOG_S / _LOG_L
_A_TEX = "A^2 = 1 + \\frac{\\ln s}{\\ln L}"


def _turn(angle: Expr, tex: str) -> Term:
    """The block-diagonal matrix that turns pair i by an angle; its name has a superscript."""
    block = rotary(m).block.xreplace({m * theta_i: angle})
    return replace(blockwise(tex, block), rank=2)


def _short(position: Expr, tex: str | None = None) -> Term:
    name = tex or sp.latex(position)
    return _turn(position * _SHORT[i], f"\\boldsymbol R^{{\\text{{short}}}}_{{{name}}}")


def _long(position: Expr, tex: str | None = None) -> Term:
    name = tex or sp.latex(position)
    return _turn(position * _LONG[i], f"\\boldsymbol R^{{\\text{{long}}}}_{{{name}}}")


def _claim(lhs: Term, rhs: Term) -> EverySize:
    return EverySize(lhs, rhs, _WITNESS)


def _at_one(square: Expr, tex: str) -> PlaneIdentity:
    """A² at s = 1, where ln s = 0."""
    value = square.xreplace({_LOG_S: sp.Integer(0)})
    return PlaneIdentity(number(value, f"{tex}\\Big|_{{s=1}}"), number(1))


_ONE = _at_one(_SQUARE, "\\Bigl(1 + \\frac{\\ln s}{\\ln L}\\Bigr)")
_MORE = AtMost(
    sp.Integer(1), _SQUARE, f"1 \\le {_A_TEX}\\quad\\text{{for }} s \\ge 1,\\; L > 1"
)
_MEANS = PlaneIdentity(
    number(sp.exp(_LOG_L * _SQUARE), "L^{A^2}"),
    number(sp.exp(_LOG_S) * sp.exp(_LOG_L), "sL"),
)
_ANGLE = n * _SHORT[i] - m * _LONG[i]
_MIXED = _claim(
    (_long(m) @ _Q).T @ (_short(n) @ _K),
    _Q.T @ _turn(_ANGLE, "\\boldsymbol R(n\\omega_i - m\\nu_i)") @ _K,
)
_MOVED = _claim(
    (_long(m + t, "m+t") @ _Q).T @ (_short(n + t, "n+t") @ _K),
    _Q.T
    @ _turn(
        _ANGLE + t * (_SHORT[i] - _LONG[i]),
        "\\boldsymbol R(n\\omega_i - m\\nu_i + t(\\omega_i - \\nu_i))",
    )
    @ _K,
)
_REPAIRED = _claim(_long(n) @ _short(n).T @ (_short(n) @ _K), _long(n) @ _K)

_AT = (
    (_SHORT[0], sp.Integer(1)), (_LONG[0], sp.Rational(1, 2)),
    (q[0], sp.Integer(1)), (q[1], sp.Integer(0)),
    (k[0], sp.Integer(1)), (k[1], sp.Integer(0)),
    (m, sp.Integer(4)), (n, sp.Integer(3)), (i, sp.Integer(0)),
)  # fmt: skip
_AT_TEX = (
    "\\quad(d=2,\\; L=4,\\; \\omega_0=1,\\; \\nu_0=\\tfrac12,\\; m=4,\\; n=3,\\; "
    "\\boldsymbol q=\\boldsymbol k=\\boldsymbol e_0)"
)


def _differ(lhs: Term, rhs: Term) -> Differ:
    pair = {i: sp.Integer(0)}
    sides = (lhs.block.xreplace(pair), rhs.block.xreplace(pair))
    return Differ(*sides, _AT[:-1], f"{lhs.tex} \\ne {rhs.tex}{_AT_TEX}")


_WRONG = _differ((_long(m) @ _Q).T @ (_short(n) @ _K), (_long(m) @ _Q).T @ (_long(n) @ _K))

E6 = Theorem(
    id="E6",
    title="LongRoPE: no attention factor at s = 1, and no cache survives the switch",
    source=Source("LongRoPE", "2402.13753", "as deployed in Phi-3: two tables of factors"),
    symbols=(
        Quantified("\\ln s", "at least 0: any factor $s \\ge 1$", _LOG_S),
        Quantified("\\ln L", "positive: any trained length $L > 1$", _LOG_L),
        Quantified("\\omega_i", "any real frequencies, up to the length L", _SHORT),
        Quantified("\\nu_i", "any real frequencies, beyond it", _LONG),
        ANGLE[m],
        ANGLE[n],
        ANGLE[t],
        real_vector(q),
        real_vector(k),
    ),
    statement=(_ONE, _MORE, _MIXED, _MOVED, _WRONG, _REPAIRED),
    proof=(
        Step(
            "no scaling, no factor",
            "The attention factor is the positive root of $1+\\ln s/\\ln L$. At $s=1$ the "
            "logarithm is 0, so $A = 1$.",
            _ONE,
        ),
        Step(
            "never below 1", "For $s \\ge 1$ and $L > 1$ what is added is not negative.", _MORE
        ),
        Step(
            "what it is",
            "$A^2$ is the power of L that gives the new length $L'=sL$: "
            "$A^2 = \\ln L'/\\ln L$.",
            _MEANS,
        ),
        Step(
            "a key from before the switch",
            "While a text has at most L tokens, keys are turned with $\\omega_i$. With one "
            "token more the query is turned with $\\nu_i$. Against a cached key the angles no "
            "longer add up to one of the distance.",
            _MIXED,
        ),
        Step(
            "no function of the distance",
            "A common shift by t turns pair i by $t(\\omega_i-\\nu_i)$ more. So the score "
            "stays relative only where the two frequencies are equal.",
            _MOVED,
        ),
        Step(
            "an exact example",
            "With one pair, $\\omega_0=1$ and $\\nu_0=\\tfrac12$, the first query beyond $L=4$ "
            "scores $\\cos 1$ with the key before it, where $\\cos\\tfrac12$ is right.",
            _WRONG,
        ),
        Step(
            "the repair",
            "Turning the cached key back and forth again, $\\boldsymbol R^{\\text{long}}_n"
            "(\\boldsymbol R^{\\text{short}}_n)^\\top$, or computing it anew, gives the right "
            "key. It takes the key's position.",
            _REPAIRED,
        ),
    ),
    altered=(
        Altered(
            "the factor without the 1",
            _at_one(_LOG_S / _LOG_L, "\\Bigl(\\frac{\\ln s}{\\ln L}\\Bigr)"),
        ),
        Altered(
            "hypothesis dropped: a factor below 1",
            AtMost(
                sp.Integer(1),
                1 - _LOG_S / _LOG_L,
                f"1 \\le {_A_TEX}\\quad\\text{{for }} s \\le 1",
            ),
        ),
        Altered(
            "a cached key serves as well",
            _claim((_long(m) @ _Q).T @ (_short(n) @ _K), (_long(m) @ _Q).T @ (_long(n) @ _K)),
        ),
        Altered(
            "the mixed score is relative",
            _claim(
                (_long(m + t, "m+t") @ _Q).T @ (_short(n + t, "n+t") @ _K),
                (_long(m) @ _Q).T @ (_short(n) @ _K),
            ),
        ),
        Altered(
            "the repair without turning back",
            _claim(_long(n) @ (_short(n) @ _K), _long(n) @ _K),
        ),
        Altered(
            "the example with the position 0, where nothing is turned",
            Differ(
                _WRONG.lhs.xreplace({n: sp.Integer(0)}),
                _WRONG.rhs.xreplace({n: sp.Integer(0)}),
                tuple(pair for pair in _AT[:-1] if pair[0] != n),
                _WRONG.tex.replace("n=3", "n=0"),
            ),
        ),
    ),
    meaning=(
        "Without extension LongRoPE leaves scores as they are. With it, there are two sets of "
        "frequencies, and the length of the text decides between them. Every key that was "
        "rotated before the text outgrew the trained length is wrong after it: not a little "
        "off, but turned by other angles. A cache has to be dropped, or its keys turned again."
    ),
    not_implied=(
        (
            "wrong-scaling-parameters",
            "It holds for any two sets of frequencies, and does not say which are right.",
        ),
        (
            "attention-factor-missing",
            "A factor of 1 everywhere agrees with it at s = 1.",
        ),
        (
            "depends-on-history",
            "An object that keeps the long frequencies afterwards obeys every part of it.",
        ),
    ),
    laws=("value", "relative-position"),
    depends=("B1", "B2", "E1"),
)

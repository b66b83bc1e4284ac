"""A4: turning a pair is multiplying a complex number by e^{iφ}."""

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.kernel import Kind, Term, real_part
from ropespec.spec.kernel.quotient import Expr
from ropespec.spec.notation import (
    ANGLE,
    R,
    as_complex,
    k,
    m,
    n,
    number,
    phi,
    plane_vector,
    q,
    real_vector,
    theta,
    x,
)
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_X, _Q, _K = plane_vector(x), plane_vector(q), plane_vector(k)
_ZQ, _ZK = q[0] + sp.I * q[1], k[0] + sp.I * k[1]


def _turned(value: Expr, angle: Expr, tex: str) -> Term:
    """A complex number times e^{i·angle}."""
    return Term(Kind.SUM, tex, value * sp.exp(sp.I * angle), rank=1)


def _score(second: Expr, angle: Expr, tex: str) -> Term:
    """The real part of q·second·e^{i·angle}."""
    return real_part(_turned(_ZQ * second, angle, f"\\left[{tex}\\right]"))


_QK = "(q_0+\\mathrm i q_1)(k_0+\\mathrm i k_1)"
_CONJUGATE = sp.conjugate(_ZK, evaluate=False)
_FORM = PlaneIdentity(
    _turned(x[0] + sp.I * x[1], phi, "(x_0 + \\mathrm i\\,x_1)\\,e^{\\mathrm i\\phi}"),
    as_complex(R(phi) @ _X),
)
_SCORE = PlaneIdentity(
    (R(m * theta) @ _Q).T @ (R(n * theta) @ _K),
    _score(_CONJUGATE, (m - n) * theta, f"{_QK}^*\\,e^{{\\mathrm i(m-n)\\theta}}"),
)

A4 = Theorem(
    id="A4",
    title="Turning a pair is multiplying a complex number by a phase",
    source=Source("RoFormer", "2104.09864", "Eq. (12)-(13)", checked=True),
    symbols=(
        ANGLE[phi],
        ANGLE[m],
        ANGLE[n],
        ANGLE[theta],
        real_vector(x, "2"),
        real_vector(q, "2"),
        real_vector(k, "2"),
    ),
    statement=(_FORM, _SCORE),
    proof=(
        Step(
            "Euler's formula",
            "A phase is a point of the unit circle.",
            PlaneIdentity(
                number(sp.exp(sp.I * phi), "e^{\\mathrm i\\phi}"),
                number(
                    sp.cos(phi) + sp.I * sp.sin(phi), "\\cos\\phi + \\mathrm i\\,\\sin\\phi"
                ),
            ),
        ),
        Step(
            "multiply",
            "$(x_0+\\mathrm i x_1)(\\cos\\phi+\\mathrm i\\sin\\phi)$ has the real part "
            "$x_0\\cos\\phi-x_1\\sin\\phi$ and the imaginary part "
            "$x_0\\sin\\phi+x_1\\cos\\phi$: the entries of $\\boldsymbol R(\\phi)\\boldsymbol "
            "x$.",
            _FORM,
        ),
        Step(
            "inner product",
            "The inner product of two pairs is the real part of one number times the conjugate "
            "of the other.",
            PlaneIdentity(_Q.T @ _K, _score(_CONJUGATE, sp.Integer(0), f"{_QK}^*")),
        ),
        Step(
            "the score",
            "Turn both numbers; conjugation turns $e^{\\mathrm in\\theta}$ into "
            "$e^{-\\mathrm in\\theta}$, and the two phases multiply to "
            "$e^{\\mathrm i(m-n)\\theta}$.",
            _SCORE,
        ),
    ),
    altered=(
        Altered(
            "conjugate dropped",
            PlaneIdentity(
                (R(m * theta) @ _Q).T @ (R(n * theta) @ _K),
                _score(_ZK, (m - n) * theta, f"{_QK}\\,e^{{\\mathrm i(m-n)\\theta}}"),
            ),
        ),
        Altered(
            "swapped positions in the phase",
            PlaneIdentity(
                (R(m * theta) @ _Q).T @ (R(n * theta) @ _K),
                _score(_CONJUGATE, (n - m) * theta, f"{_QK}^*\\,e^{{\\mathrm i(n-m)\\theta}}"),
            ),
        ),
        Altered(
            "sign of the angle",
            PlaneIdentity(
                _turned(
                    x[0] + sp.I * x[1], -phi, "(x_0 + \\mathrm i\\,x_1)\\,e^{-\\mathrm i\\phi}"
                ),
                as_complex(R(phi) @ _X),
            ),
        ),
        Altered(
            "the two entries of the pair swapped",
            PlaneIdentity(
                _turned(
                    x[1] + sp.I * x[0], phi, "(x_1 + \\mathrm i\\,x_0)\\,e^{\\mathrm i\\phi}"
                ),
                as_complex(R(phi) @ _X),
            ),
        ),
    ),
    meaning=(
        "Implementations that view pairs as complex numbers and multiply by cos + i·sin "
        "compute "
        "the same as those that multiply by the matrix. In the score the key is conjugated: "
        "without the conjugate the angles add instead of cancelling."
    ),
    not_implied=(
        ("table-pairing-mismatch", "It does not say which channels form the complex number."),
        ("wrong-base", "It holds for every angle, so for wrong ones too."),
        ("low-precision-phase", "It is about exact angles, not about rounded ones."),
    ),
    laws=("value",),
    depends=("A2",),
    formulas=(Formula("one rotated pair", R(phi) @ _X),),
)

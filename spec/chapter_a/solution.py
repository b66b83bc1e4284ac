"""A3: the rotation is the matrix exponential, and the only solution of its equation."""

import sympy as sp

from ropespec.spec.claims import OnlySolution, PlaneIdentity
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.notation import ANGLE, IDENTITY, J, R, m, phi, theta
from ropespec.spec.theorem import Altered, Source, Step, Theorem

_TURNING = R(m * theta)
_SLOPE = Term(
    Kind.MATRIX,
    f"\\frac{{d}}{{dm}}{_TURNING.tex}",
    _TURNING.block.diff(m),
)
_EXPONENTIAL = OnlySolution(J, R(phi), phi, stated="exponential")
_ONLY = OnlySolution(J * theta, _TURNING, m)

A3 = Theorem(
    id="A3",
    title="The rotation is exp(φJ), the only solution of its differential equation",
    source=Source("linear algebra; the form that RoFormer §3.4.1 leads to"),
    symbols=(ANGLE[phi], ANGLE[theta], ANGLE[m]),
    statement=(_EXPONENTIAL, _ONLY),
    proof=(
        Step(
            "the quarter turn",
            "$\\boldsymbol J$ turns by $\\pi/2$, and two quarter turns are a half turn.",
            PlaneIdentity(J @ J, IDENTITY * -1),
        ),
        Step(
            "the slope",
            "Differentiate the entries of $\\boldsymbol R(m\\theta)$ by $m$.",
            PlaneIdentity(_SLOPE, (J * theta) @ _TURNING),
        ),
        Step(
            "only one solution",
            "$\\boldsymbol R(0)=\\boldsymbol I$ and the slope is right, so $\\boldsymbol "
            "R(m\\theta)$ "
            "is a solution. For any other solution $\\boldsymbol S$ with the same start, "
            "$\\boldsymbol R(-m\\theta)\\boldsymbol S(m)$ has derivative 0, so it keeps its "
            "value "
            "$\\boldsymbol I$ at $m=0$, and $\\boldsymbol S(m)=\\boldsymbol R(m\\theta)$.",
            _ONLY,
        ),
        Step(
            "the exponential",
            "The series $\\exp(\\phi\\boldsymbol J)=\\sum_k\\phi^k\\boldsymbol J^k/k!$ may be "
            "differentiated term by term, so it solves the equation with $\\theta=1$; there is "
            "only one solution.",
            _EXPONENTIAL,
        ),
    ),
    altered=(
        Altered("sign of the generator", OnlySolution(J * -theta, _TURNING, m)),
        Altered(
            "transposition: the solution turned back", OnlySolution(J * theta, _TURNING.T, m)
        ),
        Altered(
            "another start: a quarter turn at m = 0",
            OnlySolution(J * theta, R(m * theta + sp.pi / 2), m),
        ),
        Altered(
            "the angle doubled in the exponential",
            OnlySolution(J, R(2 * phi), phi, stated="exponential"),
        ),
    ),
    meaning=(
        "A pair that turns at constant speed, starting from no turn, can only be RoPE's "
        "rotation: "
        "the rotation follows from the speed θ alone. The matrix J, one quarter turn, is what "
        "implementations call rotate-half."
    ),
    not_implied=(
        ("wrong-base", "The theorem takes the speed θ as given; it says nothing on its value."),
        ("wrong-exponent", "Speeds from a wrong exponent turn just as steadily."),
        ("wrong-pairing", "Any two channels can be the plane."),
    ),
    laws=("value",),
    depends=("A1", "A2"),
)

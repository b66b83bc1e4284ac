"""A1 and A2: rotations of the plane are orthogonal and their angles add."""

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.kernel import Kind, Term, determinant
from ropespec.spec.notation import ANGLE, IDENTITY, R, alpha, beta, number, phi
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_COS, _SIN = sp.cos(phi), sp.sin(phi)
_REFLECTION = Term(
    Kind.MATRIX,
    "\\begin{pmatrix}\\cos\\phi&\\sin\\phi\\\\\\sin\\phi&-\\cos\\phi\\end{pmatrix}",
    sp.ImmutableMatrix([[_COS, _SIN], [_SIN, -_COS]]),
)
_NO_MINUS = Term(
    Kind.MATRIX,
    "\\begin{pmatrix}\\cos\\phi&\\sin\\phi\\\\\\sin\\phi&\\cos\\phi\\end{pmatrix}",
    sp.ImmutableMatrix([[_COS, _SIN], [_SIN, _COS]]),
)

_ORTHOGONAL = PlaneIdentity(R(phi).T @ R(phi), IDENTITY)
_DETERMINANT = PlaneIdentity(determinant(R(phi)), number(1))

A1 = Theorem(
    id="A1",
    title="A rotation of the plane is orthogonal, with determinant 1",
    source=Source("RoFormer", "2104.09864", "matrix of Eq. (13)", checked=True),
    symbols=(ANGLE[phi],),
    statement=(_ORTHOGONAL, _DETERMINANT),
    proof=(
        Step(
            "multiply out",
            "The two columns of $\\boldsymbol R(\\phi)$ have squared length "
            "$\\cos^2\\phi+\\sin^2\\phi$, and their inner product "
            "$-\\cos\\phi\\sin\\phi+\\sin\\phi\\cos\\phi$ is 0.",
            PlaneIdentity(R(phi).T @ R(phi), IDENTITY * (_COS**2 + _SIN**2)),
        ),
        Step(
            "Pythagoras",
            "A point of the unit circle has distance 1 from the origin.",
            PlaneIdentity(number(_COS**2 + _SIN**2), number(1)),
        ),
        Step("orthogonal", "Put the second step into the first.", _ORTHOGONAL),
        Step(
            "determinant",
            "The determinant is $\\cos\\phi\\cos\\phi-(-\\sin\\phi)\\sin\\phi$, which is 1 by "
            "Pythagoras again.",
            _DETERMINANT,
        ),
    ),
    altered=(
        Altered(
            "transposition dropped: a rotation is its own inverse",
            PlaneIdentity(R(phi) @ R(phi), IDENTITY),
        ),
        Altered(
            "sign: the minus moved to the other cosine, which makes a reflection",
            PlaneIdentity(determinant(_REFLECTION), number(1)),
        ),
        Altered(
            "sign: the minus left out",
            PlaneIdentity(_NO_MINUS.T @ _NO_MINUS, IDENTITY),
        ),
    ),
    meaning=(
        "Turning a pair of numbers in its plane changes neither lengths nor areas. This is why "
        "RoPE can be put into a network without making activations larger or smaller."
    ),
    not_implied=(
        ("sign-flipped", "A turn the other way is orthogonal too."),
        ("wrong-base", "A turn by a wrong angle is orthogonal too."),
        ("positions-off-by-one", "A turn by the angle of the next position is orthogonal too."),
        ("positions-ignored", "The identity is orthogonal."),
    ),
    laws=("norm",),
    formulas=(Formula("rotation matrix", R(phi)),),
)

_ADD = PlaneIdentity(R(alpha) @ R(beta), R(alpha + beta))
_ZERO = PlaneIdentity(R(sp.Integer(0)), IDENTITY)
_TRANSPOSED = PlaneIdentity(R(phi).T, R(-phi))
_INVERSE = PlaneIdentity(R(-phi) @ R(phi), IDENTITY)

A2 = Theorem(
    id="A2",
    title="Angles add: rotations of the plane are a group",
    source=Source("RoFormer", "2104.09864", "used after Eq. (16)", checked=True),
    symbols=(ANGLE[alpha], ANGLE[beta], ANGLE[phi]),
    statement=(_ADD, _ZERO, _TRANSPOSED, _INVERSE),
    proof=(
        Step(
            "addition of angles",
            "The entries of the product are the addition formulas, such as "
            "$\\cos\\alpha\\cos\\beta-\\sin\\alpha\\sin\\beta=\\cos(\\alpha+\\beta)$.",
            _ADD,
        ),
        Step("no turn", "$\\cos 0=1$ and $\\sin 0=0$.", _ZERO),
        Step(
            "transposition",
            "Cosine is even and sine is odd, so transposing changes the sign of the angle.",
            _TRANSPOSED,
        ),
        Step(
            "inverse",
            "By the first two steps, turning by $\\phi$ and then by $-\\phi$ is no turn; so "
            "$\\boldsymbol R(\\phi)^{-1}=\\boldsymbol R(-\\phi)=\\boldsymbol R(\\phi)^\\top$.",
            _INVERSE,
        ),
    ),
    altered=(
        Altered("sign of one angle", PlaneIdentity(R(alpha) @ R(beta), R(alpha - beta))),
        Altered("sign dropped in the transpose", PlaneIdentity(R(phi).T, R(phi))),
        Altered(
            "swapped arguments: the transposed angle is subtracted, not the other one",
            PlaneIdentity(R(alpha).T @ R(beta), R(alpha - beta)),
        ),
        Altered("angles multiplied", PlaneIdentity(R(alpha) @ R(beta), R(alpha * beta))),
    ),
    meaning=(
        "Two turns after each other are one turn by the sum of the angles, and a turn is "
        "undone "
        "by turning back. With angles proportional to positions, turning a query by its "
        "position "
        "and back by the key's leaves a turn by the distance: the whole of RoPE in one line."
    ),
    not_implied=(
        ("wrong-base", "With any frequency the angles of positions still add."),
        ("sign-flipped", "Turns the other way add up in the same way."),
        ("wrong-pairing", "Turning other pairs of channels is a group as well."),
    ),
    laws=("composition", "inverse", "identity-at-zero"),
    depends=("A1",),
)

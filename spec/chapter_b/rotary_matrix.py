"""B1: the rotary matrix is orthogonal, has determinant 1, and positions add."""

import sympy as sp

from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.kernel import determinant
from ropespec.spec.notation import (
    ANGLE,
    EYE,
    FREQUENCIES,
    ONE,
    UNIT_FREQUENCY,
    R,
    alpha,
    beta,
    blockwise,
    i,
    m,
    n,
    rotary,
    theta_i,
)
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_ORTHOGONAL = EverySize(rotary(m).T @ rotary(m), EYE)
_DETERMINANT = EverySize(determinant(rotary(m)), ONE)
_ADD = EverySize(rotary(m) @ rotary(n), rotary(m + n))
_ZERO = EverySize(rotary(sp.Integer(0)), EYE)
_INVERSE = EverySize(rotary(m).T, rotary(-m))

_OTHER = sp.IndexedBase("omega", real=True)
_OTHER_ROTARY = blockwise("\\boldsymbol R'_n", rotary(n).block.xreplace({theta_i: _OTHER[i]}))

B1 = Theorem(
    id="B1",
    title="The rotary matrix is orthogonal, with determinant 1, and positions add",
    source=Source("RoFormer", "2104.09864", "Eq. (15)", checked=True),
    symbols=(ANGLE[m], ANGLE[n], FREQUENCIES),
    statement=(_ORTHOGONAL, _DETERMINANT, _ADD, _ZERO, _INVERSE),
    proof=(
        Step(
            "one block",
            "By A1 and A2 a block $\\boldsymbol R(\\phi)$ is orthogonal and angles add.",
            PlaneIdentity(R(alpha) @ R(beta), R(alpha + beta)),
        ),
        Step(
            "orthogonal",
            "Products and transposes of block-diagonal matrices are taken block by block. "
            "Without "
            "blocks there is nothing to show; one block more adds "
            "$\\boldsymbol R(m\\theta_i)^\\top\\boldsymbol R(m\\theta_i)=\\boldsymbol I$.",
            _ORTHOGONAL,
        ),
        Step(
            "determinant",
            "The determinant of a block-diagonal matrix is the product of the determinants of "
            "its "
            "blocks, and each is 1.",
            _DETERMINANT,
        ),
        Step(
            "positions add",
            "In each block the angles $m\\theta_i$ and $n\\theta_i$ add to $(m+n)\\theta_i$.",
            _ADD,
        ),
        Step("position 0", "Every angle is 0.", _ZERO),
        Step("inverse", "Transposing a block changes the sign of its angle.", _INVERSE),
    ),
    altered=(
        Altered("sign: positions subtract", EverySize(rotary(m) @ rotary(n), rotary(m - n))),
        Altered("positions multiply", EverySize(rotary(m) @ rotary(n), rotary(m * n))),
        Altered("sign dropped in the transpose", EverySize(rotary(m).T, rotary(m))),
        Altered(
            "hypothesis dropped: the second matrix has other frequencies",
            EverySize(rotary(m) @ _OTHER_ROTARY, rotary(m + n), UNIT_FREQUENCY),
        ),
    ),
    meaning=(
        "RoPE multiplies the vector at position m by a matrix that changes no length and is "
        "undone "
        "by its transpose. Moving by m and then by n is moving by m + n; at position 0 nothing "
        "happens."
    ),
    not_implied=(
        ("positions-ignored", "The identity at every position obeys all of it."),
        ("wrong-base", "It holds for any frequencies."),
        ("frequency-order", "It holds for frequencies in any order."),
        ("sign-flipped", "Turning every pair the other way obeys all of it."),
        ("wrong-pairing", "It holds for any way to form the pairs."),
        ("pair-not-rotated", "A frequency of 0 is a real frequency."),
    ),
    laws=("norm", "composition", "inverse", "identity-at-zero", "linearity"),
    depends=("A1", "A2"),
    formulas=(Formula("rotary matrix, block by block", rotary(m)),),
)

"""C5: the backward pass: the inverse rotation, and the gradient by the position."""

from typing import Any

import sympy as sp

from ropespec.spec.claims import EverySize
from ropespec.spec.kernel import Kind, Term
from ropespec.spec.notation import (
    ANGLE,
    FREQUENCIES,
    UNIT_FREQUENCY,
    blockwise,
    i,
    m,
    real_vector,
    rotary,
    theta_i,
    vector,
    x,
)
from ropespec.spec.theorem import Altered, Formula, Source, Step, Theorem

_UPSTREAM = sp.IndexedBase("g", real=True)
_X, _G = vector(x), vector(_UPSTREAM)
_ROTATED = rotary(m) @ _X


def _jacobian(term: Term, tex: str) -> Term:
    """The derivatives of a vector's two entries by the two entries of x, at one pair."""
    block = sp.ImmutableMatrix(
        2, 2, lambda row, column: term.block[row].diff(x[2 * i + column])
    )
    return Term(Kind.MATRIX, tex, block, pair=i)


def _slope(term: Term, tex: str) -> Term:
    """The derivative of a vector, or of a sum over pairs, by m, part by part."""
    return Term(term.kind, tex, term.block.diff(m), pair=i, lemmas=term.lemmas | {"sum"})


def _speeds(sign: int = 1) -> Any:
    """diag(θ_i J)."""
    written = "\\operatorname{diag}(\\theta_i\\boldsymbol J)"
    return blockwise(
        written if sign == 1 else f"(-{written})", [[0, -sign * theta_i], [sign * theta_i, 0]]
    )


_LOSS = _G.T @ _ROTATED
_JACOBIAN = _jacobian(
    _ROTATED, "\\frac{\\partial(\\boldsymbol R_m\\boldsymbol x)}{\\partial\\boldsymbol x}"
)
_IS_ROTARY = EverySize(_JACOBIAN, rotary(m), UNIT_FREQUENCY)
_PULLED = EverySize(_JACOBIAN.T @ _G, rotary(-m) @ _G, UNIT_FREQUENCY)
_ADJOINT = EverySize(_LOSS, (rotary(-m) @ _G).T @ _X, UNIT_FREQUENCY)
_BY_POSITION_TEX = "\\frac{d}{dm}\\,\\boldsymbol g^\\top\\boldsymbol R_m\\boldsymbol x"


def _by_position(speeds: Term, matrix: Term) -> EverySize:
    return EverySize(
        _slope(_LOSS, _BY_POSITION_TEX), _G.T @ speeds @ matrix @ _X, UNIT_FREQUENCY
    )


_POSITION = _by_position(_speeds(), rotary(m))

C5 = Theorem(
    id="C5",
    title="The backward pass is the inverse rotation",
    source=Source("this project; derivatives of RoFormer Eq. (15)"),
    symbols=(
        ANGLE[m],
        FREQUENCIES,
        real_vector(x),
        real_vector(_UPSTREAM),
    ),
    statement=(_PULLED, _ADJOINT, _POSITION),
    proof=(
        Step(
            "the Jacobian",
            "The map is linear: its matrix of derivatives is $\\boldsymbol R_m$ itself, "
            "whatever $\\boldsymbol x$ is. Pair i of the output reads pair i of the input "
            "only.",
            _IS_ROTARY,
        ),
        Step(
            "the vector-Jacobian product",
            "A gradient $\\boldsymbol g$ of the output is pulled back by the transpose, which "
            "by B1 is the rotation by $-m$. No activation has to be stored.",
            _PULLED,
        ),
        Step(
            "the adjoint",
            "The same without derivatives: $\\boldsymbol g$ meets the rotated vector as "
            "$\\boldsymbol g$ turned back meets the vector.",
            _ADJOINT,
        ),
        Step(
            "the slope of the matrix",
            "By A3 each block has the derivative $\\theta_i\\boldsymbol J\\boldsymbol "
            "R(m\\theta_i)$.",
            EverySize(
                Term(
                    Kind.MATRIX,
                    "\\frac{d}{dm}\\boldsymbol R_m",
                    rotary(m).block.diff(m),
                    pair=i,
                ),
                _speeds() @ rotary(m),
                UNIT_FREQUENCY,
            ),
        ),
        Step(
            "the gradient by the position",
            "A derivative of a sum over pairs is the sum of the derivatives.",
            _POSITION,
        ),
    ),
    altered=(
        Altered(
            "sign: the gradient is turned on instead of back",
            EverySize(_JACOBIAN.T @ _G, rotary(m) @ _G, UNIT_FREQUENCY),
        ),
        Altered(
            "the gradient is passed on as it is",
            EverySize(_JACOBIAN.T @ _G, _G, UNIT_FREQUENCY),
        ),
        Altered("sign of the speeds", _by_position(_speeds(-1), rotary(m))),
        Altered(
            "swapped arguments: the gradient by m with the inverse rotation",
            _by_position(_speeds(), rotary(-m)),
        ),
        Altered(
            "the frequencies left out of the gradient by m",
            _by_position(
                blockwise(
                    "\\operatorname{diag}(\\boldsymbol J,\\dots,\\boldsymbol J)",
                    [[0, -1], [1, 0]],
                ),
                rotary(m),
            ),
        ),
    ),
    meaning=(
        "Backpropagation through RoPE is RoPE with the position's sign changed: the same code "
        "with the sine negated, and nothing stored from the forward pass. Because the map is "
        "linear, the gradient does not depend on the input. Where positions are learned, their "
        "gradient is an inner product with the rotated vector turned a quarter and weighted by "
        "the frequencies."
    ),
    not_implied=(
        ("wrong-base", "It holds for any frequencies, used in both passes."),
        ("wrong-pairing", "It takes the pairs as given."),
        ("positions-off-by-one", "Both passes may use the same wrong position."),
    ),
    laws=("linearity", "inverse"),
    depends=("A3", "B1"),
    formulas=(
        Formula("vector-Jacobian product", _PULLED.rhs),
        Formula("gradient by the position", _POSITION.rhs),
    ),
)

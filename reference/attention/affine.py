"""The linear layer: every row of the input times one matrix, plus one vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ropespec.reference.arguments import values

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray


@dataclass(frozen=True, eq=False)
class Affine:
    """y = x W + b, for every row x.

    Attributes
    ----------
    weight
        W, shape `(inputs, outputs)`. A `torch.nn.Linear` stores its transpose.
    bias
        b, shape `(outputs,)`, or None for none.

    Raises
    ------
    InputError
        If one of them has another shape or holds no numbers.
    """

    weight: FloatArray
    bias: FloatArray | None = None

    def __post_init__(self) -> None:
        """Check both arrays."""
        weight = values("weight", self.weight, ("inputs", "outputs"))
        object.__setattr__(self, "weight", weight)
        if self.bias is not None:
            object.__setattr__(self, "bias", values("bias", self.bias, weight.shape[1:]))

    def __call__(self, x: FloatArray) -> FloatArray:
        """Apply the layer.

        Parameters
        ----------
        x
            Shape `(..., inputs)`.

        Returns
        -------
        FloatArray
            Shape `(..., outputs)`.

        Raises
        ------
        InputError
            If `x` has another last dimension than the matrix has rows.
        """
        y: FloatArray = values("x", x, (..., self.weight.shape[0])) @ self.weight
        return y if self.bias is None else y + self.bias

"""The linear layer: every row of the input times one matrix, plus one vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ropespec.reference.errors import InputError

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
    """

    weight: FloatArray
    bias: FloatArray | None = None

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
        rows = self.weight.shape[0]
        if x.shape[-1:] != (rows,):
            raise InputError(f"x: got shape {x.shape}, expected (..., {rows}) for this layer")
        y: FloatArray = x @ self.weight
        return y if self.bias is None else y + self.bias

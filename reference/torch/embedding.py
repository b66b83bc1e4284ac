"""The module that a model holds."""

from torch import Tensor, nn

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError, shown

from .arguments import AXES, check_config
from .float32 import PHASES
from .rotation import rotate


class RotaryEmbedding(nn.Module):
    """Rotary position embedding for queries and keys.

    It has no parameters and no buffers: moving, casting, saving or loading the model cannot
    change what it computes. Its tables are shared with every module of an equal
    configuration.

    Parameters
    ----------
    config
        The configuration.
    axes
        The order of axes of queries and keys: "bhsd", "bshd" or "thd".
    phases
        "exact", or "float32" for the bits of Hugging Face's code; see `rotate`.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch import RotaryEmbedding
    >>> rope = RotaryEmbedding(RotaryConfig(head_dim=64, layout="half", base=500000.0))
    >>> q, k = torch.randn(2, 8, 5, 64), torch.randn(2, 2, 5, 64)
    >>> rotated_q, rotated_k = rope(q, k)
    >>> next_q, next_k = rope(q[:, :, :1], k[:, :, :1], positions=5)
    >>> rotated_k.shape, list(rope.state_dict())
    (torch.Size([2, 2, 5, 64]), [])
    """

    def __init__(
        self, config: RotaryConfig, axes: str = "bhsd", *, phases: str = "exact"
    ) -> None:
        super().__init__()
        check_config(config)
        for name, given, known in (("axes", axes, AXES), ("phases", phases, PHASES)):
            if not isinstance(given, str) or given not in tuple(known):
                raise InputError(
                    f"{name}: got {shown(given)}, expected one of {', '.join(known)}"
                )
        self.config = config
        self.axes = axes
        self.phases = phases

    def forward(
        self,
        q: Tensor,
        k: Tensor,
        positions: Tensor | int | None = None,
        out: tuple[Tensor, Tensor] | None = None,
        inplace: bool = False,
        *,
        cu_seqlens: Tensor | None = None,
        length: int | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Rotate queries and keys, as `rotate` does.

        Parameters
        ----------
        q, k
            Shape `(batch, heads, seq, head_dim)` or as `axes` says; `k` may have fewer heads.
        positions
            None for 0, 1, 2, ...; a number for the first; or a tensor of shape `(seq,)` or
            `(batch, seq)`, plus `(axes,)` for several axes.
        out, inplace, cu_seqlens, length
            As for `rotate`.

        Returns
        -------
        q, k
            In the shape, dtype and device of what was given.
        """
        return rotate(
            q,
            k,
            positions,
            self.config,
            out,
            inplace,
            axes=self.axes,
            cu_seqlens=cu_seqlens,
            length=length,
            phases=self.phases,
        )

    def extra_repr(self) -> str:
        """Say which embedding this is when the model is printed."""
        parts = [str(self.config)]
        parts += [self.axes] if self.axes != "bhsd" else []
        parts += [f"phases={self.phases}"] if self.phases != "exact" else []
        return ", ".join(parts)

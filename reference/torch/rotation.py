"""The rotation of queries and keys as plain torch operations."""

import torch
from torch import Tensor

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.layout import layout_channels
from ropespec.reference.oracle import phases

_COMPUTE_DTYPE = {
    torch.float64: torch.float64,
    torch.float32: torch.float32,
    torch.bfloat16: torch.float32,
    torch.float16: torch.float32,
}
"""In which dtype each input dtype is rotated; the result is rounded once to the input's."""


def rotate(
    q: Tensor, k: Tensor, positions: Tensor | int | None, config: RotaryConfig
) -> tuple[Tensor, Tensor]:
    """Rotate queries and keys by their positions.

    Parameters
    ----------
    q
        Shape `(batch, heads, seq, head_dim)`, float64, float32, bfloat16 or float16.
    k
        Like `q`; it may have another number of heads.
    positions
        None for 0, 1, 2, ...; an int for that many tokens before the first; or a tensor of
        shape `(seq,)` or `(batch, seq)`, with a last dimension `axes` for several axes.
    config
        The configuration.

    Returns
    -------
    q, k
        New tensors in the shape, dtype and device of the old.

    Raises
    ------
    InputError
        If dtype, shape or positions do not fit.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch import rotate
    >>> q, k = torch.ones(1, 2, 3, 4), torch.ones(1, 1, 3, 4)
    >>> rotated_q, _ = rotate(q, k, None, RotaryConfig(head_dim=4, layout="half"))
    >>> [round(value, 4) for value in rotated_q[0, 0, 2].tolist()]
    [-1.3254, 0.9798, 0.4932, 1.0198]
    """
    for name, x in (("q", q), ("k", k)):
        _check(name, x, config)
    if (q.shape[0], q.shape[2]) != (k.shape[0], k.shape[2]):
        message = f"k: got batch and seq {(k.shape[0], k.shape[2])}, expected those of q"
        raise InputError(f"{message}, {(q.shape[0], q.shape[2])}")
    cos, sin = _tables(_placed(positions, q, config), config)
    return _rotate(q, cos, sin, config), _rotate(k, cos, sin, config)


def _rotate(x: Tensor, cos: Tensor, sin: Tensor, config: RotaryConfig) -> Tensor:
    """Rotate one tensor `(batch, heads, seq, head_dim)` by `(batch or 1, 1, seq, pairs)`."""
    channels = layout_channels(config)
    read, write = torch.tensor(channels.read).T, torch.tensor(channels.write).T
    dtype = _COMPUTE_DTYPE[x.dtype]
    cos, sin = cos.to(x.device, dtype), sin.to(x.device, dtype)
    first, second = (x[..., side.to(x.device)].to(dtype) for side in read)
    y = x.clone(memory_format=torch.contiguous_format)
    y[..., write[0].to(x.device)] = (first * cos - second * sin).to(x.dtype)
    y[..., write[1].to(x.device)] = (first * sin + second * cos).to(x.dtype)
    return y


def _tables(positions: Tensor, config: RotaryConfig) -> tuple[Tensor, Tensor]:
    """Return cosine and sine with the amplitude, float64, `(batch or none, 1, seq, pairs)`."""
    parts = phases(positions.detach().cpu().numpy(), config)
    cos, sin = (torch.from_numpy(config.amplitude * part).unsqueeze(-3) for part in parts)
    return cos, sin


def _placed(positions: Tensor | int | None, q: Tensor, config: RotaryConfig) -> Tensor:
    """Return positions as a tensor `(seq,)` or `(batch, seq)`, plus the axes."""
    batch, _, seq, _ = q.shape
    axes = (len(config.axes),) if config.axes else ()
    if positions is None or isinstance(positions, int):
        if axes:
            message = f"positions: got {positions}, expected a tensor (batch, seq, {axes[0]})"
            raise InputError(f"{message}; several axes have no running count")
        start = positions or 0
        return torch.arange(start, start + seq)
    if tuple(positions.shape) not in ((seq, *axes), (batch, seq, *axes), (1, seq, *axes)):
        message = f"positions: got shape {tuple(positions.shape)}, expected {(seq, *axes)}"
        raise InputError(f"{message} or {(batch, seq, *axes)}")
    if positions.dtype in (torch.bfloat16, torch.float16):
        message = f"positions: got {positions.dtype}, which is exact only up to 2048 or less"
        raise InputError(f"{message}; give them as int64, or float64 for real positions")
    return positions


def _check(name: str, x: Tensor, config: RotaryConfig) -> None:
    """Check the shape and dtype of queries or keys."""
    if x.dtype not in _COMPUTE_DTYPE:
        known = ", ".join(str(dtype) for dtype in _COMPUTE_DTYPE)
        raise InputError(f"{name}: got {x.dtype}, expected one of {known}")
    if x.ndim != 4 or x.shape[-1] != config.head_dim:
        expected = f"(batch, heads, seq, {config.head_dim})"
        raise InputError(f"{name}: got shape {tuple(x.shape)}, expected {expected}")

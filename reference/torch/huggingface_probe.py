"""Whether a Hugging Face model turns as the configuration says that was read for it."""

from __future__ import annotations

import inspect
from copy import deepcopy
from typing import Any

import torch
from torch import Tensor, nn

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError

from .rotation import rotate

_NEAR = (0, 1, 2, 3, 7, 31)
"""Positions that are asked. The model's angles are in float32: frequencies off by some units
of 2**-24, times 31, make less than 2**-14. Another base, pairing, sign or law is off by far
more."""

_NEAREST = (0, 1, 2, 3)
"""Where the model's frequencies were cast to 8 bits, and are off by 2**-9."""


def at_width(config: RotaryConfig, width: int) -> RotaryConfig:
    """Return the configuration of the channels that turn, where a layer hands on only these."""
    if width == config.head_dim:
        return config
    return config.replace(head_dim=width, rotary_dim=width, rotary_end="first")


def widths_that_agree(
    apply: Any, table: nn.Module, layer_type: str | None, config: RotaryConfig
) -> tuple[int, ...]:
    """Return the widths of heads at which a model's rotation is that of a configuration.

    Parameters
    ----------
    apply
        The model's `apply_rotary_pos_emb(q, k, cos, sin)`.
    table
        What makes its cosines and sines.
    layer_type
        Which of several tables it is asked for, None where it has one.
    config
        What was read for the layer.

    Raises
    ------
    InputError
        If the model has no values to ask.
    """
    rates = [buffer for name, buffer in table.named_buffers() if "inv_freq" in name]
    if not rates or rates[0].device.type == "meta":
        raise InputError(
            f"model: got {type(table).__name__} without frequencies, expected some"
        )
    near = rates[0].dtype in (torch.float32, torch.float64)
    positions = torch.tensor([_NEAR if near else _NEAREST], device=rates[0].device)
    length = int(positions.max()) + 1
    used = config.at_length(length) if config.depends_on_length else config
    with torch.no_grad():  # of a copy: some tables keep how far they were asked
        cos, sin = _tables(deepcopy(table), positions, layer_type)
        widths = dict.fromkeys((config.head_dim, config.rotary_dim))
        bound = 2.0**-12 if near else 2.0**-5
        return tuple(w for w in widths if _agree(apply, cos, sin, positions, used, w, bound))


def _tables(table: Any, positions: Tensor, layer_type: str | None) -> tuple[Tensor, Tensor]:
    """Ask a model for cosines and sines."""
    x = torch.zeros(1, 1, 1, device=positions.device)
    given = inspect.signature(table.forward).parameters
    wanted = {"layer_type": layer_type} if "layer_type" in given else {}
    cos, sin = table(x, positions, **wanted)
    return cos, sin


def _agree(
    apply: Any,
    cos: Tensor,
    sin: Tensor,
    positions: Tensor,
    config: RotaryConfig,
    width: int,
    bound: float,
) -> bool:
    """Whether both turn one head of ones and counts alike, relative to its largest channel."""
    seq = positions.shape[1]
    ramp = torch.linspace(-1, 1, width, device=positions.device).expand(1, 1, seq, width)
    q, k = ramp, ramp.flip(-1) + 0.5
    try:
        theirs = apply(q, k, cos, sin)
    except (RuntimeError, IndexError):
        return False  # it is made for another width
    ours = rotate(q.contiguous(), k, positions, at_width(config, width))
    return all(
        one.shape == other.shape and float((one - other).abs().max()) <= 4 * bound
        for one, other in zip(theirs, ours, strict=True)
    )

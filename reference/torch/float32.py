"""Hugging Face's arithmetic, bit for bit: `phases="float32"`.

Checkpoints were trained with frequencies and angles in float32 and with cosines and sines
rounded to the model's dtype. At far positions these phases are wrong by up to 4e-2, and a
model may have learned that; whoever has to match its own training code asks for them. Sources
are `modeling_rope_utils.py` and `models/llama/modeling_llama.py` of transformers 5.23.

Everything is plain torch, operation by operation as there, so it is differentiated, traced and
mapped by torch itself, and runs on any device.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import _disable_current_modes

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.scaling import (
    Default,
    Dynamic,
    Linear,
    Llama3,
    LongRope,
    Proportional,
    Scaling,
    Yarn,
)
from ropespec.reference.spectrum import spectrum

from .constant import constant
from .distributed import alike
from .plan import config_by_key, config_key
from .rows import Rows

PHASES = ("exact", "float32")
"""Ways to come by cosines and sines."""


def rows_in_float32(
    positions: Tensor, config: RotaryConfig, length: int | None, dtype: torch.dtype
) -> Rows:
    """Return cosines and sines as Hugging Face's modules do.

    Parameters
    ----------
    positions
        Of any dtype, shape `(seq,)`, `(1, seq)` or `(batch, seq)`.
    config
        One axis, and a scaling law that Hugging Face has.
    length
        The length of the sequence, for laws that depend on it.
    dtype
        The model's; cosines and sines are rounded to it, as is everything after.

    Returns
    -------
    cos, sin
        Shape `(batch or 1, seq, pairs)`.

    Raises
    ------
    InputError
        If Hugging Face has no such law, or none in these words.
    """
    placed = positions if positions.ndim == 2 else positions.unsqueeze(0)
    inv_freq = _inv_freq(config, length if config.depends_on_length else None, placed.device)
    angles = config.sign * placed.unsqueeze(-1).float() * alike(inv_freq, placed)
    cos, sin = angles.cos() * config.amplitude, angles.sin() * config.amplitude
    return cos.to(dtype), sin.to(dtype)


def _inv_freq(config: RotaryConfig, length: int | None, device: torch.device) -> Tensor:
    """Return the frequencies as a tensor; one compiled program serves every length."""
    if length is not None and torch.compiler.is_compiling():
        like = torch.empty((), device=device)
        found: Tensor = torch.ops.ropespec.frequencies(like, config_key(config), length)
        return found
    return torch.tensor(_traceable(config, length), dtype=torch.float32, device=device)


_FREQUENCIES = "ropespec::frequencies"

torch.library.define(
    _FREQUENCIES,
    "(Tensor like, str config, SymInt length) -> Tensor",
    tags=(torch.Tag.pt2_compliant_tag,),
)


@torch.library.impl(_FREQUENCIES, "default")
def _frequencies(like: Tensor, config: str, length: int) -> Tensor:
    """Return the frequencies for a length, on the device of another tensor."""
    found = float32_frequencies(config_by_key(config), length)
    return torch.tensor(found, dtype=torch.float32, device=like.device)


def _as_many(like: Tensor, config: str, length: int) -> Tensor:
    """Say what comes back without computing it."""
    del length
    return like.new_empty(config_by_key(config).pairs, dtype=torch.float32)


torch.library.register_fake(_FREQUENCIES, _as_many)


@lru_cache(maxsize=256)
def float32_frequencies(config: RotaryConfig, length: int | None = None) -> tuple[float, ...]:
    """Return the frequencies that Hugging Face's float32 code arrives at.

    Parameters
    ----------
    config, length
        As for `rows_in_float32`.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> from ropespec.reference.torch.float32 import float32_frequencies
    >>> config = RotaryConfig(head_dim=64, layout="half")
    >>> exact = config.inv_freq()
    >>> any(abs(found - true) > 2**-25 * true
    ...     for found, true in zip(float32_frequencies(config), exact))
    True
    """
    law = type(config.scaling)
    convention = getattr(config.scaling, "convention", "hugging-face")
    if law not in _LAWS or convention != "hugging-face" or config.axes or config.arrangement:
        known = ", ".join(each.rope_type for each in _LAWS)
        given = f"{config.scaling} with axes {config.axes}" if config.axes else config.scaling
        raise InputError(
            f"phases: got 'float32' for {given}, expected one axis and a law that Hugging Face "
            f"has: {known}; phases='exact' takes every law"
        )
    with _disable_current_modes(), torch.inference_mode(False), torch.device("cpu"):
        found = _LAWS[law](config, config.scaling, length)
        return tuple(found.tolist())


@constant
def _traceable(config: RotaryConfig, length: int | None) -> tuple[float, ...]:
    """The same; a function of its own, as the compiler sees through caches."""
    return float32_frequencies(config, length)


def _powers(config: RotaryConfig, base: Any = None) -> Tensor:
    """Return base ** (2 i / d), each operation rounded to float32."""
    plain = spectrum(config)
    width = int(plain.width[0])
    exponents = torch.from_numpy(2 * plain.index).float() / width
    powers: Tensor = (config.base if base is None else base) ** exponents
    return powers


def _default(config: RotaryConfig, law: Default, length: int | None) -> Tensor:
    """`LlamaRotaryEmbedding.compute_default_rope_parameters`."""
    del law, length
    return 1.0 / _powers(config)


def _divided(config: RotaryConfig, law: Linear | Proportional, length: int | None) -> Tensor:
    """`_compute_linear_scaling_rope_parameters`, and the proportional law's."""
    del length
    return 1.0 / _powers(config) / law.factor


def _dynamic(config: RotaryConfig, law: Dynamic, length: int | None) -> Tensor:
    """`_compute_dynamic_ntk_parameters`; beyond L its length is a tensor, the base float32."""
    trained = law.original_max_position_embeddings
    if length is None or length <= trained:
        return 1.0 / _powers(config)
    width = config.rotary_dim
    reached = torch.tensor(length, dtype=torch.float32)
    stretch = law.factor * reached / trained - (law.factor - 1)
    return 1.0 / _powers(config, config.base * stretch ** (width / (width - 2)))


def _yarn(config: RotaryConfig, law: Yarn, length: int | None) -> Tensor:
    """`_compute_yarn_parameters`."""
    del length
    width, powers = config.rotary_dim, _powers(config)

    def dimension(turns: float) -> float:
        ratio = law.original_max_position_embeddings / (turns * 2 * math.pi)
        return (width * math.log(ratio)) / (2 * math.log(config.base))

    low, high = dimension(law.beta_fast), dimension(law.beta_slow)
    if law.truncate:
        low, high = math.floor(low), math.ceil(high)
    low, high = max(low, 0), min(high, width - 1)
    if low == high:
        high += 0.001
    ramp = torch.clamp((torch.arange(width // 2).float() - low) / (high - low), 0, 1)
    kept = 1 - ramp
    found: Tensor = 1.0 / (law.factor * powers) * (1 - kept) + 1.0 / powers * kept
    return found


def _longrope(config: RotaryConfig, law: LongRope, length: int | None) -> Tensor:
    """`_compute_longrope_parameters`."""
    long = length is not None and length > law.original_max_position_embeddings
    divisors = torch.tensor(law.long_factor if long else law.short_factor, dtype=torch.float32)
    return 1.0 / (divisors * _powers(config))


def _llama3(config: RotaryConfig, law: Llama3, length: int | None) -> Tensor:
    """`_compute_llama3_parameters`."""
    del length
    plain = 1.0 / _powers(config)
    trained, low, high = (
        law.original_max_position_embeddings,
        law.low_freq_factor,
        law.high_freq_factor,
    )
    wavelength = 2 * math.pi / plain
    found = torch.where(wavelength > trained / low, plain / law.factor, plain)
    smooth = (trained / wavelength - low) / (high - low)
    between = (1 - smooth) * found / law.factor + smooth * found
    medium = ~(wavelength < trained / high) * ~(wavelength > trained / low)
    return torch.where(medium, between, found)


_LAWS: dict[type[Scaling], Callable[[RotaryConfig, Any, int | None], Tensor]] = {
    Default: _default,
    Linear: _divided,
    Dynamic: _dynamic,
    Yarn: _yarn,
    LongRope: _longrope,
    Llama3: _llama3,
    Proportional: _divided,
}
"""Hugging Face's laws."""

"""Exact rotation in Hugging Face's models: `patch` puts it in, `unpatch` takes it out.

Hugging Face's attention gets cosines and sines from the model and hands them to the function
`apply_rotary_pos_emb` of its own file. In a patched model the positions travel in their place,
and the attention layers call `rotate`. Only this model is changed: its layers get their own
copy of their `forward`, in which one name means something else.
"""

from __future__ import annotations

import inspect
from types import FunctionType, MethodType
from typing import Any

from torch import Tensor, nn

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import InputError
from ropespec.reference.readers import huggingface

from .rotation import rotate

FAMILIES = ("llama", "qwen2", "qwen3", "mistral", "gpt_neox")
"""Values of `model_type` that `patch` knows how to change."""

_APPLY = "apply_rotary_pos_emb"
_MARK = "_ropespec_patched"


def patch(model: nn.Module) -> nn.Module:
    """Let a Hugging Face model rotate exactly.

    Parameters
    ----------
    model
        A model of `transformers` of one of `FAMILIES`, or a part with layers of attention.

    Returns
    -------
    Module
        The same model, changed; `unpatch` undoes it.

    Raises
    ------
    InputError
        If it is patched already, of another family, or not built as those are.
    ConfigError
        If its configuration cannot be read.
    """
    if getattr(model, _MARK, None):
        raise InputError("model: got one that is patched, expected an unpatched one")
    described: Any = getattr(model, "config", None)
    family = getattr(described, "model_type", None)
    if family not in FAMILIES:
        expected = f"a Hugging Face model of the types {', '.join(FAMILIES)}"
        raise InputError(f"model: got {type(model).__name__} ({family}), expected {expected}")
    config = huggingface.read(described.to_dict()).config
    changed = _changed_tables(model) + _changed_layers(model, config)
    setattr(model, _MARK, changed)
    return model


def unpatch(model: nn.Module) -> nn.Module:
    """Give a patched model its own rotation back.

    Raises
    ------
    InputError
        If it is not patched.
    """
    changed = getattr(model, _MARK, None)
    if not changed:
        raise InputError(
            "model: got one that is not patched, expected one that `patch` changed"
        )
    for module in changed:
        del module.forward
    delattr(model, _MARK)
    return model


def _changed_tables(model: nn.Module) -> list[nn.Module]:
    """Let the model hand on its positions in place of cosines and sines."""
    found = [m for name, m in model.named_modules() if name.split(".")[-1] == "rotary_emb"]
    if not found:
        raise InputError(f"model: got {type(model).__name__} without rotary_emb")
    for module in found:
        module.forward = _positions
    return found


def _positions(x: Tensor, position_ids: Tensor, **_: Any) -> tuple[Tensor, Tensor]:
    """Stand in for the cosines and sines of `x` (which plays no part)."""
    del x
    return position_ids, position_ids


def _changed_layers(model: nn.Module, config: RotaryConfig) -> list[nn.Module]:
    """Let the attention layers rotate by positions."""

    def apply(
        q: Tensor, k: Tensor, positions: Tensor, _: Tensor, unsqueeze_dim: int = 1
    ) -> tuple[Tensor, Tensor]:
        used = config
        if config.depends_on_length:
            used = config.at_length(int(positions.max()) + 1)
        return rotate(q, k, positions, used, axes="bhsd" if unsqueeze_dim == 1 else "bshd")

    found = []
    for module in model.modules():
        forward = inspect.unwrap(type(module).forward)
        if not isinstance(forward, FunctionType) or _APPLY not in forward.__code__.co_names:
            continue
        names = {**forward.__globals__, _APPLY: apply}
        own = FunctionType(
            forward.__code__, names, forward.__name__, forward.__defaults__, forward.__closure__
        )
        own.__kwdefaults__ = forward.__kwdefaults__
        module.forward = MethodType(own, module)
        found.append(module)
    if not found:
        raise InputError(
            f"model: got {type(model).__name__}, whose layers do not call {_APPLY}"
        )
    return found

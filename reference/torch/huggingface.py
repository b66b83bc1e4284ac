"""Exact rotation in Hugging Face's models: `patch` puts it in, `unpatch` takes it out.

Hugging Face's attention gets cosines and sines from the model and hands them to the function
`apply_rotary_pos_emb` of its own file. In a patched model the positions travel in their place,
and the attention layers call `rotate`. Only this model is changed: its layers get their own
copy of their `forward`, in which one name means something else.

No list says which models can be patched. One can whose attention calls that function, whose
file is understood by `readers.huggingface`, and whose own rotation, asked at a few positions,
is that of the configuration which was read.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from functools import lru_cache
from types import FunctionType, MethodType
from typing import Any, NamedTuple

from torch import Tensor, nn

from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError, InputError
from ropespec.reference.model import RotaryModel
from ropespec.reference.readers import huggingface

from .huggingface_probe import at_width, widths_that_agree
from .rotation import rotate

_APPLY = "apply_rotary_pos_emb"
_MARK = "_ropespec_patched"


class _Layer(NamedTuple):
    """A layer, how it turns, and the widths of heads at which it does; None for not at all."""

    module: nn.Module
    config: RotaryConfig | None
    widths: tuple[int, ...]


class _Patched:
    """What was changed in a model; a copy of it, saved or not, changes the model's copy."""

    def __init__(self, table: nn.Module, layers: Iterable[tuple[Any, ...]]) -> None:
        self.table = table
        self.layers = [_Layer(*layer) for layer in layers]
        self.table.forward = _positions
        for layer in self.layers:
            layer.module.forward = _exact(layer)

    def __reduce__(self) -> tuple[Any, ...]:
        return _Patched, (self.table, [tuple(layer) for layer in self.layers])

    def undo(self) -> None:
        """Give the modules their own ways back."""
        for module in (self.table, *(layer.module for layer in self.layers)):
            del module.forward


def patch(model: nn.Module) -> nn.Module:
    """Let a Hugging Face model rotate exactly.

    Parameters
    ----------
    model
        A model of `transformers`, or a part with layers of attention and their `rotary_emb`:
        Llama, Mistral, Mixtral, Qwen 2 and 3, Gemma, Phi, OLMo, Granite, StableLM, GPT-NeoX,
        gpt-oss and whatever else is built alike.

    Returns
    -------
    Module
        The same model, changed; `unpatch` undoes it.

    Raises
    ------
    InputError
        If it is patched already, not built alike, or turns otherwise than its configuration
        says.
    ConfigError
        If its configuration cannot be read.
    """
    if not isinstance(model, nn.Module):
        raise InputError(f"model: got {type(model).__name__}, expected a Hugging Face model")
    if any(getattr(module, _MARK, None) for module in model.modules()):
        raise InputError("model: got one that is patched, expected an unpatched one")
    described: Any = getattr(model, "config", None)
    if not hasattr(described, "to_dict"):
        raise InputError(f"model: got {type(model).__name__}, expected a Hugging Face model")
    layers = list(_layers(model))
    if not layers:
        raise InputError(
            f"model: got {type(model).__name__}, whose layers do not call {_APPLY}"
        )
    table = _table(model)
    groups = huggingface.read(described.to_dict()).model
    if vars(table).get("forward") is _positions:
        raise InputError("model: got a part of a patched one, expected an unpatched one")
    for module in (table, *(module for module, _ in layers)):
        if "forward" in vars(module):
            raise InputError(
                f"model: got {type(module).__name__} whose forward was replaced, as hooks do, "
                "expected its class's own; patch first, and add hooks then"
            )
    judged = [_judged(module, forward, table, groups) for module, forward in layers]
    setattr(model, _MARK, _Patched(table, judged))
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
    changed.undo()
    delattr(model, _MARK)
    return model


def _layers(model: nn.Module) -> Iterator[tuple[nn.Module, FunctionType]]:
    """Find the modules that rotate, and how each does."""
    for module in model.modules():
        forward = inspect.unwrap(type(module).forward)
        if isinstance(forward, FunctionType) and _APPLY in forward.__code__.co_names:
            yield module, forward


def _table(model: nn.Module) -> nn.Module:
    """Find what makes the model's cosines and sines."""
    found: list[nn.Module] = [
        m for name, m in model.named_modules() if name.split(".")[-1] == "rotary_emb"
    ]
    if len(found) != 1:
        raise InputError(
            f"model: got {type(model).__name__} with {len(found)} modules rotary_emb, "
            "expected one"
        )
    return found[0]


def _positions(x: Tensor, position_ids: Tensor, *_: Any, **__: Any) -> tuple[Tensor, None]:
    """Stand in for the cosines of `x` (which plays no part); whoever wants sines fails."""
    del x
    return position_ids, None


def _config(groups: RotaryModel, layer: int | None) -> RotaryConfig:
    """Return a layer's configuration."""
    return groups.config() if len(groups.rotating) == 1 else groups.config(layer)


def _judged(
    module: nn.Module, forward: FunctionType, table: nn.Module, groups: RotaryModel
) -> _Layer:
    """Find a layer's configuration, and whether it turns as that says."""
    kind, names = type(module).__name__, forward.__globals__
    others = [n for n in forward.__code__.co_names if "rotary" in n and callable(names.get(n))]
    if others != [_APPLY]:
        known = ", ".join(name for name in others if name != _APPLY)
        raise InputError(f"model: got {kind}, which rotates by {known} too")
    layer: Any = getattr(module, "layer_idx", None)
    try:
        config = _config(groups, layer)
    except ConfigError:
        return _Layer(module, None, ())  # the file says that this layer does not rotate
    types = getattr(getattr(module, "config", None), "layer_types", None)
    layer_type = types[layer] if types and layer is not None else None
    widths = widths_that_agree(names[_APPLY], table, layer_type, config)
    if not widths:
        raise InputError(
            f"model: got {kind} (layer {layer}), which turns otherwise than its configuration "
            f"says: {config}"
        )
    return _Layer(module, config, widths)


def _exact(layer: _Layer) -> MethodType:
    """Return a layer's `forward` with `rotate` in it."""
    forward: Any = inspect.unwrap(type(layer.module).forward)
    if layer.config is not None:
        forward = _turning(forward, layer.config, layer.widths)
    return MethodType(forward, layer.module)


@lru_cache(maxsize=256)
def _turning(
    forward: FunctionType, config: RotaryConfig, widths: tuple[int, ...]
) -> FunctionType:
    """Return a `forward` with `rotate` in it, the same one for layers that turn alike.

    torch.compile takes functions of the same code for the same function, whatever their names
    mean, and looks for names in the module that they come from: so this one has code of its
    own, and comes from none.
    """
    narrower = {width: at_width(config, width) for width in widths}

    def apply(
        q: Tensor, k: Tensor, positions: Tensor, _: None, unsqueeze_dim: int = 1
    ) -> tuple[Tensor, Tensor]:
        used = narrower.get(q.shape[-1], config)
        length = int(positions.max()) + 1 if used.depends_on_length else None
        axes = "bhsd" if unsqueeze_dim == 1 else "bshd"
        return rotate(q, k, positions, used, axes=axes, length=length)

    names = {name: value for name, value in forward.__globals__.items() if name != "__name__"}
    own = FunctionType(
        forward.__code__.replace(),
        {**names, _APPLY: apply},
        forward.__name__,
        forward.__defaults__,
        forward.__closure__,
    )
    own.__kwdefaults__ = forward.__kwdefaults__
    return own

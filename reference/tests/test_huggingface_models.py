"""Every row of the table of models against transformers' own classes, run on this machine."""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.models import MODELS

transformers = pytest.importorskip("transformers")

POSITIONS = torch.tensor([[0, 1, 5, 77]])
# Where the class's own defaults cannot be read as they are.
CHANGES: dict[str, dict[str, Any]] = {
    "gpt_oss": {"rope_parameters": {"rope_type": "default", "rope_theta": 150000.0}},
    "glm4_moe": {"head_dim": 128},
}


def own_config(name: str) -> Any:
    return transformers.CONFIG_MAPPING[name](**CHANGES.get(name, {}))


def modeling(name: str) -> ModuleType:
    package = {"llama4_text": "llama4"}.get(name, name)
    return import_module(f"transformers.models.{package}.modeling_{package}")


def rotated(name: str, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    """Rotate with the model's own code."""
    module = modeling(name)
    if name in SPECIAL:
        return SPECIAL[name](module, x, config)
    [embedding] = [
        cls for key, cls in vars(module).items()
        if key.endswith("RotaryEmbedding") and "Vision" not in key
    ]  # fmt: skip
    apply = getattr(module, "apply_rotary_pos_emb_interleave", module.apply_rotary_pos_emb)
    cos, sin = embedding(own_config(name))(x, POSITIONS)
    try:
        return apply(x, x, cos, sin)[0]  # type: ignore[no-any-return]
    except RuntimeError:  # classes that cut the rotary part off before they call it
        turning = x[..., : config.rotary_dim]
        return torch.cat(
            (apply(turning, turning, cos, sin)[0], x[..., config.rotary_dim :]), -1
        )


def _gptj(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    table = module.create_sinusoidal_positions(100, config.rotary_dim)
    sin, cos = table[POSITIONS].chunk(2, dim=-1)
    turning = x[..., : config.rotary_dim].transpose(1, 2)
    turned = module.apply_rotary_pos_emb(turning, sin, cos).transpose(1, 2)
    return torch.cat((turned, x[..., config.rotary_dim :]), -1)


def _roformer(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    positional = module.RoFormerSinusoidalPositionalEmbedding(100, config.head_dim)
    table = positional.create_weight()[POSITIONS][:, None]
    apply = module.RoFormerSelfAttention.apply_rotary_position_embeddings
    return apply(table, x, x)[0]  # type: ignore[no-any-return]


def _llama4(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    assert config.head_dim == x.shape[-1]
    phases = module.Llama4TextRotaryEmbedding(own_config("llama4_text"))(x, POSITIONS)
    by_token = x.transpose(1, 2)
    return module.apply_rotary_emb(by_token, by_token, phases)[0].transpose(1, 2)  # type: ignore[no-any-return]


SPECIAL = {"gptj": _gptj, "codegen": _gptj, "roformer": _roformer, "llama4_text": _llama4}


@pytest.mark.parametrize("name", MODELS)
def test_the_reading_is_what_the_model_computes(name: str) -> None:
    """A wrong layout, sign, base or width is off by about 1 here, float32's error by 1e-5."""
    config = huggingface.read(own_config(name).to_dict()).config
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(1, 2, 4, config.head_dim, generator=generator)
    truth = oracle.rotate(x.numpy(), POSITIONS.numpy(), config)
    norm = float(x.abs().max()) * 2**0.5
    # Angles up to 77 in float32: frequency, product and their roundings, then six more.
    limit = norm * 2.0**-24 * (77 * (2 * np.log(config.base) + 4) + 6)
    assert np.abs(rotated(name, x, config).numpy() - truth).max() < limit


@pytest.mark.parametrize("name", MODELS)
def test_the_classes_defaults_are_known(name: str) -> None:
    """What the class fills in when a file does not say it, the reader fills in too."""
    full = own_config(name).to_dict()
    dropped = {"rope_parameters", "rotary_dim", "partial_rotary_factor"}
    dropped |= {"head_dim"} if name not in CHANGES else set()
    sparse = {key: value for key, value in full.items() if key not in dropped}
    reading = huggingface.read(sparse)
    assert reading.config == huggingface.read(full).config
    assumed = {warning.name for warning in reading.warnings}
    assert ("base-assumed" in assumed) is not MODELS[name].base_fixed

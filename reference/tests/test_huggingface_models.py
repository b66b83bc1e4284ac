"""Every row of the table of models against transformers' own classes, run on this machine."""

import inspect
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.models import MODELS, REMOTE
from ropespec.reference.readers.models_half import HALF
from ropespec.reference.readers.models_sizes import SIZES

transformers = pytest.importorskip("transformers")

EVERYDAY = {
    *HALF,
    "cohere2",
    "deepseek_v2",
    "deepseek_v3",
    "deepseek_v4",
    "glm4",
    "glm4v",
    "gptj",
}
NAMES = [
    name if name in EVERYDAY else pytest.param(name, marks=pytest.mark.slow)
    for name in MODELS
    if name not in REMOTE
]
"""All that transformers has; importing their code takes long, so the rarer ones are slow."""
POSITIONS = torch.tensor([[0, 1, 5, 77]])
# Where the class's own defaults make a model that its code cannot run.
CHANGES: dict[str, dict[str, Any]] = {
    "glm4_moe": {"head_dim": 128},
    "glm4v": {"head_dim": 64},
    "glm4v_moe": {"head_dim": 128},
    "hunyuan_vl": {
        "head_dim": 128,
        "rope_parameters": {
            "rope_type": "dynamic",
            "alpha": 1000.0,
            "factor": 1.0,
            "rope_theta": 1e4,
            "mrope_section": [16, 16, 16, 16],
        },
    },
    "laguna": {"layer_types": ["full_attention", "sliding_attention"], "num_hidden_layers": 2},
    "exaone4": {"sliding_window_pattern": 4},
    "cohere_compass": {
        "rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 10000.0}},
    },
    "esm": {"position_embedding_type": "rotary"},
    "glm_image": {"head_dim": 64},
    "granitemoehybrid": {
        "position_embedding_type": "rope", "layer_types": ["attention", "linear_attention"],
        "num_hidden_layers": 2,
    },
    "mellum": {"layer_types": ["full_attention", "sliding_attention"], "num_hidden_layers": 2},
    "minimax_m3_vl": {"rope_parameters": {"partial_rotary_factor": 0.5, "rope_theta": 5e6}},
    "qwen3_omni_moe": {"head_dim": 128},
    "qwen3_omni_moe_talker": {"head_dim": 128},
    "qwen4_exp": {"head_dim": 64},
    "zamba2": {"use_mem_rope": True},
    "zaya": {
        "layer_types": ["hybrid", "hybrid_sliding"], "num_hidden_layers": 2,
        "sliding_window": 64,
    },
}  # fmt: skip
EMBEDDINGS = {
    "deepseek_ocr2_encoder": "DeepseekOcr2VisionRotaryEmbedding",
    "dots3_note_audio_encoder": "Dots3NoteAudioRotaryEmbedding",
    "evolla": "EvollaRotaryEmbedding",
    "granite4_vision": "Granite4VisionTextRotaryEmbedding",
    "higgs_audio_v2": "HiggsAudioV2RotaryEmbedding",
    "pe_audio_encoder": "PeAudioEncoderRotaryEmbedding",
    "pe_audio_video_encoder": "PeAudioVideoEncoderRotaryEmbedding",
    "pocket_tts_audio_tokenizer": "PocketTTSAudioTokenizerRotaryEmbedding",
    "pocket_tts_audio_tokenizer_decoder": "PocketTTSAudioTokenizerRotaryEmbedding",
    "pocket_tts_audio_tokenizer_encoder": "PocketTTSAudioTokenizerRotaryEmbedding",
    "qwen2_5_omni_talker": "Qwen2_5OmniRotaryEmbedding",
    "qwen3_omni_moe": "Qwen3OmniMoeThinkerTextRotaryEmbedding",
    "qwen3_omni_moe_talker": "Qwen3OmniMoeTalkerRotaryEmbedding",
    "qwen3_omni_moe_talker_code_predictor": "Qwen3OmniMoeRotaryEmbedding",
}
"""Whose class makes cosines and sines, in modules that have several."""
PLAIN = ("dots3_note_audio_encoder",)  # whose module interleaves in its other parts
ABSENT = ("Vision", "Audio", "2D", "DiT", "Code2Wav", "Talker")


def own_config(name: str) -> Any:
    """Return the class's default configuration, of the text part of a larger model."""
    known = transformers.CONFIG_MAPPING
    names = [name + suffix for suffix in ("_text", "_text_model", "")]
    return known[next(full for full in names if full in known)](**CHANGES.get(name, {}))


def modeling(name: str) -> ModuleType:
    """Return the module with the model's code; two classes have Llama's."""
    if name in ("internlm3", "iquestcoder"):
        return import_module("transformers.models.llama.modeling_llama")
    package = type(own_config(name)).__module__.split(".")[-2]
    return import_module(f"transformers.models.{package}.modeling_{package}")


def words_of(name: str) -> dict[str, Any]:
    words: dict[str, Any] = own_config(name).to_dict()
    return words


def embedding_of(name: str) -> Any:
    """Return the class that makes cosines and sines."""
    if name in EMBEDDINGS:
        return getattr(modeling(name), EMBEDDINGS[name])(own_config(name))
    found = [
        cls for key, cls in vars(modeling(name)).items()
        if key.endswith("RotaryEmbedding") and not any(word in key for word in ABSENT)
    ]  # fmt: skip
    [cls] = [cls for cls in found if "Text" in cls.__name__] or found
    return cls(own_config(name))


def positions_of(name: str, config: RotaryConfig) -> torch.Tensor:
    """Return positions, with different coordinates where there are several, `(axes, 1, 4)`.

    HunYuan-VL's class is no rotation for different ones, so it gets text.
    """
    apart = 0 if name == "hunyuan_vl" else 3
    steps = torch.arange(len(config.axes)).reshape(-1, 1, 1)
    return POSITIONS + apart * steps if config.axes else POSITIONS


def rotated(
    name: str, label: str | None, x: torch.Tensor, config: RotaryConfig
) -> torch.Tensor:
    """Rotate with the model's own code; channels that do not turn are put back."""
    module, channels = modeling(name), slice(config.rotary_dim)
    if config.rotary_end == "last":
        channels = slice(config.head_dim - config.rotary_dim, None)
    result = x.clone()
    if name in SPECIAL:
        result[..., channels] = SPECIAL[name](module, x[..., channels], config)
        return result
    embedding, positions = embedding_of(name), positions_of(name, config)
    typed = "layer_type" in inspect.signature(embedding.forward).parameters
    tables = embedding(x, positions, label) if typed and label else embedding(x, positions)
    plain = module.apply_rotary_pos_emb if name in PLAIN else None
    apply = plain or getattr(module, "apply_rotary_pos_emb_interleave", None)
    apply = apply or getattr(module, "apply_rotary_pos_emb", None)
    assert apply is not None
    single = list(inspect.signature(apply).parameters)[1] == "cos"
    for part in (slice(None), channels):  # some classes cut the turning part off themselves
        try:
            turned = apply(x[..., part], *tables) if single else apply(
                x[..., part], x[..., part], *tables
            )[0]  # fmt: skip
        except RuntimeError:
            continue
        result[..., part] = turned
        return result
    raise AssertionError(name)


def _gptj(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    table = module.create_sinusoidal_positions(100, config.rotary_dim)
    sin, cos = table[POSITIONS].chunk(2, dim=-1)
    apply = module.apply_rotary_pos_emb
    return apply(x.transpose(1, 2), sin, cos).transpose(1, 2)  # type: ignore[no-any-return]


def _roformer(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    positional = module.RoFormerSinusoidalPositionalEmbedding(100, config.head_dim)
    table = positional.create_weight()[POSITIONS][:, None]
    apply = module.RoFormerSelfAttention.apply_rotary_position_embeddings
    return apply(table, x, x)[0]  # type: ignore[no-any-return]


def _llama4(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    assert config.head_dim == x.shape[-1]
    phases = module.Llama4TextRotaryEmbedding(own_config("llama4"))(x, POSITIONS)
    by_token = x.transpose(1, 2)
    return module.apply_rotary_emb(by_token, by_token, phases)[0].transpose(1, 2)  # type: ignore[no-any-return]


def _deepseek_v2(module: ModuleType, x: torch.Tensor, config: RotaryConfig) -> torch.Tensor:
    assert config.rotary_dim == x.shape[-1]
    phases = module.DeepseekV2RotaryEmbedding(own_config("deepseek_v2"))(x, POSITIONS)
    return module.apply_rotary_emb(x, x, phases)[0]  # type: ignore[no-any-return]


SPECIAL = {
    "gptj": _gptj,
    "codegen": _gptj,
    "roformer": _roformer,
    "llama4": _llama4,
    "deepseek_v2": _deepseek_v2,
}


@pytest.mark.parametrize("name", NAMES)
def test_the_reading_is_what_the_model_computes(name: str) -> None:
    """A wrong layout, sign, base or width is off by about 1 here, float32's error by 1e-5."""
    groups = huggingface.read(words_of(name)).model.rotating
    assert groups
    for group in groups:
        config = group.rotary
        assert config is not None
        generator = torch.Generator().manual_seed(0)
        x = torch.randn(1, 2, 4, config.head_dim, generator=generator)
        positions = positions_of(name, config).movedim(0, -1) if config.axes else POSITIONS
        truth = oracle.rotate(x.numpy(), positions.numpy(), config)
        label = group.layer_types[0] if group.layer_types else None
        off = np.abs(rotated(name, label, x, config).numpy() - truth).max()
        # Angles up to 86 in float32: frequency, product and their roundings, then six more.
        norm = float(x.abs().max()) * 2**0.5 * config.amplitude
        assert off < norm * 2.0**-24 * (86 * (2 * np.log(config.base) + 8) + 6)


@pytest.mark.parametrize("name", NAMES)
def test_the_classes_defaults_are_known(name: str) -> None:
    """What the class fills in when a file does not say it, the reader fills in too."""
    full, given = words_of(name), CHANGES.get(name, {})
    dropped = {"rope_parameters", "rotary_dim", "partial_rotary_factor", "layer_types"}
    dropped |= {"head_dim", "per_layer_config", "qk_rope_head_dim", "qk_nope_head_dim"}
    dropped |= {"rope_theta", "compress_rope_theta"}
    sparse = {k: v for k, v in full.items() if k not in dropped or k in given}
    reading, told = huggingface.read(sparse), huggingface.read(full)
    assert [group.rotary for group in reading.model.rotating] == [
        group.rotary for group in told.model.rotating
    ]
    # Which layers these are is known too, but for files that have long said so themselves.
    assumed = {warning.name for warning in reading.warnings}
    fixed = MODELS[name].base_fixed or "rope_parameters" in given
    assert ("base-assumed" in assumed) is not fixed


@pytest.mark.slow
@pytest.mark.parametrize("name", SIZES)
def test_the_classes_sizes_are_known(name: str) -> None:
    config = own_config(name)
    assert SIZES[name] == (config.hidden_size, config.num_attention_heads)


FIXED = [
    name for name, row in MODELS.items()
    if row.head_dim and not row.split and name not in REMOTE
    and not any(kind.head_key for kind in row.kinds)
]  # fmt: skip
"""Rows with one width for all layers where a file has none."""


@pytest.mark.slow
@pytest.mark.parametrize("name", FIXED)
def test_a_default_width_is_no_quotient_of_sizes(name: str) -> None:
    """A class that divides has a default width too, which other sizes would belie."""
    known = transformers.CONFIG_MAPPING
    names = [name + suffix for suffix in ("_text", "_text_model", "")]
    cls = known[next(full for full in names if full in known)]
    config = cls(hidden_size=1536, num_attention_heads=8, num_key_value_heads=8)
    assert config.head_dim == MODELS[name].head_dim

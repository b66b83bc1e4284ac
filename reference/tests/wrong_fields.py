"""Descriptions of models that are right, and what a field of one can wrongly be."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping
from typing import Any

WRONG: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 1, 3, 0.5, -0.5, math.nan, math.inf, -math.inf),
    *(1e308, 5e-324, 10**9, 10**18, 10**400, -(10**400)),
    *("", "x", "1", "none", "é\n", [], [1], [0.5, "x"], [None], [10**400], {}, {"a": 1}, [[1]]),
)
"""Each is wrong in most places: by type, sign, size, or for want of meaning."""

YARN = {
    "rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096,
    "rope_theta": 1e4, "beta_fast": 32.0, "beta_slow": 1.0, "truncate": True, "mscale": 1.0,
    "mscale_all_dim": 1.0, "attention_factor": 1.1,
}  # fmt: skip
SIZES = {"hidden_size": 512, "num_attention_heads": 8, "max_position_embeddings": 16384,
         "num_hidden_layers": 4}  # fmt: skip
LLAMA3 = {
    "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}  # fmt: skip
LONG = {"short_factor": [1.0, 1.5] * 4, "long_factor": [2.0, 3.0] * 4}

HUGGING_FACE: dict[str, dict[str, Any]] = {
    "yarn": {"model_type": "llama", **SIZES, "rope_parameters": YARN},
    "old-linear": {
        "model_type": "llama", **SIZES, "rope_theta": 1e4,
        "rope_scaling": {"type": "linear", "factor": 4.0},
    },
    "llama3": {
        "model_type": "llama", **SIZES, "head_dim": 64,
        "rope_parameters": {**LLAMA3, "rope_theta": 5e5},
    },
    "dynamic": {
        "model_type": "internlm2", **SIZES, "rope_theta": 1e6,
        "rope_scaling": {"type": "dynamic", "factor": 2.0},
    },
    "longrope": {
        "model_type": "phi3", "head_dim": 16, "max_position_embeddings": 16384,
        "original_max_position_embeddings": 4096, "rope_theta": 1e4,
        "rope_scaling": {"type": "longrope", **LONG},
    },
    "nested": {
        "model_type": "gemma3_text", "head_dim": 16, "num_hidden_layers": 6,
        "layer_types": ["sliding_attention"] * 5 + ["full_attention"],
        "rope_parameters": {
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
            "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1e6},
        },
    },
    "two-bases": {
        "model_type": "gemma3_text", "head_dim": 16, "num_hidden_layers": 6,
        "sliding_window_pattern": 6, "rope_theta": 1e6, "rope_local_base_freq": 1e4,
        "rope_scaling": {"rope_type": "linear", "factor": 8.0},
    },
    "proportional": {
        "model_type": "gemma4_text", "head_dim": 16, "global_head_dim": 32,
        "num_hidden_layers": 6,
        "rope_parameters": {
            "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
            "full_attention": {
                "rope_type": "proportional", "partial_rotary_factor": 0.25, "rope_theta": 1e6,
            },
        },
    },
    "split": {
        "model_type": "deepseek_v3", "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
        "rope_interleave": True, "max_position_embeddings": 16384,
        "rope_scaling": {k: v for k, v in YARN.items() if k not in ("rope_theta", "truncate")},
        "rope_theta": 1e4,
    },
    "sections": {
        "model_type": "qwen2_vl", "head_dim": 16, "rope_theta": 1e6,
        "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]},
    },
    "interleaved-sections": {
        "model_type": "qwen3_vl_text", "head_dim": 16,
        "rope_parameters": {"rope_type": "default", "rope_theta": 5e6,
                            "mrope_section": [4, 2, 2], "mrope_interleaved": True},
    },
    "no-rope-layers": {
        "model_type": "llama4_text", "head_dim": 16, "num_hidden_layers": 4, "rope_theta": 5e5,
        "no_rope_layers": [1, 1, 1, 0], "attn_temperature_tuning": True, "attn_scale": 0.1,
        "floor_scale": 8192,
    },
    "interval": {"model_type": "smollm3", "head_dim": 16, "num_hidden_layers": 8,
                 "rope_theta": 2e6, "no_rope_layer_interval": 4},
    "letters": {"model_type": "exaone4", "head_dim": 16, "num_hidden_layers": 8,
                "sliding_window": 4096, "sliding_window_pattern": "LLLG", "rope_theta": 1e6},
    "neox": {"model_type": "gpt_neox", **SIZES, "rotary_pct": 0.25, "rotary_emb_base": 10000},
    "gptj": {"model_type": "gptj", "n_embd": 512, "n_head": 4, "n_positions": 2048,
             "n_layer": 2, "rotary_dim": 64},
    "partial": {"model_type": "phi", **SIZES, "rope_theta": 1e4, "partial_rotary_factor": 0.5},
    "layer-bases": {"model_type": "granite_swa", "head_dim": 16, "num_hidden_layers": 4,
                    "layer_rope_theta": [1e4, 0, 1e6, 0], "rope_theta": 1e4},
    "temperature": {
        "model_type": "ministral3", "head_dim": 16,
        "rope_parameters": {**YARN, "llama_4_scaling_beta": 0.1, "attention_factor": None},
    },
    "alpha": {
        "model_type": "hunyuan_v1_dense", "head_dim": 16, "rope_theta": 1e4,
        "rope_scaling": {"type": "dynamic", "alpha": 1000.0, "factor": 1.0},
    },
    "gpt-oss": {
        "model_type": "gpt_oss", "head_dim": 16, "initial_context_length": 4096,
        "rope_theta": 150000.0,
        "rope_scaling": {"rope_type": "yarn", "factor": 32.0, "truncate": False,
                         "original_max_position_embeddings": 4096},
    },
    "dual-chunk": {
        "model_type": "qwen2", **SIZES, "rope_theta": 1e7,
        "dual_chunk_attention_config": {"chunk_size": 262144, "local_size": 8192},
    },
    "chatglm": {"model_type": "chatglm", "kv_channels": 128, "num_layers": 28,
                "rope_ratio": 500, "original_rope": True},
    "qwen": {"model_type": "qwen", "kv_channels": 128, "num_hidden_layers": 4,
             "seq_length": 2048, "rotary_emb_base": 10000, "rotary_pct": 1.0,
             "use_dynamic_ntk": True, "use_logn_attn": True},
    "dbrx": {"model_type": "dbrx", "d_model": 512, "n_heads": 8, "n_layers": 2,
             "max_seq_len": 4096, "attn_config": {"rope_theta": 500000}},
    "omni": {
        "model_type": "qwen2_5_omni",
        "thinker_config": {"text_config": {
            "model_type": "qwen2_5_omni_text", "head_dim": 16, "rope_theta": 1e6,
            "rope_scaling": {"rope_type": "default", "mrope_section": [2, 3, 3]},
        }},
    },
    "switch": {"model_type": "granitemoehybrid", "head_dim": 16, "rope_theta": 1e4,
               "position_embedding_type": "rope"},
}  # fmt: skip
"""Configurations of Hugging Face, one for each key or law that the reader acts on."""

GGUF: dict[str, dict[str, Any]] = {
    "linear": {
        "general.architecture": "llama", "llama.embedding_length": 512,
        "llama.attention.head_count": 8, "llama.context_length": 4096,
        "llama.rope.dimension_count": 64, "llama.rope.freq_base": 1e4,
        "llama.rope.scaling.type": "linear", "llama.rope.scaling.factor": 4.0,
        "llama.rope.scaling.attn_factor": 1.5,
    },
    "yarn": {
        "general.architecture": "qwen2", "qwen2.attention.key_length": 64,
        "qwen2.context_length": 16384, "qwen2.rope.freq_base": 1e6,
        "qwen2.rope.scaling.type": "yarn", "qwen2.rope.scaling.factor": 4.0,
        "qwen2.rope.scaling.original_context_length": 4096,
        "qwen2.rope.scaling.yarn_beta_fast": 32.0, "qwen2.rope.scaling.yarn_beta_slow": 1.0,
        "qwen2.rope.scaling.yarn_ext_factor": 1.0, "qwen2.rope.scaling.yarn_attn_factor": 1.0,
        "qwen2.rope.scaling.finetuned": True,
    },
    "mla": {
        "general.architecture": "deepseek2", "deepseek2.attention.key_length_mla": 192,
        "deepseek2.rope.dimension_count": 64, "deepseek2.rope.freq_base": 1e4,
        "deepseek2.rope.scaling.type": "yarn", "deepseek2.rope.scaling.factor": 40.0,
        "deepseek2.rope.scaling.original_context_length": 4096,
        "deepseek2.rope.scaling.yarn_log_multiplier": 0.1,
    },
    "sliding": {
        "general.architecture": "gemma3", "gemma3.attention.key_length": 64,
        "gemma3.rope.freq_base": 1e6, "gemma3.rope.freq_base_swa": 1e4,
        "gemma3.rope.scaling.type": "linear", "gemma3.rope.scaling.factor": 8.0,
        "gemma3.rope.dimension_count_swa": 64, "gemma3.attention.key_length_swa": 64,
        "gemma3.attention.sliding_window_pattern": [True, True, False],
    },
    "sections": {
        "general.architecture": "qwen2vl", "qwen2vl.attention.key_length": 16,
        "qwen2vl.rope.dimension_sections": [2, 3, 3, 0], "qwen2vl.rope.freq_base": 1e6,
    },
    "temperature": {
        "general.architecture": "llama4", "llama4.attention.key_length": 16,
        "llama4.rope.freq_base": 5e5, "llama4.attention.temperature_length": 8192,
        "llama4.attention.temperature_scale": 0.1,
    },
    "alpha": {
        "general.architecture": "hunyuan-dense", "hunyuan-dense.attention.key_length": 16,
        "hunyuan-dense.rope.freq_base": 1e4, "hunyuan-dense.rope.scaling.type": "none",
        "hunyuan-dense.rope.scaling.alpha": 1000.0,
    },
    "old": {"general.architecture": "llama", "llama.attention.key_length": 16,
            "llama.rope.freq_base": 1e4, "llama.rope.scale_linear": 4.0},
}  # fmt: skip

META: dict[str, dict[str, Any]] = {
    "llama3": {"dim": 512, "n_heads": 8, "n_kv_heads": 2, "n_layers": 4, "rope_theta": 5e5,
               "use_scaled_rope": True},
    "llama4": {
        "dim": 512, "n_heads": 8, "head_dim": 64, "n_layers": 8, "rope_theta": 5e5,
        "use_scaled_rope": True, "rope_scaling_factor": 16, "rope_high_freq_factor": 1,
        "nope_layer_interval": 4, "attn_temperature_tuning": True, "floor_scale": 8192.0,
        "attn_scale": 0.1, "use_qk_norm": True,
    },
}  # fmt: skip

MISTRAL: dict[str, dict[str, Any]] = {
    "yarn": {
        "dim": 512, "n_heads": 8, "n_layers": 4, "rope_theta": 1e6,
        "yarn": {"original_max_position_embeddings": 16384, "factor": 16, "alpha": 1,
                 "beta": 32, "apply_scale": False},
        "llama_4_scaling": {"original_max_position_embeddings": 16384, "beta": 0.1},
    },
    "mla": {"dim": 512, "n_heads": 8, "rope_theta": 1e6, "qk_rope_head_dim": 64,
            "qk_nope_head_dim": 64},
}  # fmt: skip

SCALINGS: tuple[dict[str, Any], ...] = (
    {k: v for k, v in YARN.items() if k != "rope_theta"} | {"convention": "deepseek"},
    LLAMA3,
    {"rope_type": "dynamic", "factor": 2.0, "original_max_position_embeddings": 4096,
     "convention": "qwen"},
    {"rope_type": "longrope", **LONG, "original_max_position_embeddings": 4096, "factor": 4.0},
    {"rope_type": "ntk", "alpha": 8.0},
    {"rope_type": "resonance", "of": {"rope_type": "linear", "factor": 4.0}},
)  # fmt: skip
"""Frequency laws in ropespec's own format."""

OWN: dict[str, dict[str, Any]] = {
    "plain": {
        "head_dim": 64, "rotary_dim": 32, "rotary_end": "last", "base": 5e5, "layout": "half",
        "sign": -1, "axes": [8, 8], "attention_factor": 1.5, "max_position": 8191,
        "scaling": {"rope_type": "linear", "factor": 4.0},
    },
    **{
        str(scaling["rope_type"]): {"head_dim": 16, "base": 1e4, "scaling": scaling}
        for scaling in SCALINGS
    },
    "proportional": {"head_dim": 16, "rotary_dim": 4, "layout": "half-idle",
                     "scaling": {"rope_type": "proportional", "factor": 2.0}},
    "arrangement": {
        "head_dim": 8, "layout": "half",
        "arrangement": {"axis": [0, 1, 0, 1], "index": [0, 1, 2, 3], "width": [8, 8, 8, 8],
                        "bases": [], "unit": "radian"},
    },
    "mixed": {"head_dim": 4, "layout": "half",
              "arrangement": {"matrix": [[1.0, 0.5], [0.25, 0.125]], "unit": "radian"}},
}  # fmt: skip

Place = tuple[str | int, ...]
"""The way to a field: keys of nested dicts, and places in lists."""


def places(words: Any, before: Place = ()) -> Iterator[Place]:
    """Yield the way to every field, tables and lists themselves included."""
    if before:
        yield before
    if isinstance(words, Mapping):
        for key, value in words.items():
            yield from places(value, (*before, key))
    elif isinstance(words, list) and words:
        yield from places(words[-1], (*before, len(words) - 1))


def changed(words: Mapping[str, Any], place: Place, value: Any) -> dict[str, Any]:
    """Return a copy with one field replaced."""
    result = copy.deepcopy(dict(words))
    inner: Any = result
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = copy.deepcopy(value)
    return result


def without(words: Mapping[str, Any], place: Place) -> dict[str, Any]:
    """Return a copy with one field left out."""
    result = copy.deepcopy(dict(words))
    inner: Any = result
    for key in place[:-1]:
        inner = inner[key]
    del inner[place[-1]]
    return result

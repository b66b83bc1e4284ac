"""Configurations in the words of released files, against transformers run on them."""

from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference.readers import huggingface

transformers = pytest.importorskip("transformers")

YARN_DEEPSEEK = {"type": "yarn", "factor": 40, "original_max_position_embeddings": 4096,
                 "beta_fast": 32, "beta_slow": 1}  # fmt: skip
LLAMA3 = {"rope_type": "llama3", "low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 8192}  # fmt: skip
LONG = {"short_factor": [1.0 + 0.01 * i for i in range(48)],
        "long_factor": [1.0 + 0.5 * i for i in range(48)]}  # fmt: skip
LLAMA = {"hidden_size": 2048, "num_attention_heads": 32, "num_hidden_layers": 2,
         "max_position_embeddings": 131072}  # fmt: skip
NESTED = {
    "full_attention": {"rope_type": "yarn", "factor": 8.0, "rope_theta": 5e5,
                       "original_max_position_embeddings": 8192},
    "sliding_attention": {"rope_type": "default", "rope_theta": 1e4},
}  # fmt: skip

FILES: dict[str, dict[str, Any]] = {
    "llama-3.2-1b": {"model_type": "llama", **LLAMA, "head_dim": 64, "rope_theta": 500000.0,
                     "rope_scaling": {**LLAMA3, "factor": 32.0}},
    "deepseek-v2-lite": {"model_type": "deepseek_v2", "qk_nope_head_dim": 128,
                         "qk_rope_head_dim": 64, "rope_theta": 10000,
                         "max_position_embeddings": 163840, "num_hidden_layers": 2,
                         "rope_scaling": {**YARN_DEEPSEEK, "mscale": 0.707,
                                          "mscale_all_dim": 0.707}},
    "kimi-k2": {"model_type": "deepseek_v3", "qk_nope_head_dim": 128, "qk_rope_head_dim": 64,
                "rope_theta": 50000.0, "max_position_embeddings": 131072,
                "num_hidden_layers": 2,
                "rope_scaling": {**YARN_DEEPSEEK, "factor": 32.0, "beta_fast": 1.0,
                                 "mscale": 1.0, "mscale_all_dim": 1.0}},
    "gemma-3-27b": {"model_type": "gemma3_text", "head_dim": 128, "num_hidden_layers": 12,
                    "rope_scaling": {"rope_type": "linear", "factor": 8.0},
                    "sliding_window_pattern": 6},
    "gemma-4": {"model_type": "gemma4_text", "num_hidden_layers": 6},
    "gemma-4 in full": {"model_type": "gemma4_text", "num_hidden_layers": 6,
                        "head_dim": 128, "global_head_dim": 256, "rope_parameters": {
        "full_attention": {"rope_type": "proportional", "partial_rotary_factor": 0.31,
                           "rope_theta": 1e6, "factor": 2.0},
        "sliding_attention": {"rope_type": "default", "rope_theta": 1e4}}},
    "olmo-3": {"model_type": "olmo3", "hidden_size": 4096, "num_attention_heads": 32,
               "num_hidden_layers": 8, "max_position_embeddings": 65536,
               "rope_theta": 500000, "rope_scaling": {
                   "rope_type": "yarn", "factor": 8.0, "beta_fast": 32, "beta_slow": 1,
                   "original_max_position_embeddings": 8192,
                   "attention_factor": 1.2079441541679836}},
    "olmo-3 nested": {"model_type": "olmo3", "num_hidden_layers": 8, "rope_parameters": NESTED},
    "modernbert": {"model_type": "modernbert", "num_hidden_layers": 7,
                   "global_rope_theta": 160000.0, "local_rope_theta": 10000.0},
    "mimo-v2-flash": {"model_type": "mimo_v2_flash", "num_hidden_layers": 7},
    "ministral-3": {"model_type": "ministral3", "num_hidden_layers": 2},
    "mistral-4": {"model_type": "mistral4", "num_hidden_layers": 2},
    "gpt-oss": {"model_type": "gpt_oss", "num_hidden_layers": 2},
    "apertus": {"model_type": "apertus", "num_hidden_layers": 2},
    "cwm": {"model_type": "cwm", "num_hidden_layers": 2},
    "phi-4-mini": {"model_type": "phi3", "hidden_size": 3072, "num_attention_heads": 24,
                   "num_hidden_layers": 2, "partial_rotary_factor": 0.75,
                   "max_position_embeddings": 131072, "rope_theta": 10000.0,
                   "original_max_position_embeddings": 4096,
                   "rope_scaling": {"type": "longrope", **LONG}},
    "phi-moe": {"model_type": "phimoe", "hidden_size": 3072, "num_attention_heads": 32,
                "num_hidden_layers": 2, "max_position_embeddings": 131072,
                "rope_scaling": {"type": "longrope", **LONG, "short_mscale": 1.2,
                                 "long_mscale": 1.3,
                                 "original_max_position_embeddings": 4096}},
    "granite-3.1-8b": {"model_type": "granite", **LLAMA, "rope_theta": 10000000.0},
    "glm-4.5-air": {"model_type": "glm4_moe", "head_dim": 128, "num_hidden_layers": 2,
                    "partial_rotary_factor": 0.5, "rope_theta": 1000000},
    "falcon-h1": {"model_type": "falcon_h1", **LLAMA, "rope_theta": 100000000000.0},
    "internlm dynamic": {"model_type": "llama", **LLAMA, "rope_theta": 1000000,
                         "rope_scaling": {"type": "dynamic", "factor": 2.0}},
    "qwen yarn, no factor": {"model_type": "qwen3", **LLAMA, "rope_scaling": {
        "rope_type": "yarn", "factor": None, "original_max_position_embeddings": 32768}},
    "yarn, no trained length": {"model_type": "qwen2", **LLAMA, "rope_scaling": {
        "rope_type": "yarn", "factor": 4.0, "beta_fast": 0, "mscale": 0.5}},
    "yarn of half a head": {"model_type": "stablelm", **LLAMA, "partial_rotary_factor": 0.5,
                            "rope_scaling": {"rope_type": "yarn", "factor": 4.0,
                                             "original_max_position_embeddings": 1024}},
    "yarn whose ramp ends beyond the pairs": {
        "model_type": "llama", **LLAMA, "head_dim": 64, "max_position_embeddings": 524288,
        "rope_scaling": {"rope_type": "yarn", "factor": 4.0,
                         "original_max_position_embeddings": 131072}},
    "yarn from a short trained length": {
        "model_type": "llama", **LLAMA, "head_dim": 64, "rope_scaling": {
            "rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 128}},
    "yarn with its own turns": {
        "model_type": "llama", **LLAMA, "head_dim": 128, "rope_scaling": {
            "rope_type": "yarn", "factor": 64.0, "beta_fast": 4.0, "beta_slow": 0.5,
            "attention_factor": 1.0, "original_max_position_embeddings": 2048}},
    "exaone-4": {"model_type": "exaone4", **LLAMA, "sliding_window": 4096,
                 "num_hidden_layers": 8, "rope_scaling": {**LLAMA3, "factor": 16.0}},
    "qwen3-vl": {"model_type": "qwen3_vl_text", "head_dim": 128, "num_hidden_layers": 2,
                 "rope_theta": 5000000, "rope_scaling": {
                     "mrope_interleaved": True, "mrope_section": [24, 20, 20],
                     "rope_type": "default"}},
    "hunyuan-a13b": {"model_type": "hunyuan_v1_moe", "hidden_size": 4096, "head_dim": 128,
                     "num_attention_heads": 32, "num_hidden_layers": 2, "rope_scaling": {
                         "type": "dynamic", "alpha": 1000.0, "factor": 1.0, "mscale": 1.0,
                         "mscale_all_dim": 1.0, "beta_fast": 32, "beta_slow": 1}},
}  # fmt: skip


def embedding(words: dict[str, Any]) -> Any:
    """Build transformers' embedding for a file."""
    given = {key: value for key, value in words.items() if key != "model_type"}
    config = transformers.CONFIG_MAPPING[words["model_type"]](**given)
    package = type(config).__module__.split(".")[-2]
    module = import_module(f"transformers.models.{package}.modeling_{package}")
    names = [
        name for name in vars(module)
        if name.endswith("RotaryEmbedding") and "Vision" not in name and "Audio" not in name
    ]  # fmt: skip
    name = next((name for name in names if "Text" in name), names[0])
    return getattr(module, name)(config)


@pytest.mark.parametrize("name", FILES)
def test_the_frequencies_are_those_of_transformers(name: str) -> None:
    words = {key: value for key, value in FILES[name].items()}  # noqa: C416 - transformers edits it
    reading = huggingface.read(words)
    theirs = embedding(words)
    for group in reading.model.rotating:
        assert group.rotary is not None
        label = f"{group.layer_types[0]}_" if hasattr(theirs, "layer_types") or any(
            f"{kind}_inv_freq" in dict(theirs.named_buffers()) for kind in group.layer_types
        ) else ""  # fmt: skip
        published = getattr(theirs, f"{label}inv_freq").to(torch.float64).numpy()
        turning = published[published > 0]  # proportional tables end in zeros
        ours = group.rotary.inv_freq()
        assert ours.shape == turning.shape
        np.testing.assert_allclose(ours, turning, rtol=5e-7)
        amplitude = float(getattr(theirs, f"{label}attention_scaling"))
        if name == "phi-moe":  # whose forward replaces it
            amplitude = 1.2
        assert group.rotary.amplitude == pytest.approx(amplitude, rel=0, abs=1e-12)

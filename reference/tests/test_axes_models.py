"""Rows of the table of schemes against transformers' own classes, run on this machine."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import torch

from ropespec.reference import RotaryConfig, forms, layout_channels
from ropespec.reference.arrays import FloatArray
from ropespec.reference.axes import scheme
from ropespec.reference.axes.coordinates import columns_first, grid
from ropespec.reference.axes.deviations import split_axes, vjepa2_tiled, xd_rope_split_axes

transformers = pytest.importorskip("transformers")

IMAGE = grid(3, 5)
VIDEO = grid(2, 3, 4) * np.array([1, 3, 2])


def built(model: str, name: str, config: str, changes: dict[str, Any]) -> Any:
    """Make one of the library's embeddings."""
    module = import_module(f"transformers.models.{model}.modeling_{model}")
    return getattr(module, name)(getattr(module, config)(**changes))


def tables(embedding: Any, positions: Any) -> tuple[FloatArray, FloatArray]:
    """Call an embedding that takes positions; cosines and sines `(tokens, channels)`."""
    cos, sin = embedding(torch.zeros(1), torch.as_tensor(np.array(positions)))
    tokens = int(np.prod(cos.shape[:-1]))
    cos, sin = (part.double().numpy().reshape(tokens, -1) for part in (cos, sin))
    return cos, sin


def vision(model: str, name: str, config: str, **changes: Any) -> Callable[[], Any]:
    """Vision embeddings that take positions `(tokens, axes)`."""
    return lambda: tables(built(model, name, config, changes), IMAGE)


def text(model: str, name: str, config: str, **changes: Any) -> Callable[[], Any]:
    """Text embeddings that take positions `(axes, batch, tokens)`."""
    return lambda: tables(built(model, name, config, changes), VIDEO.T[:, np.newaxis])


def batched() -> Any:
    """Gemma 4's vision embedding takes a batch as well."""
    embedding = built("gemma4", "Gemma4VisionRotaryEmbedding", "Gemma4VisionConfig", {})
    return tables(embedding, IMAGE[np.newaxis])


def dinov3() -> Any:
    """DINOv3 takes an image and makes its own coordinates."""
    embedding = built("dinov3_vit", "DINOv3ViTRopePositionEmbedding", "DINOv3ViTConfig", {})
    embedding.eval()
    cos, sin = embedding(torch.zeros(1, 3, 3 * 16, 5 * 16))
    return cos.double().numpy(), sin.double().numpy()


def loftr() -> Any:
    """EfficientLoFTR takes features and makes its own coordinates."""
    name = "EfficientLoFTRRotaryEmbedding"
    embedding = built("efficientloftr", name, "EfficientLoFTRConfig", {})
    step = embedding.config.q_aggregation_stride
    cos, sin = embedding(torch.zeros(1, 1, 3 * step, 5 * step))
    return cos.double().numpy().reshape(15, -1), sin.double().numpy().reshape(15, -1)


def llama4() -> Any:
    """Llama 4 makes complex numbers for its whole grid, the class token last."""
    changes = {"image_size": 8, "patch_size": 2, "hidden_size": 64, "num_attention_heads": 1}
    name = "Llama4VisionRotaryEmbedding"
    embedding = built("llama4", name, "Llama4VisionConfig", changes)
    turning = embedding(torch.zeros(1)).to(torch.complex128).numpy().reshape(17, 32)
    assert (turning[16] == 1).all()  # the class token: coordinates (0, 0)
    turning = np.repeat(turning[:16], 2, axis=-1)
    return turning.real, turning.imag


def neomme() -> Any:
    """NeoMME has a table for each type of layer."""
    embedding = built("neomme", "NeoMMERotaryEmbedding", "NeoMMEConfig", {"head_dim": 64})
    positions = torch.as_tensor(IMAGE.T[:, np.newaxis].copy())
    base = embedding.config.rope_parameters["full_attention"]["rope_theta"]
    assert base == 1e6
    cos, sin = embedding(torch.zeros(1), positions, layer_type="full_attention")
    return cos.double().numpy()[0], sin.double().numpy()[0]


def rope(base: float, sections: list[int], **more: Any) -> dict[str, Any]:
    """Words for the library."""
    words = {"rope_type": "default", "rope_theta": base, "mrope_section": sections, **more}
    return {"rope_parameters": words}


QWEN3 = rope(5e6, [24, 20, 20], mrope_interleaved=True)
QWEN35 = rope(1e7, [11, 11, 10], mrope_interleaved=True, partial_rotary_factor=0.25)
MODELS: list[tuple[str, dict[str, Any], Any, Callable[[], Any]]] = [
    ("pixtral", {"head_dim": 64}, IMAGE,
     vision("pixtral", "PixtralVisionRotaryEmbedding", "PixtralVisionConfig", head_dim=64)),
    ("qwen2-vl-vision", {}, IMAGE,
     vision("qwen2_vl", "Qwen2VLVisionRotaryEmbedding", "Qwen2VLVisionConfig")),
    ("kimi-vision", {}, IMAGE,
     vision("kimi_k25", "Kimi_K25VisionRotaryEmbedding", "Kimi_K25VisionConfig")),
    ("minimax-m3-vision", {}, VIDEO,
     lambda: tables(built("minimax_m3_vl", "MiniMaxM3VLVisionRotaryEmbedding",
                          "MiniMaxM3VLVisionConfig", {"head_dim": 80}), VIDEO)),
    ("gemma-4-vision", {}, IMAGE, batched),
    ("dinov3", {}, scheme("dinov3").coordinates(3, 5), dinov3),
    ("efficient-loftr", {}, IMAGE + 1, loftr),
    ("llama-4-vision", {"head_dim": 64}, columns_first(4, 4, start=1), llama4),
    ("neo-mme", {"head_dim": 64, "sections": (4, 4), "base": 1e6}, IMAGE, neomme),
    ("m-rope", {}, VIDEO, text("qwen2_vl", "Qwen2VLRotaryEmbedding", "Qwen2VLTextConfig",
                               hidden_size=256, num_attention_heads=2,
                               **rope(1e6, [16, 24, 24]))),
    ("m-rope-interleaved", {}, VIDEO,
     text("qwen3_vl", "Qwen3VLTextRotaryEmbedding", "Qwen3VLTextConfig", head_dim=128,
          **QWEN3)),
    ("m-rope-interleaved", {"head_dim": 256, "sections": (11, 11, 10), "base": 1e7}, VIDEO,
     text("qwen3_5", "Qwen3_5TextRotaryEmbedding", "Qwen3_5TextConfig", head_dim=256,
          **QWEN35)),
    ("ernie-4.5-vl", {}, VIDEO,
     text("ernie4_5_vl_moe", "Ernie4_5_VLMoeTextRotaryEmbedding",
          "Ernie4_5_VLMoeTextConfig", hidden_size=256, num_attention_heads=2,
          **rope(5e5, [22, 22, 20]))),
]  # fmt: skip


def by_channel(positions: Any, config: RotaryConfig) -> tuple[FloatArray, FloatArray]:
    """Angle of every channel that turns, in order of channels, and of its pair."""
    angles = forms.angles(positions, config)
    table = np.zeros((*angles.shape[:-1], config.head_dim))
    channels = layout_channels(config)
    for side in (0, 1):
        table[..., channels.read[:, side]] = angles
    return table[..., : config.rotary_dim], angles


@pytest.mark.parametrize(("name", "fields", "positions", "published"), MODELS)
def test_tables_of_the_library(
    name: str, fields: dict[str, Any], positions: Any, published: Callable[[], Any]
) -> None:
    """float32 in the library: frequency and product rounded, 5e-7 of the angle; then 2**-23."""
    config = scheme(name).config(**fields)
    angle, _ = by_channel(positions, config)
    cos, sin = published()
    limit = 5e-7 * np.abs(angle) + 2.0**-23
    assert cos.shape == angle.shape
    assert (np.abs(cos - np.cos(angle)) <= limit).all()
    assert (np.abs(sin - np.sin(angle)) <= limit).all()


def test_vjepa2_is_no_rotation() -> None:
    """The deviation against the library's code, and the size of its failure."""
    module = import_module("transformers.models.vjepa2.modeling_vjepa2")
    x = np.eye(24)[np.newaxis, np.newaxis]
    theirs = module.rotate_queries_or_keys(torch.tensor(x), torch.full((24,), 3.0)[None, None])
    ours = vjepa2_tiled(x, 3.0)
    np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-12)
    R = ours[0, 0].T
    # the measured value is a float32 run's
    assert abs(np.abs(R.T @ R - np.eye(24)).max() - 0.9486228461587781) < 1e-6


def test_hunyuan_vl_is_no_rotation_for_images_only() -> None:
    """Position (7, 2, 5, 1) as measured, and all coordinates equal."""
    config = scheme("xd-rope").config()
    frequencies = config.inv_freq()
    x = np.eye(128)
    R = xd_rope_split_axes(x, (7, 2, 5, 1), frequencies, (16, 16, 16, 16)).T
    assert abs(np.abs(R.T @ R - np.eye(128)).max() - 0.9935193956780779) < 1e-6
    text = xd_rope_split_axes(x, (7, 7, 7, 7), frequencies, (16, 16, 16, 16)).T
    np.testing.assert_allclose(text, forms.rotation_matrix([7] * 4, config), atol=1e-13)
    assert split_axes((16, 16, 16, 16)).tolist() == [i // 32 for i in range(128)]


def test_hunyuan_vl_as_the_library_does_it() -> None:
    words = rope(1e4, [16] * 4, alpha=1000.0, factor=1.0) | {"head_dim": 128}
    words["rope_parameters"]["rope_type"] = "dynamic"
    name = "HunYuanVLRotaryEmbedding"
    embedding = built("hunyuan_vl", name, "HunYuanVLTextConfig", words)
    cos, sin = tables(embedding, np.array([7, 2, 5, 1]).reshape(4, 1, 1))
    frequencies = scheme("xd-rope").config().inv_freq()
    mine = xd_rope_split_axes(np.ones(128), (7, 2, 5, 1), frequencies, (16,) * 4)
    signs = np.repeat([-1.0, 1.0], 64)
    np.testing.assert_allclose(mine, cos[0] + signs * sin[0], atol=1e-5)

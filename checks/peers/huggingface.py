r"""Hugging Face transformers' own rotary embeddings, with the published numbers of models.

Needs transformers and torch. Try one on the command line:

    ropespec check ropespec.checks.peers.huggingface:Llama --framework torch \
        --signature qk --layout half --head-dim 128 --base 500000
"""

from __future__ import annotations

import importlib
import warnings
from typing import Any

from ropespec.checks.target import Adapter

from .peer import Peer, published, words


class HuggingFace(Adapter):
    """A model's rotary embedding and the function of its module that rotates.

    It imports and builds when it is made, so that a check does it once.
    """

    model = ""
    embedding = ""
    part = ""

    def __init__(self) -> None:
        values = words(self.model)
        name = values.pop("model_type").removesuffix("_text")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of transformers' own making
            import torch
            from transformers import AutoConfig

            self.torch = torch
            module = f"transformers.models.{name}.modeling_{name}"
            self.code: Any = importlib.import_module(module)
            kind = self.part or name
            self.config = AutoConfig.for_model(kind, **values)
            self.prepare()

    def prepare(self) -> None:
        """Build transformers' module from the published numbers."""
        self.rope = getattr(self.code, self.embedding)(self.config)

    def apply(self, *arrays: Any) -> Any:
        """Rotate `(batch, heads, seq, head_dim)`: q, k, positions."""
        q, k, positions = arrays
        cos, sin = self.rope(q, positions)
        return self.code.apply_rotary_pos_emb(q, k, cos, sin)


class Llama(HuggingFace):
    """Llama-3-8B."""

    model, embedding = "llama-3-8b", "LlamaRotaryEmbedding"


class LlamaScaled(HuggingFace):
    """Llama-3.1-8B: three bands of frequencies."""

    model, embedding = "llama-3.1-8b", "LlamaRotaryEmbedding"


class GPTNeoX(HuggingFace):
    """Pythia-6.9B: the first 32 of 128 channels."""

    model, embedding = "pythia-6.9b", "GPTNeoXRotaryEmbedding"


class Phi3(HuggingFace):
    """Phi-3-mini-128k: short factors in calls up to 4096 tokens, else long ones."""

    model, embedding = "phi-3-mini-128k", "Phi3RotaryEmbedding"


class Phi3Long(Phi3):
    """The same within a call that is longer than the trained length."""

    def apply(self, q: Any, k: Any, positions: Any) -> Any:
        """Rotate tokens that a last one, far out, stands behind."""
        far = positions.new_full((len(positions), 1), 131071)
        cos, sin = self.rope(q, self.torch.cat([positions, far], dim=1))
        return self.code.apply_rotary_pos_emb(q, k, cos[:, :-1], sin[:, :-1])


class GptOss(HuggingFace):
    """gpt-oss-20b: YaRN with a ramp that is not rounded."""

    model, embedding = "gpt-oss-20b", "GptOssRotaryEmbedding"


class GPTJ(HuggingFace):
    """GPT-J-6B: the first 64 of 256 channels, by a table of 2048 positions."""

    model = "gpt-j-6b"

    def prepare(self) -> None:
        """Build transformers' table, `(2048, 64)`: sines, cosines."""
        config = self.config
        length, self.width = config.max_position_embeddings, config.rotary_dim
        self.table = self.code.create_sinusoidal_positions(length, self.width)

    def apply(self, x: Any, positions: Any) -> Any:
        """Rotate `(batch, seq, heads, 256)` as the attention of the model does."""
        table = self.table.repeat(positions.shape[0], 1, 1)
        places = positions.unsqueeze(-1).repeat(1, 1, table.shape[-1])
        sin, cos = self.torch.gather(table, 1, places).to(x.dtype).chunk(2, dim=-1)
        turned = self.code.apply_rotary_pos_emb(x[..., : self.width], sin, cos)
        return self.torch.cat([turned, x[..., self.width :]], dim=-1)


class Gemma3(HuggingFace):
    """Gemma-3-12B, sliding layers: base 10000."""

    model, embedding, layers = "gemma-3-12b", "Gemma3RotaryEmbedding", "sliding_attention"
    part = "gemma3_text"

    def apply(self, q: Any, k: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 256)`."""
        cos, sin = self.rope(q, positions, self.layers)
        return self.code.apply_rotary_pos_emb(q, k, cos, sin)


class Gemma3Global(Gemma3):
    """Gemma-3-12B, full layers: base 1000000, positions divided by 8."""

    layers = "full_attention"


class DeepseekV3(HuggingFace):
    """DeepSeek-V3: the last 64 of 192 channels, written in halves."""

    model, embedding = "deepseek-v3", "DeepseekV3RotaryEmbedding"

    def apply(self, q: Any, k: Any, positions: Any) -> Any:
        """Rotate `(batch, heads, seq, 192)`; the model joins the two parts in this order."""
        cos, sin = self.rope(q, positions)
        turn = self.code.apply_rotary_pos_emb_interleave
        turned = turn(q[..., 128:], k[..., 128:], cos, sin)
        pairs = zip((q, k), turned, strict=True)
        return tuple(self.torch.cat([x[..., :128], y], dim=-1) for x, y in pairs)


class Qwen2VL(HuggingFace):
    """Qwen2-VL-7B, text part: three axes of positions."""

    model, embedding = "qwen2-vl-7b", "Qwen2VLRotaryEmbedding"
    part = "qwen2_vl_text"

    def apply(self, q: Any, k: Any, positions: Any) -> Any:
        """Rotate by positions `(batch, seq, 3)`."""
        cos, sin = self.rope(q, positions.permute(2, 0, 1))
        return self.code.apply_rotary_pos_emb(q, k, cos, sin)


class Llama4(HuggingFace):
    """Llama-4-Scout, layers with rotary embedding: complex numbers."""

    model, embedding = "llama-4-scout", "Llama4TextRotaryEmbedding"
    part = "llama4_text"

    def apply(self, q: Any, k: Any, positions: Any) -> Any:
        """Rotate `(batch, seq, heads, 128)`."""
        return self.code.apply_rotary_emb(q, k, self.rope(q, positions))


QK = {"framework": "torch", "signature": "qk"}
LENGTH = (
    "The frequencies change with the longest position of a call, as the configuration says: up "
    "to 4096 tokens by one list, beyond by the other. Each call is held to the list of its own "
    "length; laws that compare calls were tried up to position 4095."
)
ALWAYS_LONG = (
    "Every call has a last token far out, so that all of them take the list of long calls, and "
    "laws that compare calls are tried with it too."
)
QK_SEQUENCE_FIRST = {**QK, "axes": "bshd"}


def _peer(slug: str, name: str, function: str, source: str, **more: Any) -> Peer:
    """Describe one of this module's functions."""
    config = more.pop("config", None) or published(slug)
    claims = more.pop("claims", QK)
    full = f"transformers, {name}"
    return Peer(slug, full, f"{__name__}:{function}", config, claims, source, **more)


PEERS = (
    _peer("llama-3-8b", "Llama-3-8B", "Llama", "config.json of Meta-Llama-3-8B"),
    _peer(
        "gpt-j-6b", "GPT-J-6B", "GPTJ", "config.json of gpt-j-6b",
        claims={"framework": "torch", "axes": "bshd", "max_position": 2047},
    ),
    _peer("llama-3.1-8b", "Llama-3.1-8B", "LlamaScaled", "config.json of Llama-3.1-8B"),
    _peer("pythia-6.9b", "Pythia-6.9B (GPT-NeoX)", "GPTNeoX", "config.json of pythia-6.9b"),
    _peer(
        "gemma-3-12b-local", "Gemma-3-12B, sliding layers", "Gemma3",
        "config.json of gemma-3-12b",
        config=published("gemma-3-12b", "sliding_attention"),
    ),
    _peer(
        "gemma-3-12b-global", "Gemma-3-12B, full layers", "Gemma3Global",
        "config.json of gemma-3-12b", config=published("gemma-3-12b", "full_attention"),
    ),
    _peer(
        "deepseek-v3", "DeepSeek-V3", "DeepseekV3", "config.json of DeepSeek-V3",
        note="The model concatenates the unrotated and the rotated part; so does the adapter.",
    ),
    _peer("qwen2-vl-7b", "Qwen2-VL-7B (M-RoPE)", "Qwen2VL", "config.json of Qwen2-VL-7B"),
    _peer(
        "llama-4-scout", "Llama-4-Scout", "Llama4", "config.json of Llama-4-Scout-17B-16E",
        claims=QK_SEQUENCE_FIRST,
    ),
    _peer(
        "phi-3-mini-128k", "Phi-3-mini-128k (LongRoPE)", "Phi3",
        "config.json of Phi-3-mini-128k-instruct", claims={**QK, "by_length": True},
        note=LENGTH,
    ),
    _peer(
        "phi-3-mini-128k-long", "Phi-3-mini-128k (LongRoPE), long calls", "Phi3Long",
        "config.json of Phi-3-mini-128k-instruct",
        config=published("phi-3-mini-128k").at_length(131072), note=ALWAYS_LONG,
    ),
    _peer("gpt-oss-20b", "gpt-oss-20b (YaRN)", "GptOss", "config.json of gpt-oss-20b"),
)  # fmt: skip
"""Models with the numbers that their authors publish."""

"""Hugging Face's Llama rotation as a target: queries and keys, in torch."""

from transformers import LlamaConfig
from transformers.models.llama import modeling_llama as llama

rope = {"rope_type": "default", "rope_theta": 500000.0}
config = LlamaConfig(head_dim=128, rope_parameters=rope)
tables = llama.LlamaRotaryEmbedding(config)


def rotate(q, k, positions):
    """Turn q and k (batch, heads, seq, head_dim) by positions (batch, seq)."""
    cos, sin = tables(q, positions)
    return llama.apply_rotary_pos_emb(q, k, cos, sin)

"""Libraries that build their own tables, with the numbers of Llama-3-8B."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch

from .cases import BASE, HEAD_DIM, Case
from .rival_operators import Turn, float_tables


def huggingface(case: Case, start: int) -> Turn:
    """Hugging Face's function, with cosines and sines in the model's dtype."""
    from transformers.models.llama import modeling_llama

    apply: Any = modeling_llama.apply_rotary_pos_emb
    dtype = case.torch_dtype
    cos, sin = (torch.cat([t, t], dim=-1).to(dtype) for t in float_tables(case.seq, start))
    at = 1 if case.axes == "bhsd" else 2
    return lambda q, k: apply(q, k, cos, sin, at)


def torchtune(case: Case, start: int) -> Turn:
    """Torchtune's module."""
    rope = _torchtune(start + case.seq)
    places = None if not start else torch.arange(start, start + case.seq)[None]
    return lambda q, k: (rope(q, input_pos=places), rope(k, input_pos=places))


@cache
def _torchtune(rows: int) -> Any:
    """Build the module's table; a layer keeps it."""
    from torchtune.modules import RotaryPositionalEmbeddings

    return RotaryPositionalEmbeddings(dim=HEAD_DIM, max_seq_len=rows, base=int(BASE))


def rotary_embedding_torch(case: Case, start: int) -> Turn:
    """rotary-embedding-torch, as its README calls it."""
    from rotary_embedding_torch import RotaryEmbedding

    first = case.axes == "bshd"
    rope = RotaryEmbedding(dim=HEAD_DIM, theta=BASE, seq_before_head_dim=first)
    turn: Any = rope.rotate_queries_or_keys
    return lambda q, k: (turn(q, offset=start), turn(k, offset=start))


def x_transformers(case: Case, start: int) -> Turn:
    """x-transformers, as its attention does; layers share the frequencies."""
    from x_transformers import x_transformers as code

    library: Any = code
    rope = library.RotaryEmbedding(HEAD_DIM, base=BASE)
    freqs, scale = rope(torch.arange(start, start + case.seq))
    turn = library.apply_rotary_pos_emb
    return lambda q, k: (turn(q, freqs, scale), turn(k, freqs, scale))


def litgpt(case: Case, start: int) -> Turn:
    """Litgpt's function with the rows of its table that a model takes."""
    from litgpt.model import apply_rope

    turn: Any = apply_rope
    cos, sin = (table[None, start : start + case.seq] for table in _litgpt(start + case.seq))
    return lambda q, k: (turn(q, cos, sin), turn(k, cos, sin))


@cache
def _litgpt(rows: int) -> Any:
    """Build the table."""
    from litgpt.model import build_rope_cache

    return build_rope_cache(seq_len=rows, n_elem=HEAD_DIM, base=int(BASE))


def diffusers(case: Case, start: int) -> Turn:
    """Diffusers' functions; which pairing its models take is an argument."""
    from diffusers.models import embeddings

    library: Any = embeddings
    interleaved = case.layout == "interleaved"
    tables = library.get_1d_rotary_pos_embed(
        HEAD_DIM,
        torch.arange(start, start + case.seq),
        theta=BASE,
        use_real=True,
        repeat_interleave_real=interleaved,
    )
    told = {
        "use_real_unbind_dim": -1 if interleaved else -2,
        "sequence_dim": 2 if case.axes == "bhsd" else 1,
    }
    turn = library.apply_rotary_emb
    return lambda q, k: (turn(q, tables, **told), turn(k, tables, **told))


def timm(case: Case, start: int) -> Turn:
    """Timm's function, whose tables are for images, with tables given."""
    from timm.layers import pos_embed_sincos

    turn: Any = pos_embed_sincos.apply_rot_embed_cat
    half = case.layout == "half"
    tables = [
        torch.cat([t, t], dim=-1) if half else t.repeat_interleave(2, dim=-1)
        for t in reversed(float_tables(case.seq, start))
    ]
    both = torch.cat(tables, dim=-1)[0].to(case.torch_dtype)
    return lambda q, k: (turn(q, both, half=half), turn(k, both, half=half))

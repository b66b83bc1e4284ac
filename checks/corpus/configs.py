"""The configurations of the corpus: small heads, nothing at its default."""

from ropespec.reference import RotaryConfig

PAPER = RotaryConfig(head_dim=32)
"""The paper's: neighbouring pairs, base 10000, the whole head."""

LLAMA = RotaryConfig(head_dim=32, layout="half", base=500000.0)
"""Halves and a large base, as Llama 3 in Hugging Face."""

GPTJ = RotaryConfig(head_dim=48, rotary_dim=16)
"""Neighbouring pairs in the first third of the head, as GPT-J."""

NEOX = RotaryConfig(head_dim=40, rotary_dim=16, layout="half")
"""Halves in the first part of the head, as GPT-NeoX; no power of two."""

MLA = RotaryConfig(head_dim=48, rotary_dim=16, rotary_end="last", base=50000.0)
"""Neighbouring pairs in the last channels, as DeepSeek."""

LAST_HALF = RotaryConfig(head_dim=40, rotary_dim=24, rotary_end="last", layout="half")
"""Halves in the last channels."""

DEEPSEEK_HF = RotaryConfig(head_dim=32, layout="interleaved-to-half")
"""Read in neighbours, written in halves, as DeepSeek-V3 in Hugging Face."""

GEMMA4 = RotaryConfig(head_dim=32, rotary_dim=8, layout="half-idle", base=1000000.0)
"""Halves of the whole head of which few turn, as Gemma 4."""

NANOCHAT = RotaryConfig(head_dim=32, layout="half", sign=-1)
"""Turning clockwise, as nanochat."""

INTERPOLATED = RotaryConfig(
    head_dim=32, layout="half", base=1000000.0, scaling={"rope_type": "linear", "factor": 8.0}
)
"""Linear scaling, as Gemma 3's global layers."""

AMPLIFIED = RotaryConfig(
    head_dim=32,
    rotary_dim=16,
    base=150000.0,
    scaling={"rope_type": "linear", "factor": 4.0},
    attention_factor=1.25,
)
"""Partial width, linear scaling and an attention factor."""

WIDE = RotaryConfig(head_dim=256, rotary_dim=64, base=1e7)
"""A wide head of which a quarter turns."""

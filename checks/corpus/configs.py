"""The configurations of the corpus: small heads, nothing at its default."""

from ropespec.reference import Arrangement, RotaryConfig

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

LLAMA3 = RotaryConfig(
    head_dim=64,
    layout="half",
    base=500000.0,
    scaling={
        "rope_type": "llama3",
        "factor": 32.0,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    },
)
"""Llama 3.2's three bands, on a head of 64 channels."""

YARN = RotaryConfig(
    head_dim=64,
    layout="half",
    base=150000.0,
    scaling={
        "rope_type": "yarn",
        "factor": 32.0,
        "beta_fast": 32.0,
        "beta_slow": 1.0,
        "truncate": False,
        "original_max_position_embeddings": 4096,
    },
)
"""YaRN whose ramp is not rounded, as gpt-oss."""

YARN_ROUNDED = RotaryConfig(
    head_dim=48,
    base=1000000.0,
    scaling={
        "rope_type": "yarn",
        "factor": 64.0,
        "beta_fast": 4.0,
        "attention_factor": 1.0,
        "original_max_position_embeddings": 4096,
    },
)
"""YaRN with a rounded ramp, other turns than usual and an amplitude of its own."""

YARN_CLAMPED = RotaryConfig(
    head_dim=64,
    layout="half",
    scaling={
        "rope_type": "yarn",
        "factor": 4.0,
        "attention_factor": 1.0,
        "original_max_position_embeddings": 131072,
    },
)
"""YaRN whose ramp would end beyond half of the width."""

DEEPSEEK_YARN = RotaryConfig(
    head_dim=64,
    rotary_dim=32,
    rotary_end="last",
    scaling={
        "rope_type": "yarn",
        "factor": 40.0,
        "mscale": 0.707,
        "mscale_all_dim": 0.707,
        "original_max_position_embeddings": 4096,
    },
)
"""DeepSeek-V2's YaRN, in which both weights cancel."""

LONGROPE = RotaryConfig(
    head_dim=32,
    layout="half",
    scaling={
        "rope_type": "longrope",
        "factor": 32.0,
        "short_factor": [1.0 + 0.02 * i for i in range(16)],
        "long_factor": [1.0 + 0.25 * i * i for i in range(16)],
        "original_max_position_embeddings": 4096,
    },
)
"""LongRoPE, for sequences up to the trained length."""

LONGROPE_LONG = LONGROPE.at_length(4097)
"""The same for longer ones."""

DYNAMIC_OPEN = RotaryConfig(
    head_dim=40,
    layout="half",
    scaling={
        "rope_type": "dynamic",
        "factor": 4.0,
        "original_max_position_embeddings": 4096,
    },
)
"""Dynamic NTK, which has a base for every length beyond the trained one."""

DYNAMIC = DYNAMIC_OPEN.at_length(8192)
"""Dynamic NTK at twice the trained length, as a table for that length has it."""

MROPE = RotaryConfig(
    head_dim=32,
    layout="half",
    base=1000000.0,
    arrangement=Arrangement(
        axis=(0,) * 4 + (1,) * 6 + (2,) * 6, index=tuple(range(16)), width=(32,) * 16
    ),
)
"""Time, height and width in blocks of one series, as Qwen2-VL."""

MROPE_IN_TURN = RotaryConfig(
    head_dim=32,
    layout="half",
    base=5000000.0,
    arrangement=Arrangement(
        axis=(0, 1, 2) * 4 + (0, 0, 0, 0), index=tuple(range(16)), width=(32,) * 16
    ),
)
"""The same dealt in turn, as Qwen3-VL."""

PIXTRAL = RotaryConfig(head_dim=32, axes=(8, 8))
"""Rows and columns of a picture, a series for each."""

SINGLE_PAIR = RotaryConfig(head_dim=6, rotary_dim=2, base=100.0)
"""One pair that turns, beside four channels that do not."""

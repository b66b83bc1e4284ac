"""What several rows of the table of models have in common."""

from .conventions import Kind, Model
from .patterns import Pattern

FULL, SLIDING = "full_attention", "sliding_attention"
LINEAR = Pattern("linear_attention", FULL, 4, "full_attention_interval")
GEMMA3 = {
    "head_dim": 256,
    "kinds": (
        Kind(SLIDING, 10000.0, ("rope_local_base_freq",), scaled=False),
        Kind(FULL, 1000000.0, ("rope_theta",)),
    ),
}
GEMMA3_PATTERN = Pattern(SLIDING, FULL, 6, "sliding_window_pattern")
GEMMA4 = Model(
    "half",
    head_dim=256,
    kinds=(
        Kind(SLIDING, 10000.0),
        Kind(
            FULL, 1000000.0, head_key="global_head_dim", head_dim=512,
            parameters={"rope_type": "proportional", "partial_rotary_factor": 0.25},
        ),
    ),
    pattern=Pattern(SLIDING, FULL, 6, ends=(-1,)),
)  # fmt: skip
MODERNBERT = Model(
    "half",
    kinds=(
        Kind(FULL, 160000.0, ("global_rope_theta",)),
        Kind(SLIDING, 10000.0, ("local_rope_theta",)),
    ),
    pattern=Pattern(SLIDING, FULL, 3, "global_attn_every_n_layers", offset=0),
)
PHI3_NAMES = {"su": "longrope", "yarn": "longrope"}
MISTRAL_YARN = {
    "rope_type": "yarn", "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0,
    "mscale_all_dim": 1.0, "llama_4_scaling_beta": 0.1,
}  # fmt: skip
LLAMA3 = {"rope_type": "llama3", "original_max_position_embeddings": 8192}
LLAMA3 |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
GPT_OSS = {"rope_type": "yarn", "factor": 32.0, "truncate": False}
GPT_OSS |= {"beta_fast": 32.0, "beta_slow": 1.0, "original_max_position_embeddings": 4096}
GRANITE_PATTERN = Pattern(SLIDING, FULL, 4, offset=0)

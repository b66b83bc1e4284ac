"""What Hugging Face's classes know that a `config.json` does not say, by `model_type`.

The pairing of channels is in no configuration file: it is in each model's code. Sources: the
configuration and modeling code of transformers 5.23.0, which the tests run and compare with
every row here; the rows of `REMOTE` are of models whose code is not part of it.
"""

from typing import Any

from .conventions import Kind, Model
from .patterns import Pattern

_FULL, _SLIDING = "full_attention", "sliding_attention"
_LINEAR = Pattern("linear_attention", _FULL, 4, "full_attention_interval")
_GEMMA3 = {
    "head_dim": 256,
    "kinds": (
        Kind(_SLIDING, 10000.0, ("rope_local_base_freq",), scaled=False),
        Kind(_FULL, 1000000.0, ("rope_theta",)),
    ),
}
_GEMMA3_PATTERN = Pattern(_SLIDING, _FULL, 6, "sliding_window_pattern")
_GEMMA4 = Model(
    "half",
    head_dim=256,
    kinds=(
        Kind(_SLIDING, 10000.0),
        Kind(
            _FULL, 1000000.0, head_key="global_head_dim", head_dim=512,
            parameters={"rope_type": "proportional", "partial_rotary_factor": 0.25},
        ),
    ),
    pattern=Pattern(_SLIDING, _FULL, 6, ends=(-1,)),
)  # fmt: skip
_MODERNBERT = Model(
    "half",
    kinds=(
        Kind(_FULL, 160000.0, ("global_rope_theta",)),
        Kind(_SLIDING, 10000.0, ("local_rope_theta",)),
    ),
    pattern=Pattern(_SLIDING, _FULL, 3, "global_attn_every_n_layers", offset=0),
)
_PHI3_NAMES = {"su": "longrope", "yarn": "longrope"}
_MISTRAL_YARN = {
    "rope_type": "yarn", "beta_fast": 32.0, "beta_slow": 1.0, "mscale": 1.0,
    "mscale_all_dim": 1.0, "llama_4_scaling_beta": 0.1,
}  # fmt: skip
_LLAMA3 = {"rope_type": "llama3", "original_max_position_embeddings": 8192}
_LLAMA3 |= {"low_freq_factor": 1.0, "high_freq_factor": 4.0}
_GPT_OSS = {"rope_type": "yarn", "factor": 32.0, "truncate": False}
_GPT_OSS |= {"beta_fast": 32.0, "beta_slow": 1.0, "original_max_position_embeddings": 4096}

MODELS: dict[str, Model] = {
    # Halves: channel i with i + rotary_dim/2.
    "apertus": Model("half", base=12000000.0, parameters={**_LLAMA3, "factor": 8.0}),
    "arcee": Model("half"),
    "aria": Model("half"),
    "bitnet": Model("half", base=500000.0),
    "csm": Model("half", base=500000.0),
    "cwm": Model("half", base=1000000.0, head_dim=128, parameters={**_LLAMA3, "factor": 16.0}),
    "dbrx": Model("half"),
    "diffllama": Model("half"),
    "doge": Model("half"),
    "dots1": Model("half"),
    "eurobert": Model("half"),
    "exaone4": Model(
        "half", pattern=Pattern(_SLIDING, _FULL, 4, "sliding_window_pattern"),
        still=(_FULL,), still_needs="sliding_window",
    ),
    "falcon": Model("half"),
    "falcon_h1": Model("half"),
    "gemma": Model("half", head_dim=256),
    "gemma2": Model("half", head_dim=256),
    "gemma3": Model("half", **_GEMMA3, pattern=_GEMMA3_PATTERN),  # type: ignore[arg-type]
    "gemma3n": Model(
        "half", **_GEMMA3, pattern=Pattern(_SLIDING, _FULL, 5),  # type: ignore[arg-type]
    ),
    "gemma4": _GEMMA4,
    "gemma4_unified": _GEMMA4,
    "glm4_moe": Model("half", partial=0.5),
    "glm4v_moe": Model("half", partial=0.5, sections="chunked", section=(8, 12, 12)),
    "gpt_neox": Model("half", partial=0.25),
    "gpt_oss": Model("half", base=150000.0, head_dim=64, parameters=_GPT_OSS),
    "granite": Model("half"),
    "granitemoe": Model("half"),
    "granitemoeshared": Model("half"),
    "hunyuan_v1_dense": Model("half"),
    "hunyuan_v1_moe": Model("half"),
    "hunyuan_vl": Model("half", sections="xdrope"),
    "hy_v3": Model("half", base=11158840.0, head_dim=128),
    "jetmoe": Model("half", head_dim=128),
    "laguna": Model("half", head_dim=128, kinds=(
        Kind(_FULL, 500000.0, parameters={"partial_rotary_factor": 0.5}), Kind(_SLIDING),
    )),
    "llama": Model("half"),
    "mimo_v2_flash": Model(
        "half", head_dim=192,
        kinds=(
            Kind(_FULL, 5000000.0, ("rope_theta",),
                 parameters={"partial_rotary_factor": 0.334}),
            Kind(_SLIDING, 10000.0, ("swa_rope_theta",),
                 parameters={"partial_rotary_factor": 0.334}),
        ),
        pattern=Pattern(_SLIDING, _FULL, 6, ends=(0,)),
    ),
    "minimax": Model("half", base=1000000.0, pattern=Pattern(
        _FULL, "linear_attention", 2,
    )),
    "minimax_m2": Model("half", base=5000000.0, head_dim=128),
    "ministral": Model("half"),
    "ministral3": Model("half", base=1000000.0, head_dim=128, temperature="ministral",
                        parameters={
        **_MISTRAL_YARN, "factor": 16.0, "original_max_position_embeddings": 16384,
    }),
    "mistral": Model("half"),
    "mixtral": Model("half", base=1000000.0),
    "mllama": Model("half", base=500000.0),
    "modernbert": _MODERNBERT,
    "modernbert-decoder": _MODERNBERT,
    "nanochat": Model("half", sign=-1),
    "nemotron": Model("half", partial=0.5),
    "olmo": Model("half"),
    "olmo2": Model("half"),
    "olmo3": Model(
        "half",
        kinds=(Kind(_SLIDING, 500000.0, ("rope_theta",), scaled=False),
               Kind(_FULL, 500000.0, ("rope_theta",))),
        pattern=Pattern(_SLIDING, _FULL, 4),
    ),
    "olmoe": Model("half"),
    "paddleocr_vl": Model("half", base=500000.0, head_dim=128, sections="chunked",
                          section=(16, 24, 24)),
    "persimmon": Model("half", partial=0.5),
    "phi": Model("half", partial=0.5),
    "phi3": Model("half", renamed=_PHI3_NAMES),
    "phimoe": Model("half", base=1000000.0),
    "qwen2": Model("half"),
    "qwen2_5_vl": Model("half", base=1000000.0, sections="chunked", section=(16, 24, 24)),
    "qwen2_moe": Model("half"),
    "qwen2_vl": Model("half", base=1000000.0, sections="chunked", section=(16, 24, 24)),
    "qwen3": Model("half", head_dim=128),
    "qwen3_5": Model("half", partial=0.25, head_dim=256, pattern=_LINEAR,
                     sections="interleaved", section=(11, 11, 10)),
    "qwen3_5_moe": Model("half", partial=0.25, head_dim=256, pattern=_LINEAR,
                         sections="interleaved", section=(11, 11, 10)),
    "qwen3_moe": Model("half"),
    "qwen3_next": Model("half", partial=0.25, head_dim=256, pattern=_LINEAR),
    "qwen3_vl": Model("half", base=500000.0, head_dim=128, sections="interleaved",
                      section=(24, 20, 20)),
    "qwen3_vl_moe": Model("half", base=500000.0, sections="interleaved",
                          section=(24, 20, 20)),
    "recurrent_gemma": Model("half", partial=0.5, head_dim=256),
    "seed_oss": Model("half", head_dim=128),
    "smollm3": Model("half", base=2000000.0, interval=4),
    "solar_open": Model("half", base=1000000.0, head_dim=128),
    "stablelm": Model("half", partial=0.25),
    "starcoder2": Model("half"),
    "vaultgemma": Model("half", head_dim=256),
    # Neighbours: channel 2i with 2i + 1.
    "codegen": Model("interleaved", base_fixed=True, rotary_dim=64),
    "cohere": Model("interleaved", base=500000.0),
    "cohere2": Model(
        "interleaved", pattern=Pattern(_SLIDING, _FULL, 4, "sliding_window_pattern"),
        still=(_FULL,),
    ),
    "deepseek_v2": Model("interleaved", split=(128, 64)),
    "deepseek_v4": Model(
        "interleaved", head_dim=512, partial=0.125, end="last", width_key="qk_rope_head_dim",
        kinds=(
            Kind("main", 10000.0, ("rope_theta",), scaled=False),
            Kind("compress", 160000.0, ("compress_rope_theta",),
                 forced={"yarn": {"attention_factor": 1.0}}),
        ),
    ),
    "ernie4_5": Model("interleaved", base=500000.0, head_dim=128),
    "ernie4_5_moe": Model("interleaved", base=500000.0),
    "ernie4_5_vl_moe": Model("interleaved", base=500000.0, sections="ernie",
                             section=(22, 22, 20)),
    "glm": Model("interleaved", partial=0.5, head_dim=128),
    "glm4": Model("interleaved", partial=0.5, head_dim=128),
    "glm4v": Model("interleaved", sections="chunked", section=(8, 12, 12)),
    "gptj": Model("interleaved", base_fixed=True, rotary_dim=64),
    "helium": Model("interleaved", base=100000.0, head_dim=128),
    "llama4": Model("interleaved", base=500000.0, head_dim=128, interval=4,
                    temperature="llama4"),
    "roformer": Model("interleaved", base_fixed=True),
    # Neighbours in, halves out.
    "deepseek_v3": Model("interleaved-to-half", split=(128, 64)),
    "deepseek_v32": Model("interleaved-to-half", split=(128, 64)),
    "glm4_moe_lite": Model("interleaved-to-half", split=(192, 64)),
    "glm_moe_dsa": Model("interleaved-to-half", split=(192, 64)),
    "longcat_flash": Model("interleaved-to-half", base=10000000.0, split=(128, 64)),
    "mistral4": Model("interleaved-to-half", split=(64, 64), temperature="ministral",
                      parameters={
        **_MISTRAL_YARN, "factor": 128.0, "original_max_position_embeddings": 8192,
    }),
    "youtu": Model("interleaved-to-half", split=(128, 64)),
}  # fmt: skip
"""The model types of transformers that can be read, without the suffix `_text`."""

REMOTE: dict[str, Model] = {
    "exaone": Model("half"),
    "internlm2": Model("half"),
    "kimi_k2": Model("interleaved-to-half", split=(128, 64)),
    "minicpm": Model("half"),
    "qwen": Model("half"),
}
"""Model types whose code comes with their files; from memory, checked against no code."""

MODELS |= REMOTE

_SIZES: dict[tuple[int, int], tuple[str, ...]] = {
    (768, 6): ("nanochat",),
    (768, 12): ("eurobert", "modernbert", "modernbert-decoder", "roformer"),
    (1024, 8): ("doge",),
    (2048, 16): ("dbrx", "olmoe", "qwen2_moe", "qwen3_vl_moe", "smollm3"),
    (2048, 32): ("csm", "diffllama", "phi", "qwen3_moe"),
    (2560, 20): ("bitnet", "ernie4_5_moe", "ernie4_5_vl_moe"),
    (2560, 32): ("arcee", "stablelm"),
    (3072, 24): ("starcoder2",),
    (3072, 32): ("phi3",),
    (4096, 16): ("codegen", "gptj"),
    (4096, 32): (
        *("apertus", "aria", "exaone4", "falcon_h1", "granite", "granitemoe", "llama"),
        *("granitemoeshared", "hunyuan_v1_dense", "hunyuan_v1_moe", "hunyuan_vl", "minimax"),
        *("ministral", "mistral", "mixtral", "olmo", "olmo2", "olmo3", "phimoe"),
        *("qwen2", "glm4v"),
    ),
    (4096, 64): ("persimmon",),
    (4096, 96): ("glm4_moe", "glm4v_moe"),
    (4544, 71): ("falcon",),
    (4608, 32): ("dots1",),
    (6144, 48): ("nemotron",),
    (6144, 64): ("gpt_neox",),
    (8192, 64): ("cohere", "cohere2", "qwen2_5_vl", "qwen2_vl"),
}

SIZES: dict[str, tuple[int, int]] = {
    name: sizes for sizes, names in _SIZES.items() for name in names
}
"""Hidden size and number of heads where a file has neither, for classes without head_dim."""


def row_name(name: Any) -> str | None:
    """Return the name of a model type's row, which the text part of a larger model shares."""
    if not isinstance(name, str):
        return None
    names = (name.removesuffix(suffix) for suffix in ("", "_text", "_text_model"))
    return next((base for base in names if base in MODELS), None)

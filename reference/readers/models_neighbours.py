"""Model types of transformers that pair neighbours, channel 2i with 2i + 1."""

from .conventions import Kind, Model
from .models_shared import FULL, GPT_OSS, MISTRAL_YARN, SLIDING
from .patterns import Pattern

NEIGHBOURS: dict[str, Model] = {
    # Neighbours: channel 2i with 2i + 1.
    "codegen": Model("interleaved", base_fixed=True, rotary_dim=64),
    "cohere": Model("interleaved", base=500000.0),
    "cohere2": Model(
        "interleaved", pattern=Pattern(SLIDING, FULL, 4, "sliding_window_pattern"),
        still=(FULL,),
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
        **MISTRAL_YARN, "factor": 128.0, "original_max_position_embeddings": 8192,
    }),
    "youtu": Model("interleaved-to-half", split=(128, 64)),
    # Neighbours, of models newer or rarer than those above.
    "blt_global_transformer": Model("interleaved", base=500000.0),
    "blt_local_decoder": Model("interleaved", base=500000.0),
    "blt_local_encoder": Model("interleaved", base=500000.0),
    "blt_patcher": Model("interleaved"),
    "cohere2_moe": Model(
        "interleaved", head_dim=128, still=(FULL,),
        pattern=Pattern(SLIDING, FULL, 4, "sliding_window_pattern"),
    ),
    "glm_ocr": Model("interleaved", sections="chunked", section=(8, 12, 12)),
    "moonshine": Model("interleaved", partial=0.9),
    "moonshine_streaming": Model("interleaved", partial=0.8),
    "openai_privacy_filter": Model("interleaved", base=150000.0, head_dim=64,
                                   parameters=GPT_OSS),
    "pe_audio_encoder": Model("interleaved", base=20000.0, head_dim=128),
    "pe_audio_video_encoder": Model("interleaved", base=20000.0, head_dim=128),
    "pe_video_encoder": Model("interleaved", base=20000.0, head_dim=128),
    # Neighbours in, halves out.
    "axk1": Model("interleaved-to-half", split=(128, 64)),
    "axk2": Model("interleaved-to-half", split=(64, 32)),
    "bailing_hybrid": Model("interleaved-to-half", base=6000000.0, split=(128, 64)),
    "dots3_note": Model("interleaved-to-half", split=(128, 64), kinds=(
        Kind("indexed_attention", 80000000.0), Kind(SLIDING, 50000.0),
    )),
    "mistral_large4": Model(
        "interleaved-to-half", split=(64, 64), interval=4,
        remark="each frequency is also multiplied by exp of a number in the weights",
        parameters={
            "rope_type": "yarn", "factor": 2048.0, "original_max_position_embeddings": 512,
            "beta_fast": 32.0, "beta_slow": 1.0, "attention_factor": 1.0,
        },
    ),
}  # fmt: skip
"""By name, without the suffix `_text`."""

"""Which classes of transformers read fewer keys than others, by the names of their rows.

Source: the configuration and modeling code of transformers 5.23.0, which the tests run.
"""

_FRACTION = """
bamba deepseek_v4 diffusion_gemma dots3_note dots3_note_audio_encoder glm glm4 glm4_moe
glm4_moe_lite glm4v glm4v_moe glm_image glm_ocr glmasr_encoder gpt_neox gpt_neox_japanese laguna
mellum mimo_v2_flash minimax_m2 minimax_m3_vl moonshine moonshine_streaming nemotron
nemotron3_5_transcribe_asr_audio nemotron3_5_transcribe_word_timestamp
nemotron3_diarization_audio neomme persimmon phi phi3 phi4_multimodal qwen3_5 qwen3_5_moe
qwen3_next qwen4_exp recurrent_gemma solar_open stablelm step3p5 zaya
"""

READS_FRACTION = frozenset(_FRACTION.split())
"""Rows whose class reads `partial_rotary_factor` without a scaling law; all do with one."""

_DIVIDES = """
deepseek_v4 dots3_note gemma3 gemma3n modernbert modernbert-decoder olmo3 step3p5 t5gemma2
t5gemma2_decoder
"""

DIVIDES_OLDER = frozenset(_DIVIDES.split())
"""Rows with types of layers whose class deals an older file's one law out to them."""

UPDATES = DIVIDES_OLDER - {"deepseek_v4", "dots3_note"}
"""Those whose class adds the older law to a table that has a `rope_type` already."""

LAWS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("phi3", "phi4_multimodal", "phimoe"), ("default", "longrope")),
    **dict.fromkeys(("recurrent_gemma", "ernie4_5_vl_moe", "cosmos3_edge"), ("default",)),
}
"""The laws that a class takes, for those that do not take all."""

BASE_OF_TABLE = ("ministral3", "higgs_audio_v2", "muse_spark", "bailing_hybrid")
"""Rows whose class takes 10000 beside a table without a base, not its own default."""

HEAD_OF_FILE = ("deepseek_v3", "youtu", "axk1")
"""Rows of split heads whose class turns a file's `head_dim`."""

NEOX = ("gpt_neox", "gpt_neox_japanese")
"""Rows whose class reads `rotary_pct` and `rotary_emb_base` at the top, and no others."""

NEWER = ("beam", "diffusion_gemma", "embedding_gemma2", "gemma4", "gemma4_unified", "laguna",
          "mellum", "mimo_v2_flash", "zaya")  # fmt: skip
"""Rows whose class reads `rope_parameters` and nothing older."""

BY_TYPE = ("beam", "cohere_compass")
"""Rows with one rotating type of layer, which needs a table by type all the same."""

OF_THE_FILE = {"mimo_v2_flash": ("full_attention", "sliding_attention"),
                "olmo3": ("sliding_attention",)}  # fmt: skip
"""Types of layers whose base the class reads in `rope_parameters` alone."""

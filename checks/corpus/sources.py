"""Which planted bug stands for which public report, and why some reports have none.

The reports are rows of a survey of public issue and pull-request threads about rotary
embeddings; excerpts were read, not whole threads. A test holds this list to the corpus.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Report:
    """A public report.

    Attributes
    ----------
    number
        Its row in the survey: chapter and number.
    thread
        `owner/repository#number`, or a commit after the `#`.
    planted
        Names of the planted bugs that stand for it.
    reason
        Why none does: what the report is about lies outside the contract of a target.
    """

    number: str
    thread: str
    planted: tuple[str, ...] = ()
    reason: str = ""


REPORTS: tuple[Report, ...] = (
    Report("1.01", "vllm-project/vllm#941", ("torch-interleaved-weights", "pairs-interleaved")),
    Report("1.02", "vllm-project/vllm-ascend#12765", ("mrope-pairs-neighbours",)),
    Report("1.04", "paiml/aprender#2084", ("pairs-half",)),
    Report("1.05", "ohdearquant/lattice#96", ("torch-interleaved-weights",)),
    Report("1.07", "NeuraLegion/shainet#111", ("torch-interleaved-weights",)),
    Report("1.08", "kvark/meganeura#38", ("pairs-interleaved",)),
    Report("1.10", "NVIDIA/TensorRT-LLM#16378", ("pairs-interleaved",)),
    Report("1.11", "huggingface/candle#3411", ("pairs-half",)),
    Report("1.13", "facebookresearch/vjepa2#15", ("torch-tiled-tables", "tables-in-halves")),
    Report(
        "1.14",
        "raiyanyahya/how-to-train-your-gpt#7",
        ("torch-repeated-tables", "tables-interleaved"),
    ),
    Report("1.16", "NVIDIA/Megatron-LM#7465", ("tables-of-tables",)),
    Report(
        "1.17", "huggingface/transformers#47403", ("torch-first-head", "torch-repeated-tables")
    ),
    Report("2.02", "ml-explore/mlx-lm#1698", ("whole-head", "torch-whole-head")),
    Report("2.03", "vllm-project/vllm#43676", ("torch-whole-head",)),
    Report("2.05", "vllm-project/vllm#43770", ("whole-head",)),
    Report("2.06", "InternLM/lmdeploy#3861", ("whole-head",)),
    Report("2.08", "NVIDIA-NeMo/Megatron-Bridge#4195", ("proportional-as-partial",)),
    Report(
        "2.09", "apple/coreai-models#66", ("proportional-as-partial", "half-idle-frequencies")
    ),
    Report("2.11", "lucidrains/RETRO-pytorch#12", ("torch-halved-twice",)),
    Report("2.12", "keras-team/keras-hub#1605", ("torch-scaled-exponent",)),
    Report(
        "2.14", "stanford-cs336/assignment1-basics#22", ("exponent-odd", "exponent-from-one")
    ),
    Report("2.15", "lyogavin/airllm#369", ("torch-default-base",)),
    Report("2.17", "young-geng/EasyLM#117", ("base-10000",)),
    Report("2.18", "google-deepmind/penzai#102", ("base-10000",)),
    Report("2.20", "huggingface/diffusers#10115", ("torch-default-base",)),
    Report("2.21", "deepspeedai/DeepSpeed#8345", ("torch-default-base",)),
    Report("2.23", "Open-Athena/MarinFold#198", ("base-and-scaling-lost",)),
    Report("2.24", "Avarok-Cybersecurity/atlas#276", ("other-layers-law",)),
    Report("2.26", "EleutherAI/gpt-neox#1003", ("autocast-float16",)),
    Report(
        "2.27",
        "huggingface/transformers#25681",
        ("torch-cast-frequencies", "frequencies-float16"),
    ),
    Report("2.29", "NVIDIA-NeMo/Automodel#2549", ("torch-cast-frequencies",)),
    Report("2.30", "sgl-project/sglang-jax#1472", ("frequencies-bfloat16",)),
    Report("2.32", "huggingface/candle#3005", ("autocast-bfloat16",)),
    Report("2.33", "huggingface/candle#3520", ("torch-autocast",)),
    Report("2.35", "huggingface/transformers#27700", ("phase-float16",)),
    Report("3.01", "huggingface/transformers#29109", ("positions-summed",)),
    Report("3.03", "NVIDIA-NeMo/Automodel#2377", ("torch-length-only",)),
    Report("3.04", "NVIDIA/Megatron-LM#453", ("positions-counted",)),
    Report("3.06", "lucidrains/rotary-embedding-torch#11", ("torch-keyed-by-length",)),
    Report("3.07", "lucidrains/rotary-embedding-torch#e2224b5", ("slots-of-offset",)),
    Report(
        "3.09",
        "fla-org/flash-linear-attention#126",
        reason="the caller's counter was wrong: the contract hands the positions over",
    ),
    Report("3.10", "skyzh/tiny-llm#46", ("adds-prompt",)),
    Report("3.12", "Blaizzy/mlx-vlm#1983", ("torch-decodes-at-zero",)),
    Report("3.13", "microsoft/onnxruntime-genai#2354", ("alone-one-late", "torch-late")),
    Report("3.15", "RobertCsordas/moeut#6", ("queries-alone-at-zero",)),
    Report("3.16", "keras-team/keras-hub#1544", ("alone-at-zero",)),
    Report(
        "3.18",
        "rajveer43/VeloxQuant-MLX#389",
        reason="the caller's counter after eviction: the contract hands the positions over",
    ),
    Report("3.19", "MemTensor/MemOS#2304", reason="a cache was merged outside the rotation"),
    Report("3.21", "ggml-org/llama.cpp#4889", ("whole-head",)),
    Report("3.22", "rajveer43/VeloxQuant-MLX#148", ("llama3-unscaled",)),
    Report("3.24", "unslothai/unsloth#4078", ("torch-shared-row",)),
    Report("3.25", "fla-org/flash-linear-attention#967", ("unlaunched-heads",)),
    Report(
        "3.27",
        "NVIDIA/Megatron-LM#1612",
        reason="a sequence was cut for several devices outside the rotation",
    ),
    Report("3.28", "thunlp/Seq1F1B#6", ("positions-rebased",)),
    Report("3.30", "pegainfer-project/pegainfer#220", ("reads-past-table",)),
    Report("3.31", "karpathy/nanochat#520", ("fixed-table",)),
    Report("3.33", "microsoft/onnxruntime#28205", ("unwritten-past-table",)),
    Report("3.34", "ikawrakow/ik_llama.cpp#2149", ("mrope-unfilled",)),
    Report("3.36", "ml-explore/mlx-lm#1699", ("queries-one-late",)),
    Report("3.37", "flashinfer-ai/flashinfer#1129", ("positions-as-words",)),
    Report("3.39", "NVIDIA/Megatron-LM#535", ("torch-half-positions", "positions-float16")),
    Report("3.40", "Dao-AILab/flash-attention#62e98144", ("positions-bfloat16",)),
    Report("3.42", "lablup/mlxcel#1324", ("rotated-twice",)),
    Report("3.43", "open-edge-platform/physical-ai-studio#590", ("advances-positions",)),
    Report("4.01", "huggingface/transformers#16298", ("torch-no-minus", "missing-minus")),
    Report("4.02", "hpcaitech/ColossalAI#6428", ("torch-crossed-reads",)),
    Report("4.04", "linkedin/Liger-Kernel#342", ("torch-multi-query", "single-key-still")),
    Report("4.05", "facebookresearch/xformers#841", ("torch-heads-for-tokens",)),
    Report("4.07", "NVIDIA/audio-flamingo#27", ("positions-by-head",)),
    Report("4.08", "tensorgi/TPA#4", ("positions-by-head",)),
    Report("4.10", "elixir-nx/emlx#121", ("torch-head-added",)),
    Report("4.11", "ml-explore/mlx#3494", ("torch-first-row-only",)),
    Report("4.13", "NVIDIA/TensorRT-LLM#16378", ("rotated-twice-amplified",)),
    Report(
        "4.14", "labmlai/annotated_deep_learning_paper_implementations#251", ("torch-twice",)
    ),
    Report(
        "4.16",
        "huggingface/candle#1935",
        reason="a guard for tables that are given: the contract has none",
    ),
    Report("4.17", "vllm-project/vllm-ascend#12723", ("torch-padded-sine",)),
    Report("4.19", "vllm-project/vllm#48872", ("race",)),
    Report("4.20", "sgl-project/sglang#20598", ("reads-the-buffer",)),
    Report("4.22", "onnxruntime/mobius#233", ("nothing-turned",)),
    Report("5.01", "huggingface/transformers#29285", ("tables-bfloat16", "phase-bfloat16")),
    Report(
        "5.03",
        "NVIDIA/TransformerEngine#1245",
        reason="rounding in bfloat16 within the proved bound is honest",
    ),
    Report("5.04", "huggingface/diffusers#13920", ("torch-autocast",)),
    Report("5.06", "facebookresearch/xformers#325", ("torch-promoted",)),
    Report(
        "5.07",
        "lucidrains/rotary-embedding-torch#9",
        reason="xPos is no rotation, so no law of this suite holds for it",
    ),
    Report("5.09", "vllm-project/vllm-omni#496", ("keeps-table-dtype",)),
    Report("5.10", "ml-explore/mlx#1797", ("torch-promoted",)),
    Report("5.12", "tenstorrent/tt-metal#51845", ("torch-poor-reduction", "pi-3.1416")),
    Report("5.13", "openvinotoolkit/openvino#29556", ("phase-float16",)),
    Report("6.01", "huggingface/transformers#46624", ("never-reset",)),
    Report(
        "6.02",
        "huggingface/transformers#25104",
        reason="a cache kept keys of another base: the rotation of each call was right",
    ),
    Report("6.04", "InternLM/lmdeploy#536", ("dynamic-steps",)),
    Report("6.05", "turboderp-org/exllamav2#704", ("dynamic-unscaled",)),
    Report("6.07", "keras-team/keras-hub#2981", ("yarn-ends-at-half", "yarn-not-rounded")),
    Report("6.08", "vllm-project/vllm#27722", ("yarn-rounded",)),
    Report("6.10", "paiml/aprender#2161", ("yarn-ntk-base",)),
    Report("6.11", "rasbt/LLMs-from-scratch#940", ("yarn-clamped-and-divided",)),
    Report(
        "6.13",
        "GaijinEntertainment/daScript#3479",
        ("yarn-amplitude-missing", "yarn-betas-fixed"),
    ),
    Report("6.14", "vllm-project/vllm#46280", ("yarn-amplitude-dropped",)),
    Report("6.16", "kekzl/imp#880", ("yarn-mscale-alone",)),
    Report("6.17", "onnxruntime/mobius#548", reason="the factor belongs to the softmax"),
    Report(
        "6.19",
        "turboderp-org/exllamav3#259",
        reason="contested: engines read the keys in two ways, and a convention declares which",
    ),
    Report("6.20", "vllm-project/vllm#27414", ("longrope-always-short",)),
    Report("6.22", "unslothai/unsloth#10681", ("longrope-long-too-early",)),
    Report("6.23", "trymirai/uzu#604", ("longrope-always-short",)),
    Report("6.25", "jmaczan/tiny-vllm#1", ("llama3-unscaled",)),
    Report("6.26", "lablup/mlxcel#1355", ("llama3-unscaled",)),
    Report(
        "6.28",
        "TransformerLensOrg/TransformerLens#910",
        ("llama3-factor-8", "llama3-other-bands", "llama3-hard-band", "llama3-wavelengths"),
    ),
    Report("6.29", "Blaizzy/mlx-vlm#1709", ("torch-unscaled", "scaling-ignored")),
    Report("6.31", "alibaba/MNN#4133", ("mrope-in-blocks",)),
    Report("6.32", "huggingface/candle#3551", ("mrope-first-coordinate",)),
    Report("6.34", "vllm-project/vllm-omni#1784", ("axes-in-turn",)),
    Report("6.35", "vllm-project/vllm#40680", ("mrope-sections-shifted",)),
    Report("6.37", "huggingface/pytorch-image-models#2541", ("axes-exchanged",)),
    Report("6.38", "onnxruntime/mobius#151", ("axes-fused",)),
    Report("6.40", "vllm-project/vllm#16878", ("offset-plus-one",)),
    Report(
        "6.41",
        "sgl-project/sglang#3674",
        reason="the positions were built wrongly before the rotation",
    ),
    Report("6.43", "lucidrains/x-transformers#233", reason="xPos, and it crashed"),
    Report("7.01", "NVIDIA/apex#1750", ("torch-tail-of-ones",)),
    Report("7.03", "huggingface/candle#3568", ("torch-detached",)),
    Report("7.04", "Dao-AILab/flash-attention#569", ("torch-backward-raises",)),
    Report("7.06", "NVIDIA/Megatron-LM#5412", ("overwrites-before-reading",)),
    Report("7.07", "ml-explore/mlx-lm#1003", ("torch-scales-input",)),
    Report(
        "7.09",
        "pytorch/torchtitan#4783",
        reason="weights were not repaired after loading, outside the rotation",
    ),
    Report("7.10", "NovaSky-AI/SkyRL#1709", ("uninitialized",)),
    Report("7.12", "OpenMOSS/MOSS-TTS-Nano#28", ("uninitialized",)),
    Report("7.13", "vllm-project/vllm#33800", ("cast-in-place",)),
    Report(
        "7.15",
        "sgl-project/sgl-kernel-xpu#202",
        reason="it wrote behind other arrays, which the contract does not hand over",
    ),
    Report(
        "7.16",
        "fla-org/flash-linear-attention#1177",
        reason="a configuration with an odd width is refused before anything is rotated",
    ),
    Report(
        "7.18", "pytorch/pytorch#162865", reason="arrays of three axes: the contract has four"
    ),
    Report(
        "7.19",
        "tenstorrent/tt-xla#4325",
        reason="a compiler took something else for a rotation",
    ),
)
"""Every row of the survey."""

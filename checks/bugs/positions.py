"""Which position each token is turned by."""

from .bug import Bug

BUGS = (
    Bug(
        "positions-off-by-one",
        "positions",
        "every position is shifted by a constant",
        "Tokens turn by p + 1 (or another fixed offset) instead of p. Scores within one "
        "implementation agree, caches and references do not.",
        "Position 0, which must come back unchanged.",
        "Count positions from 0.",
        ("vllm-project/vllm#16878",),
    ),
    Bug(
        "positions-ignored",
        "positions",
        "the positions given are not used",
        "Tokens turn by 0, 1, 2, ... (or not at all), whatever positions were given.",
        "Positions with an offset, a gap, or in another order.",
        "Index or compute the tables with the positions, not with the sequence length.",
        (
            "NVIDIA-NeMo/Automodel#2377",
            "NVIDIA/Megatron-LM#453",
            "keras-team/keras-hub#1544",
        ),
    ),
    Bug(
        "positions-rebased",
        "positions",
        "positions are counted from the first one",
        "Tokens turn by p minus the first position of the row: every chunk starts at 0.",
        "A sequence that does not start at position 0.",
        "Use the positions as they are given.",
        ("thunlp/Seq1F1B#6", "huggingface/transformers#29109"),
    ),
    Bug(
        "first-row-positions",
        "positions",
        "every row takes the first row's positions",
        "Only the positions of batch row 0 are used, so left-padded or packed rows turn "
        "wrongly.",
        "A batch of two rows or more with different positions.",
        "Keep the batch dimension of the positions when the tables are gathered.",
        ("unslothai/unsloth#4078", "ml-explore/mlx#3494"),
    ),
    Bug(
        "positions-reversed",
        "positions",
        "positions are taken in another order",
        "The tokens of a row turn by the row's positions in reversed or sorted order.",
        "Positions that are neither symmetric nor sorted.",
        "Match token j with position j.",
    ),
    Bug(
        "low-precision-positions",
        "positions",
        "the positions were rounded",
        "Positions were cast to bfloat16 (exact to 256) or float16 (exact to 2048), so that "
        "neighbouring tokens turn by the same angle.",
        "Positions from 257 on for bfloat16, from 2049 on for float16.",
        "Keep positions as integers, and multiply in float32 or float64.",
        ("NVIDIA/Megatron-LM#535", "huggingface/candle#3520", "huggingface/diffusers#13920"),
    ),
    Bug(
        "table-wraps",
        "positions",
        "beyond the table it starts again",
        "Positions beyond the table's last row are taken modulo its length.",
        "A position at and beyond the table's length.",
        "Make the table as long as the model's context, or raise an error.",
        ("pytorch/torchtitan#2849", "pegainfer-project/pegainfer#253"),
    ),
    Bug(
        "table-clamps",
        "positions",
        "beyond the table it stays at the last row",
        "Positions beyond the table's last row turn by that last row.",
        "A position at and beyond the table's length.",
        "Make the table as long as the model's context, or raise an error.",
        ("rasbt/LLMs-from-scratch#940", "microsoft/onnxruntime#28205"),
    ),
    Bug(
        "integer-overflow",
        "positions",
        "the positions do not fit their integers",
        "Positions pass through integers that are too narrow, or are read with the wrong "
        "width, and come out as other numbers.",
        "Positions around 32768 and 65536.",
        "Use 64-bit positions, and check the width at the border to other languages.",
        ("flashinfer-ai/flashinfer#1129",),
    ),
    Bug(
        "decode-position",
        "positions",
        "a single token is turned by another position",
        "A sequence of one token, as in decoding, turns by 0, by p + 1 or by its row in the "
        "batch, while longer sequences are right.",
        "One token at a position other than 0, with more than one row.",
        "Use the position that is given for every sequence length.",
        (
            "Blaizzy/mlx-vlm#1983",
            "microsoft/onnxruntime-genai#2354",
            "skyzh/tiny-llm#46",
        ),
    ),
    Bug(
        "negative-positions",
        "positions",
        "negative positions are not handled",
        "Positions below 0, as left padding and relative shifts make them, are clamped to 0, "
        "wrapped or skipped.",
        "A position below 0.",
        "Compute the angle for negative positions too, or declare that none are taken.",
        ("fla-org/flash-linear-attention#967",),
    ),
    Bug(
        "wrong-coordinate",
        "positions",
        "pairs turn by another coordinate of the position",
        "Positions have several coordinates (time, height, width), and pairs turn by one that "
        "is not theirs: exchanged, all by the first, or dealt in blocks where they are dealt "
        "in turn.",
        "Coordinates that all differ; text, where they are equal, hides it.",
        "Give every pair the coordinate that the configuration's axes deal to it, in blocks or "
        "in turn as the model was trained.",
        (
            "alibaba/MNN#4133",
            "huggingface/candle#3551",
            "huggingface/pytorch-image-models#2541",
            "vllm-project/vllm-omni#1784",
        ),
    ),
)

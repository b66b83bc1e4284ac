"""Rotation of a part of the head."""

from .bug import Bug

BUGS = (
    Bug(
        "wrong-rotary-end",
        "partial",
        "the other end of the head turns",
        "The first channels turn where the last are meant, or the other way round.",
        "A rotary width below the head width.",
        "Slice the end that the model's heads are laid out for: [rope | nope] or "
        "[nope | rope].",
    ),
    Bug(
        "wrong-rotary-width",
        "partial",
        "more or fewer channels turn",
        "Another number of channels turns, most often the whole head because "
        "partial_rotary_factor was not read.",
        "A rotary width below the head width.",
        "Hand partial_rotary_factor or rotary_dim on to the rotation.",
        ("ml-explore/mlx-lm#1698", "vllm-project/vllm#43676", "InternLM/lmdeploy#3861"),
    ),
    Bug(
        "tail-changed",
        "partial",
        "channels that pass through are changed",
        "Channels outside the rotary width come back scaled, rounded, zeroed or shifted.",
        "A rotary width below the head width; those channels must agree bit for bit.",
        "Copy the channels outside the rotary width.",
        ("vllm-project/vllm#55204", "ggml-org/llama.cpp#4889"),
    ),
)

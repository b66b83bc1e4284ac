"""Numbers formed in too few bits."""

from .bug import Bug

BUGS = (
    Bug(
        "low-precision-phase",
        "precision",
        "the phase was formed in half precision",
        "The product of position and frequency was rounded to bfloat16 or float16, for "
        "example under autocast, so its error grows with the position.",
        "Positions above a few hundred, in the fast pairs.",
        "Form the product in float32 or float64, with autocast switched off around it.",
        (
            "huggingface/transformers#27700",
            "EleutherAI/gpt-neox#1003",
            "openvinotoolkit/openvino#29556",
        ),
    ),
    Bug(
        "inaccurate-trigonometry",
        "precision",
        "sine and cosine are inaccurate",
        "A fast approximation or a poor reduction of the angle makes sine and cosine wrong "
        "at large phases, or everywhere by a small amount.",
        "Large positions; cosine and sine squared no longer add up to 1.",
        "Reduce the angle with enough bits, or use the library's accurate functions.",
        ("tenstorrent/tt-metal#51845",),
    ),
    Bug(
        "dtype-leak",
        "precision",
        "the result has another dtype",
        "The result comes back in the tables' dtype instead of the input's.",
        "An input in float16 or bfloat16.",
        "Cast the result to the dtype of the input.",
        (
            "facebookresearch/xformers#325",
            "vllm-project/vllm-omni#496",
            "ml-explore/mlx#1797",
        ),
    ),
)

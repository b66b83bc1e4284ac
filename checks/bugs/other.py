"""Memory layout, errors, and what nothing explains."""

from .bug import Bug

BUGS = (
    Bug(
        "assumes-contiguous",
        "memory",
        "strides are not respected",
        "The result is right for contiguous arrays only; slices and transpositions are read "
        "from the wrong places.",
        "A sliced, transposed or expanded input.",
        "Use the strides of each input, or make a contiguous copy first.",
        ("sgl-project/sglang#20598", "elixir-nx/emlx#121"),
    ),
    Bug(
        "nan-output",
        "other",
        "NaN or infinity comes out",
        "A finite input gives NaN or infinity.",
        "Any input; long positions, negative positions and large values most often.",
        "Look for uninitialized output, an overflowing position or 0/0 in the frequencies.",
        ("NovaSky-AI/SkyRL#1709", "OpenMOSS/MOSS-TTS-Nano#28"),
    ),
    Bug(
        "output-not-written",
        "other",
        "nothing is written to the output",
        "Values come back zero, or as memory had them: a kernel was not launched for some "
        "rows, heads or positions, or not at all.",
        "Several rows with one token each, an odd number of heads, positions beyond a table.",
        "Cover every row, head and token with the launch grid, and raise an error where "
        "nothing can be computed.",
        (
            "ml-explore/mlx#3494",
            "microsoft/onnxruntime#28205",
            "fla-org/flash-linear-attention#967",
        ),
    ),
    Bug(
        "raises",
        "other",
        "it raises an exception",
        "A call that the declaration allows raises.",
        "One token, one head, empty input, or positions beyond a table.",
        "Handle the case, or declare the limit.",
        ("lucidrains/x-transformers#233", "karpathy/nanochat#520"),
    ),
    Bug(
        "crashes",
        "other",
        "it takes the process down",
        "The process that runs it is killed: a segmentation fault or an abort.",
        "Slices, long positions, wide heads.",
        "Check bounds and strides before memory is touched.",
        ("sgl-project/sglang#20598",),
    ),
    Bug(
        "hangs",
        "other",
        "it does not come back",
        "A call does not return within the time given.",
        "Any call.",
        "Look for a loop over the position or a lock.",
    ),
    Bug(
        "unknown",
        "other",
        "wrong in no known way",
        "The result is wrong, and no known mistake explains it.",
        "The reproduction that the report prints.",
        "Compare one pair at one position by hand.",
    ),
)

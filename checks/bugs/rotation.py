"""The rotation itself, and where it is applied."""

from .bug import Bug

BUGS = (
    Bug(
        "sign-flipped",
        "rotation",
        "it turns the other way",
        "Pairs turn by minus the angle. Scores of such queries with such keys agree, mixed "
        "use and weights trained the other way do not.",
        "Any position but 0.",
        "Use (x cos - x' sin, x sin + x' cos), or declare the sign -1.",
        ("karpathy/nanochat#489",),
    ),
    Bug(
        "missing-minus",
        "rotation",
        "the minus sign is missing",
        "Both components add their sine term, x cos + x' sin and x' cos + x sin: no rotation.",
        "Any position but 0; norms of pairs are not kept.",
        "Negate the second channel of a pair where it is moved to the first.",
        ("huggingface/transformers#16298",),
    ),
    Bug(
        "cos-sin-swapped",
        "rotation",
        "cosine and sine are exchanged",
        "Cosine is used for sine and the other way round, so position 0 gives a quarter turn.",
        "Position 0, which must come back unchanged.",
        "Check the order of (cos, sin) where the tables are made and where they are used.",
        ("rasbt/LLMs-from-scratch#381",),
    ),
    Bug(
        "rotated-twice",
        "rotation",
        "the rotation is applied twice",
        "Pairs turn by twice the angle, because two places in the code rotate.",
        "Any position but 0.",
        "Rotate in one place only.",
        (
            "NVIDIA/TensorRT-LLM#16378",
            "labmlai/annotated_deep_learning_paper_implementations#251",
            "lablup/mlxcel#1324",
        ),
    ),
    Bug(
        "pair-not-rotated",
        "rotation",
        "some pairs, or all, are not turned",
        "Some pairs, or every one, come back as they went in, or without their sine part.",
        "Any position but 0, looked at pair by pair.",
        "Check the bounds of the loop over pairs and the offset of the sine table.",
        ("vllm-project/vllm-ascend#12723", "sqliteai/warp#27"),
    ),
    Bug(
        "head-not-rotated",
        "rotation",
        "some heads are not turned",
        "Only some of the heads turn, often the first one or all but the last.",
        "Two heads or more, each looked at.",
        "Let the tables broadcast over all heads.",
        ("huggingface/transformers#47403",),
    ),
    Bug(
        "key-not-rotated",
        "rotation",
        "the keys are not turned as the queries are",
        "Queries are right; keys come back unchanged or turned in another way, often when "
        "they have fewer heads.",
        "Keys compared by themselves, with one key head.",
        "Rotate the keys by the same tables as the queries, for any number of heads.",
        (
            "linkedin/Liger-Kernel#342",
            "hpcaitech/ColossalAI#6428",
            "RobertCsordas/moeut#6",
        ),
    ),
    Bug(
        "wrong-axis",
        "rotation",
        "positions run along another axis",
        "The angle follows the head or the batch row instead of the token, because of a "
        "transposition before the rotation.",
        "Numbers of heads, tokens and rows that all differ.",
        "Index the tables by the sequence axis of the layout at hand.",
        (
            "facebookresearch/xformers#841",
            "NVIDIA/audio-flamingo#27",
            "elixir-nx/emlx#121",
        ),
    ),
    Bug(
        "added-not-rotated",
        "rotation",
        "the encoding is added instead of multiplied",
        "Sines and cosines are added to the vectors, as in absolute encodings.",
        "A zero vector, which must come back zero.",
        "Multiply each pair by the rotation.",
    ),
    Bug(
        "wrong-amplitude",
        "rotation",
        "the result has another length",
        "Every rotated pair is multiplied by a factor that was not declared.",
        "The norm of a pair.",
        "Leave out the factor, apply it once, or declare it as attention_factor.",
        ("vllm-project/vllm#46280", "kekzl/imp#880"),
    ),
    Bug(
        "value-dependent",
        "rotation",
        "the operator depends on the values",
        "The result is no linear function of the vectors: something is clamped, normalized, "
        "quantized or special-cased by value.",
        "The same vector at several sizes, and zeros.",
        "Do nothing to the values but the rotation.",
    ),
)

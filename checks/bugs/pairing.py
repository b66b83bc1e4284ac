"""Which channels turn together."""

from .bug import Bug

BUGS = (
    Bug(
        "wrong-pairing",
        "pairing",
        "other channels are paired",
        "Channels turn with another partner than declared, most often halves (i, i + r/2) "
        "instead of neighbours (2i, 2i+1) or the other way round. Every angle is right.",
        "Any position but 0; at position 0 the two agree.",
        "Pair the channels as the weights were trained, or permute the rows of the query and "
        "key projections to the layout that the code pairs.",
        ("vllm-project/vllm#941", "ohdearquant/lattice#96", "kvark/meganeura#38"),
    ),
    Bug(
        "table-pairing-mismatch",
        "pairing",
        "the tables are laid out for the other pairing",
        "Cosines and sines are repeated for one layout and the channels paired for the other, "
        "so the two channels of a pair get different angles and the result is no rotation.",
        "Any position but 0 with four channels or more; norms of pairs are not kept.",
        "Use concatenate((a, a)) tables with rotate_half, and each value twice in a row with "
        "interleaved pairs.",
        (
            "facebookresearch/vjepa2#15",
            "raiyanyahya/how-to-train-your-gpt#7",
            "huggingface/transformers#47403",
        ),
    ),
    Bug(
        "output-not-reinterleaved",
        "pairing",
        "read interleaved, written in halves",
        "Pairs are read from neighbouring channels and written to the two halves, or read and "
        "written the other way round: the right numbers in permuted channels. Scores agree "
        "when queries and keys are both so, caches and partial use do not.",
        "Any position, 0 included.",
        "Write each pair back to the channels it was read from, or declare the layout "
        "interleaved-to-half.",
        ("huggingface/transformers#39687", "modular/modular#5647"),
    ),
    Bug(
        "not-permuted-back",
        "pairing",
        "the channels come back in another order",
        "The head was put into the order that a kernel wants and never back: every number is "
        "right, in a channel that is not its own, pass-through channels perhaps included.",
        "Any position, 0 included.",
        "Apply the inverse of the permutation to the output.",
        ("ggml-org/llama.cpp#4889",),
    ),
)

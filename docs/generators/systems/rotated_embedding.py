"""Values and figure of the page on document 000."""

import numpy as np
from matplotlib.figure import Figure

from generators.markdown import table
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray
from ropespec.reference.oracle import rotate
from ropespec.reference.systems.rotary_embedding import (
    Embedding,
    embedding_scores,
    relative_part,
)

from .draw import BLUE, GREEN, ORANGE, canvas, legend

WIDTH, QUERY, KEY = 8, 0, 3
RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((4, WIDTH))
W_Q, W_K = RANDOM.standard_normal((2, WIDTH, WIDTH)) / np.sqrt(WIDTH)


def query_key_score(start: int) -> float:
    """Return the score of two tokens when queries and keys are turned, as models do."""
    positions, config = start + np.arange(4), RotaryConfig(WIDTH)
    q, k = (
        rotate((X @ W)[np.newaxis, np.newaxis], positions, config)[0, 0] for W in (W_Q, W_K)
    )
    return float(q[QUERY] @ k[KEY])


def embedding_score(M: FloatArray, start: int) -> float:
    """Return the score of the same two tokens when their embeddings are turned."""
    return float(embedding_scores(X, M, start)[QUERY, KEY])


def curves(starts: list[int]) -> dict[str, list[float]]:
    """Return the score of tokens 0 and 3 when so many words come before them."""
    M = W_Q @ W_K.T
    return {
        "embeddings turned": [embedding_score(M, start) for start in starts],
        "queries and keys turned": [query_key_score(start) for start in starts],
        "embeddings turned, commuting part of M": [
            embedding_score(relative_part(M), start) for start in starts
        ],
    }


def values() -> dict[str, str]:
    """Return what the page's gaps hold."""
    starts = [0, 1, 2, 10, 100, 1000]
    rows = [
        (name, *(f"{score:.4f}" for score in scores)) for name, scores in curves(starts).items()
    ]
    flow = Embedding(vocab_size=1000, embedding_dim=64, context_length=16)([range(10)] * 2)
    exponents = [(2 * i / WIDTH, i / WIDTH) for i in range(WIDTH // 2)]
    right, wrong = (
        [f"{10000**-e:.4g}" for e in column] for column in zip(*exponents, strict=True)
    )
    return {
        "scores": table(("words before", *map(str, starts)), rows),
        "flow_shape": str(flow.shape),
        "right": ", ".join(right),
        "wrong": ", ".join(wrong),
    }


def figures() -> dict[str, Figure]:
    """Draw the scores while the text moves."""
    starts = list(range(61))
    figure, axes = canvas(width=6.0, height=3.2)
    for (name, scores), color in zip(
        curves(starts).items(), (ORANGE, BLUE, GREEN), strict=True
    ):
        axes.plot(starts, scores, color=color, label=name)
    axes.set(xlabel="words put before the text", ylabel="score of tokens 0 and 3")
    legend(axes, loc="lower left", bbox_to_anchor=(0.0, 1.0))
    return {"embedding-score": figure}

"""Values and figure of the page on document 002."""

from matplotlib.figure import Figure

from generators.markdown import excerpt, table
from ropespec.reference.systems import token_pipeline
from ropespec.reference.systems.trace import matrix_text, shown
from ropespec.reference.systems.vocabulary import Vocabulary

from .draw import canvas, heat

SHOWN = 16


def values() -> dict[str, str]:
    """Return what the page's gaps hold."""
    steps = token_pipeline.run()
    vocabulary = Vocabulary.of(steps.tokens)
    rows = [
        (str(number), *(f"`{vocabulary.words[token]}` {token}" for token in window),
         f"`{vocabulary.words[target[-1]]}` {target[-1]}")
        for number, (window, target) in enumerate(zip(steps.inputs, steps.targets, strict=True))
    ]  # fmt: skip
    total = token_pipeline.TOKEN_EXAMPLE + token_pipeline.POSITION_EXAMPLE
    return {
        "printed": excerpt(shown(steps), slice(6, 24)),
        "tokens": str(len(steps.tokens)),
        "vocabulary": str(len(vocabulary)),
        "windows": table(("window", "0", "1", "2", "3", "last target"), rows),
        "token_shape": str(steps.token_embeddings.shape),
        "position_shape": str(steps.position_embeddings.shape),
        "input_shape": str(steps.input_embeddings.shape),
        "weights": matrix_text(token_pipeline.PRINTED_WEIGHTS, 4),
        "sum": ", ".join(f"{value:.1f}" for value in total),
    }


def figures() -> dict[str, Figure]:
    """Draw one window: token, position, sum."""
    steps = token_pipeline.run()
    parts = {
        "token": steps.token_embeddings[0],
        "position": steps.position_embeddings,
        "token + position": steps.input_embeddings[0],
    }
    figure, axes = canvas(3, width=8.4, height=1.7)
    for panel, (name, part) in zip(axes, parts.items(), strict=True):
        heat(panel, part[:, :SHOWN], name, largest=4.0)
        panel.set_xlabel(f"channels 0 to {SHOWN - 1}")
        panel.set_xticks([])
        panel.set_yticks([0.5, 1.5, 2.5, 3.5], steps.tokens[:4] if name == "token" else [])
    return {"token-plus-position": figure}

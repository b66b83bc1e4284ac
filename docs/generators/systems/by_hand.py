"""Values and figures of the page on document 004."""

import numpy as np
from matplotlib.figure import Figure

from generators.markdown import excerpt, table
from ropespec.reference.attention import softmax
from ropespec.reference.neighbours import sinusoidal
from ropespec.reference.systems import by_hand
from ropespec.reference.systems.trace import matrix_text, shown, steps

from .draw import canvas, heat

WORD_COLUMNS = 6


def _trace(positions: by_hand.Positions = "sinusoidal") -> by_hand.Trace:
    """Run the document's sentence."""
    return by_hand.run(by_hand.SOURCE, [by_hand.START], by_hand.random_weights(), positions)


def _numbered() -> str:
    """Every word with its number, in rows."""
    cells = [f"`{word}` {number}" for number, word in enumerate(by_hand.WORDS.words)]
    cells += [""] * (-len(cells) % WORD_COLUMNS)
    rows = [cells[i : i + WORD_COLUMNS] for i in range(0, len(cells), WORD_COLUMNS)]
    return table([""] * WORD_COLUMNS, rows)


def _misread(position: int, width: int) -> list[float]:
    """The encoding when i in 10000^(2i/d) is taken for the channel instead of the pair."""
    angles = [position / 10000 ** (2 * i / width) for i in range(width)]
    return [float((np.cos if i % 2 else np.sin)(angle)) for i, angle in enumerate(angles)]


def _scales(trace: by_hand.Trace) -> str:
    """The first word's attention weights under three ways to scale."""
    scores = trace.encoder.attention.attention.scores[0, 0, 0]
    ways = {
        "√4 = 2, the root of the head's width": 2.0,
        "√6, the root of the embedding's width": 6**0.5,
        "6, the width itself": 6.0,
    }
    rows = [
        (name, *(f"{weight:.3f}" for weight in softmax(scores / scale)))
        for name, scale in ways.items()
    ]
    return table(("scores divided by", *by_hand.SOURCE), rows)


def values() -> dict[str, str]:
    """Return what the page's gaps hold."""
    trace, rotary = _trace(), _trace("rotary")
    encoder, decoder = trace.encoder, trace.decoder
    words = [word for text in by_hand.SENTENCES for word in by_hand.words(text)]
    best = np.argsort(-trace.probabilities, kind="stable")[:5]
    matrices = {
        "embedded": trace.source_embedded,
        "table": trace.source_table,
        "input": trace.encoder_input,
        "query": encoder.attention.query,
        "key": encoder.attention.key,
        "value": encoder.attention.value,
        "scores": encoder.attention.attention.scores,
        "scaled": encoder.attention.attention.scaled,
        "weights": encoder.attention.attention.weights,
        "head": encoder.attention.attention.output,
        "output": encoder.attention.output,
        "total": encoder.after_attention.total,
        "mean": encoder.after_attention.mean[0].T,
        "deviation": encoder.after_attention.deviation[0].T,
        "normed": encoder.after_attention.output,
        "linear": encoder.feed_forward.linear,
        "relu": encoder.feed_forward.relu,
        "encoded": encoder.output,
        "decoder_input": trace.decoder_input,
        "crossed": decoder.crossed.attention.weights,
        "decoded": decoder.output,
        "flattened": trace.flattened,
        "masked_input": by_hand.masked.INPUT,
        "masked_scores": by_hand.masked_example().attention.masked[0, 0],
        "masked_weights": by_hand.masked_example().attention.weights[0, 0],
        "masked_head": by_hand.masked_example().attention.output[0, 0],
        "turned_query": rotary.encoder.attention.turned_query,
        "rotary_weights": rotary.encoder.attention.attention.weights,
    }
    return {
        **{name: matrix_text(matrix, 2) for name, matrix in matrices.items()},
        "sentences": "\n".join(f"- {text}" for text in by_hand.SENTENCES),
        "words": str(len(words)),
        "distinct": str(len(set(words))),
        "numbered": _numbered(),
        "source_ids": ", ".join(map(str, trace.source_ids)),
        "right_row": matrix_text(sinusoidal(1, 6), 4),
        "misread_row": matrix_text(np.array(_misread(1, 6)), 4),
        "scales": _scales(trace),
        "printed": excerpt(shown(trace), slice(0, 11), slice(-10, None)),
        "intermediates": str(len(list(steps(trace)))),
        "best": table(
            ("word", "logit", "probability"),
            [(f"`{by_hand.WORDS.words[i]}`", f"{trace.logits[i]:.3f}",
              f"{trace.probabilities[i]:.3f}") for i in best],
        ),
        "predicted": trace.predicted,
        "rotary_predicted": rotary.predicted,
    }  # fmt: skip


def figures() -> dict[str, Figure]:
    """Draw who looks at whom."""
    weights = by_hand.random_weights(target_tokens=6)
    target = [by_hand.START, *by_hand.TARGET]
    figure, axes = canvas(3, width=9.0, height=3.0)
    trace = by_hand.run(by_hand.SOURCE, target, weights)
    panels = {
        "encoder": (trace.encoder.attention, by_hand.SOURCE, by_hand.SOURCE),
        "decoder, masked": (trace.decoder.attention, target, target),
        "decoder to encoder": (trace.decoder.crossed, target, by_hand.SOURCE),
    }
    for panel, (name, (part, rows, columns)) in zip(axes, panels.items(), strict=True):
        heat(panel, part.attention.weights[0, 0], name, largest=1.0)
        panel.set_xticks(np.arange(len(columns)) + 0.5, columns, rotation=45, ha="right")
        panel.set_yticks(np.arange(len(rows)) + 0.5, rows)
    return {"who-looks-at-whom": figure}

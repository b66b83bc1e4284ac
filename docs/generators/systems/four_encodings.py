"""Values and figures of the page on document 003."""

import numpy as np
from matplotlib.figure import Figure

from generators.markdown import table
from ropespec.reference import RotaryConfig
from ropespec.reference.forms import apply_efficient, apply_matrix, rotation_matrix
from ropespec.reference.neighbours import relative_positions, sinusoidal, t5
from ropespec.reference.systems import decay
from ropespec.reference.systems.four_encodings import behaviour, four_encodings
from ropespec.reference.systems.plane import MAN, SNAKE, THETA, shift_picture, turned
from ropespec.reference.systems.trace import matrix_text

from .draw import BLUE, GREEN, GREY, ORANGE, PURPLE, arrow, canvas, heat, legend, plane

CONFIG = RotaryConfig(128)
LIKED = 50


def _small(value: float) -> str:
    """Write a size; what is only rounding is written as 0."""
    return "0" if value < 1e-12 else f"{value:.2f}"


def values() -> dict[str, str]:
    """Return what the page's gaps hold."""
    x = np.random.default_rng(1).standard_normal((6, 16))
    rows = []
    for encoding in four_encodings(16, 512):
        found = behaviour(encoding, x, words=5, beyond=512)
        beyond = "yes" if found.beyond else "no"
        rows.append((encoding.name, _small(found.shift), _small(found.prefix), beyond))
    shifts = [
        (str(before), f"{one.angle:.2f}°", f"{one.score:.6f}")
        for before, one in ((n, shift_picture(1, 4, n)) for n in (0, 1, 2, 10, 1000))
    ]
    vector, small = np.arange(1.0, 5.0), RotaryConfig(4)
    by_matrix = apply_matrix(vector[np.newaxis, np.newaxis, np.newaxis], [3], small)[0, 0]
    by_products = apply_efficient(vector[np.newaxis, np.newaxis, np.newaxis], [3], small)[0, 0]
    distances = [0, 1, 10, 50, 100, 200, 1000]
    curve, limit, bound = (
        f(distances) for f in (
            lambda d: decay.mean_cosine(d, CONFIG), decay.limit,
            lambda d: decay.mean_partial_sum(d, CONFIG),
        )
    )  # fmt: skip
    q, k = decay.farthest_match(LIKED, CONFIG)
    liked = decay.scores_at(q, k, distances, CONFIG)
    columns = zip(distances, curve, limit, bound, liked, strict=True)
    return {
        "behaviour": table(
            ("encoding", "scores move when 5 words come before",
             "first vectors move when 5 words come after", "says something at position 512"),
            rows,
        ),
        "shifts": table(("words before", "angle from man to snake", "score"), shifts),
        "matrix": matrix_text(rotation_matrix(3, small), 4),
        "by_matrix": matrix_text(by_matrix, 6),
        "by_products": matrix_text(by_products, 6),
        "decay": table(
            ("distance", "(2/d) Σ cos", "its limit", "bound of Eq. 37", "a pair that likes 50"),
            [(str(d), *(f"{value:.4f}" for value in rest)) for d, *rest in columns],
        ),
    }  # fmt: skip


def figures() -> dict[str, Figure]:
    """Draw the document's pictures."""
    return {
        "absolute": _absolute(),
        "relative-bias": _relative_bias(),
        "rotation": _rotation(),
        "shift": _shift(),
        "blocks": _blocks(),
        "decay": _decay(),
    }


def _absolute() -> Figure:
    """Draw the sinusoidal table, and how alike positions are."""
    positions = np.arange(129)
    figure, (left, right) = canvas(2, height=2.8)
    heat(left, sinusoidal(np.arange(24), 24), "sinusoidal encoding", largest=1.0)
    left.set(xlabel="channel", ylabel="position")
    table_ = np.random.default_rng(0).standard_normal((512, 128)) / np.sqrt(128)
    sines = sinusoidal(positions, 128) / 8.0
    two = sinusoidal(2, 128) / 8.0
    right.plot(positions, sines @ two, color=BLUE, label="sinusoidal")
    right.plot(
        positions, table_[positions] @ table_[2], color=ORANGE, label="learned, untrained"
    )
    right.set(xlabel="position p", title="likeness of positions 2 and p")
    legend(right)
    return figure


def _relative_bias() -> Figure:
    """Draw a learned bias for every distance: constant along diagonals."""
    biases = np.random.default_rng(2).standard_normal((32, 1))
    relative = relative_positions(np.arange(24))
    figure, (left, right) = canvas(2, height=2.8)
    heat(left, t5.bias(biases, t5.bucket(relative, bidirectional=True))[0], "bias")
    left.set(xlabel="key", ylabel="query")
    far = np.arange(0, 300)
    right.plot(far, t5.bucket(-far, bidirectional=True), color=BLUE, drawstyle="steps-post")
    right.set(xlabel="distance", title="bucket of a distance (T5)")
    return figure


def _rotation() -> Figure:
    """Draw one word at several positions."""
    figure, axes = canvas(width=4.2, height=2.4)
    plane(axes, -0.2)
    for position, tip in enumerate(turned(MAN, np.arange(7))):
        arrow(axes, tip, BLUE, str(position), faint=position != 2)
    axes.set_title(f"turned by mθ, θ = {THETA}")
    return figure


def _shift() -> Figure:
    """Draw both words before and after two words were put in front."""
    figure, axes = canvas(2, width=7.0, height=2.5)
    for panel, before in zip(axes, (0, 2), strict=True):
        plane(panel, -0.45)
        picture = shift_picture(1, 4, before)
        for word, place, tip, color in (
            ("man", 1 + before, picture.man, GREEN), ("snake", 4 + before, picture.snake, BLUE),
        ):  # fmt: skip
            arrow(panel, tip, color, f"{word}, {place}")
        for tip in (MAN, SNAKE):
            arrow(panel, tip, GREY, faint=True)
        panel.set_title(f"{before} words before: score {picture.score:.3f}")
    return figure


def _blocks() -> Figure:
    """Draw the general form: one 2 x 2 block for each pair."""
    figure, axes = canvas(width=3.2, height=3.2)
    heat(axes, rotation_matrix(3, RotaryConfig(12, base=20.0)), "R_m, d = 12", largest=1.0)
    axes.set(xticks=[], yticks=[])
    return figure


def _decay() -> Figure:
    """Draw the curve with its limit, a pair that decays otherwise, and the bound."""
    distances = np.arange(0, 257)
    figure, (left, right) = canvas(2, width=8.0, height=3.0)
    left.axhline(0, color=GREY, lw=0.6)
    curve, limit = decay.mean_cosine(distances, CONFIG), decay.limit(distances)
    left.plot(distances, curve, color=BLUE, label="q = k = ones, d = 128")
    left.plot(distances, limit, color=ORANGE, ls="--", label="limit d → ∞")
    q, k = decay.farthest_match(LIKED, CONFIG)
    other = decay.scores_at(q, k, distances, CONFIG)
    left.plot(distances, other, color=PURPLE, lw=1.0, label=f"a pair that likes {LIKED}")
    left.set(xlabel="distance", title="score / (|q| |k|)")
    legend(left)
    right.plot(distances, decay.mean_partial_sum(distances, CONFIG), color=GREEN, label="bound")
    right.plot(distances, np.abs(curve), color=BLUE, label="|score| of the ones")
    right.set(xlabel="distance", title="mean |S_i|, the bound of Eq. 37", yscale="log")
    legend(right)
    return figure

"""What each known bug does to the numbers: errors by position and pair, recorded and drawn.

    python docs/generators/exhibits.py   measure again, and write exhibits.json

The planted bugs of the corpus are called once with positions from 0 to 2**17. What they return
is recorded, so that the pages do not depend on a machine's arithmetic.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.checks.corpus import Entry, planted
from ropespec.reference import layout_channels
from ropespec.reference.oracle import rotate

from .languages import Language

RECORD = Path(__file__).with_suffix(".json")
POSITIONS = (0, 1, 2, 3, *(2**power - 1 for power in range(3, 18)))
LEVELS = (1e-5, 1e-3, 1e-1, 0.5)
"""Errors as parts of the pair's length: the limits between the shades."""
BELOW = ("< 0.001", "< 0.1", "< 0.5", "≥ 0.5")
LABEL = "Errors of one planted example by position, downwards, and pair, from left to right"
LEFT, WIDTH, HEIGHT = 58, 320, 14
"""Room for the positions; of all pairs; of a row."""


def measured(entry: Entry) -> list[str]:
    """Return for each position a digit for each pair: which shade its error has."""
    config, claims = entry.config, dict(entry.claims)
    rng = np.random.default_rng(0)
    q, k = rng.standard_normal((2, 2, 2, len(POSITIONS), config.head_dim))
    rows = np.array([POSITIONS, [position + 1 for position in POSITIONS]])
    if claims.get("max_position"):
        rows = np.minimum(rows, claims["max_position"] - 1)
    if config.axes:
        rows = np.stack([rows // (axis + 1) for axis in range(len(config.axes))], axis=-1)
    got = _called(entry, q, k, rows)
    want = [rotate(x, rows, config) for x in (q, k)][: len(got)]
    write = layout_channels(config).write
    shades = np.zeros((len(POSITIONS), len(write)), dtype=int)
    for mine, true in zip(got, want, strict=True):
        off = (np.nan_to_num(np.asarray(mine, dtype=float), nan=1e9) - true)[..., write]
        share = np.linalg.norm(off, axis=-1) / np.linalg.norm(true[..., write], axis=-1)
        shades = np.maximum(shades, np.digitize(share.max(axis=(0, 1)), LEVELS))
    return ["".join(map(str, row)) for row in shades]


def _called(entry: Entry, q: Any, k: Any, positions: Any) -> list[Any]:
    """Call a planted bug as it wants to be called; return what came out as NumPy arrays."""
    claims = entry.claims
    arrays = [q, k] if claims.get("signature") == "qk" else [q]
    turn = (0, 2, 1, 3) if claims.get("axes") == "bshd" else (0, 1, 2, 3)
    arrays = [np.ascontiguousarray(x.transpose(turn)) for x in arrays]
    if entry.framework == "torch":
        import torch

        torch.manual_seed(0)
        kind = getattr(torch, next(iter(claims.get("dtypes", ("float32",)))))
        given = [torch.from_numpy(x).to(kind) for x in arrays]
        made = entry.target()(*given, torch.from_numpy(positions))
        made = made if isinstance(made, tuple) else (made,)
        made = [x.detach().to(torch.float64).numpy() for x in made]
    else:
        made = entry.target()(*[x.astype(np.float64) for x in arrays], positions)
        made = list(made) if isinstance(made, tuple) else [made]
    return [np.asarray(x).transpose(turn) for x in made]


def record() -> dict[str, dict[str, Any]]:
    """Measure, for each bug, the first planted one that shows something and raises nothing.

    What float32 alone does shows nothing: it is below a thousandth up to position 8191.
    """
    found: dict[str, dict[str, Any]] = {}
    for entry in planted():
        if entry.bug in found or entry.bug is None or "float16" in entry.name:
            continue
        try:
            shades = measured(entry)
        except Exception as error:
            print(f"{entry.name}: {type(error).__name__}", file=sys.stderr)  # noqa: T201
            continue
        if any(set(row) & {"3", "4"} for row in shades) or any(map(_early, shades[:10])):
            found[entry.bug] = {"planted": entry.name, "shades": shades}
    return dict(sorted(found.items()))


def _early(row: str) -> bool:
    """Whether anything is wrong in a row; far out float32 itself is off by a thousandth."""
    return set(row) != {"0"}


def recorded() -> dict[str, dict[str, Any]]:
    """Return what was measured."""
    read: dict[str, dict[str, Any]] = json.loads(RECORD.read_text(encoding="utf-8"))
    return read


def drawn(shades: list[str], say: Language) -> str:
    """Draw the errors: a row for each position, a column for each pair.

    So narrow that its words can be read on a telephone, where it is as wide as the screen.
    """
    width, last = WIDTH / len(shades[0]), len(shades[0]) - 1
    right, base = LEFT + WIDTH, HEIGHT * len(shades)
    parts = list(_cells(shades, width))
    for row in (0, 1, 4, 8, 12, len(POSITIONS) - 1):
        label = f"{POSITIONS[row]:,}".replace(",", " ")
        parts.append(
            f'<text x="{LEFT - 6}" y="{row * HEIGHT + 12}" text-anchor="end">{label}</text>'
        )
    first, final = (say("pair {number}").format(number=number) for number in (0, last))
    parts.append(f'<text x="{LEFT}" y="{base + 17}">{first}</text>')
    parts.append(f'<text x="{right}" y="{base + 17}" text-anchor="end">{final}</text>')
    for shade, word in enumerate((say("right"), *BELOW)):
        x = shade * (right // (len(LEVELS) + 1))
        parts.append(
            f'<rect class="figure-shade{shade}" x="{x}" y="{base + 30}" width="14" height="14">'
            f'</rect><text x="{x + 18}" y="{base + 42}">{word}</text>'
        )
    return (
        f'<svg class="exhibit" viewBox="0 0 {right} {base + 48}" role="img" '
        f'aria-label="{say(LABEL)}">{"".join(parts)}</svg>'
    )


def _cells(shades: list[str], width: float) -> Iterator[str]:
    """Draw runs of equal shades as one rectangle each."""
    for number, row in enumerate(shades):
        start = 0
        for end in range(1, len(row) + 1):
            if end == len(row) or row[end] != row[start]:
                yield (
                    f'<rect class="figure-shade{row[start]}" x="{LEFT + start * width:.1f}" '
                    f'y="{number * HEIGHT}" width="{(end - start) * width:.1f}" '
                    f'height="{HEIGHT - 1}"></rect>'
                )
                start = end


if __name__ == "__main__":
    text = json.dumps(record(), indent=1)
    RECORD.write_text(f"{text}\n", encoding="utf-8")

"""The table of layouts for the conventions page, from `ropespec.reference.LAYOUTS`."""

from ropespec.reference import LAYOUTS, RotaryConfig, layout_channels

from .markdown import MARK, table

WIDTH = 8


def _config(name: str) -> RotaryConfig:
    """A head of eight channels that shows what the layout does."""
    if LAYOUTS[name].span == "axis":
        return RotaryConfig(head_dim=WIDTH, layout=name, axes=(2, 2))
    if LAYOUTS[name].span == "head":
        return RotaryConfig(head_dim=WIDTH, rotary_dim=WIDTH // 2, layout=name)
    return RotaryConfig(head_dim=WIDTH, layout=name)


def _drawn(name: str, side: str) -> str:
    """For each channel the pair that it belongs to, and which half of it; a dot is still."""
    marks = ["·"] * WIDTH
    for pair, channels in enumerate(getattr(layout_channels(_config(name)), side)):
        for channel, prime in zip(channels, ("", "′"), strict=True):
            marks[channel] = "abcd"[pair] + prime
    return f"`{' '.join(marks)}`"


def pages() -> dict[str, str]:
    """The table, as a snippet."""
    rows = [
        (f"`{name}`", layout.meaning, _drawn(name, "read"), _drawn(name, "write"))
        for name, layout in LAYOUTS.items()
    ]
    head = ("Layout", "Pairs", "Reads", "Writes")
    return {"snippets/layouts.md": f"{MARK}\n\n{table(head, rows)}\n"}

"""The table of layouts for the conventions page, from `ropespec.reference.LAYOUTS`."""

from ropespec.reference import LAYOUTS, RotaryConfig, layout_channels

from .markdown import MARK, table

WIDTH = 8


def _config(name: str) -> RotaryConfig:
    """Choose a head of eight channels that shows what the layout does."""
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


def _channels(name: str) -> str:
    """Draw what is read, and what is written where that differs."""
    read, written = _drawn(name, "read"), _drawn(name, "write")
    return read if read == written else f"{read} → {written}"


def pages() -> dict[str, str]:
    """Write the table, as a snippet."""
    rows = [(f"`{name}`", _channels(name), layout.meaning) for name, layout in LAYOUTS.items()]
    head = ("Layout", "Channels", "Pairs")
    return {"snippets/layouts.md": f"{table(head, rows)}\n\n{MARK}\n"}

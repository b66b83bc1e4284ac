"""The heat map of a profile as a picture, by matplotlib."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ropespec.reference.errors import ConfigError

from .profile import Profile

ENDINGS = (".svg", ".png", ".pdf")
"""Forms of a picture, by the ending of its name."""

LEAST = 1e-9
"""Phase errors below this many radians look alike."""


def check_picture(path: str) -> None:
    """Refuse a picture that cannot be drawn, before anything is measured.

    Raises
    ------
    ConfigError
        If the ending is unknown, the folder is missing, or matplotlib is not installed.
    """
    place = Path(path)
    if place.suffix not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise ConfigError("--picture", path, f"a name that ends in one of {known}", "rename it")
    if not place.parent.is_dir():
        raise ConfigError("--picture", path, "a file in an existing folder", "make the folder")
    try:
        import matplotlib  # noqa: F401 - heavy, and only for pictures
    except ImportError:
        advice = "pip install 'ropespec[pictures]', or leave it out"
        raise ConfigError("--picture", path, "matplotlib to draw with", advice) from None


def draw(profile: Profile, path: str, title: str = "") -> None:
    """Draw the phase errors of every format against position and pair.

    What is beyond its bound has a red dot.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure

    count = max(1, len(profile.formats))
    figure = Figure(figsize=(9, 1.2 + 2.8 * count), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title)
    for place, (dtype, found) in enumerate(profile.formats.items(), start=1):
        axes = figure.add_subplot(count, 1, place)
        columns, pairs = np.arange(len(found.positions)), np.arange(found.phase.shape[1])
        colours = axes.pcolormesh(
            columns, pairs, np.maximum(found.phase, LEAST).T,
            norm=LogNorm(LEAST, np.pi), cmap="viridis", shading="nearest",
        )  # fmt: skip
        bad = np.argwhere(found.phase > found.bound)
        axes.plot(bad[:, 0], bad[:, 1], linestyle="none", marker=".", color="red")
        ticks = columns[:: max(1, len(columns) // 12)]
        names = [str(found.positions[tick]) for tick in ticks]
        axes.set_xticks(ticks, names, rotation=45, ha="right")
        axes.set(xlabel="position", ylabel="pair", title=f"{dtype}: {found.grade}")
        figure.colorbar(colours, ax=axes, label="phase error (rad)")
    figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)

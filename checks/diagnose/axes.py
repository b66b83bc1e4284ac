"""Which coordinate of its position turned each pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrangement import Mixed
from ropespec.reference.formats import find_format

from .diagnosis import Diagnosis
from .exhibit import Exhibit
from .moved import CLOSE, wrapped

NEARLY = 0.98
"""Share of the tokens that a coordinate must explain."""


def other_coordinates(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield the coordinates by which pairs turned, if all are clear and not as declared."""
    if not config.axes or isinstance(config.arrangement, Mixed):
        return
    channels, count = layout_channels(config), len(config.axes)
    fits, total = np.zeros((config.pairs, count)), 0
    for exhibit in shown:
        x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
        before, after = x[..., 0] + 1j * x[..., 1], y[..., 0] + 1j * y[..., 1]
        angle = config.sign * np.angle(after * np.conj(before))
        given = exhibit.positions[:, np.newaxis, :, np.newaxis].astype(np.float64)
        phase = given * config.inv_freq()[:, np.newaxis]
        close = CLOSE + 16 * find_format(exhibit.dtype).unit_roundoff + 2.0**-21 * np.abs(phase)
        near = np.abs(wrapped(angle[..., np.newaxis] - phase)) <= close
        fits += near.sum(axis=(0, 1, 2))
        total += int(np.prod(angle.shape[:3]))
    turned = fits.argmax(axis=1)
    if total == 0 or fits.max(axis=1).min() < NEARLY * total or (turned == channels.axis).all():
        return
    other = np.flatnonzero(turned != channels.axis)
    first = int(other[0])
    evidence = (
        f"{len(other)} of {config.pairs} pairs turn by another coordinate, pair {first} by "
        f"coordinate {turned[first]}, declared {channels.axis[first]}"
    )
    yield Diagnosis("wrong-coordinate", 0.99, evidence)

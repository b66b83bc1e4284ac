"""Tokens that turn by the positions of other calls: a table that was kept too long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ropespec.checks.identify.ladder import Complex
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import BoolArray, IntArray
from ropespec.reference.oracle import phases

from .diagnosis import Diagnosis
from .exhibit import Exhibit

CLOSE = 0.05
"""Radians by which the angle of a pair may be off."""

MANY = 400
"""How many positions of other calls are compared."""

BORROWED = 0.8
"""Confidence when nearly all wrong tokens turn by a position of another call."""


def borrowed(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield a stale table when wrong tokens turn, as a whole, by positions of other calls."""
    if config.pairs < 3:
        return  # one or two angles match some position by chance
    known = np.unique(np.concatenate([exhibit.positions.ravel() for exhibit in shown]))[:MANY]
    cos, sin = phases(known, config)
    expected = np.asarray(cos + 1j * sin)
    wrong = matched = 0
    example = ""
    for exhibit in shown:
        positions, turned, bad = _tokens(exhibit, config)
        if not bad.any():
            continue
        away = np.abs(np.angle(turned[bad][:, np.newaxis] * np.conj(expected)))
        other = known != positions[bad][:, np.newaxis]
        fits = (away <= CLOSE).all(axis=-1) & other
        wrong += len(fits)
        matched += int(fits.any(axis=1).sum())
        hits = np.argwhere(fits)
        if hits.size and not example:
            token, index = hits[0]
            example = f"a token at {positions[bad][token]} turned by {known[index]}"
    if wrong and matched >= 0.9 * wrong:
        evidence = f"{matched} of {wrong} wrong tokens turn by the position of another call: "
        yield Diagnosis("stale-cache", BORROWED * matched / wrong, evidence + example)


def _tokens(exhibit: Exhibit, config: RotaryConfig) -> tuple[IntArray, Complex, BoolArray]:
    """Return position, turn of each pair and wrongness of every token and head.

    A turn is a complex number; those of tokens that did not keep their length are NaN.
    """
    channels = layout_channels(config)
    read, written = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
    with np.errstate(all="ignore"):
        z, y = (pairs[..., 0] + 1j * pairs[..., 1] for pairs in (read, written))
        length = np.abs(y) / (config.amplitude * np.abs(z))
        turned = np.where(np.abs(length - 1) < CLOSE, y * np.conj(z), np.nan)
    batch, heads, seq, pairs = turned.shape
    positions = np.broadcast_to(exhibit.positions[:, np.newaxis], (batch, heads, seq))
    bad = exhibit.wrong.any(axis=-1)
    return positions.reshape(-1), turned.reshape(-1, pairs), bad.reshape(-1)

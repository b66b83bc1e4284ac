"""The position that each token really turned by, read off the angles of its pairs.

A wrong token may still be a correct rotation by another position. That position follows from
the angles of its pairs, from the slowest to the fastest; how it depends on the given
positions names the mistake (`relations`), also where nobody foresaw its numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from ropespec.checks.observation import Role
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrangement import Mixed
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.formats import find_format

from .exhibit import Exhibit

CLOSE = 0.004
"""Radians by which an angle may be off, besides the rounding of the format and the phase."""

LENGTH = 0.05
"""Share by which a length may be off."""

PERIODS = 48
"""Turns of the slowest pair by which a token may be away from the given position."""

FEWEST = 3
"""Pairs that it takes: one or two angles match some position by chance."""

WHOLE = 0.1
"""How far from each other two equal positions may be found."""


@dataclass(frozen=True, eq=False)
class Moved:
    """Tokens of one exhibit as rotations by positions, in one coordinate.

    Attributes
    ----------
    role
        Whether they are queries or keys.
    given
        Positions of the whole exhibit, `(batch, seq)`.
    turned
        What each token turned by, `(batch, heads, seq)`; NaN where it is no rotation.
    wrong
        Which tokens are wrong, same shape.
    angle
        What each pair turned by, `(batch, heads, seq, pairs)`, NaN where it is no rotation.
    frequencies
        Radians per position of these pairs.
    close
        Radians by which angles may be off.
    """

    role: Role
    given: FloatArray
    turned: FloatArray
    wrong: BoolArray
    angle: FloatArray
    frequencies: FloatArray
    close: float

    def fits(self, positions: FloatArray) -> BoolArray:
        """Return which tokens turned by some positions, broadcast to `(batch, heads, seq)`."""
        with np.errstate(invalid="ignore"):
            phase = np.asarray(positions)[..., np.newaxis] * self.frequencies
            rest = np.abs(wrapped(self.angle - phase))
            holds = (rest <= self.close + 2.0**-21 * np.abs(phase)).all(axis=-1)
        return np.broadcast_to(holds, self.turned.shape)

    @cached_property
    def lost(self) -> BoolArray:
        """Which tokens are no rotation in some pair."""
        return np.asarray(np.isnan(self.angle).any(axis=-1), dtype=np.bool_)

    @cached_property
    def plain(self) -> BoolArray:
        """Which tokens are right and tell their position: a zero vector turns by any."""
        return ~self.wrong & np.isfinite(self.turned)

    @cached_property
    def meant(self) -> FloatArray:
        """The given positions in the shape of `turned`."""
        return np.broadcast_to(self.given[:, np.newaxis], self.turned.shape)

    @property
    def alone(self) -> bool:
        """Whether the sequence is one token."""
        return bool(self.given.shape[1] == 1)

    @property
    def heads(self) -> FloatArray:
        """Numbers of the heads, `(1, heads, 1)`."""
        return np.arange(self.turned.shape[1], dtype=np.float64)[np.newaxis, :, np.newaxis]

    @property
    def rows(self) -> FloatArray:
        """Numbers of the rows, `(batch, 1)`."""
        return np.arange(len(self.given), dtype=np.float64)[:, np.newaxis]


def readable(config: RotaryConfig) -> bool:
    """Whether positions can be read off the angles in every coordinate."""
    if isinstance(config.arrangement, Mixed):
        return False
    return all(count >= FEWEST for count in config.axes or (config.pairs,))


def moved(exhibit: Exhibit, config: RotaryConfig) -> Iterator[Moved]:
    """Find the position that each token turned by, nearest to the given one.

    One result for each coordinate of the positions.
    """
    channels = layout_channels(config)
    x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
    before, after = x[..., 0] + 1j * x[..., 1], y[..., 0] + 1j * y[..., 1]
    with np.errstate(all="ignore"):
        angle = config.sign * np.angle(after * np.conj(before))
        kept = np.abs(np.abs(after) / (config.amplitude * np.abs(before)) - 1) < LENGTH
    wrong: BoolArray = np.asarray(exhibit.wrong[..., channels.write].any(axis=-1))
    for axis in range(max(1, len(config.axes))):
        mine = channels.axis == axis
        given = exhibit.positions if not config.axes else exhibit.positions[..., axis]
        yield _solved(
            Moved(
                role=exhibit.role,
                given=given.astype(np.float64),
                turned=np.full(wrong.shape[:-1], np.nan),
                wrong=np.asarray(wrong[..., mine].any(axis=-1), dtype=np.bool_),
                angle=np.where(kept[..., mine], angle[..., mine], np.nan),
                frequencies=config.inv_freq()[mine],
                close=CLOSE + 16 * find_format(exhibit.dtype).unit_roundoff,
            )
        )


def _solved(one: Moved) -> Moved:
    """Find positions that explain all angles, the nearest to the given ones first.

    The slowest pair tells a position but for whole turns of its own: those are tried.
    """
    period = 2 * np.pi / float(one.frequencies.min())
    turned = one.turned
    for turns in range(PERIODS):
        start = one.meant - turns * period
        if not (np.isnan(turned) & np.isfinite(one.angle).all(-1) & (start > -period)).any():
            break
        position = _followed(one, start)
        turned = np.where(np.isnan(turned) & one.fits(position), position, turned)
    return replace(one, turned=turned)


def _followed(one: Moved, start: FloatArray) -> FloatArray:
    """Follow the angles from the slowest pair to the fastest."""
    position = np.array(start)
    with np.errstate(invalid="ignore"):
        for pair in np.argsort(one.frequencies):
            ahead = wrapped(one.angle[..., pair] - one.frequencies[pair] * position)
            position = position + ahead / one.frequencies[pair]
    return position


def wrapped(angle: FloatArray) -> FloatArray:
    """Take whole turns out of an angle."""
    return np.asarray(angle - 2 * np.pi * np.rint(angle / (2 * np.pi)), dtype=np.float64)


def same(a: FloatArray, b: FloatArray) -> BoolArray:
    """Whether positions are the same number, as nearly as angles tell."""
    with np.errstate(invalid="ignore"):
        near = np.abs(a - b) < WHOLE + 1e-5 * np.abs(a)
    return np.asarray(near, dtype=np.bool_)


def all_moved(shown: Sequence[Exhibit], config: RotaryConfig) -> list[Moved]:
    """Read every exhibit; nothing where it cannot be done."""
    if not readable(config):
        return []
    return [one for exhibit in shown for one in moved(exhibit, config)]

"""The position that each token really turned by, and what it has to do with the given one.

A wrong token may still be a correct rotation by another position. That position follows from
the angles of its pairs, from the slowest to the fastest; how it depends on the given
positions names the mistake, also where nobody foresaw its numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import BoolArray, FloatArray
from ropespec.reference.formats import find_format

from .diagnosis import Diagnosis
from .exhibit import Exhibit

CLOSE = 0.05
"""Radians by which an angle may be off, and the share by which a length may."""

FEWEST = 3
"""Pairs that it takes: one or two angles match some position by chance."""

NEARLY = 0.95
"""Share of the tokens that a relation must hold for."""

WHOLE = 0.1
"""How far from each other two equal positions may be found."""

KNOWN = 0.65
"""Confidence in a relation of positions that holds for all tokens."""

KEPT = 0.5
"""Confidence in a table of another call, when no relation is seen."""


@dataclass(frozen=True, eq=False)
class Moved:
    """Wrong tokens of one exhibit as rotations by other positions.

    Attributes
    ----------
    given
        Positions of the whole exhibit, `(batch, seq)`.
    turned
        What each token turned by, `(batch, heads, seq)`; NaN where it is no rotation.
    wrong
        Which tokens are wrong, same shape.
    """

    given: FloatArray
    turned: FloatArray
    wrong: BoolArray

    @property
    def meant(self) -> FloatArray:
        """The given positions in the shape of `turned`."""
        return np.broadcast_to(self.given[:, np.newaxis], self.turned.shape)

    @property
    def elsewhere(self) -> BoolArray:
        """Which tokens are rotations by another position than the given one."""
        return np.isfinite(self.turned) & ~_same(self.turned, self.meant)


def moved(exhibit: Exhibit, config: RotaryConfig) -> Moved:
    """Find the position that each token turned by, nearest to the given one."""
    channels = layout_channels(config)
    x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
    before, after = x[..., 0] + 1j * x[..., 1], y[..., 0] + 1j * y[..., 1]
    with np.errstate(all="ignore"):
        angle = config.sign * np.angle(after * np.conj(before))
        kept = np.abs(np.abs(after) / (config.amplitude * np.abs(before)) - 1) < CLOSE
    given = exhibit.positions.astype(np.float64)
    position = np.repeat(given[:, np.newaxis], exhibit.got.shape[1], axis=1)
    frequencies = config.inv_freq()
    for pair in np.argsort(frequencies):
        position = (
            position
            + _wrapped(angle[..., pair] - frequencies[pair] * position) / (frequencies[pair])
        )
    rest = np.abs(_wrapped(angle - position[..., np.newaxis] * frequencies))
    close = CLOSE + 8 * find_format(exhibit.dtype).unit_roundoff
    fits = kept.all(axis=-1) & (rest <= close).all(axis=-1)
    wrong = np.asarray(exhibit.wrong[..., channels.write].any(axis=(-1, -2)), dtype=np.bool_)
    return Moved(given, np.where(fits, position, np.nan), wrong)


def _wrapped(angle: FloatArray) -> FloatArray:
    """Take whole turns out of an angle."""
    return np.asarray(angle - 2 * np.pi * np.rint(angle / (2 * np.pi)), dtype=np.float64)


def _same(a: FloatArray, b: FloatArray) -> BoolArray:
    """Whether positions are the same whole number, as nearly as angles tell."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(a - b) < WHOLE, dtype=np.bool_)


def _to_first_row(one: Moved) -> BoolArray:
    return _same(one.turned, one.given[:1][:, np.newaxis])


def _to_zero(one: Moved) -> BoolArray:
    return _same(one.turned, np.zeros(()))


def _to_count(one: Moved) -> BoolArray:
    return _same(one.turned, np.arange(one.given.shape[1], dtype=np.float64))


def _to_head(one: Moved) -> BoolArray:
    heads = np.arange(one.turned.shape[1], dtype=np.float64)[np.newaxis, :, np.newaxis]
    return _same(one.turned - heads, one.meant) | _same(one.turned, heads)


def _by_constant(one: Moved) -> BoolArray:
    shift = one.turned - one.meant
    return _same(shift, np.nanmedian(np.where(one.wrong, shift, np.nan)))


def _mirrored(one: Moved) -> BoolArray:
    total = one.turned + one.meant
    if one.given.shape[1] == 1:
        return _to_zero(one)
    return _same(total, total[..., :1])


def _to_other_token(one: Moved) -> BoolArray:
    same = _same(one.turned[..., np.newaxis], one.given[:, np.newaxis, np.newaxis])
    return np.asarray(same.any(axis=-1), dtype=np.bool_)


def _rounded(one: Moved) -> BoolArray:
    with np.errstate(invalid="ignore"):
        near = np.abs(one.turned - one.meant) <= 1 + np.abs(one.meant) / 64
    return np.asarray(near & _same(one.turned, np.rint(one.turned)), dtype=np.bool_)


RELATIONS: tuple[tuple[str, str, Callable[[Moved], BoolArray]], ...] = (
    ("positions-off-by-one", "the given position and a constant", _by_constant),
    ("positions-ignored", "their places in the sequence", _to_count),
    ("first-row-positions", "the first row's positions", _to_first_row),
    ("wrong-axis", "the number of their head, alone or added", _to_head),
    ("positions-reversed", "positions that run backwards", _mirrored),
    ("positions-reversed", "positions of other tokens in the row", _to_other_token),
    ("positions-ignored", "position 0", _to_zero),
    ("low-precision-positions", "positions near the given ones", _rounded),
)
"""What wrong tokens may turn by: slug, in words, where it holds."""


def positions(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield the relations that hold for nearly all tokens, then a table kept too long."""
    if config.pairs < FEWEST:
        return
    found = [moved(exhibit, config) for exhibit in shown if exhibit.wrong.any()]
    wrong = sum(int(one.wrong.sum()) for one in found)
    elsewhere = sum(int((one.wrong & one.elsewhere).sum()) for one in found)
    if not wrong or elsewhere < NEARLY * wrong:
        return
    for place, (bug, words, relation) in enumerate(RELATIONS):
        fits = [(relation(one), one.wrong) for one in found]
        wrong_ones = sum(int((each & bad).sum()) for each, bad in fits)
        share = sum(int(each.sum()) for each, _ in fits) / sum(bad.size for _, bad in fits)
        if wrong_ones >= NEARLY * wrong and share >= NEARLY:
            evidence = f"{wrong_ones} of {wrong} wrong tokens are right rotations by {words}"
            yield Diagnosis(bug, KNOWN - 0.001 * place, evidence)
    yield from _borrowed(found, wrong)


def _borrowed(found: Sequence[Moved], wrong: int) -> Iterator[Diagnosis]:
    """Yield tokens that turn by whole positions that are not theirs, as of other calls."""
    fits, example = 0, ""
    for one in found:
        whole = one.wrong & one.elsewhere & _same(one.turned, np.rint(one.turned))
        fits += int(whole.sum())
        if whole.any() and not example:
            where = tuple(np.argwhere(whole)[0])
            turned = round(float(one.turned[where]))
            example = f"a token at {int(one.meant[where])} turned by {turned}"
    if fits >= NEARLY * wrong:
        evidence = f"{fits} of {wrong} wrong tokens are right rotations by positions of "
        yield Diagnosis("stale-cache", KEPT, f"{evidence}other calls, perhaps: {example}")

"""Where the wrong values are, while others are right, and what stands there instead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import BoolArray

from .diagnosis import Diagnosis
from .exhibit import Exhibit

PLAIN = 0.97
"""Confidence in a place together with what stands there: the definition of the mistake."""

HINT = 0.6
"""Confidence in a place alone."""

FIRST_END = 100
"""Tables are longer than this."""

Where = Callable[[Exhibit, RotaryConfig], BoolArray]
"""Marks the values of an exhibit that a place covers, broadcast to its values."""


def _coordinate(exhibit: Exhibit) -> np.typing.NDArray[np.int64]:
    """Return the positions `(batch, seq)`, the largest coordinate where there are several."""
    given = exhibit.positions
    return given if given.ndim == 2 else given.max(axis=-1)


def _at(test: Callable[[Exhibit], BoolArray]) -> Where:
    """Mark tokens by a test on the positions, `(batch, seq)`."""
    return lambda exhibit, _config: test(exhibit)[:, np.newaxis, :, np.newaxis]


def _rows_after_first(exhibit: Exhibit) -> BoolArray:
    rows = np.arange(len(exhibit.positions))[:, np.newaxis] > 0
    return np.broadcast_to(rows, exhibit.positions.shape[:2])


def _passed(exhibit: Exhibit, config: RotaryConfig) -> BoolArray:
    marks = np.zeros(exhibit.got.shape[-1], dtype=np.bool_)
    marks[layout_channels(config).passed] = True
    return marks


def _side(side: int) -> Where:
    def where(exhibit: Exhibit, config: RotaryConfig) -> BoolArray:
        marks = np.zeros(exhibit.got.shape[-1], dtype=np.bool_)
        marks[layout_channels(config).write[:, side]] = True
        return marks

    return where


PLACES: tuple[tuple[str, str, float, Where], ...] = (
    ("negative-positions", "at negative positions", HINT,
     _at(lambda exhibit: _coordinate(exhibit) < 0)),
    ("decode-position", "in sequences of one token", 0.9,
     lambda exhibit, _config: np.full((1, 1, 1, 1), exhibit.positions.shape[1] == 1)),
    ("tail-changed", "in channels that pass through", PLAIN, _passed),
    ("key-not-rotated", "in keys", PLAIN,
     lambda exhibit, _config: np.full((1, 1, 1, 1), exhibit.role == "key")),
    ("first-row-positions", "in rows after the first", 0.41, _at(_rows_after_first)),
    ("positions-off-by-one", "at position 0", HINT,
     _at(lambda exhibit: _coordinate(exhibit) == 0)),
    ("pair-not-rotated", "in the second channels of pairs", HINT, _side(1)),
    ("pair-not-rotated", "in the first channels of pairs", HINT, _side(0)),
)  # fmt: skip
"""Places that are the mark of a mistake: slug, in words, confidence, where."""


def places(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield the places that hold all wrong values, while others are right."""
    wrong = sum(int(exhibit.wrong.sum()) for exhibit in shown)
    if not wrong:
        return
    yield from _unwritten(shown, wrong)
    for bug, words, certain, where in PLACES:
        outside, elsewhere = 0, 0
        for exhibit in shown:
            marked = np.broadcast_to(where(exhibit, config), exhibit.wrong.shape)
            outside += int((exhibit.wrong & ~marked).sum())
            elsewhere += int((~marked).sum())
        if outside == 0 and elsewhere > 0:
            evidence = f"all {wrong} wrong values are {words}; {elsewhere} others are right"
            yield Diagnosis(bug, certain, evidence)
    left = _left(shown, config)
    yield from _heads(shown, left)
    yield from _pairs(shown, config, left)
    yield from _beyond(shown)


def _unwritten(shown: Sequence[Exhibit], wrong: int) -> Iterator[Diagnosis]:
    """Yield outputs that are zero where they should be something."""
    zero = sum(int((exhibit.wrong & (exhibit.got == 0)).sum()) for exhibit in shown)
    if zero < 0.98 * wrong:
        return
    right = sum(int((~exhibit.wrong).sum()) for exhibit in shown)
    evidence = f"{zero} of {wrong} wrong values are exactly 0, {right} others are right"
    yield Diagnosis("output-not-written", 0.985, evidence)


def _left(shown: Sequence[Exhibit], config: RotaryConfig) -> bool:
    """Whether nearly all wrong pairs came back as they went in."""
    channels = layout_channels(config)
    wrong = left = 0
    for exhibit in shown:
        bad = exhibit.wrong[..., channels.write].any(axis=-1)
        x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
        with np.errstate(invalid="ignore"):
            near = (np.abs(x * config.amplitude - y) <= 1e-2 * np.abs(x)).all(axis=-1)
            near |= (np.abs(x - y) <= 1e-2 * np.abs(x)).all(axis=-1)
        wrong += int(bad.sum())
        left += int((bad & near).sum())
    return wrong > 0 and left >= 0.95 * wrong


def _heads(shown: Sequence[Exhibit], left: bool) -> Iterator[Diagnosis]:
    """Yield heads that are wrong while others of the same calls are right."""
    sets = {
        (
            exhibit.got.shape[1],
            tuple(np.flatnonzero(exhibit.wrong.any(axis=(0, 2, 3))).tolist()),
        )
        for exhibit in shown
        if exhibit.wrong.any() and exhibit.got.shape[1] > 1
    }
    if sets and all(len(wrong) < count for count, wrong in sets):
        count, wrong = max(sets)
        numbers = ", ".join(map(str, wrong))
        evidence = f"of {count} heads only {numbers} have wrong values, the others none"
        evidence += "; they come back as they went in" if left else ""
        yield Diagnosis("head-not-rotated", PLAIN if left else HINT, evidence)


def _pairs(shown: Sequence[Exhibit], config: RotaryConfig, left: bool) -> Iterator[Diagnosis]:
    """Yield pairs that are wrong while others of the same tokens are right."""
    write = layout_channels(config).write
    bad = np.zeros(len(write), dtype=np.bool_)
    for exhibit in shown:
        bad |= exhibit.wrong[..., write].any(axis=(0, 1, 2, 4))
    if left and bad.all():
        evidence = "wrong tokens come back as they went in: no pair of them is turned"
        yield Diagnosis("pair-not-rotated", PLAIN - 0.02, evidence)
    if not bad.any() or bad.all():
        return
    numbers = ", ".join(map(str, np.flatnonzero(bad)[:8]))
    evidence = f"of {len(bad)} pairs only {numbers} are wrong, the others right"
    evidence += "; they come back as they went in" if left else ""
    yield Diagnosis("pair-not-rotated", PLAIN + 0.01 if left else 0.45, evidence)


def _beyond(shown: Sequence[Exhibit]) -> Iterator[Diagnosis]:
    """Yield the end of a table: from some position on every token is wrong, before it none."""
    right, wrong = [], []
    for exhibit in shown:
        tokens = exhibit.wrong.any(axis=(1, 3))
        right.append(_coordinate(exhibit)[~tokens])
        wrong.append(_coordinate(exhibit)[tokens])
    good, bad = np.concatenate(right), np.concatenate(wrong)
    if not good.size or not bad.size:
        return
    if bad.min() > max(good.max(), FIRST_END):
        evidence = f"all tokens from position {bad.min()} on are wrong, none up to {good.max()}"
        yield Diagnosis("table-clamps", HINT - 0.01, evidence)
    elif bad.min() > FIRST_END and (good > bad.max()).any():
        evidence = f"only tokens at positions {bad.min()} to {bad.max()} are wrong, "
        evidence += "nearer and farther ones are right"
        yield Diagnosis("integer-overflow", 0.41, evidence)
        yield Diagnosis("unknown", 0.42, evidence)

"""Causes that need no hypothesis: what the calls did, and where the wrong values are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.identify import Identification
from ropespec.checks.observation import Observation
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray
from ropespec.reference.oracle import phases

from .diagnosis import Diagnosis
from .exhibit import Exhibit

CERTAIN = 0.97
"""Confidence in what a call plainly did; only a hypothesis that explains all is above it."""

LIKELY = 0.6
"""Confidence in where the wrong values are as a hint at the cause."""


def deeds(observations: Sequence[Observation]) -> Iterator[Diagnosis]:
    """Yield what calls did besides giving values: raise, change inputs, lose the dtype."""
    outcomes = [observation.outcome for observation in observations]
    total = len(outcomes)
    changed = [what for outcome in outcomes for what in outcome.changed]
    if changed:
        names = ", ".join(sorted(set(changed)))
        count = sum(1 for outcome in outcomes if outcome.changed)
        evidence = f"{count} of {total} calls wrote to their input ({names})"
        yield Diagnosis("mutates-input", CERTAIN, evidence)
    lost = [outcome.lost[0] for outcome in outcomes if outcome.lost]
    if lost:
        evidence = f"{len(lost)} of {total} calls changed the dtype or device: {lost[0]}"
        yield Diagnosis("dtype-leak", CERTAIN - 0.01, evidence)
    faults = [one for one in observations if one.outcome.fault is not None]
    if faults:
        first = faults[0]
        evidence = (
            f"{len(faults)} of {total} calls failed, the first on "
            f"{first.case.name!r}: {first.outcome.fault}"
        )
        yield Diagnosis("raises", CERTAIN - 0.02, evidence)


def not_numbers(shown: Iterable[Exhibit]) -> Iterator[Diagnosis]:
    """Yield NaN or infinity where finite values went in."""
    count, first = 0, None
    for exhibit in shown:
        finite = np.isfinite(exhibit.values).all(axis=-1, keepdims=True)
        bad = ~np.isfinite(exhibit.got) & finite
        count += int(bad.sum())
        if bad.any() and first is None:
            batch, _, token, _ = np.argwhere(bad)[0]
            first = int(exhibit.positions[batch, token])
    if count:
        evidence = f"{count} outputs are NaN or infinite, the first at position {first}"
        yield Diagnosis("nan-output", CERTAIN - 0.03, evidence)


Where = Callable[[Exhibit, RotaryConfig], BoolArray]
"""Marks the values of an exhibit that a place covers, broadcast to its values."""


def _at(test: Callable[[Exhibit], BoolArray]) -> Where:
    """Mark tokens by a test on the positions, `(batch, seq)`."""
    return lambda exhibit, _config: test(exhibit)[:, np.newaxis, :, np.newaxis]


def _all(exhibit: Exhibit, answer: bool) -> BoolArray:
    return np.full((1,) * exhibit.got.ndim, answer)


def _passed(exhibit: Exhibit, config: RotaryConfig) -> BoolArray:
    marks = np.zeros(exhibit.got.shape[-1], dtype=np.bool_)
    marks[Pipeline(config).channels(config).passed] = True
    return marks


def _turned_far(exhibit: Exhibit, config: RotaryConfig) -> BoolArray:
    pipeline = Pipeline(config)
    sizes = np.abs(exhibit.positions[..., np.newaxis] * pipeline.frequencies(config))
    marks = np.zeros((*exhibit.positions.shape, config.head_dim), dtype=np.bool_)
    marks[..., pipeline.channels(config).write] = (sizes > np.pi)[..., np.newaxis]
    return marks[:, np.newaxis]


def _side(side: int) -> Where:
    def where(exhibit: Exhibit, config: RotaryConfig) -> BoolArray:
        marks = np.zeros(exhibit.got.shape[-1], dtype=np.bool_)
        marks[Pipeline(config).channels(config).write[:, side]] = True
        return marks

    return where


PLACES: tuple[tuple[str, str, Where], ...] = (
    ("negative-positions", "at negative positions",
     _at(lambda exhibit: exhibit.positions < 0)),
    ("decode-position", "in sequences of one token",
     lambda exhibit, _config: _all(exhibit, exhibit.positions.shape[1] == 1)),
    ("tail-changed", "in channels that pass through", _passed),
    ("key-not-rotated", "in keys",
     lambda exhibit, _config: _all(exhibit, exhibit.role == "key")),
    ("first-row-positions", "in rows after the first",
     _at(lambda exhibit: np.broadcast_to(
         np.arange(len(exhibit.positions))[:, np.newaxis] > 0, exhibit.positions.shape))),
    ("positions-off-by-one", "at position 0", _at(lambda exhibit: exhibit.positions == 0)),
    ("pair-not-rotated", "in the second channels of pairs", _side(1)),
    ("pair-not-rotated", "in the first channels of pairs", _side(0)),
    ("inaccurate-trigonometry", "where the phase is above half a turn", _turned_far),
)  # fmt: skip
"""Places whose values alone are wrong under some mistake: slug, in words, where."""

ONLY_KEYS = 0.7
"""Confidence when all that is wrong is in keys: more than in how they are wrong."""

FIRST_END = 100
"""Tables are longer than this."""

COSINE = 0.02
"""How far off a cosine may be that counts as right."""

COARSE = 15
"""Significant bits of the phase at which it was not formed in float32."""


def places(
    shown: Sequence[Exhibit], config: RotaryConfig, seen: Identification | None
) -> Iterator[Diagnosis]:
    """Yield what is likely from where the wrong values are and how large their error is.

    A place that holds all wrong values, while others are right, and a phase of few bits.
    """
    bits = None if seen is None else seen.phase_bits
    if bits is not None and bits <= COARSE:
        evidence = f"the phase keeps {bits} significant bits, float32 gives about 24"
        yield Diagnosis("low-precision-phase", LIKELY - 0.15, evidence)
    yield from _some_heads(shown)
    yield from _beyond(shown)
    wrong = sum(int(exhibit.wrong.sum()) for exhibit in shown)
    if not wrong:
        return
    for bug, words, where in PLACES:
        inside = outside = elsewhere = 0
        for exhibit in shown:
            marked = np.broadcast_to(where(exhibit, config), exhibit.wrong.shape)
            inside += int((exhibit.wrong & marked).sum())
            outside += int((exhibit.wrong & ~marked).sum())
            elsewhere += int((~marked).sum())
        if outside == 0 and elsewhere > 0:
            evidence = f"all {inside} wrong values are {words}; {elsewhere} others are right"
            certain = ONLY_KEYS if bug == "key-not-rotated" else LIKELY
            yield Diagnosis(bug, certain, evidence)


def _some_heads(shown: Sequence[Exhibit]) -> Iterator[Diagnosis]:
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
        yield Diagnosis("head-not-rotated", LIKELY, evidence)


def _beyond(shown: Sequence[Exhibit]) -> Iterator[Diagnosis]:
    """Yield the end of a table: from some position on every token is wrong, before it none."""
    right, wrong = [], []
    for exhibit in shown:
        tokens = exhibit.wrong.any(axis=(1, 3))
        right.append(exhibit.positions[~tokens])
        wrong.append(exhibit.positions[tokens])
    good, bad = np.concatenate(right), np.concatenate(wrong)
    if good.size and bad.size and bad.min() > max(good.max(), FIRST_END):
        evidence = f"all tokens from position {bad.min()} on are wrong, none up to {good.max()}"
        yield Diagnosis("table-clamps", LIKELY - 0.01, evidence)


def sines(shown: Sequence[Exhibit], config: RotaryConfig) -> Iterator[Diagnosis]:
    """Yield sines that are wrong where the cosines are right.

    For a pair x and its output y, x . y is |x|**2 A cos and the cross product |x|**2 A sin.
    """
    channels = Pipeline(config).channels(config)
    wrong = kept = 0
    for exhibit in shown:
        bad = exhibit.wrong[..., channels.write].any(axis=-1)
        x, y = exhibit.values[..., channels.read], exhibit.got[..., channels.write]
        cos, _ = phases(exhibit.positions, config)
        norm = (x**2).sum(axis=-1)
        away = np.abs((x * y).sum(axis=-1) - config.amplitude * norm * cos[:, np.newaxis])
        wrong += int(bad.sum())
        kept += int((bad & (away <= COSINE * norm)).sum())
    if wrong and kept >= 0.95 * wrong:
        evidence = f"in {kept} of {wrong} wrong pairs the cosine is right and the sine is not"
        yield Diagnosis("pair-not-rotated", LIKELY - 0.02, evidence)

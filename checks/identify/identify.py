"""Recover the convention of a target from what it does to basis vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ropespec.checks.in_force import DEPENDS
from ropespec.checks.observation import Probe
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray
from ropespec.reference.formats import find_format

from .axes import sections
from .convention import Convention, fitted
from .extent import last_good, phase_bits, refine
from .fit import Fit, spoken
from .identification import Identification
from .ladder import LADDER, Ladder, Turns, measure, measure_at, unwrap
from .lengths import Lengths, vary, varying
from .meanings import exponent, other_words
from .numbers import simplest
from .oddities import oddities, unknown_wiring
from .reader import Reader
from .series import evidence_of, find_fits
from .structure import Found, find_layout, relative_permutation

OPERATOR_POSITIONS = (0, 1, 2, 7, 1000, 131071)
"""Where the whole operator is measured: few, and far enough for slow pairs to show."""


def identify(
    probe: Probe, head_dim: int, declared: RotaryConfig | None = None
) -> Identification:
    """Find out which convention a target follows.

    Parameters
    ----------
    probe
        The target; it is called fewer than twenty times, at its most precise format.
    head_dim
        Channels of one head.
    declared
        What the target is claimed to be: numbers that agree with it within the precision of
        the measurement are reported as declared. It decides nothing else.

    Returns
    -------
    Identification
        What was found; `explained` says how much of it to believe.
    """
    reader = Reader(probe, 0 if declared is None else len(declared.axes))
    limit = LADDER[-1] if probe.max_position is None else probe.max_position
    places = [position for position in OPERATOR_POSITIONS if position <= limit]
    probes = np.vstack((np.eye(head_dim), np.full(head_dim, 2.0), np.zeros(head_dim)))
    answer = reader.read_reachable(probes, places)
    nothing = _nothing(head_dim, reader)
    if answer is None:
        return replace(nothing, notes=(f"no call succeeded: {reader.fault}",))
    rows = answer[1]
    again = reader.read(probes, answer[0].tolist())
    notes = tuple(oddities(rows, again, find_format(reader.dtype).unit_roundoff))
    operators = np.moveaxis(rows[:-2] - rows[-1], 0, -1)
    operators = operators[np.isfinite(operators).all(axis=(1, 2))]
    if not len(operators):
        return replace(nothing, notes=(*notes, "every result holds NaN or infinity"))
    found = find_layout(operators, declared)
    if found is None:
        return replace(nothing, notes=(*notes, unknown_wiring(operators)))
    ladder = measure(reader, found, limit)
    if ladder is None:
        return replace(nothing, notes=(*notes, f"a ladder of positions failed: {reader.fault}"))
    known = replace(nothing, notes=notes, output_permutation=found.permutation)
    if declared is not None:
        permutation = relative_permutation(found, operators, declared)
        known = replace(known, output_permutation=permutation)
    return _with_numbers(known, reader, found, ladder, declared)


def _nothing(head_dim: int, reader: Reader) -> Identification:
    """Return what is known of a target that follows no convention."""
    return Identification(
        head_dim=head_dim, layout=None, sign=None, base=None, rotary_dim=0, rotary_end=None,
        position_offset=0.0, attention_factor=None, scaling=None, phase_bits=None,
        max_position=None, explained=0.0, output_permutation=None, frequencies=(), pairs=(),
        dtype=reader.dtype,
    )  # fmt: skip


def _with_numbers(
    known: Identification,
    reader: Reader,
    found: Found,
    ladder: Ladder,
    declared: RotaryConfig | None,
) -> Identification:
    """Add what the ladder says: frequencies, the numbers behind them, how far they hold."""
    turns = unwrap(ladder)
    known = replace(
        known,
        shape=found.shape,
        layout=found.shape.layout,
        rotary_dim=found.shape.rotary_dim,
        rotary_end=found.shape.rotary_end,
        attention_factor=_amplitude(ladder, declared, None),
        frequencies=tuple(turns.theta.tolist()),
        pairs=tuple((int(a), int(b)) for a, b in found.channels.read),
        untold=_unasked(declared, int(ladder.positions[-1])),
    )
    if declared is not None and declared.axes and found.shape == declared:
        share, said = sections(reader, found, declared, ladder.noise)
        known = replace(known, notes=(*known.notes, *said))
        found = replace(found, match=found.match * share)
    lengths = Lengths(reader, found, int(ladder.positions[-1]))
    compared = vary(lengths, ladder)
    if compared is not None and not compared[1]:
        changing = varying(lengths, compared[0], found, declared)
        if changing is not None:
            factor = _amplitude(ladder, declared, changing.fit)
            known = replace(known, attention_factor=factor)
            fit = spoken(changing.fit, factor, declared)
            whole = fitted(known, fit, turns, found, reader, varies=changing.known)
            return _with_extent(whole, found, ladder, turns)
        note = f"{DEPENDS}, as in no known law"
        known = replace(known, notes=(*known.notes, note))
    fits, said = find_fits(turns, found, ladder, declared)
    if not fits:
        why = said or ("the frequencies follow no known law",)
        return replace(known, notes=(*known.notes, *why))
    evidence = evidence_of(turns, found, ladder, declared, fits[0].sign)
    tried = []
    for fit in fits:
        factor = _amplitude(ladder, declared, fit)
        each = replace(known, attention_factor=factor)
        if evidence is not None and fit.misfit is not None:
            words = other_words(fit, evidence)
            each = replace(
                each, exponent=exponent(fit, evidence), untold=(*each.untold, *words)
            )
        tried.append(fitted(each, spoken(fit, factor, declared), turns, found, reader))
    flawless = (each for each in tried if each.good(ladder).all())
    return _with_extent(next(flawless, tried[0]), found, ladder, turns)


def _unasked(declared: RotaryConfig | None, last: int) -> tuple[str, ...]:
    """Say what is not measured unless it is declared, or beyond the last position."""
    if declared is not None:
        return ()
    axes = "axes: it was called with one coordinate for each token; declare axes for more"
    if last >= LADDER[-1]:
        return (axes,)
    lengths = (
        f"it was called up to position {last}: a law that changes with longer sequences "
        "(dynamic, LongRoPE) does not show"
    )
    return (axes, lengths)


def _amplitude(ladder: Ladder, declared: RotaryConfig | None, fit: Fit | None) -> float:
    """Return the attention factor behind the measured amplitude."""
    near = ladder.amplitude
    likely = [None if declared is None else declared.amplitude, 1.0]
    if fit is not None and fit.law is not None:
        likely.insert(1, fit.law.amplitude())
    error = near * ladder.noise  # of the median; single lengths are off by a few times it
    for number in likely:
        if number is not None and abs(number - near) <= 4 * error + 2.0**-22:
            return number
    return simplest(near, error + 2.0**-22)


def _with_extent(
    convention: Convention, found: Found, ladder: Ladder, turns: Turns
) -> Identification:
    """Add precision, last good position and the share explained."""

    def holds(positions: list[int]) -> BoolArray | None:
        again = measure_at(convention.reader, found, positions)
        return None if again is None else _rows(convention.good(again))

    good = convention.good(ladder)
    last, bad = last_good(_rows(good), ladder.positions.tolist())
    bad = ladder.stopped if bad is None else bad
    if last is not None and bad is not None:
        last = refine(last, bad, holds)
    expected, sizes = convention.expected(ladder), convention.sizes(ladder)
    return replace(
        convention.known,
        phase_bits=phase_bits(ladder, expected, sizes, turns.reach),
        max_position=last,
        explained=round(found.match * _share(good, ladder), 4),
    )


def _share(good: BoolArray, ladder: Ladder) -> float:
    """Return the share of channels and positions that are as the convention says."""
    kept = ladder.passed == 1.0
    return float((2 * good.sum() + kept.sum()) / (2 * good.size + kept.size))


def _rows(good: BoolArray) -> BoolArray:
    """Return the positions at which every pair is good."""
    return np.asarray(good.all(axis=1), dtype=np.bool_)

"""Ways to be wrong whose numbers come from what identification measured."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.checks.corpus.deviations import Change, Deviation
from ropespec.checks.corpus.deviations.pairing import reordered
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.identify import Identification
from ropespec.reference import LAYOUTS, ConfigError, RotaryConfig, layout_channels
from ropespec.reference.formats import find_format

from . import spectra

RELATIVE = 2.0**-7
"""Frequencies that differ by less than this are the declared ones, rounded."""

AMPLITUDE = 2.0**-12
"""Share by which a measured amplitude may be off."""


def fitted(seen: Identification, declared: RotaryConfig) -> list[Deviation]:
    """Return hypotheses with measured numbers: one for each respect in which they differ."""
    return [
        *_differences(seen, declared),
        *_order(seen, declared),
        *_frequencies(seen, declared),
    ]


def together(seen: Identification, declared: RotaryConfig) -> tuple[Deviation, list[Deviation]]:
    """Return the whole measured convention as one hypothesis, and its single differences.

    For targets with several mistakes at once.
    """
    parts = [*_differences(seen, declared), *[*_frequencies(seen, declared)][:1]]

    def change(pipeline: Pipeline) -> Pipeline:
        for part in parts:
            pipeline = part.change(pipeline)
        return pipeline

    says = " and ".join(part.says for part in parts)
    return Deviation("measured-convention", "unknown", says, change), parts


def _differences(seen: Identification, declared: RotaryConfig) -> Iterator[Deviation]:
    """Yield the respects in which the measured convention is not the declared one."""
    if seen.layout is not None and seen.output_permutation is None:
        yield from _shape(seen, declared)
    if seen.sign is not None and seen.sign != declared.sign:
        yield _configured("sign", "sign-flipped", "turns the other way", sign=seen.sign)
    factor = seen.attention_factor
    if factor is not None and factor > 0 and abs(factor / declared.amplitude - 1) > AMPLITUDE:
        missing = abs(factor - 1.0) < 1e-3
        bug = "attention-factor-missing" if missing else "wrong-amplitude"
        says = f"multiplies rotated pairs by {factor:g}, declared {declared.amplitude:g}"
        yield _configured("amplitude", bug, says, attention_factor=factor)


def _configured(name: str, bug: str, says: str, **changes: object) -> Deviation:
    """Describe a changed configuration."""
    return Deviation(f"measured-{name}", bug, says, _change(changes))


def _change(changes: dict[str, object]) -> Change:
    return lambda pipeline: pipeline.configure(**changes)


def _shape(seen: Identification, declared: RotaryConfig) -> Iterator[Deviation]:
    """Yield differences of layout, width and end that make a configuration."""
    if seen.layout != declared.layout and seen.layout is not None:
        same_pairs = LAYOUTS[seen.layout].read == LAYOUTS[declared.layout].read
        bug = "output-not-reinterleaved" if same_pairs else "wrong-pairing"
        says = f"pairs channels as layout {seen.layout!r}, declared {declared.layout!r}"
        yield from _if_valid(declared, "layout", bug, says, layout=seen.layout)
    if seen.rotary_dim != declared.rotary_dim:
        says = f"turns {seen.rotary_dim} channels, declared {declared.rotary_dim}"
        yield from _if_valid(
            declared, "width", "wrong-rotary-width", says, rotary_dim=seen.rotary_dim
        )
    narrow = max(seen.rotary_dim, declared.rotary_dim) < declared.head_dim
    if narrow and seen.rotary_end != declared.rotary_end:
        says = f"turns the {seen.rotary_end} channels, declared the {declared.rotary_end}"
        yield from _if_valid(
            declared, "end", "wrong-rotary-end", says, rotary_end=seen.rotary_end
        )


def _if_valid(
    declared: RotaryConfig, name: str, bug: str, says: str, **changes: object
) -> Iterator[Deviation]:
    """Yield a changed configuration if there is such a one."""
    try:
        declared.replace(**changes)
    except ConfigError:
        return
    yield _configured(name, bug, says, **changes)


def _order(seen: Identification, declared: RotaryConfig) -> Iterator[Deviation]:
    """Yield the measured permutation of the output."""
    if seen.output_permutation is None or len(seen.output_permutation) != declared.head_dim:
        return
    order = np.argsort(seen.output_permutation)
    channels = layout_channels(declared)
    turned, passed = channels.write.ravel(), channels.passed
    inside = np.isin(order[turned], turned).all() and (order[passed] == passed).all()
    halves = inside and declared.pairs > 1 and _exchanges_halves(order, declared)
    bug = "output-not-reinterleaved" if halves else "not-permuted-back"
    says = f"returns channel {int(order[1])} where channel 1 belongs, and others likewise"
    yield Deviation("measured-order", bug, says, reordered(lambda _config: order))


def _exchanges_halves(order: np.typing.NDArray[np.int64], declared: RotaryConfig) -> bool:
    """Whether neighbouring channels were written in halves or the other way round."""
    places = np.sort(layout_channels(declared).write.ravel())
    adjacent, halves = places.reshape(-1, 2), places.reshape(2, -1).T
    return bool(
        np.array_equal(order[halves], adjacent) or np.array_equal(order[adjacent], halves)
    )


def _frequencies(seen: Identification, declared: RotaryConfig) -> Iterator[Deviation]:
    """Yield the laws that the measured frequencies follow; without one, what they are."""
    measured = np.asarray(seen.frequencies) * (seen.sign or declared.sign)
    meant = declared.inv_freq()
    tolerance = 8 * find_format(seen.dtype).unit_roundoff + 2.0**-19
    if measured.shape != meant.shape or spectra.away(measured, meant) <= tolerance:
        return
    found = list(spectra.nearest(declared, measured, tolerance))
    if found:
        nearest = min(error for _, error in found)
        fits = [law for law, error in found if error <= 4 * nearest + 2.0**-21]
        yield from (_of(law) for law in fits)
        return
    ratio = measured / meant
    says = f"has frequencies that are {ratio.min():.4g} to {ratio.max():.4g} of the declared "
    bug = "wrong-scaling-parameters" if declared.scaling_dict() else "wrong-exponent"
    if np.abs(ratio - 1).max() < RELATIVE:
        bug = "low-precision-frequencies"
    yield _of(spectra.Spectrum(bug, f"{says}ones", measured))


def _of(law: spectra.Spectrum) -> Deviation:
    """Make a hypothesis of frequencies."""
    return Deviation(
        "measured-frequencies", law.bug, law.says,
        lambda pipeline: pipeline.replace(frequencies=lambda _config: law.values),
    )  # fmt: skip

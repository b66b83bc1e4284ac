"""Channels paired, or written, otherwise than declared."""

import dataclasses
from collections.abc import Callable

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import LAYOUTS, Channels, ConfigError, RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray, IntArray

from .deviation import Change, Deviation, Visible


def other_layout(config: RotaryConfig, name: str) -> Channels | None:
    """Return the channels of another layout, None where the configuration excludes it."""
    try:
        return layout_channels(config.replace(layout=name))
    except ConfigError:
        return None


def _paired_as(name: str) -> Change:
    """Pair as another layout does; the frequencies stay those of the declared one."""

    def channels(config: RotaryConfig) -> Channels:
        return layout_channels(config.replace(layout=name))

    return lambda pipeline: pipeline.replace(channels=channels)


def _pairs_differ(name: str) -> Visible:
    def visible(config: RotaryConfig) -> bool:
        other = other_layout(config, name)
        mine = layout_channels(config)
        return other is not None and not np.array_equal(other.read, mine.read)

    return visible


def _written_as(name: str) -> Change:
    """Read the declared pairs and write them where another layout does."""

    def channels(config: RotaryConfig) -> Channels:
        write = layout_channels(config.replace(layout=name)).write
        return dataclasses.replace(layout_channels(config), write=write)

    return lambda pipeline: pipeline.replace(channels=channels)


def _writes_differ(name: str) -> Visible:
    def visible(config: RotaryConfig) -> bool:
        spans_agree = LAYOUTS[name].span == LAYOUTS[config.layout].span
        other = other_layout(config, name)
        mine = layout_channels(config).write
        return spans_agree and other is not None and not np.array_equal(other.write, mine)

    return visible


def _tables_in(place: Callable[[IntArray, int], IntArray], which: str = "both") -> Change:
    """Give channel j of the rotary part the entry `place(j, pairs)` of one table or both."""

    def change(pipeline: Pipeline) -> Pipeline:
        halves = LAYOUTS[pipeline.config.layout].read == "halves"

        def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
            pairs = phases.shape[-1]
            numbers = np.arange(2 * pairs)
            channels = numbers.reshape(2, -1).T if halves else numbers.reshape(-1, 2)
            mixed = phases[..., place(channels, pairs)]
            right = np.stack((phases, phases), axis=-1)
            return (
                np.cos(mixed if which != "sines" else right),
                np.sin(mixed if which != "cosines" else right),
            )

        return pipeline.replace(tables=tables)

    return change


def _reads(order: str) -> Visible:
    return lambda config: LAYOUTS[config.layout].read == order and config.pairs > 1


def reordered(order: Callable[[RotaryConfig], IntArray]) -> Change:
    """Return the channels in another order."""
    return lambda pipeline: pipeline.replace(order=order)


def _evens_first(config: RotaryConfig) -> IntArray:
    channels = np.arange(config.head_dim)
    return np.concatenate((channels[::2], channels[1::2]))


def _ends_exchanged(config: RotaryConfig) -> IntArray:
    first = config.rotary_end == "first"
    start = config.rotary_dim if first else config.head_dim - config.rotary_dim
    return np.roll(np.arange(config.head_dim), -start)


def _reversed(config: RotaryConfig) -> IntArray:
    return np.arange(config.head_dim)[::-1]


DEVIATIONS = (
    *(
        Deviation(f"pairs-{name}", "wrong-pairing", f"pairs channels as layout {name!r}",
                  _paired_as(name), _pairs_differ(name))
        for name in ("half", "interleaved", "half-idle")
    ),
    Deviation("half-idle-frequencies", "wrong-pairing",
              "pairs channels, and spaces frequencies, as layout 'half-idle'",
              lambda pipeline: pipeline.configure(layout="half-idle"),
              _pairs_differ("half-idle")),
    Deviation("written-in-halves", "output-not-reinterleaved",
              "reads the declared pairs and writes them in halves",
              _written_as("half"), _writes_differ("half")),
    Deviation("written-interleaved", "output-not-reinterleaved",
              "reads the declared pairs and writes them to neighbouring channels",
              _written_as("interleaved"), _writes_differ("interleaved")),
    Deviation("tables-in-halves", "table-pairing-mismatch",
              "pairs neighbours, with tables laid out for halves",
              _tables_in(lambda j, pairs: j % pairs), _reads("adjacent")),
    Deviation("tables-interleaved", "table-pairing-mismatch",
              "pairs halves, with tables laid out for neighbours",
              _tables_in(lambda j, _pairs: j // 2), _reads("halves")),
    *(
        Deviation(f"{which}-in-halves", "table-pairing-mismatch",
                  f"pairs neighbours, with {which} laid out for halves",
                  _tables_in(lambda j, pairs: j % pairs, which), _reads("adjacent"))
        for which in ("cosines", "sines")
    ),
    *(
        Deviation(f"{which}-interleaved", "table-pairing-mismatch",
                  f"pairs halves, with {which} laid out for neighbours",
                  _tables_in(lambda j, _pairs: j // 2, which), _reads("halves"))
        for which in ("cosines", "sines")
    ),
    Deviation("evens-first", "not-permuted-back",
              "returns the whole head with even channels first",
              reordered(_evens_first),
              lambda config: config.head_dim > 4 and (
                  config.rotary_dim < config.head_dim or config.layout == "half")),
    Deviation("ends-exchanged", "not-permuted-back",
              "returns the rotary part at the other end of the head",
              reordered(_ends_exchanged),
              lambda config: config.rotary_dim < config.head_dim),
    Deviation("channels-reversed", "not-permuted-back",
              "returns the channels in reversed order", reordered(_reversed)),
)  # fmt: skip

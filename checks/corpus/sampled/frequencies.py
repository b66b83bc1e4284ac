"""Mistakes in the frequencies and in the scaling law, with numbers drawn at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import ConfigError, RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .mistake import Draw, Mistake

Generator = np.random.Generator
USUAL = (10000.0, 500000.0, 1000000.0, 100000.0, 100.0)


def _configured(bug: str, says: str, *also: str, **changes: Any) -> Mistake:
    return Mistake(bug, says, lambda pipeline: pipeline.configure(**changes), also=also)


def _frequencies(
    bug: str, says: str, of: Callable[[RotaryConfig], FloatArray], *also: str
) -> Mistake:
    return Mistake(bug, says, lambda one: one.replace(frequencies=of), also=also)


def base(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Take another base: a usual one, or any."""
    if rng.random() < 0.5:
        other = float(rng.choice(USUAL))
    else:
        other = float(round(config.base * float(rng.choice([0.1, 0.5, 0.8, 1.25, 2, 3.3, 10]))))
    if other == config.base or other <= 1:
        return None
    return _configured("wrong-base", f"has base {other:g}", base=other)


def exponent(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Take other exponents; a scaling is kept."""
    if config.axes or config.pairs < 3:
        return None
    channels = layout_channels(config)
    index, width = channels.index, channels.width
    rules: tuple[tuple[str, FloatArray], ...] = (
        ("i/r", index / width),
        ("4i/r", 4 * index / width),
        ("(2i+1)/r", (2 * index + 1) / width),
        ("(2i+2)/r", (2 * index + 2) / width),
        ("2i/(r-2)", 2 * index / (width - 2)),
        ("2i/(r+2)", 2 * index / (width + 2)),
        ("-2i/r", -2 * index / width),
        ("3i/r", 3 * index / width),
        ("1.5i/r", 1.5 * index / width),
    )
    says, powers = rules[int(rng.integers(len(rules)))]
    law = config.inv_freq() * config.base ** (2 * index / width)
    also = ("wrong-base",) if says in ("2i/(r+2)", "3i/r", "1.5i/r", "i/r", "2i/(r-2)") else ()
    return _frequencies(
        "wrong-exponent", f"has exponents {says}", lambda c: law * c.base**-powers, *also
    )


def head_width(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Divide exponents by the width of the head."""
    if config.rotary_dim == config.head_dim or config.layout == "half-idle" or config.axes:
        return None
    channels = layout_channels(config)
    law = config.inv_freq() * config.base ** (2 * channels.index / channels.width)
    return _frequencies(
        "exponent-uses-head-dim", "has exponents 2i/head_dim",
        lambda c: law * c.base ** (-2 * channels.index / c.head_dim),
    )  # fmt: skip


def order(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Give the frequencies to other pairs."""
    count = config.pairs
    if count < 4 or config.axes:
        return None
    by, place = int(rng.integers(1, count - 1)), int(rng.integers(count - 1))
    exchanged = np.arange(count)
    exchanged[[place, place + 1]] = exchanged[[place + 1, place]]
    orders = (
        ("reversed", np.arange(count)[::-1]),
        (f"rolled by {by}", np.roll(np.arange(count), by)),
        ("evens first", np.concatenate((np.arange(0, count, 2), np.arange(1, count, 2)))),
        (f"with {place} and {place + 1} exchanged", exchanged),
        ("in any order", rng.permutation(count)),
    )
    says, taken = orders[int(rng.integers(len(orders)))]
    return _frequencies(
        "frequency-order", f"has frequencies {says}", lambda c: c.inv_freq()[taken]
    )


def rounded(rng: Generator, _config: RotaryConfig) -> Mistake:
    """Round the frequencies."""
    name = str(rng.choice(["bfloat16", "float16"]))
    return _frequencies(
        "low-precision-frequencies", f"has frequencies in {name}",
        lambda c: round_to(c.inv_freq(), name),
    )  # fmt: skip


def unscaled(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Leave the scaling out."""
    if config.scaling_dict() is None:
        return None
    factor = config.amplitude
    return _configured(
        "scaling-ignored", "leaves the scaling out", scaling=None, attention_factor=factor
    )


def inverted(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Multiply by the factor where it divides."""
    if config.scaling_dict() is None:
        return None

    def frequencies(one: RotaryConfig) -> FloatArray:
        plain = one.replace(scaling=None, attention_factor=None).inv_freq()
        return plain**2 / one.inv_freq()

    return _frequencies("scaling-inverted", "multiplies by the factor", frequencies)


def parameter(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Change one parameter of the scaling."""
    words = config.scaling_dict()
    if words is None or "short_factor" in words:
        return None
    numbers = [key for key, value in words.items() if isinstance(value, int | float)]
    numbers = [key for key in numbers if not isinstance(words[key], bool)]
    key = str(rng.choice(numbers))
    value = words[key] * float(rng.choice([0.5, 2, 4, 0.25, 1.5]))
    value = max(1, int(value)) if key.startswith("original") else value
    changed = {**words, key: value}
    try:
        config.replace(scaling=changed)
    except ConfigError:
        return None
    doubled = words["rope_type"] == "linear" and value == words[key] / 2
    return _configured(
        "wrong-scaling-parameters", f"has {key} {value:g}",
        *(("rotated-twice",) if doubled else ()),
        scaling=changed, attention_factor=config.amplitude,
    )  # fmt: skip


def untruncated(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Round the ends of YaRN's ramp the other way."""
    words = config.scaling_dict()
    if words is None or words["rope_type"] != "yarn":
        return None
    changed = {**words, "truncate": not words.get("truncate", True)}
    return _configured(
        "wrong-scaling-parameters", "has truncate the other way", scaling=changed
    )


def applied_twice(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Apply the scaling to frequencies that have it."""
    if config.scaling_dict() is None:
        return None

    def frequencies(one: RotaryConfig) -> FloatArray:
        plain = one.replace(scaling=None, attention_factor=None).inv_freq()
        return one.inv_freq() ** 2 / plain

    return _frequencies("wrong-scaling-parameters", "applies the scaling twice", frequencies)


def plain_linear(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Divide every frequency by the factor, whatever the law."""
    words = config.scaling_dict()
    if words is None or words["rope_type"] == "linear" or "factor" not in words:
        return None
    law = {"rope_type": "linear", "factor": words["factor"]}
    return _configured(
        "wrong-scaling-parameters", "divides every frequency by the factor",
        scaling=law, attention_factor=config.amplitude,
    )  # fmt: skip


def exchanged_lists(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Take LongRoPE's long factors for the short ones."""
    words = config.scaling_dict()
    if words is None or "short_factor" not in words:
        return None
    changed = {**words, "short_factor": words["long_factor"]}
    return _configured("wrong-scaling-parameters", "takes the long factors", scaling=changed)


def backwards_blend(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Scale the fast pairs and leave the slow ones."""
    words = config.scaling_dict()
    if words is None or words["rope_type"] not in ("yarn", "llama3"):
        return None

    def frequencies(one: RotaryConfig) -> FloatArray:
        plain = one.replace(scaling=None, attention_factor=None).inv_freq()
        return np.asarray(plain + plain / words["factor"] - one.inv_freq())

    return _frequencies("wrong-scaling-parameters", "has the ramp the other way", frequencies)


def amplitude(rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Leave the attention factor out, apply it twice, or divide by it."""
    right = config.amplitude
    if right == 1.0:
        factor = round(float(rng.uniform(0.5, 2)), 2)
        if abs(factor - 1) < 0.05:
            return None
        return _configured(
            "wrong-amplitude", f"multiplies by {factor}", attention_factor=factor
        )
    kind = int(rng.integers(4))
    if kind < 2:
        return _configured(
            "attention-factor-missing", "leaves the attention factor out", attention_factor=1.0
        )
    factor = right**2 if kind == 2 else 1 / right
    return _configured(
        "wrong-amplitude", f"multiplies by {factor:g} instead of {right:g}",
        "attention-factor-missing", attention_factor=factor,
    )  # fmt: skip


def whole_positions(_rng: Generator, config: RotaryConfig) -> Mistake | None:
    """Divide the positions by the factor in whole numbers."""
    words = config.scaling_dict()
    if words is None or words["rope_type"] != "linear":
        return None

    def change(pipeline: Pipeline) -> Pipeline:
        def positions(call: Any) -> FloatArray:
            given = call.positions[:, np.newaxis]
            return np.asarray(given // words["factor"] * words["factor"], dtype=np.float64)

        return pipeline.replace(positions=positions)

    return Mistake(
        "wrong-scaling-parameters", "divides positions in whole numbers", change,
        also=("low-precision-positions",),
    )  # fmt: skip


FREQUENCIES: tuple[Draw, ...] = (base, base, exponent, head_width, order, rounded)
SCALING: tuple[Draw, ...] = (
    unscaled, inverted, parameter, parameter, parameter, untruncated, applied_twice,
    plain_linear, exchanged_lists, backwards_blend, amplitude, amplitude, whole_positions,
)  # fmt: skip

"""Which law the measured frequencies follow, where it is not the declared one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ropespec.reference import ConfigError, RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to
from ropespec.reference.scaling import parse_scaling
from ropespec.reference.spectrum import spectrum

from .moved import wrapped

USUAL_BASES = (
    *(10000.0, 500000.0, 1000000.0, 100000.0, 150000.0, 160000.0, 50000.0, 100.0),
    *(5000000.0, 10000000.0, 8000000.0, 25000000.0, 1000000000.0),
)
"""Bases that code falls back to, and those of published models."""

GRID = np.exp(np.linspace(np.log(1 / 64), np.log(64), 49))
"""Shares of a declared number that are tried for the one that was used."""

ROUNDS = 5
"""How often the search is repeated around the best, each time twelve times as finely."""


@dataclass(frozen=True, eq=False)
class Spectrum:
    """Frequencies with a name.

    Attributes
    ----------
    bug
        Slug of the mistake.
    says
        What the target has, to follow "the target".
    values
        Radians per position of each pair, shape `(pairs,)`.
    """

    bug: str
    says: str
    values: FloatArray


def laws(config: RotaryConfig, measured: FloatArray) -> Iterator[Spectrum]:
    """Yield what frequencies may be under one mistake, the likeliest first.

    Parameters
    ----------
    config
        What is declared.
    measured
        The measured frequencies; laws with a number of their own are fitted to them.
    """
    yield from _still(config, measured)
    yield from _of_scaling(config)
    yield from _multiples(config, measured)
    yield from _exponents(config)
    yield from _bases(config)
    yield from _fitted_base(config, measured)
    yield from _orders(config, measured)
    yield from _rounded(config)


def nearest(
    config: RotaryConfig, measured: FloatArray, tolerance: float
) -> Iterator[tuple[Spectrum, float]]:
    """Yield the laws that every measured frequency follows, with their largest error."""
    known = False
    for law in itertools.chain(laws(config, measured), (None,), _parameters(config, measured)):
        if law is None:
            if known:
                return  # a search among numbers finds nothing simpler
            continue
        error = away(measured, law.values)
        if error <= tolerance:
            known = True
            yield law, error


def away(measured: FloatArray, values: FloatArray) -> float:
    """Return the largest relative distance of frequencies, infinite where one is 0.

    Whole turns per position do not show, so that they do not count.
    """
    with np.errstate(all="ignore"):
        error = np.abs(wrapped(measured - values) / values)
    error[(measured == 0) & (values == 0)] = 0.0
    return float(np.where(np.isnan(error), np.inf, error).max(initial=0.0))


def _configured(
    config: RotaryConfig, bug: str, says: str, **changes: Any
) -> Iterator[Spectrum]:
    """Yield the frequencies of a changed configuration, if there is such a one."""
    try:
        other = config.replace(**changes).inv_freq()
    except (ConfigError, ArithmeticError):
        return
    yield Spectrum(bug, says, other)


def unscaled(config: RotaryConfig) -> FloatArray:
    """Return the frequencies without the scaling."""
    return config.replace(scaling=None).inv_freq()


def _still(config: RotaryConfig, measured: FloatArray) -> Iterator[Spectrum]:
    """Yield pairs that do not turn while the others do."""
    right = config.inv_freq()
    if measured.shape == right.shape and not measured.all():
        numbers = ", ".join(map(str, np.flatnonzero(measured == 0)[:8]))
        says = f"does not turn pairs {numbers}"
        yield Spectrum("pair-not-rotated", says, np.where(measured == 0, 0.0, right))


def _of_scaling(config: RotaryConfig) -> Iterator[Spectrum]:
    """Yield a scaling that is not applied, or not as it should be."""
    words = config.scaling_dict()
    if words is None:
        return
    right, plain = config.inv_freq(), unscaled(config)
    name = words["rope_type"]
    yield Spectrum("scaling-ignored", f"has the frequencies without the {name} scaling", plain)
    yield Spectrum(
        "scaling-inverted", "multiplies frequencies where the scaling divides", plain**2 / right
    )
    wrong = "wrong-scaling-parameters"
    yield Spectrum(wrong, f"applies the {name} scaling twice", right**2 / plain)
    yield Spectrum(wrong, "scales by the square root", np.sqrt(right * plain))
    factor = float(words.get("factor") or 1.0)
    if factor != 1.0:
        yield Spectrum(wrong, f"divides every frequency by {factor:g}", plain / factor)
        turned = plain + plain / factor - right
        yield Spectrum(wrong, f"has the {name} ramp the other way round", turned)
        yield from _blends(config, plain, right, factor)
    if "short_factor" in words and "long_factor" in words:
        exchanged = {**words, "short_factor": words["long_factor"]}
        yield from _configured(config, wrong, "has the long factors", scaling=exchanged)
    if "beta_fast" in words or name == "yarn":
        other = {**words, "truncate": not words.get("truncate", True)}
        says = "rounds the ends of the ramp" if other["truncate"] else "does not round the ramp"
        yield from _configured(config, wrong, says, scaling=other)
        for reading in ("litgpt", "keras-hub", "ggml", "deepseek", "megatron"):
            says = f"reads the scaling as {reading} does"
            other = {**words, "convention": reading}
            yield from _configured(config, wrong, says, scaling=other)


def _blends(
    config: RotaryConfig, plain: FloatArray, right: FloatArray, factor: float
) -> Iterator[Spectrum]:
    """Yield other mixtures of plain and divided frequencies, with the declared shares."""
    wrong = "wrong-scaling-parameters"
    share = (1 - right / plain) / (1 - 1 / factor)
    channels = layout_channels(config)
    power = 2 * channels.index / channels.width
    wider = config.base * factor ** (channels.width / np.maximum(channels.width - 2, 1))
    bent = plain / (1 - share + share * factor)
    yield Spectrum(wrong, "blends wavelengths, not frequencies", bent)
    mixed = (1 - share) * wider**-power + share * plain / factor
    yield Spectrum(wrong, "has the NTK base in the fast pairs", mixed)
    inside = (1 - share) * plain + share * (factor * config.base) ** -power
    yield Spectrum(wrong, "has the factor inside the power", inside)
    yield Spectrum(wrong, "has the NTK base in all pairs", wider**-power)
    for cut in (0.5, 0.0, 1.0 - 1e-9):
        stepped = np.where(share > cut, plain / factor, plain)
        yield Spectrum(wrong, "cuts where the scaling blends", stepped)


def _multiples(config: RotaryConfig, measured: FloatArray) -> Iterator[Spectrum]:
    """Yield all frequencies times one number."""
    right = config.inv_freq()
    with np.errstate(all="ignore"):
        ratio = float(np.median(measured / right))
    if not np.isfinite(ratio) or ratio == 0 or abs(ratio - 1) < 1e-6:
        return
    near = float(f"{ratio:.3g}")
    ratio = near if abs(near / ratio - 1) < 1e-4 else ratio
    if abs(ratio - 2) < 1e-4:
        yield Spectrum("rotated-twice", "turns by twice the angle", 2 * right)
    elif abs(ratio - 3) < 1e-4:
        yield Spectrum("rotated-twice", "turns by three times the angle", 3 * right)
    channels = layout_channels(config)
    for step, says in ((1, "(2i+1)/r"), (2, "(2i+2)/r"), (-1, "(2i-1)/r"), (-2, "(2i-2)/r")):
        values = right * config.base ** (-step / channels.width)
        yield Spectrum("wrong-exponent", f"has the exponents {says}", values)
    divided = 1 / ratio
    words = config.scaling_dict() or {}
    factor = float(words.get("factor") or 1.0) if words.get("rope_type") == "linear" else 1.0
    says = f"divides the frequencies by {factor * divided:.6g}, declared {factor:g}"
    yield Spectrum("wrong-scaling-parameters", says, right * ratio)


def _bases(config: RotaryConfig) -> Iterator[Spectrum]:
    """Yield other bases that are in use, with the scaling and without."""
    for base in USUAL_BASES:
        if base != config.base:
            says = f"has the frequencies of base {base:g}"
            yield from _configured(config, "wrong-base", says, base=base)
    if config.scaling_dict() is not None:
        for base in USUAL_BASES:
            for bug in ("wrong-base", "scaling-ignored"):
                says = f"has the frequencies of base {base:g} and no scaling"
                yield from _configured(config, bug, says, base=base, scaling=None)


def _fitted_base(config: RotaryConfig, measured: FloatArray) -> Iterator[Spectrum]:
    """Yield the base that fits best, as short as somebody may have typed it."""
    channels = layout_channels(config)
    best = _fit_base(config, measured, 2 * channels.index / channels.width)
    if best is not None:
        for base in (float(f"{best:.3g}"), float(f"{best:.6g}"), best):
            says = f"has the frequencies of base {base:.6g}"
            if base != config.base:
                yield from _configured(config, "wrong-base", says, base=base)


def _fit_base(config: RotaryConfig, measured: FloatArray, power: FloatArray) -> float | None:
    """Find the base whose frequencies, scaled as declared, are nearest in logarithms."""
    if not (measured > 0).all() or not power.any():
        return None
    target = np.log(measured)
    base = config.base
    for _ in range(12):
        try:
            mine = np.log(config.replace(base=base).inv_freq())
        except (ConfigError, ArithmeticError):
            return None
        step = -float(((target - mine) * power).sum() / (power**2).sum())
        base = float(np.exp(np.log(base) + step))
        if not 1 < base < 1e15 or abs(step) < 1e-12:
            break
    return base if 1 < base < 1e15 else None


def _exponents(config: RotaryConfig) -> Iterator[Spectrum]:
    """Yield other rules for the exponents, the scaling's effect on each pair kept."""
    channels = layout_channels(config)
    index, width = channels.index, channels.width
    bent = config.inv_freq() / unscaled(config)
    for laws_of in (bent, np.ones_like(bent)):
        scaled = "" if (laws_of == 1).all() else ", scaled"
        if config.rotary_dim < config.head_dim:
            values = config.base ** (-2 * index / config.head_dim) * laws_of
            says = f"has the exponents 2i/head_dim{scaled}"
            yield Spectrum("exponent-uses-head-dim", says, values)
        for says, power in (
            ("i/r", index / width),
            ("4i/r", 4 * index / width),
            ("3i/r", 3 * index / width),
            ("2i/(r-2)", 2 * index / np.maximum(width - 2, 1)),
            ("2i/(r+2)", 2 * index / (width + 2)),
            ("2i/(r-1)", 2 * index / (width - 1)),
            ("-2i/r", -2 * index / width),
            ("(2i+1)/r", (2 * index + 1) / width),
            ("(2i+2)/r", (2 * index + 2) / width),
            ("(2i-2)/r", (2 * index - 2) / width),
            ("2(i//2)/r", 2 * (index // 2) / width),
        ):
            yield Spectrum(
                "wrong-exponent", f"has the exponents {says}{scaled}",
                config.base**-power * laws_of,
            )  # fmt: skip
    factor = float((config.scaling_dict() or {}).get("factor") or 1.0)
    if factor != 1.0:
        yield Spectrum(
            "wrong-exponent", "divides the exponents by the scaling factor",
            config.base ** (-2 * index / width / factor),
        )  # fmt: skip


def _orders(config: RotaryConfig, measured: FloatArray) -> Iterator[Spectrum]:
    """Yield the declared frequencies in the order that was measured."""
    right = config.inv_freq()
    if measured.shape != right.shape or not (measured > 0).all():
        return
    taken = np.empty_like(right)
    taken[np.argsort(measured)] = np.sort(right)
    if not np.array_equal(taken, right):
        first = int(np.flatnonzero(taken != right)[0])
        given = int(np.argmin(np.abs(right - taken[first])))
        says = f"has the frequency of pair {given} at pair {first}, and others likewise"
        yield Spectrum("frequency-order", says, taken)


def _rounded(config: RotaryConfig) -> Iterator[Spectrum]:
    """Yield frequencies in small formats."""
    for name in ("bfloat16", "float16"):
        yield Spectrum(
            "low-precision-frequencies", f"has frequencies rounded to {name}",
            round_to(config.inv_freq(), name),
        )  # fmt: skip


def _parameters(config: RotaryConfig, measured: FloatArray) -> Iterator[Spectrum]:
    """Yield the scaling with one number changed to what fits best."""
    words = config.scaling_dict()
    if words is None or not (measured > 0).all():
        return
    if words["rope_type"] == "yarn":
        words = {"beta_fast": 32.0, "beta_slow": 1.0, **words}
    for key, value in words.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value:
            continue
        best = _best(config, words, key, measured)
        if best is not None:
            says = f"has {key} = {best:.6g}, declared {value:g}"
            changed = {**words, key: best}
            yield from _configured(config, "wrong-scaling-parameters", says, scaling=changed)


def _best(
    config: RotaryConfig, words: dict[str, Any], key: str, measured: FloatArray
) -> float | None:
    """Search the number of a scaling law that brings it nearest, coarsely and then finely."""
    whole = isinstance(words[key], int) and key.startswith("original")
    plain, grid = spectrum(config), GRID
    centre, best = float(words[key]), (np.inf, float(words[key]))
    for _ in range(ROUNDS):
        for value in _numbers(centre, grid, whole=whole):
            try:
                tried = parse_scaling({**words, key: value}).frequencies(plain)
            except (ConfigError, ArithmeticError):
                continue
            error = float(np.abs(np.log(measured / tried)).sum())
            if error < best[0]:
                best = (error, value)
        centre, grid = best[1], np.exp(np.log(grid) / 12)
    return None if best[1] == words[key] else best[1]


def _numbers(centre: float, grid: FloatArray, *, whole: bool) -> list[float]:
    """Return the numbers around one that somebody may have typed: short ones as well."""
    around = [centre * float(share) for share in grid]
    if whole:
        return [max(1, round(value)) for value in around]
    return [float(f"{value:.{digits}g}") for value in around for digits in (2, 7)]

"""Mistakes drawn at random: kinds, numbers, configurations, frameworks and calling habits.

The corpus is a fixed list, so a diagnosis could be fitted to it. These entries are drawn anew
for every seed, with numbers that no list holds, and say how well it does on what nobody has
seen. `ropespec selftest --random N --seed S` judges them.
"""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from ropespec.checks.budget import Budget, pair_errors, pair_norms
from ropespec.checks.corpus.entry import Entry, Function, Maker
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import IntArray
from ropespec.reference.layout import layout_channels

from . import calling, channels, frequencies, positions, precision, rotation
from .configurations import configuration
from .mistake import Draw, Mistake
from .target import Style, numpy_target, torch_target

FAMILIES: tuple[tuple[tuple[Draw, ...], int], ...] = (
    (positions.DRAWS, 22),
    (frequencies.FREQUENCIES, 12),
    (frequencies.SCALING, 14),
    (rotation.DRAWS, 22),
    (channels.DRAWS, 12),
    (precision.DRAWS, 8),
    (calling.DRAWS, 7),
    (calling.GRADIENT, 5),
)
"""The draws, and out of about a hundred how many come from each family."""

VISIBLE = 4.0
"""Budgets that a mistake must be off by somewhere, to be one: smaller ones are honest."""

TRIES = 200
"""Draws after which a mistake that fits no configuration is given up."""

ROWS = (
    ((0, 1, 2, 3, 4, 5, 6, 7), (0, 1, 2, 3, 4, 5, 6, 7)),
    ((300, 7, 1, 2100, 9000, 5, 40, 2), (0, 255, 257, 2049, 4097, 33000, 65537, 131071)),
    ((11,), (3,), (600,)),
)
"""Positions at which a mistake must show, where values show it."""


def sample(count: int, seed: int) -> tuple[Entry, ...]:
    """Draw planted bugs.

    Parameters
    ----------
    count
        How many.
    seed
        Decides them all.
    """
    rng = np.random.default_rng([seed, count])
    weights = np.array([weight for _, weight in FAMILIES], dtype=np.float64)
    entries = []
    for number in range(count):
        family = FAMILIES[int(rng.choice(len(FAMILIES), p=weights / weights.sum()))][0]
        draw = family[int(rng.integers(len(family)))]
        entries.append(_entry(rng, draw, f"random-{seed}-{number}"))
    return tuple(entries)


def _entry(rng: np.random.Generator, draw: Draw, name: str) -> Entry:
    """Draw a configuration, a mistake and a style that fit each other."""
    scaled = True if draw in frequencies.SCALING else None
    for _ in range(TRIES):
        config = configuration(rng, scaled=scaled, partial=None)
        mistake = draw(rng, config)
        if mistake is None:
            continue
        style = _style(rng, mistake)
        if not mistake.pure or _visible(mistake, config, style.dtypes):
            claims = {**style.claims, **mistake.claims}
            told = f"{name}: {mistake.says}"
            return Entry(
                told, _maker(mistake, style), config, mistake.bug, claims, mistake.also
            )
    raise RuntimeError(f"no configuration shows {draw.__name__}")


def _style(rng: np.random.Generator, mistake: Mistake) -> Style:
    """Draw the framework and the calling habits that a mistake allows."""
    frameworks = ["numpy", "torch"] if find_spec("torch") else ["numpy"]
    framework = mistake.framework or str(rng.choice(frameworks))
    formats = {
        "numpy": (("float32",), ("float64", "float32"), ("float32", "float16"), ("float64",)),
        "torch": (("float32",), ("float32", "bfloat16"), ("float32", "float16")),
    }[framework]
    signature = str(rng.choice(["x", "qk"]))
    drawn = {
        "signature": signature,
        "axes": str(rng.choice(["bhsd", "bhsd", "bshd"])),
        "inplace": framework == "numpy" and rng.random() < 0.1,
        "dtypes": formats[int(rng.integers(len(formats)))],
    }
    wanted = {key: mistake.claims[key] for key in drawn if key in mistake.claims}
    float32 = bool(rng.random() < 0.6)
    return Style(framework=framework, float32=float32, **{**drawn, **wanted})


def _maker(mistake: Mistake, style: Style) -> Maker:
    """Make fresh targets."""
    make = torch_target if style.framework == "torch" else numpy_target

    def made(config: RotaryConfig) -> Function:
        return make(mistake, config, style)

    return made


def _visible(mistake: Mistake, config: RotaryConfig, dtypes: tuple[str, ...]) -> bool:
    """Whether a mistake is off by several budgets somewhere, in every format claimed."""
    return all(_shows(mistake, config, dtype) for dtype in dtypes)


def _shows(mistake: Mistake, config: RotaryConfig, dtype: str) -> bool:
    """Whether it is in one format."""
    rng = np.random.default_rng(0)
    wrong, right = mistake.change(Pipeline(config)), Pipeline(config)
    passed = layout_channels(config).passed
    for rows in ROWS:
        given = _coordinates(np.array(rows), config)
        shape = (len(rows), 4, len(rows[0]), config.head_dim)
        q, k = rng.standard_normal(shape), rng.standard_normal((len(rows), 4, *shape[2:]))
        for x, other, role in ((q, k, "query"), (k[:, :1], q, "key")):
            if role == "key" and mistake.claims.get("signature") != "qk":
                continue
            got, truth = wrong(x, given, role, other), right(x, given)  # type: ignore[arg-type]
            budget = Budget(config, dtype).component(given, pair_norms(x, config))
            errors = pair_errors(got, truth, config)
            if not (errors <= VISIBLE * budget).all():
                return True
            if (np.abs(got - truth)[..., passed] > 1e-3).any():
                return True
    return False


def _coordinates(rows: IntArray, config: RotaryConfig) -> IntArray:
    """Give positions different coordinates."""
    if not config.axes:
        return rows
    return np.stack([np.roll(rows, n, axis=1) for n in range(len(config.axes))], axis=-1)

"""The oracle against mpmath at 200 digits: random positions, pairs and configurations.

A hundred thousand with `make exhaustive`, a thousand otherwise. Each draw is one position,
one pair and one configuration: any law, base, width and sign; positions over all of int64
with its ends, around powers of two, and exact fractions.
"""

import os
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.formats import ulp
from ropespec.reference.scaling import LAWS
from ropespec.reference.spectrum import frequencies

COUNT = 100_000 if os.environ.get("ROPESPEC_EXHAUSTIVE") else 1_000
EACH = 250
"""Positions for each configuration."""

REST = mpmath.mpf(10) ** -190
"""What mpmath leaves of a true zero: whole wavelengths (resonance) bring them about."""

ENDS = [-(2**63), 2**63 - 1, -(2**63) + 1, 2**62, -(2**62), 2**53 + 1, 2**24 + 1, 1, -1]


def random_config(random: np.random.Generator, number: int) -> RotaryConfig:
    """Draw a configuration; its number chooses the law, so that all take part."""
    pairs = int(random.integers(4, 257))
    factor = float(random.uniform(1.0, 64.0))
    length = {"original_max_position_embeddings": int(2 ** random.integers(9, 18))}
    divisors = random.uniform(1.0, 64.0, (2, pairs)).tolist()
    words: dict[str, dict[str, Any]] = {
        "ntk": {"alpha": factor},
        "longrope": {
            "short_factor": divisors[0], "long_factor": divisors[1], "factor": factor, **length,
        },
        "llama3": {"factor": factor, "low_freq_factor": 1.0, "high_freq_factor": 4.0, **length},
        "divided": {"divisors": divisors[0]},
        "resonance": {"of": {"rope_type": "linear", "factor": factor}},
        "default": {},
        **{key: {"factor": factor, **length} for key in ("dynamic", "yarn", "ntk-by-parts")},
        **{key: {"factor": factor} for key in ("linear", "ntk-su", "proportional")},
    }  # fmt: skip
    law = list(LAWS)[number % len(LAWS)]
    config = RotaryConfig(
        2 * pairs,
        base=float(10 ** random.uniform(1.0, 8.0)),
        sign=int(random.choice([1, -1])),
        scaling={"rope_type": law, **words[law]},
    )
    return config.at_length(1 << 20) if number % 2 else config


def random_positions(random: np.random.Generator, count: int) -> list[Any]:
    """Draw positions: all of int64, every binade, fractions, and the ends."""
    wide = random.integers(-(2**63), 2**63 - 1, count, endpoint=True).tolist()
    near = [int(random.integers(-(2**k), 2**k)) for k in random.integers(1, 63, count).tolist()]
    parts = [
        Fraction(int(top), int(bottom))
        for top, bottom in zip(
            random.integers(-(10**9), 10**9, count),
            random.integers(1, 10**6, count),
            strict=True,
        )
    ]
    drawn = [wide, near, parts]
    return [*ENDS, *(drawn[i % 3][i] for i in range(count - len(ENDS)))]


def checked(config: RotaryConfig, positions: list[Any], random: np.random.Generator) -> float:
    """Return the worst error in units of the last place, one random pair for each position."""
    context = mpmath.MPContext()
    context.dps = 230
    omega = frequencies(config, context.mpf)
    pairs = random.integers(0, config.pairs, len(positions)).tolist()
    tables = oracle.phases(np.array(positions, dtype=object), config)
    worst = context.mpf(0)
    for row, (position, pair) in enumerate(zip(positions, pairs, strict=True)):
        exact = Fraction(position)
        angle = config.sign * omega[pair] * exact.numerator / exact.denominator
        for table, truth in zip(tables, (context.cos(angle), context.sin(angle)), strict=True):
            error = abs(truth - float(table[row, pair]))
            if error > REST:
                worst = max(worst, error / float(ulp(float(truth), "float64")))
    return float(worst)


def test_within_one_unit_in_the_last_place() -> None:
    random = np.random.default_rng(20)
    worst = [
        checked(random_config(random, number), random_positions(random, EACH), random)
        for number in range(max(len(LAWS) // 3, COUNT // EACH))
    ]
    assert max(worst) < 0.51


@pytest.mark.parametrize("law", LAWS)
def test_every_law_at_the_ends_of_int64(law: str) -> None:
    random = np.random.default_rng(1)
    number = list(LAWS).index(law) + len(LAWS) * (len(LAWS) % 2)
    assert checked(random_config(random, number), ENDS, random) < 0.51

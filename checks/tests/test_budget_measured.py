"""The proved bounds beside measurements: honest code is within, and not far within."""

import json
from pathlib import Path

import pytest

from ropespec.checks.bounds_measured import (
    BASES,
    FACTOR,
    HONEST,
    PLANTED,
    Implementation,
    measure,
)

RECORDED = json.loads(
    (Path(__file__).parents[2] / "docs" / "generators" / "bounds.json").read_text()
)


def label(one: Implementation) -> str:
    return f"{one.name}, {one.dtype}"


@pytest.mark.parametrize("implementation", HONEST, ids=label)
@pytest.mark.parametrize("base", [BASES[0], BASES[2]])
def test_honest_code_is_within_its_bound_and_the_bound_within_a_factor(
    implementation: Implementation, base: float
) -> None:
    found = measure(implementation, base, seed=1)
    assert 1 / FACTOR <= max(found.ratios) <= 1


@pytest.mark.parametrize("implementation", PLANTED, ids=label)
def test_one_step_in_a_small_format_is_far_outside(implementation: Implementation) -> None:
    assert max(measure(implementation, 10000.0, seed=1).ratios) > 100


def test_the_recorded_measurements_are_of_what_is_measured() -> None:
    for kind, implementations in (("honest", HONEST), ("planted", PLANTED)):
        rows = [(row["name"], row["dtype"], row["base"]) for row in RECORDED[kind]]
        assert rows == [
            (one.name, one.dtype, base) for one in implementations for base in BASES
        ]
    for row in RECORDED["honest"]:
        assert all(1 / FACTOR <= ratio <= 1 for ratio in row["ratios"])
    assert all(max(row["ratios"]) > 100 for row in RECORDED["planted"])

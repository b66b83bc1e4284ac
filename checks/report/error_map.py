"""Errors against position and pair: what the pictures of a report are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ropespec.checks.budget import Budget, pair_errors, pair_norms
from ropespec.checks.in_force import in_force
from ropespec.checks.observation import Case
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.formats import round_to

HEADS = 2
"""Heads whose values are drawn; the larger error counts."""


@dataclass(frozen=True)
class ErrorMap:
    """The largest error at each position, pair and format, in units of its budget.

    Attributes
    ----------
    positions
        The positions that were tried.
    ratios
        For each format the errors as parts of the budget, `[position][pair]`; NaN where a
        value came out that is no number. Formats whose call gave no values are left out.
    """

    positions: tuple[int, ...]
    ratios: dict[str, tuple[tuple[float, ...], ...]]

    @property
    def pairs(self) -> int:
        """How many pairs turn."""
        return max((len(rows[0]) for rows in self.ratios.values()), default=0)

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        return {"positions": list(self.positions), "ratios": self.ratios}


def measure(
    target: Target, config: RotaryConfig, positions: tuple[int, ...], seed: int
) -> ErrorMap:
    """Call a target once in every format, with one token at each position.

    Parameters
    ----------
    target, config
        What is measured, and as what.
    positions
        Where.
    seed
        Decides the values.

    Returns
    -------
    ErrorMap
        The larger of the errors of queries and keys, where there are both.
    """
    rng = np.random.default_rng(seed)
    shape = (1, HEADS, len(positions), config.head_dim)
    drawn = rng.standard_normal(shape)
    row = np.asarray(positions, dtype=np.int64)[np.newaxis]
    places = np.stack([row] * len(config.axes), axis=-1) if config.axes else row
    here = in_force(config, target.claims, places)
    found = {}
    for dtype in target.dtypes:
        values = round_to(drawn, dtype)
        keys = values if "key" in target.roles else None
        outcome = target.call(Case("one token at each position", values, keys, places, dtype))
        expected = oracle.rotate(values, places, here)
        bounds = Budget(here, dtype).component(places, pair_norms(values, config))
        sides = [got for got in (outcome.q, outcome.k) if got is not None]
        if sides:
            errors = np.maximum.reduce([pair_errors(got, expected, config) for got in sides])
            with np.errstate(all="ignore"):
                ratios = np.where(errors == 0, 0.0, errors / bounds).max(axis=(0, 1))
            found[dtype] = tuple(tuple(float(each) for each in line) for line in ratios)
    return ErrorMap(tuple(positions), found)

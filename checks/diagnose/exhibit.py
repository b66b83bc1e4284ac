"""Observations made ready for comparison: which values are wrong, and by whose measure."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ropespec.checks.budget import budget_of
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.observation import Observation, Role
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import BoolArray, FloatArray, IntArray
from ropespec.reference.formats import find_format
from ropespec.reference.oracle import rotate

SLACK = 2.0
"""How many budgets a value may be away from what a hypothesis foretells."""

CLEARLY = 0.75
"""Share of its distance from the truth at which a wrong value agrees with a hypothesis."""

MOST = 8
"""Exhibits with wrong values that a diagnosis looks at."""

BATCH = 32
"""Observations that are prepared at once."""

CONTRAST = 6
"""Exhibits that are looked at because little is wrong in them."""


@dataclass(frozen=True, eq=False)
class Exhibit:
    """The queries or the keys of one call.

    Attributes
    ----------
    name
        What was special about the input.
    values, got
        What went in and came out, `(batch, heads, seq, head_dim)`.
    positions
        Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    role, partner
        Which array it is, and the other one of the call.
    dtype
        Format of the call.
    away
        How far values are from the truth, shape of `got`.
    wrong
        Which values are not within their budget of it.
    """

    name: str
    values: FloatArray
    got: FloatArray
    positions: IntArray
    role: Role
    partner: FloatArray | None
    dtype: str
    away: FloatArray
    wrong: BoolArray

    def agrees(self, foretold: FloatArray, tolerance: FloatArray) -> BoolArray:
        """Return which values are near what was foretold; NaN agrees with NaN.

        A wrong value agrees only if it is also clearly nearer to that than to the truth.
        """
        with np.errstate(invalid="ignore"):
            distance = np.abs(self.got - foretold)
            near = distance <= tolerance
            near &= ~self.wrong | ~(distance > CLEARLY * self.away)
        alike = np.isnan(self.got) & np.isnan(foretold) | (self.got == foretold)
        return np.asarray(near | alike, dtype=np.bool_)


def tolerances(
    pipeline: Pipeline, values: FloatArray, positions: IntArray, dtype: str
) -> FloatArray:
    """Return how far each value may be from what a pipeline gives, shape of `values`.

    The budget of an honest implementation of that pipeline, with some slack; a few units in
    the last place where channels pass through.
    """
    config = pipeline.config
    channels = pipeline.channels(config)
    pairs = np.nan_to_num(values[..., channels.read])
    norms = np.hypot(pairs[..., 0], pairs[..., 1])
    budget = budget_of(config, dtype)
    faster = np.maximum(1.0, np.abs(pipeline.frequencies(config)) / config.inv_freq())
    arc = (budget.angle(positions) * faster)[:, np.newaxis] * config.amplitude * norms
    bound = arc + budget.rotation(norms)
    result = 4 * find_format(dtype).unit_roundoff * np.abs(np.nan_to_num(values))
    result[..., channels.write] = SLACK * bound[..., np.newaxis]
    return np.asarray(result[..., pipeline.order(config)], dtype=np.float64)


def sampled(observations: Iterable[Observation], config: RotaryConfig) -> list[Exhibit]:
    """Prepare some observations of every kind: as many as it takes to see wrong values."""
    kinds: dict[tuple[str, str, bool], list[Observation]] = {}
    for one in observations:
        kind = (one.case.name, one.case.dtype, one.case.positions.shape[1] == 1)
        kinds.setdefault(kind, []).append(one)
    rounds = itertools.zip_longest(*kinds.values())
    queue = [one for each in rounds for one in each if one is not None]
    found: list[Exhibit] = []
    for start in range(0, len(queue), BATCH):
        found += exhibits(queue[start : start + BATCH], config)
        if any(exhibit.wrong.any() for exhibit in found):
            break
    return found


def exhibits(observations: Iterable[Observation], config: RotaryConfig) -> list[Exhibit]:
    """Prepare every observation that has values, wrong or right."""
    found = []
    for observation in observations:
        case, outcome = observation.case, observation.outcome
        for role, other in (("query", "key"), ("key", "query")):
            values, got = case.values(role), outcome.values(role)  # type: ignore[arg-type]
            if values is None or got is None or not got.size:
                continue
            away, wrong = _wrong(values, got, case.positions, case.dtype, config)
            partner = case.values(other)  # type: ignore[arg-type]
            found.append(
                Exhibit(
                    case.name, values, got, case.positions, role,  # type: ignore[arg-type]
                    partner, case.dtype, away, wrong,
                )
            )  # fmt: skip
    return found


def _wrong(
    values: FloatArray, got: FloatArray, positions: IntArray, dtype: str, config: RotaryConfig
) -> tuple[FloatArray, BoolArray]:
    """Return how far values are from the truth, and which are not within budget of it."""
    truth = rotate(values, positions, config)
    allowed = tolerances(Pipeline(config), values, positions, dtype) / SLACK
    passed = Pipeline(config).channels(config).passed
    allowed[..., passed] = 0.0  # what passes through must be exact
    with np.errstate(invalid="ignore"):
        away = np.abs(got - truth)
    wrong = ~((away <= allowed) | (np.isnan(got) & np.isnan(truth)))
    return away, np.asarray(wrong, dtype=np.bool_)


def telling(found: list[Exhibit]) -> list[Exhibit]:
    """Choose the exhibits to look at: formats with wrong values, every kind of input.

    The most wrong of each kind first, so that hypotheses can be dropped early; then those
    with the least wrong, which tell mistakes apart that agree on the wrong values.
    """
    formats = {exhibit.dtype for exhibit in found if exhibit.wrong.any()}
    kinds: dict[tuple[str, str, Role, bool], list[Exhibit]] = {}
    for exhibit in sorted(found, key=lambda one: -float(one.wrong.mean())):
        if exhibit.dtype in formats:
            alone = exhibit.positions.shape[1] == 1
            kind = (exhibit.name, exhibit.dtype, exhibit.role, alone)
            kinds.setdefault(kind, []).append(exhibit)
    chosen: list[Exhibit] = []
    depth = 0
    while len(chosen) < MOST and any(len(group) > depth for group in kinds.values()):
        chosen += [group[depth] for group in kinds.values() if len(group) > depth]
        depth += 1
    chosen = chosen[:MOST]
    rest = [group[-1] for group in kinds.values() if group[-1] not in chosen]
    return chosen + sorted(rest, key=lambda one: float(one.wrong.mean()))[:CONTRAST]

"""What a wrong backward pass computes instead of the inverse rotation."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from ropespec.checks.observation import Case
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.formats import round_to

from .diagnosis import Diagnosis

CLOSE = 0.05
"""Share of its size that a gradient may be off: other turns are off by its whole size."""


def gradients(
    target: Target, config: RotaryConfig, failed: Collection[str]
) -> Iterator[Diagnosis]:
    """Send one gradient back where the way there is right and the way back is not."""
    if "gradient" not in failed or "value" in failed:
        return
    rng = np.random.default_rng(0)
    dtype = target.dtypes[0]
    positions = np.array([[3, 7, 1], [2, 5, 8]], dtype=np.int64)
    if config.axes:
        positions = np.repeat(positions[..., np.newaxis], len(config.axes), axis=-1)
    shape = (2, 2, 3, config.head_dim)
    x, upstream = (round_to(rng.standard_normal(shape), dtype) for _ in range(2))
    two = "key" in target.roles
    case = Case("a gradient", x, x if two else None, positions, dtype)
    back = Case("upstream", upstream, upstream if two else None, positions, dtype)
    outcome = target.pull_back(case, back)
    fault = outcome.fault
    got = [each for each in (outcome.q, outcome.k) if each is not None]
    if fault is not None and fault.kind != "no-gradient":
        yield Diagnosis("raises", 0.95, str(fault))
    elif fault is not None or any(not each.any() for each in got):
        evidence = "the gradient is zero" if fault is None else str(fault)
        yield Diagnosis("gradient-missing", 0.98, evidence)
    elif any(_close(each, oracle.rotate(upstream, positions, config)) for each in got):
        evidence = "the gradient is the upstream one, turned on by the angle and not back"
        yield Diagnosis("backward-not-inverted", 0.98, evidence)
    else:
        evidence = "the gradient is neither the inverse rotation of the upstream one nor its "
        yield Diagnosis("gradient-wrong", 0.6, f"{evidence}rotation")


def _close(got: FloatArray, expected: FloatArray) -> bool:
    """Whether a gradient is nearly another."""
    return bool(np.linalg.norm(got - expected) <= CLOSE * np.linalg.norm(expected))

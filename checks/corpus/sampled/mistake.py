"""What a mistake drawn at random is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.observation import Role
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray, IntArray

Core = Callable[[FloatArray, IntArray, Role, FloatArray | None], FloatArray]
"""What turns one array: values, positions, role and the other array to the result, float64."""

Backward = Callable[[FloatArray, FloatArray], FloatArray]
"""What a backward pass makes of the right gradient and of the one that came in."""


@dataclass(frozen=True)
class Calling:
    """Habits of a target that are not in its numbers.

    Attributes
    ----------
    leaks
        The format that results come back in, None for that of the input.
    writes
        The argument that it overwrites: `x`, `q`, `k` or `positions`.
    strided
        Whether it reads memory as if arrays were contiguous.
    refuses
        Positions at which it raises, given the positions and the shape of the values.
    backward
        What its backward pass does to the right gradient; None for nothing.
    detaches
        The arguments whose gradient is cut off.
    """

    leaks: str | None = None
    writes: str | None = None
    strided: str | None = None
    refuses: Callable[[IntArray, tuple[int, ...]], bool] | None = None
    backward: Backward | None = None
    detaches: tuple[Role, ...] = ()


def _same(pipeline: Pipeline) -> Pipeline:
    return pipeline


@dataclass(frozen=True)
class Mistake:
    """One mistake with its numbers.

    Attributes
    ----------
    bug, also
        Its slug, and other slugs that name it as well.
    says
        What the target does, with the numbers.
    change
        Makes the wrong pipeline from the correct one.
    core
        Makes what is called, where a pure pipeline is not enough; fresh for every target.
    calling
        Habits besides.
    framework
        The one framework in which it can be made, None for any.
    claims
        What must be claimed for it to show.
    """

    bug: str
    says: str
    change: Callable[[Pipeline], Pipeline] = _same
    core: Callable[[Pipeline], Core] | None = None
    calling: Calling = field(default_factory=Calling)
    also: tuple[str, ...] = ()
    framework: str | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pure(self) -> bool:
        """Whether the values of one call show it."""
        return self.core is None and self.calling == Calling()


Draw = Callable[[np.random.Generator, RotaryConfig], Mistake | None]
"""Draws a mistake for a configuration, None where it cannot be made in it."""

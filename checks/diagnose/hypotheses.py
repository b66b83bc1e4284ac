"""Try every known way to be wrong and see which one foretells what came out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ropespec.checks.corpus.deviations import Deviation
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import round_to

from .exhibit import Exhibit, tolerances

PROMISING = 0.3
"""Share of the wrong values of the first exhibits that a hypothesis must foretell."""

FIRST = 2
"""How many exhibits decide whether a hypothesis is tried on the rest."""


@dataclass(frozen=True)
class Score:
    """How well a hypothesis foretells the values.

    Attributes
    ----------
    deviation
        The hypothesis.
    foretold, wrong
        Wrong values that it foretells, and how many there are.
    spared, right
        Right values that it leaves right, and how many there are.
    """

    deviation: Deviation
    foretold: int
    wrong: int
    spared: int
    right: int

    @property
    def value(self) -> float:
        """The wrong values foretold, of these and of the right ones foretold to be wrong."""
        said = self.wrong + self.right - self.spared
        return self.foretold / said if said else 0.0

    @property
    def evidence(self) -> str:
        """One sentence with the numbers."""
        return (
            f"the target {self.deviation.says}: that foretells {self.foretold} of "
            f"{self.wrong} wrong values and keeps {self.spared} of {self.right} right ones"
        )


class Trier:
    """Scores hypotheses on a fixed list of exhibits."""

    def __init__(self, shown: Sequence[Exhibit], config: RotaryConfig) -> None:
        self._shown = shown
        self._config = config
        self._tolerances: dict[tuple[object, ...], FloatArray] = {}

    def scores(self, deviations: Iterable[Deviation]) -> list[Score]:
        """Return the scores of the hypotheses that explain something, in their order."""
        tried = (self._score(each) for each in deviations if each.visible(self._config))
        return [score for score in tried if score is not None]

    def _score(self, deviation: Deviation) -> Score | None:
        """Score one hypothesis, None when it is soon seen to explain little."""
        try:
            pipeline = deviation.apply(self._config)
        except ConfigError:
            return None  # such a mistake makes no configuration of this scaling
        counts = np.zeros(4, dtype=np.int64)
        for number, exhibit in enumerate(self._shown):
            counts += self._count(pipeline, number, exhibit)
            if number + 1 == FIRST and counts[0] < PROMISING * counts[1]:
                return None
        return Score(deviation, *counts.tolist())

    def _count(self, pipeline: Pipeline, number: int, exhibit: Exhibit) -> IntArray:
        """Count wrong values foretold, wrong ones, right values spared, right ones."""
        foretold = pipeline(exhibit.values, exhibit.positions, exhibit.role, exhibit.partner)
        foretold = round_to(foretold, exhibit.dtype)
        agrees = exhibit.agrees(foretold, self._tolerance(pipeline, number, exhibit))
        wrong = exhibit.wrong
        return np.array(
            [(agrees & wrong).sum(), wrong.sum(), (agrees & ~wrong).sum(), (~wrong).sum()]
        )

    def _tolerance(self, pipeline: Pipeline, number: int, exhibit: Exhibit) -> FloatArray:
        """Return the tolerance of an exhibit, computed once for pipelines that share it."""
        stages = (pipeline.frequencies, pipeline.channels, pipeline.order)
        key = (number, pipeline.config, *stages)
        if key not in self._tolerances:
            self._tolerances[key] = tolerances(
                pipeline, exhibit.values, exhibit.positions, exhibit.dtype
            )
        return self._tolerances[key]

"""Which known mistake explains what was seen, best first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from ropespec.checks.corpus.deviations import DEVIATIONS
from ropespec.checks.identify import Identification
from ropespec.checks.observation import Observation
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig

from .controls import controls, history, strides
from .diagnosis import Diagnosis
from .effective import positions
from .exhibit import Exhibit, exhibits, sampled, telling
from .facts import deeds, not_numbers, places, sines
from .fitted import fitted, together
from .gradients import gradients
from .hypotheses import Score, Trier

ENOUGH = 0.5
"""Hypotheses that explain less are not told."""

FITTED = 0.97
"""Weight of a hypothesis whose numbers were measured on the same target."""

SEVERAL = 0.95
"""Weight of several mistakes at once."""

HINTS = (
    ("linearity", "value-dependent", "sums and multiples are not kept"),
    ("row-independence", "first-row-positions", "rows of a batch are not independent"),
    ("head-independence", "head-not-rotated", "heads are not independent"),
    ("pass-through", "tail-changed", "channels outside the rotary width are not kept"),
)
"""What a failed law suggests when nothing else explains it: law, slug, in words."""

HINT = 0.4
"""Confidence in such a suggestion."""


def diagnose(
    observations: Sequence[Observation],
    config: RotaryConfig,
    identification: Identification | None = None,
    failed: Collection[str] = (),
    target: Target | None = None,
) -> list[Diagnosis]:
    """Rank the known mistakes that explain what was seen.

    What a call plainly did comes first (it raised, it changed its input), then every known
    way to be wrong is simulated and compared with the outputs, then the places of the wrong
    values and the failed laws give hints.

    Parameters
    ----------
    observations
        Inputs and outputs, of failed laws above all.
    config
        What the target is declared to be.
    identification
        What was measured of it; hypotheses take their numbers from it.
    failed
        Ids of the laws that failed.
    target
        If given, it is called a few more times: on inputs that tell mistakes apart, and
        again on one that went wrong.

    Returns
    -------
    list of Diagnosis
        Most likely first, each mistake once; `unknown` alone when nothing explains it, and
        nothing when nothing is wrong.
    """
    prepared = sampled(observations, config)
    shown = telling(prepared)
    found = [*deeds(observations), *not_numbers(prepared)]
    if target is not None:
        found += strides(target, observations)
        found += gradients(target, config, failed)
    if target is not None and shown:
        found += history(target, observations)
        formats = sorted({exhibit.dtype for exhibit in shown})
        prepared += exhibits(controls(target, config, formats), config)
        shown = telling(prepared)
    if shown and not config.axes:
        found += _explained(shown, config, identification)
        found += places(shown, config, identification)
        found += positions(shown, config)
        found += sines(shown, config)
    if not any(diagnosis.confidence > HINT for diagnosis in found):
        found += _hints(failed)
    if not any(diagnosis.confidence >= HINT for diagnosis in found) and (shown or failed):
        evidence = f"none of {len(DEVIATIONS)} known ways to be wrong foretells the values"
        found.append(Diagnosis("unknown", HINT, evidence))
    return _ranked(found)


def _explained(
    shown: Sequence[Exhibit], config: RotaryConfig, seen: Identification | None
) -> Iterator[Diagnosis]:
    """Yield the hypotheses that foretell the values.

    Where keys are right, the queries alone are explained: most mistakes can be made in one
    of two places.
    """
    roles = {exhibit.role for exhibit in shown if exhibit.wrong.any()}
    if roles == {"query"}:
        shown = [exhibit for exhibit in shown if exhibit.role == "query"]
    trier = Trier(shown, config)
    plain = trier.scores(DEVIATIONS)
    yield from _told(plain, 1.0)
    if seen is None:
        return
    yield from _told(trier.scores(fitted(seen, config)), FITTED)
    if max((score.value for score in plain), default=0.0) < 0.9:
        whole, parts = together(seen, config)
        if len(parts) > 1:
            for score in trier.scores([whole]):
                if score.value < ENOUGH:
                    continue
                said = f"{score.evidence}, together"
                for part in parts:
                    yield Diagnosis(part.bug, SEVERAL * score.value, said)


def _told(scores: Iterable[Score], weight: float) -> Iterator[Diagnosis]:
    """Turn scores into diagnoses; of equals the earlier is the likelier."""
    for place, score in enumerate(scores):
        if score.value >= ENOUGH:
            confidence = weight * score.value * (1 - 1e-5 * place)
            yield Diagnosis(score.deviation.bug, confidence, score.evidence)


def _hints(failed: Collection[str]) -> Iterator[Diagnosis]:
    """Yield what the failed laws suggest."""
    for law, bug, words in HINTS:
        if law in failed:
            yield Diagnosis(bug, HINT, f"the law {law!r} failed: {words}")


def _ranked(found: Iterable[Diagnosis]) -> list[Diagnosis]:
    """Put the likeliest first and name each mistake once."""
    best: dict[str, Diagnosis] = {}
    for diagnosis in sorted(found, key=lambda one: -one.confidence):
        best.setdefault(diagnosis.bug, diagnosis)
    return list(best.values())

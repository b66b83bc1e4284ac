"""Which known mistake explains what was seen, best first."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence

from ropespec.checks.corpus.deviations import DEVIATIONS, Deviation
from ropespec.checks.corpus.deviations import positions as position_deviations
from ropespec.checks.identify import Identification
from ropespec.checks.observation import Observation
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig
from ropespec.reference.arrangement import Mixed

from .axes import other_coordinates
from .controls import controls, history, strides
from .diagnosis import Diagnosis
from .exhibit import Exhibit, exhibits, sampled, telling
from .facts import deeds, not_numbers, sines
from .fitted import fitted, together
from .gradients import gradients
from .hypotheses import Score, Trier
from .lengths import lengths
from .moved import all_moved, readable
from .phases import phases
from .places import places
from .positions import positions
from .probes import crossed, kept, linear, paired, renewed
from .ranking import ranked

ENOUGH = 0.5
"""Hypotheses that explain less are not told."""

SEVERAL = 0.95
"""Weight of several mistakes at once."""

OF_KEYS = 0.8
"""Weight of what is wrong with keys, where that they alone are wrong is the mistake."""

AGAIN = 4
"""How many wrong answers are asked for again."""

EVERYTHING = 0.9999
"""Share of the values that makes a measured hypothesis final."""

HISTORY = ("stale-cache", "depends-on-history")
"""Mistakes of targets that are no functions of their arguments."""

SURE = 0.9
"""Confidence in one of those, from which on others are doubted."""

STATEFUL = 0.9
"""What is left then of the confidence in others."""

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
    found = list(deeds(observations))
    shown: list[Exhibit] = []
    if target is not None:
        found += strides(target, observations)
        found += gradients(target, config, failed)
        found += lengths(target, config, identification)
        asked, answers = _asked(target, config)
        shown = telling(answers)
        wrong = any(exhibit.wrong.any() for exhibit in answers)
        found += _probed(
            target, config, identification, observations, asked[0] if wrong else None
        )
    if not any(exhibit.wrong.any() for exhibit in shown):
        shown = telling(sampled(observations, config))
    found += not_numbers(shown)
    if any(exhibit.wrong.any() for exhibit in shown):
        found += _of_a_function(_explained(shown, config, identification), found)
    found = _possible(found, target)
    if not any(diagnosis.confidence > HINT for diagnosis in found):
        found += _hints(failed)
    if not any(diagnosis.confidence >= HINT for diagnosis in found) and (shown or failed):
        evidence = f"none of {len(DEVIATIONS)} known ways to be wrong foretells the values"
        found.append(Diagnosis("unknown", HINT, evidence))
    return ranked(found)


def _possible(found: list[Diagnosis], target: Target | None) -> list[Diagnosis]:
    """Leave out what a target cannot do: without keys it leaves none unturned."""
    if target is None or "key" in target.roles:
        return found
    return [diagnosis for diagnosis in found if diagnosis.bug != "key-not-rotated"]


def _of_a_function(
    causes: Iterable[Diagnosis], found: Collection[Diagnosis]
) -> Iterator[Diagnosis]:
    """Lower the confidence in what a pure function does, where the target is none."""
    stateful = any(one.bug in HISTORY and one.confidence > SURE for one in found)
    for one in causes:
        weight = STATEFUL if stateful else 1.0
        yield Diagnosis(one.bug, weight * one.confidence, one.evidence)


def _asked(target: Target, config: RotaryConfig) -> tuple[list[Observation], list[Exhibit]]:
    """Call the target on the controls, in the most precise format that shows a mistake."""
    asked: list[Observation] = []
    answers: list[Exhibit] = []
    for dtype in target.dtypes:
        asked = list(controls(target, config, dtype))
        answers = exhibits(asked, config)
        if any(exhibit.wrong.any() for exhibit in answers):
            break
    return asked, answers


def _probed(
    target: Target,
    config: RotaryConfig,
    seen: Identification | None,
    observations: Sequence[Observation],
    answered_wrong: Observation | None,
) -> Iterator[Diagnosis]:
    """Yield what single questions bring to light; some only follow a wrong answer."""
    wrong = list(
        itertools.islice((one for one in observations if _is_wrong(one, config)), AGAIN)
    )
    past = [
        *renewed(target, wrong or list(observations[:AGAIN])),
        *history(target, observations),
    ]
    yield from past
    if past:
        yield from kept(target, config)
    if answered_wrong is not None:
        yield from linear(target, answered_wrong.case)
        yield from crossed(target, answered_wrong.case)
        yield from paired(target, config, seen)


def _is_wrong(one: Observation, config: RotaryConfig) -> bool:
    """Whether a call gave anything wrong."""
    return any(exhibit.wrong.any() for exhibit in exhibits([one], config))


def _explained(
    shown: Sequence[Exhibit], config: RotaryConfig, seen: Identification | None
) -> Iterator[Diagnosis]:
    """Yield what explains the values: places, positions, phases, and known ways to be wrong."""
    yield from places(shown, config)
    found = all_moved(shown, config)
    yield from positions(found)
    yield from other_coordinates(shown, config)
    if isinstance(config.arrangement, Mixed):
        return
    yield from sines(shown, config)
    yield from phases(shown, config)
    yield from _foretold(shown, config, seen)


def _foretold(
    shown: Sequence[Exhibit], config: RotaryConfig, seen: Identification | None
) -> Iterator[Diagnosis]:
    """Yield the hypotheses that foretell the values.

    Where keys are right, the queries alone are explained: most mistakes can be made in one
    of two places.
    """
    roles = {exhibit.role for exhibit in shown if exhibit.wrong.any()}
    if len(roles) == 1:
        shown = [exhibit for exhibit in shown if exhibit.role in roles]
    trier = Trier(shown, config)
    measured = [] if seen is None else trier.scores(fitted(seen, config))
    plain = [] if _all(measured) else trier.scores(_untold(config))
    scores = [*measured, *plain]
    keys = roles == {"key"}
    for cause in _told(scores):
        if keys:
            words = f"only keys are wrong: {cause.evidence}"
            yield Diagnosis("key-not-rotated", cause.confidence, words)
        yield Diagnosis(cause.bug, cause.confidence * (OF_KEYS if keys else 1), cause.evidence)
    if seen is None:
        return
    if max((score.value for score in plain), default=0.0) < 0.9:
        whole, parts = together(seen, config)
        if len(parts) > 1:
            for score in trier.scores([whole]):
                if score.value < ENOUGH:
                    continue
                said = f"{score.evidence}, together"
                for part in parts:
                    yield Diagnosis(part.bug, SEVERAL * score.value, said)


def _untold(config: RotaryConfig) -> tuple[Deviation, ...]:
    """Return the known ways to be wrong that nothing else looks for."""
    if not readable(config):
        return DEVIATIONS
    told = {deviation.name for deviation in position_deviations.DEVIATIONS}
    return tuple(each for each in DEVIATIONS if each.name not in told)


def _all(scores: Sequence[Score]) -> bool:
    """Whether one of the hypotheses foretells everything, so that no other need be tried."""
    return any(score.value > EVERYTHING for score in scores)


def _told(scores: Iterable[Score]) -> Iterator[Diagnosis]:
    """Turn scores into diagnoses; of equals the earlier is the likelier."""
    for place, score in enumerate(scores):
        if score.value >= ENOUGH:
            confidence = score.value * (1 - 1e-5 * place)
            yield Diagnosis(score.deviation.bug, confidence, score.evidence)


def _hints(failed: Collection[str]) -> Iterator[Diagnosis]:
    """Yield what the failed laws suggest."""
    for law, bug, words in HINTS:
        if law in failed:
            yield Diagnosis(bug, HINT, f"the law {law!r} failed: {words}")

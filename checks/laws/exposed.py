"""What a target shows of its frequencies, apart from what it does with them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ropespec.checks.budget import ROTATION_UNIT
from ropespec.checks.roundings import relative_error
from ropespec.reference.arrays import FloatArray

from .law import Law, Worst
from .scenario import Scenario
from .scope import Scope
from .trial import Trial


def _frequencies(trial: Trial) -> None:
    """Compare frequency by frequency with those of the configuration."""
    shown = trial.target.exposed().inv_freq
    expected = trial.config.inv_freq()
    trial.executed += 1
    if shown is None:
        return
    found = np.asarray(shown, dtype=np.float64).ravel()
    found = found[found != 0] if found.size > expected.size else found  # pairs that are idle
    if found.shape != expected.shape:
        count = f"it shows {found.size} inverse frequencies, expected {expected.size}"
        trial.faults.append(
            f"{count}: one for each pair of --rotary-dim {trial.config.rotary_dim}"
        )
        return
    bounds = relative_error(trial.config, ROTATION_UNIT) * np.abs(expected)
    _note(trial, expected, found / _interpolated(trial), bounds)


def _interpolated(trial: Trial) -> float:
    """Return by what shown frequencies may differ: linear scaling can divide positions."""
    shown, expected = trial.target.exposed().inv_freq, trial.config.inv_freq()
    scaling = trial.config.scaling_dict() or {}
    if scaling.get("rope_type") != "linear" or shown is None:
        return 1.0
    factor = float(scaling["factor"])
    return factor if np.isclose(shown.ravel()[0], factor * expected[0], rtol=1e-3) else 1.0


def _factor(trial: Trial) -> None:
    """Compare with the attention factor of the configuration."""
    shown = trial.target.exposed().attention_factor
    trial.executed += 1
    if shown is not None:
        factor = trial.config.amplitude
        bound = np.array([2 * ROTATION_UNIT * abs(factor)])
        _note(trial, np.array([factor]), np.array([shown]), bound)


def _note(trial: Trial, expected: FloatArray, found: FloatArray, bounds: FloatArray) -> None:
    """Note the number that is farthest off in units of its bound; say so if it is beyond."""
    errors = np.abs(found - expected)
    ratios = np.where(np.isnan(errors), np.inf, errors / np.maximum(bounds, 1e-300))
    place = int(ratios.argmax())
    if ratios[place] > 1:
        which = f" for pair {place}" if len(expected) > 1 else ""
        numbers = f"{found[place]:.9g}{which}, expected {expected[place]:.9g}"
        trial.faults.append(f"it shows {numbers}")
        return
    trial.worst = Worst(
        error=float(errors[place]),
        budget=float(bounds[place]),
        position=0,
        pair=place if len(expected) > 1 else None,
        channels_read=(),
        channels=(),
        dtype="float64",
        role="query",
        case="what it shows",
        x=(),
        expected=(float(expected[place]),),
        got=(float(found[place]),),
    )


def _once(scope: Scope) -> Iterator[Scenario]:
    """Look once: no input is needed."""
    yield scope.scenario("what it shows", [[0]], scope.dtypes[0])


def _no_frequencies(scope: Scope) -> str | None:
    """Say that it shows no frequencies."""
    if scope.target.exposed().inv_freq is not None:
        return None
    return "it shows no inverse frequencies (an attribute inv_freq)"


def _no_factor(scope: Scope) -> str | None:
    """Say that it shows no attention factor."""
    if scope.target.exposed().attention_factor is not None:
        return None
    return "it shows no attention factor (an attribute attention_factor)"


LAWS = (
    Law(
        id="inverse-frequencies",
        sentence="The inverse frequencies that a target shows are those of its configuration, "
        "before or after linear scaling.",
        theorem="H1",
        level="recommended",
        budget="Frequencies formed in float32.",
        kills=("wrong-base",),
        advice="Compare base, exponent and scaling with the configuration: ropespec explain.",
        body=_frequencies,
        ladder=_once,
        needs=_no_frequencies,
    ),
    Law(
        id="attention-factor",
        sentence="The attention factor that a target shows is that of its configuration.",
        theorem="E4",
        level="recommended",
        budget="Two roundings in float32.",
        kills=("attention-factor-missing",),
        advice="Take the factor from the configuration, or from the scaling's own formula.",
        body=_factor,
        ladder=_once,
        needs=_no_factor,
    ),
)

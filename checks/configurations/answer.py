"""What a reader of configurations answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ropespec.checks.errors import CheckError
from ropespec.reference.arrays import FloatArray

CONTRACT = "inv_freq, or a dict with inv_freq, or a dict with layers (a list of such dicts)"
"""What a reader returns."""


class AnswerError(CheckError):
    """A reader returned something that is no answer."""


class Refusal(Exception):  # noqa: N818 - it reads as what the program did
    """A program's own words when it refuses a configuration."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What a reader found for one type of layer.

    Attributes
    ----------
    inv_freq
        Radians per position, `(pairs,)`.
    attention_factor
        What cosine and sine are multiplied by; None if it did not say.
    """

    inv_freq: FloatArray
    attention_factor: float | None


def answers(value: Any) -> dict[str, Answer]:
    """Take an answer apart, by type of layer; `all` where it makes no difference.

    Parameters
    ----------
    value
        An array or list: `inv_freq`. A dict: `inv_freq`, `attention_factor` (1 if left out).
        A dict with `layers`: a list of such dicts, each with `layer_types`; this is the form
        of `ropespec explain --json`.

    Raises
    ------
    AnswerError
        If it is nothing of this.

    Examples
    --------
    >>> from ropespec.checks.configurations.answer import answers
    >>> found = answers({"inv_freq": [1.0, 0.1], "attention_factor": 1.2})
    >>> found["all"].attention_factor
    1.2
    """
    if not isinstance(value, Mapping):
        return {"all": _answer({"inv_freq": value})}
    if "layers" not in value:
        return {"all": _answer(value)}
    groups = value["layers"]
    if not isinstance(groups, Sequence) or not all(
        isinstance(each, Mapping) for each in groups
    ):
        raise AnswerError(f"it returned layers = {_short(groups)}, expected a list of dicts")
    found: dict[str, Answer] = {}
    for group in groups:
        if group.get("rotary", True):
            found |= dict.fromkeys(group.get("layer_types") or ["all"], _answer(group))
    return found


def _answer(value: Mapping[str, Any]) -> Answer:
    """Read one answer."""
    if "inv_freq" not in value:
        raise AnswerError(f"it returned a dict without inv_freq, expected {CONTRACT}")
    given = value["inv_freq"]
    try:
        inv_freq = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        inv_freq = np.zeros((0, 0))
    if inv_freq.ndim != 1:
        raise AnswerError(f"it returned inv_freq = {_short(given)}, expected a row of numbers")
    factor = value.get("attention_factor")
    try:
        return Answer(inv_freq, None if factor is None else float(factor))
    except (TypeError, ValueError):
        message = f"it returned attention_factor = {_short(factor)}, expected a number"
        raise AnswerError(message) from None


def _short(value: Any) -> str:
    """Show a value in a message."""
    text = " ".join(repr(value).split())
    return text if len(text) < 60 else f"{text[:57]}..."

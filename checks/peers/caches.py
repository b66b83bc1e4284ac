"""Tables for operators that leave frequencies to their caller."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.reference.config import RotaryConfig

from .peer import published

ROWS = 8192
"""Positions of the table: that of Llama-3-8B and longer than GPT-J's."""

LLAMA, GPTJ = published("llama-3-8b"), published("gpt-j-6b")


def tables(config: RotaryConfig) -> tuple[Any, Any]:
    """Return cosines and sines `(ROWS, pairs)` in float64, so that the operator is judged.

    A position this small times a frequency is off by less than 1e-12, far below any format's
    last place that the operators take.
    """
    angles = np.arange(ROWS)[:, np.newaxis] * config.inv_freq()
    return np.cos(angles), np.sin(angles)

"""One ordinary call before any law, which says whether there is anything to judge."""

from __future__ import annotations

import numpy as np

from ropespec.checks.errors import TargetError
from ropespec.checks.observation import Case, Outcome
from ropespec.reference.config import RotaryConfig
from ropespec.reference.formats import round_to

from .target import Target

BATCH, HEADS, SEQ = 2, 3, 5


def smoke(target: Target, config: RotaryConfig) -> Outcome:
    """Call a target once on a small ordinary input.

    Raises
    ------
    TargetError
        If it takes other arguments, raises, or returns no arrays of the right shape.
    """
    try:
        target.check_arguments()
    except TargetError as error:
        raise TargetError(f"target: {target.name!r} {error}") from None
    case = _ordinary(target, config)
    outcome = target.call(case)
    if outcome.fault is not None:
        raise TargetError(_failure(target, case, outcome.fault)) from outcome.fault
    return outcome


def _ordinary(target: Target, config: RotaryConfig) -> Case:
    """Build an input that nothing is special about."""
    values = np.random.default_rng(0).standard_normal((BATCH, HEADS, SEQ, config.head_dim))
    dtype = target.dtypes[-1] if "float32" not in target.dtypes else "float32"
    values = round_to(values, dtype)
    limit = SEQ if target.max_position is None else min(SEQ, target.max_position + 1)
    positions = np.broadcast_to(np.arange(SEQ, dtype=np.int64) % limit, (BATCH, SEQ))
    if config.axes:
        positions = np.stack([positions] * len(config.axes), axis=-1)
    keys = values if "key" in target.roles else None
    return Case("an ordinary input", values, keys, positions, dtype)


def _failure(target: Target, case: Case, fault: Exception) -> str:
    """Say what a target did, what it was given, and which options decide that."""
    claims = target.claims
    order = (
        "batch, heads, seq, head_dim"
        if claims.axes == "bhsd"
        else "batch, seq, heads, head_dim"
    )
    sizes = case.q.shape if claims.axes == "bhsd" else case.q.transpose(0, 2, 1, 3).shape
    advice = "" if getattr(fault, "kind", "raised") != "raised" else _advice(target)
    return (
        f"target: {target.name!r} was called on {case.dtype} {claims.framework} arrays of "
        f"shape ({order}) = {sizes} with positions {case.positions.shape}, and {fault}{advice}"
    )


def _advice(target: Target) -> str:
    """Say what to try when a target raises on an ordinary input."""
    other = "torch" if target.claims.framework == "numpy" else "numpy"
    return (
        f"; check --signature, --axes, --head-dim and --framework (is it for {other}?), "
        "or see where with --traceback"
    )

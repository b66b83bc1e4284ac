"""A few lines of Python that show a failure, with public names alone."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.laws import LawResult, Worst
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray, IntArray

SINGLE_INPUT = """\
import numpy as np
from ropespec import RotaryConfig
from ropespec.checks import load
from ropespec.reference.oracle import rotate

config = {config}
target = load({target})
x = np.zeros((1, 1, 1, {head_dim}))
x[..., {read}] = {values}
positions = np.array([[{position}]])
print("expected", rotate(x, positions, config)[..., {write}])
print("got     ", target.rotate(x, positions, {call})[..., {write}])
"""

WHOLE_LAW = """\
from ropespec import RotaryConfig, check

config = {config}
report = check({target}, laws=["{law}"], seed={seed}, level="{level}")
print(report.law("{law}").reason)
"""


def reproduction(
    result: LawResult, target: Target, config: RotaryConfig, *, seed: int, level: str
) -> str:
    """Return lines that show why a law failed.

    One token with one pair where that is enough to show it, which is tried; the law itself
    otherwise.
    """
    worst = result.worst
    named = _target(target, config=None)
    if worst is not None and _shows_alone(worst, target, config):
        call = repr(worst.dtype) + ("" if worst.role == "query" else ', "key"')
        return SINGLE_INPUT.format(
            config=config_source(config),
            target=named,
            head_dim=config.head_dim,
            read=list(worst.channels_read),
            values=list(worst.x),
            position=worst.position,
            write=list(worst.channels),
            call=call.replace("'", '"'),
        )
    with_config = _target(target, config="config")
    return WHOLE_LAW.format(
        config=config_source(config), target=with_config, law=result.id, seed=seed, level=level
    )


def config_source(config: RotaryConfig) -> str:
    """Write a configuration as Python, without what is the default."""
    usual = RotaryConfig(head_dim=2)
    given: dict[str, Any] = {"head_dim": config.head_dim}
    if config.rotary_dim != config.head_dim:
        given["rotary_dim"] = config.rotary_dim
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        if field.name not in {"head_dim", "rotary_dim"} and value != getattr(usual, field.name):
            given[field.name] = config.scaling_dict() if field.name == "scaling" else value
    return f"RotaryConfig({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def _target(target: Target, config: str | None) -> str:
    """Write a target and its claims as arguments of `load` or `check`."""
    name = repr(target.name) if ":" in target.name else _identifier(target.name)
    claims = [f"{key}={value!r}" for key, value in target.claims.options().items()]
    return ", ".join([name, *([config] if config else []), *claims])


def _identifier(name: str) -> str:
    """Write the name of a function that was given itself; it is the user's to import."""
    last = name.split(".")[-1]
    return last if last.isidentifier() else "your_function"


def _shows_alone(worst: Worst, target: Target, config: RotaryConfig) -> bool:
    """Whether one token with this one pair is enough to exceed its own budget."""
    if worst.pair is None or not worst.channels_read or isinstance(worst.position, list):
        return False
    x = np.zeros((1, 1, 1, config.head_dim))
    x[..., list(worst.channels_read)] = worst.x
    positions = np.array([[worst.position]], dtype=np.int64)
    try:
        got = target.rotate(x, positions, worst.dtype, worst.role)
    except TargetRaised:
        return True
    return _differs(x, positions, got, worst, config)


def _differs(
    x: FloatArray, positions: IntArray, got: FloatArray, worst: Worst, config: RotaryConfig
) -> bool:
    """Whether an output is off by more than the budget of the worst measurement."""
    write = list(worst.channels)
    error = np.abs(got - oracle.rotate(x, positions, config))[..., write].max()
    return bool(np.isnan(error) or error > worst.budget)

"""A few lines of Python that show a failure, with public names alone."""

from __future__ import annotations

import itertools

import numpy as np

from ropespec.checks.budget import Budget, pair_norms
from ropespec.checks.errors import TargetRaised
from ropespec.checks.in_force import in_force
from ropespec.checks.laws import Focus, LawResult, Worst
from ropespec.checks.opening import EXEC
from ropespec.checks.target import Target
from ropespec.reference import RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray, IntArray

SINGLE_INPUT = """\
import numpy as np
from ropespec import RotaryConfig
from ropespec.checks import load
from ropespec.reference.oracle import rotate
{imported}
config = {config}
target = load({target})
x = np.zeros((1, 1, 1, {head_dim}))
x[..., {read}] = {values}
positions = np.array([[{position}]])
print("expected", rotate(x, positions, config)[..., {write}])
print("got     ", target.rotate(x, positions, {call})[..., {write}])
"""

SINGLE_CALL = """\
import numpy as np
{constructor}from ropespec.checks import load
{imported}
{config}target = load({target})
x = np.ones((1, 1, 1, {head_dim}))
positions = np.array([[{position}]])
print(target.rotate(x, positions, {call}))
"""

WHOLE_LAW = """\
from ropespec import RotaryConfig, check
{imported}
config = {config}
report = check({target}, laws=["{law}"], seed={seed}, level="{level}")
print(report.law("{law}").reason)
"""


TRIED = 24
"""Positions of an input at which one token is tried."""

ENDINGS = ("crashed", "timed-out", "out-of-memory")
"""What a target can do that a process does not survive."""


def reproduction(
    result: LawResult,
    target: Target,
    config: RotaryConfig,
    *,
    seed: int,
    level: str,
    factory: bool = False,
    focus: Focus | None = None,
) -> str:
    """Return lines that show why a law failed.

    One token with one pair where that is enough to show it, which is tried; one token where
    that makes the target raise or end; the law itself otherwise. A target that ends its
    process is called in one of its own.

    Parameters
    ----------
    result, target, config
        What failed, and as what.
    seed, level
        What decided the inputs.
    factory
        Whether the target was made by a function without arguments.
    focus
        The only positions and shapes that were tried.
    """
    name, imported = _named(target)
    options = {**target.claims.options(), **({"factory": True} if factory else {})}
    words = {"imported": imported, "config": config_source(config)}
    found = _single_input(result, target, config) or _single_call(result, target, config)
    if found is not None:
        template, kind, more = found
        isolated = {"isolate": True} if kind in ENDINGS else {}
        told = _arguments(_told(name, target), {**options, **isolated})
        return template.format(**{**words, **more}, target=told, head_dim=config.head_dim)
    return WHOLE_LAW.format(
        **words,
        target=_arguments(f"{name}, config", {**options, **_wanted(focus)}),
        law=result.id,
        seed=seed,
        level=level,
    )


Shown = tuple[str, str, dict[str, object]]
"""A template, what the lines show (`wrong`, or the kind of a fault), and its words."""


def _single_input(result: LawResult, target: Target, config: RotaryConfig) -> Shown | None:
    """Show the worst measurement by one token with one pair; None where that does not."""
    worst = result.worst
    kind = None if worst is None else _shows_alone(worst, target, config)
    if worst is None or kind is None:
        return None
    words: dict[str, object] = {
        "read": list(worst.channels_read),
        "values": list(worst.x),
        "position": worst.position,
        "write": list(worst.channels),
        "call": _call(worst.dtype, worst.role),
        "config": config_source(_here(worst, target, config)),
    }
    return SINGLE_INPUT, kind, words


def _single_call(result: LawResult, target: Target, config: RotaryConfig) -> Shown | None:
    """Show a fault by one token at a position that it was seen at; None if none does."""
    if result.failure is None:
        return None
    last = result.failure.steps[-1]
    if last.path != "eager":
        return None
    positions = dict.fromkeys(each for row in last.rows for each in row)
    for position in itertools.islice(positions, TRIED):
        place = [position] * len(config.axes) if config.axes else position
        kind = _fault(np.ones((1, 1, 1, config.head_dim)), place, target, last.dtype)
        if kind is not None:
            program = target.name.startswith(EXEC)
            words: dict[str, object] = {
                "constructor": "from ropespec import RotaryConfig\n" if program else "",
                "config": f"config = {config_source(config)}\n" if program else "",
                "position": place,
                "call": _call(last.dtype, "query"),
            }
            return SINGLE_CALL, kind, words
    return None


def _fault(x: FloatArray, position: int | list[int], target: Target, dtype: str) -> str | None:
    """Name what goes wrong when one token is turned; None if a result comes back."""
    try:
        target.rotate(x, np.array([[position]], dtype=np.int64), dtype)
    except TargetRaised as fault:
        return fault.kind
    return None


def _call(dtype: str, role: str) -> str:
    """Write the last arguments of `Target.rotate`."""
    return f'"{dtype}"' + ("" if role == "query" else ', "key"')


def _told(name: str, target: Target) -> str:
    """Write a target for `load`: a program has to be told the configuration."""
    return f"{name}, config=config" if target.name.startswith(EXEC) else name


def config_source(config: RotaryConfig) -> str:
    """Write a configuration as Python, without what is the default."""
    values, usual = config.to_dict(), RotaryConfig(head_dim=config.head_dim).to_dict()
    given = {
        name: value
        for name, value in values.items()
        if name == "head_dim" or value != usual[name]
    }
    return f"RotaryConfig({', '.join(f'{name}={value!r}' for name, value in given.items())})"


def _arguments(first: str, options: dict[str, object]) -> str:
    """Write arguments of `load` or `check`."""
    return ", ".join([first, *(f"{key}={value!r}" for key, value in options.items())])


def _wanted(focus: Focus | None) -> dict[str, object]:
    """Write the positions and shapes that alone were tried, as arguments of `check`."""
    given = {} if focus is None else vars(focus)
    return {name: value for name, value in given.items() if value}


def _named(target: Target) -> tuple[str, str]:
    """Write a target, and the line that imports it where it was given itself."""
    if ":" in target.name:
        return repr(target.name), ""
    function = getattr(target.host, "function", None)
    owner = getattr(function, "__self__", function)  # the object whose method is called
    thing = function if owner is None else owner
    module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", "")
    if module not in (None, "__main__") and name.isidentifier():
        return name, f"from {module} import {name}\n"
    last = target.name.split(".")[-1]
    word = last if last.isidentifier() else "your_function"
    return word, f"# {word} is what you gave to check(); it must be defined here\n"


def _shows_alone(worst: Worst, target: Target, config: RotaryConfig) -> str | None:
    """Say how one token with this one pair shows the failure: `wrong`, or the kind of a fault.

    None where it does not.
    """
    if worst.ratio <= 1 or worst.pair is None or not worst.channels_read:
        return None
    x = np.zeros((1, 1, 1, config.head_dim))
    x[..., list(worst.channels_read)] = worst.x
    positions = np.array([[worst.position]], dtype=np.int64)
    try:
        got = target.rotate(x, positions, worst.dtype, worst.role)
    except TargetRaised as fault:
        return fault.kind
    here = _here(worst, target, config)
    return "wrong" if _differs(x, positions, got, worst, here) else None


def _here(worst: Worst, target: Target, config: RotaryConfig) -> RotaryConfig:
    """Return what one token at the position is held to."""
    return in_force(config, target.claims, np.asarray(worst.position))


def _differs(
    x: FloatArray, positions: IntArray, got: FloatArray, worst: Worst, config: RotaryConfig
) -> bool:
    """Whether a pair of the output is off by more than arithmetic excuses."""
    error = np.abs(got - oracle.rotate(x, positions, config))[..., list(worst.channels)].max()
    bound = Budget(config, worst.dtype).component(positions, pair_norms(x, config))
    return bool(np.isnan(error) or error > bound[..., worst.pair].max())

"""A few lines of Python that show a failure, with public names alone."""

from __future__ import annotations

import numpy as np

from ropespec.checks.errors import TargetRaised
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

WHOLE_LAW = """\
from ropespec import RotaryConfig, check
{imported}
config = {config}
report = check({target}, laws=["{law}"], seed={seed}, level="{level}")
print(report.law("{law}").reason)
"""


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

    One token with one pair where that is enough to show it, which is tried; the law itself
    otherwise. A target that ends its process is called in one of its own.

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
    worst = result.worst
    shown = None if worst is None else _shows_alone(worst, target, config)
    name, imported = _named(target)
    options = {**target.claims.options(), **({"factory": True} if factory else {})}
    if worst is not None and shown is not None:
        isolated = {"isolate": True} if shown in ENDINGS else {}
        call = repr(worst.dtype) + ("" if worst.role == "query" else ', "key"')
        return SINGLE_INPUT.format(
            imported=imported,
            config=config_source(config),
            target=_arguments(_told(name, target), {**options, **isolated}),
            head_dim=config.head_dim,
            read=list(worst.channels_read),
            values=list(worst.x),
            position=worst.position,
            write=list(worst.channels),
            call=call.replace("'", '"'),
        )
    return WHOLE_LAW.format(
        imported=imported,
        config=config_source(config),
        target=_arguments(f"{name}, config", {**options, **_wanted(focus)}),
        law=result.id,
        seed=seed,
        level=level,
    )


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
    if worst.pair is None or not worst.channels_read or isinstance(worst.position, list):
        return None
    x = np.zeros((1, 1, 1, config.head_dim))
    x[..., list(worst.channels_read)] = worst.x
    positions = np.array([[worst.position]], dtype=np.int64)
    try:
        got = target.rotate(x, positions, worst.dtype, worst.role)
    except TargetRaised as fault:
        return fault.kind
    return "wrong" if _differs(x, positions, got, worst, config) else None


def _differs(
    x: FloatArray, positions: IntArray, got: FloatArray, worst: Worst, config: RotaryConfig
) -> bool:
    """Whether an output is off by more than the budget of the worst measurement."""
    write = list(worst.channels)
    error = np.abs(got - oracle.rotate(x, positions, config))[..., write].max()
    return bool(np.isnan(error) or error > worst.budget)

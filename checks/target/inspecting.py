"""What can be told of a function without calling it: its arguments, and what it shows."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from ropespec.checks.errors import TargetError
from ropespec.checks.frameworks import Function
from ropespec.checks.observation import Exposed
from ropespec.reference.arrays import FloatArray

from .claims import SIGNATURES


def check_arguments(function: Function, signature: str) -> None:
    """Refuse a function that cannot take a signature's arguments.

    Raises
    ------
    TargetError
        What it takes, what was expected and what to do, without its name.
    """
    wanted = SIGNATURES[signature]
    try:
        takes = inspect.signature(getattr(function, "forward", function))
    except (TypeError, ValueError):
        return  # written in C: the call itself will tell
    if _fits(takes, wanted):
        return
    given = _written(takes)
    text = f"takes {given}, expected ({', '.join(wanted)}) for signature {signature!r}"
    raise TargetError(f"{text}; {_advice(takes)}")


def _advice(takes: inspect.Signature) -> str:
    """Say what to do about a function that takes other arguments."""
    if not takes.parameters:
        return "if it makes what is to be called, pass --factory"
    fitting = [name for name, arguments in SIGNATURES.items() if _fits(takes, arguments)]
    wrap = "wrap it in a function that takes these and name that"
    return f"pass --signature {fitting[0]}, or {wrap}" if fitting else wrap


def _written(takes: inspect.Signature) -> str:
    """Write the arguments of a function, with marks and without types and defaults."""
    bare = [
        each.replace(annotation=each.empty, default=each.empty)
        for each in takes.parameters.values()
    ]
    return str(takes.replace(parameters=bare, return_annotation=takes.empty))


def exposed_by(function: Function) -> Exposed:
    """Return what a function, or the object whose method it is, shows of its frequencies."""
    owner = getattr(function, "__self__", function)
    frequencies, factor = _shown(owner, "inv_freq"), _shown(owner, "attention_factor")
    try:
        number = None if factor is None else float(factor)
    except (TypeError, ValueError):
        number = None
    return Exposed(None if frequencies is None else _numbers(frequencies), number)


def _fits(takes: inspect.Signature, arguments: tuple[str, ...]) -> bool:
    """Whether a function can be called with these arguments."""
    try:
        takes.bind(*arguments)
    except TypeError:
        return False
    return True


def _shown(thing: object, name: str) -> Any:
    """Return an attribute, or what a method of that name returns; None for neither."""
    try:
        value = getattr(thing, name, None)
        return value() if callable(value) and not hasattr(value, "shape") else value
    except Exception:
        return None


def _numbers(thing: Any) -> FloatArray | None:
    """Return numbers of whatever framework as float64, None for what is no array of them."""
    detached = thing.detach() if hasattr(thing, "detach") else thing
    widened = detached.double() if hasattr(detached, "double") else detached
    try:
        found = np.asarray(widened, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    return found if found.ndim else None

"""Find the function that a target's text names."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple, cast

from ropespec.checks.errors import TargetError

METHODS = ("__call__", "apply", "forward")
"""What an object is called by: the first of these that it has."""


class Found(NamedTuple):
    """What a target's text named.

    Attributes
    ----------
    name
        What the user called it.
    function
        What is called.
    make
        Makes the function again, without history; None where nothing does.
    """

    name: str
    function: Callable[..., Any]
    make: Callable[[], Callable[..., Any]] | None = None


FORMS = "module:attr or path/file.py:attr"
"""How a target is written."""


def find_function(target: str | object, *, factory: bool = False) -> Found:
    """Return a target's name and what is to be called.

    Parameters
    ----------
    target
        `module:attr`, `path/file.py:attr` (the attribute may have dots), or the thing
        itself. Modules of the current folder can be imported. A class is instantiated; an
        object is called by `__call__`, else by `apply`, else by `forward`.
    factory
        Whether it is a function without arguments that returns the target.

    Raises
    ------
    TargetError
        One line: what was given, what was expected, what to do.
    """
    if not isinstance(target, str):
        return _found(target, _name(target), factory)
    place, colon, attribute = target.rpartition(":")
    if not (colon and place and attribute):
        advice = f"for example {_example(target)}"
        raise TargetError(f"target: got {target!r}, expected {FORMS}; {advice}")
    module = _from_file(Path(place)) if place.endswith(".py") else _from_name(place)
    return _found(_attribute(module, attribute, target), target, factory)


def _example(target: str) -> str:
    """Complete what was given to a target."""
    return f"{target.strip(':') or 'my_rope.py'}:apply"


def _name(thing: object) -> str:
    """Name a thing that was given itself."""
    return getattr(thing, "__qualname__", type(thing).__qualname__)


def _from_file(path: Path) -> ModuleType:
    """Import a file; what lies beside it can be imported by it."""
    if not path.is_file():
        near = _near(path.name, [each.name for each in _python_files(path.parent)])
        raise TargetError(f"target: there is no file {str(path)!r}; {near or 'check the path'}")
    _importable(path.resolve().parent)
    name = f"ropespec_target_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise TargetError(f"target: {str(path)!r} is no Python file; give one that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickles look their module up there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise TargetError(_import_failure(str(path), error)) from error
    return module


def _from_name(name: str) -> ModuleType:
    """Import a module by its name, the current folder included."""
    _importable(Path.cwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise TargetError(_import_failure(name, error)) from error
        advice = f"give {FORMS}, and run this where it can be imported"
        raise TargetError(f"target: there is no module {error.name!r}; {advice}") from error
    except (Exception, SystemExit) as error:
        raise TargetError(_import_failure(name, error)) from error


def _importable(folder: Path) -> None:
    """Let modules of a folder be imported, as they are when a file in it is run."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def _import_failure(place: str, error: BaseException) -> str:
    """Say in one line why a module did not import."""
    if isinstance(error, SyntaxError):
        line = f", line {error.lineno}" if error.lineno else ""
        where = f"{Path(error.filename or place).name}{line}"
        return (
            f"target: {place!r} does not import: syntax error in {where}: {error.msg}; mend it"
        )
    advice = "mend it, or see where with --traceback"
    return f"target: {place!r} does not import: {described(error)}; {advice}"


def described(error: BaseException) -> str:
    """Write an exception on one line, shortened."""
    text = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
    return text if len(text) <= 240 else f"{text[:237]}..."


def _attribute(module: ModuleType, dotted: str, target: str) -> object:
    """Follow the dots from a module to what is to be called."""
    thing: object = module
    for name in dotted.split("."):
        if not hasattr(thing, name):
            public = [each for each in dir(thing) if not each.startswith("_")]
            near = _near(name, public) or "check the name"
            raise TargetError(f"target: {target!r} has no attribute {name!r}; {near}")
        thing = getattr(thing, name)
    return thing


def _found(thing: object, name: str, factory: bool) -> Found:
    """Return what is to be called: made, for a class and a factory."""
    if not (factory or isinstance(thing, type)):
        return Found(name, _function(thing, name))

    def make() -> Callable[..., Any]:
        return _function(_made(thing, name), name)

    return Found(name, make(), make)


def _made(maker: object, name: str) -> object:
    """Call a class or a factory without arguments."""
    if not callable(maker):
        raise TargetError(f"target: {name!r} is no factory: it cannot be called")
    try:
        return maker()
    except (Exception, SystemExit) as error:
        kind, done = ("class", "made") if isinstance(maker, type) else ("factory", "called")
        advice = "name a function or an object instead, or give its arguments defaults"
        text = f"target: the {kind} {name!r} cannot be {done} without arguments"
        raise TargetError(f"{text}: {described(error)}; {advice}") from error


def _function(thing: object, name: str) -> Callable[..., Any]:
    """Return what of a thing is called."""
    for method in METHODS:
        function: Any = thing if method == "__call__" else getattr(thing, method, None)
        if callable(function):
            return cast("Callable[..., Any]", function)
    kind = f"{type(thing).__name__!r} object"
    advice = "name a function, a class, or an object with __call__, apply or forward"
    raise TargetError(f"target: {name!r} is a {kind} and cannot be called; {advice}")


def _python_files(folder: Path) -> list[Path]:
    """Python files of a folder, none when it does not exist."""
    return sorted(folder.glob("*.py")) if folder.is_dir() else []


def _near(name: str, names: list[str]) -> str:
    """Suggest the nearest known names, the empty text if none is near."""
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(map(repr, close))}?" if close else ""

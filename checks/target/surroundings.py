"""What a call does to the process around it: text printed, global state changed."""

from __future__ import annotations

import contextlib
import io
import os
import random
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.checks.frameworks import Setting

KEPT = 2000
"""Characters of printed text that are kept."""

SIGNALS = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGALRM")
    if hasattr(signal, name)
)
"""Signals by which programs are ended or woken."""


class Surroundings:
    """Notes what a call prints and changes, and puts back what it changed.

    Parameters
    ----------
    settings
        Global state to watch.
    capture
        Whether to catch what is printed; a process of its own has a better way.
    """

    def __init__(self, settings: tuple[Setting, ...], *, capture: bool = True) -> None:
        self._settings = settings
        self._capture = capture
        self.printed = ""
        self.altered: tuple[str, ...] = ()

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Watch what happens within; `printed` and `altered` tell afterwards."""
        before = [(each, each.read()) for each in self._settings]
        text = io.StringIO()
        try:
            with contextlib.ExitStack() as stack:
                if self._capture:
                    stack.enter_context(contextlib.redirect_stdout(text))
                    stack.enter_context(contextlib.redirect_stderr(text))
                yield
        finally:
            self.printed = shortened(text.getvalue())
            self.altered = tuple(
                setting.name for setting, value in before if not _restored(setting, value)
            )


def shortened(text: str) -> str:
    """Keep the beginning of a long text, and say how much is left out."""
    if len(text) <= KEPT:
        return text
    return f"{text[:KEPT]}... and {len(text) - KEPT} more characters"


def _restored(setting: Setting, value: Any) -> bool:
    """Whether a setting still is what it was; if not, put it back if that is wished."""
    if _current(setting) == value:
        return True
    if not setting.put_back:
        return False
    with contextlib.suppress(OSError):  # a folder that is gone stays gone
        setting.write(value)
    return False


def _current(setting: Setting) -> Any:
    """Read a setting; a value that cannot be read any more equals nothing."""
    try:
        return setting.read()
    except OSError:
        return None


def _numpy_state() -> tuple[Any, ...]:
    """Read the state of NumPy's global random numbers."""
    name, keys, *rest = np.random.get_state()  # noqa: NPY002 - the global one is meant
    return (name, np.asarray(keys).tobytes(), *rest)


def _restore_numpy(state: tuple[Any, ...]) -> None:
    """Put the state of NumPy's global random numbers back."""
    name, keys, *rest = state
    words = np.frombuffer(keys, dtype=np.uint32)
    np.random.set_state((name, words, *rest))  # noqa: NPY002


def _restore_environment(values: dict[str, str]) -> None:
    """Put the environment's variables back."""
    os.environ.clear()
    os.environ.update(values)


def _restore_filters(filters: list[Any]) -> None:
    """Put the filters of warnings back."""
    warnings.resetwarnings()
    warnings.filters[:] = filters  # type: ignore[index]  # a list, whatever its stub says


def _handlers() -> dict[int, Any]:
    """Read what is done about the signals that others rely on."""
    return {number: signal.getsignal(number) for number in SIGNALS}


def _restore_handlers(handlers: dict[int, Any]) -> None:
    """Put the handlers of signals back; only the main thread may, and only Python's own."""
    for number, handler in handlers.items():
        with contextlib.suppress(ValueError, TypeError):
            signal.signal(number, handler)


OWN = (
    Setting("the random state of random", random.getstate, random.setstate, put_back=False),
    Setting("the random state of numpy.random", _numpy_state, _restore_numpy, put_back=False),
    Setting("numpy's error handling", np.geterr, lambda value: np.seterr(**value)),
    Setting("the current folder", lambda: str(Path.cwd()), os.chdir),
    Setting("the environment", lambda: dict(os.environ), _restore_environment),
    Setting("what is done about warnings", lambda: list(warnings.filters), _restore_filters),
    Setting("what is done about signals", _handlers, _restore_handlers),
)
"""Global state of Python and NumPy."""

"""What a call does to the process around it: text printed, global state changed."""

from __future__ import annotations

import contextlib
import ctypes
import io
import os
import random
import signal
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from ropespec.checks.frameworks import Setting

KEPT = 2000
"""Characters of printed text that are kept."""

MERSENNE_BYTES = 4 * (624 + 1)
"""Size of the state of NumPy's usual generator: 624 words and the place among them."""

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
        before = [each.read() for each in self._settings]
        text = io.StringIO()
        try:
            with contextlib.ExitStack() as stack:
                if self._capture:
                    stack.enter_context(contextlib.redirect_stdout(text))
                    stack.enter_context(contextlib.redirect_stderr(text))
                yield
        finally:
            self.printed = shortened(text.getvalue())
            if [_current(each) for each in self._settings] != before:
                self.altered = tuple(
                    setting.name
                    for setting, value in zip(self._settings, before, strict=True)
                    if not _restored(setting, value)
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
    if setting.write is None:
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


def _numpy_state() -> bytes:
    """Read the state of NumPy's global random numbers.

    The memory of the usual generator is read as it is: this comes before and after every
    call, and `get_state` takes fifty times as long.
    """
    generator = np.random.get_bit_generator()  # type: ignore[attr-defined]  # public, unlisted
    if isinstance(generator, np.random.MT19937):
        return ctypes.string_at(generator.ctypes.state_address, MERSENNE_BYTES)
    return repr(generator.state).encode()


def _environment() -> dict[Any, Any]:
    """Read the environment's variables, encoded as Python keeps them: decoding is slow."""
    return dict(vars(os.environ)["_data"])


def _restore_environment(values: dict[Any, Any]) -> None:
    """Put the environment's variables back."""
    os.environ.clear()
    os.environ.update({os.fsdecode(key): os.fsdecode(value) for key, value in values.items()})


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
    Setting("the random state of random", random.getstate, None),
    Setting("the random state of numpy.random", _numpy_state, None),
    Setting("numpy's error handling", np.geterr, lambda value: np.seterr(**value)),
    Setting("the current folder", os.getcwd, os.chdir),
    Setting("the environment", _environment, _restore_environment),
    Setting("what is done about warnings", lambda: list(warnings.filters), _restore_filters),
    Setting("what is done about signals", _handlers, _restore_handlers),
)
"""Global state of Python and NumPy."""

"""How far each way is from the true rotation at far positions."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from ropespec.reference import oracle
from ropespec.reference.torch import rotate

from .cases import Case
from .rival_operators import Turn
from .rivals import RIVALS, failure

POSITIONS = (4095, 131071, 1048575)
"""Where it is measured."""

_DIGITS = {"float32": 24, "bfloat16": 8, "float16": 11}


def accuracy(dtype: str, position: int) -> Iterator[dict[str, object]]:
    """Measure this project and the peers at one position.

    Yields
    ------
    dict
        `name`, `position`, `dtype`, `error` (largest, of components of normal variates), and
        `units`: the largest error in units of the component's own last place, over components
        above 2**-6 of their pair's norm.
    """
    for layout in ("half", "interleaved"):
        for name, axes, make in _ways(layout):
            case = Case(1, 1, dtype, axes, layout)
            said: dict[str, object] = {"name": f"{name}, {layout}", "dtype": dtype}
            said["position"] = position
            try:
                yield {**said, **_errors(case, make, position)}
            except Exception as error:
                yield {**said, "failed": failure(error)}


def _ways(layout: str) -> Iterator[tuple[str, str, Callable[[Case, int], Turn]]]:
    """List everybody who takes positions rather than cosines and sines.

    Yields
    ------
    name, axes, make
        `make` returns what rotates a case from a position on.
    """
    yield "ropespec", "bhsd", _own
    for rival in RIVALS:
        right = layout in rival.layouts and rival.own_tables and not rival.compiled
        if right and rival.installed:
            yield rival.name, rival.axes[0], rival.make


def _own(case: Case, position: int) -> Turn:
    """Rotate as this project does."""
    return lambda q, k: rotate(q, k, position, case.config, axes=case.axes)


def _errors(case: Case, make: Callable[[Case, int], Turn], position: int) -> dict[str, object]:
    """Rotate and compare with the oracle."""
    q, k = case.tensors(seed=position)
    turned = make(case, position)(q, k)[0].detach().double()
    if case.axes == "bshd":
        q, turned = q.transpose(1, 2), turned.transpose(1, 2)
    x = q.double().numpy()
    truth = oracle.rotate(x, [[position]], case.config)
    error = np.abs(turned.numpy() - truth)
    units = _units(error, truth, x, case.dtype, case.layout)
    return {"error": float(error.max()), "units": units}


def _units(
    error: np.typing.NDArray[np.float64],
    truth: np.typing.NDArray[np.float64],
    x: np.typing.NDArray[np.float64],
    dtype: str,
    layout: str,
) -> float:
    """Largest error in last places, where the component is not small beside its pair."""
    if layout == "half":
        norm = np.hypot(*np.split(x, 2, axis=-1))
        norm = np.concatenate([norm, norm], axis=-1)
    else:
        norm = np.hypot(x[..., ::2], x[..., 1::2]).repeat(2, axis=-1)
    large = np.abs(truth) > norm * 2.0**-6
    _, exponent = np.frexp(truth)
    return float((error / np.ldexp(1.0, exponent - _DIGITS[dtype]))[large].max())

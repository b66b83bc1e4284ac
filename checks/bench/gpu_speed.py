"""How fast the kernel is beside copying and its peers, and how far everybody is off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from ropespec.reference import oracle
from ropespec.reference.torch import rotate

from .gpu_timing import beside
from .gpu_ways import Setting, Way, copying, own, own_gradients, peers

Row = dict[str, Any]

PEERS_AT = (1, 4096, 16384, 131072)
"""Lengths at which the peers are measured too."""

POSITIONS = (4095, 131071, 1048575)
"""Where the error is measured."""

_SIZES = {"cuda": (32, 8, 128), "cpu": (3, 1, 16)}
_SEQS = {"cuda": (16384, 4096, 131072, 1, 65536, 512), "cpu": (5, 1)}
_DIGITS = {"bfloat16": 8, "float16": 11, "float32": 24}


def speeds(device: str) -> Iterator[Row]:
    """Time every length, dtype, pairing and order of axes; the most telling lengths first.

    Yields
    ------
    dict
        `name`, the setting's fields, and what `beside` returns; or `failed`, a line.
    """
    for seq in _SEQS[device]:
        for dtype in ("bfloat16", "float32"):
            for layout in ("half", "interleaved"):
                for axes in ("bhsd", "bshd"):
                    setting = Setting(1, seq, *_SIZES[device], dtype, layout, axes, device)
                    yield from _one(setting, with_peers=seq in PEERS_AT or device == "cpu")
    batch = 64 if device == "cuda" else 2
    yield from _one(
        Setting(batch, 1, *_SIZES[device], "bfloat16", "half", "bhsd", device), with_peers=True
    )


def _one(setting: Setting, with_peers: bool) -> Iterator[Row]:
    """Time one setting."""
    for way in _guarded(setting, own):
        yield _row(setting, way, 1)
    for way in _guarded(setting, lambda given: iter([own_gradients(given)])):
        yield _row(setting, way, 2)
    if with_peers:
        for way in _guarded(setting, peers):
            yield _row(setting, way, 1)


def _guarded(setting: Setting, ways: Callable[[Setting], Iterator[Way]]) -> Iterator[Way | str]:
    """Pass ways on; one that cannot be made, for want of memory or a name, is a line."""
    try:
        yield from ways(setting)
    except Exception as error:
        yield f"{type(error).__name__}: {str(error).strip()[:120]}"


def _row(setting: Setting, way: Way | str, passes: int) -> Row:
    """Time one way against as many copies as it makes passes."""
    described = {
        "name": way if isinstance(way, str) else way.name,
        "batch": setting.batch,
        "seq": setting.seq,
        "dtype": setting.dtype,
        "layout": setting.layout,
        "axes": setting.axes,
    }
    if isinstance(way, str):
        return {**described, "name": "?", "failed": way}
    try:
        copy = copying(setting)
        floor = copy if passes == 1 else lambda: (copy(), copy())
        return described | beside(way.call, floor, setting.device)
    except Exception as error:
        return {**described, "failed": f"{type(error).__name__}: {str(error).strip()[:120]}"}


def accuracies(device: str) -> Iterator[Row]:
    """Measure errors at far positions.

    Yields
    ------
    dict
        `name`, `dtype`, `layout`, `position`; `error`, the largest one of normal variates; and
        `units`, in last places: of the component, where it is not small beside its pair, and
        for float32 of the pair's norm.
    """
    for dtype in ("bfloat16", "float32"):
        for layout in ("half", "interleaved"):
            for position in POSITIONS:
                setting = Setting(1, 1, *_SIZES[device], dtype, layout, "bhsd", device)
                yield _accuracy(setting, position)


def _accuracy(setting: Setting, position: int) -> Row:
    """Compare one token with the oracle."""
    q, k = setting.tensors()
    at = torch.tensor([position], device=setting.device)
    found = rotate(q, k, at, setting.config)[0].double().cpu().numpy()
    values = q.double().cpu().numpy()
    truth = oracle.rotate(values, [[position]], setting.config)
    pairs = values.reshape(*values.shape[:-1], 2, -1) if setting.layout == "half" else None
    if pairs is not None:
        norm = np.tile(np.hypot(pairs[..., 0, :], pairs[..., 1, :]), 2)
    else:
        norm = np.hypot(values[..., ::2], values[..., 1::2]).repeat(2, axis=-1)
    small = setting.dtype != "float32"
    _, exponent = np.frexp(truth if small else norm)
    units = np.abs(found - truth) / np.ldexp(1.0, exponent - _DIGITS[setting.dtype])
    return {
        "name": "ropespec",
        "dtype": setting.dtype,
        "layout": setting.layout,
        "position": position,
        "error": float(np.abs(found - truth).max()),
        "units": float(units[np.abs(truth) > norm * 2.0**-6].max()),
    }


def tuned(device: str) -> Iterator[Row]:
    """Time other tiles and numbers of programs at one length, for whoever sets the constants.

    Yields
    ------
    dict
        As `speeds`, with `warps`, `heads` of a tile, and `programs` for each processor.
    """
    from ropespec.reference.torch.triton_kernel import launching

    seq = 16384 if device == "cuda" else 5
    kept = launching.SHAPE
    try:
        for layout in ("half", "interleaved"):
            for axes in ("bhsd", "bshd"):
                setting = Setting(1, seq, *_SIZES[device], "bfloat16", layout, axes, device)
                for warps in (1, 2, 4, 8):
                    for lines in (4, 8, 16):
                        for programs in (4, 8, 16, 32):
                            launching.SHAPE = kept._replace(
                                warps=warps, lines=lines, programs=programs
                            )
                            way = next(own(setting))
                            shape = {"warps": warps, "lines": lines, "programs": programs}
                            yield _row(setting, way, 1) | shape
    finally:
        launching.SHAPE = kept

"""What is worked out once for a configuration and used at every call."""

from __future__ import annotations

import json
import threading
from functools import lru_cache, partial
from typing import Any

import torch
from torch import Tensor

from ropespec.reference.config import RotaryConfig

from .arguments import check_config
from .constant import constant
from .native import kernel
from .positions import counted
from .segments import Head, has_digits, head_of
from .tables import Tables, magnitudes, tables_of

_MOST = 256


class Plan:
    """A configuration ready for use.

    Attributes
    ----------
    config
        The configuration.
    key
        The configuration as text, by which the operators of torch.library know it.
    head
        Its pairs as stretches of channels.
    tables
        Its tables, shared with every equal configuration.
    call
        The kernel's `rotate` with the first argument given, None where there is no kernel or
        it cannot form the angles; it gives None or False where `native` has more to do.
    """

    def __init__(self, config: RotaryConfig) -> None:
        self.config = config
        self.key = config_key(config)
        self.head: Head = head_of(config)
        self.tables: Tables = tables_of(config)
        self.digits = has_digits(config)
        module = kernel().module
        self._set_tables = module.set_tables if module else None
        self._handle = module.make_plan(self.key, *self._description()) if module else None
        self._kernel: Any = partial(module.rotate, self._handle) if module else None
        self.call: Any = self._kernel if self.digits else None

    def _description(self) -> tuple[Any, ...]:
        """The head as tuples of whole numbers, for the kernel."""
        config, head = self.config, self.head
        sizes = (config.head_dim, config.pairs, config.sign, len(config.axes))
        segments = tuple(tuple(map(int, segment)) for segment in head.segments)
        return sizes, segments, tuple(tuple(run) for run in head.runs), head.passed

    def native(
        self,
        q: Tensor,
        k: Tensor | None,
        positions: Tensor | int | None,
        axes: int,
        inplace: bool = False,
        out: tuple[Tensor | None, Tensor | None] = (None, None),
        inverse: bool = False,
        rows: tuple[Tensor, Tensor] | tuple[None, None] = (None, None),
    ) -> tuple[Tensor, ...] | None:
        """Rotate by the C++ kernel, or return None where the call is not for it.

        Parameters
        ----------
        q, k
            Queries and keys; `k` may be None.
        positions
            Whole numbers, or the first of a running count; None for 0.
        axes
            A value of `AXES`.
        inplace
            Write into `q` and `k`.
        out
            Write there.
        inverse
            Turn back.
        rows
            Cosines and sines, float64 or float32, shape `(batch or 1, seq, pairs)`, in place
            of positions.
        """
        call = self.call if rows[0] is None else self._kernel
        if call is None:
            return None
        done: Any = call(q, k, positions, 0, axes, inverse, inplace, *out, *rows)
        while done is False:  # rows of the tables are missing
            self._cover(q, positions, axes)
            done = call(q, k, positions, 0, axes, inverse, inplace, *out, *rows)
        return done  # type: ignore[no-any-return]

    def _cover(self, q: Tensor, positions: Tensor | int | None, axes: int) -> None:
        """Give the kernel the rows that these positions need."""
        if not isinstance(positions, Tensor):
            positions = counted(positions or 0, q.shape[(2, 1, 0)[axes]], q.device)
        self.tables.cover(magnitudes(positions))
        assert self._set_tables is not None  # noqa: S101 - for the type checker
        with _lock:  # another thread may have made more tables in between
            self._set_tables(self._handle, self.tables.levels, self.tables.marks)


_plans: dict[int, tuple[RotaryConfig, Plan]] = {}
_lock = threading.Lock()


def plan_of(config: RotaryConfig) -> Plan:
    """Return the plan of a configuration: the same one for equal configurations.

    A configuration that was seen before is known by its identity, which takes no time. It is
    kept alive beside its plan, so that no other object can take the identity over.
    """
    seen = _plans.get(id(config))
    if seen is not None:
        return seen[1]
    check_config(config)
    plan = _shared(config)
    with _lock:
        if len(_plans) >= _MOST:
            _plans.clear()
        _plans[id(config)] = config, plan
    return plan


@lru_cache(maxsize=_MOST)
def _shared(config: RotaryConfig) -> Plan:
    """One plan for equal configurations."""
    return Plan(config)


@lru_cache(maxsize=_MOST)
def plan_by_key(key: str, length: int | None = None) -> Plan:
    """Return the plan of a configuration given as text, that in force for a length."""
    config = config_by_key(key)
    return _shared(config if length is None else config.at_length(length))


@lru_cache(maxsize=_MOST)
def config_by_key(key: str) -> RotaryConfig:
    """Return a configuration given as text."""
    return RotaryConfig.from_dict(json.loads(key))


@constant
def config_key(config: RotaryConfig) -> str:
    """Return a configuration as text, which says all of it."""
    return json.dumps(config.to_dict(), separators=(",", ":"))


def no_forward_gradients() -> bool:
    """Whether no forward-mode gradient is being taken."""
    return torch.autograd.forward_ad._current_level < 0

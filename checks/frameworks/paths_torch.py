"""The ways in which torch can run a function."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from ropespec.checks.observation import Path

from .framework import Function


def _eager(function: Function) -> Function:
    """Run it as it is."""
    return function


@functools.lru_cache(maxsize=8)  # what was compiled once serves all calls
def _compiled(function: Function) -> Function:
    """Run it through `torch.compile`."""
    torch._dynamo.reset()
    compiled: Function = torch.compile(function)
    return compiled


def _exported(function: Function) -> Function:
    """Run what `torch.export` makes of it for these very arguments."""

    class Whole(torch.nn.Module):
        def forward(self, *arguments: Any) -> Any:
            return function(*arguments)

    def run(*arguments: Any) -> Any:
        return torch.export.export(Whole(), arguments).module()(*arguments)

    return run


def _vmapped(function: Function) -> Function:
    """Run it under `torch.vmap` over the batch: each run sees a batch of one row."""

    def row(*arguments: Any) -> Any:
        result = function(*(each.unsqueeze(0) for each in arguments))
        if isinstance(result, tuple | list):
            return type(result)(each.squeeze(0) for each in result)
        return result.squeeze(0)

    mapped: Function = torch.vmap(row)
    return mapped


def _within(context: Callable[[], Any]) -> Callable[[Function], Function]:
    """Run a function within a context."""

    def path(function: Function) -> Function:
        def run(*arguments: Any) -> Any:
            with context():
                return function(*arguments)

        return run

    return path


PATHS: dict[Path, Callable[[Function], Function]] = {
    "eager": _eager,
    "compiled": _compiled,
    "exported": _exported,
    "vmap": _vmapped,
    "autocast": _within(lambda: torch.autocast("cpu", dtype=torch.bfloat16)),
    "no-grad": _within(torch.no_grad),
}
"""What makes of a function one that is run in another way."""

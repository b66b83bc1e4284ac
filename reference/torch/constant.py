"""Functions whose results torch.compile may take as constants of the program."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Marked = TypeVar("Marked", bound=Callable[..., object])


def constant(function: Marked) -> Marked:
    """Mark a function that torch.compile calls once and does not look into.

    This is what `torch.compiler.assume_constant_result` does; that one imports the compiler
    first, which takes longer than all the rest of an import, compiled or not.
    """
    function._dynamo_marked_constant = True  # type: ignore[attr-defined]
    return function

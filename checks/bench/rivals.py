"""Everybody else's rotation, each called as its users call it, with its own tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any, NamedTuple

import torch

from ropespec.checks.peers.timm_models import OPERATORS

from . import rival_libraries as libraries
from . import rival_operators as operators
from .cases import Case
from .rival_operators import Turn

HALVES, NEIGHBOURS, EITHER = ("half",), ("interleaved",), ("half", "interleaved")
HEADS_FIRST, SEQUENCE_FIRST, ANY = ("bhsd",), ("bshd",), ("bhsd", "bshd")


class Rival(NamedTuple):
    """A way to rotate that is not this project's.

    Attributes
    ----------
    name
        What it is called in the results.
    package, distribution
        What is imported, and what is installed for it; empty for torch itself.
    layouts, axes
        What it can do without a copy.
    make
        Builds its tables for a case that begins at a position, and returns what rotates.
    own_tables
        Whether it computes cosines and sines itself. Those of the others are given, and what
        they are off by would say nothing about them.
    dtypes
        Names of dtypes that it takes.
    compiled
        Whether torch.compile is needed, for seconds.
    """

    name: str
    package: str
    distribution: str
    layouts: tuple[str, ...]
    axes: tuple[str, ...]
    make: Callable[[Case, int], Turn]
    own_tables: bool = True
    dtypes: tuple[str, ...] = ("float32", "bfloat16", "float16")
    compiled: bool = False

    def takes(self, case: Case) -> bool:
        """Whether it is installed and can do a case."""
        return (
            self.installed
            and case.layout in self.layouts
            and case.axes in self.axes
            and case.dtype in self.dtypes
        )

    @property
    def installed(self) -> bool:
        """Whether it can be imported."""
        return all(find_spec(name) is not None for name in self.package.split())


RIVALS = (
    Rival(
        "Hugging Face transformers, eager", "transformers", "transformers",
        HALVES, ANY, libraries.huggingface,
    ),
    Rival("torchtune", "torchtune torchao", "torchtune",
          NEIGHBOURS, SEQUENCE_FIRST, libraries.torchtune),
    Rival(
        "rotary-embedding-torch", "rotary_embedding_torch", "rotary-embedding-torch",
        NEIGHBOURS, ANY, libraries.rotary_embedding_torch,
    ),
    Rival("x-transformers", "x_transformers", "x-transformers",
          NEIGHBOURS, HEADS_FIRST, libraries.x_transformers),
    Rival("litgpt", "litgpt", "litgpt", HALVES, HEADS_FIRST, libraries.litgpt),
    Rival("diffusers", "diffusers", "diffusers", EITHER, ANY, libraries.diffusers),
    Rival("timm, tables given", "timm", "timm", EITHER, HEADS_FIRST, libraries.timm, False),
    Rival(
        "onnxruntime, opset 23, given output", "onnxruntime onnx", "onnxruntime",
        EITHER, HEADS_FIRST, operators.onnxruntime, False, ("float32",),
    ),
    Rival(
        "torch.onnx.ops.rotary_embedding", "torch.onnx.ops", "",
        EITHER, HEADS_FIRST, operators.torch_onnx, False,
    ),
    Rival("complex multiply, eager", "", "", NEIGHBOURS, ANY, operators.complex_multiply),
    Rival(
        "torch.compile, plain form", "", "", EITHER, ANY, operators.compiled_plain,
        compiled=True,
    ),
    Rival(
        "torch.compile, cast first", "", "", EITHER, ANY, operators.compiled_cast_first,
        compiled=True,
    ),
)  # fmt: skip


def rivals(case: Case, compiled: bool) -> Iterator[Rival]:
    """List those that are installed and can do a case."""
    for rival in RIVALS:
        if rival.takes(case) and (compiled or not rival.compiled):
            yield rival


def load_torchvision() -> None:
    """Make torchvision importable, which several peers import.

    Its build for GPUs does not load beside a torch without them unless the names of its
    operators are known; none is called.
    """
    if find_spec("torchvision") is not None:
        try:
            import_module("torchvision")
        except RuntimeError:
            library: Any = torch.library
            for name in OPERATORS:
                _FRAGMENT.append(library.Library("torchvision", "FRAGMENT"))
                _FRAGMENT[-1].define(f"{name}(Tensor x) -> Tensor")


_FRAGMENT: list[Any] = []
"""Names that are known as long as these are kept."""


def versions() -> dict[str, str | None]:
    """Return the version of each distribution, None for what is not installed."""
    found: dict[str, str | None] = {}
    for name in dict.fromkeys(rival.distribution for rival in RIVALS if rival.distribution):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = None
    return found


def failure(error: Exception) -> str:
    """Say in one line why a peer could not be called."""
    lines: Any = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0] if lines else 'no message'}"

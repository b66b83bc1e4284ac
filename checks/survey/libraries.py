"""The libraries that are surveyed, and those that cannot be, with the reason."""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ropespec.checks.errors import CheckError
from ropespec.checks.peers import Peer

LOCKS = Path(__file__).parent / "locks"
"""A file of exact versions for each library, and one that all environments share."""


@dataclass(frozen=True)
class Library:
    """A package, and what of it is judged.

    Attributes
    ----------
    name
        As pip knows it; the name of its lock file and of its environment.
    listed
        The module of `ropespec.checks.peers` that calls it, and its list of implementations.
    wanted
        What its lock file was made for, as pip takes it.
    variables
        Environment variables that it needs.
    built
        Packages of its lock file that the index has no wheel of: they are built last, by what
        else is in the environment.
    missing
        Why it cannot be judged, the empty text if it can.
    """

    name: str
    listed: str = ""
    wanted: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    built: tuple[str, ...] = ()
    missing: str = ""

    @property
    def lock(self) -> Path:
        """The file of its exact versions."""
        return LOCKS / f"{self.name}.txt"

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Its implementations, none where it cannot be judged."""
        if self.missing:
            return ()
        module, name = self.listed.split(":")
        found: tuple[Peer, ...] = getattr(
            importlib.import_module(f"ropespec.checks.peers.{module}"), name
        )
        return found


LIBRARIES = (
    Library("transformers", "huggingface:PEERS", ("transformers==5.23.0",)),
    Library("torch", "torch_operators:PEERS"),
    Library("onnx", "onnx_operators:REFERENCE", ("onnx==1.23.2",)),
    Library("onnxruntime", "onnx_operators:RUNTIME", ("onnxruntime==1.32.0", "onnx==1.23.2")),
    Library("torchtune", "torchtune_modules:PEERS", ("torchtune==0.6.1", "torchao==0.15.0")),
    Library("litgpt", "litgpt_models:PEERS", ("litgpt==0.5.13",)),
    Library(
        "rotary-embedding-torch",
        "lucidrains:ROTARY_EMBEDDING_TORCH",
        ("rotary-embedding-torch==0.9.1",),
    ),
    Library("x-transformers", "lucidrains:X_TRANSFORMERS", ("x-transformers==2.31.10",)),
    Library("diffusers", "diffusers_models:PEERS", ("diffusers==0.42.1",)),
    Library("timm", "timm_models:PEERS", ("timm==1.0.31", "torchvision==0.28.0")),
    Library("equinox", "equinox_modules:PEERS", ("equinox==0.13.8",)),
    Library(
        "keras-hub",
        "keras_hub_layers:PEERS",
        ("keras-hub==0.32.0",),
        variables={"KERAS_BACKEND": "torch"},
    ),
    Library("mlx", "mlx_fast:PEERS", ("mlx[cpu]==0.32.4",)),
    Library(
        "liger-kernel",
        "liger_kernels:PEERS",
        ("liger-kernel==0.8.5", "triton==3.9.0"),
        variables={"TRITON_INTERPRET": "1"},
    ),
    Library(
        "flash-attn",
        "flash_attention:PEERS",
        ("flash-attn==2.8.3.post2", "triton==3.9.0"),
        variables={
            "TRITON_INTERPRET": "1",
            "FLASH_ATTENTION_FORCE_BUILD": "TRUE",
            "FLASH_ATTENTION_SKIP_CUDA_BUILD": "TRUE",
        },
        built=("flash-attn",),
    ),
    Library("pywhispercpp", "ggml_operators:PEERS", ("pywhispercpp==1.5.1",)),
    Library(
        "tinygrad",
        wanted=("tinygrad==0.14.0",),
        missing="0.14.0: tinygrad.llm.model, which has its rotary embedding, does not import "
        "from the wheel (see the findings); its compiler for processors is clang, which no "
        "wheel brings",
    ),
    Library(
        "llama-cpp-python",
        missing="0.3.36: the index has a source archive and no wheel; nothing was built. Its "
        "operator is that of ggml, which is judged from the wheel of pywhispercpp",
    ),
    Library(
        "xformers",
        missing="0.0.35: its extension is built for torch 2.10 with CUDA and Python 3.10 and "
        "does not load; rope_padded, in Triton, rotates into a cache by an attention bias and "
        "has no form without one",
    ),
    Library("jax", missing="0.10.2 has no rotary embedding of its own"),
    Library(
        "flax", missing="0.12.8, the last for Python 3.11, has no rotary embedding of its own"
    ),
)
"""In the order of the tables."""

EXAMPLE = "see ropespec survey --list"


def chosen(names: Sequence[str]) -> list[tuple[Library, tuple[Peer, ...]]]:
    """Return the libraries that are named, with the implementations that are.

    Parameters
    ----------
    names
        `library` or `library/implementation`; none names all.

    Raises
    ------
    CheckError
        One line, if there is no such library or implementation.
    """
    if not names:
        return [(library, library.peers) for library in LIBRARIES]
    known = {library.name: library for library in LIBRARIES}
    wanted: dict[str, set[str]] = {}
    for name in names:
        first, _, slug = name.partition("/")
        if first not in known:
            raise CheckError(_unknown("name", name, list(known)))
        slugs = [peer.slug for peer in known[first].peers]
        if slug and slug not in slugs:
            raise CheckError(_unknown(f"{first}/...", slug, slugs))
        wanted.setdefault(first, set()).update([slug] if slug else slugs)
    return [
        (library, tuple(peer for peer in library.peers if peer.slug in wanted[library.name]))
        for library in LIBRARIES
        if library.name in wanted
    ]


def _unknown(what: str, given: str, known: Sequence[str]) -> str:
    """Say that there is nothing of that name, and what may be meant."""
    near = difflib.get_close_matches(given, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return (
        f"survey: {what}: got {given!r}, expected a surveyed implementation{hint} ({EXAMPLE})"
    )

"""Honest implementations that must pass, and planted bugs that must fail."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from .entry import Entry

MODULES = (
    "honest_whole",
    "honest_partial",
    "honest_scaled",
    "honest_sines",
    "honest_lengths",
    "planted_deviations",
    "planted_numpy",
    "planted_scaling",
    "planted_lengths",
    "planted_axes",
    "planted_memory",
    "planted_laws",
)
"""Parts of the corpus that need NumPy alone."""

TORCH_MODULES = (
    "honest_torch",
    "honest_torch_ways",
    "planted_torch_angles",
    "planted_torch_gradients",
    "planted_torch_turns",
    "planted_torch_laws",
)
"""Parts that need torch, left out where it is not installed."""

__all__ = ["Entry", "honest", "planted"]


def _entries(kind: str, frameworks: tuple[str, ...], slow: bool) -> Iterator[Entry]:
    """Yield the entries of modules whose name begins with a kind."""
    modules: tuple[str, ...] = MODULES
    if "torch" in frameworks and find_spec("torch") is not None:
        modules += TORCH_MODULES
    for name in (name for name in modules if name.startswith(kind)):
        module = import_module(f".{name}", __name__)
        entries: tuple[Entry, ...] = getattr(module, kind.upper())
        yield from (entry for entry in entries if slow or not entry.slow)


def honest(
    frameworks: tuple[str, ...] = ("numpy", "torch"), *, slow: bool = False
) -> tuple[Entry, ...]:
    """Return the honest implementations of the frameworks that are installed.

    Parameters
    ----------
    frameworks
        Which to look at.
    slow
        Whether to include those that take seconds.
    """
    return tuple(_entries("honest", frameworks, slow))


def planted(
    frameworks: tuple[str, ...] = ("numpy", "torch"), *, slow: bool = False
) -> tuple[Entry, ...]:
    """Return the planted bugs of the frameworks that are installed; parameters as `honest`."""
    return tuple(_entries("planted", frameworks, slow))

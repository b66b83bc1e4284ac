"""What is put into a target and what comes out of it: the words that all of `checks` shares.

Arrays of values are float64 whatever format the target works in: what goes in is exactly
representable in that format, what comes out is widened exactly. Their shape is always
`(batch, heads, seq, head_dim)`, whatever axis order the target takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from ropespec.reference.arrays import FloatArray, IntArray

from .errors import TargetRaised

Memory = Literal["contiguous", "transposed", "offset", "expanded", "sliced", "unaligned"]
"""How an array lies in memory: one block in order; with the axes of heads and sequence
exchanged; inside a larger array, away from its start by whole pairs of channels; one head for
all, which is the same memory; every second channel of a wider array; or away from the start by
an odd number of channels."""

Path = Literal["eager", "compiled", "exported", "vmap", "autocast", "no-grad", "jit"]
"""The way in which a framework runs the target: as it is, or through its compiler, exporter,
batching transformation, automatic lower precision, or without recording gradients."""

Role = Literal["query", "key"]
"""Which array of the signature `qk` is meant; the signature `x` has a query only."""


@dataclass(frozen=True, eq=False)
class Case:
    """One input.

    Attributes
    ----------
    name
        What is special about it, in a few words.
    q
        Queries, or the only array of signature `x`, `(batch, heads, seq, head_dim)`.
    k
        Keys, `(batch, key heads, seq, head_dim)`, None for signature `x`.
    positions
        Int64, `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    dtype
        The format that the target receives the values in, a name of `formats.FORMATS`.
    memory
        How the arrays of values lie in memory.
    path
        The way in which the framework runs the target.
    """

    name: str
    q: FloatArray
    k: FloatArray | None
    positions: IntArray
    dtype: str
    memory: Memory = "contiguous"
    path: Path = "eager"

    def values(self, role: Role) -> FloatArray | None:
        """Return the queries or the keys."""
        return self.q if role == "query" else self.k


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one call did.

    Attributes
    ----------
    q, k
        The rotated values; None where there are none (signature `x`, or a fault).
    fault
        Why there are no values: it raised, or returned no array of the right shape.
    lost
        What the outputs did not keep of their inputs, in words: dtype and device. Empty
        when all was kept.
    changed
        Names of the inputs that the call changed: `x`, `q`, `k`, `positions`.
    printed
        What the call wrote on stdout and stderr, shortened.
    altered
        Global state that the call changed, in words; all but random states has been put back.
    """

    q: FloatArray | None
    k: FloatArray | None
    fault: TargetRaised | None = None
    lost: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    printed: str = ""
    altered: tuple[str, ...] = ()

    def values(self, role: Role) -> FloatArray | None:
        """Return the rotated queries or keys."""
        return self.q if role == "query" else self.k


@dataclass(frozen=True, eq=False)
class Exposed:
    """Numbers that a target shows besides rotating.

    Attributes
    ----------
    inv_freq
        Its inverse frequencies, `(pairs,)`, widened exactly; None if it shows none.
    attention_factor
        Its attention factor, None if it shows none.
    """

    inv_freq: FloatArray | None = None
    attention_factor: float | None = None


@dataclass(frozen=True, eq=False)
class Observation:
    """One input and what the target made of it."""

    case: Case
    outcome: Outcome


class Probe(Protocol):
    """A target seen as one function of values, whatever its signature and framework."""

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The formats it is claimed to work in, the most precise first."""

    @property
    def roles(self) -> tuple[Role, ...]:
        """The arrays that it takes: a query, or a query and a key."""

    @property
    def max_position(self) -> int | None:
        """The largest position it is claimed to work at, None for no limit."""

    def rotate(
        self, values: FloatArray, positions: IntArray, dtype: str, role: Role = "query"
    ) -> FloatArray:
        """Call the target.

        Parameters
        ----------
        values
            `(batch, heads, seq, head_dim)`, exactly representable in `dtype`.
        positions
            `(batch, seq)` or `(batch, seq, axes)`, int64.
        dtype
            The format of the call.
        role
            Whether the values go in as queries or as keys.

        Returns
        -------
        FloatArray
            Rotated values, widened exactly, shape of `values`.

        Raises
        ------
        TargetRaised
            If the target raised or returned no array of the right shape.
        """

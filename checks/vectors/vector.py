"""What a test vector is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import ropespec
from ropespec.checks.bugs import BUGS
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.arrays import FloatArray, IntArray

from .numbers import hexed

FORMAT = 1
"""Version of the file format: it grows when a reader of the old one would go wrong."""

Result = Literal["valid", "acceptable"]
"""`valid`: must be computed. `acceptable`: may be refused with an error, as a table that ends
before such positions does; whoever answers must answer right."""

PROVENANCE = {
    "expected": "x rotated by the exact phases of the oracle: fixed-point turns (theorems H5, "
    "H6), each component within 1 ulp of float64 at the norm of its pair",
    "budget": "proved bound for an implementation that forms frequencies, angle and rotation "
    "in float32, tables and sums in the vector's format (theorems H1-H4), rounded up; 0 for "
    "channels that must come back bit for bit",
}
"""Where the numbers come from."""


@dataclass(frozen=True, eq=False)
class Vector:
    """One input with what should come out.

    Attributes
    ----------
    id
        Its name: of the set, the kind and the format. It never changes its meaning.
    comment
        What is special about it.
    flags
        Slugs of the bugs that it shows.
    result
        Whether it must be computed.
    dtype
        The format of input and output.
    positions
        Int64, `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    x
        Values that the format holds, `(batch, heads, seq, head_dim)`.
    expected
        The true rotation in float64, shape of `x`.
    budget
        The largest error that an honest implementation makes, shape of `x`.
    """

    id: str
    comment: str
    flags: tuple[str, ...]
    result: Result
    dtype: str
    positions: IntArray
    x: FloatArray
    expected: FloatArray
    budget: FloatArray

    def as_dict(self) -> dict[str, Any]:
        """Return the vector as JSON values, arrays flat in C order."""
        return {
            "id": self.id,
            "comment": self.comment,
            "flags": list(self.flags),
            "result": self.result,
            "dtype": self.dtype,
            "shape": list(self.x.shape),
            "positions": self.positions.tolist(),
            **{name: list(map(hexed, getattr(self, name).ravel())) for name in ARRAYS},
        }


ARRAYS = ("x", "expected", "budget")
"""The arrays of a vector that have the shape of its input."""


@dataclass(frozen=True, eq=False)
class VectorSet:
    """The vectors of one configuration.

    Attributes
    ----------
    name
        The first part of the ids.
    config
        What is computed.
    vectors
        At least one.
    seed
        What decided the values.
    command
        The command that makes the files again.
    """

    name: str
    config: RotaryConfig
    vectors: tuple[Vector, ...]
    seed: int
    command: str

    def header(self) -> dict[str, Any]:
        """Return everything but the vectors, as JSON values.

        `channels` says which channels are read as pairs, where each pair is written, and by
        which axis of the positions it turns ([] for ordinary positions); `inv_freq` and
        `attention_factor` say how: who has no reader of configurations can go by these.
        """
        channels = layout_channels(self.config)
        used = sorted({flag for vector in self.vectors for flag in vector.flags})
        return {
            "ropespec_vectors": FORMAT,
            "name": self.name,
            "config": self.config.to_dict(),
            "channels": {
                "read": channels.read.tolist(),
                "write": channels.write.tolist(),
                "axis": channels.axis.tolist() if self.config.axes else [],
            },
            "inv_freq": list(map(hexed, self.config.inv_freq())),
            "attention_factor": hexed(self.config.amplitude),
            "provenance": {
                "spec_version": ropespec.__version__,
                "seed": self.seed,
                "command": self.command,
                **PROVENANCE,
            },
            "notes": {slug: _note(slug) for slug in used},
        }


def _note(slug: str) -> dict[str, Any]:
    """Say what is known about a kind of bug."""
    bug = BUGS[slug]
    return {
        "title": bug.title,
        "description": bug.description,
        "reveals": bug.reveals,
        "fix": bug.fix,
        "links": [address for _, address in bug.links],
    }

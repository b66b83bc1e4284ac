"""How the coordinates of a position share out the pairs of a head.

One description serves every scheme with several axes. Either each pair belongs to one
coordinate and has a place in a series of frequencies (`Arrangement`),

    phi_i = unit * base_a ** (-2 index_i / width_i) * p_a,    a = axis_i,

or each pair turns by a weighted sum of all coordinates (`Mixed`, RoPE-Mixed, Heo et al.,
arXiv 2403.13298),

    phi_i = unit * (omega_i1 p_1 + omega_i2 p_2 + ...).

`arrange` deals the pairs out to the axes. The schemes of published models are rows of
`axes.SCHEMES`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from fractions import Fraction
from numbers import Real
from typing import Any, ClassVar

from .errors import ConfigError
from .validate import choice, known_keys, listed, real, whole, wholes

UNITS: dict[str, Fraction | None] = {
    "radian": None,
    "turn": Fraction(1),
    "half-turn": Fraction(1, 2),
    "quarter-turn": Fraction(1, 4),
}
"""What a frequency of 1 turns a pair by, for a position of 1; in turns, None for a radian."""

SERIES = ("restart", "shared", "dealt", "rising", "spanned")
"""How a pair's place in its series follows from its place on its axis; see `arrange`."""


@dataclass(frozen=True)
class Arrangement:
    """Each pair turned by one coordinate.

    Attributes
    ----------
    axis
        Number of the coordinate that turns each pair, in the layout's order of pairs.
    index, width
        Each pair's frequency is `base ** (-2 * index / width)`.
    bases
        Base for each axis; () where all have the configuration's.
    unit
        A name of `UNITS`.

    Raises
    ------
    ConfigError
        If lists differ in length, an axis has no pair, or a value is out of range.
    """

    axis: tuple[int, ...]
    index: tuple[int, ...]
    width: tuple[int, ...]
    bases: tuple[float, ...] = ()
    unit: str = "radian"

    def __post_init__(self) -> None:
        """Check every list and that no axis is left out."""
        axis = _wholes("axis", self.axis, least=0)
        values = {
            "axis": axis,
            "index": _wholes("index", self.index, least=None),
            "width": _wholes("width", self.width, least=1),
            "bases": tuple(_base(base) for base in _listed("bases", self.bases)),
            "unit": choice("arrangement.unit", self.unit, UNITS),
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        for key in ("index", "width"):
            _length(key, values[key], len(axis), "one for each entry of axis")
        missing = next(number for number in range(len(axis) + 1) if number not in axis)
        if missing <= max(axis, default=0):
            expected = "every axis from 0 on to turn at least one pair"
            raise ConfigError("arrangement.axis", axis, expected, f"add axis {missing}")
        if self.bases:
            _length("bases", self.bases, len(self.counts), "one for each axis")

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return len(self.axis)

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of pairs that each axis turns."""
        return tuple(self.axis.count(axis) for axis in range(max(self.axis) + 1))

    @property
    def plain(self) -> bool:
        """Whether a frequency law can act on it: one base, falling series, radians."""
        return not self.bases and self.unit == "radian" and min(self.index) >= 0

    @property
    def in_blocks(self) -> bool:
        """Whether the pairs come axis by axis."""
        return self.axis == tuple(sorted(self.axis))


@dataclass(frozen=True)
class Mixed:
    """Each pair turned by a weighted sum of all coordinates.

    The weights are taken as the exact rational numbers that the floats are, so the oracle is
    exact for them.

    Attributes
    ----------
    matrix
        omega, one row for each pair and one column for each coordinate.
    unit
        A name of `UNITS`.

    Raises
    ------
    ConfigError
        If rows differ in length or a weight is not finite.
    """

    matrix: tuple[tuple[float, ...], ...]
    unit: str = "radian"

    plain: ClassVar[bool] = False
    """A frequency law has nothing to act on."""

    in_blocks: ClassVar[bool] = False
    """Every pair is of all axes."""

    def __post_init__(self) -> None:
        """Check the rows."""
        rows = tuple(_weights(row) for row in _listed("matrix", self.matrix))
        if not rows or len(rows[0]) < 2:
            expected = "a row for each pair, with a weight for each of at least two axes"
            raise ConfigError("arrangement.matrix", self.matrix, expected, "give the weights")
        for row in rows:
            _length("matrix", row, len(rows[0]), "rows of one length")
        object.__setattr__(self, "matrix", rows)
        choice("arrangement.unit", self.unit, UNITS)

    @property
    def pairs(self) -> int:
        """Number of pairs."""
        return len(self.matrix)

    @property
    def counts(self) -> tuple[int, ...]:
        """Number of pairs that each axis turns: all."""
        return (self.pairs,) * len(self.matrix[0])


def arrange(
    counts: Sequence[int],
    groups: Sequence[Sequence[int]] | None = None,
    series: str = "restart",
    **options: Any,
) -> Arrangement:
    """Deal pairs out to axes.

    Parameters
    ----------
    counts
        Pairs for each axis.
    groups
        Order of the pairs: group after group; inside a group the axes take turns, an axis
        that has all its pairs is passed over. None is one group for each axis, in order.
    series
        The place of an axis's j-th pair, i-th of all n pairs, with n_a pairs on its axis a
        among K: "restart" 2j/2n_a, a series of its own for each axis; "shared" 2i/2n, one
        series over all pairs as they come; "dealt" 2(jK + a)/2n, one series dealt out in
        turn; "rising" -2j/2(n_a - 1), upwards to the base itself; "spanned" 2j/2(n_a - 1),
        downwards to one over the base itself.
    **options
        `bases` and `unit` of `Arrangement`.

    Raises
    ------
    ConfigError
        If the groups do not name every axis once, or a value is wrong.

    Examples
    --------
    >>> from ropespec.reference.arrangement import arrange
    >>> arrange((3, 2, 2), [(0, 1, 2)], "shared").axis
    (0, 1, 2, 0, 1, 2, 0)
    >>> arrange((2, 2, 1), [(1, 2), (0,)]).axis
    (1, 2, 1, 0, 0)
    """
    each = wholes("counts", counts, least=1, advice="give pairs per axis")
    order: tuple[tuple[int, ...], ...] = tuple((axis,) for axis in range(len(each)))
    if groups is not None:
        advice = "name axes by their numbers"
        order = tuple(
            wholes("groups", group, least=0, advice=advice)
            for group in listed("groups", groups, "groups of axes")
        )
    if sorted(axis for group in order for axis in group) != list(range(len(each))):
        expected = f"every axis from 0 to {len(each) - 1} once"
        raise ConfigError("groups", order, expected, "name each axis in one group")
    choice("series", series, SERIES)
    axis = [taken for group in order for taken in _in_turn(group, each)]
    places = [axis[:i].count(a) for i, a in enumerate(axis)]
    total = len(axis)
    index, width = zip(
        *(
            {
                "restart": (j, 2 * each[a]),
                "shared": (i, 2 * total),
                "dealt": (j * len(each) + a, 2 * total),
                "rising": (-j, 2 * max(each[a] - 1, 1)),
                "spanned": (j, 2 * max(each[a] - 1, 1)),
            }[series]
            for i, (a, j) in enumerate(zip(axis, places, strict=True))
        ),
        strict=True,
    )
    return Arrangement(tuple(axis), index, width, **options)


def parse_arrangement(value: Any) -> Arrangement | Mixed | None:
    """Turn whatever may stand for an arrangement into one; a dict has its fields as keys.

    Raises
    ------
    ConfigError
        If it is no arrangement.
    """
    if value is None or isinstance(value, Arrangement | Mixed):
        return value
    if not isinstance(value, Mapping):
        advice = "or leave it out to give the axes their pairs one after the other"
        expected = "a dict with the keys 'axis', 'index', 'width', or 'matrix'"
        raise ConfigError("arrangement", value, expected, advice)
    kind: type[Arrangement | Mixed] = Mixed if "matrix" in value else Arrangement
    known_keys("arrangement", value, [field.name for field in fields(kind)])
    for key in ("matrix",) if kind is Mixed else ("axis", "index", "width"):
        if key not in value:
            raise ConfigError("arrangement", dict(value), f"the key {key!r}", "add it")
    return kind(**value)


def arrangement_dict(arrangement: Arrangement | Mixed | None) -> dict[str, Any] | None:
    """Return an arrangement as JSON values; `parse_arrangement` reads them."""
    return None if arrangement is None else asdict(arrangement)


def _in_turn(group: Sequence[int], counts: Sequence[int]) -> list[int]:
    """Deal the pairs of the axes of one group in turn."""
    rounds = range(max(counts[axis] for axis in group))
    return [axis for round_ in rounds for axis in group if round_ < counts[axis]]


def _listed(key: str, value: Any) -> list[Any]:
    """Return a list's entries."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise ConfigError(f"arrangement.{key}", value, "a list", "see `Arrangement`")
    return list(value)


def _wholes(key: str, value: Any, *, least: int | None) -> tuple[int, ...]:
    """Check a list of whole numbers."""
    bound = -(2**31) if least is None else least
    name, advice = f"arrangement.{key}", "give one for each pair"
    return tuple(whole(name, n, least=bound, advice=advice) for n in _listed(key, value))


def _weights(row: Any) -> tuple[float, ...]:
    """Check one row of weights."""
    return tuple(_weight(weight) for weight in _listed("matrix", row))


def _weight(value: Any) -> float:
    """Check one weight: learned ones may be as small as floats get."""
    real_number = isinstance(value, Real) and not isinstance(value, bool)
    if not real_number or not abs(value) <= sys.float_info.max:
        advice = "give radians per unit of each coordinate"
        raise ConfigError("arrangement.matrix", value, "a finite number", advice)
    return float(value)


def _base(value: Any) -> float:
    """Check one axis's base."""
    return real("arrangement.bases", value, above=1, advice="10000.0 is the paper's")


def _length(key: str, value: Sequence[Any], length: int, why: str) -> None:
    """Check a list's length."""
    if len(value) != length:
        expected = f"{length} entries, {why}"
        raise ConfigError(f"arrangement.{key}", value, expected, f"it has {len(value)}")

"""What is claimed of a target: declared by its user, verified by the laws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ropespec.checks.frameworks import framework_kind
from ropespec.reference.errors import ConfigError
from ropespec.reference.formats import FORMATS
from ropespec.reference.validate import choice, whole

SIGNATURES: dict[str, tuple[str, ...]] = {
    "x": ("x", "positions"),
    "qk": ("q", "k", "positions"),
}
"""The ways a target can be called: the arguments of each."""

AXES: dict[str, tuple[int, int, int, int]] = {"bhsd": (0, 1, 2, 3), "bshd": (0, 2, 1, 3)}
"""Axis orders: where each axis of the target's arrays stands in (batch, heads, seq, dim)."""

FARTHEST = 2**62
"""No end that is claimed is as far: what lies beyond an end is tried, twice as far too."""


@dataclass(frozen=True)
class Claims:
    """What is claimed of a target, besides its configuration.

    Attributes
    ----------
    framework
        The arrays it takes, a name of `FRAMEWORKS`.
    signature
        `x` for `(x, positions) -> y`, `qk` for `(q, k, positions) -> (q', k')`.
    axes
        The order of its axes: `bhsd` or `bshd`.
    inplace
        Whether the result is written over the input.
    gradient
        Whether it can be differentiated; otherwise it is called without recording one.
    dtypes
        The formats it works in, the most precise first.
    max_position
        The largest position it works at, None for no limit. It may raise beyond.
    negative
        Whether it works at negative positions as well, as far as at positive ones.
    contiguous
        Whether it takes contiguous arrays alone. It may refuse others aloud, and never
        mistake them.
    by_length
        Whether its frequencies follow the length of each call, its largest position plus
        one, where the scaling depends on it. Otherwise all calls are held to one length.
    """

    framework: str = "numpy"
    signature: str = "x"
    axes: str = "bhsd"
    inplace: bool = False
    gradient: bool = True
    dtypes: tuple[str, ...] = ("float64", "float32")
    max_position: int | None = None
    negative: bool = False
    contiguous: bool = False
    by_length: bool = False

    @classmethod
    def of(
        cls,
        framework: str = "numpy",
        signature: str = "x",
        axes: str = "bhsd",
        inplace: bool = False,
        gradient: bool = True,
        dtypes: Iterable[str] | None = None,
        max_position: int | None = None,
        negative: bool = False,
        contiguous: bool = False,
        by_length: bool = False,
    ) -> Claims:
        """Check claims and fill in what was left out.

        Raises
        ------
        ConfigError
            One line that names the claim, the value, what was expected and what to do.
        """
        known = framework_kind(framework)
        wanted = dtypes or known.default_dtypes
        names = {choice("dtype", name, known.dtypes) for name in wanted}
        if inplace and known.no_inplace:
            expected = f"False, as {known.no_inplace}"
            raise ConfigError("inplace", inplace, expected, "leave --inplace out")
        if max_position is not None:
            advice = "give the largest position that the target claims to work at"
            max_position = whole("max_position", max_position, least=0, advice=advice)
        if max_position is not None and max_position >= FARTHEST:
            advice = "lower it, or leave it out for no limit"
            raise ConfigError("max_position", max_position, "a number below 2**62", advice)
        return cls(
            framework=framework,
            signature=choice("signature", signature, SIGNATURES),
            axes=choice("axes", axes, AXES),
            inplace=inplace,
            gradient=gradient,
            dtypes=tuple(sorted(names, key=lambda name: FORMATS[name].unit_roundoff)),
            max_position=max_position,
            negative=negative,
            contiguous=contiguous,
            by_length=by_length,
        )

    def options(self) -> dict[str, object]:
        """Return the claims that are not the default, as arguments of `load` and `check`."""
        usual = Claims.of(self.framework)
        named = {
            name: value for name, value in vars(self).items() if value != getattr(usual, name)
        }
        return ({} if self.framework == "numpy" else {"framework": self.framework}) | named

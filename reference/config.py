"""`RotaryConfig`: everything that decides what a rotary embedding computes."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .arrangement import Arrangement, Mixed, arrangement_dict, parse_arrangement
from .config_checks import (
    amplitude_given,
    check_frequencies,
    check_idle,
    check_law,
    check_proportional,
    largest_position,
    pairs_per_axis,
    rotary_width,
    sense,
)
from .errors import ConfigError
from .jsonfile import load_object
from .layout import LAYOUTS
from .scaling import Default, Scaling, parse_scaling
from .spectrum import frequencies, spectrum
from .validate import choice, known_keys, real, whole

if TYPE_CHECKING:
    from .arrays import FloatArray


WIDEST = 2**20
"""The widest head that is taken: beyond it a number is no width but a mistake."""


@dataclass(frozen=True, init=False)
class RotaryConfig:
    """A rotary position embedding, complete: nothing else influences the result.

    Pair i of a head, read as (x, x'), becomes at position p

        (y, y') = A (x cos(phi) - x' sin(phi), x sin(phi) + x' cos(phi)),  phi = sign p omega_i

    Parameters
    ----------
    head_dim
        Channels of one head.
    rotary_dim
        Channels that turn, an even number; None means all of them.
    rotary_end
        Which end of the head they are: "first" or "last".
    base
        Base of the geometric series of frequencies (Hugging Face's `rope_theta`), above 1.
    layout
        Which channels pair and where they are written: a name of `layout.LAYOUTS`.
    sign
        1 turns counter-clockwise as the paper, -1 clockwise.
    scaling
        The frequency law: a law object, a dict in Hugging Face's words, or None for none. In
        a dict without the trained length, `max_position` + 1 is taken for it.
    axes
        Pairs for each axis of a position with several coordinates, at least two entries;
        () for ordinary positions, or for what the arrangement says.
    attention_factor
        Multiplied into cos and sin; None takes what the scaling law says.
    max_position
        The largest position that is claimed to work, None for no limit. A table of n rows
        has `max_position = n - 1`.
    arrangement
        Which pairs belong to which axis and where they stand in their series of frequencies:
        an `Arrangement`, a `Mixed`, or a dict of one's fields. None gives the axes their
        pairs one after the other, with a series of its own for each.

    Raises
    ------
    ConfigError
        One line that names the key, the value, what was expected and what to do.

    Examples
    --------
    >>> from ropespec.reference import RotaryConfig
    >>> config = RotaryConfig(head_dim=8, layout="half", base=500000.0)
    >>> config.inv_freq().round(6).tolist()
    [1.0, 0.037606, 0.001414, 5.3e-05]
    >>> RotaryConfig(head_dim=8, rotary_dim=3)
    Traceback (most recent call last):
        ...
    ropespec.reference.errors.ConfigError: rotary_dim: got 3, expected an even number from 2 \
to head_dim = 8; every pair takes two channels
    """

    head_dim: int
    rotary_dim: int
    rotary_end: Literal["first", "last"]
    base: float
    layout: str
    sign: int
    scaling: Scaling
    axes: tuple[int, ...]
    attention_factor: float | None
    max_position: int | None
    arrangement: Arrangement | Mixed | None

    def __init__(
        self,
        head_dim: int,
        rotary_dim: int | None = None,
        rotary_end: str = "first",
        base: float = 10000.0,
        layout: str = "interleaved",
        sign: int = 1,
        scaling: Scaling | Mapping[str, Any] | None = None,
        axes: Sequence[int] = (),
        attention_factor: float | None = None,
        max_position: int | None = None,
        arrangement: Arrangement | Mixed | Mapping[str, Any] | None = None,
    ) -> None:
        head_dim = whole(
            "head_dim", head_dim, least=1, most=WIDEST, advice="give the channels of one head"
        )
        rotary_dim = rotary_width(rotary_dim, head_dim)
        layout = choice("layout", layout, LAYOUTS)
        arrangement = parse_arrangement(arrangement)
        rotary_end = choice("rotary_end", rotary_end, ("first", "last"))
        values = {
            "head_dim": head_dim,
            "rotary_dim": rotary_dim,
            "rotary_end": rotary_end,
            "base": real("base", base, above=1, advice="10000.0 is the paper's"),
            "layout": layout,
            "sign": sense(sign),
            "scaling": parse_scaling(
                scaling, None if max_position is None else largest_position(max_position) + 1
            ),
            "axes": pairs_per_axis(axes, arrangement, rotary_dim, layout),
            "attention_factor": amplitude_given(attention_factor),
            "max_position": None if max_position is None else largest_position(max_position),
            "arrangement": arrangement,
        }
        for key, value in values.items():
            object.__setattr__(self, key, value)
        if LAYOUTS[layout].span == "head":
            check_idle(head_dim, rotary_end)
        check_law(self.scaling, arrangement)
        if isinstance(arrangement, Arrangement):
            with np.errstate(all="ignore"):  # what is no number is refused
                check_frequencies(spectrum(self))
        if not isinstance(self.scaling, Default):
            check_proportional(self)
            self.scaling.check(spectrum(self))

    @property
    def pairs(self) -> int:
        """Number of pairs that turn."""
        return self.rotary_dim // 2

    @property
    def amplitude(self) -> float:
        """The factor A multiplied into cos and sin."""
        if self.attention_factor is not None:
            return self.attention_factor
        return self.scaling.amplitude()

    @property
    def depends_on_length(self) -> bool:
        """Whether the frequencies depend on the length of the sequence: see `at_length`."""
        return self.scaling.depends_on_length

    def at_length(self, length: int) -> RotaryConfig:
        """Return the configuration in force for a sequence of `length` tokens.

        A pure function: the same length gives the same frequencies whatever was computed
        before. Without it a law that depends on the length (dynamic, LongRoPE) counts as for
        a sequence up to the trained length.

        Parameters
        ----------
        length
            The largest position plus one, at least 1.

        Examples
        --------
        >>> from ropespec.reference import Dynamic, RotaryConfig
        >>> config = RotaryConfig(head_dim=4, scaling=Dynamic(2.0, 4096))
        >>> [config.at_length(n).inv_freq()[-1].round(6).item() for n in (1, 4096, 8192)]
        [0.01, 0.01, 0.003333]
        """
        advice = "give the largest position plus one"
        law = self.scaling.at_length(whole("length", length, least=1, advice=advice))
        return self.replace(scaling=law)

    def inv_freq(self) -> FloatArray:
        """Return the frequencies in use, scaling applied, radians per position, `(pairs,)`."""
        return _inv_freq(self).copy()

    def replace(self, **changes: Any) -> RotaryConfig:
        """Return a copy with some fields changed, validated again."""
        return dataclasses.replace(self, **changes)

    def scaling_dict(self) -> dict[str, Any] | None:
        """Return the scaling in Hugging Face's words, None when there is none."""
        words = self.scaling.to_dict()
        return None if words == {"rope_type": "default"} else words

    def to_dict(self) -> dict[str, Any]:
        """Return the configuration as JSON values, in ropespec's own format."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {
            **values,
            "scaling": self.scaling_dict(),
            "axes": list(self.axes),
            "arrangement": arrangement_dict(self.arrangement),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RotaryConfig:
        """Build a configuration from what `to_dict` returns; absent keys take their defaults.

        Raises
        ------
        ConfigError
            For an unknown key, an absent `head_dim` or a wrong value.
        """
        known_keys("config", values, [field.name for field in dataclasses.fields(cls)])
        if "head_dim" not in values:
            advice = "give the channels of one head"
            raise ConfigError("config", dict(values), "the key 'head_dim'", advice)
        return cls(**values)

    def to_json(self, path: str | Path) -> None:
        """Write the configuration to a file in ropespec's own format."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def from_json(cls, path: str | Path) -> RotaryConfig:
        """Read a file in ropespec's own format.

        Raises
        ------
        ConfigError
            If the file cannot be read, is no JSON, or describes no configuration.
        """
        return cls.from_dict(load_object(path))


_inv_freq = lru_cache(maxsize=256)(frequencies)
"""Frequencies are asked for in every call of a reference, and worked out once."""

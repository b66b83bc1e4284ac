"""What identification finds out about a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from ropespec.reference import ConfigError, RotaryConfig


@dataclass(frozen=True)
class Exponent:
    """A rule theta_i = base ** -rule.

    Attributes
    ----------
    rule
        The exponent of pair i, for example `2i/rotary_dim`.
    base
        The base that goes with it.
    """

    rule: str
    base: float


@dataclass(frozen=True)
class Identification:
    """The convention that a target was seen to follow; None where it follows none.

    Attributes
    ----------
    head_dim
        Channels of one head.
    layout
        Name of the pairing, or None when the pairs are those of no known layout.
    sign
        1 for counter-clockwise, -1 for clockwise.
    base
        Base of the geometric series of frequencies.
    rotary_dim
        Channels that were seen to turn.
    rotary_end
        Which end of the head they are; "first" when all turn.
    position_offset
        o, where position p turns by p + o.
    attention_factor
        The amplitude of the rotated pairs.
    scaling
        The scaling law in Hugging Face's words, or None for none, and where the frequencies
        are no geometric series.
    phase_bits
        Significant bits that the phase keeps, as far as the format of the call can show:
        about 24 for phases formed in float32, 8 for bfloat16.
    max_position
        The largest position up to which every tried one follows the convention; None when
        none does.
    explained
        The share of what was measured that the convention predicts, 0 to 1.
    output_permutation
        Channel numbers c such that y[..., c] is the output in the declared order (in the
        order of the input when nothing is declared); None when y is in that order.
    frequencies
        Measured radians per position of each pair that turns, signed.
    pairs
        The two channels that each pair is read from.
    dtype
        The format that the target was called in.
    notes
        What else was seen, in sentences.
    misfit
        The largest distance of a measured frequency from the law's, in units of what the
        measurement and a float32 implementation allow; up to 1 the law explains them all.
        None where no law was found that does.
    exponent
        How the exponents of the base count, with the base that goes with it: `2i/rotary_dim`
        and `base`, or another rule where only that makes the base a usual number.
    untold
        What the measurement cannot tell, and why, in sentences.
    shape
        A configuration with the layout, widths and axes that fit; its numbers mean nothing.
    """

    head_dim: int
    layout: str | None
    sign: Literal[1, -1] | None
    base: float | None
    rotary_dim: int
    rotary_end: Literal["first", "last"] | None
    position_offset: float
    attention_factor: float | None
    scaling: dict[str, Any] | None
    phase_bits: int | None
    max_position: int | None
    explained: float
    output_permutation: tuple[int, ...] | None
    frequencies: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]
    dtype: str
    notes: tuple[str, ...] = ()
    shape: RotaryConfig | None = None
    misfit: float | None = None
    exponent: Exponent | None = None
    untold: tuple[str, ...] = ()

    def config(self) -> RotaryConfig | None:
        """Return the convention as a configuration, None when it is incomplete."""
        base = self.base
        if base is None and self.rotary_dim == 2:
            base = 10000.0  # one pair turns at frequency 1 whatever the base
        if self.shape is None or base is None or self.sign is None or base <= 1:
            return None
        try:
            return self.shape.replace(
                base=base,
                sign=self.sign,
                scaling=self.scaling,
                attention_factor=self.attention_factor,
                max_position=None,
            )
        except ConfigError:
            return None  # a fit to noise can be beyond all bounds

    def as_dict(self) -> dict[str, Any]:
        """Return the values as JSON."""
        names = (
            "layout", "sign", "base", "rotary_dim", "rotary_end", "position_offset",
            "attention_factor", "scaling", "phase_bits", "max_position", "explained",
        )  # fmt: skip
        permutation = self.output_permutation
        return {
            **{name: getattr(self, name) for name in names},
            "output_permutation": None if permutation is None else list(permutation),
            "inv_freq": [abs(frequency) for frequency in self.frequencies],
            "dtype": self.dtype,
            "misfit": self.misfit,
            "exponent": None if self.exponent is None else vars(self.exponent),
            "notes": list(self.notes),
            "untold": list(self.untold),
        }

"""The ways to be wrong, each written once: planted in the corpus, supposed in the diagnosis."""

from . import axes, frequencies, pairing, partial, positions, precision, rotation, scaling
from .deviation import Change, Deviation, Visible

DEVIATIONS: tuple[Deviation, ...] = (
    *scaling.DEVIATIONS,
    *axes.DEVIATIONS,
    *rotation.DEVIATIONS,
    *pairing.DEVIATIONS,
    *partial.DEVIATIONS,
    *frequencies.DEVIATIONS,
    *positions.DEVIATIONS,
    *precision.DEVIATIONS,
)
"""Every deviation; where two explain a target equally well, the earlier one is meant."""

__all__ = ["DEVIATIONS", "Change", "Deviation", "Visible"]

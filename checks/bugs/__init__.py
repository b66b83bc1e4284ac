"""The known kinds of mistakes: what each looks like, what shows it, how to mend it.

Drawn from public bug reports; the planted bugs of the corpus and the diagnosis name these.
"""

from . import (
    frequencies,
    gradient,
    other,
    pairing,
    partial,
    positions,
    precision,
    rotation,
    scaling,
    state,
)
from .bug import Bug

_FAMILIES = (
    pairing, frequencies, positions, rotation, partial,
    precision, scaling, state, gradient, other,
)  # fmt: skip

BUGS: dict[str, Bug] = {bug.slug: bug for family in _FAMILIES for bug in family.BUGS}
"""Every known kind of mistake by slug, in the order of the families."""

__all__ = ["BUGS", "Bug"]

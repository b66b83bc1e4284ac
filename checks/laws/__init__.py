"""The requirements that an implementation is held to.

To add one: write it in the module that it belongs to, and put it in that module's `LAWS`.
Say which planted bugs it kills: a law that kills none is no law.
"""

from ropespec.reference.validate import choice

from . import (
    containment,
    contract,
    exposed,
    gradient,
    history,
    independence,
    linearity,
    memory,
    paths,
    scores,
    structure,
    surroundings,
    value,
)
from .failure import Failure
from .law import Law, LawResult, Worst
from .levels import LEVELS, Level
from .running import LawInterrupt, run_law, run_steps
from .scenario import Scenario
from .scope import Focus, Scope
from .trial import Trial

__all__ = [
    "LAWS",
    "LEVELS",
    "Failure",
    "Focus",
    "Law",
    "LawInterrupt",
    "LawResult",
    "Level",
    "Scenario",
    "Scope",
    "Trial",
    "Worst",
    "find_law",
    "run_law",
    "run_steps",
]

LAWS: tuple[Law, ...] = (
    *value.LAWS,
    *exposed.LAWS,
    *structure.LAWS,
    *scores.LAWS,
    *linearity.LAWS,
    *independence.LAWS,
    *containment.LAWS,
    *history.LAWS,
    *memory.LAWS,
    *paths.LAWS,
    *gradient.LAWS,
    *contract.LAWS,
    *surroundings.LAWS,
)
"""Every law, in the order in which they are run and reported."""


def find_law(law_id: str) -> Law:
    """Return a law by its id.

    Raises
    ------
    ConfigError
        If there is none, naming the nearest.
    """
    ids = {law.id: law for law in LAWS}
    return ids[choice("law", law_id, ids)]

"""A failure that can be seen again: the inputs that broke a law, under a name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .scenario import Scenario


def digest(*things: Any) -> str:
    """Return eight digits that JSON values decide."""
    text = json.dumps(things, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Failure:
    """Inputs that broke a law.

    Attributes
    ----------
    law
        Id of the law.
    steps
        The inputs in the order of the calls; one where one was enough.
    reason
        What went wrong with them.
    about
        A digest of the target's name, its configuration and its claims.
    """

    law: str
    steps: tuple[Scenario, ...]
    reason: str = ""
    about: str = ""

    @property
    def id(self) -> str:
        """The law's id and eight digits that target and inputs decide.

        Examples
        --------
        >>> Failure("norm", (Scenario("one", ((0,),), "float32"),)).id
        'norm-63f6225f'
        """
        return f"{self.law}-{digest(self.about, *(one.as_dict() for one in self.steps))}"

    def as_dict(self) -> dict[str, Any]:
        """Return the failure as JSON values."""
        return {
            "id": self.id,
            "law": self.law,
            "about": self.about,
            "reason": self.reason,
            "scenario": [one.as_dict() for one in self.steps],
            "described": self.described(),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Failure:
        """Read what `as_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is something else.
        """
        steps = tuple(Scenario.from_dict(each) for each in values["scenario"])
        if not steps:
            raise ValueError("no scenario")
        return cls(values["law"], steps, values["reason"], values["about"])

    def described(self) -> str:
        """Say what breaks the law, in one line."""
        last = self.steps[-1].described()
        before = len(self.steps) - 1
        if not before:
            return last
        return f"{last}; after {before} other call{'s' * (before > 1)}"

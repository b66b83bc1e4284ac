"""What a target does besides rotating, over all its calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from ropespec.checks.observation import Outcome

SHOWN = 80
"""Characters of printed text that are shown."""

ENDED = ("crashed", "timed-out", "out-of-memory")
"""What a process prints at its end is about that end."""


@dataclass
class Notices:
    """A tally that a target shares with its fresh and reordered copies.

    Attributes
    ----------
    printed
        The first text that a call printed, empty while none did.
    printing
        How many calls printed something.
    altered
        How many calls changed what global state.
    """

    printed: str = ""
    printing: int = 0
    altered: dict[str, int] = field(default_factory=dict)

    def see(self, outcome: Outcome) -> Outcome:
        """Count what one call did, and return its outcome."""
        ended = outcome.fault is not None and outcome.fault.kind in ENDED
        if outcome.printed and not ended:
            self.printed = self.printed or outcome.printed
            self.printing += 1
        for what in outcome.altered:
            self.altered[what] = self.altered.get(what, 0) + 1
        return outcome

    def sentences(self) -> tuple[str, ...]:
        """Say what was noticed, one line each.

        Examples
        --------
        >>> Notices("computing", 3, {"the current folder": 1}).sentences()[0]
        "it printed something in 3 calls, first 'computing'; expected a rotation to stay quiet"
        """
        found = []
        if self.printing:
            text = " ".join(self.printed.split())
            text = text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
            found.append(
                f"it printed something in {_calls(self.printing)}, first {text!r}; "
                "expected a rotation to stay quiet"
            )
        found += [
            f"it changed {what} in {_calls(count)}, which others rely on; expected it to stay "
            "as it was"
            for what, count in self.altered.items()
        ]
        return tuple(found)


def _calls(count: int) -> str:
    """Write the plural."""
    return "1 call" if count == 1 else f"{count} calls"

"""One process of the survey, in a library's environment.

    python -m ropespec.checks.survey.worker TASK LIBRARY/SLUG OUTPUT [SEED LEVEL]

It writes one JSON object to the file OUTPUT: libraries print what they like.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from importlib import metadata
from typing import Any

from ropespec.checks.peers import Peer
from ropespec.checks.report import write_json

from .libraries import chosen
from .measuring import heat, phases, properties, summary
from .timing import speed, stay_on_one_processor

TIMEOUT = 60.0
"""Seconds for one call: some libraries compile first."""


def judge(peer: Peer, seed: str = "0", level: str = "quick") -> dict[str, Any]:
    """Hold an implementation to the laws, and measure its phases far out."""
    from ropespec.checks.run import check

    report = check(
        peer.target, peer.config, **peer.claims, seed=int(seed), level=level, timeout=TIMEOUT
    )
    found = {**summary(report), "heat": heat(report), "properties": None, "phases": None}
    if not report.error:
        found |= {"properties": properties(report), "phases": phases(peer)}
    return found


def timed(peer: Peer) -> dict[str, Any]:
    """Time one call beside copying."""
    stay_on_one_processor()
    return speed(peer)


TASKS: dict[str, Callable[..., dict[str, Any]]] = {"judge": judge, "speed": timed}


def versions() -> dict[str, str]:
    """Return the versions of everything that can be imported here, by name."""
    found = {each.name.lower().replace("_", "-"): each.version for each in _distributions()}
    return dict(sorted(found.items()))


def _distributions() -> list[metadata.Distribution]:
    """List what is installed, the first on the path last, so that it counts."""
    return list(metadata.distributions())[::-1]


def main(task: str, name: str, output: str, *options: str) -> None:
    """Do one task and write what was found."""
    warnings.simplefilter("ignore")
    if task == "versions":
        return write_json(versions(), output)
    ((_, (peer,)),) = chosen([name])
    return write_json(TASKS[task](peer, *options), output)


if __name__ == "__main__":
    main(*sys.argv[1:])

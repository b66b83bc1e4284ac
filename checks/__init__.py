"""Who agrees: laws, targets, identification, diagnosis, reports, command line.

The names below are imported when they are first used, so that the command line answers
`--help` without loading NumPy.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .opening import load as load
    from .plugin.held import parametrize as parametrize
    from .report import Report as Report
    from .run import check as check
    from .target import Adapter as Adapter
    from .target import Claims as Claims
    from .target import Target as Target

__all__ = ["Adapter", "Claims", "Report", "Target", "check", "load", "parametrize"]

_HOME = {
    "Adapter": "ropespec.checks.target",
    "Claims": "ropespec.checks.target",
    "Report": "ropespec.checks.report",
    "Target": "ropespec.checks.target",
    "check": "ropespec.checks.run",
    "load": "ropespec.checks.opening",
    "parametrize": "ropespec.checks.plugin.held",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module 'ropespec.checks' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

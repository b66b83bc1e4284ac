"""ropespec: the specification of rotary position embeddings (RoPE).

One namespace over the top-level folders `spec` (what is true), `reference` (what it
equals) and `checks` (who agrees). The names below are imported when they are first used,
so `import ropespec` and `ropespec --help` load neither SymPy nor NumPy.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ropespec.checks.run import check as check
    from ropespec.checks.run import identify as identify
    from ropespec.reference import RotaryConfig as RotaryConfig
    from ropespec.spec import prove as prove

__version__ = "0.1.0"
__all__ = ["RotaryConfig", "__version__", "check", "identify", "prove"]

_here = Path(__file__).parent
if not (_here / "spec").is_dir():  # a checkout made without symbolic links
    __path__.append(str(_here.parents[1]))

_HOME = {
    "RotaryConfig": "ropespec.reference",
    "check": "ropespec.checks.run",
    "identify": "ropespec.checks.run",  # `ropespec.checks.identify` is a package
    "prove": "ropespec.spec",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the folder that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module 'ropespec' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)

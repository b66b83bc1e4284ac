"""What is true: the theorems, their proofs and the kernel that accepts them.

- `theorems`, `find` and `chapters` give the theorems as objects;
- `prove` has the kernel judge them and returns a `ProofReport`;
- `executable` turns a proved formula into a NumPy function;
- `bounds` holds the error bounds of chapter H as plain formulas.

The names below are imported when they are first used, so that `bounds` does without SymPy.

Examples
--------
>>> from ropespec.spec import find, prove
>>> find("B2").title
'The score depends on the distance alone'
>>> prove("B2").ok
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .claims import Claim as Claim
    from .formulas import Executable as Executable
    from .formulas import executable as executable
    from .kernel import KernelError as KernelError
    from .kernel import Verdict as Verdict
    from .kernel import Witness as Witness
    from .prover import prove as prove
    from .registry import UnknownTheorem as UnknownTheorem
    from .registry import chapters as chapters
    from .registry import find as find
    from .registry import theorems as theorems
    from .report import ProofReport as ProofReport
    from .theorem import Altered as Altered
    from .theorem import Chapter as Chapter
    from .theorem import Formula as Formula
    from .theorem import Quantified as Quantified
    from .theorem import Source as Source
    from .theorem import Step as Step
    from .theorem import Theorem as Theorem

__all__ = [
    "Altered",
    "Chapter",
    "Claim",
    "Executable",
    "Formula",
    "KernelError",
    "ProofReport",
    "Quantified",
    "Source",
    "Step",
    "Theorem",
    "UnknownTheorem",
    "Verdict",
    "Witness",
    "chapters",
    "executable",
    "find",
    "prove",
    "theorems",
]

_HOME = {
    **dict.fromkeys(("KernelError", "Verdict", "Witness"), "kernel"),
    **dict.fromkeys(("UnknownTheorem", "chapters", "find", "theorems"), "registry"),
    **dict.fromkeys(("Altered", "Chapter", "Formula", "Quantified"), "theorem"),
    **dict.fromkeys(("Source", "Step", "Theorem"), "theorem"),
    **dict.fromkeys(("Executable", "executable"), "formulas"),
    "Claim": "claims",
    "ProofReport": "report",
    "prove": "prover",
}


def __getattr__(name: str) -> Any:
    """Import a public name from the module that defines it."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)

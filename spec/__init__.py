"""What is true: the theorems, their proofs and the kernel that accepts them.

- `theorems`, `find` and `chapters` give the theorems as objects;
- `prove` has the kernel judge them and returns a `ProofReport`;
- `executable` turns a proved formula into a NumPy function.

Examples
--------
>>> from ropespec.spec import find, prove
>>> find("B2").title
'The score depends on the distance alone'
>>> prove("B2").ok
True
"""

from .claims import Claim
from .executable import Executable, executable
from .kernel import KernelError, Verdict, Witness
from .prover import prove
from .registry import UnknownTheorem, chapters, find, theorems
from .report import ProofReport
from .theorem import Altered, Chapter, Formula, Quantified, Source, Step, Theorem

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

"""The kernel: the few rules that may call a statement proved.

Each rule answers with a `Verdict`: proved, refuted with an exact witness, or undecided with a
reason. No rule uses `simplify`, floating point or sampling as evidence, and no rule loops over
sizes to stand for every size.
"""

from .blocks import block_induction
from .counterexample import differ
from .identity import decide, decide_all
from .integers import forced_zero, injective
from .ode import only_solution
from .reindex import Layout, PairMap, bijection, rearranged, same_scores
from .summation import congruence
from .terms import Kind, Term, determinant, real_part, squared_norm
from .verdict import Equation, KernelError, Verdict, Witness

__all__ = [
    "Equation",
    "KernelError",
    "Kind",
    "Layout",
    "PairMap",
    "Term",
    "Verdict",
    "Witness",
    "bijection",
    "block_induction",
    "congruence",
    "decide",
    "decide_all",
    "determinant",
    "differ",
    "forced_zero",
    "injective",
    "only_solution",
    "real_part",
    "rearranged",
    "same_scores",
    "squared_norm",
]

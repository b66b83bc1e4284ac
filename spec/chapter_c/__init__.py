"""Chapter C: attention with RoPE."""

from ropespec.spec.theorem import Chapter

from .causal import C2
from .gradients import C5
from .linear import C4
from .norms import C7
from .permutation import C6
from .shift import C1
from .values import C3

CHAPTER = Chapter(
    letter="C",
    title="Attention",
    intro=(
        "Attention turns scores into weights and adds up values with them. This chapter "
        "carries what is true of one score to the output of a layer, for any number of tokens: "
        "what a shift of positions, a mask, a cache, another order of the tokens or a norm "
        "does to it. It also says what the backward pass is."
    ),
    theorems=(C1, C2, C3, C4, C5, C6, C7),
)

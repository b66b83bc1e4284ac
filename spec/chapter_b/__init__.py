"""Chapter B: RoPE itself, for every even size."""

from ropespec.spec.theorem import Chapter

from .complex_score import B3
from .derivation import B8
from .efficient_form import B4
from .embeddings import B11
from .heads import B13
from .layouts import B5
from .one_parameter import B9
from .partial import B12
from .periods import B6
from .projection import B10
from .relative_position import B2, B7
from .rotary_matrix import B1

CHAPTER = Chapter(
    letter="B",
    title="RoPE, for every even size",
    intro=(
        "RoPE turns pair i of a query or key at position m by the angle mθᵢ; each pair has its "
        "own speed θᵢ. In the score of a query with a key the two turns leave one turn by the "
        "distance n − m, so attention sees relative positions although each token only knows "
        "its own. The theorems hold for every even size d: a block-diagonal matrix works on "
        "each "
        "pair alone, and induction over pairs does the rest."
    ),
    theorems=(B1, B2, B3, B4, B5, B6, B7, B8, B9, B10, B11, B12, B13),
)

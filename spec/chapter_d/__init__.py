"""Chapter D: decay with distance."""

from ropespec.spec.theorem import Chapter

from .abel import D1
from .all_ones import D3
from .bound import D2
from .largest import D4
from .random_vectors import D5

CHAPTER = Chapter(
    letter="D",
    title="Decay with distance",
    intro=(
        "RoPE is often said to make scores fade with the distance between tokens. This chapter "
        "says what is true of it: a bound by sums of phases, a closed form for vectors that "
        "are all ones, and how far both are from a law. For any distance there are queries and "
        "keys that match best there."
    ),
    theorems=(D1, D2, D3, D4, D5),
)

"""Chapter F: more than one axis."""

from ropespec.spec.theorem import Chapter

from .axial import F1
from .commuting import F3
from .sections import F2

CHAPTER = Chapter(
    letter="F",
    title="More than one axis",
    intro=(
        "A patch of an image has a row and a column, one of a video a time as well. RoPE for "
        "such positions gives every pair of channels an axis, or a mixture of axes, and turns "
        "it by the coordinate there. The chapter shows that scores still depend on "
        "differences alone, that text does not notice the division into axes, and how far "
        "rotations in other planes can replace the pairs."
    ),
    theorems=(F1, F2, F3),
)

"""Chapter H: floating point, and the bounds that the checks use as tolerances."""

from ropespec.spec.theorem import Chapter

from .angle import H2
from .blended import H8
from .evaluation import H7
from .fixed_point import H6
from .frequency import H1
from .integers import H4
from .rotated_pair import H3
from .shift import H5

CHAPTER = Chapter(
    letter="H",
    title="Floating point",
    intro=(
        "A computer rounds: a format keeps a number to within one part in 1/u of it, with u "
        "= 2^-24 in float32 and 2^-8 in bfloat16. This chapter follows the roundings of RoPE "
        "from the frequency over the angle to the rotated pair, and bounds what they add up "
        "to. The bounds are the tolerances of the checks: honest code stays below them, and a "
        "step that is done in too small a format does not."
    ),
    theorems=(H1, H2, H3, H4, H5, H6, H7, H8),
)

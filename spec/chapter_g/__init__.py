"""Chapter G: the encodings that RoPE is compared with."""

from ropespec.spec.theorem import Chapter

from .added import G2
from .biases import G3
from .sinusoidal import G1

CHAPTER = Chapter(
    letter="G",
    title="The encodings that RoPE is compared with",
    intro=(
        "Before RoPE, positions were added to the words, or something that depends on the "
        "distance was added to the scores. This chapter proves what these encodings keep and "
        "what they lose: sinusoids already turn as RoPE does, adding them to words mixes "
        "positions with meanings, and biases by distance are relative but blind to the words."
    ),
    theorems=(G1, G2, G3),
)

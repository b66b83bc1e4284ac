"""Chapter E: longer contexts and other frequencies."""

from ropespec.spec.theorem import Chapter

from .interpolation import E2
from .kept import E1
from .llama3 import E5
from .longrope import E6
from .ntk import E3
from .xpos import E7
from .yarn import E4

CHAPTER = Chapter(
    letter="E",
    title="Longer contexts and other frequencies",
    intro=(
        "A model that was trained up to one length is often used beyond it, with frequencies "
        "that were slowed down for the purpose. This chapter says what each of the usual "
        "recipes keeps of the theorems before, where its pieces meet, and what happens when it "
        "is switched on in the middle of a text."
    ),
    theorems=(E1, E2, E3, E4, E5, E6, E7),
)

"""Chapter A: one plane, where everything about RoPE that is not bookkeeping happens."""

from ropespec.spec.theorem import Chapter

from .complex_form import A4
from .group import A1, A2
from .kept import A5
from .solution import A3

CHAPTER = Chapter(
    letter="A",
    title="One plane",
    intro=(
        "RoPE cuts a vector into pairs of numbers and turns each pair in its plane, by an "
        "angle "
        "that grows with the position of the token. This chapter collects what is true of one "
        "such turn: it keeps lengths and angles, two turns add up to one, and it can be "
        "written "
        "as a matrix, as a complex number or as the solution of a differential equation. "
        "Everything later is this chapter, used once for each pair."
    ),
    theorems=(A1, A2, A3, A4, A5),
)

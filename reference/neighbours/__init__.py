"""The other ways to tell a transformer where its tokens stand, dense and in float64.

`absolute`: learned and sinusoidal encodings that are added to the embeddings. `shaw`,
`transformer_xl`, `t5` and `alibi`: terms that are added inside attention.
"""

from . import alibi, shaw, t5, transformer_xl
from .absolute import learned, sinusoidal, sinusoidal_concatenated
from .distances import relative_positions

__all__ = [
    "alibi",
    "learned",
    "relative_positions",
    "shaw",
    "sinusoidal",
    "sinusoidal_concatenated",
    "t5",
    "transformer_xl",
]

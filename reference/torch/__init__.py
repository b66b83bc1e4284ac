"""Rotary embedding in torch: exact at every position, at the speed of memory.

`rotate` is the function, `RotaryEmbedding` the module around it, and `patch` puts it in a
Hugging Face model. `rotary_embedding` rotates by cosines and sines that are given, with the
signature of torch's own proposal, and `cos_sin` gives exact ones. Queries and keys are rotated
in one pass by a C++ kernel that is built at the first use (`build`), or by plain torch where
there is no compiler. Phases come from small exact tables (`tables`), which no cast, save or
move of a model can touch.
"""

from .embedding import RotaryEmbedding
from .given import cos_sin, rotary_embedding
from .huggingface import patch, unpatch
from .rotation import rotate

__all__ = ["RotaryEmbedding", "cos_sin", "patch", "rotary_embedding", "rotate", "unpatch"]

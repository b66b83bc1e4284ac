"""What Hugging Face's classes know that a `config.json` does not say, by `model_type`.

The pairing of channels is in no configuration file: it is in each model's code. Sources: the
configuration and modeling code of transformers 5.23.0, which the tests run and compare with
every row here; the rows of `REMOTE` are of models whose code is not part of it.
"""

from typing import Any

from .conventions import Model
from .models_half import HALF
from .models_half_newer import HALF_NEWER
from .models_neighbours import NEIGHBOURS

REMOTE: dict[str, Model] = {
    "chatglm": Model("interleaved", partial=0.5, head_dim=128),
    "exaone": Model("half"),
    "hunyuan": Model("half"),
    "internlm2": Model("half"),
    "kimi_k2": Model("interleaved-to-half", split=(128, 64)),
    "minicpm": Model("half"),
    "minimax_m1": Model("half", base=10000000.0, rotary_dim=64, head_dim=128),
    "minimax_text_01": Model("half", base=10000000.0, rotary_dim=64, head_dim=128),
    "qwen": Model("half"),
}
"""Model types whose code comes with their files; from memory, checked against no code."""

MODELS: dict[str, Model] = {**HALF, **HALF_NEWER, **NEIGHBOURS, **REMOTE}
"""The model types that can be read, without the suffix `_text`."""


def row_name(name: Any) -> str | None:
    """Return the name of a model type's row, which the text part of a larger model shares."""
    if not isinstance(name, str):
        return None
    names = (name.removesuffix(suffix) for suffix in ("", "_text", "_text_model"))
    return next((base for base in names if base in MODELS), None)

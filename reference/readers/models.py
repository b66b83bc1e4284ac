"""What Hugging Face's classes know that a `config.json` does not say, by `model_type`.

The pairing of channels is in no configuration file: it is in each model's code. Sources: the
modeling code of transformers 5.23.0, which the tests run and compare with every row here.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One model type's conventions and the defaults of its configuration class.

    Attributes
    ----------
    layout
        Name of the layout.
    base
        `rope_theta` where the file has none.
    base_fixed
        Whether the class has no key for the base because it is fixed in its code.
    partial
        `partial_rotary_factor` where the file says nothing of a rotary width.
    rotary_dim
        `rotary_dim` where the file has none, for classes that have this key instead.
    head_dim
        `head_dim` where the file has none; None for hidden size / number of heads.
    sign
        Sense of rotation.
    rope_key
        The key that holds the head width, where only a part of the head is ever handed to
        the rotation (DeepSeek's split heads).
    """

    layout: str
    base: float = 10000.0
    base_fixed: bool = False
    partial: float = 1.0
    rotary_dim: int | None = None
    head_dim: int | None = None
    sign: int = 1
    rope_key: str | None = None


MODELS: dict[str, Model] = {
    # Halves: channel i with i + rotary_dim/2.
    "falcon": Model("half"),
    "gemma": Model("half", head_dim=256),
    "gemma2": Model("half", head_dim=256),
    "glm4_moe": Model("half", partial=0.5),
    "gpt_neox": Model("half", partial=0.25),
    "gpt_oss": Model("half", base=150000.0, head_dim=64),
    "granite": Model("half"),
    "llama": Model("half"),
    "minimax_m2": Model("half", base=5000000.0, head_dim=128),
    "mistral": Model("half"),
    "mixtral": Model("half", base=1000000.0),
    "nanochat": Model("half", sign=-1),
    "nemotron": Model("half", partial=0.5),
    "olmo": Model("half"),
    "olmo2": Model("half"),
    "persimmon": Model("half", partial=0.5),
    "phi": Model("half", partial=0.5),
    "phi3": Model("half"),
    "qwen2": Model("half"),
    "qwen2_moe": Model("half"),
    "qwen3": Model("half", head_dim=128),
    "qwen3_moe": Model("half"),
    "qwen3_next": Model("half", partial=0.25, head_dim=256),
    "smollm3": Model("half", base=2000000.0),
    "stablelm": Model("half", partial=0.25),
    "starcoder2": Model("half"),
    # Neighbours: channel 2i with 2i + 1.
    "codegen": Model("interleaved", base_fixed=True, rotary_dim=64),
    "cohere": Model("interleaved", base=500000.0),
    "cohere2": Model("interleaved"),
    "ernie4_5": Model("interleaved", base=500000.0, head_dim=128),
    "glm": Model("interleaved", partial=0.5, head_dim=128),
    "glm4": Model("interleaved", partial=0.5, head_dim=128),
    "gptj": Model("interleaved", base_fixed=True, rotary_dim=64),
    "helium": Model("interleaved", base=100000.0, head_dim=128),
    "llama4_text": Model("interleaved", base=500000.0, head_dim=128),
    "roformer": Model("interleaved", base_fixed=True),
    # Neighbours in, halves out.
    "deepseek_v3": Model("interleaved-to-half", rope_key="qk_rope_head_dim"),
}
"""The model types that can be read."""

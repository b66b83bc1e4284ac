"""What llama.cpp's code knows that a GGUF file does not say, by `general.architecture`.

The pairing of channels is not in the file. Source: llama.cpp, `llama_model_rope_type` and the
models' `load_hparams` (2026), names as the package gguf 0.19 has them.
"""

from dataclasses import dataclass

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import nearest


@dataclass(frozen=True)
class Architecture:
    """One architecture's conventions.

    Attributes
    ----------
    layout
        Name of the layout: NORM is interleaved, NEOX and both kinds of M-RoPE are half.
    sections
        "contiguous" or "interleaved" for the two kinds of M-RoPE; "" for none.
    split
        Whether heads are [nope | rope] (latent attention).
    local_base
        Base of the sliding layers where the file has none; None where it is the other's.
    offset
        What a query's position is counted from for its temperature, 1 in Llama 4.
    """

    layout: str
    sections: str = ""
    split: bool = False
    local_base: float | None = None
    offset: int = 0


_NORM = """
llama llada llama4 llama-embed deci baichuan internlm2 minicpm xverse command-r cohere2 olmo
arctic deepseek deepseek2 deepseek2-ocr plm chatglm glm4 glm-dsa granite granitemoe
granitehybrid chameleon bailingmoe neo-bert smollm3 arcee ernie4_5 ernie4_5-moe mistral3
mistral4 maincoder
"""

_NEOX = """
falcon falcon-h1 grok dbrx jina-bert-v3 modern-bert nomic-bert nomic-bert-moe eurobert stablelm
bitnet qwen qwen2 qwen2moe qwen3 qwen3moe qwen3next dream llada-moe rnd1 olmo2 olmoe phi2 phi3
phimoe plamo plamo2 plamo3 gemma gemma2 gemma3 gemma3n gemma4 gemma-embedding starcoder2
openelm gptneox codeshell orion nemotron exaone exaone4 exaone-moe minicpm3 bailingmoe2 dots1
hunyuan-dense hunyuan-moe hunyuan_vl jais2 gpt-oss lfm2 lfm2moe smallthinker seed_oss grovemoe
apertus minimax-m2 cogvlm pangu-embedded afmoe mimo2 step35 glm4moe
"""

_SPLIT = {"deepseek2", "deepseek2-ocr", "glm-dsa", "plm", "minicpm3", "mistral4"}
_LOCAL = {"gemma3": 1e4, "gemma3n": 1e4, "gemma-embedding": 1e4, "gemma4": 1e4}
_MROPE = {"qwen2vl": "contiguous", "paddleocr": "contiguous"} | dict.fromkeys(
    ("qwen3vl", "qwen3vlmoe", "qwen35", "qwen35moe"), "interleaved"
)

ARCHITECTURES: dict[str, Architecture] = {
    name: Architecture(
        layout,
        split=name in _SPLIT,
        local_base=_LOCAL.get(name),
        offset=1 if name == "llama4" else 0,
    )
    for layout, names in (("interleaved", _NORM), ("half", _NEOX))
    for name in names.split()
} | {name: Architecture("half", sections) for name, sections in _MROPE.items()}
"""The architectures that can be read, by name."""

BY_SECTIONS = {"glm4", "glm4moe", "hunyuan_vl"}
"""Architectures that are M-RoPE where the file has sections, paired by halves then."""

UNTRUNCATED = ("gpt-oss",)
"""Architectures trained with YaRN's ramp from and to fractions of an index."""

_STILL = """
arwkv7 bert bloom gpt2 jais jamba jina-bert-v2 kimi-linear mamba mamba2 mpt nemotron_h
nemotron_h_moe refact rwkv6 rwkv6qwen2 rwkv7 starcoder t5 t5encoder wavtokenizer-dec
"""

REFUSED: dict[str, str] = {
    **dict.fromkeys(_STILL.split(), "this architecture has no rotary embedding"),
    "clip": "it turns along the axes of an image, which ropespec.reference.axes describes",
    "gptj": "llama.cpp does not implement it; its models pair neighbours, --layout interleaved",
}
"""Why an architecture of the package gguf is not read, unless a layout is given."""


def architecture(name: object, layout: str | None) -> Architecture:
    """Return an architecture's conventions, with another layout if one is given.

    Raises
    ------
    ConfigError
        If it is not known and no layout is given.
    """
    known = ARCHITECTURES.get(name) if isinstance(name, str) else None
    if known is not None:
        return known if layout is None else Architecture(layout, known.sections, known.split)
    if layout is None and isinstance(name, str) and name in REFUSED:
        expected = "an architecture whose rotary embedding is known"
        raise ConfigError("general.architecture", name, expected, REFUSED[name])
    if layout is None:
        expected = "an architecture whose pairing is known, or the argument layout"
        layouts = "give it, --layout half or interleaved, as the model's code pairs"
        advice = "add it"
        if isinstance(name, str):
            advice = nearest(name, list(ARCHITECTURES), layouts)
        raise ConfigError("general.architecture", name, expected, advice)
    return Architecture(layout)

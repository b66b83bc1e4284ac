"""Lists of divisors in GGUF files: those of Phi-3, and lists of a wrong length."""

from typing import Any

import pytest

from ropespec.reference import ConfigError, LongRope
from ropespec.reference.readers import gguf
from ropespec.reference.readers.gguf_architectures import ARCHITECTURES, REFUSED

SHORT, LONG = [1.0] * 20, [1.5] * 10 + [8.0] * 10
LISTS = {"rope_factors_short": SHORT, "rope_factors_long": LONG}


def words(name: str = "phi3", **scaling: Any) -> dict[str, Any]:
    return {
        "general.architecture": name,
        f"{name}.embedding_length": 160,
        f"{name}.attention.head_count": 4,
        f"{name}.context_length": 131072,
        f"{name}.rope.freq_base": 10000.0,
        f"{name}.rope.scaling.original_context_length": 4096,
        f"{name}.rope.scaling.attn_factor": 1.25,
        **{f"{name}.rope.scaling.{key}": value for key, value in scaling.items()},
    }


@pytest.mark.parametrize("scaling", [{}, {"type": "longrope"}, {"type": "none"}])
def test_phi3_needs_no_type(scaling: dict[str, Any]) -> None:
    reading = gguf.read(words(**scaling), LISTS)
    law = LongRope(tuple(SHORT), tuple(LONG), 4096, attention_factor=1.25)
    assert (reading.config.scaling, reading.config.amplitude) == (law, 1.25)
    assumed = [w.message for w in reading.warnings if w.name == "type-assumed"]
    assert len(assumed) == (scaling.get("type") != "longrope")


def test_lists_are_never_dropped() -> None:
    with pytest.raises(ConfigError, match=r"type: got 'linear', expected 'longrope' beside"):
        gguf.read(words("llama", type="linear", factor=2.0), LISTS)
    with pytest.raises(ConfigError, match=r"type: got 'yarn', expected 'longrope' beside"):
        gguf.read(words(type="yarn", factor=2.0), LISTS)
    with pytest.raises(ConfigError, match=r"rope_factors_long"):
        gguf.read(words(), {"rope_factors_short": SHORT})


@pytest.mark.parametrize("value", [1.0, 2.0])
@pytest.mark.parametrize("count", [19, 21])
def test_one_divisor_for_each_pair(value: float, count: int) -> None:
    """One too many was cut off, and a list of ones was taken whatever its length."""
    expected = f"rope_freqs: got '{count} divisors', expected 20, one for each pair"
    with pytest.raises(ConfigError, match=expected):
        gguf.read(words(), {"rope_freqs": [value] * count})


def test_an_unknown_architecture_is_told_what_to_do() -> None:
    with pytest.raises(ConfigError, match=r"got 'ours', .*; give it, --layout half or inter"):
        gguf.read({"general.architecture": "ours"})


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_architecture_without_rotation_is_refused_for_its_reason(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        gguf.read({"general.architecture": name})
    assert caught.value.advice == REFUSED[name]


def test_every_architecture_of_the_package_is_read_or_refused() -> None:
    package = pytest.importorskip("gguf")
    assert set(package.MODEL_ARCH_NAMES.values()) == ARCHITECTURES.keys() | REFUSED.keys()


LLAMA = {
    "general.architecture": "llama", "llama.attention.key_length": 64,
    "llama.rope.freq_base": 1e4, "llama.rope.scaling.type": "linear",
}  # fmt: skip


def names(words: dict[str, Any]) -> list[str]:
    return [warning.name for warning in gguf.read(words).warnings]


def test_keys_that_are_not_read_are_named() -> None:
    assert names(LLAMA) == []
    assert names({**LLAMA, "qwen2.rope.freq_base": 1e6}) == ["other-parts"]
    trained = {**LLAMA, "llama.rope.scaling.original_context_length": 4096}
    assert names(trained) == ["key-ignored"]
    with pytest.raises(ConfigError, match=r"contex_length.*did you mean 'context_length'"):
        gguf.read({**LLAMA, "llama.contex_length": 4096})


def test_what_a_file_cannot_say_of_a_ramp_is_named() -> None:
    """GGUF has no word for truncate: gpt-oss was trained without, llama.cpp rounds."""
    words = {
        "general.architecture": "gpt-oss", "gpt-oss.attention.key_length": 64,
        "gpt-oss.rope.freq_base": 150000.0, "gpt-oss.rope.scaling.type": "yarn",
        "gpt-oss.rope.scaling.factor": 32.0,
        "gpt-oss.rope.scaling.original_context_length": 4096,
    }  # fmt: skip
    assert names(words) == ["yarn-truncate"]
    other = {key.replace("gpt-oss", "qwen2"): value for key, value in words.items()}
    assert names({**other, "general.architecture": "qwen2"}) == []

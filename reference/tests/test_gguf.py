"""GGUF: files that the package gguf writes, read; configurations written, read back."""

import builtins
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, RotaryConfig, arrange
from ropespec.reference.axes import interleaved_sections, scheme
from ropespec.reference.model import Temperature
from ropespec.reference.readers import gguf, gguf_writer, read
from ropespec.reference.readers.gguf_architectures import ARCHITECTURES
from ropespec.reference.readers.gguf_laws import IDLE
from ropespec.reference.scaling import Default, Divided, Linear, Llama3, LongRope, Ntk, Yarn

package = pytest.importorskip("gguf")

LLAMA: dict[str, Any] = {
    "general.architecture": "llama",
    "llama.embedding_length": 4096,
    "llama.attention.head_count": 32,
    "llama.rope.dimension_count": 128,
    "llama.rope.freq_base": 500000.0,
    "llama.rope.scaling.type": "none",
}


def llama(**changes: Any) -> dict[str, Any]:
    """The metadata above with changes; dots are written as double underscores."""
    words = {f"llama.{key.replace('__', '.')}": value for key, value in changes.items()}
    return {key: value for key, value in (LLAMA | words).items() if value is not None}


def names(reading: Any) -> list[str]:
    return [warning.name for warning in reading.warnings]


def test_a_real_file(tmp_path: Path) -> None:
    """Written with the package's own named methods, by nobody here."""
    path = tmp_path / "llama.gguf"
    writer = package.GGUFWriter(str(path), "llama")
    writer.add_context_length(131072)
    writer.add_embedding_length(4096)
    writer.add_head_count(32)
    writer.add_rope_dimension_count(128)
    writer.add_rope_freq_base(500000.0)
    law = Llama3(8.0, 1.0, 4.0, 8192)
    meant = RotaryConfig(128, base=500000.0, scaling=law)
    divisors = RotaryConfig(128, base=500000.0).inv_freq() / meant.inv_freq()
    writer.add_tensor("rope_freqs.weight", divisors.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    reading = read(path)
    config = reading.config
    assert (config.head_dim, config.layout, config.base) == (128, "interleaved", 500000.0)
    assert config.max_position == 131071
    np.testing.assert_allclose(config.inv_freq(), meant.inv_freq(), rtol=2.0**-24)
    assert names(reading) == ["type-assumed"]


def test_a_file_with_yarn_and_sliding_layers(tmp_path: Path) -> None:
    path = tmp_path / "mixed.gguf"
    writer = package.GGUFWriter(str(path), "olmo2")
    writer.add_context_length(65536)
    writer.add_key_length(128)
    writer.add_rope_freq_base(500000.0)
    writer.add_rope_freq_base_swa(10000.0)
    writer.add_rope_scaling_type(package.RopeScalingType.YARN)
    writer.add_rope_scaling_factor(8.0)
    writer.add_rope_scaling_orig_ctx_len(8192)
    writer.add_rope_scaling_yarn_beta_fast(32.0)
    writer.add_rope_scaling_yarn_beta_slow(1.0)
    writer.add_array("olmo2.attention.sliding_window_pattern", [True, True, False, True])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    model = gguf.read(path).model
    full, sliding = model.config("full_attention"), model.config("sliding_attention")
    assert full.scaling == Yarn(8.0, 8192, convention="ggml")
    assert abs(full.amplitude - 1.2079441541679836) < 1e-15
    assert (sliding.base, sliding.scaling, full.layout) == (10000.0, Default(), "half")
    assert [group.layers for group in model.groups] == [(2,), (0, 1, 3)]


def test_architectures_are_the_packages() -> None:
    assert set(ARCHITECTURES) <= set(package.constants.MODEL_ARCH_NAMES.values())
    expected = {"llama": "interleaved", "olmo": "interleaved", "olmo2": "half",
                "deepseek2": "interleaved", "qwen2": "half", "gptneox": "half",
                "command-r": "interleaved", "gemma3": "half", "glm4": "interleaved",
                "qwen2vl": "half"}  # fmt: skip
    assert {name: ARCHITECTURES[name].layout for name in expected} == expected


WRITTEN: list[tuple[RotaryConfig, str]] = [
    (RotaryConfig(128, base=500000.0, max_position=8191), "llama"),
    (RotaryConfig(80, 32, layout="half"), "phi2"),
    (RotaryConfig(192, 64, rotary_end="last"), "deepseek2"),
    (RotaryConfig(64, layout="half", scaling=Linear(8.0)), "qwen2"),
    (RotaryConfig(64, layout="half", scaling=Linear(8.0), attention_factor=1.25), "qwen2"),
    (RotaryConfig(64, scaling=Divided((1.0,) * 16 + (8.0,) * 16)), "llama"),
    (RotaryConfig(64, scaling=Divided((1.0,) * 16 + (8.0,) * 16, 2.0)), "llama"),
    (RotaryConfig(64, layout="half", scaling=Yarn(4.0, 32768, convention="ggml")), "qwen3"),
    (RotaryConfig(4, layout="half",
                  scaling=LongRope((1.0, 1.5), (1.0, 20.0), 4096, attention_factor=1.1875)),
     "phi3"),
    (RotaryConfig(128, layout="half", scaling=Ntk(1000.0)), "hunyuan-moe"),
    (RotaryConfig(512, 128, base=1e6, layout="half-idle"), "gemma2"),
    (scheme("m-rope").config(), "qwen2vl"),
    (scheme("m-rope-interleaved").config(), "qwen3vl"),
    (RotaryConfig(128, 64, layout="half",
                  arrangement=arrange((8, 12, 12), series="shared")), "glm4"),
    (RotaryConfig(8, layout="half",
                  arrangement=arrange((1, 1, 1, 1), series="shared")), "hunyuan_vl"),
]  # fmt: skip


@pytest.mark.parametrize(("config", "name"), WRITTEN, ids=lambda value: str(value)[:60])
def test_written_and_read_back(tmp_path: Path, config: RotaryConfig, name: str) -> None:
    path = tmp_path / "one.gguf"
    gguf_writer.write(path, config, name)
    back = gguf.read(path).config
    assert back.replace(attention_factor=config.attention_factor) == config
    np.testing.assert_array_equal(back.inv_freq(), config.inv_freq())
    assert abs(back.amplitude - config.amplitude) <= 2.0**-52 * config.amplitude


@given(
    st.integers(1, 64),
    st.sampled_from([10000.0, 500000.0, 1e6, 256.0]),
    st.sampled_from([None, Linear(4.0), Linear(0.5), Yarn(4.0, 4096, convention="ggml")]),
    st.sampled_from(["llama", "qwen2", "gptneox"]),
)
def test_metadata_round_trip(pairs: int, base: float, law: Any, name: str) -> None:
    layout = ARCHITECTURES[name].layout
    config = RotaryConfig(2 * pairs, base=base, layout=layout, scaling=law)
    assert gguf.read(*gguf_writer.metadata(config, name)).config == config


UNWRITABLE: list[tuple[RotaryConfig, str, str]] = [
    (RotaryConfig(8), "qwen2", "layout: got 'interleaved', expected 'half', as architecture"),
    (RotaryConfig(8, sign=-1), "llama", "sign: got -1"),
    (RotaryConfig(8, 4, "last"), "llama", "rotary_end: got 'last'"),
    (
        RotaryConfig(8, base=10000.1),
        "llama",
        "base: got 10000.1, expected a number that float32",
    ),
    (RotaryConfig(8, scaling=Linear(1.1)), "llama", "factor: got 1.1"),
    (RotaryConfig(8, scaling=Yarn(4.0, 4096)), "llama", "scaling: got Yarn.*has a name for"),
    (RotaryConfig(8, scaling=Ntk(4.0)), "llama", "scaling: got Ntk"),
    (RotaryConfig(8, axes=(2, 2)), "llama", "axes: .*expected one axis for architecture"),
    (RotaryConfig(8, axes=(2, 2), layout="half"), "qwen2vl", "the order of the axes"),
    (RotaryConfig(8), "lama", "general.architecture: got 'lama'.*did you mean 'llama'"),
]


@pytest.mark.parametrize(("config", "name", "message"), UNWRITABLE, ids=lambda v: str(v)[:40])
def test_what_the_format_cannot_say(config: RotaryConfig, name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        gguf_writer.metadata(config, name)
    assert "\n" not in str(error.value)


YARN = {"rope__scaling__type": "yarn", "rope__scaling__factor": 4.0,
        "rope__scaling__original_context_length": 4096}  # fmt: skip
NAN = float("nan")
BAD: list[tuple[dict[str, Any], str]] = [
    ({"rope__freq_bse": 1.0}, "rope.freq_bse: .*a known key about rotary embedding"),
    ({"attention__rope_pattern": [1]}, "attention.rope_pattern: .*a known key"),
    ({"rope__freq_base": 0.0}, "rope.freq_base: got 0.0"),
    ({"rope__freq_base": NAN}, "rope.freq_base: got nan"),
    ({"rope__freq_base": "1e4"}, "rope.freq_base: got '1e4'"),
    ({"rope__dimension_count": 0}, "rope.dimension_count: got 0"),
    ({"rope__dimension_count": 130}, "rope.dimension_count: got 130"),
    ({"rope__dimension_count": 63}, "rope.dimension_count: got 63, expected an even number"),
    ({"rope__scaling__type": "su"}, "rope.scaling.type: got 'su', expected one of none"),
    ({"rope__scaling__factor": 8.0}, "rope.scaling.factor: got 8.0, expected 1 with .* 'none'"),
    ({"rope__scaling__type": "linear", "rope__scaling__factor": -1.0}, "factor: got -1.0"),
    ({"rope__scaling__type": "linear", "rope__scaling__factor": 8.0, "rope__scale_linear": 4.0},
     "rope.scale_linear: got 4.0, expected rope.scaling.factor = 8.0"),
    ({"rope__scaling__yarn_beta_fast": 32.0}, "no such key with rope.scaling.type 'none'"),
    ({"rope__scaling__yarn_ext_factor": 1.0}, "yarn_ext_factor: got 1.0, expected 0 or -1"),
    ({**YARN, "rope__scaling__original_context_length": None}, "got None"),
    ({**YARN, "rope__scaling__yarn_ext_factor": 0.5}, "yarn_ext_factor: got 0.5"),
    ({**YARN, "rope__scaling__yarn_beta_fast": NAN}, "beta_fast: got nan"),
    ({"rope__scaling__type": "longrope"}, "expected the tensor rope_factors_short.weight"),
    ({"rope__scaling__alpha": 4.0}, "rope.scaling.alpha: got 4.0.*only for HunYuan"),
    ({"rope__scaling__attn_factor": 0.0}, "attn_factor: got 0.0"),
    ({"rope__dimension_sections": [16, 24, 24, 0]}, "no sections for architecture 'llama'"),
    ({"attention__head_count": None}, "attention.head_count: got None"),
    ({"attention__head_count": 0}, "attention.head_count: got 0"),
    ({"attention__head_count": 33}, "embedding_length: got 4096, expected a multiple of"),
    ({"attention__key_length": 128.5}, "attention.key_length: got 128.5"),
    ({"attention__temperature_length": 8192}, "attention.temperature_scale: got None"),
    ({"context_length": -5}, "context_length: got -5"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), BAD, ids=lambda value: str(value)[:50])
def test_wrong_values_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        gguf.read(llama(**changes))
    assert re.fullmatch(r".+: got .+, expected .+; .+", str(error.value))


def test_wrong_tensors() -> None:
    with pytest.raises(ConfigError, match=r"rope_freqs: got '32 divisors', expected 64"):
        gguf.read(LLAMA, {"rope_freqs": [2.0] * 32})
    with pytest.raises(ConfigError, match=r"divisors\[0\]: got 0"):
        gguf.read(LLAMA, {"rope_freqs": [0.0] * 64})
    with pytest.raises(ConfigError, match=r"rope_freqs: .*for all pairs after the first"):
        gguf.read(LLAMA, {"rope_freqs": [1.0, IDLE] * 32})
    with pytest.raises(ConfigError, match="no divisors beside YaRN"):
        gguf.read(llama(**YARN), {"rope_freqs": [2.0] * 64})


def test_sections() -> None:
    words = {"general.architecture": "qwen3vl", "qwen3vl.attention.key_length": 128,
             "qwen3vl.rope.freq_base": 5e6, "qwen3vl.rope.scaling.type": "none"}  # fmt: skip
    reading = gguf.read({**words, "qwen3vl.rope.dimension_sections": [24, 20, 20, 0]})
    assert reading.config == scheme("m-rope-interleaved").config()
    assert reading.config.arrangement == interleaved_sections((24, 20, 20))
    assert reading.verdict == "implementation-defined"
    [tail] = [w for w in reading.warnings if w.name == "interleaved-tail"]
    assert "[61, 62]" in tail.message
    for sections, message in (
        ([24, 20, 21, 0], "add up to rope.dimension_count / 2 = 64; they add up to 65"),
        ([24, 20, 10, 10], "expected three sections"),
        ([24, -20, 60, 0], "rope.dimension_sections: got -20"),
        (None, "expected four numbers"),
    ):
        with pytest.raises(ConfigError, match=message):
            gguf.read({**words, "qwen3vl.rope.dimension_sections": sections})


def test_what_llama_cpp_assumes_is_said() -> None:
    bare = llama(rope__freq_base=None, rope__scaling__type=None, rope__dimension_count=None)
    reading = gguf.read(bare)
    assert reading.config == RotaryConfig(128)
    assert names(reading) == ["type-assumed", "base-assumed"]
    legacy = gguf.read(llama(rope__scaling__type="linear", rope__scale_linear=4.0))
    assert legacy.config.scaling == Linear(4.0)
    yarn = gguf.read(llama(**YARN, rope__scaling__yarn_attn_factor=0.9))
    assert names(yarn) == ["yarn-attn-factor"]
    assert abs(yarn.config.amplitude - 1.138629436) < 1e-9
    halved = gguf.read(llama(**YARN, rope__scaling__attn_factor=0.5))
    assert halved.config.amplitude == yarn.config.amplitude / 2


def test_deepseek_and_temperatures() -> None:
    words = {"general.architecture": "deepseek2", "deepseek2.attention.key_length": 576,
             "deepseek2.attention.key_length_mla": 192, "deepseek2.rope.dimension_count": 64,
             "deepseek2.rope.freq_base": 10000.0, "deepseek2.rope.scaling.type": "yarn",
             "deepseek2.rope.scaling.factor": 40.0,
             "deepseek2.rope.scaling.original_context_length": 4096,
             "deepseek2.rope.scaling.yarn_log_multiplier": 0.1}  # fmt: skip
    reading = gguf.read(words)
    config, [group] = reading.config, reading.model.groups
    assert (config.head_dim, config.rotary_dim, config.rotary_end) == (192, 64, "last")
    assert config.amplitude == 1.0
    assert abs(group.softmax_factor - 1.8738542) < 1e-6
    hot = {"attention__temperature_length": 8192, "attention__temperature_scale": 0.125}
    [group] = gguf.read(llama(**hot)).model.groups
    assert group.temperature == Temperature(0.125, 8192, 0)


def test_gemma_has_a_second_base() -> None:
    words = {"general.architecture": "gemma3", "gemma3.attention.key_length": 256,
             "gemma3.rope.freq_base": 1e6, "gemma3.rope.scaling.type": "linear",
             "gemma3.rope.scaling.factor": 8.0}  # fmt: skip
    reading = gguf.read(words)
    assert reading.model.config("full_attention").scaling == Linear(8.0)
    assert reading.model.config("sliding_attention") == RotaryConfig(256, layout="half")
    assert "base-assumed" in names(reading)
    with pytest.raises(ConfigError, match="expected one group of layers"):
        _ = reading.config


def test_an_unknown_architecture() -> None:
    words = {"general.architecture": "gptj", "gptj.attention.key_length": 64}
    with pytest.raises(ConfigError, match=r"got 'gptj'.*llama\.cpp does not implement it"):
        gguf.read(words)
    with pytest.raises(ConfigError, match="expected an architecture whose pairing is known"):
        gguf.read({"general.architecture": "a-model-of-ours"})
    assert gguf.read(words, layout="interleaved").config.layout == "interleaved"
    with pytest.raises(ConfigError, match=r"general.architecture: got None"):
        gguf.read({})


def test_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "no.gguf"
    path.write_bytes(b"this is no model at all, whatever its name may say")
    for wrong in (path, tmp_path / "absent.gguf"):
        with pytest.raises(ConfigError, match=r"file: .*expected a GGUF file") as error:
            gguf.read(wrong)
        assert "\n" not in str(error.value)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = builtins.__import__
    monkeypatch.delitem(__import__("sys").modules, "gguf")

    def missing(name: str, *args: Any, **kwargs: Any) -> Any:
        if name == "gguf":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", missing)
    monkeypatch.setattr("ropespec.reference.readers.packages.import_module", missing)
    with pytest.raises(ConfigError, match=r"package: .*pip install 'ropespec\[formats\]'"):
        gguf.read(tmp_path / "any.gguf")
    assert gguf.read(LLAMA).config.head_dim == 128  # metadata needs no package

"""Meta's and Mistral's `params.json`."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.model import Temperature
from ropespec.reference.readers import meta, mistral
from ropespec.reference.scaling import Default, Linear, Llama3, Yarn

LLAMA31 = {"dim": 4096, "n_layers": 32, "n_heads": 32, "n_kv_heads": 8, "norm_eps": 1e-5,
           "rope_theta": 500000.0, "use_scaled_rope": True, "vocab_size": 128256}  # fmt: skip
SCOUT = {"dim": 5120, "n_layers": 48, "n_heads": 40, "head_dim": 128, "rope_theta": 500000.0,
         "use_scaled_rope": True, "rope_scaling_factor": 16.0, "rope_high_freq_factor": 1.0,
         "nope_layer_interval": 4, "use_qk_norm": True, "attn_temperature_tuning": True,
         "floor_scale": 8192.0, "attn_scale": 0.1, "attention_chunk_size": 8192}  # fmt: skip


def names(reading: Any) -> list[str]:
    return [warning.name for warning in reading.warnings]


def test_llama31(tmp_path: Path) -> None:
    path = tmp_path / "params.json"
    path.write_text(json.dumps(LLAMA31))
    reading = meta.read(path)
    assert reading.config == RotaryConfig(
        128, base=500000.0, scaling=Llama3(8.0, 1.0, 4.0, 8192)
    )
    assert reading.verdict == "implementation-defined"
    assert names(reading) == ["factor-fixed"]


def test_llama32_needs_another_factor_than_metas_code_has() -> None:
    small = LLAMA31 | {"dim": 2048}
    fixed, trained = meta.read(small).config, meta.read(small, factor=32.0).config
    assert meta.read(small, factor=32.0).warnings == ()
    assert fixed.inv_freq()[-1] == 4 * trained.inv_freq()[-1]


def test_llama4() -> None:
    reading = meta.read(SCOUT)
    turning, still = reading.model.groups
    assert turning.rotary is not None
    assert turning.rotary.scaling == Llama3(16.0, 1.0, 1.0, 8192)
    assert still.layers == tuple(range(3, 48, 4))
    assert set(turning.layers) | set(still.layers) == set(range(48))
    assert (still.temperature, turning.temperature) == (Temperature(0.1, 8192, 1), None)
    assert names(reading) == ["llama3-cut", "norm-after-rotation"]
    maverick = SCOUT | dict.fromkeys(("rope_scaling_factor", "rope_high_freq_factor"))
    assert meta.read(maverick | {"use_scaled_rope": False}).config.scaling == Default()


def test_llama2_has_no_base_in_the_file() -> None:
    words = {"dim": 4096, "n_heads": 32, "n_layers": 32}
    with pytest.raises(ConfigError, match=r"rope_theta: got None.*10000\.0 for Llama 1 and 2"):
        meta.read(words)
    assert meta.read(words, base=10000.0).config == RotaryConfig(128)


LAWS = st.one_of(
    st.none(),
    st.builds(Llama3, st.sampled_from([8.0, 16.0, 32.0]), st.just(1.0),
              st.sampled_from([1.0, 4.0]), st.just(8192)),
)  # fmt: skip


@given(st.integers(1, 128), st.floats(1.5, 1e8), LAWS, st.integers(1, 64))
def test_written_and_read_back(pairs: int, base: float, law: Any, heads: int) -> None:
    config = RotaryConfig(2 * pairs, base=base, scaling=law)
    words = json.loads(json.dumps(meta.params(config, heads)))
    assert meta.read(words).config == config
    cut = law is not None and law.high_freq_factor == law.low_freq_factor
    assert names(meta.read(words)) == (["llama3-cut"] if cut else [])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (RotaryConfig(8, layout="half"), "layout: got 'half', expected 'interleaved'"),
        (RotaryConfig(8, 4), "rotary_dim: got 4"),
        (RotaryConfig(8, sign=-1), "sign: got -1"),
        (RotaryConfig(8, axes=(2, 2)), "axes: got"),
        (RotaryConfig(8, attention_factor=2.0), "attention_factor: got 2.0"),
        (RotaryConfig(8, scaling=Linear(2.0)), "scaling: got Linear"),
        (RotaryConfig(8, scaling=Llama3(8.0, 1.0, 4.0, 4096)), "scaling: got Llama3"),
        (RotaryConfig(8, scaling=Llama3(8.0, 2.0, 4.0, 8192)), "scaling: got Llama3"),
    ],
)
def test_what_the_format_cannot_say(config: RotaryConfig, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        meta.params(config, 4)


NAN = float("nan")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rope_base": 1e4}, "rope_base: got 10000.0, expected a known key"),
        ({"rope_theta": "5e5"}, "rope_theta: got '5e5'"),
        ({"rope_theta": NAN}, "rope_theta: got nan"),
        ({"rope_theta": 0}, "rope_theta: got 0"),
        ({"use_scaled_rope": 1}, "use_scaled_rope: got 1"),
        ({"use_scaled_rope": False}, "rope_scaling_factor: got 16.0.*without use_scaled_rope"),
        ({"use_scaled_rope": None}, "use_scaled_rope: got None, expected true or false"),
        ({"use_scaled_rope": 0}, "use_scaled_rope: got 0, expected true or false"),
        ({"use_scaled_rope": []}, "use_scaled_rope: got"),
        ({"use_scaled_rope": False, "rope_scaling_factor": None}, "rope_high_freq_factor: got"),
        ({"n_kv_heads": 3}, "n_kv_heads: got 3, expected a number that divides n_heads = 40"),
        ({"n_layers": 2.5}, "n_layers: got 2.5, expected a whole number"),
        ({"head_dim": None, "head_dims": 64}, "head_dims: got 64.*did you mean 'head_dim'"),
        ({"rope_scaling_factor": 0.0}, "factor: got 0.0"),
        ({"rope_high_freq_factor": 0.5}, "high_freq_factor: got 0.5"),
        ({"nope_layer_interval": 0}, "nope_layer_interval: got 0"),
        ({"nope_layer_interval": 4, "n_layers": None}, "n_layers: got None"),
        ({"nope_layer_interval": None}, "nope_layer_interval: got None.*temperature"),
        ({"attn_scale": 0.0}, "scale: got 0.0"),
        ({"floor_scale": 8192.5}, "floor_scale: got 8192.5"),
        ({"head_dim": 127}, "head_dim: got 127"),
        ({"head_dim": None, "n_heads": 33}, "dim: got 5120, expected a multiple of n_heads"),
        ({"head_dim": None, "n_heads": None}, "n_heads: got None"),
    ],
)
def test_wrong_values_in_one_line(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        meta.read(SCOUT | changes)
    assert "\n" not in str(error.value)


def test_two_factors() -> None:
    with pytest.raises(ConfigError, match=r"factor: got 8.0, expected the file's"):
        meta.read(SCOUT, factor=8.0)


YARN = {"original_max_position_embeddings": 16384, "factor": 16.0, "alpha": 1.0, "beta": 32.0,
        "apply_scale": False}  # fmt: skip
MINISTRAL = {
    "dim": 4096,
    "n_heads": 32,
    "head_dim": 128,
    "rope_theta": 1e6,
    "yarn": YARN,
    "llama_4_scaling": {"beta": 0.1, "original_max_position_embeddings": 16384},
}


def test_mistral() -> None:
    reading = mistral.read(MINISTRAL)
    config, [group] = reading.config, reading.model.groups
    assert config.scaling == Yarn(16.0, 16384, 32.0, 1.0, attention_factor=1.0)
    assert config.layout == "interleaved"
    assert names(reading) == ["yarn-amplitude-differs"]
    assert reading.verdict == "implementation-defined"
    assert group.temperature == Temperature(0.1, 16384, 0)
    applied = mistral.read(MINISTRAL | {"yarn": YARN | {"apply_scale": True}}).config
    np.testing.assert_array_equal(applied.inv_freq(), config.inv_freq())
    assert abs(applied.amplitude - 1.2772588722) < 1e-9


def test_mistral_with_split_heads_and_without_a_base() -> None:
    words = {"dim": 7168, "n_heads": 128, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128}
    reading = mistral.read(words)
    expected = RotaryConfig(192, 64, "last", 1e6)
    assert reading.config == expected
    assert names(reading) == ["base-assumed"]
    assert reading.verdict == "implementation-defined"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"yarn": True}, "yarn: got True, expected a dict or null"),
        ({"yarn": {}}, "yarn: got {}, expected the key 'original_max_position_embeddings'"),
        ({"yarn": YARN | {"beta_fast": 32}}, "yarn: got 'beta_fast'"),
        ({"yarn": YARN | {"factor": 0}}, "yarn.factor: got 0"),
        ({"yarn": YARN | {"apply_scale": "no"}}, "yarn.apply_scale: got 'no'"),
        (
            {"yarn": YARN | {"alpha": 64.0}},
            "yarn.beta: got 32.0, expected at least yarn.alpha = 64",
        ),
        ({"llama_4_scaling": {"beta": 0.1}}, "llama_4_scaling: .*expected the key"),
        ({"rope_scaling": {}}, "rope_scaling: got {}, expected a known key"),
        ({"qk_rope_head_dim": 64}, "qk_nope_head_dim: got None"),
        ({"rope_theta": -1.0}, "rope_theta: got -1.0"),
    ],
)
def test_wrong_words_of_mistral(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        mistral.read(MINISTRAL | changes)
    assert "\n" not in str(error.value)

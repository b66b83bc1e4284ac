"""What libraries' code was seen to do, as tests of the named deviations."""

import json
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from ropespec.reference import ConfigError, Dynamic, LongRope, NtkByParts, RotaryConfig, Yarn
from ropespec.reference.readers import huggingface
from ropespec.reference.scaling import lengths_in_force
from ropespec.reference.spectrum import spectrum

DATA = Path(__file__).parent / "data" / "fixtures.json"
PROBES: dict[str, Any] = json.loads(DATA.read_text())["probes"]
LLAMA_2 = RotaryConfig(128, layout="half")


def yarn_words(**words: Any) -> dict[str, Any]:
    size = {"model_type": "qwen2", "head_dim": 64, "max_position_embeddings": 163840}
    law = {"rope_type": "yarn", "factor": 40.0, "original_max_position_embeddings": 4096}
    return {**size, "rope_parameters": {"rope_theta": 10000.0, **law, **words}}


def test_the_state_of_dynamic_scaling() -> None:
    probe = PROBES["hf_dynamic_ntk_state"]
    config = LLAMA_2.replace(scaling=Dynamic(2.0, 4096))
    calls = [4096, 8192, 5000, 4096, 4095]
    seen = [value for key, value in probe.items() if not key.startswith("closed")]
    kept = lengths_in_force(config.scaling, calls, "hugging-face")
    lowest = [config.at_length(length).inv_freq()[-1] for length in kept]
    np.testing.assert_allclose(lowest, seen, rtol=5e-7)
    for length in (5000, 8192):
        alone = config.at_length(length).inv_freq()[-1]
        assert alone == pytest.approx(probe[f"closed form {length}"], rel=1e-9)
    fixed = lengths_in_force(config.scaling, calls, "vllm")
    assert fixed == [8192] * 5
    assert lengths_in_force(config.scaling, calls, "mlx-lm") == calls


def test_truncate_in_a_nested_table() -> None:
    """transformers 5.23 misses it there; here it counts, and the difference is announced."""
    law = {"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 8192}
    law |= {"rope_theta": 500000.0}
    words = {"model_type": "olmo3", "head_dim": 128, "max_position_embeddings": 65536}

    def full(truncate: bool) -> tuple[RotaryConfig, set[str]]:
        tables = {
            "full_attention": {**law, "truncate": truncate},
            "sliding_attention": {"rope_type": "default", "rope_theta": 500000.0},
        }
        reading = huggingface.read({**words, "rope_parameters": tables})
        names = {w.name for w in reading.warnings if w.kind == "implementation-defined"}
        return reading.model.config("full_attention"), names

    (with_it, quiet), (without, warned) = full(True), full(False)
    assert "nested-truncate" in warned - quiet
    apart = np.abs(without.inv_freq() / with_it.inv_freq() - 1).max()
    assert apart > 1e-3


AMPLITUDES: list[tuple[str, dict[str, Any]]] = [
    ("none given", {}),
    ("mscale=0.707 only", {"mscale": 0.707}),
    ("mscale_all_dim=0.707 only", {"mscale_all_dim": 0.707}),
    ("both 0.707", {"mscale": 0.707, "mscale_all_dim": 0.707}),
    ("mscale=1,all=0.707", {"mscale": 1.0, "mscale_all_dim": 0.707}),
    ("mscale=1,all=0 (falsy)", {"mscale": 1.0, "mscale_all_dim": 0}),
    ("attention_factor=1.0", {"attention_factor": 1.0}),
]


@pytest.mark.parametrize(("probe", "words"), AMPLITUDES)
def test_amplitude_as_hugging_face(probe: str, words: dict[str, Any]) -> None:
    amplitude = huggingface.read(yarn_words(**words)).config.amplitude
    expected = PROBES["hf_yarn_attention_factor"][probe]
    assert amplitude == pytest.approx(expected, rel=0, abs=1e-12)


def test_an_amplitude_of_nothing_is_refused() -> None:
    """transformers keeps attention_factor 0, which erases queries and keys."""
    assert (
        PROBES["hf_yarn_attention_factor"]["attention_factor=0.0 (kept: only None is replaced)"]
        == 0
    )
    with pytest.raises(ConfigError, match="scaling attention_factor: got 0"):
        huggingface.read(yarn_words(attention_factor=0.0))


def test_phimoe_switches_one_half_of_the_law() -> None:
    """transformers 5.23 changes the amplitude and forgets the frequencies."""
    probe = PROBES["phimoe_hf_5.23"]
    law = LongRope((1.0, 1.0), (4.0, 4.0), 4096, short_mscale=1.1, long_mscale=1.5)
    theirs = RotaryConfig(4, scaling=LongRope(**{**vars(law), "convention": "phimoe"}))
    ours = RotaryConfig(4, scaling=law)
    for config, long_angle in ((theirs, 1.0), (ours, 0.25)):
        short, long = config.at_length(100), config.at_length(5001)
        assert short.inv_freq()[0] == pytest.approx(
            probe["angle of pair 0 at pos 1, short call"]
        )
        assert long.inv_freq()[0] == long_angle
        assert short.amplitude == pytest.approx(probe["amplitude short"])
        assert long.amplitude == pytest.approx(probe["amplitude long"])


def phi3(**words: Any) -> dict[str, Any]:
    lists = {"short_factor": [1.0, 1.0], "long_factor": [2.0, 4.0]}
    base = {"model_type": "phi3", "head_dim": 4, "max_position_embeddings": 131072}
    return {
        **base,
        "original_max_position_embeddings": 4096,
        "rope_scaling": {**lists, **words},
    }


def test_phi3_and_its_older_names() -> None:
    modern = huggingface.read(phi3(type="longrope"))
    for name in ("su", "yarn"):
        older = huggingface.read(phi3(type=name))
        assert older.model == modern.model
        assert older.verdict == "implementation-defined"
    assert PROBES["phi3_type_yarn_becomes"] == "longrope"
    assert modern.config.amplitude == pytest.approx(
        PROBES["longrope_attention_factor"]["phi3 128k s=32,L=4096"], rel=1e-12
    )
    yarn_way = LongRope((1.0,), (2.0,), 4096, factor=32.0, convention="yarn-magnitude")
    expected = PROBES["longrope_attention_factor"]["yarn formula for the same s"]
    assert yarn_way.amplitude() == pytest.approx(expected, rel=1e-12)


def test_an_odd_width_is_refused() -> None:
    """transformers turns 14 channels of a head of which 13 should."""
    probe = PROBES["odd_rotary_dim_13_of_80"]
    assert probe == {
        "n_freq": len(range(0, 13, 2)),
        "channels rotated": 2 * len(range(0, 13, 2)),
    }
    words = {"model_type": "phi", "head_dim": 80, "partial_rotary_factor": 0.1625}
    with pytest.raises(ConfigError, match="an even number of channels; it gives 13"):
        huggingface.read({**words, "rope_theta": 10000.0})


CORRECTIONS: dict[str, tuple[int, float, dict[str, Any]]] = {
    "qwen2.5 yarn4": (128, 1e6, {"factor": 4.0, "original": 32768}),
    "deepseek-v3": (64, 1e4, {"factor": 40.0, "original": 4096}),
    "gpt-oss no-trunc": (64, 150000.0, {"original": 4096, "truncate": False}),
    "gpt-oss trunc": (64, 150000.0, {"original": 4096}),
    "kimi-k2": (64, 5e4, {"original": 4096, "beta_fast": 1.0}),
    "llama2 yarn": (128, 1e4, {"factor": 16.0, "original": 4096}),
    "olmo3": (128, 5e5, {"factor": 8.0, "original": 8192}),
    "mistral-large-4 L=512": (64, 1e4, {"factor": 2048.0, "original": 512}),
}


def yarn(original: int, factor: float = 32.0, **words: Any) -> Yarn:
    return Yarn(factor, original, **words)


@pytest.mark.parametrize("name", CORRECTIONS)
def test_where_the_ramp_runs(name: str) -> None:
    width, base, words = CORRECTIONS[name]
    law = yarn(**words)
    config = RotaryConfig(width, base=base, scaling=law)
    low, high = law.range(spectrum(config))
    expected = PROBES["yarn_corrections"][name]["low,high"]
    np.testing.assert_allclose([low[0], high[0]], expected, rtol=1e-12)


def test_truncation_of_gpt_oss() -> None:
    config = RotaryConfig(64, base=150000.0, scaling=Yarn(32.0, 4096, truncate=False))
    truncated = config.replace(scaling=Yarn(32.0, 4096)).inv_freq()
    apart = np.abs(truncated / config.inv_freq() - 1).max()
    probe = PROBES["gpt_oss_truncate_effect"]
    assert apart == pytest.approx(next(iter(probe.values())), rel=1e-6)


def test_the_papers_ramp_is_another_one() -> None:
    probe = PROBES["yarn_paper_ramp_vs_code_ramp"]
    for key, base, factor, original, truncate in (
        ("Llama-2 x16: max rel diff", 1e4, 16.0, 4096, True),
        ("Qwen2.5 x4", 1e6, 4.0, 32768, True),
        ("Llama-2 x16 code without truncation", 1e4, 16.0, 4096, False),
    ):
        plain = RotaryConfig(128, base=base)
        code = plain.replace(scaling=Yarn(factor, original, truncate=truncate)).inv_freq()
        paper = plain.replace(scaling=NtkByParts(factor, original)).inv_freq()
        assert np.abs(paper / code - 1).max() == pytest.approx(probe[key], rel=1e-6)


def test_deepseeks_softmax_factors() -> None:
    probe = PROBES["deepseek"]
    for law, root, square in (
        (Yarn(40.0, 4096, mscale=1.0, mscale_all_dim=1.0), "v3 mscale(40,1)", "squared"),
        (
            Yarn(40.0, 4096, mscale=0.707, mscale_all_dim=0.707),
            "v2-lite mscale(40,0.707)",
            "squared ",
        ),
    ):
        assert law.softmax_factor() == pytest.approx(probe[square], rel=1e-12)
        assert law.softmax_factor() ** 0.5 == pytest.approx(probe[root], rel=1e-12)
        assert law.amplitude() == 1.0


def test_litgpts_ramp_runs_the_other_way() -> None:
    probe = PROBES["litgpt_0.5.13_yarn_ramp_direction (real build_rope_cache executed)"]
    plain = RotaryConfig(128, base=1e6)
    theirs = plain.replace(scaling=Yarn(4.0, 32768, convention="litgpt"))
    ratio = theirs.inv_freq() / plain.inv_freq()
    assert ratio[0] == probe["angle/theta first pair"]
    assert ratio[-1] == pytest.approx(probe["angle/theta last pair"], rel=1e-15)
    assert theirs.amplitude == probe["cos/sin amplitude"]


def test_llama3_on_the_cut() -> None:
    """In float64 a wavelength can fall on the cut, where 0 / 0 is; it stays plain here."""
    key = "llama3_type_low_freq_factor_equals_high_freq_factor_and_wavelength_exactly_L"
    probe = PROBES[key]
    law = {"rope_type": "llama3", "factor": 16.0, "low_freq_factor": 1.0}
    law |= {"high_freq_factor": 1.0, "original_max_position_embeddings": probe["L"]}
    plain = RotaryConfig(probe["head_dim"], base=probe["rope_theta"])
    used = plain.replace(scaling=law).inv_freq()
    assert np.isfinite(used).all()
    assert used[1] in (plain.inv_freq()[1], plain.inv_freq()[1] / 16.0)
    words = {"model_type": "llama", "head_dim": 4, "max_position_embeddings": 131072}
    reading = huggingface.read({**words, "rope_parameters": {**law, "rope_theta": 1e4}})
    assert {warning.name for warning in reading.warnings} == {"llama3-cut"}
    assert reading.verdict == "implementation-defined"


@pytest.mark.parametrize("rope_type", ["yarn", "dynamic", "linear"])
def test_head_dim_null(rope_type: str) -> None:
    words = yarn_words(rope_type=rope_type)
    words |= {"head_dim": None, "hidden_size": 4096, "num_attention_heads": 64}
    if rope_type != "yarn":
        del words["rope_parameters"]["original_max_position_embeddings"]
    reading = huggingface.read(words)
    assert reading.config.head_dim == 64
    trips = PROBES["head_dim_None_explicit (Qwen2Config etc.)"][rope_type] == "TypeError"
    assert ("head-dim-null" in {warning.name for warning in reading.warnings}) is trips


ANGLES = PROBES["float32_angle_error (numpy emulation)"]


@pytest.mark.parametrize("name", ANGLES)
def test_angles_of_float32_pipelines(name: str) -> None:
    """The recurrence of ggml and the power of transformers, as float32 makes them.

    With u = 2**-24 the power is off by at most a few u of the angle p theta_i, whose largest
    is p. Step i of the recurrence is off by 2i u of it, and i theta_i is at most
    d / (2 e ln b). Powers differ in their last bits from machine to machine, so the published
    figure and the one computed here are held to the same bounds.
    """
    base, width, position = (float(part.split("=")[1]) for part in name.split(","))
    single, pairs, u = np.float32, int(width) // 2, 2.0**-24
    context = mpmath.MPContext()
    context.dps = 40
    omega = [context.mpf(base) ** (-2 * i / context.mpf(width)) for i in range(pairs)]
    power = single(1) / single(base) ** (
        single(2) * np.arange(pairs, dtype=single) / single(width)
    )
    step, theta, recurrence = single(base) ** single(-2 / width), single(position), []
    for _ in range(pairs):
        recurrence.append(theta)
        theta = single(theta * step)
    steepest = width / (2 * np.e * np.log(base))
    for angles, kind, most in (
        (recurrence, "ggml", 2 * steepest + 2),
        (power * single(position), "HF", 4),
    ):
        exact = zip(angles, omega, strict=True)
        off = float(
            max(abs(float(value) - context.mpf(position) * true) for value, true in exact)
        )
        [probe] = [value for key, value in ANGLES[name].items() if key.startswith(kind)]
        for seen in (off, probe):
            assert u / 4 < seen / position < most * u

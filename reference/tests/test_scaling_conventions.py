"""The readings of YaRN, LongRoPE and dynamic scaling that are in real use, each by a number."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ropespec.reference import Dynamic, Linear, LongRope, Ntk, RotaryConfig, Yarn
from ropespec.reference.scaling import lengths_in_force
from ropespec.reference.scaling.yarn_conventions import CONVENTIONS
from ropespec.reference.spectrum import spectrum

G = 0.1 * math.log(40) + 1
"""The paper's amplitude at a factor of 40."""

LOW, HALF = 0.1 * 0.707 * math.log(40) + 1, 0.1 * math.log(0.5) + 1

AMPLITUDES: list[tuple[str, dict[str, float], float]] = [
    ("hugging-face", {}, G),
    ("hugging-face", {"mscale": 0.707}, G),
    ("hugging-face", {"mscale": 1.0, "mscale_all_dim": 0.0}, G),
    ("hugging-face", {"attention_factor": 1.5, "mscale": 1.0, "mscale_all_dim": 1.0}, 1.5),
    ("jquesnelle", {"mscale": 0.707, "mscale_all_dim": 0.707, "attention_factor": 1.5}, G),
    ("deepseek", {"mscale": 0.707}, LOW),
    ("deepseek", {"mscale_all_dim": 0.707}, G / LOW),
    ("deepseek", {"attention_factor": 1.5}, G),
    ("megatron", {"mscale": 0.0, "mscale_all_dim": 1.0}, 1 / G),
    ("megatron", {"mscale": 0.707}, G),
    ("ggml", {"attention_factor": 1.5}, G),
    ("keras-hub", {"mscale": 0.707, "mscale_all_dim": 0.707}, G),
    ("litgpt", {}, 1.0),
    ("litgpt", {"mscale": 0.707}, LOW),
]


@pytest.mark.parametrize(("convention", "weights", "amplitude"), AMPLITUDES)
def test_amplitudes(convention: str, weights: dict[str, float], amplitude: float) -> None:
    law = replace(Yarn(40.0, 4096, convention=convention), **weights)  # type: ignore[arg-type]
    assert law.amplitude() == pytest.approx(amplitude, rel=1e-15)


@pytest.mark.parametrize("convention", CONVENTIONS)
def test_amplitudes_below_a_factor_of_one(convention: str) -> None:
    amplitude = Yarn(0.5, 4096, convention=convention).amplitude()
    expected = HALF if convention in ("ggml", "keras-hub") else 1.0
    assert amplitude == pytest.approx(expected, rel=1e-15)


def frequencies(config: RotaryConfig, law: Yarn, convention: str) -> np.ndarray:
    return config.replace(scaling=replace(law, convention=convention)).inv_freq()


def test_who_rounds_the_ramp_against_the_file() -> None:
    config, law = RotaryConfig(64, base=150000.0), Yarn(32.0, 4096, truncate=False)
    own = frequencies(config, law, "hugging-face")
    for convention in CONVENTIONS:
        apart = np.abs(frequencies(config, law, convention) / own - 1).max()
        rounds = convention in ("jquesnelle", "deepseek", "ggml", "litgpt")
        assert bool(apart > 0.5) is rounds


def test_where_the_ramp_is_cut_off() -> None:
    """A top of d/2 - 1 differs where the ramp would end beyond the last pair: by 0.48 here."""
    config = RotaryConfig(64)
    law = Yarn(4.0, 131072)
    low, high = law.range(spectrum(config))
    assert (low[0], high[0]) == (22, 35)
    cut = replace(law, convention="litgpt").range(spectrum(config))[1]
    assert cut[0] == 31
    share = np.clip((np.arange(32) - low) / (cut - low), 0, 1)
    other = spectrum(config).theta * (1 - share + share / 4)
    apart = np.abs(other / config.replace(scaling=law).inv_freq() - 1).max()
    assert apart == pytest.approx(0.48, abs=0.01)


def test_how_the_ramp_is_kept_open() -> None:
    """Equal ends are moved apart by 0.001; ends in the wrong order are only by two of them."""
    config = RotaryConfig(64)
    equal = Yarn(4.0, 4096, beta_fast=1.0, beta_slow=1.0, truncate=False)
    for convention in ("hugging-face", "megatron", "keras-hub"):
        omega = frequencies(config, equal, convention)
        assert np.isfinite(omega).all()
        assert set(np.round(spectrum(config).theta / omega, 9)) == {1.0, 4.0}
    # every pair turns more than 32 times: lo and hi both lie beyond the last pair
    beyond, small = Yarn(4.0, 1 << 24), RotaryConfig(8, base=10.0)
    plain = spectrum(small).theta
    assert (frequencies(small, beyond, "hugging-face") == plain / 4).all()
    assert (frequencies(small, beyond, "ggml") == plain).all()


def test_the_laws_that_a_length_can_mean() -> None:
    def at(convention: str, length: int) -> object:
        return Dynamic(2.0, 1024, convention).at_length(length)

    assert at("hugging-face", 3072) == Ntk(5.0)
    qwen = (1025, 2048, 2049, 4096, 4097)
    assert [at("qwen", length) for length in qwen] == [Ntk(a) for a in (3, 3, 7, 7, 15)]
    assert at("linear", 3072) == Linear(3.0)
    assert at("yarn", 3072) == Yarn(3.0, 1024)
    assert (
        RotaryConfig(2, scaling=Dynamic(2.0, 1024, "linear")).at_length(2048).inv_freq() == 0.5
    )


def test_who_switches_to_the_long_list_when() -> None:
    law, calls = LongRope((1.0,), (2.0,), 4096, factor=32.0), [10, 4096, 4097]
    for rule, expected in (
        ("stateless", calls),
        ("hugging-face", calls),
        ("vllm", [131072] * 3),
        ("mlx-lm", [4097, 4097, 4097]),
    ):
        assert lengths_in_force(law, calls, rule) == expected
        used = [law.at_length(length) for length in lengths_in_force(law, calls, rule)]
        lists = [one.short_factor for one in used if isinstance(one, LongRope)]
        assert lists == [(2.0,) if length > 4096 else (1.0,) for length in expected]
    assert lengths_in_force(Linear(2.0), calls, "hugging-face") == calls
    assert lengths_in_force(Linear(2.0), calls, "vllm") == calls


def test_microsofts_growing_list() -> None:
    law = LongRope((1.0,), (3.0,), 1024, factor=4.0, convention="microsoft-dynamic")
    config = RotaryConfig(2, scaling=law)
    divisors = [1 / config.at_length(n).inv_freq()[0] for n in (1024, 2560, 4096)]
    np.testing.assert_allclose(divisors, [1.0, 2.0, 3.0], rtol=1e-15)

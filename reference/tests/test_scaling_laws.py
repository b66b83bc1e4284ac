"""The frequency laws against chapter E: plain outside, continuous, monotone, exact ends."""

from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ropespec.reference import (
    Dynamic,
    Linear,
    Llama3,
    LongRope,
    Ntk,
    NtkByParts,
    NtkSu,
    Resonance,
    RotaryConfig,
    Scaling,
    Yarn,
    oracle,
    oracle_mpmath,
)
from ropespec.reference.scaling.ntk import ntk_base
from ropespec.reference.scaling.ramps import correction_dim, turns
from ropespec.reference.spectrum import frequencies, spectrum

PAIRS = st.integers(2, 256)
BASES = st.floats(10.0, 1e8)
FACTORS = st.floats(1.0, 64.0)
LENGTHS = st.integers(64, 1 << 20)
EPS = 2.0**-52


@st.composite
def configs(draw: st.DrawFn, law: st.SearchStrategy[Scaling]) -> RotaryConfig:
    return RotaryConfig(2 * draw(PAIRS), base=draw(BASES), scaling=draw(law))


NTK = st.builds(Ntk, FACTORS)
LLAMA3 = st.builds(Llama3, FACTORS, st.just(1.0), st.floats(1.0, 8.0), LENGTHS)
BY_PARTS = st.builds(NtkByParts, FACTORS, LENGTHS, st.floats(2.0, 64.0), st.floats(0.1, 1.0))
YARN = st.builds(
    Yarn, FACTORS, LENGTHS, st.floats(2.0, 64.0), st.floats(0.1, 1.0), truncate=st.booleans()
)
BANDED = st.one_of(LLAMA3, BY_PARTS, YARN)
DYNAMIC = st.builds(Dynamic, FACTORS, LENGTHS)
LAWS = st.one_of(
    BANDED, NTK, st.builds(Linear, FACTORS), st.builds(NtkSu, FACTORS, st.floats(0.1, 2.0)),
    st.builds(NtkByParts, FACTORS, LENGTHS, convention=st.just("part-ntk")),
)  # fmt: skip


@given(configs(NTK))
def test_ntk_keeps_the_first_frequency_and_divides_the_last(config: RotaryConfig) -> None:
    """E3: theta_0 unchanged, the last divided by exactly alpha, as the larger base does."""
    assert isinstance(config.scaling, Ntk)
    alpha, omega, theta = config.scaling.alpha, config.inv_freq(), spectrum(config).theta
    assert omega[0] == 1.0
    assert omega[-1] == pytest.approx(theta[-1] / alpha, rel=2 * EPS)
    larger = RotaryConfig(config.head_dim, base=ntk_base(config.base, alpha, config.head_dim))
    # a relative error of the base of a few EPS is at most that of every power below 1 of it
    np.testing.assert_allclose(larger.inv_freq(), omega, rtol=40 * EPS)


@given(configs(DYNAMIC), st.integers(1, 1 << 22))
def test_dynamic_is_a_pure_function_of_the_length(config: RotaryConfig, length: int) -> None:
    """E3: plain up to L and continuous there; one more token changes little, and never back."""
    assert isinstance(config.scaling, Dynamic)
    original, theta = config.scaling.original_max_position_embeddings, spectrum(config).theta
    for short in (1, original - 1, original):
        assert (config.at_length(short).inv_freq() == theta).all()
    omega = config.at_length(length).inv_freq()
    longer = config.at_length(length + 1).inv_freq()
    assert (longer <= omega * (1 + 4 * EPS)).all()
    step = 1 + config.scaling.factor / original  # alpha(L + 1), by which the last is divided
    at_edge = config.at_length(original + 1).inv_freq()
    assert at_edge[-1] == pytest.approx(theta[-1] / step, rel=1e-9)
    config.at_length(1 << 22)  # a call in between changes nothing
    assert (config.at_length(length).inv_freq() == omega).all()


@given(configs(BANDED))
def test_banded_laws_stay_between_plain_and_divided(config: RotaryConfig) -> None:
    """E4, E5: never outside the two ends; the quotient grows from fast to slow pairs."""
    low, high = _ramp_ends(config)
    assume(low <= high)
    theta, omega = spectrum(config).theta, config.inv_freq()
    factor = config.scaling.to_dict()["factor"]
    rounding = 1 + 2 * EPS  # three roundings of half an EPS in a blend
    assert (omega <= theta * rounding).all()
    assert (omega * rounding >= theta / factor).all()
    assert (np.diff(theta / omega) >= -8 * EPS * factor).all()
    assert (omega[1:] <= omega[:-1] * rounding**2).all()


def _ramp_ends(config: RotaryConfig) -> tuple[float, float]:
    """Where the ramp of YaRN runs; other laws' ends are in order by their checks."""
    if not isinstance(config.scaling, Yarn):
        return 0.0, 1.0
    low, high = config.scaling.range(spectrum(config))
    return float(low[0]), float(high[0])


@given(configs(LLAMA3))
def test_llama3_outside_its_bands(config: RotaryConfig) -> None:
    """E5: exactly plain above f_high and exactly theta / s below f_low."""
    law, theta, omega = config.scaling, spectrum(config).theta, config.inv_freq()
    assert isinstance(law, Llama3)
    r = turns(spectrum(config), law.original_max_position_embeddings)
    fast, slow = r > law.high_freq_factor, r < law.low_freq_factor
    assert (omega[fast] == theta[fast]).all()
    assert (omega[slow] == theta[slow] / law.factor).all()


@given(FACTORS, st.floats(1.0, 8.0), st.sampled_from(["low", "high"]))
def test_llama3_is_continuous_at_both_edges(factor: float, high: float, edge: str) -> None:
    """E5: a frequency a hair on either side of an edge comes out a hair apart."""
    assume(high > 1.001)
    law, context = Llama3(factor, 1.0, high, 8192), mpmath.MPContext()
    context.dps = 40
    rotations = 1.0 if edge == "low" else high
    theta = 2 * context.pi * rotations / 8192
    gap = context.mpf(10) ** -20
    numbers = np.array([theta * (1 - gap), theta * (1 + gap)], dtype=object)
    plain = spectrum(RotaryConfig(4, scaling=law), context.mpf)
    moved = type(plain)(plain.base, plain.index, plain.width, numbers, plain.arithmetic)
    below, above = law.frequencies(moved)
    # the slope is at most s + s / (f_high - f_low) relative
    assert abs(above / below - 1) < 2 * gap * (2 + 2 * factor * high / (high - 1.0))


@given(configs(YARN))
def test_the_correction_dimension_solves_its_equation(config: RotaryConfig) -> None:
    """E4: at the index c the wavelength is L / rotations."""
    law = config.scaling
    assert isinstance(law, Yarn)
    for rotations in (law.beta_fast, law.beta_slow):
        original = law.original_max_position_embeddings
        c = correction_dim(rotations, spectrum(config), original)[0]
        wavelength = 2 * np.pi * config.base ** (2 * c / config.head_dim)
        # the exponent ln b * 2c/d = ln(L / 2 pi rho) has a rounding of a few EPS of its size
        assert wavelength == pytest.approx(original / rotations, rel=1e-13)


@given(configs(YARN))
def test_yarn_is_plain_and_divided_outside_the_ramp(config: RotaryConfig) -> None:
    law, theta, omega = config.scaling, spectrum(config).theta, config.inv_freq()
    assert isinstance(law, Yarn)
    low, high = law.range(spectrum(config))
    assume(low[0] < high[0])
    index = np.arange(config.pairs)
    assert (omega[index <= low] == theta[index <= low]).all()
    assert (omega[index >= high] == theta[index >= high] / law.factor).all()


@given(FACTORS, st.floats(0.1, 2.0), st.floats(0.1, 2.0))
def test_the_amplitude_of_yarn_is_the_softmax_temperature(s: float, m: float, n: float) -> None:
    """E4: q and k each times A is the score times A squared, 1 / t in the paper."""
    assert Yarn(s, 4096).amplitude() ** 2 == pytest.approx(
        (0.1 * np.log(s) + 1) ** 2, rel=1e-14
    )
    weighted = Yarn(s, 4096, mscale=m, mscale_all_dim=n)
    whole = weighted.amplitude() ** 2 * weighted.softmax_factor()
    assert whole == pytest.approx((0.1 * m * np.log(s) + 1) ** 2, rel=1e-14)


@given(LAWS, PAIRS, BASES)
def test_a_factor_of_one_changes_nothing(law: Scaling, pairs: int, base: float) -> None:
    key = "alpha" if isinstance(law, Ntk) else "factor"
    words = {**law.to_dict(), key: 1.0}
    config = RotaryConfig(2 * pairs, base=base, scaling=words)
    np.testing.assert_allclose(config.inv_freq(), spectrum(config).theta, rtol=4 * EPS)
    assert config.amplitude == 1.0


@given(configs(LAWS))
def test_high_precision_and_float64_are_one_law(config: RotaryConfig) -> None:
    """theta is off by ln b EPS and a pow; a ramp of width w turns an error of c into 1 / w."""
    context = mpmath.MPContext()
    context.dps = 50
    exact = [float(value) for value in frequencies(config, context.mpf)]
    low, high = _ramp_ends(config)
    width = 1.0 if high == low else max(abs(high - low), 1e-3)
    assume(width > 1e-2 or not isinstance(config.scaling, Yarn))
    if isinstance(config.scaling, Llama3):
        width = config.scaling.high_freq_factor - config.scaling.low_freq_factor
        assume(width == 0 or width > 1e-3)
    error = EPS * (8 * np.log(config.base) + 64) * (1 + 512 / (width or 1.0))
    factor = config.scaling.to_dict().get("factor", 1.0)
    np.testing.assert_allclose(config.inv_freq(), exact, rtol=error * factor)


@given(configs(LAWS), st.none() | st.integers(10, 1 << 20))
def test_resonance_has_whole_wavelengths(config: RotaryConfig, original: int | None) -> None:
    inner = config.scaling
    law = Resonance(inner, original)
    rounded, given_ = config.replace(scaling=law), 2 * np.pi / config.inv_freq()
    wavelength = 2 * np.pi / rounded.inv_freq()
    touched = np.ones(config.pairs, bool) if original is None else given_ < original
    whole = np.rint(wavelength)
    np.testing.assert_allclose(wavelength[touched], whole[touched], rtol=4 * EPS)
    assert (np.abs(wavelength - given_)[touched] <= 0.5 + 1e-9 * given_[touched]).all()
    assert (rounded.inv_freq()[~touched] == config.inv_freq()[~touched]).all()
    assert rounded.amplitude == config.amplitude
    assert wavelength[0] != 2 * np.pi or not touched[0]


@given(st.integers(2, 64), LENGTHS, FACTORS, st.data())
def test_longrope_switches_above_the_trained_length(
    pairs: int, original: int, factor: float, data: Any
) -> None:
    """E6: amplitude 1 at s = 1, one list up to L and the other beyond."""
    divisors = st.lists(st.floats(1.0, 50.0), min_size=pairs, max_size=pairs)
    short, long = data.draw(divisors), data.draw(divisors)
    law = LongRope(tuple(short), tuple(long), original, factor=factor)
    config = RotaryConfig(2 * pairs, scaling=law)
    theta = spectrum(config).theta
    for length, used in ((1, short), (original, short), (original + 1, long), (1 << 21, long)):
        at = config.at_length(length)
        assert (at.inv_freq() == theta / used).all()
        assert at.amplitude == config.amplitude
        assert not at.depends_on_length
    assert (config.inv_freq() == theta / short).all()
    expected = (1 + np.log(factor) / np.log(original)) ** 0.5
    assert config.amplitude == pytest.approx(expected, rel=1e-14)
    grown = config.replace(scaling=LongRope(**{**vars(law), "convention": "microsoft-dynamic"}))
    assert (grown.at_length(original).inv_freq() == theta).all()
    if factor > 1.5:
        full = grown.at_length(round(factor * 2**20)).inv_freq() if original == 2**20 else None
        assert full is None or np.allclose(full, theta / long, rtol=1e-5)


def test_a_cache_from_before_the_switch_is_wrong_after_it() -> None:
    """E6: the score of a key turned with the short list depends on where it stands."""
    config = RotaryConfig(2, scaling=LongRope((1.0,), (4.0,), 4096, attention_factor=1.0))
    short, long = config.at_length(4096).inv_freq()[0], config.at_length(4097).inv_freq()[0]
    assert np.cos(long * 10 - long * 8) != pytest.approx(np.cos(long * 10 - short * 8), abs=0.1)


def test_su_divides_the_last_frequency_by_the_factor() -> None:
    plain = RotaryConfig(128)
    for law in (NtkSu(8.0), NtkSu(8.0, 0.625), NtkSu(8.0, 1.0)):
        ratio = plain.inv_freq() / plain.replace(scaling=law).inv_freq()
        assert ratio[-1] == pytest.approx(8.0, rel=1e-14)
        assert ratio[0] > 1
    fixed, mixed = (plain.replace(scaling=NtkSu(8.0, b)).inv_freq() for b in (None, 1.0))
    np.testing.assert_allclose(fixed, mixed, rtol=1e-15)
    # vLLM: base s b, everything divided by s ** (2 / d)
    other = RotaryConfig(128, base=80000.0).inv_freq() / 8 ** (2 / 128)
    np.testing.assert_allclose(fixed, other, rtol=1e-14)


@given(configs(LAWS), st.integers(-(2**62), 2**62))
def test_the_oracle_knows_every_law(config: RotaryConfig, position: int) -> None:
    """Exact phases need the law in high precision: float64 frequencies are lost by 2**53."""
    cos, sin = oracle.phases(position, config)
    slow_cos, slow_sin = oracle_mpmath.phases(position, config, digits=40)
    for fast, slow in ((cos, slow_cos), (sin, slow_sin)):
        apart = [abs(value - true) for value, true in zip(slow, map(float, fast), strict=True)]
        assert (np.array([float(off) for off in apart]) <= np.spacing(np.abs(fast))).all()

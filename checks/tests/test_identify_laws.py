"""Scaling laws are recovered with their parameters, declared or not, and doubts are said."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ropespec.checks.identify import identify
from ropespec.reference import RotaryConfig
from ropespec.reference.formats import find_format, round_to
from ropespec.reference.oracle import rotate
from ropespec.reference.scaling import (
    Dynamic,
    Linear,
    Llama3,
    LongRope,
    Ntk,
    NtkByParts,
    NtkSu,
    Proportional,
    Resonance,
    Yarn,
)

BASES = st.sampled_from([10000.0, 500000.0, 1e6, 150000.0]) | st.floats(2.5, 7).map(
    lambda power: 10.0**power
)
FACTORS = st.sampled_from([2.0, 4.0, 8.0, 32.0, 40.0]) | st.floats(1.3, 50.0)
LENGTHS = st.sampled_from([2048, 4096, 8192, 32768]) | st.integers(600, 60000)
FORMATS = ["float64", "float32", "float16", "bfloat16"]


class Seen:
    """A probe on a configuration that may change with the length of a call."""

    def __init__(self, config, dtype="float32", by_length=False, function=None):
        self.config, self.by_length = config, by_length
        self.dtypes, self.roles, self.max_position = (dtype,), ("query",), None
        self.function = function or self.turned
        self.calls = 0

    def turned(self, values, positions):
        length = int(positions.max()) + 1
        config = self.config.at_length(length) if self.by_length else self.config
        return rotate(values, positions, config)

    def rotate(self, values, positions, dtype, role="query"):
        assert role == "query"
        self.calls += 1
        return round_to(self.function(values, positions), dtype)


def two(draw, low, high):
    """Draw the ends of a ramp, well apart."""
    one = draw(st.floats(low, high / 3).map(lambda value: round(value, 2)))
    return one, round(one * draw(st.sampled_from([2.0, 4.0, 32.0]) | st.floats(1.5, 20)), 2)


@st.composite
def laws(draw, pairs):
    kind = draw(st.sampled_from(["linear", "ntk", "llama3", "by-parts", "yarn", "longrope"]))
    factor, length = draw(FACTORS), draw(LENGTHS)
    if kind == "linear":
        return Linear(factor)
    if kind == "ntk":
        return Ntk(factor)
    if kind == "llama3":
        ends = draw(st.just((1.0, 4.0)) | st.just(two(draw, 0.5, 9)))
        return Llama3(factor, *ends, length)
    if kind == "by-parts":
        low, high = draw(st.just((1.0, 32.0)) | st.just(two(draw, 0.5, 9)))
        return NtkByParts(factor, length, beta_fast=high, beta_slow=low)
    if kind == "yarn":
        low, high = draw(st.just((1.0, 32.0)) | st.just(two(draw, 0.5, 9)))
        return Yarn(factor, length, high, low, truncate=draw(st.booleans()))
    divisors = draw(st.lists(st.floats(1.05, 60.0), min_size=pairs, max_size=pairs))
    return LongRope(tuple(divisors), tuple(divisors), length, factor=factor)


@st.composite
def conventions(draw):
    pairs = draw(st.sampled_from([3, 5, 8, 16, 20, 48]))
    idle = draw(st.sampled_from([0, 0, 3, 16]))
    return RotaryConfig(
        head_dim=2 * pairs + idle,
        rotary_dim=2 * pairs,
        rotary_end=draw(st.sampled_from(["first", "last"])),
        layout=draw(st.sampled_from(["interleaved", "half", "interleaved-to-half"])),
        base=draw(BASES),
        sign=draw(st.sampled_from([1, -1])),
        scaling=draw(laws(pairs)),
    )


def allowed(omega, dtype):
    """How far a recovered frequency may be off: the output's rounding, and float32's."""
    unit = find_format(dtype).unit_roundoff
    return 6 * unit / np.maximum(1.0, omega * 65536) + 1e-5


STEEP = (2.0,) * 47 + (30.0,)
"""Its last two pairs lie on the line of a base that no configuration takes."""

UNEVEN = (20.541986506477414, 2.0, 2.0)
"""In float16, 20.542 is barely within the error, and shows at far positions."""


@settings(max_examples=50, deadline=None)
@given(config=conventions(), dtype=st.sampled_from(FORMATS))
@example(
    config=RotaryConfig(head_dim=96, scaling=LongRope(STEEP, STEEP, 600, factor=2.0)),
    dtype="float32",
)
@example(
    config=RotaryConfig(head_dim=6, scaling=LongRope(UNEVEN, UNEVEN, 2048, factor=2.0)),
    dtype="float16",
)
def test_any_law_is_recovered_without_a_declaration(config, dtype):
    found = identify(Seen(config, dtype), config.head_dim)
    convention = found.config()
    assert convention is not None, found.notes
    assert (found.layout, found.sign) == (config.layout, config.sign)
    omega = config.inv_freq()
    assert (np.abs(convention.inv_freq() / omega - 1) <= allowed(omega, dtype)).all()
    assert found.misfit <= 1
    assert found.explained > 0.98


@settings(max_examples=40, deadline=None)
@given(config=conventions(), dtype=st.sampled_from(FORMATS))
def test_any_law_is_reported_as_declared(config, dtype):
    found = identify(Seen(config, dtype), config.head_dim, config)
    assert found.scaling == config.scaling_dict()
    assert (found.base, found.attention_factor) == (config.base, config.amplitude)
    assert (found.misfit <= 1, found.explained) == (True, 1.0)


LLAMA31 = Llama3(8.0, 1.0, 4.0, 8192)
YARN = Yarn(4.0, 32768)
MODELS = {
    "Llama 3.1": (128, 500000.0, LLAMA31),
    "Llama 3.2": (64, 500000.0, Llama3(32.0, 1.0, 4.0, 8192)),
    "Llama 4 Scout": (128, 500000.0, Llama3(16.0, 1.0, 1.0, 8192)),
    "Qwen 3": (128, 1000000.0, YARN),
    "gpt-oss": (64, 150000.0, Yarn(32.0, 4096, truncate=False)),
    "Kimi K2": (64, 50000.0, Yarn(32.0, 4096, 1.0, 1.0)),
    "OLMo 3": (128, 500000.0, Yarn(8.0, 8192)),
    "Gemma 3": (256, 1000000.0, Linear(8.0)),
    "by parts": (128, 10000.0, NtkByParts(16.0, 4096)),
}


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("name", MODELS)
def test_published_models_are_named_with_the_numbers_of_their_files(name, dtype):
    width, base, law = MODELS[name]
    config = RotaryConfig(width, base=base, layout="half", scaling=law)
    found = identify(Seen(config, dtype), width)
    assert (found.base, found.scaling) == (base, config.scaling_dict())
    assert found.attention_factor == config.amplitude


def test_a_yarn_amplitude_of_its_own_is_part_of_the_law():
    law = Yarn(40.0, 4096, mscale=1.0, mscale_all_dim=1.0)  # DeepSeek V3
    found = identify(Seen(RotaryConfig(64, scaling=law)), 64)
    assert found.attention_factor == 1.0
    assert found.scaling == Yarn(40.0, 4096, attention_factor=1.0).to_dict()


def test_a_list_of_divisors_is_found_with_the_declared_base():
    divisors = tuple(1 + 0.5 * pair**1.5 for pair in range(24))
    law = LongRope(divisors, divisors, 4096, factor=32.0)
    config = RotaryConfig(48, base=20000.0, scaling=law)
    declared = config.replace(scaling=LongRope((1.0,) * 24, (1.0,) * 24, 4096, factor=32.0))
    found = identify(Seen(config), 48, declared)
    assert found.base == 20000.0
    assert found.scaling["rope_type"] == "longrope"
    assert np.allclose(found.scaling["short_factor"], divisors, rtol=1e-5)
    assert any("base does not show" in each for each in found.untold)


def test_idle_pairs_of_the_whole_head_are_proportional():
    config = RotaryConfig(64, 16, base=1e6, layout="half-idle", scaling=Proportional())
    assert identify(Seen(config), 64).scaling == {"rope_type": "proportional", "factor": 1.0}
    assert identify(Seen(config), 64, config.replace(scaling=None)).scaling is None


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    "law", [Dynamic(2.0, 4096), Dynamic(4.0, 3000), Dynamic(1.0, 8192, "qwen")]
)
def test_a_dynamic_law_shows_in_calls_of_other_lengths(law, dtype):
    config = RotaryConfig(64, base=10000.0, layout="half", scaling=law)
    probe = Seen(config, dtype, by_length=True)
    found = identify(probe, 64)
    assert found.base == 10000.0
    assert found.explained > 0.99
    assert probe.calls < 80
    recovered = found.config()
    for length in (100, 2500, 20000, 131072):
        omega = config.at_length(length).inv_freq()
        mine = recovered.at_length(length).inv_freq()
        assert (np.abs(mine / omega - 1) <= 3 * allowed(omega, dtype)).all(), found.scaling
    assert found.scaling["rope_type"] == "dynamic"
    if dtype == "float32":
        assert found.scaling == law.to_dict()


def test_both_lists_of_longrope_are_found_and_where_they_change():
    short = tuple(1 + 0.02 * pair for pair in range(24))
    long = tuple(1 + 1.2 * pair for pair in range(24))
    config = RotaryConfig(48, scaling=LongRope(short, long, 5000, factor=32.0))
    found = identify(Seen(config, by_length=True), 48)
    assert np.allclose(found.scaling["short_factor"], short, rtol=1e-4)
    assert np.allclose(found.scaling["long_factor"], long, rtol=1e-4)
    assert found.scaling["original_max_position_embeddings"] == 5000


def test_a_dynamic_law_that_keeps_its_largest_length_is_seen_through():
    """As Hugging Face's: a call as long as the trained length keeps the longest so far."""
    config = RotaryConfig(64, scaling=Dynamic(2.0, 4096))
    longest = 4096

    def kept(values, positions):
        nonlocal longest
        length = int(positions.max()) + 1
        longest = 4096 if length < 4096 else max(longest, length)
        return rotate(values, positions, config.at_length(longest))

    found = identify(Seen(config, function=kept), 64)
    assert found.scaling == {**config.scaling_dict()}


def test_a_larger_base_and_ntk_are_one_and_that_is_said():
    config = RotaryConfig(128, scaling=Ntk(8.0))
    found = identify(Seen(config), 128)
    assert found.scaling is None
    assert found.base == pytest.approx(10000 * 8 ** (128 / 126), rel=1e-6)
    assert any("base 10000 with NTK-aware scaling, alpha 8" in each for each in found.untold)
    declared = RotaryConfig(128, scaling=Ntk(4.0))
    found = identify(Seen(config), 128, declared)
    assert (found.base, found.scaling) == (10000.0, {"rope_type": "ntk", "alpha": 8.0})


@pytest.mark.parametrize(
    ("power", "rule"), [(0.5, "i/rotary_dim"), (1 / 3, "2i/head_dim"), (16 / 14, "(r")]
)
def test_another_rule_of_the_exponents_is_no_other_base(power, rule):
    declared = RotaryConfig(48, rotary_dim=16, base=500000.0)
    found = identify(Seen(declared.replace(base=500000.0**power)), 48, declared)
    wanted = "2i/(rotary_dim - 2)" if rule == "(r" else rule
    assert (found.exponent.rule, found.exponent.base) == (wanted, 500000.0)
    other = identify(Seen(declared.replace(base=10000.0)), 48, declared)
    assert (other.exponent.rule, other.exponent.base) == ("2i/rotary_dim", 10000.0)


def test_laws_that_explain_the_same_are_named_beside_each_other():
    config = RotaryConfig(64, base=50000.0, scaling=Yarn(32.0, 4096, 1.0, 1.0))
    found = identify(Seen(config), 64)
    assert any("also those of" in each and "llama3" in each for each in found.untold)


def test_what_the_frequencies_cannot_tell_is_said():
    found = identify(Seen(RotaryConfig(128, base=1e6, scaling=YARN)), 128)
    assert any("from 28813 to 35332" in each for each in found.untold)
    found = identify(Seen(RotaryConfig(128, base=5e5, scaling=LLAMA31)), 128)
    assert any("low_freq_factor is taken as 1" in each for each in found.untold)


def test_what_longer_sequences_would_show_is_said():
    config = RotaryConfig(32, layout="half", scaling=Dynamic(4.0, 4096))
    probe = Seen(config, by_length=True)
    probe.max_position = 4095
    found = identify(probe, 32)
    assert (found.base, found.scaling, found.max_position) == (10000.0, None, 4095)
    assert any("up to position 4095: a law that changes" in each for each in found.untold)
    assert not any("law that changes" in each for each in identify(Seen(config), 32).untold)


def test_a_short_list_is_believed_before_a_ramp_of_fitted_numbers():
    divisors = (1.0, 1.05, 1.1, 1.15)
    law = LongRope(divisors, divisors, 4096, factor=8.0)
    found = identify(Seen(RotaryConfig(8, scaling=law)), 8)
    assert (found.base, found.scaling["rope_type"]) == (10000.0, "longrope")
    assert found.scaling["short_factor"] == list(divisors)


def test_numbers_that_few_pairs_cannot_confirm_are_doubted():
    omega = np.array([1.0, 0.0456123, 0.00317651, 0.000123457])

    def odd(values, positions):
        turn = np.exp(1j * positions[:, np.newaxis, :, np.newaxis] * omega)
        z = (values[..., ::2] + 1j * values[..., 1::2]) * turn
        return np.stack((z.real, z.imag), axis=-1).reshape(values.shape)

    found = identify(Seen(RotaryConfig(8), function=odd), 8)
    assert any("fitted to 4 pairs" in one or "does not show" in one for one in found.untold)


def test_an_unrounded_yarn_with_usual_numbers_is_found_from_few_pairs():
    config = RotaryConfig(8, base=150000.0, scaling=Yarn(32.0, 4096, truncate=False))
    assert identify(Seen(config), 8).scaling == config.scaling_dict()


def test_a_length_at_which_longrope_changes_is_not_called_unseen():
    short, long = (tuple(1 + step * pair for pair in range(24)) for step in (0.02, 1.2))
    config = RotaryConfig(48, scaling=LongRope(short, long, 5000, factor=32.0))
    found = identify(Seen(config, by_length=True), 48)
    assert not any("nothing shows of original" in each for each in found.untold)


def test_frequencies_in_another_order_are_no_list():
    config = RotaryConfig(48, base=10000.0)
    order = np.roll(np.arange(24), 1)

    def shuffled(values, positions):
        turned = values.reshape(*values.shape[:-1], 24, 2)[..., order, :]
        y = rotate(turned.reshape(values.shape), positions, config)
        back = np.empty_like(y).reshape(turned.shape)
        back[..., order, :] = y.reshape(turned.shape)
        return back.reshape(values.shape)

    found = identify(Seen(config, function=shuffled), 48)
    assert found.scaling is None
    assert any("base 10000, but in another order" in each for each in found.notes)


def test_rounded_frequencies_keep_their_law():
    config = RotaryConfig(64, base=500000.0, scaling=Llama3(32.0, 1.0, 4.0, 8192))
    omega = round_to(config.inv_freq(), "bfloat16")

    def rounded(values, positions):
        turn = np.exp(1j * positions[:, np.newaxis, :, np.newaxis] * omega)
        z = (values[..., ::2] + 1j * values[..., 1::2]) * turn
        return np.stack((z.real, z.imag), axis=-1).reshape(values.shape)

    found = identify(Seen(config, function=rounded), 64)
    assert (found.base, found.scaling) == (500000.0, config.scaling_dict())
    assert "the frequencies are rounded to bfloat16" in found.notes


def test_sections_of_axes_are_measured_where_they_are_declared():
    config = RotaryConfig(24, layout="half", axes=(2, 4, 6))
    same = identify(Seen(config), 24, config)
    assert same.notes == ("the axes turn the declared sections of 2, 4, 6 pairs",)
    swapped = Seen(config, function=lambda x, p: rotate(x, p[..., [1, 0, 2]], config))
    found = identify(swapped, 24, config)
    assert "coordinate 0 turns pairs 2-5, declared 0-1" in found.notes
    assert found.explained == 0.5
    assert any("declare axes" in each for each in identify(Seen(RotaryConfig(24)), 24).untold)


def test_series_of_several_axes_are_recognized_by_their_repetition():
    config = RotaryConfig(24, layout="half", axes=(6, 6))
    both = Seen(config, function=lambda x, p: rotate(x, np.stack([p, p], -1), config))
    found = identify(both, 24)
    assert found.base is None
    assert any("2 blocks of 6 pairs" in each for each in found.notes)


def test_su_s_law_and_resonance_as_declared():
    for law in (NtkSu(8.0), NtkSu(8.0, mixed_b=0.625), Resonance(YARN)):
        config = RotaryConfig(64, scaling=law)
        found = identify(Seen(config), 64, config)
        assert found.scaling == config.scaling_dict()
        assert found.explained == 1.0


def test_the_declared_law_decides_nothing_that_can_be_seen():
    config = RotaryConfig(128, base=500000.0, layout="half", scaling=LLAMA31)
    wrong = Llama3(32.0, 1.0, 4.0, 8192)
    found = identify(Seen(config), 128, config.replace(scaling=wrong))
    assert found.scaling == config.scaling_dict()
    found = identify(Seen(config.replace(scaling=None)), 128, config)
    assert found.scaling is None


@pytest.mark.parametrize("table", [2048, 5000])
def test_a_law_is_recovered_before_the_end_of_a_table(table):
    config = RotaryConfig(
        64, base=500000.0, layout="half", scaling=Llama3(32.0, 1.0, 4.0, 8192)
    )
    wraps = Seen(config, function=lambda x, p: rotate(x, p % table, config))
    found = identify(wraps, 64)
    assert found.base == 500000.0
    assert found.max_position == table - 1

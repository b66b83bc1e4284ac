"""Identification recovers any convention, and is not fooled by what follows none."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ropespec.checks.corpus import honest
from ropespec.checks.corpus.deviations import DEVIATIONS
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.errors import TargetRaised
from ropespec.checks.identify import identify
from ropespec.checks.identify.numbers import simplest
from ropespec.checks.target import load
from ropespec.reference import RotaryConfig, layout_channels
from ropespec.reference.formats import round_to
from ropespec.reference.oracle import rotate

HALF = RotaryConfig(head_dim=32, layout="half", base=500000.0)
PARTIAL = RotaryConfig(head_dim=24, rotary_dim=16, rotary_end="last", sign=-1)
DEVIATION = {deviation.name: deviation for deviation in DEVIATIONS}
ENDS = ["first", "last"]
NAMES = ["interleaved", "half", "interleaved-to-half", "half-idle"]


class Seen:
    """A probe on a function of values that counts its calls and their sizes."""

    def __init__(self, function, dtype="float32", limit=None):
        self.function, self.dtypes, self.max_position = function, (dtype,), limit
        self.roles = ("query",)
        self.sizes = []

    def rotate(self, values, positions, dtype, role="query"):
        assert role == "query"
        assert np.array_equal(round_to(values, dtype), values)
        self.sizes.append(values.size)
        return round_to(self.function(values, positions), dtype)


def right(config):
    return lambda values, positions: rotate(values, positions, config)


def wrong(name, config=HALF):
    return DEVIATION[name].apply(config)


@st.composite
def conventions(draw):
    layout = draw(st.sampled_from(NAMES))
    pairs = draw(st.integers(2, 24))
    idle = 2 * draw(st.sampled_from([0, 0, 1, 5]))
    factor = draw(st.sampled_from([1.0, 1.0, 2.0, 8.0, 1.5]))
    return RotaryConfig(
        head_dim=2 * pairs + idle,
        rotary_dim=2 * pairs,
        rotary_end=draw(st.sampled_from(["first"] if layout == "half-idle" else ENDS)),
        layout=layout,
        base=draw(
            st.sampled_from([100.0, 10000.0, 150000.0, 500000.0, 1e6, 1e7])
            | st.floats(2, 7).map(lambda power: 10.0**power)
        ),
        sign=draw(st.sampled_from([1, -1])),
        scaling=None if factor == 1.0 else {"rope_type": "linear", "factor": factor},
        attention_factor=draw(st.sampled_from([None, 1.25, 0.8])),
    )


PRECISION = {"float64": 1e-6, "float32": 1e-5, "float16": 0.02, "bfloat16": 0.1}
"""How well the base must be found, relative, when nothing is declared."""


@example(config=RotaryConfig(4, base=1388.6030825218543), dtype="float64")
@settings(max_examples=60, deadline=None)
@given(config=conventions(), dtype=st.sampled_from(list(PRECISION)))
def test_any_correct_target_is_recovered_without_a_declaration(config, dtype):
    probe = Seen(right(config), dtype)
    found = identify(probe, config.head_dim)
    convention = found.config()
    assert convention is not None
    mine, theirs = layout_channels(convention), layout_channels(config)
    assert np.array_equal(mine.read, theirs.read)
    assert np.array_equal(mine.write, theirs.write)
    assert found.sign == config.sign
    assert found.rotary_dim == config.rotary_dim
    assert found.position_offset == 0
    assert math.isclose(found.base, config.base, rel_tol=PRECISION[dtype])
    assert math.isclose(found.attention_factor, config.amplitude, rel_tol=2 * PRECISION[dtype])
    assert np.allclose(convention.inv_freq(), config.inv_freq(), rtol=PRECISION[dtype])
    assert found.max_position == 131071
    assert found.explained == 1.0
    assert len(probe.sizes) <= 20


@settings(max_examples=60, deadline=None)
@given(config=conventions(), dtype=st.sampled_from(list(PRECISION)))
def test_what_agrees_with_the_declaration_is_reported_as_declared(config, dtype):
    found = identify(Seen(right(config), dtype), config.head_dim, config)
    assert found.layout == config.layout
    assert found.rotary_end == config.rotary_end
    assert found.base == config.base
    assert found.scaling == config.scaling_dict()
    assert found.attention_factor == config.amplitude
    assert found.output_permutation is None
    assert found.explained == 1.0


@pytest.mark.parametrize("entry", honest(), ids=lambda entry: entry.name)
def test_honest_implementations_are_recognized(entry):
    config = entry.config
    told = config if config.axes else None
    found = identify(load(entry.target(), **entry.claims), config.head_dim, told)
    assert found.layout == config.layout
    assert (found.sign, found.rotary_dim) == (config.sign, config.rotary_dim)
    precise = found.dtype in ("float64", "float32")
    recovered = found.config().inv_freq()
    assert np.allclose(recovered, config.inv_freq(), rtol=1e-4 if precise else 0.02, atol=0)
    assert found.explained > 0.99
    assert found.phase_bits is None or found.phase_bits >= (20 if precise else 15)


def test_a_declaration_decides_nothing_that_can_be_seen():
    declared = HALF.replace(base=500500.0, sign=-1, layout="interleaved")
    found = identify(Seen(right(HALF)), 32, declared)
    assert (found.base, found.sign, found.layout) == (500000.0, 1, "half")


def test_one_pair_says_nothing_about_the_base():
    config = RotaryConfig(head_dim=2)
    assert identify(Seen(right(config)), 2).base is None
    assert identify(Seen(right(config)), 2).explained == 1.0
    assert identify(Seen(right(config)), 2, config.replace(base=777.0)).base == 777.0


@pytest.mark.parametrize("offset", [1, -1, 17])
def test_offset_of_positions(offset):
    found = identify(Seen(lambda x, p: rotate(x, p + offset, PARTIAL)), 24)
    assert found.position_offset == offset
    assert found.explained == 1.0


@pytest.mark.parametrize(
    ("name", "last"),
    [("table-wraps-2048", 2047), ("table-clamps-4096", 4095), ("positions-int16", 32767)],
)
def test_last_good_position(name, last):
    found = identify(Seen(wrong(name)), 32)
    assert found.max_position == last
    assert (found.base, found.layout) == (500000.0, "half")


@pytest.mark.parametrize("rows", [3000, 8192])
def test_a_table_that_raises_beyond_its_end(rows):
    def refuses(values, positions):
        if positions.max() >= rows:
            raise TargetRaised("it raised IndexError")
        return rotate(values, positions, HALF)

    probe = Seen(refuses)
    found = identify(probe, 32)
    assert found.max_position == rows - 1
    assert (found.base, found.explained) == (500000.0, 1.0)
    assert len(probe.sizes) <= 30


def test_a_claimed_end_is_respected():
    def strict(values, positions):
        assert positions.max() <= 100
        return rotate(values, positions, HALF)

    assert identify(Seen(strict, limit=100), 32).max_position == 100


@pytest.mark.parametrize(
    ("name", "bits"),
    [("phase-bfloat16", 8), ("phase-float16", 11), ("frequencies-bfloat16", 8)],
)
def test_precision_of_the_phase(name, bits):
    found = identify(Seen(wrong(name)), 32, HALF)
    assert abs(found.phase_bits - bits) <= 1
    assert (found.base, found.sign, found.layout) == (500000.0, 1, "half")


def test_rounded_positions_hold_up_to_where_the_format_has_whole_numbers():
    assert identify(Seen(wrong("positions-bfloat16")), 32).max_position == 256
    assert identify(Seen(wrong("positions-float16")), 32).max_position == 2048


@pytest.mark.parametrize("name", ["written-interleaved", "channels-reversed", "evens-first"])
@pytest.mark.parametrize(
    "config", [HALF, PARTIAL.replace(layout="half")], ids=["whole", "part"]
)
def test_a_permuted_output_is_put_in_order_by_the_reported_channels(name, config):
    target = wrong(name, config)
    found = identify(Seen(target), config.head_dim, config)
    x = np.random.default_rng(0).standard_normal((1, 2, 3, config.head_dim))
    positions = np.array([[3, 0, 99]])
    straight = target(x, positions)[..., list(found.output_permutation)]
    assert np.allclose(straight, rotate(x, positions, config), rtol=0, atol=1e-12)


def test_a_quarter_turn_at_zero_is_no_permutation():
    found = identify(Seen(wrong("cos-sin-swapped")), 32, HALF)
    assert found.output_permutation is None
    assert found.explained < 0.1


@pytest.mark.parametrize(
    ("function", "note"),
    [
        (lambda x: x, "no channel turns"),
        (lambda x: np.full(x.shape, np.nan), "NaN"),
        (lambda x: np.ones(x.shape), "zero vector"),
        (lambda x: np.zeros(x.shape), "does not depend on the input"),
        (lambda x: x * x, "not linear"),
        (lambda x: 2 * x, "multiplied by a number"),
        (lambda x: np.random.default_rng().standard_normal(x.shape), "different results"),
        (lambda x: x[..., ::-1].cumsum(axis=-1), "no known layout"),
    ],
)
def test_targets_without_a_convention_give_a_note_and_no_confidence(function, note):
    found = identify(Seen(lambda x, _positions: function(x)), 16)
    assert (found.layout, found.base, found.explained) == (None, None, 0.0)
    assert any(note in each for each in found.notes)
    assert found.config() is None


def test_a_target_that_always_raises():
    def fails(_values, _positions):
        raise TargetRaised("it raised ValueError: no")

    found = identify(Seen(fails), 16)
    assert found.explained == 0.0
    assert "it raised ValueError: no" in found.notes[0]


@pytest.mark.parametrize("name", ["by-row", "by-head", "tables-interleaved", "missing-minus"])
def test_what_is_no_rotation_by_positions_is_not_explained(name):
    assert identify(Seen(wrong(name)), 32, HALF).explained < 0.5


def test_wide_heads_stay_small():
    config = RotaryConfig(head_dim=512, base=1e7)
    probe = Seen(right(config))
    assert identify(probe, 512).base == 1e7
    assert max(probe.sizes) < 4_000_000


def test_several_axes_are_taken_from_the_declaration():
    config = RotaryConfig(head_dim=12, layout="half-blocks", axes=(2, 4), base=100.0)
    found = identify(Seen(right(config)), 12, config)
    assert (found.layout, found.base, found.explained) == ("half-blocks", 100.0, 1.0)


def test_as_dict_has_the_keys_that_programs_rely_on():
    values = identify(Seen(right(PARTIAL)), 24).as_dict()
    assert {
        *("layout", "sign", "base", "rotary_dim", "rotary_end", "position_offset"),
        *("attention_factor", "scaling", "phase_bits", "max_position", "explained"),
        "output_permutation",
    } <= set(values)


def test_the_correct_pipeline_is_identified_as_its_configuration():
    found = identify(Seen(Pipeline(PARTIAL), "float64"), 24)
    assert found.config() == PARTIAL.replace(attention_factor=1.0)


@pytest.mark.parametrize(
    ("value", "tolerance", "likely", "expected"),
    [
        (9999.2, 5.0, (), 10000.0),
        (9999.2, 5.0, (None, 9997.0), 9997.0),
        (1.2501, 0.0002, (1.0,), 1.25),
        (0.123456, 0.0, (), 0.123456),
        (316.2277, 0.6, (), 316.228),
    ],
)
def test_simplest_number(value, tolerance, likely, expected):
    assert simplest(value, tolerance, *likely) == expected

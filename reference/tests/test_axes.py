"""Positions with several coordinates: arrangements, schemes, and the oracle on them."""

import json
import math
import re
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropespec.reference import ConfigError, RotaryConfig, forms, oracle, oracle_mpmath
from ropespec.reference.arrangement import Arrangement, Mixed, arrange
from ropespec.reference.arrays import FloatArray, Numbers
from ropespec.reference.axes import (
    SCHEMES,
    directed,
    interleaved_sections,
    mixed_init,
    pixel_frequencies,
    scheme,
    spanned_periods,
)
from ropespec.reference.axes import coordinates as maps
from ropespec.reference.spectrum import frequency_matrix
from ropespec.reference.strategies import INT64, LADDER, arranged_configs

NAMES = list(SCHEMES)
FORMS = (forms.apply_matrix, forms.apply_complex, forms.apply_efficient)
WIDE = LADDER | INT64
EXACT = st.one_of(
    st.integers(-4, 4),
    WIDE,
    st.fractions(-3, 3, max_denominator=512),
    st.floats(-100, 100).map(lambda p: round(p, 2)),
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[RotaryConfig, Numbers]:
    """A configuration and two exact positions."""
    config = draw(arranged_configs())
    axes = len(config.axes)
    rows = [[Fraction(draw(EXACT)) for _ in range(axes)] for _ in range(2)]
    return config, np.array(rows, dtype=object)


def check_against_mpmath(positions: Any, config: RotaryConfig) -> None:
    """Each value within 0.501 ulp; at true zeros mpmath's 200 digits leave a tiny rest."""
    exact = oracle_mpmath.phases(positions, config)
    for got, truth in zip(oracle.phases(positions, config), exact, strict=True):
        for value, true in zip(got.flat, truth.flat, strict=True):
            error = abs(true - float(value))
            assert error <= 0.501 * math.ulp(float(true)) or error < mpmath.mpf(10) ** -190


@settings(max_examples=150)
@given(cases())
def test_oracles_agree(case: tuple[RotaryConfig, Numbers]) -> None:
    config, positions = case
    check_against_mpmath(positions, config)


@settings(max_examples=60)
@given(cases())
def test_rotations_agree_with_mpmath(case: tuple[RotaryConfig, Numbers]) -> None:
    config, positions = case
    x = np.random.default_rng(0).standard_normal((1, 1, 2, config.head_dim))
    truth = oracle_mpmath.rotate(x, positions[np.newaxis], config)
    got = oracle.rotate(x, positions[np.newaxis], config)
    np.testing.assert_allclose(got, truth.astype(np.float64), rtol=0, atol=2e-15)


@given(arranged_configs(), st.integers(0, 2**32))
def test_forms_agree(config: RotaryConfig, seed: int) -> None:
    """The derived bound of the plain forms, at coordinates up to 50 and frequencies up to b."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((2, 2, 3, config.head_dim))
    positions = random.uniform(-50, 50, (2, 3, len(config.axes)))
    largest = np.abs(frequency_matrix(config)).sum(axis=1).max() * 50
    limit = 2.0**-53 * (largest * (2 * np.log(5e5) + 8) + 16) * np.abs(x).max() * 2
    truth = oracle.rotate(x, positions, config)
    for apply in FORMS:
        assert np.abs(apply(x, positions, config) - truth).max() <= limit


@settings(max_examples=60)
@given(cases(), st.integers(0, 2**32))
def test_relative_in_every_axis(case: tuple[RotaryConfig, Numbers], seed: int) -> None:
    """F1: shifting both positions by one vector, of any size, leaves every score."""
    config, (m, n) = case
    random = np.random.default_rng(seed)
    q, k = random.standard_normal((2, 1, 1, 1, config.head_dim))

    def score(query: Numbers, key: Numbers) -> float:
        rotated_q = oracle.rotate(q, query[np.newaxis, np.newaxis], config)
        rotated_k = oracle.rotate(k, key[np.newaxis, np.newaxis], config)
        return float((rotated_q * rotated_k).sum())

    for axis in range(len(config.axes)):
        shift = np.array([Fraction(0)] * len(config.axes), dtype=object)
        shift[axis] = Fraction(2**40 + 1)
        unit = np.linalg.norm(q) * np.linalg.norm(k) * 2.0**-53
        assert abs(score(m + shift, n + shift) - score(m, n)) <= 2 * config.head_dim * unit


@pytest.mark.parametrize("name", ["m-rope", "m-rope-interleaved", "ernie-4.5-vl", "neo-mme"])
@given(position=WIDE)
def test_equal_coordinates_are_plain_rope(name: str, position: int) -> None:
    """F2, bit for bit, at any int64 position."""
    config = scheme(name).config()
    plain = RotaryConfig(config.head_dim, base=config.base, layout=config.layout)
    many = oracle.phases([[position] * len(config.axes)], config)
    np.testing.assert_array_equal(many, oracle.phases([position], plain))


def test_equal_coordinates_are_not_plain_where_the_series_restarts() -> None:
    config = scheme("flux.1").config()
    plain = RotaryConfig(128)
    assert not np.array_equal(oracle.phases([[5] * 3], config), oracle.phases([5], plain))


@pytest.mark.parametrize("name", NAMES)
def test_every_scheme_is_exact(name: str) -> None:
    """Each row at its own grid's coordinates and at large ones, narrowed where it can be."""
    row = scheme(name)
    fixed = {"m-rope": (1, 2, 3), "m-rope-interleaved": (3, 2, 2), "ernie-4.5-vl": (2, 3, 3)}
    width = {"ltx": 26, "cogvideox": 32}.get(name, 24)
    equal = (2,) * len(row.axes)
    sections = fixed.get(name, None if name in ("ltx", "cogvideox", "wan", "cosmos") else equal)
    config = row.config(head_dim=width, sections=sections)
    axes = len(row.axes)
    sizes = (2, 4) if name == "qwen2-vl-vision" else (2, 3, 2, 2)[:axes]
    if name == "ltx":
        positions = row.coordinates(maps.grid(*sizes) / 4)
    else:
        positions = row.coordinates(*sizes)
    assert positions.shape[-1] == axes
    check_against_mpmath(positions[:6], config)
    check_against_mpmath(np.array([[2**62 - 7 * axis for axis in range(axes)]]), config)


@pytest.mark.parametrize("name", NAMES)
def test_a_scheme_is_kept_in_json(name: str) -> None:
    config = scheme(name).config().replace(scaling=None)
    text = json.dumps(config.to_dict(), allow_nan=False)
    assert RotaryConfig.from_dict(json.loads(text)) == config


# Frequencies for each axis, from the published formulas written out: (base, channels).
BLOCKS = {
    "flux.1": [(1e4, 16), (1e4, 56), (1e4, 56)],
    "flux.2": [(2000.0, 32)] * 4,
    "hunyuan-video": [(256.0, 16), (256.0, 56), (256.0, 56)],
    "hunyuan-image": [(256.0, 64)] * 2,
    "wan": [(1e4, 44), (1e4, 42), (1e4, 42)],
    "cogvideox": [(1e4, 16), (1e4, 24), (1e4, 24)],
    "qwen-image": [(1e4, 16), (1e4, 56), (1e4, 56)],
    "lumina-2": [(1e4, 32)] * 3,
    "z-image": [(256.0, 32), (256.0, 48), (256.0, 48)],
    "allegro": [(1e4, 32)] * 3,
    "cosmos": [(1e4 * 2 ** (44 / 42), 44), (1e4, 42), (1e4, 42)],
    "eva-02": [(1e4, 32)] * 2,
    "rope-axial": [(100.0, 32)] * 2,
}


@pytest.mark.parametrize("name", BLOCKS)
def test_series_that_restart(name: str) -> None:
    expected = [base ** (-2 * j / d) for base, d in BLOCKS[name] for j in range(d // 2)]
    config = scheme(name).config()
    np.testing.assert_allclose(config.inv_freq(), expected, rtol=1e-14)
    assert config.axes == tuple(d // 2 for _, d in BLOCKS[name])
    matrix = frequency_matrix(config)
    assert (np.count_nonzero(matrix, axis=1) == 1).all()
    assert (np.count_nonzero(matrix, axis=0) == config.axes).all()


def test_ltx() -> None:
    """pi/2 times theta ** linspace(0, 1, n), the axes in turn, the padding in front."""
    config = scheme("ltx").config(head_dim=20)
    frequencies = np.pi / 2 * 1e4 ** np.linspace(0, 1, 3)
    np.testing.assert_allclose(config.inv_freq(), np.repeat(frequencies, 3), rtol=1e-14)
    assert np.argmax(frequency_matrix(config), axis=1).tolist() == [0, 1, 2] * 3
    x = np.ones((1, 1, 1, 20))
    assert oracle.rotate(x, np.full((1, 1, 3), 0.5), config)[0, 0, 0, :2].tolist() == [1, 1]


def test_dinov3_with_periods() -> None:
    """Its code: base ** linspace(0, 1, n) / base * max_period, with base = max / min."""
    config = spanned_periods(64, min_period=0.3, max_period=40.0)
    base = 40.0 / 0.3
    periods = base ** np.linspace(0, 1, 16) / base * 40.0
    np.testing.assert_allclose(2 * np.pi / config.inv_freq(), np.tile(periods, 2), rtol=1e-14)
    assert config.axes == (16, 16)
    check_against_mpmath(maps.centres(2, 3), config)
    for wrong in ((6, 1.0, 2.0), (64, 2.0, 2.0), (64, 0.0, 2.0), (64, 1.0, NAN)):
        with pytest.raises(ConfigError, match=r"head_dim|period"):
            spanned_periods(*wrong)


def test_pixtral_deals_one_series_out() -> None:
    config = scheme("pixtral").config(head_dim=16)
    exponents = -np.log(config.inv_freq()) / np.log(1e4)
    np.testing.assert_allclose(exponents, np.array([0, 2, 4, 6, 1, 3, 5, 7]) / 8, atol=1e-15)


@pytest.mark.parametrize(("sections", "counts"), [((24, 20, 20), (24, 20, 20)),
                                                  ((11, 11, 10), (11, 11, 10)),
                                                  ((8, 12, 12), (11, 11, 10))])  # fmt: skip
def test_interleaved_sections_are_capped(sections: Any, counts: Any) -> None:
    assert interleaved_sections(sections).counts == counts
    h = [i for i, axis in enumerate(interleaved_sections(sections).axis) if axis == 1]
    assert h == [i for i in range(sum(sections)) if i % 3 == 1 and i < 3 * sections[1]]


def test_an_exact_quarter_turn_is_exact() -> None:
    """Frequencies in turns reach the marks of the circle, where nothing may be left over."""
    config = RotaryConfig(8, base=100.0, arrangement=arrange((2, 2), unit="turn"))
    places = [[Fraction(1, 4), Fraction(5, 2)], [Fraction(-1, 2), Fraction(15, 2)]]
    cos, sin = oracle.phases(np.array(places, dtype=object), config)
    assert cos[:, [0, 3]].tolist() == [[0, 0], [-1, 0]]
    assert sin[:, [0, 3]].tolist() == [[1, 1], [0, -1]]


def test_opposite_frequencies_cancel_exactly() -> None:
    """omega . p = 0 with p far out: a sum of two rounded phases would not be 0."""
    mixed = Mixed(((0.1, -0.1), (1 / 3, 0.2)))
    cos, sin = oracle.phases([[2**61 + 1, 2**61 + 1]], RotaryConfig(4, arrangement=mixed))
    assert (cos[0, 0], sin[0, 0]) == (1, 0)


def test_fractions_of_a_turn_and_more() -> None:
    """At a fractional position whole turns of the frequency do not vanish."""
    config = RotaryConfig(2, scaling={"rope_type": "linear", "factor": 0.1})
    check_against_mpmath([0.5, Fraction(1, 3)], config)


def test_mixed_frequencies() -> None:
    start = mixed_init(8, direction=0.3)
    sizes = np.linalg.norm(start.matrix, axis=1)
    np.testing.assert_allclose(sizes, np.tile(10.0 ** (-np.arange(4) / 4), 2), rtol=1e-15)
    first, second = start.matrix[0], start.matrix[4]
    assert abs(np.dot(first, second)) < 1e-16
    assert directed([2.0], [[0.5, 0.25]]).matrix == ((1.0, 0.5),)
    with pytest.raises(ConfigError, match="directions: got 1, expected 2 rows"):
        directed([1.0, 2.0], [[1.0, 0.0]])
    pixels = RotaryConfig(12, arrangement=pixel_frequencies(2, 3, 10.0))
    matrix = frequency_matrix(pixels)
    np.testing.assert_allclose(matrix[:3, 0], np.pi * np.linspace(1, 5, 3), rtol=1e-15)
    np.testing.assert_allclose(matrix[3:, 1], np.pi * np.linspace(1, 5, 3), rtol=1e-15)
    assert (matrix[:3, 1] == 0).all()
    assert (matrix[3:, 0] == 0).all()


@given(arranged_configs(), st.integers(0, 2), st.integers(0, 1))
def test_no_tokens(config: RotaryConfig, batch: int, seq: int) -> None:
    x = np.ones((batch, 2, 0 if batch else seq, config.head_dim))
    positions = np.zeros((batch, x.shape[2], len(config.axes)))
    for apply in (oracle.rotate, *FORMS):
        assert apply(x, positions, config).shape == x.shape


def as_floats(values: Any) -> FloatArray:
    return np.asarray(values).astype(np.float64)


def test_coordinates() -> None:
    rows, columns = np.indices((3, 5)).reshape(2, -1)
    assert maps.grid(3, 5).tolist() == np.stack((rows, columns), -1).tolist()
    assert maps.columns_first(3, 5, start=1).tolist() == [
        [x + 1, y + 1] for y in range(3) for x in range(5)
    ]
    u = 2 * (rows + 0.5) / 3 - 1
    np.testing.assert_allclose(as_floats(maps.centres(3, 5))[:, 0], u, atol=1e-15)
    np.testing.assert_allclose(as_floats(maps.resized(3, 5))[:, 1], columns / 5 * 16)
    assert maps.centred(1, 3, 4)[:, 1].min() == -2
    assert maps.centred(1, 3, 4)[:, 1].max() == 0
    assert sorted(set(maps.centred(1, 3, 4)[:, 2].tolist())) == [-2, -1, 0, 1]
    assert maps.centred_text(2, 3, 5).tolist() == [[2, 2, 2], [3, 3, 3]]
    assert as_floats(maps.symmetric([[0, 0.25, 1]])).tolist() == [[-1, -0.5, 1]]
    expected = np.linspace(3, 12 * 3 / 4, 4)
    np.testing.assert_allclose(as_floats(maps.cropped(3, 12, 4)), expected, rtol=1e-15)


@given(arranged_configs())
def test_an_arrangement_is_kept_in_json(config: RotaryConfig) -> None:
    assert RotaryConfig.from_dict(json.loads(json.dumps(config.to_dict()))) == config


NAN = float("nan")
FOUR: dict[str, Any] = {"axis": (0, 0, 1, 1), "index": (0, 1, 0, 1), "width": (4, 4, 4, 4)}
BAD: list[tuple[Any, str]] = [
    ("blocks", "arrangement: got 'blocks', expected a dict"),
    ({}, "arrangement: got {}, expected the key 'axis'"),
    ({"axis": [0, 1]}, "expected the key 'index'"),
    ({**FOUR, "axes": 2}, "arrangement: got 'axes'.*did you mean 'axis'"),
    ({**FOUR, "axis": (0, 0, 2, 2)}, "arrangement.axis: .*add axis 1"),
    ({**FOUR, "axis": ()}, "arrangement"),
    ({**FOUR, "axis": (0, 0, 1, -1)}, "arrangement.axis: got -1"),
    ({**FOUR, "axis": (0, 0, 1, 1.0)}, "arrangement.axis: got 1.0"),
    ({**FOUR, "axis": "0011"}, "arrangement.axis: got '0011', expected a list"),
    ({**FOUR, "axis": (0, 0, 0, 0)}, "at least two axes"),
    ({**FOUR, "axis": (0, 1)}, "arrangement.index: .*expected 2 entries"),
    ({**FOUR, "index": (0, 1, 0)}, "arrangement.index: .*expected 4 entries"),
    ({**FOUR, "index": (0, 1, 0, True)}, "arrangement.index: got True"),
    ({**FOUR, "width": (4, 4, 4, 0)}, "arrangement.width: got 0"),
    ({**FOUR, "width": (4, 4, 4, NAN)}, "arrangement.width: got nan"),
    ({**FOUR, "width": None}, "arrangement.width: got None"),
    ({**FOUR, "bases": (100.0,)}, "arrangement.bases: .*expected 2 entries"),
    ({**FOUR, "bases": (100.0, NAN)}, "arrangement.bases: got nan"),
    ({**FOUR, "bases": (100.0, 1.0)}, "arrangement.bases: got 1.0"),
    ({**FOUR, "unit": "degree"}, "arrangement.unit: got 'degree'"),
    ({"matrix": []}, "arrangement.matrix: got"),
    ({"matrix": [[1.0]] * 4}, "at least two axes"),
    ({"matrix": [[1.0, 2.0]] * 3}, "arrangement: .*expected an arrangement of .* 4 pairs"),
    ({"matrix": [[1.0, 2.0]] * 3 + [[1.0]]}, "arrangement.matrix: .*expected 2 entries"),
    ({"matrix": [[1.0, NAN]] * 4}, "arrangement.matrix: got nan"),
    ({"matrix": [[1.0, float("inf")]] * 4}, "arrangement.matrix: got inf"),
    ({"matrix": [1.0, 2.0]}, "arrangement.matrix: got 1.0, expected a list"),
    ({"matrix": [[1.0, "2"]] * 4}, "arrangement.matrix: got '2'"),
]


@pytest.mark.parametrize(("arrangement", "message"), BAD, ids=lambda value: str(value)[:50])
def test_a_wrong_arrangement_is_named_in_one_line(arrangement: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        RotaryConfig(8, arrangement=arrangement)
    assert re.fullmatch(r".+: got .+, expected .+; .+", str(error.value))


def test_what_contradicts_an_arrangement() -> None:
    blocks, turns = Arrangement(**FOUR), arrange((2, 2), [(0, 1)])
    assert RotaryConfig(8, axes=(2, 2), arrangement=blocks).axes == (2, 2)
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"axes": (3, 1), "arrangement": blocks}, r"axes: got \(3, 1\), expected \(2, 2\)"),
        ({"rotary_dim": 6, "arrangement": blocks}, "expected an arrangement of .* 3 pairs"),
        ({"layout": "half-blocks", "arrangement": turns}, "expected blocks for layout"),
        ({"layout": "half-idle", "arrangement": blocks}, "no axes with layout 'half-idle'"),
    )
    for fields, message in cases:
        with pytest.raises(ConfigError, match=message):
            RotaryConfig(**{"head_dim": 8, **fields})


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ((16, 24), "sections: .*expected 3 numbers of pairs, for time, height, width"),
        ((16, 24, 25), "rotary_dim: got 130, expected an even number from 2 to head_dim = 128"),
        ((16, 24, 0), "counts: got 0"),
        ((16, 24, -1), "counts: got -1"),
        ((16, 24, 24.0), "got 24.0|got 128.0"),
        ((16, 24, NAN), "got nan"),
    ],
)
def test_wrong_sections(sections: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        scheme("m-rope").config(sections=sections)
    assert "\n" not in str(error.value)


def test_a_scheme_that_is_not_there() -> None:
    with pytest.raises(ConfigError, match="did you mean 'm-rope'"):
        scheme("mrope")
    with pytest.raises(ConfigError, match="every axis needs a pair"):
        scheme("wan").config(head_dim=4)
    with pytest.raises(ConfigError, match=r"groups: .*expected every axis from 0 to 1 once"):
        arrange((2, 2), [(0,)])
    with pytest.raises(ConfigError, match=r"series: got 'restarts'.*did you mean 'restart'"):
        arrange((2, 2), series="restarts")

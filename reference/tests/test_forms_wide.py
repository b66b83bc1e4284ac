"""Every pair of forms that chapter B proves equal, and every law, over all widths.

Widths 2 to 512, odd heads with a part that turns, no tokens and one, and every int64 position:
the forms in float64 are compared where float64 serves, what is exact at every position.
"""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropespec.reference import LAYOUTS, RotaryConfig, Scaling, forms, layout_channels, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.scaling import LAWS, parse_scaling
from ropespec.reference.split_heads import rotate_back
from ropespec.reference.strategies import INT64, LADDER
from ropespec.reference.systems.rotary_embedding import get_rotary_position_encoding
from ropespec.reference.systems.rotation_stack import apply_stack, get_rotation_matrix

FORMS: dict[str, Any] = {
    "matrix": forms.apply_matrix,
    "complex": forms.apply_complex,
    "efficient": forms.apply_efficient,
    "oracle": oracle.rotate,
}
WIDTHS = st.sampled_from([1, 2, 3, 5, 8, 31, 64, 127, 255, 256]) | st.integers(1, 256)
"""Pairs: widths from 2 to 512, either parity."""

LENGTHS = st.sampled_from([0, 1, 1, 2, 3])
SEEDS = st.integers(0, 2**32)
LENGTH = 4096


@st.composite
def laws(draw: st.DrawFn, name: str, pairs: int) -> Scaling:
    """Draw the parameters of a law, for heads of so many pairs."""
    factor = draw(st.floats(1.0, 64.0))
    divisors = st.lists(st.floats(1.0, 64.0), min_size=pairs, max_size=pairs)
    every: dict[str, dict[str, Any]] = {
        "default": {},
        "linear": {"factor": factor},
        "ntk": {"alpha": factor},
        "ntk-su": {"factor": factor, "mixed_b": draw(st.none() | st.floats(0.1, 2.0))},
        "dynamic": {"factor": factor, "original_max_position_embeddings": LENGTH},
        "ntk-by-parts": {"factor": factor, "original_max_position_embeddings": LENGTH},
        "yarn": {
            "factor": factor,
            "original_max_position_embeddings": LENGTH,
            "truncate": draw(st.booleans()),
        },
        "longrope": {
            "short_factor": draw(divisors) if name == "longrope" else [],
            "long_factor": draw(divisors) if name == "longrope" else [],
            "original_max_position_embeddings": LENGTH,
            "factor": factor,
        },
        "llama3": {
            "factor": factor,
            "low_freq_factor": 1.0,
            "high_freq_factor": draw(st.sampled_from([1.0, 4.0])),
            "original_max_position_embeddings": LENGTH,
        },
        "proportional": {"factor": factor},
        "resonance": {"of": {"rope_type": "linear", "factor": factor}},
        "divided": {"divisors": draw(divisors) if name == "divided" else [], "factor": factor},
    }
    return parse_scaling({"rope_type": name, **every[name]})


@st.composite
def heads(draw: st.DrawFn, name: str, layout: str) -> RotaryConfig:
    """Draw a head with a law; odd where a part of it turns."""
    least = 2 if LAYOUTS[layout].span == "axis" else 1
    least *= 2 if name in ("ntk", "dynamic") else 1  # one pair has no NTK-aware base
    pairs = max(least, draw(WIDTHS))
    whole = name == "proportional" and layout != "half-idle"
    idle = 0 if whole else draw(st.integers(0, 3)) * (2 if layout == "half-idle" else 1)
    more: dict[str, Any] = {}
    if LAYOUTS[layout].span == "axis":
        more["axes"] = (pairs - pairs // 2, pairs // 2)
    config = RotaryConfig(
        2 * pairs + idle,
        2 * pairs,
        layout=layout,
        base=draw(st.sampled_from([10000.0, 500000.0, 100.0])),
        scaling=draw(laws(name, pairs)),
        **more,
    )
    return config.at_length(2 * LENGTH) if draw(st.booleans()) else config


def case(data: Any, config: RotaryConfig, positions: Any) -> tuple[FloatArray, Any]:
    """Draw inputs, none or several tokens, and positions for them."""
    batch, seq = data.draw(st.integers(1, 2)), data.draw(LENGTHS)
    random = np.random.default_rng(data.draw(SEEDS))
    x = random.standard_normal((batch, 1, seq, config.head_dim))
    count = batch * seq * max(1, len(config.axes))
    given_positions = data.draw(st.lists(positions, min_size=count, max_size=count))
    axes = (len(config.axes),) if config.axes else ()
    return x, np.array(given_positions, dtype=np.int64).reshape(batch, seq, *axes)


def norms(x: FloatArray, config: RotaryConfig) -> FloatArray:
    """Length of each pair as it is written, for every output channel that turns."""
    channels = layout_channels(config)
    sizes = np.zeros(x.shape)
    pair = config.amplitude * np.hypot(*(x[..., channels.read[:, side]] for side in (0, 1)))
    sizes[..., channels.write[:, 0]] = sizes[..., channels.write[:, 1]] = pair
    return sizes


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=10)
@given(data=st.data())
def test_forms_agree_under_every_law(name: str, data: Any) -> None:
    """B1, B4, B5 and chapter E: matrix, complex, efficient and exact, pairwise.

    Each form's error is that of its angle, below 4096 times 2 ln b + 72 units for the laws'
    own roundings, and 12 units for the products.
    """
    layout = data.draw(st.sampled_from(list(LAYOUTS)))
    config = data.draw(heads(name, layout))
    x, positions = case(data, config, st.integers(-4096, 4096))
    results = [apply(x, positions, config) for apply in FORMS.values()]
    fastest = float(config.inv_freq().max()) * 4096
    limit = (fastest * (2 * np.log(5e5) + 72) + 12) * 2.0**-53 * norms(x, config)
    if name in ("yarn", "ntk-by-parts", "llama3", "dynamic", "ntk"):
        limit *= 64  # a ramp turns an error of the index into up to 1 / width, times s
    for one, other in combinations(results, 2):
        assert (np.abs(one - other) <= 2 * limit).all()
        assert (one[..., layout_channels(config).passed].tobytes()
                == other[..., layout_channels(config).passed].tobytes())  # fmt: skip


@pytest.mark.parametrize("name", LAWS)
@settings(max_examples=10)
@given(data=st.data())
def test_every_law_is_relative_at_every_position(name: str, data: Any) -> None:
    """B2, B7, E1: the score of m and n is that of m - n and 0, over all of int64."""
    layout = data.draw(st.sampled_from(list(LAYOUTS)))
    config = data.draw(heads(name, layout))
    random = np.random.default_rng(data.draw(SEEDS))
    q, k = random.standard_normal((2, 1, 1, 1, config.head_dim))
    axes = (1, max(1, len(config.axes)))
    m, n = (data.draw(INT64 | LADDER) for _ in range(2))

    def score(at: int, to: int) -> float:
        both = (np.full(axes, place, dtype=object) for place in (at, to))
        shaped = [place[:, np.newaxis] if config.axes else place for place in both]
        rotated = oracle.rotate(q, shaped[0], config), oracle.rotate(k, shaped[1], config)
        return float((rotated[0] * rotated[1]).sum())

    unit = np.linalg.norm(q) * np.linalg.norm(k) * config.amplitude**2 * 2.0**-53
    assert abs(score(m, n) - score(m - n, 0)) <= 4 * config.head_dim * max(unit, 2.0**-53)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25)
@given(data=st.data())
def test_the_rotation_and_its_inverse(layout: str, data: Any) -> None:
    """B1, C5: turned and turned back, at every int64 position."""
    config = data.draw(heads("default", layout))
    x, positions = case(data, config, INT64 | LADDER)
    turned = oracle.rotate(x, positions, config)
    back = rotate_back(turned, positions, config)
    sizes = np.zeros(x.shape)
    channels = layout_channels(config)
    for side in (0, 1):
        sizes[..., channels.read[:, side]] = norms(x, config)[..., channels.write[:, side]]
    assert (np.abs(back - x) <= 6 * 2.0**-53 * sizes).all()


@settings(max_examples=25)
@given(data=st.data())
def test_layouts_are_permutations_of_each_other(data: Any) -> None:
    """B5: half on permuted channels is interleaved, bit for bit, at every int64 position."""
    pairs = data.draw(WIDTHS)
    config = RotaryConfig(2 * pairs)
    x, positions = case(data, config, INT64 | LADDER)
    order = np.arange(2 * pairs).reshape(-1, 2).T.reshape(-1)  # 0, 2, 4, ..., 1, 3, 5, ...
    plain = oracle.rotate(x, positions, config)
    half = oracle.rotate(x[..., order], positions, config.replace(layout="half"))
    moved = oracle.rotate(x, positions, config.replace(layout="interleaved-to-half"))
    np.testing.assert_array_equal(half, plain[..., order])
    np.testing.assert_array_equal(moved, plain[..., order])


@settings(max_examples=25)
@given(data=st.data())
def test_documents_and_forms_agree(data: Any) -> None:
    """Documents 000 and 001 are the same rotation, for every width and length."""
    pairs, seq = data.draw(WIDTHS), data.draw(LENGTHS)
    x = np.random.default_rng(data.draw(SEEDS)).standard_normal((2, seq, 2 * pairs))
    embedded = get_rotary_position_encoding(x)
    stacked = apply_stack(get_rotation_matrix(2 * pairs, 3), x)
    exact = oracle.rotate(x[:, np.newaxis], np.arange(seq), RotaryConfig(2 * pairs))[:, 0]
    np.testing.assert_array_equal(embedded, exact)
    np.testing.assert_allclose(stacked, exact, rtol=0, atol=1e-14)

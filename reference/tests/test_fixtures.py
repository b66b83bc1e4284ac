"""Frequencies, amplitudes, pairings and axes that released models' own code gave, reproduced.

Every entry is read from the file's words by the reader, and never from its parameters.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ropespec.reference import RotaryConfig, forms, layout_channels
from ropespec.reference.explain import explain
from ropespec.reference.model import LayerGroup
from ropespec.reference.readers import Reading, huggingface

DATA = json.loads((Path(__file__).parent / "data" / "fixtures.json").read_text())
ENTRIES: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in DATA["entries"]}
READ = [name for name, entry in ENTRIES.items() if "huggingface" in entry]

# transformers stores the frequencies of ERNIE in an order of its own and puts them back later
STORED = {"ernie-4.5-vl": [*range(0, 44, 2), *range(1, 44, 2), *range(44, 64)]}
LAYOUTS = {
    "half-split": "half",
    "interleaved": "interleaved",
    "interleaved-in/half-out": "interleaved-to-half",
}


def having(key: str) -> list[str]:
    return [name for name, entry in ENTRIES.items() if key in entry]


def reading_of(name: str) -> Reading:
    return huggingface.read(ENTRIES[name]["huggingface"])


def config_of(name: str) -> RotaryConfig:
    if "config" in ENTRIES[name]:
        return RotaryConfig.from_dict(ENTRIES[name]["config"])
    return reading_of(name).model.config(ENTRIES[name].get("layer_type"))


def assert_published(config: RotaryConfig, entry: dict[str, Any], order: Any = ...) -> None:
    """The libraries computed in float32: 5e-7 is a few of its roundings."""
    published = np.concatenate([DATA["spectra"][part] for part in entry["spectrum"]])
    frequencies = config.inv_freq()[order]
    assert frequencies.shape == published.shape
    np.testing.assert_allclose(frequencies, published, rtol=5e-7, atol=0)
    assert config.amplitude == pytest.approx(entry["attention_scaling"], rel=0, abs=1e-12)


def test_every_entry_is_reproduced_from_a_configuration() -> None:
    assert len(ENTRIES) == 53
    assert all("huggingface" in entry or "config" in entry for entry in ENTRIES.values())


@pytest.mark.parametrize("name", having("spectrum"))
def test_frequencies_and_amplitude(name: str) -> None:
    assert_published(config_of(name), ENTRIES[name], STORED.get(name, ...))


@pytest.mark.parametrize("name", having("by_length"))
def test_frequencies_at_every_length(name: str) -> None:
    config = config_of(name)
    assert config.depends_on_length
    for length, entry in ENTRIES[name]["by_length"].items():
        assert_published(config.at_length(int(length)), entry)


@pytest.mark.parametrize("name", having("pairing"))
def test_pairing(name: str) -> None:
    """What basis vectors show of the matrix at position 1: pairs, their places, the sense."""
    config, pairing = config_of(name), ENTRIES[name]["pairing"]
    R = forms.rotation_matrix(1, config)
    half, first = pairing["rotated_channels"] // 2, pairing["first_rotated_channel"]
    if name == "deepseek-v3":  # its function was handed the turning part of the head alone
        first = config.head_dim - config.rotary_dim
    index = np.arange(half)
    interleaved = np.stack([2 * index, 2 * index + 1]) + first
    halves = np.stack([index, index + half]) + first
    layout = LAYOUTS[pairing["layout"]]
    assert config.layout == layout
    read = halves if layout == "half" else interleaved
    write = interleaved if layout == "interleaved" else halves
    turning = R[write[1], read[0]]
    assert ((turning > 0) if "+theta" in pairing["sign"] else (turning < 0)).all()
    np.testing.assert_array_equal(R[write[0], read[1]], -turning)
    passed = np.setdiff1d(np.arange(config.head_dim), read)
    np.testing.assert_array_equal(R[np.ix_(passed, passed)], np.eye(passed.size))
    assert np.count_nonzero(R) == 4 * half + passed.size


@pytest.mark.parametrize("name", having("axis_of_each_channel"))
def test_axis_of_every_channel(name: str) -> None:
    config, published = config_of(name), ENTRIES[name]["axis_of_each_channel"]
    channels = layout_channels(config)
    axis = np.zeros(config.rotary_dim, dtype=int)
    axis[channels.read] = channels.axis[:, np.newaxis]
    if name == "hunyuan-vl-xdrope":  # a named deviation: the two channels of a pair differ
        assert published == "".join(str(a) * 32 for a in range(4))
        assert {w.name for w in reading_of(name).warnings} >= {"xdrope-axes"}
        published = "".join(str(a) * 16 for a in range(4)) * 2
    assert "".join(map(str, axis)) == published


@pytest.mark.parametrize("name", having("rotating_layers"))
def test_layers_that_rotate(name: str) -> None:
    groups: tuple[LayerGroup, ...] = reading_of(name).model.groups
    rotating = {layer for g in groups if g.rotary is not None for layer in g.layers}
    published = ENTRIES[name]["rotating_layers"]
    assert rotating == {i for i, one in enumerate(published) if one == "1"}
    assert {layer for group in groups for layer in group.layers} == set(range(len(published)))


@pytest.mark.parametrize("name", having("softmax_scale"))
def test_softmax_factor(name: str) -> None:
    [group] = reading_of(name).model.groups
    scale = ENTRIES[name]["softmax_scale"]
    assert group.rotary is not None
    assert group.rotary.head_dim**-0.5 == pytest.approx(scale["unscaled"], rel=1e-12)
    scaled = group.rotary.head_dim**-0.5 * group.softmax_factor
    assert scaled == pytest.approx(scale["after_yarn_apply_mscale"], rel=1e-12)


@pytest.mark.parametrize("name", having("angles"))
def test_angles_of_a_grid(name: str) -> None:
    """Llama 4's vision tower: column + 1, row + 1, and a last token that does not turn."""
    columns = [(1 + k % 4, 1 + k // 4) for k in range(16)]
    angles = forms.angles([*columns, (0, 0)], config_of(name))
    off = np.exp(1j * angles) - np.exp(1j * np.array(ENTRIES[name]["angles"]))
    assert np.abs(off).max() < 3e-7  # float32 cosines and sines


@pytest.mark.parametrize("name", READ)
def test_explained_as_read(name: str) -> None:
    """The JSON form has what the frequencies, pairing and amplitude need, for every group."""
    explained = explain(ENTRIES[name]["huggingface"])
    data = json.loads(json.dumps(explained.as_dict()))
    assert len(data["layers"]) == len(explained.groups)
    for layer, group in zip(data["layers"], explained.model.groups, strict=True):
        assert layer["rotary"] is (group.rotary is not None)
        assert layer.keys() & {"layer_types", "layers"}
        if group.rotary is None:
            continue
        assert layer["inv_freq"] == group.rotary.inv_freq().tolist()
        assert layer["attention_factor"] == group.rotary.amplitude
        for key in ("layout", "sign", "head_dim", "rotary_dim", "rotary_end"):
            assert layer[key] == getattr(group.rotary, key)
    assert all(warning["message"] and warning["kind"] for warning in data["warnings"])

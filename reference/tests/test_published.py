"""Frequencies, amplitudes and pairings that released models' own code gave, reproduced."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ropespec.reference import RotaryConfig, forms, layout_channels
from ropespec.reference.readers import read

DATA = json.loads((Path(__file__).parent / "data" / "published.json").read_text())
ENTRIES: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in DATA["entries"]}
WITH_PAIRING = [name for name, entry in ENTRIES.items() if "pairing" in entry]
WITH_AXES = [name for name, entry in ENTRIES.items() if "axis_of_each_channel" in entry]

WORDS = {
    "half-split": "half",
    "interleaved": "interleaved",
    "interleaved-in/half-out": "interleaved-to-half",
}


def config_of(entry: dict[str, Any]) -> RotaryConfig:
    if "config" in entry:
        return RotaryConfig.from_dict(entry["config"])
    return read(entry["huggingface"]).config


@pytest.mark.parametrize("name", ENTRIES)
def test_frequencies_and_amplitude(name: str) -> None:
    """The libraries computed in float32: 5e-7 is a few of its roundings."""
    entry = ENTRIES[name]
    config = config_of(entry)
    published = np.concatenate([DATA["spectra"][part] for part in entry["spectrum"]])
    assert config.inv_freq().shape == published.shape
    np.testing.assert_allclose(config.inv_freq(), published, rtol=5e-7, atol=0)
    assert config.amplitude == entry["attention_scaling"]


@pytest.mark.parametrize("name", WITH_PAIRING)
def test_pairing(name: str) -> None:
    """What basis vectors show of the matrix at position 1: pairs, their places, the sense."""
    config, pairing = config_of(ENTRIES[name]), ENTRIES[name]["pairing"]
    R = forms.rotation_matrix(1, config)
    half, first = pairing["rotated_channels"] // 2, pairing["first_rotated_channel"]
    index = np.arange(half)
    interleaved = np.stack([2 * index, 2 * index + 1]) + first
    halves = np.stack([index, index + half]) + first
    layout = WORDS[pairing["layout"]]
    read = halves if layout == "half" else interleaved
    write = interleaved if layout == "interleaved" else halves
    turning = R[write[1], read[0]]
    assert ((turning > 0) if "+theta" in pairing["sign"] else (turning < 0)).all()
    np.testing.assert_array_equal(R[write[0], read[1]], -turning)
    passed = np.setdiff1d(np.arange(config.head_dim), read)
    np.testing.assert_array_equal(R[np.ix_(passed, passed)], np.eye(passed.size))
    assert np.count_nonzero(R) == 4 * half + passed.size


@pytest.mark.parametrize("name", WITH_AXES)
def test_axis_of_every_channel(name: str) -> None:
    config = config_of(ENTRIES[name])
    channels = layout_channels(config)
    axis = np.zeros(config.head_dim, dtype=int)
    axis[channels.read] = channels.axis[:, np.newaxis]
    assert "".join(map(str, axis)) == ENTRIES[name]["axis_of_each_channel"]

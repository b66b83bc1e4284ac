"""RotaryConfig: what it fills in, what it refuses and in which words, and its JSON."""

import json
import re
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from ropespec.reference import ConfigError, Default, Linear, RotaryConfig
from ropespec.reference.scaling import parse_scaling
from ropespec.reference.strategies import configs

NAN, INF = float("nan"), float("inf")

# What is given, and what the one line must name.
BAD: list[tuple[dict[str, Any], str]] = [
    ({"head_dim": 0}, "head_dim: got 0, expected a whole number from 1 to 1048576"),
    ({"head_dim": -64}, "head_dim: got -64"),
    ({"head_dim": True}, "head_dim: got True"),
    ({"head_dim": 64.0}, "head_dim: got 64.0"),
    ({"head_dim": "64"}, "head_dim: got '64'"),
    ({"head_dim": None}, "head_dim: got None"),
    ({"head_dim": 7}, "head_dim: got 7, expected an even number"),
    ({"rotary_dim": 0}, "rotary_dim: got 0, expected an even number from 2 to head_dim = 64"),
    ({"rotary_dim": -2}, "rotary_dim: got -2"),
    ({"rotary_dim": 33}, "rotary_dim: got 33, expected an even number"),
    ({"rotary_dim": 66}, "rotary_dim: got 66.*no more channels can turn than exist"),
    ({"rotary_dim": True}, "rotary_dim: got True"),
    ({"rotary_dim": 32.0}, "rotary_dim: got 32.0"),
    ({"rotary_end": "end"}, "rotary_end: got 'end', expected one of first, last"),
    ({"base": 0}, "base: got 0, expected a finite number above 1"),
    ({"base": -10000.0}, "base: got -10000.0"),
    ({"base": 1}, "base: got 1"),
    ({"base": NAN}, "base: got nan"),
    ({"base": INF}, "base: got inf"),
    ({"base": 10**400}, "base: got 1000"),
    ({"base": True}, "base: got True"),
    ({"base": "10000"}, "base: got '10000'"),
    ({"layout": "halves"}, "layout: got 'halves'.*did you mean 'half'"),
    ({"layout": "Interleaved"}, "layout: got 'Interleaved'.*did you mean 'interleaved'"),
    ({"layout": None}, "layout: got None"),
    ({"sign": 0}, "sign: got 0, expected 1 or -1"),
    ({"sign": 2}, "sign: got 2"),
    ({"sign": True}, "sign: got True"),
    ({"sign": "+"}, "sign: got '\\+'"),
    ({"scaling": "linear"}, "scaling: got 'linear', expected a dict"),
    ({"scaling": {}}, "scaling: got {}, expected the key 'rope_type'"),
    ({"scaling": {"rope_type": "su"}}, "rope_type: got 'su'.*older name of 'longrope'"),
    ({"scaling": {"rope_type": "liner"}}, "rope_type: got 'liner'.*did you mean 'linear'"),
    ({"scaling": {"rope_type": 3}}, "rope_type: got 3"),
    ({"scaling": {"rope_type": "linear"}}, "expected the key 'factor'"),
    ({"scaling": {"rope_type": "linear", "factr": 2}}, "got 'factr'.*did you mean 'factor'"),
    ({"scaling": {"rope_type": "default", "factor": 2}}, "scaling 'default': got 'factor'"),
    (
        {"scaling": {"rope_type": "linear", "type": "default"}},
        "'rope_type' and 'type' to agree",
    ),
    ({"scaling": {"rope_type": "linear", "factor": 0}}, "scaling factor: got 0"),
    ({"scaling": {"rope_type": "linear", "factor": -1.0}}, "scaling factor: got -1.0"),
    ({"scaling": {"rope_type": "linear", "factor": NAN}}, "scaling factor: got nan"),
    ({"scaling": {"rope_type": "linear", "factor": "8"}}, "scaling factor: got '8'"),
    ({"scaling": {"rope_type": "linear", "factor": None}}, "expected the key 'factor'"),
    ({"axes": (16, 8)}, r"axes: got \(16, 8\), expected pairs per axis that add up to .* 32"),
    ({"axes": (32,)}, "at least two axes, or none"),
    ({"axes": (32, 0)}, "axes: got 0"),
    ({"axes": (16.0, 16)}, "axes: got 16.0"),
    ({"axes": "16,16"}, "axes: got '16,16', expected a list"),
    ({"axes": 32}, "axes: got 32"),
    ({"layout": "half-blocks"}, "axes: got \\(\\), expected pairs per axis"),
    ({"layout": "half-idle", "axes": (16, 16)}, "no axes with layout 'half-idle'"),
    ({"layout": "half-idle", "rotary_dim": 8, "rotary_end": "last"}, "rotary_end: got 'last'"),
    ({"layout": "half-idle", "head_dim": 9, "rotary_dim": 4}, "head_dim: got 9"),
    ({"attention_factor": 0.0}, "attention_factor: got 0.0"),
    ({"attention_factor": NAN}, "attention_factor: got nan"),
    ({"max_position": -1}, "max_position: got -1"),
    ({"max_position": 1.5}, "max_position: got 1.5"),
]


@pytest.mark.parametrize(("values", "message"), BAD, ids=lambda value: str(value)[:60])
def test_a_wrong_value_is_named_in_one_line(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        RotaryConfig(**{"head_dim": 64, **values})
    text = str(error.value)
    assert "\n" not in text
    assert re.fullmatch(r".+: got .+, expected .+; .+", text)


def test_defaults_are_filled_in() -> None:
    config = RotaryConfig(64)
    assert config.rotary_dim == 64
    assert config.scaling == Default()
    assert config.amplitude == 1.0
    assert config.scaling_dict() is None
    assert config == RotaryConfig(head_dim=64, rotary_dim=64, base=10000, scaling=None)


def test_equal_configurations_are_one_key() -> None:
    linear = {"type": "linear", "factor": 8}
    one = RotaryConfig(64, scaling=linear, axes=[8, 24])
    two = RotaryConfig(np.int64(64), scaling=Linear(8.0), axes=(8, 24))  # type: ignore[arg-type]
    assert {one: "found"}[two] == "found"
    assert type(two.head_dim) is int
    assert one != one.replace(base=500000.0)


def test_it_cannot_be_changed() -> None:
    config = RotaryConfig(64)
    with pytest.raises(FrozenInstanceError):
        config.base = 1e6  # type: ignore[misc]


def test_replace_validates_again() -> None:
    with pytest.raises(ConfigError, match="rotary_dim: got 64"):
        RotaryConfig(64).replace(head_dim=32)


@given(configs())
def test_json_keeps_everything(config: RotaryConfig) -> None:
    text = json.dumps(config.to_dict(), allow_nan=False)
    assert RotaryConfig.from_dict(json.loads(text)) == config


def test_a_file_keeps_everything(tmp_path: Path) -> None:
    config = RotaryConfig(64, 32, "last", 1e6, "half", -1, {"type": "linear", "factor": 3})
    config.to_json(tmp_path / "config.json")
    assert RotaryConfig.from_json(tmp_path / "config.json") == config


FILES = {
    "no-json": ("base: 10000", "expected JSON; Expecting value at line 1"),
    "cut-off": ('{"head_dim": 64', "expected JSON; .* at line 1, column 16"),
    "a-list": ("[64]", "expected one JSON object"),
    "twice": (
        '{"head_dim": 64, "head_dim": 32}',
        "head_dim: got 32, expected the key only once",
    ),
    "no-width": ('{"base": 10000}', "expected the key 'head_dim'"),
    "misspelt": (
        '{"head_dim": 64, "rope_dim": 32}',
        "got 'rope_dim'.*did you mean 'rotary_dim'",
    ),
    "nan": ('{"head_dim": 64, "base": NaN}', "base: got nan"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_explained(tmp_path: Path, name: str) -> None:
    text, message = FILES[name]
    path = tmp_path / f"{name}.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message) as error:
        RotaryConfig.from_json(path)
    assert "\n" not in str(error.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.json.*No such file"):
        RotaryConfig.from_json(tmp_path / "absent.json")
    with pytest.raises(ConfigError, match="directory"):
        RotaryConfig.from_json(tmp_path)
    (tmp_path / "latin.json").write_bytes(b'{"caf\xe9": 1}')
    with pytest.raises(ConfigError, match="UTF-8"):
        RotaryConfig.from_json(tmp_path / "latin.json")


@given(configs())
def test_frequencies_follow_the_published_formula(config: RotaryConfig) -> None:
    """theta_i = base ** (-2 i / d) / s, written out pair by pair with Python's own floats."""
    words = config.scaling_dict() or {"factor": 1.0}
    width = config.head_dim if config.layout == "half-idle" else config.rotary_dim
    expected = [
        config.base ** (-2 * i / (2 * pairs if config.axes else width)) / words["factor"]
        for pairs in config.axes or (config.pairs,)
        for i in range(pairs)
    ]
    np.testing.assert_allclose(config.inv_freq(), expected, rtol=1e-14)


def test_a_law_goes_through_its_words() -> None:
    for law in (Default(), Linear(3.5)):
        assert parse_scaling(law.to_dict()) == law
        assert parse_scaling(law) is law

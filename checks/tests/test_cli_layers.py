"""`--layers` chooses among the layers of a model that differ."""

import json
from pathlib import Path

import pytest

from ropespec.checks.cli.configuration import declared, read_file
from ropespec.checks.cli.options import ConventionOptions
from ropespec.reference import ConfigError

GEMMA = {
    "model_type": "gemma3_text",
    "hidden_size": 3840,
    "num_attention_heads": 16,
    "head_dim": 256,
    "num_hidden_layers": 12,
    "max_position_embeddings": 131072,
    "sliding_window_pattern": 6,
    "rope_theta": 1000000.0,
    "rope_local_base_freq": 10000.0,
    "rope_scaling": {"rope_type": "linear", "factor": 8.0},
}


@pytest.fixture
def gemma(tmp_path: Path) -> str:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(GEMMA), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("layers", "base"),
    [("full_attention", 1e6), ("5", 1e6), ("sliding_attention", 1e4), ("4", 1e4)],
)
def test_a_group_of_layers_is_chosen(gemma: str, layers: str, base: float) -> None:
    assert declared(ConventionOptions(config=gemma, layers=layers)).base == base


def test_a_choice_without_a_file_is_refused() -> None:
    with pytest.raises(ConfigError, match="--layers: got '5', expected a file whose layers"):
        declared(ConventionOptions(layers="5"))


def test_without_a_choice_the_error_names_the_groups(gemma: str) -> None:
    with pytest.raises(ConfigError, match="sliding_attention; full_attention"):
        read_file(gemma)
    with pytest.raises(ConfigError, match="got 99, expected layers that rotate"):
        read_file(gemma, "99")

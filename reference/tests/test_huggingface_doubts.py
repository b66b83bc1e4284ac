"""Numbers of a config.json that are legal one by one and do not go together are named."""

from typing import Any

import pytest

from ropespec.reference.readers import huggingface

YARN = {"rope_type": "yarn", "rope_theta": 1e6, "original_max_position_embeddings": 4096}
LONGROPE = {
    **YARN, "rope_type": "longrope", "short_factor": [1.0] * 20, "long_factor": [3.0] * 20,
}  # fmt: skip
LINEAR = {"rope_type": "linear", "rope_theta": 1e4}


def doubts(parameters: dict[str, Any], length: int = 16384) -> dict[str, str]:
    reading = huggingface.read({
        "model_type": "qwen3", "head_dim": 40, "max_position_embeddings": length,
        "rope_parameters": parameters,
    })  # fmt: skip
    named = ("factor-below-one", "factor-mismatch", "trained-length-above")
    return {w.name: w.message for w in reading.warnings if w.name in named}


@pytest.mark.parametrize("law", [YARN, LONGROPE])
def test_a_factor_that_is_not_the_ratio_of_the_lengths(law: dict[str, Any]) -> None:
    assert doubts({**law, "factor": 4.0}) == {}
    assert doubts({**law, "factor": 7.0}) == {
        "factor-mismatch": "factor = 7 counts, not max_position_embeddings / "
        "original_max_position_embeddings = 16384 / 4096 = 4"
    }
    assert doubts({**law, "factor": 1.333}, 5461) == {}
    assert doubts({**law, "factor": 4.0}, 4096) == {}  # a recipe that leaves the context alone


def test_a_trained_length_above_the_context_length() -> None:
    assert doubts({**YARN, "factor": 4.0}, 4095) == {
        "trained-length-above": "original_max_position_embeddings = 4096 is above "
        "max_position_embeddings = 4095"
    }


def test_a_factor_below_one() -> None:
    assert doubts({**LINEAR, "factor": 1.0}) == {}
    assert list(doubts({**LINEAR, "factor": 0.5})) == ["factor-below-one"]

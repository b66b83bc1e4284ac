"""Each parameter of each law wrong in turn: one line with key, value and expectation."""

import math
from typing import Any

import pytest

from ropespec.reference import ConfigError, RotaryConfig, Scaling
from ropespec.reference.scaling import LAWS, parse_scaling

LISTS = {"short_factor": [1.0, 1.0, 1.0, 1.0], "long_factor": [1.0, 2.0, 3.0, 4.0]}
RIGHT: dict[str, dict[str, Any]] = {
    "linear": {"factor": 8.0},
    "ntk": {"alpha": 1000.0},
    "ntk-su": {"factor": 8.0, "mixed_b": 0.625},
    "dynamic": {"factor": 2.0, "original_max_position_embeddings": 4096},
    "ntk-by-parts": {
        "factor": 4.0, "original_max_position_embeddings": 4096, "beta_fast": 32.0,
        "beta_slow": 1.0,
    },
    "yarn": {
        "factor": 4.0, "original_max_position_embeddings": 4096, "beta_fast": 32.0,
        "beta_slow": 1.0, "truncate": True, "mscale": 1.0, "mscale_all_dim": 0.7,
        "attention_factor": 1.2,
    },
    "longrope": {
        **LISTS, "original_max_position_embeddings": 4096, "factor": 4.0,
        "attention_factor": 1.2, "short_mscale": 1.1, "long_mscale": 1.2,
    },
    "llama3": {
        "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 8192,
    },
    "proportional": {"factor": 2.0},
}  # fmt: skip
SIGNED = {"mscale", "mscale_all_dim"}
"""Weights that may be of any sign."""

WRONG: dict[type, list[Any]] = {
    float: ["8", True, [8.0], {}, 0, 0.0, -2.0, math.nan, math.inf, -math.inf, 10**400],
    int: ["4096", True, [4096], 0, -1, 4096.5, math.nan, math.inf],
    bool: ["true", 1, 0, [], math.nan],
    list: [3.0, "1.0", [], [1.0], [1.0] * 5, [1.0, 1.0, 1.0, "1"], [1.0, 1.0, 0.0, 1.0],
           [1.0, -1.0, 1.0, 1.0], [math.nan] * 4, [math.inf] * 4, [True] * 4, [None] * 4],
}  # fmt: skip

CASES = [
    (law, key, wrong)
    for law, words in RIGHT.items()
    for key, right in words.items()
    for wrong in WRONG[type(right)]
    if not (key in SIGNED and wrong in (0, 0.0, -2.0) and not isinstance(wrong, bool))
]


def config(law: str, **changes: Any) -> RotaryConfig:
    """Return a configuration of four pairs with a law's keys changed; `...` drops one."""
    words = {"rope_type": law, **RIGHT[law], **changes}
    return RotaryConfig(8, scaling={k: v for k, v in words.items() if v is not ...})


@pytest.mark.parametrize("law", RIGHT)
def test_the_right_values_are_taken_and_written_back(law: str) -> None:
    scaling = config(law).scaling
    assert scaling.to_dict() == {"rope_type": law, **RIGHT[law]}
    assert parse_scaling(scaling.to_dict()) == scaling
    assert hash(scaling) == hash(parse_scaling(scaling.to_dict()))


@pytest.mark.parametrize(("law", "key", "wrong"), CASES, ids=lambda value: str(value)[:24])
def test_a_wrong_value_is_named(law: str, key: str, wrong: Any) -> None:
    with pytest.raises(ConfigError) as error:
        config(law, **{key: wrong})
    message = str(error.value)
    assert "\n" not in message
    assert key in message or ("factor" in key and "divisors" in message)
    assert "expected" in message


@pytest.mark.parametrize("law", RIGHT)
def test_an_unknown_key_is_named(law: str) -> None:
    with pytest.raises(ConfigError, match=f"scaling {law!r}: got 'facotr', expected only"):
        config(law, facotr=2.0)


REQUIRED = [
    ("linear", "factor"), ("ntk", "alpha"), ("ntk-su", "factor"), ("dynamic", "factor"),
    ("dynamic", "original_max_position_embeddings"), ("yarn", "factor"),
    ("yarn", "original_max_position_embeddings"), ("longrope", "short_factor"),
    ("longrope", "long_factor"), ("longrope", "original_max_position_embeddings"),
    ("llama3", "factor"), ("llama3", "low_freq_factor"), ("llama3", "high_freq_factor"),
    ("llama3", "original_max_position_embeddings"),
]  # fmt: skip


@pytest.mark.parametrize("absent", [..., None], ids=["absent", "null"])
@pytest.mark.parametrize(("law", "key"), REQUIRED)
def test_a_missing_key_is_named(law: str, key: str, absent: Any) -> None:
    with pytest.raises(ConfigError, match=f"expected the key '{key}'; add it, for example"):
        config(law, **{key: absent})


CONTRADICTIONS: list[tuple[str, dict[str, Any], str]] = [
    ("llama3", {"high_freq_factor": 0.5}, "high_freq_factor: got 0.5, expected at least low"),
    ("yarn", {"beta_fast": 0.5}, "beta_fast: got 0.5, expected at least beta_slow = 1"),
    ("yarn", {"original_max_position_embeddings": 6}, "got 6, expected above 2 pi beta_slow"),
    ("yarn", {"mscale": -50.0, "attention_factor": ...}, "mscale: got -50.0, expected weights"),
    ("yarn", {"convention": "vlmm"}, "convention: got 'vlmm', expected one of hugging-face"),
    ("ntk-by-parts", {"beta_fast": 1.0}, "beta_fast: got 1.0, expected above beta_slow = 1"),
    ("longrope", {"long_mscale": ...}, "expected both of them or none"),
    (
        "longrope",
        {"long_factor": [1.0, 1.0]},
        "got '2 divisors', expected as many",
    ),
    (
        "longrope",
        {"factor": ..., "attention_factor": ..., "short_mscale": ..., "long_mscale": ...},
        "scaling factor: got None, expected a number above 0",
    ),
    ("dynamic", {"alpha": 2.0}, "factor: got 2.0, expected 1 or nothing beside alpha"),
    ("linear", {"type": "yarn"}, "expected 'rope_type' and 'type' to agree"),
]


@pytest.mark.parametrize(("law", "changes", "message"), CONTRADICTIONS)
def test_a_contradiction_is_named(law: str, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        config(law, **changes)
    assert "\n" not in str(error.value)


def test_laws_that_do_not_fit_the_head() -> None:
    for law in ("ntk", "dynamic"):
        with pytest.raises(ConfigError, match="rotary_dim: got 2, expected at least 4"):
            RotaryConfig(2, scaling={"rope_type": law, **RIGHT[law]})
    with pytest.raises(ConfigError, match="layout: got 'half', expected 'half-idle'"):
        RotaryConfig(8, 4, layout="half", scaling={"rope_type": "proportional"})
    with pytest.raises(ConfigError, match="length: got 0"):
        config("dynamic").at_length(0)
    for of in (None, 3, {"rope_type": "resonance", "of": {"rope_type": "default"}}):
        with pytest.raises(ConfigError, match="scaling"):
            RotaryConfig(8, scaling={"rope_type": "resonance", "of": of})


@pytest.mark.parametrize(
    "scaling", [3, "yarn", ["yarn"], {}, {"factor": 2.0}, {"rope_type": 7}]
)
def test_what_is_no_law(scaling: Any) -> None:
    with pytest.raises(ConfigError) as error:
        RotaryConfig(8, scaling=scaling)
    assert "\n" not in str(error.value)


def test_the_trained_length_is_filled_in_as_hugging_face_does() -> None:
    for law in ("dynamic", "yarn", "llama3", "longrope"):
        words = {k: v for k, v in RIGHT[law].items() if k != "original_max_position_embeddings"}
        filled = RotaryConfig(8, scaling={"rope_type": law, **words}, max_position=4095).scaling
        assert filled.to_dict()["original_max_position_embeddings"] == 4096
    words = {**RIGHT["yarn"], "factor": None}
    ratio = RotaryConfig(8, scaling={"rope_type": "yarn", **words}, max_position=131071)
    assert ratio.scaling.to_dict()["factor"] == 32.0


def test_every_law_has_a_source() -> None:
    assert RIGHT.keys() | {"default", "resonance", "divided"} >= LAWS.keys()
    for law in LAWS.values():
        assert issubclass(law, Scaling)
        assert law.source

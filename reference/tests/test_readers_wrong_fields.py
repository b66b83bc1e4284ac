"""Every field of every format wrong in turn: a result, or one line that names the key."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ropespec.reference import ConfigError, InputError, RotaryConfig
from ropespec.reference.errors import shown
from ropespec.reference.explain import explain
from ropespec.reference.model import LayerGroup, RotaryModel
from ropespec.reference.readers import Reading, gguf, huggingface, meta, mistral
from ropespec.reference.readers.onnx import RotaryNode
from ropespec.reference.readers.onnx import read as read_onnx

from .wrong_fields import (
    GGUF,
    HUGGING_FACE,
    META,
    MISTRAL,
    OWN,
    WRONG,
    Place,
    changed,
    places,
    without,
)


def own(words: Mapping[str, Any]) -> Reading:
    return Reading(RotaryModel((LayerGroup(RotaryConfig.from_dict(words)),)))


Reader = Callable[[Mapping[str, Any]], Reading]
READERS: dict[str, tuple[Reader, dict[str, dict[str, Any]]]] = {
    "huggingface": (huggingface.read, HUGGING_FACE),
    "gguf": (gguf.read, GGUF),
    "meta": (meta.read, META),
    "mistral": (mistral.read, MISTRAL),
    "own": (own, OWN),
}
CASES = [(format_, name) for format_, (_, right) in READERS.items() for name in right]
NAMES = [f"{format_}-{name}" for format_, name in CASES]
SECONDS = 2.0

# What a class or a format does not read where another key says the same.
UNREAD = {"hidden_size", "num_attention_heads", "sliding_window", "n_kv_heads", "n_layers",
          "dim", "n_heads", "finetuned", "attn_temperature_tuning",
          "yarn_ext_factor"}  # fmt: skip


def outcome(read: Reader, words: Mapping[str, Any]) -> Reading | ConfigError | InputError:
    """Return the reading, or the error a user sees; any other error is a failure."""
    start = time.perf_counter()
    try:
        reading = read(words)
        json.dumps(explain(reading).as_dict(), allow_nan=False)
    except (ConfigError, InputError) as error:
        return error
    finally:
        assert time.perf_counter() - start < SECONDS, words
    return reading


def leaf_of(place: Place) -> str:
    """Return the last key on the way to a field, without a GGUF key's prefix."""
    keys = [key for key in place if isinstance(key, str)]
    return keys[-1].rsplit(".", 1)[-1]


def names_of(words: Mapping[str, Any]) -> set[str]:
    return {leaf_of(place) for place in places(words)}


def assert_one_line(error: Exception, place: Place, words: Mapping[str, Any]) -> None:
    """The line names the field; or another one of the file, with which it does not fit."""
    message = str(error)
    assert "\n" not in message
    assert len(message) < 700
    about = error.key.rsplit(".", 1)[-1] if isinstance(error, ConfigError) else ""
    assert leaf_of(place) in message or about in names_of(words), message


def same(one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same, as 1 and 1.0 do and 1 and true do not."""
    numbers = isinstance(one, int | float) and isinstance(other, int | float)
    return bool(one == other) and (numbers or type(one) is type(other))


@pytest.mark.parametrize(("format_", "name"), CASES, ids=NAMES)
def test_every_field_wrong_in_turn(format_: str, name: str) -> None:
    read, right = READERS[format_]
    words = right[name]
    truth = read(words)
    for place in places(words):
        given: Any = words
        for key in place:
            given = given[key]
        for wrong in WRONG:
            found = outcome(read, changed(words, place, wrong))
            if isinstance(found, Exception) and wrong is None:
                assert "\n" not in str(found)  # as if the field were absent
            elif isinstance(found, Exception):
                assert_one_line(found, place, words)
            elif wrong is not None and not same(given, wrong) and found == truth:
                plausible = isinstance(wrong, int) and -1 <= wrong <= 10**18
                silent = leaf_of(place) in UNREAD and plausible
                assert silent, f"{place} = {wrong!r} makes no difference and no warning"


@pytest.mark.parametrize(("format_", "name"), CASES, ids=NAMES)
def test_every_field_absent_in_turn(format_: str, name: str) -> None:
    """Either the rest has a meaning, or something that is needed is named."""
    read, right = READERS[format_]
    for place in places(right[name]):
        if isinstance(place[-1], str):
            found = outcome(read, without(right[name], place))
            if isinstance(found, ConfigError):
                assert "\n" not in str(found)
                assert str(found.key) in str(found)
                assert found.expected in str(found)
            else:
                assert isinstance(found, Reading)


def test_the_right_ones_are_right() -> None:
    for format_, name in CASES:
        read, right = READERS[format_]
        assert read(right[name]).model.rotating, (format_, name)


@pytest.mark.parametrize("key", ["interleaved", "num_heads", "rotary_embedding_dim", "scale"])
@pytest.mark.parametrize("wrong", WRONG, ids=shown)
def test_onnx_attributes(key: str, wrong: Any) -> None:
    try:
        node = RotaryNode("rotary", "com.microsoft", {key: wrong})
        reading = read_onnx(node, base=10000.0, head_dim=64)
    except ConfigError as error:
        message = str(error)
        assert "\n" not in message and key in message  # noqa: PT018
        return
    assert reading.model.rotating
    assert isinstance(wrong, int | float)


@pytest.mark.parametrize("key", ["base", "head_dim", "sign", "attention_factor", "scaling"])
@pytest.mark.parametrize("wrong", WRONG, ids=shown)
def test_onnx_arguments(key: str, wrong: Any) -> None:
    fields: dict[str, Any] = {"base": 10000.0, "head_dim": 64, key: wrong}
    try:
        reading = read_onnx(RotaryNode("rotary"), **fields)
    except ConfigError as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert reading.model.rotating

"""Relative maps, chunks, packed documents and the positions of images and videos."""

from fractions import Fraction
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, InputError, RotaryConfig, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.position_maps import (
    SpokenVideo,
    Text,
    Vision,
    dual_chunk,
    dual_chunk_keys,
    dual_chunk_queries,
    leaky_rerope,
    multimodal_positions,
    packed_positions,
    relative_scores,
    rerope,
    self_extend,
)
from ropespec.reference.strategies import configs

POSITIONS = st.integers(0, 2**40)


PAST = st.builds(lambda n, apart: (n + apart, n), POSITIONS, st.integers(0, 5000))
"""A query and a key that it may see."""


@given(PAST, st.integers(1, 600))
def test_rerope(past: tuple[int, int], window: int) -> None:
    m, n = past
    assert int(rerope(m, n, window)) == min(m - n, window)


@given(PAST, st.integers(1, 600), st.integers(1, 64))
def test_leaky_rerope(past: tuple[int, int], window: int, factor: int) -> None:
    m, n = past
    [distance] = leaky_rerope([m], [n], window, factor)
    over = m - n - window
    assert distance == (m - n if over <= 0 else window + Fraction(over, factor))
    assert leaky_rerope([m], [n], window, 1)[0] == m - n
    # squeezed without end it is ReRoPE
    assert abs(leaky_rerope([m], [n], window, 1e12)[0] - int(rerope(m, n, window))) < 1e-8


@given(PAST, st.integers(1, 600), st.integers(1, 64))
def test_self_extend(past: tuple[int, int], window: int, group: int) -> None:
    m, n = past
    distance = int(self_extend(m, n, window, group))
    if m - n < window:
        assert distance == m - n
    else:  # grouped, to within a unit of (m - n - w) / G beyond the window
        assert abs(distance - (window + Fraction(m - n - window, group))) < 2
    assert int(self_extend(m, n, window, 1)) == m - n


@given(PAST, st.data(), st.integers(2, 600))
def test_dual_chunk(past: tuple[int, int], data: st.DataObject, chunk: int) -> None:
    m, n = past
    local = data.draw(st.integers(0, chunk - 1))
    distance = int(dual_chunk(m, n, chunk, local))
    assert 0 <= distance <= chunk
    c = chunk - local
    if m - n <= min(local, c):
        assert distance == m - n
    if m // c == n // c:
        assert distance == m - n


def test_dual_chunk_by_hand() -> None:
    """chunk 8, local 3: c = 5. Query 12 in chunk 2 at 2; to chunk 1 at 7; to chunk 0 at 8."""
    intra, successive, inter = dual_chunk_queries(12, 8, 3)
    assert (int(intra), int(successive), int(inter)) == (2, 7, 8)
    assert dual_chunk_keys(range(13), 8, 3).tolist() == [*range(5), *range(5), 0, 1, 2]
    assert dual_chunk(12, range(13), 8, 3).tolist() == [
        *(8, 7, 6, 5, 4), *(7, 6, 5, 4, 3), *(2, 1, 0),
    ]  # fmt: skip
    assert int(dual_chunk_queries(12, 8, 6)[2]) == 3  # 2c - 1, below the chunk


SMALL = configs(max_head_dim=12).filter(lambda config: not config.axes)


@given(SMALL, st.integers(0, 2**50), st.integers(0, 2**32))
def test_scores_at_true_distances_are_plain_rope(
    config: RotaryConfig, start: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    q, k = random.standard_normal((2, 1, 2, 4, config.head_dim))
    positions = np.arange(4)[np.newaxis] + start
    rotated_q, rotated_k = (oracle.rotate(x, positions, config) for x in (q, k))
    plain = rotated_q @ rotated_k.swapaxes(-1, -2)
    distances = positions.T - positions
    np.testing.assert_allclose(relative_scores(q, k, distances, config), plain, atol=1e-13)


def test_scores_of_rerope_have_two_regimes() -> None:
    config = RotaryConfig(8, layout="half")
    random = np.random.default_rng(0)
    q, k = random.standard_normal((2, 1, 1, 6, 8))
    m = np.arange(6)[:, np.newaxis]
    scores = relative_scores(q, k, rerope(np.maximum(m, m.T), m.T, 2), config)
    far: FloatArray = relative_scores(q, k, np.full((6, 6), 2), config)
    near = relative_scores(q, k, np.abs(m - m.T), config)
    beyond = np.tril(np.ones((6, 6), dtype=bool), -2)
    np.testing.assert_array_equal(scores[..., beyond], far[..., beyond])
    inside = np.tril(~beyond)
    np.testing.assert_array_equal(scores[..., inside], near[..., inside])


def test_scores_that_cannot_be() -> None:
    q = np.zeros((1, 1, 2, 4))
    with pytest.raises(InputError, match=r"distances: got shape \(2,\), expected \(2, 2\)"):
        relative_scores(q, q, [1, 2], RotaryConfig(4))
    with pytest.raises(InputError, match="several axes"):
        relative_scores(q, q, np.zeros((2, 2)), RotaryConfig(4, axes=(1, 1)))


@given(st.lists(st.integers(0, 9)))
def test_packed_documents(lengths: list[int]) -> None:
    positions = packed_positions(lengths)
    assert positions.tolist() == [p for length in lengths for p in range(length)]


def library_positions(model: str, segments: list[Any], **changes: Any) -> tuple[Any, int]:
    """The same sequence through transformers' own builder."""
    module = import_module(f"transformers.models.{model}.modeling_{model}")
    name = {"qwen2_vl": "Qwen2VLModel", "qwen2_5_vl": "Qwen2_5_VLModel"}[model]
    cls = getattr(module, name)
    vision = SimpleNamespace(spatial_merge_size=2, tokens_per_second=changes.get("rate", 1))
    self = SimpleNamespace(config=SimpleNamespace(vision_config=vision))
    self.get_vision_position_ids = cls.get_vision_position_ids.__get__(self)
    kinds: list[int] = []
    grids: dict[int, list[list[int]]] = {1: [], 2: []}
    for segment in segments:
        if isinstance(segment, Text):
            kinds += [0] * segment.tokens
        else:
            kind = 1 if segment.frames == 1 else 2
            grids[kind].append([segment.frames, segment.height, segment.width])
            kinds += [kind] * (segment.frames * segment.height * segment.width // 4)
    more = {"second_per_grid_ts": changes["seconds"]} if "seconds" in changes else {}
    positions, delta = cls.get_rope_index(
        self,
        torch.zeros(1, len(kinds), dtype=torch.long),
        torch.tensor([kinds]),
        image_grid_thw=torch.tensor(grids[1]) if grids[1] else None,
        video_grid_thw=torch.tensor(grids[2]) if grids[2] else None,
        **more,
    )
    return positions[:, 0].T.tolist(), int(delta)


SIDES = st.integers(1, 4).map(lambda side: 2 * side)
SEGMENTS = st.lists(
    st.one_of(
        st.builds(Text, st.integers(1, 5)),
        st.builds(Vision, st.integers(1, 4), SIDES, SIDES),
    ),
    min_size=1,
    max_size=5,
)


@given(SEGMENTS)
def test_multimodal_positions_are_the_librarys(segments: list[Any]) -> None:
    # two neighbours of one kind are one block to the library, which then reads one grid
    text = [Text(1)]
    spaced = [part for segment in segments for part in ([segment, *text])]
    positions, delta = multimodal_positions(spaced)
    assert (positions.tolist(), delta) == library_positions("qwen2_vl", spaced)


def test_a_video_in_time() -> None:
    """Qwen2.5-VL: 2 tokens per second, 0.75 s for each step: 1.5, cut after multiplying."""
    segments: list[Any] = [Text(3), Vision(4, 4, 6, interval=1.5), Text(2)]
    positions, delta = multimodal_positions(segments)
    theirs = library_positions("qwen2_5_vl", segments, rate=2, seconds=torch.tensor([0.75]))
    assert (positions.tolist(), delta) == theirs
    assert sorted(set(positions[3:27, 0].tolist())) == [3, 4, 6, 7]


def test_two_ways_to_go_on_after_a_long_video() -> None:
    video: list[Any] = [Vision(9, 4, 4), Text(1)]
    assert multimodal_positions(video)[0][-1].tolist() == [2, 2, 2]
    assert multimodal_positions(video, "largest")[0][-1].tolist() == [9, 9, 9]
    image: list[Any] = [Vision(1, 4, 8), Text(1)]
    assert multimodal_positions(image)[0][-1].tolist() == [4, 4, 4]
    assert multimodal_positions(image, "largest")[0][-1].tolist() == [4, 4, 4]


@given(
    st.integers(0, 4), st.integers(1, 12), st.sampled_from([(2, 2), (4, 6)]),
    st.sampled_from([0.5, 1.0, 2.0, 3.25, 4.0]), st.integers(1, 160), st.integers(1, 3),
)  # fmt: skip
def test_a_video_with_sound_is_the_librarys(
    before: int, frames: int, size: tuple[int, int], seconds: float, sound: int, after: int
) -> None:
    """TMRoPE of Qwen2.5-Omni: 25 steps a second, chunks of 2 seconds, marks in pairs."""
    module = import_module("transformers.models.qwen2_5_omni.modeling_qwen2_5_omni")
    cls = module.Qwen2_5OmniPreTrainedModelForConditionalGeneration
    names = ("image", "video", "audio", "vision_start", "audio_start")
    ids = {f"{name}_token_id": 10 + i for i, name in enumerate(names)}
    config = SimpleNamespace(**ids, position_id_per_seconds=25, seconds_per_chunk=2)
    self = SimpleNamespace(config=config, spatial_merge_size=2)
    for name in ("get_llm_pos_ids_for_vision", "get_chunked_index"):
        setattr(self, name, getattr(cls, name).__get__(self))
    grid = torch.tensor([[frames, *size]])
    seen = frames * size[0] * size[1] // 4
    tokens = [1] * before + [13, 14] + [11] * seen + [12] * sound + [2, 2] + [1] * after
    positions, delta = cls.get_rope_index(
        self,
        torch.tensor([tokens]),
        video_grid_thw=grid,
        attention_mask=torch.ones(1, len(tokens), dtype=torch.long),
        use_audio_in_video=True,
        audio_seqlens=torch.tensor([4 * sound]),
        second_per_grids=torch.tensor([seconds]),
    )
    video = Vision(frames, *size, interval=25 * seconds)
    ours, more = multimodal_positions([Text(before), SpokenVideo(video, sound), Text(after)])
    assert ours.tolist() == positions[:, 0].T.tolist()
    assert more == int(delta)


def test_text_alone_is_a_running_count() -> None:
    positions, delta = multimodal_positions([Text(3), Text(0), Text(2)])
    assert positions.tolist() == [[p] * 3 for p in range(5)]
    assert delta == 0
    empty, delta = multimodal_positions([])
    assert (empty.shape, delta) == ((0, 3), 0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rerope(5, 3, 0), "window: got 0, expected a whole number of at least 1"),
        (lambda: rerope(5, 3, True), "window: got True"),
        (lambda: leaky_rerope(5, 3, 4, 0.0), "factor: got 0.0"),
        (lambda: leaky_rerope(5, 3, 4, float("nan")), "factor: got nan"),
        (lambda: self_extend(5, 3, 4, 0), "group: got 0"),
        (lambda: dual_chunk(5, 3, 8, 8), "local_size: got 8, expected below chunk_size = 8"),
        (lambda: dual_chunk(5, 3, 1, 0), "chunk_size: got 1"),
        (lambda: dual_chunk(5, 3, 8, -1), "local_size: got -1"),
        (lambda: packed_positions([3, -1]), "lengths: got -1"),
        (lambda: multimodal_positions([Text(-1)]), "tokens: got -1"),
        (lambda: multimodal_positions([Text(1)], "longest"), "advance: got 'longest'"),
        (lambda: multimodal_positions([Vision(1, 3, 4)]), "height: got 3, expected a multiple"),
        (lambda: multimodal_positions([Vision(0, 4, 4)]), "frames: got 0"),
        (lambda: multimodal_positions([Vision(1, 4, 4, interval=-1.0)]), "interval: got -1.0"),
        (lambda: multimodal_positions([Vision(1, 4, 4, merge=0)]), "merge: got 0"),
    ],
)
def test_wrong_values_in_one_line(call: Any, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as error:
        call()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("position", [-1, 1.5, float("nan"), "1", None])
def test_positions_that_are_none(position: Any) -> None:
    with pytest.raises(InputError, match=r"m: got .*, expected whole positions from 0 on"):
        rerope([position], [0], 4)

"""Every public function with each of its arguments wrong in turn: one line that names it."""

import inspect
import math
import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from ropespec.reference import ConfigError, InputError, RotaryConfig, arrange
from ropespec.reference.attention import Affine, Projections
from ropespec.reference.position_maps import SpokenVideo, Text, Vision
from ropespec.reference.systems.by_hand import FeedForwardWeights, Norm, random_weights
from ropespec.reference.systems.four_encodings import four_encodings

RAGGED = [[1.0], [1.0, 2.0]]
NO_NUMBERS: list[Any] = [
    RAGGED, "text", ["1.5"], None, {}, object(), [True, False], [None, 1.0], 1j, [1j, 2.0],
    np.array(["a"]), np.array([True]), np.array([True], dtype=object), b"1", {1.0, 2.0},
    np.array("2020-01-01", dtype="datetime64[D]"), [np.zeros(2), np.zeros(3)],
]  # fmt: skip
NO_FINITE = [math.nan, [math.inf], np.array([1.0, -math.inf]), [10**400, 0.5]]
NO_WHOLE = [
    0.5,
    [1.0],
    np.array([2.5]),
    [2**63],
    [-(2**63) - 1],
    np.array([2**64 - 1], np.uint64),
]
NO_SCALAR: list[Any] = [
    "3",
    True,
    None,
    [3],
    math.nan,
    math.inf,
    -math.inf,
    1j,
    {},
    np.zeros(2),
]
NO_OBJECT: list[Any] = [None, "half", {}, 3, [], 0.5]
WRONG: dict[str, list[Any]] = {
    "values": NO_NUMBERS,
    "shaped": [*NO_NUMBERS, 1.0, np.zeros((2,) * 7)],
    "leading": [*NO_NUMBERS, 1.0],
    "finite": [*NO_NUMBERS, *NO_FINITE],
    "positions": [*NO_NUMBERS, *NO_FINITE[:-1]],
    "wholes": [*NO_NUMBERS, *NO_FINITE, *NO_WHOLE],
    "from 0": [*NO_NUMBERS, *NO_FINITE, *NO_WHOLE, -1, [3, -2]],
    "whole": [*NO_SCALAR, 2.5, 2.0],
    "size": [*NO_SCALAR, 2.5, 2.0, -1],
    "real": [*NO_SCALAR, 10**400],
    "above 0": [*NO_SCALAR, 10**400, 0.0, -1.0],
    "flag": ["true", 1, 0, None, [], math.nan],
    "choice": ["nonsense", "", None, 3, ["half"], math.nan],
    "text": [None, 3, 1.5, ["a"], b"a"],
    "words": [None, 3, "you", [3], ["you", None], {}],
    "object": NO_OBJECT,
    "list": [None, 3, "ab", [None], ["a"], [True], [math.nan], [1.5, "b"]],
}  # fmt: skip

HEAD, AXES = RotaryConfig(4), RotaryConfig(8, arrangement=arrange((2, 2)))
X = np.ones((1, 2, 3, 4))
SEQ = np.ones((1, 3, 4))
SQUARE = np.ones((3, 3))
RELATIVE = np.arange(3) - np.arange(3)[:, np.newaxis]
SAME = Affine(np.eye(4))
ALL = Projections(SAME, SAME, SAME, SAME)
TOKENS = [0, 1, 2]
Call = dict[str, tuple[Any, str]]
"""A right value for each argument, and how it can be wrong; "?" where None is right."""

ROTATED: Call = {"positions": (TOKENS, "positions"), "config": (HEAD, "object")}
ATTENTION: dict[str, Call] = {
    "attention.affine.Affine.__call__": {"self": (SAME, ""), "x": (SEQ, "shaped")},
    "attention.dot_product.scaled_dot_product": {
        "q": (X, "leading"), "k": (X, "shaped"), "v": (X, "shaped"),
        "mask": (np.ones((3, 3), bool), "values?"), "bias": (0.0, "values"),
        "scale": (0.5, "real?"),
    },
    "attention.grouped.repeat_groups": {"x": (X, "shaped"), "heads": (4, "size")},
    "attention.linear.elu_plus_one": {"x": (X, "values")},
    "attention.linear.linear_attention": {
        "q": (X, "shaped"), "k": (X, "shaped"), "v": (X, "shaped"), "rotary": (HEAD, "object?"),
        "positions": (TOKENS, "positions?"), "causal": (True, "flag"),
    },
    "attention.masks.causal_mask": {"queries": (2, "size"), "keys": (3, "size?")},
    "attention.multi_head.split_heads": {"x": (SEQ, "shaped"), "heads": (2, "size")},
    "attention.multi_head.join_heads": {"x": (X, "shaped")},
    "attention.multi_head.multi_head": {
        "x": (SEQ, "shaped"), "projections": (ALL, "object"), "heads": (2, "size"),
        "kv_heads": (2, "size?"), "mask": (np.ones((3, 3), bool), "values?"),
        "rotary": (RotaryConfig(2), "object?"), "positions": (TOKENS, "positions?"),
    },
    "attention.softmax.softmax": {"scores": (SQUARE, "values"), "axis": (0, "whole")},
}  # fmt: skip
CORE: dict[str, Call] = {
    "float_products.product_errors": {
        "config": (HEAD, "object"), "powers": ([3], "list"), "formats": (["float64"], "list"),
        "count": (2, "size"), "seed": (0, "size"),
    },
    "formats.find_format": {"name": ("float32", "choice")},
    "formats.round_to": {"values": ([1.0], "values"), "name": ("float32", "choice")},
    "formats.ulp": {"values": ([1.0], "values"), "name": ("float32", "choice")},
    "forms.angles": {**ROTATED, "positions": (TOKENS, "finite")},
    "forms.rotation_matrix": {"position": (1, "finite"), "config": (HEAD, "object")},
    "forms.apply_matrix": {"x": (X, "shaped"), **ROTATED},
    "forms.apply_complex": {"x": (X, "shaped"), **ROTATED},
    "forms.apply_efficient": {"x": (X, "shaped"), **ROTATED},
    "forms.quarter_turn": {"x": (X, "leading")},
    "layout.layout_channels": {"config": (HEAD, "object")},
    "oracle.double_phases": ROTATED,
    "oracle.phases": ROTATED,
    "oracle.turns": ROTATED,
    "oracle.rotate": {"x": (X, "shaped"), **ROTATED},
    "oracle_mpmath.phases": {**ROTATED, "digits": (20, "size")},
    "oracle_mpmath.rotate": {"x": (X, "shaped"), **ROTATED, "digits": (20, "size")},
    "positions.given_positions": ROTATED,
    "positions.coordinates": ROTATED,
    "positions.float_coordinates": {**ROTATED, "positions": (TOKENS, "finite")},
    "positions.exact_positions": ROTATED,
    "spectrum.spectrum": {"config": (HEAD, "object")},
    "spectrum.frequencies": {"config": (HEAD, "object")},
    "spectrum.frequency_matrix": {"config": (HEAD, "object")},
    "scaling.lengths.lengths_in_force": {
        "law": (HEAD.scaling, "object"), "lengths": ([1, 2], "list"),
        "rule": ("vllm", "choice"),
    },
    "split_heads.split_config": {
        "nope": (4, "size"), "rope": (HEAD, "object"), "rope_first": (True, "flag"),
    },
    "split_heads.joined_queries": {
        "q_nope": (X, "shaped"), "q_rope": (X, "shaped"),
        "positions": (TOKENS, "positions"), "rope": (HEAD, "object"),
    },
    "split_heads.joined_keys": {
        "k_nope": (X, "shaped"), "k_rope": (X[:, :1], "shaped"),
        "positions": (TOKENS, "positions"), "rope": (HEAD, "object"),
    },
    "split_heads.rotate_back": {"y": (X, "shaped"), **ROTATED},
    "temperature.stepped": {
        "positions": (TOKENS, "from 0"), "scale": (0.1, "above 0"), "floor": (9, "size"),
        "offset": (1, "size"),
    },
    "temperature.llama4": {
        "positions": (TOKENS, "from 0"), "attn_scale": (0.1, "above 0"),
        "floor_scale": (9, "size"),
    },
    "temperature.ministral": {
        "positions": (TOKENS, "from 0"), "trained": (9, "size"), "beta": (0.1, "above 0"),
    },
    "temperature.log_n": {"positions": (TOKENS, "from 0"), "trained": (9, "size")},
    "temperature.floored_log": {
        "positions": (TOKENS, "from 0"), "alpha": (0.1, "above 0"), "floor": (9, "size"),
    },
    "temperature.scalable_softmax": {"keys": ([1, 2], "from 0"), "scale": (0.4, "real")},
    "xpos.zeta": {"config": (HEAD, "object"), "gamma": (0.4, "above 0")},
    "xpos.centre": {"length": (5, "size"), "convention": ("half", "choice")},
    "xpos.amplitudes": {
        **ROTATED, "scale_base": (9.0, "above 0"), "gamma": (0.4, "above 0"),
        "centre": (1, "whole"),
    },
    "xpos.rotate_queries": {"q": (X, "shaped"), **ROTATED},
    "xpos.rotate_keys": {"k": (X, "shaped"), **ROTATED},
}  # fmt: skip
AXIAL: dict[str, Call] = {
    "arrangement.arrange": {
        "counts": ((2, 2), "list"), "groups": ([(0, 1)], "list?"),
        "series": ("shared", "choice"),
    },
    "arrangement.parse_arrangement": {"value": (arrange((1, 1)), "object?")},
    "axes.coordinates.columns_first": {
        "height": (2, "size"), "width": (2, "size"), "start": (0, "whole"),
    },
    "axes.coordinates.merge_blocks": {
        "height": (2, "size"), "width": (2, "size"), "merge": (2, "size"),
    },
    "axes.coordinates.centred": {
        "frames": (1, "size"), "height": (2, "size"), "width": (2, "size"),
    },
    "axes.coordinates.centred_text": {
        "tokens": (1, "size"), "height": (2, "size"), "width": (2, "size"),
    },
    "axes.coordinates.symmetric": {"fractions": ([[0.5]], "positions")},
    "axes.coordinates.cropped": {
        "start": (0.0, "real"), "stop": (2.0, "real"), "size": (2, "size"),
    },
    "axes.deviations.vjepa2_tiled": {
        "x": (X, "leading"), "position": (1.0, "real"), "base": (9.0, "above 0"),
    },
    "axes.deviations.xd_rope_split_axes": {
        "x": (X, "shaped"), "position": ((1, 2), "list"), "inv_freq": ([1.0, 0.5], "finite"),
        "sections": ((1, 1), "list"),
    },
    "axes.deviations.split_axes": {"sections": ((1, 1), "list")},
    "axes.mixed.mixed_init": {
        "pairs": (4, "size"), "direction": (0.5, "real"), "base": (9.0, "above 0"),
    },
    "axes.mixed.directed": {
        "frequencies": ([1.0, 0.5], "finite"), "directions": (np.eye(2), "finite"),
    },
    "axes.mixed.pixel_frequencies": {
        "axes": (2, "size"), "per_axis": (2, "size"), "max_freq": (4.0, "real"),
        "unit": ("turn", "choice"),
    },
    "axes.schemes.scheme": {"name": ("flux.1", "choice")},
    "axes.sections.interleaved_sections": {"sections": ((2, 2, 2), "list")},
    "axes.sections.spanned_periods": {
        "head_dim": (8, "size"), "min_period": (1.0, "above 0"), "max_period": (4.0, "above 0"),
    },
    "axes.sections.stretched_axes": {
        "counts": ((2, 2, 2), "list"), "base": (9.0, "above 0"), "stretch": ((2, 1, 1), "list"),
    },
}  # fmt: skip
MAPS: dict[str, Call] = {
    "position_maps.dual_chunk.dual_chunk_keys": {
        "n": (TOKENS, "from 0"), "chunk_size": (6, "size"), "local_size": (2, "size"),
    },
    "position_maps.dual_chunk.dual_chunk_queries": {
        "m": (TOKENS, "from 0"), "chunk_size": (6, "size"), "local_size": (2, "size"),
    },
    "position_maps.dual_chunk.dual_chunk": {
        "m": (TOKENS, "from 0"), "n": (TOKENS, "from 0"), "chunk_size": (6, "size"),
        "local_size": (2, "size"),
    },
    "position_maps.multimodal.multimodal_positions": {
        "segments": ([Text(1)], "list"), "advance": ("spatial", "choice"),
    },
    "position_maps.multimodal.spoken_block": {
        "spoken": (SpokenVideo(Vision(1, 2, 2), 1), "object"),
    },
    "position_maps.multimodal.text_block": {"text": (Text(1), "object")},
    "position_maps.multimodal.vision_block": {"vision": (Vision(1, 2, 2), "object")},
    "position_maps.packed.packed_positions": {"lengths": ([2, 1], "list")},
    "position_maps.rerope.rerope": {
        "m": (TOKENS, "from 0"), "n": (TOKENS, "from 0"), "window": (2, "size"),
    },
    "position_maps.rerope.leaky_rerope": {
        "m": (TOKENS, "from 0"), "n": (TOKENS, "from 0"), "window": (2, "size"),
        "factor": (4.0, "above 0"),
    },
    "position_maps.scores.relative_scores": {
        "q": (X, "shaped"), "k": (X, "shaped"), "distances": (RELATIVE, "positions"),
        "config": (HEAD, "object"),
    },
    "position_maps.self_extend.self_extend": {
        "m": (TOKENS, "from 0"), "n": (TOKENS, "from 0"), "window": (2, "size"),
        "group": (2, "size"),
    },
    "neighbours.absolute.learned": {
        "positions": (TOKENS, "from 0"), "table": (np.ones((3, 2)), "shaped"),
    },
    "neighbours.absolute.sinusoidal": {
        "positions": (TOKENS, "positions"), "width": (4, "size"), "base": (9.0, "above 0"),
    },
    "neighbours.absolute.sinusoidal_concatenated": {
        "positions": (TOKENS, "positions"), "width": (4, "size"), "base": (9.0, "above 0"),
        "stretched": (True, "flag"),
    },
    "neighbours.alibi.slopes": {"heads": (4, "size")},
    "neighbours.alibi.bias": {"heads": (4, "size"), "relative": (RELATIVE, "wholes")},
    "neighbours.distances.relative_positions": {
        "queries": (TOKENS, "wholes"), "keys": (TOKENS, "wholes?"),
    },
    "neighbours.shaw.clipped": {"relative": (RELATIVE, "wholes"), "k": (2, "size")},
    "neighbours.shaw.vectors": {
        "table": (np.ones((3, 2)), "shaped"), "relative": (RELATIVE, "wholes"),
    },
    "neighbours.shaw.scores": {
        "q": (X, "leading"), "k": (X, "shaped"), "a": (np.ones((3, 3, 4)), "shaped"),
    },
    "neighbours.shaw.output": {
        "weights": (SQUARE, "leading"), "v": (np.ones((3, 4)), "shaped"),
        "a": (np.ones((3, 3, 4)), "shaped"),
    },
    "neighbours.t5.bucket": {
        "relative": (RELATIVE, "wholes"), "bidirectional": (True, "flag"),
        "buckets": (8, "size"), "max_distance": (20, "size"),
    },
    "neighbours.t5.bucket_starts": {"share": (8, "size"), "max_distance": (20, "size")},
    "neighbours.t5.bias": {
        "table": (np.ones((3, 2)), "shaped"), "buckets": ([TOKENS], "from 0"),
    },
    "neighbours.transformer_xl.distances": {
        "relative": (RELATIVE, "wholes"), "width": (4, "size"), "base": (9.0, "above 0"),
    },
    "neighbours.transformer_xl.terms": {
        "q": (X, "leading"), "k": (X, "shaped"), "r": (np.ones((3, 3, 4)), "shaped"),
        "u": (np.ones(4), "shaped"), "v": (np.ones(4), "shaped"),
    },
}  # fmt: skip
ENCODING = four_encodings(4, 9)[3]
IDS, TABLE = [[0, 1]], np.ones((3, 2))
SYSTEMS: dict[str, Call] = {
    "systems.by_hand.corpus.words": {"text": ("a b", "text")},
    "systems.by_hand.layers.add_norm": {
        "x": (SEQ, "shaped"), "update": (SEQ, "shaped"),
        "norm": (Norm(np.ones(4), np.zeros(4)), "object"),
    },
    "systems.by_hand.layers.feed_forward": {
        "x": (SEQ, "shaped"), "weights": (FeedForwardWeights(SAME), "object"),
    },
    "systems.by_hand.layers.positions_added": {"embedded": (SEQ, "shaped")},
    "systems.by_hand.masked.masked_example": {"x": (SQUARE, "shaped")},
    "systems.by_hand.network.run": {
        "source": (["you"], "words"), "target": (["<start>"], "words"),
        "weights": (random_weights(), "object"), "positions": ("rotary", "choice"),
    },
    "systems.by_hand.network.generate": {
        "source": (["you"], "words"), "weights": (random_weights(), "object"),
        "positions": ("rotary", "choice"), "limit": (1, "size"),
    },
    "systems.by_hand.weights.random_weights": {
        "seed": (0, "size"), "heads": (1, "size"), "target_tokens": (1, "size"),
        "inner": (4, "size?"),
    },
    "systems.decay.mean_cosine": {
        "distances": (TOKENS, "positions"), "config": (HEAD, "object"),
    },
    "systems.decay.limit": {"distances": (TOKENS, "finite"), "base": (9.0, "above 0")},
    "systems.decay.mean_partial_sum": {
        "distances": (TOKENS, "positions"), "config": (HEAD, "object"),
    },
    "systems.decay.abel_bound": {
        "q": (np.ones(4), "shaped"), "k": (np.ones(4), "shaped"), "distance": (3, "positions"),
        "config": (HEAD, "object"),
    },
    "systems.decay.farthest_match": {"distance": (3, "finite"), "config": (HEAD, "object")},
    "systems.decay.scores_at": {
        "q": (np.ones(4), "shaped"), "k": (np.ones(4), "shaped"),
        "distances": (TOKENS, "finite"), "config": (HEAD, "object"),
    },
    "systems.four_encodings.four_encodings": {
        "width": (4, "size"), "length": (9, "size"), "seed": (0, "size"),
    },
    "systems.four_encodings.behaviour": {
        "encoding": (ENCODING, "object"), "x": (np.ones((3, 4)), "shaped"),
        "words": (2, "size"), "beyond": (9, "size"),
    },
    "systems.plane.turned": {"word": (np.ones(2), "shaped"), "positions": (TOKENS, "finite")},
    "systems.plane.shift_picture": {
        "man": (1, "whole"), "snake": (2, "whole"), "before": (1, "whole"),
    },
    "systems.rotary_embedding.get_rotary_position_encoding": {
        "input": (SEQ, "shaped"), "base": (9.0, "above 0"), "device": ("cpu", "choice"),
    },
    "systems.rotary_embedding.check_tokens": {
        "ids": (IDS, "from 0"), "vocab_size": (3, "size"), "context_length": (3, "size"),
    },
    "systems.rotary_embedding.Embedding": {
        "vocab_size": (3, "size"), "embedding_dim": (4, "size"), "context_length": (3, "size"),
        "device": ("cpu", "choice"), "seed": (0, "size"),
    },
    "systems.rotary_embedding.embedding_scores": {
        "x": (np.ones((3, 4)), "shaped"), "M": (np.eye(4), "shaped"), "start": (0, "whole"),
    },
    "systems.rotary_embedding.relative_part": {"M": (np.eye(4), "shaped")},
    "systems.rotation_stack.get_rotation_matrix": {
        "dim": (4, "size"), "max_seq_len": (3, "size"),
    },
    "systems.rotation_stack.apply_stack": {
        "stack": (np.ones((3, 4, 4)), "shaped"), "x": (SEQ, "shaped"),
    },
    "systems.token_pipeline.sliding_windows": {
        "ids": (TOKENS, "wholes"), "length": (2, "size"), "stride": (1, "size"),
    },
    "systems.token_pipeline.embed": {
        "inputs": (IDS, "from 0"), "token_table": (TABLE, "shaped"),
        "position_table": (TABLE, "shaped"),
    },
    "systems.token_pipeline.run": {
        "text": ("a b c", "text"), "batch": (1, "size"), "length": (1, "size"),
        "stride": (1, "size"), "width": (2, "size"), "seed": (0, "size"),
    },
    "systems.trace.steps": {"trace": (HEAD, "object")},
    "systems.trace.shown": {"trace": (HEAD, "object"), "digits": (2, "size")},
    "systems.trace.matrix_text": {"values": (SQUARE, "values"), "digits": (2, "size")},
    "systems.vocabulary.tokens": {"text": ("a b", "text")},
}  # fmt: skip
CALLS = {**ATTENTION, **CORE, **AXIAL, **MAPS, **SYSTEMS}

ALSO = {"name": ("dtype", "scheme"), "formats": ("dtype",), "value": ("arrangement",),
        "distances": ("positions",), "distance": ("positions",)}  # fmt: skip
"""Other words for an argument, where the message says what it is."""


def function(name: str) -> Callable[..., Any]:
    """Find a function by its dotted name."""
    module, _, attribute = name.removesuffix(".__call__").rpartition(".")
    found = getattr(import_module(f"ropespec.reference.{module}"), attribute)
    return found.__call__ if inspect.isclass(found) and name.endswith("__call__") else found


def called(name: str, changes: dict[str, Any]) -> Any:
    result = function(name)(**{key: value for key, (value, _) in CALLS[name].items()} | changes)
    return list(result) if inspect.isgenerator(result) else result


@pytest.mark.parametrize("name", CALLS)
def test_right_arguments_are_taken(name: str) -> None:
    called(name, {})


@pytest.mark.parametrize(
    ("name", "key"),
    [(name, key) for name, call in CALLS.items() for key in call if key != "self"],
)
def test_wrong_arguments_are_named_in_one_line(name: str, key: str) -> None:
    kind = CALLS[name][key][1]
    for wrong in WRONG[kind.removesuffix("?")]:
        if wrong is None and kind.endswith("?"):
            continue
        with pytest.raises((ConfigError, InputError)) as error:
            called(name, {key: wrong})
        message = str(error.value)
        assert "\n" not in message
        assert any(word in message.partition(": ")[0] for word in (key, *ALSO.get(key, ()))), (
            wrong, message,
        )  # fmt: skip
        assert ": got " in message, message
        assert "expected" in message, message


CHECKED = (
    "attention", "axes", "float_products", "formats", "forms", "layout", "neighbours", "oracle",
    "oracle_mpmath", "position_maps", "positions", "split_heads", "systems",
    "temperature", "xpos",
)  # fmt: skip
"""Modules and packages whose public functions take what a user has."""

INNER = {
    "attention.masks.checked_mask", "axes.coordinates.grid", "axes.coordinates.resized",
    "axes.coordinates.centres", "position_maps.distances.whole_positions", "positions.placed",
    "positions.exact_fractions", "systems.by_hand.decoder.decoder",
    "systems.by_hand.encoder.encoder", "systems.rotary_embedding.embedding_config",
    "systems.rotary_embedding.even",
}  # fmt: skip
"""Checks themselves, functions of any number of sizes, and the layers that `run` calls."""


def test_no_function_is_left_out() -> None:
    names = {
        f"{module.__name__.removeprefix('ropespec.reference.')}.{name}"
        for module in _modules()
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__
        if not name.startswith("_")
    }
    assert names - CALLS.keys() == INNER


def _modules() -> list[Any]:
    """Import the checked modules."""
    package = import_module("ropespec.reference")
    found = pkgutil.walk_packages(
        package.__path__, "ropespec.reference.", onerror=lambda _: None
    )
    names = [one.name for one in found if one.name.split(".")[2] in CHECKED]
    return [import_module(name) for name in names]


@pytest.mark.parametrize("sizes", [(2, "3"), (2, True), (-1,), (2, 1.5), (None,), ([2],)])
def test_sizes_of_a_grid(sizes: Any) -> None:
    for name in ("grid", "resized", "centres"):
        make = function(f"axes.coordinates.{name}")
        with pytest.raises((ConfigError, InputError), match="sizes: got"):
            make(*sizes)

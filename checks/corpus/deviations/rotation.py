"""Another operation than the rotation, or not everywhere."""

from collections.abc import Callable

import numpy as np

from ropespec.checks.corpus.pipeline import Call, Pipeline, cos_sin_tables, given_positions
from ropespec.reference.arrays import BoolArray, FloatArray

from .deviation import Change, Deviation, amplified, several_pairs


def _turned_by(
    turn: Callable[[FloatArray, FloatArray, FloatArray, FloatArray], tuple[FloatArray, ...]],
) -> Change:
    """Combine x, x', cos and sin in another way."""

    def stage(x: FloatArray, cos: FloatArray, sin: FloatArray) -> FloatArray:
        return np.stack(turn(x[..., 0], x[..., 1], cos[..., 0], sin[..., 0]), axis=-1)

    return lambda pipeline: pipeline.replace(turn=stage)


def _still(choose: Callable[[int], BoolArray]) -> Change:
    """Turn chosen pairs by 0; `choose` takes the number of pairs."""

    def change(pipeline: Pipeline) -> Pipeline:
        def phases(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
            still = choose(len(frequencies))
            return np.where(still, 0.0, pipeline.phases(positions, frequencies))

        return pipeline.replace(phases=phases)

    return change


def _back(where: Callable[[Call], BoolArray]) -> Change:
    """Give back what went in, where `where(call)` says, broadcast to `(b, h, s, d)`."""

    def finish(y: FloatArray, call: Call) -> FloatArray:
        return np.where(where(call), call.x, y)

    return lambda pipeline: pipeline.replace(finish=finish)


def _heads(call: Call) -> FloatArray:
    return np.arange(call.x.shape[1])[np.newaxis, :, np.newaxis].astype(np.float64)


def _placed(positions: Callable[[Call], FloatArray]) -> Change:
    """Turn by `positions(call)`, broadcast to `(batch, heads, seq)`."""

    def stage(call: Call) -> FloatArray:
        placed = positions(call)
        if call.positions.ndim == 2:
            return np.broadcast_to(placed, call.x.shape[:3])
        if placed.ndim == 3:  # the same number in every coordinate
            placed = placed[..., np.newaxis]
        return np.broadcast_to(placed, (*call.x.shape[:3], call.positions.shape[-1]))

    return lambda pipeline: pipeline.replace(positions=stage)


def _rows(call: Call) -> FloatArray:
    return np.arange(call.x.shape[0])[:, np.newaxis, np.newaxis].astype(np.float64)


def _heads_like(call: Call) -> FloatArray:
    """Numbers of the heads, to be added to positions of one or several coordinates."""
    return _heads(call).reshape((1, -1, 1) + (1,) * (call.positions.ndim - 2))


def _by_head(call: Call) -> FloatArray:
    """Index the positions by the head where there are enough of them."""
    heads = np.arange(call.x.shape[1]) % call.positions.shape[1]
    return call.positions[:, heads][:, :, np.newaxis].astype(np.float64)


def _keys_otherwise(change: Change) -> Change:
    """Treat queries correctly and keys by another pipeline."""

    def wrong_for_keys(pipeline: Pipeline) -> Pipeline:
        other = change(pipeline)

        def finish(y: FloatArray, call: Call) -> FloatArray:
            if call.role == "query":
                return y
            return other(call.x, call.positions, "key", call.partner)

        return pipeline.replace(finish=finish)

    return wrong_for_keys


def _amplified(factor: Callable[[Pipeline], float]) -> Change:
    """Multiply rotated pairs by one more factor."""

    def change(pipeline: Pipeline) -> Pipeline:
        extra = factor(pipeline)

        def tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
            cos, sin = cos_sin_tables(phases)
            return extra * cos, extra * sin

        return pipeline.replace(tables=tables)

    return change


def _whole_scaled(factor: Callable[[Call], float]) -> Change:
    """Multiply the whole result."""

    def finish(y: FloatArray, call: Call) -> FloatArray:
        return y * factor(call)

    return lambda pipeline: pipeline.replace(finish=finish)


def _half_from_partner(pipeline: Pipeline) -> Pipeline:
    """Read the second channel of every pair from the other tensor."""

    def finish(y: FloatArray, call: Call) -> FloatArray:
        if call.partner is None or call.partner.shape != call.x.shape:
            return y
        mixed = call.x.copy()
        second = pipeline.channels(pipeline.config).read[:, 1]
        mixed[..., second] = call.partner[..., second]
        return pipeline(mixed, call.positions, call.role)

    return pipeline.replace(finish=finish)


def _exchanged(pipeline: Pipeline) -> Pipeline:
    """Give back the other tensor, turned."""

    def finish(y: FloatArray, call: Call) -> FloatArray:
        if call.partner is None or call.partner.shape != call.x.shape:
            return y
        return pipeline(call.partner, call.positions, call.role)

    return pipeline.replace(finish=finish)


DEVIATIONS = (
    Deviation("sign-flipped", "sign-flipped", "turns the other way",
              lambda pipeline: pipeline.configure(sign=-pipeline.config.sign)),
    Deviation("keys-turn-back", "key-not-rotated", "turns keys the other way",
              _keys_otherwise(lambda pipeline: pipeline.configure(
                  sign=-pipeline.config.sign))),
    Deviation("missing-minus", "missing-minus", "adds both sine terms",
              _turned_by(lambda x, z, c, s: (x * c + z * s, z * c + x * s))),
    Deviation("both-minus", "missing-minus", "subtracts both sine terms",
              _turned_by(lambda x, z, c, s: (x * c - z * s, z * c - x * s))),
    Deviation("cos-sin-swapped", "cos-sin-swapped", "exchanges cosine and sine",
              _turned_by(lambda x, z, c, s: (x * s - z * c, z * s + x * c))),
    Deviation("cosine-twice", "cos-sin-swapped", "uses the cosine for the sine",
              _turned_by(lambda x, z, c, _s: (x * c - z * c, z * c + x * c))),
    Deviation("sine-twice", "cos-sin-swapped", "uses the sine for the cosine",
              _turned_by(lambda x, z, _c, s: (x * s - z * s, z * s + x * s))),
    Deviation("rotated-twice", "rotated-twice", "turns by twice the angle",
              _placed(lambda call: 2 * given_positions(call))),
    Deviation("rotated-twice-amplified", "rotated-twice",
              "turns by twice the angle, with the attention factor squared",
              lambda pipeline: _placed(lambda call: 2 * given_positions(call))(
                  pipeline.configure(attention_factor=pipeline.config.amplitude**2)),
              amplified),
    Deviation("nothing-turned", "pair-not-rotated", "returns its input",
              _back(lambda _call: np.array(True))),
    Deviation("last-pair-still", "pair-not-rotated", "does not turn the last pair",
              _still(lambda n: np.arange(n) == n - 1), several_pairs),
    Deviation("first-pair-still", "pair-not-rotated", "does not turn the first pair",
              _still(lambda n: np.arange(n) == 0), several_pairs),
    Deviation("upper-half-still", "pair-not-rotated", "does not turn the upper half of pairs",
              _still(lambda n: np.arange(n) >= n // 2), several_pairs),
    Deviation("sine-lost", "pair-not-rotated", "leaves out the sine part",
              _turned_by(lambda x, z, c, _s: (x * c, z * c))),
    Deviation("first-head-only", "head-not-rotated", "turns the first head only",
              _back(lambda call: _heads(call)[..., np.newaxis] > 0)),
    Deviation("last-head-still", "head-not-rotated", "does not turn the last head",
              _back(lambda call: (_heads(call)[..., np.newaxis] == call.x.shape[1] - 1)
                    & np.array(call.x.shape[1] > 1))),
    Deviation("keys-still", "key-not-rotated", "does not turn the keys",
              _back(lambda call: np.array(call.role == "key"))),
    Deviation("single-key-still", "key-not-rotated", "does not turn keys with one head",
              _back(lambda call: np.array(call.role == "key" and call.x.shape[1] == 1))),
    Deviation("keys-counted", "key-not-rotated", "turns keys by 0, 1, 2, ...",
              _keys_otherwise(_placed(
                  lambda call: np.arange(call.x.shape[2], dtype=np.float64)[None, None]))),
    Deviation("halves-mixed", "key-not-rotated", "takes half of each pair from the other",
              _half_from_partner),
    Deviation("outputs-exchanged", "key-not-rotated", "exchanges queries and keys",
              _exchanged),
    Deviation("by-head", "wrong-axis", "turns by the number of the head", _placed(_heads)),
    Deviation("positions-by-head", "wrong-axis", "turns head h by the h-th position",
              _placed(_by_head)),
    Deviation("head-added", "wrong-axis", "turns by p plus the number of the head",
              _placed(lambda call: given_positions(call) + _heads_like(call))),
    Deviation("by-row", "wrong-axis", "turns by the number of the row", _placed(_rows)),
    Deviation("added", "added-not-rotated", "adds sine and cosine to the vectors",
              _turned_by(lambda x, z, c, s: (x + s, z + c))),
    Deviation("cosine-added", "added-not-rotated", "adds cosine and sine to the vectors",
              _turned_by(lambda x, z, c, s: (x + c, z + s))),
    Deviation("amplitude-twice", "wrong-amplitude", "applies the attention factor twice",
              _amplified(lambda pipeline: pipeline.config.amplitude), amplified),
    Deviation("softmax-scale", "wrong-amplitude", "multiplies queries by 1/sqrt(head_dim)",
              _whole_scaled(lambda call: call.x.shape[-1] ** -0.5
                            if call.role == "query" else 1.0)),
    Deviation("amplitude-half", "wrong-amplitude", "halves the rotated pairs",
              _amplified(lambda _pipeline: 0.5)),
    Deviation("unit-vectors", "value-dependent", "divides each vector by its norm",
              lambda pipeline: pipeline.replace(finish=lambda y, _call: (
                  y / np.maximum(np.linalg.norm(y, axis=-1, keepdims=True), 1e-12)))),
    Deviation("clipped", "value-dependent", "clips the result to [-1, 1]",
              lambda pipeline: pipeline.replace(finish=lambda y, _call: np.clip(y, -1, 1))),
)  # fmt: skip

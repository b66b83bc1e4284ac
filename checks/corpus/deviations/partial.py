"""Another part of the head turned, or the rest changed."""

from collections.abc import Callable
from functools import partial

import numpy as np

from ropespec.checks.corpus.pipeline import Call, Pipeline
from ropespec.reference import RotaryConfig
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import round_to

from .deviation import Change, Deviation, Visible, partial_width


def with_width(width: Callable[[RotaryConfig], int]) -> Change:
    """Turn another number of channels, the frequencies spread over them."""
    return lambda pipeline: pipeline.configure(rotary_dim=width(pipeline.config))


def _width_fits(width: Callable[[RotaryConfig], int]) -> Visible:
    def visible(config: RotaryConfig) -> bool:
        other = width(config)
        fits = 2 <= other <= config.head_dim and other % 2 == 0
        return fits and other != config.rotary_dim and not config.axes

    return visible


def _other_end(pipeline: Pipeline) -> Pipeline:
    end = "last" if pipeline.config.rotary_end == "first" else "first"
    return pipeline.configure(rotary_end=end)


def _tail(change: Callable[[FloatArray, RotaryConfig], FloatArray]) -> Change:
    """Change the channels that pass through, `(..., passed)`."""

    def apply(pipeline: Pipeline) -> Pipeline:
        passed: IntArray = pipeline.channels(pipeline.config).passed

        def finish(y: FloatArray, call: Call) -> FloatArray:
            result = y.copy()
            result[..., passed] = change(call.x[..., passed], pipeline.config)
            return result

        return pipeline.replace(finish=finish)

    return apply


def _rounded(name: str, tail: FloatArray, _config: RotaryConfig) -> FloatArray:
    return round_to(tail, name)


_WIDTHS: tuple[tuple[str, str, Callable[[RotaryConfig], int]], ...] = (
    ("whole-head", "turns the whole head", lambda config: config.head_dim),
    ("half-head", "turns half of the head", lambda config: config.head_dim // 2),
    ("half-width", "turns half of the rotary width", lambda config: config.rotary_dim // 2),
    ("two-fewer", "turns one pair less", lambda config: config.rotary_dim - 2),
    ("two-more", "turns one pair more", lambda config: config.rotary_dim + 2),
)

DEVIATIONS = (
    Deviation("other-end", "wrong-rotary-end", "turns the other end of the head", _other_end,
              lambda config: partial_width(config) and config.layout != "half-idle"),
    *(
        Deviation(name, "wrong-rotary-width", says, with_width(width), _width_fits(width))
        for name, says, width in _WIDTHS
    ),
    Deviation("tail-zeroed", "tail-changed", "sets channels that pass through to zero",
              _tail(lambda tail, _config: np.zeros_like(tail)), partial_width),
    Deviation("tail-amplified", "tail-changed",
              "multiplies channels that pass through by the attention factor",
              _tail(lambda tail, config: tail * config.amplitude),
              lambda config: partial_width(config) and config.amplitude != 1.0),
    Deviation("tail-doubled", "tail-changed", "doubles channels that pass through",
              _tail(lambda tail, _config: 2 * tail), partial_width),
    Deviation("tail-reversed", "tail-changed", "reverses channels that pass through",
              _tail(lambda tail, _config: tail[..., ::-1]),
              lambda config: config.head_dim - config.rotary_dim > 1),
    *(
        Deviation(f"tail-{name}", "tail-changed",
                  f"rounds channels that pass through to {name}",
                  _tail(partial(_rounded, name)), partial_width)
        for name in ("bfloat16", "float16")
    ),
)  # fmt: skip

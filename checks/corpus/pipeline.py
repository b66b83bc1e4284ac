"""A correct rotary embedding taken apart into stages, each of which can be replaced.

    positions -> spread -> frequencies -> phases
        -> tables -> channels -> turn -> order -> finish

A wrong embedding is this pipeline with one stage replaced (`deviations`). The same object
serves the corpus, as a planted bug, and the diagnosis, as a hypothesis about a target.

Everything is float64; a mistake of precision is a stage that rounds to a smaller format, so
it exists for every format without the hardware or the framework that makes it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ropespec.checks.observation import Role
from ropespec.reference import Channels, RotaryConfig, layout_channels
from ropespec.reference.arrangement import Mixed
from ropespec.reference.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Call:
    """What is rotated: everything that a stage may look at.

    Attributes
    ----------
    x
        Values, shape `(batch, heads, seq, head_dim)`.
    positions
        Shape `(batch, seq)`, or `(batch, seq, axes)` for several axes.
    role
        Whether `x` holds queries or keys.
    partner
        The other tensor of the call, None where there is one only.
    """

    x: FloatArray
    positions: IntArray
    role: Role = "query"
    partner: FloatArray | None = None


def given_positions(call: Call) -> FloatArray:
    """Return the positions as they are given, shape `(batch, 1, seq)` or `(..., axes)`."""
    return call.positions[:, np.newaxis].astype(np.float64)


def coordinates(positions: FloatArray, config: RotaryConfig) -> FloatArray:
    """Return what turns each pair: the position, or one of its coordinates.

    Shape `(..., 1)` of `(...)`, and `(..., pairs)` of `(..., axes)`.
    """
    if not config.axes:
        return positions[..., np.newaxis]
    if isinstance(config.arrangement, Mixed):
        return np.asarray(positions @ np.array(config.arrangement.matrix).T)
    return positions[..., layout_channels(config).axis]


def declared_frequencies(config: RotaryConfig) -> FloatArray:
    """Return the frequencies that the configuration declares, shape `(pairs,)`."""
    return config.inv_freq()


def products(positions: FloatArray, frequencies: FloatArray) -> FloatArray:
    """Return position times frequency, `(..., pairs)`, of positions `(..., 1 or pairs)`."""
    return positions * frequencies


def cos_sin_tables(phases: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return cosine and sine for each of the two outputs of a pair.

    Returns
    -------
    cos, sin
        Shape `(..., pairs, 2)`; a correct embedding has the same value in both places.
    """
    return np.stack((np.cos(phases),) * 2, axis=-1), np.stack((np.sin(phases),) * 2, axis=-1)


def turned(x: FloatArray, cos: FloatArray, sin: FloatArray) -> FloatArray:
    """Turn pairs `(..., pairs, 2)` counter-clockwise."""
    first, second = x[..., 0], x[..., 1]
    return np.stack(
        (
            first * cos[..., 0] - second * sin[..., 0],
            second * cos[..., 1] + first * sin[..., 1],
        ),
        axis=-1,
    )


def kept_order(config: RotaryConfig) -> IntArray:
    """Return the channels of the output in the order in which they are returned."""
    return np.arange(config.head_dim)


def finished(y: FloatArray, _call: Call) -> FloatArray:
    """Return the result as it is."""
    return y


@dataclass(frozen=True)
class Pipeline:
    """A rotary embedding in stages; the defaults are correct.

    Attributes
    ----------
    config
        What it computes.
    positions
        From the call to the numbers that tokens turn by, `(batch, 1 or heads, seq)`, and
        `(..., axes)` for several axes.
    spread
        From these to the number that turns each pair, `(..., 1 or pairs)`.
    frequencies
        From the configuration to radians per position, `(pairs,)`.
    phases
        From both to radians, `(batch, 1 or heads, seq, pairs)`.
    tables
        From phases to cosine and sine, `(..., pairs, 2)`.
    channels
        From the configuration to the channels that pairs are read from and written to.
    turn
        From pairs, cosine and sine to turned pairs.
    order
        From the configuration to the order in which channels are returned.
    finish
        From the result and the call to what is returned.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference import RotaryConfig
    >>> x = np.array([[[[1.0, 0.0]]]])
    >>> Pipeline(RotaryConfig(head_dim=2))(x, np.array([[1]])).round(3).tolist()
    [[[[0.54, 0.841]]]]
    """

    config: RotaryConfig
    positions: Callable[[Call], FloatArray] = given_positions
    spread: Callable[[FloatArray, RotaryConfig], FloatArray] = coordinates
    frequencies: Callable[[RotaryConfig], FloatArray] = declared_frequencies
    phases: Callable[[FloatArray, FloatArray], FloatArray] = products
    tables: Callable[[FloatArray], tuple[FloatArray, FloatArray]] = cos_sin_tables
    channels: Callable[[RotaryConfig], Channels] = layout_channels
    turn: Callable[[FloatArray, FloatArray, FloatArray], FloatArray] = turned
    order: Callable[[RotaryConfig], IntArray] = kept_order
    finish: Callable[[FloatArray, Call], FloatArray] = finished

    def replace(self, **stages: Any) -> Pipeline:
        """Return a copy with some stages replaced."""
        return dataclasses.replace(self, **stages)

    def configure(self, **changes: Any) -> Pipeline:
        """Return a copy for a changed configuration."""
        return self.replace(config=self.config.replace(**changes))

    def __call__(
        self,
        x: FloatArray,
        positions: IntArray,
        role: Role = "query",
        partner: FloatArray | None = None,
    ) -> FloatArray:
        """Rotate one tensor; parameters and result as in `Call`."""
        with np.errstate(all="ignore"):  # small formats overflow, as they do in hardware
            return self._staged(Call(x, positions, role, partner))

    def _staged(self, call: Call) -> FloatArray:
        """Run the stages."""
        x, config = call.x, self.config
        placed = self.spread(self.positions(call), config)
        phases = self.phases(placed, self.frequencies(config))
        cos, sin = self.tables(config.sign * phases)
        channels = self.channels(config)
        amplitude = config.amplitude
        pairs = self.turn(x[..., channels.read], amplitude * cos, amplitude * sin)
        y = x.copy()
        y[..., channels.write] = pairs
        return self.finish(y[..., self.order(config)], call)

    def rotate(
        self, q: FloatArray, k: FloatArray, positions: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """Rotate queries and keys, `(batch, heads, seq, head_dim)` each."""
        return self(q, positions, "query", k), self(k, positions, "key", q)

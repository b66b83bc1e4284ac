"""A whole model: which of its layers rotate, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .arrays import FloatArray
from .config import RotaryConfig
from .errors import ConfigError
from .temperature import stepped


@dataclass(frozen=True)
class Temperature:
    """The factor 1 + scale ln(1 + floor((p + offset) / floor)) on the query at position p.

    Attributes
    ----------
    scale, floor, offset
        The parameters of `temperature.stepped`.

    Raises
    ------
    ConfigError
        If one of them is out of range.
    """

    scale: float
    floor: int
    offset: int

    def __post_init__(self) -> None:
        """Check the parameters."""
        self.at(0)

    def at(self, positions: Any) -> FloatArray:
        """Return the factors for positions of any shape."""
        return stepped(positions, self.scale, self.floor, self.offset)


@dataclass(frozen=True)
class LayerGroup:
    """Layers that share one rotary embedding, or that have none.

    Attributes
    ----------
    rotary
        The configuration, None for layers without rotary embedding (NoPE, or no attention).
    layer_types
        The names of their types, in the file's words; () if the file has none.
    layers
        Their numbers, counted from 0; () if the file does not say how many layers there are.
    softmax_factor
        What the attention scores are multiplied by beyond 1 / sqrt(head_dim), for the sake
        of a longer context (DeepSeek). It is in neither cos nor sin.
    temperature
        The law by which queries are scaled with their position (Llama 4, Ministral), None
        for none. It is in neither cos nor sin.
    """

    rotary: RotaryConfig | None
    layer_types: tuple[str, ...] = ()
    layers: tuple[int, ...] = ()
    softmax_factor: float = 1.0
    temperature: Temperature | None = None

    @property
    def name(self) -> str:
        """What to call the group in a message."""
        if self.layer_types:
            return ", ".join(self.layer_types)
        return f"layers {shortened(self.layers)}" if self.layers else "all layers"


@dataclass(frozen=True)
class RotaryModel:
    """The groups of layers of a model, those that rotate first.

    Attributes
    ----------
    groups
        At least one group; no layer is in two.
    max_position_embeddings
        The context length that the file declares, or None.

    Examples
    --------
    >>> from ropespec.reference.model import LayerGroup, RotaryModel
    >>> from ropespec.reference import RotaryConfig
    >>> local, full = RotaryConfig(64), RotaryConfig(64, base=160000.0)
    >>> groups = LayerGroup(local, ("sliding",)), LayerGroup(full, ("full",), (0, 3))
    >>> model = RotaryModel(groups)
    >>> model.config("full").base, model.config(3).base
    (160000.0, 160000.0)
    """

    groups: tuple[LayerGroup, ...]
    max_position_embeddings: int | None = None

    @property
    def rotating(self) -> tuple[LayerGroup, ...]:
        """The groups that rotate."""
        return tuple(group for group in self.groups if group.rotary is not None)

    def config(self, which: str | int | None = None) -> RotaryConfig:
        """Return one group's configuration.

        Parameters
        ----------
        which
            A layer's type or number; None where only one group rotates.

        Raises
        ------
        ConfigError
            If no layer is called so, it does not rotate, or several groups do and `which` is
            None.
        """
        groups = self.rotating if which is None else tuple(
            group for group in self.groups
            if which in group.layer_types or which in group.layers
        )  # fmt: skip
        names = "; ".join(group.name for group in self.rotating) or "none rotates"
        if which is None and len(groups) > 1:
            advice = f"name a layer type or number of: {names}"
            raise ConfigError("layers", "no choice", "one group of layers", advice)
        if not groups or groups[0].rotary is None:
            raise ConfigError("layers", which, "layers that rotate", f"these do: {names}")
        return groups[0].rotary


def shortened(numbers: tuple[int, ...]) -> str:
    """Write whole numbers in order as ranges.

    Examples
    --------
    >>> from ropespec.reference.model import shortened
    >>> shortened((0, 1, 2, 4, 6, 7))
    '0-2, 4, 6-7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)

"""What a configuration means, as data: frequencies, wavelengths, what the law changed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from .arrays import BoolArray, FloatArray
from .config import RotaryConfig
from .layout import layout_channels
from .model import LayerGroup, RotaryModel
from .readers import read
from .readers.reading import Reading, ReadingWarning
from .spectrum import spectrum


@dataclass(frozen=True, eq=False)
class GroupExplanation:
    """One group of layers.

    Attributes
    ----------
    group
        The group itself.
    context
        The context length to compare with, None where the file declares none.
    inv_freq
        Frequencies in use, radians per position, `(pairs,)`; of the length explained.
    plain
        The frequencies without the scaling law.
    longer
        The same group for a sequence as long as the context the file declares, where the law
        then computes others (LongRoPE's long list); `context` is then the trained length here
        and the declared one there.
    """

    group: LayerGroup
    context: int | None
    inv_freq: FloatArray
    plain: FloatArray
    longer: GroupExplanation | None = None

    @property
    def wavelengths(self) -> FloatArray:
        """Positions that each pair takes for one turn, `(pairs,)`."""
        return np.asarray(2 * np.pi / self.inv_freq)

    @property
    def changed(self) -> FloatArray:
        """What the law divided each frequency by, `(pairs,)`; 1 where it left it alone."""
        return np.asarray(self.plain / self.inv_freq)

    @property
    def turns(self) -> FloatArray | None:
        """Turns that each pair makes within the context, None without a context length."""
        return None if self.context is None else np.asarray(self.context / self.wavelengths)

    @property
    def never_turn(self) -> BoolArray | None:
        """Which pairs never complete a turn within the context."""
        turns = self.turns
        return None if turns is None else np.asarray(turns < 1)

    def as_dict(self) -> dict[str, Any]:
        """Return the group in the form of `ropespec explain --json`.

        A group has `layer_types`, `layers` (numbers from 0), or both, as far as the file
        tells; `layer_types` is ["all"] where it tells neither. `inv_freq` has an entry for
        every pair that turns (`rotary_dim` / 2), `axes` the pairs of each axis, and
        `axis_of_pair` the axis of every pair; both are [] for ordinary positions.
        `never_turn` has the numbers of the pairs that complete no turn within `context`
        positions, null without a context; `longer` is null, or what differs for a sequence
        of the whole context the file declares.
        """
        group, config = self.group, self.group.rotary
        names: dict[str, Any] = {}
        if group.layer_types or not group.layers:
            names["layer_types"] = list(group.layer_types) or ["all"]
        if group.layers:
            names["layers"] = list(group.layers)
        empty = {**names, "rotary": False, "inv_freq": [], "attention_factor": None}
        fields = ("layout", "sign", "head_dim", "rotary_dim", "rotary_end", "axes")
        if config is None:
            return {**empty, **dict.fromkeys(fields)}
        return {
            **names,
            "rotary": True,
            "inv_freq": self.inv_freq.tolist(),
            "attention_factor": config.amplitude,
            **{name: getattr(config, name) for name in fields[:-1]},
            "axes": list(config.axes),
            "axis_of_pair": layout_channels(config).axis.tolist() if config.axes else [],
            "base": config.base,
            "scaling": config.scaling_dict(),
            "softmax_factor": group.softmax_factor,
            **self._within(),
            "longer": None if self.longer is None else self.longer._regime(),
        }

    def _regime(self) -> dict[str, Any]:
        """Return what depends on the length of the sequence."""
        config = self.group.rotary
        amplitude = None if config is None else config.amplitude
        inv_freq = self.inv_freq.tolist()
        return {"inv_freq": inv_freq, "attention_factor": amplitude, **self._within()}

    def _within(self) -> dict[str, Any]:
        """Return the context and the pairs that complete no turn in it."""
        never = self.never_turn
        numbers = None if never is None else np.flatnonzero(never).tolist()
        return {"context": self.context, "never_turn": numbers}


@dataclass(frozen=True, eq=False)
class Explanation:
    """What a configuration means.

    Attributes
    ----------
    groups
        The groups of layers, those that rotate first.
    model
        The model that was read.
    warnings
        What the reader assumed, and where libraries differ.
    """

    groups: tuple[GroupExplanation, ...]
    model: RotaryModel
    warnings: tuple[ReadingWarning, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return what `ropespec explain config.json --json` writes."""
        return {
            "layers": [group.as_dict() for group in self.groups],
            "warnings": [vars(warning) for warning in self.warnings],
        }


def explain(
    source: Any,
    length: int | None = None,
    *,
    base: float | None = None,
    head_dim: int | None = None,
    layout: str | None = None,
    sign: int | None = None,
) -> Explanation:
    """Say what a configuration file means.

    Parameters
    ----------
    source
        A path to a file of any format that `readers.read` knows, what it holds, or a
        `Reading`.
    length
        Explain the frequencies in force for a sequence of this many tokens; None takes those
        up to the trained length.
    base, head_dim
        What a node of ONNX does not say, and Meta's older files.
    layout, sign
        What no config.json or GGUF file says, for a model that is not in the tables.

    Raises
    ------
    ConfigError
        If the file cannot be read.

    Examples
    --------
    >>> from ropespec.reference.explain import explain
    >>> words = {"model_type": "llama", "head_dim": 8, "rope_parameters": {"rope_theta": 1e4}}
    >>> [group] = explain({**words, "max_position_embeddings": 100}).groups
    >>> group.wavelengths.round(1).tolist(), group.never_turn.tolist()
    ([6.3, 62.8, 628.3, 6283.2], [False, False, True, True])
    """
    if isinstance(source, Reading):
        reading = source
    else:
        reading = read(source, base=base, head_dim=head_dim, layout=layout, sign=sign)
    model = reading.model
    groups = tuple(
        _group(group, model.max_position_embeddings, length) for group in model.groups
    )
    return Explanation(groups, model, reading.warnings)


def _group(group: LayerGroup, context: int | None, length: int | None) -> GroupExplanation:
    """Explain one group."""
    config = group.rotary
    if config is None:
        return GroupExplanation(group, context, np.zeros(0), np.zeros(0))
    if context is None and config.max_position is not None:
        context = config.max_position + 1
    plain = np.asarray(spectrum(config).theta, dtype=np.float64)
    if length is not None:
        return _at(group, config.at_length(length), length, plain)
    short = GroupExplanation(group, context, config.inv_freq(), plain)
    trained = getattr(config.scaling, "original_max_position_embeddings", None)
    if context is None or trained is None or context <= trained:
        return short
    if not config.depends_on_length:
        return short
    longer = _at(group, config.at_length(context), context, plain)
    return replace(short, context=trained, longer=longer)


def _at(
    group: LayerGroup, config: RotaryConfig, length: int, plain: FloatArray
) -> GroupExplanation:
    """Explain one group for a sequence of a length, by the configuration then in force."""
    return GroupExplanation(replace(group, rotary=config), length, config.inv_freq(), plain)

"""Which type each layer has, where a file does not list it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ropespec.reference.errors import ConfigError, shown
from ropespec.reference.validate import whole

from .limits import LAYERS
from .names import named
from .notes import Notes

WITHOUT_ATTENTION = ("linear_attention", "conv", "mamba", "recurrent")
"""Types of layers that have no attention and so nothing to rotate."""

CODED: Mapping[str, tuple[str, str]] = {
    "attn_type_list": ("linear_attention", "full_attention"),
    "hybrid_layer_pattern": ("full_attention", "sliding_attention"),
}
"""Lists of 0 and 1 by their key, with what 0 and 1 stand for: MiniMax's, and MiMo's.

From memory of their authors' files; transformers 5.23 reads neither.
"""


@dataclass(frozen=True)
class Pattern:
    """Two types of layers that alternate with a period.

    Attributes
    ----------
    usual, special
        The types.
    period
        Layer i is special when (i + offset) is a multiple of it.
    key
        The key of a file that holds the period.
    offset
        See `period`.
    ends
        Layers that are special in any case; -1 is the last.
    """

    usual: str
    special: str
    period: int
    key: str | None = None
    offset: int = 1
    ends: tuple[int, ...] = ()

    def types(self, values: Mapping[str, Any], layers: int) -> list[str]:
        """Return the type of each layer."""
        period = self.period
        given = None if self.key is None else values.get(self.key)
        if isinstance(given, str):
            return self._spelt(str(self.key), given, layers)
        if given is not None:
            advice = f"{self.period} is the class's default"
            period = whole(str(self.key), given, least=1, most=LAYERS, advice=advice)
        always = {end % layers for end in self.ends} if layers else set()
        return [
            self.special if (i + self.offset) % period == 0 or i in always else self.usual
            for i in range(layers)
        ]

    def _spelt(self, key: str, letters: str, layers: int) -> list[str]:
        """Return the types of a pattern of letters, EXAONE's 'LLLG': L local, G global."""
        if not letters or letters.strip("LG"):
            advice = f"for example 'LLLG', or {self.period}"
            raise ConfigError(key, letters, "a word of the letters L and G", advice)
        names = {"L": self.usual, "G": self.special}
        return [names[letters[i % len(letters)]] for i in range(layers)]


def layer_count(values: Mapping[str, Any]) -> int | None:
    """Return the number of layers, None where the file does not say."""
    name, given = named(values, "num_hidden_layers")
    if given is None:
        return None
    return whole(name, given, least=1, most=LAYERS, advice="give the number of layers")


def layer_types(values: Mapping[str, Any], pattern: Pattern | None, notes: Notes) -> list[str]:
    """Return the type of each layer as far as it is known, [] where nothing says.

    Raises
    ------
    ConfigError
        If the list has another length than there are layers, or entries that are no names.
    """
    given, layers = _listed_types(values), layer_count(values)
    if given is None:
        usual = pattern.types(values, layers) if pattern and layers else []
        return _coded_types(values, usual, layers, notes) or usual
    if not isinstance(given, list) or not all(isinstance(name, str) for name in given):
        advice = "for example ['sliding_attention', 'full_attention']"
        raise ConfigError("layer_types", given, "a list of names", advice)
    if layers is not None and len(given) != layers:
        expected = f"one name for each of num_hidden_layers = {layers}"
        raise ConfigError("layer_types", f"{len(given)} names", expected, "correct one of them")
    _say_other_pattern(values, pattern, given, notes)
    return given


def _coded_types(
    values: Mapping[str, Any], usual: list[str], layers: int | None, notes: Notes
) -> list[str]:
    """Return the types that a list of 0 and 1 stands for, [] where a file has none."""
    key = next((key for key in CODED if values.get(key) is not None), None)
    if key is None:
        return []
    listed, names = values[key], CODED[key]
    if not isinstance(listed, list) or any(isinstance(n, bool) or not _bit(n) for n in listed):
        advice = f"0 for {names[0]}, 1 for {names[1]}"
        raise ConfigError(key, listed, "a list of 0 and 1", advice)
    if layers is not None and len(listed) != layers:
        expected = f"one number for each of num_hidden_layers = {layers}"
        raise ConfigError(key, f"{len(listed)} numbers", expected, "correct one of them")
    types = [names[n] for n in listed]
    if usual and types != usual:
        message = f"{key} counts, as in its authors' code; Hugging Face 5.23 does not read it "
        message += "and takes its class's pattern"
        notes.say("hugging-face-ignores", message, "implementation-defined")
    return types


def _say_other_pattern(
    values: Mapping[str, Any], pattern: Pattern | None, given: list[str], notes: Notes
) -> None:
    """Say where the key of a pattern contradicts the list, which counts in Hugging Face."""
    key = None if pattern is None else pattern.key
    if pattern is None or key is None or values.get(key) is None:
        return
    if pattern.types(values, len(given)) != given:
        message = f"{key} = {shown(values[key])} says otherwise than layer_types, which counts"
        notes.say("pattern-ignored", message, "note")


def _listed_types(values: Mapping[str, Any]) -> Any:
    """Return the list of layer types, under its two names."""
    given, other = (values.get(key) for key in ("layer_types", "layers_block_type"))
    if given is not None and other is not None and given != other:
        expected = "the same as layer_types"
        raise ConfigError(
            "layers_block_type", other, expected, "they are two names of one thing"
        )
    return other if given is None else given


def rotating_layers(
    values: Mapping[str, Any], interval: int | None, notes: Notes
) -> list[bool] | None:
    """Return which layers rotate, None where all do or nothing is known.

    Parameters
    ----------
    values
        The file. `no_rope_layers` holds 1 for a layer that *rotates*, in spite of its name.
    interval
        The class's default of `no_rope_layer_interval`: every interval-th layer does not
        rotate. None for a class without it.
    notes
        Takes what was assumed.

    Raises
    ------
    ConfigError
        If a key is malformed.
    """
    listed, layers = values.get("no_rope_layers"), layer_count(values)
    key, advice = "no_rope_layers", "1 marks a layer that rotates, 0 one that does not"
    if listed is not None and not isinstance(listed, list):
        raise ConfigError(key, listed, "a list of 0 and 1", advice)
    if listed:
        if any(isinstance(one, bool) or not _bit(one) for one in listed):
            raise ConfigError(key, listed, "a list of 0 and 1", advice)
        if layers is not None and len(listed) != layers:
            expected = f"one number for each of num_hidden_layers = {layers}"
            raise ConfigError(key, f"{len(listed)} numbers", expected, "correct one of them")
        return [bool(one) for one in listed]
    if listed == []:
        notes.say("layers-assumed", f"{key} is empty: the class's interval taken")
    every = values.get("no_rope_layer_interval", interval)
    if every is None:
        return None
    advice = "4 in Llama 4"
    every = whole("no_rope_layer_interval", every, least=1, most=LAYERS, advice=advice)
    return None if layers is None else [bool((i + 1) % every) for i in range(layers)]


def _bit(value: Any) -> bool:
    """Whether a value is the whole number 0 or 1."""
    return isinstance(value, int) and value in (0, 1)

"""The shape of a row about a model type: conventions and defaults of its class."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .patterns import Pattern

Sections = Literal["chunked", "interleaved", "ernie", "xdrope", "alternating"]
"""How `mrope_section` deals the pairs out to the axes of a position."""


@dataclass(frozen=True)
class Kind:
    """A type of layer with rotary parameters of its own.

    Attributes
    ----------
    name
        Its name in a file.
    base
        `rope_theta` where the file has none.
    base_keys
        Older names of its base at the top of a file.
    scaled
        Whether an older file's one `rope_scaling` applies to it.
    parameters
        The class's parameters where the file has none.
    head_key, head_dim
        The key of its own head width, and the width where the file has none.
    forced
        Parameters that the class adds to a law of the type given, by type.
    """

    name: str
    base: float = 10000.0
    base_keys: tuple[str, ...] = ()
    scaled: bool = True
    parameters: dict[str, Any] = field(default_factory=dict)
    head_key: str | None = None
    head_dim: int | None = None
    forced: dict[str, dict[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Model:
    """One model type's conventions and the defaults of its configuration class.

    Attributes
    ----------
    layout
        Name of the layout.
    base
        `rope_theta` where the file has none.
    base_fixed
        Whether the class has no key for the base because it is fixed in its code.
    partial
        `partial_rotary_factor` where the file says nothing of a rotary width.
    rotary_dim
        `rotary_dim` where the file has none, for classes that have this key instead.
    head_dim
        `head_dim` where the file has none; None for hidden size / number of heads.
    head_name
        Another name of `head_dim`.
    sign
        Sense of rotation.
    end
        Which channels of the head turn.
    split
        Widths of split heads [still | turning] as DeepSeek's, where the file has no
        `qk_nope_head_dim` and `qk_rope_head_dim`; None for a class without such heads.
    width_key
        Another key that holds the rotary width.
    parameters
        The class's `rope_parameters` where the file has none.
    kinds
        Types of layers with parameters of their own.
    pattern
        The types of the layers where the file does not list them.
    still
        Types of layers that have attention and do not rotate.
    still_needs
        A key that must have a value for that.
    interval
        `no_rope_layer_interval` where the file has none.
    sections, section
        How `mrope_section` is dealt out, and its value where the file has none.
    renamed
        Law names that the class takes for another law.
    temperature
        By whose rule queries are scaled with their position, None for not at all.
    switch
        A key and the value that it must have, or the class does not rotate.
    layer_bases
        Whether the class has a base for each layer, `layer_rope_theta`; 0 turns it off.
    last_still
        Where `layer_rope_theta` is absent, every such layer counted from the last does not
        rotate.
    remark
        What the class does to the frequencies that no `RotaryConfig` can say.
    """

    layout: str
    base: float = 10000.0
    base_fixed: bool = False
    partial: float = 1.0
    rotary_dim: int | None = None
    head_dim: int | None = None
    head_name: str = "kv_channels"
    sign: int = 1
    end: Literal["first", "last"] = "first"
    split: tuple[int, int] | None = None
    width_key: str | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
    pattern: Pattern | None = None
    still: tuple[str, ...] = ()
    still_needs: str | None = None
    interval: int | None = None
    sections: Sections | None = None
    section: tuple[int, ...] = ()
    renamed: dict[str, str] = field(default_factory=dict)
    temperature: Literal["llama4", "ministral"] | None = None
    switch: tuple[str, str | bool] | None = None
    layer_bases: bool = False
    last_still: int | None = None
    remark: str = ""

"""What the numbers are: configurations, papers' formulas, the exact oracle."""

from .arrangement import Arrangement, Mixed, arrange
from .config import RotaryConfig
from .errors import ConfigError, InputError
from .layout import LAYOUTS, Channels, Layout, layout_channels
from .scaling import (
    Default,
    Dynamic,
    Linear,
    Llama3,
    LongRope,
    Ntk,
    NtkByParts,
    NtkSu,
    Proportional,
    Resonance,
    Scaling,
    Yarn,
)

__all__ = [
    "LAYOUTS",
    "Arrangement",
    "Channels",
    "ConfigError",
    "Default",
    "Dynamic",
    "InputError",
    "Layout",
    "Linear",
    "Llama3",
    "LongRope",
    "Mixed",
    "Ntk",
    "NtkByParts",
    "NtkSu",
    "Proportional",
    "Resonance",
    "RotaryConfig",
    "Scaling",
    "Yarn",
    "arrange",
    "layout_channels",
]

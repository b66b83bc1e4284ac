"""What the numbers are: configurations, papers' formulas, the exact oracle."""

from .config import RotaryConfig
from .errors import ConfigError, InputError
from .layout import LAYOUTS, Channels, Layout, layout_channels
from .scaling import Default, Linear, Scaling

__all__ = [
    "LAYOUTS",
    "Channels",
    "ConfigError",
    "Default",
    "InputError",
    "Layout",
    "Linear",
    "RotaryConfig",
    "Scaling",
    "layout_channels",
]

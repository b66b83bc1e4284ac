"""The precision profile: the error of every phase against position and pair."""

from .exhaustive import Exhaustive, ExhaustiveInterrupt, every_format, every_position
from .ladder import LIMITS, ladder
from .profile import FormatProfile, Line, Profile, profile

__all__ = [
    "LIMITS",
    "Exhaustive",
    "ExhaustiveInterrupt",
    "FormatProfile",
    "Line",
    "Profile",
    "every_format",
    "every_position",
    "ladder",
    "profile",
]

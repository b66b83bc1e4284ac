"""Which convention a target follows, found out before anybody judges it."""

from .identification import Identification
from .identify import identify

__all__ = ["Identification", "identify"]

"""Why a target is wrong: the known mistakes that explain it, likeliest first."""

from .diagnose import diagnose
from .diagnosis import Diagnosis

__all__ = ["Diagnosis", "diagnose"]

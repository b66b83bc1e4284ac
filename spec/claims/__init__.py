"""The kinds of statements that theorems are made of; each is data and knows its rule."""

from .base import Claim
from .exact import Differ, DistinctRotations, OnlyZero
from .identities import EqualSums, EverySize, PlaneIdentity
from .layouts import Rearranged, SameScores, UsesEveryChannelOnce
from .solutions import OnlySolution

__all__ = [
    "Claim",
    "Differ",
    "DistinctRotations",
    "EqualSums",
    "EverySize",
    "OnlySolution",
    "OnlyZero",
    "PlaneIdentity",
    "Rearranged",
    "SameScores",
    "UsesEveryChannelOnce",
]

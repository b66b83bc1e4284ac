"""Test vectors for people without Python: exact inputs, expected outputs, proved budgets."""

from .files import read_set, verify, write_sets
from .judge import Miss, judge
from .making import make
from .standard import standard
from .vector import Vector, VectorSet

__all__ = [
    "Miss",
    "Vector",
    "VectorSet",
    "judge",
    "make",
    "read_set",
    "standard",
    "verify",
    "write_sets",
]

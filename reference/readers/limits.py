"""Beyond these a whole number in a file is no size of a model but a mistake."""

LARGEST = 2**31
"""Hidden width, and number of heads."""

LAYERS = 10**5
"""Layers."""

LONGEST = 2**63 - 1
"""Context length: the positions that int64 holds."""

"""The positions of a profile: few, from 0 to the end, evenly spread over the powers of two."""

from __future__ import annotations

LIMITS = {"quick": 2**17, "standard": 2**17, "thorough": 2**24}
"""The farthest position of each level where no largest position is claimed.

A target may make a table of all positions up to the largest: of 2**24 it has gigabytes.
"""


def ladder(limit: int) -> tuple[int, ...]:
    """Return positions up to a limit, and the limit itself.

    Around every power of two, where formats stop holding whole numbers and tables end, and
    an odd one between two powers, which a format with too few bits rounds.

    Examples
    --------
    >>> ladder(9)
    (0, 1, 2, 3, 4, 5, 7, 8, 9)
    >>> len(ladder(2**17)), ladder(2**17)[-3:]
    (64, (92683, 131071, 131072))
    """
    found = {0, 1, 2, 3, limit - 1, limit}
    for power in range(2, limit.bit_length() + 1):
        start = 2**power
        found |= {start - 1, start, start + 1, round(2 ** (power + 0.5)) | 1}
    return tuple(sorted(position for position in found if 0 <= position <= limit))

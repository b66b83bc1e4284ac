"""Cosines and sines of a tile of tokens and pairs, inside the kernel.

As in `tables`, a position's digits give its turn. On a GPU the table of every digit is
complete, so that no position has to be known beforehand: 3.5 MB for 64 pairs, of which a
batch of tokens touches a row for each token and little else. A fixed-point turn and a
polynomial instead would take several times the float64 work, and other bits.
"""

import triton
import triton.language as tl

from .double_double import sum_of_products

COUNTED = tl.constexpr(0)
"""Positions are a running count."""

GIVEN = tl.constexpr(1)
"""Positions are read from a tensor."""

PACKED = tl.constexpr(2)
"""Positions count anew from each start of a packed sequence."""


@triton.jit
def place_in_sequence(starts, count, token):
    """Return how far each token is from the last start at or before it."""
    low = token * 0
    length = count
    while length > 1:
        half = length // 2
        there = tl.load(starts + low + half).to(tl.int64)
        low = tl.where(there <= token, low + half, low)
        length -= half
    return token - tl.load(starts + low).to(tl.int64)


@triton.jit
def magnitude_and_sign(position):
    """Return |position| as uint64, that of -2**63 too, and whether it is negative."""
    if position.dtype == tl.uint64:
        return position, position < 0
    wide = position.to(tl.int64)
    negative = wide < 0
    return tl.where(negative, -wide, wide).to(tl.uint64, bitcast=True), negative


@triton.jit
def by_digits(
    table,
    size,
    pair,
    live,
    PAIRS: tl.constexpr,
    BITS: tl.constexpr,
):
    """Return cosine and sine, amplitude included, by float64 products of the digits' rows.

    `table` has rows of `PAIRS` cosines and as many sines; `size` has a shape that goes with
    `pair` and `live`.
    """
    row = table + (size & ((1 << BITS) - 1)).to(tl.int64) * (2 * PAIRS) + pair
    cos = tl.load(row, mask=live, other=1.0)
    sin = tl.load(row + PAIRS, mask=live, other=0.0)
    rest = size >> BITS
    most = tl.max(tl.max(rest, axis=1), axis=0)
    level = table
    while most > 0:
        level += 2 * PAIRS << BITS
        digit = (rest & ((1 << BITS) - 1)).to(tl.int64)
        row = level + digit * (2 * PAIRS) + pair
        there = (digit > 0) & live
        by_cos = tl.load(row, mask=there, other=1.0)
        by_sin = tl.load(row + PAIRS, mask=there, other=0.0)
        turned = by_cos * cos - by_sin * sin
        sin = by_sin * cos + by_cos * sin
        cos = turned
        rest = rest >> BITS
        most = most >> BITS
    return cos, sin


@triton.jit
def by_wide_digits(
    table,
    size,
    pair,
    live,
    PAIRS: tl.constexpr,
    BITS: tl.constexpr,
):
    """Return the same as double-doubles rounded once, then multiplied by the amplitude.

    Rows have cosines, what float64 left out of them, sines, and what was left out of those.
    The table begins with a row of its own that holds the amplitude.
    """
    amplitude = tl.load(table)
    level = table + 4 * PAIRS
    row = level + (size & ((1 << BITS) - 1)).to(tl.int64) * (4 * PAIRS) + pair
    cos = tl.load(row, mask=live, other=1.0)
    cos_low = tl.load(row + PAIRS, mask=live, other=0.0)
    sin = tl.load(row + 2 * PAIRS, mask=live, other=0.0)
    sin_low = tl.load(row + 3 * PAIRS, mask=live, other=0.0)
    rest = size >> BITS
    most = tl.max(tl.max(rest, axis=1), axis=0)
    while most > 0:
        level += 4 * PAIRS << BITS
        digit = (rest & ((1 << BITS) - 1)).to(tl.int64)
        row = level + digit * (4 * PAIRS) + pair
        there = (digit > 0) & live
        c = tl.load(row, mask=there, other=1.0)
        c_low = tl.load(row + PAIRS, mask=there, other=0.0)
        s = tl.load(row + 2 * PAIRS, mask=there, other=0.0)
        s_low = tl.load(row + 3 * PAIRS, mask=there, other=0.0)
        new, new_low = sum_of_products(c, c_low, cos, cos_low, -s, -s_low, sin, sin_low)
        sin, sin_low = sum_of_products(s, s_low, cos, cos_low, c, c_low, sin, sin_low)
        cos, cos_low = new, new_low
        rest = rest >> BITS
        most = most >> BITS
    return cos * amplitude, sin * amplitude


@triton.jit
def angles(
    batch,
    place,
    live,
    positions,
    position_batch,
    position_seq,
    position_axis,
    offset,
    count,
    sign,
    table,
    other,
    KIND: tl.constexpr,
    TABLE: tl.constexpr,
    BITS: tl.constexpr,
    AXES: tl.constexpr,
    PAIRS: tl.constexpr,
    SEGMENTS: tl.constexpr,
    NUMBER: tl.constexpr,
):
    """Return cosines and sines of one segment's pairs, shape (tokens, a power of 2).

    `batch` and `place` say where in their sequence the tokens are, and `live` which of them
    there are; the rest is the kernel's.
    """
    PART: tl.constexpr = SEGMENTS[NUMBER]
    WIDTH: tl.constexpr = triton.next_power_of_2(PART[1])
    pair = PART[0] + tl.arange(0, WIDTH)[None, :]
    used = live[:, None] & (pair < PART[0] + PART[1])
    where = batch * position_batch + place * position_seq
    if TABLE == "rows":
        row = where[:, None] + pair
        cos = tl.load(table + row, mask=used, other=1.0)
        sin = tl.load(other + row, mask=used, other=0.0) * sign.to(table.dtype.element_ty)
    else:
        if KIND == COUNTED:
            position = (offset + place)[:, None]
        elif KIND == PACKED:
            position = (offset + place_in_sequence(positions, count, place))[:, None]
        elif AXES:
            axis = tl.load(other + pair, mask=pair < PAIRS, other=0).to(tl.int64)
            at = positions + where[:, None] + axis * position_axis
            position = tl.load(at, mask=used, other=0)
        else:
            position = tl.load(positions + where, mask=live, other=0)[:, None]
        size, negative = magnitude_and_sign(position)
        size = tl.where(live[:, None], size, 0)
        turn = tl.where(negative, -sign, sign).to(tl.float64)
        if TABLE == "wide":
            cos, sin = by_wide_digits(table, size, pair, used, PAIRS, BITS)
            sin = sin * turn
        else:
            wide_cos, wide_sin = by_digits(table, size, pair, used, PAIRS, BITS)
            cos = wide_cos.to(tl.float32)
            sin = (wide_sin * turn).to(tl.float32)
    return cos, sin

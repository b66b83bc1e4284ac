"""The kernel: one program for some tokens and some heads of queries and keys."""

import triton
import triton.language as tl

from .heads import turn_heads
from .phases import (
    COUNTED,
    PACKED,
    by_digits,
    by_wide_digits,
    magnitude_and_sign,
    place_in_sequence,
)

_COUNTS = "q_heads", "k_heads", "tokens", "seq", "groups", "share", "by_head", "count", "sign"


@triton.jit(do_not_specialize=[*_COUNTS, "offset"])
def rotate_kernel(
    q,
    k,
    q_out,
    k_out,
    q_batch: tl.int64,
    q_head: tl.int64,
    q_seq: tl.int64,
    q_dim: tl.int64,
    k_batch: tl.int64,
    k_head: tl.int64,
    k_seq: tl.int64,
    k_dim: tl.int64,
    q_out_batch: tl.int64,
    q_out_head: tl.int64,
    q_out_seq: tl.int64,
    q_out_dim: tl.int64,
    k_out_batch: tl.int64,
    k_out_head: tl.int64,
    k_out_seq: tl.int64,
    k_out_dim: tl.int64,
    q_heads: tl.int32,
    k_heads: tl.int32,
    tokens: tl.int32,
    seq: tl.int32,
    groups: tl.int32,
    share: tl.int32,
    by_head: tl.int32,
    sign: tl.int32,
    positions,
    position_batch: tl.int64,
    position_seq: tl.int64,
    position_axis: tl.int64,
    offset: tl.int64,
    count: tl.int32,
    table,
    other,
    KIND: tl.constexpr,
    TABLE: tl.constexpr,
    BITS: tl.constexpr,
    AXES: tl.constexpr,
    PAIRS: tl.constexpr,
    SEGMENTS: tl.constexpr,
    PASSED: tl.constexpr,
    TOKENS: tl.constexpr,
    HEADS: tl.constexpr,
    DENSE: tl.constexpr,
    CROSSING: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """Rotate `TOKENS` tokens in `share` blocks of `HEADS` heads.

    Queries' heads come first, keys' after them, each padded to whole blocks. `TABLE` says
    what `table` is: "digits" or "wide" as in `phases`, or "rows" of cosines, with those of
    sines in `other`; otherwise `other` says which axis turns each pair. `SEGMENTS` are those
    of `segments.Head`.
    """
    program = tl.program_id(0)
    blocks = (tokens + TOKENS - 1) // TOKENS
    # What lies side by side in memory, a head's tokens or a token's heads, runs so too.
    block = tl.where(by_head > 0, program % blocks, program // groups)
    group = tl.where(by_head > 0, program // blocks, program % groups)
    token = block * TOKENS + tl.arange(0, TOKENS)
    live = token < tokens
    batch = (token // seq).to(tl.int64)
    place = (token % seq).to(tl.int64)
    q_blocks = (q_heads + HEADS - 1) // HEADS
    k_blocks = (k_heads + HEADS - 1) // HEADS
    first = group * share
    last = first + share

    for n in tl.static_range(len(SEGMENTS)):
        PART: tl.constexpr = SEGMENTS[n]
        WIDTH: tl.constexpr = triton.next_power_of_2(PART[1])
        pair = PART[0] + tl.arange(0, WIDTH)[None, :]
        used = live[:, None] & (pair < PART[0] + PART[1])
        if TABLE == "rows":
            row = (batch * position_batch + place * position_seq)[:, None] + pair
            cos = tl.load(table + row, mask=used, other=1.0)
            sin = tl.load(other + row, mask=used, other=0.0) * sign.to(table.dtype.element_ty)
        else:
            if KIND == COUNTED:
                position = (offset + place)[:, None]
            elif KIND == PACKED:
                position = (offset + place_in_sequence(positions, count, place))[:, None]
            elif AXES:
                axis = tl.load(other + pair, mask=pair < PAIRS, other=0).to(tl.int64)
                where = (batch * position_batch + place * position_seq)[:, None]
                position = tl.load(positions + where + axis * position_axis, mask=used, other=0)
            else:
                where = batch * position_batch + place * position_seq
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
        IDLE: tl.constexpr = PASSED if n == 0 else ()
        turn_heads(
            q,
            q_out,
            batch * q_batch + place * q_seq,
            batch * q_out_batch + place * q_out_seq,
            first,
            tl.minimum(last, q_blocks),
            q_heads,
            q_head,
            q_dim,
            q_out_head,
            q_out_dim,
            cos,
            sin,
            live,
            PART,
            IDLE,
            HEADS,
            WIDTH,
            DENSE,
            CROSSING,
            INTERPRETED,
        )
        turn_heads(
            k,
            k_out,
            batch * k_batch + place * k_seq,
            batch * k_out_batch + place * k_out_seq,
            tl.maximum(first - q_blocks, 0),
            tl.minimum(last - q_blocks, k_blocks),
            k_heads,
            k_head,
            k_dim,
            k_out_head,
            k_out_dim,
            cos,
            sin,
            live,
            PART,
            IDLE,
            HEADS,
            WIDTH,
            DENSE,
            CROSSING,
            INTERPRETED,
        )

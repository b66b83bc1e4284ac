"""The kernel: one program for some tokens and some heads of queries and keys."""

import triton
import triton.language as tl

from .heads import turn_heads
from .phases import angles

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
        cos, sin = angles(
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
            KIND,
            TABLE,
            BITS,
            AXES,
            PAIRS,
            SEGMENTS,
            n,
        )
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
            SEGMENTS,
            n,
            PASSED,
            HEADS,
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
            SEGMENTS,
            n,
            PASSED,
            HEADS,
            DENSE,
            CROSSING,
            INTERPRETED,
        )

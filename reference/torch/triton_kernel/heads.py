"""Tiles of heads, tokens and channels: loaded whole, turned, stored whole."""

import triton
import triton.language as tl


@triton.jit
def widened(x, like, INTERPRETED: tl.constexpr):
    """Return a tile in the dtype of `like`, in which it is rotated."""
    if INTERPRETED and x.dtype == tl.bfloat16:  # the interpreter loses subnormal ones
        bits = x.to(tl.uint16, bitcast=True).to(tl.uint32) << 16
        return bits.to(tl.float32, bitcast=True)
    return x.to(like.dtype)


@triton.jit
def narrowed(x, dtype: tl.constexpr, INTERPRETED: tl.constexpr):
    """Round a tile once, to nearest even."""
    if INTERPRETED and dtype == tl.bfloat16:  # the interpreter rounds ties up, without carry
        bits = x.to(tl.uint32, bitcast=True)
        bits = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16
        return bits.to(tl.uint16).to(tl.bfloat16, bitcast=True)
    return x.to(dtype)


@triton.jit
def turn_heads(
    x,
    out,
    x_token,
    out_token,
    first,
    last,
    heads,
    x_head,
    x_dim,
    out_head,
    out_dim,
    cos,
    sin,
    live,
    SEGMENTS: tl.constexpr,
    NUMBER: tl.constexpr,
    PASSED: tl.constexpr,
    HEADS: tl.constexpr,
    DENSE: tl.constexpr,
    CROSSING: tl.constexpr,
    INTERPRETED: tl.constexpr,
):
    """Rotate the pairs of one segment in some blocks of `HEADS` heads.

    The channels that do not turn are copied with the first segment.
    `x_token` and `out_token` are the tokens' offsets, `cos` and `sin` of shape
    (tokens, pairs).
    """
    PART: tl.constexpr = SEGMENTS[NUMBER]
    PAIRS: tl.constexpr = PART[1]
    WIDTH: tl.constexpr = triton.next_power_of_2(PART[1])
    pair = tl.arange(0, WIDTH)[None, None, :]
    both = tl.arange(0, 2 * WIDTH)[None, None, :]
    c = cos[None, :, :]
    s = sin[None, :, :]
    for block in range(first, last):
        head = block * HEADS + tl.arange(0, HEADS)
        there = (head < heads)[:, None, None] & live[None, :, None]
        at = head.to(tl.int64)[:, None, None]
        source = x + at * x_head + x_token[None, :, None]
        target = out + at * out_head + out_token[None, :, None]
        x_step = 1 if DENSE else x_dim
        out_step = 1 if DENSE else out_dim
        if PART[6]:
            values = tl.load(
                source + (PART[2] + both) * x_step, mask=there & (both < 2 * PAIRS)
            )
            a, b = tl.split(tl.reshape(values, (HEADS, cos.shape[0], WIDTH, 2)))
        else:
            a = tl.load(source + (PART[2] + pair) * x_step, mask=there & (pair < PAIRS))
            b = tl.load(source + (PART[3] + pair) * x_step, mask=there & (pair < PAIRS))
        a = widened(a, cos, INTERPRETED)
        b = widened(b, cos, INTERPRETED)
        one = narrowed(a * c - b * s, out.dtype.element_ty, INTERPRETED)
        other = narrowed(a * s + b * c, out.dtype.element_ty, INTERPRETED)
        if CROSSING:
            tl.debug_barrier()  # a channel may be another pair's: all are read by now
        if PART[7]:
            values = tl.reshape(tl.join(one, other), (HEADS, cos.shape[0], 2 * WIDTH))
            tl.store(
                target + (PART[4] + both) * out_step, values, mask=there & (both < 2 * PAIRS)
            )
        else:
            tl.store(target + (PART[4] + pair) * out_step, one, mask=there & (pair < PAIRS))
            tl.store(target + (PART[5] + pair) * out_step, other, mask=there & (pair < PAIRS))
        if NUMBER == 0:
            for n in tl.static_range(len(PASSED)):
                copy_idle(source, target, there, x_step, out_step, PASSED, n)


@triton.jit
def copy_idle(
    source, target, there, x_step, out_step, PASSED: tl.constexpr, NUMBER: tl.constexpr
):
    """Copy channels that come back as they went in."""
    BEGIN: tl.constexpr = PASSED[NUMBER][0]
    END: tl.constexpr = PASSED[NUMBER][1]
    channel = tl.arange(0, triton.next_power_of_2(END - BEGIN))[None, None, :]
    some = there & (channel < END - BEGIN)
    idle = tl.load(source + (BEGIN + channel) * x_step, mask=some)
    tl.store(target + (BEGIN + channel) * out_step, idle, mask=some)

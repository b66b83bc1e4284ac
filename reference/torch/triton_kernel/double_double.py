"""Double-doubles inside the kernel: `reference.double_double` in Triton.

They need every operation rounded by itself; the kernel is compiled without contraction into
fused multiply-adds.
"""

import triton
import triton.language as tl  # noqa: F401 - the interpreter looks for it


@triton.jit
def two_sum(a, b):
    """Return a + b exactly, as high and low part."""
    high = a + b
    from_b = high - a
    return high, (a - (high - from_b)) + (b - from_b)


@triton.jit
def _split(a):
    """Split into two halves of at most 26 bits each."""
    carried = a * 134217729.0  # 2**27 + 1
    high = carried - (carried - a)
    return high, a - high


@triton.jit
def two_product(a, b):
    """Return a * b exactly, as high and low part."""
    a_high, a_low = _split(a)
    b_high, b_low = _split(b)
    high = a * b
    return high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) + a_low * b_low


@triton.jit
def sum_of_products(a, a_low, b, b_low, c, c_low, d, d_low):
    """Return a b + c d, all of them double-doubles."""
    left, left_low = two_product(a, b)
    right, right_low = two_product(c, d)
    left_low += a * b_low + a_low * b
    right_low += c * d_low + c_low * d
    high, low = two_sum(left, right)
    low += left_low + right_low
    total = high + low
    return total, low - (total - high)

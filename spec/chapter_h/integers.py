"""H4: which integer positions a format holds, and the first that it does not."""

import sympy as sp

from ropespec.spec.claims import PlaneIdentity
from ropespec.spec.claims.bounds import HoldsIntegers, LeavesOut, RoundsTo
from ropespec.spec.notation import number
from ropespec.spec.theorem import Altered, Quantified, Source, Step, Theorem

_P = sp.Symbol("p", integer=True, positive=True)
_N = sp.Symbol("n", integer=True)
_FORMATS = (("bfloat16", 8), ("float16", 11), ("float32", 24), ("float64", 53))

_HELD = HoldsIntegers(2**_P, _P, r"n \in \mathbb Z,\; |n| \le 2^p \implies n \in \mathbb F_p")
_BROKEN = LeavesOut(2**_P + 1, _P, r"2^p + 1 \notin \mathbb F_p")
_ROUNDED = tuple(RoundsTo(name, p, 2**p + 1, 2**p) for name, p in _FORMATS)

H4 = Theorem(
    id="H4",
    title="The first integer position that a format does not hold",
    source=Source("IEEE 754-2019", "", "section 3.3"),
    symbols=(
        Quantified("p", "the precision of a binary format, a positive integer", _P),
        Quantified("n", "any integer", _N),
    ),
    statement=(_HELD, _BROKEN, *_ROUNDED),
    proof=(
        Step(
            "below the limit",
            "$\\mathbb F_p$ holds the numbers $m\\,2^e$ with integers m, e and $|m|<2^p$. An "
            "integer with $|n|<2^p$ is one of them as it stands.",
            PlaneIdentity(number(_N * 2 ** sp.Integer(0), "n\\cdot2^0"), number(_N)),
        ),
        Step(
            "the limit itself",
            "$\\pm2^p$ is $\\pm1\\cdot2^p$, and $1<2^p$ as p is at least 1. No integer lies "
            "between $2^p-1$ and $2^p$, so all are held.",
            _HELD,
        ),
        Step(
            "the next one",
            "$2^p+1$ is odd, so in $m\\,2^e$ it has $e\\le0$; then $|m|\\ge2^p+1$, too large.",
            _BROKEN,
        ),
        *(
            Step(
                f"in {name}",
                f"With $p={p}$: $2^{{{p}}}+1$ lies in the middle of its neighbours and goes to "
                "the one with the even significand. The format's largest number is beyond it.",
                claim,
            )
            for (name, p), claim in zip(_FORMATS, _ROUNDED, strict=True)
        ),
    ),
    altered=(
        Altered(
            "one more",
            HoldsIntegers(2**_P + 1, _P, r"|n| \le 2^p + 1 \implies n \in \mathbb F_p"),
        ),
        Altered(
            "one bit more",
            HoldsIntegers(2 ** (_P + 1), _P, r"|n| \le 2^{p+1} \implies n \in \mathbb F_p"),
        ),
        Altered(
            "the limit is left out already",
            LeavesOut(2**_P, _P, r"2^p \notin \mathbb F_p"),
        ),
        Altered(
            "all beyond the limit are left out",
            LeavesOut(2**_P + 2, _P, r"2^p + 2 \notin \mathbb F_p"),
        ),
        Altered("bfloat16 rounds 257 up", RoundsTo("bfloat16", 8, 257, 258)),
        Altered("bfloat16 holds 257", RoundsTo("bfloat16", 8, 257, 257)),
    ),
    meaning=(
        "A position is exact up to 2^p: 256 in bfloat16, 2048 in float16, 16777216 in float32. "
        "Beyond it odd positions fall on their neighbours: in bfloat16 the tokens 256 and 257 "
        "have the same position, and from 512 on four tokens share one. A test that stops at "
        "256 positions cannot see it."
    ),
    not_implied=(
        (
            "low-precision-phase",
            "A position that is held can still give an angle that is rounded badly (H2).",
        ),
        (
            "integer-overflow",
            "Integer formats hold every integer in their range and wrap beyond it.",
        ),
    ),
    laws=("value",),
)

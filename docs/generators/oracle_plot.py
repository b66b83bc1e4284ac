"""The page on the oracle: where floating-point `position * frequency` stops being one."""

import numpy as np

from ropespec.reference import RotaryConfig
from ropespec.reference.float_products import FORMATS, ProductErrors, product_errors

from .systems.draw import BLUE, GREEN, GREY, ORANGE, canvas, legend, svg

COLORS = dict(zip(FORMATS, (BLUE, ORANGE, GREEN), strict=True))
LIMITS = (1e-3, 1.0)
"""Distances on the unit circle: a thousandth, and as good as random."""

PAGE = """# The exact oracle

What a pair should become at position p is cos and sin of $p\\,\\theta_i$. Computing the
product first and its cosine afterwards loses what the rounding of the product loses, and that
grows with the position: float64 is no oracle at large positions, float32 is none at ordinary
ones.

![Distance on the unit circle between the rounded product's point and the true one, against \
the position, for float64, float32 and bfloat16](../../assets/oracle.svg)

The worst of 64 pairs, base 500000. Dotted: what rounding the frequency, the position and the
product allows. The power of two from which on a pair is off by more than

| format | 0.001 | 1 |
| --- | --- | --- |
{rows}

ropespec's oracle forms no product of floating-point numbers. It stores each frequency as a
whole number of $2^{{-N}}$ turns and multiplies by the position in integers, where whole turns
vanish by themselves ([theorem H6](../spec/H6.md)). Cosine and sine of what is left are within
one unit in the last place of float64 for every int64 position, and for fractions; a second
oracle, mpmath with 200 digits, must agree with it in `make test` and in `make verify`.

```pycon
>>> from ropespec.reference import RotaryConfig
>>> from ropespec.reference.float_products import product_errors
>>> errors = product_errors(RotaryConfig(head_dim=128, base=500000.0))
>>> int(errors.powers[errors.worst["float32"] > 0.001][0])  # the power of two
{first}
```
"""

LLAMA3 = RotaryConfig(head_dim=128, layout="half", base=500000.0)


def pages() -> dict[str, str]:
    """Draw the errors of three formats from position 1 to 2**62."""
    errors = product_errors(LLAMA3)
    figure, axes = canvas(height=3.6)
    for name in FORMATS:
        axes.plot(errors.powers, errors.worst[name], color=COLORS[name], label=name)
        axes.plot(errors.powers, errors.bound[name], color=COLORS[name], alpha=0.4, ls=":")
    axes.axhline(2.0, color=GREY, lw=0.8)
    axes.set_yscale("log")
    axes.set(
        xlim=(0, 62),
        ylim=(1e-17, 10),
        xlabel="position, power of two",
        ylabel="distance on the unit circle",
    )
    axes.set_title("position × frequency against the exact phase, base 500000, 64 pairs")
    legend(axes, loc="lower right")
    return {
        "assets/oracle.svg": svg(figure, "oracle"),
        "en/reference/oracle.md": PAGE.format(
            rows="\n".join(_rows(errors)),
            first=int(errors.powers[np.argmax(errors.worst["float32"] > LIMITS[0])]),
        ),
    }


def _rows(errors: ProductErrors) -> list[str]:
    """Say for each format from which power of two on it is off by so much."""
    first = [
        [int(errors.powers[np.argmax(errors.worst[name] > limit)]) for limit in LIMITS]
        for name in FORMATS
    ]
    return [
        f"| {name} | " + " | ".join(f"$2^{{{power}}}$" for power in powers) + " |"
        for name, powers in zip(FORMATS, first, strict=True)
    ]

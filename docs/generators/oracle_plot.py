"""The figure of where floating-point `position * frequency` stops being an oracle."""

from ropespec.reference import RotaryConfig
from ropespec.reference.float_products import FORMATS, product_errors

from .systems.draw import BLUE, GREEN, GREY, ORANGE, canvas, legend, svg

COLORS = dict(zip(FORMATS, (BLUE, ORANGE, GREEN), strict=True))
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
    return {"assets/oracle.svg": svg(figure, "oracle")}

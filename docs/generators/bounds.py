"""The page of error bounds: what is proved, what honest code does, and what bugs do."""

import json
from pathlib import Path

from ropespec.checks.bounds_measured import (
    FACTOR,
    HEAD_DIM,
    REACHES,
    bound_by_pair,
    bound_by_reach,
)
from ropespec.checks.roundings import (
    EXPONENTIAL_ULPS,
    LOGARITHM_ULPS,
    POWER_ULPS,
    ROUTES,
    TRIGONOMETRIC_ULPS,
)
from ropespec.spec import find
from ropespec.spec.bounds import RAISED_BITS

from .markdown import bullets, formula, page, section, table
from .systems.draw import BLUE, GREEN, GREY, ORANGE, PURPLE, canvas, legend, svg

RECORDED = json.loads((Path(__file__).parent / "bounds.json").read_text(encoding="utf-8"))
DRAWN = 500000.0

LEAD = """\
The tolerances of `ropespec check` are not chosen. Each is a bound that
[chapter H](H.md) proves, for an implementation that forms frequencies, angles and rotation in
float32 and gives its output in its own format. This page puts the bounds beside what honest
code was measured to do, and beside what code does that takes one step in too small a format."""

HOW = """\
Every step below multiplies by factors 1 + δ. [H1](H1.md) counts them: n roundings to a format
with unit roundoff u are off by at most γ(n) = nu / (1 - nu) of the value, and a function that
is accurate to a units in the last place counts as 2a roundings. [H2](H2.md) makes the angle's
error of it, [H3](H3.md) that of a component:"""

TAIL = """\
with r the norm of the pair, A the amplitude, Δ the error of the angle, s the smallest positive
number of the format, and the relative errors of a table, a product and the sum. What is
assumed of an honest implementation is this, and no more (`checks/roundings.py`). The
accuracies are the libraries' own statements, from memory."""

ACCURACIES = (
    f"pow is within {POWER_ULPS} units in the last place, exp within {EXPONENTIAL_ULPS}, log "
    f"within {LOGARITHM_ULPS}, cos and sin within {TRIGONOMETRIC_ULPS}. The loosest statement "
    "counts: CUDA's for pow, NumPy's for exp, for cosine and sine that of SLEEF, which torch "
    "uses on processors."
)

ROUTE = (
    "`{name}`: roundings of the exponent, each counted ln(1/θ) times: {exponent}; roundings "
    "after it: {following}. The worse way counts, pair by pair."
)

FURTHER = f"""\
A power with the exponent 0 is 1, so the frequency of the first pair is exact.
Positions up to 2^24 are exact in float32 ([H4](H4.md)); beyond they are rounded once.
A blend of two frequencies, as in YaRN and Llama 3, has its ramp's error as well ([H8](H8.md)).
Bounds are evaluated in float64 and raised by 2^-{RAISED_BITS}, so as not to come out too low \
([H7](H7.md))."""

CAPTION = f"""\
Left: the largest error over all pairs, for positions up to the one on the axis. Right: pair by
pair at positions up to {REACHES[-1]}. Both in units of u = 2^-24 times the norm of the pair,
for base {DRAWN:.0f} and {HEAD_DIM} channels; the grey line is the bound. The slow pairs, on
the right, turn little and so lose little, although their frequencies are the least accurate."""

MEASURED = """\
Measured with NumPy {numpy} and torch {torch} on {machine}, by
`python -m ropespec.checks.bounds_measured`. The table gives the share of the bound that is
used by the pair and position that use most of it, the least and the largest over
{ranges} ranges of positions. 1 would be the bound. No honest implementation exceeds it, and
none stays below {smallest:.2f} in any range: the bound is less than {factor} times what honest
code does, which a test holds it to. The last column is the constant that a bound without pairs
and exponents would have."""


PLANTED = "Everything else is in float64 here. The base counts where the bug shows least."


def _figure() -> str:
    """Draw bound and measurements over positions and over pairs."""
    figure, (left, right) = canvas(2, width=8.4, height=3.4)
    rows = [row for row in RECORDED["honest"] if row["dtype"] == "float32"]
    rows = [row for row in rows if row["base"] == DRAWN]
    left.plot(REACHES, bound_by_reach(DRAWN, "float32"), color=GREY, label="bound")
    right.plot(bound_by_pair(DRAWN, "float32"), color=GREY, label="bound")
    for row, color in zip(rows, (BLUE, ORANGE, GREEN, PURPLE), strict=True):
        left.plot(REACHES, row["by_reach"], color=color, label=row["name"], lw=1.2)
        right.plot(row["by_pair"], color=color, lw=1.2)
    left.set(xscale="log", yscale="log", xlabel="position", ylabel="error / (u · norm)")
    right.set(yscale="log", xlabel="pair")
    left.set_title("all pairs")
    right.set_title(f"positions up to {REACHES[-1]}")
    legend(left, loc="upper left")
    return svg(figure, "bounds")


def _honest() -> str:
    """Tabulate what share of its bound honest code uses, at each base."""
    bases = sorted({row["base"] for row in RECORDED["honest"]})
    names = dict.fromkeys((row["name"], row["dtype"]) for row in RECORDED["honest"])
    found = {(row["name"], row["dtype"], row["base"]): row for row in RECORDED["honest"]}
    lines = []
    for name, dtype in names:
        own = [found[name, dtype, base] for base in bases]
        constant = f"{max(row['constant'] for row in own):.2f}" if dtype == "float32" else ""
        shares = (f"{min(row['ratios']):.2f} to {max(row['ratios']):.2f}" for row in own)
        lines.append((name, dtype, *shares, constant))
    head = ("computed by", "format", *(f"base {base:.0f}" for base in bases))
    return table((*head, "error / (u (1 + p) r)"), lines)


def _planted() -> str:
    """Tabulate how far beyond its bound a bug is, at the base where it shows least."""
    names = dict.fromkeys(row["name"] for row in RECORDED["planted"])
    lines = []
    for name in names:
        own = [max(row["ratios"]) for row in RECORDED["planted"] if row["name"] == name]
        lines.append((name, f"{min(own):.0f} times"))
    return table(("one step in a small format", "largest error, in bounds"), lines)


def pages() -> dict[str, str]:
    """Write the page and draw its figure."""
    measured = MEASURED.format(
        **RECORDED["environment"],
        ranges=len(REACHES),
        smallest=min(ratio for row in RECORDED["honest"] for ratio in row["ratios"]),
        factor=FACTOR,
    )
    routes = [ROUTE.format(**vars(route)) for route in ROUTES]
    assumed = bullets([ACCURACIES, *routes, *FURTHER.splitlines()])
    image = "![The bound, and errors of honest code below it](figures/bounds.svg)"
    text = page(
        "Error bounds, proved and measured",
        LEAD,
        section("The bound", "\n\n".join((HOW, _formula(), TAIL, assumed))),
        section("Honest code", "\n\n".join((image, CAPTION, measured, _honest()))),
        section("One step in a small format", f"{PLANTED}\n\n{_planted()}"),
    )
    return {"en/spec/bounds.md": text, "en/spec/figures/bounds.svg": _figure()}


def _formula() -> str:
    """Show what H3 proves, from the theorem itself."""
    return formula(find("H3").statement[-1].latex())

"""The pages of variants: one for each law of frequencies, one for several axes, one for forms.

What a page says of the mathematics comes from the objects: the equation from `equations.py`,
which a test computes, the code from the reference's own source, the differences between
libraries from the reference's conventions. Users and disagreements in words are in
`text/laws.toml`.
"""

import difflib
import inspect
import textwrap
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ropespec.checks.links import theorems_of_scaling
from ropespec.reference import RotaryConfig
from ropespec.reference.axes import SCHEMES
from ropespec.reference.axes.schemes import Scheme
from ropespec.reference.scaling import LAWS, LENGTH_RULES, Default, ramps

from .code import name_link
from .equations import EQUATIONS, Equation
from .markdown import MARK, bullets, cell, formula, page, plain, section, table
from .runs import links
from .systems.draw import BLUE, GREY, canvas, svg

TEXTS = Path(__file__).parent / "text"
SAID = tomllib.loads((TEXTS / "laws.toml").read_text(encoding="utf-8"))
MODULES = {"yarn": "yarn_conventions", "dynamic": "dynamic", "longrope": "longrope"}
"""Laws with several readings, and the modules of the package `scaling` that list them."""

WIDE = "---\nhide: [toc]\n---\n\n"
"""Head of a page that needs the room of its table of contents."""

MARKS = """\
Left the equation, in which yellow marks what the [plain form](default.md) does not have. Right
the reference's code; red is the plain form's line, green what stands in its place."""


def _functions(law: type) -> tuple[Callable[..., Any], ...]:
    """List the functions that a law's formula is made of, in the order of reading."""
    module = inspect.getmodule(law)
    names = {
        "ntk": ("ntk_frequencies",),
        "dynamic": ("dynamic_alpha",),
        "ntk-by-parts": ("turns", "ramp", "blend"),
        "yarn": ("correction_dim", "correction_range", "ramp", "blend"),
        "longrope": ("su_magnitude",),
        "llama3": ("turns", "ramp", "blend"),
        "resonance": ("round_wavelengths",),
        "divided": ("_array",),
    }.get(str(vars(law)["rope_type"]), ())
    found = [getattr(module, name, None) or getattr(ramps, name) for name in names]
    own = [vars(law)["frequencies"]]
    if law.__name__ == "Dynamic":
        own = [vars(law)["at_length"]]
    return (*found, *own)


def source(function: Callable[..., Any]) -> str:
    """Return a function's source without its docstring."""
    lines = textwrap.dedent(inspect.getsource(function)).splitlines()
    if function.__doc__:
        marks = [number for number, line in enumerate(lines) if '"""' in line]
        last = marks[0] if lines[marks[0]].count('"""') == 2 else marks[1]
        lines = lines[: marks[0]] + lines[last + 1 :]
    return "\n".join(lines)


def _difference(law: type) -> str:
    """Show the law's code as a change of the plain form's."""
    plain_code = source(Default.frequencies).splitlines()
    code = "\n\n".join(source(function) for function in _functions(law)).splitlines()
    if law is Default:
        return "```python\n" + "\n".join(code) + "\n```"
    told = difflib.unified_diff(plain_code, code, n=99, lineterm="")
    return "```diff\n" + "\n".join(line for line in list(told)[3:]) + "\n```"


def example(equation: Equation, **fields: Any) -> RotaryConfig:
    """Return the configuration of an equation's sample."""
    width, base = equation.head
    layout = "half-idle" if equation.rotary else "half"
    return RotaryConfig(
        head_dim=width, rotary_dim=equation.rotary or width, base=base, layout=layout,
        scaling={**equation.sample, **fields},
    )  # fmt: skip


def in_force(equation: Equation, **fields: Any) -> RotaryConfig:
    """Return the sample's configuration at the length that the sample names."""
    config = example(equation, **fields)
    if equation.length is None:
        return config
    return config.replace(scaling=config.scaling.at_length(equation.length))


def _picture(name: str, equation: Equation) -> tuple[str, str]:
    """Draw by how much each pair is slowed down; return the picture and its text."""
    config = in_force(equation)
    width = equation.rotary or equation.head[0]
    slower = config.replace(scaling=None, rotary_dim=width).inv_freq() / config.inv_freq()
    if name == "proportional":
        usual = RotaryConfig(head_dim=width, base=equation.head[1]).inv_freq()
        slower = usual / config.inv_freq()
    figure, axes = canvas(width=4.6, height=2.2)
    axes.plot(slower, ".", color=BLUE, markersize=5)
    axes.axhline(1.0, color=GREY, lw=0.8)
    axes.set_yscale("log", base=2)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}×")
    axes.set(xlabel="pair", ylabel="slower")
    title = plain(SAID[name]["title"])
    ends = f"pair 0 {slower[0]:.3g} times slower, the last {slower[-1]:.3g} times"
    return svg(figure, name), f"{title}, beside the plain form: {ends}"


def _readings(name: str, equation: Equation) -> str:
    """Compare the readings of one law on its sample: largest difference, and amplitude."""
    if name not in MODULES:
        return ""
    module = import_module(f"ropespec.reference.scaling.{MODULES[name]}")
    first = in_force(equation, **equation.contested)
    rows = []
    for reading, told in module.CONVENTIONS.items():
        config = in_force(equation, **equation.contested, convention=reading)
        off = float(np.max(np.abs(config.inv_freq() / first.inv_freq() - 1)))
        rows.append(
            (f"`{reading}`", plain(told.users), f"{100 * off:.3g} %", f"{config.amplitude:.6g}")
        )
    head = ("`convention`", "Who computes it so", "Off by at most", "Amplitude")
    keys = ", ".join(f"`{key}: {value}`" for key, value in equation.contested.items())
    with_keys = f" with {keys}".replace("False", "false") if keys else ""
    return (
        "The key `convention` says whose reading is meant; the first is the default. The last "
        f"columns are for the example below{with_keys}.\n\n{table(head, rows)}"
    )


def _sample(equation: Equation) -> str:
    """Write the example as code that a test runs."""
    config = in_force(equation)
    frequencies = [
        f"{value:.4g}" for value in config.inv_freq()[[0, len(config.inv_freq()) // 2, -1]]
    ]
    width, base = equation.head
    turning = f', rotary_dim={equation.rotary}, layout="half-idle"' if equation.rotary else ""
    lines = [">>> from ropespec import RotaryConfig", ">>> law = {"]
    for key, value in equation.sample.items():
        lines.append(f"...     {key!r}: {value!r},".replace("'", '"'))
    lines += [
        "... }",
        f">>> config = RotaryConfig({width}, base={base!r}{turning}, scaling=law)",
    ]
    if equation.length is not None:
        lines.append(
            f">>> config = config.replace(scaling=config.scaling.at_length({equation.length}))"
        )
    middle = len(config.inv_freq()) // 2
    lines += [
        f'>>> [f"{{value:.4g}}" for value in config.inv_freq()[[0, {middle}, -1]]]',
        repr(frequencies), ">>> round(config.amplitude, 6)", repr(round(config.amplitude, 6)),
    ]  # fmt: skip
    return "```pycon\n" + "\n".join(lines) + "\n```"


def _law(name: str) -> dict[str, str]:
    """Write the page of one law, and its picture."""
    law, equation, said = LAWS[name], EQUATIONS[name], SAID[name]
    drawn, text = _picture(name, equation)
    beside = (
        '<div class="beside" markdown>\n<div markdown>\n\n'
        f"{formula(equation.tex)}\n\n</div>\n<div markdown>\n\n"
        f"{_difference(law)}\n\n</div>\n</div>"
    )
    facts = {
        "In configurations": f"`rope_type: {name}`",
        "Source": plain(law.source),
        "Code": name_link(f"ropespec.reference.scaling.{law.__name__}"),
        "Theorems": links(theorems_of_scaling(name), "../"),
    }
    about = bullets(f"**{key}:** {value}" for key, value in facts.items())
    readings = _readings(name, equation)
    body = page(
        said["title"],
        f"*{said['question']}*",
        said["says"],
        about,
        "## Definition\n\n" + (f"{MARKS}\n\n" if name != "default" else "") + beside,
        section("Models that use it", bullets(said["users"])),
        section("Known disagreements",
                "\n\n".join(filter(None, (bullets(said["disagreements"]), readings)))),
        section("An example", f"![{text}](figures/{name}.svg)\n\n{_sample(equation)}"),
    )  # fmt: skip
    body = WIDE + body
    return {f"en/spec/variants/{name}.md": body, f"en/spec/variants/figures/{name}.svg": drawn}


def _dealt(scheme: Scheme) -> tuple[str, str]:
    """Draw which axis each pair belongs to; return the picture's name and the picture."""
    config = scheme.config()
    arrangement = config.arrangement
    order = [0] * (config.rotary_dim // 2) if arrangement is None else list(arrangement.axis)
    step = max(4.0, min(14.0, 640 / len(order)))
    cells = "".join(
        f'<rect class="axis{axis}" x="{number * step:.1f}" y="0" width="{step - 1:.1f}" '
        f'height="18"></rect>'
        for number, axis in enumerate(order)
    )
    counts = ", ".join(
        f"{order.count(number)} {name}" for number, name in enumerate(scheme.axes)
    )
    return counts, (
        f'<svg class="dealt" viewBox="0 0 {len(order) * step:.0f} 18" role="img" '
        f'aria-label="Pairs from first to last, coloured by axis: {counts}">{cells}</svg>'
    )


def _scheme(scheme: Scheme) -> str:
    """Write the section of one scheme with several axes."""
    config = scheme.config()
    counts, drawn = _dealt(scheme)
    names = ", ".join(
        f'<span class="axis-name axis{number}">{name}</span>'
        for number, name in enumerate(scheme.axes)
    )
    facts = {
        "Axes": names,
        "Pairs for each axis": f"{counts}, of {config.rotary_dim // 2} in a head of "
        f"{config.head_dim} channels",
        "Layout and base": f"`{scheme.layout}`, {scheme.base:g}",
        "Models that use it": plain(scheme.users),
        "Code": f'`scheme("{scheme.name}").config()`',
    }
    lines = bullets(f"**{key}:** {value}" for key, value in facts.items())
    return f"## {scheme.name} {{ #{_anchor(scheme.name)} }}\n\n{drawn}\n\n{lines}"


def _anchor(name: str) -> str:
    """Return a name that may stand in an address."""
    return name.replace(".", "-")


def _axes() -> str:
    """Write the page of schemes with several axes."""
    text = (TEXTS / "axes.md").read_text(encoding="utf-8")
    sections = "\n\n".join(_scheme(one) for one in SCHEMES.values())
    return f"{text.replace('{schemes}', sections).rstrip()}\n\n{MARK}\n"


def _forms() -> str:
    """Write the page of other forms: the source of each function stands beside its formula."""
    text = (TEXTS / "forms.md").read_text(encoding="utf-8")
    parts = text.split("{{")
    for number, part in enumerate(parts[1:], start=1):
        name, rest = part.split("}}", 1)
        module, _, function = name.strip().rpartition(".")
        code = source(getattr(import_module(f"ropespec.reference.{module}"), function))
        parts[number] = f"```python\n{code}\n```{rest}"
    return f"{''.join(parts).rstrip()}\n\n{MARK}\n"


def _index() -> str:
    """Write the list of variants."""
    laws = [
        (f"[{SAID[name]['title']}]({name}.md)", f"`{name}`", SAID[name]["says"].split(". ")[0])
        for name in LAWS
    ]
    lengths = [(f"`{name}`", plain(rule.users)) for name, rule in LENGTH_RULES.items()]
    schemes = ", ".join(f"[{cell(name)}](axes.md#{_anchor(name)})" for name in SCHEMES)
    text = (TEXTS / "variants.md").read_text(encoding="utf-8").format(
        laws=table(("Law", "`rope_type`", "What it does"), laws),
        lengths=table(("rule", "who"), lengths),
        schemes=schemes,
    )  # fmt: skip
    return f"{text.rstrip()}\n\n{MARK}\n"


def navigation() -> str:
    """Write the lines of mkdocs.yml that list the pages."""
    lines = ["      - Variants:", "          - spec/variants/index.md"]
    lines += [f'          - "{SAID[name]["title"]}": spec/variants/{name}.md' for name in LAWS]
    lines += [
        "          - Several axes: spec/variants/axes.md",
        "          - Heads, factors, distances: spec/variants/forms.md",
    ]
    return "".join(f"{line}\n" for line in lines)


def pages() -> dict[str, str]:
    """Write all of them."""
    laws = {name: text for law in LAWS for name, text in _law(law).items()}
    return {
        "en/spec/variants/index.md": _index(),
        "en/spec/variants/axes.md": _axes(),
        "en/spec/variants/forms.md": _forms(),
        **laws,
    }

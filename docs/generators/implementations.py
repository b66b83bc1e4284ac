"""The pages of implementations, from what the last survey found."""

import json
from functools import cache
from typing import Any

from ropespec.checks.survey import RESULTS
from ropespec.checks.survey.matrix import HEAD, row
from ropespec.checks.survey.measuring import POSITIONS

from .error_maps import CAPTION, heat_map
from .implementation_findings import findings_page, named
from .markdown import bullets, page, plain, section, table

FOLDER = "en/implementations"

LEAD = """\
No two of them agree on everything. Each was called as its users call it, in an environment of
its own with exact versions, and held to the configuration that its authors publish, by
`ropespec survey`. A name leads to its report. [Findings](findings.md) shows each deviation in
a few lines without ropespec."""

READING = """\
- **Bits** are good bits of a turn in the worst pair, at 4096, 32768, 131072 and 1048576: 0 is
  noise. They are told for float32 where it is taken. Half of them and more are lost by any
  angle in float32 that far out ([H2](../spec/H2.md)); the verdict allows for that, and the
  grade *exact* does not.
- **First bad** is the first position beyond the proved bound, in any format; *refuses* is
  where a table ends with an error.
- **Negative** says what becomes of negative positions, though none claims them.
- **Speed** is the processor's time of a call in units of copying what is rotated, measured by
  turns in one process whose allocator keeps its pages: the median, and the middle half of the
  ratios. One processor, 8 heads, 1024 tokens; tables that a call makes and the adapter's own
  steps are included, so that it compares what is called here and not kernels alone. What an
  interpreter runs is not timed.
- **By length**: each call is held to the frequencies of its own length, as the scaling says.
- A dash is what was not judged or not measured; the report says why."""

RUN = """\
Made on {date} with ropespec {spec_version}, level {level}, seed {seed}, Python {python} on
{machine}, by `make survey`. `ropespec survey NAME` makes one row of it again."""


@cache
def found() -> dict[str, Any]:
    """Read what the last survey found."""
    read: dict[str, Any] = json.loads(RESULTS.read_text(encoding="utf-8"))
    return read


def slug(implementation: dict[str, Any]) -> str:
    """Name an implementation's page."""
    return str(implementation["id"]).replace("/", "-")


def navigation() -> str:
    """Write the lines of mkdocs.yml that list the pages."""
    lines = [
        "      - implementations/index.md",
        "      - Findings: implementations/findings.md",
    ]
    for implementation in found()["implementations"]:
        title = json.dumps(implementation["name"], ensure_ascii=False)
        lines.append(f"      - {title}: implementations/{slug(implementation)}.md")
    return "".join(f"{line}\n" for line in lines)


def pages() -> dict[str, str]:
    """Write the pages and draw their figures."""
    files = {
        f"{FOLDER}/index.md": _index(),
        f"{FOLDER}/findings.md": findings_page(found()),
    }
    for implementation in found()["implementations"]:
        name = slug(implementation)
        files[f"{FOLDER}/{name}.md"] = _page(implementation)
        files |= {f"{FOLDER}/figures/{path}": svg for path, svg in _figures(implementation)}
    return files


def _index() -> str:
    """Write the matrix and its surroundings."""
    rows = [
        (f"[{plain(each['name'])}]({slug(each)}.md)", *_cells(each))
        for each in found()["implementations"]
    ]
    run = RUN.format(**found(), **{k: found()["environment"][k] for k in ("python", "machine")})
    missing = [(each["name"], each["missing"]) for each in found()["libraries"]]
    return page(
        "Implementations",
        LEAD,
        table([title.capitalize() for title in HEAD], rows),
        READING,
        run,
        section(
            "Not judged",
            table(
                ("Library", "Why"),
                [(f"`{name}`", plain(why)) for name, why in missing if why],
            ),
        ),
        section("Versions", _versions()),
    )


def _cells(implementation: dict[str, Any]) -> list[str]:
    """Write a row of the matrix; why one was not judged stands on its page."""
    cells = [plain(text) or "-" for text in row(implementation)[1:]]
    report = implementation["report"]
    if report is None or report["error"]:
        return [cell if cell == "not judged" else "-" for cell in cells]
    return cells


def _versions() -> str:
    """Tabulate what was installed."""
    return table(
        ("Library", "Version"),
        [
            (f"`{each['name']}`", each["version"])
            for each in found()["libraries"]
            if not each["missing"]
        ],
    )


def _page(implementation: dict[str, Any]) -> str:
    """Write one implementation's page."""
    report = implementation["report"]
    lines = [
        f"**Held to:** {plain(implementation['source'])}", _configuration(implementation),
    ]  # fmt: skip
    if implementation["note"]:
        lines.append(plain(implementation["note"]))
    if report is None or report["error"]:
        problem = implementation["problem"] or report["error"]
        return page(implementation["name"], *lines, f"It was not judged: {plain(problem)}")
    return page(
        implementation["name"],
        _verdict(implementation),
        *lines,
        section("Matrix", _facts(implementation)),
        section("Phases", _phases(report)),
        section("Laws that failed", _failures(report)),
        section("Noticed", bullets(plain(line) for line in report["noticed"])),
        section("Likely causes", _causes(report)),
        section("Findings", named(found(), implementation["library"])),
        section("Errors by position and pair", _heat(implementation)),
        section("Run it again", _again(implementation)),
    )


def _verdict(implementation: dict[str, Any]) -> str:
    """Say what came of it, in a sentence."""
    report = implementation["report"]
    counts = report["counts"]
    grades = ", ".join(f"{dtype} {grade}" for dtype, grade in report["grades"].items())
    grade = f" ({grades})" if grades else ""
    return (
        f"**{report['verdict'].capitalize()}**{grade}: {counts['passed']} laws passed, "
        f"{counts['failed']} failed, {counts['not_applicable']} do not apply, on "
        f"{counts['executed']} calls."
    )


def _configuration(implementation: dict[str, Any]) -> str:
    """Show the configuration in ropespec's words, without what is the default."""
    config = {key: value for key, value in implementation["config"].items() if value}
    config.pop("arrangement", None)
    text = json.dumps(config, ensure_ascii=False)
    shown = text if len(text) < 600 else f"{text[:600]} …"
    return f"```json\n{shown}\n```"


def _facts(implementation: dict[str, Any]) -> str:
    """Tabulate the implementation's row."""
    rows = zip(HEAD[1:], row(implementation)[1:], strict=True)
    return table(("", ""), [(title.capitalize(), plain(text)) for title, text in rows])


def _phases(report: dict[str, Any]) -> str:
    """Tabulate good bits, the first bad position and negative positions of each format."""
    phases = report["phases"]
    rows = []
    for dtype, each in phases["formats"].items():
        bits = (each["good_bits"][str(place)] for place in POSITIONS)
        cells = ["" if one is None else f"{one:.1f}" for one in bits]
        first = "" if each["first_bad"] is None else str(each["first_bad"])
        end = "" if each["stopped"] is None else str(each["stopped"])
        rows.append((dtype, *cells, first, end, phases["negative"].get(dtype, "")))
    head = ("format", *(f"bits at {place}" for place in POSITIONS))
    return table((*head, "first bad", "refused from", "negative"), rows)


def _failures(report: dict[str, Any]) -> str:
    """Tell of each law that failed why, and show the lines that reproduce it."""
    parts = []
    for law in report["laws"]:
        if law["status"] not in {"fail", "error"}:
            continue
        head = f"### [`{law['id']}`](../check/laws.md#{law['id']}) ({law['level']})"
        parts.append(f"{head}\n\n{plain(law['reason'])}")
        if law["reproduce"]:
            parts.append(f"```python\n{law['reproduce'].strip()}\n```")
    return "\n\n".join(parts)


def _causes(report: dict[str, Any]) -> str:
    """List the known bugs that explain a failure."""
    return bullets(
        f"[`{each['bug']}`](../check/bugs.md#{each['bug']}): {plain(str(each['evidence']))}"
        for each in report["diagnosis"][:3]
    )


def _heat(implementation: dict[str, Any]) -> str:
    """Show the heat maps."""
    images = [
        f"![Errors in {dtype} by position and pair](figures/{path})"
        for dtype, path in _drawn(implementation)
    ]
    return "\n\n".join([*images, CAPTION]) if images else ""


def _drawn(implementation: dict[str, Any]) -> list[tuple[str, str]]:
    """List formats and files of the heat maps: the first and the last format."""
    heat = (implementation["report"] or {}).get("heat")
    if not heat:
        return []
    formats = list(heat["steps"])
    chosen = dict.fromkeys((formats[0], formats[-1]))
    return [(dtype, f"{slug(implementation)}-{dtype}.svg") for dtype in chosen]


def _figures(implementation: dict[str, Any]) -> list[tuple[str, str]]:
    """Draw the heat maps."""
    return [
        (path, heat_map(implementation["report"]["heat"], dtype))
        for dtype, path in _drawn(implementation)
    ]


def _again(implementation: dict[str, Any]) -> str:
    """Show the command."""
    return f"```sh\nropespec survey --fresh {implementation['id']}\n```"

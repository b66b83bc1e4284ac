"""The generated pages of the specification: links, picture, corrections, what is cited."""

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from ropespec.checks.laws import LAWS
from ropespec.spec import chapters, prove, theorems
from ropespec.spec.cited import CITED, facts_in

ROOT = Path(__file__).resolve().parents[2]
SPEC = ROOT / "spec"


@pytest.fixture(scope="module")
def generators(generator: Callable[[str], ModuleType]) -> dict[str, ModuleType]:
    names = ("bugs", "code", "dependencies", "laws", "proofs", "theorems")
    return {name: generator(name) for name in names}


@pytest.fixture(scope="module")
def pages(generators: dict[str, ModuleType]) -> dict[str, str]:
    return {
        name: text for module in generators.values() for name, text in module.pages().items()
    }


@pytest.mark.parametrize("theorem", theorems(), ids=lambda one: one.id)
def test_a_theorem_page_leads_to_everything_around_it(pages, generators, theorem) -> None:
    page = pages[f"en/spec/{theorem.id}.md"]
    links = generators["theorems"]
    for other in (*theorem.depends, *links.used_by(theorem)):
        assert f"[{other}]({other}.md)" in page
    for law in links.laws_of(theorem):
        assert f"../check/laws.md#{law.id})" in page
        assert f"(../spec/{theorem.id}.md)" in pages["en/check/laws.md"]
    for slug, _ in theorem.not_implied:
        assert f"../check/bugs/{slug}.md)" in page
        assert f"(../../spec/{theorem.id}.md)" in pages[f"en/check/bugs/{slug}.md"]
    for name in links.CODE.get(theorem.id, ()):
        assert f"][{name}]" in page
        assert f"][{name}]" in pages["en/reference/theorems.md"]


def test_the_signs_of_a_reason_are_no_markdown(pages: dict[str, str]) -> None:
    h3 = pages["en/spec/H3.md"]
    assert r"rhs - lhs = (-c\*y\_1 + s\*x\_1)\*\*2" in h3
    reasons = re.findall(
        r"^ {4}Proved by \*[^*]*\*: (.*)$", "".join(pages.values()), re.MULTILINE
    )
    assert len(reasons) == sum(len(theorem.proof) for theorem in theorems())
    assert not [text for text in reasons if re.search(r"(?<!\\)[*_]", text)]


def test_every_law_is_on_its_page(pages: dict[str, str]) -> None:
    assert all(f"{{ #{law.id} }}" in pages["en/check/laws.md"] for law in LAWS)


def test_a_correction_stands_in_a_box_above_the_proof(pages: dict[str, str]) -> None:
    corrected = [theorem for theorem in theorems() if theorem.correction]
    assert corrected
    for theorem in theorems():
        page = pages[f"en/spec/{theorem.id}.md"]
        assert ("!!! warning" in page) == bool(theorem.correction)
        assert "!!! warning" not in page.split("## Proof")[1]


@pytest.mark.parametrize("chapter", chapters(), ids=lambda one: one.letter)
def test_a_chapter_opens_with_its_words_and_a_table_of_results(pages, chapter) -> None:
    page = pages[f"en/spec/{chapter.letter}.md"]
    opening, table = page.split("\n\n")[1:3]
    assert opening == chapter.intro
    rows = table.splitlines()[2:]
    assert [row.split("]")[0].removeprefix("| [") for row in rows] == [
        theorem.id for theorem in chapter.theorems
    ]
    assert all("<span class='proved'>" in row for row in rows)


def test_a_status_is_the_runs_own_word(generators) -> None:
    result = prove("A1").results[0]
    assert "proved" in generators["theorems"].status(result)
    failed = type(result)(**{**vars(result), "steps": ()})
    assert generators["theorems"].status(failed) == "<span class='undecided'>Undecided</span>"


def test_the_picture_has_each_theorem_and_each_arrow_once(pages) -> None:
    picture = pages["snippets/theorems.svg.html"]
    for theorem in theorems():
        assert picture.count(f'<a href="{theorem.id}.html"') == 1
    drawn = re.findall(r'<path class="at-(\w+) at-(\w+)"', picture)
    wanted = [(needed, one.id) for one in theorems() for needed in one.depends]
    assert sorted(drawn) == sorted(wanted)
    assert len(set(drawn)) == len(drawn)
    assert "\n\n" not in picture.split("</div>")[0], "an empty line ends a block of HTML"


def test_no_box_of_the_picture_covers_another(pages) -> None:
    corners = re.findall(
        r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"',
        "".join(pages["snippets/theorems.svg.html"]),
    )
    boxes = [tuple(map(int, corner)) for corner in corners]
    for number, (x, y, width, height) in enumerate(boxes):
        for to_x, to_y, *_ in boxes[number + 1 :]:
            assert abs(x - to_x) >= width or abs(y - to_y) >= height


def test_whatever_a_proof_calls_cited_is_in_the_table() -> None:
    texts = [
        text
        for theorem in theorems()
        for text in (theorem.meaning, *(step.text for step in theorem.proof))
    ]
    texts += [step.verdict.reason for one in prove().results for step in one.steps]
    cited = [text for text in texts if "cited" in text.lower()]
    assert cited
    assert not [text for text in cited if not facts_in(text)]


@pytest.mark.parametrize(
    "path",
    sorted([*SPEC.glob("kernel/*.py"), *SPEC.glob("recheck/*.py")]),
    ids=lambda p: p.stem,
)
def test_the_table_names_the_modules_that_cite(path: Path) -> None:
    text = " ".join(path.read_text(encoding="utf-8").split())
    name = f"{path.parent.name}.{path.stem}"
    assert [fact.name for fact in facts_in(text)] == [
        fact.name for fact in CITED if name in fact.modules
    ]
    assert facts_in(text) or "cited" not in text.lower()


def test_every_cited_fact_is_on_the_page_with_its_use(pages: dict[str, str]) -> None:
    page = pages["en/spec/cited.md"]
    for fact in CITED:
        section = page.split(f"## {fact.name}\n")[1].split("\n## ")[0]
        assert fact.statement in section
        assert all(f"spec/{name.replace('.', '/')}.py" in section for name in fact.modules)
        assert "In:" in section or "proofs of" in section, "nothing uses it"


def test_the_page_on_checking_has_the_figures_of_the_run(pages: dict[str, str]) -> None:
    page = pages["en/spec/checked.md"]
    steps = sum(len(theorem.proof) for theorem in theorems())
    assert f"{len(theorems())} of {len(theorems())} theorems proved, in {steps} steps" in page
    assert "certificate.schema.json" in page
    assert re.search(r"rechecked: \d+ identities", page)
    assert "seconds" not in page

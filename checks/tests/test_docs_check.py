"""The pages of known bugs, the kill matrix, variants and schemas say what the objects say."""

import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import jsonschema
import numpy as np
import pytest

from ropespec.checks.bugs import BUGS
from ropespec.checks.corpus import honest, planted
from ropespec.checks.corpus.sources import REPORTS
from ropespec.checks.laws import LAWS
from ropespec.reference.axes import SCHEMES
from ropespec.reference.scaling import LAWS as SCALINGS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def generators(generator: Callable[[str], ModuleType]) -> dict[str, ModuleType]:
    names = ("bugs", "equations", "exhibits", "kill_matrix", "schemas", "variants")
    return {name: generator(name) for name in names}


@pytest.fixture(scope="module")
def bug_pages(generators: dict[str, ModuleType]) -> dict[str, str]:
    return dict(generators["bugs"].pages())


@pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.slug)
def test_a_bugs_page_answers_four_questions(bug, bug_pages) -> None:
    page = bug_pages[f"en/check/bugs/{bug.slug}.md"]
    for part in ("looks like", "reveals it", "was found in public projects", "mend it"):
        assert re.search(rf"^## .*{part}$", page, re.MULTILINE)
    assert bug.fix in page
    assert bug.reveals in page
    assert bug.description in page
    for law in LAWS:
        assert (f"../laws.md#{law.id})" in page) == (bug.slug in law.kills)
    for thread, _ in bug.links:
        assert f"[{thread}]" in page
    assert f'<span id="{bug.slug}"></span>' in bug_pages["en/check/bugs.md"]


def test_every_report_with_a_planted_bug_is_on_the_bugs_page(bug_pages, generators) -> None:
    found = generators["bugs"].FOUND
    assert set(found) == {report.number for report in REPORTS}
    bug_of = {entry.name: entry.bug for entry in planted(slow=True)}
    for report in REPORTS:
        for name in report.planted:
            page = bug_pages[f"en/check/bugs/{bug_of[name]}.md"]
            assert f"[{report.thread}]({found[report.number]['address']})" in page
        number = report.thread.split("#")[1]
        assert found[report.number]["address"].endswith(f"/{number}")


def test_the_recorded_matrix_is_of_this_corpus(generators) -> None:
    run = generators["kill_matrix"].run()
    now = {entry.name: entry.bug for entry in planted()}
    assert {one["name"]: one["bug"] for one in run["planted"]} == now
    assert {one["name"] for one in run["honest"]} == {entry.name for entry in honest()}
    known = {law.id for law in LAWS}
    for one in run["planted"]:
        assert one["killed_by"] or one["verdict"] == "conformant-up-to-basis"
        assert set(one["killed_by"]) <= known
        assert one["verdict"] in ("nonconformant", "conformant-up-to-basis")
    assert {one["verdict"] for one in run["honest"]} == {"conformant"}


def test_the_matrix_shows_each_kill(generators) -> None:
    kills = [
        law for one in generators["kill_matrix"].run()["planted"] for law in one["killed_by"]
    ]
    for page in generators["kill_matrix"].pages().values():
        assert page.count("●") == len(kills)


def test_an_exhibit_is_what_the_planted_bug_does(generators) -> None:
    exhibits = generators["exhibits"]
    recorded = exhibits.recorded()
    assert len(recorded) > 40
    by_name = {entry.name: entry for entry in planted()}
    for slug in ("wrong-base", "table-clamps", "sign-flipped"):
        entry = by_name[recorded[slug]["planted"]]
        assert entry.bug == slug
        now = np.array([list(row) for row in exhibits.measured(entry)], dtype=int)
        then = np.array([list(row) for row in recorded[slug]["shades"]], dtype=int)
        assert np.abs(now - then).max() <= 1
        assert (now == then).mean() > 0.95


@pytest.mark.parametrize("name", SCALINGS)
def test_an_equation_gives_the_references_frequencies(name: str, generators) -> None:
    equation = generators["equations"].EQUATIONS[name]
    want = generators["variants"].in_force(equation).inv_freq()
    np.testing.assert_allclose(equation.frequencies(), want, rtol=1e-14, atol=0)


def test_a_wrong_equation_would_be_seen(generators) -> None:
    equations = generators["equations"]
    right = equations.EQUATIONS["llama3"]
    wrong = dataclasses.replace(right, values={**right.values, equations.f_high: 5})
    want = generators["variants"].in_force(right).inv_freq()
    assert not np.allclose(wrong.frequencies(), want, rtol=1e-3, atol=0)


def test_every_variant_has_its_page_or_section(generators) -> None:
    pages = generators["variants"].pages()
    for name in SCALINGS:
        page = pages[f"en/spec/variants/{name}.md"]
        for head in ("Definition", "Models that use it", "Known disagreements", "An example"):
            assert f"## {head}\n" in page
        marked = "colorbox" in page
        assert marked == (name != "default"), "only the plain form has nothing new"
    axes = pages["en/spec/variants/axes.md"]
    assert all(f"\n## {name} {{ #" in axes for name in SCHEMES)
    assert set(generators["variants"].SAID) == set(SCALINGS)


def test_the_schemas_of_the_site_are_those_of_the_package(generators) -> None:
    pages = generators["schemas"].pages()
    kinds = generators["schemas"].WRITTEN
    for kind, (_, package, _) in kinds.items():
        schema = json.loads(pages[f"assets/schemas/{kind}.schema.json"])
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema == generators["schemas"].read(package)
        assert f"assets/schemas/{kind}.schema.json" in pages["en/reference/schemas.md"]
    keys = generators["schemas"].read("ropespec.checks.report")["properties"]
    assert all(f"| `{key}`" in pages["en/reference/schemas.md"] for key in keys)

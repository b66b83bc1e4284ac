"""The Turkish pages say what the English ones say: headings, links, code, figures, formulas."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath
from posixpath import normpath
from types import ModuleType

import pytest
from markdown.extensions.toc import slugify  # type: ignore[import-untyped]

DOCS = Path(__file__).resolve().parents[2] / "docs"
ENGLISH, TURKISH = DOCS / "en", DOCS / "tr"
TRANSLATED = ("laws", "bugs", "kill_matrix")
"""Generators that write their pages in every language."""

FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.*?)(?: \{#([\w-]+)\})?$", re.MULTILINE)
LINK = re.compile(r"\]\(([^)#\s]*)(#[\w-]+)?\)")
FIGURE = re.compile(r'^--8<-- "([\w/-]+)\.(en|tr)\.html"$', re.MULTILINE)
SWITCH = re.compile(r'<a href="([^"]+)" hreflang="(en|tr)" class="md-select__link">')
ADDRESS = re.compile(r'<(?:a href|span id)="([^"]+)"')
DISPLAYED = re.compile(r"^\$\$$(.*?)^\$\$$", re.MULTILINE | re.DOTALL)


def paired() -> list[str]:
    """Name the pages that Turkish readers have too."""
    found = [ENGLISH / "index.md", *ENGLISH.glob("learn/*.md"), *ENGLISH.glob("check/**/*.md")]
    return sorted(path.relative_to(ENGLISH).as_posix() for path in found)


def prose(text: str) -> str:
    """Return a page without its blocks of code."""
    return FENCED.sub("", text)


def headings(text: str) -> list[tuple[int, str]]:
    """Return level and anchor of each heading; the page's own title needs no anchor."""
    found = []
    for marks, title, anchor in HEADING.findall(prose(text)):
        named = anchor or slugify(title.replace("`", ""), "-")
        found.append((len(marks), named if len(marks) > 1 else ""))
    return found


def links(text: str, page: str, language: str) -> Counter[str]:
    """Count the pages that a page leads to, each by its name without a language."""
    folder = PurePosixPath(language) / PurePosixPath(page).parent
    found: Counter[str] = Counter()
    for target, anchor in LINK.findall(prose(text)):
        if "://" in target:
            found[target + anchor] += 1
            continue
        place = normpath(folder / target) if target else f"{language}/{page}"
        spoken, _, name = place.partition("/")
        expected = language if (DOCS / language / name).is_file() else "en"
        assert spoken == expected, f"{page} leads to {place}, which is in {expected} too"
        assert (DOCS / place).is_file(), f"{page} leads to {place}, which is not there"
        found[name + anchor] += 1
    return found


def formulas(text: str) -> list[str]:
    """Return the displayed formulas; words in them and the stop after them may differ."""
    plain = (re.sub(r"\\text\{[^}]*\}", "", found) for found in DISPLAYED.findall(text))
    return ["".join(found.split()).rstrip(".,") for found in plain]


def rows(text: str) -> tuple[int, int, int]:
    """Count rows of tables, items of lists, and terms that are explained."""
    starts = (r"^\|", r"^- ", r"^:   ")
    counted = [len(re.findall(start, prose(text), re.MULTILINE)) for start in starts]
    return counted[0], counted[1], counted[2]


def differences(english: str, turkish: str, page: str) -> list[str]:
    """Name what a Turkish page has otherwise than the English one."""
    pairs = {
        "headings": (headings(english), headings(turkish)),
        "links": (links(english, page, "en"), links(turkish, page, "tr")),
        "addresses": (ADDRESS.findall(english), ADDRESS.findall(turkish)),
        "code": (FENCED.findall(english), FENCED.findall(turkish)),
        "formulas": (formulas(english), formulas(turkish)),
        "rows": (rows(english), rows(turkish)),
        "figures": (
            [(name, "tr") for name, _ in FIGURE.findall(english)],
            FIGURE.findall(turkish),
        ),
    }
    return [
        f"{page}: {what} in English {alone(mine, other)}, in Turkish {alone(other, mine)}"
        for what, (mine, other) in pairs.items()
        if mine != other
    ]


def alone(found: Iterable[object], beside: Iterable[object]) -> list[object]:
    """Return what one page has and the other has not; all of it where the order differs."""
    return [each for each in found if each not in list(beside)] or list(found)


def both(page: str) -> tuple[str, str]:
    english, turkish = (folder / page for folder in (ENGLISH, TURKISH))
    return english.read_text(encoding="utf-8"), turkish.read_text(encoding="utf-8")


def test_turkish_readers_have_home_learn_and_check_and_no_other_page() -> None:
    turkish = {path.relative_to(TURKISH).as_posix() for path in TURKISH.rglob("*.md")}
    assert turkish == set(paired())


@pytest.mark.parametrize("page", paired())
def test_both_languages_have_the_same_headings_links_and_code(page: str) -> None:
    assert not differences(*both(page), page)


@pytest.mark.parametrize(
    ("page", "there", "instead", "what"),
    [
        ("check/index.md", "## Kurulum {#install}", "### Kurulum {#install}", "headings"),
        ("check/index.md", "{#install}", "{#kurulum}", "headings"),
        ("learn/order.md", "../../en/spec/C6.md", "../../en/spec/C5.md", "links"),
        ("learn/order.md", "](absolute.md)", "]", "links"),
        ("learn/order.md", "first[1], second[4]", "first[1], second[1]", "code"),
        ("learn/plane.md", r"-\sin\varphi\\ \sin", r"\sin\varphi\\ -\sin", "formulas"),
        ("learn/plane.md", "plane.tr.html", "plane.en.html", "figures"),
        ("learn/decay.md", "\n- Rastgele", "\nRastgele", "rows"),
        ("check/bugs.md", "{#pairing}", "{#cift-kurma}", "headings"),
        ("check/bugs.md", 'id="wrong-base"', 'id="yanlis-taban"', "addresses"),
        ("check/bugs/prints.md", "--law quiet", "--law sessiz", "code"),
        ("check/kill-matrix.md", "laws.html#norm", "laws.html#inverse", "addresses"),
        ("check/laws.md", "en/spec/B4.md", "en/spec/B5.md", "links"),
    ],
)
def test_a_slip_of_a_translation_is_seen(
    page: str, there: str, instead: str, what: str
) -> None:
    english, turkish = both(page)
    assert there in turkish
    before = differences(english, turkish, page)
    after = differences(english, turkish.replace(there, instead, 1), page)
    (found,) = [each for each in after if each not in before]
    assert found.startswith(f"{page}: {what} ")


@pytest.fixture(scope="module")
def languages(generator: Callable[[str], ModuleType]) -> ModuleType:
    """The catalogue of sentences, after all pages that are made of it asked for theirs."""
    for name in TRANSLATED:
        generator(name).pages()
    found = generator("languages")
    assert len(found.TURKISH.asked) > 600
    return found


def test_every_sentence_of_a_generated_page_has_its_turkish(languages: ModuleType) -> None:
    assert not languages.untranslated(languages.TURKISH.merged())
    committed = languages.CATALOGUE.read_text(encoding="utf-8")
    assert languages.written(languages.TURKISH.merged()) == committed, "docs/generate.py"


KEPT = {
    "code": re.compile(r"`[^`]*`"),
    "names": re.compile(r"[A-Za-z]\w*_\w+"),
    "numbers": re.compile(r"\d+(?:\.\d+)?"),
    "blanks": re.compile(r"\{\w+\}"),
    "links": re.compile(r"\]\(([^)]*)\)"),
}
"""What a translated sentence has as the English one has it."""


def unlike(english: str, turkish: str) -> list[str]:
    """Name what is not the same in a sentence and in its translation."""
    return [
        what
        for what, kind in KEPT.items()
        if sorted(kind.findall(english)) != sorted(kind.findall(turkish))
    ]


def test_translations_keep_numbers_and_names(languages: ModuleType) -> None:
    said = [(one.id, one.string) for one in languages.TURKISH.catalogue if one.id]
    assert not [(pair, found) for pair in said if (found := unlike(*pair))]
    assert unlike("`a_b` {n} [x](y) 1.5", "`a_c` {m} [x](z) 15") == list(KEPT)


def test_english_that_changes_loses_its_turkish(languages: ModuleType) -> None:
    catalogue = languages.Catalog(locale="tr")
    for english, turkish in (("Pairs turn.", "Çiftler döner."), ("Old.", "Eski.")):
        catalogue.add(english, turkish)
    say = languages.Language("tr", catalogue)
    assert say("Pairs turn.\n\n```text\ncode\n```") == "Çiftler döner.\n\n```text\ncode\n```"
    assert say("Pairs  turn.") == "Çiftler döner."
    assert languages.untranslated(say.merged()) == []

    changed = languages.Language("tr", catalogue)
    assert changed("Some pairs turn.") == "Some pairs turn."
    assert changed("Nothing is like this.") == "Nothing is like this."
    merged = changed.merged()
    assert merged["Some pairs turn."].string == "Çiftler döner."
    assert languages.untranslated(merged) == ["Some pairs turn.", "Nothing is like this."]
    assert "Old." not in languages.written(merged)
    again = languages.Language("tr", merged)
    assert again("Some pairs turn.") == "Some pairs turn.", "nobody has looked it through"


def test_turkish_headings_keep_their_anchors_and_capitals(languages: ModuleType) -> None:
    catalogue = languages.Catalog(locale="tr")
    catalogue.add("What it looks like", "ilk bakışta")
    say = languages.Language("tr", catalogue)
    assert say.title("What it looks like") == "ilk bakışta {#what-it-looks-like}"
    assert say.capital("What it looks like") == "İlk bakışta"
    assert say.english("../../spec/") == "../../../en/spec/"
    assert languages.ENGLISH.title("What it looks like") == "What it looks like"
    assert languages.ENGLISH.english("../../spec/") == "../../spec/"


def test_a_link_to_the_other_language_is_refused_where_the_page_is_translated() -> None:
    with pytest.raises(AssertionError, match=r"which is in tr too"):
        links("[Kodunuzu sınayın](../../en/check/index.md)", "learn/order.md", "tr")


def test_the_language_switch_stays_on_the_page_or_leads_home(site: Path) -> None:
    built = {path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"404.html"}
    assert {"tr/learn/plane.html", "learn/plane.html", "spec/B2.html"} <= built
    for place in built:
        name = place.removeprefix("tr/")
        page = (site / place).read_text(encoding="utf-8")
        leads = {
            language: normpath(PurePosixPath(place).parent / link)
            for link, language in SWITCH.findall(page)
        }
        assert leads == {
            "en": name if name in built else "index.html",
            "tr": f"tr/{name}" if f"tr/{name}" in built else "tr/index.html",
        }, place


def test_the_themes_own_words_are_turkish_too(site: Path) -> None:
    titles = [
        set(re.findall(r'<label class="md-header__button[^>]* title="([^"]+)"', page))
        for page in (
            (site / name).read_text("utf-8") for name in ("index.html", "tr/index.html")
        )
    ]
    assert "Switch to dark" in titles[0]
    assert "Koyu renklere geç" in titles[1]
    assert not titles[0] & titles[1]


def test_turkish_words_are_in_the_search_index(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert {"en", "tr"} <= set(index["config"]["lang"])
    found = {each["location"] for each in index["docs"] if "döndürme" in each["text"].lower()}
    assert "tr/learn/values.html" in found
    assert all(place.startswith("tr/") for place in found)
    bugs = {each["location"] for each in index["docs"] if "ekilmiş" in each["text"].lower()}
    assert "tr/check/bugs/wrong-base.html#what-it-looks-like" in bugs

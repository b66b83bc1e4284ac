"""The site: it builds, asks no other host, and its links, formulas and figure work."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node")
EXTERNAL = re.compile(r"(https?:)?//", re.IGNORECASE)


class Page(HTMLParser):
    """What a built page links to, loads, and typesets."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.anchors = {""}
        self.links: list[str] = []
        self.loads: list[str] = []
        self.formulas: list[str] = []
        self.classes: set[str] = set()
        self._typeset = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        self.classes.update(classes)
        self.anchors.update(value for name, value in given.items() if name in ("id", "name"))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") not in (
            "alternate",
            "canonical",
            "prev",
            "next",
        ):
            self.loads.append(given["href"])
        self.loads += [
            given[name] for name in ("src", "srcset", "poster", "data") if name in given
        ]
        if "arithmatex" in classes:
            self._typeset = True
            self.formulas.append("")

    def handle_data(self, data: str) -> None:
        if self._typeset:
            self.formulas[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._typeset = self._typeset and tag not in ("div", "span")


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    found = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    assert len(found) > 20
    return found


@pytest.mark.slow  # `make docs` asks the same
def test_committed_pages_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "docs/generate.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr


def test_no_page_loads_from_another_host(site: Path, pages: dict[Path, Page]) -> None:
    loads = {url for page in pages.values() for url in page.loads}
    assert loads
    assert not [url for url in loads if EXTERNAL.match(url)]
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        urls = re.findall(r"(?:url\(|@import(?!\s*url))\s*['\"]?([^'\")]+)", text)
        assert not [url for url in urls if EXTERNAL.match(url)], sheet
    # The theme fetches mermaid from another host on a page that has a diagram of its kind.
    assert not [path for path, page in pages.items() if "mermaid" in page.classes]


def test_every_internal_link_resolves(site: Path, pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for url in [*page.links, *page.loads]:
            parts = urlsplit(url)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            known = pages.get(target)
            missing = known is not None and unquote(parts.fragment) not in known.anchors
            if missing or not target.is_file():
                broken.append(f"{path.relative_to(site)}: {url}")
    assert not broken


def test_a_page_names_its_file_and_leads_to_its_editing(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = (site / "tr/learn/plane.html").read_text(encoding="utf-8")
    assert '<p class="origin">Bu sayfa: <code>docs/tr/learn/plane.md</code>.' in written
    generated = (site / "spec/B2.html").read_text(encoding="utf-8")
    assert "<code>docs/en/spec/B2.md</code> (it is written by docs/generate.py)" in generated

    spec = spec_from_file_location("hooks", ROOT / "docs" / "hooks.py")
    assert spec is not None
    assert spec.loader is not None
    hooks = module_from_spec(spec)
    monkeypatch.setenv("ROPESPEC_REPOSITORY", "https://host.example/us/ropespec/")
    spec.loader.exec_module(hooks)

    def origin(name: str) -> str:
        file = SimpleNamespace(abs_src_path=str(ROOT / "docs" / name))
        return str(hooks.origin(SimpleNamespace(file=file), name[:2]))

    link = "https://host.example/us/ropespec/edit/main/docs/en/learn/plane.md"
    assert f'<a rel="edit" href="{link}">edit it</a>' in origin("en/learn/plane.md")
    assert ">düzenleyin</a>" in origin("tr/learn/plane.md")
    assert "<a " not in origin("en/spec/B2.md"), "what is edited there would be overwritten"


def test_the_page_for_a_wrong_address_works_at_any_depth(pages: dict[Path, Page]) -> None:
    (path,) = [path for path in pages if path.name == "404.html"]
    assert 'lang="en"' in path.read_text(encoding="utf-8")
    assert pages[path].loads == ["data:,"]  # or the browser asks the server for an icon
    assert all(EXTERNAL.match(url) for url in pages[path].links)


def test_search_finds_both_languages_with_and_without_a_server(site: Path) -> None:
    served = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    opened = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    assert opened == f"var __index = {served}"
    places = [entry["location"] for entry in json.loads(served)["docs"]]
    assert {"tr/index.html", "index.html", "check/bugs/wrong-base.html"} <= set(places)


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_every_formula_is_good_tex(pages: dict[Path, Page], tmp_path: Path) -> None:
    formulas = sorted({text for page in pages.values() for text in page.formulas})
    assert len(formulas) > 50
    (tmp_path / "formulas.json").write_text(json.dumps(formulas), encoding="utf-8")
    program = """
      const [library, list] = process.argv.slice(1);
      const katex = require(library);
      for (const text of require(list)) {
        const tex = text.trim();
        const display = { displayMode: tex.startsWith("\\\\[") };
        const strict = { throwOnError: true, strict: "error", ...display };
        try { katex.renderToString(tex.slice(2, -2), strict); }
        catch (error) { console.log(text + " -> " + error.message); }
      }"""
    library = ROOT / "docs" / "assets" / "katex" / "katex.min.js"
    assert NODE is not None
    done = subprocess.run(  # noqa: S603
        [NODE, "-e", program, str(library), str(tmp_path / "formulas.json")],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == ""

"""The site: it builds, asks no other host, and its links, formulas and figure work."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE = shutil.which("node")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
EXTERNAL = re.compile(r"(https?:)?//", re.IGNORECASE)

pytestmark = pytest.mark.slow


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


def test_the_page_for_a_wrong_address_works_at_any_depth(pages: dict[Path, Page]) -> None:
    (path,) = [path for path in pages if path.name == "404.html"]
    assert 'lang="en"' in path.read_text(encoding="utf-8")
    assert not pages[path].loads
    assert all(EXTERNAL.match(url) for url in pages[path].links)


def test_search_finds_both_languages_with_and_without_a_server(site: Path) -> None:
    served = (site / "search" / "search_index.json").read_text(encoding="utf-8")
    opened = (site / "search" / "search_index.js").read_text(encoding="utf-8")
    assert opened == f"var __index = {served}"
    places = [entry["location"] for entry in json.loads(served)["docs"]]
    assert {"tr/index.html", "index.html", "check/bugs.html#wrong-base"} <= set(places)


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


ACT = """<script>
  const said = [];
  const look = () => said.push([
    ...["distance", "score", "said"].map((name) =>
      document.querySelector(".plane-" + name).textContent)]);
  const drag = (selector, right) => {
    const grip = document.querySelector(selector);
    grip.setPointerCapture = () => {};
    const box = grip.getBoundingClientRect();
    const at = (x) => ({ bubbles: true, pointerId: 1, clientY: box.y + box.height / 2,
                         clientX: box.x + box.width / 2 + x });
    grip.dispatchEvent(new PointerEvent("pointerdown", at(0)));
    grip.dispatchEvent(new PointerEvent("pointermove", at(right)));
    grip.dispatchEvent(new PointerEvent("lostpointercapture", at(right)));
    look();
  };
  const press = (selector, key) => {
    document.querySelector(selector)
      .dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    look();
  };
  look();
  drag(".plane-handle-both", 60);
  drag(".plane-handle-m", 60);
  press(".plane-handle-n", "ArrowLeft");
  press(".plane-handle-both", "ArrowLeft");
  drag(".plane-q .plane-grip", -60);
  const out = document.createElement("pre");
  out.id = "heard";
  out.textContent = JSON.stringify(said);
  document.body.append(out);
</script></body>"""


def shown(page: Path, profile: Path) -> str:
    """The page as a browser has it after its scripts ran."""
    assert CHROMIUM is not None
    options = [
        "headless",
        "no-sandbox",
        "disable-gpu",
        "no-first-run",
        "disable-quic",
        "dump-dom",
    ]
    options += ["disable-background-networking", "disable-component-update", "disable-sync"]
    options += [f"user-data-dir={profile}", "window-size=1280,900"]
    done = subprocess.run(  # noqa: S603
        [CHROMIUM, *(f"--{option}" for option in options), page.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


@needs_chromium
def test_formulas_are_typeset_in_a_browser(site: Path, tmp_path: Path) -> None:
    html = shown(site / "spec" / "B2.html", tmp_path)
    assert html.count('class="katex-html"') == html.count('class="arithmatex"') > 5
    assert "katex-error" not in html


@needs_chromium
def test_the_plane_answers_to_drags_and_keys(site: Path, tmp_path: Path) -> None:
    page = site / "acted.html"
    html = (site / "index.html").read_text(encoding="utf-8")
    page.write_text(html.replace("</body>", ACT), encoding="utf-8")
    heard = re.search(r'<pre id="heard">(.*?)</pre>', shown(page, tmp_path), re.DOTALL)
    page.unlink()
    assert heard is not None
    start, both, m, n, keyed, turned = json.loads(heard[1])
    assert both[:2] == start[:2], "moving both changed the score"
    assert "still" in both[2]
    assert m[0] != both[0]
    assert m[1] != both[1]
    assert "Only the query" in m[2]
    assert int(n[0].replace("−", "-")) == int(m[0].replace("−", "-")) - 1
    assert "Only the key" in n[2]
    assert keyed[:2] == n[:2], "moving both by a key changed the score"
    assert turned[1] != keyed[1]

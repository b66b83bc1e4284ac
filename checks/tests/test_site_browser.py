"""Every page of the site in a real browser: narrow and wide, light and dark.

Each page is loaded once. Refused are messages in the console, requests that fail or leave the
site, unrendered TeX, and what is wider than 360 px. What costs more is told of fewer pages:

- 1440 px of every page but those that a generator writes by the dozen from one template;
- axe-core, light, and its contrast, dark, of pages chosen so that together they have every
  kind of element of the site, these 1440 px wide too;
- of the Turkish pages of bugs one in ten is loaded: they have the elements of the English ones,
  which `test_docs_languages.py` sees to, and `test_docs.py` follows the links of all.

`make slow` loads every page, and has axe-core look at it, at both widths.
"""

import asyncio
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

async_api = pytest.importorskip("playwright.async_api")
axe_core_python = pytest.importorskip("axe_core_python")

AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
NARROW, WIDE = {"width": 360, "height": 800}, {"width": 1440, "height": 900}
TABS = 2
FRUGAL = ("--in-process-gpu", "--disable-software-rasterizer", "--disable-extensions")
SIBLINGS = re.compile(
    r"(spec/[A-H]\d+|spec/variants/.+|(tr/)?check/bugs/.+|implementations/.+)\.html"
)
"""Pages of which many share a template."""

TWINS, SAMPLE = re.compile(r"tr/check/bugs/.+\.html"), 10
"""Pages that are others of these in Turkish; one in how many of them is loaded."""

LARGE = 250_000
"""Characters of a page of which axe-core sees only what it was chosen for."""

ELEMENT = re.compile(r"<(\w+)((?:\s+[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)\s*/?>")
CLASSES = re.compile(r'\sclass="([^"]*)"')
Kind = tuple[str, str]

LOOK = r"""() => {
  const text = document.querySelector("article")?.cloneNode(true);
  text?.querySelectorAll("code, pre, script, .katex").forEach((each) => each.remove());
  const raw = text?.textContent.match(/\\\(|\\\[|\$\$/g) || [];
  return {
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    raw: document.querySelectorAll(".katex-error").length + raw.length,
  };
}"""
CHOOSE = """({ kinds, large }) => {
  for (const kind of kinds) {
    (document.querySelector("main " + kind) || document.querySelector("main h1"))
      ?.setAttribute("data-audited", "");
  }
  if (!large) return;
  for (const each of document.querySelectorAll("article > *, article .doc-contents > *"))
    if (!each.matches("[data-audited]") && !each.querySelector("[data-audited]")) each.remove();
}"""
SETTLE = """async (scheme) => {
  const wanted = { light: "default", dark: "slate" }[scheme];
  const frame = () => new Promise(requestAnimationFrame);
  const shown = () => document.body.dataset.mdColorScheme ?? wanted;
  for (let left = 120; shown() !== wanted && left > 0; left--) await frame();
  const fading = document.getAnimations().filter((each) =>
    Number.isFinite(each.effect.getComputedTiming().endTime));
  await Promise.allSettled(fading.map((each) => each.finished));
  return shown() === wanted;
}"""
AUDIT = """async ({ include, rules }) => {
  const found = await axe.run(include || document,
    { resultTypes: ["violations"], ...(rules && { runOnly: rules }) });
  return found.violations.filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes[0].target} ${each.nodes[0].failureSummary}`);
}"""


def names(site: Path) -> list[str]:
    """Every page, the largest first, so that the tabs end together."""
    found = sorted(site.rglob("*.html"), key=lambda path: -path.stat().st_size)
    return [str(path.relative_to(site)) for path in found]


def kinds(html: str) -> set[Kind]:
    """The kinds of elements of a page: each tag with each class."""
    return {
        (tag, name)
        for tag, rest in ELEMENT.findall(html)
        for name in (" ".join(CLASSES.findall(rest)).split() or [""])
    }


def varied(site: Path) -> dict[str, set[Kind]]:
    """Choose small pages that have every kind of element; tell what is new on each."""
    pages = {name: (site / name).read_text(encoding="utf-8") for name in names(site)}
    found = {name: kinds(html) for name, html in pages.items()}
    left = set().union(*found.values())
    chosen: dict[str, set[Kind]] = {}
    while left:
        best = max(
            found, key=lambda name: len(found[name] & left) / (20_000 + len(pages[name]))
        )
        chosen[best] = found[best] & left
        left -= chosen[best]
    return chosen


def sampled(pages: list[str]) -> list[str]:
    """Leave out most of the Turkish pages that are built like English ones."""
    twins = [name for name in pages if TWINS.fullmatch(name)]
    left_out = set(twins) - set(twins[::SAMPLE])
    return [name for name in pages if name not in left_out]


class Watched:
    """A tab, and what went wrong while it loaded a page."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.address = address
        self.troubles: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)
        page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.troubles.append(f"asked for {request.url}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # it is when the next page is visited first
            self.troubles.append(f"{request.failure} {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.url}")

    async def load(self, name: str, sizes: Iterable[dict[str, int]]) -> list[str]:
        """Visit a page once, show it in several sizes; say what is wrong."""
        self.troubles.clear()
        await self.page.goto(self.address + name, wait_until="load")
        found = []
        for size in sizes:
            await self.page.set_viewport_size(size)
            seen = await self.page.evaluate(LOOK)
            if seen["wide"] > 0:
                found.append(f"{seen['wide']} px too wide at {size['width']}")
        if seen["raw"]:
            found.append("unrendered TeX")
        return [f"{name}: {trouble}" for trouble in (*self.troubles, *found)]

    async def audit(self, name: str, new: set[Kind], large: bool) -> list[str]:
        """Have axe-core look at the page that is shown, light and dark."""
        selectors = [tag + (f".{kind}" if kind else "") for tag, kind in sorted(new)]
        await self.page.evaluate(CHOOSE, {"kinds": selectors, "large": large})
        await self.page.evaluate(AXE)
        told = []
        for scheme, rules in (("light", None), ("dark", ["color-contrast"])):
            await self.page.emulate_media(color_scheme=scheme)
            if not await self.page.evaluate(SETTLE, scheme):
                told.append(f"{name}: it does not turn {scheme}")
            asked = {"include": [["[data-audited]"]] if large else None, "rules": rules}
            found = await self.page.evaluate(AUDIT, asked)
            told += [f"{name}, {scheme}: {fault}" for fault in found]
        await self.page.emulate_media(color_scheme="light")
        return told


async def visited(
    options: dict[str, Any], address: str, pages: Iterable[str], audited: dict[str, set[Kind]]
) -> list[str]:
    """Visit pages in several tabs of one browser; return what is wrong with them."""
    left = list(pages)[::-1]
    troubles: list[str] = []

    async def work(context: Any) -> None:
        tab = Watched(await context.new_page(), address)
        while left:
            name = left.pop()
            narrow = SIBLINGS.fullmatch(name) and name not in audited
            sizes = (NARROW,) if narrow else (NARROW, WIDE)
            troubles.extend(await tab.load(name, sizes))
            if name in audited:
                large = len(await tab.page.content()) > LARGE
                troubles.extend(await tab.audit(name, audited[name], large))

    async with async_api.async_playwright() as playwright:
        args = (*options["args"], *FRUGAL)
        browser = await playwright.chromium.launch(**{**options, "args": args})
        context = await browser.new_context(viewport=NARROW)
        context.set_default_timeout(120_000)
        await asyncio.gather(*(work(context) for _ in range(TABS)))
        await browser.close()
    return troubles


def visit(*given: Any) -> list[str]:
    """Visit in a thread of its own: another test's browser keeps this one's event loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(visited(*given))).result()


def test_every_page_loads_fits_and_can_be_read_by_all(
    chromium: dict[str, Any], searchless: str, site: Path
) -> None:
    pages = names(site)
    assert len(pages) > 100
    audited = varied(site)
    assert set(audited) <= set(pages)
    assert any(map(SIBLINGS.fullmatch, audited))
    loaded = sampled(pages)
    assert all(map(TWINS.fullmatch, set(pages) - set(loaded)))
    assert any(map(TWINS.fullmatch, loaded))
    visits = [*loaded, *sorted(set(audited) - set(loaded))]
    assert visit(chromium, searchless, visits, audited) == []


BAD = """<!doctype html><html lang="en"><title>bad</title><main><article>
<p style="color: #bbb">faint</p><p>\\(x^2\\)</p><div style="width: 2000px">wide</div>
<img src="missing.png" alt="missing"><img src="http://192.0.2.1/x.png" alt="elsewhere">
<script>console.error("told")</script></article></main></html>"""


def test_each_fault_would_be_seen(chromium: dict[str, Any], tmp_path: Path, serve: Any) -> None:
    (tmp_path / "bad.html").write_text(BAD, encoding="utf-8")
    with serve(tmp_path) as address:
        told = "\n".join(visit(chromium, address, ["bad.html"], {"bad.html": {("p", "")}}))
    for fault in (
        *("too wide at 360", "too wide at 1440", "unrendered TeX", "told", "404"),
        *("asked for http://192.0.2.1", "light: color-contrast"),
    ):
        assert fault in told, fault


@pytest.mark.slow
def test_axe_finds_no_serious_fault_on_any_page(
    chromium: dict[str, Any], searchless: str, site: Path
) -> None:
    every = {name: {("main", "")} for name in names(site)}
    assert visit(chromium, searchless, every, every) == []

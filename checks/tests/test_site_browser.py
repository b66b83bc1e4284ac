"""The site in a real browser: every page, narrow and wide, light and dark; every figure."""

import functools
import gzip
import http.server
import io
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
axe_core_python = pytest.importorskip("axe_core_python")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
AXE = (Path(axe_core_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)
DOCS = Path(__file__).resolve().parents[2] / "docs"
TRANSFERRED = 1_000_000
"""Bytes that the home page may take, compressed, search index and all."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
]


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serve files as web servers do: text is compressed."""

    def send_head(self) -> Any:
        path = Path(self.translate_path(self.path))
        if path.suffix not in (".html", ".js", ".css", ".json") or not path.is_file():
            return super().send_head()
        content = gzip.compress(path.read_bytes())
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    handler = functools.partial(Compressing, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


class Seen:
    """A page and what went wrong while it loaded."""

    def __init__(self, browser: Any, address: str, **options: Any) -> None:
        self.page = browser.new_page(**options)
        self.troubles: list[str] = []
        self.bytes = 0
        self._address = address
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("request", self._request)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._response)

    def _console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(message.text)

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self._address, "data:", "blob:")):
            self.troubles.append(f"asked for {request.url}")

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # it is when the next page is visited first
            self.troubles.append(f"{request.failure} {request.url}")

    def _response(self, response: Any) -> None:
        self.bytes += int(response.headers.get("content-length", 0))
        if response.status >= 400:
            self.troubles.append(f"{response.status} {response.url}")

    def visit(self, name: str) -> Any:
        self.page.goto(self._address + name)
        self.page.wait_for_load_state("load")
        return self.page


def names(site: Path) -> list[str]:
    """Every page but the one for a wrong address, which stands under any address."""
    found = (str(path.relative_to(site)) for path in site.rglob("*.html"))
    return sorted(name for name in found if not name.startswith("404"))


def sampled(site: Path) -> list[str]:
    """Pages written by hand, and one of each kind that is made by a template."""
    template = re.compile(r"(tr/)?(spec/[A-H]\d*|reference/api/.*)\.html")
    written = [name for name in names(site) if not template.fullmatch(name)]
    return [*written, "spec/B2.html", "reference/api/ropespec.html"]


def faults(page: Any) -> list[str]:
    """Serious faults that axe-core finds."""
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['target']} {each['nodes'][0].get('failureSummary')}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def too_wide(page: Any) -> bool:
    return bool(
        page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
    )


def test_every_page_loads_without_trouble_and_fits(
    browser: Any, address: str, site: Path
) -> None:
    seen = Seen(browser, address, viewport={"width": 360, "height": 800})
    for name in names(site):
        page = seen.visit(name)
        assert seen.troubles == [], name
        assert not too_wide(page), name
        raw = page.evaluate("document.querySelectorAll('.katex-error').length")
        assert raw == 0, name
        assert "\\(" not in page.locator("article").inner_text(), f"{name}: unrendered TeX"
    seen.page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_of_access(
    browser: Any, address: str, site: Path, scheme: str
) -> None:
    seen = Seen(browser, address, color_scheme=scheme, viewport={"width": 1440, "height": 900})
    for name in sampled(site):
        page = seen.visit(name)
        assert not too_wide(page), f"{name} at 1440 px"
        page.evaluate(AXE)
        assert faults(page) == [], f"{name}, {scheme}"
    seen.page.close()


def test_axe_would_see_a_fault(browser: Any, address: str) -> None:
    page = Seen(browser, address).visit("learn/planes.html")
    page.evaluate("document.querySelector('article p').style.color = '#bbbbbb'")
    page.evaluate(AXE)
    assert any("color-contrast" in fault for fault in faults(page))
    page.close()


def test_the_home_page_is_light_and_paints_before_formulas(browser: Any, address: str) -> None:
    seen = Seen(browser, address)
    page = seen.visit("index.html")
    assert 0 < seen.bytes < TRANSFERRED
    scripts = page.evaluate(
        "[...document.head.querySelectorAll('script[src]')].map(s => s.src)"
    )
    assert not [each for each in scripts if "katex" in each]
    page.close()


FIGURES = {
    "planes": "comb",
    "layouts": "layouts",
    "longer": "scaling",
    "decay": "decay",
    "precision": "phases",
}


@pytest.mark.parametrize(("name", "figure"), FIGURES.items())
def test_figures_answer_to_keys_mouse_and_touch(
    browser: Any, address: str, name: str, figure: str
) -> None:
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{address}learn/{name}.html")
    place = page.locator(f"figure[data-figure={figure}]")
    assert "figure-live" in str(place.get_attribute("class"))

    def shown() -> str:
        return str(place.locator(".figure-picture").inner_html())

    for choice in place.locator("select").all():
        others = choice.locator("option:not(:checked)").all()
        before = shown()
        choice.select_option(str(others[-1].get_attribute("value")))
        assert shown() != before
    still = shown()
    slider = place.locator("input[type=range]").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    keyed = shown()
    assert keyed != still
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 4, box["y"] + box["height"] / 2)
    clicked = shown()
    assert clicked != keyed
    page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert shown() != clicked
    context.close()


def test_without_javascript_the_still_stands(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}learn/planes.html")
    assert page.locator("figure[data-figure=comb] rect").count() == 64
    assert not page.locator("figure[data-figure=comb] form").is_visible()
    context.close()


def test_search_finds_words_offline(browser: Any, site: Path) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((site / "index.html").as_uri())
    page.fill("input[name=query]", "permutation")
    page.wait_for_selector(".md-search-result__item", timeout=20000)
    page.close()

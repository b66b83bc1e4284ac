"""Figures, search, print and the language switch of the built site, in a real browser."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
TRANSFERRED = 1_000_000
"""Bytes that the home page may take, compressed, search index and all."""

FIGURES = {
    "planes": "comb",
    "layouts": "layouts",
    "longer": "scaling",
    "decay": "decay",
    "precision": "phases",
}


@pytest.fixture(scope="module")
def browser(chromium: dict[str, Any]) -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(**chromium)
        yield started
        started.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page on a device with a touch screen."""
    context = browser.new_context(has_touch=True, viewport={"width": 360, "height": 800})
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("name", "figure"), FIGURES.items())
def test_figures_answer_to_keys_mouse_and_touch(
    page: Any, searchless: str, name: str, figure: str
) -> None:
    page.goto(f"{searchless}learn/{name}.html")
    place = page.locator(f"figure[data-figure={figure}]")
    assert "figure-live" in str(place.get_attribute("class"))

    def shown() -> str:
        return str(place.locator(".figure-picture").inner_html())

    for choice in place.locator("select").all():
        others = choice.locator("option:not(:checked)").all()
        before = shown()
        choice.select_option(str(others[-1].get_attribute("value")))
        assert shown() != before
        choice.select_option(index=0)
    if figure == "scaling":
        place.locator("select[name=law]").select_option("linear")
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


def readings(page: Any) -> tuple[str, str, str]:
    """What the plane says: distance, score, and what the last move did."""
    distance, score, said = (
        page.locator(f".plane-{name}").inner_text() for name in ("distance", "score", "said")
    )
    return distance, score, said


def test_the_plane_answers_to_mouse_touch_and_keys(page: Any, searchless: str) -> None:
    page.goto(f"{searchless}learn/plane.html")
    page.locator(".plane-live").wait_for()
    page.locator(".plane-handle-both").scroll_into_view_if_needed()
    start = readings(page)

    def middle(selector: str) -> tuple[float, float]:
        box = page.locator(selector).bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(selector: str, right: float) -> tuple[str, str, str]:
        x, y = middle(selector)
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + right, y, steps=4)
        page.mouse.up()
        return readings(page)

    both = drag(".plane-handle-both rect", 40)
    assert both[:2] == start[:2], "moving both changed the score"
    assert "still" in both[2]
    m = drag(".plane-handle-m circle", 40)
    assert m[0] != both[0]
    assert m[1] != both[1]
    assert "Only the query" in m[2]
    page.locator(".plane-handle-n").focus()
    page.keyboard.press("ArrowLeft")
    n = readings(page)
    assert number(n[0]) == number(m[0]) - 1
    assert "Only the key" in n[2]
    page.locator(".plane-handle-both").focus()
    page.keyboard.press("ArrowLeft")
    assert readings(page)[:2] == n[:2], "moving both by a key changed the score"
    touched = page.context.new_cdp_session(page)
    x, y = middle(".plane-handle-n circle")
    for kind, at in (("touchStart", x), ("touchMove", x - 15), ("touchMove", x - 30)):
        touched.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": at, "y": y}]}
        )
    touched.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert number(readings(page)[0]) < number(n[0])


def number(text: str) -> int:
    """Read a number with the site's minus."""
    return int(text.replace("−", "-"))


def test_the_home_page_is_light_and_paints_before_formulas(browser: Any, address: str) -> None:
    page = browser.new_page()
    taken: list[int] = []
    page.on("response", lambda got: taken.append(int(got.headers.get("content-length", 0))))
    page.goto(f"{address}index.html")
    page.wait_for_load_state("networkidle")
    assert 0 < sum(taken) < TRANSFERRED
    scripts = page.evaluate(
        "[...document.head.querySelectorAll('script[src]')].map(s => s.src)"
    )
    assert not [each for each in scripts if "katex" in each]
    page.close()


def test_without_javascript_the_stills_stand(browser: Any, searchless: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    for name, figure in FIGURES.items():
        page.goto(f"{searchless}learn/{name}.html")
        place = page.locator(f"figure[data-figure={figure}]")
        assert place.locator("svg *").count() > 10
        assert not place.locator("form").is_visible()
    page.goto(f"{searchless}learn/plane.html")
    assert page.locator(".plane svg").is_visible()
    assert not page.locator(".plane-said").is_visible()
    context.close()


@pytest.mark.parametrize(("start", "word"), [("", "permutation"), ("tr/", "döndürme")])
def test_search_finds_words_on_file(browser: Any, site: Path, start: str, word: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(60_000)
    page.goto((site / start / "index.html").as_uri())
    page.fill("input[name=query]", word)
    page.wait_for_selector(".md-search-result__item")
    assert "md-search-result__item" in page.content()
    page.close()


def test_the_language_switch_stays_on_the_page(browser: Any, site: Path) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((site / "learn" / "layouts.html").as_uri())
    page.locator(".md-header .md-select").hover()
    page.locator(".md-select__link[hreflang=tr]").click()
    page.wait_for_url("**/tr/learn/layouts.html")
    assert page.locator("html").get_attribute("lang") == "tr"
    page.close()


def test_a_printed_page_has_no_controls(browser: Any, searchless: str) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 1000})
    page.emulate_media(media="print")
    page.goto(f"{searchless}learn/planes.html")
    for hidden in (".md-header", ".figure-controls", ".md-sidebar--primary", ".md-footer"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator("figure[data-figure=comb] svg").is_visible()
    assert len(page.pdf()) > 10_000
    page.close()


def test_every_page_says_where_it_comes_from(browser: Any, searchless: str) -> None:
    page = browser.new_page()
    for name, path in (
        ("learn/plane.html", "docs/en/learn/plane.md"),
        ("tr/learn/plane.html", "docs/tr/learn/plane.md"),
        ("check/bugs/wrong-base.html", "docs/en/check/bugs/wrong-base.md"),
    ):
        page.goto(f"{searchless}{name}")
        assert path in page.locator(".origin").inner_text()
        assert "ropespec 0." in page.locator(".md-copyright").inner_text()
    page.close()

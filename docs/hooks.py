"""What the theme's pages lack, put right after they are built."""

import os
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.nav import Link

from ropespec import __version__

REPLACED = (
    # The theme asks for a sitemap at every `link[rel=alternate]`, which is not there; browsers
    # and search engines read a list of words here, so saying it twice changes nothing else.
    ('rel="alternate"', 'rel="alternate alternate"'),
    # The search is a dialog without a name.
    (
        'class="md-search" data-md-component="search" role="dialog"',
        'class="md-search" data-md-component="search" role="dialog" aria-label="{search}"',
    ),
)
SEARCH = {"en": "Search", "tr": "Arama"}

TO_ENGLISH = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+)en/([\w./-]+)\.md(#[\w-]+)?\)")
"""A link of a Turkish page to a page that exists in English only."""
MARK = "<sup>EN</sup>"
IN_A_ROW = re.compile(rf'{MARK}(?=</a>, <a href="[^"]+" hreflang="en")')
"""The mark of such a link when another one follows; the last one's is enough."""

ENGLISH_PAGES = (
    ("Tanım", "spec/index.html"),
    ("Uygulamalar", "implementations/index.html"),
    ("Beş belge", "systems/index.html"),
    ("Başvuru", "reference/index.html"),
)


SOURCE = {
    "en": ("This page", "edit it", "it is written by docs/generate.py", "version"),
    "tr": ("Bu sayfa", "düzenleyin", "docs/generate.py yazar", "sürüm"),
}
"""Words of the line that says where a page comes from."""
SHORT = re.compile(r"<code>([^<\n]{1,24})</code>")
"""Code that fits on a line of the narrowest screen, and is not broken at a hyphen."""
GENERATED = "<!-- Written by docs/generate.py"
REPOSITORY = os.environ.get("ROPESPEC_REPOSITORY", "").rstrip("/")
"""Where the project is published, `https://HOST/OWNER/NAME`; edit links lead there."""


def on_config(config: Any) -> Any:
    """Show the version at the foot of every page."""
    if __version__ not in (config.copyright or ""):  # it is asked once for each language
        config.copyright = f"ropespec {__version__} · {config.copyright}"
    return config


def origin(page: Any, language: str) -> str:
    """Say which file a page is, with a link to change it where the project is published."""
    here, edit, generated, version = SOURCE[language]
    path = Path(page.file.abs_src_path)
    name = f"docs/{path.relative_to(Path(__file__).parent).as_posix()}"
    shown = f"<code>{name}</code>"
    if GENERATED in path.read_text(encoding="utf-8"):
        shown += f" ({generated})"
    elif REPOSITORY:
        shown += f' (<a rel="edit" href="{REPOSITORY}/edit/main/{name}">{edit}</a>)'
    return f'<p class="origin">{here}: {shown}. ropespec, {version} {__version__}.</p>'


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Lead links between languages to built pages: each language is built without the other."""
    marked = TO_ENGLISH.sub(
        rf'<a href="\2\3.html\4" hreflang="en" title="İngilizce sayfa">\1{MARK}</a>', markdown
    )
    return IN_A_ROW.sub("", marked)


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:  # noqa: ARG001
    """Mark short code, which is kept on one line."""
    return SHORT.sub(r'<code class="short">\1</code>', html)


def on_nav(nav: Any, config: Any, files: Any) -> Any:  # noqa: ARG001
    """List the pages that exist in English only in the Turkish navigation too."""
    if config.theme["language"] == "tr":
        nav.items += english(ENGLISH_PAGES)
    return nav


def english(pages: tuple[tuple[str, str], ...]) -> list[Link]:
    """Return navigation entries that say that they lead to English."""
    return [Link(f"{title} (İngilizce)", url) for title, url in pages]


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001 - the hook's form
    """Return a page with its faults mended."""
    language = "tr" if page.url.startswith("tr/") else "en"
    for found, wanted in REPLACED:
        output = output.replace(found, wanted.replace("{search}", SEARCH[language]))
    return output.replace("</article>", f"{origin(page, language)}</article>", 1)

"""Write the site's pages that come from the package itself.

    python docs/generate.py           write them
    python docs/generate.py --check   write nothing; exit 1 when a committed page is stale

Theorems, laws, bugs and commands are stated once, in the package. The pages are committed,
so that they can be read without a build, and a test says that they are current.
"""

import argparse
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from textwrap import dedent, indent

from generators import (
    bounds,
    bugs,
    code,
    commands,
    dependencies,
    figures,
    implementations,
    kill_matrix,
    laws,
    layouts,
    oracle_plot,
    proofs,
    schemas,
    speed,
    systems,
    theorems,
    variants,
)
from generators.languages import CATALOGUE, TURKISH, untranslated, written
from generators.markdown import MARK

DOCS = Path(__file__).resolve().parent
SETTINGS = DOCS.parent / "mkdocs.yml"
KINDS = (
    *(theorems, dependencies, proofs, code, bounds, laws, bugs),
    *(commands, layouts, oracle_plot, systems, figures, variants),
    *(kill_matrix, schemas, implementations, speed),
)
"""Modules whose `pages()` gives file names below docs/ with their texts."""
LISTED: dict[str, Callable[[], str]] = {
    "theorems": theorems.navigation,
    "variants": variants.navigation,
    "bugs": bugs.navigation,
    "implementations": implementations.navigation,
    "bugs in Turkish": partial(bugs.navigation, TURKISH),
}
"""Parts of the navigation that a program writes, between two lines of mkdocs.yml."""


def settings() -> str:
    """mkdocs.yml with the generated pages in its navigation."""
    text = SETTINGS.read_text(encoding="utf-8")
    for name, navigation in LISTED.items():
        begin, end = (rf"^( *)# {name}: {edge}\n" for edge in ("begin", "end"))
        head, space, rest = re.split(begin, text, flags=re.MULTILINE)
        _, _, tail = re.split(end, rest, flags=re.MULTILINE)
        lines = indent(dedent(navigation()), space)
        text = f"{head}{space}# {name}: begin\n{lines}{space}# {name}: end\n{tail}"
    return text


def expected() -> dict[Path, str]:
    """Every generated file and the text that it should hold."""
    pages = {DOCS / name: text for kind in KINDS for name, text in kind.pages().items()}
    return {**pages, SETTINGS: settings(), CATALOGUE: written(TURKISH.merged())}


def stale(files: dict[Path, str]) -> list[Path]:
    """List what differs from the committed files, and pages beside them that are left over."""
    changed = [
        path
        for path, text in files.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    leftover = [
        path
        for folder in sorted({path.parent for path in files})
        for path in sorted(folder.glob("*.md"))
        if path not in files and MARK in path.read_text(encoding="utf-8")
    ]
    return changed + leftover


def main() -> int:
    """Write the pages, or say which are stale."""
    parser = argparse.ArgumentParser(description="Write the pages that come from the package.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale")
    check = parser.parse_args().check
    files = expected()
    old = stale(files)
    names = ", ".join(str(path.relative_to(DOCS.parent)) for path in old)
    left = len(untranslated(TURKISH.merged()))
    if left:
        where = CATALOGUE.relative_to(DOCS.parent)
        sys.stderr.write(
            f"{where}: {left} sentences without Turkish; its head says what to do\n"
        )
    if check and old:
        sys.stderr.write(f"stale: {names}; run: python docs/generate.py, then commit\n")
        return 1
    for path in old:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(files[path], encoding="utf-8")
        else:
            path.unlink()
    if check and left:
        return 1
    sys.stdout.write(f"{'written: ' + names if old else 'every page is current'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

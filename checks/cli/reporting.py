"""Options for the forms that a report is written in, besides JSON."""

from __future__ import annotations

from typing import Annotated, Any

import typer

FORMS = "Where the report goes, besides the terminal"


def _form(name: str, text: str) -> Any:
    """Describe the option for one form."""
    return typer.Option(f"--{name}", rich_help_panel=FORMS, metavar="FILE", help=text)


Junit = Annotated[str | None, _form("junit", "Write JUnit XML, a test case for each law.")]
Sarif = Annotated[str | None, _form("sarif", "Write SARIF 2.1.0, for code scanning.")]
Markdown = Annotated[
    str | None, _form("markdown", 'Write Markdown; "$GITHUB_STEP_SUMMARY" is added to.')
]
Html = Annotated[str | None, _form("html", "Write one HTML page, with pictures of the errors.")]
Badge = Annotated[str | None, _form("badge", "Write a badge, for shields.io/endpoint.")]

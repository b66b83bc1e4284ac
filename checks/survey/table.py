"""A survey's results for the terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from .libraries import LIBRARIES
from .matrix import HEAD, row
from .measuring import POSITIONS


def print_survey(found: dict[str, Any], console: Console) -> None:
    """Print the matrix, the findings and what could not be judged."""
    table = Table(*HEAD, title=f"survey of {found['date']}", title_justify="left")
    for implementation in found["implementations"]:
        table.add_row(*row(implementation))
    console.print(table)
    console.print(f"good phase bits at {', '.join(map(str, POSITIONS))}", soft_wrap=True)
    for finding in found["findings"]:
        mark = "reproduced" if finding.get("reproduced") else "NOT reproduced"
        line = f"{finding['library']}: {finding['kind']}: {finding['title']} ({mark})"
        console.print(line, soft_wrap=True)
    for library in found["libraries"]:
        if library["missing"]:
            console.print(f"{library['name']}: {library['missing']}", soft_wrap=True)
    for line in unfinished(found):
        console.print(line, soft_wrap=True)


def print_list(console: Console) -> None:
    """Print what is surveyed."""
    table = Table("name", "version", "what")
    for library in LIBRARIES:
        if library.missing:
            table.add_row(library.name, "", library.missing)
        version = next((w.split("==")[1] for w in library.wanted), "as shared")
        for peer in library.peers:
            table.add_row(f"{library.name}/{peer.slug}", version, peer.name)
    console.print(table)


def unfinished(found: dict[str, Any]) -> list[str]:
    """Say what could not be judged or reproduced, a line each."""
    return [
        f"{each['id']}: not judged: {each['problem'] or each['report']['error']}"
        for each in found["implementations"]
        if each["problem"] or each["report"]["error"]
    ] + [
        f"{each['id']}: not reproduced: {each.get('problem')}"
        for each in found["findings"]
        if not each.get("reproduced")
    ]

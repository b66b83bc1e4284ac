"""The command-line page, from the commands themselves."""

from collections.abc import Iterator

import typer
from typer.core import TyperCommand, TyperGroup

from ropespec.checks.cli.app import app

from .markdown import page, table

LEAD = """\
Every command has `--help`. A mistake in what was typed gives one line and exit code 2;
`--traceback` shows where it came from."""


def _commands(command: object, name: str) -> Iterator[tuple[str, TyperCommand]]:
    """Find every command that does something, with the words that a user types for it."""
    if isinstance(command, TyperGroup):
        for below, child in command.commands.items():
            yield from _commands(child, f"{name} {below}")
    elif isinstance(command, TyperCommand) and not command.hidden:
        yield name, command


def _parameters(name: str, command: TyperCommand) -> str:
    """List arguments and options as `--help` does, in its groups."""
    context = command.context_class(command, info_name=name)
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in command.params:
        record = one.get_help_record(context)
        kind = "Option" if one.opts[0].startswith("-") else "Argument"
        if record:
            panel = getattr(one, "rich_help_panel", None) or kind
            groups.setdefault(panel, []).append((f"`{record[0]}`", record[1]))
    return "\n\n".join(table((panel, "Meaning"), rows) for panel, rows in groups.items())


def _section(name: str, command: TyperCommand) -> str:
    """Describe one command."""
    context = command.context_class(command, info_name=name)
    usage = command.get_usage(context).removeprefix("Usage: ")
    parts = [f"## {name}", command.help, f"```text\n{usage}\n```", _parameters(name, command)]
    return "\n\n".join(part for part in parts if part)


def pages() -> dict[str, str]:
    """Write the page of all commands."""
    root = typer.main.get_command(app)
    sections = [_section(name, command) for name, command in _commands(root, "ropespec")]
    return {"en/reference/commands.md": page("Command line", LEAD, *sections)}

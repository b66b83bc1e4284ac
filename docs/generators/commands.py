"""The command-line page, from the commands themselves."""

from collections.abc import Iterator

import click
import typer

from .markdown import page, table


def _commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that a user types for it."""
    if isinstance(command, click.Group):
        for below, child in command.commands.items():
            if not child.hidden:
                yield from _commands(child, f"{name} {below}")
    else:
        yield name, command


def _default(option: click.Option) -> str:
    """Say what holds when the option is not given, where that is worth saying."""
    value = option.default
    if option.is_flag or value is None or callable(value) or value in ((), ""):
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(f"`{item}`" for item in value)
    return f"`{getattr(value, 'value', value)}`"


def _parameters(command: click.Command) -> str:
    """Arguments first, then options, in the order of `--help`."""
    context = click.Context(command)
    rows = []
    for parameter in command.params:
        if getattr(parameter, "hidden", False):
            continue
        text = getattr(parameter, "help", None) or ""
        if isinstance(parameter, click.Option):
            names = " / ".join([*parameter.opts, *parameter.secondary_opts])
            takes = "" if parameter.is_flag else f" {parameter.make_metavar(context)}"
            rows.append((f"`{names}{takes}`", text, _default(parameter)))
        else:
            rows.append((f"`{parameter.make_metavar(context)}`", text, ""))
    return table(("", "Meaning", "Default"), rows)


def _section(name: str, command: click.Command) -> str:
    """One command."""
    context = click.Context(command, info_name=name)
    usage = f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```"
    parts = [f"## {name}", (command.help or "").strip(), usage, _parameters(command)]
    return "\n\n".join(filter(None, parts))


def pages() -> dict[str, str]:
    """Write the page of all commands."""
    from ropespec.checks.cli import app

    root = typer.main.get_command(app)
    sections = [_section(name, command) for name, command in _commands(root, "ropespec")]
    lead = (
        "Every command has `--help`. A mistake in what was typed gives one line and exit "
        "code 2; `--traceback` shows where it came from."
    )
    return {"en/reference/commands.md": page("Command line", lead, *sections)}

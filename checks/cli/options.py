"""What is said about a target on the command line: stated once, for every command with one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, get_type_hints

import typer

CONVENTION = "What it should compute"
CLAIMS = "How it is called, and what it claims"

_Text = str | None


def _option(*names: str, panel: str, metavar: str, text: str) -> Any:
    """Describe one option."""
    return typer.Option(*names, rich_help_panel=panel, metavar=metavar, help=text)


@dataclass(kw_only=True)
class ConventionOptions:
    """A convention, as typed; None is what was left out."""

    head_dim: Annotated[
        int | None,
        _option("--head-dim", panel=CONVENTION, metavar="N", text="Channels of a head: 64."),
    ] = None
    rotary_dim: Annotated[
        int | None,
        _option("--rotary-dim", panel=CONVENTION, metavar="N", text="Those that turn: all."),
    ] = None
    rotary_end: Annotated[
        _Text,
        _option(
            "--rotary-end",
            panel=CONVENTION,
            metavar="first|last",
            text="Which end of the head they are: first.",
        ),
    ] = None
    base: Annotated[
        float | None,
        _option("--base", panel=CONVENTION, metavar="F", text="Base (rope_theta): 10000."),
    ] = None
    layout: Annotated[
        _Text,
        _option(
            "--layout",
            panel=CONVENTION,
            metavar="NAME",
            text="interleaved, half, interleaved-to-half, half-idle or half-blocks.",
        ),
    ] = None
    sign: Annotated[
        int | None,
        _option("--sign", panel=CONVENTION, metavar="1|-1", text="Sense of rotation: 1."),
    ] = None
    scaling: Annotated[
        _Text,
        _option(
            "--scaling",
            panel=CONVENTION,
            metavar="JSON",
            text="""Frequency law, as '{"rope_type": "linear", "factor": 8}'.""",
        ),
    ] = None
    config: Annotated[
        _Text,
        _option(
            "--config",
            panel=CONVENTION,
            metavar="FILE",
            text="A config.json, params.json, GGUF, ONNX or own file; options overrule it.",
        ),
    ] = None
    layers: Annotated[
        _Text,
        _option(
            "--layers",
            panel=CONVENTION,
            metavar="TYPE|N",
            text="Which layers of --config, where they differ: full_attention, or a number.",
        ),
    ] = None


@dataclass(kw_only=True)
class TargetOptions(ConventionOptions):
    """A target with what is said of it, as typed; None is what was left out."""

    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TARGET", help="module:attr or path/file.py:attr", show_default=False
        ),
    ] = None
    command: Annotated[
        _Text,
        _option(
            "--exec",
            panel=CLAIMS,
            metavar="COMMAND",
            text="A program in any language that speaks the pipe protocol, instead of TARGET.",
        ),
    ] = None
    factory: Annotated[
        bool,
        typer.Option(
            "--factory",
            rich_help_panel=CLAIMS,
            help="TARGET is a function without arguments that makes what is to be called.",
        ),
    ] = False
    timeout: Annotated[
        float | None,
        _option("--timeout", panel=CLAIMS, metavar="S", text="Seconds for a call: 20."),
    ] = None
    memory: Annotated[
        float | None,
        _option("--memory", panel=CLAIMS, metavar="GIB", text="Memory that it may use: 8."),
    ] = None
    framework: Annotated[
        _Text,
        _option("--framework", panel=CLAIMS, metavar="numpy|torch|jax", text="Its arrays."),
    ] = None
    signature: Annotated[
        _Text,
        _option(
            "--signature",
            panel=CLAIMS,
            metavar="x|qk",
            text="(x, positions) -> y or (q, k, positions) -> (q', k').",
        ),
    ] = None
    axes: Annotated[
        _Text,
        _option(
            "--axes",
            panel=CLAIMS,
            metavar="bhsd|bshd",
            text="Order of batch, heads, sequence and head_dim.",
        ),
    ] = None
    inplace: Annotated[
        bool,
        typer.Option(
            "--inplace", rich_help_panel=CLAIMS, help="The result is written over the input."
        ),
    ] = False
    dtype: Annotated[
        list[str] | None,
        _option(
            "--dtype",
            panel=CLAIMS,
            metavar="D",
            text="A format it works in; repeat for several.",
        ),
    ] = None
    max_position: Annotated[
        int | None,
        _option(
            "--max-position",
            panel=CLAIMS,
            metavar="N",
            text="The largest position it works at; it may raise beyond.",
        ),
    ] = None
    negative: Annotated[
        bool,
        typer.Option(
            "--negative", rich_help_panel=CLAIMS, help="It works at negative positions too."
        ),
    ] = False
    contiguous: Annotated[
        bool,
        typer.Option(
            "--contiguous",
            rich_help_panel=CLAIMS,
            help="It takes contiguous arrays alone, and may refuse others.",
        ),
    ] = False
    by_length: Annotated[
        bool,
        typer.Option(
            "--by-length",
            rich_help_panel=CLAIMS,
            help="Its frequencies follow the length of each call, as its scaling says.",
        ),
    ] = False
    no_grad: Annotated[
        bool,
        typer.Option(
            "--no-grad",
            rich_help_panel=CLAIMS,
            help="It cannot be differentiated: call it without recording a gradient.",
        ),
    ] = False

    def claims(self) -> dict[str, Any]:
        """Return the claims and limits as arguments of `check` and `identify`."""
        return {
            "framework": self.framework,
            "signature": self.signature,
            "axes": self.axes,
            "inplace": self.inplace or None,
            "gradient": False if self.no_grad else None,
            "dtypes": self.dtype or None,
            "max_position": self.max_position,
            "negative": self.negative or None,
            "contiguous": self.contiguous or None,
            "by_length": self.by_length or None,
            "factory": self.factory,
            "timeout": self.timeout,
            "memory": self.memory,
        }

    @property
    def where(self) -> str:
        """The target's text: what was named, or the command.

        Raises
        ------
        ConfigError
            If neither is given, or both.
        """
        if (self.target is None) == (self.command is None):
            from ropespec.reference import ConfigError

            both = f"{self.target} and --exec" if self.target else "nothing"
            advice = "for example my_rope.py:apply, or --exec './my_rope'"
            raise ConfigError("target", both, "a TARGET or --exec COMMAND", advice)
        return f"exec:{self.command}" if self.command is not None else str(self.target)


def takes_target(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the argument and options of `TargetOptions`, as its first parameter."""
    return takes(TargetOptions, command)


def takes_convention(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `ConventionOptions`, as its first parameter."""
    return takes(ConventionOptions, command)


def takes(kind: type[ConventionOptions], command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the fields of a class as options, as one first parameter."""
    own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]
    hints = get_type_hints(kind, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in sorted(fields(kind), key=lambda field: field.default is not MISSING)
    ]

    def run(**values: Any) -> None:
        options = kind(**{each.name: values.pop(each.name) for each in shared})
        command(options, **values)

    everything = [*shared, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own)]
    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__signature__ = inspect.Signature(everything)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in everything}
    return run

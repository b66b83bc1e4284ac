"""A Python reader in a process of its own: the other end of `piped`."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Callable
from typing import IO, Any

from ropespec.checks.errors import TargetError
from ropespec.checks.target.loading import find_function

from .answer import AnswerError, answers

PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[2]); "
    "from ropespec.checks.configurations.served import serve; serve(sys.argv[1])"
)


def command(name: str) -> str:
    """Return the command that serves a reader.

    Parameters
    ----------
    name
        `module:attr` or `path/file.py:attr`.
    """
    return shlex.join([sys.executable, "-P", "-c", PROGRAM, name, json.dumps(sys.path)])


def serve(name: str) -> None:
    """Answer requests until there are no more.

    The pipes belong to the protocol: what the reader prints goes to the standard error, and
    its standard input is empty.
    """
    requests, replies = os.fdopen(os.dup(0)), os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    reader: Callable[[dict[str, Any]], Any] | None = None
    for line in requests:
        asked = json.loads(line)
        if asked["op"] == "load":
            reader, reply = _loaded(name)
        else:
            reply = _read(reader or find_function(name).function, asked["config"])
        _write(reply, replies)


def _loaded(name: str) -> tuple[Callable[..., Any] | None, dict[str, Any]]:
    """Find the reader, or say why it cannot be."""
    try:
        return find_function(name).function, {}
    except TargetError as error:
        return None, {"error": str(error)}


def _read(reader: Callable[[dict[str, Any]], Any], config: dict[str, Any]) -> dict[str, Any]:
    """Ask the reader what a configuration means."""
    try:
        value = reader(config)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    try:
        found = answers(value)
    except AnswerError as error:
        return {"unreadable": str(error)}
    return {
        "layers": [
            {"layer_types": [layers], "inv_freq": answer.inv_freq.tolist(),
             "attention_factor": answer.attention_factor}
            for layers, answer in found.items()
        ]
    }  # fmt: skip


def _write(reply: dict[str, Any], replies: IO[str]) -> None:
    """Send one line, after what was printed."""
    sys.stdout.flush()
    replies.write(json.dumps(reply) + "\n")
    replies.flush()

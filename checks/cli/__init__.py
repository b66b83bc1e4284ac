"""The `ropespec` command.

Importing this loads typer and nothing else: each command imports what it needs when it
runs, so that `ropespec --help` answers at once.
"""

from .app import app
from .main import main

__all__ = ["app", "main"]

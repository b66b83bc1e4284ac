"""The pytest plug-in: one test for each law.

Loaded by every pytest run where ropespec is installed, so it imports nothing before it is asked
for something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .held import Held

HELD: pytest.StashKey[list[Held]] = pytest.StashKey()
"""What `--ropespec` asks for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the plug-in."""
    group = parser.getgroup("ropespec", "laws for rotary position embeddings (ropespec)")
    group.addoption(
        "--ropespec",
        action="append",
        default=[],
        metavar="TARGET",
        help="hold path/file.py:attr or module:attr to the laws, one test for each; repeat "
        "for several",
    )
    group.addoption(
        "--ropespec-args",
        default="",
        metavar="OPTIONS",
        help="options of `ropespec check`, as one text: '--layout half --head-dim 128'",
    )
    parser.addini(
        "ropespec_known_failures",
        "TOML list of failures that are known, seen from the root folder",
        default=None,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Read what is asked for; what is wrong with it ends the run in one line."""
    config.addinivalue_line("markers", "ropespec: a law that a rotary embedding is held to")
    targets = config.getoption("--ropespec")
    if targets:
        from .held import read_held

        options = config.getoption("--ropespec-args")
        config.stash[HELD] = [read_held(target, options, _known(config)) for target in targets]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    session: pytest.Session, config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Add the laws to what was collected, before anything is deselected."""
    for held in config.stash.get(HELD, []):
        from .items import laws_of

        items += laws_of(session, held)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tell each target which of its laws are wanted: they are run together, once."""
    for item in session.items:
        held = getattr(item, "held", None) or getattr(
            getattr(item, "function", None), "ropespec_held", None
        )
        if held is not None:
            law = getattr(item, "law", None) or item.callspec.params["law"]  # type: ignore[attr-defined]
            held.want(law, _known(session.config))


def _known(config: pytest.Config) -> str | None:
    """Return the file of known failures that the settings name."""
    name = config.getini("ropespec_known_failures")
    return str(config.rootpath / name) if name else None

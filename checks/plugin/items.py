"""The tests that `--ropespec` adds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .held import Held


class TargetNode(pytest.Collector):
    """A target, above its laws."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return nothing: the laws are added as they are."""
        return []


class LawItem(pytest.Item):
    """One law for one target."""

    def __init__(self, *, held: Held, law: str, **node: Any) -> None:
        super().__init__(name=law, **node)
        self.held, self.law = held, law
        self.add_marker("ropespec")

    def runtest(self) -> None:
        """Hold the target to the law."""
        self.held.judge(self.law)

    def reportinfo(self) -> tuple[Path, None, str]:
        """Say what is being tested."""
        return self.path, None, self.nodeid


def laws_of(session: pytest.Session, held: Held) -> Iterator[LawItem]:
    """Make the tests of one target."""
    node = TargetNode.from_parent(session, name=held.name, nodeid=held.name)
    for law in held.laws:
        yield LawItem.from_parent(node, held=held, law=law)

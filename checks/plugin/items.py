"""The tests that `--ropespec` adds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .held import Held


class TargetNode(pytest.Collector):
    """A target, above its laws."""

    def __init__(self, *, held: Held, **node: Any) -> None:
        super().__init__(name=held.name, nodeid=held.name, **node)
        self.held = held

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Return the laws as tests."""
        return [LawItem.from_parent(self, held=self.held, law=law) for law in self.held.laws]


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
        return self.path, None, self.law


def laws_of(session: pytest.Session, held: Held) -> Iterator[pytest.Item]:
    """Make the tests of one target, and report them as collected."""
    node = TargetNode.from_parent(session, held=held)
    items = node.collect()
    report = pytest.CollectReport(node.nodeid, "passed", None, items)
    session.config.hook.pytest_collectreport(report=report)
    return (item for item in items if isinstance(item, pytest.Item))

"""The examples in the docstrings of the torch version, run where its modules are."""

import doctest
import importlib
import pkgutil

import pytest

pytest.importorskip("torch")
import ropespec.reference.torch as package

NAMES = [package.__name__, *(f"{package.__name__}.{each.name}" for each in
                             pkgutil.iter_modules(package.__path__))]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_examples(name: str) -> None:
    module = importlib.import_module(name)
    told: list[str] = []
    runner = doctest.DocTestRunner()
    for example in doctest.DocTestFinder().find(module, name):
        runner.run(example, out=told.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    found = [each for name in NAMES for each in finder.find(importlib.import_module(name))]
    assert sum(bool(each.examples) for each in found) >= 3

"""Theorem, law, bug, code and variant lead to each other."""

import importlib

import pytest

from ropespec.checks.bugs import BUGS
from ropespec.checks.laws import LAWS
from ropespec.checks.links import (
    ANY_FREQUENCIES,
    CODE,
    LAYOUTS,
    laws_of,
    theorems_obeyed,
    theorems_of_code,
    theorems_of_law,
    theorems_of_scaling,
    used_by,
)
from ropespec.reference import LAYOUTS as KNOWN_LAYOUTS
from ropespec.reference.scaling import LAWS as SCALINGS
from ropespec.spec import find, theorems

IDS = {theorem.id for theorem in theorems()}


@pytest.mark.parametrize("name", sorted(theorems_of_code()))
def test_every_public_name_exists_and_is_documented(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    found = getattr(importlib.import_module(module), attribute)
    assert found.__doc__
    assert not attribute.startswith("_")


def test_every_theorem_that_is_named_exists() -> None:
    assert set(CODE) <= IDS
    assert {name for ids in LAYOUTS.values() for name in ids} <= IDS
    assert ANY_FREQUENCIES in IDS


def test_every_layout_and_every_law_of_frequencies_has_a_theorem() -> None:
    assert set(LAYOUTS) == set(KNOWN_LAYOUTS)
    assert all(theorems_of_scaling(name) for name in SCALINGS)
    assert theorems_of_scaling("linear") == ("E1", "E2")


def test_code_read_the_other_way_round_is_the_same() -> None:
    pairs = {(theorem, name) for theorem, names in CODE.items() for name in names}
    assert {(one, name) for name, ids in theorems_of_code().items() for one in ids} == pairs


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_a_law_and_its_theorems_name_each_other(law) -> None:
    ids = theorems_of_law(law)
    assert all(law in laws_of(find(name)) for name in ids)
    assert {one.id for one in theorems() if law in laws_of(one)} == set(ids)
    assert law.theorem is None or ids[0] == law.theorem


def test_used_by_is_leans_on_read_the_other_way_round() -> None:
    leans = {(one.id, needed) for one in theorems() for needed in one.depends}
    assert {(user, one.id) for one in theorems() for user in used_by(one)} == leans
    assert leans


def test_a_bug_names_the_theorems_that_it_obeys() -> None:
    assert "B2" in theorems_obeyed("wrong-base")
    said = {(one.id, slug) for one in theorems() for slug, _ in one.not_implied}
    assert {(name, slug) for slug in BUGS for name in theorems_obeyed(slug)} == said

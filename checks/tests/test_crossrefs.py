"""Theorems, laws and bugs name each other: every name leads somewhere."""

import pytest

from ropespec.checks.bugs import BUGS
from ropespec.checks.laws import LAWS, Law
from ropespec.spec import Theorem, theorems


def by_id(item: Theorem | Law) -> str:
    return item.id


CONTRACT = {
    *("shape-dtype-device", "input-untouched", "repeat", "empty", "global-state", "quiet"),
}
"""Laws about arrays, which come from no theorem."""

LAW_IDS = {law.id for law in LAWS}
THEOREM_IDS = {theorem.id for theorem in theorems()}


@pytest.mark.parametrize("theorem", theorems(), ids=by_id)
def test_a_theorem_names_known_bugs_laws_and_theorems(theorem: Theorem) -> None:
    assert {slug for slug, _ in theorem.not_implied} <= set(BUGS)
    assert set(theorem.laws) <= LAW_IDS
    assert set(theorem.depends) <= THEOREM_IDS
    assert len(theorem.altered) >= 3


@pytest.mark.parametrize("law", LAWS, ids=by_id)
def test_a_law_names_known_bugs_and_its_theorem(law: Law) -> None:
    assert law.kills or law.level == "information"
    assert set(law.kills) <= set(BUGS)
    assert law.theorem in THEOREM_IDS or law.id in CONTRACT

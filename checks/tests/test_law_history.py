"""The law on history: a table that a coarse prompt leaves behind shows in finer calls."""

import pytest

pytest.importorskip("torch")

from ropespec.checks.corpus import planted
from ropespec.checks.corpus.planted_torch_laws import CoarseTable
from ropespec.checks.laws import LEVELS, find_law, run_law
from ropespec.checks.opening import load

(COARSE,) = (entry for entry in planted() if entry.make is CoarseTable)


def judged(law, target, **more):
    return run_law(
        find_law(law), load(target, **COARSE.claims, **more), COARSE.config, LEVELS["quick"], 0,
        shrink=False,
    )  # fmt: skip


def test_a_prompt_in_bfloat16_that_leaves_a_coarse_table_breaks_the_law():
    found = judged("history", COARSE.target, factory=True)
    assert found.status == "fail"
    assert "after a long prompt in bfloat16" in found.reason
    assert judged("value", COARSE.target, factory=True).status == "pass"


def test_an_object_that_nobody_can_make_again_is_judged_by_what_was_seen():
    found = judged("history", COARSE.target())
    assert found.status == "fail"
    assert found.failure.steps

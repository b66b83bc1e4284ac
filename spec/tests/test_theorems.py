"""Every theorem: proved, complete, with altered statements refuted and no idle assumption."""

import ast
from pathlib import Path
from typing import Any

import pytest
import sympy as sp

import ropespec.spec
from ropespec.spec import Claim, Theorem, UnknownTheorem, chapters, find, prove, theorems
from ropespec.spec.report import TheoremResult

FOLDER = Path(ropespec.spec.__file__).parent
ALL = theorems()


@pytest.fixture(scope="module")
def results() -> dict[str, TheoremResult]:
    return {result.id: result for result in prove().results}


def test_the_chapters_hold_what_is_promised() -> None:
    wanted = [f"A{i}" for i in range(1, 6)] + [f"B{i}" for i in range(1, 8)]
    assert [theorem.id for theorem in ALL][: len(wanted)] == wanted
    for chapter in chapters():
        assert all(theorem.chapter == chapter.letter for theorem in chapter.theorems)
        assert 2 <= chapter.intro.count(". ") + 1 <= 4


@pytest.mark.parametrize("theorem", ALL, ids=lambda theorem: theorem.id)
class TestEachTheorem:
    def test_is_proved(self, theorem: Theorem, results: dict[str, TheoremResult]) -> None:
        assert results[theorem.id].problems == ()
        assert results[theorem.id].status == "proved"

    def test_has_three_altered_statements_refuted_with_a_witness(
        self, theorem: Theorem, results: dict[str, TheoremResult]
    ) -> None:
        altered = results[theorem.id].altered
        assert len(altered) >= 3
        for one in altered:
            assert one.verdict.refuted, one.what
            assert one.verdict.witness is not None, one.what

    def test_steps_claim_the_statement(self, theorem: Theorem) -> None:
        assert theorem.missing() == ()

    def test_says_what_it_means_and_what_it_does_not_imply(self, theorem: Theorem) -> None:
        assert theorem.meaning.endswith(".")
        assert theorem.not_implied
        assert all(reason.endswith(".") for _, reason in theorem.not_implied)
        assert theorem.laws

    def test_depends_on_earlier_theorems(self, theorem: Theorem) -> None:
        ids = [one.id for one in ALL]
        assert all(ids.index(other) < ids.index(theorem.id) for other in theorem.depends)

    def test_latex_is_balanced(self, theorem: Theorem) -> None:
        claims = [step.claim for step in theorem.proof]
        claims += [one.claim for one in theorem.altered]
        for tex in (theorem.latex(), *(claim.latex() for claim in claims)):
            assert tex.count("{") == tex.count("}")
            assert tex.count("\\left") == tex.count("\\right")
            assert "\\label" not in tex

    def test_each_assumption_is_needed(self, theorem: Theorem) -> None:
        for quantified in theorem.symbols:
            assert quantified.symbol is not None
            table = {quantified.symbol: bare(quantified.symbol)}
            verdicts = [step.claim.replace(table).check() for step in theorem.proof]
            assert not all(v.proved for v in verdicts), f"{quantified.tex} is not needed"

    def test_claims_are_data(self, theorem: Theorem) -> None:
        for step in theorem.proof:
            assert isinstance(step.claim, Claim)
            assert step.claim == step.claim.replace({})
            assert hash(step.claim) == hash(step.claim.replace({}))


def bare(symbol: Any) -> Any:
    """The same name without assumptions."""
    kind = sp.IndexedBase if isinstance(symbol, sp.IndexedBase) else sp.Symbol
    return kind(str(symbol))


def test_ids_are_found_in_either_case_and_suggested() -> None:
    assert find("b2") is find("B2")
    with pytest.raises(UnknownTheorem, match="'B22'; did you mean B2"):
        find("B22")
    with pytest.raises(UnknownTheorem, match="there are A1, A2"):
        find("zzz")


BANNED = {
    *("simplify", "trigsimp", "radsimp", "nsimplify", "evalf", "equals", "N", "random_poly"),
    *("checksol", "isclose", "allclose", "is_close", "almosteq", "nan_to_num"),
}


def test_no_verdict_can_rest_on_simplify_or_floating_point() -> None:
    for path in FOLDER.rglob("*.py"):
        if "tests" in path.parts:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            name = getattr(node, "attr", getattr(node, "id", None))
            assert name not in BANNED, f"{path.name} uses {name}"
            called = node.func if isinstance(node, ast.Call) else None
            assert getattr(called, "id", None) != "float", f"{path.name} calls float"
            constant = getattr(node, "value", None)
            assert not isinstance(constant, float), f"{path.name} holds the float {constant}"


def test_numpy_and_chapters_are_loaded_only_when_needed() -> None:
    for path in FOLDER.rglob("*.py"):
        if "tests" not in path.parts and path.name != "formulas.py":
            assert "numpy" not in path.read_text(encoding="utf-8"), path.name

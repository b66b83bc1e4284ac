"""The prover reports what is wrong: a false step, a missing one, an altered truth."""

import dataclasses
import json

import sympy as sp

from ropespec.spec import ProofReport, Theorem, find, prove
from ropespec.spec.claims import EverySize, PlaneIdentity
from ropespec.spec.notation import EYE, R, m, number, phi, rotary
from ropespec.spec.prover import environment, judge
from ropespec.spec.theorem import Altered, Source, Step

TRUE = PlaneIdentity(R(phi) @ R(-phi), R(sp.Integer(0)))
FALSE = PlaneIdentity(R(phi) @ R(phi), R(sp.Integer(0)))
UNKNOWN = PlaneIdentity(number(sp.tan(phi)), number(sp.sin(phi) / sp.cos(phi)))


def theorem(**changes: object) -> Theorem:
    """A small sound theorem, with some parts changed."""
    sound = Theorem(
        id="Z1",
        title="a test",
        source=Source("test"),
        symbols=(),
        statement=(TRUE,),
        proof=(Step("turn back", "", TRUE),),
        altered=(Altered("sign", FALSE),),
        meaning="A test.",
    )
    return dataclasses.replace(sound, **changes)  # type: ignore[arg-type]


def test_a_sound_theorem_is_proved() -> None:
    assert judge(theorem()).status == "proved"


def test_a_false_step_refutes_and_is_named() -> None:
    result = judge(theorem(statement=(FALSE,), proof=(Step("wrong turn", "", FALSE),)))
    assert result.status == "refuted"
    assert not result.ok
    assert "step 'wrong turn': refuted" in result.problems[0]
    assert "phi = 1" in result.problems[0]


def test_an_undecided_step_is_undecided_and_named() -> None:
    steps = (Step("turn back", "", TRUE), Step("tangent", "", UNKNOWN))
    result = judge(theorem(proof=steps))
    assert result.status == "undecided"
    assert "step 'tangent': undecided" in result.problems[0]


def test_a_proof_may_not_omit_its_statement() -> None:
    other = EverySize(rotary(m).T @ rotary(m), EYE)
    result = judge(theorem(statement=(TRUE, other)))
    assert result.status == "undecided"
    assert "no step of the proof claims" in result.problems[0]


def test_an_altered_statement_that_is_true_fails_the_run() -> None:
    result = judge(theorem(altered=(Altered("no change", TRUE),)))
    assert not result.ok
    assert (
        "altered statement 'no change' is proved, but should be refuted" in result.problems[0]
    )


def test_an_altered_statement_that_is_undecided_fails_the_run() -> None:
    assert not judge(theorem(altered=(Altered("tangent", UNKNOWN),))).ok


def test_no_proof_is_no_proof() -> None:
    assert not judge(theorem(statement=(), proof=())).ok


def test_nothing_proved_is_not_ok() -> None:
    assert not ProofReport((), 0, environment()).ok


def test_block_wise_terms_are_not_taken_for_one_plane() -> None:
    verdict = PlaneIdentity(rotary(m).T @ rotary(m), EYE).check()
    assert verdict.status == "undecided"


def test_the_report_is_the_published_json() -> None:
    seen = []
    report = prove("B2", "A1", progress=lambda *news: seen.append(news[1:]))
    data = json.loads(json.dumps(report.as_dict()))
    assert seen == [(1, 2), (2, 2)]
    assert set(data) >= {"theorems", "environment"}
    b2 = data["theorems"][0]
    assert set(b2) >= {
        *("id", "title", "source", "statement", "status", "seconds"),
        *("steps", "altered", "laws"),
    }
    assert b2["status"] == "proved"
    assert b2["altered"]["tried"] == b2["altered"]["refuted"] == len(find("B2").altered)
    assert b2["source"] == "RoFormer, arXiv 2104.09864, Eq. (11), (16)"
    assert all(step["status"] == "proved" for step in b2["steps"])

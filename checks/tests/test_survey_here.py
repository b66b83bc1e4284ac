"""The part of the survey that this environment has: transformers, torch and onnx."""

import json

import pytest
from jsonschema import Draft202012Validator

from ropespec.checks.survey import RESULTS

SCHEMA = json.loads(RESULTS.with_name("schema.json").read_text(encoding="utf-8"))
HERE = ("transformers/llama-3-8b", "torch/onnx-op-gptj", "onnx/gpt-j-6b")


@pytest.fixture(scope="module")
def surveyed(tmp_path_factory):
    pytest.importorskip("transformers")
    pytest.importorskip("onnx")
    from ropespec.checks.survey.survey import Plan, Survey

    plan = Plan(tmp_path_factory.mktemp("survey"), timed=False, here=True)
    return Survey(plan, lambda *_: None).run(HERE)


def test_it_follows_the_schema_and_agrees_with_what_is_committed(surveyed):
    Draft202012Validator(SCHEMA).validate(surveyed)
    committed = json.loads(RESULTS.read_text(encoding="utf-8"))
    known = {each["id"]: each["report"] for each in committed["implementations"]}
    assert [each["id"] for each in surveyed["implementations"]] == list(HERE)
    for each in surveyed["implementations"]:
        assert each["problem"] is None
        for key in ("verdict", "grades", "properties"):
            assert each["report"][key] == known[each["id"]][key], each["id"]


@pytest.mark.slow
def test_findings_in_what_is_installed_here_are_reproduced(tmp_path):
    from ropespec.checks.survey.findings import findings
    from ropespec.checks.survey.libraries import chosen
    from ropespec.checks.survey.survey import Job, Plan, Survey

    survey = Survey(Plan(tmp_path, here=True), lambda *_: None)
    ((library, _),) = chosen(["transformers"])
    for finding in findings():
        if finding.library == "transformers":
            done = survey._done(Job(library, "finding", finding.id))
            assert done["reproduced"], done


@pytest.mark.slow
def test_a_call_is_timed_beside_a_copy():
    from ropespec.checks.survey.libraries import chosen
    from ropespec.checks.survey.timing import speed

    pytest.importorskip("transformers")
    ((_, (peer,)),) = chosen(["transformers/llama-3-8b"])
    found = speed(peer)
    assert found["low"] <= found["ratio"] * 1.5
    assert found["samples"] >= 7

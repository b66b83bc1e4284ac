"""`ropespec survey`: adapters and locks that can be read, results that are kept, findings."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ropespec.checks.errors import CheckError
from ropespec.checks.survey import RESULTS, environments
from ropespec.checks.survey.findings import KINDS, REPRODUCTIONS, findings, script
from ropespec.checks.survey.libraries import LIBRARIES, LOCKS, Library, chosen
from ropespec.checks.survey.matrix import HEAD, row
from ropespec.checks.survey.survey import NOT_REACHED, Job, Plan, Survey, locked
from ropespec.checks.survey.table import unfinished
from ropespec.checks.survey.timing import SEQ, _places
from ropespec.checks.target import Claims

SCHEMA = json.loads(RESULTS.with_name("schema.json").read_text(encoding="utf-8"))
JUDGED = [library for library in LIBRARIES if not library.missing]
TOUCHED = {"problem": None, "result": {"ratio": 2.0}}


def quiet(done, total, what):
    """Show no progress."""


@pytest.fixture(scope="module")
def committed():
    return json.loads(RESULTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("library", JUDGED, ids=lambda library: library.name)
def test_adapters_can_be_listed_where_their_library_is_not_installed(library):
    slugs = [peer.slug for peer in library.peers]
    assert slugs
    assert len(set(slugs)) == len(slugs)
    for peer in library.peers:
        Claims.of(**peer.claims)
        assert peer.source
        assert re.fullmatch(r"[a-z0-9.-]+", peer.slug)


@pytest.mark.parametrize("library", JUDGED, ids=lambda library: library.name)
def test_every_version_is_exact_and_those_asked_for_are_among_them(library):
    for line in (*library.lock.read_text("utf-8").split(), *_shared()):
        assert re.fullmatch(r"[a-z0-9.-]+==[0-9][0-9a-z.]*", line), line
    packages = locked(library)
    assert packages["torch"] == "2.13.0"
    for wanted in library.wanted:
        name, version = wanted.split("==")
        assert packages[name.split("[")[0]] == version


def _shared():
    return environments.SHARED.read_text("utf-8").split()


def test_no_lock_file_is_left_over():
    names = {library.name for library in LIBRARIES} | {"shared"}
    assert {path.stem for path in LOCKS.glob("*.txt")} <= names


@pytest.mark.parametrize(
    ("name", "meant"), [("torchtun", "torchtune"), ("transformers/gptj-6b", "gpt-j-6b")]
)
def test_an_unknown_name_is_one_line_that_says_what_may_be_meant(ropespec_command, name, meant):
    code, _, errors = ropespec_command("survey", name)
    assert code == 2
    assert len(errors.splitlines()) == 1
    assert name.split("/")[-1] in errors
    assert f"did you mean {meant!r}?" in errors


def test_the_list_names_everything_and_runs_nothing(ropespec_command, tmp_path):
    code, text, _ = ropespec_command("survey", "--list", "--folder", str(tmp_path / "none"))
    assert code == 0
    assert not list(tmp_path.iterdir())
    for library in LIBRARIES:
        assert library.name in text
        assert all(f"{library.name}/{peer.slug}" in text for peer in library.peers)


def test_one_name_chooses_a_library_or_an_implementation_of_it():
    ((library, peers),) = chosen(["transformers/gpt-j-6b"])
    assert (library.name, [peer.slug for peer in peers]) == ("transformers", ["gpt-j-6b"])
    assert chosen(["onnx"])[0][1] == chosen(["onnx", "onnx/gpt-j-6b"])[0][1]
    with pytest.raises(CheckError, match="nothing-like-it"):
        chosen(["nothing-like-it"])


def test_results_are_kept_whole_and_made_again_when_what_decides_them_changes(tmp_path):
    library = chosen(["onnx"])[0][0]
    job = Job(library, "judge", "gpt-j-6b")
    survey = Survey(Plan(tmp_path), quiet)
    assert survey._kept(job) is None
    survey._keep(job, TOUCHED)
    assert survey._kept(job)["result"] == {"ratio": 2.0}
    assert Survey(Plan(tmp_path, seed=1), quiet)._kept(job) is None
    assert Survey(Plan(tmp_path, level="standard"), quiet)._kept(job) is None
    job.file(tmp_path).write_text('{"half a resu', encoding="utf-8")
    assert survey._kept(job) is None


def test_an_interrupted_run_goes_on_where_it_ended(tmp_path, monkeypatch, committed):
    ran = []

    def do(_, job):
        if len(ran) == 2:
            raise KeyboardInterrupt
        ran.append(job.name)
        return {"result": committed["implementations"][0]["report"]}

    monkeypatch.setattr(Survey, "_done", do)
    plan = Plan(tmp_path, timed=False)
    names = ["onnx", "torch/onnx-op-gptj"]
    survey = Survey(plan, quiet)
    part = survey.run(names)
    assert survey.interrupted
    assert [each["problem"] for each in part["implementations"]] == [None, None, NOT_REACHED]
    Draft202012Validator(SCHEMA).validate(part)
    first = ran.copy()
    ran.clear()
    survey = Survey(plan, quiet)
    found = survey.run(names)
    assert not survey.interrupted
    assert (first, ran) == (["onnx-op-gptj", "llama-3-8b"], ["gpt-j-6b"])
    assert len(found["implementations"]) == 3
    assert not unfinished(found)
    Draft202012Validator(SCHEMA).validate(found)


def test_what_could_not_be_run_is_tried_again(tmp_path, monkeypatch, committed):
    answers = [{"problem": "a network"}, {"result": committed["implementations"][0]["report"]}]
    monkeypatch.setattr(Survey, "_done", lambda *_: answers.pop(0))
    survey = Survey(Plan(tmp_path, timed=False), quiet)
    assert unfinished(survey.run(["onnx/gpt-j-6b"])) == ["onnx/gpt-j-6b: not judged: a network"]
    assert not unfinished(survey.run(["onnx/gpt-j-6b"]))


def test_an_environment_that_cannot_be_made_is_a_result(tmp_path, monkeypatch):
    lock = tmp_path / "nothing.txt"
    lock.write_text("there-is-no-such-package-ropespec==0.0.1\n", encoding="utf-8")
    monkeypatch.setattr(environments, "SHARED", lock)
    monkeypatch.setattr(environments, "_run", _refusing)
    found = Survey(Plan(tmp_path / "folder", timed=False), quiet).run(["onnx/gpt-j-6b"])
    (judged,) = found["implementations"]
    assert judged["problem"] == "what all environments share: no matching distribution"
    assert row(judged)[6] == "not judged"


def _refusing(command, name, variables):  # noqa: ARG001 - as it is called
    if "venv" in command:
        place = Path(command[-1])
        environments._packages(place).mkdir(parents=True)
        return
    raise CheckError(f"survey: {name}: no matching distribution")


def test_what_has_no_wheel_is_built_last_by_what_is_there(tmp_path, monkeypatch):
    commands = []

    def run(command, name, variables):
        if "venv" in command:
            _refusing(command, name, variables)
        else:
            commands.append((command, variables.get("FLASH_ATTENTION_SKIP_CUDA_BUILD")))

    monkeypatch.setattr(environments, "_run", run)
    ((library, _),) = chosen(["flash-attn"])
    made = environments.Environments(tmp_path, lambda _: None)
    made._make(tmp_path / "x", library, library.lock, [])
    (first, _), (last, skipped) = commands
    assert "triton==3.9.0" in first
    assert not any("flash-attn" in word for word in first)
    assert last[-2:] == ["--no-build-isolation", "flash-attn==2.8.3.post2"]
    assert skipped == "TRUE"


def test_a_kept_result_does_not_say_where_it_was_made(tmp_path):
    job = Job(chosen(["onnx"])[0][0], "judge", "gpt-j-6b")
    survey = Survey(Plan(tmp_path), quiet)
    survey._keep(job, {"problem": f"no module in {tmp_path.resolve()}/environments/onnx/lib"})
    assert survey._kept(job)["problem"] == "no module in environments/onnx/lib"


def test_what_an_interpreter_runs_is_judged_and_not_timed(tmp_path):
    jobs = list(Survey(Plan(tmp_path), quiet)._jobs(chosen(["liger-kernel", "onnx"])))
    assert {job.library.name for job in jobs if job.task == "judge"} == {"liger-kernel", "onnx"}
    assert {job.library.name for job in jobs if job.task == "speed"} == {"onnx"}


@pytest.mark.parametrize(("end", "axes"), [(None, 0), (31, 0), (31, 2), (None, 3)])
def test_calls_that_are_timed_stay_within_what_is_claimed(end, axes):
    found = _places(end, axes)
    assert found.shape == ((1, SEQ, axes) if axes else (1, SEQ))
    assert found.min() == 0
    assert found.max() <= (SEQ - 1 if end is None else end)
    if axes == 2:
        assert len({tuple(place) for place in found[0].tolist()}) == SEQ


def test_a_library_without_a_lock_file_says_so(tmp_path):
    made = environments.Environments(tmp_path, lambda _: None)
    with pytest.raises(CheckError, match=r"has no lock file missing\.txt"):
        made._make(tmp_path / "x", Library("missing"), Library("missing").lock, [])


def test_every_finding_has_a_script_of_under_ten_lines_without_ropespec():
    assert {path.stem for path in REPRODUCTIONS.glob("*.py")} == {one.id for one in findings()}
    for finding in findings():
        text = script(finding.id).read_text(encoding="utf-8")
        assert len([line for line in text.splitlines() if line.strip()]) < 10, finding.id
        assert "ropespec" not in text
        compile(text, finding.id, "exec")
        assert finding.kind in KINDS
        assert finding.library in {library.name for library in LIBRARIES}


def test_the_committed_results_follow_their_schema(committed):
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(committed)


@pytest.mark.parametrize(
    "wrong",
    [
        {"verdict": "fine"},
        {"heat": {"positions": [0], "pairs": 1, "steps": {"float32": ["9"]}}},
    ],
)
def test_the_schema_refuses_what_is_wrong(committed, wrong):
    broken = json.loads(json.dumps(committed))
    next(each for each in broken["implementations"] if each["report"])["report"] |= wrong
    assert not Draft202012Validator(SCHEMA).is_valid(broken)


def test_the_committed_results_are_those_of_all_adapters_and_findings(committed):
    ids = {f"{one.name}/{peer.slug}" for one in LIBRARIES for peer in one.peers}
    assert {each["id"] for each in committed["implementations"]} == ids
    assert {each["name"] for each in committed["libraries"]} == {x.name for x in LIBRARIES}
    assert {each["id"] for each in committed["findings"]} == {one.id for one in findings()}


def test_no_deviation_is_claimed_that_its_script_did_not_show(committed):
    for finding in committed["findings"]:
        assert finding["reproduced"], finding["id"]
        assert finding["code"] == script(finding["id"]).read_text(encoding="utf-8")


def test_the_committed_versions_are_those_of_the_locks(committed):
    by_name = {library.name: library for library in JUDGED}
    for each in committed["libraries"]:
        if each["missing"] is None:
            assert each["packages"] == locked(by_name[each["name"]])


def test_every_row_of_the_matrix_has_every_column(committed):
    for implementation in committed["implementations"]:
        assert len(row(implementation)) == len(HEAD)

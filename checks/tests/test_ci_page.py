"""The workflow and the files that the pages tell people to copy work as they are written."""

import importlib.resources
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from ropespec.checks.cli.app import app
from ropespec.checks.known_failures import read_known
from ropespec.checks.plugin import held as _held  # noqa: F401 - pytester forgets imports

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SNIPPETS = ROOT / "docs" / "snippets"
PAGES = ROOT / "docs" / "en" / "check"
BASH = shutil.which("bash")


@pytest.fixture(scope="module")
def workflow():
    text = (SNIPPETS / "ropespec.yml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - `on` stays a text


def steps(workflow):
    found = workflow["jobs"]["ropespec"]["steps"]
    return {step.get("name", step.get("uses")): step for step in found}


def test_the_workflow_checks_and_keeps_what_it_wrote(workflow):
    found = steps(workflow)
    check = shlex.split(found["Check the rotary embedding"]["run"])
    written = {word for word in check if word.startswith("ropespec-report/")}
    assert found["Keep the reports"]["with"]["path"] == "ropespec-report"
    assert found["Keep the reports"]["with"]["if-no-files-found"] == "error"
    assert found["Show failures beside the code"]["with"]["sarif_file"] in written
    assert workflow["permissions"]["security-events"] == "write"
    after = list(found)[list(found).index("Check the rotary embedding") + 1 :]
    assert [found[name]["if"] for name in after] == ["${{ !cancelled() }}"] * 2
    assert not any("continue-on-error" in step for step in found.values())


def run(workflow, folder, *more):
    """Run the lines of the step that checks, as the service does: bash -e."""
    lines = steps(workflow)["Check the rotary embedding"]["run"].rstrip()
    summary = folder / "summary.md"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    shutil.copy(SNIPPETS / "my_rope.py", folder)
    return subprocess.run(  # noqa: S603
        [str(BASH), "-e", "-c", lines + " " + shlex.join(more)],
        cwd=folder,
        env={**os.environ, "PATH": path, "GITHUB_STEP_SUMMARY": str(summary)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.skipif(BASH is None, reason="bash is not installed")
@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ((), 0, "conformant"),
        (("--law", "pass-through"), 5, "nothing was run"),
        (("--base", "10000", "--law", "value"), 1, "wrong-base"),
    ],
    ids=["right", "nothing run", "wrong"],
)
def test_its_lines_run_and_fail_when_nothing_ran(workflow, tmp_path, more, code, words):
    done = run(workflow, tmp_path, *more)
    assert done.returncode == code, done.stderr
    assert words in done.stdout
    assert words in (tmp_path / "summary.md").read_text(encoding="utf-8")
    names = {path.name for path in (tmp_path / "ropespec-report").iterdir()}
    assert names == {"report.json", "junit.xml", "ropespec.sarif", "report.html", "badge.json"}
    values = json.loads((tmp_path / "ropespec-report" / "report.json").read_text())
    schema = importlib.resources.files("ropespec.checks.report").joinpath("schema.json")
    jsonschema.validate(values, json.loads(schema.read_text(encoding="utf-8")))


def test_the_list_of_known_failures_can_be_read():
    (one,) = read_known(str(SNIPPETS / "known.toml"))
    assert (one.law, one.target) == ("value", "docs/snippets/my_rope.py:apply")


def test_the_test_of_the_page_runs(pytester):
    for name in ("my_rope.py", "test_my_rope.py"):
        shutil.copy(SNIPPETS / name, pytester.path)
    chosen = "value or norm or pass-through"
    result = pytester.runpytest_inprocess("-p", "no:hypothesispytest", "-k", chosen)
    found = result.parseoutcomes()
    assert (found["passed"], found["skipped"]) == (2, 1)


def options():
    """Every option of `ropespec check`."""
    import typer

    command = typer.main.get_command(app).commands["check"]
    return {name for parameter in command.params for name in parameter.opts}


@pytest.mark.parametrize("page", ["reports.md", "known.md", "ci.md", "pytest.md"])
def test_the_pages_name_options_that_exist(page):
    text = (PAGES / page).read_text(encoding="utf-8")
    foreign = {"--ropespec", "--ropespec-args", "--dist"}
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) - foreign
    assert named <= options(), named - options()


def test_the_page_of_reports_names_every_form():
    text = (PAGES / "reports.md").read_text(encoding="utf-8")
    forms = {"--json", "--junit", "--sarif", "--markdown", "--html", "--badge"}
    assert {name for name in forms if f"`{name} FILE`" in text} == forms <= options()

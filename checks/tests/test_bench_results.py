"""What `ropespec bench` says of peers, and its tables and picture, from a few rows."""

from typing import Any

import pytest

from ropespec.checks.bench.tables import part_cells, peers_line, shown

torch = pytest.importorskip("torch")

from ropespec.checks.bench import rivals, worker  # noqa: E402
from ropespec.checks.bench.cases import Case  # noqa: E402
from ropespec.checks.bench.rival_operators import Turn  # noqa: E402

CASE = {"batch": 1, "seq": 4096, "dtype": "float32", "axes": "bhsd", "layout": "half"}
TIMES = {"ratio": 2.0, "low": 1.5, "high": 2.5, "seconds": 1.0, "samples": 7}


def row(name: str, **changed: Any) -> dict[str, Any]:
    return {"name": name, **CASE, **TIMES, **changed}


def unable(case: Case, start: int) -> Turn:
    raise ValueError(f"no table for {case.seq} from {start}")


def test_a_peer_that_is_not_installed_is_named() -> None:
    assert peers_line({"a": "1.0", "b": None}) == "peers: a 1.0; not installed: b"
    assert set(rivals.versions()) >= {"transformers", "torchtune", "diffusers", "onnxruntime"}


def test_a_peer_without_its_package_is_left_out_of_the_cases() -> None:
    absent = rivals.Rival("x", "no_such_package", "x", rivals.EITHER, rivals.ANY, unable)
    there = absent._replace(package="json", dtypes=("float32",))
    case = Case(1, 3, "float32", "bhsd", "half")
    assert not absent.takes(case)
    assert there.takes(case)
    assert not there.takes(Case(1, 3, "bfloat16", "bhsd", "half"))
    assert not there._replace(layouts=("interleaved",)).takes(case)
    assert not there._replace(axes=("bshd",)).takes(case)


def test_a_peer_that_fails_has_a_row_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = rivals.Rival("broken", "", "", rivals.EITHER, rivals.ANY, unable)
    monkeypatch.setattr(rivals, "RIVALS", (broken,))
    options = {
        "task": "speed", "seqs": [2], "dtypes": ["float32"], "axes": ["bhsd"],
        "layouts": ["half"], "threads": 1, "budget": 0.0, "compiled": False, "backward": False,
    }  # fmt: skip
    found = {one["name"]: one for one in worker.main(options)}
    assert found["broken"]["failed"] == "ValueError: no table for 2 from 0"
    assert shown(found["broken"]) == "failed: ValueError: no table for 2 from 0"
    assert found["ropespec: fresh"]["ratio"] > 0


def test_cells_stand_under_their_cases() -> None:
    rows = [row("a"), row("b", axes="bshd"), row("a", axes="bshd", ratio=3.0)]
    head, lines = part_cells(rows, ("axes", "layout"))
    assert head == ["bhsd half", "bshd half"]
    two, three = "2.00 (1.50-2.50)", "3.00 (1.50-2.50)"
    assert lines == [["a", two, three], ["b", "", two]]


def test_the_picture_has_a_line_for_each_way_and_a_panel_for_each_dtype() -> None:
    pytest.importorskip("matplotlib")
    from ropespec.checks.bench.picture import figure

    rows = [row("ropespec: fresh"), row("other"), row("other", dtype="bfloat16")]
    short = row("short", seq=512)
    part = {"title": "ratio to copying, 1 thread, warm process", "rows": [*rows, short]}
    drawn = figure({"parts": [part, {"title": "first call, seconds", "rows": []}]})
    titles = [axes.get_title() for axes in drawn.axes]
    assert titles == [f"{d}, 1 thread, warm process" for d in ("float32", "bfloat16")]
    assert [t.get_text() for t in drawn.axes[0].get_yticklabels()] == [
        "ropespec: fresh", "other"
    ]  # fmt: skip


@pytest.mark.parametrize("option", ["--seq", "--threads"])
@pytest.mark.parametrize("given", ["0", "-1"])
def test_nothing_is_measured_for_no_tokens_or_threads(
    ropespec_command: Any, option: str, given: str
) -> None:
    code, _, err = ropespec_command("bench", option, given)
    assert code == 2
    assert err.startswith(f"ropespec: {option}: got {given}, expected a whole number from 1")
    assert err.count("\n") == 1

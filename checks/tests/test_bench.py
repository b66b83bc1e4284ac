"""`ropespec bench`: what it measures, how it is shown, and that its figures can be wrong."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ropespec.checks.bench.tables import part_tables, shown

torch = pytest.importorskip("torch")

from ropespec.checks.bench import worker  # noqa: E402
from ropespec.checks.bench.accuracy import POSITIONS  # noqa: E402
from ropespec.checks.bench.bench import bench, plan  # noqa: E402
from ropespec.checks.bench.cases import Case  # noqa: E402
from ropespec.checks.bench.contestants import own, peers  # noqa: E402
from ropespec.checks.bench.timing import paired  # noqa: E402
from ropespec.checks.errors import CheckError  # noqa: E402

pytestmark = pytest.mark.slow


def test_a_call_that_does_twice_the_work_takes_twice_the_time() -> None:
    x = torch.randn(200_000)
    found = paired(lambda: (x.cos(), x.cos()), lambda: x.cos(), budget=0.05)
    assert 1.3 < found.ratio < 3
    assert found.low <= found.high
    assert found.samples >= 7


@pytest.mark.parametrize("axes", ["bhsd", "bshd"])
@pytest.mark.parametrize("layout", ["half", "interleaved"])
def test_every_contestant_turns_the_same_way(layout: str, axes: str) -> None:
    case = Case(2, 9, "float32", axes, layout)
    calls: list[Any] = [*own(case), *peers(case, compiled=False)]
    assert len(calls) >= 4 if layout == "interleaved" else len(calls) >= 3
    first = calls[1].call()
    for contestant in calls[1:]:
        for one, other in zip(contestant.call(), first, strict=True):
            torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_accuracy_tells_exact_from_float32_angles() -> None:
    rows = list(worker.main({"task": "accuracy", "dtypes": ["bfloat16"], "threads": 1}))
    assert {row["position"] for row in rows} == set(POSITIONS)
    for row in rows:
        if str(row["name"]).startswith("ropespec"):
            assert row["units"] <= 0.51
    far = [r for r in rows if r["position"] > 1e5 and "complex" in str(r["name"])]
    assert far
    assert all(row["units"] > 1 for row in far)


def test_the_plan_has_every_part_and_its_lines_are_json() -> None:
    parts = list(plan([4], ["float32"], [1, 2], 0.01, compiled=False))
    titles = " ".join(title for title, _, _ in parts)
    for word in ("1 thread, warm", "2 threads, plain", "one token", "memory", "first", "far"):
        assert word in titles
    options = {**parts[0][2], "axes": ["bhsd"], "layouts": ["half"]}
    rows = [json.loads(json.dumps(row)) for row in worker.main(options)]
    assert any("backward" in row["name"] for row in rows)
    (table,) = part_tables({"title": "t", "rows": rows})
    assert table.row_count == len(rows)
    assert "(" in shown(rows[0])


def test_the_cost_of_an_element_is_told_by_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "LENGTHS", [(4, 0), (8, 0), (4, 1048572), (2**40, 0)])
    options = {"task": "length", "dtypes": ["bfloat16"], "axes": ["bhsd"], "layouts": ["half"]}
    rows = list(worker.main({**options, "budget": 0.001}))
    assert all(row["nanoseconds"] > 0 for row in rows[:3])
    assert shown(rows[3]) == f"failed: needs {2**40 * 40 * 128 * 2 / 2**30:.0f} GB"
    (table,) = part_tables({"title": "t", "rows": rows})
    heads = [str(column.header) for column in table.columns]
    assert heads == [
        "",
        "half\n4\nfrom\n0",
        "half\n8\nfrom\n0",
        "half\n4\nfrom\n1048572",
        "half\n1099511627776\nfrom\n0",
    ]


@pytest.mark.parametrize("width", [80, 100])
def test_tables_fit_a_terminal_and_cut_no_figure(width: int) -> None:
    said = {"dtype": "bfloat16", "axes": "bhsd", "batch": 1, "ratio": 10.5}
    rows = [
        {**said, "name": name, "seq": seq, "layout": layout, "low": 10.25, "high": 10.75}
        for name in ("torch.onnx.ops.rotary_embedding", "Hugging Face, eager: forward")
        for seq in (512, 4096)
        for layout in ("half", "interleaved")
    ]
    console = Console(width=width, record=True, file=io.StringIO())
    for table in part_tables({"title": "t", "rows": rows}):
        console.print(table)
    lines = console.export_text()
    assert "…" not in lines
    assert lines.count("10.25-10.75") == len(rows)
    assert max(map(len, lines.splitlines())) <= width


def test_a_worker_that_fails_is_one_line() -> None:
    with pytest.raises(CheckError, match="bench: speed ended with 1: KeyError"):
        bench([1], ["float99"], [1], 0.01, False, lambda _: None)


def test_an_interrupted_run_keeps_what_it_has_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def worker(process: str, options: dict[str, Any]) -> list[dict[str, Any]]:
        calls.append(process)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return [{"name": options["task"], "seconds": 1.0}]

    monkeypatch.setattr("ropespec.checks.bench.bench._worker", worker)
    kept: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        bench([1], ["float32"], [1], 0.01, False, lambda _: None,
              lambda found: kept.append(len(found["parts"])))  # fmt: skip
    assert kept == [1, 2]


@pytest.mark.parametrize("to", ["-", "speed.json", None])
def test_an_interrupted_command_shows_what_it_has_measured(
    ropespec_command: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, to: str | None
) -> None:
    calls: list[str] = []

    def worker(process: str, _: dict[str, Any]) -> list[dict[str, Any]]:
        calls.append(process)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return []

    monkeypatch.setattr("ropespec.checks.bench.bench._worker", worker)
    monkeypatch.chdir(tmp_path)
    code, out, err = ropespec_command("bench", *(["--json", to] if to else []))
    assert code == 130
    assert err.splitlines()[-1].endswith("parts that were measured and are kept: 1")
    if to is None:
        assert "ratio to copying, 1 thread, warm process" in out
    else:
        kept = json.loads(out if to == "-" else (tmp_path / to).read_text())
        assert len(kept["parts"]) == 1


@pytest.mark.parametrize(
    "words",
    [("--budget", "0"), ("--budget", "nan"), ("--budget", "inf"), ("--threads", "100000"),
     ("--json", "no/folder.json"), ("--json", "")],
)  # fmt: skip
def test_what_cannot_be_measured_is_refused_at_once(
    ropespec_command: Any, words: tuple[str, str]
) -> None:
    code, _, err = ropespec_command("bench", *words)
    assert code == 2
    assert err.startswith(f"ropespec: {words[0]}: got ")
    assert err.count("\n") == 1

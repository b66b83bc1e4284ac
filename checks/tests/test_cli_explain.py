"""`ropespec explain` on files: every group of layers, the picture, the JSON."""

import json

import pytest

from ropespec.checks.cli import main

GEMMA = {
    "model_type": "gemma3_text", "head_dim": 256, "num_hidden_layers": 6,
    "max_position_embeddings": 131072, "rope_parameters": {
        "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
        "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
    },
}  # fmt: skip
FIELDS = (
    *("rotary", "inv_freq", "attention_factor", "layout", "sign"),
    *("head_dim", "rotary_dim", "rotary_end", "axes"),
)


@pytest.fixture
def explain(tmp_path, capsys):
    """Write a file, explain it; return the code, what was printed, and the JSON."""

    def run(words, *arguments):
        path, out = tmp_path / "config.json", tmp_path / "explained.json"
        path.write_text(json.dumps(words), encoding="utf-8")
        with pytest.raises(SystemExit) as ended:
            main(["explain", str(path), "--json", str(out), *arguments])
        data = json.loads(out.read_text()) if out.exists() else None
        captured = capsys.readouterr()
        return ended.value.code, captured.out, captured.err, data

    return run


def test_a_file_with_two_kinds_of_layers(explain):
    code, out, err, data = explain(GEMMA)
    assert (code, err) == (0, "")
    assert "sliding_attention (layers 0-4)" in out
    assert "55 of 128 pairs never complete a turn" in out
    assert "context 131072" in out
    sliding, full = data["layers"]
    assert sliding["layer_types"] == ["sliding_attention"]
    assert full["layers"] == [5]
    assert full["inv_freq"][0] == 0.125
    assert all(key in layer for key in FIELDS for layer in data["layers"])
    assert data["warnings"] == []


def test_layers_without_rotary_embedding(explain):
    words = {"model_type": "smollm3", "head_dim": 128, "num_hidden_layers": 8}
    code, out, _, data = explain({**words, "rope_parameters": {"rope_theta": 5e6}})
    assert code == 0
    assert "no rotary embedding" in out
    assert [layer["rotary"] for layer in data["layers"]] == [True, False]
    assert data["layers"][1]["layers"] == [3, 7]
    assert {warning["name"] for warning in data["warnings"]} == {"layers-without-rope"}


def test_a_length(explain):
    law = {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0}
    words = {"model_type": "llama", "head_dim": 128, "max_position_embeddings": 4096}
    lowest = [
        explain({**words, "rope_parameters": law}, "--length", length)[3]["layers"][0]
        for length in ("4096", "8192")
    ]
    assert lowest[0]["inv_freq"][-1] == pytest.approx(3 * lowest[1]["inv_freq"][-1])


def test_an_unreadable_model_is_one_line(explain):
    code, out, err, data = explain({"model_type": "unheard-of"})
    assert (code, out, data) == (2, "", None)
    assert err.count("\n") == 1
    assert "model_type" in err


def printed(capsys, *arguments):
    """Run a command that must succeed; return what it printed."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments])
    captured = capsys.readouterr()
    assert (ended.value.code, captured.err) == (0, "")
    return captured.out


def test_a_theorem_reads_well_in_80_columns(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    out = printed(capsys, "explain", "B2")
    assert max(map(len, out.splitlines())) <= 80
    assert "\\" not in out
    assert "$" not in out
    lines = [line.strip() for line in out.splitlines()]
    places = [
        lines.index(line)
        for line in (
            "B2: The score depends on the distance alone",
            "proved: 4 of 4 steps accepted, 5 of 5 false neighbours refuted",
            "Statement",
            "(Rₘ q)ᵀ Rₙ k = qᵀ Rₙ₋ₘ k",
            "What it says",
            "Proof",
            "What is false",
            "- sign: positions added instead of subtracted",
            "(Rₘ q)ᵀ Rₙ k = qᵀ Rₘ₊ₙ k",
            "What it does not imply: bugs that obey it",
            "Around it",
        )
    ]
    assert places == sorted(places)
    assert "refuted at d = 2: k[0] = 1" in out


def test_a_correction_is_shown(capsys):
    assert "What was corrected" in printed(capsys, "explain", "H2")
    assert "What was corrected" not in printed(capsys, "explain", "B2")


def test_a_theorem_as_json(capsys):
    data = json.loads(printed(capsys, "explain", "b2", "--json", "-"))
    assert (data["kind"], data["id"], data["status"]) == ("theorem", "B2", "proved")
    assert data["statement_text"] == ["(Rₘ q)ᵀ Rₙ k = qᵀ Rₙ₋ₘ k"]
    assert all(one["witness"] for one in data["altered"]["details"])
    assert "B1" in data["depends"]
    assert "relative-position" in data["laws"]


@pytest.mark.parametrize(
    ("what", "kind", "key", "value"),
    [("wrong-base", "bug", "laws", "value"), ("norm", "law", "used in", "A1")],
)
def test_laws_and_bugs_as_json(capsys, what, kind, key, value):
    data = json.loads(printed(capsys, "explain", what, "--json", "-"))
    assert (data["kind"], data["id"]) == (kind, what)
    assert value in data[key]


def test_lists_as_json(capsys):
    data = json.loads(printed(capsys, "list", "theorems", "--json", "-"))
    first = data["theorems"][0]
    assert (first["id"], first["status"]) == ("A1", "not run")
    assert "RoFormer" in first["source"]
    assert set(json.loads(printed(capsys, "list", "--json", "-"))) == {
        *("theorems", "laws", "bugs", "variants")
    }


@pytest.mark.parametrize(
    ("model_type", "order"),
    [
        ("qwen2_vl_text", "4, 6, 6, one axis after the other"),
        ("qwen3_vl_text", "4, 6, 6; interleaved: the first pairs turn by axis 0 1 2 0 1 2 0"),
    ],
)
def test_sections_say_how_they_lie(explain, model_type, order):
    law = {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [4, 6, 6]}
    _, out, _, _ = explain({"model_type": model_type, "head_dim": 32, "rope_parameters": law})
    assert f"pairs per axis {order}" in " ".join(out.split())

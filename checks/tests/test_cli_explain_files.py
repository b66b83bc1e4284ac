"""`ropespec explain` on every kind of file, on what is no file, and on narrow terminals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ropespec.reference import RotaryConfig
from ropespec.reference.readers import gguf_writer, onnx_writer

BAD = {
    "empty": (b"", "expected JSON; Expecting value"),
    "list": (b"[1]", "it holds a list"),
    "null": (b"null", "it holds a NoneType"),
    "mark": (b"\xef\xbb\xbf{}", "BOM"),
    "utf-16": (b"\xff\xfe{", "it is no UTF-8 text"),
    "nan": (b'{"model_type": "llama", "head_dim": NaN}', "head_dim: got nan"),
    "infinite": (b'{"model_type": "llama", "head_dim": 8, "rope_theta": 1e999}', "got inf"),
    "twice": (b'{"head_dim": 8, "head_dim": 8}', "the key only once"),
    "deep": (b"[" * 100000, "nested too deeply"),
    "digits": (b'{"head_dim": ' + b"1" * 5000 + b"}", "too many digits"),
    "neither": (b'{"dim": 64, "n_heads": 2}', "neither's keys"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line(tmp_path: Path, ropespec_command, name):
    text, message = BAD[name]
    path = tmp_path / "config.json"
    path.write_bytes(text)
    code, out, err = ropespec_command("explain", str(path))
    assert (code, out) == (2, "")
    assert message in err
    assert err.startswith("ropespec: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["missing.json", "missing.gguf", "missing.onnx", "no/such"])
def test_no_file_is_one_line(tmp_path: Path, ropespec_command, name):
    code, _, err = ropespec_command("explain", str(tmp_path / name), "--base", "10000")
    assert code == 2
    assert err.count("\n") == 1
    assert "expected" in err


def test_a_folder_is_one_line(tmp_path: Path, ropespec_command):
    code, _, err = ropespec_command("explain", str(tmp_path))
    assert (code, err.count("\n")) == (2, 1)


def explained(ropespec_command, path, *arguments):
    code, out, err = ropespec_command("explain", str(path), "--json", "-", *arguments)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_metas_file(tmp_path: Path, ropespec_command):
    path = tmp_path / "params.json"
    words = {"dim": 4096, "n_heads": 32, "n_kv_heads": 8, "rope_theta": 500000.0}
    path.write_text(json.dumps({**words, "use_scaled_rope": True}))
    [layer] = explained(ropespec_command, path)["layers"]
    assert (layer["layout"], layer["head_dim"]) == ("interleaved", 128)
    assert layer["scaling"]["rope_type"] == "llama3"


def test_mistrals_file(tmp_path: Path, ropespec_command):
    path = tmp_path / "params.json"
    path.write_text(json.dumps({"dim": 4096, "n_heads": 32, "hidden_dim": 14336}))
    data = explained(ropespec_command, path)
    assert data["layers"][0]["base"] == 1e6
    assert [warning["name"] for warning in data["warnings"]] == ["base-assumed"]


@pytest.mark.parametrize("name", ["model.gguf", "model"])
def test_a_gguf_file_is_known_by_its_beginning(tmp_path: Path, ropespec_command, name):
    pytest.importorskip("gguf")
    path = tmp_path / name
    config = RotaryConfig(64, layout="half", base=1e6)
    gguf_writer.write(path, config, "qwen2")
    [layer] = explained(ropespec_command, path)["layers"]
    assert layer["inv_freq"] == config.inv_freq().tolist()


def test_an_onnx_model_needs_a_base(tmp_path: Path, ropespec_command):
    onnx = pytest.importorskip("onnx")
    path = tmp_path / "model.onnx"
    config = RotaryConfig(16, layout="half", base=500.0)
    onnx.save(onnx_writer.model(config, 8), str(path))
    code, _, err = ropespec_command("explain", str(path))
    assert (code, err.count("\n")) == (2, 1)
    assert "--base" in err
    [layer] = explained(ropespec_command, path, "--base", "500")["layers"]
    np.testing.assert_array_equal(layer["inv_freq"], config.inv_freq())


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_picture_fits_the_terminal(tmp_path: Path, ropespec_command, monkeypatch, width):
    monkeypatch.setenv("COLUMNS", str(width))
    path = tmp_path / "config.json"
    words = {"model_type": "llama", "head_dim": 64, "rope_theta": 1e4}
    path.write_text(json.dumps({**words, "max_position_embeddings": 4096}))
    code, out, _ = ropespec_command("explain", str(path))
    assert code == 0
    assert "…" not in out
    assert "9 of 32 pairs never" in " ".join(out.split())
    assert all(len(line.rstrip()) <= width for line in out.splitlines())


LONG = {"type": "longrope", "short_factor": [1.0] * 8, "long_factor": [1.0, *[4.0] * 7]}
PHI = {
    "model_type": "phi3", "hidden_size": 64, "num_attention_heads": 4, "rope_theta": 1e4,
    "original_max_position_embeddings": 4096, "max_position_embeddings": 131072,
    "rope_scaling": LONG,
}  # fmt: skip


def test_a_law_that_depends_on_the_length_is_shown_at_both(tmp_path: Path, ropespec_command):
    """LongRoPE's long list is in force beyond the trained length, up to the context."""
    path = tmp_path / "config.json"
    path.write_text(json.dumps(PHI))
    [layer] = explained(ropespec_command, path)["layers"]
    [longer] = explained(ropespec_command, path, "--length", "131072")["layers"]
    assert (layer["context"], layer["longer"]["context"]) == (4096, 131072)
    assert layer["never_turn"] == [6, 7]
    assert layer["longer"]["inv_freq"] == longer["inv_freq"] != layer["inv_freq"]
    assert layer["longer"]["never_turn"] == longer["never_turn"] == []
    assert longer["longer"] is None
    out = " ".join(ropespec_command("explain", str(path))[1].split())
    assert "of 4096 positions 2 of 8 pairs never complete a turn: 6-7" in out
    assert "beyond, up to 131072 positions" in out
    assert "7 of 8 frequencies (1-7), divided by up to 4" in out


def test_phimoes_amplitude_changes_with_the_length(tmp_path: Path, ropespec_command):
    path = tmp_path / "config.json"
    scaling = {**LONG, "short_mscale": 1.25, "long_mscale": 1.5}
    path.write_text(json.dumps({**PHI, "model_type": "phimoe", "rope_scaling": scaling}))
    out = ropespec_command("explain", str(path))[1]
    assert [line.split()[1] for line in out.splitlines() if "amplitude" in line] == [
        "1.25", "1.5",
    ]  # fmt: skip


def test_other_laws_are_shown_once(tmp_path: Path, ropespec_command):
    path = tmp_path / "config.json"
    scaling = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096}
    words = {**PHI, "model_type": "qwen2", "rope_scaling": scaling}
    path.write_text(json.dumps(words))
    [layer] = explained(ropespec_command, path)["layers"]
    assert (layer["context"], layer["longer"]) == (131072, None)
    assert "beyond" not in ropespec_command("explain", str(path))[1]

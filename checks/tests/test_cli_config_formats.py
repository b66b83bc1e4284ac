"""`--config` takes every file that `ropespec explain` takes; options say what a file cannot."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ropespec.checks.cli.configuration import declared
from ropespec.checks.cli.options import ConventionOptions
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.readers import gguf_writer, onnx_writer, read

BAICHUAN = {
    "model_type": "baichuan",
    "hidden_size": 4096,
    "num_attention_heads": 32,
    "num_hidden_layers": 2,
    "max_position_embeddings": 4096,
}


def config(path: Path, **options: object) -> RotaryConfig:
    return declared(ConventionOptions(config=str(path), **options))  # type: ignore[arg-type]


def written(path: Path, words: Mapping[str, object]) -> Path:
    path.write_text(json.dumps(words), encoding="utf-8")
    return path


def test_a_params_json(tmp_path: Path) -> None:
    words = {"dim": 2048, "n_heads": 16, "use_scaled_rope": False, "multiple_of": 256}
    path = written(tmp_path / "params.json", {**words, "rope_theta": 500000.0})
    assert config(path) == RotaryConfig(128, base=500000.0)
    assert config(path, base=20000.0).base == 20000.0
    path = written(tmp_path / "older.json", words)
    assert config(path, base=20000.0) == RotaryConfig(128, base=20000.0)
    with pytest.raises(ConfigError, match="rope_theta: got None"):
        config(path)


def test_a_gguf_file(tmp_path: Path) -> None:
    pytest.importorskip("gguf")
    meant = RotaryConfig(96, 48, base=20000.0, layout="half", max_position=2047)
    path = tmp_path / "model.gguf"
    gguf_writer.write(path, meant, "gptneox")
    assert config(path).replace(max_position=2047) == meant
    assert config(path, layout="interleaved").layout == "interleaved"


def test_an_onnx_model(tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx")
    meant = RotaryConfig(
        20, base=5000.0, layout="half", sign=-1, scaling={"rope_type": "linear", "factor": 4},
        max_position=300,
    )  # fmt: skip
    path = tmp_path / "model.onnx"
    onnx.save(onnx_writer.model(meant, 301), path)
    scaling = '{"rope_type": "linear", "factor": 4}'
    assert config(path, base=5000.0, sign=-1, scaling=scaling) == meant
    with pytest.raises(ConfigError, match="base: got None, expected the base"):
        config(path)
    with pytest.raises(ConfigError, match=r"cos_cache\["):
        config(path, base=5000.0, sign=-1)


def test_what_a_file_cannot_say_is_told(tmp_path: Path, ropespec_command) -> None:
    path = written(tmp_path / "config.json", BAICHUAN)
    with pytest.raises(ConfigError, match="13B"):
        config(path)
    assert config(path, layout="half").layout == "half"
    out = tmp_path / "out.json"
    told = ("--layout", "half", "--sign", "-1")
    assert ropespec_command("explain", str(path), *told, "--json", str(out))[0] == 0
    [layer] = json.loads(out.read_text(encoding="utf-8"))["layers"]
    assert (layer["layout"], layer["sign"]) == ("half", -1)


def test_overruling_what_a_file_says_is_a_note() -> None:
    own = {"head_dim": 20, "layout": "half"}
    [note] = read(own, layout="interleaved").warnings
    assert (note.name, note.kind) == ("layout-overruled", "note")
    assert note.message == "layout interleaved as asked, not half"
    assert not read(own, layout="half").warnings

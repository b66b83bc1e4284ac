"""Vectors: what they say is true, what they claim to show they show, and files round-trip."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import shutil
import struct
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ropespec.checks
from ropespec.checks.bugs import BUGS
from ropespec.checks.corpus import honest, planted
from ropespec.checks.vectors import judge, make, read_set, standard, verify, write_sets
from ropespec.checks.vectors.files import schema
from ropespec.checks.vectors.kinds import KINDS, flags_of
from ropespec.checks.vectors.making import budgets
from ropespec.checks.vectors.numbers import hexed, raised, stored
from ropespec.checks.vectors.standard import CONFIGURATIONS, FOLDER
from ropespec.reference import ConfigError, RotaryConfig, oracle
from ropespec.reference.formats import FORMATS, round_to
from ropespec.reference.forms import apply_efficient

SMALL = RotaryConfig(head_dim=10, rotary_dim=6, layout="half", base=500000.0)


@given(st.floats(allow_nan=False))
def test_hexadecimal_text_has_the_value(value: float) -> None:
    assert float.fromhex(hexed(value)) == value


@given(st.floats(min_value=0, max_value=1e300))
def test_a_raised_bound_is_no_stricter_and_hardly_looser(bound: float) -> None:
    result = float(raised(np.array([bound]))[0])
    assert bound <= result <= bound * (1 + 2**-8) + 5e-324


@pytest.mark.parametrize("dtype", FORMATS)
@given(st.floats(min_value=-1e4, max_value=1e4))
def test_stored_values_are_exact(dtype: str, value: float) -> None:
    rounded = round_to([value], dtype)
    assert stored(rounded, dtype).astype(np.float64).tolist() == rounded.tolist()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("vectors")
    write_sets([make(SMALL, "small", seed=3, command="by hand")], place)
    return place


def test_files_hold_what_was_made(folder: Path) -> None:
    made, found = (
        make(SMALL, "small", seed=3, command="by hand"),
        read_set(folder / "small.json"),
    )
    assert found.config == made.config
    assert found.header() == made.header()
    assert [each.as_dict() for each in found.vectors] == [e.as_dict() for e in made.vectors]


def test_safetensors_hold_the_same(folder: Path) -> None:
    data = (folder / "small.safetensors").read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    head = json.loads(data[8 : 8 + size])
    words = json.loads(head["__metadata__"]["ropespec"])
    made = read_set(folder / "small.json")
    assert [each["id"] for each in words["vectors"]] == [each.id for each in made.vectors]
    codes = {"float32": "F32", "bfloat16": "BF16", "float16": "F16"}
    for vector in made.vectors:
        entry = head[f"{vector.id}/x"]
        assert (entry["dtype"], entry["shape"]) == (codes[vector.dtype], list(vector.x.shape))
        for name, kind in (("expected", "<f8"), ("budget", "<f8"), ("positions", "<i8")):
            start, end = head[f"{vector.id}/{name}"]["data_offsets"]
            values = np.frombuffer(data[8 + size + start : 8 + size + end], dtype=kind)
            assert values.tolist() == getattr(vector, name).ravel().tolist()
        if vector.dtype == "bfloat16":
            start, end = entry["data_offsets"]
            bits = np.frombuffer(data[8 + size + start : 8 + size + end], dtype="<u2")
            widened = (bits.astype(np.uint32) << 16).view(np.float32)
            assert widened.tolist() == vector.x.ravel().tolist()


def test_files_obey_the_schema(folder: Path) -> None:
    rules = json.loads(schema())
    jsonschema.Draft202012Validator.check_schema(rules)
    values = json.loads((folder / "small.json").read_text(encoding="utf-8"))
    jsonschema.validate(values, rules)
    values["vectors"][0]["x"][0] = "0.1"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, rules)


def test_the_manifest_notices_what_changed(tmp_path: Path) -> None:
    write_sets([make(SMALL, "small")], tmp_path)
    assert list(verify(tmp_path)) == []
    (tmp_path / "small.json").write_text("{}", encoding="utf-8")
    (tmp_path / "small.safetensors").unlink()
    (tmp_path / "more.json").write_text("{}", encoding="utf-8")
    assert list(verify(tmp_path)) == [
        "small.json: has changed (another SHA-256 sum); write it again",
        "small.safetensors: is missing; write the folder again",
        "more.json: is not in the manifest; remove it",
    ]


def test_sums_are_those_of_sha256sum(folder: Path) -> None:
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    for line in lines:
        known, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == known
    assert len(lines) == len(list(folder.iterdir())) - 1


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"ropespec_vectors": 2}', encoding="utf-8")
    with pytest.raises(ConfigError, match="ropespec_vectors: got 2, expected 1"):
        read_set(path)


@pytest.mark.parametrize("name", ["", "Big", "a b", "../up"])
def test_names_are_plain(name: str) -> None:
    with pytest.raises(ConfigError, match="small letters, digits, dots and dashes"):
        make(SMALL, name)


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_the_shipped_files_are_true(name: str) -> None:
    """Computed anew from their own inputs, so another random generator changes nothing."""
    found = read_set(FOLDER / f"{name}.json")
    for vector in found.vectors:
        assert vector.x.tolist() == round_to(vector.x, vector.dtype).tolist()
        expected = oracle.rotate(vector.x, vector.positions, found.config)
        assert vector.expected.tolist() == expected.tolist()
        bound = budgets(found.config, vector.dtype, vector.positions, vector.x)
        assert vector.budget.tolist() == bound.tolist()


def test_the_shipped_files_are_all_there_and_small() -> None:
    assert list(verify(FOLDER)) == []
    assert {path.stem for path in FOLDER.glob("*.safetensors")} == CONFIGURATIONS.keys()
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < 5e6


def test_the_shipped_ids_are_those_that_are_made() -> None:
    made = [vector.id for one in standard() for vector in one.vectors]
    shipped = [vector.id for name in CONFIGURATIONS for vector in read_set(
        FOLDER / f"{name}.json").vectors]  # fmt: skip
    assert made == shipped


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_an_honest_function_meets_the_standard_set(name: str) -> None:
    found = read_set(FOLDER / f"{name}.json")

    def apply(x: Any, positions: Any) -> Any:
        return apply_efficient(x, positions, found.config)

    assert list(judge(found, apply)) == []


def applied(entry: Any) -> Any:
    """Call a target of the corpus as vectors are judged, whatever its signature and axes."""
    target, swapped = entry.target(), entry.claims.get("axes") == "bshd"

    def apply(x: Any, positions: Any) -> Any:
        given = np.array(x.swapaxes(1, 2) if swapped else x, dtype=np.float32, order="C")
        if entry.claims.get("signature") == "qk":
            returned = target(given, given.copy(), positions)
            result = given if returned is None else returned[0]
        else:
            returned = target(given, positions)
            result = given if returned is None else returned
        return result.swapaxes(1, 2) if swapped else result

    return apply


def misses(entry: Any, *, acceptable: bool = True) -> list[Any]:
    """Hold a target of the corpus to the vectors of its own configuration."""
    end = entry.claims.get("max_position", entry.config.max_position)
    made = make(entry.config.replace(max_position=end), "own", dtypes=["float32"])
    kept = [each for each in made.vectors if acceptable or each.result == "valid"]
    with np.errstate(all="ignore"):
        return list(judge(dataclasses.replace(made, vectors=tuple(kept)), applied(entry)))


def test_honest_functions_of_the_corpus_meet_their_vectors() -> None:
    entries = [  # a vector has the frequencies of one length
        entry
        for entry in honest(("numpy",))
        if not entry.config.axes and not entry.claims.get("by_length")
    ]
    assert len(entries) >= 10
    for entry in entries:
        assert misses(entry, acceptable=False) == [], entry.name


def test_every_flag_is_earned() -> None:
    """Each kind of vector shows a planted bug of each of its flags."""
    tried: set[str] = set()
    shown: set[tuple[str, str]] = set()
    for entry in planted(("numpy",)):
        bugs = {str(entry.bug), *entry.also}
        tried |= bugs
        kinds = {each.vector.id.split("/")[1] for each in misses(entry)}
        shown |= {(kind, bug) for kind in kinds for bug in bugs}
    claimed = {(kind.name, flag) for kind in KINDS for flag in kind.flags if flag in tried}
    assert {flag for _, flag in claimed} <= BUGS.keys()
    assert claimed - shown == set()
    assert len(claimed) >= 25


def test_flags_of_a_configuration_are_earned() -> None:
    tried: dict[str, bool] = {}
    for entry in planted(("numpy",)):
        if entry.bug in flags_of(entry.config):
            tried[entry.bug] = tried.get(entry.bug, False) or bool(misses(entry))
    assert len(tried) >= 6
    assert all(tried.values())


HARNESSES = Path(ropespec.checks.__file__).parent / "harnesses"
LINE = {
    "c": "y[rope.write[i][0]] = x0 * c - x1 * s;",
    "javascript": "x[write[i][0]] = x0 * c - x1 * s;",
}


def program(language: str, source: str, folder: Path) -> list[str]:
    """Make a program that holds itself to vectors; skips where nothing can."""
    tool = shutil.which({"c": "cc", "javascript": "node"}[language])
    if tool is None:
        pytest.skip(f"nothing here compiles or runs {language}")
    path = folder / ("check_vectors.c" if language == "c" else "check_vectors.mjs")
    path.write_text(source, encoding="utf-8")
    if language == "javascript":
        return [tool, str(path)]
    built = str(folder / "check_vectors")
    strict = ["-O2", "-Wall", "-Wextra", "-Werror"]
    subprocess.run([tool, *strict, "-o", built, str(path), "-lm"], check=True)  # noqa: S603
    return [built]


@pytest.mark.parametrize("language", LINE)
def test_programs_in_other_languages_take_the_standard_set(
    language: str, tmp_path: Path
) -> None:
    [path] = (HARNESSES / language).glob("check_vectors.*")
    source = path.read_text(encoding="utf-8")
    command = program(language, source, tmp_path)
    for name in CONFIGURATIONS:
        done = subprocess.run(  # noqa: S603
            [*command, str(FOLDER / f"{name}.json")],
            capture_output=True,
            text=True,
            check=False,
        )
        count = len(read_set(FOLDER / f"{name}.json").vectors)
        assert (done.returncode, done.stdout) == (0, f"{count} of {count} vectors met\n")


@pytest.mark.parametrize("language", LINE)
def test_a_wrong_program_misses_them(language: str, tmp_path: Path) -> None:
    [path] = (HARNESSES / language).glob("check_vectors.*")
    source = path.read_text(encoding="utf-8")
    assert LINE[language] in source
    wrong = source.replace(LINE[language], LINE[language].replace("-", "+"))
    command = program(language, wrong, tmp_path)
    words = [*command, str(FOLDER / "paper.json")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "FAIL" in done.stdout
    assert "0 of" in done.stdout
    words = [*command, str(FOLDER / "manifest.json")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_the_command(tmp_path: Path, ropespec_command: Any) -> None:
    out = tmp_path / "mine"
    options = ("--head-dim", "12", "--dtype", "float32", "--name", "mine", "--seed", "7")
    code, printed, _ = ropespec_command("vectors", *options, "--out", str(out))
    assert code == 0
    assert printed == f"6 vectors in 5 files, 0.1 MB, in {out}\n"
    found = read_set(out / "mine.json")
    assert found.seed == 7
    assert found.command.startswith("ropespec vectors --head-dim 12 --dtype float32")
    assert ropespec_command("vectors", "--verify", str(out))[0] == 0
    (out / "mine.json").unlink()
    code, printed, _ = ropespec_command("vectors", "--verify", str(out))
    assert code == 1
    assert printed == "mine.json: is missing; write the folder again\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((), "--out, --verify: got 'neither', expected one of the two"),
        (("--out", "{}", "--dtype", "float8"), "dtype: got 'float8', expected"),
        (("--out", "{}/file/below"), "expected a folder that can be written"),
        (("--verify", "{}"), "manifest.json"),
    ],
)
def test_mistakes_are_one_line(
    options: tuple[str, ...], words: str, tmp_path: Path, ropespec_command: Any
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    code, _, err = ropespec_command("vectors", *(o.format(tmp_path) for o in options))
    assert code == 2
    assert words in err
    assert len(err.splitlines()) == 1

"""Failures are kept under their ids and can be seen again, exactly."""

import json
import re

import numpy as np
import pytest

from ropespec.checks.cli.focusing import read_positions, read_shapes
from ropespec.checks.laws import Failure, Scenario
from ropespec.checks.replaying import ReplayError, find, keep, known, replay
from ropespec.checks.run import check
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=8, layout="half", base=500000.0)

WRONG = """\
import numpy as np

def apply(x, positions):
    width = x.shape[-1]
    positions = np.minimum(positions, {end})
    angle = positions[:, None, :, None] * 500000.0 ** -(np.arange(0, width, 2) / width)
    a, b = np.split(x, 2, axis=-1)
    c, s = np.cos(angle), np.sin(angle)
    return np.concatenate((a * c - b * s, b * c + a * s), axis=-1).astype(x.dtype)
"""


def usual(x, positions):
    return apply_efficient(x, positions, CONFIG).astype(x.dtype)


def clamps(x, positions):
    return usual(x, np.minimum(positions, 4000))


@pytest.fixture(scope="module")
def report():
    return check(clamps, CONFIG, level="quick", laws=["value", "norm"], dtypes=["float32"])


@pytest.fixture
def broken(report, tmp_path):
    """The id of a failure that is kept in a folder."""
    assert keep(report, tmp_path) is None
    return report.law("value").failure.id


def test_an_id_says_which_law_and_is_the_same_each_time(report):
    failure = report.law("value").failure
    assert re.fullmatch("value-[0-9a-f]{8}", failure.id)
    again = check(clamps, CONFIG, level="quick", laws=["value"], dtypes=["float32"])
    assert again.law("value").failure == failure
    other = check(clamps, CONFIG, level="quick", laws=["value"], dtypes=["float64"])
    assert other.law("value").failure.id != failure.id
    assert report.law("norm").failure is None


def test_what_fails_is_kept_with_all_that_it_needs(broken, tmp_path):
    assert known(tmp_path) == [broken]
    written = json.loads((tmp_path / f"{broken}.json").read_text())
    assert written["target"] == "clamps"
    assert written["config"] == CONFIG.to_dict()
    assert written["claims"]["dtypes"] == ["float32"]
    assert written["environment"]["numpy"] == np.__version__
    assert written["scenario"][0]["rows"]
    assert find(broken, tmp_path).as_dict() == written


def test_a_failure_is_seen_again_until_it_is_mended(broken, tmp_path, report):
    seen = replay(broken, clamps, folder=tmp_path)
    assert seen.fails
    assert seen.reason == report.law("value").failure.reason
    mended = replay(broken, usual, folder=tmp_path)
    assert not mended.fails
    assert mended.as_dict()["now"] is None


def test_a_function_has_to_be_given_again(broken, tmp_path):
    with pytest.raises(ReplayError, match="was given as a function"):
        replay(broken, folder=tmp_path)


def test_an_unknown_id_is_answered_with_those_that_are_known(broken, tmp_path):
    with pytest.raises(ReplayError, match=f"known are {broken}"):
        replay("value-00000000", clamps, folder=tmp_path)
    with pytest.raises(ReplayError, match="none is kept"):
        replay("value-00000000", clamps, folder=tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 2}', '{"format": 1}'])
def test_a_file_that_is_none_of_ours_is_refused(text, broken, tmp_path):
    (tmp_path / f"{broken}.json").write_text(text)
    with pytest.raises(ReplayError, match="no kept failure"):
        find(broken, tmp_path)


def test_a_folder_that_cannot_be_written_is_said_once_and_harms_nothing(report, tmp_path):
    (tmp_path / "file").write_text("")
    problem = keep(report, tmp_path / "file" / "failures")
    assert problem.count("cannot be written") == 1
    assert "\n" not in problem


def test_the_report_says_how_to_see_it_again(report):
    failure = report.law("value").failure
    law = next(law for law in report.as_dict()["laws"] if law["id"] == "value")
    assert law["failure"]["id"] == failure.id
    assert Failure.from_dict(law["failure"]) == failure
    assert law["failure"]["described"] == failure.described()


def test_steps_are_part_of_an_id():
    one = Scenario("one", ((0,),), "float32")
    assert Failure("norm", (one,)).id != Failure("norm", (one, one)).id


def test_the_command_replays_what_check_kept(ropespec_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rope = tmp_path / "rope.py"
    rope.write_text(WRONG.format(end=4000))
    options = ["--layout", "half", "--base", "500000", "--head-dim", "8", "--level", "quick"]
    code, text, _ = ropespec_command("check", "rope.py:apply", *options, "--law", "value")
    assert code == 1
    (line,) = set(re.findall(r"ropespec replay (value-[0-9a-f]{8})", text))
    code, text, _ = ropespec_command("replay", line)
    assert code == 1
    assert "still fails: position" in text
    rope.write_text(WRONG.format(end=10**9))
    code, text, _ = ropespec_command("replay", line, "--json", "-")
    assert code == 0
    assert json.loads(text)["still_fails"] is False
    code, _, errors = ropespec_command("replay", "value-00000000")
    assert code == 2
    assert line in errors


def test_positions_are_read_as_lists_and_ranges():
    assert read_positions(["0,5", "7-9,-2..1"]) == (0, 5, 7, 8, 9, -2, -1, 1)
    for wrong, words in (
        ("a", "numbers and ranges"),
        ("9-7", "goes up"),
        ("0-99999", "at most"),
    ):
        with pytest.raises(ConfigError, match=words):
            read_positions([wrong])


def test_shapes_are_read_with_and_without_key_heads():
    assert read_shapes(["2x8x16", "1,6,5,3"]) == ((2, 8, 16, 8), (1, 6, 5, 3))
    for wrong in ("2x8", "0x1x1", "2x8x16x3", "axbxc"):
        with pytest.raises(ConfigError, match="shape"):
            read_shapes([wrong])

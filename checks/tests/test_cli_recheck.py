"""`ropespec prove --certificates DIR --recheck`."""

import json
from pathlib import Path
from typing import Any

import pytest

from ropespec.spec import recheck


def test_recheck_prints_what_it_checked(ropespec_command: Any) -> None:
    code, out, _ = ropespec_command("prove", "B2", "B6", "--recheck")
    assert code == 0
    assert "2 of 2 proved" in out
    assert "evaluated on the circle" in out
    assert "probability that a false one went unnoticed: below 2^-1" in out
    assert "1 steps are no identities and rest on the kernel (π is irrational)" in out


def test_certificates_are_written(tmp_path: Path, ropespec_command: Any) -> None:
    folder = tmp_path / "new" / "folder"
    code, out, _ = ropespec_command("prove", "B2", "--certificates", str(folder))
    assert code == 0
    assert f"1 certificates and their schema written to {folder}" in out
    assert json.loads((folder / "B2.json").read_text(encoding="utf-8"))["theorem"] == "B2"
    assert (folder / "schema.json").exists()


def test_a_refused_certificate_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, ropespec_command: Any
) -> None:
    def refuse(_: Any) -> None:
        raise recheck.Refused("B2, step 'one pair': the two sides are not equal")

    monkeypatch.setattr(recheck, "check_certificate", refuse)
    code, _, err = ropespec_command("prove", "B2", "--recheck")
    assert code == 1
    assert "refused by the second checker: B2, step 'one pair'" in err


def test_a_directory_that_cannot_be_written(tmp_path: Path, ropespec_command: Any) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code, _, err = ropespec_command("prove", "B2", "--certificates", str(blocked / "below"))
    assert code == 2
    assert "expected a directory that can be written" in err

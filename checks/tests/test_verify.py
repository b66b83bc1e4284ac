"""The main job: it can fail, and says what differs."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from ropespec.checks.verify import Finding, Stage, Summary, agreement, run_stages, stages
from ropespec.reference import RotaryConfig, forms, oracle
from ropespec.reference.arrays import FloatArray


def summary(*found: Finding) -> Summary:
    return Summary(tuple(run_stages(tuple(Stage("a stage", partial(same, f)) for f in found))))


def same(found: Finding) -> Finding:
    return found


def test_ok_needs_a_pass_and_no_failure() -> None:
    held, failed, skipped = (
        Finding(3, "pass", ""),
        Finding(3, "fail", ""),
        Finding(0, "skip", ""),
    )
    assert summary(held, skipped).ok
    assert not summary(held, failed).ok
    assert not summary(skipped).ok
    assert not summary().ok


def test_a_stage_that_executed_nothing_fails() -> None:
    (row,) = summary(Finding(0, "pass", "")).rows
    assert (row.status, row.detail) == (
        "fail",
        "nothing was executed, so nothing was verified",
    )


@pytest.mark.parametrize(
    "compare", [agreement.numpy_forms, agreement.second_oracle, agreement.proved_statements]
)
def test_the_comparisons_hold(compare: Any) -> None:
    found = compare(20)
    assert found.status == "pass", found.detail
    assert found.executed >= 20


def turned_backwards(x: FloatArray, positions: Any, config: RotaryConfig) -> FloatArray:
    return forms.apply_efficient(x, positions, config.replace(sign=-config.sign))


def slightly_off(x: FloatArray, positions: Any, config: RotaryConfig) -> FloatArray:
    return forms.apply_efficient(x, positions, config) * (1 + 1e-13)


@pytest.mark.parametrize("wrong", [turned_backwards, slightly_off])
def test_a_wrong_form_is_found(monkeypatch: pytest.MonkeyPatch, wrong: Any) -> None:
    monkeypatch.setitem(agreement.FORMS, "efficient form", wrong)
    found = agreement.numpy_forms(50)
    assert found.status == "fail"
    assert "efficient form" in found.detail
    assert "RotaryConfig(head_dim=" in found.detail


def test_an_oracle_that_is_one_unit_off_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = oracle.phases

    def shifted(positions: Any, config: RotaryConfig) -> tuple[FloatArray, FloatArray]:
        cos, sin = exact(positions, config)
        return np.nextafter(cos, 2.0), sin

    monkeypatch.setattr(oracle, "phases", shifted)
    found = agreement.second_oracle(50)
    assert found.status == "fail"
    assert found.detail.startswith("cos is off by")


def test_a_wrong_torch_version_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("ropespec.reference.torch")

    right = torch.RotaryEmbedding

    def wrong(config: RotaryConfig) -> Any:
        return right(config.replace(base=config.base + 1))

    monkeypatch.setattr(torch, "RotaryEmbedding", wrong)
    found = stages.torch_version()
    assert found.status == "fail"
    assert "expected exact" in found.detail

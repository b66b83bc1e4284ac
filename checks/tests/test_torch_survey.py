"""The torch version is held to the laws, for one configuration of every kind in the survey."""

import pytest

from ropespec import RotaryConfig, check
from ropespec.checks.vectors.standard import CONFIGURATIONS, LENGTH

torch = pytest.importorskip("torch")

from ropespec.reference.torch import rotate  # noqa: E402


def judged(name: str, level: str, laws: list[str] | None = None) -> tuple[str, str | None]:
    config = RotaryConfig.from_dict(CONFIGURATIONS[name]).at_length(LENGTH)
    report = check(
        lambda q, k, positions: rotate(q, k, positions, config),
        config,
        framework="torch",
        signature="qk",
        negative=True,
        level=level,
        laws=laws,
    )
    return report.verdict, report.grade


@pytest.mark.parametrize("name", ["gpt-neox"])
def test_a_sample_is_exact(name: str) -> None:
    assert judged(name, "quick") == ("conformant", "exact")


@pytest.mark.slow
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_every_kind_is_exact_at_level_thorough(name: str) -> None:
    assert judged(name, "thorough") == ("conformant", "exact")

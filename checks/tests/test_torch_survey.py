"""The torch version is held to the laws, for one configuration of every kind in the survey."""

from typing import Any

import pytest

from ropespec import RotaryConfig, check
from ropespec.checks.vectors.standard import CONFIGURATIONS, LENGTH

torch = pytest.importorskip("torch")

from ropespec.checks.bench.gpu_values import CONFIGS  # noqa: E402
from ropespec.reference.torch import rotate  # noqa: E402

KINDS = CONFIGS | {
    name: RotaryConfig.from_dict(described).at_length(LENGTH)
    for name, described in CONFIGURATIONS.items()
}


def judged(name: str, level: str, compiled: bool = False) -> tuple[str, str | None]:
    config = KINDS[name]

    def turn(q: Any, k: Any, positions: Any) -> Any:
        return rotate(q, k, positions, config)

    report = check(
        torch.compile(turn, fullgraph=True, dynamic=True) if compiled else turn,
        config,
        framework="torch",
        signature="qk",
        negative=True,
        level=level,
        timeout=300.0 if compiled else 20.0,  # of a call that is compiled first
    )
    return report.verdict, report.grade


@pytest.mark.parametrize("name", ["gpt-neox", "MIXED"])
def test_a_sample_is_exact(name: str) -> None:
    assert judged(name, "quick") == ("conformant", "exact")


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_exact_at_level_thorough(name: str) -> None:
    assert judged(name, "thorough") == ("conformant", "exact")


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_exact_when_compiled(name: str) -> None:
    torch._dynamo.reset()
    many = {"recompile_limit": 4096, "accumulated_recompile_limit": 4096}
    with torch._dynamo.config.patch(many):  # a graph for each dtype, mode and kind of view
        assert judged(name, "thorough", compiled=True) == ("conformant", "exact")

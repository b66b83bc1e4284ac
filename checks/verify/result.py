"""What the main job found: one row for each thing that was verified."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from time import perf_counter
from typing import Any, Literal

Status = Literal["pass", "fail", "skip"]


@dataclass(frozen=True)
class Finding:
    """What one stage saw, before it is timed.

    Attributes
    ----------
    executed : int
        How many cases ran. A stage that ran none is a skip, never a pass.
    status : {"pass", "fail", "skip"}
        Whether all of it held.
    detail : str
        One line: the figures when it held, the first failure when it did not, the reason
        when it was skipped.
    """

    executed: int
    status: Status
    detail: str


@dataclass(frozen=True)
class Stage:
    """One thing the main job verifies.

    Attributes
    ----------
    name : str
        What is compared, in a few words.
    run : callable
        Returns the `Finding`. Called once.
    """

    name: str
    run: Callable[[], Finding]


@dataclass(frozen=True)
class Row:
    """One line of the summary: a stage, what it found, and the seconds it took."""

    name: str
    executed: int
    status: Status
    detail: str
    seconds: float


@dataclass(frozen=True)
class Summary:
    """All rows of one run of the main job."""

    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether something ran and nothing failed."""
        statuses = [row.status for row in self.rows]
        return "pass" in statuses and "fail" not in statuses

    def as_dict(self) -> dict[str, Any]:
        """Return the summary as plain JSON data."""
        return {"ok": self.ok, "rows": [asdict(row) for row in self.rows]}


def run_stages(stages: tuple[Stage, ...]) -> Iterator[Row]:
    """Run the stages in order and yield a row as each one ends.

    A stage that found nothing to execute cannot pass: its row says so and fails.
    """
    for stage in stages:
        start = perf_counter()
        found = stage.run()
        if found.status == "pass" and found.executed == 0:
            found = Finding(0, "fail", "nothing was executed, so nothing was verified")
        yield Row(
            stage.name,
            found.executed,
            found.status,
            found.detail,
            round(perf_counter() - start, 3),
        )

"""A target that tests hold to the laws: run once for all of them, judged law by law."""

from __future__ import annotations

import functools
import inspect
import shlex
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar

import pytest

from ropespec.checks.cli.check_options import read_check
from ropespec.checks.cli.configuration import stated
from ropespec.checks.cli.main import one_line
from ropespec.checks.known_failures import read_known
from ropespec.checks.laws import LAWS, LawResult, find_law
from ropespec.checks.replaying import keep
from ropespec.checks.report import Report
from ropespec.checks.report.ending import executed, precision, verdict
from ropespec.checks.report.failure import plain
from ropespec.checks.run import check
from ropespec.reference import ConfigError, RotaryConfig

Test = TypeVar("Test", bound=Callable[..., Any])


class Held:
    """A target with what it is held to be.

    Parameters
    ----------
    target, config
        As for `ropespec.check`.
    options
        Its other arguments. `laws` are those that become tests.
    """

    def __init__(
        self,
        target: str | Callable[..., Any],
        config: RotaryConfig | Mapping[str, Any] | None,
        options: dict[str, Any],
    ) -> None:
        self.target, self.config = target, config
        self.laws: tuple[str, ...] = tuple(
            find_law(law).id for law in options.pop("laws", None) or [law.id for law in LAWS]
        )
        self._options = options
        self._wanted: set[str] = set()
        self._report: Report | None = None

    @property
    def name(self) -> str:
        """What the target is called."""
        if isinstance(self.target, str):
            return self.target
        return getattr(self.target, "__qualname__", type(self.target).__qualname__)

    def want(self, law: str, known_failures: str | None) -> None:
        """Note that a law will be asked for, and the list that counts unless one was given."""
        self._wanted.add(law)
        if self._options.get("known_failures") is None:
            self._options["known_failures"] = known_failures

    def judge(self, law: str) -> LawResult:
        """Pass, or end the test: failed, skipped, or expected to fail.

        Returns
        -------
        LawResult
            What came of the law, where it passed.
        """
        report = self._run()
        result = report.law(law) if report.executed else None
        if result is None or report.interrupted:
            _failed(verdict(report))
        if law in report.stale:
            _failed(report.stale[law])
        if result.status == "skip":
            pytest.skip(result.reason)
        if law in report.known:
            known = report.known[law]
            pytest.xfail(f"known failure: {known.reason} ({known.url})")
        if result.status == "fail" and result.law.level != "required":
            pytest.xfail(f"{result.law.level} only: {result.reason}")
        if result.status != "pass":
            _failed(f"{plain(report, result)}\n\n{executed(report)}")
        if report.basis is not None and not report.allow_basis_change:
            order = list(report.basis)
            advice = "accept that with --allow-basis-change"
            _failed(f"right only after this order of the channels: {order}; {advice}")
        if not all(tried.holds for tried in report.exhaustive):
            _failed("\n".join([verdict(report), *precision(report)]))
        return result

    def _run(self) -> Report:
        """Run the wanted laws, once."""
        if self._report is None:
            laws = [law for law in self.laws if law in self._wanted] or list(self.laws)
            self._report = check(self.target, self.config, laws=laws, **self._options)
            keep(self._report, factory=bool(self._options.get("factory")))
        return self._report


def read_held(target: str, options: str, known_failures: str | None) -> Held:
    """Read a target and the options that were typed for it.

    Raises
    ------
    UsageError
        One line: what is wrong with them.
    """
    try:
        typed = read_check([target, *shlex.split(options)])
        arguments = typed.arguments()
        if arguments.get("known_failures") is None:
            arguments["known_failures"] = known_failures
        if arguments["known_failures"]:
            read_known(arguments["known_failures"])
        return Held(typed.where, stated(typed), arguments)
    except Exception as error:
        line = one_line(error)
        if line is None and not isinstance(error, ValueError):  # shlex: an open quote
            raise
        raise pytest.UsageError(f"--ropespec: {line or error}") from None


def parametrize(
    target: str | Callable[..., Any],
    config: RotaryConfig | Mapping[str, Any] | None = None,
    **options: Any,
) -> Callable[[Test], Test]:
    """Turn a test function into one test for each law.

    Parameters
    ----------
    target, config, **options
        As for `ropespec.check`: `framework`, `signature`, `dtypes`, `laws`,
        `known_failures` and the others.

    Returns
    -------
    Callable
        A decorator for a test function that has a parameter `law`. The law is run first; the
        function is called with its `LawResult` where it passed, and may look closer.

    Raises
    ------
    ConfigError
        If a law is none, or the function has no such parameter.

    Examples
    --------
    >>> from ropespec.checks import parametrize
    >>> @parametrize("my_rope.py:apply", {"head_dim": 128, "layout": "half"})
    ... def test_rope(law):
    ...     assert law.executed > 0
    """
    held = Held(target, config, options)

    def decorate(function: Test) -> Test:
        if "law" not in inspect.signature(function).parameters:
            advice = "add it: def test_rope(law): ..."
            raise ConfigError("test", function.__qualname__, "a parameter named law", advice)

        @functools.wraps(function)
        def test(*args: Any, law: str, **fixtures: Any) -> Any:
            return function(*args, law=held.judge(law), **fixtures)

        test.ropespec_held = held  # type: ignore[attr-defined]
        marked: Test = pytest.mark.parametrize("law", held.laws)(pytest.mark.ropespec(test))
        return marked

    return decorate


def _failed(text: str) -> NoReturn:
    """Fail a test with words alone."""
    pytest.fail(text, pytrace=False)

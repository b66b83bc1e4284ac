"""Run one law: from the trials of its inputs to a result."""

from __future__ import annotations

import contextlib
import math
import zlib
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np

from ropespec.checks.target import Target
from ropespec.reference.config import RotaryConfig

from .failure import Failure, digest
from .law import Law, LawResult, Worst
from .levels import Level
from .scenario import Scenario
from .scope import Focus, Scope
from .shortening import shortened
from .tally import Tally
from .trial import Trial

Steps = tuple[Scenario, ...]

UNANSWERED = ("raised", "crashed", "timed-out", "out-of-memory")
"""What a call does that returns nothing."""

CRASHES = 3
"""Calls that may end the process of the target; after them a law has failed, and calls no more:
each takes as long as a new process does."""

FEWER_WALKS = 1 / 4
"""Part of the walks that are tried where a framework compiles for each new shape."""


class CrashesError(BaseException):
    """So many calls crashed that the law ends.

    It is no `Exception`, which hypothesis would take for a failure and make smaller.
    """


def run_law(
    law: Law,
    target: Target,
    config: RotaryConfig,
    level: Level,
    seed: int,
    *,
    focus: Focus | None = None,
    shrink: bool = True,
    settled: bool | None = None,
    small: Steps = (),
) -> LawResult:
    """Hold a target to one law.

    Parameters
    ----------
    law
        Which.
    target, config
        What is judged, and as what.
    level
        How much is tried.
    seed
        Decides all random inputs, together with the law's id.
    focus
        The positions and shapes that the user wants tried alone.
    shrink
        Whether a failing input is made as small as possible.
    settled
        Where the verdict is all that is wanted, whether a law before this one has settled it:
        then nothing is tried after the first failing input, and nothing drawn. A failing
        input stays as it was seen, be it one that fails after other calls alone.
    small
        Small inputs that broke other laws. One that breaks this law too is as good as the
        smallest of its own, and is found at once.

    Returns
    -------
    LawResult
        Whatever the target does is the target's failure, and an exception of the suite's
        own becomes the status `error`.

    Raises
    ------
    LawInterrupt
        If the user interrupts it; no other exception.
    """
    started = perf_counter()
    drawn = np.random.default_rng([seed, zlib.crc32(law.id.encode())])
    fresh = target.fresh()
    scope = Scope(fresh, config, level, focus or Focus(), drawn, law.alone)
    reason = law.needs(scope)
    if reason is not None:
        return LawResult(law, "skip", 0, reason=reason, applicable=False)
    run = Run(law, scope, settled=settled, small=small)
    try:
        with contextlib.suppress(CrashesError):
            run.everything(int(drawn.integers(2**63)), shrink=shrink)
        return run.result(round(perf_counter() - started, 3))
    except Exception as error:
        text = " ".join(f"{type(error).__name__}: {error}".split())
        reason = f"the suite itself failed: {text}; please report it"
        return LawResult(law, "error", run.tally.executed, reason=reason)
    except KeyboardInterrupt:
        raise LawInterrupt(run.cut(round(perf_counter() - started, 3))) from None


def run_steps(law: Law, scope: Scope, steps: Steps) -> Trial:
    """Run inputs on a target without history; the last one is judged.

    A law about history judges the whole walk.
    """
    fresh = scope.target.fresh()
    if law.stateful:
        trial = Trial.begin(scope, fresh, *steps)
        law.body(trial)
        return trial
    for step in steps:
        trial = Trial.begin(scope, fresh, step)
        law.body(trial)
    return trial


class LawInterrupt(KeyboardInterrupt):
    """The user interrupted a law.

    Parameters
    ----------
    result
        What had come of it until then.
    """

    def __init__(self, result: LawResult) -> None:
        self.result = result
        super().__init__()


class Run:
    """One law on one target.

    Parameters
    ----------
    law, scope
        Which, and what may be tried.
    settled, small
        As of `run_law`.
    """

    def __init__(
        self, law: Law, scope: Scope, *, settled: bool | None = None, small: Steps = ()
    ) -> None:
        self.law = law
        self.scope = scope
        self.settled = settled
        self.small = small
        self.tally = Tally()
        self._before: list[Scenario] = []
        self._smallest: Steps | None = None
        self._shrinks = True

    def everything(self, seed: int, *, shrink: bool) -> None:
        """Run the ladder, then random inputs; after a failure those only to find a smaller."""
        self._shrinks = shrink
        ladder = list(self.law.ladder(self.scope))
        if self.law.stateful:
            self._breaks(tuple(ladder))
        else:
            for scenario in ladder:
                if self._breaks((scenario,)) and self.settled:
                    return
        if self.settled or (self.tally.failed and not shrink):
            return
        if self.tally.failed and self._borrowed(ladder):
            return
        law = self._in_shapes_of(ladder) if self.scope.few_shapes else self.law
        self._smallest = self._search()(law, self.scope, seed, self._breaks)

    def _borrowed(self, ladder: list[Scenario]) -> bool:
        """Try the small inputs that broke other laws; return whether one breaks this one."""
        if self.law.stateful:
            return False
        for other in self.small:
            one = other.replace(details=ladder[0].details, path="eager")
            if self.law.draws.admit(one) and self._breaks((one,)):
                self._smallest = (one,)
                return True
        return False

    def _in_shapes_of(self, ladder: list[Scenario]) -> Law:
        """Return the law with draws that make a framework compile little.

        Each fresh target of a law about history takes a new process as well.
        """
        draws = self.law.draws
        fewer = replace(
            draws,
            shapes=tuple(dict.fromkeys(one.shape for one in ladder)),
            share=draws.share * (FEWER_WALKS if self.law.stateful else 1),
        )
        return replace(self.law, draws=fewer)

    def result(self, seconds: float, failure: Failure | None = None) -> LawResult:
        """Judge the tally; nothing passes that was not executed.

        Parameters
        ----------
        seconds
            How long it took.
        failure
            What breaks the law; looked for and made small where none is given.
        """
        tally = self.tally
        if tally.executed == 0:
            reason = "no input fits what the target claims"
            return LawResult(self.law, "skip", 0, reason=reason)
        reasons = [tally.fault] if tally.fault else []
        wrong = tally.worst is not None and tally.worst.ratio > 1
        if tally.worst is not None and wrong:
            reasons.append(broken(tally.worst))
        if tally.crashes >= CRASHES:
            reasons.append(f"it was not called again after {tally.crashes} calls like this")
        found = "; ".join(reasons)
        advice = self.law.advice if wrong else self._advice()
        return LawResult(
            self.law,
            "fail" if tally.failed else "pass",
            tally.executed,
            tally.worst,
            f"{found}. {advice}".removesuffix(" ") if tally.failed else "",
            ulps=tuple(sorted(tally.ulps.items())),
            seconds=seconds,
            observations=tally.observations if tally.failed else (),
            failed_dtypes=tuple(sorted(tally.failed_dtypes)),
            failure=(failure or self._failure()) if tally.failed else None,
            given_up=tally.crashes >= CRASHES,
        )

    def cut(self, seconds: float) -> LawResult:
        """Judge what was run before an interruption: it may have failed, and has not passed."""
        if self.tally.failed:
            return self.result(seconds, self._as_seen())
        count = self.tally.executed
        calls = f"after {count} call{'s' * (count != 1)} without a failure" if count else ""
        reason = f"the run was interrupted in the middle of it {calls}".rstrip()
        return LawResult(
            self.law,
            "skip",
            count,
            self.tally.worst,
            reason,
            ulps=tuple(sorted(self.tally.ulps.items())),
            seconds=seconds,
        )

    def _as_seen(self) -> Failure:
        """Return the first input that broke the law, as it is: nothing is called for it."""
        tally = self.tally
        wrong = broken(tally.worst) if tally.worst is not None and not tally.fault else ""
        return Failure(self.law.id, tally.failing[0], tally.fault or wrong, self._about())

    def _advice(self) -> str:
        """Say what can be done about a failure without a wrong number.

        What a program or a function returned instead of the arrays that were expected has
        said so already.
        """
        if self.tally.kind is None:
            return self.law.advice
        return self.law.unanswered if self.tally.kind in UNANSWERED else ""

    def _search(self) -> Callable[..., Steps | None]:
        """Choose how random inputs are looked for."""
        if self.law.stateful:
            from .walking import search_walks

            return search_walks
        from .searching import search

        return search

    def _breaks(self, steps: Steps) -> bool:
        """Run inputs and add what came of them; return whether they break the law."""
        if self.law.stateful:
            trial = run_steps(self.law, self.scope, steps)
        else:
            trial = Trial.begin(self.scope, self.scope.target, *steps)
            self._before += steps
            self.law.body(trial)
        self.tally.add(trial)
        if self.tally.crashes >= CRASHES:
            raise CrashesError
        return trial.failed

    def _failure(self) -> Failure:
        """Return the smallest inputs that break the law on a target without history."""
        if self.settled is not None or self.tally.crashes >= CRASHES:
            return self._as_seen()
        chosen = self._smallest or self.tally.failing[0]
        end = self._before.index(chosen[-1]) + 1 if chosen[-1] in self._before else 0
        if not (chosen := self._short(chosen)):
            chosen = self._short(tuple(self._before[:end])) or self.tally.failing[0]
        trial = run_steps(self.law, self.scope, chosen)
        return Failure(self.law.id, chosen, said(trial), self._about())

    def _short(self, steps: Steps) -> Steps:
        """Leave out calls that a failure does not need; nothing is left if it does not fail."""

        def fails(fewer: Steps) -> bool:
            return run_steps(self.law, self.scope, fewer).failed

        if not steps or not fails(steps):
            return ()
        return shortened(steps, fails, self.scope.level.shrinks * self._shrinks)

    def _about(self) -> str:
        """Digest what the failure is of."""
        target = self.scope.target
        claims = vars(target.claims)
        return digest(target.name, claims, self.scope.config.to_dict(), target.output_order)


def said(trial: Trial) -> str:
    """Say in one line what went wrong in a trial, the empty text if nothing did."""
    reasons = trial.faults[:1]
    if trial.worst is not None and trial.worst.ratio > 1:
        reasons.append(broken(trial.worst))
    return "; ".join(reasons)


def broken(worst: Worst) -> str:
    """Say in one line where a budget was exceeded, and by how much."""
    pair = "" if worst.pair is None else f", pair {worst.pair}"
    channels = f" (channels {', '.join(map(str, worst.channels))})" if worst.channels else ""
    where = f"position {worst.position}{pair}{channels}, {worst.dtype} {worst.role}"
    if math.isnan(worst.error):
        return f"{where}: NaN came out ({worst.case})"
    if worst.budget == 0:
        return f"{where}: changed by {worst.error:.3g}, expected no change ({worst.case})"
    times = f"{worst.ratio:.3g} times the budget {worst.budget:.3g}"
    return f"{where}: error {worst.error:.3g} is {times} ({worst.case})"

"""A target called in this process: its framework, signature and axis order are hidden here."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.frameworks import Arrays, Framework, Function, find_framework
from ropespec.checks.observation import Case, Exposed, Memory, Outcome, Path
from ropespec.reference.arrays import FloatArray

from .claims import AXES, Claims
from .inspecting import check_arguments, exposed_by
from .loading import described
from .returned import Returned
from .surroundings import OWN, Surroundings

TRACING = ("compiled", "exported", "vmap", "jit")
"""Paths whose framework runs the target on stand-ins and may refuse what it does."""


class LocalHost:
    """A target called in this process.

    Parameters
    ----------
    function
        What is called.
    claims
        How it is called, and what it claims.
    make
        Makes the function again, without history; None if that cannot be done.
    survived
        The exceptions that become faults. In a process of its own a target may raise
        `KeyboardInterrupt`; in the user's it is the user who does.
    capture
        Whether to catch what is printed.
    """

    def __init__(
        self,
        function: Function,
        claims: Claims,
        make: Callable[[], Function] | None = None,
        survived: tuple[type[BaseException], ...] = (Exception, SystemExit),
        *,
        capture: bool = True,
    ) -> None:
        self.function = function
        self.claims = claims
        self._make = make
        self._survived = survived
        self._capture = capture
        self._framework: Framework = find_framework(claims.framework)
        self._framework.check(claims.dtypes)
        self._returned = Returned(self._framework, claims)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The ways in which it can be run; those that tell nothing new are left out."""
        useless: set[str] = {"vmap"} if self.claims.inplace else set()
        useless |= set() if self.claims.gradient else {"no-grad"}
        return tuple(path for path in self._framework.paths if path not in useless)

    @property
    def memories(self) -> tuple[Memory, ...]:
        """The ways in which its arrays can lie in memory; one writes no result over itself."""
        useless = {"expanded"} if self.claims.inplace else set()
        return tuple(each for each in self._framework.memories if each not in useless)

    @property
    def no_gradient(self) -> str:
        """Why it has no gradient to ask for, the empty text if it has one."""
        claimed = "" if self.claims.gradient else "no gradient is claimed (--no-grad)"
        return self._framework.no_gradient or claimed

    def fresh(self) -> LocalHost:
        """Return the target made again, or this one if nothing makes it."""
        if self._make is None:
            return self
        return LocalHost(
            self._make(), self.claims, self._make, self._survived, capture=self._capture
        )

    def close(self) -> None:
        """Do nothing: nothing was started."""

    def call(self, case: Case) -> Outcome:
        """Call the target once, on fresh arrays."""
        values = self._values(case)
        positions = self._framework.positions(case.positions)
        laid_out = tuple(self._framework.laid_out(each, case.memory) for each in values)
        given = (*laid_out, positions)
        surroundings = Surroundings(self._settings(case), capture=self._capture)
        try:
            with _quiet(), surroundings.watched():
                returned = self._run(given, case.path)
        except TargetRaised as fault:
            outcome = Outcome(None, None, fault)
        else:
            before = (*values, self._framework.positions(case.positions))
            q, k = self._widened(returned)
            outcome = Outcome(
                q, k, None, self._lost(returned, values), self._changed(given, before)
            )
        return replace(outcome, printed=surroundings.printed, altered=surroundings.altered)

    def pull_back(self, case: Case, upstream: Case) -> Outcome:
        """Return the gradients of a case's values for gradients of the outputs."""
        return self._derived(self._framework.pulled_back, case, upstream)

    def push_forward(self, case: Case, tangent: Case) -> Outcome:
        """Return the derivative of those gradients with respect to what is sent back."""
        return self._derived(self._framework.pushed_forward, case, tangent)

    def exposed(self) -> Exposed:
        """Return what it shows of its frequencies: attributes, or methods without arguments."""
        return exposed_by(self.function)

    def check_arguments(self) -> None:
        """Refuse a function that cannot take the signature's arguments."""
        check_arguments(self.function, self.claims.signature)

    def _settings(self, case: Case) -> tuple[Any, ...]:
        """Name the global state to watch; a compiler's doings are not the target's."""
        return () if case.path in TRACING else (*OWN, *self._framework.settings)

    def _values(self, case: Case) -> Arrays:
        """Make the target's own arrays of a case's values."""
        given = [case.q] if case.k is None else [case.q, case.k]
        return tuple(self._native(values, case.dtype) for values in given)

    def _native(self, values: FloatArray, dtype: str) -> Any:
        """Make the target's own array of values `(batch, heads, seq, head_dim)`."""
        return self._framework.values(values.transpose(AXES[self.claims.axes]), dtype)

    def _run(self, given: Arrays, path: Path) -> Arrays:
        """Call the function; whatever goes wrong becomes one kind of error."""
        try:
            function = self._framework.along(self.function, path)
            if self.claims.gradient:
                result = function(*given)
            else:
                with self._framework.without_gradient():
                    result = function(*given)
        except TargetRaised:  # a program's, which has told what it did
            raise
        except self._survived as error:
            raise _fault(error, path) from error
        return self._returned.outputs(result, given[:-1])

    def _derived(self, derive: Callable[..., Any], case: Case, other: Case) -> Outcome:
        """Differentiate the target, once or twice, and refuse to go on without a result."""
        positions = self._framework.positions(case.positions)

        def rotation(*values: Any) -> Arrays:
            return self._run((*values, positions), case.path)

        surroundings = Surroundings(self._settings(case), capture=self._capture)
        try:
            with _quiet(), surroundings.watched():
                found = self._differentiated(derive, rotation, case, other)
            self._check_found(found)
        except TargetRaised as fault:
            outcome = Outcome(None, None, fault)
        else:
            outcome = Outcome(*self._widened(found))
        return replace(outcome, printed=surroundings.printed, altered=surroundings.altered)

    def _differentiated(
        self, derive: Callable[..., Any], rotation: Function, case: Case, other: Case
    ) -> Arrays:
        """Call a framework's derivative; what the backward pass raises is the target's."""
        try:
            found: Arrays = derive(rotation, self._values(case), self._values(other))
        except TargetRaised:
            raise
        except self._survived as error:
            raise TargetRaised(f"its backward pass raised {described(error)}") from error
        return found

    def _check_found(self, found: Arrays) -> None:
        """Refuse a gradient that is missing."""
        for name, gradient in zip(self._returned.names, found, strict=True):
            if gradient is None:
                message = f"no gradient came back for {name}, expected the inverse rotation"
                advice = "; do not detach, or pass --no-grad if it has none"
                raise TargetRaised(message + advice, "no-gradient")

    def _widened(self, arrays: Arrays) -> tuple[FloatArray, FloatArray | None]:
        """Return queries and keys as float64 in the order of axes used everywhere else."""
        order = AXES[self.claims.axes]  # exchanging two axes is its own inverse
        values = [self._framework.widen(array).transpose(order) for array in arrays]
        return values[0], values[1] if len(values) == 2 else None

    def _changed(self, given: Arrays, before: Arrays) -> tuple[str, ...]:
        """Name the inputs that are not what they were, and should be."""
        names = (*self._returned.names, "positions")
        return tuple(
            name
            for name, now, then in zip(names, given, before, strict=True)
            if not (self.claims.inplace and name != "positions")
            and not self._framework.same(now, then)
        )

    def _lost(self, returned: Arrays, inputs: Arrays) -> tuple[str, ...]:
        """Say which output has another dtype or device than its input."""
        lost = []
        for name, output, before in zip(self._returned.names, returned, inputs, strict=True):
            for what in (self._framework.dtype, self._framework.device):
                got, expected = what(output), what(before)
                if got != expected:
                    lost.append(f"{name} came in as {expected} and went out as {got}")
        return tuple(lost)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Let nothing warn: what comes out is judged anyway."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def _fault(error: BaseException, path: Path) -> TargetRaised:
    """Say what a target did."""
    text = described(error)
    if isinstance(error, MemoryError) or "DefaultCPUAllocator" in text:
        return TargetRaised(f"it asked for more memory than there is: {text}", "out-of-memory")
    if path in TRACING:
        return TargetRaised(f"it cannot be run as {path}: {text}", "path-unavailable")
    return TargetRaised(f"it raised {text}")

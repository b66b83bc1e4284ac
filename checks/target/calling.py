"""Call a target: its framework, signature and axis order are hidden here and nowhere else."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.frameworks import Framework, find_framework
from ropespec.checks.observation import Case, Outcome, Role
from ropespec.reference.arrays import FloatArray, IntArray

from .claims import AXES, SIGNATURES, Claims
from .loading import described


@dataclass(frozen=True)
class _Call:
    """The arrays of one call: those given, copies of them, and what came back."""

    given: tuple[Any, ...]
    before: tuple[Any, ...]
    returned: tuple[Any, ...]


class Target:
    """Somebody's rotary embedding as a function of float64 values.

    Parameters
    ----------
    function
        What is called.
    claims
        How it is called, and what it claims.
    name
        What the user called it.
    output_order
        Channel numbers c such that the output y is taken as y[..., c]; None for as it is.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        claims: Claims,
        name: str,
        output_order: tuple[int, ...] | None = None,
    ) -> None:
        self.function = function
        self.claims = claims
        self.name = name
        self.output_order = output_order
        self.framework: Framework = find_framework(claims.framework)

    @property
    def dtypes(self) -> tuple[str, ...]:
        """The formats it is claimed to work in, the most precise first."""
        return self.claims.dtypes

    @property
    def roles(self) -> tuple[Role, ...]:
        """The arrays that it takes: a query, or a query and a key."""
        return ("query",) if self.claims.signature == "x" else ("query", "key")

    @property
    def max_position(self) -> int | None:
        """The largest position it is claimed to work at, None for no limit."""
        return self.claims.max_position

    def reordered(self, order: tuple[int, ...]) -> Target:
        """Return the same target with its output channels y taken as y[..., order]."""
        return Target(self.function, self.claims, self.name, order)

    def call(self, case: Case) -> Outcome:
        """Call the target once, on fresh arrays.

        Never raises for what the target does: see `Outcome.fault`.
        """
        arrays = [case.q] if case.k is None else [case.q, case.k]
        given = (
            *(
                self.framework.laid_out(self._native(values, case.dtype), case.memory)
                for values in arrays
            ),
            self.framework.positions(case.positions),
        )
        before = (
            *(self._native(values, case.dtype) for values in arrays),
            self.framework.positions(case.positions),
        )
        try:
            returned = self._returned(self._run(given), given)
        except TargetRaised as fault:
            return Outcome(None, None, fault)
        return self._outcome(_Call(given, before, returned))

    def rotate(
        self, values: FloatArray, positions: IntArray, dtype: str, role: Role = "query"
    ) -> FloatArray:
        """Rotate values as queries or as keys.

        Parameters
        ----------
        values
            `(batch, heads, seq, head_dim)`, exactly representable in `dtype`.
        positions
            `(batch, seq)` or `(batch, seq, axes)`, int64.
        dtype
            The format of the call.
        role
            Whether the values go in as queries or as keys; both get the same values.

        Raises
        ------
        TargetRaised
            If the target raised or returned no array of the right shape.
        """
        keys = values if "key" in self.roles else None
        outcome = self.call(Case("probe", values, keys, positions, dtype))
        if outcome.fault is not None:
            raise outcome.fault
        result = outcome.values(role)
        if result is None:
            raise ValueError(f"signature {self.claims.signature!r} has no {role}")
        return result

    def pull_back(self, case: Case, upstream: Case) -> Outcome:
        """Return the gradients of a case's values for gradients of the outputs.

        Parameters
        ----------
        case
            What the target is called with.
        upstream
            The gradients of the outputs, in the shapes of the outputs.

        Returns
        -------
        Outcome
            Gradients in the place of values; a fault of kind `no-gradient` where one is
            missing.
        """
        pairs = [(case.q, upstream.q)]
        if case.k is not None and upstream.k is not None:
            pairs.append((case.k, upstream.k))
        leaves = tuple(self._native(values, case.dtype) for values, _ in pairs)
        starts = tuple(self._native(values, case.dtype) for _, values in pairs)
        positions = self.framework.positions(case.positions)
        given = (*(self.framework.recorded(leaf) for leaf in leaves), positions)
        try:
            outputs = self._returned(self._run(given), given)
            gradients = self._gradients(outputs, leaves, starts)
        except TargetRaised as fault:
            return Outcome(None, None, fault)
        return self._outcome(_Call(given, given, gradients))

    def _gradients(
        self, outputs: tuple[Any, ...], leaves: tuple[Any, ...], starts: tuple[Any, ...]
    ) -> tuple[Any, ...]:
        """Ask for the gradients, and refuse to go on without one."""
        try:
            found = self.framework.pulled_back(outputs, leaves, starts)
        except Exception as error:
            raise TargetRaised(f"its backward pass raised {described(error)}") from error
        for name, gradient in zip(self._names(), found, strict=True):
            if gradient is None:
                message = f"no gradient came back for {name}, expected the inverse rotation"
                advice = "; do not detach, or pass --no-grad if it has none"
                raise TargetRaised(message + advice, "no-gradient")
        return found

    def _native(self, values: FloatArray, dtype: str) -> Any:
        """Make the target's own array of values `(batch, heads, seq, head_dim)`."""
        return self.framework.values(values.transpose(AXES[self.claims.axes]), dtype)

    def _run(self, given: tuple[Any, ...]) -> Any:
        """Call the function; whatever it raises becomes one kind of error."""
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                if self.claims.gradient:
                    return self.function(*given)
                with self.framework.without_gradient():
                    return self.function(*given)
            except (Exception, SystemExit) as error:
                raise TargetRaised(f"it raised {described(error)}") from error

    def _returned(self, result: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
        """Take the outputs out of what was returned, or say what is wrong with it."""
        expected = given[:-1]
        if self.claims.inplace:
            self._check_inplace(result, expected)
            return expected
        outputs = self._outputs(result, len(expected))
        for name, output, template in zip(self._names(), outputs, expected, strict=True):
            self._check_output(name, output, template)
        return outputs

    def _names(self) -> tuple[str, ...]:
        """Names of the arrays that come back."""
        return SIGNATURES[self.claims.signature][:-1]

    def _outputs(self, result: Any, count: int) -> tuple[Any, ...]:
        """Separate the arrays that were returned."""
        wanted = self.framework.array
        if result is None:
            message = f"it returned None, expected {_amount(count, wanted)}"
            advice = "; return the result, or pass --inplace if it writes over its input"
            raise TargetRaised(message + advice, "returned-none")
        if count == 1:
            if isinstance(result, tuple | list):
                message = f"it returned a {type(result).__name__} of {len(result)}"
                advice = "; for (q, k, positions) -> (q', k') pass --signature qk"
                raise TargetRaised(f"{message}, expected one {wanted}{advice}", "wrong-count")
            return (result,)
        if not isinstance(result, tuple | list):
            message = f"it returned one {type(result).__name__}, expected a tuple (q', k')"
            advice = "; for (x, positions) -> y pass --signature x"
            raise TargetRaised(message + advice, "wrong-count")
        if len(result) != count:
            message = f"it returned a {type(result).__name__} of {len(result)}"
            raise TargetRaised(f"{message}, expected a tuple (q', k')", "wrong-count")
        return tuple(result)

    def _check_output(self, name: str, output: Any, template: Any) -> None:
        """Refuse an output that cannot be judged: no real array, or of another shape."""
        which = f"{name}'" if self.claims.signature == "qk" else "the result"
        if not self.framework.is_array(output):
            message = (
                f"it returned {which} as {type(output).__module__}.{type(output).__name__}"
            )
            advice = f"; return a {self.framework.array}, or pass another --framework"
            message = f"{message}, expected a {self.framework.array}{advice}"
            raise TargetRaised(message, "wrong-type")
        dtype = self.framework.dtype(output)
        if not dtype.startswith(("float", "bfloat")):
            message = (
                f"it returned {which} in {dtype}, expected {self.framework.dtype(template)}"
            )
            raise TargetRaised(f"{message}; return real numbers", "wrong-type")
        got, expected = tuple(output.shape), tuple(template.shape)
        if got != expected:
            message = f"it returned {which} in shape {got}, expected {expected}, that of {name}"
            raise TargetRaised(
                f"{message}; its axes are --axes {self.claims.axes}", "wrong-shape"
            )

    def _check_inplace(self, result: Any, inputs: tuple[Any, ...]) -> None:
        """Refuse a target that is said to work in place and returns something else."""
        if result is None:
            return
        outputs = self._outputs(result, len(inputs))
        for name, output, changed in zip(self._names(), outputs, inputs, strict=True):
            self._check_output(name, output, changed)
            if not np.array_equal(
                self.framework.widen(output), self.framework.widen(changed), equal_nan=True
            ):
                message = f"it returned other values than it left in {name}"
                advice = "; leave --inplace out, or write the result over the input"
                raise TargetRaised(f"{message}, expected the same{advice}", "wrong-type")

    def _outcome(self, call: _Call) -> Outcome:
        """Widen the outputs and note what was lost and changed on the way."""
        order = AXES[self.claims.axes]  # exchanging two axes is its own inverse
        values = [self.framework.widen(array).transpose(order) for array in call.returned]
        if self.output_order is not None:
            values = [array[..., list(self.output_order)] for array in values]
        names = (*self._names(), "positions")
        compared = zip(names, call.given, call.before, strict=True)
        changed = tuple(
            name
            for name, now, before in compared
            if not (self.claims.inplace and name != "positions")
            and not self.framework.same(now, before)
        )
        key = values[1] if len(values) == 2 else None
        return Outcome(values[0], key, None, self._lost(call), changed)

    def _lost(self, call: _Call) -> tuple[str, ...]:
        """Say which output has another dtype or device than its input."""
        lost = []
        for name, output, before in zip(
            self._names(), call.returned, call.before[:-1], strict=True
        ):
            for what in (self.framework.dtype, self.framework.device):
                got, expected = what(output), what(before)
                if got != expected:
                    lost.append(f"{name} came in as {expected} and went out as {got}")
        return tuple(lost)


def _amount(count: int, array: str) -> str:
    """Name what is expected back."""
    return f"a {array}" if count == 1 else f"a tuple of {count} {array}s"

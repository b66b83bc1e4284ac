"""What a target returned: taken apart, or refused in one line."""

from __future__ import annotations

from typing import Any

import numpy as np

from ropespec.checks.errors import TargetRaised
from ropespec.checks.frameworks import Arrays, Framework

from .claims import SIGNATURES, Claims


class Returned:
    """Takes the outputs out of what a target returned.

    Parameters
    ----------
    framework
        Whose arrays are expected.
    claims
        How it was called.
    """

    def __init__(self, framework: Framework, claims: Claims) -> None:
        self._framework = framework
        self._claims = claims
        self.names = SIGNATURES[claims.signature][:-1]

    def outputs(self, result: Any, inputs: Arrays) -> Arrays:
        """Return the outputs of a call.

        Parameters
        ----------
        result
            What the call returned.
        inputs
            The arrays of values that it was given, after the call.

        Raises
        ------
        TargetRaised
            If these are no arrays that can be judged.
        """
        if self._claims.inplace:
            self._check_inplace(result, inputs)
            return inputs
        outputs = self._separated(result, len(inputs))
        for name, output, template in zip(self.names, outputs, inputs, strict=True):
            self._check(name, output, template)
        return outputs

    def _separated(self, result: Any, count: int) -> Arrays:
        """Separate the arrays that were returned."""
        wanted = self._framework.array
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

    def _check(self, name: str, output: Any, template: Any) -> None:
        """Refuse an output that cannot be judged: no real array, or of another shape."""
        framework = self._framework
        which = f"{name}'" if self._claims.signature == "qk" else "the result"
        if not framework.is_array(output):
            message = (
                f"it returned {which} as {type(output).__module__}.{type(output).__name__}"
            )
            advice = f"; return a {framework.array}, or pass another --framework"
            raise TargetRaised(f"{message}, expected a {framework.array}{advice}", "wrong-type")
        dtype = framework.dtype(output)
        if not dtype.startswith(("float", "bfloat")):
            message = f"it returned {which} in {dtype}, expected {framework.dtype(template)}"
            raise TargetRaised(f"{message}; return real numbers", "wrong-type")
        got, expected = tuple(output.shape), tuple(template.shape)
        if got != expected:
            message = f"it returned {which} in shape {got}, expected {expected}, that of {name}"
            raise TargetRaised(
                f"{message}; its axes are --axes {self._claims.axes}", "wrong-shape"
            )

    def _check_inplace(self, result: Any, inputs: Arrays) -> None:
        """Refuse a target that is said to work in place and returns something else."""
        if result is None:
            return
        widen = self._framework.widen
        outputs = self._separated(result, len(inputs))
        for name, output, changed in zip(self.names, outputs, inputs, strict=True):
            self._check(name, output, changed)
            if not np.array_equal(widen(output), widen(changed), equal_nan=True):
                message = f"it returned other values than it left in {name}"
                advice = "; leave --inplace out, or write the result over the input"
                raise TargetRaised(f"{message}, expected the same{advice}", "wrong-type")


def _amount(count: int, array: str) -> str:
    """Name what is expected back."""
    return f"a {array}" if count == 1 else f"a tuple of {count} {array}s"

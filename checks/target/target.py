"""A target as everything above sees it: a function of float64 values, wherever it lives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ropespec.checks.observation import Case, Exposed, Memory, Outcome, Path, Role
from ropespec.reference.arrays import FloatArray, IntArray

from .claims import Claims
from .host import Host
from .notices import Notices


class Target:
    """Somebody's rotary embedding as a function of float64 values.

    Parameters
    ----------
    host
        Where it lives.
    name
        What the user called it.
    output_order
        Channel numbers c such that the output y is taken as y[..., c]; None for as it is.
    notices
        Where it is noted what it does besides rotating.
    """

    def __init__(
        self,
        host: Host,
        name: str,
        output_order: tuple[int, ...] | None = None,
        notices: Notices | None = None,
    ) -> None:
        self.host = host
        self.notices = Notices() if notices is None else notices
        self.name = name
        self.output_order = output_order

    @property
    def claims(self) -> Claims:
        """How it is called, and what it claims."""
        return self.host.claims

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

    @property
    def paths(self) -> tuple[Path, ...]:
        """The ways in which its framework can run it, `eager` first: see `Case.path`."""
        return self.host.paths

    @property
    def memories(self) -> tuple[Memory, ...]:
        """The ways in which its arrays can lie in memory: see `Case.memory`."""
        return self.host.memories

    @property
    def no_gradient(self) -> str:
        """Why it has no gradient to ask for, the empty text if it has one."""
        return self.host.no_gradient

    def reordered(self, order: tuple[int, ...]) -> Target:
        """Return the same target with its output channels y taken as y[..., order]."""
        return Target(self.host, self.name, order, self.notices)

    def fresh(self) -> Target:
        """Return the same target without history: nothing was ever called before.

        It is this target itself where nothing can make it again: a function that was given
        as it is and lives in this process. An earlier fresh target may end when the next one
        is asked for.
        """
        return Target(self.host.fresh(), self.name, self.output_order, self.notices)

    def close(self) -> None:
        """End what runs it; it cannot be called afterwards."""
        self.host.close()

    def exposed(self) -> Exposed:
        """Return what it shows of its frequencies besides rotating."""
        return self.host.exposed()

    def check_arguments(self) -> None:
        """Refuse a target that cannot take the signature's arguments.

        Raises
        ------
        TargetError
            What it takes, what was expected and what to do, without the target's name.
        """
        self.host.check_arguments()

    def call(self, case: Case) -> Outcome:
        """Call the target once, on fresh arrays.

        Never raises for what the target does: see `Outcome.fault`.
        """
        return self._in_order(self.notices.see(self.host.call(case)))

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
        return self.notices.see(self.host.pull_back(case, self._as_returned(upstream)))

    def push_forward(self, case: Case, tangent: Case) -> Outcome:
        """Return the derivative of the pulled-back gradient with respect to the upstream one.

        For a linear map R the gradient is the transpose of R times the upstream one, so that
        this, pulled back along the tangent, is R times the tangent.

        Parameters
        ----------
        case
            What the target is called with.
        tangent
            What is multiplied, in the shapes of the inputs.

        Returns
        -------
        Outcome
            R times the tangent in the place of values; a fault of kind `no-gradient` where
            the gradient has no gradient.
        """
        return self._in_order(self.notices.see(self.host.push_forward(case, tangent)))

    def _in_order(self, outcome: Outcome) -> Outcome:
        """Take output channels in the order that was asked for."""
        if self.output_order is None or outcome.q is None:
            return outcome
        order = list(self.output_order)
        key = None if outcome.k is None else outcome.k[..., order]
        return replace(outcome, q=outcome.q[..., order], k=key)

    def _as_returned(self, upstream: Case) -> Case:
        """Put gradients of reordered outputs back to where the target returned those."""
        if self.output_order is None:
            return upstream
        order = np.argsort(self.output_order)
        key = None if upstream.k is None else upstream.k[..., order]
        return replace(upstream, q=upstream.q[..., order], k=key)

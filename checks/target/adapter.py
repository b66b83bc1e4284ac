"""A base class for targets that are no plain function of values and positions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from ropespec.reference.config import RotaryConfig

from .claims import Claims


class Adapter:
    """What stands between a check and an implementation that is called in another way.

    Write a class of it with a method `apply` that takes what the signature says, and name the
    class as the target. It is made without arguments. Whatever is known of the implementation
    may be declared as attributes, so that the options can be left out:

    - how it is called, fields of `Claims`: `framework`, `signature`, `axes`, `inplace`,
      `gradient`, `dtypes`, `max_position`, `negative`, `contiguous`, `by_length`;
    - what it should compute, fields of `RotaryConfig`: `head_dim`, `layout`, `base`, `scaling`
      and so on. `axes` is both: `"bshd"` is the order of the arrays, `(16, 24, 24)` the pairs
      that each axis of the positions turns. Who has to say both says one as an option, or
      the pairs as `arrangement`.

    An option that is given counts before an attribute. What is declared is verified by the
    laws like everything else. If it has attributes `inv_freq` and `attention_factor`, they are
    verified too.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec import check
    >>> from ropespec.checks import Adapter
    >>> class Turned(Adapter):
    ...     head_dim = 4
    ...     base = 100.0
    ...     inv_freq = (1.0, 0.1)
    ...
    ...     def apply(self, x, positions):
    ...         angles = positions[:, None, :, None] * np.array(self.inv_freq)
    ...         turned = x.astype(complex)
    ...         turned = (x[..., ::2] + 1j * x[..., 1::2]) * np.exp(1j * angles)
    ...         return np.stack([turned.real, turned.imag], -1).reshape(x.shape).astype(x.dtype)
    >>> check(Turned).verdict
    'conformant'
    """

    def apply(self, *arrays: Any) -> Any:
        """Rotate: `(x, positions) -> y` or `(q, k, positions) -> (q', k')`."""
        raise NotImplementedError("an Adapter needs a method apply")


@dataclasses.dataclass(frozen=True)
class Declared:
    """What a target says of itself.

    Attributes
    ----------
    claims
        How it is called: fields of `Claims`.
    convention
        What it should compute: fields of `RotaryConfig`.
    """

    claims: dict[str, Any]
    convention: dict[str, Any]


def declared(function: object) -> Declared:
    """Return what an adapter declares as attributes; nothing for any other target.

    Parameters
    ----------
    function
        What is called: the method of an adapter.
    """
    owner = getattr(function, "__self__", None)
    if not isinstance(owner, Adapter):
        return Declared({}, {})
    fields = {field.name for field in dataclasses.fields(RotaryConfig)}
    fields -= {"attention_factor"}  # that is shown, not declared
    claims = _attributes(owner, {field.name for field in dataclasses.fields(Claims)})
    if isinstance(claims.get("axes"), Sequence) and not isinstance(claims["axes"], str):
        del claims["axes"]  # numbers: the pairs of each axis of the positions
    return Declared(claims, _attributes(owner, fields - claims.keys()))


def _attributes(owner: object, names: set[str]) -> dict[str, Any]:
    """Return those attributes that an object has."""
    return {name: getattr(owner, name) for name in sorted(names) if hasattr(owner, name)}

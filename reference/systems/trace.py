"""Name and print every intermediate of a computation that is kept in dataclasses."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import numpy as np

from ropespec.reference.arguments import numbers
from ropespec.reference.errors import InputError
from ropespec.reference.errors import shown as one_line
from ropespec.reference.validate import whole


def steps(trace: Any) -> Iterator[tuple[str, Any]]:
    """Yield every intermediate with its dotted name, in the order of computation.

    Parameters
    ----------
    trace
        A dataclass whose fields are arrays, words or dataclasses of the same kind; what is
        None was not computed, and is left out.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.attention import scaled_dot_product
    >>> from ropespec.reference.systems.trace import steps
    >>> [name for name, _ in steps(scaled_dot_product(np.eye(2), np.eye(2), np.eye(2)))]
    ['scores', 'scaled', 'weights', 'output']
    """
    if not dataclasses.is_dataclass(trace):
        raise InputError(f"trace: got {one_line(trace)}, expected the steps of a computation")
    for field in dataclasses.fields(trace):
        value = getattr(trace, field.name)
        if dataclasses.is_dataclass(value):
            yield from ((f"{field.name}.{name}", inner) for name, inner in steps(value))
        elif value is not None:
            yield field.name, value


def shown(trace: Any, digits: int = 2) -> str:
    """Write every intermediate as text: name, shape, values.

    Parameters
    ----------
    trace
        As for `steps`.
    digits
        Decimals of the numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.attention import scaled_dot_product
    >>> from ropespec.reference.systems.trace import shown
    >>> print(shown(scaled_dot_product(np.eye(2), np.eye(2), np.eye(2))).split("scaled")[0])
    scores (2, 2)
    [[1.00 0.00]
     [0.00 1.00]]
    <BLANKLINE>
    """
    whole("digits", digits, least=0, most=20, advice="give the decimals")
    return "\n".join(_step(name, value, digits) for name, value in steps(trace))


def _step(name: str, value: Any, digits: int) -> str:
    """Write one intermediate."""
    if not isinstance(value, np.ndarray):
        return f"{name}\n{value}"
    return f"{name} {value.shape}\n{matrix_text(value, digits)}"


def matrix_text(values: Any, digits: int = 2) -> str:
    """Write an array with a fixed number of decimals, without its leading dimensions of 1."""
    given = numbers("values", values)
    whole("digits", digits, least=0, most=20, advice="give the decimals")
    while given.ndim > 2 and len(given) == 1:
        given = given[0]
    with np.printoptions(floatmode="fixed", precision=digits, suppress=True, linewidth=96):
        return str(np.round(given, digits) + 0)  # + 0: never -0.00

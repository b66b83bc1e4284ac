"""What a check needs to know about an array framework: the methods of one small class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ropespec.checks.observation import Memory, Path
    from ropespec.reference.arrays import FloatArray, IntArray

Function = Callable[..., Any]
"""A target: `(x, positions) -> y` or `(q, k, positions) -> (q', k')`."""

Arrays = tuple[Any, ...]
"""Arrays of one framework: queries, or queries and keys."""

Rotation = Callable[..., Arrays]
"""A target with its positions put in: takes arrays of values, returns as many."""


@dataclass(frozen=True)
class Setting:
    """Something global that a call should leave as it was.

    Attributes
    ----------
    name
        What it is called in a report.
    read
        Returns its value, of a kind that `==` compares.
    write
        Puts a value back after a call; None for what stays as a call left it. Random states
        do: a call that depends on them would give the same again, and nobody would notice.
    """

    name: str
    read: Callable[[], Any]
    write: Callable[[Any], object] | None


class Framework(Protocol):
    """What a check needs to know about a framework's arrays.

    Attributes
    ----------
    name
        As `--framework` takes it.
    package
        What is installed for it.
    array
        What its arrays are called in a message.
    dtypes
        The formats that its arrays come in, the most precise first.
    default_dtypes
        Those that a check uses when none is named: what its users commonly claim.
    paths
        The ways that it offers to run a function.
    memories
        The ways that its arrays can lie in memory.
    no_gradient
        Why nothing can be differentiated, the empty text where it can.
    no_inplace
        Why nothing can work in place, the empty text where it can.
    compiles_shapes
        Whether each new shape takes it long, as it compiles operations for it.
    variables
        Environment variables for a process of ours that make it start and compile quickly;
        `{folder}` stands for a folder that is there while the check runs.
    settings
        Its global state.
    """

    name: str
    package: str
    array: str
    dtypes: tuple[str, ...]
    default_dtypes: tuple[str, ...]
    paths: tuple[Path, ...]
    memories: tuple[Memory, ...]
    no_gradient: str
    no_inplace: str
    compiles_shapes: bool
    variables: Mapping[str, str]

    def check(self, dtypes: tuple[str, ...]) -> None:
        """Refuse formats that cannot be had as things are.

        Raises
        ------
        ConfigError
            Which format, and what to do.
        """

    @property
    def settings(self) -> tuple[Setting, ...]:
        """Its global state."""

    def values(self, values: FloatArray, dtype: str) -> Any:
        """Return a fresh contiguous array with these values in a format that holds them."""

    def positions(self, positions: IntArray) -> Any:
        """Return a fresh contiguous int64 array."""

    def laid_out(self, array: Any, memory: Memory) -> Any:
        """Return an equal array of four axes that lies in memory in another way."""

    def is_array(self, thing: object) -> bool:
        """Whether this is an array of the framework."""

    def dtype(self, array: Any) -> str:
        """Name the format of an array."""

    def device(self, array: Any) -> str:
        """Name the device that an array is on."""

    def widen(self, array: Any) -> FloatArray:
        """Return an array's values as float64; the array must be of a real number format."""

    def same(self, array: Any, before: Any) -> bool:
        """Whether two arrays hold the same bits, NaN included."""

    def without_gradient(self) -> AbstractContextManager[object]:
        """Return a context in which no gradient is recorded."""

    def along(self, function: Function, path: Path) -> Function:
        """Return a function that runs another one in one of the framework's ways."""

    def pulled_back(
        self, rotation: Rotation, inputs: Arrays, upstream: Arrays
    ) -> tuple[Any | None, ...]:
        """Return the gradients of the inputs for gradients of the outputs.

        Parameters
        ----------
        rotation
            What is differentiated.
        inputs, upstream
            Arrays of the framework, in the shapes of inputs and outputs.

        Returns
        -------
        tuple
            As many as inputs, None for one without a gradient.
        """

    def pushed_forward(
        self, rotation: Rotation, inputs: Arrays, tangents: Arrays
    ) -> tuple[Any | None, ...]:
        """Return the derivative of the gradients with respect to what is sent back.

        The gradient of a linear rotation R is the transpose of R times what is sent back; the
        derivative of that, pulled back once more, is R times the tangents.

        Parameters
        ----------
        rotation
            What is differentiated twice.
        inputs, tangents
            Arrays of the framework, in the shapes of the inputs.

        Returns
        -------
        tuple
            As many as outputs, None for one without.
        """

"""Proved formulas as NumPy functions: one more oracle for the checks.

The function is made from the very expression that the kernel judged. Arrays are float64;
vectors are given pair by pair, so that no layout of channels is assumed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import sympy as sp

from .kernel import Kind
from .registry import find
from .theorem import Formula

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Executable:
    """A formula of a theorem that takes and gives arrays.

    Attributes
    ----------
    theorem
        The theorem's id.
    formula
        The formula.
    arguments
        The names of the keyword arguments: vectors of shape `(..., pairs, 2)`, `theta` of
        shape `(pairs,)`, positions and angles of shape `(...)`. A formula of one plane has
        no axis of pairs.
    """

    theorem: str
    formula: Formula
    arguments: tuple[str, ...]

    @cached_property
    def _compiled(self) -> Callable[..., list[Any]]:
        """The formula's entries as one function of its atoms."""
        block = self.formula.term.block
        entries = list(block) if self.formula.term.kind.value else [block]
        function: Callable[..., list[Any]] = sp.lambdify(
            _atoms(block), entries, modules="numpy", cse=False
        )
        return function

    def __call__(self, **values: ArrayLike) -> NDArray[np.float64]:
        """Compute the formula in float64.

        Parameters
        ----------
        **values
            One array for each of `arguments`.

        Returns
        -------
        numpy.ndarray
            A vector `(..., pairs, 2)`, a matrix `(..., pairs, 2, 2)` block by block, or a
            sum over pairs `(...)`.

        Raises
        ------
        TypeError
            When an argument is missing or not known.
        """
        import numpy as np

        if set(values) != set(self.arguments):
            raise TypeError(
                f"{self.formula.name} of {self.theorem} was given {sorted(values)}; "
                f"it takes {', '.join(self.arguments)}"
            )
        term = self.formula.term
        atoms = _atoms(term.block)
        arrays = [_pick(atom, values, term.pair) for atom in atoms]
        entries = list(term.block) if term.kind.value else [term.block]
        function = sp.lambdify(atoms, entries, modules="numpy", cse=False)
        parts = np.broadcast_arrays(*(np.asarray(part) for part in function(*arrays)))
        stacked = np.stack([np.real(part) for part in parts], axis=-1).astype(np.float64)
        if term.kind is Kind.SUM:
            number: NDArray[np.float64] = stacked[..., 0]
            return number if term.pair is None else number.sum(axis=-1)
        shape = (2, 2) if term.kind is Kind.MATRIX else (2,)
        return stacked.reshape(*stacked.shape[:-1], *shape)


@cache
def executable(theorem_id: str, name: str | None = None) -> Executable:
    """Make a NumPy function of a theorem's formula.

    Parameters
    ----------
    theorem_id
        A theorem with formulas, such as `B4`.
    name
        Which of its formulas; the first when not given.

    Raises
    ------
    UnknownTheorem
        When there is no such theorem.
    LookupError
        When it has no such formula.

    Examples
    --------
    >>> from ropespec.spec import executable
    >>> quarter = executable("A1")(phi=[1.5707963267948966])
    >>> quarter.round(12).tolist()
    [[[0.0, -1.0], [1.0, 0.0]]]
    """
    theorem = find(theorem_id)
    chosen = [f for f in theorem.formulas if name in (None, f.name)]
    if not chosen:
        known = ", ".join(repr(f.name) for f in theorem.formulas) or "none"
        raise LookupError(f"{theorem.id} has no formula {name!r}; it has {known}")
    arguments = tuple(dict.fromkeys(_name(atom) for atom in _atoms(chosen[0].term.block)))
    return Executable(theorem.id, chosen[0], arguments)


def _atoms(block: Any) -> list[Any]:
    """The symbols and entries that a formula reads, in a fixed order."""
    indexed = block.atoms(sp.Indexed)
    inside = {symbol for atom in indexed for symbol in atom.free_symbols}
    return sorted((block.atoms(sp.Symbol) - inside) | indexed, key=str)


def _name(atom: Any) -> str:
    return str(atom.base.label if isinstance(atom, sp.Indexed) else atom)


def _pick(atom: Any, values: dict[str, Any], pair: Any) -> Any:
    """The array that an atom stands for, with pairs, if there are any, on the last axis."""
    import numpy as np

    array = np.asarray(values[_name(atom)], dtype=np.float64)
    if not isinstance(atom, sp.Indexed):
        return array if pair is None else array[..., None]
    if _name(atom) == "theta":
        return array
    (index,) = atom.indices
    member = index.xreplace({s: sp.Integer(0) for s in index.free_symbols})
    return array[..., int(member)]

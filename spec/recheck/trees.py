"""The expressions of a certificate: JSON lists, read with care.

["number", "3/4"]  ["i"]  ["pi"]  ["e"]  ["atom", "theta[i]"]
["add", x, y, …]  ["mul", x, y, …]  ["pow", x, n]
["cos", x]  ["sin", x]  ["exp", x]  ["log", x]  ["conjugate", x]  ["re", x]  ["im", x]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Tree = list[Any]

_ARGUMENTS = {
    **dict.fromkeys(("i", "pi", "e"), (0, 0)),
    **dict.fromkeys(("cos", "sin", "exp", "log", "conjugate", "re", "im"), (1, 1)),
    **dict.fromkeys(("add", "mul"), (2, 10**6)),
    "pow": (2, 2),
}
_TURNING = ("cos", "sin", "exp")


class RefusedError(Exception):
    """The certificate does not hold, or is no certificate; the text says why."""


@dataclass(frozen=True)
class Atom:
    """What is declared of one atom.

    Attributes
    ----------
    name
        As it stands in the expressions.
    real, integer, positive, nonzero
        What may be relied on.
    """

    name: str
    real: bool
    integer: bool
    positive: bool
    nonzero: bool


def read_atoms(declared: Any) -> dict[str, Atom]:
    """Read the declarations of a certificate's atoms."""
    if not isinstance(declared, dict):
        raise RefusedError("the atoms are no object")
    atoms = {}
    for name, facts in declared.items():
        known = {"real", "integer", "positive", "nonzero"}
        if not isinstance(facts, list) or not set(facts) <= known:
            raise RefusedError(f"atom {name!r} declares {facts!r}; known are {sorted(known)}")
        atoms[name] = Atom(name, **{fact: fact in facts for fact in known})
    return atoms


def well_formed(tree: Any, atoms: dict[str, Atom]) -> Tree:
    """Check that a tree is an expression over declared atoms.

    Raises
    ------
    RefusedError
        For anything else.
    """
    if not isinstance(tree, list) or not tree or not isinstance(tree[0], str):
        raise RefusedError(f"{tree!r} is no expression")
    head, rest = tree[0], tree[1:]
    if head == "number":
        number_of(tree)
        return tree
    if head == "atom":
        if len(rest) != 1 or rest[0] not in atoms:
            raise RefusedError(f"atom {rest!r} is not declared")
        return tree
    if head not in _ARGUMENTS:
        raise RefusedError(f"{head!r} is no operator")
    least, most = _ARGUMENTS[head]
    if not least <= len(rest) <= most:
        raise RefusedError(f"{head!r} has {len(rest)} arguments")
    for part in rest:
        well_formed(part, atoms)
    return tree


def number_of(tree: Tree) -> Fraction:
    """Read the rational number of a leaf."""
    if len(tree) != 2 or not isinstance(tree[1], str):
        raise RefusedError(f"{tree!r} is no number")
    try:
        return Fraction(tree[1])
    except (ValueError, ZeroDivisionError):
        raise RefusedError(f"{tree[1]!r} is no rational number") from None


def whole_exponent(tree: Tree) -> int | None:
    """Return the exponent of a power when it is a whole number, else None."""
    if tree[2][0] != "number":
        return None
    value = number_of(tree[2])
    return int(value) if value.denominator == 1 else None


def is_unit(tree: Tree) -> bool:
    """Whether a tree is -1, i or -i."""
    return tree in (["number", "-1"], ["i"], ["mul", ["number", "-1"], ["i"]])


def walk(tree: Tree) -> Iterator[Tree]:
    """Go through a tree and all its parts."""
    yield tree
    for part in tree[1:]:
        if isinstance(part, list):
            yield from walk(part)


def bases(trees: list[Tree]) -> set[str]:
    """Name the atoms b that carry an exponent which is no whole number, as in b**(-2*i/d)."""
    found = set()
    for tree in trees:
        for part in walk(tree):
            if part[0] == "pow" and whole_exponent(part) is None and not is_unit(part[1]):
                if part[1][0] != "atom":
                    raise RefusedError(f"{part[1]!r} carries an exponent; only atoms may")
                found.add(str(part[1][1]))
    return found


def turns_or_grows(trees: list[Tree]) -> bool:
    """Whether anything but polynomials occurs."""
    heads = {part[0] for tree in trees for part in walk(tree)}
    symbolic = any(
        part[0] == "pow" and whole_exponent(part) is None
        for tree in trees
        for part in walk(tree)
    )
    return symbolic or bool(heads & {*_TURNING, "e", "log"})

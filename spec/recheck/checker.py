"""Check a certificate: its form, its digest, and every identity in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from fractions import Fraction
from random import Random, SystemRandom
from typing import Any

from .evaluation import RANGE_BITS, Point
from .expansion import Expansion
from .exponents import Exponents
from .trees import (
    Atom,
    RefusedError,
    Tree,
    bases,
    read_atoms,
    turns_or_grows,
    walk,
    well_formed,
)

FORMAT = "ropespec-certificate/1"
"""The format that this checker reads."""

RELATIONS = ("=", "≠")
"""What an equation of a certificate may say."""

ATTEMPTS = 20
"""How many points may be drawn when something that divides happens to be zero."""

Refused = RefusedError


@dataclass(frozen=True)
class Checked:
    """What a certificate that holds was found to hold.

    Attributes
    ----------
    theorem
        The theorem's id.
    expanded
        Identities of polynomials, expanded exactly.
    evaluated
        Identities that were evaluated at a random point.
    other
        Steps that are no identities, as (name, rule); they are not checked here.
    error
        Bound for the probability that a false identity among them went unnoticed.
    """

    theorem: str
    expanded: int
    evaluated: int
    other: tuple[tuple[str, str], ...]
    error: Fraction


def digest(certificate: dict[str, Any]) -> str:
    """Return the SHA-256 of a certificate without its own `digest`, as hexadecimal digits."""
    body = {key: value for key, value in certificate.items() if key != "digest"}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def check_certificate(certificate: Any, random: Random | None = None) -> Checked:
    """Check every identity of a certificate.

    Parameters
    ----------
    certificate
        The JSON data.
    random
        Where the point comes from; the operating system's source when left out, so that no
        certificate can be made to fit it.

    Raises
    ------
    RefusedError
        With the step and the reason, when anything does not hold.
    """
    if not isinstance(certificate, dict) or certificate.get("format") != FORMAT:
        raise RefusedError(f"this is no certificate of the format {FORMAT}")
    if certificate.get("digest") != digest(certificate):
        raise RefusedError("the digest does not fit: the certificate was changed")
    source = random or SystemRandom()
    expanded = evaluated = 0
    error = Fraction(0)
    other = []
    for step in certificate["steps"]:
        if not step["equations"]:
            other.append((str(step["name"]), str(step["rule"])))
        for equation in step["equations"]:
            try:
                chance = _check_equation(equation, source)
            except RefusedError as refused:
                where = f"{certificate['theorem']}, step {step['name']!r}, {equation['name']!r}"
                raise RefusedError(f"{where}: {refused}") from None
            error += chance or 0
            expanded += chance is None
            evaluated += chance is not None
    return Checked(certificate["theorem"], expanded, evaluated, tuple(other), error)


def _check_equation(equation: dict[str, Any], random: Random) -> Fraction | None:
    """Check one equation; return the chance of an accident, None where there is none."""
    atoms = read_atoms(equation["atoms"])
    lhs, rhs = (well_formed(equation[side], atoms) for side in ("lhs", "rhs"))
    nonzero = [well_formed(tree, atoms) for tree in equation["nonzero"]]
    relation = equation["relation"]
    if relation not in RELATIONS:
        raise RefusedError(f"{relation!r} is no relation that a certificate can hold")
    if relation == "≠" and any(
        part[0] in ("atom", "pi") for t in (lhs, rhs) for part in walk(t)
    ):
        raise RefusedError("≠ is said of more than rational numbers and powers of e")
    if not turns_or_grows([lhs, rhs, *nonzero]):
        equal, chance = Expansion(atoms, nonzero).equal(lhs, rhs), None
    else:
        equal, chance = _compare(lhs, rhs, nonzero, atoms, random)
    if equal != (relation == "="):
        raise RefusedError(f"the two sides are {'equal' if equal else 'not equal'}")
    return chance


def _compare(
    lhs: Tree, rhs: Tree, nonzero: list[Tree], atoms: dict[str, Atom], random: Random
) -> tuple[bool, Fraction]:
    """Compare both sides at a random point.

    Without atoms, sides that differ there do differ: their difference is a non-zero polynomial
    in e^(1/L) and e^(i/L), which are algebraically independent (Lindemann and Weierstrass).
    """
    exponents = Exponents(atoms, bases([lhs, rhs, *nonzero]))
    exponents.note([lhs, rhs, *nonzero])
    for _ in range(ATTEMPTS):
        point = Point(exponents, random, nonzero)
        try:
            left, right = point.value(lhs), point.value(rhs)
        except ZeroDivisionError:
            continue
        degree = max(left.top + right.bottom, right.top + left.bottom)
        return left.at == right.at, Fraction(degree, 2**RANGE_BITS)
    raise RefusedError("something that divides is always zero")


__all__ = ["Atom", "Checked", "Refused", "check_certificate", "digest"]

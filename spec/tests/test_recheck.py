"""The second checker accepts what the kernel proved and refuses every corrupted certificate."""

import ast
import copy
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import pytest
import sympy as sp

from ropespec.spec import prove, theorems
from ropespec.spec.certificates import certificate, schema, write_certificates
from ropespec.spec.kernel import decide
from ropespec.spec.recheck import Refused, check_certificate, digest

FOLDER = Path(__file__).parents[1]
REPORT = prove()
CERTIFICATES = {result.id: certificate(result) for result in REPORT.results}
IDS = [theorem.id for theorem in theorems()]
SWAPPED = {
    "add": "mul",
    "mul": "add",
    "cos": "sin",
    "sin": "cos",
    "exp": "cos",
    "re": "im",
    "im": "re",
    "conjugate": "re",
    "log": "exp",
}
PER_CERTIFICATE = 0 if os.environ.get("ROPESPEC_EXHAUSTIVE") else 25
"""Corruptions of each kind that are tried on one certificate; 0 is all (`make exhaustive`)."""


@pytest.mark.parametrize("name", IDS)
def test_what_was_proved_is_rechecked(name: str) -> None:
    found = check_certificate(CERTIFICATES[name])
    assert found.expanded + found.evaluated + len(found.other) > 0
    assert found.error < Fraction(1, 2**100)


def test_most_steps_are_rechecked() -> None:
    checked = [check_certificate(one) for one in CERTIFICATES.values()]
    equations = sum(one.expanded + one.evaluated for one in checked)
    assert equations > 2 * sum(len(one.other) for one in checked)


@pytest.mark.parametrize("name", IDS)
def test_certificates_follow_the_schema(name: str) -> None:
    jsonschema_rs.validator_for(schema()).validate(CERTIFICATES[name])


def test_the_checker_imports_the_standard_library_alone() -> None:
    for path in (FOLDER / "recheck").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [str(node.module)]
            else:
                continue
            assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_it_runs_without_any_package(tmp_path: Path) -> None:
    write_certificates(REPORT, tmp_path)
    code = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r}); sys.argv[1:] = [{str(tmp_path)!r}]"
    )
    run = f"{code}; import runpy; runpy.run_module('recheck', run_name='__main__')"
    bare = [sys.executable, "-I", "-S", "-c", run]
    done = subprocess.run(bare, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(IDS)} of {len(IDS)} certificates hold" in done.stdout
    (tmp_path / "A1.json").write_text(json.dumps({**CERTIFICATES["A1"], "theorem": "A9"}))
    done = subprocess.run(bare, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "A1.json: refused: the digest does not fit" in done.stdout


def places(tree: list[Any], path: tuple[int, ...] = ()) -> Iterator[tuple[int, ...]]:
    yield path
    for index, part in enumerate(tree[1:], start=1):
        if isinstance(part, list):
            yield from places(part, (*path, index))


def corruptions(equation: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """Change one operator, index, sign or constant of an equation, each in turn."""
    for side in ("lhs", "rhs"):
        for path in places(equation[side]):
            changed = copy.deepcopy(equation)
            holder: Any = changed
            last: Any = side
            for index in path:
                holder, last = holder[last], index
            node = holder[last]
            if kind == "operator" and node[0] in SWAPPED:
                holder[last] = [SWAPPED[node[0]], *node[1:]]
            elif kind == "index" and node[0] == "atom":
                others = [name for name in equation["atoms"] if name != node[1]]
                holder[last] = ["atom", others[0] if others else "nothing"]
            elif kind == "sign":
                holder[last] = ["mul", ["number", "-1"], node]
            elif kind == "constant" and node[0] == "number":
                holder[last] = ["number", str(Fraction(node[1]) + 1)]
            else:
                continue
            yield changed


def decoded(tree: list[Any], atoms: dict[str, list[str]]) -> Any:
    """Read a tree back as a SymPy expression, to ask the kernel about it."""
    head, *rest = tree
    if head == "number":
        return sp.Rational(rest[0])
    if head == "atom":
        facts = dict.fromkeys(atoms.get(rest[0], ()), True)
        return sp.Symbol(rest[0], **(facts or {"complex": True}))
    if not rest:
        return {"i": sp.I, "pi": sp.pi, "e": sp.E}[head]
    function = {"add": sp.Add, "mul": sp.Mul, "pow": sp.Pow}.get(head) or getattr(sp, head)
    return function(*(decoded(part, atoms) for part in rest))


def really_holds(equation: dict[str, Any]) -> bool:
    """Whether a changed equation happens to be true, as cos(-a) = cos(a) is."""
    atoms = equation["atoms"]
    lhs, rhs = (decoded(equation[side], atoms) for side in ("lhs", "rhs"))
    nonzero = tuple(decoded(tree, atoms) for tree in equation["nonzero"])
    verdict = decide(lhs, rhs, nonzero=nonzero)
    return verdict.proved if equation["relation"] == "=" else verdict.refuted


def forged(name: str, equation: dict[str, Any], *, sealed: bool) -> dict[str, Any]:
    """Put a changed equation into a certificate, and give it a digest that fits."""
    step = {**CERTIFICATES[name]["steps"][0], "equations": [equation]}
    changed = {**CERTIFICATES[name], "steps": [step]}
    return {**changed, "digest": digest(changed)} if sealed else changed


@pytest.mark.parametrize("kind", ["operator", "index", "sign", "constant"])
@pytest.mark.parametrize("name", IDS)
def test_corrupted_certificates_are_refused(name: str, kind: str) -> None:
    random = Random(0)  # noqa: S311 - reproducible, not secret
    equations = [one for step in CERTIFICATES[name]["steps"] for one in step["equations"]]
    cases = [changed for one in equations for changed in corruptions(one, kind)]
    chosen = random.sample(cases, min(len(cases), PER_CERTIFICATE or len(cases)))
    refused = 0
    for changed in chosen:
        with pytest.raises(Refused, match="digest"):
            check_certificate(forged(name, changed, sealed=False), random)
        try:
            check_certificate(forged(name, changed, sealed=True), random)
        except Refused:
            refused += 1
        else:
            assert really_holds(changed), changed
    assert refused or len(chosen) < 10


def test_forged_claims_are_refused() -> None:
    sound = CERTIFICATES["A4"]
    for changed in ({"format": "other"}, {"digest": "0" * 64}, {"steps": "none"}):
        with pytest.raises(Refused):
            check_certificate({**sound, **changed})
    with pytest.raises(Refused, match="no certificate"):
        check_certificate([])


@pytest.mark.parametrize(
    ("lhs", "rhs", "atoms", "nonzero", "problem"),
    [
        (
            ["pow", ["atom", "x"], ["number", "-1"]],
            ["number", "1"],
            {"x": ["real"]},
            [],
            "divides",
        ),
        (["cos", ["atom", "z"]], ["cos", ["atom", "z"]], {"z": []}, [], "is not real"),
        (["conjugate", ["atom", "z"]], ["atom", "z"], {"z": []}, [], "not declared real"),
        (
            ["exp", ["cos", ["atom", "x"]]],
            ["number", "1"],
            {"x": ["real"]},
            [],
            "no polynomial",
        ),
        (["log", ["atom", "x"]], ["number", "1"], {"x": ["real"]}, [], "no positive base"),
        (["cos", ["mul", ["number", "1/3"], ["pi"]]], ["number", "1/2"], {}, [], "half turns"),
        (["atom", "y"], ["number", "1"], {"x": ["real"]}, [], "not declared"),
        (["frobnicate", ["i"]], ["i"], {}, [], "no operator"),
        (["number", "1/0"], ["number", "1"], {}, [], "no rational number"),
        (["cos"], ["i"], {}, [], "0 arguments"),
        (["i"], ["i"], {"x": ["big"]}, [], "declares"),
    ],
)
def test_what_the_checker_does_not_take(
    lhs: Any, rhs: Any, atoms: Any, nonzero: Any, problem: str
) -> None:
    with pytest.raises(Refused, match=problem):
        check_certificate(claiming(lhs, rhs, atoms, nonzero))


def test_a_true_identity_in_every_operator_is_accepted() -> None:
    """Sums, products, powers, exponentials, conjugates, whole turns and a positive base."""
    one, minus, x, b = ["number", "1"], ["number", "-1"], ["atom", "x"], ["atom", "b"]
    turn = ["exp", ["mul", ["number", "2"], ["i"], ["pi"], ["atom", "n"]]]
    phase, back = ["exp", ["mul", ["i"], x]], ["exp", ["mul", minus, ["i"], x]]
    cases: list[tuple[list[Any], list[Any]]] = [
        (turn, one),
        (["mul", ["pow", b, x], ["pow", b, one]], ["pow", b, ["add", x, one]]),
        (["re", phase], ["cos", x]),
        (["im", phase], ["sin", x]),
        (["conjugate", phase], back),
        (["cos", ["add", x, ["pi"]]], ["mul", minus, ["cos", x]]),
        (["mul", phase, back], one),
    ]
    for lhs, rhs in cases:
        assert check_certificate(claiming(lhs, rhs)).evaluated == 1


ATOMS = {"x": ["real"], "n": ["real", "integer"], "b": ["real", "positive", "nonzero"]}


def claiming(
    lhs: Any, rhs: Any, atoms: Any = ATOMS, nonzero: Any = (), relation: str = "="
) -> dict[str, Any]:
    """Write a sealed certificate that claims one equation."""
    equation = {
        "name": "",
        "relation": relation,
        "lhs": lhs,
        "rhs": rhs,
        "nonzero": list(nonzero),
        "atoms": atoms,
    }
    step = {"name": "", "claim": "", "rule": "", "reason": "", "equations": [equation]}
    body = {**CERTIFICATES["A1"], "steps": [step]}
    return {**body, "digest": digest(body)}


def test_different_numbers_are_told_apart() -> None:
    cosine = ["cos", ["number", "1"]]
    assert check_certificate(claiming(cosine, ["number", "0"], {}, relation="≠")).evaluated == 1
    for lhs, rhs, atoms in (
        (cosine, cosine, {}),
        (["atom", "x"], ["i"], ATOMS),
        (["pi"], ["number", "3"], {}),
    ):
        with pytest.raises(Refused):
            check_certificate(claiming(lhs, rhs, atoms, relation="≠"))

"""Certificates of proofs: every equality that a proof rests on, as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from ropespec.spec.kernel import Equation, decide
from ropespec.spec.kernel.identity import paired
from ropespec.spec.recheck import digest
from ropespec.spec.recheck.checker import FORMAT, RELATIONS
from ropespec.spec.report import ProofReport, StepResult, TheoremResult

from .encode import encode


def certificate(result: TheoremResult) -> dict[str, Any]:
    """Write what a proof run found about one theorem as a certificate.

    Parameters
    ----------
    result
        One theorem's part of a proof run.

    Returns
    -------
    dict
        JSON data by the published schema (`schema`).
    """
    body = {
        "format": FORMAT,
        "theorem": result.id,
        "title": result.title,
        "source": result.source,
        "statement": result.statement,
        "status": result.status,
        "steps": [_step(step) for step in result.steps],
    }
    return {**body, "digest": digest(body)}


def write_certificates(report: ProofReport, directory: str | Path) -> list[Path]:
    """Write one file for each theorem, `B2.json`, and the schema.

    Parameters
    ----------
    report
        A proof run.
    directory
        Where to; it is made if it does not exist.

    Returns
    -------
    list of Path
        The certificates, in the order of the theorems.

    Raises
    ------
    OSError
        When the directory cannot be written.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "schema.json").write_text(_json(schema()), encoding="utf-8")
    paths = []
    for result in report.results:
        path = folder / f"{result.id}.json"
        path.write_text(_json(certificate(result)), encoding="utf-8")
        paths.append(path)
    return paths


def schema() -> dict[str, Any]:
    """Return the JSON Schema of certificates."""
    text = files(__package__).joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def _step(step: StepResult) -> dict[str, Any]:
    equations = [one for equation in step.verdict.equations for one in _equations(equation)]
    return {
        "name": step.name,
        "claim": step.latex,
        "rule": step.verdict.rule,
        "reason": step.verdict.reason,
        "equations": equations,
    }


def _equations(equation: Equation) -> Iterator[dict[str, Any]]:
    """Write an equation; one of matrices entry by entry.

    Matrices that differ do so in one entry: the first that does is written.
    """
    if equation.relation not in RELATIONS:
        return
    pairs = list(paired(equation.lhs, equation.rhs))
    if equation.relation == "≠":
        pairs = [pair for pair in pairs if not decide(*pair[1:]).proved][:1]
    for place, lhs, rhs in pairs:
        atoms: dict[str, list[str]] = {}
        yield {
            "name": ", ".join(filter(None, (equation.name, place))),
            "relation": equation.relation,
            "lhs": encode(lhs, atoms),
            "rhs": encode(rhs, atoms),
            "nonzero": [encode(one, atoms) for one in equation.nonzero],
            "atoms": atoms,
        }

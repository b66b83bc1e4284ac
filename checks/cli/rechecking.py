"""The part of `ropespec prove` that writes certificates and has them checked again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ropespec.reference.errors import ConfigError

if TYPE_CHECKING:
    from ropespec.spec import ProofReport


def save(report: ProofReport, directory: str) -> str:
    """Write the certificates of a run; return a line that says so.

    Raises
    ------
    ConfigError
        If the directory cannot be written.
    """
    from ropespec.spec.certificates import write_certificates

    try:
        paths = write_certificates(report, directory)
    except OSError as error:
        reason = error.strerror or "it cannot be written"
        expected = "a directory that can be written"
        raise ConfigError("certificates", directory, expected, reason) from None
    return f"{len(paths)} certificates and their schema written to {directory}"


def recheck(report: ProofReport) -> tuple[list[str], list[str]]:
    """Check the certificates of a run with the second checker.

    Returns
    -------
    lines, problems
        What to print, and one line for each certificate that was refused.
    """
    from ropespec.spec.certificates import certificate
    from ropespec.spec.recheck import Refused, check_certificate

    checked, problems = [], []
    for result in report.results:
        try:
            checked.append(check_certificate(certificate(result)))
        except Refused as refused:
            problems.append(f"refused by the second checker: {refused}")
    expanded = sum(one.expanded for one in checked)
    evaluated = sum(one.evaluated for one in checked)
    other = [step for one in checked for step in one.other]
    error = sum(one.error for one in checked)
    lines = [
        f"rechecked: {expanded} identities expanded, {evaluated} evaluated on the circle",
        f"probability that a false one went unnoticed: {_bound(float(error))}",
    ]
    if other:
        rules = ", ".join(sorted({rule for _, rule in other}))
        lines.append(f"{len(other)} steps are no identities and rest on the kernel ({rules})")
    return lines, problems


def _bound(error: float) -> str:
    """Write a probability as a power of two that it does not exceed."""
    if error == 0:
        return "0"
    return f"below 2^{math.floor(math.log2(error)) + 1}"

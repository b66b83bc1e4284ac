"""The main job: proofs, NumPy and torch against the proofs and each other, the suite itself."""

from .result import Finding, Row, Stage, Summary, run_stages
from .stages import STAGES

__all__ = ["STAGES", "Finding", "Row", "Stage", "Summary", "run_stages"]

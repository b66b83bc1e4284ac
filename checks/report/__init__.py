"""What a check found, and the ways to write it down."""

from .json_writer import write_json
from .outputs import Outputs
from .report import Report, Verdict

__all__ = ["Outputs", "Report", "Verdict", "write_json"]

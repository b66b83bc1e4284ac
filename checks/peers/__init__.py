"""Implementations that nobody here wrote, as targets: what `ropespec survey` judges.

To add one: write a function of ten lines that takes what a target takes in the library's
module here, describe it in the module's `PEERS`, and run `ropespec survey LIBRARY`. A module
imports its library when a function is called and not before, so that `PEERS` can be read where
the library is not installed. A new library has a line in `ropespec.checks.survey.libraries`
as well, and a lock file.
"""

from .peer import Peer, published

__all__ = ["Peer", "published"]

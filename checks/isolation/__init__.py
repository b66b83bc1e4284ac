"""Targets in processes of their own: whatever they do, the check goes on."""

from .described import Asked
from .limits import Limits
from .process_host import ProcessHost

__all__ = ["Asked", "Limits", "ProcessHost"]

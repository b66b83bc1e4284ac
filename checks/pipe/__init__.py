"""Targets in any language: programs that are told in JSON lines what to rotate."""

from .host import PipeHost

__all__ = ["PipeHost"]

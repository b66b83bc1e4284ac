"""Implementations that nobody here wrote, as targets: the real input of the tests.

To add one: write a module beside `huggingface.py` with functions that take what a target
takes, and describe each in its `PEERS`.
"""

from .peer import Peer

__all__ = ["Peer"]

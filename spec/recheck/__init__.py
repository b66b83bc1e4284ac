"""The second checker: identities of a certificate, checked again by other means.

It shares no code with the kernel and imports nothing but the standard library. An identity is
read from the certificate's JSON and evaluated in exact rational arithmetic at one random point:
every angle gets a rational point of the circle, every other quantity a random whole number. Two
different sides agree there with a probability below 2**-100, which is counted and printed.
Where nothing turns or grows, both sides are expanded as polynomials instead, and nothing is
left to chance.

By itself, without SymPy or any other package:

    PYTHONPATH=spec python -S -m recheck DIRECTORY
"""

from .checker import Checked, Refused, check_certificate, digest

__all__ = ["Checked", "Refused", "check_certificate", "digest"]

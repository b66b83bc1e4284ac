"""The errors of the torch version: of the kinds that torch's users know, and this project's."""

from ropespec.reference.errors import InputError


class TensorError(InputError, RuntimeError):
    """Tensors that do not fit: torch's users catch RuntimeError, this project's InputError."""


class ArgumentError(InputError, TypeError):
    """An argument of another type than can be taken."""

"""The frequency laws, one module each.

To add a law: write its module beside `linear.py`, put its class in `LAWS` below and take its
name out of `PLANNED`. Readers, the oracle and every form then know it.
"""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import nearest

from .default import Default
from .law import Scaling, Spectrum
from .linear import Linear

__all__ = ["LAWS", "PLANNED", "Default", "Linear", "Scaling", "Spectrum", "parse_scaling"]

LAWS: dict[str, type[Scaling]] = {law.rope_type: law for law in (Default, Linear)}
"""Every law that can be used, by its `rope_type`."""

PLANNED = (
    *("dynamic", "yarn", "longrope", "su", "llama3", "proportional"),
    *("mrope", "axial"),  # types in a configuration, though they name axes and no law
)
"""Names that released models use and that come with later versions."""


def parse_scaling(scaling: Scaling | Mapping[str, Any] | None) -> Scaling:
    """Turn whatever may stand for a scaling into a law.

    Parameters
    ----------
    scaling
        A law, a dict in Hugging Face's words (`rope_type`, or `type` as it was called
        earlier, and the law's own keys), or None for no scaling.

    Raises
    ------
    ConfigError
        If the type is missing, unknown or not supported yet, or a key does not belong to it.

    Examples
    --------
    >>> from ropespec.reference.scaling import parse_scaling
    >>> parse_scaling({"type": "linear", "factor": 4})
    Linear(factor=4.0)
    """
    if isinstance(scaling, Scaling):
        return scaling
    if scaling is None:
        return Default()
    if not isinstance(scaling, Mapping):
        advice = "for example {'rope_type': 'linear', 'factor': 8.0}"
        raise ConfigError("scaling", scaling, "a dict with the key 'rope_type'", advice)
    parameters = dict(scaling)
    law = LAWS[_rope_type(parameters)]
    return law.from_dict(
        {k: v for k, v in parameters.items() if k not in {"rope_type", "type"}}
    )


def _rope_type(parameters: dict[str, Any]) -> str:
    """Find and check the one name of the law among the keys."""
    named = [parameters[key] for key in ("rope_type", "type") if key in parameters]
    known = ", ".join(LAWS)
    if not named:
        advice = f"name the law, one of {known}"
        raise ConfigError("scaling", parameters, "the key 'rope_type'", advice)
    if named != named[:1] * len(named):
        advice = "keep 'rope_type' alone"
        raise ConfigError("scaling", parameters, "'rope_type' and 'type' to agree", advice)
    if not isinstance(named[0], str) or named[0] not in LAWS:
        later = named[0] in PLANNED
        advice = "it comes with a later version" if later else nearest(named[0], list(LAWS))
        raise ConfigError("rope_type", named[0], f"one of {known}", advice)
    return named[0]

"""The frequency laws, one module each.

To add a law: write its module beside `linear.py` and put its class in `LAWS` below. Readers,
the oracle and every form then know it.
"""

from collections.abc import Mapping
from typing import Any

from ropespec.reference.errors import ConfigError
from ropespec.reference.validate import nearest

from .default import Default
from .divided import Divided
from .dynamic import Dynamic
from .law import Remark, Scaling, Spectrum
from .lengths import LENGTH_RULES, lengths_in_force
from .linear import Linear
from .llama3 import Llama3
from .longrope import LongRope
from .ntk import Ntk
from .ntk_by_parts import NtkByParts
from .ntk_su import NtkSu
from .proportional import Proportional
from .resonance import Resonance
from .yarn import Yarn

__all__ = [
    "LAWS",
    "LENGTH_RULES",
    "Default",
    "Divided",
    "Dynamic",
    "Linear",
    "Llama3",
    "LongRope",
    "Ntk",
    "NtkByParts",
    "NtkSu",
    "Proportional",
    "Remark",
    "Resonance",
    "Scaling",
    "Spectrum",
    "Yarn",
    "lengths_in_force",
    "parse_scaling",
]

LAWS: dict[str, type[Scaling]] = {
    law.rope_type: law
    for law in (
        *(Default, Linear, Ntk, NtkSu, Dynamic, NtkByParts, Yarn),
        *(LongRope, Llama3, Proportional, Resonance, Divided),
    )
}
"""Every law, by its `rope_type`."""


def parse_scaling(
    scaling: Scaling | Mapping[str, Any] | None, length: int | None = None
) -> Scaling:
    """Turn whatever may stand for a scaling into a law.

    Parameters
    ----------
    scaling
        A law, a dict in Hugging Face's words (`rope_type`, or `type` as it was called
        earlier, and the law's own keys), or None for no scaling. The type "dynamic" with a
        key `alpha` is the law "ntk", as in HunYuan's files.
    length
        The model's `max_position_embeddings` if it is known, for the keys that Hugging Face
        fills in from it.

    Raises
    ------
    ConfigError
        If the type is missing or unknown, a key does not belong to it or is missing, or a
        value is out of range.

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
    own = {k: v for k, v in parameters.items() if k not in {"rope_type", "type"}}
    if law is Dynamic and own.get("alpha") is not None:
        law, own = Ntk, _alpha_alone(own)
    return law.from_dict(own, length)


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
        advice = _ELSEWHERE.get(str(named[0])) or nearest(named[0], list(LAWS))
        raise ConfigError("rope_type", named[0], f"one of {known}", advice)
    return named[0]


_ELSEWHERE = {
    "su": "the older name of 'longrope'; say which law with that name",
    "mrope": "it names axes and no law: give 'default' and the axes apart",
    "axial": "it names axes and no law: give 'default' and the axes apart",
}
"""Advice for names that stand in files and are no names of laws."""


def _alpha_alone(own: dict[str, Any]) -> dict[str, Any]:
    """Return alpha; HunYuan's files put `factor` 1 beside it, which its code does not read."""
    if own.get("factor") not in (None, 1, 1.0):
        advice = "alpha makes the law static, so the factor would count for nothing"
        raise ConfigError("factor", own["factor"], "1 or nothing beside alpha", advice)
    return {key: value for key, value in own.items() if key != "factor"}

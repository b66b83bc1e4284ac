"""Rotary embedding with several axes: the schemes of published models, in one table.

Examples
--------
>>> from ropespec.reference.axes import SCHEMES, scheme
>>> config = scheme("m-rope").config(head_dim=128, sections=(16, 24, 24))
>>> config.axes, config.layout, config.base
((16, 24, 24), 'half', 1000000.0)
"""

from .mixed import directed, mixed_init, pixel_frequencies
from .schemes import SCHEMES, Scheme, scheme
from .sections import interleaved_sections, spanned_periods

__all__ = [
    "SCHEMES",
    "Scheme",
    "directed",
    "interleaved_sections",
    "mixed_init",
    "pixel_frequencies",
    "scheme",
    "spanned_periods",
]

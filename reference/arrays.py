"""Names for the kinds of array that go round in the reference."""

from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
"""Float64 values."""

IntArray = npt.NDArray[np.int64]
"""Channel numbers, pair indices, axis numbers."""

BoolArray = npt.NDArray[np.bool_]
"""Yes or no for each entry."""

WordArray = npt.NDArray[np.uint64]
"""Words of a fixed-point number, 32 bits of each used."""

Numbers = npt.NDArray[Any]
"""Float64 values, or an object array of high-precision numbers: the formulas serve both."""

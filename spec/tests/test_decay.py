"""The closed form of D3 against sums and against mpmath; the bound against what is found."""

import mpmath
import numpy as np
import pytest

from ropespec.spec import executable
from ropespec.spec.decay import finite_sum_error


def limit(distance: float, base: float) -> float:
    """(Ci(delta) - Ci(delta/b)) / ln b."""
    return float((mpmath.ci(distance) - mpmath.ci(distance / base)) / mpmath.log(base))


def mean(distance: float, base: float, pairs: int) -> float:
    """The mean of the cosines by the formula of the theorem."""
    theta = base ** (-np.arange(pairs) / pairs)
    return float(executable("D3")(m=distance, theta=theta)) / (2 * pairs)


@pytest.mark.parametrize("pairs", [1, 4, 64, 4096])
@pytest.mark.parametrize("base", [2.0, 10000.0, 1e6])
@pytest.mark.parametrize("distance", [0.25, 1.0, 7.0, 300.0])
def test_the_finite_sum_is_within_its_bound(distance: float, base: float, pairs: int) -> None:
    error = abs(mean(distance, base, pairs) - limit(distance, base))
    assert error <= finite_sum_error(distance, base, pairs) + 1e-12


def test_the_bound_is_not_idle() -> None:
    error = abs(mean(2.4, 1e12, 1) - limit(2.4, 1e12))
    assert error > finite_sum_error(2.4, 1e12, 1) / 2

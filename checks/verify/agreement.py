"""The NumPy forms against the exact oracle, and the oracle against a second one.

Each comparison draws random configurations, values and positions with hypothesis, which
shrinks a disagreement to a small one before it is reported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ropespec.checks.budget import Budget, pair_errors, pair_norms
from ropespec.reference import RotaryConfig, forms, layout_channels, oracle, oracle_mpmath
from ropespec.reference.arrays import FloatArray, IntArray
from ropespec.reference.formats import FORMATS, ulp
from ropespec.reference.strategies import INT64, configs
from ropespec.spec import executable

from .result import Finding

FARTHEST = 2**20
"""Largest position at which the float64 forms are compared; the bound grows with it, and far
beyond it says nothing."""

FORMS = {
    "matrix form": forms.apply_matrix,
    "complex form": forms.apply_complex,
    "efficient form": forms.apply_efficient,
}
"""The forms of the paper that chapter B proves equal."""

SCORES = (
    ("B2", "score of rotated vectors"),
    ("B2", "score by distance"),
    ("B3", "score as a sum of waves"),
)
"""The proved formulas of one score."""


class DisagreementError(AssertionError):
    """Two forms that a theorem says are equal differ by more than the bound allows."""


def sample(compare: Callable[..., None], examples: int, **drawn: Any) -> Finding:
    """Run a comparison on random cases; report how many, or the smallest that differs."""
    executed = 0

    def counted(**case: Any) -> None:
        nonlocal executed
        executed += 1
        compare(**case)

    run = settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,  # the main job says the same thing each time
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )(given(**drawn)(counted))
    try:
        run()
    except DisagreementError as found:
        return Finding(executed, "fail", str(found))
    return Finding(executed, "pass", f"{executed} random cases")


def numpy_forms(examples: int = 150) -> Finding:
    """Hold the three forms to the oracle, within the derived float64 budget."""
    return sample(
        _compare_forms,
        examples,
        config=configs(),
        shape=st.tuples(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3)),
        seed=st.integers(0, 2**32 - 1),
    )


def second_oracle(examples: int = 150) -> Finding:
    """Hold the oracle's cosines and sines to mpmath at 200 digits, over all of int64."""
    return sample(_compare_oracles, examples, config=configs(), position=INT64)


def _compare_forms(config: RotaryConfig, shape: tuple[int, int, int], seed: int) -> None:
    random = np.random.default_rng(seed)
    batch, heads, seq = shape
    x = random.standard_normal((batch, heads, seq, config.head_dim))
    coordinates = (len(config.axes),) if config.axes else ()
    positions = random.integers(-FARTHEST, FARTHEST, (batch, seq, *coordinates))
    expected = oracle.rotate(x, positions, config)
    for name, form in FORMS.items():
        within_budget(name, form(x, positions, config), expected, config, x, positions)


def within_budget(
    name: str,
    got: FloatArray,
    expected: FloatArray,
    config: RotaryConfig,
    x: FloatArray,
    positions: IntArray,
) -> None:
    """Compare a float64 form with the true rotation.

    Raises
    ------
    DisagreementError
        One line with the form, the position, the pair, error, bound and configuration.
    """
    passed = layout_channels(config).passed
    if not np.array_equal(got[..., passed], x[..., passed]):
        raise DisagreementError(f"{name} changes channels that do not turn, for {config}")
    budget = Budget(config, "float64", unit=FORMATS["float64"].unit_roundoff)
    allowed = budget.component(positions, pair_norms(x, config))
    errors = pair_errors(got, expected, config)
    if (errors <= allowed).all():
        return
    where = np.unravel_index(int(np.nanargmax(errors / allowed)), errors.shape)
    raise DisagreementError(
        f"{name} is off by {errors[where]:.2g} (bound {allowed[where]:.2g}) at position "
        f"{positions[where[0], where[2]]}, pair {where[3]}, for {config}"
    )


def _compare_oracles(config: RotaryConfig, position: int) -> None:
    given_position: Any = [position] * len(config.axes) if config.axes else position
    fast = oracle.phases(given_position, config)
    slow = oracle_mpmath.phases(given_position, config)
    for name, ours, theirs in zip(("cos", "sin"), fast, slow, strict=True):
        for pair, (value, truth) in enumerate(zip(ours, theirs, strict=True)):
            error = abs(float(truth - value))
            if not error < ulp(np.float64(value), "float64"):
                raise DisagreementError(
                    f"{name} is off by {error:.2g} at position {position}, pair {pair}, "
                    f"for {config}"
                )


def proved_statements(examples: int = 100) -> Finding:
    """Hold what was proved, run with numbers, to the oracle.

    The efficient and the matrix form of B4 give the rotated vectors; the three scores of B2
    and B3 are those of the oracle's rotated queries and keys.
    """
    return sample(
        _compare_statements,
        examples,
        pairs=st.integers(1, 32),
        base=st.sampled_from([10000.0, 500000.0, 100.0]),
        seed=st.integers(0, 2**32 - 1),
    )


def _compare_statements(pairs: int, base: float, seed: int) -> None:
    random = np.random.default_rng(seed)
    config = RotaryConfig(head_dim=2 * pairs, base=base)
    q, k = random.standard_normal((2, 1, 1, 1, 2 * pairs))
    m, n = random.integers(0, FARTHEST, (2, 1, 1))
    theta, q_pairs, k_pairs = config.inv_freq(), q.reshape(1, pairs, 2), k.reshape(1, pairs, 2)
    rotated = oracle.rotate(q, m, config)
    for name in ("efficient form", "matrix form"):
        form = executable("B4", name)(x=q_pairs, m=m[0], theta=theta)
        within_budget(f"B4, {name}", form.reshape(q.shape), rotated, config, q, m)
    keys = oracle.rotate(k, n, config)
    score = float((rotated * keys).sum())
    allowed = _score_budget(config, q, k, m, n)
    for theorem, name in SCORES:
        given = {"q": q_pairs, "k": k_pairs, "m": m[0], "n": n[0], "theta": theta}
        value = float(executable(theorem, name)(**given)[0])
        if not abs(value - score) <= allowed:
            raise DisagreementError(
                f"{theorem}, {name} is off by {abs(value - score):.2g} (bound {allowed:.2g}) "
                f"at positions {int(m[0, 0])} and {int(n[0, 0])}, for {config}"
            )


def _score_budget(
    config: RotaryConfig, q: FloatArray, k: FloatArray, m: IntArray, n: IntArray
) -> float:
    """Bound the error of a score whose query and key are rotated in float64.

    With e and f the errors of a rotated pair of q and of k, sqrt(2) times that of a component,
    a pair's part of the score moves by at most e |k| + f |q| (e f is far below the rest), and
    a sum of 2 * pairs products rounds as often, here and in the score that it is held to.
    """
    unit = FORMATS["float64"].unit_roundoff
    budget = Budget(config, "float64", unit=unit)
    q_norms, k_norms = pair_norms(q, config), pair_norms(k, config)
    moved = budget.component(m, q_norms) * k_norms + budget.component(n, k_norms) * q_norms
    summed = 2 * (2 * config.pairs) * unit * q_norms * k_norms
    return float((np.sqrt(2.0) * moved + summed).sum())

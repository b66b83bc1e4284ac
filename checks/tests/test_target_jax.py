"""JAX targets: arrays, paths, gradients, and what JAX cannot do."""

# ruff: noqa: ARG001, ARG005 - a target takes what the signature says, needed or not

import numpy as np
import pytest

from ropespec import check
from ropespec.checks.observation import Case
from ropespec.checks.target import load
from ropespec.reference import ConfigError, RotaryConfig, oracle

pytestmark = pytest.mark.slow

jax = pytest.importorskip("jax")
jnp = jax.numpy

CONFIG = RotaryConfig(head_dim=6, base=100.0)


def turned(x, positions):
    """A rotation in float32, pairs next to each other."""
    angles = positions[:, None, :, None] * 100.0 ** (-jnp.arange(3) / 3)
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = x[..., ::2].astype("float32"), x[..., 1::2].astype("float32")
    pairs = jnp.stack([first * cos - second * sin, first * sin + second * cos], axis=-1)
    return pairs.reshape(x.shape).astype(x.dtype)


def both(q, k, positions):
    """The same for queries and keys."""
    return turned(q, positions), turned(k, positions)


def case(dtype="float32", path="eager"):
    rng = np.random.default_rng(0)
    q = rng.integers(-8, 8, (2, 3, 5, 6)).astype(np.float64)
    k = rng.integers(-8, 8, (2, 1, 5, 6)).astype(np.float64)
    positions = np.array([[0, 1, 2, 30, 4], [9, 8, 7, 6, 5]])
    return Case("a case", q, k, positions, dtype, path=path)


def target(function=both, **claims):
    return load(function, framework="jax", signature="qk", **claims)


@pytest.mark.parametrize("path", ["eager", "jit", "vmap"])
@pytest.mark.parametrize(("dtype", "close"), [("float32", 1e-5), ("bfloat16", 0.05)])
def test_every_path_rotates(path, dtype, close):
    assert target().paths == ("eager", "jit", "vmap")
    given = case(dtype, path)
    outcome = target().call(given)
    assert outcome.fault is None
    assert outcome.lost == outcome.changed == outcome.altered == ()
    for got, values in ((outcome.q, given.q), (outcome.k, given.k)):
        truth = oracle.rotate(values, given.positions, CONFIG)
        assert np.abs(got - truth).max() < close


def test_gradients_are_the_inverse_and_the_rotation_again():
    given = case()
    back = target().pull_back(given, given)
    truth = oracle.rotate(given.k, -given.positions, CONFIG)
    assert np.abs(back.k - truth).max() < 1e-5
    there = target().push_forward(given, given)
    assert np.abs(there.q - oracle.rotate(given.q, given.positions, CONFIG)).max() < 1e-5


def test_a_backward_pass_of_ones_own_is_used():
    @jax.custom_vjp
    def custom(x, positions):
        return turned(x, positions)

    custom.defvjp(
        lambda x, positions: (turned(x, positions), positions),
        lambda positions, upstream: (turned(upstream, positions), None),  # not inverted
    )
    given = case()
    back = target(lambda q, k, p: (custom(q, p), custom(k, p))).pull_back(given, given)
    wrong = oracle.rotate(given.q, given.positions, CONFIG)
    assert np.abs(back.q - wrong).max() < 1e-5


def test_what_cannot_be_traced_is_no_path():
    def branching(q, k, positions):
        return (q, k) if positions.max() > 3 else (k, q)

    assert target(branching).call(case()).fault is None
    fault = target(branching).call(case(path="jit")).fault
    assert fault.kind == "path-unavailable"
    assert "it cannot be run as jit: TracerBoolConversionError" in str(fault)


def test_float64_and_work_in_place_are_refused():
    with pytest.raises(ConfigError, match="while jax_enable_x64 is off; set JAX_ENABLE_X64=1"):
        target(dtypes=["float64"])
    with pytest.raises(ConfigError, match="JAX arrays cannot be written over"):
        target(inplace=True)


def test_float64_and_int64_where_jax_has_them():
    def doubled(q, k, positions):
        assert positions.dtype == jnp.int64
        return 2 * q, 2 * k

    jax.config.update("jax_enable_x64", True)
    try:
        outcome = target(doubled, dtypes=["float64"]).call(case("float64"))
    finally:
        jax.config.update("jax_enable_x64", False)
    assert outcome.fault is None
    assert np.array_equal(outcome.q, 2 * case().q)


def test_changed_settings_are_noticed_and_put_back():
    def meddling(q, k, positions):
        jax.config.update("jax_default_matmul_precision", "float32")
        return q, k

    outcome = target(meddling).call(case())
    assert outcome.altered == ("JAX's matmul precision",)
    assert jax.config.jax_default_matmul_precision is None


def test_another_frameworks_array_is_named():
    fault = target(lambda q, k, p: (np.asarray(q), np.asarray(k))).call(case()).fault
    assert "it returned q' as numpy.ndarray, expected a JAX array" in str(fault)


SOURCE = """
import jax, jax.numpy as jnp

FREQUENCIES = 100.0 ** (-jnp.arange(3) / 3)  # arrays made at import start threads

@jax.jit
def apply(x, positions):
    angles = positions[:, None, :, None] * FREQUENCIES
    cos, sin = jnp.cos(angles), jnp.sin(angles)
    first, second = x[..., ::2].astype("float32"), x[..., 1::2].astype("float32")
    pairs = jnp.stack([first * cos - second * sin, first * sin + second * cos], axis=-1)
    return pairs.reshape(x.shape).astype(x.dtype)
"""


@pytest.mark.slow
def test_a_file_with_jax_is_checked_in_a_process_of_its_own(tmp_path):
    path = tmp_path / "with_jax.py"
    path.write_text(SOURCE, encoding="utf-8")
    laws = ["value", "gradient"]
    given = {"framework": "jax", "dtypes": ["float32"], "laws": laws, "level": "quick"}
    report = check(f"{path}:apply", CONFIG, **given)
    assert (report.verdict, report.error) == ("conformant", "")
    assert {result.id for result in report.executed} == set(laws)

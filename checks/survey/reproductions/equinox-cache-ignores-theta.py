import equinox as eqx
import jax.numpy as jnp

x = jnp.ones((4, 8))
first = eqx.nn.RotaryPositionalEmbedding(8, theta=10_000.0)(x)
second = eqx.nn.RotaryPositionalEmbedding(8, theta=500_000.0)(x)
print("largest difference between the two:", float(abs(first - second).max()))
assert (first == second).all()

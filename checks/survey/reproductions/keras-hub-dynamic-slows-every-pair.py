import numpy as np
from keras_hub.layers import RotaryEmbedding

x = np.zeros((1, 2, 1, 8), "float32")
x[..., 0] = 1.0  # the first pair, which NTK-aware scaling leaves alone
y = RotaryEmbedding(rope_type="dynamic", scaling_factor=4.0)(x)
angle = float(np.arctan2(float(y[0, 1, 0, 4]), float(y[0, 1, 0, 0])))
print(f"at position 1 the first pair turns by {angle:.4f}, 4^(-8/6) = {4 ** (-8 / 6):.4f}")
assert abs(angle - 4 ** (-8 / 6)) < 1e-4

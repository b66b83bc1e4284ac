"""Weights that were trained under one convention, for code that has another."""

import numpy as np

from ropespec.reference import RotaryConfig, layout_channels


def channel_order(old: RotaryConfig, new: RotaryConfig) -> np.ndarray:
    """Channel c of the new layout is channel order[c] of the old one."""
    order = np.full(old.head_dim, -1)
    order[layout_channels(new).read] = layout_channels(old).read
    rest = np.setdiff1d(np.arange(old.head_dim), layout_channels(old).read)
    order[order < 0] = rest  # what does not turn keeps its own order
    return order


def convert_rows(rows: np.ndarray, old: RotaryConfig, new: RotaryConfig) -> np.ndarray:
    """Permute the rows of W_q or W_k, their biases, or the weights of a norm on q or k."""
    heads = rows.reshape(-1, old.head_dim, *rows.shape[1:])
    return heads[:, channel_order(old, new)].reshape(rows.shape)


def convert_sign(rows: np.ndarray, config: RotaryConfig) -> np.ndarray:
    """Negate the second channel of each pair: the weights are for the other sign then."""
    heads = rows.reshape(-1, config.head_dim, *rows.shape[1:]).copy()
    heads[:, layout_channels(config).read[:, 1]] *= -1
    return heads.reshape(rows.shape)

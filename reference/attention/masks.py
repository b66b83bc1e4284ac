"""Which query may look at which key."""

from typing import Any

import numpy as np

from ropespec.reference.arrays import BoolArray
from ropespec.reference.errors import InputError, shown
from ropespec.reference.validate import whole


def causal_mask(queries: int, keys: int | None = None) -> BoolArray:
    """Let every query look at its own token and the ones before it.

    Parameters
    ----------
    queries
        Number of queries; they are the last ones of the sequence.
    keys
        Number of keys, None for as many. More keys than queries are a cache before them.

    Returns
    -------
    BoolArray
        Shape `(queries, keys)`, True where the query may look.

    Raises
    ------
    ConfigError, InputError
        If one of them is no whole number, or there are fewer keys than queries.

    Examples
    --------
    >>> from ropespec.reference.attention import causal_mask
    >>> causal_mask(2, 3).astype(int).tolist()
    [[1, 1, 0], [1, 1, 1]]
    """
    queries = whole("queries", queries, least=0, advice="give how many there are")
    keys = whole("keys", queries if keys is None else keys, least=0, advice="count the cache")
    if keys < queries:
        raise InputError(f"keys: got {keys}, expected at least as many as queries, {queries}")
    return np.tri(queries, keys, keys - queries, dtype=np.bool_)


def checked_mask(mask: Any, scores: tuple[int, ...]) -> BoolArray:
    """Return the mask if it fits the scores.

    Parameters
    ----------
    mask
        Yes or no for each query and key.
    scores
        Shape of the scores, `(..., queries, keys)`.

    Raises
    ------
    InputError
        If the mask holds something else than yes and no, or has a shape that does not fit.
    """
    try:
        given = np.asarray(mask)
    except ValueError:
        message = f"mask: got {shown(mask)}, expected rows of one length"
        raise InputError(f"{message}, True where a query may look") from None
    if given.dtype != np.bool_:
        expected = "True where a query may look and False elsewhere"
        raise InputError(f"mask: got dtype {given.dtype}, expected {expected}; compare first")
    lead, wanted = given.shape[:-2], scores[-2:]
    fits = len(lead) <= len(scores) - 2 and all(
        size in (1, most)
        for size, most in zip(reversed(lead), reversed(scores[:-2]), strict=False)
    )
    if given.shape[-2:] != wanted or not fits:
        expected = f"(queries, keys) = {shown(wanted)}, with leading dimensions that fit"
        raise InputError(f"mask: got shape {given.shape}, expected {expected} {scores[:-2]}")
    return given

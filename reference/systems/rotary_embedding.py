"""Token embedding, then a rotation of the embedding itself (source document 000).

The document rotates embeddings because that is easy to see; models rotate queries and keys,
after their projections. With general projections the two are not the same: theorem B11.
"""

from typing import Any

import numpy as np

from ropespec.reference.arguments import values, whole_numbers
from ropespec.reference.arrays import FloatArray
from ropespec.reference.config import RotaryConfig
from ropespec.reference.errors import ConfigError, InputError
from ropespec.reference.oracle import rotate
from ropespec.reference.validate import choice, whole


def get_rotary_position_encoding(
    input: Any,  # noqa: A002 - the document's name
    base: float = 10000.0,
    device: str = "cpu",
) -> FloatArray:
    """Turn every pair (2i, 2i+1) of token p's vector by p / base^(2i / embedding_dim).

        x_even' = x_even cos - x_odd sin
        x_odd'  = x_even sin + x_odd cos

    Parameters
    ----------
    input
        Embedded tokens, shape `(batch, context, embedding_dim)`; the first stands at 0.
    base
        Base of the frequencies.
    device
        "cpu": this is NumPy.

    Returns
    -------
    FloatArray
        Shape of `input`.

    Raises
    ------
    ConfigError, InputError
        If the dimension is odd, the shape is another, or the device is not "cpu".

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.systems.rotary_embedding import get_rotary_position_encoding
    >>> get_rotary_position_encoding(np.ones((1, 2, 4))).round(4).tolist()
    [[[1.0, 1.0, 1.0, 1.0], [-0.3012, 1.3818, 0.99, 1.0099]]]
    """
    choice("device", device, ["cpu"], advice="use ropespec.reference.torch.systems for others")
    x = values("input", input)
    config = embedding_config(x.shape, base)
    return rotate(x[:, np.newaxis], np.arange(x.shape[1]), config)[:, 0]


def embedding_config(shape: tuple[int, ...], base: float) -> RotaryConfig:
    """Return the rotation for embedded tokens of this shape, as one head.

    Raises
    ------
    ConfigError, InputError
        If the shape is not `(batch, context, embedding_dim)` with an even last dimension.
    """
    if len(shape) != 3:
        expected = "(batch, context, embedding_dim)"
        raise InputError(f"input: got shape {tuple(shape)}, expected {expected}; add the batch")
    return RotaryConfig(head_dim=even("embedding_dim", shape[2]), base=base)


def even(key: str, value: Any) -> int:
    """Return an even width of at least 2.

    Raises
    ------
    ConfigError
        If it is no whole number, or odd.
    """
    width = whole(key, value, least=2, advice="the dimension must be even")
    if width % 2:
        raise ConfigError(key, value, "an even number", "every pair takes two channels")
    return width


def check_tokens(ids: Any, vocab_size: int, context_length: int, name: str = "ids") -> None:
    """Refuse token numbers that an embedding cannot take.

    Parameters
    ----------
    ids
        Shape `(batch, context)`, whole numbers.
    vocab_size, context_length
        Of the embedding.
    name
        What the argument is called where it was given.

    Raises
    ------
    InputError
        If the shape or type is another, the context too long or a number out of range.
    """
    whole("vocab_size", vocab_size, least=1, advice="give the rows of the table")
    whole("context_length", context_length, least=1, advice="give the longest text")
    given = whole_numbers(name, ids, shape=("batch", "context"))
    if given.shape[1] > context_length:
        message = f"{name}: got {given.shape[1]} tokens, expected at most {context_length}"
        raise InputError(f"{message}; cut the text or raise context_length")
    outside = given[(given < 0) | (given >= vocab_size)]
    if outside.size:
        message = f"{name}: got token {outside.flat[0]}, expected 0 to {vocab_size - 1}"
        raise InputError(f"{message}, the vocabulary; check the tokenizer")


class Embedding:
    """Token embedding and rotation in one, the document's module in NumPy.

    Parameters
    ----------
    vocab_size
        Number of tokens.
    embedding_dim
        Width of a token's vector, even.
    context_length
        Most tokens in one text.
    device
        "cpu": this is NumPy.
    seed
        Of the table, drawn from the standard normal distribution as `torch.nn.Embedding` does.

    Raises
    ------
    ConfigError
        If a size is no whole number of at least 1, or `embedding_dim` is odd.

    Examples
    --------
    >>> from ropespec.reference.systems.rotary_embedding import Embedding
    >>> Embedding(vocab_size=100, embedding_dim=16, context_length=8)([[1, 2, 3]]).shape
    (1, 3, 16)
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_dim: int,
        context_length: int,
        device: str = "cpu",
        *,
        seed: int = 0,
    ) -> None:
        self.vocab_size = whole("vocab_size", vocab_size, least=1, advice="give its tokens")
        self.embedding_dim = even("embedding_dim", embedding_dim)
        self.context_length = whole(
            "context_length", context_length, least=1, advice="give the longest text"
        )
        self.device = choice("device", device, ["cpu"], advice="this one is NumPy")
        random = np.random.default_rng(whole("seed", seed, least=0, advice="0 will do"))
        self.weight = random.standard_normal((self.vocab_size, self.embedding_dim))

    def __call__(self, x: Any) -> FloatArray:
        """Embed and rotate, as `forward`."""
        return self.forward(x)

    def forward(self, x: Any) -> FloatArray:
        """Embed and rotate tokens: `(batch, context)` to `(batch, context, embedding_dim)`.

        Raises
        ------
        InputError
            If the context is too long or a token out of the vocabulary.
        """
        check_tokens(x, self.vocab_size, self.context_length, "x")
        return get_rotary_position_encoding(
            self.weight[np.asarray(x, dtype=np.int64)], device=self.device
        )


def embedding_scores(x: FloatArray, M: FloatArray, start: int) -> FloatArray:
    """Return the scores when the embeddings are rotated: (R_m x_m)^T M (R_n x_n).

    Parameters
    ----------
    x
        Embedded tokens, shape `(tokens, width)`.
    M
        W_q W_k^T for projections x W_q and x W_k, shape `(width, width)`.
    start
        Position of the first token.

    Returns
    -------
    FloatArray
        Shape `(tokens, tokens)`.
    """
    x = values("x", x, ("tokens", "width"))
    M = values("M", M, (x.shape[1], x.shape[1]))
    far = 2**63 - 1 - len(x)
    whole("start", start, least=-far, most=far, advice="give the first token's position")
    positions = start + np.arange(len(x))
    turned = rotate(
        x[np.newaxis, np.newaxis], positions, RotaryConfig(even("width", x.shape[1]))
    )[0, 0]
    scores: FloatArray = turned @ M @ turned.T
    return scores


def relative_part(M: FloatArray) -> FloatArray:
    """Return what of M keeps the scores relative when embeddings are rotated (B11).

    The scores depend on n - m alone exactly when M commutes with every rotation: each 2 x 2
    block on the diagonal is aI + bJ and all others vanish. This is the nearest such matrix.

    Parameters
    ----------
    M
        W_q W_k^T, shape `(width, width)`.

    Returns
    -------
    FloatArray
        Shape of `M`; equal to it exactly when the scores are relative.

    Examples
    --------
    >>> import numpy as np
    >>> from ropespec.reference.systems.rotary_embedding import relative_part
    >>> relative_part(np.array([[1.0, 5.0], [0.0, 3.0]])).tolist()
    [[2.0, 2.5], [-2.5, 2.0]]
    """
    M = values("M", M, ("width", "width"))
    if M.shape[0] != M.shape[1] or M.shape[0] % 2:
        raise InputError(f"M: got shape {M.shape}, expected (width, width), width even")
    kept = np.zeros_like(M)
    first = np.arange(0, len(M), 2)
    second = first + 1
    kept[first, first] = kept[second, second] = (M[first, first] + M[second, second]) / 2
    kept[first, second] = (M[first, second] - M[second, first]) / 2
    kept[second, first] = -kept[first, second]
    return kept

"""Text to tokens, windows, and token plus position embedding (source document 002).

The document counts on GPT-2's tokenizer, 50257 byte pairs that have to be downloaded. Here a
token is a word or a mark, and the vocabulary is that of the text; nothing else differs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ropespec.reference.arguments import floating, whole_numbers
from ropespec.reference.errors import InputError
from ropespec.reference.neighbours import learned
from ropespec.reference.validate import whole

from .verdict import TEXT
from .vocabulary import Vocabulary, tokens

if TYPE_CHECKING:
    from ropespec.reference.arrays import FloatArray, IntArray

PRINTED_WEIGHTS = np.array([
    [0.3374, -0.1778, -0.1690],
    [0.9178, 1.5810, 1.3010],
    [1.2753, -0.2010, -0.1606],
    [-0.4015, 0.9666, -1.1481],
    [-1.1589, 0.3255, -0.6315],
    [-2.8400, -0.7849, -1.4096],
])  # fmt: skip
"""What the document prints for `torch.nn.Embedding(6, 3)` after `torch.manual_seed(123)`."""

TOKEN_EXAMPLE = np.array([0.5, -0.2, 0.1])
"""The document's token embedding in its example of a sum."""

POSITION_EXAMPLE = np.array([0.1, 0.3, -0.1])
"""The position encoding that it adds: the sum is (0.6, 0.1, 0.0)."""


@dataclass(frozen=True, eq=False)
class Pipeline:
    """From text to the input of a model, step by step.

    Attributes
    ----------
    tokens, ids
        Words and marks of the text, and their numbers.
    inputs, targets
        Windows of the numbers, shape `(batch, length)`; a target is the next token's number.
    token_embeddings
        Rows of the token table, shape `(batch, length, width)`.
    position_embeddings
        Rows of the position table, shape `(length, width)`, the same for every window.
    input_embeddings
        Their sum, shape `(batch, length, width)`.
    """

    tokens: tuple[str, ...]
    ids: IntArray
    inputs: IntArray
    targets: IntArray
    token_embeddings: FloatArray
    position_embeddings: FloatArray
    input_embeddings: FloatArray


def sliding_windows(ids: Any, length: int, stride: int) -> tuple[IntArray, IntArray]:
    """Cut a text into windows, each with the window one token later as its target.

    Parameters
    ----------
    ids
        Numbers of the tokens, shape `(tokens,)`.
    length
        Tokens in a window.
    stride
        Tokens from one window's start to the next; windows overlap when it is below `length`.

    Returns
    -------
    inputs, targets
        Shape `(windows, length)` each.

    Raises
    ------
    InputError
        If the text has not one token more than a window.

    Examples
    --------
    >>> from ropespec.reference.systems.token_pipeline import sliding_windows
    >>> inputs, targets = sliding_windows(range(8), length=3, stride=2)
    >>> inputs.tolist(), targets.tolist()
    ([[0, 1, 2], [2, 3, 4], [4, 5, 6]], [[1, 2, 3], [3, 4, 5], [5, 6, 7]])
    """
    length = whole("length", length, least=1, advice="give the tokens of a window")
    stride = whole("stride", stride, least=1, advice="use the length for no overlap")
    given = whole_numbers(
        "ids", list(ids) if isinstance(ids, range) else ids, shape=("tokens",)
    )
    if len(given) <= length:
        expected = f"at least {length + 1}, a window and its last target"
        raise InputError(f"ids: got {len(given)} tokens, expected {expected}")
    windows = np.lib.stride_tricks.sliding_window_view(given, length + 1)
    chosen = windows[::stride]
    return chosen[:, :-1].copy(), chosen[:, 1:].copy()


def embed(
    inputs: IntArray, token_table: FloatArray, position_table: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return token embeddings, position embeddings and their sum.

    Parameters
    ----------
    inputs
        Numbers of tokens, shape `(batch, length)`.
    token_table
        Shape `(vocab_size, width)`.
    position_table
        Shape `(context_length, width)`.

    Raises
    ------
    InputError
        If a token is out of the vocabulary, or the window longer than the position table.
    """
    inputs = whole_numbers("inputs", inputs, shape=("batch", "length"))
    token_table = floating("token_table", token_table, ("vocab_size", "width"))
    width = token_table.shape[1]
    position_table = floating("position_table", position_table, ("context_length", width))
    if inputs.size and not 0 <= inputs.min() <= inputs.max() < len(token_table):
        found = f"tokens {inputs.min()} to {inputs.max()}"
        raise InputError(f"inputs: got {found}, expected 0 to {len(token_table) - 1}")
    token = token_table[inputs]
    position = learned(np.arange(inputs.shape[1]), position_table)
    return token, position, token + position


def run(
    text: str = TEXT,
    *,
    batch: int = 8,
    length: int = 4,
    stride: int = 4,
    width: int = 256,
    seed: int = 123,
) -> Pipeline:
    """Run the document's pipeline on a text.

    Parameters
    ----------
    text
        Any text of at least `(batch - 1) * stride + length + 1` tokens.
    batch, length, stride, width
        8, 4, 4 and 256 in the document: no overlap.
    seed
        Of both tables, standard normal. torch's generator gives other numbers.

    Examples
    --------
    >>> from ropespec.reference.systems import token_pipeline
    >>> steps = token_pipeline.run()
    >>> steps.tokens[:4], steps.inputs[0].tolist(), steps.input_embeddings.shape
    (('I', 'HAD', 'always', 'thought'), [0, 1, 2, 3], (8, 4, 256))
    """
    for key, value in (
        ("batch", batch),
        ("length", length),
        ("stride", stride),
        ("width", width),
    ):
        whole(key, value, least=1, advice="8, 4, 4 and 256 in the document")
    words = tuple(tokens(text))
    vocabulary = Vocabulary.of(words)
    ids = vocabulary.encode(words)
    inputs, targets = sliding_windows(ids, length, stride)
    if len(inputs) < batch:
        raise InputError(f"text: got {len(inputs)} windows, expected at least {batch}")
    random = np.random.default_rng(whole("seed", seed, least=0, advice="123 is the document's"))
    token_table = random.standard_normal((len(vocabulary), width))
    position_table = random.standard_normal((length, width))
    embedded = embed(inputs[:batch], token_table, position_table)
    return Pipeline(words, ids, inputs[:batch], targets[:batch], *embedded)

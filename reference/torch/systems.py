"""The torch twins of `ropespec.reference.systems`: documents 000 and 002."""

from typing import Any

import torch
from torch import Tensor, nn

from ropespec.reference.errors import InputError, shown
from ropespec.reference.systems.rotary_embedding import check_tokens, embedding_config, even
from ropespec.reference.validate import whole

from .rotation import rotate


def get_rotary_position_encoding(
    input: Tensor,  # noqa: A002 - the document's name
    base: float = 10000.0,
    device: torch.device | str | None = None,
) -> Tensor:
    """Turn every pair (2i, 2i+1) of token p's vector by p / base^(2i / embedding_dim).

    Parameters
    ----------
    input
        Embedded tokens, shape `(batch, context, embedding_dim)`; the first stands at 0.
    base
        Base of the frequencies.
    device
        Where to compute; None for where the input is.

    Returns
    -------
    Tensor
        Shape and dtype of `input`.

    Raises
    ------
    ConfigError, InputError
        If the dimension is odd, the shape or the dtype another, or there is no such device.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference.torch.systems import get_rotary_position_encoding
    >>> turned = get_rotary_position_encoding(torch.ones(1, 2, 4))
    >>> [round(value, 4) for value in turned[0, 1].tolist()]
    [-0.3012, 1.3818, 0.99, 1.0099]
    """
    if not isinstance(input, Tensor) or not input.is_floating_point():
        found = input.dtype if isinstance(input, Tensor) else shown(input)
        raise InputError(f"input: got {found}, expected a tensor of floating-point numbers")
    config = embedding_config(tuple(input.shape), base)
    x = (input if device is None else input.to(usable(device))).unsqueeze(1)
    turned, _ = rotate(x, x, None, config)
    return turned.squeeze(1)


class Embedding(nn.Module):
    """Token embedding and rotation in one, the module of document 000.

    Parameters
    ----------
    vocab_size
        Number of tokens.
    embedding_dim
        Width of a token's vector, even.
    context_length
        Most tokens in one text.
    device
        Where the table lies.

    Raises
    ------
    ConfigError, InputError
        If `embedding_dim` is odd, a size is no whole number of at least 1, or there is no such
        device.

    Examples
    --------
    >>> import torch
    >>> from ropespec.reference.torch.systems import Embedding
    >>> embed = Embedding(vocab_size=100, embedding_dim=16, context_length=8)
    >>> embed(torch.tensor([[1, 2, 3]])).shape
    torch.Size([1, 3, 16])
    """

    def __init__(
        self,
        vocab_size: int,
        embedding_dim: int,
        context_length: int,
        device: torch.device | str = "cpu",
    ) -> None:
        super().__init__()
        self.context_length = whole(
            "context_length", context_length, least=1, advice="give the longest text"
        )
        self.embedding = nn.Embedding(
            whole("vocab_size", vocab_size, least=1, advice="give its tokens"),
            even("embedding_dim", embedding_dim),
            device=usable(device),
        )
        self.get_position = get_rotary_position_encoding

    def forward(self, x: Tensor) -> Tensor:
        """Embed and rotate tokens: `(batch, context)` to `(batch, context, embedding_dim)`.

        Raises
        ------
        InputError
            If the context is too long or a token out of the vocabulary.
        """
        check_tokens(_ids("x", x), self.embedding.num_embeddings, self.context_length, "x")
        return self.get_position(self.embedding(x))


def usable(device: Any) -> torch.device:
    """Return a device that this machine has.

    Raises
    ------
    InputError
        If torch knows none of that name, or it is not here.
    """
    try:
        found = torch.device(device)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, TypeError, NotImplementedError):
        expected = "a device that torch has here, such as 'cpu'"
        raise InputError(f"device: got {shown(device)}, expected {expected}") from None
    return found


def _ids(name: str, tokens: Any) -> Any:
    """Return the numbers of tokens in NumPy."""
    if not isinstance(tokens, Tensor):
        raise InputError(f"{name}: got {shown(tokens)}, expected a tensor of whole numbers")
    return tokens.detach().cpu().numpy()


def document_weights() -> Tensor:
    """Return the table that document 002 prints: 6 tokens of width 3, seed 123.

    The state of torch's generator is left as it was.

    Examples
    --------
    >>> from ropespec.reference.torch.systems import document_weights
    >>> [round(value, 4) for value in document_weights()[3].tolist()]
    [-0.4015, 0.9666, -1.1481]
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(123)
        return nn.Embedding(6, 3).weight.detach()


class TokenPositionEmbedding(nn.Module):
    """Token embedding plus learned position encoding, as in document 002.

    Parameters
    ----------
    vocab_size
        Number of tokens; 50257 in the document.
    output_dim
        Width of a token's vector; 256 there.
    context_length
        Rows of the position table; 4 there.
    """

    def __init__(self, vocab_size: int, output_dim: int, context_length: int) -> None:
        super().__init__()
        sizes = {
            "vocab_size": vocab_size,
            "output_dim": output_dim,
            "context_length": context_length,
        }
        for key, size in sizes.items():
            whole(key, size, least=1, advice="50257, 256 and 4 in the document")
        self.token_embedding_layer = nn.Embedding(vocab_size, output_dim)
        self.pos_embedding_layer = nn.Embedding(context_length, output_dim)

    def forward(self, inputs: Tensor) -> Tensor:
        """Embed windows: `(batch, length)` to `(batch, length, output_dim)`.

        Raises
        ------
        InputError
            If a window is too long or a token out of the vocabulary.
        """
        table = self.pos_embedding_layer
        check_tokens(
            _ids("inputs", inputs),
            self.token_embedding_layer.num_embeddings,
            table.num_embeddings,
            "inputs",
        )
        positions = torch.arange(inputs.shape[1], device=inputs.device)
        embedded: Tensor = self.token_embedding_layer(inputs) + table(positions)
        return embedded

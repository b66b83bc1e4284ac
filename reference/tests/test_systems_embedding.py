"""Documents 000 and 001: rotated embeddings and the stack of matrices."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ropespec.reference import ConfigError, InputError, RotaryConfig, forms, oracle
from ropespec.reference.arrays import FloatArray
from ropespec.reference.systems import rotary_embedding, rotation_stack
from ropespec.reference.torch import systems as in_torch

SIZES = (st.integers(1, 3), st.integers(1, 9), st.integers(1, 8).map(lambda pairs: 2 * pairs))


def normal(seed: int, *shape: int) -> FloatArray:
    return np.random.default_rng(seed).standard_normal(shape)


@given(*SIZES, st.sampled_from([10000, 100.0, 7.5]))
def test_the_document_s_formula(batch: int, context: int, width: int, base: float) -> None:
    """Each pair by the two lines that the document prints, one number at a time."""
    x = normal(0, batch, context, width)
    y = rotary_embedding.get_rotary_position_encoding(x, base=base)
    for p in range(context):
        for i in range(width // 2):
            theta = p / base ** (2 * i / width)
            even, odd = x[:, p, 2 * i], x[:, p, 2 * i + 1]
            first = even * np.cos(theta) - odd * np.sin(theta)
            second = even * np.sin(theta) + odd * np.cos(theta)
            np.testing.assert_allclose(y[:, p, 2 * i], first, rtol=0, atol=1e-13)
            np.testing.assert_allclose(y[:, p, 2 * i + 1], second, rtol=0, atol=1e-13)


def test_module_embeds_then_turns() -> None:
    module = rotary_embedding.Embedding(50, 8, 6)
    ids = [[3, 3, 49], [0, 7, 3]]
    expected = rotary_embedding.get_rotary_position_encoding(module.weight[np.array(ids)])
    np.testing.assert_array_equal(module(ids), expected)
    np.testing.assert_array_equal(module(ids)[0, 0], module.weight[3])  # nothing turns at 0
    assert module(ids).shape == (2, 3, 8)
    assert module(np.zeros((2, 0), dtype=np.int64)).shape == (2, 0, 8)


@given(*SIZES)
def test_torch_and_numpy_agree(batch: int, context: int, width: int) -> None:
    x = normal(1, batch, context, width)
    ours = rotary_embedding.get_rotary_position_encoding(x)
    theirs = in_torch.get_rotary_position_encoding(torch.from_numpy(x))
    np.testing.assert_allclose(theirs.numpy(), ours, rtol=0, atol=1e-14)


def test_torch_module_is_its_numpy_twin() -> None:
    module = in_torch.Embedding(50, 8, 6, device="cpu").double()
    twin = rotary_embedding.Embedding(50, 8, 6)
    twin.weight = module.embedding.weight.detach().numpy()
    ids = np.array([[3, 3, 49], [0, 7, 3]])
    output = module(torch.from_numpy(ids))
    np.testing.assert_allclose(output.detach().numpy(), twin(ids), rtol=0, atol=1e-14)
    output.sum().backward()
    gradient = module.embedding.weight.grad
    assert gradient is not None
    assert gradient[[3, 49]].abs().min() > 0
    assert list(module.state_dict()) == ["embedding.weight"]


@given(st.integers(1, 10**6))
def test_general_projections_lose_the_relative_property(shift: int) -> None:
    """B11: kept exactly by the part of M that commutes with the rotation."""
    x, M = normal(0, 5, 6), normal(1, 6, 6)
    kept = rotary_embedding.relative_part(M)

    def drift(matrix: FloatArray) -> float:
        moved = rotary_embedding.embedding_scores(x, matrix, shift)
        return float(np.abs(moved - rotary_embedding.embedding_scores(x, matrix, 0)).max())

    assert drift(kept) < 1e-12
    assert drift(M) > 1e-4
    for position in range(4):
        R = forms.rotation_matrix(position, RotaryConfig(6))
        np.testing.assert_allclose(R @ kept, kept @ R, rtol=0, atol=1e-14)


def test_the_commuting_part_is_a_projection() -> None:
    a, b = normal(3, 3), normal(4, 3)
    J = np.array([[0.0, -1.0], [1.0, 0.0]])
    commuting = np.zeros((6, 6))
    for i in range(3):
        commuting[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = a[i] * np.eye(2) + b[i] * J
    np.testing.assert_array_equal(rotary_embedding.relative_part(commuting), commuting)
    M = normal(5, 6, 6)  # the rest is orthogonal to everything that commutes
    rest = M - rotary_embedding.relative_part(M)
    assert abs(np.vdot(rest, commuting)) < 1e-14


@given(st.integers(1, 6).map(lambda pairs: 2 * pairs), st.integers(1, 12))
def test_the_stack_is_the_document_s_loop(dim: int, length: int) -> None:
    loop = np.zeros((length, dim, dim))
    for i in range(length):
        for j in range(dim // 2):
            angle = i / 10000 ** (2 * j / dim)
            loop[i, 2 * j, 2 * j] = loop[i, 2 * j + 1, 2 * j + 1] = np.cos(angle)
            loop[i, 2 * j, 2 * j + 1] = -np.sin(angle)
            loop[i, 2 * j + 1, 2 * j] = np.sin(angle)
    stack = rotation_stack.get_rotation_matrix(dim, length)
    np.testing.assert_allclose(stack, loop, rtol=0, atol=1e-14)


def test_the_stack_at_the_document_s_size() -> None:
    stack = rotation_stack.get_rotation_matrix(128, 512)
    assert stack.shape == (512, 128, 128)
    assert stack.nbytes == 67_108_864


@given(*SIZES)
def test_the_stack_equals_every_other_form(batch: int, seq: int, dim: int) -> None:
    x, positions, config = normal(2, batch, 2, seq, dim), np.arange(seq), RotaryConfig(dim)
    by_stack = rotation_stack.apply_stack(rotation_stack.get_rotation_matrix(dim, 9), x)
    for other in (
        forms.apply_matrix, forms.apply_complex, forms.apply_efficient, oracle.rotate,
    ):  # fmt: skip
        np.testing.assert_allclose(by_stack, other(x, positions, config), rtol=0, atol=1e-13)
    embedded = rotary_embedding.get_rotary_position_encoding(x[:, 0])
    np.testing.assert_allclose(by_stack[:, 0], embedded, rtol=0, atol=1e-13)


X = np.ones((1, 3, 4))
EMBED = rotary_embedding.Embedding(10, 4, 3)
TORCH = in_torch.Embedding(10, 4, 3)
STACK = rotation_stack.get_rotation_matrix(4, 3)
BAD: dict[str, tuple[Any, str]] = {
    "odd dimension": (
        lambda: rotary_embedding.get_rotary_position_encoding(np.ones((1, 3, 5))),
        "embedding_dim: got 5, expected an even number; every pair takes two channels",
    ),
    "odd dimension in torch": (
        lambda: in_torch.get_rotary_position_encoding(torch.ones(1, 3, 5)),
        "embedding_dim: got 5, expected an even number",
    ),
    "odd module": (lambda: rotary_embedding.Embedding(9, 5, 4), "embedding_dim: got 5"),
    "odd module in torch": (lambda: in_torch.Embedding(9, 5, 4), "embedding_dim: got 5"),
    "no batch": (
        lambda: rotary_embedding.get_rotary_position_encoding(np.ones((3, 4))),
        r"input: got shape \(3, 4\), expected \(batch, context, embedding_dim\)",
    ),
    "base": (
        lambda: rotary_embedding.get_rotary_position_encoding(X, base=0.5),
        "base: got 0.5",
    ),
    "device": (
        lambda: rotary_embedding.get_rotary_position_encoding(X, device="cuda"),
        "device: got 'cuda', expected one of cpu; use ropespec.reference.torch",
    ),
    "device that torch does not know": (
        lambda: in_torch.get_rotary_position_encoding(torch.ones(1, 3, 4), 10000.0, "cuba"),
        "device: got 'cuba', expected a device that torch has here, such as 'cpu'",
    ),
    "device that is not here": (
        lambda: in_torch.Embedding(9, 4, 4, "xpu:7"),
        "device: got 'xpu:7', expected a device that torch has here",
    ),
    "whole numbers in torch": (
        lambda: in_torch.get_rotary_position_encoding(torch.ones(1, 3, 4, dtype=torch.int64)),
        "input: got torch.int64, expected a tensor of floating-point",
    ),
    "no tensor": (
        lambda: in_torch.get_rotary_position_encoding(X),  # type: ignore[arg-type]
        r"input: got array\(\[\[\[1",
    ),
    "tokens that are no tensor": (lambda: TORCH([[1]]), r"x: got \[\[1\]\], expected a tensor"),
    "tokens of another type in torch": (
        lambda: TORCH(torch.ones(1, 2)),
        "x: got array.*expected whole numbers",
    ),
    "no vocabulary in torch": (lambda: in_torch.Embedding(0, 4, 3), "vocab_size: got 0"),
    "no context in torch": (lambda: in_torch.Embedding(9, 4, 0), "context_length: got 0"),
    "long context": (
        lambda: EMBED([[0, 1, 2, 3]]),
        "x: got 4 tokens, expected at most 3; cut the text or raise context_length",
    ),
    "long context in torch": (
        lambda: TORCH(torch.zeros((1, 4), dtype=torch.long)),
        "x: got 4 tokens, expected at",
    ),
    "token out of vocabulary": (lambda: EMBED([[10]]), "x: got token 10, expected 0 to 9"),
    "negative token": (lambda: EMBED([[-1]]), "x: got token -1, expected 0 to 9"),
    "token in torch": (lambda: TORCH(torch.tensor([[10]])), "x: got token 10, expected 0 to"),
    "tokens that are no numbers": (
        lambda: EMBED([[0.5]]),
        r"x: got \[\[0.5\]\]",
    ),
    "tokens without batch": (lambda: EMBED([1, 2]), r"x: got shape \(2,\)"),
    "no vocabulary": (lambda: rotary_embedding.Embedding(0, 4, 3), "vocab_size: got 0"),
    "no context": (lambda: rotary_embedding.Embedding(9, 4, 0), "context_length: got 0"),
    "odd stack": (lambda: rotation_stack.get_rotation_matrix(5, 3), "dim: got 5"),
    "empty stack": (lambda: rotation_stack.get_rotation_matrix(4, 0), "max_seq_len: got 0"),
    "text longer than the stack": (
        lambda: rotation_stack.apply_stack(STACK, np.ones((4, 4))),
        r"x: got shape \(4, 4\), expected \(..., seq, 4\) with at most 3 rows",
    ),
    "width of the stack": (
        lambda: rotation_stack.apply_stack(STACK, np.ones((2, 6))),
        r"x: got shape \(2, 6\)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_errors_are_one_line(name: str) -> None:
    call, message = BAD[name]
    with pytest.raises((ConfigError, InputError), match=message) as error:
        call()
    assert "\n" not in str(error.value)

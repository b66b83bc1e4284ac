"""`patch`: small random models of Hugging Face, with key-value caches, put back afterwards."""

from typing import Any

import pytest
import torch

from ropespec.reference import InputError
from ropespec.reference.torch import patch, unpatch

transformers = pytest.importorskip("transformers")

SMALL: dict[str, Any] = {
    "vocab_size": 97,
    "hidden_size": 48,
    "num_attention_heads": 4,
    "num_hidden_layers": 3,
    "intermediate_size": 56,
    "max_position_embeddings": 300,
    "bos_token_id": None,
    "eos_token_id": None,
    "pad_token_id": None,
}
GROUPED = {**SMALL, "num_key_value_heads": 2}
YARN = {"rope_type": "yarn", "factor": 4.0, "rope_theta": 10000.0,
        "original_max_position_embeddings": 75}  # fmt: skip

CASES = {
    "llama": ("Llama", GROUPED),
    "llama-yarn": ("Llama", {**GROUPED, "rope_parameters": YARN}),
    "qwen2": ("Qwen2", GROUPED),
    "qwen3": ("Qwen3", {**GROUPED, "head_dim": 16}),
    "gpt-neox": ("GPTNeoX", {**SMALL, "rope_parameters": {
        "rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}}),
}  # fmt: skip


def small_model(name: str) -> Any:
    family, values = CASES[name]
    torch.manual_seed(5)
    config = getattr(transformers, f"{family}Config")(**values)
    return getattr(transformers, f"{family}ForCausalLM")(config).eval()


@torch.no_grad()
@pytest.mark.parametrize("name", CASES)
def test_logits_and_generation_agree(name: str) -> None:
    model = small_model(name)
    tokens = torch.randint(0, 97, (2, 41))
    mask = torch.ones_like(tokens)
    mask[0, :7] = 0  # left padding: rows of the batch stand at different positions
    positions = (mask.cumsum(dim=1) - 1).clamp(min=0)
    before = model(tokens, attention_mask=mask, position_ids=positions).logits
    words = model.generate(tokens, attention_mask=mask, max_new_tokens=6, do_sample=False)
    patched: Any = patch(model)
    assert patched is model
    after = model(tokens, attention_mask=mask, position_ids=positions).logits
    # float32 angles are off by up to 41 units of 2**-24 here; the model carries that on
    torch.testing.assert_close(after, before, atol=2e-5, rtol=2e-5)
    again = model.generate(tokens, attention_mask=mask, max_new_tokens=6, do_sample=False)
    assert torch.equal(again, words)
    unpatch(model)
    back = model(tokens, attention_mask=mask, position_ids=positions).logits
    assert torch.equal(back, before)


@torch.no_grad()
def test_a_patched_model_turns_exactly_where_the_other_does_not() -> None:
    model = small_model("llama")
    patch(model)
    tokens = torch.randint(0, 97, (1, 9))
    near = model(tokens, position_ids=torch.arange(9)[None]).logits
    far = model(tokens, position_ids=torch.arange(9)[None] + 2**40).logits
    torch.testing.assert_close(far, near, atol=1e-5, rtol=1e-5)  # only differences matter
    unpatch(model)
    off = model(tokens, position_ids=torch.arange(9)[None] + 2**40).logits
    assert (off - near).abs().max() > 1e-3


def test_training_through_a_patched_model() -> None:
    model = small_model("qwen2")
    tokens = torch.randint(0, 97, (2, 13))
    model(tokens, labels=tokens).loss.backward()
    grads = [p.grad.clone() for p in model.parameters()]
    model.zero_grad()
    patch(model)
    model(tokens, labels=tokens).loss.backward()
    for parameter, grad in zip(model.parameters(), grads, strict=True):
        torch.testing.assert_close(parameter.grad, grad, atol=1e-5, rtol=1e-4)


def test_only_this_model_is_changed() -> None:
    one, other = small_model("llama"), small_model("llama")
    patch(one)
    assert "forward" not in vars(other.model.rotary_emb)
    assert all("forward" not in vars(layer.self_attn) for layer in other.model.layers)


def test_what_cannot_be_patched() -> None:
    model = small_model("llama")
    with pytest.raises(InputError, match="not patched, expected one that"):
        unpatch(model)
    with pytest.raises(InputError, match="got one that is patched"):
        patch(patch(model))
    with pytest.raises(InputError, match=r"got Linear \(None\), expected a Hugging Face model"):
        patch(torch.nn.Linear(2, 2))

"""`patch`: small random models of Hugging Face, with key-value caches, put back afterwards."""

from typing import Any

import pytest
import torch

from ropespec.reference import InputError, Linear
from ropespec.reference.model import LayerGroup, RotaryModel
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.reading import Reading
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

EXPERTS = {"num_experts": 4, "num_local_experts": 4, "num_experts_per_tok": 2,
           "moe_intermediate_size": 16}  # fmt: skip

CASES = {
    "llama": ("Llama", GROUPED),
    "llama-yarn": ("Llama", {**GROUPED, "rope_parameters": YARN}),
    "qwen2": ("Qwen2", GROUPED),
    "qwen3": ("Qwen3", {**GROUPED, "head_dim": 16}),
    "gpt-neox": ("GPTNeoX", {**SMALL, "rope_parameters": {
        "rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}}),
    "two bases": ("Gemma3", {**GROUPED, "head_dim": 16, "layer_types": [
        "sliding_attention", "full_attention", "sliding_attention"]}),
    "only what turns is handed on": ("StableLm", {**GROUPED, "hidden_size": 64}),
    "tables of half the width": ("GptOss", {**GROUPED, **EXPERTS, "head_dim": 16}),
    "interleaved, some layers do not turn": ("Cohere2", {**GROUPED, "num_hidden_layers": 4}),
    "some layers do not turn": ("SmolLM3", {**GROUPED, "num_hidden_layers": 4}),
    "interleaved, partial": ("Glm", {**GROUPED, "head_dim": 16}),
    "experts": ("Qwen3Moe", {**GROUPED, **EXPERTS, "head_dim": 16}),
    "one matrix for queries and keys": ("Phi3", GROUPED),
}  # fmt: skip


def small_model(name: str) -> Any:
    family, values = CASES[name]
    torch.manual_seed(5)
    described = "Gemma3TextConfig" if family == "Gemma3" else f"{family}Config"
    config = getattr(transformers, described)(**values)
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
    with pytest.raises(InputError, match="got Linear, expected a Hugging Face model"):
        patch(torch.nn.Linear(2, 2))
    with pytest.raises(InputError, match="GPTJForCausalLM with 0 modules rotary_emb"):
        patch(transformers.GPTJForCausalLM(transformers.GPTJConfig(
            vocab_size=97, n_embd=64, n_head=4, n_layer=1, rotary_dim=8)))  # fmt: skip


def test_a_layer_with_a_second_way_to_turn_is_refused() -> None:
    latent = {"kv_lora_rank": 8, "q_lora_rank": 8, "qk_rope_head_dim": 8, "v_head_dim": 8,
              "qk_nope_head_dim": 8, "num_hidden_layers": 1}  # fmt: skip
    config = transformers.DeepseekV3Config(**{**SMALL, **latent})
    with pytest.raises(InputError, match=r"rotates by .*apply_rotary_pos_emb_interleave"):
        patch(transformers.DeepseekV3ForCausalLM(config))


@pytest.mark.parametrize(
    "otherwise",
    [
        {"base": 11000.0},
        {"layout": "interleaved"},
        {"sign": -1},
        {"rotary_dim": 10},
        {"scaling": Linear(1.25)},
    ],
)
def test_a_model_that_turns_otherwise_than_was_read_is_refused(
    monkeypatch: pytest.MonkeyPatch, otherwise: dict[str, Any]
) -> None:
    model = small_model("llama")
    right = huggingface.read(model.config.to_dict())
    wrong = right.config.replace(**otherwise)
    misread = Reading(RotaryModel((LayerGroup(wrong),)))
    monkeypatch.setattr(huggingface, "read", lambda _: misread)
    with pytest.raises(InputError, match="turns otherwise than its configuration says"):
        patch(model)
    assert "forward" not in vars(model.model.rotary_emb)


def test_a_model_whose_frequencies_were_cast_is_mended() -> None:
    model = small_model("llama").to(torch.bfloat16)
    assert model.model.rotary_emb.inv_freq.dtype == torch.bfloat16
    patch(model)
    tokens = torch.randint(0, 97, (1, 9))
    with torch.no_grad():
        assert model(tokens).logits.isfinite().all()


def test_a_model_without_values_is_refused() -> None:
    with torch.device("meta"):
        model = small_model("llama")
    with pytest.raises(InputError, match="LlamaRotaryEmbedding without frequencies"):
        patch(model)


def small_llama(**more):
    config = transformers.LlamaConfig(**{**GROUPED, **more})
    return transformers.LlamaForCausalLM(config).eval()


@pytest.mark.parametrize(
    "scaling",
    [None, {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 10000.0}],
    ids=["plain", "dynamic"],
)
def test_a_patched_model_compiles_and_is_saved_whole(scaling, tmp_path):
    more = {"rope_parameters": scaling, "max_position_embeddings": 8} if scaling else {}
    model, ids = small_llama(**more), torch.randint(0, 97, (2, 12))
    before = model(ids).logits
    with_it = patch(model)(ids).logits
    compiled = torch.compile(model, backend="eager", fullgraph=True)
    assert torch.equal(compiled(ids).logits, with_it)  # also after another was compiled
    torch.save(model, tmp_path / "model.pt")
    loaded = torch.load(tmp_path / "model.pt", weights_only=False)
    assert torch.equal(loaded(ids).logits, with_it)
    assert torch.equal(unpatch(loaded)(ids).logits, before)  # and the first one stays patched
    assert torch.equal(model(ids).logits, with_it)
    assert torch.equal(unpatch(model)(ids).logits, before)


def test_a_forward_that_was_replaced_is_not_lost():
    model = small_llama()
    attention = model.model.layers[0].self_attn
    attention.forward = own = attention.forward
    with pytest.raises(InputError, match="hooks"):
        patch(model)
    assert attention.forward is own
    del attention.forward
    patch(model.model)
    with pytest.raises(InputError, match="patched"):
        patch(model)
    with pytest.raises(InputError, match="part of a patched one"):
        patch(unpatch(model.model) and patch(model) and model.model)


def test_a_short_trained_length_is_asked_at_the_length_of_the_question():
    factors = {"short_factor": [1.0] * 6, "long_factor": [2.0] * 6, "factor": 4.0}
    scaling = {"rope_type": "longrope", "rope_theta": 10000.0, **factors,
               "original_max_position_embeddings": 16}  # fmt: skip
    model, ids = small_llama(rope_parameters=scaling), torch.randint(0, 97, (1, 20))
    before = model(ids).logits
    assert (patch(model)(ids).logits - before).abs().max() < 1e-5

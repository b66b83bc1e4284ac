"""`phases="float32"`: the bits of Hugging Face's own code, for every law that it has."""

from typing import Any

import pytest
import torch

from ropespec.reference import InputError, RotaryConfig
from ropespec.reference.readers import huggingface
from ropespec.reference.torch import RotaryEmbedding, rotate

transformers = pytest.importorskip("transformers")

from transformers.models.gpt_neox import modeling_gpt_neox  # noqa: E402
from transformers.models.llama import modeling_llama  # noqa: E402

LENGTHS = {"original_max_position_embeddings": 512}
PARAMETERS: dict[str, dict[str, Any]] = {
    "default": {"rope_theta": 500000.0},
    "linear": {"factor": 3.0},
    "dynamic": {"factor": 3.0},
    "yarn": {"factor": 4.0, **LENGTHS},
    "yarn, not cut": {"factor": 4.0, "truncate": False, "beta_fast": 20.0, "mscale": 1.0,
                      "mscale_all_dim": 0.7, **LENGTHS},
    "llama3": {"factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, **LENGTHS},
    "longrope": {"factor": 4.0, "short_factor": [1 + i / 90 for i in range(16)],
                 "long_factor": [1 + i / 3 for i in range(16)], **LENGTHS},
}  # fmt: skip


def model_config(name: str, family: str = "Llama", **more: Any) -> Any:
    parameters = {"rope_type": name.split(",")[0], "rope_theta": 10000.0, **PARAMETERS[name]}
    return getattr(transformers, f"{family}Config")(
        hidden_size=128,
        num_attention_heads=4,
        max_position_embeddings=2048,
        rope_parameters={**parameters, **more},
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", PARAMETERS)
def test_llama_bit_for_bit(name: str, dtype: torch.dtype) -> None:
    described = model_config(name)
    config = huggingface.read(described.to_dict()).config
    generator = torch.Generator().manual_seed(0)
    for start, seq in ((0, 300), (131_000, 37), (5, 1), (511, 3), (16_777_300, 5)):
        q = torch.randn(2, 4, seq, 32, generator=generator).to(dtype)
        k = torch.randn(2, 2, seq, 32, generator=generator).to(dtype)
        positions = torch.stack([torch.arange(seq) + start, torch.arange(seq) + start + 7])
        tables = modeling_llama.LlamaRotaryEmbedding(described)(q, positions)
        expected = modeling_llama.apply_rotary_pos_emb(q, k, *tables)
        length = int(positions.max()) + 1
        found = rotate(q, k, positions, config, phases="float32", length=length)
        for one, other in zip(found, expected, strict=True):
            assert torch.equal(one, other)


def test_part_of_a_head_and_the_other_order_of_axes() -> None:
    described = model_config("default", "GPTNeoX", partial_rotary_factor=0.25)
    config = huggingface.read(described.to_dict()).config
    q, k = torch.randn(2, 4, 9, 32).bfloat16(), torch.randn(2, 2, 9, 32).bfloat16()
    positions = torch.arange(9)[None] + 100_000
    tables = modeling_gpt_neox.GPTNeoXRotaryEmbedding(described)(q, positions)
    expected = modeling_gpt_neox.apply_rotary_pos_emb(q, k, *tables)
    rope = RotaryEmbedding(config, "bshd", phases="float32")
    found = rope(q.transpose(1, 2), k.transpose(1, 2), positions)
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one.transpose(1, 2), other)
    assert "phases=float32" in str(rope)


def test_it_is_wrong_where_hugging_face_is() -> None:
    config = RotaryConfig(64, layout="half", base=500000.0)
    x = torch.ones(1, 1, 1, 64)
    exact, _ = rotate(x, x, 131_071, config)
    found, _ = rotate(x, x, 131_071, config, phases="float32")
    assert 1e-3 < (found - exact).abs().max() < 0.1


def test_gradients_given_outputs_and_in_place() -> None:
    config = RotaryConfig(8, layout="half")
    q, k = torch.randn(2, 3, 5, 8), torch.randn(2, 1, 5, 8)
    expected = rotate(q, k, 3, config, phases="float32")
    out = torch.empty_like(q), torch.empty_like(k)
    assert rotate(q, k, 3, config, out=out, phases="float32")[0] is out[0]
    assert torch.equal(out[1], expected[1])
    leaf, upstream = q.clone().requires_grad_(), torch.randn_like(q)
    (rotate(leaf, k, 3, config, phases="float32")[0] * upstream).sum().backward()
    back, _ = rotate(upstream, k, 3, config.replace(sign=-1), phases="float32")
    torch.testing.assert_close(leaf.grad, back)
    rotate(q, k, 3, config, inplace=True, phases="float32")
    assert torch.equal(q, expected[0])


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (
            RotaryConfig(8, scaling={"rope_type": "ntk", "alpha": 2.0}),
            "a law that Hugging Face",
        ),
        (RotaryConfig(8, axes=(2, 2)), "expected one axis"),
    ],
)
def test_laws_that_hugging_face_has_not(config: RotaryConfig, message: str) -> None:
    x = torch.ones(1, 1, 2, 8)
    at = torch.zeros(1, 2, 2, dtype=torch.long) if config.axes else None
    with pytest.raises(InputError, match=message):
        rotate(x, x, at, config, phases="float32")


def test_words_that_are_not_known() -> None:
    x = torch.ones(1, 1, 2, 8)
    with pytest.raises(InputError, match=r"phases: got 'half', expected one of exact, float32"):
        rotate(x, x, None, RotaryConfig(8), phases="half")
    with pytest.raises(InputError, match="length: got 0, expected the largest position"):
        rotate(x, x, None, RotaryConfig(8), length=0)
    with pytest.raises(InputError, match="axes: got 'sbhd', expected one of bhsd"):
        RotaryEmbedding(RotaryConfig(8), "sbhd")


@pytest.mark.parametrize("name", ["dynamic", "longrope"])
def test_laws_that_depend_on_the_length(name: str) -> None:
    config = huggingface.read(model_config(name).to_dict()).config
    rope = RotaryEmbedding(config)
    x = torch.randn(1, 2, 4, 32)
    assert torch.equal(rope(x, x, 3000)[0], rope(x, x, 3000, length=100)[0])
    grown, _ = rope(x, x, 3000, length=5000)
    assert torch.equal(grown, rotate(x, x, 3000, config.at_length(5000))[0])
    assert not torch.equal(grown, rope(x, x, 3000)[0])

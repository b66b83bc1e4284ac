"""What transformers' own class leaves out or rejects is named; what is valid, it computes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from ropespec.reference import ConfigError
from ropespec.reference.readers import huggingface
from ropespec.reference.readers.models import MODELS, REMOTE
from ropespec.reference.readers.models_unread import DIVIDES_OLDER, LAWS, READS_FRACTION

from .test_huggingface_released import embedding

transformers = pytest.importorskip("transformers")

IGNORES, REJECTS = "hugging-face-ignores", "hugging-face-rejects"
SIZES = {"hidden_size": 512, "num_attention_heads": 8, "num_hidden_layers": 6,
         "max_position_embeddings": 32768}  # fmt: skip
LINEAR = {"rope_type": "linear", "factor": 4.0}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 4096}
TABLES = {"full_attention": LINEAR, "sliding_attention": {"rope_type": "default"}}


def doubted(model: str, **words: Any) -> set[str]:
    """Return the names of what implementations differ on."""
    reading = huggingface.read({"model_type": model, **SIZES, **words})
    return {w.name for w in reading.warnings if w.kind == "implementation-defined"}


CASES: list[tuple[str, dict[str, Any], str]] = [
    ("llama", {"partial_rotary_factor": 0.5}, IGNORES),
    ("qwen3", {"rope_parameters": {"partial_rotary_factor": 0.5, "rope_theta": 1e6}}, IGNORES),
    ("llama", {"rotary_pct": 0.25, "rope_scaling": LINEAR}, IGNORES),
    ("glm4", {"rotary_pct": 0.25}, IGNORES),
    ("stablelm", {"rotary_dim": 32}, IGNORES),
    ("qwen2", {"rotary_emb_base": 1e6}, IGNORES),
    ("gpt_neox", {"rope_theta": 1e6, "rotary_pct": 0.25}, IGNORES),
    ("gpt_neox", {"partial_rotary_factor": 0.5}, IGNORES),
    ("llama", {"no_rope_layers": [1, 1, 0, 1, 1, 0]}, IGNORES),
    ("llama", {"no_rope_layer_interval": 4}, IGNORES),
    ("llama", {"rotary_value": True}, IGNORES),
    ("llama", {"rope_parameters": TABLES}, REJECTS),
    ("gemma2", {"rope_scaling": TABLES}, REJECTS),
    ("modernbert", {"rope_scaling": TABLES}, IGNORES),
    ("mimo_v2_flash", {"rope_scaling": TABLES}, IGNORES),
    ("olmo3", {"rope_parameters": LINEAR}, REJECTS),
    ("gemma4_text", {"rope_scaling": LINEAR}, REJECTS),
    ("olmo3", {"rope_theta": 1e6}, IGNORES),
    ("mimo_v2_flash", {"rope_theta": 1e6}, IGNORES),
    ("gemma3_text", {"rope_scaling": {"type": "linear", "factor": 4.0}}, IGNORES),
    ("mistral4", {"rope_scaling": YARN}, IGNORES),
    ("mimo_v2_flash", {"hybrid_layer_pattern": [0, 1, 0, 1, 0, 1]}, IGNORES),
    ("deepseek_v3", {"rope_parameters": {**LINEAR, "partial_rotary_factor": 0.5}}, IGNORES),
    ("cohere2_moe", {"rope_parameters": LINEAR}, REJECTS),
    ("gemma4_text", {"rope_parameters": TABLES}, REJECTS),
    ("deepseek_v3", {"head_dim": 128}, IGNORES),
    ("ministral3", {"rope_scaling": YARN}, IGNORES),
    ("cohere2_moe", {"rope_scaling": LINEAR}, IGNORES),
    ("phi3", {"rope_scaling": LINEAR}, REJECTS),
    ("recurrent_gemma", {"rope_scaling": LINEAR}, REJECTS),
    ("qwen3", {"rope_scaling": {"rope_type": "proportional", "factor": None}}, REJECTS),
    ("gemma3_text", {"rope_scaling": {**YARN, "truncate": False}}, "nested-truncate"),
    ("mixtral", {"rope_scaling": YARN}, "head-dim-null"),
    ("ernie4_5", {"head_dim": None}, "head-dim-null"),
]
QUIET: list[tuple[str, dict[str, Any]]] = [
    ("llama", {"partial_rotary_factor": 1.0, "rotary_pct": 1.0, "rope_theta": 1e4}),
    ("stablelm", {"partial_rotary_factor": 0.5}),
    ("gpt_neox", {"rotary_pct": 0.5, "rotary_emb_base": 2e4}),
    ("minimax_m2", {"rotary_dim": 64}),
    ("smollm3", {"no_rope_layers": [1, 1, 1, 0, 1, 1]}),
    ("gemma3_text", {"rope_scaling": LINEAR, "rope_theta": 1e6}),
    ("gemma3_text", {"rope_parameters": TABLES}),
    ("cohere2_moe", {}),
    ("olmo3", {"rope_theta": 5e5}),
    ("deepseek_v3", {"head_dim": 64}),
    ("ministral3", {"rope_scaling": {"rope_theta": 1e6, "rope_type": "default"}}),
    ("mimo_v2_flash", {"rope_theta": 5e6, "swa_rope_theta": 1e4}),
    ("mimo_v2_flash", {"hybrid_layer_pattern": [0, 1, 1, 1, 1, 0]}),
    ("cohere2", {"rotary_pct": 1.0, "position_embedding_type": "rope_gptj"}),
]


@pytest.mark.parametrize(("model", "words", "name"), CASES, ids=str)
def test_what_the_class_does_not_do_is_named(
    model: str, words: dict[str, Any], name: str
) -> None:
    assert name in doubted(model, **words)


@pytest.mark.parametrize(("model", "words"), QUIET, ids=str)
def test_what_it_does_is_no_doubt(model: str, words: dict[str, Any]) -> None:
    assert doubted(model, **words) == set()


def test_the_kind_of_positions_says_the_layout() -> None:
    """Command-R7B's file has it; a class that pairs halves contradicts it."""
    words = {**SIZES, "position_embedding_type": "rope_gptj"}
    assert huggingface.read({"model_type": "cohere2", **words}).config.layout == "interleaved"
    with pytest.raises(ConfigError, match="position_embedding_type: got 'rope_gptj'"):
        huggingface.read({"model_type": "llama", **words})


def test_null_is_the_two_sizes_quotient() -> None:
    words = {"model_type": "ernie4_5", **SIZES}
    assert huggingface.read(words).config.head_dim == 128
    assert huggingface.read({**words, "head_dim": None}).config.head_dim == 64


def test_lists_of_zero_and_one_say_the_types_of_layers() -> None:
    """MiniMax-Text-01 has attention in every eighth layer, here in the last of six."""
    words = {"model_type": "minimax_text_01", **SIZES, "rope_theta": 1e7}
    turning, still = huggingface.read({**words, "attn_type_list": [0] * 5 + [1]}).model.groups
    assert (turning.layers, turning.layer_types) == ((5,), ("full_attention",))
    assert (still.layers, still.rotary) == ((0, 1, 2, 3, 4), None)
    assert turning.rotary is not None
    assert (turning.rotary.head_dim, turning.rotary.rotary_dim) == (128, 64)
    for wrong in ([0, 1], [True] * 6, [2] * 6, "011111"):
        with pytest.raises(ConfigError, match="attn_type_list: got"):
            huggingface.read({**words, "attn_type_list": wrong})


@pytest.mark.parametrize("name", ["recurrent_gemma", "jais2", "esmc", "voxtral_realtime"])
def test_a_width_that_follows_the_sizes_is_no_default(name: str) -> None:
    """Their classes divide where a file has no head_dim, as their own defaults do."""
    assert huggingface.read({"model_type": name, **SIZES}).config.head_dim == 64


def test_the_rows_are_rows() -> None:
    assert set(MODELS) - set(REMOTE) >= READS_FRACTION | DIVIDES_OLDER | set(LAWS)


DRAWN: dict[str, dict[str, tuple[Any, ...]]] = {
    "top": {
        "head_dim": (None, 64, 128), "rope_theta": (1e4, 1e6), "rotary_dim": (32,),
        "partial_rotary_factor": (0.5, 1.0), "rotary_pct": (0.25,), "rotary_emb_base": (1e6,),
        "original_max_position_embeddings": (2048,), "rope_local_base_freq": (2e4,),
        "global_rope_theta": (2e5,),
    },
    "table": {
        "rope_theta": (1e4, 5e5), "partial_rotary_factor": (0.5, 1.0), "factor": (4.0, None),
        "original_max_position_embeddings": (1024, 8192), "beta_fast": (32, 0),
        "mscale": (0.7, 1.0), "mscale_all_dim": (1.0, 0), "attention_factor": (1.2, None),
        "truncate": (True, False), "low_freq_factor": (1.0,), "high_freq_factor": (4.0,),
    },
}  # fmt: skip
EVERYDAY = ["llama", "qwen3", "gpt_neox", "stablelm", "gemma3_text", "olmo3", "modernbert"]
RARER = ["phi", "glm4", "glm4_moe", "minimax_m2", "cohere2", "smollm3", "mistral4", "mixtral",
         "mimo_v2_flash", "gemma4_text", "exaone4", "qwen3_next", "deepseek_v3", "ernie4_5",
         "granite", "nemotron", "persimmon", "recurrent_gemma", "cohere2_moe"]  # fmt: skip


def drawn(random: np.random.Generator, model: str) -> dict[str, Any]:
    """Draw a file: keys of several classes, one table or several, under either key."""

    def pick(values: Sequence[Any]) -> Any:
        return values[int(random.integers(len(values)))]

    def some(part: str, share: float) -> dict[str, Any]:
        return {
            key: pick(values) for key, values in DRAWN[part].items() if random.random() < share
        }

    def table() -> dict[str, Any]:
        name = pick(["default", "linear", "dynamic", "yarn", "llama3"])
        fields = some("table", 0.3 if name == "default" else 0.6)
        needed = {"factor": 4.0, **LLAMA3} if name != "default" else {}
        known = KEYS[name]
        words = {k: v for k, v in {**needed, **fields}.items() if k in known}
        return {pick(["rope_type", "type"]): name, **words}

    words = {"model_type": model, **SIZES, **some("top", 0.15)}
    key = pick(["rope_parameters", "rope_scaling", None])
    if key is not None:
        kinds = ("full_attention", "sliding_attention")
        several = random.random() < 0.25
        words[key] = {kind: table() for kind in kinds} if several else table()
    return words


LLAMA3 = {"low_freq_factor": 1.0, "high_freq_factor": 4.0,
          "original_max_position_embeddings": 8192}  # fmt: skip
_PLAIN = {"rope_theta", "partial_rotary_factor"}
KEYS = {
    "default": _PLAIN, "linear": {*_PLAIN, "factor"}, "dynamic": {*_PLAIN, "factor"},
    "llama3": {*_PLAIN, "factor", *LLAMA3},
    "yarn": {*_PLAIN, *DRAWN["table"]} - {"low_freq_factor", "high_freq_factor"},
}  # fmt: skip


def assert_agreed(words: dict[str, Any]) -> bool:
    """What is read without a doubt is what transformers computes; False where it is not so."""
    try:
        reading = huggingface.read(words)
    except ConfigError:
        return False
    if reading.verdict != "valid":
        return False
    theirs = embedding(dict(words))
    buffers = dict(theirs.named_buffers())
    for group in reading.model.rotating:
        assert group.rotary is not None
        labels = [f"{kind}_" for kind in group.layer_types if f"{kind}_inv_freq" in buffers]
        label = labels[0] if labels else ""
        published = buffers[f"{label}inv_freq"].double().numpy()
        ours = group.rotary.inv_freq()
        np.testing.assert_allclose(
            ours, published[published > 0], rtol=2e-6, err_msg=str(words)
        )
        amplitude = float(getattr(theirs, f"{label}attention_scaling"))
        assert group.rotary.amplitude == pytest.approx(amplitude, rel=0, abs=1e-12), words
    return True


@pytest.mark.parametrize("model", EVERYDAY)
def test_what_is_valid_is_what_transformers_computes(model: str) -> None:
    random = np.random.default_rng(EVERYDAY.index(model))
    assert sum(assert_agreed(drawn(random, model)) for _ in range(40)) > 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:`rope_scaling` is deprecated:FutureWarning")
@pytest.mark.parametrize("model", [*EVERYDAY, *RARER])
def test_what_is_valid_is_what_transformers_computes_many_times(model: str) -> None:
    random = np.random.default_rng(100 + [*EVERYDAY, *RARER].index(model))
    for _ in range(400):
        assert_agreed(drawn(random, model))

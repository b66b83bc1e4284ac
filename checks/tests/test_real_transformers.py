"""Two implementations that nobody here wrote: Hugging Face's Llama and GPT-J."""

import warnings

import pytest

from ropespec.checks.run import check
from ropespec.reference.readers import huggingface as reader

pytestmark = pytest.mark.slow

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of transformers' own making
    from ropespec.checks.peers.huggingface import GPTJ_CONFIG, LLAMA_CONFIG, PEERS

DTYPES = ("float32", "bfloat16", "float16")
LLAMA, GPTJ = PEERS
GRADES = {
    # float32 phases are off by more than two last places of any format far out, and by less
    # than those of the small formats near the start, where the table of GPT-J ends
    LLAMA.name: {"float32": "standard", "bfloat16": "standard", "float16": "standard"},
    GPTJ.name: {"float32": "standard", "bfloat16": "exact", "float16": "exact"},
}
OTHER_LAYOUT = {LLAMA.name: "interleaved", GPTJ.name: "half"}


def named(peer):
    return peer.name


@pytest.mark.parametrize("peer", PEERS, ids=named)
@pytest.mark.parametrize("seed", [0, 1])
def test_as_published_it_conforms_with_the_grade_that_its_numbers_give(peer, seed):
    claims = {**peer.claims, "dtypes": DTYPES}
    report = check(peer.target, peer.config, **claims, seed=seed, level="quick")
    assert (report.verdict, report.grade) == ("conformant", "standard"), report.failed
    assert report.grades == GRADES[peer.name]
    assert report.identified.layout == peer.config.layout
    assert report.identified.base == peer.config.base
    assert report.identified.rotary_dim == peer.config.rotary_dim


@pytest.mark.parametrize("dtype", DTYPES)
def test_no_false_alarm_at_the_farthest_positions(dtype):
    report = check(LLAMA.target, LLAMA.config, **LLAMA.claims, dtypes=[dtype], laws=["value"])
    assert report.verdict == "conformant"
    assert report.law("value").executed > 0
    assert report.config.max_position is None


@pytest.mark.parametrize("peer", PEERS, ids=named)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    ("changed", "bug"),
    [("base", "wrong-base"), ("sign", "sign-flipped"), ("layout", "wrong-pairing")],
)
def test_one_constant_changed_is_found_and_named(peer, dtype, changed, bug):
    other = {"base": 20000.0, "sign": -1, "layout": OTHER_LAYOUT[peer.name]}[changed]
    config = peer.config.replace(**{changed: other})
    report = check(peer.target, config, **peer.claims, dtypes=[dtype], level="quick")
    assert (report.verdict, report.exit_code) == ("nonconformant", 1)
    assert report.diagnosis[0].bug == bug


def test_a_table_that_ends_says_so_past_its_end():
    report = check(GPTJ.target, GPTJ.config, **GPTJ.claims, level="quick")
    assert report.law("beyond-max-position").status == "pass"
    assert report.identified.max_position == GPTJ.claims["max_position"]
    unclaimed = {**GPTJ.claims, "max_position": None}
    assert (
        check(GPTJ.target, GPTJ.config, **unclaimed, level="quick").diagnosis[0].bug == "raises"
    )


@pytest.mark.parametrize(("peer", "published"), [(LLAMA, LLAMA_CONFIG), (GPTJ, GPTJ_CONFIG)])
def test_the_reader_makes_the_same_configuration_of_the_published_numbers(peer, published):
    config = reader.read(published).config
    assert config.replace(max_position=None) == peer.config
    assert config.max_position in {8191, 2047}

"""Two implementations that nobody here wrote: Hugging Face's Llama and GPT-J."""

import warnings

import numpy as np
import pytest

from ropespec.checks.opening import load
from ropespec.checks.run import check
from ropespec.reference.oracle import rotate

pytestmark = pytest.mark.slow

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of transformers' own making
    from ropespec.checks.peers.huggingface import PEERS

DTYPES = ("float32", "bfloat16", "float16")
LLAMA, GPTJ = PEERS[:2]
GRADES = {
    # float32 phases are off by more than two last places of any format far out, and by less
    # than those of the small formats near the start, where the table of GPT-J ends
    LLAMA.name: {"float32": "standard", "bfloat16": "standard", "float16": "standard"},
    GPTJ.name: {"float32": "standard", "bfloat16": "exact", "float16": "exact"},
}
OTHER_LAYOUT = {LLAMA.name: "interleaved", GPTJ.name: "half"}


def named(peer):
    return peer.name


@pytest.mark.parametrize("peer", [LLAMA, GPTJ], ids=named)
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


@pytest.mark.parametrize("peer", [LLAMA, GPTJ], ids=named)
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


@pytest.mark.parametrize("peer", PEERS, ids=named)
def test_a_first_call_equals_the_configuration_that_the_reader_made(peer):
    target = load(peer.target, **peer.claims)
    values = np.random.default_rng(0).standard_normal((2, 3, 5, peer.config.head_dim))
    values = values.astype(np.float32).astype(np.float64)
    rows = np.array([[0, 1, 2, 3, 9], [700, 8, 255, 14, 3]])
    positions = np.stack([rows, rows + 1, rows[::-1]], -1) if peer.config.axes else rows
    error = target.rotate(values, positions, "float32") - rotate(values, positions, peer.config)
    assert np.abs(error).max() < 1e-3

"""Every law passes what is honest, fails for each bug that it says it kills, and runs."""

# ruff: noqa: ARG005 - a target takes what the signature says, needed or not

import dataclasses

import numpy as np
import pytest

from ropespec.checks.bugs import BUGS
from ropespec.checks.corpus import Entry, planted
from ropespec.checks.laws import LAWS, LEVELS, Focus, Scenario, Scope, Trial, find_law, run_law
from ropespec.checks.laws.measured import About, Side
from ropespec.checks.target import load
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient
from ropespec.spec import theorems

QUICK = dataclasses.replace(LEVELS["quick"], examples=2, shrinks=6)
"""The ladder of each law, and two random inputs."""

HALF = RotaryConfig(head_dim=12, layout="half", base=500000.0)
PARTIAL = RotaryConfig(head_dim=14, rotary_dim=8, rotary_end="last", attention_factor=1.5)
CONFIGS = {
    "half": HALF,
    "interleaved, clockwise": RotaryConfig(head_dim=10, sign=-1),
    "partial": PARTIAL,
    "written elsewhere": RotaryConfig(head_dim=8, layout="interleaved-to-half"),
    "idle": RotaryConfig(head_dim=16, rotary_dim=6, layout="half-idle"),
    "interpolated": HALF.replace(scaling={"rope_type": "linear", "factor": 8.0}),
    "two axes": RotaryConfig(head_dim=12, layout="half-blocks", axes=(2, 4)),
}


def honest(config):
    """The efficient form in float64, rounded once: the best that float64 products allow."""
    return lambda x, positions: apply_efficient(x, positions, config).astype(x.dtype)


def run(law_id, function, config=HALF, *, seed=0, **claims):
    return run_law(find_law(law_id), load(function, **claims), config, QUICK, seed)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_what_is_honest_passes_and_is_executed(law, config):
    target = load(honest(config), dtypes=["float64", "float16"], max_position=131071)
    result = run_law(law, target, config, QUICK, 1)
    if result.status == "skip":
        assert not result.applicable
        assert result.reason
    else:
        assert (result.status, result.reason) == ("pass", "")
        assert result.executed > 0


def test_only_laws_that_say_nothing_about_a_target_are_skipped():
    def reasons(config, **claims):
        results = [
            run_law(law, load(honest(config), **claims), config, QUICK, 0) for law in LAWS
        ]
        return {result.id for result in results if result.status == "skip"}

    always = {"attention-factor", "inverse-frequencies", "paths"}  # it shows nothing
    always |= {"gradient", "second-derivative"}  # NumPy has none
    assert reasons(HALF) == {"beyond-max-position", "pass-through", *always}
    assert reasons(PARTIAL, max_position=100) == always
    assert reasons(CONFIGS["written elsewhere"], max_position=100) == {
        *("composition", "pass-through", *always)
    }


def turned(change):
    """The honest target for changed positions."""
    return lambda x, positions: honest(HALF)(x, change(positions))


def values(change):
    """The honest target with its result changed."""
    return lambda x, positions: change(honest(HALF)(x, positions), x)


def first_head(y, x):
    return np.concatenate([y[:, :1], x[:, 1:]], axis=1)


def writes_into_its_input(x, positions):
    y = honest(HALF)(x, positions)
    x[..., 0] += 1
    return y


def changes_positions(x, positions):
    y = honest(HALF)(x, positions)
    positions += 1
    return y


def raises_on_nothing(x, positions):
    return honest(HALF)(x, positions) if positions.size and positions.max() >= 0 else 1 / 0


def by_the_largest(y, x):
    """Right to the last bit, unless a value is no number."""
    return y + (0 * x.max()).astype(x.dtype)


def whole_matrix(y, x):
    return y + (0 * x.sum(axis=-1, keepdims=True)).astype(x.dtype)


def heads_from_the_fifth(y, x):
    return np.concatenate([y[:, :4], x[:, 4:]], axis=1)


def noisy(x, positions):
    return honest(HALF)(x, positions) + np.random.default_rng().random(x.shape, x.dtype) / 2**30


def reads_one_head(x, positions):
    """Take strides for granted: one head for all is read as many."""
    if 0 in x.strides:
        x = np.concatenate([x[:, :1], 0 * x[:, 1:]], axis=1)
    return honest(HALF)(x, positions)


def counted(x, positions):
    return honest(HALF)(x, 0 * positions + np.arange(positions.shape[1]))


class Shows:
    """Right, but it shows other numbers than it uses."""

    inv_freq = HALF.replace(base=10000.0).inv_freq()
    attention_factor = 1.25

    def __call__(self, x, positions):
        return honest(HALF)(x, positions)


def sets_error_handling(x, positions):
    np.seterr(over="raise")
    return honest(HALF)(x, positions)


def talks(x, positions):
    print("rotating", x.shape)  # noqa: T201
    return honest(HALF)(x, positions)


def lost_minus(x, positions):
    y, half = honest(HALF)(x, positions), x.shape[-1] // 2
    return np.concatenate([y[..., :half], np.abs(y[..., half:])], -1)


MUTANTS = {
    ("inverse-frequencies", "wrong-base"): Shows(),
    ("attention-factor", "attention-factor-missing"): Shows(),
    ("powers-of-two", "added-not-rotated"): values(lambda y, x: y + x.dtype.type(2**-12)),
    ("chunking", "positions-ignored"): counted,
    ("packing", "positions-ignored"): counted,
    ("nan-in-token", "value-dependent"): values(by_the_largest),
    ("nan-in-pair", "value-dependent"): values(whole_matrix),
    ("repeat", "depends-on-history"): noisy,
    ("memory", "assumes-contiguous"): reads_one_head,
    ("empty", "raises"): raises_on_nothing,
    ("global-state", "alters-global-state"): sets_error_handling,
    ("quiet", "prints"): talks,
    ("value", "head-not-rotated"): values(heads_from_the_fifth),
    ("value", "wrong-base"): honest(HALF.replace(base=10000.0)),
    ("value", "nan-output"): values(lambda y, x: y * np.nan),
    ("value", "raises"): turned(lambda p: p[:3]),
    ("per-row-positions", "first-row-positions"): turned(lambda p: p[:1]),
    ("single-token-decode", "decode-position"): turned(lambda p: p * (p.shape[1] > 1)),
    ("identity-at-zero", "positions-off-by-one"): turned(lambda p: p + 1),
    ("norm", "wrong-amplitude"): values(lambda y, x: y * 1.001),
    ("composition", "positions-off-by-one"): turned(lambda p: p + 1),
    ("inverse", "missing-minus"): lost_minus,
    ("relative-position", "low-precision-positions"): turned(lambda p: p.astype(np.float16)),
    ("linearity", "value-dependent"): values(lambda y, x: np.clip(y, -3, 3)),
    ("linearity", "added-not-rotated"): values(lambda y, x: y + x.dtype.type(1)),
    ("row-independence", "first-row-positions"): turned(lambda p: p[:1] + 0 * p),
    ("head-independence", "head-not-rotated"): values(first_head),
    ("shape-dtype-device", "dtype-leak"): values(lambda y, x: y.astype(np.float64)),
    ("input-untouched", "mutates-input"): writes_into_its_input,
}


@pytest.mark.parametrize(("law_id", "bug"), MUTANTS, ids=lambda name: name)
@pytest.mark.parametrize("seed", [0, 1])
def test_each_law_fails_what_it_is_for(law_id, bug, seed):
    result = run(law_id, MUTANTS[law_id, bug], seed=seed)
    assert result.status == "fail"
    assert result.reason
    assert result.failure.id.startswith(law_id)
    assert result.observations or law_id in {"inverse-frequencies", "attention-factor"}


def test_changed_positions_are_a_changed_input_in_place_or_not():
    assert "changed positions" in run("input-untouched", changes_positions).reason


def test_global_random_numbers_are_no_way_to_the_same_bits():
    def noisy(x, positions):
        noise = 1e-4 * np.random.rand()  # noqa: NPY002 - the global ones are meant
        turned = honest(HALF)(x, positions)
        return (turned * (1 + noise)).astype(turned.dtype)

    result = run("repeat", noisy)
    assert result.status == "fail"
    assert "were not the same the second time" in result.reason


def test_a_changed_tail_is_seen_bit_for_bit():
    def target(x, positions):
        y = honest(PARTIAL)(x, positions)
        y[..., 0] = np.nextafter(y[..., 0], 1)
        return y

    assert run("value", target, PARTIAL).status == "pass"
    result = run("pass-through", target, PARTIAL)
    assert result.status == "fail"
    assert "expected no change" in result.reason
    assert result.reason.endswith(find_law("pass-through").advice)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        (lambda p: p, "pass"),
        (lambda p: p % 101, "fail"),
        (lambda p: np.minimum(p, 100), "fail"),
        (lambda p: np.arange(101)[p], "pass"),  # it raises
    ],
    ids=["right", "wraps", "clamps", "raises"],
)
def test_past_the_claimed_end_only_silence_is_wrong(change, status):
    result = run("beyond-max-position", turned(change), max_position=100)
    assert result.status == status
    assert result.executed >= 6
    assert run("value", turned(change), max_position=100).status == "pass"


def tables_of_another_format():
    kept = {}

    def target(x, positions):
        angle = positions[:, None, :, None] * HALF.inv_freq()
        table = np.stack([np.cos(angle), np.sin(angle)]).astype(x.dtype)
        c, s = kept.setdefault(positions.tobytes(), table)
        a, b = np.split(x, 2, axis=-1)
        return np.concatenate([a * c - b * s, a * s + b * c], -1).astype(x.dtype)

    return target


def test_two_formats_at_the_same_positions_show_a_table_of_the_wrong_one():
    level = dataclasses.replace(QUICK, shrinks=80)
    target = load(tables_of_another_format, factory=True, dtypes=["float64", "float16"])
    result = run_law(find_law("history"), target, HALF, level, 0)
    assert result.status == "fail"
    assert "float64 query" in result.reason
    assert "after" in result.reason
    assert len(result.failure.steps) == 2
    assert {step.dtype for step in result.failure.steps} == {"float64", "float16"}


WRONG = {
    "another base": honest(HALF.replace(base=10000.0)),
    "another pairing": honest(HALF.replace(layout="interleaved")),
    "positions off by one": lambda x, p: honest(HALF)(x, p + 1),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize(
    "law_id",
    ["history", "repeat", "memory", "chunking", "packing", "row-independence", "nan-in-token"],
)
def test_a_wrong_value_breaks_no_law_that_compares_a_target_with_itself(law_id, wrong):
    assert run(law_id, wrong).status == "pass"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("channel", [0, 3, 7])
def test_a_single_channel_that_leaks_is_found(channel, seed):
    def leaks(x, positions):
        turned = honest(HALF)(x, positions)
        bad = ~np.isfinite(x[..., channel])
        turned[..., 5][bad] = np.nan
        return turned

    assert run("nan-in-pair", leaks, seed=seed).status == "fail"


def refuses(kind):
    """Refuse arrays that a test picks, aloud."""

    def target(x, positions):
        if kind(x):
            raise ValueError("not this array")
        return honest(HALF)(x, positions)

    return target


def strided(x):
    return not x.flags.c_contiguous


def apart(x):
    return x.strides[-1] != x.itemsize or any(step // x.itemsize % 2 for step in x.strides[:-1])


def test_memory_of_every_day_may_not_be_refused_and_channels_apart_may():
    result = run("memory", refuses(strided))
    assert result.status == "fail"
    assert "raised ValueError" in result.reason
    assert "--contiguous" in result.reason
    assert run("memory", refuses(apart)).status == "pass"
    assert run("memory", refuses(strided), contiguous=True).status == "pass"
    assert run("memory", turned(lambda p: p[:1, :1] // 0)).status == "fail"


@pytest.mark.parametrize("claimed", [False, True])
def test_memory_that_is_mistaken_in_silence_is_never_right(claimed):
    def target(x, positions):
        dense = np.lib.stride_tricks.as_strided(x, x.shape, np.empty(x.shape, x.dtype).strides)
        return honest(HALF)(x if x.base is None else dense.copy(), positions)

    assert run("memory", target, contiguous=claimed).status == "fail"


def test_one_head_for_all_is_the_same_memory():
    seen = set()

    def target(x, positions):
        seen.add(0 in x.strides)
        return honest(HALF)(x, positions)

    assert run("memory", target).status == "pass"
    assert seen == {False, True}


def test_keys_are_judged_as_queries_are():
    def keys_left(q, k, positions):
        return honest(HALF)(q, positions), k

    result = run("value", keys_left, signature="qk")
    assert result.worst.role == "key"
    assert result.status == "fail"
    for law_id in ("relative-position", "norm"):
        expected = "fail" if law_id == "relative-position" else "pass"
        assert run(law_id, keys_left, signature="qk").status == expected


def test_a_single_key_head_is_tried():
    seen = set()

    def target(q, k, positions):
        seen.add((q.shape[1], k.shape[1]))
        return honest(HALF)(q, positions), honest(HALF)(k, positions)

    assert run("value", target, signature="qk").status == "pass"
    assert (3, 1) in seen
    assert all(heads >= key_heads for heads, key_heads in seen)


def test_the_value_law_visits_the_whole_ladder_unsorted_and_in_every_dtype():
    seen = {}

    def target(x, positions):
        seen.setdefault(str(x.dtype), []).append(positions)
        return honest(HALF)(x, positions)

    run("value", target)
    assert set(seen) == {"float64", "float32"}
    for calls in seen.values():
        everything = np.concatenate([positions.ravel() for positions in calls])
        assert set(QUICK.positions) <= set(everything.tolist())
        assert any((np.diff(positions[-1]) < 0).any() for positions in calls)
        assert any(len(np.unique(row)) < len(row) for call in calls for row in call)


def test_positions_stay_within_the_claimed_end():
    def target(x, positions):
        if positions.max(initial=0) > 9:
            raise IndexError
        return honest(HALF)(x, positions)

    for law in LAWS:
        if law.id != "beyond-max-position":
            result = run(law.id, target, max_position=9)
            assert result.status in {"pass", "skip"}, (law.id, result.reason)


def test_the_seed_decides_everything_and_another_seed_something_else():
    def inputs(seed):
        seen = []

        def target(x, positions):
            seen.append(x.copy())
            return honest(HALF)(x, positions)

        run("value", target, seed=seed)
        return np.concatenate([x.ravel() for x in seen])

    assert np.array_equal(inputs(3), inputs(3))
    assert not np.array_equal(inputs(3), inputs(4))


def test_a_fault_of_the_suite_is_no_failure_of_the_target(monkeypatch):
    monkeypatch.setattr(Trial, "case", lambda *_: 1 / 0)
    result = run("norm", honest(HALF))
    assert result.status == "error"
    assert "the suite itself failed: ZeroDivisionError" in result.reason


def test_nan_counts_as_worse_than_any_number():
    target = load(honest(HALF))
    scope = Scope(target, HALF, QUICK, Focus(), np.random.default_rng(0))
    one = Scenario("one", ((0, 1),), "float64", heads=1, key_heads=1)
    trial = Trial.begin(scope, target, one)
    case = trial.case()
    side = Side(case, "query", case.q, case.q)
    about = About(case.q, case.q)
    trial.measure(side, about, np.array([[[[1e9], [np.nan]]]]), np.full((1, 1, 2, 1), 1e-9))
    assert np.isnan(trial.worst.error)
    assert trial.worst.ratio == np.inf
    trial.measure(side, about, np.full((1, 1, 2, 1), 5.0), np.zeros((1, 1, 2, 1)))
    assert np.isnan(trial.worst.error)


def test_ids_are_unique_and_everything_named_exists():
    ids = [law.id for law in LAWS]
    assert len(set(ids)) == len(ids)
    proved = {theorem.id for theorem in theorems()}
    for law in LAWS:
        assert law.kills, f"{law.id} kills nothing"
        assert set(law.kills) <= set(BUGS)
        assert law.theorem is None or law.theorem in proved
        assert law.sentence.endswith(".")
        assert law.budget.endswith(".")
        assert law.advice.endswith(".")
    for theorem in theorems():
        assert set(theorem.laws) <= set(ids), theorem.id


def test_an_unknown_law_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match="did you mean 'norm'"):
        find_law("nrom")


ENTRIES: dict[str | None, list[Entry]] = {}
for _entry in planted():
    ENTRIES.setdefault(_entry.bug, []).append(_entry)
CLAIMED = [(law, bug) for law in LAWS for bug in law.kills if (law.id, bug) not in MUTANTS]
ELSEWHERE = {
    *(("beyond-max-position", bug) for bug in ("table-wraps", "table-clamps")),
    ("inverse", "negative-positions"),  # it takes a claim
}


@pytest.mark.parametrize(
    ("law", "bug"),
    [pair for pair in CLAIMED if (pair[0].id, pair[1]) not in ELSEWHERE],
    ids=lambda value: getattr(value, "id", value),
)
def test_each_law_kills_what_it_says(law, bug):
    assert bug in ENTRIES
    results = (
        run_law(
            law, load(entry.target, factory=True, **entry.claims), entry.config, QUICK, 0,
            shrink=False,
        )
        for entry in ENTRIES[bug]
    )  # fmt: skip
    assert any(result.status == "fail" and result.reason for result in results)

"""What laws try: scenarios that can be written down, drawn, made smaller and chosen."""

# ruff: noqa: ARG005 - a target takes what the signature says, needed or not

import dataclasses
import sys

import numpy as np
import pytest

from ropespec.checks.frameworks.of_numpy import NumPy
from ropespec.checks.laws import LAWS, LEVELS, Focus, Scenario, Scope, Trial, find_law, run_law
from ropespec.checks.laws.draws import Detail, Draws
from ropespec.checks.laws.scope import FARTHEST
from ropespec.checks.laws.searching import search
from ropespec.checks.laws.shortening import shortened
from ropespec.checks.target import load
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=12, layout="half", base=500000.0)
QUICK = LEVELS["quick"]
MANY = dataclasses.replace(QUICK, examples=200, shrinks=300)


def usual(x, positions):
    return apply_efficient(x, positions, CONFIG).astype(x.dtype)


def scope(level=QUICK, focus=None, seed=0, **claims):
    target = load(usual, **claims)
    return Scope(target, CONFIG, level, focus or Focus(), np.random.default_rng(seed))


def drawn(within, draws=None, seed=1, stop=lambda one: False):
    """Everything that a search draws, and what it ends with."""
    law = dataclasses.replace(find_law("value"), draws=draws or Draws())
    seen = []

    def run(steps):
        seen.extend(steps)
        return stop(steps[0])

    return seen, search(law, within, seed, run)


def test_scenarios_are_of_every_kind():
    seen, found = drawn(scope(MANY, signature="qk"))
    assert found is None
    assert len(seen) > 150
    assert {one.dtype for one in seen} == {"float64", "float32"}
    assert any(one.heads > 8 for one in seen)
    assert {5, 6, 7, 8} <= {one.heads for one in seen}
    assert any(one.key_heads == 1 < one.heads for one in seen)
    assert any(1 < one.key_heads < one.heads for one in seen)
    assert any(one.seq == 1 < one.batch for one in seen)
    assert any(one.seq > 100 for one in seen)
    assert sum(len({one.batch, one.heads, one.seq}) == 3 for one in seen) > len(seen) / 2
    flat = [position for one in seen for row in one.rows for position in row]
    assert min(flat) == 0
    assert max(flat) > 100000
    assert set(flat) & {255, 4096, 65536}
    assert any(np.any(np.diff(row) < 0) for one in seen for row in one.rows)
    assert any(len(set(row)) < len(row) for one in seen for row in one.rows)
    assert any(len(set(one.rows)) > 1 for one in seen)


def test_a_seed_decides_what_is_drawn_and_another_draws_something_else():
    first, again, other = (drawn(scope(MANY), seed=seed)[0] for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_what_is_imported_meanwhile_does_not_change_what_is_drawn(tmp_path, monkeypatch):
    before = drawn(scope(MANY))[0]
    (tmp_path / "full_of_numbers.py").write_text(f"NUMBERS = {list(range(3, 300, 7))}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    __import__("full_of_numbers")
    try:
        assert drawn(scope(MANY))[0] == before
    finally:
        del sys.modules["full_of_numbers"]
    assert not (tmp_path / ".hypothesis").exists()


def test_what_fails_becomes_as_small_as_it_can_be():
    def far(one):
        return any(position >= 300 for row in one.rows for position in row)

    _, found = drawn(scope(MANY), stop=far)
    (one,) = found
    assert (one.batch, one.heads, one.seq, one.rows) == (1, 1, 1, ((300,),))


def test_making_smaller_ends_when_it_was_tried_often_enough():
    level = dataclasses.replace(MANY, shrinks=10)
    seen, found = drawn(scope(level), stop=lambda one: one.heads > 1)
    first = next(place for place, one in enumerate(seen) if one.heads > 1)
    assert len(seen) - first <= 11
    assert found[0].heads > 1


def test_a_law_that_fails_names_the_smallest_input():
    def target(x, positions):
        y = usual(x, positions)
        return np.where(positions[:, None, :, None] >= 300, x, y)

    level = dataclasses.replace(QUICK, examples=30, shrinks=200)
    failure = run_law(find_law("value"), load(target), CONFIG, level, 0).failure
    (one,) = failure.steps
    assert (one.batch, one.heads, one.seq, one.rows) == (1, 1, 1, ((300,),))
    assert "position 300" in failure.reason
    assert failure.described().endswith("positions 300, float64")
    plain = run_law(find_law("value"), load(target), CONFIG, level, 0, shrink=False)
    assert plain.status == "fail"
    assert plain.failure.steps[0].seq > 1


def test_a_failure_that_needs_other_calls_first_keeps_them():
    def make():
        calls = []

        def target(x, positions):
            calls.append(1)
            return usual(x, positions + (len(calls) > 4))

        return target

    result = run_law(find_law("value"), load(make, factory=True), CONFIG, QUICK, 0)
    assert result.status == "fail"
    assert len(result.failure.steps) == 5
    assert "after 4 other calls" in result.failure.described()


def test_negative_positions_are_tried_where_they_are_claimed_and_only_there():
    for negative in (False, True):
        within = scope(MANY, negative=negative)
        flat = [p for one in drawn(within)[0] for row in one.rows for p in row]
        ladder = [
            p for one in find_law("value").ladder(within) for row in one.rows for p in row
        ]
        assert (min(flat) < -1000) == negative
        assert (min(ladder) == -FARTHEST) == negative
        assert min(flat) >= -FARTHEST


def clamps(x, positions):
    return usual(x, np.maximum(positions, 0))


def test_what_claims_negative_positions_must_turn_by_them():
    for law in (find_law("value"), find_law("inverse")):
        assert run_law(law, load(clamps, negative=True), CONFIG, QUICK, 0).status == "fail"
        assert run_law(law, load(clamps), CONFIG, QUICK, 0).status == "pass"
    claimed, usually = load(usual, negative=True).claims, load(usual).claims
    assert find_law("inverse").under(claimed).level == "required"
    assert find_law("inverse").under(usually).level == "information"


def table_of(rows, refuses):
    """Take rotations out of a table, where a negative position is refused or wraps around."""
    table = np.exp(1j * np.outer(np.arange(rows), CONFIG.inv_freq()))

    def target(x, positions):
        if refuses and positions.min(initial=0) < 0:
            raise IndexError("positions must be 0 or more")
        turned = np.array(np.split(x, 2, axis=-1), dtype=np.float64)
        z = (turned[0] + 1j * turned[1]) * table[positions][:, None]
        return np.concatenate([z.real, z.imag], axis=-1).astype(x.dtype)

    return target


@pytest.mark.parametrize("refuses", [True, False], ids=["refuses", "wraps"])
@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.id)
def test_negative_positions_that_nobody_claims_are_not_asked_for(law, refuses):
    target = load(table_of(500, refuses), max_position=499)
    result = run_law(law, target, CONFIG, QUICK, 0)
    assert result.status in {"pass", "skip"}, result.reason
    assert result.executed or law.id != "inverse"


NEEDS_OTHERS = {"identity-at-zero", "composition", "relative-position"}


def test_named_positions_and_shapes_are_tried_alone():
    seen = {"positions": set(), "shapes": set()}

    def target(q, k, positions):
        seen["positions"] |= set(positions.ravel().tolist())
        seen["shapes"].add((*q.shape[:3], k.shape[1]))
        return usual(q, positions), usual(k, positions)

    focus = Focus((5, 7, 4096), ((2, 6, 3, 2), (1, 5, 4, 5)))
    for law in LAWS:
        if law.id not in NEEDS_OTHERS:
            args = (load(target, signature="qk"), CONFIG, QUICK, 0)
            assert run_law(law, *args, focus=focus).status in {"pass", "skip"}
    assert seen["positions"] == {5, 7, 4096}
    seen["shapes"].clear()
    run_law(find_law("value"), load(target, signature="qk"), CONFIG, QUICK, 0, focus=focus)
    assert seen["shapes"] == {(2, 6, 3, 2), (1, 5, 4, 5)}


@pytest.mark.parametrize(
    ("positions", "claims", "words"),
    [
        ((-1,), {}, "--negative"),
        ((5, 300), {"max_position": 200}, "--max-position 200"),
    ],
)
def test_positions_that_nobody_claims_are_refused(positions, claims, words):
    with pytest.raises(ConfigError, match=words):
        Focus(positions).check(load(usual, **claims).claims)


def test_details_stay_in_their_range():
    draws = Draws(details=(Detail("shift", 1, None), Detail("part", 0, 2)), seq=(1, 1))
    seen, _ = drawn(scope(MANY, max_position=50), draws)
    assert {one.detail("part") for one in seen} == {0, 1, 2}
    assert max(one.detail("shift") for one in seen) <= 50
    assert min(one.detail("shift") for one in seen) == 1


def test_calls_that_a_failure_does_not_need_are_left_out():
    steps = tuple(Scenario("one", ((place,),), "float32") for place in range(20))
    needed = {steps[3], steps[17]}
    assert set(shortened(steps, lambda fewer: needed <= set(fewer), 200)) == needed
    assert shortened(steps, lambda fewer: needed <= set(fewer), 0) == steps


@pytest.mark.parametrize(("compiles", "level"), [(False, "standard"), (True, "thorough")])
def test_shapes_are_any_where_none_is_compiled_and_where_there_is_time(
    monkeypatch, compiles, level
):
    monkeypatch.setattr(NumPy, "compiles_shapes", compiles)
    assert not Scope(load(usual), CONFIG, LEVELS[level], Focus(), None).few_shapes


@pytest.mark.parametrize("law_id", ["value", "head-independence", "history", "linearity"])
def test_where_each_shape_is_compiled_those_of_the_ladder_are_drawn(monkeypatch, law_id):
    """Random inputs differ in positions, formats and values; the shapes are the law's own."""
    monkeypatch.setattr(NumPy, "compiles_shapes", True)
    law, target = find_law(law_id), load(usual, dtypes=["float32"])
    own = Scope(target, CONFIG, LEVELS["standard"], Focus(), np.random.default_rng(0))
    shapes = tuple({one.shape for one in law.ladder(own)})
    seen = []
    monkeypatch.setattr(Trial, "begin", watched(Trial.begin, seen))
    assert run_law(law, target, CONFIG, LEVELS["standard"], 0).status == "pass"
    assert len({one.seed for one in seen}) > len(shapes)
    singles = {(batch, heads, 1, keys) for batch, heads, _, keys in shapes}
    assert {one.shape for one in seen} <= {*shapes, *singles}
    assert any(len({batch, heads, seq}) == 3 for batch, heads, seq, _ in shapes)


def watched(begin, seen):
    """Note the scenarios that trials begin with."""

    def begun(_cls, scope, target, *steps):
        seen.extend(steps)
        return begin(scope, target, *steps)

    return classmethod(begun)

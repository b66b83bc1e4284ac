"""Scalings that depend on the length: each call is held to its own where that is claimed."""

import contextlib
import io

import numpy as np
import pytest

from ropespec import check
from ropespec.checks.corpus.configs import DYNAMIC_OPEN, LONGROPE, LONGROPE_LONG, PAPER
from ropespec.checks.corpus.honest_lengths import BY_LENGTH, dynamic, longrope
from ropespec.checks.corpus.planted_lengths import counts_tokens, long_amplitude_alone
from ropespec.checks.in_force import in_force, last_alike
from ropespec.checks.laws import Focus
from ropespec.checks.laws.levels import LEVELS
from ropespec.checks.laws.scope import Scope
from ropespec.checks.opening import load
from ropespec.checks.profile import ladder, profile
from ropespec.checks.target import Claims

FOLLOWS = Claims.of(by_length=True)
QUICK = {"level": "quick", "shrink": False}


def test_the_length_of_a_call_is_its_largest_position_plus_one():
    assert in_force(LONGROPE, FOLLOWS, np.array([[4095, 3]])) == LONGROPE.at_length(4096)
    assert in_force(LONGROPE, FOLLOWS, np.array([[3, 4096]])) == LONGROPE_LONG
    assert in_force(LONGROPE, FOLLOWS, np.array([[-9]])) == LONGROPE.at_length(1)
    assert in_force(LONGROPE, FOLLOWS, np.zeros((2, 0), np.int64)) == LONGROPE.at_length(1)


def test_nothing_is_in_force_that_is_not_claimed_or_depends_on_no_length():
    assert in_force(LONGROPE, Claims.of(), np.array([[9000]])) is LONGROPE
    assert in_force(PAPER, FOLLOWS, np.array([[9000]])) is PAPER


def test_lengths_are_alike_up_to_the_trained_one():
    assert last_alike(LONGROPE) == 4095
    assert last_alike(DYNAMIC_OPEN) == 4095
    assert last_alike(LONGROPE_LONG) is None


@pytest.mark.parametrize(
    ("alone", "claimed", "end"),
    [(False, None, 4095), (True, None, None), (False, 300, 300), (True, 9000, 9000)],
)
def test_laws_that_compare_calls_stay_where_lengths_are_alike(alone, claimed, end):
    target = load(longrope(LONGROPE), **{**BY_LENGTH, "max_position": claimed})
    scope = Scope(target, LONGROPE, LEVELS["quick"], Focus(), np.random.default_rng(0), alone)
    assert scope.end == end
    assert max(scope.ladder) == (131071 if end is None else end)


@pytest.mark.parametrize(("make", "config"), [(longrope, LONGROPE), (dynamic, DYNAMIC_OPEN)])
def test_who_follows_the_length_is_right_where_that_is_claimed(make, config):
    laws = ["value", "single-token-decode", "history", "relative-position", "row-independence"]
    report = check(make(config), config, **BY_LENGTH, **QUICK, laws=laws)
    assert report.verdict == "conformant"
    assert "held to the frequencies of its own length" in report.noticed[0]
    assert "up to 4095" in report.noticed[0]
    assert profile(load(make(config), **BY_LENGTH), config, ladder(131071)).holds


def test_who_follows_the_length_unclaimed_is_told_of_it():
    claims = {**BY_LENGTH, "by_length": False}
    report = check(longrope(LONGROPE), LONGROPE, **claims, **QUICK, laws=["value"])
    assert report.verdict == "nonconformant"
    (line,) = report.noticed
    assert line.startswith("its frequencies change with the length of a call")
    assert "--by-length" in line


@pytest.mark.parametrize(
    ("make", "config"), [(long_amplitude_alone, LONGROPE), (counts_tokens, DYNAMIC_OPEN)]
)
def test_frequencies_that_never_change_are_the_likely_cause(make, config):
    report = check(make(config), config, **BY_LENGTH, **QUICK, laws=["value"])
    assert report.diagnosis[0].bug in {"wrong-scaling-parameters", "scaling-ignored"}
    assert "calls of all lengths have the same frequencies" in report.diagnosis[0].evidence


def test_the_lines_that_reproduce_a_failure_hold_it_to_the_length_of_their_call():
    report = check(
        counts_tokens(DYNAMIC_OPEN), DYNAMIC_OPEN, **BY_LENGTH, **QUICK, laws=["value"]
    )
    lines = report.reproductions["value"]
    assert "'alpha'" in lines
    assert "'dynamic'" not in lines
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(  # noqa: S102 - the lines that a report shows
            lines,
            {
                "your_function": counts_tokens(DYNAMIC_OPEN),
                "apply": counts_tokens(DYNAMIC_OPEN),
            },
        )
    expected, got = said.getvalue().splitlines()
    assert expected.split("[", 1)[1] != got.split("[", 1)[1]

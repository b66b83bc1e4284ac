"""The corpus is what it says: correct where it is honest, different where it is wrong."""

from importlib.util import find_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ropespec.checks.bugs import BUGS
from ropespec.checks.corpus import honest, planted
from ropespec.checks.corpus.deviations import DEVIATIONS
from ropespec.checks.corpus.pipeline import Pipeline
from ropespec.checks.corpus.planted_deviations import BY_NAME, CHOSEN
from ropespec.checks.corpus.sources import REPORTS
from ropespec.checks.run import check
from ropespec.reference import Arrangement, ConfigError, RotaryConfig
from ropespec.reference.oracle import rotate
from ropespec.reference.strategies import configs

LINEAR = {"rope_type": "linear", "factor": 4.0}
CONFIGS = (
    RotaryConfig(head_dim=16),
    RotaryConfig(head_dim=16, layout="half", base=500000.0, sign=-1),
    RotaryConfig(head_dim=20, rotary_dim=8, rotary_end="last", layout="half"),
    RotaryConfig(head_dim=16, rotary_dim=8, layout="half-idle"),
    RotaryConfig(head_dim=12, layout="interleaved-to-half"),
    RotaryConfig(head_dim=24, rotary_dim=12, scaling=LINEAR, attention_factor=1.25),
    RotaryConfig(head_dim=24, axes=(4, 4, 4)),
    RotaryConfig(
        head_dim=24,
        arrangement=Arrangement(axis=(0, 1, 2) * 4, index=tuple(range(12)), width=(24,) * 12),
    ),
)
ROWS = np.array([[300, 7, 1, 2100, 70000, -5], [0, 40, 41, 12, 40000, 3], [9, 8, 7, 6, 5, 4]])
ALONE = np.array([[11], [3], [600]])


def coordinates(config, rows):
    """Other coordinates for other axes."""
    if not config.axes:
        return rows
    return np.stack([np.roll(rows, axis, axis=1) + axis for axis in range(3)], axis=-1)


def inputs(config, rows):
    rng = np.random.default_rng(0)
    shape = (len(rows), 4, rows.shape[1], config.head_dim)
    return rng.standard_normal(shape), rng.standard_normal(shape)


@settings(max_examples=60, deadline=None)
@given(
    config=configs(layouts=["interleaved", "half", "interleaved-to-half", "half-idle"]).filter(
        lambda config: not config.axes
    ),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_pipeline_as_it_is_is_correct(config, seed):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((2, 2, 3, config.head_dim))
    positions = rng.integers(-5000, 5000, (2, 3))
    difference = Pipeline(config)(x, positions) - rotate(x, positions, config)
    assert np.abs(difference).max() < 1e-9 * max(1.0, config.amplitude)


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda one: one.name)
def test_a_deviation_is_wrong_where_it_says_that_it_is_visible(deviation):
    tried = 0
    for config in filter(deviation.visible, CONFIGS):
        tried += 1
        pipeline, correct = deviation.apply(config), Pipeline(config)
        wrong = [
            not np.allclose(mine, right, rtol=0, atol=1e-7, equal_nan=False)
            for given in (ROWS, ALONE)
            for q, k in [inputs(config, given)]
            for rows in [coordinates(config, given)]
            for (mine, right) in [
                *zip(pipeline.rotate(q, k, rows), correct.rotate(q, k, rows), strict=True),
                (pipeline(q, rows, "key", k[:, :1]), correct(q, rows)),
                (pipeline(k[:, :1], rows, "key", q), correct(k[:, :1], rows)),
            ]
        ]
        assert any(wrong), config
    assert tried


def test_deviations_are_named_once_and_name_known_bugs():
    names = [deviation.name for deviation in DEVIATIONS]
    assert len(set(names)) == len(names)
    assert {deviation.bug for deviation in DEVIATIONS} <= set(BUGS)


def test_a_deviation_that_no_configuration_allows_is_not_visible():
    for deviation in DEVIATIONS:
        for config in CONFIGS:
            try:
                deviation.apply(config)
            except ConfigError:
                assert not deviation.visible(config), (deviation.name, config)


def test_entries_are_named_once_and_planted_ones_name_known_bugs():
    entries = (*honest(slow=True), *planted(slow=True))
    names = [entry.name for entry in entries]
    assert len(set(names)) == len(names)
    for entry in planted(slow=True):
        assert {entry.bug, *entry.also} <= set(BUGS)
    assert all(entry.bug is None for entry in honest(slow=True))


def test_chosen_deviations_are_visible_in_their_configuration():
    assert all(BY_NAME[name].visible(config) for name, config in CHOSEN)


def test_the_corpus_is_as_large_as_promised_without_torch_too():
    assert len(honest(("numpy",))) >= 30
    assert len(planted(("numpy",))) >= 120
    assert {entry.framework for entry in (*honest(("numpy",)), *planted(("numpy",)))} == {
        "numpy"
    }


def test_every_report_of_the_survey_has_a_planted_bug_or_a_reason():
    names = {entry.name for entry in planted(slow=True)}
    assert len({report.number for report in REPORTS}) == len(REPORTS) >= 120
    for report in REPORTS:
        assert bool(report.planted) != bool(report.reason), report.number
        assert set(report.planted) <= names or find_spec("torch") is None, report.number
        assert "#" in report.thread


def test_every_slug_is_planted_but_those_that_no_required_law_asks_for():
    planted_slugs = {slug for entry in planted(slow=True) for slug in (entry.bug, *entry.also)}
    assert set(BUGS) - planted_slugs <= {
        *("negative-positions", "prints", "alters-global-state")
    }


def test_every_target_is_fresh():
    for entry in (*honest(), *planted()):
        assert entry.target() is not entry.target()


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_torch_belongs_to_the_corpus_where_it_is_installed():
    for entries in (honest(), planted()):
        assert {"numpy", "torch"} == {entry.framework for entry in entries}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_compiled_implementation_passes():
    slow = [entry for entry in honest(slow=True) if entry.slow]
    assert slow
    for entry in slow:
        report = check(entry.target(), entry.config, level="quick", **entry.claims)
        assert report.verdict == "conformant", report.failed

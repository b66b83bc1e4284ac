"""A whole check: verdict, grade, exit code, and what is told on the way."""

# ruff: noqa: ARG001, ARG005 - a target takes what the signature says, needed or not

import ml_dtypes
import numpy as np
import pytest

from ropespec.checks.laws import LAWS
from ropespec.checks.laws.levels import LADDER
from ropespec.checks.report.ending import remarks, verdict
from ropespec.checks.report.failure import measured
from ropespec.checks.run import check, identify
from ropespec.reference import ConfigError, RotaryConfig, oracle
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=16, layout="half", base=500000.0)


def usual(x, positions):
    return apply_efficient(x, positions, CONFIG).astype(x.dtype)


def perfect(x, positions):
    return oracle.rotate(x.astype(np.float64), positions, CONFIG).astype(x.dtype)


def interleaved_output(x, positions):
    """Right after one permutation of the output channels."""
    return usual(x, positions)[..., np.arange(16).reshape(2, 8).T.ravel()]


def test_an_honest_target_conforms_with_the_grade_that_its_numbers_give():
    report = check(usual, CONFIG)
    assert (report.verdict, report.grade, report.exit_code) == ("conformant", "standard", 0)
    assert report.grades == {"float32": "exact", "float64": "standard"}
    assert report.identified.layout == "half"
    assert report.identified.base == 500000.0
    assert (report.diagnosis, report.failed, report.basis) == ((), (), None)


def test_correctly_rounded_values_are_exact_in_every_format():
    report = check(perfect, CONFIG, dtypes=["float64", "float32", "float16"])
    assert (report.verdict, report.grade) == ("conformant", "exact")


@pytest.mark.parametrize(
    ("change", "bug"),
    [({"base": 10000.0}, "wrong-base"), ({"sign": -1}, "sign-flipped")],
)
def test_another_constant_is_named(change, bug):
    report = check(usual, CONFIG.replace(**change))
    assert (report.verdict, report.grade, report.exit_code) == ("nonconformant", None, 1)
    assert report.diagnosis[0].bug == bug
    assert report.law("value").status == "fail"
    assert set(report.reproductions) == {result.id for result in report.failed}


def test_another_pairing_does_not_conform_in_any_basis():
    report = check(usual, CONFIG.replace(layout="interleaved"))
    assert (report.verdict, report.basis) == ("nonconformant", None)
    assert report.diagnosis[0].bug == "wrong-pairing"


def test_a_permuted_output_conforms_up_to_basis_and_the_permutation_mends_it():
    report = check(interleaved_output, CONFIG)
    assert (report.verdict, report.grade) == ("conformant-up-to-basis", "standard")
    assert report.exit_code == 1
    mended = check(lambda x, p: interleaved_output(x, p)[..., list(report.basis)], CONFIG)
    assert mended.verdict == "conformant"
    allowed = check(interleaved_output, CONFIG, allow_basis_change=True)
    assert (allowed.verdict, allowed.exit_code) == ("conformant-up-to-basis", 0)


def test_a_permuted_output_with_another_fault_does_not_conform():
    def target(x, positions):
        return interleaved_output(x, positions + 1)

    assert check(target, CONFIG).verdict == "nonconformant"


def test_queries_and_keys_must_be_permuted_alike():
    def alike(q, k, positions):
        return interleaved_output(q, positions), interleaved_output(k, positions)

    def apart(q, k, positions):
        return interleaved_output(q, positions), usual(k, positions)

    assert check(alike, CONFIG, signature="qk").verdict == "conformant-up-to-basis"
    assert check(apart, CONFIG, signature="qk").verdict == "nonconformant"


def test_chosen_laws_run_and_the_others_are_skipped_with_a_reason():
    report = check(usual, CONFIG, laws=["norm", "value"])
    assert [result.id for result in report.executed] == ["norm", "value"]
    assert len(report.results) == len(LAWS)
    assert {result.reason for result in report.skipped} == {"not chosen with --law"}
    assert report.counts["executed"] == sum(result.executed for result in report.executed)


def test_nothing_run_is_no_success():
    report = check(usual, CONFIG, laws=["pass-through"])
    assert (report.verdict, report.exit_code, report.grade) == ("error", 5, None)
    assert report.not_applicable[0].id == "pass-through"


def test_a_law_for_information_decides_nothing():
    def talks(x, positions):
        print("rotating")  # noqa: T201
        return usual(x, positions)

    report = check(talks, CONFIG, level="quick", laws=["value", "quiet"])
    assert report.law("quiet").status == "fail"
    assert (report.verdict, report.exit_code) == ("conformant", 0)


def test_a_fault_of_the_suite_is_no_verdict_on_the_target(monkeypatch):
    from ropespec.checks.laws import Trial

    monkeypatch.setattr(Trial, "case", lambda *_: 1 / 0)
    report = check(usual, CONFIG, laws=["norm"])
    assert (report.verdict, report.exit_code) == ("error", 2)
    assert verdict(report) == "error: the suite itself failed in a law"
    (line,) = remarks(report)
    assert line.startswith("norm: the suite itself failed: ZeroDivisionError")
    assert line.endswith("please report it")


@pytest.mark.parametrize("end", [0, 1, 2**62 - 1])
def test_the_nearest_and_the_farthest_end_can_be_claimed(end):
    report = check(
        usual, CONFIG, max_position=end, level="quick", laws=["beyond-max-position", "value"]
    )
    assert (report.verdict, report.counts["passed"]) == ("conformant", 2)


def test_what_raises_is_answered_with_what_to_do_about_that_and_shown_by_one_token():
    def until_300(x, positions):
        if positions.max(initial=0) > 300:
            raise IndexError("too far")
        return usual(x, positions)

    report = check(until_300, CONFIG, level="quick", laws=["norm", "powers-of-two"])
    for result in report.failed:
        assert "IndexError: too far. Handle this input, or declare the limit" in result.reason
        assert measured(result) == ("", "no number: see below")
        lines = report.reproductions[result.id]
        assert "x = np.ones((1, 1, 1, 16))" in lines
        assert "rotate(x, positions, config)" not in lines
    assert len(report.failed) == 2


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (lambda x, p: None, "returned None"),
        (lambda x, p: x[..., :2], "in shape (2, 3, 5, 2)"),
        (lambda x, p: 1 / 0, "raised ZeroDivisionError"),
        (lambda x: x, "takes (x)"),
        ("no_such_module:apply", "no module 'no_such_module'"),
    ],
)
def test_what_cannot_be_judged_is_an_error_with_a_report(target, words):
    report = check(target, CONFIG)
    assert (report.verdict, report.exit_code, report.results) == ("error", 2, ())
    assert words in report.error
    assert report.as_dict()["error"] == report.error


def test_raising_later_is_a_failure_of_the_law_and_not_an_error():
    def table(x, positions):
        if positions.max() > 2048:
            raise IndexError("past the table")
        return usual(x, positions)

    report = check(table, CONFIG)
    assert (report.verdict, report.exit_code) == ("nonconformant", 1)
    assert "raised IndexError: past the table" in report.law("value").reason
    assert report.diagnosis[0].bug == "raises"
    declared = check(table, CONFIG, max_position=2048)
    assert declared.verdict == "conformant"
    assert declared.law("beyond-max-position").executed > 0


def test_the_end_that_the_configuration_claims_counts():
    seen = []

    def target(x, positions):
        seen.append(positions.max())
        return usual(x, positions)

    assert check(target, CONFIG.replace(max_position=99)).verdict == "conformant"
    assert max(seen) == 2 * 99 + 3


def test_the_same_seed_gives_the_same_report():
    one, other, another = (
        check(usual, CONFIG, seed=seed).law("value").worst for seed in (5, 5, 6)
    )
    assert one == other
    assert one != another


def test_progress_is_told_step_by_step_to_the_end():
    steps = []
    check(usual, CONFIG, laws=["norm"], progress=lambda *step: steps.append(step))
    assert [done for done, _, _ in steps] == [0, 1, 2, 3]
    assert {total for _, total, _ in steps} == {3}
    assert [what for _, _, what in steps] == ["identify", "norm", "diagnose", ""]


def test_a_dict_will_do_for_a_configuration_and_nothing_else():
    assert check(usual, CONFIG.to_dict(), laws=["value"]).verdict == "conformant"
    with pytest.raises(ConfigError, match="expected a RotaryConfig or a dict"):
        check(usual, 16)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"level": "hard"}, "expected one of quick, standard, thorough"),
        ({"laws": ["valu"]}, "did you mean 'value'"),
        ({"seed": -1}, "at least 0"),
        ({"framework": "jacks"}, "expected one of"),
    ],
)
def test_wrong_options_are_refused(options, words):
    with pytest.raises(ConfigError, match=words):
        check(usual, CONFIG, **options)


def test_levels_do_more_and_none_leaves_the_ladder_out():
    seen = {}
    for level in ("quick", "standard"):
        positions = seen[level] = []

        def target(x, given, positions=positions):
            positions.extend(given.ravel().tolist())
            return usual(x, given)

        check(target, CONFIG, level=level, laws=["value"])
        assert set(LADDER) <= set(positions)
    assert len(seen["quick"]) < len(seen["standard"])


def test_identify_needs_the_width_alone():
    found = identify(usual, RotaryConfig(head_dim=16))
    assert (found.layout, found.sign, found.base) == ("half", 1, 500000.0)


def counting():
    """Depends on how often it was called."""
    calls = []

    def target(x, positions):
        calls.append(1)
        return usual(x, positions + len(calls))

    return target


def random(x, positions):
    return np.random.default_rng().standard_normal(x.shape).astype(x.dtype)


WEIRD = {
    "zeros": lambda x, p: np.zeros_like(x),
    "ones": lambda x, p: np.ones_like(x),
    "infinite": lambda x, p: x + x.dtype.type(np.inf),
    "NaN far out": lambda x, p: np.where(p[:, None, :, None] > 9, x * np.nan, usual(x, p)),
    "NaN in a channel": lambda x, p: np.where(np.arange(16) == 3, np.nan, usual(x, p)),
    "huge": lambda x, p: usual(x, p) * x.dtype.type(1e30),
    "tiny": lambda x, p: usual(x, p) * x.dtype.type(1e-30),
    "random": random,
    "counting": counting(),
    "dense": lambda x, p: (x @ np.ones((16, 16))).astype(x.dtype),
    "squares": lambda x, p: usual(x, p) ** 2,
    "negated": lambda x, p: -x,
    "reversed": lambda x, p: x[..., ::-1],
    "all pairs alike": lambda x, p: oracle.rotate(
        x.astype(float), p, CONFIG.replace(base=1.0001)
    ).astype(x.dtype),
    "raises at zero": lambda x, p: usual(x, p) if p.any() else 1 / 0,
    "raises on odd sizes": lambda x, p: x.reshape(-1, 2, 16).reshape(x.shape),
}


@pytest.mark.parametrize("target", WEIRD.values(), ids=WEIRD)
def test_whatever_a_target_does_a_report_is_written(target):
    report = check(target, CONFIG, level="quick")
    assert (report.verdict, report.exit_code) in {("nonconformant", 1), ("error", 2)}
    assert report.error or report.diagnosis
    assert report.as_dict()["verdict"] == report.verdict


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"shapes": [[1, 2, 3]]}, r"shapes: got \[1, 2, 3\], expected 4 numbers"),
        ({"shapes": [1, 2, 3, 3]}, "shapes: got 1, expected a list of whole numbers"),
        ({"shapes": ["1x2x3x1"]}, "shapes: got '1x2x3x1', expected a list"),
        ({"shapes": [(1, 2, 0, 1)]}, "shapes: got 0, expected a whole number of at least 1"),
        ({"shapes": [(1, 3, 4, 2)]}, "key heads that divide 3 heads"),
        ({"shapes": 5}, "shapes: got 5, expected a list"),
        ({"positions": 5}, "positions: got 5, expected a list"),
        ({"positions": [1.5]}, "positions: got 1.5"),
    ],
)
def test_what_is_no_shape_and_no_position_is_refused(given, words):
    with pytest.raises(ConfigError, match=words):
        check(usual, CONFIG, laws=["value"], level="quick", **given)


def test_shapes_may_be_lists():
    report = check(usual, CONFIG, laws=["value"], level="quick", shapes=[[2, 4, 3, 2]])
    assert report.verdict == "conformant"


def test_numpy_arrays_of_bfloat16_are_those_of_ml_dtypes():
    seen = set()

    def apply(x, positions):
        seen.add(x.dtype)
        return np.asarray(oracle.rotate(x.astype(np.float64), positions, CONFIG), x.dtype)

    report = check(apply, CONFIG, dtypes=["bfloat16"], level="quick", laws=["value", "memory"])
    assert report.verdict == "conformant"
    assert seen == {np.dtype(ml_dtypes.bfloat16)}

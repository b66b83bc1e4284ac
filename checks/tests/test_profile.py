"""The precision profile: phases against position and pair, and every position of a table."""

import io
import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from ropespec.checks import check
from ropespec.checks.budget import Budget
from ropespec.checks.profile import (
    ExhaustiveInterrupt,
    every_format,
    every_position,
    ladder,
    profile,
)
from ropespec.checks.profile.picture import check_picture, draw
from ropespec.checks.profile.text import show_exhaustive, show_profile
from ropespec.checks.target import load
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.formats import round_to
from ropespec.reference.oracle import rotate
from ropespec.reference.strategies import configs

HALF = RotaryConfig(head_dim=48, layout="half", base=500000.0)
LAST = RotaryConfig(
    head_dim=20, rotary_dim=12, rotary_end="last", sign=-1, attention_factor=1.25
)


def target(config, change=lambda p: p, dtypes=("float32",), after=lambda y: y, **claims):
    """An exact target but for what is done to its positions and its output."""
    return load(
        lambda x, p: after(rotate(x, change(p), config)).astype(x.dtype),
        dtypes=dtypes,
        **claims,
    )


def single(x, p, config=HALF):
    """The usual way: everything in float32."""
    half = config.head_dim // 2
    angle = p[:, np.newaxis, :, np.newaxis].astype(np.float32)
    angle = angle * config.inv_freq().astype(np.float32)
    cos, sin = np.cos(angle).astype(x.dtype), np.sin(angle).astype(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return np.concatenate((a * cos - b * sin, b * cos + a * sin), axis=-1)


@pytest.mark.parametrize("limit", [1, 2, 3, 100, 4096, 2**17, 2**24])
def test_a_ladder_ascends_to_its_limit(limit):
    row = ladder(limit)
    assert row[0] == 0
    assert row[-1] == limit
    assert list(row) == sorted(set(row))
    assert len(row) <= 4 * limit.bit_length() + 6


@settings(max_examples=25, deadline=None)
@given(config=configs(max_head_dim=24), data=st.data())
def test_the_truth_is_exact_in_every_format(config, data):
    dtype = data.draw(st.sampled_from(["float64", "float32", "float16"]))
    if config.axes:
        return
    found = profile(target(config, dtypes=(dtype,)), config, ladder(5000))
    each = found.formats[dtype]
    assert (each.grade, each.first_bad, each.stopped) == ("exact", None, None)
    assert (each.phase <= each.bound).all()
    assert found.holds


def test_several_axes_turn_by_equal_coordinates():
    config = RotaryConfig(head_dim=12, layout="half-blocks", axes=(2, 4), base=100.0)
    assert profile(target(config), config, ladder(300)).formats["float32"].grade == "exact"


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_the_usual_float32_is_standard_and_its_error_grows_with_the_position(dtype):
    found = profile(load(single, dtypes=[dtype]), HALF, ladder(2**17)).formats[dtype]
    assert found.grade == "standard"
    assert 22 <= found.phase_bits <= 25
    errors = {line.position: line.phase_error for line in found.lines}
    if dtype != "float16":
        assert errors[131072] > 1e-4 > 1e-6 > errors[2]


def test_a_known_error_of_the_phase_is_measured_in_radians():
    shift = 1e-3  # positions off by a thousandth turn pair i by that times its frequency
    wrong = target(HALF, lambda p: p.astype(float) + shift, dtypes=("float64",))
    found = profile(wrong, HALF, (0, 5, 300))
    measured = found.formats["float64"].phase
    assert np.allclose(measured, shift * HALF.inv_freq(), rtol=1e-6, atol=1e-15)
    assert found.formats["float64"].first_bad == 0


def test_amplitude_and_phase_are_told_apart():
    wrong = target(LAST, after=lambda y: 1.5 * y, dtypes=("float64",))
    found = profile(wrong, LAST, (0, 7, 1000)).formats["float64"]
    assert found.phase.max() < 1e-15
    assert found.grade == "nonconformant"
    assert [line.amplitude_error for line in found.lines] == pytest.approx([0.625] * 3)


def test_a_mirror_is_no_rotation():
    """Reversed signs of one channel leave lengths alone and no phase to speak of."""

    def mirrored(x, p):
        y = rotate(x, p, HALF)
        y[..., :24] *= -1
        return y.astype(x.dtype)

    found = profile(load(mirrored, dtypes=["float32"]), HALF, (0, 1, 77))
    assert found.formats["float32"].first_bad == 0
    assert not found.holds


@pytest.mark.parametrize(
    ("name", "first", "bits"), [("float16", 2049, 11), ("bfloat16", 257, 8)]
)
def test_the_first_position_that_breaks_and_the_bits_of_rounded_positions(name, first, bits):
    wrong = target(HALF, lambda p: round_to(p.astype(float), name))
    found = profile(wrong, HALF, ladder(60000)).formats["float32"]
    assert (found.grade, found.first_bad) == ("nonconformant", first)
    assert abs(found.phase_bits - bits) <= 1


def test_nan_is_beyond_every_bound():
    found = profile(target(HALF, after=lambda y: y * np.nan), HALF, (0, 1))
    assert found.formats["float32"].first_bad == 0
    assert found.formats["float32"].lines[0].phase_error == pytest.approx(np.pi)


def test_where_a_target_stops_is_said():
    def short(x, p):
        if p.max() >= 3000:
            raise IndexError("row 3000 of 3000")
        return single(x, p)

    found = profile(load(short, dtypes=["float32"]), HALF, ladder(2**14))
    each = found.formats["float32"]
    assert (each.stopped, each.positions[-1]) == (4095, 2897)
    assert "row 3000" in each.why
    assert not found.holds
    whole = every_position(load(short, dtypes=["float32"]), HALF, "float32", 5000)
    assert (whole.count, whole.stopped, whole.broken) == (3000, 3000, 0)
    assert not whole.holds


def test_a_target_that_never_answers_has_no_profile():
    def fails(_x, _p):
        raise ValueError("no")

    found = profile(load(fails, dtypes=["float32"]), HALF, ladder(100))
    assert not found.formats
    assert "no" in found.faults["float32"]
    assert not found.holds


def test_keys_count_as_well_as_queries():
    def only_queries(q, k, p):
        return single(q, p), single(k, p + (p == 64))

    found = profile(load(only_queries, signature="qk", dtypes=["float32"]), HALF, ladder(100))
    assert found.formats["float32"].first_bad == 64


@settings(max_examples=12, deadline=None)
@given(wrong=st.integers(0, 2999), pair=st.integers(0, 5))
def test_one_wrong_row_of_a_table_is_found_among_all_positions(wrong, pair):
    def table(x, p):
        y = rotate(x, p, LAST)
        channels = slice(8 + 2 * pair, 10 + 2 * pair)
        y[..., channels] = np.where(
            (p == wrong)[:, np.newaxis, :, np.newaxis],
            rotate(x, p + 0.01, LAST)[..., channels],
            y[..., channels],
        )
        return y.astype(x.dtype)

    found = every_position(load(table, dtypes=["float64"]), LAST, "float64", 3000)
    theta = LAST.inv_freq()[pair]
    assert found.count == 3000
    assert found.worst_at[pair] == wrong
    assert found.worst[pair] == pytest.approx(0.01 * theta, rel=1e-6)
    bound = Budget(LAST, "float64").angle(np.array([[wrong]]))[0, 0, pair]
    if 0.005 * theta > bound + 1e-6:
        assert (found.broken, found.first_bad, found.first_pair) == (1, wrong, pair)


def test_every_position_agrees_with_the_profile():
    tried = every_position(load(single, dtypes=["float32"]), HALF, "float32", 4097)
    few = profile(load(single, dtypes=["float32"]), HALF, ladder(4096)).formats["float32"]
    assert tried.holds
    assert (np.array(tried.worst) >= few.phase.max(axis=0) - 1e-15).all()


def test_progress_is_told_in_positions():
    steps = []
    wide = RotaryConfig(head_dim=512)
    apply = target(wide, dtypes=("float32",))
    every_position(apply, wide, "float32", 5000, lambda *step: steps.append(step[:2]))
    assert steps == [(0, 5000), (4096, 5000), (5000, 5000)]


def test_a_check_holds_a_profile_and_every_position_when_asked_for():
    def wrong(x, p):
        return single(x, np.where(p == 4321, 4322, p))

    laws = ["value", "identity-at-zero"]
    usual = check(wrong, HALF, dtypes=["float32"], laws=["identity-at-zero"], level="quick")
    assert usual.verdict == "conformant"
    assert usual.as_dict()["profile"]["formats"]["float32"]["grade"] == "standard"
    assert usual.as_dict()["exhaustive"] == []
    whole = check(wrong, HALF, dtypes=["float32"], laws=laws[1:], exhaustive=4400)
    assert (whole.verdict, whole.exit_code) == ("nonconformant", 1)
    assert whole.as_dict()["exhaustive"][0]["first_bad"] == 4321


def test_every_position_ends_where_the_target_claims_to_end():
    apply = target(HALF, dtypes=("float32",), max_position=999)
    report = check(
        apply.host.function, HALF, dtypes=["float32"], max_position=999, exhaustive=5000,
        laws=["identity-at-zero"], level="quick",
    )  # fmt: skip
    assert report.exhaustive[0].count == 1000
    assert report.verdict == "conformant"


@pytest.mark.parametrize("count", [0, -1, 1.5])
def test_a_wrong_number_of_positions_is_one_line(count):
    with pytest.raises(ConfigError, match="exhaustive"):
        check(single, HALF, exhaustive=count)


def shown(show, found):
    out = io.StringIO()
    show(found, Console(file=out, width=80, highlight=False))
    return out.getvalue()


def test_the_table_and_the_map_show_where_it_breaks():
    wrong = target(HALF, lambda p: round_to(p.astype(float), "float16"))
    written = shown(show_profile, profile(wrong, HALF, ladder(5000)))
    assert "breaks at position 2049" in written
    assert "float32: nonconformant" in written
    rows = [line for line in written.splitlines() if line.startswith("  pair")]
    assert len(rows) == 16
    assert all("█" in row for row in rows[:8])
    assert all(len(line) <= 80 for line in written.splitlines())


def test_the_worst_pairs_of_all_positions_are_shown():
    tried = every_position(load(single, dtypes=["float32"]), HALF, "float32", 700)
    written = shown(show_exhaustive, tried)
    assert "700 positions from 0 on, all within the bound" in written
    assert str(int(np.argmax(tried.worst))) in written


def test_a_picture_has_a_panel_for_each_format(tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / "errors.svg"
    check_picture(str(path))
    wrong = target(HALF, lambda p: round_to(p.astype(float), "float16"), ("float64", "float32"))
    draw(profile(wrong, HALF, ladder(5000)), str(path), "mine")
    text = path.read_text(encoding="utf-8")
    assert text.count('id="axes_') >= 4  # a panel and a colour bar for each
    draw(profile(wrong, HALF, ladder(50)), str(tmp_path / "errors.png"))
    assert (tmp_path / "errors.png").stat().st_size > 5000


@pytest.mark.parametrize(
    ("path", "said"), [("errors.txt", ".svg, .png, .pdf"), ("no/such/folder/a.svg", "folder")]
)
def test_a_picture_that_cannot_be_drawn_is_refused_before_the_run(path, said):
    with pytest.raises(ConfigError, match=said):
        check_picture(path)


def test_a_missing_matplotlib_is_named(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ConfigError, match="ropespec\\[pictures\\]"):
        check_picture(str(tmp_path / "a.svg"))


def test_matplotlib_is_loaded_for_a_picture_alone():
    code = "import sys, ropespec.checks.run; sys.exit('matplotlib' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - this Python
    assert ended.returncode == 0


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "my_rope.py"
    path.write_text(
        "import numpy as np\n"
        "def apply(x, p):\n"
        "    h = x.shape[-1] // 2\n"
        "    w = 10000.0 ** (-np.arange(h) / h)\n"
        "    a = p[:, None, :, None] * w\n"
        "    c, s = np.cos(a), np.sin(a)\n"
        "    a, b = x[..., :h], x[..., h:]\n"
        "    return np.concatenate((a * c - b * s, b * c + a * s), -1).astype(x.dtype)\n"
        "def wrong(x, p):\n"
        "    return apply(x, p.astype(np.float16))\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(("name", "code"), [("apply", 0), ("wrong", 1)])
def test_the_command_writes_numbers_and_exits_by_them(
    program, tmp_path, ropespec_command, name, code
):
    path = tmp_path / "profile.json"
    words = ["profile", f"{program}:{name}", "--layout", "half", "--head-dim", "24"]
    words += ["--dtype", "float32", "--to", "5000", "--exhaustive", "2100", "--json", str(path)]
    ended, out, _ = ropespec_command(*words)
    assert ended == code
    written = json.loads(path.read_text(encoding="utf-8"))
    found = written["profile"]["formats"]["float32"]
    assert (found["first_bad"] is None) == (code == 0)
    assert written["exhaustive"][0]["count"] == 2100
    assert "every position" in out


def cut_after(calls):
    """Interrupt a run by its progress."""
    left = iter(range(calls))

    def progress(done, total, what):  # noqa: ARG001 - it takes what a progress takes
        if what.startswith("float") and next(left, None) is None:
            raise KeyboardInterrupt

    return progress


def test_an_interruption_keeps_the_positions_that_were_tried():
    wide = RotaryConfig(head_dim=512, layout="half")
    apply = target(wide, dtypes=("float64", "float32"))
    with pytest.raises(ExhaustiveInterrupt) as end:
        every_format(apply, wide, 5000, cut_after(3))
    whole, part = end.value.found
    assert (whole.dtype, whole.count, whole.interrupted, whole.holds) == (
        *("float64", 5000, False, True),
    )
    assert (part.dtype, part.count, part.interrupted, part.holds) == (
        *("float32", 4096, True, False),
    )
    assert part.first_bad is None
    assert max(part.worst) > 0
    assert "then the run was interrupted" in shown(show_exhaustive, part)


def test_the_command_keeps_what_was_measured_before_an_interruption(
    program, tmp_path, ropespec_command, monkeypatch
):
    step = cut_after(0)
    monkeypatch.setattr("ropespec.checks.cli.progress.Bar.step", lambda _, *words: step(*words))
    path = tmp_path / "profile.json"
    words = ["profile", f"{program}:apply", "--layout", "half", "--head-dim", "24"]
    words += ["--dtype", "float32", "--to", "500", "--exhaustive", "2100", "--json", str(path)]
    code, out, err = ropespec_command(*words)
    assert code == 130
    written = json.loads(path.read_text(encoding="utf-8"))
    assert written["interrupted"]
    assert written["profile"]["formats"]["float32"]["first_bad"] is None
    assert written["exhaustive"][0]["count"] == 0
    assert "then the run was interrupted" in out
    assert "interrupted: what was measured is kept" in err

"""A target in a process of its own may do what it likes: the check says what it did."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from ropespec import check
from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.isolation import Asked, Limits, ProcessHost
from ropespec.checks.observation import Case
from ropespec.checks.opening import load
from ropespec.checks.target import Target
from ropespec.reference import ConfigError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

LIMITS = Limits(0.7, 1.0)
SOURCE = """
import ctypes, os, random, shutil, signal, sys, threading, time, warnings
import numpy as np

calls = 0

def apply(x, positions):
    return 2 * x

def counting(x, positions):
    global calls
    calls += 1
    return x + calls

def leaves(x, positions): os._exit(0)
def aborts(x, positions): os.abort()
def reads_anywhere(x, positions): ctypes.string_at(0)
def interrupts(x, positions): raise KeyboardInterrupt
def exits(x, positions): sys.exit(0)
def huge(x, positions): return np.ones(100 * 2**27)
def kills_itself(x, positions): os.kill(os.getpid(), 9)
def cuts_the_line(x, positions): os.closerange(3, 256); return x

def loops(x, positions):
    while True:
        pass

def prints(x, positions):
    print("much" * 2_500_000)
    return 2 * x

def writes(x, positions):
    os.write(1, b"to stdout"); os.write(2, b" and stderr")
    return 2 * x

def closes_stdout(x, positions):
    os.close(1)
    return 2 * x

def forks(x, positions):
    os.fork()
    return 2 * x

def leaves_a_child(x, positions):
    if os.fork() == 0:
        time.sleep(60)
    os._exit(3)

def starts_threads(x, positions):
    threading.Thread(target=time.sleep, args=(60,)).start()
    return 2 * x

def reads_stdin(x, positions):
    return 2 * x if sys.stdin.read() == "" else x

def changes_things(x, positions):
    random.random(); np.random.rand(); os.environ["LEFT"] = "1"; os.chdir("/")
    np.seterr(all="raise")
    warnings.simplefilter("error"); signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return 2 * x

def deletes_its_folder(x, positions):
    folder = os.path.abspath("gone")
    os.makedirs(folder, exist_ok=True); os.chdir(folder); os.rmdir(folder)
    return 2 * x

def right(x, positions):
    turned = x[..., ::2] + 1j * x[..., 1::2]
    turned = turned * np.exp(1j * positions[:, None, :, None] * np.array([1, 0.01]))
    return np.stack([turned.real, turned.imag], -1).reshape(x.shape).astype(x.dtype)

def far_aborts(x, positions):
    return os.abort() if positions.max(initial=0) > 4000 else right(x, positions)

def far_loops(x, positions):
    while positions.max(initial=0) > 4000:
        pass
    return right(x, positions)

class Stateful:
    def __init__(self): self.calls = 0
    def forward(self, x, positions):
        self.calls += 1
        return x + self.calls

def make(): return Stateful()

def acts(x, positions):
    return globals()[NAMES[positions[0, 0]]](x, positions)
"""
NAMES = re.findall(r"^def (\w+)", SOURCE, re.MULTILINE)


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """A file with targets that do what targets should not."""
    path = tmp_path_factory.mktemp("isolated") / "unruly.py"
    path.write_text(f"{SOURCE}\nNAMES = {NAMES}\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def actor(source):
    """A target that does what the positions say."""
    text = f"{source}:acts"
    target = Target(ProcessHost.load(Asked(text, text), LIMITS), text)
    yield target
    target.close()


@pytest.fixture
def hosted(source):
    """Load targets of the file, each in a process of its own; end them all."""
    opened = []

    def load_one(name, **asked):
        text = f"{source}:{name}"
        opened.append(Target(ProcessHost.load(Asked(text, text, **asked), LIMITS), text))
        return opened[-1]

    yield load_one
    for target in opened:
        target.close()


def case(name="apply"):
    x = np.arange(2 * 3 * 5 * 4, dtype=np.float64).reshape(2, 3, 5, 4)
    positions = np.full((2, 5), NAMES.index(name), np.int64)
    return Case("a case", x, None, positions, "float32")


@pytest.mark.parametrize(
    ("name", "kind", "words"),
    [
        ("leaves", "crashed", "it ended its process with exit code 0, expected it to return"),
        ("aborts", "crashed", "it crashed with SIGABRT: it aborted"),
        ("reads_anywhere", "crashed", "SIGSEGV: it read or wrote memory that is not its own"),
        ("interrupts", "raised", "it raised KeyboardInterrupt"),
        ("exits", "raised", "it raised SystemExit: 0"),
        ("huge", "out-of-memory", "it asked for more memory than there is: MemoryError"),
        ("kills_itself", "out-of-memory", "killed (SIGKILL), as happens when memory runs out"),
        ("cuts_the_line", "crashed", "it ended its process with exit code 1"),
        ("leaves_a_child", "crashed", "it ended its process with exit code 3"),
    ],
)
def test_what_a_target_does_is_a_fault_and_the_next_call_is_answered(actor, name, kind, words):
    target = actor.fresh()
    for _ in range(2):  # the second call has a new process
        fault = target.call(case(name)).fault
        assert isinstance(fault, TargetRaised)
        assert fault.kind == kind
        assert words in str(fault)
        assert "\n" not in str(fault)


def test_a_call_that_hangs_is_ended_and_after_three_none_is_made(hosted):
    target = hosted("loops")
    for _ in range(3):
        fault = target.fresh().call(case()).fault
        assert fault.kind == "timed-out"
        assert "did not return within 0.7 s; if it needs longer, raise --timeout" in str(fault)
    start = time.monotonic()
    fault = target.call(case()).fault
    assert "it was not called again: 3 calls before did not return" in str(fault)
    assert time.monotonic() - start < 0.3


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("prints", "muchmuch"),
        ("writes", "to stdout and stderr"),
        ("closes_stdout", ""),
        ("forks", ""),
        ("starts_threads", ""),
        ("reads_stdin", ""),
    ],
)
def test_noise_spoils_nothing_and_is_reported(actor, name, printed):
    target = Target(actor.host.fresh(), name)
    outcome = target.call(case(name))
    assert outcome.fault is None
    assert np.array_equal(outcome.q, 2 * case().q)
    assert outcome.printed.startswith(printed)
    assert bool(outcome.printed) == bool(printed)
    assert len(outcome.printed) < 2100
    said = target.notices.sentences()
    assert [("printed something in 1 call" in line) for line in said] == [True] * bool(printed)


def test_changed_global_state_is_named_and_put_back(actor):
    target = Target(actor.host.fresh(), "a target")
    for _ in range(2):
        outcome = target.call(case("changes_things"))
        assert set(outcome.altered) == {
            "the random state of random",
            "the random state of numpy.random",
            "numpy's error handling",
            "the current folder",
            "the environment",
            "what is done about warnings",
            "what is done about signals",
        }
    assert "it changed the environment in 2 calls" in "\n".join(target.notices.sentences())
    assert "the current folder" in actor.fresh().call(case("deletes_its_folder")).altered


def test_fresh_has_no_history_and_leaves_the_old_one_its_own(actor):
    target, given = actor.fresh(), case("counting")
    seen = [target.call(given).q[0, 0, 0, 0] for _ in range(2)]
    fresh = target.fresh()
    seen += [each.call(given).q[0, 0, 0, 0] for each in (fresh, target, target.fresh())]
    assert seen == [1, 2, 1, 3, 1]


@pytest.mark.parametrize(("name", "asked"), [("Stateful", {}), ("make", {"factory": True})])
def test_classes_and_factories_are_made_in_the_process(hosted, name, asked):
    target = hosted(name, **asked)
    seen = [target.call(case()).q[0, 0, 0, 0] for _ in range(2)]
    assert [*seen, target.fresh().call(case()).q[0, 0, 0, 0]] == [1, 2, 1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import os; os._exit(4)", "does not import: it ended its process with exit code 4"),
        ("import os; print('bye'); import sys; sys.stdout.flush(); os.abort()", "words: bye"),
        ("while True: pass", "took more than 2.1 s to import it; if it needs longer, raise"),
        ("raise KeyError('key')", "does not import: KeyError: 'key'; mend it"),
        ("apply = 3", "is a 'int' object and cannot be called"),
    ],
)
def test_what_does_not_import_is_one_line(tmp_path, text, words):
    path = tmp_path / "broken.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TargetError) as caught:
        ProcessHost.load(Asked(f"{path}:apply", f"{path}:apply"), LIMITS)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(sys.platform != "linux", reason="the test looks into /proc")
def test_closing_ends_every_process(hosted):
    target = hosted("apply")
    others = [target.fresh() for _ in range(2)]
    for each in (target, *others):
        each.call(case())
    pids = [each.host._worker.pid for each in (target, *others)]
    target.close()
    deadline = time.monotonic() + 5
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(alive(pid) for pid in pids)


THREADED = """
import threading
from pathlib import Path

asleep = threading.Event()
threading.Thread(target=asleep.wait, daemon=True).start()
for task in Path("/proc/self/task").iterdir():
    if int(task.name) != threading.main_thread().native_id:
        (task / "comm").write_text("{name}")

def twice(x, positions):
    return 2 * x
"""


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads have no names here")
@pytest.mark.parametrize(("name", "forked"), [("jemalloc_bg_thd", True), ("worker", False)])
def test_what_starts_threads_is_forked_only_where_they_are_ready_for_it(tmp_path, name, forked):
    path = tmp_path / "threaded.py"
    path.write_text(THREADED.format(name=name), encoding="utf-8")
    host = ProcessHost.load(Asked(f"{path}:twice", "twice"), Limits())
    try:
        assert host._nursery.described.forkable == forked
        assert np.array_equal(host.call(case()).q, 2 * case().q)
    finally:
        host.close()


def alive(pid):
    """Whether a process runs; one that has ended may still have to be buried."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
    except (ProcessLookupError, FileNotFoundError):
        return False
    return state.split()[0] not in "ZX"


def test_a_function_can_be_sent_to_a_process_of_its_own():
    start = 5

    def leaves(x, positions):
        if positions.any():
            os._exit(start)
        return 3 * x

    target = load(leaves, isolate=True)
    try:
        assert np.array_equal(target.call(case()).q, 3 * case().q)
        given = Case("away", case().q, None, np.ones((2, 5), np.int64), "float32")
        assert "exit code 5" in str(target.call(given).fault)
    finally:
        target.close()


@pytest.mark.parametrize(
    ("name", "verdict", "code"), [("leaves", "error", 2), ("counting", "nonconformant", 1)]
)
def test_a_check_of_an_unruly_target_ends_with_a_report(source, name, verdict, code):
    report = check(f"{source}:{name}", {"head_dim": 4}, level="quick", laws=["value"])
    assert (report.verdict, report.exit_code) == (verdict, code)


def test_a_target_that_crashes_again_and_again_is_not_called_for_every_law(source):
    report = check(f"{source}:far_aborts", {"head_dim": 4}, level="quick")
    failed = [result for result in report.executed if result.status == "fail"]
    assert (report.verdict, report.diagnosis[0].bug) == ("nonconformant", "crashes")
    assert sum(result.given_up for result in failed) == 3
    assert all("was not called again after" in r.reason for r in failed if r.given_up)
    assert report.counts["executed"] == sum(result.executed for result in report.executed)
    assert {r.reason for r in report.skipped} == {
        "the target crashed again and again in 3 laws before it; mend that first"
    }
    assert report.skipped


def test_fewer_laws_that_crash_stop_no_other(source):
    laws = ["identity-at-zero", "value", "norm", "pass-through"]
    report = check(f"{source}:far_aborts", {"head_dim": 4}, level="quick", laws=laws)
    assert report.law("identity-at-zero").status == "pass"
    assert [r.id for r in report.executed if r.given_up] == ["value", "norm"]


@pytest.mark.parametrize(("name", "bug"), [("far_aborts", "crashes"), ("far_loops", "hangs")])
def test_the_end_of_a_process_is_the_likely_cause(source, name, bug):
    given = {"level": "quick", "laws": ["value"], "timeout": 0.7}
    report = check(f"{source}:{name}", {"head_dim": 4}, **given)
    assert report.exit_code == 1
    assert report.diagnosis[0].bug == bug


@pytest.mark.parametrize(
    ("given", "words"),
    [({"timeout": 0}, "timeout: got 0"), ({"memory": float("nan")}, "positive number of GiB")],
)
def test_limits_are_positive(given, words):
    with pytest.raises(ConfigError, match=words):
        check(str, **given)


@pytest.mark.skipif(sys.platform != "linux", reason="the test looks into /proc")
def test_ctrl_c_ends_the_run_and_its_processes(source, tmp_path):
    command = [sys.executable, "-m", "ropespec", "check", f"{source}:loops", "--timeout", "50"]
    running = subprocess.Popen(  # noqa: S603 - this very Python
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 30
    while len(group_of(running.pid)) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.3)
    started = group_of(running.pid)
    assert started
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=30)
    assert running.returncode == 130
    time.sleep(0.3)
    assert not [pid for pid in started if alive(pid)]


def group_of(pid):
    """Processes that a process and its children have started."""
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except OSError:
        return []
    return [each for child in map(int, text.split()) for each in (child, *group_of(child))]


def test_a_target_that_cannot_be_called_is_one_line_to_the_end(tmp_path):
    """Nothing is said when the interpreter ends and takes the processes with it."""
    (tmp_path / "mine.py").write_text("def err(x, positions): raise ValueError('no')\n")
    command = [sys.executable, "-m", "ropespec", "check", "mine.py:err"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert "it raised ValueError: no" in done.stderr

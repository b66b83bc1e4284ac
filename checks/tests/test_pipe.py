"""Programs in any language: messages, the smoke step, and what programs do wrong."""

import base64
import json
import sys
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from ropespec import check
from ropespec.checks.errors import TargetError, TargetRaised
from ropespec.checks.isolation import Limits
from ropespec.checks.observation import Case
from ropespec.checks.opening import load
from ropespec.checks.pipe import PipeHost
from ropespec.checks.pipe.hello import read_hello
from ropespec.checks.pipe.messages import Message, ProtocolError, decoded
from ropespec.checks.target import Target
from ropespec.reference import ConfigError, RotaryConfig
from ropespec.reference.forms import apply_efficient

CONFIG = RotaryConfig(head_dim=6, layout="half")
SCHEMA = json.loads((Path(__file__).parents[1] / "pipe" / "schema.json").read_text())
LIMITS = Limits(1.0, 1.0)

PROGRAM = """
import json, sys
BUG = sys.argv[1] if len(sys.argv) > 1 else ""

def send(**content):
    print(json.dumps(content), flush=True)

for line in sys.stdin:
    request = json.loads(line)
    number, op, arrays = request["id"], request["op"], request.get("arrays", [])
    if op == "hello":
        hello = dict(id=number, ropespec=1, signature="qk", dtypes=["float32", "bfloat16"])
        {hello}
        send(**hello)
    elif op == "echo":
        {echo}
        send(id=number, arrays=arrays)
    elif op == "rotate":
        {rotate}
        send(id=number, arrays=arrays[:-1])
    else:
        {unknown}
        send(id=number, error="no such operation")
"""


@pytest.fixture
def program(tmp_path):
    """Write a program that leaves values as they are; statements are put into it."""

    def write(**statements):
        places = {"hello": "pass", "echo": "pass", "rotate": "pass", "unknown": "pass"}
        path = tmp_path / "a program.py"
        text = PROGRAM
        for place, statement in (places | statements).items():
            text = text.replace(f"{{{place}}}", statement)
        path.write_text(text, encoding="utf-8")
        return f"{sys.executable} '{path}'"

    return write


def case(dtype="float32", seq=5):
    rng = np.random.default_rng(0)
    q = rng.integers(-8, 8, (2, 3, seq, 6)).astype(np.float64)
    k = rng.integers(-8, 8, (2, 1, seq, 6)).astype(np.float64)
    return Case("a case", q, k, np.arange(2 * seq).reshape(2, seq), dtype)


def opened(command, **claims):
    return PipeHost.load(command, CONFIG, {"framework": "pipe", **claims}, LIMITS)


@pytest.mark.parametrize("encoding", ["base64", "raw"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16", "int64"])
def test_messages_come_back_bit_for_bit_however_they_are_cut(encoding, dtype):
    from ropespec.checks.pipe.messages import TYPES

    arrays = {
        "x": np.arange(-7, 5).reshape(2, 3, 2).astype(TYPES[dtype]),
        "empty": np.zeros((3, 0, 2), TYPES[dtype]),
    }
    text = Message({"id": 3, "op": "echo"}, arrays).encoded(encoding)
    for end in range(len(text)):
        assert decoded(text[:end], encoding) is None
    message, length = decoded(text + b"more", encoding)
    assert length == len(text)
    assert message.fields == {"id": 3, "op": "echo"}
    for name, array in arrays.items():
        assert message.arrays[name].dtype == array.dtype
        assert np.array_equal(message.arrays[name], array)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            "hello",
            "'hello', expected one JSON object on one line; print nothing else on stdout",
        ),
        ("[1]", "expected one JSON object"),
        ('{"arrays":3}', "arrays 3, expected a list of objects"),
        ('{"arrays":[{"dtype":"float32"}]}', 'expected a text such as "x"'),
        ('{"arrays":[{"name":"x","dtype":"float8"}]}', "expected one of float64, float32"),
        ('{"arrays":[{"name":"x","dtype":"float32","shape":[-1]}]}', "a list of sizes"),
        ('{"arrays":[{"name":"x","dtype":"float32","shape":[1]}]}', "expected base64"),
        (
            '{"arrays":[{"name":"x","dtype":"float32","shape":[2],"data":"AAAA"}]}',
            "3 bytes for x (float32, shape (2,)), expected 8",
        ),
        ('{"arrays":[{"name":"x","dtype":"float32","shape":[1],"data":"?"}]}', "no base64"),
    ],
)
def test_what_is_no_message_is_said_in_one_line(line, words):
    with pytest.raises(ProtocolError) as caught:
        decoded(line.encode() + b"\n", "base64")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_wrong_count_of_raw_bytes_is_named():
    line = b'{"arrays":[{"name":"x","dtype":"float32","shape":[2],"bytes":7}]}\n'
    with pytest.raises(ProtocolError, match='expected "bytes":8 for x'):
        decoded(line, "raw")


def test_a_program_is_a_target_and_what_it_says_of_itself_is_claimed(program):
    hello = 'hello |= {"max_position": 77, "inv_freq": [1.0, 0.5], "attention_factor": 2}'
    target = Target(opened(program(hello=hello)), "a program")
    try:
        assert target.claims.signature == "qk"
        assert target.dtypes == ("float32", "bfloat16")
        assert target.max_position == 77
        assert target.memories == ("contiguous",)
        assert "carries no gradients" in target.no_gradient
        assert target.exposed().inv_freq.tolist() == [1.0, 0.5]
        assert target.exposed().attention_factor == 2.0
        for dtype in target.dtypes:
            for seq in (5, 0):
                given = case(dtype, seq)
                outcome = target.call(given)
                assert outcome.fault is None
                assert np.array_equal(outcome.q, given.q)
                assert np.array_equal(outcome.k, given.k)
    finally:
        target.close()


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            {"hello": "print('ready')"},
            "was sent a hello, and it answered 'ready', expected one",
        ),
        ({"hello": "hello['ropespec'] = 2"}, 'answered "ropespec":2, expected "ropespec":1'),
        ({"hello": "hello['id'] = 9"}, 'answered "id":9, expected "id":1, that of the request'),
        ({"hello": "hello['encoding'] = 'hex'"}, 'expected "base64" or "raw"'),
        ({"hello": "hello = dict(id=1, error='no')"}, "answered with the error 'no'"),
        ({"hello": "sys.exit(3)"}, "a hello, and it ended its process with exit code 3"),
        ({"hello": "while True: pass"}, "a hello, and it did not return within 3 s"),
        ({"echo": "arrays[0]['dtype'] = 'int64'"}, "an echo of float32 in shape (1, 1, 1, 2)"),
        (
            {"echo": "arrays[0]['shape'].reverse()"},
            "in shape (1, 1, 1, 2), and it answered with float32 in shape (2, 1, 1, 1)",
        ),
        ({"echo": "arrays[0]['data'] = 'AAAAAAAAAAA='"}, "expected -0.5; mind byte order"),
        ({"echo": "arrays = []"}, "without the array x"),
        ({"unknown": "sys.exit(1)"}, 'was sent "op":"no-such-operation", and it ended its'),
        (
            {"unknown": "send(id=number); continue"},
            'as if it knew that, expected {"id":...,"er',
        ),
    ],
)
def test_the_adapter_is_tested_before_the_maths(program, statements, words):
    with pytest.raises(TargetError) as caught:
        opened(program(**statements))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("statement", "kind", "words"),
    [
        ("send(id=number, error='too far'); continue", "raised", "with the error 'too far'"),
        ("arrays = arrays[1:]", "protocol", "it answered with k, expected the arrays q, k"),
        ("arrays[0]['shape'] = [2, 3, 6, 5]", "wrong-shape", "q' in shape (2, 3, 6, 5)"),
        ("print('now at', number)", "protocol", "expected one JSON object on one line"),
        ("send(id=number, arrays=arrays[:2])", "protocol", "expected nothing more"),
        ("import os; os.abort()", "crashed", "it crashed with SIGABRT"),
        ("x = bytearray(100 * 2**30)", "crashed", "exit code 1"),
        ("while True: pass", "timed-out", "did not return within 1 s"),
        ("import os; os.close(1)", "crashed", "exit code"),
    ],
)
def test_a_program_that_fails_is_started_again(program, statement, kind, words):
    host = opened(
        program(rotate=f"if number % 2 == 0: pass\n        else:\n            {statement}")
    )
    first = case()
    try:
        faults = [host.call(first).fault for _ in range(2)]
    finally:
        host.close()
    fault = next(each for each in faults if each is not None)
    assert fault.kind == kind
    assert words in str(fault)
    assert None in faults


def test_what_it_writes_on_stderr_is_what_it_printed(program):
    host = opened(program(rotate="sys.stderr.write('turning' * 10**6)"))
    try:
        outcome = host.call(case())
    finally:
        host.close()
    assert outcome.fault is None
    assert outcome.printed.startswith("turning")
    assert len(outcome.printed) < 2100


def test_a_changed_dtype_is_lost(program):
    zeros = base64.b64encode(bytes(8 * case().q.size)).decode()
    host = opened(program(rotate=f"arrays[0] |= dict(dtype='float64', data={zeros!r})"))
    try:
        outcome = host.call(case())
    finally:
        host.close()
    assert outcome.lost == ("q came in as float32 and went out as float64",)
    assert not outcome.q.any()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"signature": "qkv"}, '"signature":"qkv", expected "x" or "qk"'),
        ({"dtypes": "float32"}, '"dtypes":"float32", expected a list of float64, float32'),
        ({"dtypes": []}, '"dtypes":[], expected a list of'),
        ({"max_position": True}, '"max_position":true, expected a whole number from 0'),
        ({"inv_freq": [1, "a"]}, '"inv_freq":[1, "a"], expected a list of numbers'),
        ({"attention_factor": "1"}, '"attention_factor":"1", expected a number'),
        ({"max_positions": 7}, 'expected no such key; did you mean "max_position"?'),
        ({"ropespec": 2}, '"ropespec":2, expected "ropespec":1'),
    ],
)
def test_what_a_program_cannot_mean_of_itself_is_refused(said, words):
    with pytest.raises(TargetRaised) as caught:
        read_hello({"id": 1, "ropespec": 1, **said})
    assert f"it answered {words}" in str(caught.value) or words in str(caught.value)


def test_null_says_nothing_and_other_words_are_free():
    said = {"id": 1, "ropespec": 1, "inv_freq": None, "written_by": "somebody"}
    assert read_hello(said) == {"id": 1, "ropespec": 1, "written_by": "somebody"}


def test_fresh_is_another_process(program):
    host = opened(program())
    other = host.fresh()
    try:
        assert other._piped._program._process.pid != host._piped._program._process.pid
        assert other.call(case()).fault is None
    finally:
        other.close()
        host.close()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("./no-such-program", "'./no-such-program' cannot be run: No such file or directory"),
        ("", "expected a command; for example"),
        ("'open", "No closing quotation; close the quotes"),
    ],
)
def test_a_command_that_cannot_be_run_is_one_line(command, words):
    with pytest.raises(TargetError) as caught:
        load(f"exec:{command}")
    assert words in str(caught.value)


def test_a_program_takes_no_framework():
    with pytest.raises(ConfigError, match="none for a program; leave it out"):
        check("exec:./rope", framework="torch")


def test_every_message_of_an_exchange_keeps_to_the_schema(program, tmp_path):
    log = tmp_path / "log"
    tee = f"open({str(log)!r}, 'a').write(line)"
    statements = dict.fromkeys(("hello", "echo", "rotate", "unknown"), tee)
    host = opened(program(**statements))
    try:
        assert host.call(case()).fault is None
    finally:
        host.close()
    lines = log.read_text(encoding="utf-8").splitlines()
    request = {**SCHEMA, "anyOf": [{"$ref": "#/$defs/request"}]}
    for line in lines:
        jsonschema.validate(json.loads(line), request)
    assert {json.loads(line)["op"] for line in lines} >= {"hello", "echo", "rotate"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"id": 1, "op": "turn"}, request)


def test_the_exchange_that_the_page_shows_keeps_to_the_schema():
    page = Path(__file__).parents[2] / "docs" / "en" / "check" / "pipe.md"
    block = page.read_text(encoding="utf-8").split("```json\n")[1].split("\n```")[0]
    messages = [json.loads(line) for line in block.splitlines()]
    for message in messages:
        jsonschema.validate(message, SCHEMA)
    assert [one["id"] for one in messages] == [1, 1, 2, 2, 3, 3, 4, 4]
    config = RotaryConfig.from_dict(messages[0]["config"])
    (asked, _), (answered, _) = (
        decoded(line.encode() + b"\n", "base64") for line in block.splitlines()[-2:]
    )
    positions = asked.arrays["positions"]
    truth = apply_efficient(asked.arrays["x"].astype(float), positions, config)
    assert np.array_equal(answered.arrays["x"], truth.astype(np.float32))


def test_the_command_line_takes_a_command_instead_of_a_target(ropespec_command, program):
    command = program()
    code, out, _ = ropespec_command(
        *("check", "--exec", command, "--head-dim", "6", "--level", "quick", "--law", "value")
    )
    assert code == 1
    assert "nonconformant" in out
    code, _, err = ropespec_command("check", "mine.py:apply", "--exec", command)
    assert (code, "expected a TARGET or --exec COMMAND" in err) == (2, True)


def test_exact_reference_through_the_pipe_agrees(program):
    """The way there and back loses nothing: a program that turns nothing differs by R - 1."""
    given = case()
    target = Target(opened(program()), "identity")
    try:
        outcome = target.call(given)
    finally:
        target.close()
    truth = apply_efficient(given.q, given.positions, CONFIG)
    assert np.array_equal(truth[0, :, 0], outcome.q[0, :, 0])  # position 0
    assert not np.allclose(truth[0, :, 1:], outcome.q[0, :, 1:])

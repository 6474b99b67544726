"""Whatever comes in, decoding gives a frame or a DecodeError that says why not."""

from __future__ import annotations

import json
import re

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties.messages import Direction, decode
from voxmodels.v1 import strategies
from voxwire import DecodeError

TOKENS = (
    *('{"type":"message_create","d":{', '"msg_id":', '"type":"hello"', '"seq":1', '"d":{}'),
    *("{", "}", "[", "]", ",", ":", '"', "\\", "\\ud800", "\\u0000", "\ud800", "\ufeff", " ", "\n"),
    *("null", "true", "NaN", "-Infinity", "-", "0", "1e999", "18446744073709551616", "9" * 5000),
    *("[" * 200, '{"a":' * 200, "é", "\U0001d11e", "\x00"),
)

FRAMES = st.one_of(
    strategies.server_wire(), strategies.client_wire(), strategies.unknown_wire()
).map(msgspec.json.encode)


def _spliced(parts: tuple[bytes, bytes, int, int]) -> bytes:
    """The first bytes with some of them replaced by the second ones."""
    frame, inserted, start, length = parts
    start %= len(frame) + 1
    return frame[:start] + inserted + frame[start + length :]


DAMAGED = st.tuples(FRAMES, st.binary(max_size=3), st.integers(0, 10_000), st.integers(0, 3)).map(
    _spliced
)


def decides(direction: Direction, data: bytes | str) -> None:
    """Decode; it must give a frame of strict JSON or a DecodeError with a reason."""
    try:
        decode(direction, data)
    except DecodeError as error:
        refusal = error
    else:
        assert is_strict_json(data)
        return
    rules = [problem.rule for problem in refusal.problems if problem.severity == "error"]
    assert rules
    assert str(refusal).startswith(f"{rules[0]}: ")
    assert 4000 <= refusal.close_code < 4100 or refusal.close_code == 1009
    for problem in refusal.problems:
        assert re.fullmatch("(/([^~/]|~[01])*)*", problem.pointer, re.DOTALL)


def is_strict_json(data: bytes | str) -> bool:
    """Whether the standard library takes it too, finite numbers and whole characters only."""
    try:
        text = data if isinstance(data, str) else data.decode("utf-8")
        value = json.loads(text, parse_constant=_refuse)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(constant: str) -> None:
    raise ValueError(constant)


both_directions = pytest.mark.parametrize("direction", ["client", "server"])


@both_directions
@given(data=st.binary(max_size=200))
@example(data=b"")
@example(data=b"\xef\xbb\xbf{}")
@example(data='{"type":"hello"}'.encode("utf-16"))
def test_any_bytes(direction: Direction, data: bytes) -> None:
    decides(direction, data)


@both_directions
@given(text=st.text(st.characters(), max_size=200))
@example(text="\ud800")
def test_any_text(direction: Direction, text: str) -> None:
    decides(direction, text)


@both_directions
@given(tokens=st.lists(st.sampled_from(TOKENS), max_size=12))
def test_anything_that_looks_like_json(direction: Direction, tokens: list[str]) -> None:
    text = "".join(tokens)
    decides(direction, text)
    decides(direction, text.encode("utf-8", "surrogatepass"))


@both_directions
@given(
    value=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters()), inner),
    )
)
def test_any_json_value(direction: Direction, value: object) -> None:
    decides(direction, json.dumps(value))


@both_directions
@given(
    kind=st.sampled_from([*strategies.server.MESSAGES, *strategies.client.MESSAGES]),
    payload=st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    ),
    seq=st.none() | st.integers() | st.text(),
)
def test_any_payload(direction: Direction, kind: str, payload: object, seq: object) -> None:
    decides(direction, json.dumps({"type": kind, "d": payload, "seq": seq}))


@both_directions
@given(data=DAMAGED)
def test_damaged_frames(direction: Direction, data: bytes) -> None:
    decides(direction, data)

"""Heartbeats that the other side passes over, as the state's rule or a rate says: nobody is blamed for the
answer that does not come."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.voxspec import tide
from tests.voxspec.mini import Data, generated, module_of
from tests.voxwire.operations import START, check
from voxwire.protocol import AnyProtocol

SAID = {
    "ping": {"op": "ping"},
    "pong": {"op": "ping", "data": {}},
    "nonce": {"op": "ping", "data": {"nonce": 7}},
    "moor": {
        "op": "moor",
        "data": {"call_sign": "ABBA", "phrase": "open", "by": "red", "berth": 1},
    },
    "moored": {"op": "moored", "data": {"berth": 1}},
    "bye": {"op": "bye"},
}
ASIDE = {"CLOSE_MEANING", "CAPTURE_NO_HEADER", "NOT_IDENTIFIED"}


def _files(folder: Path) -> Data:
    paths = folder.rglob("*.yaml")
    return {p.relative_to(folder).as_posix(): yaml.safe_load(p.read_text()) for p in paths}


@pytest.fixture(scope="module")
def link(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyProtocol]:
    with generated(_files(tide.SCHEMA), tmp_path_factory.mktemp("tide")) as mini:
        yield module_of(mini, "protocol").PROTOCOL


def _found(told: str, protocol: AnyProtocol) -> list[tuple[str, int | None]]:
    time, lines = START, []
    for word in told.split():
        if word[0] == "+":
            time += float(word[1:])
            continue
        if word == "head":
            lines.append({"url": "wss://host/", "ts": time})
        else:
            way, text = "s2c" if word[0] == "<" else "c2s", json.dumps(SAID[word[1:]])
            lines.append({"dir": way, "opcode": "text", "text": text, "ts": time})
        time += 0.01
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    return [(f.rule, f.frame) for f in check(data, protocol) if f.rule not in ASIDE]


TOLD: dict[str, tuple[str, list[tuple[str, int | None]]]] = {
    "before the login": ("head >ping >moor <moored +110 >ping <pong +110 >ping <pong", []),
    "a busy beginning": ("head >ping >ping >ping >moor <moored +110 >ping <pong", []),
    "the harbour left before it came": (
        "head >moor <moored +10 >ping <bye +70 >ping",
        [],
    ),
    "the beginning is missing": (">ping >moor <moored +110 >ping <pong", []),
    "beyond the rate": (
        "head >moor <moored >nonce <pong >nonce <pong >nonce <pong >nonce <pong >nonce"
        " +110 >ping <pong",
        [("RATE_IGNORED", 11)],
    ),
    "in its place": (
        "head >moor <moored >ping +110 >ping <pong",
        [("HEARTBEAT_ACK_MISSING", 3)],
    ),
    "while the answer was on its way": ("head >moor >ping <moored +110 >ping <pong", []),
}


@pytest.mark.parametrize(("told", "expected"), TOLD.values(), ids=TOLD)
def test_whether_an_answer_is_missing(
    link: AnyProtocol, told: str, expected: list[tuple[str, int | None]]
) -> None:
    found = _found(told, link)
    assert [each for each in found if each[0] != "OUT_OF_PLACE"] == expected

"""Rates that count messages apart: for what all their fields say together, as servers count them."""

import json
from collections.abc import Iterator

import pytest

from tests.voxspec.mini import UINT, field, generated, module_of
from tests.voxwire.operations import START, check, message, number, schema
from voxwire.protocol import AnyProtocol


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyProtocol]:
    files = schema()
    files["client/main.yaml"]["messages"]["knock"] = message(
        {"payload": {"door": 1}}, properties={"door": field(UINT), "hand": field(UINT)}
    )
    files["session.yaml"]["rates"] = {
        "knocks": {
            "counts": "client/knock",
            "by": ["door", "hand"],
            "count": number(2, "knocks"),
            "window": number(5, "s"),
            "then": {"close": 4430},
            "enforced": True,
        }
    }
    with generated(files, tmp_path_factory.mktemp("knocks")) as mini:
        yield module_of(mini, "protocol").PROTOCOL


def knocked(protocol: AnyProtocol, *payloads: dict[str, int]) -> list[str]:
    """What is found when a client knocks like this, and the server closes because it was too much."""
    told = [("c2s", "connection_init", None), ("s2c", "connection_ack", None)]
    lines: list[dict[str, object]] = [{"url": "wss://host", "ts": START}]
    for way, type_, payload in [*told, *(("c2s", "knock", payload) for payload in payloads)]:
        frame = {"type": type_} | ({} if payload is None else {"payload": payload})
        at = START + len(lines) / 100
        lines.append({"ts": at, "dir": way, "opcode": "text", "text": json.dumps(frame)})
    lines.append({"close": {"code": 4430, "reason": ""}, "ts": START + 1})
    found = check("".join(f"{json.dumps(line)}\n" for line in lines).encode(), protocol)
    return [f"{f.rule} {f.message}" for f in found if f.rule.startswith(("RATE_", "CLOSE_CODE_"))]


@pytest.mark.parametrize(
    ("payload", "where"),
    [
        ({"door": 1, "hand": 2}, " in door 1 and hand 2"),
        ({"door": 1}, " in door 1"),
        ({}, ""),
    ],
)
def test_too_many_of_one_kind(protocol: AnyProtocol, payload: dict[str, int], where: str) -> None:
    """Also of those that say nothing of it: a server closes for them as well."""
    assert knocked(protocol, payload, payload, payload) == [
        f"RATE_EXCEEDED the client sent more than 2 messages knock{where} in 5 s"
    ]


def test_of_different_kinds(protocol: AnyProtocol) -> None:
    """That they have one field in common makes them not one kind."""
    kinds = [{"door": 1, "hand": 1}, {"door": 1, "hand": 2}, {"door": 1}, {"hand": 2}, {}]
    (found,) = knocked(protocol, *kinds, *kinds)
    assert found.startswith("CLOSE_CODE_UNEXPECTED")

"""Flow files of mitmproxy: every version, what a flow says of its connection, and what is damaged."""

from __future__ import annotations

from typing import Any

import pytest

from tests.voxwire.browser_files import FORMATS, events_of, found_in, in_short, problems
from tests.voxwire.native import START
from voxwire import CaptureError
from voxwire.capture import Closed, Frame, Lacks, Opened, Place
from voxwire.capture.formats.format import Likelihood
from voxwire.capture.formats.mitmproxy import MITMPROXY

URL = "ws://host/gateway?v=1&encoding=json"
REAL = (FORMATS / "mitmproxy" / "11.0.2.flows").read_bytes()


def dumped(value: object) -> bytes:
    """A typed netstring."""
    match value:
        case None:
            content, tag = b"", b"~"
        case bool():
            content, tag = str(value).lower().encode(), b"!"
        case int():
            content, tag = b"%d" % value, b"#"
        case float():
            content, tag = repr(value).encode(), b"^"
        case str():
            content, tag = value.encode(), b";"
        case bytes():
            content, tag = value, b","
        case list() | tuple():
            content, tag = b"".join(map(dumped, value)), b"]"
        case dict():
            pairs = (dumped(key) + dumped(item) for key, item in value.items())
            content, tag = b"".join(pairs), b"}"
        case _:
            raise TypeError(value)
    return b"%d:%b%b" % (len(content), content, tag)


def message(data: object = b"{}", *, client: object = False, **keys: Any) -> list[object]:
    """A message as mitmproxy 8 and newer write it."""
    made = {"opcode": 1, "client": client, "data": data, "time": START + 2} | keys
    basic = [made[key] for key in ("opcode", "client", "data", "time")]
    return [*basic, keys.get("dropped", False), keys.get("injected", False)]


def flow(*messages: object, version: object = 21, **keys: Any) -> dict[str, Any]:
    websocket = {
        "messages": list(messages),
        "closed_by_client": True,
        "close_code": 1000,
        "close_reason": "bye",
        "timestamp_end": START + 3,
    }
    request = {
        "host": "host",
        "port": 80,
        "scheme": b"http",
        "path": b"/gateway?v=1&encoding=json",
        "headers": [[b"Host", b"host"]],
        "timestamp_start": START,
    }
    response = {"status_code": 101, "headers": [[b"Upgrade", b"WebSocket"]]}
    return {
        "type": "http",
        "version": version,
        "request": request | keys.pop("request", {}),
        "response": response | keys.pop("response", {}),
        "websocket": websocket | keys.pop("websocket", {}),
    } | keys


def without_websocket(**keys: Any) -> dict[str, Any]:
    return flow(response={"status_code": 200, "headers": []}) | {"websocket": None} | keys


PAGE = without_websocket()


def flows(*made: dict[str, Any]) -> bytes:
    return b"".join(map(dumped, made))


def connections(data: bytes) -> list[Any]:
    return [event.connection for event in events_of(data) if isinstance(event, Opened)]


def frames(data: bytes) -> list[Frame]:
    return [event for event in events_of(data) if isinstance(event, Frame)]


def refusal(data: bytes) -> str:
    with pytest.raises(CaptureError) as caught:
        events_of(data)
    return str(caught.value)


def test_directions_kinds_places_and_times() -> None:
    made = flow(message(b"a", client=True), message(b"\0\xff", opcode=2), message(b""))
    data = flows(PAGE, made)
    assert MITMPROXY.probe(data[:100]) is Likelihood.SURE
    assert in_short(events_of(data)) == [
        ("opened", 1, URL, True),
        (1, 1, "c2s", "a"),
        (1, 2, "s2c", b"\0\xff"),
        (1, 3, "s2c", ""),
        ("closed", 1, 1000, "bye"),
    ]
    assert [frame.place for frame in frames(data)] == [Place("flow", 2, n) for n in (1, 2, 3)]
    assert [frame.ts for frame in frames(data)] == [START + 2] * 3
    assert [c.started for c in connections(data)] == [START]
    assert [e.ts for e in events_of(data) if isinstance(e, Closed)] == [START + 3]


@pytest.mark.parametrize("version", [12, 13, 14, 15, 17, 18, 21, 99])
@pytest.mark.parametrize("turned", [False, True])
def test_versions_and_the_order_of_keys(version: int, turned: bool) -> None:
    columns = 5 if version < 15 else 6
    made = flow(
        message(b"a")[:columns], message("b")[:columns], version=version, extra={"x": [1.5]}
    )
    if turned:
        made = {
            key: dict(reversed(value.items())) if isinstance(value, dict) else value
            for key, value in reversed(made.items())
        }
    data = flows(made)
    assert MITMPROXY.probe(data[:100]) is Likelihood.SURE
    assert [frame.data for frame in frames(data)] == ["a", "b"]
    assert problems(data) == []


@pytest.mark.parametrize(
    ("request_", "url"),
    [
        ({}, URL),
        ({"scheme": b"https", "port": 443}, "wss://host/gateway?v=1&encoding=json"),
        ({"scheme": b"https", "port": 80}, "wss://host:80/gateway?v=1&encoding=json"),
        ({"scheme": "http", "port": 8765}, "ws://host:8765/gateway?v=1&encoding=json"),
        ({"host": "::1"}, "ws://[::1]/gateway?v=1&encoding=json"),
        ({"path": b"gateway"}, "ws://host/gateway"),
        ({"port": None}, URL),
        ({"host": None}, None),
        ({"path": None}, None),
    ],
)
def test_addresses(request_: dict[str, Any], url: str | None) -> None:
    (connection,) = connections(flows(flow(message(), request=request_)))
    assert connection.url == url
    assert (Lacks.ADDRESS in connection.lacks) is (url is None)


def test_flows_are_in_the_order_in_which_they_began() -> None:
    later = flow(message(b"later"), request={"timestamp_start": START + 1})
    first = flow(message(b"first"), request={"timestamp_start": START})
    data = flows(later, PAGE, first)
    assert [frame.data for frame in frames(data)] == ["first", "later"]
    assert [frame.place for frame in frames(data)] == [Place("flow", 3, 1), Place("flow", 1, 1)]


def test_the_subprotocol() -> None:
    headers = [[b"upgrade", b"websocket"], [b"Sec-WebSocket-Protocol", b"chat"]]
    data = flows(flow(message(), response={"headers": headers}))
    assert [c.subprotocol for c in connections(data)] == ["chat"]


@pytest.mark.parametrize(
    ("code", "closes", "lacks"),
    [
        (1000, [1000], Lacks.CONTROL),
        (4002, [4002], Lacks.CONTROL),
        (1005, [1005], Lacks.CONTROL),
        (1006, [], Lacks.CONTROL),
        (1015, [], Lacks.CONTROL),
        (None, [], Lacks.CONTROL | Lacks.CLOSE),
    ],
)
def test_how_connections_end(code: int | None, closes: list[int], lacks: Lacks) -> None:
    data = flows(flow(message(), websocket={"close_code": code, "close_reason": None}))
    assert [e.code for e in events_of(data) if isinstance(e, Closed)] == closes
    assert [c.lacks for c in connections(data)] == [lacks]


def test_what_the_proxy_did_is_nobodys_mistake() -> None:
    leave = b'{"type":"member_leave","d":{"user_id":7},"seq":%d}'
    data = flows(
        flow(
            message(leave % 2),
            message(leave % 3, dropped=True),
            message(leave % 4),
            message(leave % 9, injected=True),
            message(b'{"type":"nonsense"}', client=True, injected=True),
            message(leave % 5),
        )
    )
    assert [frame.data for frame in frames(data)] == [(leave % n).decode() for n in (2, 4, 5)]
    assert problems(data) == [
        "flow 1, message 2 was dropped by the proxy: the client never got it",
        "flow 1, message 4 was put in by the proxy: the server never sent it",
        "flow 1, message 5 was put in by the proxy: the client never sent it",
    ]
    assert "SEQ_GAP" not in {rule for rule, *_ in found_in(events_of(data))}


@pytest.mark.parametrize("started", [None, 0.0, 12.5, 1e300])
def test_a_start_that_is_none(started: float | None) -> None:
    data = flows(flow(message(), request={"timestamp_start": started}))
    (connection,) = connections(data)
    assert (connection.times, connection.started) == ("missing", 0.0)


# --- What is not there ------------------------------------------------------------------------

UPGRADED = flow() | {"websocket": None}


def test_not_recorded_is_not_no_messages() -> None:
    data = flows(UPGRADED, flow(), flow(message()))
    assert problems(data) == ["flow 1: its messages were not recorded"]
    both = Lacks.CLIENT | Lacks.SERVER
    assert [c.lacks & both for c in connections(data)] == [both, Lacks.NOTHING, Lacks.NOTHING]
    assert refusal(flows(PAGE, UPGRADED)) == (
        "it was made without the messages of its WebSockets: leave mitmproxy's option websocket on"
    )


def test_no_websocket() -> None:
    tcp = {"type": "tcp", "version": 21, "messages": [[True, b"x", START]]}
    assert refusal(flows(PAGE, tcp)) == "it holds no WebSocket connection"


OLD = {"type": "websocket", "version": 11, "messages": [[1, True, "x", START, False]]}
TOO_OLD = (
    "it was written by mitmproxy 6 or older, which keeps messages elsewhere; a newer one converts it: "
    "mitmdump -n -r OLD -w NEW"
)


@pytest.mark.parametrize(
    "old", [OLD, without_websocket(version=11), without_websocket(version=[0, 18])]
)
def test_flows_that_are_too_old(old: dict[str, Any]) -> None:
    assert refusal(flows(old, old)) == TOO_OLD
    data = flows(old, flow(message(b"a")))
    assert problems(data) == [f"flow 1: {TOO_OLD}"]
    assert [(f.data, f.connection.number) for f in frames(data)] == [("a", 1)]


# --- Damage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (message(b"\xff"), "it is a text, but not UTF-8"),
        (message(b"x", opcode=0), "its opcode is 0"),
        (message(b"x", opcode=8), "its opcode is 8"),
        (message(b"x", opcode="1"), "it is no message"),
        (message(b"x", time=None), "it is no message"),
        (message(b"x", client=None), "it is no message"),
        (message(None), "it is no message"),
        ([], "it is no message"),
        ("text", "it is no message"),
        ({"a": 1}, "it is no message"),
    ],
)
def test_a_message_that_is_wrong_does_not_take_the_others_with_it(wrong: Any, why: str) -> None:
    data = flows(flow(message(b"a"), wrong, message(b"b")))
    assert problems(data) == [f"flow 1, message 2 cannot be read: {why}"]
    assert [frame.data for frame in frames(data)] == ["a", "b"]


def test_a_time_that_is_none() -> None:
    data = flows(flow(message(b"a", time=5.0), message(b"b")))
    assert [frame.ts for frame in frames(data)] == [START, START + 2]
    assert [c.times for c in connections(data)] == ["missing"]


def test_flows_before_a_cut_are_read() -> None:
    whole = in_short(events_of(REAL))
    for cut in range(0, len(REAL), 499):
        if cut == 0:
            continue
        found = in_short(events_of(REAL[:cut]))
        assert found[-1][0] == "CAPTURE_PART_INVALID"
        assert f"the file ends at byte {cut}" in str(found[-1][2])
        assert found[:-1] == whole[: len(found) - 1]


SMALL = flows(*(flow(message(name)) for name in (b"one", b"two", b"three")))
SECOND = len(flows(flow(message(b"one"))))


def test_a_flow_with_a_wrong_length_is_passed_over() -> None:
    for wrong in (b"9", b"999999999999", b"x", b""):
        end = SMALL.index(b":", SECOND)
        data = SMALL[:SECOND] + wrong + SMALL[end:]
        assert [frame.data for frame in frames(data)] == ["one", "three"]
        (said,) = problems(data)
        assert said.startswith("flow 2 is damaged: ")
        third = len(data) - len(flows(flow(message(b"three"))))
        assert frames(data)[1].place == Place("byte", third, 1)


def test_messages_before_a_wrong_length_are_read() -> None:
    data = flows(flow(*(message(name) for name in (b"one", b"two", b"three"))), flow(message(b"x")))
    place = data.index(b"two") - 40
    start = data.index(b"]", place) + 1
    broken = data[:start] + b"x" + data[start + 1 :]
    found = in_short(events_of(broken))
    assert [one[3] for one in found if one[0] in (1, 2)] == ["one", "x"]
    (said,) = problems(broken)
    assert said == (
        f"flow 1 is damaged: no length at byte {start}; its messages from there on are missing"
    )


def test_zero_bytes_at_the_end() -> None:
    data = SMALL + bytes(50)
    assert [frame.data for frame in frames(data)] == ["one", "two", "three"]
    assert problems(data) == [
        f"flow 4 is cut off, or damaged: no length at byte {len(SMALL)}; the file ends at byte "
        f"{len(data)}"
    ]


def test_nested_deeply() -> None:
    deep = b""
    for _ in range(3000):
        deep = b"%d:%b]" % (len(deep), deep)
    made = dumped(flow(message(b"a")))
    inner = made[made.index(b":") + 1 : -1] + dumped("x") + deep
    data = b"%d:%b}" % (len(inner), inner)
    assert [frame.data for frame in frames(data)] == ["a"]
    odd = inner.replace(b"4:path;", b"4:path;" + deep + b"4:more;", 1)
    assert connections(b"%d:%b}" % (len(odd), odd)) == []


def test_more_keys_than_a_flow_can_have() -> None:
    many = flow(message(b"a")) | {f"k{number}": 1 for number in range(1000)}
    data = flows(many, flow(message(b"b")))
    assert [frame.data for frame in frames(data)] == ["b"]
    (said,) = problems(data)
    assert said.startswith("flow 1 is damaged: too many keys at byte ")


@pytest.mark.parametrize("text", ["12:hello", "1:a;", '4:{"a"', "4711:9x:a;", ":", "12:34:A;"])
def test_what_are_no_flows(text: str) -> None:
    assert MITMPROXY.probe(text.encode()) is Likelihood.NO

"""Logs of the Chrome DevTools protocol: envelopes, times, what lacks, and what is damaged."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.voxwire.browser_files import FORMATS, events_of, in_short, problems
from tests.voxwire.native import START
from voxwire import CaptureError
from voxwire.capture import Frame, Lacks, Opened, Place
from voxwire.capture.formats.cdp import CDP
from voxwire.capture.formats.format import Likelihood

URL = "wss://host/gateway?v=1&encoding=json"
CLOCK = 1000.5
"""What the browser's clock shows at START."""

Event = dict[str, Any]


def event(name: str, request: str = "1.2", /, **params: Any) -> Event:
    return {"method": f"Network.webSocket{name}", "params": {"requestId": request} | params}


def created(request: str = "1.2") -> Event:
    return event("Created", request, url=URL, initiator={"type": "script"})


def handshake(request: str = "1.2", **keys: Any) -> Event:
    params = {"timestamp": CLOCK, "wallTime": START, "request": {"headers": {"Host": "host"}}}
    return event("WillSendHandshakeRequest", request, **(params | keys))


def response(
    request: str = "1.2", status: int = 101, headers: dict[str, str] | None = None
) -> Event:
    answer = {"status": status, "statusText": "", "headers": headers or {}}
    return event("HandshakeResponseReceived", request, timestamp=CLOCK + 0.1, response=answer)


def received(data: str, request: str = "1.2", way: str = "Received", **keys: Any) -> Event:
    payload = {"opcode": 1, "mask": way == "Sent", "payloadData": data}
    return event(f"Frame{way}", request, timestamp=CLOCK + 1, response=payload | keys)


def sent(data: str, request: str = "1.2", **keys: Any) -> Event:
    return received(data, request, "Sent", **keys)


def closed(request: str = "1.2") -> Event:
    return event("Closed", request, timestamp=CLOCK + 2)


PAGE: Event = {
    "method": "Network.responseReceived",
    "params": {"requestId": "9", "response": {"status": "?", "headers": []}, "timestamp": "x"},
}
ANSWER: Event = {"id": 1, "result": {"method": 5}}
BEGUN = (created(), handshake(), response())
SIMPLE = (PAGE, *BEGUN, received("a"), sent("b"), closed(), PAGE)
READ = [("opened", 1, URL, True), (1, 1, "s2c", "a"), (1, 2, "c2s", "b")]


def lines(*events: Event) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in events)


def selenium(*events: Event, indent: int | None = None) -> bytes:
    entries = [
        {
            "level": "INFO",
            "message": json.dumps({"message": one, "webview": "0C5A"}, separators=(",", ":")),
            "timestamp": 1,
        }
        for one in events
    ]
    return json.dumps(entries, indent=indent).encode()


def protocol_monitor(*events: Event) -> bytes:
    """What DevTools saves: the params of events are called their result."""
    command = {"method": "Network.enable", "params": {}, "id": 3, "requestTime": 1, "result": {}}
    made = [
        {"method": one["method"], "target": "main", "requestTime": 7, "result": one["params"]}
        for one in events
    ]
    return json.dumps([command, *made], indent="  ").encode()


def playwright(*events: Event, end: str = "") -> bytes:
    said = [
        '2026-11-25T13:44:29.370Z pw:protocol SEND ► {"id":15,"method":"Network.enable"}',
        *(f"2026-11-25T13:44:29.573Z pw:protocol ◀ RECV {json.dumps(one)}{end}" for one in events),
        "2026-11-25T13:44:29.573Z pw:browser <process did exit>",
        'SEND {"method":"Network.webSocketFrameSent"}',
    ]
    return "".join(f"{line}\n" for line in said).encode()


def coloured(*events: Event) -> bytes:
    """The same in a terminal."""
    return playwright(*events, end=" \x1b[33m+0ms\x1b[0m").replace(
        b"2026-11-25T13:44:29.573Z pw:protocol", b"  \x1b[33;1mpw:protocol\x1b[0m"
    )


ENVELOPES = {
    "lines": lines,
    "lines with others": lambda *events: lines(ANSWER, *events),
    "lines with spaces": lambda *events: b"\n \n" + lines(*events).replace(b"\n", b"\r\n\n"),
    "array": lambda *events: json.dumps(events).encode(),
    "array of lines": lambda *events: b"[\n" + b",\n".join(map(lines, events)) + b"]\n",
    "objects laid out": lambda *events: b"\n".join(
        json.dumps(one, indent=2).encode() for one in events
    ),
    "selenium": selenium,
    "selenium laid out": lambda *events: selenium(*events, indent=2),
    "selenium decoded": lambda *events: json.dumps(
        [{"level": "INFO", "message": {"message": one, "webview": "x"}} for one in events]
    ).encode(),
    "selenium messages": lambda *events: json.dumps(
        [{"message": one, "webview": "x"} for one in events]
    ).encode(),
    "selenium lines": lambda *events: b"\n".join(selenium(one)[1:-1] for one in events),
    "protocol monitor": protocol_monitor,
    "playwright": playwright,
    "playwright in a terminal": coloured,
}
EVERY_ENVELOPE = pytest.mark.parametrize("wrap", ENVELOPES.values(), ids=ENVELOPES)


@EVERY_ENVELOPE
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_envelopes(wrap: Any, start: bytes) -> None:
    data = start + wrap(*SIMPLE)
    assert CDP.probe(data[:65_536]) is Likelihood.SURE
    assert in_short(events_of(data)) == READ


@EVERY_ENVELOPE
def test_texts_that_look_like_the_envelope(wrap: Any) -> None:
    hostile = '},{"method":"Network.webSocketClosed"},{"message":"{\\"'
    found = in_short(
        events_of(wrap(*BEGUN, received(hostile), sent(hostile), received("a" * 200_000)))
    )
    assert [one[3] for one in found[1:]] == [hostile, hostile, "a" * 200_000]


def opened(*events: Event) -> list[Any]:
    return [one.connection for one in events_of(lines(*events)) if isinstance(one, Opened)]


def frames(*events: Event) -> list[Frame]:
    return [one for one in events_of(lines(*events)) if isinstance(one, Frame)]


def test_kinds_places_and_times() -> None:
    data = base64.b64encode(b"\0\xff").decode()
    found = frames(PAGE, *BEGUN, sent("a"), received(data, opcode=2), received("", opcode=9))
    assert [(one.data, one.direction, one.ts, one.place) for one in found] == [
        ("a", "c2s", START + 1, Place("line", 5)),
        (b"\0\xff", "s2c", START + 1, Place("line", 6)),
    ]
    array = events_of(json.dumps([PAGE, *BEGUN, sent("a")]).encode())
    assert [one.place for one in array if isinstance(one, Frame)] == [Place("event", 5)]


def test_connections_at_the_same_time() -> None:
    other = handshake("7", timestamp=5.0, wallTime=START + 100)
    found = frames(
        *BEGUN, created("7"), other, response("7"), received("a"), received("b", "7"), sent("c")
    )
    assert [(one.connection.number, one.data) for one in found] == [(1, "a"), (2, "b"), (1, "c")]
    assert [one.ts for one in found] == [START + 1, START + 96 + CLOCK, START + 1]


def test_the_same_number_in_two_sessions() -> None:
    events = [one | {"sessionId": session} for one in SIMPLE[1:] for session in ("A", "B")]
    found = in_short(events_of(lines(*events)))
    assert [one[:2] for one in found] == [
        ("opened", 1),
        ("opened", 2),
        (1, 1),
        (2, 1),
        (1, 2),
        (2, 2),
    ]


def test_a_number_that_is_used_again() -> None:
    found = in_short(events_of(lines(*SIMPLE, *SIMPLE)))
    assert found == [*READ, ("opened", 2, URL, True), (2, 1, "s2c", "a"), (2, 2, "c2s", "b")]


def test_the_subprotocol() -> None:
    answer = response(headers={"sec-webSocket-protocol": "chat"})
    assert [one.subprotocol for one in opened(created(), handshake(), answer)] == ["chat"]


BASE = Lacks.CLOSE | Lacks.CONTROL


@pytest.mark.parametrize(
    ("events", "lacks", "has_header"),
    [
        (BEGUN, BASE, True),
        ((created(), handshake()), BASE, True),
        ((created(), handshake(walltime=START, wallTime=None), response()), BASE, True),
        ((handshake(), response()), BASE | Lacks.ADDRESS, True),
        ((created(), response()), BASE | Lacks.TIME, True),
        ((created(),), BASE | Lacks.TIME, True),
        ((response(),), BASE | Lacks.TIME | Lacks.ADDRESS, True),
        ((), BASE | Lacks.TIME | Lacks.ADDRESS | Lacks.START, False),
    ],
)
def test_what_lacks(events: tuple[Event, ...], lacks: Lacks, has_header: bool) -> None:
    found = events_of(lines(*events, received("a")))
    (first,) = (one for one in found if isinstance(one, Opened))
    assert first.connection.lacks == lacks
    assert first.has_header is has_header
    assert (first.connection.times == "missing") is (Lacks.TIME in lacks)
    assert first.connection.started == (0.0 if Lacks.TIME in lacks else START)


def test_a_frame_after_the_close_is_of_another_connection() -> None:
    assert [one.lacks for one in opened(*SIMPLE, received("c"))] == [
        BASE,
        BASE | Lacks.TIME | Lacks.ADDRESS | Lacks.START,
    ]


def test_a_frame_without_a_time() -> None:
    late = received("c")
    del late["params"]["timestamp"]
    found = frames(*BEGUN, received("a"), late)
    assert [one.data for one in found] == ["a", "c"]
    assert found[0].connection.times == "missing"


FAILED = (
    created("5"),
    event("FrameError", "5", timestamp=CLOCK, errorMessage="net::ERR_CONNECTION_REFUSED"),
    closed("5"),
)


def test_what_could_not_connect_is_no_connection() -> None:
    refused = (created("6"), handshake("6"), response("6", 403), closed("6"))
    assert in_short(events_of(lines(*FAILED, *refused, *SIMPLE))) == READ
    assert refusal(lines(*FAILED, *refused)) == (
        "no WebSocket connection in the log came about, 2 failed: net::ERR_CONNECTION_REFUSED"
    )


def test_an_error_of_an_open_connection_is_no_message() -> None:
    error = event("FrameError", timestamp=CLOCK, errorMessage="Invalid frame header")
    assert in_short(events_of(lines(*BEGUN, received("a"), error, closed()))) == READ[:2]


def refusal(data: bytes) -> str:
    with pytest.raises(CaptureError) as caught:
        events_of(data)
    return str(caught.value)


@EVERY_ENVELOPE
def test_no_websocket(wrap: Any) -> None:
    assert refusal(wrap(PAGE, PAGE)) == (
        "the log holds no event of a WebSocket: send Network.enable before the page is opened, and "
        "keep the events whose names begin with Network.webSocket"
    )


def test_the_oldest_is_forgotten() -> None:
    many = [one for n in range(1500) for one in (created(str(n)), handshake(str(n)))]
    found = opened(*many, received("a", "1499"), received("b", "500"), received("c", "499"))
    assert [Lacks.START in one.lacks for one in found] == [False, False, True]


# --- Damage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"opcode": 0}, "its opcode is 0"),
        ({"opcode": 1.5}, "its opcode is 1.5"),
        ({"opcode": None}, "it has no opcode or no payloadData"),
        ({"payloadData": None}, "it has no opcode or no payloadData"),
        ({"opcode": 2, "payloadData": "?"}, "its payloadData is not base64"),
        ({"payloadData": 5}, "expected `str | null`, got `int` - at `$.response.payloadData`"),
    ],
)
def test_a_frame_that_is_wrong(keys: dict[str, Any], why: str) -> None:
    data = lines(*BEGUN, received("x", **keys), received("a"))
    assert problems(data) == [f"line 4 cannot be read: {why}"]
    assert in_short(events_of(data))[-1][-1] == "a"


def test_an_event_without_a_request() -> None:
    odd = {"method": "Network.webSocketClosed", "params": {}}
    assert problems(lines(*BEGUN, odd)) == [
        "line 4 cannot be read: object missing required field `requestId`"
    ]
    assert problems(lines(*BEGUN, {"method": "Network.webSocketClosed"})) == [
        "line 4 cannot be read: it is truncated"
    ]


@EVERY_ENVELOPE
def test_cut_off_anywhere(wrap: Any) -> None:
    data = wrap(*SIMPLE)
    whole = in_short(events_of(data))
    seen = set()
    for cut in range(len(data) // 3, len(data), 5):
        try:
            found = in_short(events_of(data[:cut]))
        except CaptureError:
            continue
        read = [one for one in found if one[0] != "CAPTURE_PART_INVALID"]
        assert read == whole[: len(read)]
        assert len(found) - len(read) <= 1
        seen.add(len(read))
    assert seen >= {1, 2, 3}


@EVERY_ENVELOPE
def test_bytes_destroyed(wrap: Any) -> None:
    data = wrap(*BEGUN, received("first"), received("second"), received("third"), received("4th"))
    place = data.index(b"second") - 60
    broken = data[:place] + bytes(40) + data[place + 40 :]
    found = in_short(events_of(broken))
    assert [one[-1] for one in found if one[0] == 1] == ["first", "third", "4th"]
    assert len(problems(broken)) in (1, 2)


def test_a_real_array_with_a_quote_lost() -> None:
    data = (FORMATS / "selenium/performance-log.json").read_bytes()
    whole = in_short(events_of(data))
    place = data.index(
        b'{"level": "INFO", "message": "{\\"message\\":{\\"method\\":\\"Network.webSocketFrameR'
    )
    broken = data[:place] + data[place:].replace(b'"INFO"', b'"INFO', 1)
    found = in_short(events_of(broken))
    assert len(found) == len(whole)
    assert len(problems(broken)) == 1


def test_lines_longer_than_any_message_are_passed_over() -> None:
    screenshot = {"id": 5, "result": {"data": "A" * 9_000_000}}
    assert in_short(events_of(lines(*BEGUN, received("a"), screenshot, sent("b")))) == READ


def test_zero_bytes_at_the_end() -> None:
    data = lines(*BEGUN, received("a"), sent("b")) + bytes(100)
    assert in_short(events_of(data))[:-1] == READ
    assert problems(data) == ["line 6 cannot be read: it has 100 zero bytes"]


# --- What it is told from ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{"ts":1,"dir":"s2c","opcode":"text","text":"{\\"method\\":\\"Network.enable\\"}"}',
        '{"jsonrpc":"2.0","method":"textDocument/didOpen"}',
        '{"method":"network.beforeRequestSent"}',
        '{"type":"x","d":{"method":"Network.enable"}}',
        '{"log":{"entries":[{"method":"Network.enable"}]}}',
        "method: Network.enable",
    ],
)
def test_what_is_no_log(text: str) -> None:
    assert CDP.probe(text.encode()) is Likelihood.NO

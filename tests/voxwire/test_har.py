"""HAR files: every shape of them, what is wrong in one, and what is left of one that is damaged."""

from __future__ import annotations

import base64
import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.voxwire.browser_files import FORMATS, events_of, found_in, in_short, problems
from tests.voxwire.native import START
from voxwire import CaptureError
from voxwire.capture import Frame, Lacks, Opened, Place, Reading, read_capture

if TYPE_CHECKING:
    from pathlib import Path

    from voxwire.capture import Connection

URL = "wss://host/gateway?v=1&encoding=json"
STARTED = "2023-11-14T22:13:20.000Z"
"""The same time as START."""


def message(data: object = "{}", way: object = "receive", **keys: Any) -> dict[str, Any]:
    return {"type": way, "time": START + 1, "opcode": 1, "data": data} | keys


def entry(*messages: object, **keys: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "startedDateTime": STARTED,
        "request": {"method": "GET", "url": URL},
        "response": {"status": 101},
        "_resourceType": "websocket",
        "_webSocketMessages": list(messages),
    } | keys
    return {key: value for key, value in made.items() if value is not ...}


def har(*entries: object, indent: int | None = None, **keys: object) -> bytes:
    log = {"version": "1.2", "creator": {"name": "WebInspector"}, "entries": entries} | keys
    return json.dumps({"log": log}, indent=indent).encode()


PAGE = entry(
    request={"url": "https://host/"},
    response={"status": 200, "headers": [{"name": "A", "value": "b"}]},
    _resourceType="document",
    _webSocketMessages=...,
)


def connections(data: bytes) -> list[Connection]:
    return [event.connection for event in events_of(data) if isinstance(event, Opened)]


def frames(data: bytes) -> list[Frame]:
    return [event for event in events_of(data) if isinstance(event, Frame)]


def contents(data: bytes) -> list[object]:
    return [frame.data for frame in frames(data)]


# --- Shapes -----------------------------------------------------------------------------------


def test_directions_kinds_and_places() -> None:
    binary = base64.b64encode(b"\0\xff").decode()
    data = har(
        PAGE,
        entry(message("a", "send"), message("b"), message(binary, opcode=2), message("")),
    )
    assert in_short(events_of(data)) == [
        ("opened", 1, URL, True),
        (1, 1, "c2s", "a"),
        (1, 2, "s2c", "b"),
        (1, 3, "s2c", b"\0\xff"),
        (1, 4, "s2c", ""),
    ]
    assert [frame.place for frame in frames(data)] == [Place("entry", 2, n) for n in (1, 2, 3, 4)]


@pytest.mark.parametrize("indent", [None, 0, 2, 8])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf", b"\r\n\t "])
@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n  "])
def test_layout(indent: int | None, start: bytes, end: bytes) -> None:
    data = har(PAGE, entry(message("a"), message('},{"'), message("b")), indent=indent)
    for written in (data, data.replace(b"\n", b"\r\n")):
        assert contents(start + written + end) == ["a", '},{"', "b"]


def test_other_keys_and_their_order() -> None:
    unknown = {"_x": [{"a": 1}, {"b": [{}, {"c": "},{"}]}], "comment": None}
    one = entry(unknown | message("a") | unknown, message("b") | {"mask": True}, **unknown)
    turned = dict(reversed(one.items()))
    for each in (one, turned):
        assert contents(har(each, pages=[unknown], browser=unknown)) == ["a", "b"]
    late = json.dumps({"log": {"entries": [one], "pages": [], "version": "1.2"}}).encode()
    assert contents(late) == ["a", "b"]
    before = json.dumps({"_comment": "x", "log": {"creator": {"name": "x"}, "entries": [one]}})
    assert contents(before.encode()) == ["a", "b"]


@pytest.mark.parametrize(
    "keys",
    [
        {"_resourceType": ...},
        {"_resourceType": "other"},
        {"response": ...},
        {"response": {"status": 0}},
        {"response": {"status": -1}},
        {"request": {"url": "https://host/gateway?v=1&encoding=json"}},
        {"request": {"url": "HTTPS://host/gateway?v=1&encoding=json"}, "_resourceType": ...},
    ],
)
def test_what_is_a_websocket(keys: dict[str, Any]) -> None:
    data = har(PAGE, entry(message("a"), **keys))
    assert [c.url for c in connections(data)] == [URL]
    assert contents(data) == ["a"]
    assert problems(data) == []


def test_connections_are_in_the_order_in_which_they_began() -> None:
    later = entry(message("later"), startedDateTime="2023-11-14T23:13:20.5+01:00")
    first = entry(message("first"), startedDateTime="2023-11-14T22:13:20")
    data = har(later, first)
    assert contents(data) == ["first", "later"]
    assert [c.started for c in connections(data)] == [START, START + 0.5]
    assert [frame.place for frame in frames(data)] == [Place("entry", 2, 1), Place("entry", 1, 1)]


def test_what_cannot_be_read_keeps_its_place_in_the_order() -> None:
    later = entry(message("later"), startedDateTime="2023-11-14T22:13:30Z")
    first = entry(message("first"))
    found = in_short(events_of(har(later, first, 5, later, first)))
    assert [one[-1] for one in found if one[0] != "opened"] == [
        "first",
        "later",
        "entry 3 cannot be read: expected `object`, got `int`",
        "first",
        "later",
    ]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone cannot be set here")
def test_a_time_without_a_zone_is_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        data = har(entry(message(), startedDateTime="2023-11-14T22:13:20"))
        assert [c.started for c in connections(data)] == [START]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_subprotocol() -> None:
    headers = [{"name": "Sec-WebSocket-Protocol", "value": "chat"}]
    data = har(entry(message(), response={"status": 101, "headers": headers}))
    assert [c.subprotocol for c in connections(data)] == ["chat"]


def test_errors_and_control_frames_are_no_messages() -> None:
    error = message("Error in connection", "error", opcode=-1, time=12.5)
    controls = [message("", opcode=opcode) for opcode in (8, 9, 10)]
    data = har(entry(message("a"), *controls, error))
    assert contents(data) == ["a"]
    assert [c.lacks for c in connections(data)] == [Lacks.CLOSE | Lacks.CONTROL]


# --- Times ------------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", [1, 1e3, 1e6, 1e9])
def test_units(unit: float) -> None:
    data = har(entry(message(time=(START + 1.5) * unit)))
    assert [frame.ts for frame in frames(data)] == [START + 1.5]
    assert [c.times for c in connections(data)] == ["seconds"]


@pytest.mark.parametrize("time", [-1, 0, 1297.4, None, ..., 1e300])
def test_no_times(time: object) -> None:
    one = {key: value for key, value in message(time=time).items() if value is not ...}
    for data in (har(entry(one, one)), har(entry(message(), one))):
        (connection,) = connections(data)
        assert connection.times == "missing"
        assert Lacks.TIME in connection.lacks
        assert [frame.ts >= START for frame in frames(data)] == [True, True]
        assert found_in(events_of(data))[0][0] != "CAPTURE_TIME_MISSING"


def test_times_that_stop_in_the_middle() -> None:
    many = [message(f"{number:0100}") for number in range(2000)]
    data = har(entry(*many, message("last", time=-1)))
    (connection,) = connections(data)
    assert connection.times == "missing"
    assert frames(data)[-1].ts == START + 1


@pytest.mark.parametrize("started", ["1969-12-31T23:59:59.000Z", ..., None])
def test_a_start_that_is_none(started: object) -> None:
    data = har(entry(message(), startedDateTime=started))
    assert [c.started for c in connections(data)] == [START + 1]
    assert problems(data) == []
    (connection,) = connections(har(entry(message(time=-1), startedDateTime=started)))
    assert (connection.started, connection.times) == (0.0, "missing")


def test_a_start_after_the_first_message_is_that_of_another_clock() -> None:
    data = har(entry(message(time=START - 0.0004)))
    assert [c.started for c in connections(data)] == [START - 0.0004]


# --- What is not there ------------------------------------------------------------------------

FAILED = entry(
    message("Error: net::ERR_CONNECTION_REFUSED", "error", opcode=-1, time=1297.4),
    response={"status": 0},
    startedDateTime="1969-12-31T23:59:59.000Z",
)
FAILED_IN_PLAYWRIGHT = entry(
    _webSocketMessages=..., response={"status": -1, "_failureText": "net::ERR_CONNECTION_REFUSED"}
)
REFUSED = entry(_webSocketMessages=..., response={"status": 403})


@pytest.mark.parametrize("failed", [FAILED, FAILED_IN_PLAYWRIGHT, REFUSED])
def test_what_could_not_connect_is_no_connection(failed: dict[str, Any]) -> None:
    assert in_short(events_of(har(failed, entry(message("a")), failed))) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", "a"),
    ]


@pytest.mark.parametrize(
    ("failed", "why"),
    [
        (FAILED, "Error: net::ERR_CONNECTION_REFUSED"),
        (FAILED_IN_PLAYWRIGHT, "net::ERR_CONNECTION_REFUSED"),
        (REFUSED, "the status is 403"),
    ],
)
def test_only_failures(failed: dict[str, Any], why: str) -> None:
    assert refusal(har(failed, failed)) == (
        f"no WebSocket connection in the HAR came about, 2 failed: {why}"
    )


def refusal(data: bytes, reading: Reading | None = None) -> str:
    with pytest.raises(CaptureError) as caught:
        events_of(data, reading)
    return str(caught.value)


NOT_RECORDED = entry(_webSocketMessages=...)


def test_not_recorded_is_not_no_messages() -> None:
    data = har(NOT_RECORDED, entry(message("a")), entry())
    assert in_short(events_of(data)) == [
        ("opened", 1, URL, True),
        ("CAPTURE_GAP", 1, "entry 1: its messages were not recorded"),
        ("opened", 2, URL, True),
        (2, 1, "s2c", "a"),
        ("opened", 3, URL, True),
    ]
    both = Lacks.CLIENT | Lacks.SERVER
    assert [c.lacks & both for c in connections(data)] == [both, Lacks.NOTHING, Lacks.NOTHING]
    null = har(entry(_webSocketMessages=None), entry(message("a")))
    assert problems(null) == ["entry 1: its messages were not recorded"]


@pytest.mark.parametrize(
    ("creator", "advice"),
    [
        (
            "Playwright",
            "record it without content 'omit' and without PLAYWRIGHT_HAR_NO_WEBSOCKET_FRAMES",
        ),
        (
            "Firefox",
            "Firefox exports no WebSocket messages; export the HAR from Chrome or mitmproxy, or use "
            "`voxwire record`",
        ),
        ("Charles", "export it from Chrome or mitmproxy, or use `voxwire record`"),
    ],
)
def test_none_recorded(creator: str, advice: str) -> None:
    data = har(PAGE, NOT_RECORDED, NOT_RECORDED, creator={"name": creator, "version": "1"})
    assert refusal(data) == f"the HAR was made without the messages of its WebSockets: {advice}"


def test_no_websocket() -> None:
    assert refusal(har(PAGE)) == "the HAR holds no WebSocket connection"
    assert refusal(har()) == "the HAR holds no WebSocket connection"


# --- What is wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"type": "receive", "time": 1.0, "opcode": 1}, "object missing required field `data`"),
        ({"type": "receive", "data": "x"}, "object missing required field `opcode`"),
        ({"opcode": 1, "data": "x"}, "object missing required field `type`"),
        (message(1), "expected `str`, got `int` - at `$.data`"),
        (message(None), "expected `str`, got `null` - at `$.data`"),
        (message(opcode="1"), "expected `int`, got `str` - at `$.opcode`"),
        (message(time="now"), "expected `float | null`, got `str` - at `$.time`"),
        (message(way="sent"), 'its type is neither "send" nor "receive"'),
        (message(opcode=0), "its opcode is 0, and not that of a text (1) or of bytes (2)"),
        (message(opcode=3), "its opcode is 3, and not that of a text (1) or of bytes (2)"),
        (message("KLUv/Q", opcode=2), "its data is not base64"),
        (message("?", opcode=2), "its data is not base64"),
        (7, "expected `object`, got `int`"),
        ([], "expected `object`, got `array`"),
        (None, "expected `object`, got `null`"),
    ],
)
def test_a_message_that_is_wrong_does_not_take_the_others_with_it(wrong: object, why: str) -> None:
    for before in (1, 700):
        data = har(entry(*[message("a" * 100)] * before, wrong, message("b")))
        at = before + 1
        assert contents(data) == [*["a" * 100] * before, "b"]
        assert problems(data) == [f"entry 1, message {at} cannot be read: {why}"]
        assert "CAPTURE_PART_INVALID" in {rule for rule, *_ in found_in(events_of(data))}


def test_a_text_that_is_not_utf_8() -> None:
    data = har(entry(message("abc"), message("d"))).replace(b"abc", b"\xff\xfe\xff")
    assert problems(data) == ["entry 1, message 1 cannot be read: it is not UTF-8"]
    assert contents(data) == ["d"]


@pytest.mark.parametrize(
    ("keys", "said", "is_read"),
    [
        ({"request": ...}, ["it has no request, and so no address"], True),
        (
            {"request": {}},
            ["its request cannot be read: object missing required field `url`"],
            True,
        ),
        ({"request": 5}, ["its request cannot be read: expected `object`, got `int`"], True),
        (
            {"request": {"url": 5}},
            ["its request cannot be read: expected `str`, got `int` - at `$.url`"],
            True,
        ),
        ({"response": []}, ["its response cannot be read: expected `object`, got `array`"], True),
        (
            {"response": {"status": "101"}},
            ["its response cannot be read: expected `int`, got `str` - at `$.status`"],
            True,
        ),
        ({"startedDateTime": "yesterday"}, ["its startedDateTime is no time"], True),
        (
            {"startedDateTime": 5},
            ["its startedDateTime cannot be read: expected `str`, got `int`"],
            True,
        ),
        (
            {"_webSocketMessages": {}},
            ["its _webSocketMessages are no array", "its messages were not recorded"],
            False,
        ),
    ],
)
def test_an_entry_that_is_wrong(keys: dict[str, Any], said: list[str], is_read: bool) -> None:
    data = har(entry(message("a"), **keys), entry(message("b")))
    assert sorted(str(one) for one in contents(data)) == (["a", "b"] if is_read else ["b"])
    assert problems(data) == [f"entry 1: {one}" for one in said]


def test_what_is_wrong_in_other_entries_is_nobodys_concern() -> None:
    odd = PAGE | {"response": {"status": "?"}, "startedDateTime": 5, "time": "x"}
    assert problems(har(odd, entry(message()))) == []


def test_an_entry_that_is_none() -> None:
    data = har(5, entry(message("a")), None)
    assert in_short(events_of(data)) == [
        ("CAPTURE_PART_INVALID", None, "entry 1 cannot be read: expected `object`, got `int`"),
        ("opened", 1, URL, True),
        (1, 1, "s2c", "a"),
        ("CAPTURE_PART_INVALID", None, "entry 3 cannot be read: expected `object`, got `null`"),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[]", "expected `object`, got `array`"),
        ("{}", "object missing required field `log`"),
        ('{"log": {}}', "object missing required field `entries` - at `$.log`"),
        ('{"log": {"entries": {}}}', "expected `array`, got `object` - at `$.log.entries`"),
    ],
)
def test_no_list_of_entries(text: str, why: str) -> None:
    reading = Reading(format="har")
    assert refusal(text.encode(), reading) == f"the HAR has no list of entries: {why}"


# --- Damage -----------------------------------------------------------------------------------

A = entry(message("a1"), message("a2"), message("a3"))
B = entry(message("b1"), message("b2"))
DAMAGED = har(PAGE, A, PAGE, B, creator={"name": "x" * 50})


def at(text: str) -> int:
    return DAMAGED.index(text.encode())


def test_cut_off_among_the_messages() -> None:
    cut = at('"a3"') + 2
    assert in_short(events_of(DAMAGED[:cut])) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", "a1"),
        (1, 2, "s2c", "a2"),
        ("CAPTURE_PART_INVALID", None, f"entry 2 is cut off at byte {cut}"),
    ]


def test_cut_off_anywhere() -> None:
    whole = in_short(events_of(DAMAGED))
    assert contents(DAMAGED) == ["a1", "a2", "a3", "b1", "b2"]
    for cut in range(at('"entries"') + 12, len(DAMAGED)):
        found = in_short(events_of(DAMAGED[:cut]))
        *read, last = found
        assert last[0] == "CAPTURE_PART_INVALID"
        assert f"cut off at byte {cut}" in str(last[2])
        frames_read = [one[3] for one in read if len(one) == 4 and one[0] != "opened"]
        assert frames_read == [one[3] for one in whole if one[0] != "opened"][: len(frames_read)]
        for text in frames_read:
            assert DAMAGED.index(f'"{text}"'.encode()) < cut
        held = [t for t in ("a1", "a2", "a3") if at(f'"{t}"') + 5 <= cut]
        assert held == [t for t in frames_read if str(t)[0] == "a"]


def test_cut_off_before_the_first_entry() -> None:
    cut = at('"entries"')
    assert refusal(DAMAGED[:cut]) == f"the HAR is cut off at byte {cut}, before its first entry"


def test_bytes_destroyed_among_the_messages() -> None:
    place = at('"a2"')
    data = DAMAGED[:place] + b"\0\0\0\0" + DAMAGED[place + 4 :]
    assert in_short(events_of(data)) == [
        ("opened", 1, URL, True),
        (1, 1, "s2c", "a1"),
        (
            "CAPTURE_PART_INVALID",
            1,
            f"entry 2, message 2 cannot be read: it is damaged at byte {place}",
        ),
        (1, 2, "s2c", "a3"),
        ("opened", 2, URL, True),
        (2, 1, "s2c", "b1"),
        (2, 2, "s2c", "b2"),
    ]


@pytest.mark.parametrize("indent", [None, 2])
def test_bytes_destroyed_among_messages_that_stand_before_the_address(indent: int | None) -> None:
    turned = [dict(reversed(one.items())) for one in (A, B)]
    data = har(*turned, indent=indent)
    place = data.index(b'"a2"')
    broken = data[:place] + bytes(4) + data[place + 4 :]
    assert [c.url for c in connections(broken)] == [URL, URL]
    assert contents(broken) == ["a1", "a3", "b1", "b2"]
    assert problems(broken) == [f"entry 1, message 2 cannot be read: it is damaged at byte {place}"]


def test_bytes_destroyed_in_front_of_the_messages() -> None:
    place = DAMAGED.index(b"wss://host/", at('"a1"') - 400)
    data = DAMAGED[:place] + b'"' + DAMAGED[place + 1 :]
    assert contents(data) == ["a1", "a2", "a3", "b1", "b2"]
    assert [c.url for c in connections(data)] == [None, URL]
    (said,) = problems(data)
    assert said.startswith("entry 2: it is damaged at byte ")


def test_damage_in_two_parts_of_an_entry() -> None:
    start = at('"a1"') - 400
    url = DAMAGED.index(b"wss://host/", start)
    status = DAMAGED.index(b'"status"', url)
    data = DAMAGED[:url] + b"\0" + DAMAGED[url + 1 : status] + DAMAGED[status + 1 :]
    assert contents(data) == ["a1", "a2", "a3", "b1", "b2"]
    assert [c.url for c in connections(data)] == [None, URL]


def test_damage_twice_in_one_entry() -> None:
    data = DAMAGED
    for text in (b"2023-11-14", b'"a1"', b'"a3"'):
        place = data.index(text, at('"startedDateTime"') + 400)
        data = data[:place] + b'"\0' + data[place + 2 :]
    assert contents(data)[-2:] == ["b1", "b2"]
    assert problems(data)


@pytest.mark.parametrize("lost", ['"a2"', '{"type": "receive", "time": 1700000001.0, "opcode": 1'])
def test_a_quote_or_a_bracket_lost(lost: str) -> None:
    place = at(lost) if lost == '"a2"' else at('"a1"')
    place = DAMAGED.index(lost.encode(), place)
    data = DAMAGED[:place] + DAMAGED[place + 1 :]
    assert contents(data) == ["a1", "a3", "b1", "b2"]
    (said,) = problems(data)
    assert said.startswith("entry 2, message 2 cannot be read: it is damaged at byte ")


def test_what_follows_the_end() -> None:
    data = DAMAGED + b"\0" * 10
    assert contents(data) == ["a1", "a2", "a3", "b1", "b2"]
    assert problems(data) == [f"the HAR is damaged at byte {len(DAMAGED)}, behind its entries"]


def test_damage_in_a_page() -> None:
    place = at("https://host/")
    data = DAMAGED[:place] + b'"' + DAMAGED[place + 1 :]
    assert contents(data) == ["a1", "a2", "a3", "b1", "b2"]
    assert len(problems(data)) == 1
    assert problems(data)[0].startswith("entry 1 is damaged at byte ")


def test_nested_too_deeply() -> None:
    deep = har(entry(message("a")), entry(message("b"), _x=...)).replace(
        b'{"startedDateTime"', b'{"_x": ' + b"[" * 5000 + b"]" * 5000 + b', "startedDateTime"', 1
    )
    assert contents(deep)[-1:] == ["b"]
    assert len(problems(deep)) == 1


def test_all_of_a_real_file_is_read_up_to_where_it_is_cut() -> None:
    data = (FORMATS / "chrome-devtools/sanitized.har").read_bytes()
    whole = in_short(events_of(data))
    for cut in range(3000, len(data), 997):
        *read, last = in_short(events_of(data[:cut]))
        assert f"cut off at byte {cut}" in str(last[2])
        told = [one for one in read if one[0] not in ("opened", "CAPTURE_PART_INVALID")]
        assert told == [one for one in whole if one[0] != "opened"][: len(told)]


# --- Messages in files of their own ---------------------------------------------------------------


def attached(folder: Path, name: str = "m.jsonl", content: bytes | None = b"") -> str:
    """A HAR in a folder, with the messages in another file."""
    response = {"status": 101, "content": {"_file": name}}
    one = entry(_webSocketMessages=..., response=response)
    file = folder / "x.har"
    file.write_bytes(har(one, creator={"name": "Playwright"}))
    if content is not None:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    return str(file)


LINES = b"".join(json.dumps(message(text)).encode() + b"\n" for text in ("a", "b"))


def test_messages_beside_it_where_there_is_an_empty_list(tmp_path: Path) -> None:
    name = attached(tmp_path, content=LINES)
    whole = in_short(read_capture(name))
    response = {"status": 101, "content": {"_file": "m.jsonl"}}
    (tmp_path / "x.har").write_bytes(har(entry(response=response)))
    assert in_short(read_capture(name)) == whole


def test_messages_beside_it(tmp_path: Path) -> None:
    for name in ("m.jsonl", "below/m.jsonl"):
        events = list(read_capture(attached(tmp_path, name, LINES)))
        assert in_short(events)[1:] == [(1, 1, "s2c", "a"), (1, 2, "s2c", "b")]
        places = [e.place for e in events if isinstance(e, Frame)]
        assert places == [Place("entry", 1, 1), Place("entry", 1, 2)]


def test_messages_beside_it_that_are_damaged(tmp_path: Path) -> None:
    lines = LINES + b'{"type":\n\n' + LINES + b'{"type": "rec'
    events = in_short(read_capture(attached(tmp_path, content=lines)))
    texts = [e[3] for e in events if len(e) == 4 and e[0] == 1]
    assert texts == ["a", "b", "a", "b"]
    assert [e[2] for e in events if e[0] == "CAPTURE_PART_INVALID"] == [
        "entry 1, message 3 cannot be read: it is truncated",
        "entry 1, message 6 cannot be read: it is truncated",
    ]


def test_messages_that_are_not_there(tmp_path: Path) -> None:
    events = list(read_capture(attached(tmp_path, content=None)))
    assert in_short(events)[1:] == [
        ("CAPTURE_GAP", 1, "entry 1: its messages are in m.jsonl, which is not there")
    ]


@pytest.mark.parametrize("name", ["../m.jsonl", "/etc/hostname", "a/../m.jsonl", "..", "", "a\\b"])
def test_names_never_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "m.jsonl").write_bytes(LINES)
    (folder / "m.jsonl").write_bytes(LINES)
    events = in_short(read_capture(attached(folder, name, None)))
    assert [event[0] for event in events] == ["opened", "CAPTURE_GAP"]

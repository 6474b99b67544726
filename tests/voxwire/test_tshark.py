"""What tshark writes as JSON."""

import gzip
import itertools
import json

import pytest

from tests.voxwire.native import described
from tests.voxwire.reading_formats import (
    FORMATS,
    connection_lacks,
    findings,
    messages,
    read,
    rules,
)
from voxwire import CaptureError
from voxwire.capture import BadLine, Frame, Gap, Lacks

FOLDER = FORMATS / "tshark"
URL = "ws://127.0.0.1:8765/gateway?v=1&encoding=json"
HELLO = '{"type":"hello","d":{"heartbeat_interval":45000}}'


@pytest.mark.parametrize("kind", ["plain", "zstd", "bursts"])
def test_the_three_ways_to_write_it_hold_the_same(kind: str) -> None:
    ways = [read(FOLDER / f"{kind}.{way}.gz") for way in ("json", "nodup.json", "ek.ndjson")]
    first, *others = (described(events) for events in ways)
    assert all(other == first for other in others)
    for way in ("json", "nodup.json", "ek.ndjson"):
        assert findings(FOLDER / f"{kind}.{way}.gz") == []


def test_text() -> None:
    events = read(FOLDER / "plain.ek.ndjson.gz")
    found = described(events)
    assert found[0] == ("opened", 1, URL, True)
    assert found[-1] == ("closed", 1, 1000, "bye \N{WAVING HAND SIGN}")
    said = messages(events)
    assert len(said) == 25
    assert said[0] == ("s2c", HELLO, "entry 3")
    assert said[1].direction == "c2s"
    assert connection_lacks(events) == [Lacks.NOTHING]
    assert connection_lacks(read(FOLDER / "plain.json.gz")) == [Lacks.TIME]
    frame = events[1]
    assert isinstance(frame, Frame)
    assert frame.ts == 1795612304.958


def test_binary_messages_and_many_frames_in_a_packet() -> None:
    for way in ("json", "nodup.json", "ek.ndjson"):
        events = read(FOLDER / f"bursts.{way}.gz")
        said = messages(events)
        assert len(said) == 107
        assert len([message for message in said if isinstance(message.data, bytes)]) == 104
        assert connection_lacks(events) == [Lacks.NOTHING]
        assert said[0].place == "packet 456"
        frame = events[1]
        assert isinstance(frame, Frame)
        assert frame.ts == pytest.approx(1795664499.2, abs=0.3)


def test_what_is_garbled_is_a_gap() -> None:
    found = findings(FOLDER / "deflate.json.gz")
    assert rules(found) == [("CAPTURE_GAP", None, None, "capture")] * 3
    assert [finding.message for finding in found] == [
        "entry 7: tshark did not inflate a message in fragments, and garbled it",
        "entry 9: tshark does not show what a message holds",
        "entry 10: tshark does not show what a message holds",
    ]
    assert {finding.hint for finding in found} == {
        "read the packet capture itself, which has all of it"
    }


def test_fragments_of_which_the_last_is_empty_are_not_shown() -> None:
    found = findings(FOLDER / "fragments.ek.ndjson.gz")
    assert {(one.rule, one.blame) for one in found} == {("CAPTURE_GAP", "capture")}
    assert found[0].message.endswith(": tshark shows a message only in part")
    assert len(messages(read(FOLDER / "fragments.ek.ndjson.gz"))) == 3


# --- Made by hand ------------------------------------------------------------------------------


def packet(*layers: tuple[str, object], **more: object) -> str:
    """A packet as ``-T json`` writes it, with repeated keys; other keys go into its layer ``frame``."""
    written = [
        f'"frame":{json.dumps(more)}',
        *(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in layers),
    ]
    return '{{"_index":"packets-2026-11-25","_source":{{"layers":{{{}}}}}}}'.format(
        ",".join(written)
    )


def frame(
    text: str | None = None,
    *,
    opcode: int = 1,
    mask: int = 0,
    fin: int = 1,
    rsv: int = 0,
    **more: object,
) -> tuple[str, object]:
    size = len((text or "").encode())
    fields: dict[str, object] = {
        "websocket.fin": str(fin),
        "websocket.rsv": f"0x{rsv:02x}",
        "websocket.opcode": str(opcode),
        "websocket.mask": str(mask),
        "websocket.payload_length": str(min(size, 126)),
    }
    if size > 125:
        fields["websocket.payload_length_ext_16"] = str(size)
    if text is not None:
        fields["websocket.payload"] = {"websocket.payload.text": text}
    return ("websocket", fields | {f"websocket.{key}": value for key, value in more.items()})


def http(uri: str = "http://host/gateway?v=1&encoding=json") -> tuple[str, object]:
    return ("http", {"http.request.method": "GET", "http.request.full_uri": uri})


def array(*packets: str) -> str:
    return "[\n" + ",\n".join(packets) + "\n]\n"


@pytest.mark.parametrize(
    ("epoch", "ts"),
    [
        ("1795612304.958619000", 1795612304.958619),
        ("2026-11-25T13:11:44.958619000Z", 1795612304.958619),
        ("2026-11-25T14:11:44.958619000+0100", 1795612304.958619),
        (None, None),
        ("Nov 25, 2026 13:11:44.961665000 UTC", None),
    ],
)
def test_times(epoch: str | None, ts: float | None) -> None:
    keys = {} if epoch is None else {"frame.time_epoch": epoch}
    _, found = read(array(packet(frame("{}"), **keys)))
    assert isinstance(found, Frame)
    assert found.ts == pytest.approx(ts or 0.0)
    assert (Lacks.TIME in found.connection.lacks) is (ts is None)


@pytest.mark.parametrize(
    "layout",
    [
        lambda packets: array(*packets),
        lambda packets: json.dumps([json.loads(one) for one in packets], indent=2),
        lambda packets: json.dumps([json.loads(one) for one in packets], indent=4),
        lambda packets: json.dumps([json.loads(one) for one in packets]),
        lambda packets: "\n".join(packets),
        lambda packets: "\n".join(json.dumps(json.loads(one), indent=2) for one in packets),
        lambda packets: "\ufeff" + array(*packets).replace("\n", "\r\n"),
    ],
    ids=itertools.count(),
)
def test_layouts(layout) -> None:  # type: ignore[no-untyped-def]
    text = layout(
        [packet(http()), packet(frame("{}"), **{"frame.number": "17"}), packet(frame("[]"))]
    )
    assert described(read(text)) == [
        ("opened", 1, "ws://host/gateway?v=1&encoding=json", True),
        (1, 1, "s2c", "{}"),
        (1, 2, "s2c", "[]"),
    ]
    assert [message.place for message in messages(read(text))] == ["packet 17", "entry 3"]


def data(*octets: str) -> list[tuple[str, object]]:
    return [("data", {"data.data": one}) for one in octets]


@pytest.mark.parametrize(
    ("packets", "expected"),
    [
        ([packet(frame("a"), frame("b"))], ["a", "b"]),
        ([packet(frame(opcode=2, payload_length="2"), *data("00:ff"))], [b"\0\xff"]),
        (
            [
                packet(
                    frame(opcode=2, payload_length="1"),
                    frame("t"),
                    frame(opcode=2, payload_length="1"),
                    *data("01", "02"),
                )
            ],
            [b"\1", "t", b"\2"],
        ),
        ([packet(frame(opcode=2))], [b""]),
        ([packet(frame())], [""]),
        ([packet(frame("x" * 300))], ["x" * 300]),
        (
            [
                packet(frame(fin=0, payload_length="3")),
                packet(frame("abcd", opcode=0, payload_length="1")),
            ],
            ["abcd"],
        ),
        (
            [packet(frame("ab", fin=0)), packet(frame("cd", opcode=0))],
            ["abcd"],
        ),
        ([packet(frame('{"a":"\ufffd"}', rsv=4, payload_length="9"))], ['{"a":"\ufffd"}']),
        ([packet(frame("not json", rsv=4, payload_length="9"))], ["not json"]),
        ([packet(frame(fin=0, rsv=4, payload_length="9")), packet(frame("{}", opcode=0))], ["{}"]),
        ([packet(frame(opcode=9), frame(opcode=10), frame("a"))], ["a"]),
    ],
    ids=itertools.count(),
)
def test_messages(packets: list[str], expected: list[str | bytes]) -> None:
    events = read(array(*packets))
    assert [message.data for message in messages(events)] == expected
    assert not [event for event in events if isinstance(event, Gap)]


@pytest.mark.parametrize(
    ("packets", "said"),
    [
        ([packet(frame("ab", payload_length="3"))], "entry 1: tshark shows a message only in part"),
        ([packet(frame(payload_length="3"))], "entry 1: tshark does not show what a message holds"),
        (
            [packet(frame(opcode=2, payload_length="3"), ("data", {"filtered": "data"}))],
            "entry 1: tshark was told to leave out a binary message",
        ),
        (
            [packet(frame(payload_length="3", payload={"filtered": "websocket.payload"}))],
            "entry 1: tshark was told to leave out what a message holds",
        ),
        (
            [packet(frame(fin=0, rsv=4, payload_length="9")), packet(frame("\ufffdV*", opcode=0))],
            "entry 2: tshark did not inflate a message in fragments, and garbled it",
        ),
        (
            [packet(frame("\ufffdV*", rsv=4, payload_length="9"))],
            "entry 1: tshark did not inflate a message in fragments, and garbled it",
        ),
        (
            [packet(frame("a", opcode=0))],
            "entry 1: a fragment has no beginning: it belongs to a message that is not there",
        ),
    ],
    ids=itertools.count(),
)
def test_messages_that_are_not_whole(packets: list[str], said: str) -> None:
    events = read(array(*packets))
    assert messages(events) == []
    gap = events[1]
    assert isinstance(gap, Gap)
    assert gap.message == said


def test_streams_are_told_apart() -> None:
    tcp = [("tcp", {"tcp.stream": str(number)}) for number in (5, 7)]
    packets = [packet(one, http()) for one in tcp] + [
        packet(one, frame("{}")) for one in (*tcp, *tcp)
    ]
    frames = [event for event in read(array(*packets)) if isinstance(event, Frame)]
    assert [(one.connection.number, one.number) for one in frames] == [
        (1, 1),
        (2, 1),
        (1, 2),
        (2, 2),
    ]


def test_connections_that_nothing_tells_apart() -> None:
    events = read(array(packet(http()), packet(frame("{}")), packet(http()), packet(frame("[]"))))
    gap = events[2]
    assert isinstance(gap, Gap)
    assert gap.message == "entry 3: another connection begins before this one has ended"
    assert gap.hint.startswith("add tcp to the layers")
    assert [Lacks.IDENTITY in lacks for lacks in connection_lacks(events)] == [False, True]


CLOSE = {"websocket.payload.close": {"websocket.payload.close.status_code": "4004"}}


@pytest.mark.parametrize(
    ("packets", "closed"),
    [
        ([packet(frame(opcode=8, payload_length="2", payload=CLOSE))], [("closed", 1, 4004, "")]),
        ([packet(frame(opcode=8))], [("closed", 1, 1005, "")]),
        ([packet(frame(opcode=8, payload_length="1"))], []),
        ([packet(frame(opcode=8, payload_length="2", payload=CLOSE), frame("a", mask=1))], None),
    ],
    ids=itertools.count(),
)
def test_closes(packets: list[str], closed: list[object] | None) -> None:
    found = described(read(array(*packets)))
    expected = closed if closed is not None else [(1, 1, "c2s", "a"), ("closed", 1, 4004, "")]
    assert found[1:] == expected


def test_an_answer_alone_names_the_address_and_the_subprotocol() -> None:
    answer = {
        "http.response.code": "101",
        "http.response_for.uri": "https://host/gateway?v=1",
        "http.sec_websocket_protocol": "chosen",
    }
    events = read(array(packet(("http", answer)), packet(frame("{}"))))
    opened = events[0]
    assert opened.connection is not None
    assert (opened.connection.url, opened.connection.subprotocol) == (
        "wss://host/gateway?v=1",
        "chosen",
    )


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ({"filtered": "websocket"}, r"^tshark was told to leave out the layer websocket: add -J"),
        ({"websocket.fin_raw": ["1", 0]}, r"^tshark wrote the bytes of packets alone"),
    ],
)
def test_files_without_messages(layer: dict[str, object], said: str) -> None:
    with pytest.raises(CaptureError, match=said):
        read(array(packet(("websocket", layer))))


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ('{"_index":', "line 2 is no JSON"),
        ("  {\n    x\n  }", "the packet that begins in line 2 is no JSON"),
        ("[" * 10, None),
        ('{"a":' + "[" * 100_000, "line 2 is no JSON"),
        (packet(("websocket", {"websocket.fin": "x"})), "entry 1 has a frame that cannot be read"),
    ],
    ids=itertools.count(),
)
def test_a_damaged_packet(broken: str, said: str | None) -> None:
    events = read(f"[\n{broken},\n{packet(frame('{}'))}\n]\n", "tshark")
    assert [message.data for message in messages(events)] == ["{}"]
    bad = [event.message for event in events if isinstance(event, BadLine)]
    assert bad == ([] if said is None else [said])


def test_damaged_lines_between_packets() -> None:
    lines = gzip.decompress((FOLDER / "plain.ek.ndjson.gz").read_bytes()).splitlines()
    assert lines[0] == b'{"index":{"_index":"packets-2026-11-25","_type":"doc"}}'
    lines[2] = b'{"index":{"_index":"packets-\x01","_type":"doc"}}'
    events = read(b"\n".join(lines), "tshark")
    bad = [event.message for event in events if isinstance(event, BadLine)]
    assert bad == ["line 3 is no JSON"]


def test_a_file_that_is_cut_off() -> None:
    content = gzip.decompress((FOLDER / "plain.json.gz").read_bytes())
    events = read(content[: len(content) // 2])
    last = events[-1] if isinstance(events[-1], BadLine) else events[-2]
    assert isinstance(last, BadLine)
    assert last.message.startswith("the file ends in the middle of the packet that begins in line ")
    assert len(messages(events)) == 10

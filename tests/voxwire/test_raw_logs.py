"""Bytes that other tools print: packets in the JSON of tshark, a TCP connection in the log of websocat."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.voxwire.checking import check_conversation
from tests.voxwire.packet_files import (
    AGREE,
    ASK,
    DEFLATE,
    SERVER,
    URL,
    Deflater,
    Talk,
    answer,
    c2s,
    closing,
    ethernet,
    ipv4,
    ipv6,
    ws,
)
from tests.voxwire.stream_events import gaps, read, texts, told
from tests.voxwire.test_packet_captures import frames, mutated, text_of
from voxwire import CaptureError
from voxwire.capture import Lacks, Opened, detected_capture, read_capture

RAW = Path(__file__).parents[1] / "formats" / "tshark-raw" / "zstd-nano-tcpdump.jsonraw.gz"


def test_packets_that_tshark_printed() -> None:
    assert detected_capture(RAW).format.name == "tshark-raw"
    events = list(read_capture(RAW))
    opened = events[0]
    assert isinstance(opened, Opened)
    assert (opened.connection.url, opened.connection.lacks) == (
        None,
        Lacks.START | Lacks.ADDRESS | Lacks.TIME,
    )
    messages = frames(events)
    assert [(one.direction, text_of(one)[:18]) for one in messages] == [
        ("s2c", '{"type":"hello","d'),
        ("c2s", '{"type":"identify"'),
        ("s2c", '{"type":"ready","d'),
        ("c2s", '{"type":"heartbeat'),
        ("c2s", '{"type":"typing","'),
    ]
    assert str(messages[4].place) == "entry 5"
    assert check_conversation(RAW) == []


TALK = Talk().upgrade().server(ws("one")).client(c2s("two")).server(closing(4000, "x")).end(SERVER)


def printed(packets: list[bytes], **fields: Any) -> list[dict[str, Any]]:
    """Packets as `tshark -T jsonraw` has them, with other `fields` of the layers."""
    return [
        {
            "_index": "packets-2026-11-25",
            "_source": {
                "layers": {"frame_raw": [one.hex(), 0, len(one), 0, 1], "frame": {}}
                | {name: value(at) if callable(value) else value for name, value in fields.items()}
            },
        }
        for at, one in enumerate(packets)
    ]


def written(packets: list[dict[str, Any]], indent: int | None = 2) -> bytes:
    return json.dumps(packets, indent=indent).encode()


@pytest.mark.parametrize("indent", [2, None])
def test_links_are_told_by_the_place_of_ip_or_by_its_look(indent: int | None) -> None:
    expected = ["one", "two"]
    for pack in (ipv4, ipv6):
        name = "ip_raw" if pack is ipv4 else "ipv6_raw"
        plain = [pack(one) for one in TALK.segments]
        for around in (
            plain,
            [ethernet(one) for one in plain],
            [ethernet(one, 0x8100) for one in plain],
            [bytes(14) + ethernet(one)[12:] for one in plain],
            [ethernet(one)[12:14] + bytes(18) + one for one in plain],
            [b"\x02\0\0\0" + one for one in plain],
        ):
            assert texts(read(written(printed(around), indent))) == expected
        odd = [b"\xff" * 30 + one for one in plain]
        field = ["", 30, 20, 0, 1]
        assert texts(read(written(printed(odd, **{name: field}), indent))) == expected
        nested = {name: [field, ["", 90, 20, 0, 1]]}
        assert texts(read(written(printed(odd, **nested), indent))) == expected


def test_times_as_both_kinds_of_tshark_print_them() -> None:
    packets = [ethernet(ipv4(one)) for one in TALK.segments]
    for form in ("{}.958619000", "2023-11-14T22:13:{}.958619000Z"):

        def time(at: int, form: str = form) -> dict[str, str]:
            second = 1_700_000_000 + at if form.startswith("{") else 20 + at
            return {"frame.time_epoch": form.format(second)}

        [opened, first, *_] = told(read_capture(io.BytesIO(written(printed(packets, frame=time)))))
        assert (opened, first[:3]) == (("opened", 1, URL), (1, "s2c", "one"))
        assert f"{first[3]:.6f}" == "4.958619"


def test_a_packet_that_is_no_hexadecimal() -> None:
    packets = printed([ethernet(ipv4(one)) for one in TALK.segments])
    packets[4]["_source"]["layers"]["frame_raw"][0] = "xyz"
    found = read(written(packets))
    assert texts(found) == ["two"]
    assert gaps(found) == [
        "the packet of entry 5 is cut off, or no packet in hexadecimal",
        "5 bytes of the server are missing before entry 6",
    ]


def test_a_file_that_is_cut_off_within_a_packet() -> None:
    text = written(printed([ethernet(ipv4(one)) for one in TALK.segments]))
    at = text.rindex(b'"frame_raw"')
    found = read(text[: at + 60])
    assert texts(found) == ["one", "two"]
    assert gaps(found) == ["the packet of entry 9 is cut off, or no packet in hexadecimal"]


def test_no_damage_of_printed_packets_is_too_much() -> None:
    for data in mutated(gzip.decompress(RAW.read_bytes()), 3):
        try:
            list(read_capture(io.BytesIO(data)))
        except CaptureError:
            continue


# --- websocat ----------------------------------------------------------------------------------


def logged(*lines: tuple[str, bytes]) -> bytes:
    """As websocat writes it: with the escapes of Rust."""
    text = b""
    for way, data in lines:
        escaped = b"".join(_escaped(byte) for byte in data)
        text += b'%s %d "%s"\n' % (way.encode(), len(data), escaped)
    return text


def _escaped(byte: int) -> bytes:
    special = {9: b"\\t", 10: b"\\n", 13: b"\\r", 34: b'\\"', 39: b"\\'", 92: b"\\\\"}
    if byte in special:
        return special[byte]
    return bytes([byte]) if 32 <= byte < 127 else b"\\x%02x" % byte


BYTES = bytes(range(256))


def test_a_log_of_bytes() -> None:
    deflate = Deflater()
    text = logged(
        ("WRITE", ASK),
        ("READ", answer(DEFLATE) + ws("o\"n'e\\")),
        ("WRITE", c2s(BYTES)),
        ("READ", ws(deflate("two"), opcode=1, rsv=4)[:3]),
    )
    text += b"[INFO  websocat::ws_client_peer] Connected to ws\n"
    text += logged(
        ("READ", ws(Deflater()("two"), opcode=1, rsv=4)[3:] + closing(4000, "why")), ("WRITE", b"x")
    )
    content = io.BytesIO(text)
    assert detected_capture(content).format.name == "websocat-raw"
    events = list(read_capture(io.BytesIO(text)))
    opened = events[0]
    assert isinstance(opened, Opened)
    assert (opened.connection.url, opened.connection.lacks) == (URL, Lacks.TIME)
    assert [(one.direction, one.data, str(one.place)) for one in frames(events)] == [
        ("s2c", "o\"n'e\\", "line 2"),
        ("c2s", BYTES, "line 3"),
        ("s2c", "two", "line 6"),
    ]
    assert told(events)[-1][:4] == ("closed", 1, 4000, "why")


def test_a_log_of_several_connections_and_of_a_server() -> None:
    one = (("READ", ASK), ("WRITE", AGREE + ws("one")), ("READ", c2s("two")))
    other = (("WRITE", ASK), ("READ", AGREE), ("READ", ws("three")))
    found = read(logged(*one, *other))
    assert [event[:3] for event in found] == [
        ("opened", 1, URL),
        (1, "s2c", "one"),
        (1, "c2s", "two"),
        ("opened", 2, URL),
        (2, "s2c", "three"),
    ]


def test_lines_of_a_log_that_are_damaged() -> None:
    text = logged(
        ("WRITE", ASK), ("READ", AGREE), ("READ", ws("one")), ("READ", ws("two")), ("READ", ws("x"))
    )
    lines = text.splitlines(keepends=True)
    lines[3] = lines[3].replace(b"two", b"tw")
    found = read(b"".join(lines) + b'READ 12 "\\x81\n')
    assert texts(found) == ["one", "x"]
    assert gaps(found) == ["line 4 holds 4 bytes, not 5", "line 6 is cut off"]


def test_a_log_of_something_else() -> None:
    with pytest.raises(CaptureError) as caught:
        read(logged(("WRITE", b"GET / HTTP/1.1\r\n\r\n"), ("READ", b"HTTP/1.1 404 No\r\n\r\n")))
    assert str(caught.value) == "the log holds no WebSocket connection"

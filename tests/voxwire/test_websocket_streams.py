"""RFC 6455 and RFC 7692 out of bytes: masks, fragments, control frames, compression, and what is broken."""

from __future__ import annotations

import io
import random
import zlib

import pytest

from tests.voxwire.packet_files import (
    ASK,
    DEFLATE,
    KEY,
    Deflater,
    Talk,
    answer,
    c2s,
    closing,
    ethernet,
    ipv4,
    pcap,
    seconds,
    ws,
)
from tests.voxwire.stream_events import Told, gaps, read_segments, texts
from voxwire import CaptureError
from voxwire.capture import Gap, Opened, read_capture
from voxwire.capture.streams import messages, one_way
from voxwire.capture.streams.deflate import Deflate, agreed_deflate
from voxwire.capture.streams.frame_headers import FIRST_BYTES, begins_with_frames
from voxwire.capture.streams.http_head import head_of
from voxwire.limits import MAX_LINE_SIZE


def server(*frames: bytes, fields: tuple[str, ...] = ()) -> Told:
    """What is read when the server sends each of these in a packet."""
    return read_segments(Talk().upgrade(*fields).server(*frames).segments)


def client(*frames: bytes) -> Told:
    return read_segments(Talk().upgrade().client(*frames).segments)


def packed(deflate: Deflater, text: str | bytes, *, key: bytes = b"") -> bytes:
    return ws(deflate(text), opcode=1 if isinstance(text, str) else 2, rsv=4, key=key)


# --- Frames ------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 5, 125, 126, 127, 65_535, 65_536, 70_001])
def test_lengths(size: int) -> None:
    text = "abcdefg"[: size % 7] + "\N{EURO SIGN}" * ((size - size % 7) // 3) + "x" * 9
    text = text.encode()[:size].decode("utf-8", "ignore").ljust(size - 2, "x")
    for found in (server(ws(text)), client(c2s(text))):
        assert texts(found) == [text]
    data = bytes(range(256)) * 300
    assert texts(server(ws(data[:size]))) == [data[:size]]


@pytest.mark.parametrize("wide", [2, 8])
def test_lengths_that_take_more_bytes_than_they_need(wide: int) -> None:
    assert texts(server(ws("one", wide=wide))) == ["one"]


@pytest.mark.parametrize("key", [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\1\2\3\4", b"\x80\0\x80\0"])
def test_masks(key: bytes) -> None:
    said = (
        Talk().upgrade().client(ws("it is m\N{LATIN SMALL LETTER A WITH RING ABOVE}sked", key=key))
    )
    assert texts(read_segments(said.segments)) == [
        "it is m\N{LATIN SMALL LETTER A WITH RING ABOVE}sked"
    ]


def test_fragments_with_control_frames_between_them() -> None:
    found = server(
        ws("\N{EURO SIGN}".encode()[:1], opcode=1, fin=False),
        ws(b"ping", opcode=9),
        ws(b"", opcode=0, fin=False),
        ws(b"", opcode=10),
        ws("\N{EURO SIGN}".encode()[1:], opcode=0),
        ws(b"\xff", fin=False),
        ws(b"\xfe", opcode=0),
        ws("one"),
    )
    assert found[1:] == [
        (1, "s2c", "\N{EURO SIGN}", 8.0),
        (1, "s2c", b"\xff\xfe", 10.0),
        (1, "s2c", "one", 11.0),
    ]


def test_bytes_in_any_pieces() -> None:
    frames = b"".join(
        [
            ws("one"),
            ws("x" * 200),
            ws(b"ping", opcode=9),
            ws("y" * 70_000),
            ws("two", opcode=1, fin=False),
            ws("three", opcode=0),
        ]
    )
    expected = ["one", "x" * 200, "y" * 70_000, "twothree"]
    draw = random.Random(1)
    for most in (1, 3, 50, 5000, 100_000):
        pieces, at = [], 0
        while at < len(frames):
            size = draw.randrange(1, most + 1) if at < 300 or most > 100 else 10_000
            pieces.append(frames[at : at + size])
            at += size
        assert texts(server(*pieces)) == expected


def test_text_that_is_not_utf_8_is_given_as_it_is() -> None:
    [text] = texts(server(ws(b"a\xffb\xc3", opcode=1)))
    assert isinstance(text, str)
    assert text.encode("utf-8", "surrogateescape") == b"a\xffb\xc3"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"", (1005, "")),
        (b"\x03\xe8", (1000, "")),
        (b"\x0f\xa1no", (4001, "no")),
        (b"\x0f\xa1\xff", (4001, "\N{REPLACEMENT CHARACTER}")),
    ],
)
def test_closes(payload: bytes, expected: tuple[int, str]) -> None:
    assert server(ws(payload, opcode=8), ws("late"))[1:] == [("closed", 1, *expected, 4.0)]
    said = Talk().upgrade().client(ws(payload, opcode=8, key=KEY)).server(closing(1000))
    assert read_segments(said.segments)[1:] == [("closed", 1, *expected, 4.0)]


def test_a_close_with_half_of_a_code() -> None:
    assert server(ws(b"\x03", opcode=8))[1:] == [
        ("CAPTURE_PART_INVALID", 1, "packet 5: the server sends a close with half of a code"),
        ("closed", 1, 1005, "", 4.0),
    ]


BROKEN = {
    "reserved bits are set": ws("one", rsv=2),
    "reserved bits are set, and those of no message": ws(b"x", opcode=9, rsv=4),
    "compressed, though that was not agreed on": ws("one", rsv=4),
    "opcode 3 is reserved": ws(b"one", opcode=3),
    "opcode 11 is reserved": ws(b"one", opcode=11),
    "control frames are short and whole": ws(b"x" * 126, opcode=9),
    "control frames are short and whole, in one": ws(b"x", opcode=9, fin=False),
    "9223372036854775807 bytes are more than anybody sends": b"\x81\x7f\x7f" + b"\xff" * 7,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_frame(name: str) -> None:
    problem = name.partition(",")[0]
    problem = "reserved bits are set" if problem == "compressed" else problem
    found = server(ws("zero"), BROKEN[name], ws("one"))
    size = len(BROKEN[name])
    assert texts(found) == ["zero", "one"]
    assert gaps(found) == [
        f"packet 6: what the server sent is no WebSocket frame: {problem}",
        f"{size} bytes of the server before packet 7 could not be read: no packet among them certainly begins "
        "with a frame",
    ]


def test_masks_on_the_wrong_side() -> None:
    said = Talk().upgrade().server(c2s("one"), c2s("two")).client(ws("three"), ws("four"))
    found = read_segments(said.segments)
    assert texts(found) == ["one", "two", "three", "four"]
    assert gaps(found) == [
        "packet 5: the server masks its frames, against RFC 6455, section 5.1",
        "packet 7: the client does not mask its frames, against RFC 6455, section 5.1",
    ]


def test_fragments_that_do_not_belong_together() -> None:
    found = server(ws(b"lost", opcode=0), ws("half", opcode=1, fin=False), ws("one"), ws("two"))
    assert texts(found) == ["one", "two"]
    assert gaps(found) == [
        "packet 5: the server goes on with a message that it did not begin",
        "packet 7: the server begins a message before another one ends",
    ]


def test_fragments_whose_message_began_in_a_missing_packet() -> None:
    said = (
        Talk()
        .upgrade()
        .server(
            ws("half", opcode=1, fin=False),
            ws("of", opcode=0, fin=False),
            ws("it", opcode=0),
            ws("one"),
        )
    )
    del said.segments[4]
    found = read_segments(said.segments)
    assert texts(found) == ["one"]
    assert gaps(found) == ["6 bytes of the server are missing before packet 5"]


def test_messages_that_are_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert messages.LONGEST_MESSAGE == MAX_LINE_SIZE
    for module in (one_way, messages):
        monkeypatch.setattr(module, "LONGEST_MESSAGE", 1000)
    monkeypatch.setattr(one_way, "_TOO_LONG", "is longer than 1000 bytes")
    deflate = Deflater()
    found = server(
        ws("x" * 1001)[:500],
        ws("x" * 1001)[500:],
        ws("x" * 1000)[:500],
        ws("x" * 1000)[500:],
        ws("x" * 600, opcode=1, fin=False),
        ws("x" * 600, opcode=0)[:5],
        ws("x" * 600, opcode=0)[5:],
        ws("one"),
        packed(deflate, "x" * 1001),
        packed(deflate, "x" * 1000),
        packed(Deflater(), "x" * 1000),
        fields=(DEFLATE,),
    )
    assert texts(found) == ["x" * 1000, "one", "x" * 1000]
    assert gaps(found) == [
        "the message of the server that ends in packet 6 is longer than 1000 bytes",
        "the message of the server that ends in packet 11 is longer than 1000 bytes",
        "packet 13: the message of the server has more than 1000 bytes when it is decompressed",
        "packet 14: the message of the server is compressed with references to earlier ones, which are missing; so "
        "may be those that follow",
    ]


# --- Compression -------------------------------------------------------------------------------

TEXTS = [f'{{"type":"presence_update","d":{{"user_id":{number}}}}}' for number in range(8)]


@pytest.mark.parametrize(
    ("fields", "options"),
    [
        ("permessage-deflate", {}),
        ("permessage-deflate; server_no_context_takeover", {"forgets": True}),
        ("permessage-deflate; server_max_window_bits=9", {"bits": 9}),
        ('permessage-deflate;server_max_window_bits="10";client_max_window_bits=8', {"bits": 10}),
        ("x-other, Permessage-Deflate ; Server_No_Context_Takeover", {"forgets": True}),
    ],
)
def test_compression_of_the_server(fields: str, options: dict[str, int]) -> None:
    deflate = Deflater(**options)  # type: ignore[arg-type]
    frames = [packed(deflate, text) for text in TEXTS]
    frames[3:3] = [ws("plain"), packed(Deflater(), b"") if "forgets" in options else ws(b"")]
    found = server(*frames, fields=(f"Sec-WebSocket-Extensions: {fields}",))
    assert texts(found) == [*TEXTS[:3], "plain", b"", *TEXTS[3:]]
    assert gaps(found) == []


@pytest.mark.parametrize("forgets", [True, False])
def test_compression_of_the_client(forgets: bool) -> None:
    deflate = Deflater(forgets=forgets)
    agreed = f"{DEFLATE}; client_max_window_bits=15" + "; client_no_context_takeover" * forgets
    said = Talk().upgrade(agreed).client(*(packed(deflate, text, key=KEY) for text in TEXTS))
    assert texts(read_segments(said.segments)) == TEXTS


def test_both_sides_compress_by_themselves() -> None:
    ours, theirs = Deflater(), Deflater(forgets=True)
    said = Talk().upgrade(f"{DEFLATE}; server_no_context_takeover")
    for text in TEXTS:
        said.client(packed(ours, text, key=KEY)).server(packed(theirs, text))
    assert texts(read_segments(said.segments)) == [text for text in TEXTS for _ in range(2)]


def test_compressed_messages_in_fragments() -> None:
    deflate = Deflater()
    frames = []
    for text in TEXTS:
        data = deflate(text)
        frames += [
            ws(data[:3], opcode=1, rsv=4, fin=False),
            ws(b"", opcode=9),
            ws(data[3:9], opcode=0, fin=False),
            ws(data[9:], opcode=0),
        ]
    assert texts(server(*frames, fields=(DEFLATE,))) == TEXTS


def test_a_stream_that_the_sender_ends() -> None:
    frames = []
    for text in TEXTS:
        deflate = Deflater()
        data = deflate._compress.compress(text.encode()) + deflate._compress.flush() + b"\0"
        frames.append(ws(data, opcode=1, rsv=4))
    assert texts(server(*frames, fields=(DEFLATE,))) == TEXTS


def test_a_stream_that_goes_on_from_one_that_was_ended() -> None:
    first = zlib.compressobj(wbits=-15)
    data = first.compress(TEXTS[0].encode()) + first.flush()
    second = zlib.compressobj(wbits=-15, zdict=TEXTS[0].encode())
    more = second.compress(TEXTS[1].encode()) + second.flush(zlib.Z_SYNC_FLUSH)
    found = server(ws(data, opcode=1, rsv=4), ws(more[:-4], opcode=1, rsv=4), fields=(DEFLATE,))
    assert (texts(found), gaps(found)) == (TEXTS[:2], [])


def test_references_that_were_agreed_not_to_be() -> None:
    deflate = Deflater()
    agreed = f"{DEFLATE}; server_no_context_takeover"
    found = server(*(packed(deflate, text) for text in TEXTS[:2]), fields=(agreed,))
    assert texts(found) == TEXTS[:1]
    assert len(gaps(found)) == 1


def test_the_first_message_that_refers_to_a_missing_one_stands_for_the_others() -> None:
    deflate = Deflater()
    said = Talk().upgrade(DEFLATE).server(*(packed(deflate, text) for text in TEXTS))
    del said.segments[4]
    content = pcap(seconds(ethernet(ipv4(one)) for one in said.segments))
    found = [
        event.is_again for event in read_capture(io.BytesIO(content)) if isinstance(event, Gap)
    ]
    assert found == [False, False, *[True] * 6]


def test_damaged_compression() -> None:
    deflate = Deflater()
    found = server(
        packed(deflate, TEXTS[0]), ws(b"\xff\xff", opcode=1, rsv=4), ws("one"), fields=(DEFLATE,)
    )
    assert texts(found) == [TEXTS[0], "one"]
    assert gaps(found) == [
        "packet 6: the message of the server cannot be decompressed: invalid block type"
    ]


@pytest.mark.parametrize("forgets", [True, False])
def test_a_compressed_message_that_is_missing(forgets: bool) -> None:
    deflate = Deflater(forgets=forgets)
    agreed = f"{DEFLATE}; server_no_context_takeover" if forgets else DEFLATE
    said = Talk().upgrade(agreed).server(*(packed(deflate, text) for text in TEXTS))
    said.server(ws("plain"), packed(Deflater(), "by itself"))
    size = len(said.segments[6].data)
    del said.segments[6]
    found = read_segments(said.segments)
    missing = f"{size} bytes of the server are missing before packet 7"
    if forgets:
        assert texts(found) == [*TEXTS[:2], *TEXTS[3:], "plain", "by itself"]
        assert gaps(found) == [missing]
        return
    assert texts(found) == [*TEXTS[:2], "plain", "by itself"]
    assert gaps(found)[:2] == [
        missing,
        "packet 7: the message of the server is compressed with references to earlier ones, which are missing; so "
        "may be those that follow",
    ]
    assert len(gaps(found)) == 1 + 5


def test_compression_from_the_middle() -> None:
    deflate = Deflater()
    said = Talk().upgrade(DEFLATE).server(*(packed(deflate, text) for text in TEXTS))
    said.client(*(packed(Deflater(), text, key=KEY) for text in TEXTS[:2]))
    found = read_segments(said.segments[6:])
    assert found[0] == ("opened", 1, None)
    assert texts(found) == TEXTS[:2]
    assert gaps(found)[:2] == [
        "messages of the server are compressed, and what was agreed on about that is missing",
        "packet 1: the message of the server is compressed with references to earlier ones, which are missing; so "
        "may be those that follow",
    ]
    assert gaps(found)[-1] == (
        "messages of the client are compressed, and what was agreed on about that is missing"
    )


@pytest.mark.parametrize(
    ("extensions", "expected"),
    [
        ("", None),
        ("x-webkit-deflate-frame", None),
        ("permessage-deflate", Deflate()),
        ("permessage-deflate; client_no_context_takeover", Deflate(client_forgets=True)),
        ("foo, permessage-deflate;server_no_context_takeover", Deflate(server_forgets=True)),
    ],
)
def test_what_was_agreed_on(extensions: str, expected: Deflate | None) -> None:
    assert agreed_deflate(extensions) == expected


# --- What is not read --------------------------------------------------------------------------


def refusal(said: Talk) -> str:
    with pytest.raises(CaptureError) as caught:
        read_segments(said.segments)
    return str(caught.value)


@pytest.mark.parametrize("begins", [True, False])
def test_tls(begins: bool) -> None:
    said = Talk(shakes_hands=begins).client(b"\x16\x03\x01\x02\0" + bytes(512))
    assert refusal(said).startswith(
        "the connections in it are encrypted (TLS): `tshark -r FILE -o "
    )
    said = Talk(shakes_hands=False).server(b"\x17\x03\x03\0\x20" + bytes(32))
    assert refusal(said).startswith(
        "the connections in it are encrypted (TLS): `tshark -r FILE -o "
    )


def test_http_2() -> None:
    said = Talk().client(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
    assert refusal(said) == (
        "the connections in it speak HTTP/2, whose WebSockets (RFC 8441) are not read; connect with HTTP/1.1, or "
        "use `voxwire record`"
    )


def test_what_is_encrypted_beside_what_is_not() -> None:
    other = Talk(ports=(1, 443)).client(b"\x16\x03\x01\x02\0" + bytes(512))
    said = Talk().upgrade().server(ws("one"))
    assert read_segments([*other.segments, *said.segments])[1:] == [(1, "s2c", "one", 7.0)]


# --- Details -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("GET /a?b HTTP/1.1\r\nHost: h:1\r\n\r\n", "ws://h:1/a?b"),
        ("GET /a HTTP/1.1\r\nhOST:h\r\n\r\n", "ws://h/a"),
        ("GET /a HTTP/1.1\r\n\r\n", "ws://peer/a"),
        ("GET http://x:2/a?b HTTP/1.1\r\nHost: h\r\n\r\n", "ws://x:2/a?b"),
        ("GET http://[bad/a HTTP/1.1\r\nHost: h\r\n\r\n", "ws://h/"),
        ("GET", "ws://peer/"),
    ],
)
def test_addresses(head: str, expected: str) -> None:
    assert head_of(head.encode()).address("ws", "peer") == expected


def test_the_subprotocol() -> None:
    said = Talk().upgrade("Sec-WebSocket-Protocol: graphql-transport-ws")
    content = pcap(seconds(ethernet(ipv4(one)) for one in said.segments))
    [opened] = read_capture(io.BytesIO(content))
    assert isinstance(opened, Opened)
    assert opened.connection.subprotocol == "graphql-transport-ws"


FRAMES = ws("one") + ws(b"\xff\xfe") + ws(b"p", opcode=9)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (FRAMES, True),
        (ws("x" * 100)[:50], True),
        (ws("x" * 100)[:10], False),
        (ws(b"x" * 100)[:50], False),
        (FRAMES[:-1], False),
        (FRAMES + b"\x81", False),
        (ws(b"\xff\xff", opcode=1), False),
        (c2s("one"), False),
        (b"", False),
        (b"\x81", False),
        (ws("x" * 100, wide=2), False),
        (ws("x" * 200, wide=8), False),
        (ws("\N{EURO SIGN}" * 40)[:30], True),
        (b'{"type":"hello"}', False),
        (b"\x81\x7f" + b"\xff" * 30, False),
    ],
)
def test_what_certainly_begins_with_a_frame(data: bytes, expected: bool) -> None:
    found = begins_with_frames(data, FIRST_BYTES, MAX_LINE_SIZE, is_masked=False)
    assert found is expected


def test_frames_of_a_client_before_the_answer() -> None:
    said = Talk().client(ASK + c2s("early")).client(c2s("early, too")).server(answer())
    found = read_segments(said.segments)
    assert texts(found) == ["early", "early, too"]

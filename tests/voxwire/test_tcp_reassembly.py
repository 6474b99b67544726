"""TCP out of packets: any order, repeats, overlaps, wraparound, ports used again, and what is missing."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from tests.voxwire.packet_files import (
    ACK,
    AGREE,
    ASK,
    CLIENT,
    FIN,
    RST,
    SERVER,
    URL,
    Recorded,
    Talk,
    Tcp,
    c2s,
    closing,
    ethernet,
    ipv4,
    pcap,
    seconds,
    ws,
)
from tests.voxwire.stream_events import gaps, read, read_segments, texts
from voxwire.capture.packets import tcp
from voxwire.capture.packets.tcp import MOST_BYTES_WAITING, MOST_WAITING

WORDS = ["one", "two", "three", "four"]


def talk(first: tuple[int, int] = (1000, 9000), ports: tuple[int, int] = (50_000, 8765)) -> Talk:
    """The server says WORDS, and the client answers twice."""
    said = Talk(first, ports).upgrade().server(ws("one"), ws("two"))
    return said.client(c2s("yes")).server(ws("three")).client(c2s("no")).server(ws("four"))


IN_ORDER = ["one", "two", "yes", "three", "no", "four"]


def test_in_order() -> None:
    found = read_segments(talk().end().segments)
    assert texts(found) == IN_ORDER
    assert (found[0], gaps(found), len(found)) == (("opened", 1, URL), [], 7)


@pytest.mark.parametrize("seed", range(40))
def test_any_order(seed: int) -> None:
    draw = random.Random(seed)
    segments = talk().end().segments
    head, rest = segments[:4], segments[4:]
    draw.shuffle(rest)
    found = read_segments([*head, *rest])
    assert texts(found) == IN_ORDER
    assert gaps(found) == []
    times = [event[3] for event in found[1:]]
    assert times == sorted(times)  # type: ignore[type-var]


@pytest.mark.parametrize("order", list(itertools.permutations(range(1, 4))))
def test_the_handshake_in_any_order(order: tuple[int, ...]) -> None:
    segments = talk().segments
    head = [segments[0], *(segments[at] for at in order)]
    assert texts(read_segments([*head, *segments[4:]])) == IN_ORDER


@pytest.mark.parametrize("again", [1, 2, 5])
def test_segments_that_come_again(again: int) -> None:
    segments = talk().end().segments
    repeated = [one for at, one in enumerate(segments) for _ in range(2 if at % again == 0 else 1)]
    assert texts(read_segments(repeated)) == IN_ORDER
    assert texts(read_segments([*segments, *segments])) == IN_ORDER


@pytest.mark.parametrize(
    "first", [0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFF80, 0x7FFFFFF0, 0, 0x100000000 - 200]
)
@pytest.mark.parametrize("seed", [None, 1, 2])
def test_numbers_that_begin_anew(first: int, seed: int | None) -> None:
    segments = talk((first, first)).end().segments
    head, rest = segments[:4], segments[4:]
    if seed is not None:
        random.Random(seed).shuffle(rest)
    found = read_segments([*head, *rest])
    assert (texts(found), gaps(found)) == (IN_ORDER, [])


def pieces(data: bytes, first: int, cuts: list[tuple[int, int]]) -> list[Tcp]:
    return [Tcp(SERVER, first + start, data[start:end], ack=1001 + len(ASK)) for start, end in cuts]


OVERLAPS = {
    "the same start": [(0, 10), (0, 30), (0, 60)],
    "the same end": [(40, 60), (20, 60), (0, 60)],
    "inside": [(0, 40), (10, 20), (30, 60)],
    "inside of what waits": [(10, 50), (20, 30), (0, 12), (48, 60)],
    "over what waits": [(20, 30), (10, 40), (0, 60)],
    "a byte each, backwards": [(at, at + 1) for at in reversed(range(60))],
    "two bytes each": [(at, at + 2) for at in range(59)],
    "keep-alive": [(0, 30), (29, 30), (30, 30), (29, 30), (30, 60)],
}


@pytest.mark.parametrize("name", OVERLAPS)
@pytest.mark.parametrize("first", [9001, 0xFFFFFFF0])
def test_segments_that_overlap(name: str, first: int) -> None:
    begun = Talk((1000, first - 1 - len(AGREE))).upgrade()
    data = b"".join(ws(word) for word in WORDS) + ws("x" * 37)
    assert len(data) == 60 + 2
    found = read_segments([*begun.segments, *pieces(data, first, [*OVERLAPS[name], (60, 62)])])
    assert texts(found) == [*WORDS, "x" * 37]


def test_the_first_that_says_something_of_a_byte_counts() -> None:
    begun = Talk((1000, 9000)).upgrade()
    first = 9001 + len(AGREE)
    found = read_segments(
        [
            *begun.segments,
            Tcp(SERVER, first + 5, ws("two"), ack=1001 + len(ASK)),
            Tcp(SERVER, first, ws("one") + ws("TWO") + ws("six"), ack=1001 + len(ASK)),
        ]
    )
    assert texts(found) == ["one", "TWO", "six"]


def test_a_message_over_many_segments_has_the_time_and_place_of_the_last() -> None:
    data = ws("x" * 1000)
    said = Talk().upgrade().server(*(data[at : at + 100] for at in range(0, len(data), 100)))
    assert read_segments(said.segments)[1:] == [(1, "s2c", "x" * 1000, 14.0)]


def test_several_messages_in_one_segment() -> None:
    said = Talk().upgrade().server(b"".join(map(ws, WORDS)))
    assert read_segments(said.segments)[1:] == [(1, "s2c", word, 4.0) for word in WORDS]


def test_frames_behind_the_answer_of_the_server() -> None:
    said = Talk().client(ASK).server(AGREE + ws("one") + ws("two")[:3]).server(ws("two")[3:])
    assert texts(read_segments(said.segments)) == ["one", "two"]


def test_heads_in_pieces() -> None:
    said = Talk().client(*(ASK[at : at + 1] for at in range(len(ASK))))
    said.server(*(AGREE[at : at + 1] for at in range(len(AGREE)))).server(ws("one"))
    found = read_segments(said.segments)
    assert (found[0], texts(found)) == (("opened", 1, URL), ["one"])


# --- Several connections -----------------------------------------------------------------------


def test_connections_at_a_time() -> None:
    talks = [talk((7 * port, 9 * port), ports=(port, 8765)) for port in range(50_000, 50_020)]
    rows = itertools.zip_longest(*(one.segments for one in talks))
    found = read_segments([segment for row in rows for segment in row if segment is not None])
    for number in range(1, 21):
        assert texts([event for event in found if event[0] == number]) == IN_ORDER
    assert [event[1] for event in found if event[0] == "opened"] == list(range(1, 21))


@pytest.mark.parametrize("ends", [True, False])
def test_ports_that_are_used_again(ends: bool) -> None:
    first, second = talk(), talk((500, 123_456))
    if ends:
        first.end()
    found = read_segments([*first.segments, *second.segments])
    assert [event[0] for event in found if event[1] in ("c2s", "s2c")] == [1] * 6 + [2] * 6
    assert texts(found) == IN_ORDER * 2
    assert gaps(found) == []


def test_a_connection_that_is_lost_has_no_close() -> None:
    for said in (talk().reset(), talk().reset(CLIENT), talk().end(), talk().end(SERVER), talk()):
        found = read_segments(said.segments)
        assert (texts(found), gaps(found), len(found)) == (IN_ORDER, [], 7)


def test_a_connection_that_is_lost_within_a_message() -> None:
    said = talk().server(ws("never whole")[:7]).reset()
    assert gaps(read_segments(said.segments)) == []
    said = talk().server(ws("never whole")[:7])
    assert gaps(read_segments(said.segments)) == ["the capture ends within a message of the server"]


def test_nothing_counts_behind_a_close() -> None:
    said = talk().server(closing(1001, "off")).client(c2s("late"), closing(1001, key=b"abcd"))
    said.end(SERVER)
    found = read_segments(said.segments)
    assert texts(found) == IN_ORDER
    assert found[-1] == ("closed", 1, 1001, "off", 10.0)
    again = read_segments([*said.segments, *said.segments[4:]])
    assert again == found


def test_a_half_closed_connection_goes_on() -> None:
    said = talk()
    said.segments.append(Tcp(CLIENT, said._next[CLIENT], b"", FIN | ACK, said._next[SERVER]))
    said._next[CLIENT] += 1
    said.server(ws("five"))
    assert texts(read_segments(said.segments)) == [*IN_ORDER, "five"]


def test_a_fin_with_data() -> None:
    said = talk()
    said.segments.append(Tcp(SERVER, said._next[SERVER], ws("five"), FIN | ACK, said._next[CLIENT]))
    assert texts(read_segments(said.segments)) == [*IN_ORDER, "five"]


# --- What is missing ---------------------------------------------------------------------------


def without(segments: list[Tcp], *numbers: int) -> list[Tcp]:
    return [one for at, one in enumerate(segments) if at not in numbers]


def test_a_segment_that_is_missing() -> None:
    found = read_segments(without(talk().end().segments, 5))
    assert texts(found) == ["one", "yes", "three", "no", "four"]
    assert gaps(found) == ["5 bytes of the server are missing before packet 6"]


def test_two_segments_that_are_missing() -> None:
    found = read_segments(without(talk().end().segments, 5, 7))
    assert texts(found) == ["one", "yes", "no", "four"]
    assert gaps(found) == [
        "5 bytes of the server are missing before packet 6",
        "7 bytes of the server are missing before packet 7",
    ]


def test_the_last_segments_are_missing() -> None:
    found = read_segments(without(talk().end().segments, 9))
    assert texts(found) == IN_ORDER[:-1]
    assert gaps(found) == ["6 bytes of the server are missing before packet 10"]


def test_a_part_of_a_message_is_missing() -> None:
    data = ws("x" * 300)
    said = Talk().upgrade().server(ws("one"), data[:100], data[100:200], data[200:], ws("two"))
    found = read_segments(without(said.segments, 6))
    assert texts(found) == ["one", "two"]
    assert gaps(found) == [
        "the message of the server that ends in packet 7 is not all there: 100 bytes are missing"
    ]


def test_the_end_of_a_message_and_the_start_of_another_are_missing() -> None:
    first, second = ws("x" * 300), ws("y" * 300)
    said = (
        Talk()
        .upgrade()
        .server(first[:200], first[200:] + second[:100], second[100:200], second[200:], ws("two"))
    )
    found = read_segments(without(said.segments, 5))
    assert texts(found) == ["two"]
    assert gaps(found) == [
        "204 bytes of the server are missing before packet 6",
        "204 bytes of the server before packet 8 could not be read: no packet among them certainly begins with a "
        "frame",
    ]


def test_a_segment_that_comes_very_late() -> None:
    segments = talk().segments
    late = segments.pop(5)
    more = Talk((1000, 9000))
    more._next = [segments[-1].ack, segments[-1].seq + len(segments[-1].data)]
    more.segments = []
    more.server(*(ws(str(number)) for number in range(MOST_WAITING + 100)))
    found = read_segments([*segments, *more.segments[:200], late, *more.segments[200:]])
    assert (gaps(found), texts(found)[:6]) == ([], IN_ORDER)
    assert len(texts(found)) == 6 + MOST_WAITING + 100
    found = read_segments([*segments, *more.segments, late])
    assert gaps(found) == ["5 bytes of the server are missing before packet 6"]
    assert len(texts(found)) == 5 + MOST_WAITING + 100


def test_no_more_than_some_bytes_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "MOST_BYTES_WAITING", 500)
    assert MOST_BYTES_WAITING > 500
    segments = talk().segments
    late = segments.pop(5)
    said = Talk((1000, 9000))
    said._next = [segments[-1].ack, segments[-1].seq + len(segments[-1].data)]
    said.segments = []
    said.server(*(ws("x" * 100) for _ in range(20)))
    found = read_segments([*segments, *said.segments, late])
    assert gaps(found) == ["5 bytes of the server are missing before packet 6"]
    assert texts(found) == ["one", "yes", "three", "no", "four", *["x" * 100] * 20]


def test_a_handshake_without_its_syn() -> None:
    segments = talk().segments[2:]
    found = read_segments(segments)
    assert (found[0], texts(found), gaps(found)) == (("opened", 1, URL), IN_ORDER, [])


def test_the_request_is_missing() -> None:
    found = read_segments(without(talk().segments, 2))
    assert (found[0], texts(found), gaps(found)) == (("opened", 1, None), IN_ORDER, [])


def test_the_answer_is_missing() -> None:
    found = read_segments(without(talk().segments, 3))
    assert (found[0], texts(found)) == (("opened", 1, URL), IN_ORDER)


def test_only_one_side_was_recorded() -> None:
    segments = talk().end().segments
    found = read_segments([one for one in segments if one.side == SERVER])
    assert (found[0], texts(found), gaps(found)) == (("opened", 1, None), WORDS, [])
    found = read_segments([one for one in segments if one.side == CLIENT])
    assert (found[0], texts(found), gaps(found)) == (("opened", 1, URL), ["yes", "no"], [])


def test_from_the_middle() -> None:
    segments = talk().segments
    for start in range(4, 9):
        found = read_segments(segments[start:])
        assert found[0] == ("opened", 1, None)
        assert texts(found) == IN_ORDER[start - 4 :]


def test_from_the_middle_of_a_message() -> None:
    data = ws("{" + "x" * 300 + "}")
    said = Talk().upgrade().server(data[:100], data[100:200], data[200:], ws("one"))
    found = read_segments(said.segments[5:])
    assert texts(found) == ["one"]


@pytest.mark.parametrize("start", [0, 1])
def test_what_came_before_the_syn_of_the_other_side_is_put_in_order(start: int) -> None:
    """It waits for what its own side sent before it, and then for what that answers as well."""
    segments = talk().segments
    found = read_segments(
        [
            segments[start],
            segments[6 + start],
            *segments[1 - start : 6 + start],
            *segments[7 + start :],
        ]
    )
    assert (texts(found), gaps(found)) == (IN_ORDER, [])


def late(size: int, sender: str, packet: int) -> str:
    return (
        f"{size} bytes of the {sender} in packet {packet} stand behind what followed on them, and too far to be put "
        "in order"
    )


def test_without_its_syn_what_was_sent_before_the_first_packet_comes_too_late() -> None:
    """The server's second word comes first, and then its first."""
    segments = talk().segments
    found = read_segments([segments[5], segments[4], *segments[6:]])
    assert found[0] == ("opened", 1, None)
    assert (texts(found), gaps(found)) == (IN_ORDER[1:], [late(5, "server", 2)])
    asks_whether_it_is_there = segments[6]._replace(seq=segments[6].seq - 1, data=b"x")
    found = read_segments([segments[5], segments[6], asks_whether_it_is_there, *segments[7:]])
    assert (texts(found), gaps(found)) == (IN_ORDER[1:], [])


@pytest.mark.parametrize(
    ("start", "parts"),
    [(1, [(77, 4), (5, 5), (5, 6)]), (2, [(77, 3), (5, 4), (5, 5)]), (4, [(5, 2), (5, 3)])],
)
def test_a_side_that_shows_behind_what_answers_it_comes_too_late(
    start: int, parts: list[tuple[int, int]]
) -> None:
    """The client's answer to two words of the server stands before all of them."""
    segments = talk().segments
    found = read_segments([segments[6], *segments[start:6], *segments[7:]])
    assert {"yes", "no"} <= {*texts(found)}
    said = [gap for gap in gaps(found) if re.search("of the server.*behind", str(gap))]
    assert said == [late(size, "server", packet) for size, packet in parts]


def test_packets_of_which_only_the_start_was_recorded() -> None:
    said = talk().server(ws("x" * 300), ws("five"))
    packets = [
        Recorded(data[:400], at, len(data))
        for data, at, _ in seconds(ethernet(ipv4(one)) for one in said.segments)
    ]
    found = read(pcap(packets))
    assert texts(found) == [*IN_ORDER, "x" * 300, "five"]
    packets = [Recorded(data[:300], at, size) for data, at, size in packets]
    found = read(pcap(packets))
    assert texts(found) == [*IN_ORDER, "five"]
    assert gaps(found) == [
        "the message of the server that ends in packet 11 is not all there: 70 bytes are missing"
    ]


@pytest.mark.parametrize(
    ("size", "url", "missing"),
    [
        (20, None, len(AGREE) - 20),
        (42, URL.replace("gateway.test:8765", "10.0.0.2:8765"), len(AGREE) - 42),
        (60, URL.replace("gateway.test:8765", "10.0.0.2:8765"), len(AGREE) - 60),
        (70, URL, len(AGREE) - 70),
    ],
)
def test_heads_of_which_only_the_start_was_recorded(
    size: int, url: str | None, missing: int
) -> None:
    head = len(ethernet(ipv4(Tcp(SERVER, 0))))
    packets = [
        Recorded(data[: head + size], at, len(data))
        for data, at, _ in seconds(ethernet(ipv4(one)) for one in talk().segments)
    ]
    found = read(pcap(packets))
    assert (found[0], texts(found)) == (("opened", 1, url), IN_ORDER)
    assert gaps(found) == [
        f"{missing} bytes of the server's answer to the handshake are missing (packet 4)"
    ]


def test_what_is_no_websocket_is_no_connection() -> None:
    page = Talk(ports=(40_000, 80))
    page.client(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    page.server(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\x81\x02hi")
    refused = Talk(ports=(40_001, 80)).client(ASK).server(b"HTTP/1.1 401 No\r\n\r\n" + ws("one"))
    other = Talk(ports=(40_002, 22)).server(b"SSH-2.0-x\r\n").client(b"SSH-2.0-y\r\n")
    reset = Talk(ports=(40_003, 1)).reset()
    found = read_segments(
        [*page.segments, *refused.segments, *other.segments, *reset.segments, *talk().segments]
    )
    assert (found[0], texts(found), len(found)) == (("opened", 1, URL), IN_ORDER, 7)


def test_a_connection_that_asks_twice() -> None:
    said = Talk().client(ASK).server(b"HTTP/1.1 401 No\r\nContent-Length: 2\r\n\r\nno")
    said.upgrade().server(ws("one"))
    assert texts(read_segments(said.segments)) == ["one"]


def test_through_a_proxy() -> None:
    said = Talk().client(b"CONNECT gateway.test:8765 HTTP/1.1\r\nHost: gateway.test:8765\r\n\r\n")
    said.server(b"HTTP/1.1 200 Connection established\r\n\r\n").upgrade().server(ws("one"))
    found = read_segments(said.segments)
    assert (found[0], texts(found)) == (("opened", 1, URL), ["one"])
    asked = ASK.replace(b"GET /gateway", b"GET http://gateway.test:8765/gateway")
    said = Talk().client(asked.replace(b"Host: gateway.test:8765", b"Host: proxy")).server(AGREE)
    assert read_segments(said.segments) == [("opened", 1, URL)]


def test_ports_that_are_used_again_by_a_connection_without_its_syn() -> None:
    first, second = talk().server(closing(1000)).end(SERVER), talk((0x4000_0000, 0x8000_0000))
    found = read_segments([*first.segments, *second.segments[2:]])
    assert [event[1] for event in found if event[0] == "opened"] == [1, 2]
    assert texts(found) == IN_ORDER * 2
    again = read_segments([*first.segments, *first.segments[2:]])
    assert texts(again) == IN_ORDER


def test_a_reset_that_receivers_ignore() -> None:
    said = talk()
    old = Tcp(SERVER, said.segments[4].seq, b"", RST)
    found = read_segments([*said.segments[:6], old, *said.segments[6:]])
    assert texts(found) == IN_ORDER
    real = Tcp(SERVER, said.segments[7].seq, b"", RST)
    found = read_segments([*said.segments[:6], real, *said.segments[6:]])
    assert texts(found) == ["one", "two"]


def test_a_reset_without_a_connection() -> None:
    assert texts(read_segments([Tcp(SERVER, 1, b"", RST), *talk().segments])) == IN_ORDER

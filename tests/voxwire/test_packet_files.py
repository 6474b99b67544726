"""Files and layers around TCP: byte orders, units of time, links, tags, fragments, extension headers."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest

from tests.voxwire.native import START
from tests.voxwire.packet_files import (
    SERVER,
    URL,
    Recorded,
    Talk,
    block,
    c2s,
    closing,
    enhanced,
    ethernet,
    interface,
    ipv4,
    ipv4_fragments,
    ipv6,
    ipv6_fragments,
    pcap,
    pcapng,
    seconds,
    section,
    ws,
)
from tests.voxwire.stream_events import Told, read, texts
from voxwire import CaptureError
from voxwire.capture import Lacks, Opened, Reading, read_capture

TALK = Talk().upgrade().server(ws("hello")).client(c2s("ident\N{LATIN SMALL LETTER E WITH ACUTE}"))
TALK.server(closing(4000, "why")).end(SERVER)

OPENED = ("opened", 1, URL)
SAID: Told = [
    OPENED,
    (1, "s2c", "hello", 4.0),
    (1, "c2s", "ident\N{LATIN SMALL LETTER E WITH ACUTE}", 5.0),
    ("closed", 1, 4000, "why", 6.0),
]
PACKETS = seconds(ethernet(ipv4(one)) for one in TALK.segments)

MAGICS = [0xA1B2C3D4, 0xA1B23C4D]


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("magic", MAGICS)
def test_pcap_of_either_byte_order_and_unit(order: str, magic: int) -> None:
    assert read(pcap(PACKETS, order=order, magic=magic)) == SAID


@pytest.mark.parametrize("order", "<>")
def test_pcap_with_more_before_each_packet(order: str) -> None:
    assert read(pcap(PACKETS, order=order, magic=0xA1B2CD34, extra=8)) == SAID


def test_fractions_of_seconds() -> None:
    late = [Recorded(data, at + 123_456_789) for data, at, _ in PACKETS]
    assert read(pcap(late, magic=0xA1B23C4D))[1] == (
        1,
        "s2c",
        "hello",
        pytest.approx(4.123456789, abs=1e-6),
    )
    assert read(pcap(late))[1] == (1, "s2c", "hello", pytest.approx(4.123456, abs=1e-6))


def test_bits_beside_the_link_type() -> None:
    assert read(pcap(PACKETS, link=0x5400_0001)) == SAID


@pytest.mark.parametrize("order", "<>")
def test_pcapng_of_either_byte_order(order: str) -> None:
    assert read(pcapng(PACKETS, order=order)) == SAID


LINKS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "BSD loopback, little": (0, lambda ip: struct.pack("<I", 30 if ip[0] >> 4 == 6 else 2) + ip),
    "BSD loopback, big": (0, lambda ip: struct.pack(">I", 24 if ip[0] >> 4 == 6 else 2) + ip),
    "BSD loopback, FreeBSD": (0, lambda ip: struct.pack("<I", 28 if ip[0] >> 4 == 6 else 2) + ip),
    "BSD loopback, Linux": (0, lambda ip: struct.pack("<I", 10 if ip[0] >> 4 == 6 else 2) + ip),
    "OpenBSD loopback": (108, lambda ip: struct.pack(">I", 24 if ip[0] >> 4 == 6 else 2) + ip),
    "Ethernet": (1, ethernet),
    "VLAN": (1, lambda ip: ethernet(ip, 0x8100)),
    "two VLANs": (1, lambda ip: ethernet(ip, 0x88A8, 0x8100)),
    "old VLANs": (1, lambda ip: ethernet(ip, 0x9100, 0x8100)),
    "padding": (1, lambda ip: ethernet(ip, padding=20)),
    "raw": (101, lambda ip: ip),
    "raw of BSD": (12, lambda ip: ip),
    "raw of OpenBSD": (14, lambda ip: ip),
    "Linux cooked": (113, lambda ip: bytes(14) + ethernet(ip)[12:]),
    "Linux cooked, VLAN": (113, lambda ip: bytes(14) + ethernet(ip, 0x8100)[12:]),
    "Linux cooked 2": (276, lambda ip: ethernet(ip)[12:14] + bytes(18) + ip),
    "Linux cooked 2, VLAN": (
        276,
        lambda ip: b"\x81\0" + bytes(18) + ethernet(ip, 0x8100)[14:],
    ),
}


@pytest.mark.parametrize("version", [4, 6])
@pytest.mark.parametrize("name", LINKS)
def test_links(name: str, version: int) -> None:
    link, around = LINKS[name]
    packets = seconds(around(ipv4(one) if version == 4 else ipv6(one)) for one in TALK.segments)
    assert read(pcap(packets, link)) == SAID
    assert read(pcapng(packets, link)) == SAID


@pytest.mark.parametrize("link", [228, 229])
def test_links_of_one_version(link: int) -> None:
    packets = seconds(ipv4(one) if link == 228 else ipv6(one) for one in TALK.segments)
    assert read(pcap(packets, link)) == SAID


def test_a_link_that_is_not_read() -> None:
    with pytest.raises(CaptureError) as caught:
        read(pcap(PACKETS, link=127))
    assert str(caught.value) == (
        "its packets are of a link layer that is not read (LINKTYPE 127); record on an Ethernet, loopback or "
        "any interface"
    )


def test_options_of_ipv4() -> None:
    packets = seconds(ethernet(ipv4(one, options=b"\x01" * 8)) for one in TALK.segments)
    assert read(pcap(packets)) == SAID


@pytest.mark.parametrize("size", [8, 24, 4000])
@pytest.mark.parametrize("backwards", [False, True])
def test_fragments_of_ipv4(size: int, backwards: bool) -> None:
    packets = []
    for at, one in enumerate(TALK.segments):
        pieces = ipv4_fragments(one, size)
        pieces = pieces[::-1] if backwards else pieces
        packets += [Recorded(ethernet(piece), at * 1_000_000_000) for piece in [*pieces, pieces[0]]]
    assert read(pcap(packets)) == SAID


def test_a_fragment_that_is_missing() -> None:
    talk = Talk().upgrade().server(ws("hello")).server(ws("x" * 100)).server(ws("again"))
    packets = [ethernet(ipv4(one)) for one in talk.segments]
    pieces = [ethernet(piece) for piece in ipv4_fragments(talk.segments[5], 48)]
    assert len(pieces) == 3
    packets[5:6] = pieces[:1] + pieces[2:]
    found = read(pcap(seconds(packets)))
    assert texts(found) == ["hello", "again"]
    assert found[2] == ("CAPTURE_GAP", 1, "102 bytes of the server are missing before packet 8")


def test_fragments_that_overlap() -> None:
    one = TALK.segments[3]
    whole = ipv4_fragments(one, 4000)[0]
    content, head = whole[20:], whole[:20]

    def piece(start: int, end: int) -> bytes:
        place = start // 8 | (end < len(content)) << 13
        return ethernet(head[:6] + place.to_bytes(2, "big") + head[8:] + content[start:end])

    def counted(packet: bytes) -> bytes:
        length = (len(packet) - 14).to_bytes(2, "big")
        return packet[:16] + length + packet[18:]

    size = len(content)
    pieces = [counted(piece(*cut)) for cut in ((0, 48), (24, 72), (64, size), (0, 16))]
    packets = [*[ethernet(ipv4(s)) for s in TALK.segments[:3]], *pieces]
    packets += [ethernet(ipv4(s)) for s in TALK.segments[4:]]
    assert texts(read(pcap(seconds(packets)))) == texts(SAID)


HEADERS = {
    "hop by hop": [(0, bytes([0]) + bytes(6))],
    "routing, long": [(43, bytes([2]) + bytes(22))],
    "destination": [(60, bytes([0]) + bytes(6))],
    "authentication": [(51, bytes([4]) + bytes(22))],
    "several": [(0, bytes(7)), (60, bytes(7)), (43, bytes(7)), (60, bytes(7))],
    "a fragment that is whole": [(44, bytes(7))],
    "mobility": [(135, bytes(7))],
}


@pytest.mark.parametrize("name", HEADERS)
def test_extension_headers_of_ipv6(name: str) -> None:
    packets = seconds(ethernet(ipv6(one, *HEADERS[name])) for one in TALK.segments)
    assert read(pcap(packets)) == SAID


@pytest.mark.parametrize("headers", [[], [(60, bytes(7))]])
def test_fragments_of_ipv6(headers: list[tuple[int, bytes]]) -> None:
    packets = []
    for at, one in enumerate(TALK.segments):
        pieces = ipv6_fragments(one, 40, *headers)[::-1]
        packets += [Recorded(ethernet(piece), at * 1_000_000_000) for piece in pieces]
    assert read(pcap(packets)) == SAID


def test_lengths_that_offloading_leaves_to_the_hardware() -> None:
    for pack in (ipv4, ipv6):
        packets = seconds(ethernet(pack(one, offload=True)) for one in TALK.segments)
        assert read(pcap(packets)) == SAID


def test_a_packet_of_more_than_64_kib() -> None:
    text = "x" * 100_000
    talk = Talk().upgrade().server(ws(text))
    packets = seconds(ethernet(ipv6(one, offload=True)) for one in talk.segments)
    assert texts(read(pcap(packets))) == [text]


def test_packets_that_are_something_else() -> None:
    other = [
        ethernet(ipv4(TALK.segments[0]))[:20],
        bytes(12) + b"\x08\x06" + bytes(28),  # ARP
        ethernet(b"\x45" + bytes(8) + b"\x11" + bytes(30)),  # UDP
        ethernet(ipv6(TALK.segments[0], (50, bytes(31)))),  # encrypted
        ethernet(ipv6(TALK.segments[0], *[(60, bytes(7))] * 40)),
        b"",
        b"\0",
    ]
    packets = [Recorded(data, 0) for data in other] + PACKETS
    assert read(pcap(packets)) == SAID


# --- pcapng ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "in_a_second"),
    [(3, 10**3), (6, 10**6), (9, 10**9), (0x80 | 10, 2**10), (0x80 | 30, 2**30), (0, 1)],
)
def test_units_of_time(option: int, in_a_second: int) -> None:
    shown = interface(1, "<", (9, bytes([option])))
    file = section() + shown
    for number, (data, _, _) in enumerate(PACKETS):
        ticks = (int(START) + number) * in_a_second
        file += enhanced(Recorded(data, 0), ticks=ticks)
    assert read(file) == SAID


def test_an_offset_of_time_and_other_options() -> None:
    options = (2, b"eth0"), (14, struct.pack("<q", 1000)), (8, b"12345"), (9, b"\x06")
    file = section() + interface(1, "<", *options)
    for number, (data, _, _) in enumerate(PACKETS):
        file += enhanced(Recorded(data, 0), ticks=(int(START) - 1000 + number) * 10**6)
    assert read(file) == SAID


def test_interfaces_of_several_links() -> None:
    file = section() + interface(113) + interface(1) + interface(101)
    for number, one in enumerate(TALK.segments):
        packet = [bytes(14) + ethernet(ipv4(one))[12:], ethernet(ipv4(one)), ipv4(one)][number % 3]
        file += enhanced(Recorded(packet, number * 1_000_000_000), number=number % 3)
    assert read(file) == SAID


def test_sections_of_both_byte_orders() -> None:
    first, second = PACKETS[:3], PACKETS[3:]
    file = pcapng(first, order="<")
    file += section(">") + interface(1, ">", (9, b"\x06"))
    file += b"".join(enhanced(one, ">") for one in second)
    assert read(file) == SAID


def test_blocks_of_other_kinds_are_passed_over() -> None:
    other = (
        block(4, bytes(40))
        + block(5, bytes(24))
        + block(0xBAD, b"x" * 999)
        + block(0x40000BAD, bytes(3_000_000))
        + block(0x80000001, bytes(4))
    )
    file = section() + interface() + other
    for one in PACKETS:
        file += enhanced(one) + other[-16:]
    assert read(file) == SAID


def test_old_packet_blocks() -> None:
    file = section() + interface()
    for data, at, _ in PACKETS:
        ticks = int(START) * 1_000_000 + at // 1000
        head = struct.pack("<HHIIII", 0, 7, ticks >> 32, ticks & 0xFFFFFFFF, len(data), len(data))
        file += block(2, head + data)
    assert read(file) == SAID


def test_simple_packet_blocks_have_no_time() -> None:
    file = section() + interface()
    for data, _, _ in PACKETS:
        file += block(3, struct.pack("<I", len(data)) + data)
    events = list(read_capture(io.BytesIO(file)))
    assert texts(read(file)) == texts(SAID)
    opened = events[0]
    assert isinstance(opened, Opened)
    assert opened.connection.lacks == Lacks.TIME
    assert opened.connection.times == "missing"


def test_simple_packet_blocks_that_are_cut_off() -> None:
    talk = Talk().upgrade().server(ws("x" * 200), ws("short"))
    file = section() + interface(1, "<", snaplen=257)
    for one in talk.segments:
        data = ethernet(ipv4(one))
        file += block(3, struct.pack("<I", len(data)) + data[:257])
    found = read(file)
    assert texts(found) == ["short"]
    size = len(ethernet(ipv4(talk.segments[4]))) - 257
    assert found[-2] == (
        "CAPTURE_GAP",
        1,
        f"the message of the server that ends in packet 5 is not all there: {size} bytes are missing",
    )


@pytest.mark.parametrize("number", [1, 0xFFFFFFFF])
def test_an_interface_that_is_not_described(number: int) -> None:
    file = section() + interface() + enhanced(PACKETS[0], number=number)
    file += b"".join(map(enhanced, PACKETS))
    found = read(file)
    assert found[0] == (
        "CAPTURE_PART_INVALID",
        None,
        f"packet 1 is of interface {number}, which is not described",
    )
    assert found[1:] == SAID


# --- Damage ------------------------------------------------------------------------------------


def test_a_file_that_is_cut_off() -> None:
    whole = pcap(PACKETS)
    found = read(whole[:-5])
    assert found[:-1] == SAID
    assert found[-1] == (
        "CAPTURE_PART_INVALID",
        None,
        f"packet {len(PACKETS)} is not all there: the file ends within it",
    )
    found = read(pcapng(PACKETS)[:-5])
    assert found[:-1] == SAID
    assert found[-1] == (
        "CAPTURE_PART_INVALID",
        None,
        f"the file ends within a block behind packet {len(PACKETS) - 1}",
    )


def test_damage_in_the_middle_of_a_pcap() -> None:
    packets = [*PACKETS, *PACKETS]
    whole = pcap(packets)
    at = len(pcap(PACKETS))
    damaged = whole[:at] + b"\xff" * 30 + whole[at:]
    found = read(damaged)
    assert found == [
        *SAID,
        (
            "CAPTURE_PART_INVALID",
            None,
            f"packet {len(PACKETS) + 1} is damaged: 30 bytes from byte {at} on are no packet",
        ),
    ]


def test_damage_in_the_middle_of_a_pcapng() -> None:
    head = section() + interface()
    blocks = [enhanced(one) for one in PACKETS]
    damaged = head + blocks[0] + b"\xff" * 31 + b"".join(blocks[1:])
    where = len(head + blocks[0])
    assert read(damaged) == [
        (
            "CAPTURE_PART_INVALID",
            None,
            f"a block behind packet 1 is damaged: 31 bytes from byte {where} on are no block",
        ),
        *SAID,
    ]


def test_a_file_without_packets() -> None:
    for file in (pcap([]), pcapng([]), section()):
        with pytest.raises(CaptureError) as caught:
            read(file)
        assert str(caught.value) == "the packet capture holds no WebSocket connection"


def test_another_file_that_is_said_to_be_one() -> None:
    with pytest.raises(CaptureError) as caught:
        list(read_capture(io.BytesIO(b"{}\n"), reading=Reading(format="pcap")))
    assert str(caught.value) == (
        "this is no packet capture: it begins with no magic number of pcap or pcapng"
    )

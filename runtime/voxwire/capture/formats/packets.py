"""pcap and pcapng, with all traffic of a machine: WebSocket connections that are not encrypted are read.

See :mod:`voxwire.capture.packets` for packets and TCP, and :mod:`voxwire.capture.streams` for what TCP
carries.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from voxwire.capture.events import BadLine, Lacks
from voxwire.capture.formats.format import CaptureFormat, CaptureInput, Likelihood
from voxwire.capture.packets.connections import PacketConnections
from voxwire.capture.packets.packet import Damage, Packet, Secrets
from voxwire.capture.packets.pcap import PCAP_MAGICS, read_pcap
from voxwire.capture.packets.pcapng import PCAPNG_MAGIC, read_pcapng
from voxwire.capture.streams.output import StreamOutput
from voxwire.errors import CaptureError
from voxwire.rules.capture_format import CAPTURE_PART_INVALID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.capture.events import CaptureEvent

_TSHARK: Final = "tshark -r FILE {keys}-Y 'websocket or http.upgrade' -j 'frame ip ipv6 tcp' -J 'http websocket data' -T ek"
_WITH_KEYS: Final = _TSHARK.format(keys="-o tls.keylog_file:KEYS ")
_WITHOUT_KEYS: Final = _TSHARK.format(keys="")


def no_websockets(output: StreamOutput, *, has_secrets: bool) -> CaptureError:
    """Why nothing was found in a file, and what to do."""
    if output.tls:
        if has_secrets:
            how = f"the keys are in the file, so that `{_WITHOUT_KEYS}` decrypts it"
        else:
            how = (
                f"`{_WITH_KEYS}` decrypts it with the keys that a client writes where the environment variable "
                "SSLKEYLOGFILE says; validate what that prints"
            )
        return CaptureError(f"the connections in it are encrypted (TLS): {how}")
    if output.http2:
        return CaptureError(
            "the connections in it speak HTTP/2, whose WebSockets (RFC 8441) are not read; connect with HTTP/1.1, "
            "or use `voxwire record`"
        )
    return CaptureError("the packet capture holds no WebSocket connection")


def _probe(start: bytes) -> Likelihood:
    is_one = start.startswith((*PCAP_MAGICS, PCAPNG_MAGIC))
    return Likelihood.SURE if is_one else Likelihood.NO


def _read(capture: CaptureInput) -> Iterator[CaptureEvent]:
    blocks = iter(capture.blocks())
    start = b""
    while len(start) < len(PCAPNG_MAGIC):
        block = next(blocks, None)
        if block is None:
            break
        start += block
    if _probe(start) is not Likelihood.SURE:
        raise CaptureError(
            "this is no packet capture: it begins with no magic number of pcap or pcapng"
        )
    read = read_pcapng if start.startswith(PCAPNG_MAGIC) else read_pcap
    yield from _events(read(chain([start], blocks)))


def _events(parts: Iterator[Packet | Damage | Secrets]) -> Iterator[CaptureEvent]:
    output = StreamOutput("packet")
    connections = PacketConnections(output)
    events = output.events
    has_secrets = False
    for part in parts:
        if isinstance(part, Packet):
            connections.packet(part)
        elif isinstance(part, Damage):
            events.append(BadLine(None, CAPTURE_PART_INVALID, part.message, part.hint))
        else:
            has_secrets = True
        if events:
            yield from output.taken()
    connections.end()
    yield from output.taken()
    if not output.connections:
        if connections.unknown_links and not (output.tls or output.http2):
            raise _unknown_links(connections.unknown_links)
        raise no_websockets(output, has_secrets=has_secrets)


def _unknown_links(links: set[int]) -> CaptureError:
    numbers = ", ".join(map(str, sorted(links)))
    return CaptureError(
        f"its packets are of a link layer that is not read (LINKTYPE {numbers}); record on an Ethernet, loopback "
        "or any interface"
    )


PACKETS: Final = CaptureFormat(
    "pcap",
    "pcap and pcapng of tcpdump, dumpcap, Wireshark",
    Lacks.NOTHING,
    _probe,
    _read,
    "wss is encrypted: let tshark decrypt it with the keys, and read what it prints",
)

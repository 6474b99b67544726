"""The TCP connections among some packets, and what they hold."""

from __future__ import annotations

import ipaddress
from struct import Struct
from typing import TYPE_CHECKING, Final

from voxwire.capture.connections import MAX_CONNECTIONS
from voxwire.capture.events import Lacks
from voxwire.capture.packets.internet import InternetLayer
from voxwire.capture.packets.link_layers import IP_START, NOT_IP
from voxwire.capture.packets.tcp import ACK, FIN, RST, SYN, TcpConnection
from voxwire.capture.streams.conversation import Conversation

if TYPE_CHECKING:
    from voxwire.capture.packets.packet import Packet
    from voxwire.capture.streams.output import StreamOutput

MOST_OTHERS: Final = 8192
"""TCP connections that are followed until it shows whether they are WebSockets, or no more after that. Of
more, the oldest is forgotten; what still comes of it is taken for a connection whose beginning is missing."""

_NOBODY: Final = (None, 0)

_FIXED: Final = Struct(">IIBB").unpack_from
"""Behind the ports: number, acknowledgement, length of the header, flags."""


class PacketConnections:
    """Gives what packets hold to `output`."""

    def __init__(self, output: StreamOutput) -> None:
        self._output: Final = output
        self._internet: Final = InternetLayer()
        self._found: Final[dict[bytes, tuple[TcpConnection, int]]] = {}
        """By addresses and ports of sender and receiver; with the side that the sender is."""
        self._websockets: Final[dict[TcpConnection, None]] = {}
        self._others: Final[dict[TcpConnection, None]] = {}
        self._latest = 0.0
        self.unknown_links: Final[set[int]] = set()
        """Link layers of packets that cannot be read."""

    def packet(self, packet: Packet) -> None:
        """The next packet."""
        ip_start = IP_START.get(packet.link)
        if ip_start is None:
            self.unknown_links.add(packet.link)
            return
        data = packet.data
        at = ip_start(data)
        if at != NOT_IP:
            self.internet(data, at, packet.size, packet.ts, packet.number)

    def internet(self, data: bytes, at: int, size: int, ts: float | None, number: int) -> None:
        """The next packet, of which the IP packet begins at `at`."""
        segment = self._internet.segment(data, at, size)
        if segment is None:
            return
        data, addresses, start, end = segment
        if len(data) < start + 20:
            return
        if ts is None:
            self._output.lacks |= Lacks.TIME
            ts = self._latest
        else:
            self._latest = ts
        sequence, ack, words, flags = _FIXED(data, start + 4)
        payload = start + (words >> 4) * 4
        if payload < start + 20:
            return
        name = addresses + data[start : start + 4]
        found = self._found.get(name)
        if found is None:
            if flags & RST or (payload >= end and not flags & SYN):
                return
            found = self._new(name, flags)
        connection, side = found
        if flags & SYN:
            if connection.begins_anew(side, sequence):
                connection.end()
                connection, side = self._new(name, flags)
            connection.begin(side, sequence)
            sequence = (sequence + 1) & 0xFFFFFFFF
        if connection.is_over:
            if payload >= end or not connection.is_of_another(side, sequence, end - payload):
                return
            connection, side = self._new(name, flags)
        if flags & RST:
            if connection.can_reset(side, sequence):
                connection.end()
        elif payload < end or flags & FIN or connection.is_waiting:
            content = data[payload:end]
            connection.segment(
                side,
                sequence,
                ack if flags & ACK else None,
                content,
                max(0, end - payload - len(content)),
                bool(flags & FIN),
                ts,
                number,
            )
        if connection.stream.is_over:
            self._let_go(connection)
        elif connection.stream.is_websocket and connection in self._others:
            self._keep(connection)

    def end(self) -> None:
        """There are no more packets."""
        for connection in [*self._websockets, *self._others]:
            connection.end(is_cut_off=True)

    def _new(self, name: bytes, flags: int) -> tuple[TcpConnection, int]:
        """A connection of which the first packet has `name`: of the side that connects, as far as that can be
        told."""
        size = (len(name) - 4) // 2
        back = name[size : 2 * size] + name[:size] + name[-2:] + name[-4:-2]
        client = None
        if flags & SYN:
            client = 1 if flags & ACK else 0
        peers = _peer(name[:size], name[-4:-2]), _peer(name[size:-4], name[-2:])
        stream = Conversation(
            self._output, "ws", client=client, has_start=client is not None, peers=peers
        )
        connection = TcpConnection(stream, (name, back), self._output)
        self._found[name], self._found[back] = (connection, 0), (connection, 1)
        self._let_go(connection)
        return connection, 0

    def _let_go(self, connection: TcpConnection) -> None:
        """It is no WebSocket connection yet, or no more."""
        self._websockets.pop(connection, None)
        self._others[connection] = None
        if len(self._others) > MOST_OTHERS:
            self._forget(next(iter(self._others)))

    def _keep(self, connection: TcpConnection) -> None:
        """It is a WebSocket connection."""
        del self._others[connection]
        self._websockets[connection] = None
        if len(self._websockets) > MAX_CONNECTIONS:
            self._forget(next(iter(self._websockets)))

    def _forget(self, connection: TcpConnection) -> None:
        connection.end(is_cut_off=True)
        self._others.pop(connection, None)
        self._websockets.pop(connection, None)
        for name in connection.names:
            if self._found.get(name, _NOBODY)[0] is connection:
                del self._found[name]


def _peer(address: bytes, port: bytes) -> str:
    """The address as it stands in a URL."""
    host = str(ipaddress.ip_address(address))
    return f"{f'[{host}]' if ':' in host else host}:{int.from_bytes(port, 'big')}"

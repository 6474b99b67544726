"""Who else reads captures of other tools: the peers of our readers, each as short as a user would write it.

Each gives the messages of a file as (whether the client sent it, its text or bytes).
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

Message = tuple[bool, str | bytes]
Peer = Callable[[Path], Iterator[Message]]


class _Side(NamedTuple):
    """What a client or a server sent so far."""

    connection: Any
    buffer: bytearray


def json_load(path: Path) -> Iterator[Message]:
    """A HAR as a whole, with the standard library."""
    with path.open(encoding="utf-8") as file:
        yield from _of_har(json.load(file)["log"]["entries"])


def orjson_loads(path: Path) -> Iterator[Message]:
    """A HAR as a whole, with orjson."""
    yield from _of_har(import_module("orjson").loads(path.read_bytes())["log"]["entries"])


def ijson_items(path: Path) -> Iterator[Message]:
    """A HAR message by message."""
    where = "log.entries.item._webSocketMessages.item"
    with path.open("rb") as file:
        messages = import_module("ijson").items(file, where, use_float=True)
        yield from map(_har_message, messages)


def _of_har(entries: list[dict[str, Any]]) -> Iterator[Message]:
    for entry in entries:
        yield from map(_har_message, entry.get("_webSocketMessages", ()))


def _har_message(message: dict[str, Any]) -> Message:
    data = message["data"]
    content = base64.b64decode(data) if message["opcode"] == 2 else data
    return message["type"] == "send", content


def json_events(path: Path) -> Iterator[Message]:
    """Events of the DevTools protocol, with the standard library."""
    yield from _events(path, json.loads)


def orjson_events(path: Path) -> Iterator[Message]:
    """The same with orjson."""
    yield from _events(path, import_module("orjson").loads)


def _events(path: Path, loads: Callable[[bytes], Any]) -> Iterator[Message]:
    with path.open("rb") as lines:
        for line in lines:
            event = loads(line)
            method = event["method"]
            if method.startswith("Network.webSocketFrame"):
                frame = event["params"]["response"]
                data = frame["payloadData"]
                content = base64.b64decode(data) if frame["opcode"] == 2 else data
                yield method.endswith("Sent"), content


def mitmproxy_io(path: Path) -> Iterator[Message]:
    """Flows, with mitmproxy itself."""
    with path.open("rb") as file:
        for flow in import_module("mitmproxy.io").FlowReader(file).stream():
            for message in flow.websocket.messages:
                content = message.content
                yield message.from_client, content.decode() if message.is_text else content


def dpkt_and_wsproto(path: Path) -> Iterator[Message]:
    """Packets of one connection in order, with dpkt and wsproto."""
    dpkt = import_module("dpkt")
    sides: dict[bool, _Side] = {}
    with path.open("rb") as file:
        for _, packet in dpkt.pcap.Reader(file):
            segment = dpkt.ethernet.Ethernet(packet).data.data
            if segment.data:
                yield from _segment(sides, segment.dport == 8765, segment.data)


def scapy_and_wsproto(path: Path) -> Iterator[Message]:
    """The same with scapy."""
    scapy = import_module("scapy.all")
    sides: dict[bool, _Side] = {}
    with scapy.PcapReader(str(path)) as packets:
        for packet in packets:
            segment = packet[scapy.TCP]
            data = bytes(segment.payload)
            if data:
                yield from _segment(sides, segment.dport == 8765, data)


def _segment(sides: dict[bool, _Side], is_client: bool, data: bytes) -> Iterator[Message]:
    """Both sides begin with a head of HTTP; what follows are frames."""
    frame_protocol = import_module("wsproto.frame_protocol")
    if is_client not in sides:
        head, _, data = data.partition(b"\r\n\r\n")
        extensions = []
        if b"permessage-deflate" in head:
            extensions.append(import_module("wsproto.extensions").PerMessageDeflate())
            extensions[0].finalize("permessage-deflate")
        # Frames of a client are what a server receives.
        protocol = frame_protocol.FrameProtocol(not is_client, extensions)
        sides[is_client] = _Side(protocol, bytearray())
        if not data:
            return
    connection, buffer = sides[is_client]
    connection.receive_bytes(data)
    for frame in connection.received_frames():
        payload = frame.payload
        buffer += payload.encode() if isinstance(payload, str) else payload
        if frame.message_finished:
            whole = bytes(buffer)
            buffer.clear()
            yield is_client, whole.decode() if isinstance(payload, str) else whole


_DPKT: Mapping[str, Peer] = {"dpkt and wsproto": dpkt_and_wsproto}
PEERS: Mapping[str, Mapping[str, Peer]] = {
    "har": {"json.load": json_load, "orjson.loads": orjson_loads, "ijson": ijson_items},
    "cdp": {"json.loads": json_events, "orjson.loads": orjson_events},
    "mitmproxy": {"mitmproxy.io": mitmproxy_io},
    "pcap": {**_DPKT, "scapy and wsproto": scapy_and_wsproto},
    "pcap-zstd": _DPKT,
    "pcap-deflate": _DPKT,
}

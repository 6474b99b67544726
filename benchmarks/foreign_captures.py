"""Writes the long capture as other tools write it, without any of these tools.

    python -m benchmarks.foreign_captures FORMAT FILE [--frames N]

Every run writes the same bytes: one connection, with the messages that :mod:`benchmarks.make_capture` writes,
one packet, event or line each. What surrounds them is as real files have it.
"""

import argparse
import base64
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.make_capture import FRAMES, START, Sent, sent_messages
from benchmarks.mitmproxy_flow import flow_of
from benchmarks.packet_captures import (
    deflate_pcap,
    handshake,
    plain_pcap,
    websocket_frame,
    zstd_pcap,
)

URL = "ws://127.0.0.1:8765/gateway?v=1&encoding=json"
MASK = b"\x2a\x00\x99\xfe"
"""Of the frames of the client; tools choose a new one for each."""

Writer = Callable[[Iterable[Sent]], Iterator[bytes]]


def write_foreign(path: Path, name: str, frames: int = FRAMES) -> None:
    """Write the capture with `frames` frames of the server and one of the client to `path`."""
    with path.open("wb") as out:
        out.writelines(WRITERS[name](sent_messages(frames)))


def chrome_har(messages: Iterable[Sent]) -> Iterator[bytes]:
    """As the developer tools of Chrome export it: laid out, a line for each key."""
    log = {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"}, "pages": []}
    head = json.dumps({"log": log}, indent=2).removesuffix("\n  }\n}")
    entry = {
        "_priority": None,
        "_resourceType": "websocket",
        "cache": {},
        "request": {"method": "GET", "url": URL, "httpVersion": "HTTP/1.1", "headers": []},
        "response": {"status": 101, "statusText": "Switching Protocols", "headers": []},
        "serverIPAddress": "127.0.0.1",
        "startedDateTime": datetime.fromtimestamp(START, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "time": 40_000.0,
    }
    start = _indented(json.dumps(entry, indent=2), 6).removesuffix("\n      }")
    yield f'{head},\n    "entries": [\n      {start},\n        "_webSocketMessages": ['.encode()
    ways = {"s2c": "receive", "c2s": "send"}
    for number, (ts, direction, text) in enumerate(messages):
        item = {"type": ways[direction], "time": ts, "opcode": 1, "data": text}
        laid_out = _indented(json.dumps(item, indent=2, ensure_ascii=False), 10)
        yield f"{',' if number else ''}\n          {laid_out}".encode()
    yield b"\n        ]\n      }\n    ]\n  }\n}\n"


def cdp_lines(messages: Iterable[Sent]) -> Iterator[bytes]:
    """Events of the DevTools protocol, one a line. Their clock began with the browser."""
    begun = START - 1296.75
    yield _event("Created", {"url": URL})
    request = {"timestamp": 1296.75, "wallTime": START, "request": {"headers": {}}}
    yield _event("WillSendHandshakeRequest", request)
    response = {"status": 101, "statusText": "Switching Protocols", "headers": {}}
    yield _event("HandshakeResponseReceived", {"timestamp": 1296.8, "response": response})
    names = {"s2c": "FrameReceived", "c2s": "FrameSent"}
    for ts, direction, text in messages:
        frame = {"opcode": 1, "mask": direction == "c2s", "payloadData": text}
        timed = {"timestamp": round(ts - begun, 6), "response": frame}
        yield _event(names[direction], timed)


def _event(name: str, params: dict[str, object]) -> bytes:
    params = {"requestId": "11682.2", **params}
    return _line({"method": f"Network.webSocket{name}", "params": params})


def mitmproxy_flows(messages: Iterable[Sent]) -> Iterator[bytes]:
    """One flow of mitmproxy 11."""
    yield flow_of(messages)


def netlog(messages: Iterable[Sent]) -> Iterator[bytes]:
    """NetLog of Chrome with raw bytes; each message is read and sent by itself."""
    numbers = {"c2s": 84, "s2c": 86}
    constants = {
        "clientInfo": {"name": "Chromium"},
        "logCaptureMode": "Everything",
        "logEventTypes": {
            "SOCKET_ALIVE": 45,
            "SOCKET_BYTES_SENT": numbers["c2s"],
            "SOCKET_BYTES_RECEIVED": numbers["s2c"],
        },
        "timeTickOffset": int(START * 1000) - 1_371_750,
    }
    yield b'{"constants":' + _line(constants)[:-1] + b',\n"events": [\n'
    asked, answered = handshake("/gateway?v=1&encoding=json")
    parts: Iterator[tuple[float, str, bytes]] = iter(
        [(START, "c2s", asked), (START, "s2c", answered)]
    )
    for ts, direction, data in parts:
        yield _bytes_event(ts, numbers[direction], data)
    for ts, direction, text in messages:
        mask = MASK if direction == "c2s" else b""
        yield _bytes_event(ts, numbers[direction], websocket_frame(text.encode(), mask=mask))
    yield b'{"phase":2,"source":{"id":146,"start_time":"1371750","type":10},"time":"1411750","type":45}],\n'
    yield b'"polledData": []}\n'


def _bytes_event(ts: float, kind: int, data: bytes) -> bytes:
    event = {
        "params": {"byte_count": len(data), "bytes": base64.b64encode(data).decode()},
        "phase": 0,
        "source": {"id": 146, "start_time": "1371750", "type": 10},
        "time": str(round((ts - START) * 1000) + 1_371_750),
        "type": kind,
    }
    return _line(event)[:-1] + b",\n"


def tshark_ek(messages: Iterable[Sent]) -> Iterator[bytes]:
    """``tshark -T ek`` with the layers http and websocket, as in the documentation."""
    layers: dict[str, object] = {
        "http_http_request_method": "GET",
        "http_http_request_uri": "/gateway?v=1&encoding=json",
        "http_http_request_full_uri": URL.replace("ws:", "http:"),
        "http_http_upgrade": "websocket",
    }
    yield from _ek(START, {"http": layers})
    answer: dict[str, object] = {
        "http_http_response_code": "101",
        "http_http_upgrade": "websocket",
    }
    yield from _ek(START, {"http": answer})
    for ts, direction, text in messages:
        size = len(text.encode())
        lengths = {"length": str(size)} if size < 126 else {"length": "126", "length_ext_16": size}
        mask = {"masking_key": "2a:00:99:fe", "masked_payload": None} if direction == "c2s" else {}
        fields: dict[str, object] = {
            "fin": True,
            "rsv": "0x00",
            "opcode": "1",
            "mask": direction == "c2s",
            **{f"payload_{name}": str(value) for name, value in lengths.items()},
            **mask,
            "payload": None,
            "payload_text": text,
        }
        websocket = {f"websocket_websocket_{name}": value for name, value in fields.items()}
        yield from _ek(
            ts, {"websocket": websocket, "data-text-lines": _left_out("data-text-lines")}
        )


def _ek(ts: float, shown: Mapping[str, Mapping[str, object]]) -> Iterator[bytes]:
    hidden = {name: _left_out(name) for name in ("frame", "eth", "ip", "tcp")}
    yield b'{"index":{"_index":"packets-2026-11-22","_type":"doc"}}\n'
    yield _line({"timestamp": str(round(ts * 1000)), "layers": {**hidden, **shown}})


def _left_out(layer: str) -> dict[str, str]:
    return {"filtered": layer}


def websockets_log(messages: Iterable[Sent]) -> Iterator[bytes]:
    """The debug log of a client that uses websockets, with WEBSOCKETS_MAX_LOG_SIZE=1000000."""
    opening = (
        "= connection is CONNECTING",
        "> GET /gateway?v=1&encoding=json HTTP/1.1",
        "> Host: 127.0.0.1:8765",
        "> Upgrade: websocket",
        "< HTTP/1.1 101 Switching Protocols",
        "< Upgrade: websocket",
        "= connection is OPEN",
    )
    for line in opening:
        yield _logged(START, line)
    marks = {"s2c": "<", "c2s": ">"}
    for ts, direction, text in messages:
        yield _logged(ts, f"{marks[direction]} TEXT {text!r} [{len(text.encode())} bytes]")


def _logged(ts: float, said: str) -> bytes:
    time = datetime.fromtimestamp(ts, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return f"{time},{int(ts * 1000) % 1000:03} websockets.client DEBUG {said}\n".encode()


def websocket_client_trace(messages: Iterable[Sent]) -> Iterator[bytes]:
    """What ``websocket.enableTrace(True)`` prints: each frame twice."""
    asked, answered = handshake("/gateway?v=1&encoding=json")
    rule = b"-----------------------\n"
    yield b"--- request header ---\n" + asked.replace(b"\r", b"") + b"\n" + rule
    yield b"--- response header ---\n" + answered.replace(b"\r\n\r\n", b"\n").replace(b"\r", b"")
    yield rule + b"Websocket connected\n"
    names = {"s2c": "Rcv", "c2s": "Sent"}
    for _, direction, text in messages:
        name, data = names[direction], text.encode()
        frame = websocket_frame(data, mask=MASK if direction == "c2s" else b"")
        yield f"++{name} raw: {frame!r}\n++{name} decoded: fin=1 opcode=1 data={data!r}\n".encode()


def websocat_log(messages: Iterable[Sent]) -> Iterator[bytes]:
    """What the overlay ``log:`` of websocat prints, with the escapes of Rust."""
    for _, direction, text in messages:
        data = text.encode() + (b"\n" if direction == "c2s" else b"")
        name = "WRITE" if direction == "c2s" else "READ"
        yield f'{name} {len(data)} "{"".join(map(_ESCAPES.__getitem__, data))}"\n'.encode()


_ESCAPES = [chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in range(256)]
_ESCAPES[ord("\n")] = "\\n"
for _quoted in "\\\"'":
    _ESCAPES[ord(_quoted)] = "\\" + _quoted


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _indented(text: str, spaces: int) -> str:
    return text.replace("\n", "\n" + " " * spaces)


WRITERS: Mapping[str, Writer] = {
    "har": chrome_har,
    "cdp": cdp_lines,
    "mitmproxy": mitmproxy_flows,
    "pcap": plain_pcap,
    "pcap-zstd": zstd_pcap,
    "pcap-deflate": deflate_pcap,
    "netlog": netlog,
    "tshark": tshark_ek,
    "websockets": websockets_log,
    "websocket-client": websocket_client_trace,
    "websocat": websocat_log,
}


def main() -> None:
    """Write the capture that the command line names."""
    parser = argparse.ArgumentParser(description="Write a long capture as another tool does.")
    parser.add_argument("format", choices=WRITERS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--frames", type=int, default=FRAMES, help=f"default: {FRAMES}")
    arguments = parser.parse_args()
    write_foreign(arguments.file, arguments.format, arguments.frames)


if __name__ == "__main__":
    main()

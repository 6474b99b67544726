"""A flow of mitmproxy 11 for :mod:`benchmarks.foreign_captures`, as tnetstrings."""

from collections.abc import Iterable

from benchmarks.make_capture import DURATION, START, Sent

_HOST = b"127.0.0.1:8765"


def flow_of(messages: Iterable[Sent]) -> bytes:
    """A connection with these messages, which its client closed."""
    websocket = {
        "timestamp_end": START + DURATION,
        "close_reason": "",
        "close_code": 1000,
        "closed_by_client": True,
        "messages": [
            [1, direction == "c2s", text.encode(), ts, False, False]
            for ts, direction, text in messages
        ],
    }
    return _tnetstring({"websocket": websocket, **_AROUND})


def _tnetstring(value: object) -> bytes:
    """Numbers and texts with their lengths in front and their kinds behind; bytes have a comma."""
    match value:
        case None:
            return b"0:~"
        case bool():
            data, tag = str(value).lower().encode(), b"!"
        case int():
            data, tag = str(value).encode(), b"#"
        case float():
            data, tag = repr(value).encode(), b"^"
        case str():
            data, tag = value.encode(), b";"
        case bytes():
            data, tag = value, b","
        case list():
            data, tag = b"".join(map(_tnetstring, value)), b"]"
        case dict():
            data = b"".join(_tnetstring(key) + _tnetstring(item) for key, item in value.items())
            tag = b"}"
        case _:
            raise TypeError(f"no tnetstring has a {type(value).__name__}")
    return b"%d:%s%s" % (len(data), data, tag)


def _side(own: dict[str, object]) -> dict[str, object]:
    return {
        "timestamp_tls_setup": None,
        "timestamp_start": START,
        "sni": None,
        "tls_version": None,
        "cipher_list": [],
        "cipher": None,
        "alpn_offers": [],
        "alpn": None,
        "certificate_list": [],
        "tls": False,
        "error": None,
        "transport_protocol": "tcp",
        **own,
    }


_AROUND: dict[str, object] = {
    "response": {
        "reason": b"Switching Protocols",
        "status_code": 101,
        "timestamp_end": START,
        "timestamp_start": START,
        "trailers": None,
        "content": b"",
        "headers": [[b"Upgrade", b"websocket"], [b"Connection", b"Upgrade"]],
        "http_version": b"HTTP/1.1",
    },
    "request": {
        "path": b"/gateway?v=1&encoding=json",
        "authority": b"",
        "scheme": b"http",
        "method": b"GET",
        "port": 8765,
        "host": "127.0.0.1",
        "timestamp_end": START,
        "timestamp_start": START,
        "trailers": None,
        "content": b"",
        "headers": [[b"Host", _HOST], [b"Upgrade", b"websocket"], [b"Connection", b"Upgrade"]],
        "http_version": b"HTTP/1.1",
    },
    "backup": None,
    "timestamp_created": START,
    "comment": "",
    "metadata": {},
    "marked": "",
    "is_replay": None,
    "intercepted": False,
    "server_conn": _side(
        {
            "via": None,
            "timestamp_tcp_setup": START,
            "address": ["127.0.0.1", 8765],
            "timestamp_end": START + DURATION,
            "id": "00000000-0000-4000-8000-000000000001",
            "sockname": ["127.0.0.1", 46556],
            "peername": ["127.0.0.1", 8765],
        }
    ),
    "client_conn": _side(
        {
            "proxy_mode": "regular",
            "mitmcert": None,
            "timestamp_end": None,
            "id": "00000000-0000-4000-8000-000000000002",
            "sockname": ["127.0.0.1", 8080],
            "peername": ["127.0.0.1", 52794],
        }
    ),
    "error": None,
    "id": "00000000-0000-4000-8000-000000000003",
    "type": "http",
    "version": 21,
}

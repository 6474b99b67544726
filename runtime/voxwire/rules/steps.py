"""What happens in the examples of rules, step by step: lines of a capture, written in few words.

The frames are those of Vox, as most people meet the rules there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Filled(msgspec.Struct, frozen=True):
    """A long text: `template` with `times` of `unit` for its ``…``."""

    template: str
    unit: str
    times: int

    def __str__(self) -> str:
        return self.template.replace("…", self.unit * self.times)

    @property
    def shown(self) -> str:
        """The text in short, and how long it is."""
        few = self.template.replace("…", f"{self.unit}{self.unit}…{self.unit}{self.unit}")
        return f"{few}   with {self.times:,} × {self.unit}"


class Compressed(msgspec.Struct, frozen=True):
    """One zstd frame, cut off by some bytes at its end, or with more behind it."""

    content: bytes | Filled
    cut_off: int = 0
    behind: bytes = b""

    def __str__(self) -> str:
        import base64

        import zstandard

        content = str(self.content).encode() if isinstance(self.content, Filled) else self.content
        frame = zstandard.ZstdCompressor(level=3).compress(content)
        sent = frame[: len(frame) - self.cut_off] + self.behind
        return base64.b64encode(sent).decode()

    @property
    def shown(self) -> str:
        """What is in the frame, and what was done to it."""
        is_long = isinstance(self.content, Filled)
        content = self.content.shown if isinstance(self.content, Filled) else _ascii(self.content)
        less = f" without its last {self.cut_off} bytes" if self.cut_off else ""
        more = f" and behind it {_ascii(self.behind)}" if self.behind else ""
        return f"a zstd frame{less} of {content}{'' if is_long else more}"


class Binary(msgspec.Struct, frozen=True):
    """The bytes of a message as they are."""

    content: bytes

    def __str__(self) -> str:
        import base64

        return base64.b64encode(self.content).decode()


class Step(msgspec.Struct, frozen=True):
    """What stands on one line of a capture, `after` so many seconds, as often as `times`."""

    keys: Mapping[str, object]
    shown: str
    """For people: ``←`` is a message from the server, ``→`` one from the client."""
    after: float = 0.1
    times: int = 1

    def line(self, time: float | int | None) -> str:
        """The line of a capture; `time` is None where it has none."""
        import json

        keys = {key: _plain(value) for key, value in self.keys.items()}
        return json.dumps(keys if time is None else {"ts": time, **keys})


class Line(msgspec.Struct, frozen=True):
    """A line as it stands in the file."""

    text: str | Filled


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Filled | Compressed | Binary) else value


def _ascii(content: bytes) -> str:
    return content.decode("ascii", "backslashreplace")


def _shown(text: str | Filled) -> str:
    return text.shown if isinstance(text, Filled) else text


def opened(query: str = "v=1&encoding=json", *, after: float = 0.1) -> Step:
    """A connection begins."""
    url = f"wss://host/gateway?{query}"
    return Step({"url": url}, f"connected to {url}", after=after)


def server(text: str | Filled, *, after: float = 0.1, times: int = 1) -> Step:
    """The server sends a text message."""
    keys = {"dir": "s2c", "opcode": "text", "text": text}
    return Step(keys, f"← {_shown(text)}", after=after, times=times)


def client(text: str | Filled, *, after: float = 0.1, times: int = 1) -> Step:
    """The client sends a text message."""
    keys = {"dir": "c2s", "opcode": "text", "text": text}
    return Step(keys, f"→ {_shown(text)}", after=after, times=times)


def server_binary(content: str | bytes | Filled, *, cut_off: int = 0, behind: bytes = b"") -> Step:
    """The server sends a binary message with one zstd frame."""
    content = content.encode() if isinstance(content, str) else content
    compressed = Compressed(content, cut_off, behind)
    return Step({"dir": "s2c", "opcode": "binary", "b64": compressed}, f"← {compressed.shown}")


def client_binary(content: bytes) -> Step:
    """The client sends a binary message."""
    keys = {"dir": "c2s", "opcode": "binary", "b64": Binary(content)}
    return Step(keys, f"→ binary {_ascii(content)}")


def closed(code: int, reason: str = "", *, after: float = 0.1) -> Step:
    """The connection is closed."""
    said = f"{code} {reason}".rstrip()
    return Step({"close": {"code": code, "reason": reason}}, f"closed with {said}", after=after)


HELLO_TEXT: Final = '{"type":"hello","d":{"heartbeat_interval":45000}}'
READY_TEXT: Final = (
    '{"type":"ready","d":{"session_id":"sess_0123456789abcdef","user_id":1,"display_name":"Ada",'
    '"server_name":"Example","protocol_version":1,"capabilities":["voice"]},"seq":1}'
)
OPENED: Final = opened()
HELLO: Final = server(HELLO_TEXT)
IDENTIFY: Final = client('{"type":"identify","d":{"token":"vox_sess_example"}}')
READY: Final = server(READY_TEXT)
HEARTBEAT: Final = client('{"type":"heartbeat"}')
HEARTBEAT_ACK: Final = server('{"type":"heartbeat_ack"}')
BEGUN: Final = (OPENED, HELLO, IDENTIFY, READY)
"""A connection that has its session: the next number is 2."""

OPENED_ZSTD: Final = opened("v=1&encoding=json&compress=zstd")
BEGUN_ZSTD: Final = (
    OPENED_ZSTD,
    server_binary(HELLO_TEXT),
    IDENTIFY,
    server_binary(READY_TEXT),
)
"""The same with compression."""


def leave(seq: int, *, after: float = 0.1) -> Step:
    """Any numbered message of the server."""
    return server(f'{{"type":"member_leave","d":{{"user_id":7}},"seq":{seq}}}', after=after)


def resume(last_seq: int) -> Step:
    """The client asks for what it missed."""
    return client(
        '{"type":"resume","d":{"token":"vox_sess_example","session_id":"sess_0123456789abcdef",'
        f'"last_seq":{last_seq}}}}}'
    )


def resumed(seq: int) -> Step:
    """The server has replayed everything up to this number."""
    return server(f'{{"type":"resumed","d":{{"seq":{seq}}}}}')

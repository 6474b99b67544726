"""Examples of rules: small captures, frames and values, as data that tests and pages run.

An example tells what happens in steps::

    capture("→ identify  ← ready (seq 2)", OPENED, HELLO, IDENTIFY, server(READY_TEXT.replace(…)))

The frames are those of Vox, as most people meet the rules there.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Final

_START: Final = 1_795_376_354.0
"""When every example begins, as Unix time."""
_WIDTH: Final = 160
"""Characters of a line that are shown; of a longer one, its two ends."""


@dataclass(frozen=True)
class Filled:
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


@dataclass(frozen=True)
class Compressed:
    """One zstd frame, cut off by some bytes at its end, or with more behind it."""

    content: bytes | Filled
    cut_off: int = 0
    behind: bytes = b""

    def __str__(self) -> str:
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


@dataclass(frozen=True)
class Step:
    """What stands on one line of a capture, `after` so many seconds, as often as `times`."""

    keys: Mapping[str, object]
    shown: str
    """For people: ``←`` is a message from the server, ``→`` one from the client."""
    _: KW_ONLY
    after: float = 0.1
    times: int = 1

    def line(self, time: float | int | None) -> str:
        """The line of a capture; `time` is None where it has none."""
        keys = {key: _plain(value) for key, value in self.keys.items()}
        return json.dumps(keys if time is None else {"ts": time, **keys})


@dataclass(frozen=True)
class Line:
    """A line as it stands in the file."""

    text: str | Filled


@dataclass(frozen=True)
class Example:
    """A capture in which a rule is broken, or a similar one in which it is kept.

    `caption` says in short what happens: ``←`` is a message from the server, ``→`` one from the client,
    ``…`` anything that is in order. Only what comes after `hidden` steps is shown.
    """

    caption: str
    steps: tuple[Step | Line, ...] = ()
    _: KW_ONLY
    hidden: int = 0
    per_second: int = 1
    """What times count: 1 for seconds, 1000 for milliseconds; 0 where lines have none."""
    cut_off: int | None = None
    """Of a file that is compressed: how many bytes are missing at its end."""

    def content(self) -> bytes:
        """The file."""
        lines: list[str] = []
        for time, step in self._timed():
            if isinstance(step, Line):
                lines.append(str(step.text))
            else:
                times = (time + number * step.after for number in range(step.times))
                lines += (step.line(self._stamp(at)) for at in times)
        content = "".join(f"{line}\n" for line in lines).encode()
        if self.cut_off is None:
            return content
        import zstandard

        file = zstandard.ZstdCompressor(level=3).compress(content)
        return file[: len(file) - self.cut_off]

    def lines(self) -> Iterator[str]:
        """The lines of the file, long ones in short."""
        for time, step in self._timed():
            if isinstance(step, Line):
                yield step.text.shown if isinstance(step.text, Filled) else step.text
            else:
                yield _short(step.line(self._stamp(time)))

    def story(self) -> Iterator[str]:
        """What happens: a line a step, with the seconds since the start where there are several."""
        shown = list(self._timed())[self.hidden :]
        for time, step in shown:
            if isinstance(step, Line):
                continue
            when = f"{time - _START:6.1f} s  " if len(shown) > 1 else ""
            yield f"{when}{step.shown}"
            if step.times > 1:
                yield f"{'':{len(when)}}… and {step.times - 1} more of these, {step.after:g} s apart"

    def _timed(self) -> Iterator[tuple[float, Step | Line]]:
        """Each step and when it comes, for the first time if it comes more than once."""
        time = _START
        for number, step in enumerate(self.steps):
            if isinstance(step, Step):
                time += step.after if number else 0
                yield round(time, 3), step
                time += step.after * (step.times - 1)
            else:
                yield time, step

    def _stamp(self, time: float) -> float | int | None:
        if not self.per_second:
            return None
        return round(time, 3) if self.per_second == 1 else round(time * self.per_second)


@dataclass(frozen=True)
class Elsewhere:
    """A frame of another protocol, for rules that Vox has no use for.

    `message` is what its schema says about the message ``thing`` of the server, as YAML, and `envelope`
    what it says about its envelope besides; `says` is what a validator says about the frame, empty where
    that is nothing.
    """

    caption: str
    message: str
    frame: str
    says: str = ""
    _: KW_ONLY
    envelope: str = ""


@dataclass(frozen=True)
class Told:
    """What happens in a conversation of another protocol, in words: Vox has no use for the rule.

    `says` is what is found, empty where that is nothing.
    """

    caption: str
    says: str = ""


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Filled | Compressed) else value


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 40]} … {text[-37:]}"


def _ascii(content: bytes) -> str:
    return content.decode("ascii", "backslashreplace")


def _shown(text: str | Filled) -> str:
    return text.shown if isinstance(text, Filled) else text


# --- Steps ------------------------------------------------------------------------------------


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
    b64 = base64.b64encode(content).decode()
    return Step({"dir": "c2s", "opcode": "binary", "b64": b64}, f"→ binary {_ascii(content)}")


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


# --- Examples ---------------------------------------------------------------------------------


def capture(caption: str, *steps: Step | Line, per_second: int = 1) -> Example:
    """A capture from its first line."""
    return Example(caption, steps, per_second=per_second)


def on_session(caption: str, *steps: Step | Line) -> Example:
    """What happens on a connection that has its session."""
    return Example(caption, (*BEGUN, *steps), hidden=len(BEGUN))


def on_compressed_session(caption: str, *steps: Step | Line) -> Example:
    """What happens on a compressed connection that has its session."""
    return Example(caption, (*BEGUN_ZSTD, *steps), hidden=len(BEGUN_ZSTD))


def from_client(caption: str, text: str | Filled) -> Example:
    """A frame of the client, when it has a session."""
    return on_session(caption, client(text))


def from_server(caption: str, text: str | Filled) -> Example:
    """A frame of the server, when the client has a session."""
    return on_session(caption, server(text))

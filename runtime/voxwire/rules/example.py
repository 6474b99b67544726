"""Examples of rules: small captures and frames, as data that tests and pages run.

An example tells what happens in steps::

    capture("→ identify  ← ready (seq 2)", OPENED, HELLO, IDENTIFY, server('{"type":"ready",…}'))
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from voxwire.rules.steps import BEGUN, BEGUN_ZSTD, Filled, Line, Step, client, server

_START: Final = 1_795_376_354.0
"""When every example begins, as Unix time."""
_WIDTH: Final = 160
"""Characters of a line that are shown; of a longer one, its two ends."""


class Example(msgspec.Struct, frozen=True):
    """A capture in which a rule is broken, or a similar one in which it is kept.

    `caption` says in short what happens: ``←`` is a message from the server, ``→`` one from the client,
    ``…`` anything that is in order. Only what comes after `hidden` steps is shown.
    """

    caption: str
    steps: tuple[Step | Line, ...] = ()
    hidden: int = 0
    per_second: int = 1
    """What times count: 1 for seconds, 1000 for milliseconds; 0 where lines have none."""
    cut_off: int | None = None
    """Of a file that is compressed: how many bytes are missing at its end."""
    text: str = ""
    """The file itself, where it is in another format than the native one."""

    def content(self) -> bytes:
        """The file."""
        if self.text:
            return self.text.encode()
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
        yield from self.text.splitlines()
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


class Elsewhere(msgspec.Struct, frozen=True):
    """A frame of another protocol, for rules that Vox has no use for.

    `message` is what its schema says about the message ``thing`` of the server, as YAML, and `envelope`
    what it says about its envelope besides; `says` is what a validator says about the frame, empty where
    that is nothing.
    """

    caption: str
    message: str
    frame: str
    says: str = ""
    envelope: str = ""


class Told(msgspec.Struct, frozen=True):
    """What happens in a conversation of another protocol, in words: Vox has no use for the rule.

    `says` is what is found, empty where that is nothing.
    """

    caption: str
    says: str = ""


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 40]} … {text[-37:]}"


def capture(caption: str, *steps: Step | Line, per_second: int = 1) -> Example:
    """A capture from its first line."""
    return Example(caption, steps, per_second=per_second)


def har(caption: str, *entries: str) -> Example:
    """A HAR file with WebSockets, each told by its messages, JSON as it stands there; one that is empty was
    recorded without them."""
    texts: list[str] = []
    for messages in entries:
        request = '"request": {"url": "wss://host/gateway?v=1&encoding=json"}'
        response = '"response": {"status": 101}'
        held = f', "_webSocketMessages": [\n  {messages}]' if messages else ""
        started = '"startedDateTime": "2026-11-22T19:39:14Z"'
        texts.append(f" {{{started}, {request}, {response}{held}}}")
    return Example(caption, text='{"log": {"entries": [\n' + ",\n".join(texts) + "\n]}}\n")


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

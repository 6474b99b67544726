"""The packets in what tshark writes as JSON, one after another, with the layers that it decoded.

``-T json`` repeats keys, so that an ordinary parser loses all but the last of what a packet holds: objects are
read as pairs here. ``-T ek`` and ``--no-duplicate-keys`` write lists instead, and all three the same fields.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from voxwire.capture.formats.native import BYTE_ORDER_MARK
from voxwire.capture.log_lines import log_lines
from voxwire.capture.log_times import zoned_time
from voxwire.limits import MAX_LINE_SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_PACKET: Final = 4 * MAX_LINE_SIZE
"""Bytes of JSON of one packet: the longest frame stands in several fields of it, in hexadecimal."""

_BETWEEN: Final = re.compile(rb'\{"index":\{"_index":"[\w.-]*"(?:,"_type":"[\w.-]*")?\}\}')
"""A line of ``-T ek`` that is for Elasticsearch alone."""
_SECONDS: Final = re.compile(r"\d{9,11}\.\d{1,12}")
_MILLISECONDS: Final = re.compile(r"\d{12,14}")
_OPENS: Final = re.compile(rb"([ \t]*)\{")


class Pairs(list[tuple[str, Any]]):
    """A JSON object with all of its keys."""

    def all_of(self, key: str) -> list[Any]:
        """The values of a key, wherever it is repeated or has a list."""
        return [
            value
            for name, held in self
            if name == key
            for value in (held if type(held) is list else [held])
        ]


class Fields(dict[str, str]):
    """The fields of a layer by name, such as ``fin`` for ``websocket.fin``, wherever in it they stand; of
    fields that are repeated the first one. `is_filtered` where tshark was told to leave all of them out, and
    `is_in_part` where it left out some."""

    def __init__(self, layer: str, tree: object) -> None:
        super().__init__()
        self.is_filtered = isinstance(tree, Pairs) and bool(tree.all_of("filtered"))
        self.is_in_part = False
        prefix = f"{layer}_"
        waiting = [tree]
        while waiting:
            node = waiting.pop()
            if type(node) is not Pairs:
                waiting += reversed(node) if isinstance(node, list) else []
                continue
            for key, held in node:
                value = held
                if isinstance(held, list):
                    waiting += [held] if type(held) is Pairs else held[::-1]
                    value = next((one for one in held if isinstance(one, str | bool)), None)
                if not isinstance(value, str | bool):
                    continue
                if key == "filtered":
                    self.is_in_part = True
                else:
                    name = key.replace(".", "_").removeprefix(prefix).removeprefix(prefix)
                    self.setdefault(name, _text(value))
        self.is_filtered = self.is_filtered or (self.is_in_part and not self)

    def number(self, name: str) -> int | None:
        """A field that is a number, be it in hexadecimal; None where there is none."""
        text = self.get(name)
        if text is None:
            return None
        try:
            return int(text, 16 if text.startswith("0x") else 10) if len(text) < 20 else None
        except ValueError:
            return None

    def octets(self, name: str) -> bytes | None:
        """A field that is bytes in hexadecimal, with colons between; None where there is none."""
        text = self.get(name)
        try:
            return None if text is None else bytes.fromhex(text.replace(":", ""))
        except ValueError:
            return None


class Packet(NamedTuple):
    """A packet. `number` is that of the capture it was in, None where that was left out; `entry` counts
    the packets of the file."""

    entry: int
    number: int | None
    ts: float | None
    stream: str | None
    layers: Pairs

    def layer(self, name: str) -> list[Fields]:
        """All layers of a name, in their order."""
        return [Fields(name, tree) for tree in self.layers.all_of(name)]


class Unreadable(NamedTuple):
    """What is no packet, and why."""

    message: str


def packets(blocks: Iterable[bytes]) -> Iterator[Packet | Unreadable]:
    """All packets of a file, in the layouts of tshark and jq: one on a line, or one over several lines."""
    count = 0
    for found in _objects(blocks):
        if isinstance(found, Unreadable):
            yield found
            continue
        for tree in found if not isinstance(found, Pairs) else [found]:
            packet = _packet(count + 1, tree)
            if packet is not None:
                count += 1
                yield packet


def _objects(blocks: Iterable[bytes]) -> Iterator[Pairs | list[Any] | Unreadable]:
    lines: list[bytes] | None = None
    size = begun = 0
    indent: bytes | None = None
    for number, content in log_lines(blocks):
        if content is None:
            lines = None
            yield Unreadable(f"line {number} is longer than {MAX_LINE_SIZE} bytes and was skipped")
            continue
        line = (content.removeprefix(BYTE_ORDER_MARK) if number == 1 else content).rstrip()
        opens = _OPENS.fullmatch(line)
        if opens is not None and indent is None:
            indent = opens[1]
        if opens is not None and opens[1] == indent:
            if lines is not None:
                yield Unreadable(f"the packet that begins in line {begun} has no end")
            lines, size, begun = [line], 0, number
        elif lines is not None:
            lines.append(line)
            size += len(line)
            if indent is not None and line.rstrip(b",") == indent + b"}":
                yield _parsed(
                    b"\n".join(lines).rstrip(b","), f"the packet that begins in line {begun}"
                )
                lines = None
            elif size > _LONGEST_PACKET:
                yield Unreadable(
                    f"the packet that begins in line {begun} is too long and was skipped"
                )
                lines = None
        elif _BETWEEN.fullmatch(line):
            continue
        elif line.lstrip().startswith((b'{"', b'[{"', b',{"', b"[ {")):
            yield _parsed(line.strip(b" \t,"), f"line {number}")
    if lines is not None:
        yield Unreadable(f"the file ends in the middle of the packet that begins in line {begun}")


_decode: Final = json.JSONDecoder(object_pairs_hook=Pairs).decode


def _parsed(text: bytes, what: str) -> Pairs | list[Any] | Unreadable:
    try:
        value = _decode(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return Unreadable(f"{what} is no JSON")
    return value if isinstance(value, list) else Unreadable(f"{what} is no packet")


def _packet(entry: int, tree: object) -> Packet | None:
    """None for what is between packets, as ``-T ek`` writes a line for Elasticsearch before each."""
    if not isinstance(tree, Pairs):
        return None
    sources = [one for one in tree.all_of("_source") if isinstance(one, Pairs)]
    found = [one for place in (tree, *sources) for one in place.all_of("layers")]
    layers = next((one for one in found if isinstance(one, Pairs)), None)
    if layers is None:
        return None
    frame, tcp = Fields("frame", layers.all_of("frame")), Fields("tcp", layers.all_of("tcp"))
    times = [frame.get("time_epoch"), *map(_text, tree.all_of("timestamp"))]
    return Packet(entry, frame.number("number"), _unix_time(times), tcp.get("stream"), layers)


def _unix_time(texts: list[str | None]) -> float | None:
    """The time of a packet: seconds as 4.0 writes them, ISO 8601 as newer ones do, or the milliseconds of
    ``-T ek``."""
    for text in texts:
        if text is None:
            continue
        if _SECONDS.fullmatch(text):
            return float(text)
        if _MILLISECONDS.fullmatch(text):
            return int(text) / 1000
        if "T" in text and (ts := zoned_time(text)) is not None:
            return ts
    return None


def _text(value: object) -> str:
    return ("1" if value else "0") if isinstance(value, bool) else str(value)

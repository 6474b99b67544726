"""Captures with all kinds of damage, made at random but the same for each seed.

Frames are changed as values and as texts, lines as JSON and as bytes; some changes are made for those who
look at several texts at once: what is wrong one by one, and would be right together.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).parents[2] / "examples" / "captures"

VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64, 10**30,
    -(2**63), -(2**63) - 1, 1.0, 1.5, 1e300, "", "x", "online", "gone", [], [1], {}, {"a": 1}, {"title": "t"},
    {"title": None, "fields": None}, {"type": "playing", "name": "x", "z": 1}, {"type": "nope"}, {"name": 3},
    {"type": "playing", "deep": {"a": [1, {"b": 2}]}}, {"\ufdd0extra": {"a": 1}}, "😀", "a\nb", "\u2028", "\\", '"',
]  # fmt: skip
"""What is put in place of any value."""

KEYS = [
    "zz", "feed_id", "dm_id", "nonce", "extra", "\ufdd0extra", "embed", "activity", "é", "type", "seq", "d", "reply_to",
    "attachments", "mentions",
]  # fmt: skip
"""Keys that are added anywhere."""

REPEATED = [
    '"type":"typing_start"', '"d":{}', '"seq":1', '"user_id":1', '"msg_id":5', '"feed_id":3', '"status":"online"',
    '"name":"x"', '"zz":1',
]  # fmt: skip

PIECES = [
    "", "}", "{", ",", '"', "\\", "\n", " ", "\t", "\x00", "\x7f", "é", "😀", "0", "e5", "1", "\\u0000", "\\ud800", "\\/",
    "-", '"x":1,', "1" * 400, "[" * 130,
]  # fmt: skip
"""What is put into texts."""

NUMBERS = [
    "1e400", "1E2", "-0", "0.0", "9" * 20, "9" * 400, "18446744073709551615", "18446744073709551616",
    "9223372036854775808",
]  # fmt: skip

WHOLE = ["", "null", "[]", "{}", '"x"', "1", '{"type":"hello"}', '{"type":"heartbeat_ack"}', "!"]


def mutated(seed: int, more_lines: list[bytes]) -> bytes:
    """A capture; `more_lines` are of a long one, in the order of their numbers."""
    return _Damage(random.Random(seed)).capture(more_lines)


class _Damage:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance

    def capture(self, more_lines: list[bytes]) -> bytes:
        chance = self.chance
        paths = sorted(EXAMPLES.glob("*.ndjson"))
        choice = chance.randrange(len(paths) + 6)
        lines = paths[choice].read_bytes().splitlines() if choice < len(paths) else more_lines
        count = chance.randrange(3, 120)
        start = chance.randrange(max(1, len(lines) - count))
        chosen = (lines[:4] if chance.random() < 0.7 else []) + lines[start : start + count]
        records = [json.loads(line) for line in chosen]
        if chance.random() < 0.6:
            self._number_anew(records)
        if chance.random() < 0.3:
            self._add_news(records)
        out: list[bytes] = []
        for place, record in enumerate(records):
            following = records[place + 1] if place + 1 < len(records) else {}
            if "text" in record and chance.random() < 0.01 and "text" in following:
                record["text"], following["text"] = self._attack(record["text"], following["text"])
            self._change(record)
            is_ascii = chance.random() < 0.15
            line = json.dumps(record, ensure_ascii=is_ascii).encode("utf-8", "surrogatepass")
            out += self._lines(line, out)
        return b"\n".join(out) + (b"\n" if chance.random() < 0.8 else b"")

    def _number_anew(self, records: list[dict[str, Any]]) -> None:
        """Let the numbers of the server follow each other, so that runs are long."""
        seq = None
        for record in records:
            if record.get("dir") == "s2c" and "text" in record:
                try:
                    frame = json.loads(record["text"])
                except ValueError:
                    continue
                if isinstance(frame, dict) and type(frame.get("seq")) is int:
                    seq = frame["seq"] if seq is None else seq + 1
                    frame["seq"] = seq
                    record["text"] = _compact(frame)

    def _add_news(self, records: list[dict[str, Any]]) -> None:
        """Let the server be a newer one, which puts the same few keys into many frames."""
        chance = self.chance
        news = [(chance.choice(KEYS), chance.choice(("last", "first", "outside"))) for _ in "ab"]
        for record in records:
            try:
                frame = json.loads(record["text"]) if record.get("dir") == "s2c" else None
            except (KeyError, ValueError):
                continue
            if not isinstance(frame, dict) or chance.random() < 0.5:
                continue
            key, place = chance.choice(news)
            new = {key: copy.deepcopy(chance.choice(VALUES))}
            payload = frame.get("d")
            if place == "outside" or not isinstance(payload, dict):
                frame |= new
            else:
                frame["d"] = new | payload if place == "first" else payload | new
            record["text"] = _compact(frame)

    def _change(self, record: dict[str, Any]) -> None:
        """One of the changes to a line as JSON; mostly none."""
        chance, kind = self.chance, self.chance.random()
        if "text" in record and kind < 0.07:
            record["text"] = self._frame(record["text"])
        elif kind < 0.08:
            record["conn"] = chance.choice(["a", "b"])
        elif kind < 0.09:
            record["note"] = chance.choice([1, "x", None])
        elif kind < 0.10:
            key = chance.choice(["ts", "dir", "opcode", "text"])
            record[key] = chance.choice([None, 1, "c2s", "binary", "x", True, 1e300, -5.0])
        elif kind < 0.11 and isinstance(record.get("ts"), float):
            record["ts"] += chance.choice([-60, -0.05, 0.05, 60, record["ts"] * 999])
        elif kind < 0.115:
            record.pop(chance.choice(list(record)))

    def _lines(self, line: bytes, before: list[bytes]) -> Iterator[bytes]:
        """The line, with one of the changes to its bytes; mostly none."""
        chance, kind = self.chance, self.chance.random()
        place = chance.randrange(1, len(line))
        if kind < 0.01:
            piece = chance.choice(
                [b"\n", b"", b"}", b"{", b'"', b"\xff", b"\xe2\x82", b"\r", b" ", b"\\", b"\0"]
            )
            yield line[:place] + piece + line[place + chance.randrange(2) :]
        elif kind < 0.013:
            yield b"\xef\xbb\xbf" + line
        elif kind < 0.016:
            yield line + b"\r"
        elif kind < 0.019:
            yield b""
        elif kind < 0.022 and before:
            before[-1] += line
        elif kind < 0.025:
            yield from (line[:place], line[place:])
        elif kind < 0.028:  # an object over two lines, and two objects on a line
            yield line[: line.find(b",") + 1]
            yield line[line.find(b",") + 1 :] + b" " + line
        elif kind < 0.030:
            yield from (b"{" + line[1:place], b"{" + line)
        else:
            yield line

    def _frame(self, text: str) -> str:
        """A text with one change."""
        chance, kind = self.chance, self.chance.random()
        try:
            value = json.loads(text)
        except ValueError:
            return text
        if not isinstance(value, dict) or kind < 0.06:
            return chance.choice(WHOLE)
        objects = [value, *(holder for holder, _ in _places(value) if isinstance(holder, dict))]
        if kind < 0.36:
            holder, key = chance.choice([*_places(value), (value, "type")])
            holder[key] = copy.deepcopy(chance.choice(VALUES))
        elif kind < 0.46:
            holder = chance.choice([holder for holder in objects if holder] or [{"x": 1}])
            del holder[chance.choice(list(holder))]
        elif kind < 0.56:
            chance.choice(objects)[chance.choice(KEYS)] = copy.deepcopy(chance.choice(VALUES))
        elif kind < 0.62:
            holder = chance.choice(objects)
            items = list(holder.items())
            chance.shuffle(items)
            holder.clear()
            holder.update(items)
        elif kind < 0.72:
            place = chance.choice([index for index, c in enumerate(text) if c == "{"]) + 1
            comma = "" if text[place] == "}" else ","
            return text[:place] + chance.choice(REPEATED) + comma + text[place:]
        elif kind < 0.82:
            place = chance.randrange(len(text) + 1)
            return text[:place] + chance.choice(PIECES) + text[place + chance.randrange(3) :]
        elif kind < 0.92:
            numbers = [*re.finditer(r"(?<=[:\[,])\d+", text)]
            if numbers:
                number = chance.choice(numbers)
                return text[: number.start()] + chance.choice(NUMBERS) + text[number.end() :]
        else:
            return chance.choice(
                [text.replace("a", "\\u0061", 1), text.replace(",", " ,", 1), text + " ", " " + text,
                 text.replace(":", ":\n", 1), text.replace('"seq":', '"seq":0', 1), text.replace(",", ",\t", 1)]
            )  # fmt: skip
        return json.dumps(value, ensure_ascii=chance.random() < 0.25, separators=(",", ":"))

    def _attack(self, a: str, b: str) -> tuple[str, str]:
        """Two texts that are wrong one by one and could pass when they are joined."""
        place = self.chance.randrange(len(a) + 1)
        return self.chance.choice(
            [
                (f"{a} {b}", ""),
                (a[:place], f"{a[place:]} {b}"),
                (a[:place], a[place:]),
                (f"{a},{b}", b),
                (f"{a}\n{b}", b),
                (f"{a}\n", b),
                (a.replace(",", ",\n", 1), b),
                (f"\n{a}", b),
            ]
        )


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    keys: Any = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in [*keys]:
        yield value, key
        yield from _places(value[key])

"""Frames of the example captures with one thing changed: a value, a key, the spelling, a byte.

Run as a script, it compares the decoders with the exact way on a number of them and counts: by
`make fuzz`, on more than the tests have time for.
"""

from __future__ import annotations

import base64
import json
import random
import re
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import msgspec
import zstandard

from tests.voxspec.mini import all_frames
from voxwire.errors import DecodeError
from voxwire.vox import VOX
from voxwire.wire.codec import Codec
from voxwire.wire.explain import explain

CAPTURES: Final = Path(__file__).parents[2] / "examples" / "captures"

VALUES: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, -1, 1, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1),
    *(2**64, 10**30, -(2**63), -(2**63) - 1, 1.0, 1.5, 1e300, "", "x", "online", "gone", [], [1]),
    *({}, {"a": 1}, {"title": "t"}, {"title": None, "fields": None}, {"title": 5}),
    *({"type": "playing", "name": "x", "z": 1}, {"type": "nope"}, {"name": 3}, {"\ufdd0extra": 1}),
    *("\U0001f600", "\ud83d", "a\nb", {"x": [[[[[1]]]]]}, {"image_width": 2**40}),
    {"fields": [{"name": "n", "value": "v", "z": 1}], "color": -1},
)
KEYS: Final = (
    *("zz", "feed_id", "dm_id", "nonce", "extra", "\ufdd0extra", "embed", "activity", "é", "type"),
    *("seq", "d", "reply_to", "attachments", "mentions", "custom_status"),
)
PAIRS: Final = (
    *('"type":"typing_start"', '"d":{}', '"seq":1', '"user_id":1', '"msg_id":5', '"feed_id":3'),
    *('"status":"online"', '"name":"x"', '"zz":1', '"user_id":"x"', '"msg_id":null', '"embed":{}'),
    *('"embed":[1]', '"feed_id":-1', '"body":7', '"emoji":[]', '"activity":5', '"seq":"1"'),
)
NUMBERS: Final = (
    *("1e400", "1E2", "-0", "0.0", "9" * 20, "9" * 400, "18446744073709551615"),
    *("18446744073709551616", "9223372036854775807", "9223372036854775808"),
)
PIECES: Final = (
    *("", "}", "{", ",", '"', "\\", "\n", " ", "\x00", "\x7f", "é", "😀", "0", "e5", "1"),
    *("\\u0000", "\\ud800", "\\/", "-", "null", "[" * 130),
)


def recorded() -> dict[str, list[str]]:
    """The frames of the example captures, by side."""
    decompress = zstandard.ZstdDecompressor().decompress
    found: dict[str, list[str]] = {"server": [], "client": []}
    for path in sorted(CAPTURES.rglob("*.ndjson")):
        for line in filter(None, path.read_text("utf-8").split("\n")):
            record = json.loads(line)
            if record.get("opcode") in ("text", "binary"):
                side = found["server" if record["dir"] == "s2c" else "client"]
                packed = base64.b64decode(record.get("b64", ""))
                side.append(record.get("text") or decompress(packed).decode())
    return found


def mutated(text: str, dice: random.Random) -> bytes | str:
    """`text` with something changed; mostly as bytes."""
    changed = dice.choice(_WAYS)(text, dice)
    data = changed.encode("utf-8", "surrogatepass")
    if dice.random() < 0.05:
        place = dice.randrange(len(data) + 1)
        return data[:place] + dice.choice((b"\xff", b"\xe2\x82", b"\xc3")) + data[place:]
    return data if dice.random() < 0.8 else changed


def _dumped(value: Any, dice: random.Random) -> str:
    separators = dice.choice(((",", ":"), (",", ":"), (", ", ": ")))
    return json.dumps(value, ensure_ascii=dice.random() < 0.3, separators=separators)


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        for key in value:
            yield value, key
            yield from _places(value[key])
    elif isinstance(value, list):
        for index in range(len(value)):
            yield value, index
            yield from _places(value[index])


def _value(text: str, dice: random.Random) -> str:
    frame = json.loads(text)
    holder, key = dice.choice([*_places(frame)])
    holder[key] = deepcopy(dice.choice(VALUES))
    return _dumped(frame, dice)


def _gone(text: str, dice: random.Random) -> str:
    frame = json.loads(text)
    holder, key = dice.choice([*_places(frame)])
    del holder[key]
    return _dumped(frame, dice)


def _new(text: str, dice: random.Random) -> str:
    frame = json.loads(text)
    holders = [frame, *(h[k] for h, k in _places(frame) if isinstance(h[k], dict))]
    dice.choice(holders)[dice.choice(KEYS)] = deepcopy(dice.choice(VALUES))
    return _dumped(frame, dice)


def _twice(text: str, dice: random.Random) -> str:
    text = _dumped(json.loads(text), dice)
    place = dice.choice([match.end() for match in re.finditer(r"\{", text)])
    comma = "" if text[place:].startswith("}") else ","
    return f"{text[:place]}{dice.choice(PAIRS)}{comma}{text[place:]}"


def _order(text: str, dice: random.Random) -> str:
    frame = json.loads(text)
    holder = dice.choice([frame, *(h[k] for h, k in _places(frame) if isinstance(h[k], dict))])
    items = [*holder.items()]
    dice.shuffle(items)
    holder.clear()
    holder.update(items)
    return _dumped(frame, dice)


def _piece(text: str, dice: random.Random) -> str:
    place = dice.randrange(len(text) + 1)
    return text[:place] + dice.choice(PIECES) + text[place + dice.randrange(3) :]


def _spelling(text: str, dice: random.Random) -> str:
    old, new = dice.choice((("a", "\\u0061"), ("/", "\\/"), (",", " ,"), (":", ":\n")))
    return text.replace(old, new, 1)


def _number(text: str, dice: random.Random) -> str:
    numbers = [*re.finditer(r"(?<=[:\[, ])\d+", text)]
    if not numbers:
        return text
    found = dice.choice(numbers)
    new = dice.choice((*NUMBERS, f"{found[0]}.0", f"{found[0]}e0", f"-{found[0]}", f"0{found[0]}"))
    return text[: found.start()] + new + text[found.end() :]


def _same(text: str, dice: random.Random) -> str:
    del dice
    return text


_WAYS: Final = (
    *(_value, _value, _value, _gone, _new, _new, _twice, _twice, _order, _piece, _spelling),
    *(_number, _same),
)


def difference(side: str, data: bytes | str) -> str | None:
    """What the decoder of a side makes of `data` otherwise than the exact way; None if nothing."""
    codec = Codec.of(VOX)
    decode = codec.decode_server if side == "server" else codec.decode_client
    value, problems = explain(data, "server" if side == "server" else "client", VOX)
    fatal = [p for p in problems if p.severity == "error" and p.rule != "JSON_DUPLICATE_KEY"]
    try:
        frame = decode(data)
    except DecodeError as error:
        if not fatal or _said(error.problems) != _said(problems):
            return f"refused with {_said(error.problems)}, exactly {_said(problems)}"
        return None
    # Of what is not known, nothing reaches the result: its numbers and its depth are not looked at.
    mattering = [p for p in fatal if p.rule not in ("JSON_NUMBER_RANGE", "JSON_TOO_DEEP")]
    if mattering:
        return f"taken as {frame!r}, exactly {_said(problems)}"
    if not fatal:
        known = any(problem.rule == "UNKNOWN_TYPE" for problem in problems)
        relayed = any(problem.rule == "RELAYED_VALUE" for problem in problems)
        if known or relayed:
            make: Any = VOX.unknown_frame.from_wire if known else VOX.relayed_server_frame
            made = make(value)
        else:
            made = msgspec.convert(value, all_frames(VOX, side))
        if made != frame or type(made) is not type(frame):
            return f"taken as {frame!r}, exactly {made!r}"
    return None


def _is_object(text: str) -> bool:
    try:
        value = json.loads(text)
    except ValueError:
        return False
    return isinstance(value, dict) and bool(value)


def _said(problems: Any) -> list[tuple[str, str]]:
    return [(problem.rule, problem.pointer) for problem in problems]


def compare(count: int, seed: int) -> list[tuple[bytes | str, str]]:
    """The differences among `count` frames."""
    dice = random.Random(seed)
    frames = recorded()
    sides = [(side, text) for side, texts in frames.items() for text in texts if _is_object(text)]
    found = []
    for _ in range(count):
        side, text = dice.choice(sides)
        data = mutated(text, dice)
        told = difference(side, data)
        if told is not None:
            found.append((data, told))
    return found


if __name__ == "__main__":
    COUNT, SEED = (
        int(sys.argv[1]),
        int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(2**32),
    )
    FOUND = compare(COUNT, SEED)
    for frame, told in FOUND[:20]:
        print(f"{frame!r}\n    {told}")
    print(f"{COUNT:,} frames from seed {SEED}: {len(FOUND)} differences")
    sys.exit(bool(FOUND))

"""Strict JSON: everything that is wrong with a text, and its value as far as it has one.

msgspec parses what is right. It refuses all that is wrong except duplicate keys, which show when the
value is written again: it has fewer strings than the text. Whatever is wrong is then parsed by the
standard library, which is lenient; what it lets through is caught by hooks while it parses and located
by one walk over the value. Depth is looked at first, so that no input can raise RecursionError.
"""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from voxwire.limits import MAX_DEPTH, MAX_FRAME_SIZE, MAX_NUMBER_LENGTH
from voxwire.rules.json_text import (
    FRAME_TOO_LARGE,
    JSON_DUPLICATE_KEY,
    JSON_INVALID,
    JSON_LONE_SURROGATE,
    JSON_NOT_FINITE,
    JSON_NOT_UTF8,
    JSON_NUMBER_RANGE,
    JSON_TOO_DEEP,
)
from voxwire.rules.rule import Rule
from voxwire.wire.bounds import exceeds_depth, exceeds_size


class _NotJson:
    """The value of a text that is no JSON at all."""

    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON: Final = _NotJson()
"""Stands for the value of a text that could not be parsed: `None` is the value of ``null``."""


class TextProblem(NamedTuple):
    """Something that is wrong with a text, whatever protocol it is of; always an error.

    `pointer` is a JSON Pointer into the value, "" for the whole of it.
    """

    rule: Rule
    pointer: str
    message: str
    expected: str = ""
    hint: str = ""


class StrictJson(NamedTuple):
    """What :func:`parse` found: the value, or :data:`NOT_JSON`, and every problem with the text.

    With problems the value is only good for reporting: of duplicate keys the last counts, numbers
    out of range became infinite, invalid bytes became U+FFFD.
    """

    value: object
    problems: tuple[TextProblem, ...]


def parse(data: bytes | str) -> StrictJson:
    """Parse one JSON text and say everything that strict JSON (RFC 8259) and our limits forbid.

    Rules: ``FRAME_TOO_LARGE``, ``JSON_NOT_UTF8``, ``JSON_INVALID``, ``JSON_TOO_DEEP``,
    ``JSON_DUPLICATE_KEY``, ``JSON_NOT_FINITE``, ``JSON_NUMBER_RANGE``, ``JSON_LONE_SURROGATE``.
    Never raises, whatever `data` holds.
    """
    if exceeds_size(data):
        return _unparsed(FRAME_TOO_LARGE, "too long", f"at most {MAX_FRAME_SIZE} bytes")
    if exceeds_depth(data):
        return _unparsed(JSON_TOO_DEEP, "nested too deeply", f"at most {MAX_DEPTH} levels")
    try:
        value: object = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _parse_leniently(data)
    if string_count(msgspec.json.encode(value)) != string_count(data):
        return _parse_leniently(data)
    return StrictJson(value, ())


def string_count(data: bytes | str) -> int:
    """Twice the number of strings in a valid JSON text: its quotation marks that are not escaped.

    Keys are strings, so that a value that lost one has fewer when it is written again.
    """
    if isinstance(data, str):
        if "\\" not in data:
            return data.count('"')
        text = data.replace("\\\\", "")
        return text.count('"') - text.count('\\"')
    if b"\\" not in data:
        return data.count(b'"')
    raw = data.replace(b"\\\\", b"")
    return raw.count(b'"') - raw.count(b'\\"')


def pointer_step(key: str) -> str:
    """One step of a JSON Pointer (RFC 6901)."""
    return "/" + key.replace("~", "~0").replace("/", "~1")


def _parse_leniently(data: bytes | str) -> StrictJson:
    problems: list[TextProblem] = []
    if isinstance(data, str):
        text = data
    else:
        text, problem = _decode_utf8(data)
        if problem is not None:
            problems.append(problem)
    parsing = _Parsing()
    try:
        value = parsing.decoder.decode(text)
    except json.JSONDecodeError as error:
        problems.append(_syntax_problem(text, error))
        return StrictJson(NOT_JSON, tuple(problems))
    if parsing.suspicious or _SURROGATE.search(text):
        problems.extend(_located(value, parsing))
    return StrictJson(value, tuple(problems))


_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]|[\ud800-\udfff]")


class _HugeInteger(int):
    """Stands in the value for an integer that is too long to convert."""


class _HugeFloat(float):
    """Stands in the value for a number beyond the range of a double."""


class _Duplicates(NamedTuple):
    """The keys that occur more than once in `holder`, which is kept alive so that its id stays."""

    holder: dict[str, object]
    keys: list[str]


class _Parsing:
    """One run of the standard library's parser, with hooks that note what it would let through."""

    def __init__(self) -> None:
        self.duplicates: dict[int, _Duplicates] = {}
        self.suspicious = False
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_constant=self._constant,
            parse_float=self._float,
            parse_int=self._int,
        )

    def _object(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) != len(pairs):
            self.suspicious = True
            counts = Counter(key for key, _ in pairs)
            repeated = [key for key, count in counts.items() if count > 1]
            self.duplicates[id(result)] = _Duplicates(result, repeated)
        return result

    def _constant(self, literal: str) -> float:
        self.suspicious = True
        return float(literal)

    def _float(self, digits: str) -> float:
        value = float(digits)
        if math.isinf(value):
            self.suspicious = True
            return _HugeFloat(value)
        return value

    def _int(self, digits: str) -> int:
        try:
            if len(digits) <= MAX_NUMBER_LENGTH:
                return int(digits)
        except ValueError:  # the interpreter was told to convert even less
            pass
        self.suspicious = True
        return _HugeInteger()


def _located(value: object, parsing: _Parsing) -> Iterator[TextProblem]:
    """The problems that the hooks noted, each at its place. What hides in the dropped one of two
    duplicate keys has no place: the duplicate key is reported there."""
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        pointer, item = stack.pop()
        if isinstance(item, dict):
            if id(item) in parsing.duplicates:
                for key in parsing.duplicates[id(item)].keys:
                    yield _duplicate_key(pointer + pointer_step(key))
            for key in item:
                if not _is_unicode(key):
                    yield _surrogate(pointer + pointer_step(key), "the key")
            stack.extend((pointer + pointer_step(key), item[key]) for key in reversed(item))
        elif isinstance(item, list):
            stack.extend(
                (f"{pointer}/{index}", item[index]) for index in reversed(range(len(item)))
            )
        elif isinstance(item, str):
            if not _is_unicode(item):
                yield _surrogate(pointer, "the text")
        elif isinstance(item, _HugeFloat | _HugeInteger):
            yield TextProblem(
                JSON_NUMBER_RANGE,
                pointer,
                "the number is out of range",
                expected="a number that fits a double, or an integer of at most "
                f"{MAX_NUMBER_LENGTH} digits",
            )
        elif isinstance(item, float) and not math.isfinite(item):
            yield TextProblem(
                JSON_NOT_FINITE,
                pointer,
                f"{item!r} is not JSON".replace("inf", "Infinity").replace("nan", "NaN"),
                expected="a finite number",
                hint="write null or leave the field out",
            )


def _decode_utf8(data: bytes) -> tuple[str, TextProblem | None]:
    try:
        return str(data, "utf-8"), None
    except UnicodeDecodeError as error:
        problem = TextProblem(
            JSON_NOT_UTF8,
            "",
            f"byte {error.start} is not UTF-8: {error.reason}",
            expected="UTF-8 text",
        )
        return str(data, "utf-8", "replace"), problem


def _syntax_problem(text: str, error: json.JSONDecodeError) -> TextProblem:
    """What the parser stumbled over. Only the position is shown, as the text may hold a secret."""
    if not text.strip(" \t\r\n"):
        return TextProblem(JSON_INVALID, "", "the text is empty", expected="a JSON object")
    if text.startswith("\ufeff"):
        message, hint = "the text starts with a byte order mark", "leave it out"
    elif error.msg == "Extra data":
        message, hint = f"something follows the JSON value at character {error.pos}", ""
    else:
        # One message of the parser quotes the text: 'Invalid \\escape: ' and what follows.
        reason = error.msg.partition(": ")[0].removesuffix(" at")
        message = f"not JSON: {reason[0].lower()}{reason[1:]} at character {error.pos}"
        hint = ""
    return TextProblem(JSON_INVALID, "", message, expected="one JSON value", hint=hint)


def _surrogate(pointer: str, what: str) -> TextProblem:
    return TextProblem(
        JSON_LONE_SURROGATE,
        pointer,
        f"{what} holds half of a surrogate pair, which no Unicode text can",
        expected="Unicode text",
        hint="text was cut in the middle of a character",
    )


def _duplicate_key(pointer: str) -> TextProblem:
    return TextProblem(
        JSON_DUPLICATE_KEY,
        pointer,
        "the key occurs more than once",
        expected="each key once",
        hint="readers disagree on which one counts",
    )


def _unparsed(rule: Rule, got: str, expected: str) -> StrictJson:
    return StrictJson(NOT_JSON, (TextProblem(rule, "", f"the frame is {got}", expected=expected),))


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text) if not text.isascii() else True

"""What generated validators are built on: problems, their collector, and checks of plain values.

Every check takes the value, its JSON Pointer and the collector; it never raises.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import msgspec

Severity: TypeAlias = Literal["error", "warning", "note"]
_GOT_LENGTH = 60

MOST_DEEP = 128
"""How many arrays and objects stand in each other in a frame at most: readers give up beyond."""

Check: TypeAlias = Callable[[object, str, "Problems"], None]
_NO_NAMES: Mapping[str, str | None] = MappingProxyType({})


class Problem(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One finding about a frame.

    ``pointer`` is a JSON Pointer into the frame, "" for the whole of it. ``got`` is a short form
    of the value, masked where it is a secret; ``hint`` is "" when there is none.
    """

    rule: str
    severity: Severity
    pointer: str
    message: str
    expected: str = ""
    got: str = ""
    hint: str = ""


class Problems(list[Problem]):
    """Collects the problems of one frame."""

    def error(
        self,
        rule: str,
        pointer: str,
        message: str,
        *,
        expected: str = "",
        got: str = "",
        hint: str = "",
    ) -> None:
        self.append(
            Problem(
                rule=rule,
                severity="error",
                pointer=pointer,
                message=message,
                expected=expected,
                got=got,
                hint=hint,
            )
        )

    def note(self, rule: str, pointer: str, message: str, *, got: str = "", hint: str = "") -> None:
        self.append(
            Problem(
                rule=rule, severity="note", pointer=pointer, message=message, got=got, hint=hint
            )
        )

    def wrong(
        self,
        rule: str,
        at: str,
        value: object,
        expected: str,
        *,
        secret: bool = False,
        hint: str = "",
    ) -> None:
        got = shown(value)
        if secret:  # only the type of it may be told
            got = kind_of(value) if rule == "FIELD_TYPE" else "***"
        self.error(
            rule,
            at,
            f"{name_of(at)} must be {expected}; got {got}",
            expected=expected,
            got=got,
            hint=hint,
        )


def shown(value: object) -> str:
    """A short form of any JSON value for a message."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_GOT_LENGTH:
        return "an integer of more than 60 digits"
    text = json.dumps(value, ensure_ascii=False)
    if not text.isprintable():
        text = json.dumps(value)
    return text if len(text) <= _GOT_LENGTH else f"{text[: _GOT_LENGTH - 1]}…"


def kind_of(value: object) -> str:
    """What a JSON value is, without showing it."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case str():
            return "a string"
        case int() | float():
            return "a number"
    return shown(value)


def name_of(pointer: str) -> str:
    """The last key of a pointer as messages call it."""
    if not pointer:
        return "the frame"
    return f'"{pointer.rsplit("/", 1)[1].replace("~1", "/").replace("~0", "~")}"'


def below(at: str, key: str) -> str:
    """The pointer of ``key`` inside the object at ``at``."""
    return f"{at}/{key.replace('~', '~0').replace('/', '~1')}"


def quoted(names: Iterable[str], last: str = "or") -> str:
    """``"a", "b" or "c"``."""
    words = [f'"{name}"' for name in names]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def near(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word; "" when none is near."""
    names = list(known)
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not found:
        found = [name for name in names if len(name) > 3 and (word.startswith(name))][:1]
    return f'did you mean "{found[0]}"?' if found else ""


def _with_null(expected: str, null: bool) -> str:
    return f"{expected} or null" if null else expected


def string(
    value: object,
    at: str,
    out: Problems,
    *,
    null: bool = False,
    secret: bool = False,
    low: int | None = None,
    high: int | None = None,
    pattern: str | None = None,
    form: str | None = None,
    said: str | None = None,
) -> None:
    """A string of ``low`` to ``high`` code points in which ``pattern`` is found.

    ``form`` is the pattern as the schema has it, where Python writes it in another way; ``said`` is
    what texts that match it are, where that has a name.
    """
    if value is None and null:
        return
    if not isinstance(value, str):
        out.wrong("FIELD_TYPE", at, value, _with_null("a string", null), secret=secret)
        return
    if high is not None and len(value) > high:
        out.error(
            "FIELD_LENGTH",
            at,
            f"{name_of(at)} must have at most {high} characters; got {len(value)}",
            expected=f"at most {high} characters",
            got=f"{len(value)} characters",
        )
    if low is not None and len(value) < low:
        out.error(
            "FIELD_LENGTH",
            at,
            f"{name_of(at)} must have at least {low} characters; got {len(value)}",
            expected=f"at least {low} characters",
            got=f"{len(value)} characters",
        )
    if pattern is not None and re.search(pattern, value) is None:
        expected = said or f"text of the form {form or pattern}"
        out.wrong("FIELD_PATTERN", at, value, expected, secret=secret)


def integer(
    value: object,
    at: str,
    out: Problems,
    low: int,
    high: int,
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """An integer from ``low`` to ``high``, written without a fraction."""
    if value is None and null:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        hint = ""
        if isinstance(value, float) and value.is_integer():
            hint = "write it without a fraction"
        elif isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,20}", value):
            hint = "write it without quotes"
        out.wrong("FIELD_TYPE", at, value, _with_null("an integer", null), secret=secret, hint=hint)
    elif not low <= value <= high:
        out.wrong("FIELD_RANGE", at, value, f"from {low} to {high}", secret=secret)


def number(
    value: object,
    at: str,
    out: Problems,
    *,
    null: bool = False,
    secret: bool = False,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> None:
    """A JSON number: from ``low`` to ``high``, and more than ``above`` and less than ``below``."""
    if value is None and null:
        return
    if not isinstance(value, int | float) or isinstance(value, bool):
        out.wrong("FIELD_TYPE", at, value, _with_null("a number", null), secret=secret)
        return
    bounds = (
        ("at least", low, low is None or value >= low),
        ("at most", high, high is None or value <= high),
        ("more than", above, above is None or value > above),
        ("less than", below, below is None or value < below),
    )
    if not all(holds for _, _, holds in bounds):
        stated = [f"{words} {bound}" for words, bound, _ in bounds if bound is not None]
        out.wrong("FIELD_RANGE", at, value, " and ".join(stated), secret=secret)


def boolean(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """``true`` or ``false``."""
    if value is None and null:
        return
    if not isinstance(value, bool):
        out.wrong("FIELD_TYPE", at, value, _with_null("true or false", null), secret=secret)


def one_of(
    value: object,
    at: str,
    out: Problems,
    values: frozenset[str],
    listed: tuple[str, ...],
    *,
    is_open: bool,
    null: bool = False,
    secret: bool = False,
) -> None:
    """One of the listed strings; another one is an error, or a note when the enum is open."""
    if value is None and null:
        return
    if not isinstance(value, str):
        out.wrong("FIELD_TYPE", at, value, _with_null("a string", null), secret=secret)
    elif value not in values:
        hint = near(value, listed)
        if is_open:
            _unknown(value, at, out, secret=secret, hint=hint)
        else:
            out.wrong("FIELD_ENUM", at, value, quoted(listed), secret=secret, hint=hint)


def one_of_integers(
    value: object,
    at: str,
    out: Problems,
    values: Collection[int],
    low: int,
    high: int,
    *,
    is_open: bool,
    null: bool = False,
    secret: bool = False,
) -> None:
    """One of the listed integers; of an open enum, another one from ``low`` to ``high`` is noted."""
    if value is None and null:
        return
    if not isinstance(value, int) or isinstance(value, bool):
        integer(value, at, out, low, high, null=null, secret=secret)
    elif value in values:
        return
    elif is_open:
        integer(value, at, out, low, high, secret=secret)
        if low <= value <= high:
            _unknown(value, at, out, secret=secret)
    else:
        *others, last = map(str, values)
        expected = f"{', '.join(others)} or {last}" if others else last
        out.wrong("FIELD_ENUM", at, value, expected, secret=secret)


def flags(
    value: object,
    at: str,
    out: Problems,
    known: int,
    high: int,
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """An integer whose bits are flags; those that are not among the ``known`` ones are noted."""
    if value is None and null:
        return
    integer(value, at, out, 0, high, null=null, secret=secret)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= high:
        unknown = [
            bit for bit in range((value & ~known).bit_length()) if (value & ~known) >> bit & 1
        ]
        if unknown:
            named = "***" if secret else ", ".join(map(str, unknown))
            out.note(
                "UNKNOWN_ENUM_VALUE",
                at,
                f"{name_of(at)} has bits that are not known here: {named}",
                got="***" if secret else shown(value),
            )


def _unknown(value: object, at: str, out: Problems, *, secret: bool, hint: str = "") -> None:
    got = "***" if secret else shown(value)
    message = f"{name_of(at)} has a value that is not known here: {got}"
    out.note("UNKNOWN_ENUM_VALUE", at, message, got=got, hint=hint)


def constant(
    value: object,
    at: str,
    out: Problems,
    expected: str | int | bool,
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """Exactly one string, integer or boolean."""
    if (value is None and null) or (value == expected and type(value) is type(expected)):
        return
    rule = "FIELD_CONST" if type(value) is type(expected) else "FIELD_TYPE"
    out.wrong(rule, at, value, _with_null(_quoted(expected), null), secret=secret)


def _quoted(value: str | int | bool) -> str:
    return f'"{value}"' if isinstance(value, str) else shown(value)


def null_only(value: object, at: str, out: Problems) -> None:
    """Always null."""
    if value is not None:
        out.wrong("FIELD_TYPE", at, value, "null")


def any_json(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """Any JSON value: nothing is wrong with it."""


def array(
    value: object,
    at: str,
    out: Problems,
    item: Check,
    *,
    null: bool = False,
    secret: bool = False,
    low: int | None = None,
    high: int | None = None,
) -> None:
    """An array of ``low`` to ``high`` items."""
    if value is None and null:
        return
    if not isinstance(value, list):
        out.wrong("FIELD_TYPE", at, value, _with_null("an array", null), secret=secret)
        return
    if (low is not None and len(value) < low) or (high is not None and len(value) > high):
        expected = (
            f"at least {low} items"
            if low is not None and len(value) < low
            else (f"at most {high} items")
        )
        out.error(
            "FIELD_ITEMS",
            at,
            f"{name_of(at)} must have {expected}; got {len(value)}",
            expected=expected,
            got=f"{len(value)} items",
        )
    for index, entry in enumerate(value):
        item(entry, f"{at}/{index}", out)


def mapping(
    value: object, at: str, out: Problems, item: Check, *, null: bool = False, secret: bool = False
) -> None:
    """An object with free keys."""
    if value is None and null:
        return
    if not isinstance(value, dict):
        out.wrong("FIELD_TYPE", at, value, _with_null("an object", null), secret=secret)
        return
    for key, entry in value.items():
        item(entry, below(at, key), out)


def any_object(
    value: object, at: str, out: Problems, *, null: bool = False, secret: bool = False
) -> None:
    """Any JSON object."""
    if value is None and null:
        return
    if not isinstance(value, dict):
        out.wrong("FIELD_TYPE", at, value, _with_null("an object", null), secret=secret)


def json_length(
    value: object, at: str, out: Problems, limit: int, *, spaced_ascii: bool = False
) -> None:
    """At most ``limit`` characters of JSON: compact and counted as raw UTF-8 text, or as
    ``spaced_ascii`` with a space after each comma and colon and ``\\u`` escapes."""
    try:
        length = len(json.dumps(value) if spaced_ascii else msgspec.json.encode(value).decode())
    except (ValueError, TypeError, RecursionError):
        return  # no JSON at all: the parser's findings say so
    form = "JSON with a space after , and : and \\u escapes" if spaced_ascii else "compact JSON"
    if length > limit:
        out.error(
            "JSON_LENGTH",
            at,
            f"{name_of(at)} must be at most {limit} characters of {form}; got {length}",
            expected=f"at most {limit} characters",
            got=f"{length} characters",
        )


def required(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    names: tuple[str, ...],
    published: Mapping[str, str | None] = _NO_NAMES,
) -> None:
    """Every one of ``names`` is there."""
    for name in names:
        if name not in value:
            other = next((p for p, wire in published.items() if wire == name and p in value), None)
            hint = (
                f'"{other}" is what published pages call it; the wire has "{name}"'
                if other is not None
                else ""
            )
            where = f"{name_of(at)} lacks" if at else "the frame lacks"
            out.error("FIELD_MISSING", at, f'{where} "{name}"', expected=f'"{name}"', hint=hint)


def exactly_one_of(
    value: Mapping[str, object], at: str, out: Problems, names: tuple[str, ...]
) -> None:
    """Exactly one of ``names`` is there. A null that was called wrong before is not one too many."""
    there = [name for name in names if name in value]
    if len(there) > 1:
        wrong = {problem.pointer for problem in out}
        nulls = {name for name in there if value[name] is None and below(at, name) in wrong}
        if len(there) - len(nulls) <= 1:
            return
    if len(there) != 1:
        expected = f"exactly one of {quoted(names, 'and')}"
        if there:
            got = f"{quoted(there, 'and')}"
            message = f"{got} exclude each other; {expected} must be there"
        else:
            got, message = "none", f"{expected} must be there; none is"
        out.error("EXACTLY_ONE_OF", at, message, expected=expected, got=got)


def required_when(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    field: str,
    equals: str | int | bool,
    names: tuple[str, ...],
    *,
    otherwise_absent: bool,
) -> None:
    """``names`` are there when ``field`` is ``equals`` (and only then, where so stated).

    Nothing is said when something was said about ``field`` before: that it is missing or wrong.
    """
    if any(
        problem.pointer == below(at, field)
        or (
            problem.rule == "FIELD_MISSING"
            and problem.pointer == at
            and problem.expected == f'"{field}"'
        )
        for problem in out
    ):
        return
    applies = value.get(field) == equals
    for name in names:
        if applies and name not in value:
            out.error(
                "REQUIRED_WHEN",
                at,
                f'{name_of(at)} lacks "{name}", which is required when "{field}" is '
                f"{_quoted(equals)}",
                expected=f'"{name}"',
            )
        elif otherwise_absent and not applies and name in value:
            out.error(
                "FORBIDDEN_WHEN",
                below(at, name),
                f'"{name}" may be there only when "{field}" is {_quoted(equals)}',
                expected="no such key",
                got=f'"{field}" is {shown(value.get(field))}',
            )


def further_keys(
    frame: Mapping[str, object],
    out: Problems,
    checks: Mapping[str, Check],
    there: Mapping[str, bool],
    tolerated: frozenset[str],
    ignored: frozenset[str] = frozenset(),
) -> None:
    """The keys of a frame beside type, payload and sequence number, each with its check.

    ``there``: those that frames of the message have or may have, and whether they must.
    ``tolerated``: those that only published pages show. ``ignored``: those that readers pass over.
    """
    for key, check in checks.items():
        at = below("", key)
        if key not in frame:
            if there.get(key, False):
                required(frame, "", out, (key,), {})
        elif key in there:
            check(frame[key], at, out)
        elif key in ignored:
            ignored_key(at, out)
        elif key in tolerated:
            out.note("PUBLISHED_NAME", at, f'published pages show "{key}" here; the wire has none')
        else:
            out.error(
                "KEY_FORBIDDEN",
                at,
                f'this message carries no "{key}"',
                expected="no such key",
                got=kind_of(frame[key]),
                hint="leave the key out",
            )


def ignored_key(at: str, out: Problems) -> None:
    """Notes a key of the envelope that readers of the message pass over."""
    out.note(
        "UNKNOWN_FIELD",
        at,
        f"this message makes no use of {name_of(at)}",
        hint="readers pass over it",
    )


def unknown_keys(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    known: frozenset[str],
    published: Mapping[str, str | None] = _NO_NAMES,
) -> None:
    """Notes every key that is not known here."""
    for key in value:
        if key in known:
            continue
        if key in published:
            wire = published[key]
            hint = f'the wire has "{wire}"' if wire else "the wire has no such field"
            out.note(
                "PUBLISHED_NAME",
                below(at, key),
                f'"{key}" stands in published pages but is not read',
                hint=hint,
            )
        else:
            missing = [name for name in known if name not in value]
            out.note(
                "UNKNOWN_FIELD",
                below(at, key),
                f'unknown field "{key}"',
                hint=near(key, sorted(missing)),
            )


def no_other_keys(
    value: Mapping[str, object],
    at: str,
    out: Problems,
    known: frozenset[str],
    published: Mapping[str, str | None] = _NO_NAMES,
) -> None:
    """Every key is known here: readers of closed records refuse others."""
    for key in value:
        if key not in known:
            wire = published.get(key)
            hint = f'the wire has "{wire}"' if wire else near(key, sorted(known - value.keys()))
            out.error(
                "UNKNOWN_FIELD",
                below(at, key),
                f'unknown field "{key}", and {name_of(at)} is closed',
                expected="no such key",
                got=kind_of(value[key]),
                hint=hint,
            )


def too_deep(at: str, out: Problems) -> bool:
    """Whether a value that may hold others like it nests deeper than any frame may."""
    if at.count("/") < MOST_DEEP:
        return False
    expected = f"at most {MOST_DEEP} levels"
    out.error("JSON_TOO_DEEP", at, "the frame nests too deeply", expected=expected)
    return True


def payload(value: object, at: str, out: Problems, check: Check) -> None:
    """A payload that need not be an object: whether it has the right JSON type at all is a rule of
    its own. The value itself is not shown then: it may be a secret in the wrong place."""
    found = Problems()
    check(value, at, found)
    for problem in found:
        if problem.rule != "FIELD_TYPE" or problem.pointer != at:
            out.append(problem)
            continue
        got = kind_of(value)
        out.error(
            "PAYLOAD_INVALID",
            at,
            f"{name_of(at)} must be {problem.expected}; got {got}",
            expected=problem.expected,
            got=got,
        )


def published_null(value: object, at: str, out: Problems) -> None:
    """Notes a null that only published pages show."""
    if value is None:
        out.note(
            "PUBLISHED_NAME",
            at,
            f"{name_of(at)} is null, as published pages show it",
            hint="on the wire the key is absent instead",
        )


def shape(value: object, at: str, out: Problems, check: Callable[..., None]) -> None:
    """Any JSON value; one that fails ``check`` is noted, not refused."""
    inner = Problems()
    check(value, at, inner)
    first = next((problem for problem in inner if problem.severity == "error"), None)
    if first is None:
        out.extend(inner)
    else:
        out.note(
            "UNKNOWN_SHAPE",
            at,
            f"{name_of(at)} has not the usual shape: {first.message}",
            got=shown(value),
        )


def relayed(value: object, at: str, out: Problems, check: Check, *, secret: bool = False) -> None:
    """What another client gave: any JSON value; one that fails ``check`` is noted, once."""
    inner = Problems()
    check(value, at, inner)
    first = next((problem for problem in inner if problem.severity == "error"), None)
    if first is None:
        out.extend(inner)
        return
    got = kind_of(value) if secret else shown(value)
    usual = f"it must be {first.expected}; got {got}" if secret else first.message
    _relayed_note(at, out, usual, got)


def relayed_integer(
    value: object, at: str, out: Problems, check: Check, low: int, high: int, *, null: bool = False
) -> None:
    """What another client gave: an integer from ``low`` to ``high``, usually one that ``check`` passes."""
    if value is None and null:
        return
    inner = Problems()
    is_integer = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    (check if is_integer else _wide(low, high, null))(value, at, inner)
    if is_integer and inner:
        _relayed_note(at, out, inner[0].message, shown(value))
    else:
        out.extend(inner)


def _wide(low: int, high: int, null: bool) -> Check:
    return lambda value, at, out: integer(value, at, out, low, high, null=null)


def _relayed_note(at: str, out: Problems, usual: str, got: str) -> None:
    out.note(
        "RELAYED_VALUE",
        at,
        f"{name_of(at)} has not its usual shape: {usual}",
        got=got,
        hint="another client gave it, and the server passed it on as it came",
    )


def usually_there(
    value: Mapping[str, object], at: str, out: Problems, names: tuple[str, ...]
) -> None:
    """Notes every one of ``names`` that is not there: another client should have given it."""
    for name in names:
        if name not in value:
            out.note(
                "RELAYED_VALUE",
                at,
                f'{name_of(at)} lacks "{name}", which is usually there',
                hint="another client left it out, and the server passed on what there was",
            )


def variant(
    value: object,
    at: str,
    out: Problems,
    tag: str,
    checks: Mapping[Any, Callable[..., None]],
    *,
    null: bool = False,
    secret: bool = False,
) -> None:
    """An object whose ``tag`` says which of ``checks`` it must pass."""
    if value is None and null:
        return
    if not isinstance(value, dict):
        out.wrong("FIELD_TYPE", at, value, _with_null("an object", null), secret=secret)
        return
    if tag not in value:
        out.error("FIELD_MISSING", at, f'{name_of(at)} lacks "{tag}"', expected=f'"{tag}"')
        return
    name: Any = value[tag]
    kind = type(next(iter(checks)))
    if type(name) is not kind:
        expected = "a string" if kind is str else "an integer"
        out.wrong("FIELD_TYPE", below(at, tag), name, expected, secret=secret)
    elif name not in checks:
        expected = quoted(checks) if kind is str else " or ".join(map(str, checks))
        hint = near(name, checks) if kind is str else ""
        out.wrong("VARIANT_UNKNOWN", below(at, tag), name, expected, hint=hint)
    else:
        checks[name](value, at, out)

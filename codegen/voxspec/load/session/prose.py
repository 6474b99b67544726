"""What people read in session.yaml: names, numbers and codes are taken from their places.

``{login}`` is the message of a role, ``{server/ready}`` a message, ``{4003}`` a listed close code, and
a path such as ``{timers.first_message}`` leads to what stands there. What follows a path says how it
is put, see :data:`FORMS`. ``{{`` and ``}}`` are braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from voxspec.findings import Place
from voxspec.load.session.lookup import ROLES, Data, Lookup
from voxspec.load.session.words import SECONDS, ordinal_after, span, spelled, times, unit_word
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import JsonValue
from voxspec.model.session import SessionRule
from voxspec.near import near_or_known

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
_PATH = re.compile(r"\{([a-z_]+(?:\.[a-z_]+)+)\}")
_SENTENCE_START = re.compile(r"(?:\A|[.!?:] )\Z")


class _NoFormError(Exception):
    """What a path leads to cannot be put in this way."""


class Prose:
    """The texts of session.yaml with every placeholder replaced."""

    def __init__(self, lookup: Lookup, protocol_data: Data) -> None:
        self._lookup = lookup
        self._roots: Data = {
            "envelope": protocol_data["envelope"],
            "limits": protocol_data.get("limits", {}),
            **lookup.source.data,
        }

    def at(self, *path: str | int) -> str:
        """The text at ``path``; "" when there is none."""
        if not self._lookup.has(*path):
            return ""
        text = str(self._lookup.at(path))

        def put(match: re.Match[str]) -> str:
            return match[0][0] if match[1] is None else self._put(match, self._lookup.source, path)

        return _PLACEHOLDER.sub(put, text)

    def filled(self, text: str, source: Source, path: Path_) -> str:
        """``text`` at a path of another file of the schema with its paths into this one replaced.

        There, braces are nothing but braces, unless they hold a path of at least two steps that begins
        with a part of session.yaml, the envelope or the limits.
        """

        def put(match: re.Match[str]) -> str:
            is_path = match[1].partition(".")[0] in self._roots
            return self._put(match, source, path) if is_path else match[0]

        return _PATH.sub(put, text)

    def rules(self, *path: str | int) -> tuple[SessionRule, ...]:
        """The rules of the part at ``path``."""
        if not self._lookup.has(*path, "rules"):
            return ()
        entries: list[Data] = self._lookup.at((*path, "rules"))  # type: ignore[assignment]
        return tuple(
            SessionRule(
                entry["id"],
                self.at(*path, "rules", number, "title"),
                self.at(*path, "rules", number, "text"),
                self.at(*path, "rules", number, "note") or None,
            )
            for number, entry in enumerate(entries)
        )

    def _put(self, match: re.Match[str], source: Source, path: Path_) -> str:
        """What a placeholder becomes in its sentence."""
        before = match.string[: match.start()]
        findings = self._lookup.findings
        said = len(findings.items)
        shown = self._shown(match[1], source.place(*path))
        if len(findings.items) > said:  # only then it matters where in the text it stands
            place = source.place_within(path, match[0], before.count(match[0]))
            findings.items[said:] = [replace(each, where=place) for each in findings.items[said:]]
        starts = _SENTENCE_START.search(before) is not None
        is_worded = match[1].rpartition(".")[2] in WORDED
        return shown[:1].upper() + shown[1:] if starts and is_worded else shown

    def _shown(self, name: str, place: Place) -> str:
        lookup = self._lookup
        if name in lookup.roles:
            return str(lookup.roles[name].message.type)
        if name in ROLES and "." not in name:
            if not lookup.has("roles", name):
                said = f'no message has the role "{name}"'
                lookup.error("SESSION_PLACEHOLDER", said, place, "name its message under roles")
            return ""
        if re.fullmatch(r"(client|server)/.+", name):
            message = lookup.message(name, place)
            return "" if message is None else str(message.type)
        if name.isdecimal():
            if int(name) not in (code.code for code in lookup.protocol.close_codes):
                lookup.error("SESSION_CODE_LISTED", f"the close code {name} is not listed", place)
            return name
        return self._at_path(name.split("."), place)

    def _at_path(self, steps: list[str], place: Place) -> str:
        """What a path leads to, in the form that its last step says."""
        value: Any = self._roots
        for number, step in enumerate(steps):
            is_form = number == len(steps) - 1 and number > 0 and step in FORMS
            if is_form and _has_forms(value):
                return self._formed(value, step, steps, place)
            if not isinstance(value, dict) or step not in value:
                known = [*value] if isinstance(value, dict) else []
                said = f'"{{{".".join(steps)}}}" leads to nothing: there is no "{step}"'
                roles = [] if number else [*self._lookup.roles]
                forms = [form for form in FORMS if form] if _has_forms(value) else []
                hint = near_or_known(step, [*roles, *known, *forms])
                self._lookup.error("SESSION_PLACEHOLDER", said, place, hint)
                return ""
            value = value[step]
        return self._formed(value, "", steps, place)

    def _formed(self, value: Any, form: str, steps: list[str], place: Place) -> str:
        if form == "name" and isinstance(value, dict) and "close" in value:
            codes = self._lookup.protocol.close_codes
            return next((code.name for code in codes if code.code == value["close"]), "")
        try:
            return FORMS[form](value)
        except _NoFormError:
            said = f'"{{{".".join(steps)}}}" leads to something that no sentence can hold'
            hint = "let it lead to a number, a name or a close code"
            self._lookup.error("SESSION_PLACEHOLDER", said, place, hint)
            return ""


def _has_forms(value: JsonValue) -> bool:
    """Whether a value can be put in several ways."""
    return isinstance(value, int | float) or (
        isinstance(value, dict) and not _FORMED.isdisjoint(value)
    )


def _plain(value: JsonValue) -> str:
    """A number with its unit, the key of a field, a close code, a text."""
    match value:
        case {"value": _, "unit": str(unit)} if unit in SECONDS:
            return f"{_digits(value)} {unit_word(unit, _number(value))}"
        case {"value": _, "unit": str(unit)}:
            return f"{_digits(value)} {unit}"
        case {"close": int(code)}:
            return str(code)
        case {"field": str(key)} | {"message": str(key)}:
            return key.partition("/")[2] or key
        case str() if not _PLACEHOLDER.search(value):
            return value
        case bool():
            raise _NoFormError
        case int() | float():
            return f"{value:g}" if isinstance(value, float) else str(value)
    raise _NoFormError


def _number(value: JsonValue) -> int | float:
    given = value.get("value") if isinstance(value, dict) else value
    if isinstance(given, bool) or not isinstance(given, int | float):
        raise _NoFormError
    return given


def _digits(value: JsonValue) -> str:
    number = _number(value)
    return f"{number:g}" if isinstance(number, float) else str(number)


def _unit(value: JsonValue) -> str:
    unit = value.get("unit") if isinstance(value, dict) else None
    if not isinstance(unit, str):
        raise _NoFormError
    return unit_word(unit, 2)


def _reason(value: JsonValue) -> str:
    reason = value.get("reason") if isinstance(value, dict) else None
    if not isinstance(reason, str):
        raise _NoFormError
    return reason


def _span(value: JsonValue) -> str:
    if not isinstance(value, dict) or value.get("unit") not in SECONDS:
        raise _NoFormError
    return span(_number(value), str(value["unit"]))


def _word(value: JsonValue) -> str:
    return spelled(_number(value))


def _times(value: JsonValue) -> str:
    return times(_number(value))


def _beyond(value: JsonValue) -> str:
    number = _number(value)
    if not isinstance(number, int):
        raise _NoFormError
    return ordinal_after(number)


FORMS: Mapping[str, Callable[[JsonValue], str]] = MappingProxyType(
    {
        "": _plain,
        "value": _digits,
        "unit": _unit,
        "word": _word,
        "times": _times,
        "span": _span,
        "beyond": _beyond,
        "name": _plain,
        "reason": _reason,
    }
)
"""How a value can be put, by the last step of its path."""

_FORMED = frozenset({"value", "unit", "close"})
"""The keys of what can be put in several ways."""

WORDED = frozenset({"word", "times", "span", "beyond"})
"""The forms that are words, with a capital where a sentence begins."""

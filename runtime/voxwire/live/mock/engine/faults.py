"""The faults that a mock gateway can have, and how they are written: ``drop:every=50,times=3``.

A fault is a name, then a colon and parameters if it has any. When it acts is one of these:

- ``every=N``: at every Nth numbered message of each connection;
- ``after=N``: once in a connection, when N numbered messages have gone;
- ``on=identify`` or ``on=resume``: in place of the answer to it.

``ready`` and replayed messages are numbered, too, and count. ``times=N`` bounds how often it acts in
all; without it ``after`` and ``on`` act once, ``every`` for ever. Nothing is random.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, NamedTuple, cast

from msgspec import Struct

from voxmodels.v1 import CloseCode
from voxwire.errors import LocalProtocolError
from voxwire.session import ServerConnection


class FaultError(ValueError):
    """A fault that does not exist or is not written as it should be, in words."""


class Fault(Struct, frozen=True, kw_only=True):
    """A fault, as :func:`parse_fault` reads it. What does not apply is None."""

    text: str
    """As it was written."""
    kind: str
    every: int | None = None
    after: int | None = None
    on: str | None = None
    times: int | None = None
    code: int | None = None
    reason: str | None = None
    ms: int | None = None
    how: str | None = None
    status: int | None = None

    def __str__(self) -> str:
        return self.text


class Kind(NamedTuple):
    """A kind of fault: `when` are the parameters that can say when it acts, `needs` and `takes` its
    others. `defaults` stand where a parameter is not given."""

    sentence: str
    when: tuple[str, ...] = ("every", "after")
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    defaults: Mapping[str, int | str] = {}

    @property
    def parameters(self) -> tuple[str, ...]:
        """All that it knows, in the order of the help."""
        return (*self.needs, *self.when, *self.takes, "times")


KINDS: Final[Mapping[str, Kind]] = {
    "drop": Kind("The connection is lost, without a close frame.", when=("every", "after", "on")),
    "close": Kind(
        "The connection is closed with a code.",
        when=("every", "after", "on"),
        needs=("code",),
        takes=("reason",),
    ),
    "skip": Kind("A message is not sent, so that its number is missing; a resume brings it."),
    "repeat": Kind("A message is sent twice, with the same number."),
    "corrupt": Kind(
        "A compressed message is damaged; plain text is left alone.",
        takes=("how",),
        defaults={"how": "cut"},
    ),
    "bad_json": Kind("Something that is no JSON is sent after a message."),
    "unknown": Kind("A numbered message of a type that nobody knows is sent after a message."),
    "invalid": Kind("A numbered message that lacks a required field is sent after a message."),
    "delay": Kind(
        "A message is held back, and all after it wait.", needs=("ms",), defaults={"every": 1}
    ),
    "silence": Kind("Nothing is sent any more, though the connection stays open."),
    "no_ack": Kind(
        "Heartbeats are not answered any more, after the first N of a connection.",
        when=("after",),
        defaults={"after": 0},
    ),
    "refuse": Kind(
        "The WebSocket handshake is answered with an HTTP error.",
        when=(),
        takes=("status",),
        defaults={"status": 503, "times": 1},
    ),
}
"""All faults by name."""

SENTENCES: Final[Mapping[str, str]] = {
    "every": "at every Nth numbered message of a connection",
    "after": "once in a connection, after N numbered messages",
    "on": "in place of the answer to identify or resume",
    "times": "how often in all",
    "code": "the close code, or its name in the protocol",
    "reason": "the close reason; the code's name unless given",
    "ms": "for how many milliseconds",
    "how": "cut off, trailing data, wrong magic number, or large (more than a frame may hold)",
    "status": "the HTTP status",
}
"""What each parameter says."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "on": ("identify", "resume"),
    "how": ("cut", "trailing", "magic", "large"),
}
_LOWEST: Final[Mapping[str, int]] = {"every": 1, "after": 1, "times": 1, "ms": 1, "status": 400}
_HIGHEST: Final[Mapping[str, int]] = {"status": 599}


def parse_fault(text: str) -> Fault:
    """The fault that `text` describes. Raises FaultError with advice.

    >>> parse_fault("close:code=4007,after=20").code
    4007
    """
    name, _, rest = text.partition(":")
    kind = KINDS.get(name)
    if kind is None:
        raise FaultError(_unknown("fault", name, KINDS))
    values: dict[str, int | str] = {}
    for part in filter(None, rest.split(",")):
        parameter, _, value = part.partition("=")
        if parameter not in kind.parameters:
            raise FaultError(_unknown(f"parameter of {name}", parameter, kind.parameters))
        if parameter in values:
            raise FaultError(f"{parameter} is given twice")
        lowest = 0 if (name, parameter) == ("no_ack", "after") else _LOWEST.get(parameter, 0)
        values[parameter] = _value(parameter, value, lowest)
    _check_complete(name, kind, values)
    if not any(when in values for when in kind.when):
        values = {**kind.defaults, **values}
    else:
        others = {key: value for key, value in kind.defaults.items() if key not in kind.when}
        values = {**others, **values}
    if "every" not in values and name != "no_ack":
        values.setdefault("times", 1)
    return _fault(text, name, values)


def fault_help() -> Iterator[str]:
    """All faults and their parameters, a line each."""
    for name, kind in KINDS.items():
        yield f"{name:9} {kind.sentence}"
        yield f"{'':9}   {', '.join(_usage(kind))}"
    yield ""
    for name, sentence in SENTENCES.items():
        yield f"{name:9} {sentence}"


def _usage(kind: Kind) -> Iterator[str]:
    for name in kind.parameters:
        form = f"{name}={'|'.join(_CHOICES[name]) if name in _CHOICES else _PLACEHOLDERS[name]}"
        if name in kind.defaults:
            form += f" ({kind.defaults[name]} unless given)"
        yield form


_PLACEHOLDERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("every", "after", "times", "ms"), "N"),
    "code": "CODE",
    "reason": "TEXT",
    "status": "STATUS",
}


def _check_complete(name: str, kind: Kind, values: Mapping[str, object]) -> None:
    for parameter in kind.needs:
        if parameter not in values:
            raise FaultError(f"{name} needs {parameter}: {SENTENCES[parameter]}")
    given = [when for when in kind.when if when in values]
    if len(given) > 1:
        raise FaultError(f"{given[0]} and {given[1]} exclude each other")
    has_default = any(when in kind.defaults for when in kind.when)
    if kind.when and not given and not has_default:
        raise FaultError(f"{name} needs {' or '.join(kind.when)}: when it acts")


def _value(parameter: str, text: str, lowest: int) -> int | str:
    if parameter == "code":
        return _close_code(text)
    if parameter == "reason":
        return text
    choices = _CHOICES.get(parameter)
    if choices is not None:
        if text not in choices:
            raise FaultError(_unknown(f"value of {parameter}", text, choices))
        return text
    if not (text.isascii() and text.isdecimal() and len(text) < 10) or int(text) < lowest:
        raise FaultError(f"{parameter} must be a number from {lowest} upwards; got {text!r}")
    highest = _HIGHEST.get(parameter)
    if highest is not None and int(text) > highest:
        raise FaultError(f"{parameter} must be at most {highest}; got {text!r}")
    return int(text)


def _close_code(text: str) -> int:
    if text.upper() in CloseCode.__members__:
        code = int(CloseCode[text.upper()])
    elif text.isascii() and text.isdecimal() and len(text) == 4:
        code = int(text)
    else:
        raise FaultError(_unknown("close code", text.upper(), CloseCode.__members__))
    return code


def _fault(text: str, kind: str, values: Mapping[str, int | str]) -> Fault:
    make = cast("Callable[..., Fault]", Fault)  # the values are checked one by one before
    fault = make(text=text, kind=kind, **values)
    if fault.code is not None:
        try:  # what WebSocket can send is known there
            ServerConnection("/").close(fault.code, fault.reason or "")
        except LocalProtocolError as error:
            raise FaultError(f"{error}; to lose a connection use drop") from error
    return fault


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    advice = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown {what} {name!r} ({advice}there are: {', '.join(names)})"

"""How the faults of a mock gateway are written: ``drop:every=50,times=3``.

A fault is a name, then a colon and parameters if it has any. When it acts is one of these:

- ``every=N``: at every Nth numbered message of each connection;
- ``after=N``: once in a connection, when N numbered messages have gone;
- ``on=identify`` or ``on=resume``: in place of the answer to it; other protocols have other names.

The message that begins a session and replayed messages are numbered, too, and count. Where a protocol
has no numbers, all of the server count but greetings, heartbeats, answers to them, and complaints.
``times=N`` bounds how often it acts in all; without it ``after`` and ``on`` act once, ``every`` for ever.
Nothing is random.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, cast

from voxwire.default import protocol_or_vox
from voxwire.errors import LocalProtocolError
from voxwire.live.mock.engine.defects import NothingToSpoilError
from voxwire.live.mock.engine.fault import Fault
from voxwire.live.mock.engine.fault_kinds import KINDS, Kind
from voxwire.session.connection import Connection

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol


class FaultError(ValueError):
    """A fault that does not exist or is not written as it should be, in words."""


SENTENCES: Final[Mapping[str, str]] = {
    "every": "at every Nth numbered message of a connection",
    "after": "once in a connection, after N numbered messages",
    "on": "in place of the answer to {logins}",
    "times": "how often in all",
    "code": "the close code, or its name in the protocol",
    "reason": "the close reason; the code's name unless given",
    "ms": "for how many milliseconds",
    "how": "cut off, trailing data, wrong magic number, or large (more than a frame may hold)",
    "status": "the HTTP status",
}
"""What each parameter says."""

_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {"how": ("cut", "trailing", "magic", "large")}
_LOWEST: Final[Mapping[str, int]] = {"every": 1, "after": 1, "times": 1, "ms": 1, "status": 400}
_HIGHEST: Final[Mapping[str, int]] = {"status": 599}


def parse_fault(text: str, protocol: AnyProtocol | None = None) -> Fault:
    """The fault that `text` describes, for a mock of `protocol`, Vox's by default. Raises FaultError with
    advice.

    >>> parse_fault("close:code=4007,after=20").code
    4007
    """
    protocol = protocol_or_vox(protocol)
    name, _, rest = text.partition(":")
    kind = KINDS.get(name)
    if kind is None:
        raise FaultError(_unknown("fault", name, KINDS))
    values: dict[str, int | str] = {}
    parameters = _parameters(kind, protocol)
    for part in filter(None, rest.split(",")):
        parameter, _, value = part.partition("=")
        if parameter not in parameters:
            raise FaultError(_unknown(f"parameter of {name}", parameter, parameters))
        if parameter in values:
            raise FaultError(f"{parameter} is given twice")
        lowest = 0 if kind.defaults.get(parameter) == 0 else _LOWEST.get(parameter, 0)
        values[parameter] = _value(parameter, value, lowest, protocol)
    _check_complete(name, kind, values, protocol)
    if not any(when in values for when in kind.when):
        values = {**kind.defaults, **values}
    else:
        others = {key: value for key, value in kind.defaults.items() if key not in kind.when}
        values = {**others, **values}
    if "every" not in values and kind.hits != "answer":
        values.setdefault("times", 1)
    return _fault(text, name, values, protocol)


def fault_help(protocol: AnyProtocol | None = None) -> Iterator[str]:
    """All faults and their parameters, a line each, for a mock of `protocol`, Vox's by default."""
    protocol = protocol_or_vox(protocol)
    for name, kind in KINDS.items():
        yield f"{name:9} {kind.sentence}"
        yield f"{'':9}   {', '.join(_usage(kind, protocol))}"
    yield ""
    logins = _logins(protocol)
    for name, sentence in SENTENCES.items():
        if name != "on" or logins:
            yield f"{name:9} {sentence.format(logins=' or '.join(logins))}"


def _logins(protocol: AnyProtocol) -> tuple[str, ...]:
    """The messages of clients that a server answers with a session, or refuses one."""
    roles = protocol.session.roles
    return tuple(str(role.type) for role in (roles.login, roles.resume) if role is not None)


def _choices(parameter: str, protocol: AnyProtocol) -> tuple[str, ...] | None:
    return _logins(protocol) if parameter == "on" else _CHOICES.get(parameter)


def _when(kind: Kind, protocol: AnyProtocol) -> tuple[str, ...]:
    """What can say when a fault acts: nothing stands in the place of a login that there is not."""
    return tuple(when for when in kind.when if when != "on" or _logins(protocol))


def _parameters(kind: Kind, protocol: AnyProtocol) -> tuple[str, ...]:
    return tuple(p for p in kind.parameters if p != "on" or "on" in _when(kind, protocol))


def _usage(kind: Kind, protocol: AnyProtocol) -> Iterator[str]:
    for name in _parameters(kind, protocol):
        choices = _choices(name, protocol)
        form = f"{name}={_PLACEHOLDERS[name] if choices is None else '|'.join(choices)}"
        if name in kind.defaults:
            form += f" ({kind.defaults[name]} unless given)"
        yield form


_PLACEHOLDERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("every", "after", "times", "ms"), "N"),
    "code": "CODE",
    "reason": "TEXT",
    "status": "STATUS",
}


def _check_complete(
    name: str, kind: Kind, values: Mapping[str, object], protocol: AnyProtocol
) -> None:
    for parameter in kind.needs:
        if parameter not in values:
            raise FaultError(f"{name} needs {parameter}: {SENTENCES[parameter]}")
    given = [when for when in kind.when if when in values]
    if len(given) > 1:
        raise FaultError(f"{given[0]} and {given[1]} exclude each other")
    has_default = any(when in kind.defaults for when in kind.when)
    if kind.when and not given and not has_default:
        raise FaultError(f"{name} needs {' or '.join(_when(kind, protocol))}: when it acts")


def _value(parameter: str, text: str, lowest: int, protocol: AnyProtocol) -> int | str:
    if parameter == "code":
        return _close_code(text, protocol)
    if parameter == "reason":
        return text
    choices = _choices(parameter, protocol)
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


def _close_code(text: str, protocol: AnyProtocol) -> int:
    known = protocol.close_codes.__members__
    if text.upper() in known:
        code = int(known[text.upper()])
    elif text.isascii() and text.isdecimal() and len(text) == 4:
        code = int(text)
    else:
        raise FaultError(_unknown("close code", text.upper(), known or ["any of four digits"]))
    return code


def _fault(text: str, kind: str, values: Mapping[str, int | str], protocol: AnyProtocol) -> Fault:
    make = cast("Callable[..., Fault]", Fault)  # the values are checked one by one before
    fault = make(text=text, kind=kind, **values)
    if fault.code is not None:
        try:  # what WebSocket can send is known there
            Connection(protocol, "server", lambda: 1.0).close(fault.code, fault.reason or "")
        except LocalProtocolError as error:
            raise FaultError(f"{error}; to lose a connection use drop") from error
    try:
        KINDS[kind].check(protocol)
    except NothingToSpoilError as error:
        raise FaultError(str(error)) from error
    return fault


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, n=1)
    advice = f"did you mean {near[0]!r}? " if near else ""
    return f"unknown {what} {name!r} ({advice}there are: {', '.join(names)})"

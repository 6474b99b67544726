"""Client messages as the real server reads them: it checks little, and late.

It parses with a lenient parser (NaN is a number, of duplicate keys the last counts), takes a payload
that is false for none at all, and looks at fields only where it uses them. Whatever then fails there
closes the connection with 4000. All of this was measured, except where a comment says that it is likely.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from voxmodels.v1 import UNSET, Capability, CloseCode, client
from voxwire.errors import RemoteProtocolError

if TYPE_CHECKING:
    from msgspec import UnsetType

    from voxmodels.v1 import JsonValue

Payload: TypeAlias = "dict[str, JsonValue]"
"""A payload, of which nothing was checked."""

ABSENT_VERSION: Final = 1
"""What an identify without ``protocol_version`` asks for (protocol section 4)."""

ABSENT_LAST_SEQ: Final = 0
"""What a resume without ``last_seq`` counts as (protocol section 4)."""

_MAX_DEPTH: Final = 400
"""Levels of arrays and objects that are read. More closes with 4000, as the recursion limit of the
server's parser likely does, which is near a thousand."""


class Message(NamedTuple):
    """A message of a client: its type, None if that is no string, and its payload, not checked."""

    type: str | None
    d: JsonValue

    @property
    def payload(self) -> Payload:
        """The payload: what is false counts as absent. Raises RemoteProtocolError for no object."""
        payload = self.d or {}
        if not isinstance(payload, dict):
            raise RemoteProtocolError("d is no object", CloseCode.UNKNOWN_ERROR)
        return payload


def read(text: str) -> Message:
    """The message in `text`. Raises RemoteProtocolError: 4002 for no JSON, 4000 for no object."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise _unusable("nested too deeply") from None
    except ValueError:  # an integer of thousands of digits, too, likely
        raise RemoteProtocolError("no JSON", CloseCode.DECODE_ERROR) from None
    if not isinstance(value, dict):
        raise _unusable("no object")
    if _is_deep(value):
        raise _unusable("nested too deeply")
    name = value.get("type")
    return Message(name if isinstance(name, str) else None, value.get("d"))


class Login(NamedTuple):
    """An identify, and the version that it asks for: a number, but any number."""

    identify: client.Identify
    version: float


def login(payload: Payload) -> Login:
    """The identify with this payload. The token is empty if there is none.

    Raises RemoteProtocolError, 4000, for a version that is no number and a token that is no string.
    """
    version = payload.get("protocol_version", ABSENT_VERSION)
    if not isinstance(version, int | float):
        raise _unusable("protocol_version is no number")
    capabilities = payload.get("capabilities")
    identify = client.Identify(
        token=_text(payload, "token"),
        protocol_version=int(version) if version % 1 == 0 else UNSET,
        capabilities=_capabilities(capabilities),
    )
    return Login(identify, version)


class Resumption(NamedTuple):
    """A resume, and the number that it gives: any JSON, as it is looked at last of all."""

    resume: client.Resume
    last_seq: object


def resumption(payload: Payload) -> Resumption:
    """The resume with this payload.

    Raises RemoteProtocolError: 4004 without token or session_id, 4000 for types that fail at once.
    """
    session_id = payload.get("session_id")
    if not payload.get("token") or not session_id:
        raise RemoteProtocolError("a resume that names nothing", CloseCode.AUTH_FAILED)
    token = _text(payload, "token")
    if isinstance(session_id, list | dict):  # likely: it cannot be looked up
        raise _unusable("session_id is no string")
    last_seq = payload.get("last_seq", ABSENT_LAST_SEQ)
    resume = client.Resume(
        token=token,
        # A number, or true, is looked up, likely, and names no session: nor does its JSON.
        session_id=session_id if isinstance(session_id, str) else json.dumps(session_id),
        last_seq=last_seq if isinstance(last_seq, int) and last_seq > 0 else ABSENT_LAST_SEQ,
    )
    return Resumption(resume, last_seq)


def _text(payload: Payload, name: str) -> str:
    """A text, empty for whatever is false."""
    text = payload.get(name) or ""
    if not isinstance(text, str):  # likely
        raise _unusable(f"{name} is no string")
    return text


def _capabilities(given: object) -> tuple[Capability, ...] | UnsetType:
    """The server does not look at them: what is no list of texts counts as absent."""
    if isinstance(given, list) and all(isinstance(item, str) for item in given):
        return tuple(map(Capability, given))
    return UNSET


def _is_deep(value: object) -> bool:
    level = [value]
    for _ in range(_MAX_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        if not below:
            return False
        level = below
    return True


def _unusable(why: str) -> RemoteProtocolError:
    return RemoteProtocolError(why, CloseCode.UNKNOWN_ERROR)

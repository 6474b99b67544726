"""Client messages as a lenient server reads them: it checks little, and late.

It parses with a lenient parser (NaN is a number, of duplicate keys the last counts), takes an empty
payload for none at all where the protocol says so, and looks at fields only where it uses them. Whatever then fails there
closes the connection. All of this was measured on a server of Vox, except where a comment says that it
is likely; other protocols whose servers pass over invalid messages are read in the same way.
"""

from __future__ import annotations

import enum
import json
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn, TypeAlias

import msgspec
from msgspec import UNSET

from voxwire.errors import LocalProtocolError, RemoteProtocolError
from voxwire.session.machine import Machine
from voxwire.session.messages import made

if TYPE_CHECKING:
    from voxwire.protocol import AnyProtocol, Field, Reaction, Role

Payload: TypeAlias = "dict[str, Any]"
"""A payload, of which nothing was checked."""

_MAX_DEPTH: Final = 400
"""Levels of arrays and objects that are read. More is refused as malformed, as the recursion limit
of the server's parser likely does, which is near a thousand."""

_POLICY_VIOLATION: Final = 1008
"""WebSocket's own code (RFC 6455, section 7.4.1), where the protocol has none for what cannot go on."""


class _Absent(enum.Enum):
    ABSENT = "no payload"


ABSENT: Final = _Absent.ABSENT
"""In place of a payload, where a message has none."""


class Message(NamedTuple):
    """A message of a client: its type, None if that is none, and its payload, not checked."""

    type: Any
    d: Any


class Login(NamedTuple):
    """The payload of a login, and the version that it asks for: a number, but any number."""

    identify: Any
    version: Any


class Resumption(NamedTuple):
    """The payload of a resume, and the number that it gives: any JSON, as it is looked at last of all."""

    resume: Any
    last_seq: object


class PassedOver(Exception):  # noqa: N818  # no error: the tables want it so
    """What was read is to be passed over."""


class Reader:
    """Reads the client messages of one protocol. :meth:`of` shares one.

    What is refused raises RemoteProtocolError, with the code that the protocol closes with, or
    PassedOver where the protocol ignores it.
    """

    def __init__(self, protocol: AnyProtocol) -> None:
        self._protocol: Final = protocol
        self._machine: Final = Machine.of(protocol)
        self._envelope: Final = protocol.envelope
        self._roles: Final = protocol.session.roles
        self._mistakes: Final = protocol.session.mistakes_of_client
        self._refusals: Final = protocol.session.refusals
        self._resume: Final = protocol.session.resume

    @staticmethod
    def of(protocol: AnyProtocol) -> Reader:
        """The reader for a protocol."""
        return _made(protocol)

    def read(self, text: str | bytes) -> Message:
        """The message in `text`. Refuses what is no JSON and no object."""
        try:
            value = json.loads(text if isinstance(text, str) else text.decode())
        except RecursionError:
            self._refuse(self._mistakes.not_object, "nested too deeply")
        except ValueError:  # an integer of thousands of digits, too, likely
            self._refuse(self._mistakes.not_json, "no JSON")
        if not isinstance(value, dict):
            self._refuse(self._mistakes.not_object, "no object")
        if _is_deep(value):
            self._refuse(self._mistakes.not_object, "nested too deeply")
        type_ = value.get(self._envelope.type_key)
        key = self._envelope.payload_key
        d = value if key is None else value.get(key, ABSENT)
        return Message(type_ if self._machine.is_type(type_) else None, d)

    def payload(self, message: Message) -> Payload:
        """The payload of a message: empty where there is none. Refuses what is no object."""
        payload = message.d
        if payload is ABSENT or (not payload and self._mistakes.empty_payload_is_none):
            return {}
        if not isinstance(payload, dict):
            key = self._envelope.payload_key
            self._refuse(self._mistakes.payload_not_object, f"{key} is no object")
        return payload

    def login(self, payload: Payload) -> Login:
        """The login with this payload. The token is empty if there is none.

        Refuses a version that is no number and a token that is no string.
        """
        role = self._roles.login
        assert role is not None, "only a login is read as one"
        version: Any = None
        values = self._others(role, payload)
        if role.version is not None:
            version = payload.get(role.version.key, role.version.when_absent)
            if not isinstance(version, int | float):
                self._refuse(self._refusals.malformed, f"{role.version.key} is no number")
            values[role.version.attribute] = int(version) if version % 1 == 0 else UNSET
        if role.token is not None:
            values[role.token.attribute] = self._text(payload, role.token)
        return Login(self._made(role, values), version)

    def resumption(self, payload: Payload) -> Resumption:
        """The resume with this payload.

        Refuses one without a token or session, and types that fail at once.
        """
        role = self._roles.resume
        assert role is not None, "only a resume is read as one"
        assert self._resume is not None, "whoever resumes has rules for it"
        named = [field for field in (role.token, role.session) if field is not None]
        if not all(payload.get(field.key) for field in named):
            self._refuse(self._resume.unnamed, "a resume that names nothing")
        values = self._others(role, payload)
        if role.token is not None:
            values[role.token.attribute] = self._text(payload, role.token)
        if role.session is not None:
            session_id = payload.get(role.session.key)
            if isinstance(session_id, list | dict):  # likely: it cannot be looked up
                self._refuse(self._refusals.malformed, f"{role.session.key} is no string")
            # A number, or true, is looked up, likely, and names no session: nor does its JSON.
            is_text = isinstance(session_id, str)
            values[role.session.attribute] = session_id if is_text else json.dumps(session_id)
        last_seq: object = None
        if role.last_seq is not None:
            absent = role.last_seq.when_absent
            last_seq = payload.get(role.last_seq.key, absent)
            is_number = isinstance(last_seq, int) and last_seq > 0
            values[role.last_seq.attribute] = last_seq if is_number else absent
        return Resumption(self._made(role, values), last_seq)

    def _others(self, role: Role, payload: Payload) -> dict[str, Any]:
        """The fields that a server does not look at: what is not as it should be counts as absent."""
        info = self._protocol.by_frame[role.frame]
        read = {
            field.attribute
            for field in (role.token, role.version, role.session, role.last_seq)
            if field is not None
        }
        values = {}
        usual = info.frame if info.payload is None else info.payload
        for known in msgspec.structs.fields(self._protocol.wide.get(usual, usual)):
            if known.name not in read and known.encode_name in payload:
                try:
                    values[known.name] = msgspec.convert(payload[known.encode_name], known.type)
                except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError):
                    continue
        return values

    def _made(self, role: Role, values: dict[str, Any]) -> Any:
        try:
            return made(self._protocol, role, values)
        except LocalProtocolError:
            self._refuse(self._refusals.malformed, f"a {role.type} that lacks what it needs")

    def _text(self, payload: Payload, field: Field) -> str:
        """A text, empty for whatever is false."""
        text = payload.get(field.key) or ""
        if not isinstance(text, str):  # likely
            self._refuse(self._refusals.malformed, f"{field.key} is no string")
        return text

    def _refuse(self, reaction: Reaction | None, why: str) -> NoReturn:
        if reaction is None:
            raise RemoteProtocolError(why, _POLICY_VIOLATION)
        if isinstance(reaction, enum.Enum):
            raise PassedOver
        raise RemoteProtocolError(why, reaction.code, reaction.reason)


@cache
def _made(protocol: AnyProtocol) -> Reader:
    return Reader(protocol)


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

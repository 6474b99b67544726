"""What session.yaml names: messages by role or by name, fields, close codes, and numbers."""

from __future__ import annotations

from typing import Any, cast

from voxspec.findings import Findings, Place
from voxspec.load.source import Source
from voxspec.load.yaml_values import Path_
from voxspec.model import CloseCode, Direction, Field, Message, Protocol, Record
from voxspec.model.session import Close, Ignored, Reaction, Role, StandIn, Subject
from voxspec.near import did_you_mean, near_or_known

Data = dict[str, Any]

_NEVER_SENT = frozenset({1005, 1006, 1015})
"""Codes that a side sees and none sends (RFC 6455, section 7.4.1)."""

_MOST_REASON_BYTES = 123
"""A control frame has at most 125 bytes, and two of them are the code (RFC 6455, section 5.5)."""

ROLES = (
    "greeting",
    "login",
    "resume",
    "established",
    "resumed",
    "heartbeat",
    "heartbeat_answer",
    "server_heartbeat",
    "server_heartbeat_answer",
    "complaint",
)
"""All roles that a message can have."""


class Lookup:
    """Finds what session.yaml names in the rest of the schema; what is not there is a finding."""

    def __init__(self, source: Source, protocol: Protocol, findings: Findings) -> None:
        self.source = source
        self.protocol = protocol
        self.findings = findings
        self.roles: dict[str, Role] = {}
        self._messages = {(m.direction, m.text): m for m in protocol.messages()}
        self._codes: dict[int, CloseCode] = {c.code: c for c in protocol.close_codes}

    def error(self, rule: str, message: str, where: Place, hint: str = "") -> None:
        self.findings.error(rule, message, where, hint)

    def message(self, name: str, place: Place) -> Message | None:
        """The message that is called ``client/NAME`` or ``server/NAME``."""
        side, _, kind = name.partition("/")
        found = self._messages.get((cast(Direction, side), kind))
        if found is not None:
            return found
        other = "server" if side == "client" else "client"
        if side not in ("client", "server") or not kind:
            hint = "write the name of a role, or client/NAME or server/NAME"
        elif (cast(Direction, other), kind) in self._messages:
            hint = f"the {other} sends it: write {other}/{kind}"
        else:
            of_side = [kind for direction, kind in self._messages if direction == side]
            near = near_or_known(kind, of_side)
            hint = near.replace('"', f'"{side}/', 1) if near.startswith("did") else near
        self.error("SESSION_NAME_KNOWN", f'there is no message "{name}"', place, hint)
        return None

    def named(self, name: str, place: Place) -> Message | None:
        """The message of a role, or the one that is called ``client/NAME`` or ``server/NAME``."""
        if name in self.roles:
            return self.roles[name].message
        if "/" in name:
            return self.message(name, place)
        if self.has("roles", name):
            return None  # what is wrong with it was said there
        if name in ROLES:
            said = f'no message has the role "{name}"'
            self.error("SESSION_NAME_KNOWN", said, place, "name its message under roles")
            return None
        hint = did_you_mean(name, [*self.roles, "any", "sequenced"])
        if not hint:
            hint = "write the name of a role, or client/NAME or server/NAME"
        self.error("SESSION_NAME_KNOWN", f'there is no role "{name}"', place, hint)
        return None

    def subject(self, name: str, side: Direction, place: Place) -> Subject | None:
        """What a table of ``side`` names: a message that this side sends, or a stand-in."""
        if name == "any":
            return StandIn(side, "any")
        if name == "sequenced":
            return self._sequenced(side, place)
        message = self.named(name, place)
        if message is not None and message.direction != side:
            said = f'"{name}" stands under the {side}, but the {message.direction} sends it'
            self.error("SESSION_SENDER", said, place, f"move it to the {message.direction}'s")
            return None
        return message

    def _sequenced(self, side: Direction, place: Place) -> Subject | None:
        if side == "client":
            said = "only servers number their messages"
            self.error("SESSION_SEQUENCE", said, place, 'write "any" for all that a client sends')
            return None
        if not any(m.seq == "required" for m in self.protocol.messages("server")):
            said = '"sequenced" stands for numbered messages, and the protocol has none'
            self.error("SESSION_SEQUENCE", said, place, 'write "any", or number messages with seq')
            return None
        return StandIn("server", "sequenced")

    def payload_field(self, message: Message, key: str, place: Place) -> Field | None:
        """The field of a message's payload with this key."""
        payload = self.protocol.payload_shape(message)
        if not isinstance(payload, Record):
            kind = "no payload" if message.payload is None else "a payload that is not one record"
            said = f'"{message.text}" has {kind}, and so no field "{key}"'
            self.error("SESSION_FIELD_FITS", said, place)
            return None
        for field in payload.fields:
            if field.name == key:
                return field
        hint = near_or_known(key, [field.name for field in payload.fields])
        said = f'"{message.text}" has no field "{key}"'
        self.error("SESSION_FIELD_FITS", said, place, hint)
        return None

    def close(self, *path: str | int) -> Close:
        """The close at ``path``; its code is one that the protocol lists."""
        data = cast(Data, self.at(path))
        code = data["close"]
        listed = self._codes.get(code)
        if listed is None:
            known = ", ".join(map(str, sorted(self._codes)))
            hint = (
                f"list it in close_codes.yaml, or write one of {known}"
                if known
                else "write close_codes.yaml"
            )
            place = self.source.place(*path, "close")
            self.error("SESSION_CODE_LISTED", f"the close code {code} is not listed", place, hint)
        elif code in _NEVER_SENT:
            said = f"{code} is what a connection is seen to end with; no side can send it"
            self.error("SESSION_CODE_LISTED", said, self.source.place(*path, "close"))
        reason = data.get("reason")
        if reason is not None and len(reason.encode()) > _MOST_REASON_BYTES:
            said = f"a close reason has at most {_MOST_REASON_BYTES} bytes"
            self.error("SESSION_CODE_LISTED", said, self.source.place(*path, "reason"))
        return Close(listed or code, reason)

    def reaction(self, *path: str | int) -> Reaction:
        """The reaction at ``path``: a close, or passing over."""
        return Ignored() if self.at(path) == "ignored" else self.close(*path)

    def at(self, path: Path_) -> object:
        """The value at ``path``; KeyError when there is none."""
        value: Any = self.source.data
        for step in path:
            value = value[step]
        return value

    def has(self, *path: str | int) -> bool:
        """Whether there is something at ``path``."""
        try:
            self.at(path)
        except KeyError:
            return False
        return True

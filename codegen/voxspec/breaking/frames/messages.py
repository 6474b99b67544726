"""What differs in messages: which there are, and what their frames have beside what is in payloads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final

from voxspec.breaking.frames.build import Builder
from voxspec.breaking.frames.difference import Concerns, Difference, Trial
from voxspec.breaking.frames.named import NamedTypes
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.frames.records import status
from voxspec.breaking.frames.steps import FrameKey, MessagePair, Payload, Spot, Written
from voxspec.breaking.frames.words import type_words
from voxspec.breaking.imported import Problem
from voxspec.breaking.renaming import renamed_words
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Age, Verdict
from voxspec.model import (
    AnyObjectType,
    AnyType,
    Field,
    JsonValue,
    Message,
    NamedType,
    NullType,
    Record,
    Type,
    Use,
)

_UNHEARD: Final = {"client/old": Verdict.BREAKS, "server/old": Verdict.LOSES}
"""A message that is gone: what clients ask for is not done any more; what servers tell is not heard."""

_UNKNOWN_YET: Final = {"client/new": Verdict.LOSES}
"""A message that is new: servers do not do yet what clients ask for; clients miss nothing that they had."""

_MISNAMED: Final = {
    f"{side}/{age}": Verdict.BREAKS for side in ("client", "server") for age in ("old", "new")
}
"""A message under another name: both ends have it, and neither hears the other."""


class Messages:
    """Compares messages by direction and type."""

    def __init__(self, pairs: Pairs, named: NamedTypes) -> None:
        self.pairs = pairs
        self._named = named

    def all(self) -> Iterator[Difference]:
        """Everything that differs in the messages of two revisions."""
        for message in self.pairs.messages_gone:
            yield self._gone(message)
        for message in self.pairs.messages_added:
            yield self._added(message)
        for old, new in self.pairs.messages:
            if old != new:
                yield from self._message(old, new)

    def _gone(self, message: Message) -> Difference:
        spot = self._spot(message, message)
        return Difference(
            "MESSAGE_NO_DELETE",
            spot,
            f'there is no message "{message.text}" of the {message.direction} any more',
            message.text,
            "",
            Trial(_frames, _unknown, passed_over=_UNHEARD),
            gone=True,
            hint="keep it and mark it deprecated",
        )

    def _added(self, message: Message) -> Difference:
        return Difference(
            "MESSAGE_ADDED",
            self._spot(message, message),
            f'there is a new message "{message.text}" of the {message.direction}',
            "",
            message.text,
            Trial(_frames, _unknown, passed_over=_UNKNOWN_YET),
        )

    def _message(self, old: Message, new: Message) -> Iterator[Difference]:
        spot = self._spot(old, new)
        said = f'"{new.text}" of the {new.direction}'
        if old.type != new.type:
            yield Difference(
                "MESSAGE_SAME_NAME",
                spot,
                renamed_words(old, new),
                old.text,
                new.text,
                Trial(_frames, _unknown, passed_over=_MISNAMED),
                hint=f'add "{new.text}" beside "{old.text}", and deprecate that',
            )
        yield from self._frame(old, new, spot, said)
        yield from self._payload(old, new, spot, said)
        yield from self._keys(old, new, spot, said)
        for keyword, was, now in (
            ("deprecated", old.deprecated, new.deprecated),
            ("since", old.since, new.since),
        ):
            if was != now:
                yield status(keyword, was, now, spot, said)

    # --- What frames have ---------------------------------------------------------------------

    def _frame(self, old: Message, new: Message, spot: Spot, said: str) -> Iterator[Difference]:
        if old.seq != new.seq:
            numbered = new.seq == "required"
            yield Difference(
                "MESSAGE_SAME_SEQ",
                spot.called("seq").within("seq"),
                f"{said} is {'numbered now' if numbered else 'not numbered any more'}",
                "numbered" if old.seq == "required" else "not numbered",
                "numbered" if numbered else "not numbered",
                Trial(_frames, _of_rules("SEQ_MISSING", "SEQ_FORBIDDEN")),
            )
        if (old.payload is None) != (new.payload is None):
            there = new.payload is not None
            yield Difference(
                "MESSAGE_PAYLOAD_ADDED" if there else "MESSAGE_PAYLOAD_REMOVED",
                spot.called("payload").within("payload"),
                f"{said} {'has a payload now' if there else 'has no payload any more'}",
                "" if there else "a payload",
                "a payload" if there else "",
                self._trial(old, new, "PAYLOAD_MISSING", "PAYLOAD_FORBIDDEN", "PAYLOAD_INVALID"),
                gone=not there,
            )
        elif old.payload is not None:
            says_null = not _is_any(old) and not _is_any(new)
            before, after = (_presence(message, says_null) for message in (old, new))
            if before != after:
                needed = (old.payload_optional, old.payload_nullable and says_null) >= (
                    new.payload_optional,
                    new.payload_nullable and says_null,
                )
                yield Difference(
                    "MESSAGE_PAYLOAD_REQUIRED" if needed else "MESSAGE_PAYLOAD_OPTIONAL",
                    spot.called("payload").within("payload"),
                    f"the payload of {said} is {after} and not {before}",
                    before,
                    after,
                    self._trial(old, new, "PAYLOAD_MISSING", "PAYLOAD_INVALID"),
                )

    def _trial(self, old: Message, new: Message, *rules: str) -> Trial:
        """Frames of which only the keys of the envelope count."""
        is_flat = self.pairs.old.protocol.envelope.is_flat
        bare = [replace(message, keys=()) for message in (old, new)]
        if _is_any(old) or _is_any(new):  # whether it may be null is part of its type then
            bare = [replace(message, payload_nullable=False) for message in bare]
        alike = [
            replace(
                old,
                payload=one.payload if is_flat else one.payload and AnyObjectType(),
                payload_optional=one.payload_optional,
                payload_nullable=one.payload_nullable,
                ignored=one.ignored,
                published=one.published,
                keys=(),
            )
            for one in bare
        ]
        concerns = self._of_fields() if is_flat else _of_rules(*rules)
        key = self.pairs.old.protocol.envelope.payload
        candidates = _flat_frames if key is None else _frames_with(key.key)
        return Trial(candidates, concerns, old=alike[0], new=alike[1], alone=False)

    def _of_fields(self) -> Concerns:
        """What is said of the fields of flat frames, and not of keys of the envelope."""
        envelopes = [revision.protocol.envelope for revision in (self.pairs.old, self.pairs.new)]
        keys = {key.field.name for envelope in envelopes for key in envelope.further}
        keys |= {e.sequence.key for e in envelopes if e.sequence is not None}
        return lambda problem, _: not _is_of_key(problem, keys)

    def _payload(self, old: Message, new: Message, spot: Spot, said: str) -> Iterator[Difference]:
        before, after = old.payload, new.payload
        if before is None or after is None or before == after:
            return
        inner = spot.to(Payload(), "payload")
        what = f"the payload of {said}"
        was, now = self._record(self.pairs.old, before), self._record(self.pairs.new, after)
        is_own = isinstance(before, Record) or isinstance(after, Record)
        if is_own and was is not None and now is not None:
            told = inner.called("additionalProperties").within("additionalProperties")
            for difference in self._named.records.compare(was, now, inner, what):
                if difference.spot != told or not self._is_closed_as_a_whole:
                    yield difference
            return
        uses = Use(_type(before)), Use(_type(after))
        if is_own:
            yield Difference(
                "MESSAGE_SAME_PAYLOAD",
                inner.called("payload"),
                f"{what} is another type now",
                type_words(uses[0].type) if before is uses[0].type else "a record",
                type_words(uses[1].type) if after is uses[1].type else "a record",
                Trial(
                    _payloads,
                    old=before if isinstance(before, Record) else uses[0],
                    new=after if isinstance(after, Record) else uses[1],
                ),
            )
            return
        yield from self._named.types.uses(*uses, inner.called("payload"), what)

    @property
    def _is_closed_as_a_whole(self) -> bool:
        """Whether frames, and with them flat payloads, are closed or opened: that is said of the envelope."""
        before, after = (each.protocol.envelope for each in (self.pairs.old, self.pairs.new))
        return before.is_flat and before.closed != after.closed

    def _record(self, revision: Revision, payload: Record | Type) -> Record | None:
        """The record that a payload is, its own or a named one."""
        if isinstance(payload, NamedType) and not payload.open:
            named = revision.protocol.type(payload.name)
            return named if isinstance(named, Record) else None
        return payload if isinstance(payload, Record) else None

    # --- Further keys of the envelope ---------------------------------------------------------

    def _keys(self, old: Message, new: Message, spot: Spot, said: str) -> Iterator[Difference]:
        before = {field.name: field for field in old.keys}
        after = {field.name: field for field in new.keys}
        for name in dict.fromkeys((*before, *after)):
            was, now = _key_presence(old, before, name), _key_presence(new, after, name)
            inner = spot.called("keys", name).within("keys", name)
            if was != now:
                yield self._key(name, was, now, old, new, inner, said)
            if name in before and name in after and before[name] != after[name]:
                there = spot.to(FrameKey(name), "keys", name, named=f"keys/{name}")
                what = f'"{name}" of frames of {said}'
                yield from self._named.types.uses(before[name].use, after[name].use, there, what)
        payload = self.pairs.old.protocol.envelope.payload
        told = {payload.key} if payload is not None and (old.payload or new.payload) else set()
        for name in dict.fromkeys((*old.ignored, *new.ignored)):
            was, now = _key_presence(old, before, name), _key_presence(new, after, name)
            if was != now and name not in {*before, *after, *told}:
                inner = spot.called("keys", name).within("keys", name)
                yield self._key(name, was, now, old, new, inner, said)

    def _key(
        self, name: str, was: str, now: str, old: Message, new: Message, spot: Spot, said: str
    ) -> Difference:
        rule = {
            ("optional", "required"): "FIELD_OPTIONAL_TO_REQUIRED",
            ("required", "optional"): "FIELD_REQUIRED_TO_OPTIONAL",
            ("forbidden", "required"): "FIELD_NO_ADD_REQUIRED",
            ("ignored", "required"): "FIELD_NO_ADD_REQUIRED",
            ("required", "forbidden"): "FIELD_NO_DELETE_REQUIRED",
            ("required", "ignored"): "FIELD_NO_DELETE_REQUIRED",
            ("optional", "forbidden"): "FIELD_NO_DELETE",
            ("optional", "ignored"): "FIELD_NO_DELETE",
        }.get((was, now), "FIELD_ADDED")
        if (was, now) == ("ignored", "forbidden"):
            rule = "FIELD_NO_DELETE"
        names = {name}
        is_flat = self.pairs.old.protocol.envelope.is_flat
        alike = [
            replace(
                old,
                payload=None if is_flat else old.payload and AnyObjectType(),
                keys=tuple(_bare(field) for field in one.keys if field.name == name),
                ignored=tuple(key for key in one.ignored if key == name),
            )
            for one in (old, new)
        ]
        return Difference(
            rule,
            spot,
            f'the key "{name}" is {now} in frames of {said} and not {was}',
            was,
            now,
            Trial(
                _frames_with(name),
                lambda problem, _: _is_of_key(problem, names),
                old=alike[0],
                new=alike[1],
                alone=False,
            ),
            loses=("client/old",) if rule.startswith("FIELD_NO_DELETE") else (),
            missed=("server/new",) if rule.startswith("FIELD_NO_DELETE") else (),
        )

    def _spot(self, old: Message, new: Message) -> Spot:
        return Spot(
            MessagePair(new.direction, old.type, new.type),
            f"{new.direction}/{new.text}",
            written(self.pairs.old, old),
            written(self.pairs.new, new),
        )


def written(revision: Revision, message: Message) -> Written:
    """Where a message is written: its area may be of one side, or of both."""
    for folder in (message.direction, "both"):
        file = f"{folder}/{message.area}.yaml"
        source = revision.sources.get(file)
        there = source.data.get("messages") if source is not None else None
        if isinstance(there, dict) and message.text in there:
            return Written(file, ("messages", message.text))
    return Written(f"{message.direction}/{message.area}.yaml", ("messages", message.text))


def _bare(field: Field) -> Field:
    return replace(field, use=Use(AnyType()), default=None, null_default=False)


def _type(payload: Record | Type) -> Type:
    return AnyObjectType() if isinstance(payload, Record) else payload


def _presence(message: Message, says_null: bool) -> str:
    words = "optional" if message.payload_optional else "required"
    return f"{words} and may be null" if message.payload_nullable and says_null else words


def _is_any(message: Message) -> bool:
    match message.payload:
        case AnyType() | NullType() | NamedType(open=True):
            return True
    return False


def _key_presence(message: Message, keys: dict[str, Field], name: str) -> str:
    if name in keys:
        return "required" if keys[name].required else "optional"
    return "ignored" if name in message.ignored else "forbidden"


def _frames(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
    del writer
    return builder.frames(message)


def _payloads(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
    del writer
    payload = message.payload
    if isinstance(payload, Record):
        yield from builder.values.edges_of_definition(payload, 0, ())
    elif payload is not None:
        yield from builder.values.edges(Use(payload))


def _flat_frames(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
    """The same with the fields of payloads in each way."""
    yield from _frames(builder, writer, message)
    for payload in _payloads(builder, writer, message):
        if isinstance(payload, dict):
            yield {**builder.least(message), **payload}


def _frames_with(name: str) -> Callable[[Builder, Age, Message], Iterable[JsonValue]]:
    def made(builder: Builder, writer: Age, message: Message) -> Iterable[JsonValue]:
        del writer
        for frame in builder.frames(message):
            yield frame
            if name in message.ignored and name not in frame:
                values: tuple[JsonValue, ...] = (1, "a", None, {})
                yield from ({**frame, name: value} for value in values)

    return made


def _of_rules(*rules: str) -> Concerns:
    return lambda problem, _: problem.rule in rules


def _unknown(problem: Problem, pointer: str) -> bool:
    del pointer
    return problem.rule in ("UNKNOWN_TYPE", "WRONG_DIRECTION")


def _is_of_key(problem: Problem, names: set[str]) -> bool:
    if problem.pointer == "":
        return problem.expected.strip('"') in names
    return problem.pointer.split("/")[1] in names

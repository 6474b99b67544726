"""The classes of messages: payloads and frames."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from voxspec.breaking.frames.messages import written
from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.revision import Revision
from voxspec.breaking.source.annotations import Differing
from voxspec.breaking.source.fields import Records, Spot
from voxspec.breaking.source.said import attributes_gone, classes, needed, typed
from voxspec.breaking.verdict import Change
from voxspec.findings import Place
from voxspec.model import Message, NamedType, Record, Use


@dataclass(frozen=True)
class Messages:
    """Compares messages by what their classes offer."""

    pairs: Pairs
    records: Records

    def compare(self) -> Iterator[Change]:
        """What is another for those who make, read or name messages."""
        gone = ((message, None) for message in self.pairs.messages_gone)
        for old, paired in (*self.pairs.messages, *gone):
            new = self._of_class(old) or paired
            if new is not None:
                yield from self._message(old, new)
                continue
            subject = f"{old.direction}/{old.text}"
            where = _place(self.pairs.old, old)
            yield classes(subject, self._classes(self.pairs.old, old), (), where)

    def _of_class(self, old: Message) -> Message | None:
        """The message that has a class of this name now, whatever the wire calls it."""
        after = self.pairs.new.protocol.messages(old.direction)
        return next((new for new in after if new.python_name == old.python_name), None)

    def _message(self, old: Message, new: Message) -> Iterator[Change]:
        spot = Spot(f"{new.direction}/{new.text}", new.python_name, _place(self.pairs.new, new))
        if old.python_name != new.python_name:
            kept = replace(new, payload=old.payload)
            was, now = self._classes(self.pairs.old, old), self._classes(self.pairs.new, kept)
            yield classes(spot.subject, was, now, spot.where)
        if old.payload is not None and new.payload is not None:
            yield from self._payload(old, new, spot)
        elif new.payload is not None and not self._is_flat:
            yield from self._payload_added(new, spot)
        elif old.payload is not None and not self._is_flat:
            yield classes(f"{spot.subject}/payload", (old.python_name,), (), spot.where)
        elif isinstance(new.payload, Record):
            yield from self.records.fields((), new.payload.fields, spot)
        elif isinstance(old.payload, Record) and old.payload.fields:
            names = [field.attribute for field in old.payload.fields]
            yield attributes_gone(f"{spot.subject}/payload", spot.class_, names, spot.where)
        frame = replace(spot, class_=new.frame_name)
        yield from self._keys(old, new, replace(frame, subject=f"{spot.subject}/keys"))
        yield from self._number(old, new, frame)

    def _keys(self, old: Message, new: Message, spot: Spot) -> Iterator[Change]:
        """The further keys of frames: one that the envelope has, and a message has not, is an attribute without
        a value."""
        there = {further.field.name for further in self.pairs.new.protocol.envelope.further}
        unset = [key for key in old.keys if key.name in there - {each.name for each in new.keys}]
        kept = [key for key in old.keys if key not in unset]
        yield from self.records.fields(kept, new.keys, spot)
        for key in unset:
            was = self.records.annotations.was(key.use) + ("" if key.required else " | UnsetType")
            what = f"{key.attribute} of {spot.class_}"
            yield typed(f"{spot.subject}/{key.name}", what, was, "UnsetType", spot.where)

    @property
    def _is_flat(self) -> bool:
        return self.pairs.new.protocol.envelope.is_flat

    def _classes(self, revision: Revision, message: Message) -> tuple[str, ...]:
        is_flat = revision.protocol.envelope.is_flat
        if is_flat or message.payload is None:
            return (message.frame_name,)
        return message.python_name, message.frame_name

    # --- Payloads -----------------------------------------------------------------------------

    def _payload(self, old: Message, new: Message, spot: Spot) -> Iterator[Change]:
        before, after = self._record(self.pairs.old, old), self._record(self.pairs.new, new)
        at = f"{spot.subject}/payload"
        if before is not None and after is not None:
            if not self._is_shared(old, new):
                yield from self.records.compare(before, after, spot)
        else:
            differing = self._types(old, new)
            if differing is not None:
                yield typed(at, spot.class_, *differing, spot.where)
                return
        was, now = (f"{new.python_name}{_presence(message)}" for message in (old, new))
        if was != now and not self._is_flat:
            yield typed(at, f"{self._attribute} of {new.frame_name}", was, now, spot.where)

    def _types(self, old: Message, new: Message) -> Differing:
        annotations = self.records.annotations
        before, after = (_use(message) for message in (old, new))
        if before is not None and after is not None:
            return annotations.uses(before, after)
        was = _OWN if before is None else annotations.was(before)
        return was, _OWN if after is None else annotations.now(after)

    def _payload_added(self, new: Message, spot: Spot) -> Iterator[Change]:
        if not new.payload_optional:
            yield needed(f"{spot.subject}/payload", new.frame_name, self._attribute, spot.where)

    @property
    def _attribute(self) -> str:
        payload = self.pairs.new.protocol.envelope.payload
        assert payload is not None
        return payload.attribute

    def _is_shared(self, old: Message, new: Message) -> bool:
        """Whether a payload is a type that both have: what differs in that is said of it."""
        match old.payload, new.payload:
            case NamedType(name=was), NamedType(name=now):
                return self.pairs.types.get(was) == now
        return False

    def _record(self, revision: Revision, message: Message) -> Record | None:
        shape = revision.protocol.payload_shape(message)
        return shape if isinstance(shape, Record) else None

    # --- Numbers ------------------------------------------------------------------------------

    def _number(self, old: Message, new: Message, spot: Spot) -> Iterator[Change]:
        """The number of a frame. Where envelopes have none, that is said of the envelope."""
        before = self.pairs.old.protocol.envelope.sequence
        after = self.pairs.new.protocol.envelope.sequence
        if before is None or after is None or old.seq == new.seq:
            return
        numbers = "int", "UnsetType"
        was, now = numbers if old.seq == "required" else numbers[::-1]
        what = f"{after.attribute} of {spot.class_}"
        yield typed(f"{spot.subject}/seq", what, was, now, spot.where)


_OWN = "a class of its own"


def _use(message: Message) -> Use | None:
    """A payload that is no record of the message's own."""
    payload = message.payload_type
    return None if payload is None else Use(payload)


def _presence(message: Message) -> str:
    """What the attribute of a payload can be beside it."""
    absent = " | UnsetType" if message.payload_optional else ""
    return absent + (" | None" if message.payload_nullable else "")


def _place(revision: Revision, message: Message) -> Place:
    there = written(revision, message)
    return revision.place(there.file, *there.path)

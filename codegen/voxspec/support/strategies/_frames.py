"""Frames: the envelope around a payload, valid or with exactly one flaw."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import UNSET

from voxspec.support.python._support import JsonValue
from voxspec.support.strategies._cases import Case, Object, objects
from voxspec.support.strategies._envelope import (
    CLOSED,
    FIRST_SEQ,
    FURTHER,
    PAYLOAD,
    PAYLOAD_ATTRIBUTE,
    SEQUENCE,
    SEQUENCE_NUMBERS,
    TYPE,
    WIDE,
)
from voxspec.support.strategies._json import (
    ANY,
    STRANGE_KEYS,
    UnknownEntries,
    other_kinds,
    pointer_to,
)
from voxspec.support.strategies._shapes import Flaw, Shape
from voxspec.support.strategies._strip import Strip

KEYS = tuple(key for key in (TYPE, PAYLOAD, SEQUENCE, *FURTHER) if key is not None)
"""The keys that are no payload's own."""

_PUBLISHED: dict[str | None, SearchStrategy[JsonValue]] = {
    **dict.fromkeys(FURTHER, ANY),
    PAYLOAD: st.builds(dict),
    SEQUENCE: st.integers(0, 9),
}
"""Values for envelope keys that published pages show on messages that have none of them."""


_BRIEF = 16
"""How many bytes a frame of a conversation is read off."""


@dataclass(frozen=True)
class NearMiss:
    """A frame that is valid but for one thing.

    ``rule`` is the one rule that ``frame`` breaks and ``pointer`` the place where a validator
    reports it. ``json_schema`` is False when JSON Schema cannot see it.
    """

    frame: Object
    rule: str
    pointer: str
    json_schema: bool


@dataclass(frozen=True, eq=False, repr=False)
class Message:
    """One message in one direction, and how to draw its frames.

    ``name`` is its type. ``payload`` is None when frames have no payload key, or no fields where
    these stand beside the type. ``sequenced``: frames have a sequence number. ``keys`` and
    ``optional_keys``: the further keys that they have or may have. ``read`` makes a typed frame
    where decoding alone does not: the payload may hold what other clients gave, of any shape. It
    validates, so it is left for those that do.
    ``published``: envelope keys that published pages show here by mistake; readers put up with
    them, and pass over those that are ``ignored``.
    """

    name: str | int
    frame_class: type[msgspec.Struct]
    payload: Shape | None = None
    payload_optional: bool = False
    payload_nullable: bool = False
    sequenced: bool = False
    keys: tuple[str, ...] = ()
    optional_keys: tuple[str, ...] = ()
    read: Callable[[Object], Any] | None = None
    published: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"Message({self.name!r})"

    @cached_property
    def wire(self) -> SearchStrategy[Object]:
        """Valid frames as JSON-ready dicts."""
        if PAYLOAD is None and self.payload is not None:
            return self._complete(objects(self._case))
        return objects(self._case, unknown=self._unknown)

    @cached_property
    def brief(self) -> SearchStrategy[Object]:
        """The same of few bytes, for conversations: Hypothesis draws no more than 8 KiB for one. So what
        stands in a frame is as varied, but its parts depend on each other."""
        if PAYLOAD is None and self.payload is not None:
            around = objects(self._case, most=_BRIEF)
            return st.tuples(around, _briefly(self.payload)).map(_beside)
        return objects(self._case, unknown=self._unknown, most=_BRIEF)

    @property
    def _unknown(self) -> UnknownEntries | None:
        return None if CLOSED else UnknownEntries(KEYS)

    @cached_property
    def frames(self) -> SearchStrategy[Any]:
        """Valid frames."""
        return self.wire.map(self._typed)

    @cached_property
    def payloads(self) -> SearchStrategy[Any]:
        """Valid payloads, null not among them; UNSET for a message that has none. Whole frames
        where fields stand beside the type."""
        if PAYLOAD is None:
            return self.frames
        if self.payload is None:
            return st.just(UNSET)
        if not self.keys:
            return _payloads(self, self.payload)
        around = objects(self._case.without(PAYLOAD))
        return st.tuples(self.payload.values, around).map(lambda drawn: self.typed_payload(*drawn))

    @cached_property
    def near_misses(self) -> dict[str, tuple[SearchStrategy[NearMiss], ...]]:
        """Frames with one flaw: for each rule a strategy for every way to break it."""
        ways: dict[str, tuple[SearchStrategy[NearMiss], ...]] = {}
        for flaw in self._flaws():
            ways[flaw.rule] = (*ways.get(flaw.rule, ()), _near_misses(flaw))
        return ways

    def _flaws(self) -> Iterator[_FrameFlaw]:
        yield from self._payload_flaws()
        yield from self._sequence_flaws()
        yield from self._key_flaws()
        if CLOSED and (PAYLOAD is not None or self.payload is None):  # else the payload has these
            for key in (key for key in STRANGE_KEYS[:2] if key not in KEYS):
                yield self._having(key, Flaw("UNKNOWN_FIELD", "", ANY))

    @cached_property
    def _case(self) -> Case:
        """The envelope: which keys a frame has and which it may have."""
        case = Case({TYPE: (self.name,)}, {})
        if PAYLOAD is not None and self.payload is not None:
            put = case.allowing if self.payload_optional else case.having
            null = (None,) if self.payload_nullable else ()
            case = put(PAYLOAD, *null, *self.payload.alternatives)
        if SEQUENCE is not None and self.sequenced:
            case = case.having(SEQUENCE, SEQUENCE_NUMBERS.values)
        for key in self.keys:
            case = case.having(key, *FURTHER[key].alternatives)
        for key in self.optional_keys:
            case = case.allowing(key, *FURTHER[key].alternatives)
        for key in self.published:
            case = case.allowing(key, _PUBLISHED[key])
        for key in self.ignored:
            case = case.allowing(key, ANY)
        return case

    def _typed(self, frame: Object) -> Any:
        try:
            return msgspec.convert(frame, WIDE.get(self.frame_class, self.frame_class))
        except msgspec.ValidationError:
            if self.read is None:
                raise
            return self.read(frame)

    def typed_payload(self, payload: JsonValue, around: Object | None = None) -> Any:
        """A payload as it is in a frame, with the keys around it."""
        frame: Object = {TYPE: self.name, **(around or {})}
        if PAYLOAD is not None:
            frame[PAYLOAD] = payload
        if SEQUENCE is not None and self.sequenced:
            frame[SEQUENCE] = FIRST_SEQ
        return getattr(self._typed(frame), PAYLOAD_ATTRIBUTE)

    def _complete(self, around: SearchStrategy[Object]) -> SearchStrategy[Object]:
        """Frames of the keys around a payload, with its fields where these stand beside them."""
        if PAYLOAD is not None or self.payload is None:
            return around
        return st.tuples(around, self.payload.values).map(_beside)

    def _payload_flaws(self) -> Iterator[_FrameFlaw]:
        if PAYLOAD is None:
            for flaw in self.payload.own_flaws() if self.payload is not None else ():
                frames = st.tuples(objects(self._case), flaw.values).map(_beside)
                yield _FrameFlaw(flaw.rule, flaw.pointer, frames, flaw.json_schema)
            return
        if self.payload is None:
            if PAYLOAD not in (*self.published, *self.ignored):
                yield self._having(PAYLOAD, Flaw("PAYLOAD_FORBIDDEN", "", ANY))
            return
        if not self.payload_optional:
            yield self._lacking(PAYLOAD, "PAYLOAD_MISSING")
        for values in other_kinds(self.payload.kinds, null_too=self.payload_nullable):
            yield self._having(PAYLOAD, Flaw("PAYLOAD_INVALID", "", values))
        for flaw in self.payload.own_flaws():
            yield self._having(PAYLOAD, flaw)

    def _sequence_flaws(self) -> Iterator[_FrameFlaw]:
        if SEQUENCE is None:
            return
        if self.sequenced:
            yield self._lacking(SEQUENCE, "SEQ_MISSING")
            for flaw in SEQUENCE_NUMBERS.flaws():
                yield self._having(SEQUENCE, Flaw("SEQ_INVALID", "", flaw.values))
        elif SEQUENCE not in self.published:
            for values in (SEQUENCE_NUMBERS.values, *other_kinds(SEQUENCE_NUMBERS.kinds)):
                yield self._having(SEQUENCE, Flaw("SEQ_FORBIDDEN", "", values))

    def _key_flaws(self) -> Iterator[_FrameFlaw]:
        for key, shape in FURTHER.items():
            if key in self.keys:
                yield self._lacking(key, "FIELD_MISSING")
            if key in self.keys or key in self.optional_keys:
                for flaw in shape.flaws():
                    yield self._having(key, flaw)
            elif key not in (*self.published, *self.ignored):
                for values in (shape.values, ANY):
                    yield self._having(key, Flaw("KEY_FORBIDDEN", "", values))

    def _having(self, key: str, flaw: Flaw) -> _FrameFlaw:
        """Frames with a flawed value under ``key``."""
        frames = self._complete(objects(self._case.having(key, flaw.values)))
        return _FrameFlaw(flaw.rule, pointer_to(key) + flaw.pointer, frames, flaw.json_schema)

    def _lacking(self, key: str, rule: str) -> _FrameFlaw:
        """Frames without ``key``."""
        return _FrameFlaw(rule, "", self._complete(objects(self._case.without(key))), True)


@st.composite
def _payloads(draw: DrawFn, message: Message, payload: Shape) -> Any:
    return message.typed_payload(payload.read(Strip(draw, payload.width), 0))


@st.composite
def _briefly(draw: DrawFn, payload: Shape) -> JsonValue:
    return payload.read(Strip(draw, min(payload.width, _BRIEF)), 0)


def _beside(drawn: tuple[Object, JsonValue]) -> Object:
    """A frame of the keys around a payload and of its fields; keys that nobody knows give way."""
    around, fields = drawn
    entries = fields.items() if isinstance(fields, dict) else ()
    return {**around, **{key: value for key, value in entries if key not in KEYS}}


@dataclass(frozen=True)
class _FrameFlaw:
    rule: str
    pointer: str
    frames: SearchStrategy[Object]
    json_schema: bool


def _near_misses(flaw: _FrameFlaw) -> SearchStrategy[NearMiss]:
    rule, pointer, json_schema = flaw.rule, flaw.pointer, flaw.json_schema
    return flaw.frames.map(lambda frame: NearMiss(frame, rule, pointer, json_schema))

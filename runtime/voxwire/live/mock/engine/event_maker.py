"""Makes up valid messages of a server, with values that look like real ones.

The classes of the messages say what is valid; this module only chooses. What a class cannot say by its
fields, such as "exactly one of the two", it says by refusing the values, and others are chosen. Equal
seeds give equal messages, on every machine and in every run.
"""

from __future__ import annotations

import re
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from msgspec import Struct, inspect

from voxwire.default import protocol_or_vox
from voxwire.errors import EncodeError, VoxwireError
from voxwire.live.mock.engine.pattern_text import text_of
from voxwire.live.mock.engine.traffic import Traffic
from voxwire.wire.codec import Codec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from random import Random

    from voxwire.protocol import AnyProtocol, MessageInfo

    Shapes = Mapping[str, type[Struct]]

_WORDS: Final = (
    "amber birch cedar delta ember fjord grove harbor island juniper kettle lantern meadow nimbus "
    "orchid pepper quartz river saffron tundra umber velvet willow yonder zephyr"
).split()
_EMOJI: Final = ("👍", "🎉", "🫖", "♟️", "😀")
_BEGIN: Final = 1_795_376_350_000
"""Unix milliseconds at which the made-up time begins."""
_LONGEST_STEP: Final = 5_000
"""Milliseconds that pass between two events at most."""
_IDS: Final = 20
"""Users, feeds and the like have ids from 1 up to this, so that the same ones come again."""
_ATTEMPTS: Final = 1000
"""How often values are chosen for one message. Half of the choices fit at the worst."""
_SNOWFLAKE_SHIFT: Final = 22
_DEEPEST: Final = 8
"""Records within records that get what they may leave out; below, only what they need."""

_LACKS: Final = re.compile("missing required field `([^`]+)`")
"""What msgspec says of an object that lacks a key."""

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class CannotMakeError(VoxwireError):
    """No valid message of this type was found."""


class Made(NamedTuple):
    """A message: the payload, or the whole frame where there is no class of payloads, and the further
    keys of the envelope that go with a payload."""

    payload: Struct
    keys: Mapping[str, Any]


class EventMaker:
    """Makes up messages with the choices of `random`.

    `shapes` are classes of what fields of these names usually hold, where the protocol allows any JSON.
    """

    def __init__(
        self,
        random: Random,
        protocol: AnyProtocol | None = None,
        shapes: Shapes = _NOTHING,
    ) -> None:
        self._random: Final = random
        self._protocol: Final = protocol_or_vox(protocol)
        self._shapes: Final = shapes
        self._encode: Final = Codec.of(self._protocol).encode
        self._events: Final = Traffic.of(self._protocol).events
        self._now = _BEGIN
        self._depth = 0
        self._lacking: Final[set[str]] = set()
        """Keys that some object lacked: records that keep unknown keys are plain objects as far as their
        type says, and what they need they say when they are made."""

    @property
    def has_events(self) -> bool:
        """Whether there is a message that a server sends of its own accord."""
        return bool(self._events)

    def event(self) -> Struct:
        """The payload of any message that a server sends of its own accord."""
        return self.any_event().payload

    def any_event(self) -> Made:
        """Any message that a server sends of its own accord."""
        return self.message(self._random.choice(self._events))

    def message(self, info: MessageInfo, given: Mapping[str, Any] = _NOTHING) -> Made:
        """A valid message. `given` are keys of the envelope that are decided already.

        Raises CannotMakeError where none is found."""
        models = info.payloads
        return self._made(info, self._random.choice(models) if models else info.frame, given)

    def payload(self, model: type[Struct]) -> Struct:
        """A valid payload of the class `model`. Raises CannotMakeError where none is found."""
        return self._made(self._protocol.by_payload[model], model, _NOTHING).payload

    def _made(self, info: MessageInfo, model: type[Struct], given: Mapping[str, Any]) -> Made:
        self._now += self._random.randrange(_LONGEST_STEP)
        envelope = self._protocol.envelope
        is_whole = model is info.frame
        is_shared = not is_whole and model not in self._protocol.by_payload
        is_numbered = info.seq == "required" and not (is_whole and envelope.payload_attribute)
        seq = envelope.first_seq + 1 if is_numbered else None
        self._lacking.clear()
        for attempt in range(_ATTEMPTS):
            # Where nothing fits, what may be absent is left out: the fewer values, the fewer mistakes.
            self._depth = _DEEPEST if attempt > _ATTEMPTS // 2 else 0
            try:
                keys = self._keys(info, given)
                if is_whole:
                    made = Made(self._frame(info, keys), _NOTHING)
                elif is_shared:
                    frame = envelope.framed(info, self._struct(model), seq, **keys)
                    made = Made(frame, _NOTHING)
                else:
                    made = Made(self._struct(model), keys)
                self._encode(made.payload, None if is_shared else seq, **made.keys)
            except (TypeError, ValueError, EncodeError) as error:
                self._lacking.update(_LACKS.findall(str(error)))
                continue
            return made
        raise CannotMakeError(f"no valid {info.type} could be made up: its rules leave too little")

    def _keys(self, info: MessageInfo, given: Mapping[str, Any]) -> Mapping[str, Any]:
        """The further keys of the envelope: those that a message needs, and those that are given."""
        if not info.required_keys:
            return given
        made_up = {
            field.name: self._value(field.name, field.type)
            for field in _fields(info.frame)
            if field.name in info.required_keys and field.name not in given
        }
        return {**made_up, **given}

    def _frame(self, info: MessageInfo, keys: Mapping[str, Any]) -> Struct:
        """A whole frame, where that is all that there is a class of."""
        attribute = self._protocol.envelope.sequence_attribute
        values = dict(keys)
        if attribute is not None and info.seq == "required":
            values[attribute] = self._protocol.envelope.first_seq
        return self._struct(info.frame, values, (attribute, *info.optional_keys))

    def _struct(
        self,
        model: type[Struct],
        values: Mapping[str, Any] = _NOTHING,
        left_out: tuple[str | None, ...] = (),
    ) -> Struct:
        """A record, with `values` for some of its attributes, and some that are left out."""
        chosen = dict(values)
        self._depth += 1
        try:
            for field in _fields(model):
                if field.name == "extra" or field.name in chosen or field.name in left_out:
                    continue
                if field.required or (not self._is_deep and self._random.random() < 0.5):
                    chosen[field.name] = self._value(field.name, field.type)
        finally:
            self._depth -= 1
        return cast("Callable[..., Struct]", model)(**chosen)

    @property
    def _is_deep(self) -> bool:
        return self._depth > _DEEPEST

    def _value(self, name: str, kind: inspect.Type) -> Any:
        random = self._random
        if name in self._shapes:
            return self._struct(self._shapes[name])
        match kind:
            case inspect.UnionType(types=kinds):
                if self._is_deep and any(isinstance(kind, inspect.NoneType) for kind in kinds):
                    return None
                return self._value(name, random.choice(_usual(kinds)))
            case inspect.StructType(cls=model):
                return self._struct(model)
            case inspect.EnumType(cls=members):
                return random.choice(list(members))
            case inspect.VarTupleType(item_type=item, min_length=least, max_length=most):
                return tuple(self._items(name, item, least, most))
            case inspect.ListType(item_type=item, min_length=least, max_length=most):
                return [*self._items(name, item, least, most)]
            case inspect.DictType(value_type=item):
                keys = random.sample(_WORDS, random.randint(0, 2))
                made = {key: self._value(key, item) for key in keys}
                return made | {key: self._guess(key, item) for key in sorted(self._lacking)}
            case inspect.IntType():
                return self._integer(name, *_bounds(kind))
            case inspect.FloatType(ge=lowest, le=highest):
                low = 0.0 if lowest is None else lowest
                high = max(low, 4096.0) if highest is None else highest
                return round(random.uniform(min(low, high), high), 3)
            case inspect.StrType(pattern=str(pattern), min_length=least, max_length=most):
                return text_of(pattern, random, least or 0, most)
            case inspect.StrType(min_length=least, max_length=most):
                text = self._text(name)[:most]
                return text if least is None else text.ljust(least, "x")
            case inspect.LiteralType(values=values):
                return random.choice(values)
            case inspect.BoolType():
                return random.random() < 0.5
            case inspect.AnyType():
                return random.randint(0, 100)
            case inspect.Metadata(type=inner):
                return self._value(name, inner)
        return None

    def _guess(self, name: str, kind: inspect.Type) -> Any:
        """A value for a key that an object lacked, whose type only the object knows."""
        if isinstance(kind, inspect.AnyType):
            return self._random.choice(
                (self._text(name), self._random.randint(0, 100), True, [], {})
            )
        return self._value(name, kind)

    def _items(
        self, name: str, item: inspect.Type, least: int | None, most: int | None
    ) -> Iterator[Any]:
        least = least or 0
        length = least if self._is_deep else self._random.randint(least, max(least, 3))
        for _ in range(length if most is None else min(length, most)):
            yield self._value(name, item)

    def _integer(self, name: str, lowest: int, highest: int | None) -> int:
        value = self._usual(name)
        if value is None:
            value = self._random.randint(0, 4096)
        return max(lowest, value if highest is None else min(value, highest))

    def _usual(self, name: str) -> int | None:
        """What a field of this name usually holds."""
        random = self._random
        if "msg_id" in name or name == "reply_to":
            moment = self._now - random.randrange(_LONGEST_STEP)
            return moment << _SNOWFLAKE_SHIFT | random.getrandbits(8)
        if name.endswith("timestamp"):
            return self._now
        if name.endswith("_at") or name in ("expiry", "server_time"):
            return self._now // 1000
        if name.endswith(("_id", "_ids")) or name == "mentions":
            return random.randint(1, _IDS)
        if name in ("permissions", "allow", "deny", "color"):
            return random.getrandbits(24)
        return None

    def _text(self, name: str) -> str:
        random = self._random
        word = random.choice(_WORDS)
        if name in ("url", "icon", "avatar", "image", "thumbnail", "video", "audio"):
            return f"https://example.org/{word}/{random.randint(1, 999)}"
        if name == "emoji":
            return random.choice(_EMOJI)
        if name in ("data", "nonce", "opaque_blob", "media_token"):
            return random.randbytes(24).hex()
        if name == "ip":
            return f"192.0.2.{random.randint(1, 254)}"
        if name == "mime":
            return "image/png"
        if name in ("body", "bio", "description", "topic", "body_preview"):
            return " ".join((word.capitalize(), *random.choices(_WORDS, k=random.randint(1, 8))))
        if name.endswith("_id") or name in ("id", "code", "codec"):
            return f"{word}{random.randint(1, 999)}"
        return word.capitalize()


def _usual(kinds: tuple[inspect.Type, ...]) -> tuple[inspect.Type, ...]:
    """The kinds that a value usually has: a record alone, where readers keep anything else, too."""
    if any(isinstance(kind, inspect.Metadata) and kind.extra for kind in kinds):
        return tuple(kind for kind in kinds if isinstance(kind, inspect.StructType))
    return kinds


def _bounds(kind: inspect.IntType) -> tuple[int, int | None]:
    """The least and the greatest that an integer may be; without a least it is as if that were 0."""
    low, high = kind.ge, kind.le
    if low is None:
        low = 0 if kind.gt is None else kind.gt + 1
    if high is None and kind.lt is not None:
        high = kind.lt - 1
    return low if high is None else min(low, high), high


@cache
def _fields(model: type[Struct]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(model)
    assert isinstance(described, inspect.StructType)
    return described.fields

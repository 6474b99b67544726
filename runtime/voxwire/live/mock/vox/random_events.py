"""Makes up valid events: any sequenced message of the protocol, with values that look like real ones.

The classes of the messages say what is valid; this module only chooses. What a class cannot say by its
fields, such as "exactly one of the two", it says by refusing the values, and others are chosen. Equal
seeds give equal events, on every machine and in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import count as counting
from random import Random
from typing import Any, Final

from msgspec import Struct, inspect

from voxmodels.v1 import registry, server, types
from voxwire.errors import EncodeError
from voxwire.live.mock.engine.source import Planned
from voxwire.vox import encode

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

_TYPES: Final = tuple(
    info
    for info in registry.SERVER.values()
    if info.seq == "required" and info.type != server.ReadyFrame.type
)
_OPEN_SHAPES: Final[Mapping[str, type[Struct]]] = {
    "activity": types.Activity,
    "embed": types.Embed,
}
"""Fields that hold any JSON as far as the decoder knows, and what they usually have."""


class RandomEvents:
    """Events that `seed` decides, `rate` of them a second; None is as fast as clients can take them.
    `count` bounds how many there are."""

    identity: server.Ready | None = None

    def __init__(self, seed: int = 0, rate: float | None = 1.0, count: int | None = None) -> None:
        self._seed: Final = seed
        self._rate: Final = rate
        self._count: Final = count

    def script(self, number: int) -> RandomEvents:
        """Every session gets the same events."""
        del number
        return self

    @property
    def description(self) -> str:
        """What is sent."""
        count = "events" if self._count is None else f"{self._count} events"
        return f"makes up {count} with seed {self._seed}"

    def events(self) -> Iterator[Planned]:
        """The events, without end unless there is a `count`."""
        maker = EventMaker(Random(self._seed))
        for number in counting(1) if self._count is None else range(1, self._count + 1):
            yield Planned(maker.event(), None if self._rate is None else number / self._rate)


class EventMaker:
    """Makes up events with the choices of `random`."""

    def __init__(self, random: Random) -> None:
        self._random: Final = random
        self._now = _BEGIN

    def event(self) -> Struct:
        """The payload of any sequenced message but ready."""
        info = self._random.choice(_TYPES)
        return self.payload(self._random.choice(info.payloads))

    def payload(self, model: type[Struct]) -> Struct:
        """A valid payload of the class `model`, which belongs to a sequenced message."""
        self._now += self._random.randrange(_LONGEST_STEP)
        for _ in range(_ATTEMPTS):
            try:
                payload = self._struct(model)
                encode(payload, 1)
            except (ValueError, EncodeError):
                continue
            return payload
        raise AssertionError(f"no valid {model.__name__} was found")

    def _struct(self, model: type[Struct]) -> Struct:
        values = {}
        for field in _fields(model):
            if field.name != "extra" and (field.required or self._random.random() < 0.5):
                values[field.name] = self._value(field.name, field.type)
        make: Callable[..., Struct] = model
        return make(**values)

    def _value(self, name: str, kind: inspect.Type) -> Any:
        random = self._random
        if name in _OPEN_SHAPES:
            return self._struct(_OPEN_SHAPES[name])
        match kind:
            case inspect.UnionType(types=kinds):
                return self._value(name, random.choice(kinds))
            case inspect.StructType(cls=model):
                return self._struct(model)
            case inspect.EnumType(cls=members):
                return random.choice(list(members))
            case inspect.VarTupleType(item_type=item, min_length=least):
                length = random.randint(least or 0, 3)
                return tuple(self._value(name, item) for _ in range(max(length, least or 0)))
            case inspect.DictType(value_type=item):
                keys = random.sample(_WORDS, random.randint(0, 2))
                return {key: self._value(key, item) for key in keys}
            case inspect.IntType(ge=lowest, le=highest):
                return self._integer(name, lowest or 0, highest)
            case inspect.StrType(max_length=most):
                return self._text(name)[:most]
            case inspect.BoolType():
                return random.random() < 0.5
            case inspect.AnyType():
                return random.randint(0, 100)
        return None

    def _integer(self, name: str, lowest: int, highest: int | None) -> int:
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
        value = random.randint(0, 4096)
        return max(lowest, value if highest is None else min(value, highest))

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


@cache
def _fields(model: type[Struct]) -> tuple[inspect.Field, ...]:
    described = inspect.type_info(model)
    assert isinstance(described, inspect.StructType)
    return described.fields

"""What was in the messages of a capture: at each place which keys, JSON types and values of enums.

What a place is, the shapes of the protocol say: keys of records are told apart, those of maps are data,
and values are kept of enums alone. Where no shape says anything, keys are told apart as far as there are
few. Memory is bounded: there are only so many places in all, and values at each.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from voxwire.analysis.observed import Kind, kind_of
from voxwire.analysis.shape_kinds import kinds_of
from voxwire.checks.findings import shown_name

if TYPE_CHECKING:
    from voxwire.direction import Direction
    from voxwire.protocol import AnyProtocol, MessageType

_MOST_PLACES: Final = 50_000
"""Places in all, a few hundred bytes each."""

_MOST_UNKNOWN: Final = 50
"""Keys of one object that no shape knows, and records of one union."""

_MOST_VALUES: Final = 200
_DEEPEST: Final = 32


class Place:
    """Everything that stood at one place."""

    __slots__ = ("arms", "count", "is_cut", "items", "keys", "kinds", "tag", "unknown", "values")

    def __init__(self) -> None:
        self.count = 0
        self.kinds: Final[Counter[Kind]] = Counter()
        self.keys: Final[dict[str, Place]] = {}
        self.items: Place | None = None
        """Items of arrays, and values of maps."""
        self.values: Final[Counter[str]] = Counter()
        """Those of an enum."""
        self.tag = ""
        """The key whose value tells the records of a union apart."""
        self.arms: Final[dict[str, Place]] = {}
        """These records, by that value."""
        self.unknown = 0
        """Keys and records here that no shape knows."""
        self.is_cut = False
        """Whether there were more keys or values than are told apart."""


class Contents:
    """Looks into messages of one protocol."""

    def __init__(self, protocol: AnyProtocol, most_places: int = _MOST_PLACES) -> None:
        shapes = protocol.shapes
        envelope = protocol.envelope
        self._types: Final = shapes.types
        self._frames: Final = {"c2s": shapes.client, "s2c": shapes.server}
        self._head: Final = (envelope.type_key, envelope.sequence_key)
        self._left = most_places
        self._messages: Final[dict[tuple[Direction, str], Place]] = {}

    @property
    def is_cut(self) -> bool:
        """Whether there were more places than are told apart."""
        return self._left <= 0

    def of(self, way: Direction, name: str) -> Place:
        """What was in the messages of a type, by the name under which it is counted."""
        return self._messages.get((way, name)) or Place()

    def see(self, way: Direction, type_: MessageType, name: str, frame: dict[str, Any]) -> None:
        """Look into a frame."""
        place = self._messages.get((way, name))
        if place is None:
            if not self._has_room():
                return
            place = self._messages[way, name] = Place()
        fields = {key: value for key, value in frame.items() if key not in self._head}
        self._look(place, fields, self._frames[way].get(type_), 0)

    def _has_room(self) -> bool:
        self._left -= 1
        return self._left > 0

    def _look(self, place: Place, value: Any, shape: Any, depth: int) -> None:
        shape = self._concrete(shape, value)
        kind = kind_of(value)
        if kind == "integer" and type(shape).__name__ == "Plain" and shape.kind == "number":
            kind = "number"
        place.count += 1
        place.kinds[kind] += 1
        if depth >= _DEEPEST:
            place.is_cut = True
            return
        match type(shape).__name__:
            case "Values":
                self._value(place, value)
            case "Items":
                self._items(place, value, shape.item, depth)
            case "Entries":
                self._items(place, list(value.values()), shape.value, depth)
            case "Tagged":
                self._tagged(place, value, shape, depth)
            case "Record":
                self._record(place, value, shape, depth)
            case "NoneType" if kind == "object":
                self._record(place, value, None, depth)
            case "NoneType" if kind == "array":
                self._items(place, value, None, depth)

    def _concrete(self, shape: Any, value: Any) -> Any:
        """The shape that is meant by a name or a choice; None where the value is none of it."""
        kind = kind_of(value)
        while shape is not None:
            kinds = kinds_of(shape, self._types)
            if kinds is not None and kind not in kinds:
                return None
            match type(shape).__name__:
                case "Named":
                    shape = self._types[shape.name]
                case "Choice":
                    shape = next(arm for arm in shape.arms if self._takes(arm, kind))
                case _:
                    return shape
        return None

    def _takes(self, shape: Any, kind: Kind) -> bool:
        kinds = kinds_of(shape, self._types)
        return kinds is None or kind in kinds

    def _value(self, place: Place, value: Any) -> None:
        word = value_word(value)
        if word in place.values or len(place.values) < _MOST_VALUES:
            place.values[word] += 1
        else:
            place.is_cut = True

    def _items(self, place: Place, values: list[Any], shape: Any, depth: int) -> None:
        for value in values:
            if place.items is None:
                if not self._has_room():
                    place.is_cut = True
                    return
                place.items = Place()
            self._look(place.items, value, shape, depth + 1)

    def _tagged(self, place: Place, value: dict[str, Any], shape: Any, depth: int) -> None:
        place.tag = shown_name(shape.key)
        tag = value.get(shape.key)
        name = shape.records.get(tag) if isinstance(tag, str | int) else None
        word = "other" if isinstance(tag, dict | list) else value_word(tag)
        arm = self._inner(place, place.arms, word, is_known=name is not None)
        if arm is not None:
            known = None if name is None else self._types[name]
            self._look(arm, value, known, depth + 1)

    def _record(self, place: Place, value: dict[str, Any], shape: Any, depth: int) -> None:
        known = {} if shape is None else {key.name: key.shape for key in shape.keys}
        for key, inner in value.items():
            if key not in known and shape is not None and shape.extra:
                continue  # whatever belongs to it is data
            found = self._inner(place, place.keys, shown_name(key), is_known=key in known)
            if found is not None:
                self._look(found, inner, known.get(key), depth + 1)

    def _inner(
        self, place: Place, places: dict[str, Place], name: str, *, is_known: bool
    ) -> Place | None:
        """The place of a key or record; None where there is no room for it."""
        found = places.get(name)
        if found is None:
            if (not is_known and place.unknown >= _MOST_UNKNOWN) or not self._has_room():
                place.is_cut = True
                return None
            place.unknown += not is_known
            found = places[name] = Place()
        return found


def value_word(value: object) -> str:
    """The value of an enum as it is shown; a peer may put anything there."""
    if isinstance(value, str):
        return shown_name(value)
    return shown_name(json.dumps(value))

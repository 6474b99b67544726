"""Which keys of frames are the envelope: the type, the payload, the number, and further ones.

The type is a word, or a small integer, that all frames of both sides have and that says best what else
is in a frame. A payload key is one under which the rest stands; the number is an integer that grows by
one in what servers send.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from voxwire.shapes.secrecy import looks_secret

if TYPE_CHECKING:
    from voxwire.capture import Connection
    from voxwire.observation.frames import SeenFrame

MOST_TYPES: Final = 400
"""Different values of a key beyond which it is no type of messages."""

_LONGEST_TYPE: Final = 64
_MOST_KEYS: Final = 300
_MOST_FORMS: Final = 40
_MOST_FURTHER: Final = 6
_USUAL_TYPES: Final = ("type", "op", "event", "method", "action", "kind", "cmd", "t", "msg", "name")
_USUAL_PAYLOADS: Final = frozenset("payload data d body params args content message msg".split())
_OFTEN: Final = 0.95
"""Part of all frames that have the type: some may be broken."""

Kind = Literal["null", "boolean", "integer", "number", "string", "array", "object"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """The keys of frames; None where there is no such key."""

    type_key: str
    kind: Kind
    payload_key: str | None = None
    sequence_key: str | None = None
    first: int = 0


@dataclass(slots=True)
class _Key:
    """A key at the top of frames."""

    by_side: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    forms: dict[str | int, Counter[tuple[Any, ...]]] | None = field(default_factory=dict)
    """The rest of the frame, by the value; None when it can be no type."""
    steps: int = 0
    steps_by_one: int = 0
    first: int | None = None

    @property
    def count(self) -> int:
        return self.by_side.total()


class EnvelopeSearch:
    """Looks at all frames once; then :meth:`found` says what their envelope is."""

    def __init__(self) -> None:
        self._keys: dict[str, _Key] = {}
        self._sides: Counter[str] = Counter()
        self._last: dict[tuple[Connection, str], int] = {}
        self._forms: Counter[tuple[Any, ...]] = Counter()

    def add(self, frame: SeenFrame) -> None:
        """Another frame."""
        value = frame.value
        if not isinstance(value, dict):
            return
        self._sides[frame.direction] += 1
        form = _form(value)
        if form in self._forms or len(self._forms) < 10 * MOST_TYPES:
            self._forms[form] += 1
        for name, item in value.items():
            key = self._keys.get(name)
            if key is None:
                if len(self._keys) >= _MOST_KEYS:
                    continue
                key = self._keys[name] = _Key()
            key.by_side[frame.direction] += 1
            key.kinds[kind_of(item)] += 1
            self._remember(key, name, item, value)
            if type(item) is int and frame.direction == "s2c":
                self._count(key, name, item, frame.connection)

    def _remember(self, key: _Key, name: str, item: object, frame: dict[str, Any]) -> None:
        if key.forms is None or isinstance(item, bool | float | list | dict) or item is None:
            return
        if not isinstance(item, str | int):
            return
        if isinstance(item, str) and (len(item) > _LONGEST_TYPE or looks_secret(item)):
            key.forms = None
            return
        if item not in key.forms and len(key.forms) >= MOST_TYPES:
            key.forms = None
            return
        forms = key.forms.setdefault(item, Counter())
        form = _form({other: value for other, value in frame.items() if other != name})
        if form in forms or len(forms) < _MOST_FORMS:
            forms[form] += 1

    def _count(self, key: _Key, name: str, item: int, connection: Connection) -> None:
        before = self._last.get((connection, name))
        if before is not None:
            key.steps += 1
            key.steps_by_one += item == before + 1
        key.first = item if key.first is None else min(key.first, item)
        self._last[connection, name] = item

    def found(self, type_key: str | None = None, payload_key: str | None = None) -> Envelope | None:
        """The envelope; None where no key can be the type, or no frame has a key that is given. What is
        given is so: a `payload_key` of "" says that there is none."""
        chosen = type_key if type_key is not None else self._type()
        if chosen is None or chosen not in self._keys or self.unknown(payload_key):
            return None
        kinds = self._keys[chosen].kinds
        kind: Kind = "integer" if kinds["integer"] > kinds["string"] else "string"
        sequence = self._sequence(chosen)
        payload = payload_key if payload_key is not None else self._payload(chosen, sequence)
        first = self._keys[sequence].first if sequence is not None else None
        return Envelope(chosen, kind, payload or None, sequence, first or 0)

    def unknown(self, *names: str | None) -> list[str]:
        """Those of `names` that certainly no frame has as a key."""
        if len(self._keys) >= _MOST_KEYS:
            return []
        return [name for name in names if name and name not in self._keys]

    def candidates(self) -> list[str]:
        """The keys that most frames have, for advice."""
        total = self._sides.total()
        return [name for name, key in self._keys.items() if key.count * 2 > total][:8]

    def _type(self) -> str | None:
        best: tuple[float, str] | None = None
        for name, key in self._keys.items():
            if key.forms is None or not self._is_everywhere(key):
                continue
            score = self._told_by(key.forms)
            if name in _USUAL_TYPES:
                score += 0.2 - 0.01 * _USUAL_TYPES.index(name)
            score -= len(key.forms) / max(1, sum(forms.total() for forms in key.forms.values()))
            if best is None or score > best[0]:
                best = score, name
        return None if best is None else best[1]

    def _is_everywhere(self, key: _Key) -> bool:
        words = key.kinds["string"] + key.kinds["integer"]
        return words >= _OFTEN * self._sides.total() and all(
            key.by_side[side] >= _OFTEN * count for side, count in self._sides.items()
        )

    def _told_by(self, forms: dict[str | int, Counter[tuple[Any, ...]]]) -> float:
        """How much better the form of a frame is guessed by who knows the value."""
        total = self._sides.total() or 1
        known = sum(max(found.values(), default=0) for found in forms.values())
        unknown = max(self._forms.values(), default=0)
        return (known - unknown) / total

    def _sequence(self, type_key: str) -> str | None:
        for name, key in self._keys.items():
            is_servers = (
                key.by_side["s2c"] >= _OFTEN * key.count and key.kinds["integer"] == key.count
            )
            grows = key.steps >= 3 and key.steps_by_one >= 0.8 * key.steps
            if name != type_key and is_servers and grows:
                return name
        return None

    def _payload(self, type_key: str, sequence_key: str | None) -> str | None:
        others = [name for name in self._keys if name not in (type_key, sequence_key)]
        whole = [name for name in others if self._keys[name].kinds["object"]]
        if not whole:
            return None
        best = max(whole, key=lambda name: self._keys[name].kinds["object"])
        types = self._keys[type_key].forms or {}
        having = sum(
            any(any(part[0] == best for part in form) for form in forms) for forms in types.values()
        )
        few = len(others) - 1 <= _MOST_FURTHER and all(
            self._keys[name].kinds["object"] == 0 for name in others if name != best
        )
        enough = 0.2 if best in _USUAL_PAYLOADS else 0.5
        often = having >= enough * len(types)
        return best if often and (few or best in _USUAL_PAYLOADS) else None


def kind_of(value: object) -> Kind:
    """The JSON type of a value; integers are told apart from other numbers."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
    return "object"


def _form(value: dict[str, Any]) -> tuple[Any, ...]:
    """What a frame is made of: its keys and kinds, and the keys of objects below them."""
    return tuple(
        (key, tuple(sorted(item)) if isinstance(item, dict) else kind_of(item))
        for key, item in sorted(value.items())
    )

"""What each message looked like: its payload, the other keys of its frames, and examples."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from voxwire.observation.envelope import MOST_TYPES, Envelope, kind_of
from voxwire.observation.examples import Examples
from voxwire.shapes.budget import Budget
from voxwire.shapes.secrecy import is_secret_key, looks_secret, masked_value
from voxwire.shapes.shape import Shape

if TYPE_CHECKING:
    from voxwire.direction import Direction
    from voxwire.observation.frames import SeenFrame

_MOST_KNOWN_SECRETS = 10_000
_SHORTEST_SECRET = 6


class Message:
    """One type of message in one direction."""

    def __init__(self, where: str) -> None:
        self.frames = 0
        self.where = where
        """Where it was seen first."""
        self.payload = Shape()
        self.keys: dict[str, Shape] = {}
        self.numbered = 0
        self.examples = Examples()


class Messages:
    """All messages that were seen, by direction and type."""

    def __init__(self, envelope: Envelope) -> None:
        self._envelope = envelope
        self._budget = Budget()
        self._secrets: set[str] = set()
        self.found: dict[tuple[Direction, str | int], Message] = {}
        self.left_out: dict[str, list[str]] = {}
        """Places of frames that say nothing, by the reason; the first few of each."""
        self.counts: Counter[str] = Counter()

    def add(self, frame: SeenFrame) -> str | int | None:
        """Another frame; gives its type, None where it says nothing."""
        type_ = self._type(frame)
        if type_ is None:
            return None
        assert isinstance(frame.value, dict)
        key = (frame.direction, type_)
        message = self.found.get(key)
        if message is None:
            if len(self.found) >= 2 * MOST_TYPES:
                self._leave_out(frame, "there are too many types")
                return None
            message = self.found[key] = Message(frame.where)
        message.frames += 1
        parts = self.parts(frame.value)
        if "payload" in parts:
            message.payload.add(parts["payload"], self._budget)
        for name, value in parts.get("keys", {}).items():
            shape = message.keys.setdefault(name, Shape())
            shape.add(value, self._budget, is_secret=is_secret_key(name))
        sequence = self._envelope.sequence_key
        message.numbered += sequence is not None and sequence in frame.value
        message.examples.offer(parts)
        if len(self._secrets) < _MOST_KNOWN_SECRETS:
            self._note_secrets(parts, is_secret=False)
        return type_

    def refine(self, frame: SeenFrame) -> None:
        """Look at a frame again, for the variants of its payload."""
        type_ = self._envelope_type(frame.value)
        message = None if type_ is None else self.found.get((frame.direction, type_))
        if message is not None and isinstance(frame.value, dict):
            parts = self.parts(frame.value)
            if "payload" in parts:
                message.payload.refine(parts["payload"], self._budget)

    def find_tags(self) -> bool:
        """Whether a second look is needed, for which this makes everything ready."""
        found = [message.payload.find_tags() for message in self.found.values()]
        return any(found)

    def parts(self, frame: dict[str, Any]) -> dict[str, Any]:
        """The `payload` of a frame, where it has one, and its further `keys`, where it has some."""
        envelope = self._envelope
        taken = {envelope.type_key, envelope.sequence_key}
        rest = {key: value for key, value in frame.items() if key not in taken}
        if envelope.payload_key is None:
            return {"payload": rest}
        parts: dict[str, Any] = {}
        if envelope.payload_key in rest:
            parts["payload"] = rest.pop(envelope.payload_key)
        if rest:
            parts["keys"] = rest
        return parts

    def plain(self) -> list[dict[str, Any]]:
        """As plain data, in the order in which they were seen first, without secrets."""
        return [
            {
                "direction": "client" if direction == "c2s" else "server",
                "type": type_,
                "frames": message.frames,
                "where": message.where,
                "numbered": message.numbered,
                "payload": self._without_secrets(message.payload.plain()),
                "keys": {
                    key: self._without_secrets(shape.plain()) for key, shape in message.keys.items()
                },
                "examples": [masked_value(parts, self._secrets) for parts in message.examples.kept],
            }
            for (direction, type_), message in self.found.items()
        ]

    def _type(self, frame: SeenFrame) -> str | int | None:
        """The type; None, with the reason noted, where there is nothing to learn from a frame."""
        if frame.problem is not None:
            self._leave_out(frame, f"{frame.problem} says why it is not read")
            return None
        type_ = self._envelope_type(frame.value)
        if type_ is None:
            if not isinstance(frame.value, dict):
                self._leave_out(frame, "it is no object")
            elif self._envelope.type_key not in frame.value:
                self._leave_out(frame, f'it has no "{self._envelope.type_key}"')
            else:
                kind = kind_of(frame.value[self._envelope.type_key])
                self._leave_out(frame, f'its "{self._envelope.type_key}" is not usable ({kind})')
        return type_

    def _envelope_type(self, value: object) -> str | int | None:
        if not isinstance(value, dict):
            return None
        type_ = value.get(self._envelope.type_key)
        if kind_of(type_) != self._envelope.kind:
            return None
        return None if isinstance(type_, str) and looks_secret(type_) else type_

    def _leave_out(self, frame: SeenFrame, reason: str) -> None:
        self.counts[reason] += 1
        places = self.left_out.setdefault(reason, [])
        if len(places) < 3:
            places.append(frame.where)

    def _note_secrets(self, value: Any, *, is_secret: bool) -> None:
        """Remember what stands under keys of secrets: it is masked wherever else it stands."""
        if isinstance(value, dict):
            for key, item in value.items():
                self._note_secrets(item, is_secret=is_secret or is_secret_key(key))
        elif isinstance(value, list):
            for item in value:
                self._note_secrets(item, is_secret=is_secret)
        elif is_secret and isinstance(value, str) and len(value) >= _SHORTEST_SECRET:
            self._secrets.add(value)

    def _without_secrets(self, shape: Any) -> Any:
        """A plain shape in whose values no known secret is."""
        if isinstance(shape, list):
            return [self._without_secrets(item) for item in shape]
        if not isinstance(shape, dict):
            return shape
        values = shape.get("values")
        if "shortest" in shape and isinstance(values, dict) and self._secrets & values.keys():
            return shape | {"values": None}
        return {key: self._without_secrets(item) for key, item in shape.items()}

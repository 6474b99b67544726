"""What there is of a protocol to be exercised: each thing that traffic may show, and whether it has.

The goals of a message are found by walking over what it is made of (:mod:`voxwire.protocol.shapes`), and
counted by walking over the JSON of a frame alongside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from voxwire.protocol.shapes import Shapes

    Count = Callable[[Any], None]

Group = Literal[
    "messages",
    "optional fields",
    "null arms",
    "enum values",
    "union arms",
    "states",
    "transitions",
    "close codes",
]


class Goal(msgspec.Struct):
    """One thing that traffic may show, and how often it did."""

    group: Group
    message: str
    """``s2c hello``; empty where it is about no message."""
    place: str
    """A JSON Pointer into the frame, with ``*`` for any item and any key; empty where it is about none."""
    what: str
    """What is to be there: a value, ``null``, ``present``, ``absent``, a state."""
    count: int = 0

    def __str__(self) -> str:
        return " ".join(filter(None, (self.message, self.place, self.what)))


class MessageGoals:
    """The goals of one message."""

    def __init__(self, shapes: Shapes, message: str, frame: Any) -> None:
        self.seen: Final = Goal("messages", message, "", "")
        self.goals: Final = [self.seen]
        self._types: Final = shapes.types
        self._message: Final = message
        self._count: Final = self._counting(frame, "", ())

    def count(self, frame: dict[str, Any]) -> None:
        """Count what a frame shows."""
        self.seen.count += 1
        self._count(frame)

    def _goal(self, group: Group, place: str, what: str) -> Goal:
        goal = Goal(group, self._message, place, what)
        self.goals.append(goal)
        return goal

    def _counting(self, shape: Any, place: str, names: tuple[str, ...]) -> Count:
        """What counts a value of `shape` at `place`; `names` are the types that hold it."""
        match type(shape).__name__:
            case "Named":
                if shape.name in names:  # a type in itself: its outermost level counts
                    return _ignore
                inner = self._types[shape.name]
                return self._counting(inner, place, (*names, shape.name))
            case "Record":
                return self._record(shape, place, names)
            case "Items":
                return _each_item(self._counting(shape.item, f"{place}/*", names))
            case "Entries":
                return _each_value(self._counting(shape.value, f"{place}/*", names))
            case "Choice":
                return self._choice(shape.arms, place, names)
            case "Tagged":
                return self._tagged(shape, place, names)
            case "Values" if len(shape.values) > 1:
                return self._values(shape.values, place)
        return _ignore

    def _record(self, shape: Any, place: str, names: tuple[str, ...]) -> Count:
        keys: list[tuple[str, Goal | None, Goal | None, Count]] = []
        for key in shape.keys:
            at = f"{place}/{_escaped(key.name)}"
            present = absent = None
            if not key.required:
                present = self._goal("optional fields", at, "present")
                absent = self._goal("optional fields", at, "absent")
            keys.append((key.name, present, absent, self._counting(key.shape, at, names)))

        def count(value: Any) -> None:
            if not isinstance(value, dict):
                return
            for name, present, absent, counting in keys:
                if name in value:
                    if present is not None:
                        present.count += 1
                    counting(value[name])
                elif absent is not None:
                    absent.count += 1

        return count

    def _choice(self, shapes: Sequence[Any], place: str, names: tuple[str, ...]) -> Count:
        null = next(
            (self._goal("null arms", place, "null") for arm in shapes if _is_null(arm)), None
        )
        arms = [arm for arm in shapes if not _is_null(arm)]
        goals = [
            self._goal("union arms", place, self._word(arm)) if len(arms) > 1 else None
            for arm in arms
        ]
        counting = [self._counting(arm, place, names) for arm in arms]
        kinds = [self._kinds(arm) for arm in arms]

        def count(value: Any) -> None:
            if value is None:
                if null is not None:
                    null.count += 1
                return
            for kind, goal, counts in zip(kinds, goals, counting, strict=True):
                if type(value) in kind:
                    if goal is not None:
                        goal.count += 1
                    counts(value)
                    return

        return count

    def _tagged(self, shape: Any, place: str, names: tuple[str, ...]) -> Count:
        arms = {
            value: (
                self._goal("union arms", place, str(value)),
                self._counting(self._types[name], place, (*names, name)),
            )
            for value, name in shape.records.items()
        }

        def count(value: Any) -> None:
            tag = value.get(shape.key) if isinstance(value, dict) else None
            if isinstance(tag, str | int) and tag in arms:
                goal, counts = arms[tag]
                goal.count += 1
                counts(value)

        return count

    def _values(self, values: Sequence[Any], place: str) -> Count:
        goals = {
            (type(value), value): self._goal("enum values", place, str(value)) for value in values
        }

        def count(value: Any) -> None:
            if isinstance(value, str | int):
                goal = goals.get((type(value), value))
                if goal is not None:
                    goal.count += 1

        return count

    def _kinds(self, shape: Any) -> frozenset[type]:
        """The types in Python of the JSON that a shape takes, but null."""
        match type(shape).__name__:
            case "Named":
                return self._kinds(self._types[shape.name])
            case "Items":
                return frozenset((list,))
            case "Plain":
                return _KINDS[shape.kind]
            case "Values":
                return frozenset(map(type, shape.values))
        return frozenset((dict,))

    def _word(self, shape: Any) -> str:
        """What people call an arm."""
        match type(shape).__name__:
            case "Named":
                return str(shape.name)
            case "Plain":
                return str(shape.kind)
            case "Items":
                return "array"
            case "Values":
                return "string" if isinstance(shape.values[0], str) else "integer"
        return "object"


_KINDS: Final = {
    "string": frozenset((str,)),
    "integer": frozenset((int,)),
    "number": frozenset((int, float)),
    "boolean": frozenset((bool,)),
    "null": frozenset[type](),
    "object": frozenset((dict,)),
    "any": frozenset((str, int, float, bool, dict, list)),
}


def _is_null(shape: Any) -> bool:
    return type(shape).__name__ == "Plain" and shape.kind == "null"


def _ignore(value: Any) -> None:
    del value


def _each_item(counts: Count) -> Count:
    def count(value: Any) -> None:
        if isinstance(value, list):
            for item in value:
                counts(item)

    return _ignore if counts is _ignore else count


def _each_value(counts: Count) -> Count:
    def count(value: Any) -> None:
        if isinstance(value, dict):
            for item in value.values():
                counts(item)

    return _ignore if counts is _ignore else count


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")

"""Compares two captures: their messages, what is in them, and what validation finds in one alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from voxwire.analysis.conversations import conversation_differences
from voxwire.analysis.difference import Amount, Difference, is_notable
from voxwire.analysis.side import UNNAMED, shows
from voxwire.capture.events import Lacks
from voxwire.rules.capture_format import UNREAD
from voxwire.rules.rule import Needs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Set

    from voxwire.analysis.contents import Place
    from voxwire.analysis.side import Side
    from voxwire.checks import Selection
    from voxwire.direction import Direction
    from voxwire.rules.rule import Rule

_NEEDED: Final = {
    Needs.CLIENT: Lacks.CLIENT,
    Needs.SERVER: Lacks.SERVER,
    Needs.ANSWER: Lacks.SERVER,
    Needs.BEGINNING: Lacks.START,
    Needs.TIME: Lacks.TIME,
}


class Limits(NamedTuple):
    """From when on a difference counts."""

    factor: float
    """A rate differs when one is more than so many times the other."""
    at_least: int
    """What is in messages is compared where both captures have so many of them."""


class Comparison:
    """Two captures of one protocol. What one of them does not record is not compared, nor what one lacks
    that may be among its parts that are missing."""

    def __init__(self, a: Side, b: Side, selection: Selection, limits: Limits) -> None:
        self.a: Final = a
        self.b: Final = b
        self.limits: Final = limits
        self.lacks: Final = a.lacks | b.lacks
        self._selection: Final = selection

    def differences(self) -> Iterator[Difference]:
        """All of them."""
        yield from self._messages()
        if self._selection.types is None:  # else it is about these messages alone
            yield from conversation_differences(self.a, self.b, self.lacks, self.limits.factor)
        yield from self._findings()

    def _messages(self) -> Iterator[Difference]:
        counts_a, counts_b = _counts(self.a), _counts(self.b)
        contents: list[Difference] = []  # after all messages that one has more often
        for way, name in sorted(counts_a | counts_b, key=lambda key: (key[0] != "s2c", key[1])):
            if not self._is_compared(way, name):
                continue
            message = f"{way} {name}"
            one, other = counts_a.get((way, name), 0), counts_b.get((way, name), 0)
            if self._is_notable(one, other):
                a, b = self._amount(self.a, one), self._amount(self.b, other)
                yield Difference("messages", message, "", "frames", a, b)
            places = self.a.contents.of(way, name), self.b.contents.of(way, name)
            contents += self._contents(message, "", *places)
        yield from contents

    def _is_compared(self, way: Direction, name: str) -> bool:
        types = self._selection.types
        if types is not None and name not in types:
            return False
        if (Lacks.CLIENT if way == "c2s" else Lacks.SERVER) in self.lacks:
            return False
        return Lacks.START not in self.lacks or (way, name) not in _at_the_start(self.a)

    def _is_notable(self, one: int, other: int) -> bool:
        """Whether a message comes so much more often in one, both in time and in each connection."""
        if not one or not other:
            return self._shows(one, other)
        a, b = self._amount(self.a, one), self._amount(self.b, other)
        pairs = ((a.per_connection, b.per_connection), (a.per_minute, b.per_minute))
        known = [(x, y) for x, y in pairs if x is not None and y is not None]
        is_same_way = len({x < y for x, y in known}) == 1
        return (
            is_same_way
            and self._shows(*known[0])
            and all(is_notable(x, y, self.limits.factor) for x, y in known)
        )

    def _shows(self, one: float, other: float) -> bool:
        """Whether that one has more of something is more than what is missing in the other."""
        return shows(self.a, self.b, only_a=one > other, only_b=other > one)

    def _only_one_has(self, one: Set[object], other: Set[object]) -> bool:
        """The same of what only one has."""
        return shows(self.a, self.b, only_a=bool(one - other), only_b=bool(other - one))

    def _amount(self, side: Side, count: int) -> Amount:
        connections = len(side.traffic.connections)
        per_connection = None
        if Lacks.IDENTITY not in self.lacks and connections:
            per_connection = count / connections
        seconds = [sum(one.seconds or 0 for one in s.traffic.connections) for s in (self.a, self.b)]
        per_minute = None
        if Lacks.TIME not in self.lacks and all(seconds):
            per_minute = count * 60 / seconds[side is self.b]
        return Amount(count, per_minute=per_minute, per_connection=per_connection)

    def _contents(self, message: str, at: str, a: Place, b: Place) -> Iterator[Difference]:
        if min(a.count, b.count) < max(self.limits.at_least, 1):
            return
        if self._only_one_has(a.kinds.keys(), b.kinds.keys()):
            kinds = tuple(sorted(a.kinds)), tuple(sorted(b.kinds))
            yield Difference("contents", message, at, "JSON types", *kinds)
        is_cut = a.is_cut or b.is_cut
        if (
            not is_cut
            and a.values
            and b.values
            and self._only_one_has(a.values.keys(), b.values.keys())
        ):
            values = _only(a.values, b.values), _only(b.values, a.values)
            yield Difference("contents", message, at, "values", *values)
        if not is_cut and a.arms and b.arms and self._only_one_has(a.arms.keys(), b.arms.keys()):
            values = _only(a.arms, b.arms), _only(b.arms, a.arms)
            yield Difference("contents", message, f"{at}/{_escaped(a.tag)}", "values", *values)
        for tag in sorted(a.arms.keys() & b.arms.keys()):
            yield from self._contents(message, f"{at}[{a.tag}={tag}]", a.arms[tag], b.arms[tag])
        yield from self._keys(message, at, a, b)
        if a.items is not None and b.items is not None:
            yield from self._contents(message, f"{at}/*", a.items, b.items)

    def _keys(self, message: str, at: str, a: Place, b: Place) -> Iterator[Difference]:
        objects_a, objects_b = a.kinds["object"], b.kinds["object"]
        if min(objects_a, objects_b) < max(self.limits.at_least, 1):
            return
        for key in sorted(a.keys.keys() | b.keys.keys()):
            in_a, in_b = a.keys.get(key), b.keys.get(key)
            amount_a = Amount(in_a.count if in_a else 0, objects_a)
            amount_b = Amount(in_b.count if in_b else 0, objects_b)
            place = f"{at}/{_escaped(key)}"
            if in_a is None or in_b is None:
                is_cut = (a if in_a is None else b).is_cut
                if not is_cut and self._shows(amount_a.count, amount_b.count):
                    yield Difference("contents", message, place, "key", amount_a, amount_b)
                continue
            if self._shows(in_a.count < objects_a, in_b.count < objects_b):
                yield Difference("contents", message, place, "always there", amount_a, amount_b)
            yield from self._contents(message, place, in_a, in_b)

    def _findings(self) -> Iterator[Difference]:
        found_a, found_b = self.a.statistics.by_rule, self.b.statistics.by_rule
        for rule in sorted((found_a.keys() | found_b.keys()) - UNREAD):
            one, other = found_a[rule], found_b[rule]
            is_of_one = not one or not other
            if is_of_one and self._shows(one, other) and not self._may_be_off(rule):
                yield Difference("findings", "", "", rule.id, Amount(one), Amount(other))

    def _may_be_off(self, rule: Rule) -> bool:
        """Whether it is not applied to both captures, as one of them does not record what it needs."""
        if rule.source == "close codes" and Lacks.CLOSE in self.lacks:
            return True
        return any(
            needed in rule.needs and lacks in self.lacks for needed, lacks in _NEEDED.items()
        )


def _counts(side: Side) -> dict[tuple[Direction, str], int]:
    return {(one.direction, one.type or UNNAMED): one.sizes.count for one in side.traffic.types}


def _at_the_start(side: Side) -> set[tuple[str, str]]:
    """The messages with which connections begin, by the protocol."""
    roles = side.protocol.session.roles
    first = (roles.greeting, roles.login, roles.resume, roles.established, roles.resumed)
    return {
        ("c2s" if role.side == "client" else "s2c", str(role.type))
        for role in first
        if role is not None
    }


def _only(one: Mapping[str, object], other: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(sorted(one.keys() - other.keys()))


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")

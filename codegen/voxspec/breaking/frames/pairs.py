"""What of the old revision is what of the new one: by name, or renamed (same part, or same shape and
a near name or the same words)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property

from voxspec.breaking.frames.names import bare, bare_record, renamed
from voxspec.breaking.frames.renamed_types import paired_types
from voxspec.breaking.revision import Revision
from voxspec.model import Direction, Message, Record


@dataclass(frozen=True)
class Pairs:
    """The types and messages of two revisions, as far as they are the same ones."""

    old: Revision
    new: Revision

    @cached_property
    def types(self) -> dict[str, str]:
        """By the old name of a type, its new one."""
        return paired_types(self.old.protocol, self.new.protocol)

    @cached_property
    def messages(self) -> tuple[tuple[Message, Message], ...]:
        """The messages that are in both."""
        return tuple((old, new) for old, new in self._all_messages if old and new)

    @cached_property
    def messages_renamed(self) -> tuple[tuple[Message, Message], ...]:
        """The messages that are in both under different names."""
        return tuple((old, new) for old, new in self.messages if old.type != new.type)

    @cached_property
    def messages_gone(self) -> tuple[Message, ...]:
        return tuple(old for old, new in self._all_messages if old and not new)

    @cached_property
    def messages_added(self) -> tuple[Message, ...]:
        return tuple(new for old, new in self._all_messages if new and not old)

    @cached_property
    def _all_messages(self) -> tuple[tuple[Message | None, Message | None], ...]:
        directions: tuple[Direction, ...] = ("client", "server")
        return tuple(pair for side in directions for pair in self._of_side(side))

    def _of_side(self, side: Direction) -> Iterator[tuple[Message | None, Message | None]]:
        old = {message.type: message for message in self.old.protocol.messages(side)}
        new = {message.type: message for message in self.new.protocol.messages(side)}
        gone = [message for name, message in old.items() if name not in new]
        added = [message for name, message in new.items() if name not in old]
        found = self._of_roles(gone, added)
        taken = {id(message) for message in found.values()}
        others = [message for message in added if id(message) not in taken]
        gone = [message for message in gone if id(message) not in found]
        for same in (_named, _words):
            found |= self._alike(gone, others, same)
            taken = {id(message) for message in found.values()}
            gone = [message for message in gone if id(message) not in found]
            others = [message for message in others if id(message) not in taken]
        found |= renamed(gone, others, _named, self._same_message)
        for name, message in old.items():
            yield message, new.get(name) or found.get(id(message))
        taken = {id(message) for message in found.values()}
        yield from ((None, message) for message in added if id(message) not in taken)

    def _of_roles(self, gone: list[Message], added: list[Message]) -> dict[int, Message]:
        """By the ``id`` of what is gone, what plays its part now: that is the message, whatever its name."""
        before = {message.type: message for message in gone}
        after = {message.type: message for message in added}
        found = {}
        for role in self.old.protocol.session.roles:
            now = self.new.protocol.session.role(role.name)
            if now is None or role.message.direction != now.message.direction:
                continue
            if role.message.type in before and now.message.type in after:
                found[id(before[role.message.type])] = after[now.message.type]
        return found

    def _alike(
        self, gone: list[Message], added: list[Message], same: Callable[[Message], Hashable]
    ) -> dict[int, Message]:
        """By the ``id`` of what is gone, what looks the same and has the same of something that no other has."""
        counts = [Counter(map(same, messages)) for messages in (gone, added)]
        after = {same(message): message for message in added}
        return {
            id(old): after[same(old)]
            for old in gone
            if [count[same(old)] for count in counts] == [1, 1]
            and self._same_message(old, after[same(old)])
        }

    def _same_message(self, old: Message, new: Message) -> bool:
        """Whether they look the same, and do not play different parts."""
        plays = [
            any(_is(role.message, message) for role in revision.protocol.session.roles)
            for revision, message in ((self.old, old), (self.new, new))
        ]
        return not all(plays) and _same_shape(old, new)


def _named(message: Message) -> str:
    """What people call a message: an integer says nothing."""
    return message.name if isinstance(message.type, int) else message.text


def _words(message: Message) -> tuple[str, str]:
    return message.summary, message.description


def _is(one: Message, other: Message) -> bool:
    return (one.direction, one.type) == (other.direction, other.type)


def _same_shape(old: Message, new: Message) -> bool:
    keys = [tuple((field.name, bare(field)) for field in m.keys) for m in (old, new)]
    return (
        _payload(old) == _payload(new)
        and keys[0] == keys[1]
        and (old.seq, old.payload_optional, old.payload_nullable)
        == (new.seq, new.payload_optional, new.payload_nullable)
    )


def _payload(message: Message) -> object:
    payload = message.payload
    return bare_record(payload) if isinstance(payload, Record) else payload

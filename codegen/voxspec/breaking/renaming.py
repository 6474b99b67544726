"""A revision under the names that the other one has for its messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from voxspec.breaking.revision import Revision
from voxspec.model import Message, Protocol
from voxspec.model.session import Key, key_of

T = TypeVar("T")


@dataclass(frozen=True)
class Renaming:
    """Messages of an old revision that are called otherwise in a new one: pairs of both."""

    pairs: tuple[tuple[Message, Message], ...] = ()

    def without(self, pair: tuple[Message, Message]) -> Renaming:
        """The same, but for one of them."""
        return Renaming(tuple(one for one in self.pairs if one is not pair))

    def of(self, old: Revision) -> Revision:
        """The old revision as if its messages had always been called as they are now."""
        return replace(old, protocol=self.of_protocol(old.protocol)) if self.pairs else old

    def of_protocol(self, old: Protocol) -> Protocol:
        """The same for what it says."""
        return self._renamed(old)

    @cached_property
    def own(self) -> Mapping[Key, Message]:
        """By the new name of a message, what the old revision has for it."""
        return {key_of(new): old for old, new in self.pairs}

    def _renamed(self, value: T) -> T:
        """A part of the model, with the types of messages replaced wherever it refers to them."""
        return self._in(value)  # type: ignore[no-any-return]

    def _in(self, value: Any) -> Any:
        if isinstance(value, Message):
            now = self._types.get(key_of(value))
            return value if now is None else replace(value, type=now)
        if isinstance(value, tuple):
            inner = tuple(map(self._in, value))
            return value if _is_same(inner, value) else inner
        if is_dataclass(value) and not isinstance(value, type):
            before = {field.name: getattr(value, field.name) for field in fields(value)}
            after = {name: self._in(part) for name, part in before.items()}
            is_same = _is_same(after.values(), before.values())
            return value if is_same else replace(value, **after)
        return value

    @cached_property
    def _types(self) -> Mapping[Key, str | int]:
        return {key_of(old): new.type for old, new in self.pairs}


def renamed_words(old: Message, new: Message) -> str:
    """That a message was renamed, in a sentence."""
    if isinstance(new.type, int):
        return (
            f'the message "{new.name}" of the {new.direction} is {new.text} now and was {old.text}'
        )
    return f'the message "{old.text}" of the {old.direction} is called "{new.text}" now'


def _is_same(one: Iterable[Any], other: Iterable[Any]) -> bool:
    return all(a is b for a, b in zip(one, other, strict=True))

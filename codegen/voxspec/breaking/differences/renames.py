"""What is called otherwise in two revisions, by its subject, with the name that it had."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voxspec.breaking.frames.pairs import Pairs
from voxspec.breaking.verdict import Change
from voxspec.model import Protocol, Union


def renames(pairs: Pairs, changes: Sequence[Change]) -> dict[str, str]:
    """Messages, types and fields that were renamed: new subjects to old names."""
    found = {f"{new.direction}/{new.text}": old.text for old, new in pairs.messages_renamed}
    found |= {f"types/{new}": old for old, new in pairs.types.items() if old != new}
    return found | dict(_fields(changes, pairs.new.protocol))


def _fields(changes: Sequence[Change], new: Protocol) -> Iterator[tuple[str, str]]:
    for change in changes:
        if change.rule == "FIELD_SAME_NAME":
            record, _, _ = change.subject.rpartition("/")
            yield f"{record}/{change.now}", change.was
            union = next((one for one in new.types if record == f"types/{one.name}"), None)
            if isinstance(union, Union):  # by which its variants are told apart
                yield from ((f"types/{name}/{change.now}", change.was) for name in union.variants)

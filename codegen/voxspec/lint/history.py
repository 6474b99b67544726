"""What was and what is to be: reserved names, what is deprecated, and since when something is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, cast

from voxspec.lint.found import Found, Insert, Replace
from voxspec.lint.schema import Entry, Schema, Site

_WORD: Final = re.compile(r"[\w.\-/]*\w")
_NOTHING: Final = re.compile(
    r"\bnothing\b|\bno (replacement|substitute)\b|\bwithout (a )?repl", re.I
)


def reserved(schema: Schema) -> Iterator[Found]:
    """Names that were given up, and are used again."""
    for site in schema.values:
        names = cast(list[object], site.expression.get("x-reserved", []))
        keys = cast(dict[str, object], site.expression.get("properties", {}))
        values = [str(value) for value in cast(list[object], site.expression.get("enum", []))]
        for name in map(str, names):
            if name in keys:
                path = (*site.path, "properties", name)
                yield Found(site.source, path, f'the key "{name}" is reserved', _ANOTHER, True)
            elif name in values:
                path = (*site.path, "enum", values.index(name))
                yield Found(site.source, path, f'the value "{name}" is reserved', _ANOTHER)
    for file in schema.files.areas:
        names = cast(list[object], file.source.data.get("reserved", []))
        for message in schema.messages:
            if message.key in names and set(message.file.directions) & set(file.directions):
                said = f'the message "{message.key}" is reserved in {file.name}'
                yield Found(message.file.source, message.path, said, _ANOTHER, is_key=True)


_ANOTHER: Final = "take another name: peers that are out there know the old meaning"


def deprecated(schema: Schema) -> Iterator[Found]:
    """What is deprecated, and names nothing to be used instead."""
    messages = [(message.key, message.entry) for message in schema.messages]
    types = schema.types.items()
    for message in schema.messages:
        if "deprecated" in message.entry:
            site = Site(message.file.source, message.path, message.entry, frozenset())
            yield from _judged(site, [*messages, *types])
    for field in schema.fields:
        if field.owner is not None and "deprecated" in field.site.expression:
            beside = cast(dict[str, Entry], field.owner.expression["properties"])
            yield from _judged(field.site, [*beside.items(), *messages, *types])


def _judged(site: Site, known: Iterable[tuple[str, Entry]]) -> Iterator[Found]:
    """What is wrong with how a replacement is named, among what there is of each name."""
    text = str(site.expression["deprecated"])
    parts = {part for word in _WORD.findall(text) for part in (word, *re.split(r"[./]", word))}
    named = [(name, entry) for name, entry in known if name in parts and name != site.path[-1]]
    path = (*site.path, "deprecated")
    if named and all("deprecated" in entry for _, entry in named):
        said = f'"{min(name for name, _ in named)}", which is named instead, is deprecated as well'
        yield Found(site.source, path, said, "name what to use now")
    elif not named and not _NOTHING.search(text):
        said = f'it names no message, key or type to be used instead of "{site.path[-1]}"'
        yield Found(site.source, path, said, 'name it, or say that "nothing" takes its place')


def since(schema: Schema) -> Iterator[Found]:
    """Messages that do not say since which version they are there."""
    source = schema.files.protocol
    version = None if source is None else source.data["version"]
    first = f"'{version}'" if version in (0, 1) else None
    for message in schema.messages:
        if "since" not in message.entry:
            mend = None if first is None else Insert(message.path, "since", first, "payload")
            said = f'"{message.key}" does not say since which version it is there'
            hint = "since: 'VERSION'"
            yield Found(message.file.source, message.path, said, hint, is_key=True, mend=mend)


def unnumbered(schema: Schema) -> Iterator[Found]:
    """Messages of clients alone that do not say that they are not numbered, which is all they can say."""
    for message in schema.messages:
        source, stated = message.file.source, message.entry.get("seq")
        if message.file.directions != ("client",) or stated == "never":
            continue
        if stated is None:
            said = f'"{message.key}" does not say whether its frames are numbered'
            mend = Insert(message.path, "seq", "never", "payload")
            yield Found(source, message.path, said, is_key=True, mend=mend)
        else:
            path = (*message.path, "seq")
            said = "only servers number their messages"
            yield Found(source, path, said, mend=Replace(path, "never"))

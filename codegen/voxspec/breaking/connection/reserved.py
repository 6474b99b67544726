"""Names that the earlier schema says were given up, and that are used again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change

Path = tuple[str | int, ...]


def reserved(old: Revision, new: Revision) -> Iterator[Change]:
    """Keys of records, values of enums and messages: peers that are out there know the old meaning.

    What the new schema itself still has reserved, reading it finds already.
    """
    for file, source in old.sources.items():
        there = new.sources.get(file)
        if there is None:
            continue
        for name in _list(source.data.get("reserved")):
            if isinstance(name, str) and name in _object(there.data.get("messages")):
                yield _change(new, file, ("messages", name), name, "message")
        for path, given in _given_up(source.data, ()):
            now = _object(_at(there.data, path))
            for name in given:
                if name in _object(now.get("properties")):
                    yield _change(new, file, (*path, "properties", str(name)), name, "key")
                elif name in _list(now.get("enum")):
                    yield _change(new, file, (*path, "enum"), name, "value")


def _change(new: Revision, file: str, path: Path, name: object, what: str) -> Change:
    words = (
        file.removesuffix(".yaml"),
        *map(str, path[1:]),
        *([str(name)] if what == "value" else []),
    )
    return Change(
        rule="RESERVED_NOT_REUSED",
        subject="/".join(("reserved", *words)),
        message=f'the {what} "{name}" was given up before, and is used again',
        where=new.place(file, *path),
        was="reserved",
        now="in use",
        hint="take another name: peers that are out there know the old meaning",
    )


def _given_up(part: Any, path: Path) -> Iterator[tuple[Path, list[Any]]]:
    """Every place at which names are reserved, with these."""
    if isinstance(part, dict):
        if isinstance(part.get("x-reserved"), list):
            yield path, part["x-reserved"]
        for key, inner in part.items():
            yield from _given_up(inner, (*path, key))
    elif isinstance(part, list):
        for at, inner in enumerate(part):
            yield from _given_up(inner, (*path, at))


def _at(data: Any, path: Path) -> Any:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _object(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

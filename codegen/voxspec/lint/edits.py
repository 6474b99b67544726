"""Mends as changes of a text, which leave comments and everything else as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from voxspec.findings import Findings
from voxspec.lint.found import Insert, Mend, Remove, Replace
from voxspec.lint.spans import Offsets, ends
from voxspec.load.source import Source, parse
from voxspec.load.yaml_values import Path_


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """``text`` in place of what stands between two positions."""

    start: int
    end: int
    text: str


def mended(source: Source, mends: Iterable[Mend]) -> str | None:
    """The text of a file after some mends; None where it would not say just what they are to say."""
    wanted = [*mends]
    offsets = Offsets(source.text)
    edits = [*_edits(source, wanted, offsets)]
    text = source.text
    last = len(text)
    for edit in sorted(edits, reverse=True):
        if edit.end > last:
            return None
        text = text[: edit.start] + edit.text + text[edit.end :]
        last = edit.start
    findings = Findings()
    again = parse(text, source.name, findings)
    if again is None or findings or again.data != _expected(source, wanted):
        return None
    return text


def _expected(source: Source, mends: list[Mend]) -> Any:
    """What the file is to say afterwards."""
    data: Any = copy.deepcopy(source.data)
    for mend in sorted(mends, key=lambda mend: mend.path, reverse=True):
        match mend:
            case Insert(path=path, key=key, value=value):
                _at(data, path)[key] = _plain(value)
            case Replace(path=path, value=value):
                _at(data, path[:-1])[path[-1]] = _plain(value)
            case Remove(path=path):
                del _at(data, path[:-1])[path[-1]]
                if not _at(data, path[:-1]):
                    del _at(data, path[:-2])[path[-2]]
    return data


def _at(data: Any, path: Path_) -> Any:
    for step in path:
        data = data[step]
    return data


def _plain(text: str) -> Any:
    read = parse(f"value: {text}", "", Findings())
    return None if read is None else read.data["value"]


def _edits(source: Source, mends: list[Mend], offsets: Offsets) -> Iterator[Edit]:
    removed = [mend.path for mend in mends if isinstance(mend, Remove)]
    after = ends(offsets)
    for path in {path[:-1]: None for path in removed}:
        entries = [entry for entry in removed if entry[:-1] == path]
        if len(entries) == len(_at(source.data, path)):
            yield _without_key(source, path, offsets, after)
        else:
            yield from (_without_entry(source, entry, offsets, after) for entry in entries)
    for mend in mends:
        match mend:
            case Insert():
                yield _insertion(source, mend, offsets)
            case Replace(path=path, value=value):
                yield Edit(offsets.of(source.place(*path)), after[path], value)


def _insertion(source: Source, mend: Insert, offsets: Offsets) -> Edit:
    """A key before another one, on a line of its own where the others have lines of their own."""
    keys = [*_at(source.data, mend.path)]
    before = mend.before if mend.before in keys else keys[0]
    place = source.key_place(*mend.path, before)
    start = offsets.of(place)
    said = f"{mend.key}: {mend.value}"
    if offsets.text[offsets.of(source.place(*mend.path))] == "{":
        return Edit(start, start, f"{said}, ")
    line_break = "\r\n" if "\r\n" in offsets.text else "\n"
    return Edit(start, start, f"{said}{line_break}{' ' * (place.column - 1)}")


def _without_key(source: Source, path: Path_, offsets: Offsets, after: dict[Path_, int]) -> Edit:
    """A key with its value, and the comma or the lines that were theirs."""
    start = offsets.of(source.key_place(*path))
    if offsets.text[offsets.of(source.place(*path[:-1]))] == "{":
        return _out_of_flow(start, after[path], offsets.text)
    return _out_of_block(start, after[path], offsets)


def _without_entry(source: Source, path: Path_, offsets: Offsets, after: dict[Path_, int]) -> Edit:
    start = offsets.of(source.place(*path))
    if offsets.text[offsets.of(source.place(*path[:-1]))] == "[":
        return _out_of_flow(start, after[path], offsets.text)
    return _out_of_block(start, after[path], offsets)


def _out_of_flow(start: int, end: int, text: str) -> Edit:
    """Up to the next entry; of the last one, from the end of the one before."""
    rest = text[end:]
    if rest.lstrip().startswith(","):
        following = rest.lstrip()[1:]
        return Edit(start, len(text) - len(following.lstrip()), "")
    before = text[:start].rstrip()
    return Edit(len(before) - 1, end, "") if before.endswith(",") else Edit(start, end, "")


def _out_of_block(start: int, end: int, offsets: Offsets) -> Edit:
    return Edit(offsets.line_start(start), offsets.line_end(end - 1), "")

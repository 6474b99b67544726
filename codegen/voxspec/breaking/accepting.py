"""Writes into the file of accepted breaks, and leaves what people wrote there as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

from voxspec.breaking.accepted import KEY, Acceptance, AcceptedFileError, accepted_in
from voxspec.findings import Findings
from voxspec.load.source import parse

_HEAD: Final = """\
# Breaking changes that were accepted: `voxspec breaking` fails for all others. An entry holds up to its
# day; take it out when the change is no longer among those that are compared.
"""

_EMPTY: Final = re.compile(rf"^{KEY}:[ \t]*(\[[ \t]*\]|null|~)?[ \t]*(#.*)?$", re.MULTILINE)


_MARK: Final = "\ufeff"
"""What some editors begin a file with."""


class HandWrittenError(Exception):
    """The file is written in a way that cannot be added to; the message says what to write by hand."""


def with_entries(text: str, name: str, added: Sequence[Acceptance]) -> str:
    """The text of the file with more entries; one with the same fingerprint takes the place of another.

    ``text`` is empty where there is no file yet. Raises AcceptedFileError for a file that is wrong.
    """
    before = accepted_in(text, name) if text.strip() else ()
    ends = "\r\n" if "\r\n" in text else "\n"
    mark = _MARK if text.startswith(_MARK) else ""
    written = text.removeprefix(mark).replace(ends, "\n")
    for entry in added:
        written = _with_entry(written, name, entry)
    written = mark + written.replace("\n", ends)
    new = {entry.fingerprint: entry for entry in added}
    expected = {entry.fingerprint: entry for entry in before} | new
    if _read_back(written, name) != _said(expected.values()):
        lines = "".join(_lines(entry, "  ") for entry in added)
        raise HandWrittenError(f"{name} is written in a form of its own; write into it:\n{lines}")
    return written


def _with_entry(text: str, name: str, entry: Acceptance) -> str:
    if not text.strip():
        return f"{_HEAD}{KEY}:\n{_lines(entry, '  ')}"
    text = text if text.endswith("\n") else f"{text}\n"
    source = parse(text, name, Findings())
    listed = None if source is None else source.data.get(KEY)
    if source is None or not isinstance(listed, list) or not listed:
        return _EMPTY.sub(lambda _: f"{KEY}:\n{_lines(entry, '  ').rstrip()}", text, count=1)
    lines = text.splitlines(keepends=True)
    starts = [source.place(KEY, index).line for index in range(len(listed))]
    indent = re.match(" *", lines[starts[0] - 1])
    new = _lines(entry, indent[0] if indent else "")
    for index, other in enumerate(listed):
        if isinstance(other, dict) and other.get("fingerprint") == entry.fingerprint:
            last = max(
                place.line for path, place in source.values.items() if path[:2] == (KEY, index)
            )
            return "".join((*lines[: starts[index] - 1], new, *lines[last:]))
    return text + new


def _lines(entry: Acceptance, indent: str) -> str:
    pairs = [("fingerprint", _quoted(entry.fingerprint))]
    pairs += [("rule", entry.rule)] if entry.rule else []
    pairs += [("subject", _quoted(entry.subject))] if entry.subject else []
    pairs += [("reason", _quoted(entry.reason)), ("until", entry.until.isoformat())]
    first, *others = (f"{key}: {value}\n" for key, value in pairs)
    return f"{indent}- {first}" + "".join(f"{indent}  {other}" for other in others)


def _quoted(text: str) -> str:
    """A text as YAML has it in double quotes, which is as JSON has it."""
    return json.dumps(text, ensure_ascii=not text.isprintable())


def _read_back(text: str, name: str) -> list[tuple[str, str, str]] | None:
    try:
        return _said(accepted_in(text, name))
    except AcceptedFileError:
        return None


def _said(entries: Iterable[Acceptance]) -> list[tuple[str, str, str]]:
    return sorted((entry.fingerprint, entry.reason, str(entry.until)) for entry in entries)

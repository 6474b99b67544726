"""Checks that no two things become one class, module or file, and that each file can be written."""

from __future__ import annotations

import keyword
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import cast

from voxspec.findings import Findings, Place
from voxspec.load.message_types import name_of
from voxspec.load.resolve_messages import AreaFile
from voxspec.load.source import Source
from voxspec.model import Area, Direction, JsonValue, Message, NamedDefinition, naming

MOST_BYTES = 200
"""The longest name, in UTF-8, of what becomes a file: file systems take 255 with all that is added."""

_PACKAGES = frozenset({"docs", "hypothesis", "jsonschema", "msgspec"})
"""What generated code imports, and the folders beside the package."""


def check_classes(
    source: Source | None,
    files: Iterable[AreaFile],
    types: Iterable[NamedDefinition],
    areas: list[Area],
    findings: Findings,
) -> None:
    """No two types, payloads and frames that meet in one module become one Python class."""
    shared = {d.python_name: f'the type "{d.name}"' for d in types}
    counts = Counter(d.python_name for d in types)
    for definition in types:
        if counts[definition.python_name] > 1 and source is not None:
            findings.error(
                "CLASS_NAME_UNIQUE",
                f'two types become the Python name "{definition.python_name}"',
                source.key_place("types", definition.name),
                "rename one of them",
            )
    for direction in ("client", "server"):
        seen: dict[str, Message] = {}  # by the type as it is written
        taken: dict[str, str] = {}
        for message in (m for a in areas if a.direction == direction for m in a.messages):
            place = _message_place(files, message)
            if message.text in seen:
                findings.error(
                    "MESSAGE_NAME_UNIQUE_PER_DIRECTION",
                    f'"{message.text}" is defined twice for the {direction}',
                    place,
                    f'also in the area "{seen[message.text].area}"',
                )
                continue
            seen[message.text] = message
            is_told = False
            for name in dict.fromkeys((message.python_name, message.frame_name)):
                other = taken.get(name) or shared.get(name)
                if other is not None and not is_told:
                    is_told = True
                    findings.error(
                        "CLASS_NAME_UNIQUE",
                        f'"{message.text}" becomes the Python name "{name}", as {other} does',
                        place,
                        "give the message another name with x-name"
                        + (", or rename the type" if name not in taken else ""),
                    )
                taken[name] = f'the message "{message.text}"'


def _message_place(files: Iterable[AreaFile], message: Message) -> Place:
    for file in files:
        here = file.stem == message.area and message.direction in file.directions
        if here and ("messages", message.text) in file.source.keys:
            return file.source.key_place("messages", message.text)
    return Place("?")


def check_areas(files: Iterable[AreaFile], findings: Findings) -> None:
    """No two areas of a direction have one name, module or page."""
    seen: dict[tuple[str, Direction], AreaFile] = {}
    for file in files:
        place = file.source.place("area")
        found = False
        for direction in file.directions:
            for name in dict.fromkeys((naming.module(file.stem), _folded(file.stem))):
                other = seen.setdefault((name, direction), file)
                if other is file or found:
                    continue
                found = True
                if other.stem == file.stem:
                    findings.error(
                        "AREA_MATCHES_FILE",
                        f'the {direction} has two areas called "{file.stem}"',
                        place,
                        f"the other one is {other.name}",
                    )
                else:
                    findings.error(
                        "FILE_NAME_FITS",
                        f'the areas "{file.stem}" and "{other.stem}" of the {direction} become '
                        f'one file, "{name}"',
                        place,
                        f"rename one of them; the other one is {other.name}",
                    )


def check_files(protocol: Source, files: Iterable[AreaFile], findings: Findings) -> None:
    """What becomes a file or package has a name that a file or package can have."""
    for name, what, place in _named_files(protocol, files):
        size = len(name.encode("utf-8"))
        if size > MOST_BYTES:
            findings.error(
                "FILE_NAME_FITS",
                f"{what} of {size} bytes is too long for the name of a file",
                place,
                f"at most {MOST_BYTES} bytes of UTF-8",
            )
        elif not name.isprintable():
            findings.error(
                "FILE_NAME_FITS",
                f"{what} {name!a} holds a character that no file should have in its name",
                place,
                "use letters, digits and hyphens",
            )
    package = _package(protocol)
    if keyword.iskeyword(package) or package in sys.stdlib_module_names | _PACKAGES:
        reason = "Python keeps for itself" if package not in _PACKAGES else "is needed otherwise"
        findings.error(
            "NO_PYTHON_NAME_COLLISION",
            f'the package "{package}" has a name that {reason}',
            protocol.place("python", "package"),
            "give the package another name",
        )


def _package(protocol: Source) -> str:
    python = protocol.data["python"]
    return str(python["package"]) if isinstance(python, dict) else ""


def _named_files(protocol: Source, files: Iterable[AreaFile]) -> Iterator[tuple[str, str, Place]]:
    """Everything that is called like a file: its name, what it is, and its place."""
    yield _package(protocol), "a package name", protocol.place("python", "package")
    for page in protocol.data.get("pages") or {}:  # type: ignore[union-attr]
        yield str(page), "a page name", protocol.key_place("pages", str(page))
    for file in files:
        yield file.stem, "an area name", file.source.place("area")
        messages = cast(dict[str, dict[str, JsonValue]], file.source.data["messages"])
        for key, entry in messages.items():
            yield name_of(key, entry), "a message name", file.source.key_place("messages", key)


def _folded(name: str) -> str:
    """The name as file systems compare it that ignore case, or how letters are composed."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())

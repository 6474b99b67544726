"""Loading a protocol: all files of a schema folder, checked, resolved, with every mistake found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import cast

from voxspec.examples.check import check_conditions, check_examples, check_stated
from voxspec.findings import Finding, Findings, Place, SchemaError
from voxspec.load import metacheck, resolve_protocol, unique_names
from voxspec.load.expressions import Expressions
from voxspec.load.json_types import Expression
from voxspec.load.message_types import check_types
from voxspec.load.one_of import check_choices
from voxspec.load.resolve_envelope import check_sequence, resolve_envelope
from voxspec.load.resolve_messages import AreaFile, Messages
from voxspec.load.resolve_types import resolve_types
from voxspec.load.session.elsewhere import fill_texts
from voxspec.load.session.resolve import resolve_session
from voxspec.load.source import Source, parse, read
from voxspec.load.used_types import check_used
from voxspec.model import Area, Direction, Protocol
from voxspec.near import did_you_mean

_DIRECTIONS: tuple[Direction, ...] = ("client", "server")
_FOLDERS: tuple[tuple[str, tuple[Direction, ...]], ...] = (
    ("client", ("client",)),
    ("server", ("server",)),
    ("both", ("client", "server")),
)


_FILES = ("protocol.yaml", "types.yaml", "close_codes.yaml", "permissions.yaml", "session.yaml")


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a schema folder after reading; None where a file is missing or unusable.

    ``broken_types``: there is a types.yaml, but it cannot be used, so no name is known.
    """

    protocol: Source | None
    types: Source | None
    close_codes: Source | None
    permissions: Source | None
    session: Source | None
    areas: tuple[AreaFile, ...]
    broken_types: bool

    def all(self) -> Iterator[Source]:
        """Those that there are."""
        single = (self.protocol, self.types, self.close_codes, self.permissions, self.session)
        yield from (file for file in single if file is not None)
        yield from (area.source for area in self.areas)


def load_protocol(folder: Path) -> Protocol:
    """Load the protocol in ``folder``; SchemaError with all findings when anything is wrong."""
    return load_with_sources(folder)[0]


def load_with_sources(folder: Path) -> tuple[Protocol, dict[str, Source]]:
    """The same, with the files that it was read from."""
    loaded = load_as_far_as_possible(folder)
    if loaded.protocol is None:
        raise SchemaError(loaded.findings)
    return loaded.protocol, loaded.sources(folder)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What could be made of a schema folder. There is a protocol where nothing was found."""

    protocol: Protocol | None
    files: Files
    findings: list[Finding]

    def sources(self, folder: Path) -> dict[str, Source]:
        """The files by their path in the folder, to tell where something stands."""
        return {Path(file.name).relative_to(folder).as_posix(): file for file in self.files.all()}


def load_as_far_as_possible(
    folder: Path,
    instead: Mapping[str, str] = MappingProxyType({}),
    *,
    examples: bool = True,
) -> Loaded:
    """The files that have the structure of their kind, all findings, and without any the protocol.

    ``instead``: what some files are taken to say, by their names. ``examples``: whether they, and
    defaults, are held against what the schema says."""
    findings = Findings()
    files = _read_folder(folder, findings, instead)
    protocol = _resolve(files, findings) if files.protocol is not None else None
    if examples and protocol is not None and not findings:
        _check_examples(protocol, files.areas, files.types, findings)
    if findings or protocol is None:
        return Loaded(None, files, findings.sorted())
    loaded = Loaded(protocol, files, [])
    texts = {path: source.text for path, source in sorted(loaded.sources(folder).items())}
    named = _named(folder.resolve(), protocol)
    return replace(loaded, protocol=replace(protocol, folder=named, texts=texts))


def _named(folder: Path, protocol: Protocol) -> str:
    """A folder as generated files call it: the same from wherever it is read."""
    is_of_version = folder.name == protocol.module
    return f"{folder.parent.name}/{folder.name}".lstrip("/") if is_of_version else folder.name


def _read_folder(folder: Path, findings: Findings, instead: Mapping[str, str]) -> Files:
    def one(name: str, kind: str, *, needed: bool = False) -> Source | None:
        path = folder / name
        if not path.is_file():
            if needed:
                findings.error(
                    "SCHEMA_PARSES",
                    f"there is no {name} in {folder}",
                    Place(str(path)),
                    "name the folder of the protocol's schema files with --schema",
                )
            return None
        label = str(path)
        said = instead.get(label)
        source = read(path, label, findings) if said is None else parse(said, label, findings)
        return source if source and metacheck.check(source, kind, findings) else None

    _check_folder(folder, findings)
    areas = []
    for name, directions in _FOLDERS:
        for path in sorted((folder / name).glob("*.yaml")):
            if _is_hidden(path):
                continue
            source = one(f"{name}/{path.name}", "messages")
            if source is not None:
                areas.append(AreaFile(source, path.stem, directions))
    types = one("types.yaml", "types")
    return Files(
        one("protocol.yaml", "protocol", needed=True),
        types,
        one("close_codes.yaml", "close_codes"),
        one("permissions.yaml", "permissions"),
        one("session.yaml", "session"),
        tuple(areas),
        types is None and (folder / "types.yaml").is_file(),
    )


def _check_folder(folder: Path, findings: Findings) -> None:
    """Everything in a schema folder is read; what would not be is a mistake, not a surprise."""
    areas = [name for name, _ in _FOLDERS]
    known = [*_FILES, *areas]
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if _is_hidden(path):
            continue
        place = Place(str(path))
        if path.name not in known:
            hint = did_you_mean(path.name, known) or f"known here: {', '.join(known)}"
            findings.error("SCHEMA_PARSES", "is no part of a schema", place, hint)
        elif path.name in areas and not path.is_dir():
            hint = "a folder of this name holds the message files"
            findings.error("SCHEMA_PARSES", "is no folder", place, hint)
        elif path.name not in areas and not path.is_file():
            findings.error("SCHEMA_PARSES", _no_file(path), place, "a file of this name is read")
        elif path.is_dir():
            for inner in sorted(path.iterdir()):
                if not _is_hidden(inner) and not (inner.suffix == ".yaml" and inner.is_file()):
                    named = inner.suffix == ".yaml"
                    findings.error(
                        "SCHEMA_PARSES",
                        _no_file(inner) if named else "is no message file",
                        Place(str(inner)),
                        "" if named else "message files are called AREA.yaml",
                    )


def _no_file(path: Path) -> str:
    """Why something that should be a file cannot be read as one."""
    if path.is_dir():
        return "is a folder and no file"
    return "is a link that leads to no file" if path.is_symlink() else "is no plain file"


def _is_hidden(path: Path) -> bool:
    """Whether a file is an editor's or a system's, and not the schema's."""
    return path.name.startswith(".") or path.name.endswith("~")


def _resolve(files: Files, findings: Findings) -> Protocol:
    assert files.protocol is not None
    entries = cast(dict[str, Expression], files.types.data["types"]) if files.types else {}
    expressions = Expressions(entries, findings, complete=not files.broken_types)
    types = resolve_types(files.types, expressions)
    envelope = resolve_envelope(files.protocol, expressions)
    messages = Messages(envelope, types, expressions)
    areas = [
        messages.area(file, direction)
        for direction in _DIRECTIONS
        for file in files.areas
        if direction in file.directions
    ]
    check_types([file.source for file in files.areas], findings)
    unique_names.check_classes(files.types, files.areas, types, areas, findings)
    unique_names.check_areas(files.areas, findings)
    unique_names.check_files(files.protocol, files.areas, findings)
    if not findings:
        check_choices(files.types, types, _with_sources(files.areas, areas), findings)
    protocol = resolve_protocol.assemble(
        files.protocol,
        files.close_codes,
        files.permissions,
        types,
        tuple(areas),
        envelope,
        findings,
    )
    if files.session is not None and not findings:
        with_sources = _with_sources(files.areas, areas)
        protocol = fill_texts(
            files.session, files.protocol, files.close_codes, with_sources, protocol, findings
        )
        session = resolve_session(files.session, files.protocol, protocol, findings)
        limits = (*protocol.limits, *session.limits)
        protocol = replace(protocol, session=session, limits=limits)
    if not findings:
        check_sequence(files.protocol, protocol, findings)
        resolve_protocol.check_recovery(files.close_codes, protocol, findings)
        check_stated(protocol, expressions.stated, findings)
    check_used(files.types, protocol, expressions.used, findings)
    return protocol


def _with_sources(files: Iterable[AreaFile], areas: list[Area]) -> Iterable[tuple[Source, Area]]:
    for area in areas:
        for file in files:
            if file.stem == area.name and area.direction in file.directions:
                yield file.source, area


def _check_examples(
    protocol: Protocol, files: Iterable[AreaFile], types: Source | None, findings: Findings
) -> None:
    sources: dict[tuple[str, Direction], Source] = {
        (file.stem, direction): file.source for file in files for direction in file.directions
    }
    check_examples(protocol, sources, findings)
    check_conditions(protocol, sources, types, findings)

"""What ``voxspec breaking`` does."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from voxspec.breaking.accepted import (
    Acceptance,
    AcceptedFileError,
    matched,
    read_accepted,
    text_of,
)
from voxspec.breaking.accepting import HandWrittenError, with_entries
from voxspec.breaking.captures import hits_of, of_frames
from voxspec.breaking.compare import compare
from voxspec.breaking.imported import MissingToolError, generated
from voxspec.breaking.proofs import addresses, proof_lines
from voxspec.breaking.references import NothingEarlierError, ReferenceNotFoundError, find
from voxspec.breaking.references.bundle import UNSAID
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.report import FORMATS
from voxspec.breaking.report.rules import words_of
from voxspec.breaking.result import Result, worst_first
from voxspec.cli.breaking_settings import BreakingSettings, breaking_settings
from voxspec.cli.overwriting import overwritten
from voxspec.findings import Place, SchemaError
from voxspec.infer.observers import ObserverMissingError, observer_class
from voxspec.near import near_or_known
from voxspec.report.style import Style, printable, style_for
from voxspec.settings import SettingsError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

    from voxspec.breaking.hits import Hits
    from voxspec.breaking.revision import Revision
    from voxspec.breaking.verdict import Change

_UNREADABLE: Final = 3


class _RefusedError(Exception):
    """What was asked for cannot be done; the text says why."""


def today() -> date:
    """The day by which acceptances are over, the same everywhere on Earth."""
    return datetime.now(UTC).date()


def run(options: argparse.Namespace) -> int:
    """Compare and report; gives the exit status."""
    try:
        settings = breaking_settings(options.schema, options.select, options.accepted)
    except SettingsError as error:
        for line in str(error).split("\n"):
            _refuse(line)
        return 2
    said = overwritten(_written(options), [*_read(options), settings.accepted])
    if said:
        return _refuse(said)
    try:
        new = of_folder(options.schema)
    except SchemaError as error:
        _report_mistakes(options, error)
        return 1
    try:
        old = find(options.against, options.schema)
        if old.protocol.name != new.protocol.name:
            names = f"{old.protocol.name}, and not {new.protocol.name}"
            print(f"{old.name} is of a protocol that is called {names}", file=sys.stderr)
        changes = worst_first(compare(old, new))
        if options.accept:
            _accept(options, settings, changes)
            return 0
        accepted = _accepted(settings)
        hits = _hits(options, old, new, changes) if options.captures else None
    except SchemaError as error:
        for finding in error.findings:
            print(printable(str(finding)), file=sys.stderr)
        return _refuse(f"the schema of {options.against} has mistakes")
    except AcceptedFileError as error:
        for finding in error.findings:
            print(printable(str(finding)), file=sys.stderr)
        return _refuse("the file of accepted breaks is wrong")
    except NothingEarlierError as error:
        if not options.may_be_new or options.accept:
            return _refuse(f"{error}; --may-be-new lets a new schema pass")
        print(f"voxspec breaking: {error}", file=sys.stderr)
        _report(options, Result("", new.name, (), settings.select), new, new)
        return 0
    except (_RefusedError, ReferenceNotFoundError, MissingToolError) as error:
        return _refuse(str(error))
    result = Result(
        old.name,
        new.name,
        changes,
        settings.select,
        matched(accepted, changes, today()),
        hits,
        options.schema.as_posix(),
        rules=words_of({change.rule for change in changes}),
        unsaid=UNSAID if old.is_partial else "",
    )
    _report(options, result, old, new)
    if result.fails:
        return 1
    return 0 if hits is None or hits.are_whole else _UNREADABLE


def _read(options: argparse.Namespace) -> list[Path]:
    """The files, and folders of them, that options name to be read."""
    return [options.schema, Path(options.against), *map(Path, options.captures)]


def _written(options: argparse.Namespace) -> list[Path]:
    """The files that options name to be written."""
    proofs = [] if options.proofs is None else [options.proofs]
    return [*(file for _, file in options.write), *proofs]


def _report_mistakes(options: argparse.Namespace, error: SchemaError) -> None:
    """Say what is wrong with the files of the new schema, in the formats that are asked for."""
    name = options.schema.as_posix()
    result = Result(options.against, name, (), schema=name, mistakes=tuple(error.findings))
    for format_, file in options.write:
        _write(file, FORMATS[format_](result, Style()))
    if options.format == "text":
        raise error
    for line in FORMATS[options.format](result, Style()):
        print(line)


def _report(options: argparse.Namespace, result: Result, old: Revision, new: Revision) -> None:
    if options.proofs is not None:
        _write(options.proofs, proof_lines(result.changes, addresses(old, new)))
    for name, file in options.write:
        _write(file, FORMATS[name](result, Style()))
    listed = [
        change for change in result.changes if options.all or change.categories & result.fails_on
    ]
    shown = replace(result, changes=tuple(listed), left=len(result.changes) - len(listed))
    for line in FORMATS[options.format](shown, style_for(sys.stdout)):
        print(line)


def _write(file: Path, lines: Iterable[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    file.write_bytes(text.encode("utf-8", "backslashreplace"))


def _accepted(settings: BreakingSettings) -> tuple[Acceptance, ...]:
    if not settings.is_asked_for and not settings.accepted.exists():
        return ()
    return read_accepted(settings.accepted)


def _accept(
    options: argparse.Namespace, settings: BreakingSettings, changes: Sequence[Change]
) -> None:
    """Write breaks into the file; say which."""
    path, select = settings.accepted, settings.select
    if options.until < today():
        raise _RefusedError(f"--until {options.until} is over: name a day that is yet to come")
    if path.parent.resolve() == options.schema.resolve():
        raise _RefusedError(
            f"{path} would be in the folder of the schema, where nothing but the schema is; "
            f"--accepted names another file"
        )
    known = {change.fingerprint: change for change in changes}
    for fingerprint in options.accept:
        if fingerprint not in known:
            failing = [change.fingerprint for change in changes if change.categories & select]
            near = near_or_known(fingerprint, failing) if failing else "nothing fails"
            raise _RefusedError(f"no change has the fingerprint {fingerprint} ({near})")
    entries = [
        Acceptance(
            fingerprint,
            options.reason,
            options.until,
            Place(str(path)),
            known[fingerprint].rule,
            known[fingerprint].subject,
        )
        for fingerprint in dict.fromkeys(options.accept)
    ]
    text = text_of(path, str(path)) if path.exists() else ""
    try:
        written = with_entries(text, str(path), entries)
    except HandWrittenError as error:
        raise _RefusedError(str(error)) from None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(written.encode())
    for entry in entries:
        print(f"{path}: accepted until {entry.until}: {entry.rule} {entry.subject}")


def _hits(
    options: argparse.Namespace, old: Revision, new: Revision, changes: Sequence[Change]
) -> Hits:
    """What of the captures would have been hit."""
    try:
        observing = observer_class()
    except ObserverMissingError as error:
        raise _RefusedError(str(error)) from None
    if options.capture_format is not None and options.capture_format not in observing.formats:
        known = ", ".join(observing.formats)
        raise _RefusedError(f'no format is called "{options.capture_format}"; known here: {known}')
    with observing(
        options.captures,
        format=options.capture_format,
        direction=options.direction,
        address=None,
        quiet=options.quiet,
    ) as observer:
        protocols = (generated(revision.protocol).protocol for revision in (old, new))
        meetings = observer.meetings(*protocols)
        return hits_of(of_frames(meetings) if old.is_partial else meetings, changes)


def _refuse(sentence: str) -> int:
    print(f"voxspec breaking: {sentence}", file=sys.stderr)
    return 2

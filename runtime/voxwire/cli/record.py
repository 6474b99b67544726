"""``voxwire record``: records the traffic between a client and a server, as a proxy between them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, TextIO, cast

from voxwire.cli import exit_codes
from voxwire.cli.common import (
    add_protocol,
    chosen_protocol,
    host,
    is_missing_live_extra,
    line,
    new_command,
    refuse,
)
from voxwire.cli.console import CapturePipe, Console
from voxwire.cli.signals import on_end_signals
from voxwire.rules.capture_format import CAPTURE_EMPTY

if TYPE_CHECKING:
    from voxwire.capture.writer import CaptureWriter
    from voxwire.checks import Statistics
    from voxwire.cli.common import Commands
    from voxwire.live.proxy.watch import Watch
    from voxwire.live.target import Target
    from voxwire.report.text_report import TextReport

_DESCRIPTION: Final = """\
Record the traffic between clients and a server. The recorder listens, connects every client on to the
server, and writes what passes in both directions to a capture, message for message. Clients connect to
its address instead of the server's, with the path and query that they would use there."""

_EPILOG: Final = """\
examples:
  voxwire record --listen 127.0.0.1:8765 --to wss://chat.example.org -o main.ndjson
      a client that uses ws://127.0.0.1:8765/gateway?v=1&encoding=json&compress=zstd is connected to
      wss://chat.example.org/gateway?v=1&encoding=json&compress=zstd
  voxwire record --listen 8765 --to "wss://chat.example.org/gateway?v=1" -o main.ndjson
      clients that give no path or query get this one
  voxwire record --listen 8765 --to wss://chat.example.org --redact --validate -o main.ndjson
      the capture can be shown to others; findings are printed while the traffic goes by

A capture holds the tokens of its clients unless --redact is given; the file can be read by you alone.
--redact replaces tokens, session ids, encrypted data and addresses by masks. Frames that hold some are
not the bytes that were sent; what was sent is never changed.

Ctrl+C ends the recording: both sides are told with close code 1001.

exit status:
  0  recorded, and with --validate nothing was found or notes only
  1  --validate found errors or warnings
  2  the command line is wrong, or it cannot listen there
  3  the capture could not be written to its end"""


class Address(NamedTuple):
    """A host and port to listen on."""

    host: str
    port: int


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    parser = new_command(
        commands, "record", "record live traffic as a proxy", _DESCRIPTION, _EPILOG, _run
    )
    add = parser.add_argument
    add(
        "--listen",
        required=True,
        metavar="[HOST:]PORT",
        type=_address,
        help="where clients connect to; the host is 127.0.0.1 unless given, port 0 is any free one",
    )
    add("--to", required=True, metavar="URL", help="the server, ws:// or wss://")
    add("-o", "--output", required=True, metavar="FILE", help="the capture; - is standard output")
    add("--append", action="store_true", help="add to a capture that exists")
    add("--redact", action="store_true", help="mask secrets in the capture")
    add(
        "--validate",
        action="store_true",
        help="check the traffic and print findings as they happen",
    )
    add(
        "--sync", action="store_true", help="have each line on the disk at once; slows traffic down"
    )
    add("-q", "--quiet", action="store_true", help="say nothing about connections")
    add_protocol(parser)


def _run(options: argparse.Namespace) -> int:
    try:
        import websockets  # noqa: F401

        from voxwire.live.target import Target
    except ModuleNotFoundError as error:
        if not is_missing_live_extra(error):
            raise
        from voxwire.live import MISSING

        return refuse("record", MISSING)
    try:
        target = Target.parse(options.to)
    except ValueError as error:
        return refuse("record", f"--to: {error}")
    try:
        writer = _writer(options)
    except FileExistsError:
        return refuse("record", f"{options.output} exists; choose another name, or give --append")
    except OSError as error:
        return refuse("record", f"cannot write {options.output}: {error.strerror or error}")
    from voxwire.checks import Statistics

    errors = Console(sys.stderr)
    findings = errors if options.output == "-" else Console(sys.stdout)
    statistics = Statistics()
    report = _report(options, findings)
    watch = _watch(options, statistics, report) if options.validate else None
    import asyncio  # costs every command's start-up too much to stand above

    try:
        try:
            status = asyncio.run(_record(options, target, writer, watch, errors))
        finally:
            failure = _closed(writer)
            if watch is not None:
                watch.close()
                report.repeated(statistics)
                _end_checking(watch, findings, errors)
        if failure is not None and status == exit_codes.CLEAN:
            errors.write(line("record", _stopped(failure)))
            status = exit_codes.UNREADABLE
    finally:
        errors.close()
    if findings.error is not None and findings is not errors:
        raise findings.error  # whoever reads the findings has gone
    if status == exit_codes.USAGE and not options.append and options.output != "-":
        Path(options.output).unlink()  # nothing was recorded; leave no empty capture behind
    found = statistics.by_severity
    if status == exit_codes.CLEAN and (found["error"] or found["warning"]):
        return exit_codes.FINDINGS
    return status


async def _record(
    options: argparse.Namespace,
    target: Target,
    writer: CaptureWriter,
    watch: Watch | None,
    errors: Console,
) -> int:
    """Record until a signal comes or the capture cannot be written."""
    import asyncio

    from voxwire.live.proxy.recorder import recording
    from voxwire.live.timeouts import RecorderTimeouts

    stopped = asyncio.Event()
    on_end_signals(stopped.set)
    address = options.listen

    def say(sentence: str) -> None:
        errors.write(line("record", sentence))

    notify = _ignore if options.quiet else say
    try:
        context = recording(
            target,
            writer,
            host=address.host,
            port=address.port,
            notify=notify,
            watch=watch,
            timeouts=RecorderTimeouts.of(chosen_protocol(options)),
        )
        async with context as recorder:
            notify(f"listening on {recorder.address}, forwarding to {target.origin}")
            failed = asyncio.create_task(recorder.failed())
            waiting = asyncio.create_task(stopped.wait())
            try:
                await asyncio.wait((failed, waiting), return_when=asyncio.FIRST_COMPLETED)
            finally:
                waiting.cancel()
                await asyncio.wait((waiting,))
    except OSError as error:
        say(f"cannot listen on {address.host}:{address.port}: {error.strerror or error}")
        return exit_codes.USAGE
    from voxwire.report.summary import counted

    done = recorder.recording
    notify(f"recorded {counted(done.frames, 'frame')} of {counted(done.connections, 'connection')}")
    if failed.done():
        say(_stopped(failed.result()))
        return exit_codes.UNREADABLE
    failed.cancel()
    await asyncio.wait((failed,))
    return exit_codes.CLEAN


def _closed(writer: CaptureWriter) -> OSError | None:
    """Close the capture; why its end could not be written."""
    try:
        writer.close()
    except OSError as error:
        return error
    return None


def _end_checking(watch: Watch, findings: Console, errors: Console) -> None:
    """Print what still waits, and say what was left out."""
    from voxwire.report.summary import counted

    if watch.skipped:
        frames = counted(watch.skipped, "frame")
        errors.write(line("record", f"{frames} were not checked: they came too fast"))
    if findings is not errors:
        findings.close()
        if findings.dropped and findings.error is None:
            lost = counted(findings.dropped, "finding")
            errors.write(line("record", f"{lost} were not printed: nobody read them"))


def _stopped(reason: OSError) -> str:
    return f"stopped: the capture cannot be written: {reason.strerror or reason}"


def _writer(options: argparse.Namespace) -> CaptureWriter:
    from voxwire.capture.writer import CaptureWriter, open_capture
    from voxwire.wire.redact import Redactor

    redactor = Redactor(protocol=chosen_protocol(options)) if options.redact else None
    if options.output == "-":
        return CaptureWriter(cast("BinaryIO", CapturePipe(sys.stdout)), redactor=redactor)
    safety: Final = "synced" if options.sync else "flushed"
    return open_capture(options.output, append=options.append, safety=safety, redactor=redactor)


def _report(options: argparse.Namespace, findings: Console) -> TextReport:
    """What prints to `findings`."""
    from voxwire.cli.output import is_coloured
    from voxwire.report.style import Style
    from voxwire.report.text_report import TextReport

    out = sys.stderr if options.output == "-" else sys.stdout
    return TextReport(cast("TextIO", findings), Style(is_coloured(out)))


def _watch(options: argparse.Namespace, statistics: Statistics, report: TextReport) -> Watch:
    """What checks the traffic, counts what it finds and reports it."""
    from voxwire.checks import CaptureCheck, Selection, Sessions
    from voxwire.live.proxy.watch import Watch

    nothing_recorded = Selection(ignored=frozenset((CAPTURE_EMPTY,)))
    protocol = chosen_protocol(options)
    check = CaptureCheck(
        options.output, nothing_recorded, statistics, Sessions(), protocol=protocol
    )
    return Watch(check.findings_in, report.finding)


def _address(text: str) -> Address:
    where, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdecimal() and int(port) < 65_536):
        # It may be the address of something else, with a password.
        shown = "this" if "@" in text else repr(text)
        raise argparse.ArgumentTypeError(f"{shown} does not end with a port")
    return Address(host(where) if where else "127.0.0.1", int(port))


def _ignore(sentence: str) -> None:
    del sentence

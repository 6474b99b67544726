"""Commands that read some captures and then say something about all of them: what they share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from voxwire.analysis.unread import Unread
from voxwire.capture import Others, detected_capture, of_the_gateway
from voxwire.cli import exit_codes
from voxwire.cli.common import add_protocol, add_reading, chosen_protocol, chosen_reading, say
from voxwire.cli.output import is_one_of
from voxwire.cli.progress import progress_over
from voxwire.errors import CaptureError
from voxwire.report.style import Style
from voxwire.report.summary import counted
from voxwire.report.text_report import finding_line, repeated_line

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from voxwire.capture import CaptureEvent
    from voxwire.protocol import AnyProtocol

STATUS = """\
exit status:
  0  all files were read
  2  the command line is wrong
  3  a file is empty, or it or a part of it could not be read, which is said; what could be read counts"""


class FilesRead(NamedTuple):
    """How reading some files went."""

    status: int
    """The exit status, as far as it depends on that."""
    is_nothing: bool
    """Whether there is no connection in any of them, of which something could be said."""


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which captures are read, and how."""
    parser.add_argument("files", nargs="+", metavar="FILE", help="a capture; - is standard input")
    add_protocol(parser)
    add_reading(parser)


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the output goes."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", help="write it there, not to standard output"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="no progress bar")


def overwrites(command: str, options: argparse.Namespace, files: Sequence[str]) -> bool:
    """Whether the output would overwrite one of the files that are read, which is then said."""
    if not is_one_of(options.output, files):
        return False
    say(command, f"the output would overwrite {options.output}, which is to be read")
    return True


def read_files(
    command: str,
    options: argparse.Namespace,
    files: Sequence[str],
    take: Callable[[str, Iterator[CaptureEvent]], None],
) -> FilesRead:
    """Have `take` read the events of each of `files`, with its name as it is shown.

    What cannot be read is said; so is how many connections of others were left out.
    """
    protocol, reading = chosen_protocol(options), chosen_reading(options)
    status = exit_codes.CLEAN
    is_nothing = True
    others = Others()
    with progress_over(files, sys.stderr, is_wanted=not options.quiet) as progress:
        for name in files:
            unread, before = Unread(name), others.connections
            try:
                capture = detected_capture(name, progress.advance, reading=reading)
                events = of_the_gateway(capture, protocol, reading, others)
                take(unread.file, unread.watched(events))
                unread.end(others=others.connections - before)
            except CaptureError as error:
                unread.cut()
                say(command, f"cannot read {name}: {error}")
            status = max(status, say_unread(command, unread))
            is_nothing = is_nothing and not unread.has_connection
    say_others(command, others.connections)
    return FilesRead(status, is_nothing)


def say_unread(command: str, unread: Unread) -> int:
    """Say which parts of a file could not be read, as validation does; gives the exit status: a part that
    was not recorded is none that cannot be read."""
    for sentence in unread_lines(unread):
        say(command, sentence)
    return exit_codes.UNREADABLE if unread.is_damaged else exit_codes.CLEAN


def unread_lines(unread: Unread) -> Iterator[str]:
    """A line for each part that could not be read, as far as validation lists them, and for the others."""
    plain = Style(False)
    for finding in unread.findings:
        yield finding_line(finding, plain)
    for repeated in unread.repeated:
        yield repeated_line(repeated, plain)


def knows_nothing(protocol: AnyProtocol) -> str:
    """What is said of frames of which none is of a message that the protocol knows."""
    return f"no frame is of a message that {protocol.name} knows"


def say_others(command: str, connections: int) -> None:
    """Say how many connections of others were left out, if any were."""
    if connections:
        what = counted(connections, "other WebSocket connection")
        say(command, f"{what} left out; --all takes every one")

"""Commands that read some captures and then say something about all of them: what they share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from voxwire.capture import STDIN, Others, detected_capture, of_the_gateway
from voxwire.checks.findings import shown_file
from voxwire.cli import exit_codes
from voxwire.cli.common import add_protocol, add_reading, chosen_protocol, chosen_reading, say
from voxwire.cli.output import is_one_of
from voxwire.cli.progress import progress_over
from voxwire.errors import CaptureError
from voxwire.report.summary import counted

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Sequence

    from voxwire.capture import CaptureEvent

STATUS = """\
exit status:
  0  all files were read
  2  the command line is wrong
  3  a file could not be read to its end; what could be read counts"""


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
) -> int:
    """Have `take` read the events of each of `files`, with its name as it is shown; gives the exit status.

    A file that cannot be read is said; so is how many connections of others were left out.
    """
    protocol, reading = chosen_protocol(options), chosen_reading(options)
    status = exit_codes.CLEAN
    others = Others()
    with progress_over(files, sys.stderr, is_wanted=not options.quiet) as progress:
        for name in files:
            try:
                capture = detected_capture(name, progress.advance, reading=reading)
                events = of_the_gateway(capture, protocol, reading, others)
                take("<stdin>" if name == STDIN else shown_file(name), events)
            except CaptureError as error:
                say(command, f"cannot read {name}: {error}")
                status = exit_codes.UNREADABLE
    say_others(command, others.connections)
    return status


def say_others(command: str, connections: int) -> None:
    """Say how many connections of others were left out, if any were."""
    if connections:
        what = counted(connections, "other WebSocket connection")
        say(command, f"{what} left out; --all takes every one")

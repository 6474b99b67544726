"""``voxwire diff``: what differs between two captures."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Final

from voxwire.capture import STDIN
from voxwire.checks import Selection
from voxwire.cli import exit_codes
from voxwire.cli.common import (
    add_protocol,
    add_reading,
    chosen_protocol,
    chosen_reading,
    chosen_types,
    count,
    new_command,
    say,
)
from voxwire.cli.output import expect_writable, is_coloured, opened_output
from voxwire.cli.progress import progress_over
from voxwire.cli.reading_files import add_output, overwrites, say_others, say_unread

if TYPE_CHECKING:
    from voxwire.analysis.side import Side
    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Say what differs between two captures, such as one from before an update of the server and one from after
it, or one of a good client and one of a bad one: messages that only one has or that come more often, keys,
JSON types and values of enums in them, how connections begin, go on, beat and end, and the rules that only
one breaks. Both may be of any format; what one of them does not record is not compared."""

_EPILOG: Final = """\
examples:
  voxwire diff before.ndjson after.har
  voxwire diff --factor 5 good.ndjson bad.ndjson        a rate differs when it is over five times the other
  voxwire diff --at-least 20 before.ndjson after.ndjson what is in messages, where both have 20 of them
  voxwire diff --only message_create a.ndjson b.ndjson  these messages, and nothing of the conversation
  voxwire diff --format json a.ndjson b.ndjson | jq '.differences[] | select(.what == "key")'

A message comes more often only where it does so a minute and a connection. Of values, only those of enums
are shown; secrets are masked. Where a part of a capture is missing or could not be read, which is said, it
is not called a difference that the capture lacks something, or has less of it.

exit status:
  0  nothing differs
  1  something differs
  2  the command line is wrong
  3  a file is empty, or it or a part of it could not be read, which is said; what could be read was
     compared, and nothing where that is nothing"""

_FACTOR: Final = 2.0


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "what differs between two captures"
    parser = new_command(commands, "diff", summary, _DESCRIPTION, _EPILOG, _run)
    add = parser.add_argument
    add("a", metavar="A", help="a capture; - is standard input")
    add("b", metavar="B", help="the capture that it is compared with")
    add_protocol(parser)
    add_reading(parser)
    add("--only", metavar="TYPE[,…]", action="append", help="only these message types")
    add(
        "--factor",
        metavar="X",
        type=_factor,
        default=_FACTOR,
        help=f"a rate differs when it is more than X times the other; {_FACTOR:g} unless given",
    )
    add(
        "--at-least",
        metavar="N",
        type=count,
        default=1,
        help="compare what is in messages and objects where both have N of them; 1 unless given",
    )
    add(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default), or one JSON object",
    )
    add_output(parser)


def _run(options: argparse.Namespace) -> int:
    options.files = [options.a, options.b]
    if options.a == options.b == STDIN:
        options.refuse("A and B are both standard input, which can be read once")
    if overwrites("diff", options, options.files):
        return exit_codes.USAGE
    from voxwire.analysis.comparison import Comparison, Limits
    from voxwire.report.diff_report import diff_json, diff_lines
    from voxwire.report.style import Style

    selection = Selection(types=chosen_types(options))
    expect_writable(options.output)
    a, b = _sides(options, selection)
    status = max(say_unread("diff", side.unread) for side in (a, b))
    if not (a.unread.has_connection and b.unread.has_connection):
        say(
            "diff",
            "there is nothing to compare, as a capture has no connection that could be read",
        )
        return status
    comparison = Comparison(a, b, selection, Limits(options.factor, options.at_least))
    differences = list(comparison.differences())
    with opened_output(options.output) as out:
        if options.format == "json":
            out.write(diff_json(comparison, differences))
        else:
            for line in diff_lines(comparison, differences, Style(is_coloured(out))):
                out.write(f"{line}\n")
    if status != exit_codes.CLEAN:
        return status
    return exit_codes.FINDINGS if differences else exit_codes.CLEAN


def _sides(options: argparse.Namespace, selection: Selection) -> list[Side]:
    """Both captures, read; what could not be is said."""
    from voxwire.analysis.side import Side

    protocol, reading = chosen_protocol(options), chosen_reading(options)
    sides = []
    with progress_over(options.files, sys.stderr, is_wanted=not options.quiet) as progress:
        for name in options.files:
            side = Side(protocol, selection)
            side.read(name, reading, progress.advance)
            if side.failure is not None:
                say("diff", f"cannot read {name}: {side.failure}")
            sides.append(side)
    say_others("diff", sum(side.statistics.others.connections for side in sides))
    return sides


def _factor(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 1 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 upwards")
    return number

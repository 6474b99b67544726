"""``voxwire stats``: counts the traffic of captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import chosen_protocol, new_command
from voxwire.cli.output import expect_writable, is_coloured, opened_output
from voxwire.cli.reading_files import STATUS, add_files, add_output, overwrites, read_files

if TYPE_CHECKING:
    import argparse

    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Count the traffic of captures: messages of each type with the sizes of their JSON, connections with their
rates, sequence numbers and how they ended, compression, and round trips of heartbeats. Nothing is
checked; `voxwire validate` does that."""

_EPILOG: Final = f"""\
examples:
  voxwire stats session.ndjson
  voxwire stats *.ndjson.zst session.har          all together
  voxwire stats --format json session.ndjson | jq '.connections[].ending'

Sizes are bytes after decompression. The median and p95 (which 95 of 100 do not exceed) are exact to three
digits. A connection is lost where its capture has no close and could have one.

{STATUS}"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "count the traffic of captures"
    parser = new_command(commands, "stats", summary, _DESCRIPTION, _EPILOG, _run)
    add_files(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default), or one JSON object",
    )
    add_output(parser)


def _run(options: argparse.Namespace) -> int:
    if overwrites("stats", options, options.files):
        return exit_codes.USAGE
    from voxwire.analysis.statistics import Traffic

    protocol = chosen_protocol(options)
    traffic = Traffic(protocol)
    expect_writable(options.output)
    read = read_files("stats", options, options.files, traffic.add)
    if read.is_nothing:
        return read.status
    with opened_output(options.output) as out:
        if options.format == "json":
            from voxwire.report.traffic_json import traffic_json

            out.write(traffic_json(traffic, protocol))
        else:
            from voxwire.report.style import Style
            from voxwire.report.traffic_text import traffic_lines

            for line in traffic_lines(traffic, protocol, Style(is_coloured(out))):
                out.write(f"{line}\n")
    return read.status

"""``voxwire diff``: what differs between two captures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import add_protocol, add_reading, chosen_protocol, new_command
from voxwire.cli.output import is_coloured, opened_output
from voxwire.cli.reading_files import add_output, overwrites, read_files

if TYPE_CHECKING:
    import argparse

    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Say what differs between two captures: types of messages and how many there are, fields of those that both
have (there in one only, with other JSON types, or always in one), and the conversation (where connections
part, and what led from one state to another)."""

_EPILOG: Final = """\
examples:
  voxwire diff before.ndjson after.ndjson
  voxwire diff ours.ndjson theirs.har
  voxwire diff --format json a.ndjson b.ndjson | jq '.fields[].pointer'

Values are not compared, nor times: two captures of the same test are alike.

exit status:
  0  nothing differs
  1  something differs
  2  the command line is wrong
  3  a file could not be read to its end; what could be read is compared"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "what differs between two captures"
    parser = new_command(commands, "diff", summary, _DESCRIPTION, _EPILOG, _run)
    parser.add_argument("a", metavar="A", help="a capture; - is standard input")
    parser.add_argument("b", metavar="B", help="another one")
    add_protocol(parser)
    add_reading(parser)
    parser.add_argument(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default), or one JSON object",
    )
    add_output(parser)


def _run(options: argparse.Namespace) -> int:
    names = options.a, options.b
    if overwrites("diff", options, names):
        return exit_codes.USAGE
    from voxwire.analysis.comparison import Comparison
    from voxwire.report.comparison_text import comparison_json, comparison_lines
    from voxwire.report.style import Style

    comparison = Comparison(chosen_protocol(options))
    with opened_output(options.output) as out:
        statuses = [
            read_files("diff", options, [name], side.add)
            for name, side in zip(names, (comparison.a, comparison.b), strict=True)
        ]
        if options.format == "json":
            out.write(comparison_json(comparison, names))
        else:
            for line in comparison_lines(comparison, names, Style(is_coloured(out))):
                out.write(f"{line}\n")
    if any(statuses):
        return max(statuses)
    differs = comparison.types, comparison.fields, comparison.ways
    return exit_codes.FINDINGS if any(True for f in differs for _ in f()) else exit_codes.CLEAN

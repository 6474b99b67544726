"""``voxwire coverage``: how much of a protocol captures exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import chosen_protocol, new_command, percent, say
from voxwire.cli.output import expect_writable, is_coloured, opened_output
from voxwire.cli.reading_files import add_files, add_output, overwrites, read_files

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from typing import TextIO

    from voxwire.analysis.coverage import Coverage
    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Say how much of the protocol the traffic of captures exercised: messages, optional fields (there and not
there), null where it may be, values of enums, arms of unions, states of the session and what leads from
one to another, and close codes."""

_EPILOG: Final = """\
examples:
  voxwire coverage captures/*.ndjson.zst
  voxwire coverage --missing session.ndjson                 everything that did not occur
  voxwire coverage --fail-under 60 captures/*.ndjson        for a build
  voxwire coverage --format html -o coverage.html *.ndjson  one page, with how often each thing occurred
  voxwire coverage --format json *.ndjson | jq '.goals[] | select(.count == 0)'

Only frames that are right count. A connection that ends without a close counts as 1006, if the capture
could have one.

exit status:
  0  all files were read
  1  less is covered than --fail-under wants
  2  the command line is wrong
  3  a file is empty, or it or a part of it could not be read, which is said; what could be read counts"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "how much of the protocol captures exercise"
    parser = new_command(commands, "coverage", summary, _DESCRIPTION, _EPILOG, _run)
    add_files(parser)
    add = parser.add_argument
    add(
        "--format",
        choices=("text", "markdown", "html", "json"),
        default="text",
        help="text for people (default), Markdown for a review, one page of HTML, or one JSON object",
    )
    add("--missing", action="store_true", help="name everything that did not occur")
    add(
        "--fail-under",
        metavar="PERCENT",
        type=percent,
        help="exit with status 1 when less of all is covered",
    )
    add_output(parser)


def _run(options: argparse.Namespace) -> int:
    if overwrites("coverage", options, options.files):
        return exit_codes.USAGE
    from voxwire.analysis.coverage import Coverage, share

    coverage = Coverage(chosen_protocol(options))
    expect_writable(options.output)
    read = read_files("coverage", options, options.files, coverage.add)
    if read.is_nothing:
        return read.status
    with opened_output(options.output) as out:
        for line in _lines(options, coverage, out):
            out.write(f"{line}\n")
    percent = share(coverage.goals).percent
    least = options.fail_under
    if read.status == exit_codes.CLEAN and least is not None and percent < least:
        say("coverage", f"{percent:.1f} percent are covered, and {least:g} are to be")
        return exit_codes.FINDINGS
    return read.status


def _lines(options: argparse.Namespace, coverage: Coverage, out: TextIO) -> Iterator[str]:
    from voxwire.report.coverage_text import coverage_json, coverage_lines, coverage_markdown

    match options.format:
        case "json":
            yield coverage_json(coverage).rstrip("\n")
        case "markdown":
            yield from coverage_markdown(coverage)
        case "html":
            from voxwire.report.coverage_html import coverage_html

            yield from coverage_html(coverage)
        case _:
            from voxwire.report.style import Style

            style = Style(is_coloured(out))
            yield from coverage_lines(coverage, style, all_missing=options.missing)

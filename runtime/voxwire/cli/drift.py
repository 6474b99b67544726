"""``voxwire drift``: what traffic shows that the schema does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import chosen_protocol, count, new_command, percent
from voxwire.cli.output import expect_writable, opened_output
from voxwire.cli.reading_files import add_files, add_output, overwrites, read_files

if TYPE_CHECKING:
    import argparse

    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Say what the traffic of captures shows that the schema of the protocol does not: new messages, keys and
values, other types, lengths and numbers beyond their bounds, keys that are missing, and optional ones that
are always or never there. The output is a proposal in the YAML of schema files, with a comment behind each
thing that says on how many frames and connections it rests; no value of a frame is in it but those of enums
and bounds."""

_EPILOG: Final = """\
examples:
  voxwire drift captures/*.ndjson.zst
  voxwire drift --at-least 1000 *.ndjson       always and never count from 1,000 records on
  voxwire drift --min-frames 1 --min-share 0 session.ndjson    everything is a proposal
  voxwire drift --protocol package.v1 -o proposal.yaml session.har

What rests on fewer frames than --min-frames is marked weak. What the schema forbids and that is weak, or
seldom (--min-share), is rather a mistake of whoever sent it than a proposal: it is held back, in a comment.
What users or other clients may put anywhere (x-relayed, x-open, x-extra) is nothing new.

exit status:
  0  there is no proposal; what is held back, or always or never there, is none
  1  something is new, of another type, beyond a bound, or missing
  2  the command line is wrong
  3  a file is empty, or it or a part of it could not be read, which is said; what could be read counts"""

_ENOUGH: Final = 20
_FRAMES: Final = 3
_PERCENT: Final = 5.0


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    summary = "what traffic shows that the schema does not say"
    parser = new_command(commands, "drift", summary, _DESCRIPTION, _EPILOG, _run)
    add_files(parser)
    parser.add_argument(
        "--at-least",
        metavar="N",
        type=count,
        default=_ENOUGH,
        help=f"say that a key is always or never there from N records on; {_ENOUGH} unless given",
    )
    parser.add_argument(
        "--min-frames",
        metavar="N",
        type=count,
        default=_FRAMES,
        help=f"call what fewer than N frames show weak; {_FRAMES} unless given",
    )
    parser.add_argument(
        "--min-share",
        metavar="PERCENT",
        type=percent,
        default=_PERCENT,
        help="hold back what the schema forbids where less than PERCENT of what may have shown it did; "
        f"{_PERCENT:g} unless given",
    )
    add_output(parser)


def _run(options: argparse.Namespace) -> int:
    if overwrites("drift", options, options.files):
        return exit_codes.USAGE
    from voxwire.analysis.drift import Drift
    from voxwire.analysis.drift_difference import Worth
    from voxwire.report.drift_yaml import drift_lines

    drift = Drift(chosen_protocol(options))
    worth = Worth(options.min_frames, options.min_share)
    expect_writable(options.output)
    read = read_files("drift", options, options.files, drift.add)
    if read.is_nothing:
        return read.status
    found = list(drift.differences(max(options.at_least, 1)))
    with opened_output(options.output) as out:
        for line in drift_lines(drift, found, worth):
            out.write(f"{line}\n")
    is_new = any(not one.is_of_presence and not worth.is_held_back(one) for one in found)
    return exit_codes.FINDINGS if is_new and read.status == exit_codes.CLEAN else read.status

"""``voxwire formats``: the formats that captures are read from, and what each cannot say."""

from __future__ import annotations

import argparse
import sys
from typing import Final

from voxwire.capture.formats.registry import BY_NAME, FORMATS
from voxwire.checks.lacking import rules_off
from voxwire.cli import exit_codes
from voxwire.cli.common import Commands, known_format, new_command
from voxwire.cli.output import is_coloured
from voxwire.report.style import Style
from voxwire.report.summary import lacking

_DESCRIPTION: Final = """\
List the formats that captures are read from: the name that --from takes, what the format is called and
who writes it, and what it does not record. Rules that need what is not there are off."""

_EPILOG: Final = """\
examples:
  voxwire formats                         all of them
  voxwire formats har                     one
  voxwire validate session.har            the format is told by the content
  voxwire validate --from har session     or named

Each may be compressed with gzip or zstd, be in a zip archive, or come from standard input."""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    parser = new_command(
        commands, "formats", "list the formats of captures", _DESCRIPTION, _EPILOG, _run
    )
    parser.add_argument("names", nargs="*", metavar="NAME", type=known_format, help="only these")


def _run(options: argparse.Namespace) -> int:
    style = Style(is_coloured(sys.stdout))
    chosen = [BY_NAME[name] for name in options.names] or FORMATS
    width = max(len(format_.name) for format_ in chosen)
    for format_ in chosen:
        print(f"{style.paint(f'{format_.name:{width}}', 'place')}  {format_.title}")
        if format_.lacks:
            print(f"{'':{width}}  not recorded: {lacking(format_.lacks)}")
            off = rules_off(format_.lacks)
            if options.names and off:
                print(f"{'':{width}}  rules that are off: {', '.join(off)}")
        if format_.remark:
            print(f"{'':{width}}  {format_.remark}")
    return exit_codes.CLEAN

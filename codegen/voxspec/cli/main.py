"""``voxspec``: arguments, dispatch to the subcommands, exit codes."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from voxspec import __version__
from voxspec.cli import breaking, differing, editors, generate, infer, init, lint, listing, rules
from voxspec.exit_codes import BROKEN_PIPE, INTERRUPTED
from voxspec.findings import SchemaError
from voxspec.output.formatting import FormatterError
from voxspec.output.target import UnhandledKeywordError
from voxspec.output.write import NotOursError
from voxspec.report.style import printable

_DESCRIPTION = "Make code and documents from the schema of a message protocol."
_EXAMPLES = """\
examples:
  voxspec generate                   write generated/ from schema/v1
  voxspec generate --check           exit 1 and show a diff when generated/ is not current
  voxspec list                       every message: direction, sequence policy, summary
  voxspec list --format json         the same for programs
  voxspec check                      only look for mistakes in the schema files
  voxspec lint                       look for what the schema files could say better
  voxspec breaking --against main    what the change breaks, for whom, and by which frame
  voxspec rules REF_RESOLVES         what a rule means
  voxspec init my-chat               begin a protocol of your own in an empty folder
  voxspec infer --name my-chat a.har draft a schema from captured traffic

exit codes: 0 fine, 1 mistakes in the schema, or generated files not current, 2 wrong usage
"""
_USUAL = (Path("schema/v1"), Path("schema"))
"""Where schema files are looked for where nobody says it: the first with a protocol.yaml."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    _prepare_streams()
    try:
        try:
            options = _parser().parse_args(arguments)
            return _run(options)
        finally:  # also when --help ends it: what cannot be written is noticed here
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return BROKEN_PIPE
    except OSError as error:
        _discard_output()
        where = f": {error.filename}" if error.filename is not None else ""
        print(f"voxspec: {error.strerror}{where}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.run(options))
    except SchemaError as error:
        for finding in error.findings:
            print(printable(str(finding)), file=sys.stderr)
        count = len(error.findings)
        noun = "mistake" if count == 1 else "mistakes"
        end = "; nothing was written" if getattr(options, "writes", False) else ""
        print(f"{count} {noun} in the schema files{end}", file=sys.stderr)
        return 1
    except (FormatterError, NotOursError, UnhandledKeywordError) as error:
        print(f"voxspec: {error}", file=sys.stderr)
        return 2


def _discard_output() -> None:
    """What is still to be written goes nowhere: the interpreter would fail on it at its exit."""
    with suppress(OSError):  # a stand-in for the stream may have no descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare_streams() -> None:
    """A process may be started without the standard streams: what it says then goes nowhere. Into files
    and pipes it is UTF-8, also on Windows; what a terminal has no letters for is escaped."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
        elif isinstance(stream, io.TextIOWrapper):
            encoding = stream.encoding if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="backslashreplace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="voxspec",
        description=_DESCRIPTION,
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"voxspec {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    source = argparse.ArgumentParser(add_help=False)
    source.add_argument(
        "--schema",
        type=Path,
        default=next(
            (folder for folder in _USUAL if (folder / "protocol.yaml").is_file()), _USUAL[0]
        ),
        metavar="FOLDER",
        help="folder of the schema files (default: schema/v1, or else schema; here: %(default)s)",
    )
    generate.add(commands, source)
    listing.add(commands, source)
    lint.add(commands, source)
    rules.add(commands, source)
    breaking.add(commands, source)
    differing.add(commands, source)
    init.add(commands)
    infer.add(commands)
    editors.add(commands, source)
    return parser

"""The entry point: parses the command line and runs a subcommand."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final, NoReturn

from voxwire.cli import exit_codes

_COMMANDS: Final = (
    "validate",
    "convert",
    "redact",
    "stats",
    "inspect",
    "coverage",
    "drift",
    "diff",
    "record",
    "listen",
    "mock",
    "rules",
    "formats",
    "protocols",
)
"""The modules of the commands, in the order of the help. Only the one that is run is imported: all of
them take longer than it takes to check 50,000 frames."""

_EPILOG: Final = """\
examples:
  voxwire validate my-session.ndjson
  voxwire convert session.har my-session.ndjson
  voxwire redact my-session.ndjson public.ndjson
  voxwire stats my-session.ndjson
  voxwire inspect my-session.ndjson
  voxwire coverage my-session.ndjson
  voxwire drift my-session.ndjson
  voxwire diff before.ndjson after.ndjson
  voxwire record --listen 127.0.0.1:8765 --to wss://chat.example.org -o my-session.ndjson
  voxwire listen wss://chat.example.org --token-env VOX_TOKEN
  voxwire mock --port 8765 --random
  voxwire rules SEQ_GAP
  voxwire formats
  voxwire protocols
  voxwire validate --help
      more about a command, and more examples"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``voxwire`` with `arguments`, by default those of the process; give its exit status."""
    _prepare_streams()
    try:
        try:
            given = sys.argv[1:] if arguments is None else arguments
            options = _parser(given[:1]).parse_args(given)
            status: int = options.run(options)
        finally:  # also when --help or --version ends it: what cannot be written is noticed here
            sys.stdout.flush()
    except BrokenPipeError:
        _discard_output()
        return exit_codes.BROKEN_PIPE
    except OSError as error:
        _discard_output()
        print(f"voxwire: cannot write: {error}", file=sys.stderr)
        return exit_codes.USAGE
    except KeyboardInterrupt:
        print("voxwire: interrupted", file=sys.stderr)
        return exit_codes.INTERRUPTED
    return status


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


def _parser(first: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line that begins like this."""
    parser = argparse.ArgumentParser(
        prog="voxwire",
        description="Check and read traffic of the Vox gateway protocol, or of another one that voxspec "
        "generated.",
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    chosen = [name for name in _COMMANDS if name in first]
    for name in chosen or _COMMANDS:
        import_module(f"voxwire.cli.{name}").add_command(commands)
    return parser


class _Help(argparse.RawDescriptionHelpFormatter):
    """Has room for the name of every command: argparse forgets that it indents them."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = len("    protocols")


class _Version(argparse.Action):
    """Looks the version up only when it is asked for, which takes longer than all other imports."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        from importlib import metadata

        print(f"{parser.prog} {metadata.version('vox-protocol')}")
        parser.exit()

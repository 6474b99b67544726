"""The entry point: parses the command line and runs a subcommand."""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final, NoReturn

from voxwire.cli import exit_codes, listen, mock, protocols, record, rules, validate

_EPILOG: Final = """\
examples:
  voxwire validate my-session.ndjson
  voxwire record --listen 127.0.0.1:8765 --to wss://chat.example.org -o my-session.ndjson
  voxwire listen wss://chat.example.org --token-env VOX_TOKEN
  voxwire mock --port 8765 --random
  voxwire rules SEQ_GAP
  voxwire protocols
  voxwire validate --help
      more about a command, and more examples"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``voxwire`` with `arguments`, by default those of the process; give its exit status."""
    _open_closed_streams()
    try:
        try:
            options = _parser().parse_args(arguments)
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


def _open_closed_streams() -> None:
    """A process may be started without the standard streams: what it says then goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="voxwire",
        description="Check and read traffic of the Vox gateway protocol, or of another one that voxspec "
        "generated.",
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    validate.add_command(commands)
    record.add_command(commands)
    listen.add_command(commands)
    mock.add_command(commands)
    rules.add_command(commands)
    protocols.add_command(commands)
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

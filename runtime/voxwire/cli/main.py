"""The entry point: parses the command line and runs a subcommand."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import metadata

from voxwire.cli import exit_codes, record, rules, validate


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``voxwire`` with `arguments`, by default those of the process; give its exit status."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The interpreter flushes at exit; let it flush to nowhere instead of failing once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exit_codes.BROKEN_PIPE
    except KeyboardInterrupt:
        print("voxwire: interrupted", file=sys.stderr)
        return exit_codes.INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="voxwire", description="Check and read traffic of the Vox gateway protocol."
    )
    parser.add_argument(
        "--version", action="version", version=f"voxwire {metadata.version('vox-protocol')}"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    validate.add_command(commands)
    record.add_command(commands)
    rules.add_command(commands)
    return parser

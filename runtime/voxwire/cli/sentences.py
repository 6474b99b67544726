"""What commands say on standard error: sentences behind their name, without secrets."""

import sys

from voxwire.cli import exit_codes


def line(command: str, sentence: str) -> str:
    """The line that says `sentence`."""
    from voxwire.masking import mask_secrets
    from voxwire.report.style import printable

    return f"voxwire {command}: {printable(mask_secrets(sentence))}\n"


def say(command: str, sentence: str) -> None:
    """Say it at once: for what comes before an event loop, or after it."""
    print(line(command, sentence), end="", file=sys.stderr, flush=True)


def refuse(command: str, sentence: str) -> int:
    """Say why the command line is wrong; gives the exit status."""
    say(command, sentence)
    return exit_codes.USAGE

"""``voxwire listen``: logs in to a gateway and prints or records what arrives. Its options."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Final

from voxwire.cli.common import add_protocol, count, new_command

if TYPE_CHECKING:
    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Log in to a gateway and print the frames that it sends, one a line, or record them. A connection that is
lost is replaced, and the session resumed; what happens on the server in between never comes, and how
long that was is told. What happens to connections is told on standard error."""

_EPILOG: Final = """\
The token is read from an environment variable, so that it is in no list of processes and in no history:
  read -rs VOX_TOKEN; export VOX_TOKEN

examples:
  voxwire listen wss://chat.example.org --token-env VOX_TOKEN
  voxwire listen wss://chat.example.org --token-env VOX_TOKEN --only message_create --format json
  voxwire listen wss://chat.example.org --token-env VOX_TOKEN -o main.ndjson --redact --duration 60
  voxwire listen ws://127.0.0.1:8765 --token-env VOX_TOKEN --no-compress --count 10
  voxwire listen wss://chat.example.org --protocol my-chat --token-env TOKEN --login '{"nickname": "Ada"}'

The path and the parameters of the protocol's endpoint are added to the address where it has none, of
Vox's /gateway, v, encoding and compress. In printed frames secrets are masked. A capture holds the token
and other secrets unless --redact is given; the file can be read by you alone.

Ctrl+C ends it; the gateway is told with close code 1000.

exit status:
  0  ended by Ctrl+C, --count or --duration
  2  the command line is wrong, or the capture cannot be written there
  3  the gateway cannot be reached or refuses for good, or the capture could not be written to its end"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    parser = new_command(
        commands, "listen", "print or record what a gateway sends", _DESCRIPTION, _EPILOG, _run
    )
    add = parser.add_argument
    add("url", metavar="URL", help="the gateway, ws:// or wss://")
    add(
        "--token-env",
        metavar="VAR",
        help="the variable that holds the token, where the protocol's login has one",
    )
    add(
        "--login",
        metavar="JSON",
        help="the payload of the login, where it has more than a token; the one of --token-env is put in and "
        "counts, whatever token stands here",
    )
    add(
        "--compress",
        action=argparse.BooleanOptionalAction,
        help="have frames compressed on their way (as the address says, and yes if it has no query)",
    )
    printing = parser.add_argument_group("what to print").add_argument
    printing(
        "--format",
        choices=("text", "json"),
        default="text",
        help="text for people (default); or each frame as a line of JSON",
    )
    printing(
        "--only",
        metavar="TYPE[,…]",
        action="append",
        help="only frames of these message types",
    )
    recording = parser.add_argument_group("recording").add_argument
    recording("-o", "--output", metavar="FILE", help="record a capture there; - is standard output")
    recording("--redact", action="store_true", help="mask secrets in the capture")
    staying = parser.add_argument_group("after a lost connection").add_argument
    staying(
        "--resume-within",
        metavar="S",
        type=_seconds,
        help="begin a new session after an absence of more than S seconds, instead of resuming",
    )
    ending = parser.add_argument_group("when to end").add_argument
    ending("--count", metavar="N", type=count, help="after N frames were printed or recorded")
    ending("--duration", metavar="S", type=_seconds, help="after S seconds")
    add("-q", "--quiet", action="store_true", help="say nothing about connections")
    add_protocol(parser)


def _run(options: argparse.Namespace) -> int:
    from voxwire.cli.listen_run import run  # which the start-up of other commands can do without

    return run(options)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds

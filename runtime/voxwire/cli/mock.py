"""``voxwire mock``: a gateway to test clients with. Its options."""

from __future__ import annotations

import argparse
import math
from typing import TYPE_CHECKING, Final

from voxwire.cli.common import add_protocol, count, host, new_command

if TYPE_CHECKING:
    from voxwire.cli.common import Commands

_DESCRIPTION: Final = """\
Run a server of the protocol (Vox, or that of --protocol) to test clients with. It lets clients log in,
each token but the empty one as a user of its own, and keeps the conversation alive as the protocol says:
heartbeats, numbers, resumes with replay, refusals, whatever of these it has. It makes up what a session
begins with and what answers clients that open streams, and checks what clients send: each finding is a
line on standard output, as voxwire validate prints it.

For Vox it also passes presence, typing, voice and key messages on, and behaves as the real server does,
to odd input, too: what that one accepts, relays or closes for, this one does. Where a stricter or kinder
server helps in tests, there is an option, and it is off unless given."""

_EPILOG: Final = """\
examples:
  voxwire mock --port 8765
      then connect a client to ws://127.0.0.1:8765/gateway?v=1&encoding=json
  voxwire mock --from capture.ndjson --speed 10
      sessions get what the server sent in the capture, ten times as fast: the first session gets
      the first connection, the next one the next; after the last it begins anew
  voxwire mock --random --seed 7 --rate 50 --fault drop:every=100 --fault skip:every=33
      made-up events; connections break, and messages are missing
  voxwire mock --fault help
      all faults

  voxwire mock --protocol my-chat --random
      the same for another protocol: one that `voxwire protocols` lists, or the path of its package

Where the protocol has compression, each client decides by its URL (Vox: compress=zstd). An address has as
many connections at a time, and a user as many sessions, as the protocol says; more are refused. What else
follows from what clients do, an installed package may say (entry points voxwire.applications).

Of Vox, every user is in voice room 1. The mock stands alone: it has no REST, and knows no feeds. As on a
real server, nothing is numbered or kept while nobody is connected to a session, a resume leaves the old
connection open, and too many messages are let pass.

Ctrl+C ends it: clients are told with close code 1001.

exit status:
  0  nothing was found about clients, or notes only
  1  errors or warnings were found
  2  the command line is wrong, or it cannot listen there
  3  the capture cannot be read, to its end at least"""


def add_command(commands: Commands) -> None:
    """Add the subcommand to the command line."""
    parser = new_command(
        commands, "mock", "run a gateway to test clients with", _DESCRIPTION, _EPILOG, _run
    )
    where = parser.add_argument_group("where it listens").add_argument
    where(
        "--host", default="127.0.0.1", type=host, help="this machine only (127.0.0.1) unless given"
    )
    where("--port", type=_port, default=0, metavar="N", help="any that is free unless given")
    where("--expose", action="store_true", help="allow a --host that other machines can reach")
    what = parser.add_argument_group("what it sends")
    source = what.add_mutually_exclusive_group()
    source.add_argument(
        "--from",
        dest="capture",
        metavar="CAPTURE",
        help="what the server sent in a capture, one connection of it to each session in turn",
    )
    source.add_argument("--random", action="store_true", help="made-up events")
    add = what.add_argument
    add(
        "--connection",
        type=_number,
        metavar="N",
        help="play connection N of the capture to every session; they count from 1",
    )
    add(
        "--speed",
        type=_factor,
        metavar="X",
        help="play the capture X times as fast; max: as fast as clients can take it",
    )
    add("--seed", type=count, metavar="N", help="which events are made up (0 unless given)")
    add(
        "--rate",
        type=_factor,
        metavar="R",
        help="made-up events a second (1 unless given); max: as fast as clients can take them",
    )
    add("--count", type=count, metavar="N", help="make up N events for each session, then no more")
    how = parser.add_argument_group("how it behaves").add_argument
    how("--compress", action="store_true", help="print the URL that asks for compression")
    how(
        "--token-env",
        metavar="VAR",
        help="accept only the token in this environment variable; others are refused",
    )
    how(
        "--heartbeat-interval",
        type=_milliseconds,
        metavar="MS",
        help="what the greeting asks for, if not for what the protocol says, in milliseconds",
    )
    how(
        "--fault",
        action="append",
        default=[],
        metavar="FAULT",
        help="misbehave, such as drop:every=50; may be given several times; help lists all",
    )
    how(
        "--keep-while-away",
        action="store_true",
        help="number what happens while a client is away, and replay it when it resumes",
    )
    how(
        "--take-over",
        action="store_true",
        help="a resume closes the connection that still has the session",
    )
    how(
        "--enforce-rate",
        action="store_true",
        help="close for too many messages where real servers let them pass",
    )
    how(
        "--connections-per-address",
        type=_number,
        metavar="N",
        help="how many an address has at a time, if not as many as the protocol says; one more is refused",
    )
    how(
        "--deny",
        action="append",
        default=[],
        metavar="PERMISSION",
        help="what users lack, of Vox video or streaming in voice: turning it on gets an error; may be "
        "repeated",
    )
    how("--strict", action="store_true", help="unknown fields and the like are errors, not notes")
    how("-q", "--quiet", action="store_true", help="say nothing about connections")
    add_protocol(parser)


def _run(options: argparse.Namespace) -> int:
    from voxwire.cli.mock_run import run  # which the start-up of other commands can do without

    return run(options)


def _factor(text: str) -> float:
    """A number above 0, or infinity for "max"."""
    if text == "max":
        return math.inf
    try:
        factor = float(text)
    except ValueError:
        factor = 0.0
    if not 0 < factor < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number above 0 nor max")
    return factor


def _milliseconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of milliseconds from 1 upwards")
    return int(text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 upwards")
    return int(text)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) < 65_536):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port")
    return int(text)

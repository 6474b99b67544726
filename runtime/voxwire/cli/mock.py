"""``voxwire mock``: a gateway to test clients with."""

from __future__ import annotations

import argparse
import ipaddress
import math
import os
import sys
from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import add_protocol, chosen_protocol, count, host, new_command, refuse, say
from voxwire.cli.mock_output import Printer, summary
from voxwire.cli.signals import on_end_signals

if TYPE_CHECKING:
    from voxwire.cli.common import Commands
    from voxwire.live.mock.engine.application import Application
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.live.mock.engine.source import Source

_DESCRIPTION: Final = """\
Run a gateway to test clients with. It accepts every token but the empty one, each as a user of its own,
answers heartbeats, resumes sessions with replay, passes presence, typing, voice and key messages on, and
checks what clients send: each finding is a line on standard output, as voxwire validate prints it.

It behaves as the real server does, to odd input, too: what that one accepts, relays or closes for, this
one does. Where a stricter or kinder server helps in tests, there is an option, and it is off unless
given."""

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

Whether messages are compressed, each client decides by its URL (compress=zstd). Every user is in voice
room 1. The mock stands alone: it has no REST, and knows no feeds.

As on a real server, nothing is numbered or kept while nobody is connected to a session, a resume leaves
the old connection open, and too many messages are let pass. An address has as many connections at a time,
and a user as many sessions, as the protocol says; more are refused.

Of another protocol (--protocol) it keeps the conversation alive as the tables of that one say, makes up
what a session begins with and what answers clients that open streams, and plays captures likewise. What
else follows from what clients do, an installed package may say (entry points voxwire.applications).

Ctrl+C ends it: clients are told with close code 1001.

exit status:
  0  nothing was found about clients, or notes only
  1  errors or warnings were found
  2  the command line is wrong, or it cannot listen there
  3  the capture cannot be read, to its end at least"""

_HELP: Final = "help"


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
    if _HELP in options.fault:
        from voxwire.live.mock.engine.faults import fault_help

        print("\n".join(fault_help(chosen_protocol(options))))
        return exit_codes.CLEAN
    faults = _faults(options)
    application = _application(options)
    lacks = _what_the_protocol_lacks(options)
    if lacks is not None:
        return refuse("mock", f"{chosen_protocol(options).title} has no {lacks}")
    if not (options.expose or _is_loopback(options.host)):
        return refuse(
            "mock", f"{options.host} can be reached by others; give --expose if that is meant"
        )
    for name in ("speed", "connection"):
        if getattr(options, name) is not None and options.capture is None:
            return refuse("mock", f"--{name} needs --from")
    if not options.random and {options.seed, options.rate, options.count} != {None}:
        return refuse("mock", "--seed, --rate and --count need --random")
    token = None
    if options.token_env is not None:
        login = chosen_protocol(options).session.roles.login
        if login is None or login.token is None:
            return refuse("mock", f"{chosen_protocol(options).title} has no token to accept")
        token = os.environ.get(options.token_env)
        if not token:
            return refuse("mock", f"the environment variable {options.token_env} is not set")
    from voxwire.errors import CaptureError
    from voxwire.live.mock.engine.playback import NoSuchConnectionError

    try:
        source = _source(options)
    except NoSuchConnectionError as error:
        return refuse("mock", f"{options.capture}: {error}")
    except CaptureError as error:
        say("mock", f"cannot read {options.capture}: {error}")
        return exit_codes.UNREADABLE
    try:
        import websockets  # noqa: F401
    except ModuleNotFoundError:
        return refuse("mock", "websockets is not installed; install the extra: vox-protocol[live]")
    from voxwire.live.mock.engine.options import MockOptions

    setup = MockOptions(
        protocol=chosen_protocol(options),
        application=application,
        host=options.host,
        port=options.port,
        token=token,
        source=source,
        faults=faults,
        heartbeat_interval=options.heartbeat_interval,
        connections_per_address=options.connections_per_address,
        keep_while_away=options.keep_while_away,
        take_over=options.take_over,
        enforce_rate=options.enforce_rate,
        denied=tuple(options.deny),
        strict=options.strict,
    )
    import asyncio  # costs every command's start-up too much to stand above

    return asyncio.run(_serve(setup, options))


async def _serve(setup: MockOptions, options: argparse.Namespace) -> int:
    """Run until a signal comes."""
    import asyncio

    from voxwire.errors import CaptureError
    from voxwire.live.mock.engine.gateway import mock_gateway

    stopped = asyncio.Event()
    on_end_signals(stopped.set)
    observer = Printer(sys.stdout, sys.stderr, is_quiet=options.quiet)
    try:
        async with mock_gateway(setup, observer) as gateway:
            observer.announce(f"listening on {gateway.url(compress=options.compress)}")
            if setup.source is not None:
                observer.said(setup.source.description)
            if options.expose and not _is_loopback(options.host):
                observer.announce(
                    f"warning: {options.host} can be reached by others, and accepts anyone"
                )
            await stopped.wait()
        for sentence in summary(gateway, observer):
            observer.said(sentence)
    except OSError as error:
        reason = error.strerror or error
        observer.announce(f"cannot listen on {setup.host}:{setup.port}: {reason}")
        return exit_codes.USAGE
    finally:
        observer.close()
    if any(isinstance(failure, CaptureError) for failure in gateway.failures):
        return exit_codes.UNREADABLE
    return exit_codes.FINDINGS if observer.has_mistakes else exit_codes.CLEAN


def _source(options: argparse.Namespace) -> Source | None:
    """What every session gets. Raises CaptureError."""
    if options.capture is not None:
        from voxwire.live.mock.engine.playback import CapturePlayback

        return CapturePlayback(
            options.capture,
            _speed(options.speed),
            connection=options.connection,
            protocol=chosen_protocol(options),
        )
    if options.random:
        from voxwire.live.mock.engine.random_events import RandomEvents

        return RandomEvents(
            options.seed or 0,
            _speed(options.rate),
            options.count,
            protocol=chosen_protocol(options),
        )
    return None


def _faults(options: argparse.Namespace) -> tuple[Fault, ...]:
    """The faults, of the protocol that was chosen. Ends the program for what is none."""
    from voxwire.live.mock.engine.faults import FaultError, parse_fault

    protocol = chosen_protocol(options)
    try:
        return tuple(parse_fault(text, protocol) for text in options.fault)
    except FaultError as error:
        options.refuse(f"argument --fault: {error}")
        raise


def _what_the_protocol_lacks(options: argparse.Namespace) -> str | None:
    """What an option needs and the protocol has not, if there is such a thing."""
    from voxwire.live.mock.engine.traffic import Traffic

    protocol = chosen_protocol(options)
    login = protocol.session.roles.login
    if options.compress and protocol.session.compression is None:
        return "compression, which --compress asks for"
    if options.random and not Traffic.of(protocol).events:
        return "message that servers send of their own accord, for --random to make up"
    if options.token_env is not None and (login is None or login.token is None):
        return "token in its login, as --token-env needs it"
    return None


def _application(options: argparse.Namespace) -> type[Application]:
    """What serves the protocol. Ends the program when it cannot be used, or has no such permission."""
    from voxwire.live.mock.engine.applications import ApplicationError, application_of

    try:
        application = application_of(chosen_protocol(options))
    except ApplicationError as error:
        options.refuse(str(error))
        raise
    for permission in options.deny:
        if permission not in application.permissions:
            choices = ", ".join(map(repr, application.permissions)) or "nothing"
            options.refuse(
                f"argument --deny: invalid choice: {permission!r} (choose from {choices})"
            )
    return application


def _speed(factor: float | None) -> float | None:
    """1 unless given, None for the fastest."""
    if factor is None:
        return 1.0
    return None if math.isinf(factor) else factor


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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

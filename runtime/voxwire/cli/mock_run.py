"""``voxwire mock``: what its options ask for, and the gateway while it runs."""

from __future__ import annotations

import asyncio
import ipaddress
import math
import os
import sys
from typing import TYPE_CHECKING, Final

from voxwire.cli import exit_codes
from voxwire.cli.common import chosen_protocol, refuse, say
from voxwire.cli.mock_output import Printer, summary
from voxwire.cli.signals import on_end_signals

if TYPE_CHECKING:
    import argparse

    from voxwire.live.mock.engine.application import Application
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.live.mock.engine.source import Source

_HELP: Final = "help"


def run(options: argparse.Namespace) -> int:
    """Run the command; give its exit status."""
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
    return asyncio.run(_serve(setup, options))


async def _serve(setup: MockOptions, options: argparse.Namespace) -> int:
    """Run until a signal comes."""
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


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

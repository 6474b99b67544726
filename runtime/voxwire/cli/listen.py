"""``voxwire listen``: logs in to a gateway and prints or records what arrives."""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from voxwire.cli import exit_codes
from voxwire.cli.common import (
    add_protocol,
    chosen_protocol,
    chosen_types,
    count,
    is_missing_live_extra,
    line,
    new_command,
    refuse,
)
from voxwire.cli.console import Console
from voxwire.cli.login import check_login, login_of, needs_token
from voxwire.cli.signals import on_end_signals

if TYPE_CHECKING:
    from collections.abc import Callable

    from voxwire.cli.common import Commands
    from voxwire.cli.listen_output import Limit, Sink
    from voxwire.live.client.events import News

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
        help="the payload of the login, where it has more than a token; the token is put in",
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
    if options.output is None and options.redact:
        return refuse("listen", "--redact needs -o; printed frames are always masked")
    if options.output is not None and options.only is not None:
        return refuse("listen", "--only is for printing; a capture holds every frame")
    protocol = chosen_protocol(options)
    token = ""
    if options.token_env is not None:
        token = os.environ.get(options.token_env, "").strip()
        if not token:
            return refuse("listen", f"the environment variable {options.token_env} is not set")
    elif needs_token(protocol):
        return refuse("listen", "the login needs a token: name its variable with --token-env")
    try:
        from voxwire.live.client.address import gateway_url
        from voxwire.live.client.dialer import checked_token
    except ModuleNotFoundError as error:
        if not is_missing_live_extra(error):
            raise
        from voxwire.live import MISSING

        return refuse("listen", MISSING)
    try:
        if token:
            checked_token(token)
        url = gateway_url(options.url, options.compress, protocol)
        login = None if options.login is None else login_of(options.login, token, protocol)
        check_login(login, token, protocol)
    except ValueError as error:
        return refuse("listen", str(error))
    if options.count == 0:
        return exit_codes.CLEAN
    import asyncio  # costs every command's start-up too much to stand above

    errors = Console(sys.stderr)
    nothing = False
    try:
        with ExitStack() as stack:
            try:
                listening = _Listening(options, stack, errors)
            except FileExistsError:
                return refuse("listen", f"{options.output} exists; choose another name")
            except OSError as error:
                return refuse("listen", f"cannot write {options.output}: {error.strerror or error}")
            status = asyncio.run(listening.run(url, token, login))
            nothing = listening.sink.connections == 0
            unread = listening.sink.close()
            if unread:
                from voxwire.report.summary import counted

                lines = counted(unread, "line")
                errors.write(line("listen", f"{lines} were not printed: nobody read them"))
    except OSError as error:
        if options.output is None:
            raise  # whoever reads the frames has gone
        errors.write(line("listen", f"the capture cannot be written: {error.strerror or error}"))
        status = exit_codes.UNREADABLE
    finally:
        errors.close()
    if nothing and options.output not in (None, "-"):
        Path(options.output).unlink()  # leave no empty capture behind
    return status


class _Listening:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace, stack: ExitStack, errors: Console) -> None:
        """`stack` closes what is opened. Raises OSError when there can be no capture."""
        import asyncio

        from voxwire.cli.listen_output import Limit

        self._errors: Final = errors
        self._protocol: Final = chosen_protocol(options)
        self._quiet: Final[bool] = options.quiet
        self._resume_within: Final[float | None] = options.resume_within
        self._duration: Final[float | None] = options.duration
        self._stopped: Final = asyncio.Event()
        self._interrupted: Final = asyncio.Event()
        self._failure: OSError | None = None
        self._missing = 0
        limit = Limit(options.count, self._stopped.set)
        self.sink: Final = (
            _printer(options, limit, stack)
            if options.output is None
            else _recorder(options, stack, limit, self._fail)
        )

    async def run(self, url: str, token: str, login: object = None) -> int:
        """Listen until there is a reason to end; give the exit status."""
        import asyncio

        from voxwire.errors import VoxwireError

        on_end_signals(self._interrupt)
        start = time.monotonic()
        receiving = asyncio.create_task(self._receive(url, token, login))
        stopping = asyncio.create_task(self._stopped.wait())
        status = exit_codes.CLEAN
        try:
            await asyncio.wait(
                (receiving, stopping), timeout=self._duration, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            stopping.cancel()
            receiving.cancel()
            await asyncio.wait((stopping, receiving))
            try:
                await receiving
            except asyncio.CancelledError:
                pass
            except VoxwireError as error:
                self._say(str(error))
                status = exit_codes.UNREADABLE
            await self._flush()
            self._summarize(time.monotonic() - start)
        if self._failure is not None:
            self._say(f"the capture cannot be written: {self._failure.strerror or self._failure}")
            return exit_codes.UNREADABLE
        return status

    def _interrupt(self) -> None:
        self._interrupted.set()
        self._stopped.set()

    async def _flush(self) -> None:
        """Wait for the reader of the output, but no longer than until a signal comes."""
        import asyncio

        flushing = asyncio.create_task(self.sink.flush())
        interrupted = asyncio.create_task(self._interrupted.wait())
        await asyncio.wait((flushing, interrupted), return_when=asyncio.FIRST_COMPLETED)
        interrupted.cancel()
        flushing.cancel()
        await asyncio.wait((flushing, interrupted))
        if not flushing.cancelled():
            flushing.result()

    async def _receive(self, url: str, token: str, login: object) -> None:
        from voxwire.live.client.events import NEWS
        from voxwire.live.client.gateway import connect
        from voxwire.session.sequence import Gap

        async with connect(
            url,
            token,
            record=self.sink.connection,
            resume_within=self._resume_within,
            login=login,
            protocol=self._protocol,
        ) as gateway:
            async for event in gateway.events():
                await self.sink.flush()
                if type(event) in NEWS:
                    self._tell(cast("News", event))
                if isinstance(event, Gap):
                    self._missing += len(event.missing)

    def _tell(self, news: News) -> None:
        from voxwire.live.client.log import in_words

        sentence = in_words(news, self._protocol)
        if sentence and not self._quiet:
            self._say(sentence)

    def _say(self, sentence: str) -> None:
        self._errors.write(line("listen", sentence))

    def _fail(self, error: OSError) -> None:
        self._failure = error
        self._stopped.set()

    def _summarize(self, seconds: float) -> None:
        if self._quiet or not self.sink.connections:
            return
        from voxwire.report.summary import counted

        connections = counted(self.sink.connections, "connection")
        missing = f"; {counted(self._missing, 'message')} missing" if self._missing else ""
        self._say(
            f"{counted(self.sink.frames, 'frame')} in {seconds:.1f} s over {connections}{missing}"
        )


def _printer(options: argparse.Namespace, limit: Limit, stack: ExitStack) -> Sink:
    from voxwire.cli.listen_output import Printer
    from voxwire.cli.output import is_coloured, opened_output
    from voxwire.report.style import Style

    out = stack.enter_context(opened_output(None))
    return Printer(
        out,
        options.format,
        limit,
        types=chosen_types(options),
        style=Style(is_coloured(out)),
        protocol=chosen_protocol(options),
    )


def _recorder(
    options: argparse.Namespace, stack: ExitStack, limit: Limit, fail: Callable[[OSError], None]
) -> Sink:
    from voxwire.capture.writer import CaptureWriter, open_capture
    from voxwire.cli.console import CapturePipe
    from voxwire.cli.listen_output import Recorder
    from voxwire.live.proxy.recording import Recording
    from voxwire.wire.redact import Redactor

    redactor = Redactor(protocol=chosen_protocol(options)) if options.redact else None
    console = None
    if options.output == "-":
        pipe = CapturePipe(sys.stdout)
        writer = CaptureWriter(cast("BinaryIO", pipe), redactor=redactor)
        console = pipe.console
    else:
        writer = open_capture(options.output, redactor=redactor)
        stack.enter_context(suppress(OSError))  # it was reported when the line was written
    stack.enter_context(writer)
    recording = Recording(writer, notify=lambda _: None, on_failure=fail)
    return Recorder(recording, limit, console)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds")
    return seconds

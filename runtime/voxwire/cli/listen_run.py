"""``voxwire listen``: what its options ask for, and the client while it runs."""

from __future__ import annotations

import asyncio
import os
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from voxwire.cli import exit_codes
from voxwire.cli.common import (
    chosen_protocol,
    chosen_types,
    is_missing_live_extra,
    line,
    refuse,
)
from voxwire.cli.console import Console
from voxwire.cli.login import check_login, login_of, needs_token
from voxwire.cli.signals import on_end_signals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from voxwire.cli.listen_output import Limit, Sink
    from voxwire.live.client.events import News


def run(options: argparse.Namespace) -> int:
    """Run the command; give its exit status."""
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
        return refuse(
            "listen",
            "the login needs a token: name its variable with --token-env (one in --login is not taken, as "
            "other users of the machine could read it)",
        )
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

"""A mock gateway in a thread of its own, with calls that tests make."""

from __future__ import annotations

import asyncio
import io
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Final, TypeVar, cast, overload

from voxwire.default import protocol_or_vox
from voxwire.errors import CaptureError
from voxwire.live.mock.engine.faults import parse_fault
from voxwire.live.mock.engine.gateway import MockGateway, mock_gateway
from voxwire.report.style import Style
from voxwire.report.text_report import TextReport
from voxwire.testing.log import ConversationLog, check_may_wait

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable

    from msgspec import Struct

    from voxwire.checks import Finding
    from voxwire.live.mock.engine.fault import Fault
    from voxwire.live.mock.engine.options import MockOptions
    from voxwire.protocol import AnyProtocol, MessageType
    from voxwire.vox import ClientFrame, UnknownFrame

_T = TypeVar("_T")
_FrameT = TypeVar("_FrameT", bound="Struct")

TIMEOUT: Final = 30.0
"""Seconds that a test waits for anything unless it says otherwise. Nothing takes that long, but a busy
machine can be slow."""


class VoxGateway:
    """A mock gateway that runs. Made by
    :func:`~voxwire.testing.running.running_gateway` or the fixture ``vox_gateway``.

    Everything may be called from any thread. What waits for a client does not work in the thread of
    an event loop, which the client could need: see :mod:`voxwire.testing`.
    """

    def __init__(self, options: MockOptions, timeout: float = TIMEOUT) -> None:
        self._timeout: Final = timeout
        self._log: Final = ConversationLog(protocol_or_vox(options.protocol))
        self._options: Final = options
        self._stopping: Final = asyncio.Event()
        started: Future[tuple[asyncio.AbstractEventLoop, MockGateway]] = Future()
        self._thread: Final = threading.Thread(
            target=asyncio.run, args=(self._run(started),), name="vox-gateway", daemon=True
        )
        self._thread.start()
        try:
            self._loop, self._gateway = started.result(timeout)
        except FutureTimeoutError:
            started.cancel()  # so that it ends at once if it starts after all
            raise TimeoutError(f"the mock gateway did not start within {timeout:g} s") from None

    @property
    def protocol(self) -> AnyProtocol:
        """Whose messages these are."""
        return protocol_or_vox(self._options.protocol)

    @property
    def url(self) -> str:
        """The address for clients, ``ws://127.0.0.1:…/gateway?v=1&encoding=json``."""
        return self._gateway.url()

    @property
    def compressed_url(self) -> str:
        """The address for clients that want zstd compression."""
        return self._gateway.url(compress=True)

    @property
    def received(self) -> tuple[ClientFrame | UnknownFrame, ...]:
        """Every frame that clients sent so far, typed, in the order in which they came.

        One that is not valid is not among them: it is a finding.
        """
        return cast("tuple[ClientFrame | UnknownFrame, ...]", self._log.frames())

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with what clients sent so far. Raises TimeoutError when it takes too long to
        find that out."""
        self._gateway.check.flush(self._timeout)
        return tuple(self._log.findings)

    @overload
    def wait_for(
        self, type: MessageType, timeout: float | None = None
    ) -> ClientFrame | UnknownFrame: ...
    @overload
    def wait_for(self, type: type[_FrameT], timeout: float | None = None) -> _FrameT: ...
    def wait_for(
        self,
        type: MessageType | type[Struct],  # noqa: A002
        timeout: float | None = None,
    ) -> Struct:
        """The next frame of this type that a client sends, or has sent: every frame is given once.

        `type` is the message type, or the class of its frame, such as ``client.TypingFrame``. Raises
        TimeoutError after `timeout` seconds, which says what came instead.
        """
        return self._log.next(type, self._seconds(timeout), lambda: _lines(self.findings))

    def send(self, payload: Struct, timeout: float | None = None) -> tuple[int, ...]:
        """Send a message to all sessions; gives the number that it has in each.

        `payload` is that of any sequenced message, such as ``server.MemberLeave(user_id=7)``, or an
        UnknownFrame. A session whose client is away never gets it, as on the real server; with
        `keep_while_away` it does when it resumes. Waits until a session takes messages, and clients
        take theirs; raises TimeoutError when that does not happen within `timeout` seconds, and
        EncodeError for what cannot be sent.
        """
        seconds = self._seconds(timeout)
        if not self._call(self._takes_messages(), "look for sessions"):
            check_may_wait()
            self._call(self._session_began(seconds), "wait for a session", seconds)
        self._call(self._has_room(seconds), "wait for room", seconds)
        return self._call(self._send(payload), "send a message")

    def drop(self) -> int:
        """Lose all connections, without a close frame; how many there were. Clients may come back."""
        return self._call(self._gateway.drop(), "lose the connections")

    def close(self, code: int, reason: str = "") -> int:
        """Close all connections; how many there were. Clients may come back."""
        return self._call(self._gateway.close(code, reason), "close the connections")

    def fault(self, text: str) -> None:
        """Have one more fault from now on, written as for ``voxwire mock --fault``.

        What was sent before does not count. Raises FaultError when there is no such fault.
        """
        self._call(self._set_faults(parse_fault(text, self._options.protocol)), "set a fault")

    def clear_faults(self) -> None:
        """Have no fault any more."""
        self._call(self._set_faults(), "clear the faults")

    def assert_no_findings(self, *, notes: bool = False) -> None:
        """Fail when a client has sent something wrong, with a line for each mistake.

        `notes` counts what readers must accept, too, such as an unknown field. What has not arrived
        yet is not looked at: wait for the client's last message first.
        """
        found = [f for f in self.findings if notes or f.severity != "note"]
        if found:
            raise AssertionError(f"clients sent something wrong:\n{_lines(found)}")

    def stop(self) -> None:
        """Close all connections with 1001, and end. Calling it again does nothing. Raises TimeoutError
        when the gateway does not end."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(self._timeout)
            if self._thread.is_alive():
                raise TimeoutError(f"the mock gateway did not end within {self._timeout:g} s")

    def check_failures(self) -> None:
        """Raise RuntimeError when the gateway itself has failed, or what it plays, rather than a
        client."""
        for failure in self._gateway.failures:
            if isinstance(failure, CaptureError):
                raise RuntimeError(
                    f"the capture could not be played to its end: {failure}"
                ) from failure
            raise RuntimeError("the mock gateway failed, which is a bug in it") from failure

    async def _run(self, started: Future[tuple[asyncio.AbstractEventLoop, MockGateway]]) -> None:
        try:
            async with mock_gateway(self._options, self._log) as gateway:
                if started.set_running_or_notify_cancel():
                    started.set_result((asyncio.get_running_loop(), gateway))
                    await self._stopping.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _takes_messages(self) -> bool:
        return self._has_listener()

    def _has_listener(self) -> bool:
        return any(session.takes_messages for session in self._gateway.sessions)

    async def _session_began(self, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                await self._gateway.until(self._has_listener)
        except TimeoutError:
            away = len(self._gateway.sessions)
            text = f"no client had a session after {timeout:g} s"
            if away:
                text += f"; {away} are away, and what happens meanwhile never reaches them"
            raise TimeoutError(text) from None

    async def _has_room(self, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                await self._gateway.room()
        except TimeoutError:
            raise TimeoutError(f"a client did not take its messages for {timeout:g} s") from None

    async def _send(self, payload: Struct) -> tuple[int, ...]:
        return self._gateway.send(payload)

    async def _set_faults(self, *added: Fault) -> None:
        if added:
            for fault in added:
                self._gateway.faults.add(fault)
        else:
            self._gateway.faults.active.clear()

    def _seconds(self, timeout: float | None) -> float:
        return self._timeout if timeout is None else timeout

    def _call(self, coroutine: Coroutine[object, object, _T], what: str, within: float = 0.0) -> _T:
        """Run a coroutine in the gateway's thread, which may itself wait `within` seconds."""
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(within + self._timeout)
        except FutureTimeoutError:
            if future.done():  # the coroutine has raised it, and says why
                raise
            future.cancel()
            raise TimeoutError(
                f"the mock gateway did not {what} within {within + self._timeout:g} s"
            ) from None


def _lines(findings: Iterable[Finding]) -> str:
    """Findings as ``voxwire validate`` prints them."""
    lines = io.StringIO()
    report = TextReport(lines, Style(is_coloured=False))
    for finding in findings:
        report.finding(finding)
    return lines.getvalue()

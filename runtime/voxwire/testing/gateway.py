"""A mock gateway in a thread of its own, with calls that tests make."""

from __future__ import annotations

import asyncio
import io
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar, overload

from voxwire.live.mock.faults import parse_fault
from voxwire.live.mock.gateway import MockGateway, mock_gateway
from voxwire.live.mock.options import MockOptions
from voxwire.report import TextReport
from voxwire.report.style import Style
from voxwire.testing.log import ConversationLog, check_may_wait

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator, Sequence

    from msgspec import Struct

    from voxmodels.v1 import ClientFrame, UnknownFrame
    from voxwire.checks import Finding
    from voxwire.live.mock.faults import Fault
    from voxwire.live.mock.source import Source

_T = TypeVar("_T")
_FrameT = TypeVar("_FrameT", bound="Struct")

TIMEOUT: Final = 30.0
"""Seconds that a test waits unless it says otherwise: enough for a machine that is busy."""


@contextmanager
def running_gateway(
    *,
    token: str | None = None,
    faults: Sequence[str] = (),
    source: Source | None = None,
    heartbeat_interval: int | None = None,
    capacity: int | None = None,
    lifetime: float | None = None,
    strict: bool = False,
) -> Iterator[VoxGateway]:
    """Run a mock gateway on a free port of this machine while the context lasts.

    `token` is the only one that is accepted; without it every token is a user of its own. `faults` are
    written as for ``voxwire mock --fault``. `source` is played to every session, for instance a
    :class:`~voxwire.live.mock.playback.CapturePlayback`. `heartbeat_interval` is in milliseconds,
    45000 unless given. `capacity` messages of a session are kept for `lifetime` seconds, 1000 and 300
    unless given. `strict` makes errors of notes such as unknown fields.

    Raises FaultError for a fault that does not exist.
    """
    defaults = MockOptions()
    options = MockOptions(
        token=token,
        faults=tuple(map(parse_fault, faults)),
        source=source,
        heartbeat_interval=heartbeat_interval or defaults.heartbeat_interval,
        capacity=defaults.capacity if capacity is None else capacity,
        lifetime=defaults.lifetime if lifetime is None else lifetime,
        strict=strict,
    )
    gateway = VoxGateway(options)
    try:
        yield gateway
    finally:
        gateway.stop()


class VoxGateway:
    """A mock gateway that runs. Made by :func:`running_gateway` or the fixture ``vox_gateway``.

    Everything may be called from any thread. What waits for a client does not work in the thread of
    an event loop, which the client could need: see :mod:`voxwire.testing`.
    """

    def __init__(self, options: MockOptions) -> None:
        self._log: Final = ConversationLog()
        self._options: Final = options
        self._stopping: Final = asyncio.Event()
        started: Future[tuple[asyncio.AbstractEventLoop, MockGateway]] = Future()
        self._thread: Final = threading.Thread(
            target=asyncio.run, args=(self._run(started),), name="vox-gateway", daemon=True
        )
        self._thread.start()
        self._loop, self._gateway = started.result()

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
        return self._log.frames()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong with what clients sent so far."""
        self._gateway.check.flush()
        return tuple(self._log.findings)

    @overload
    def wait_for(self, type: str, timeout: float = TIMEOUT) -> ClientFrame | UnknownFrame: ...
    @overload
    def wait_for(self, type: type[_FrameT], timeout: float = TIMEOUT) -> _FrameT: ...
    def wait_for(self, type: str | type[Struct], timeout: float = TIMEOUT) -> Struct:  # noqa: A002
        """The next frame of this type that a client sends, or has sent: every frame is given once.

        `type` is the message type, or the class of its frame, such as ``client.TypingFrame``. Raises
        TimeoutError, which says what came instead.
        """
        return self._log.next(type, timeout, lambda: _lines(self.findings))

    def send(self, payload: Struct, timeout: float = TIMEOUT) -> tuple[int, ...]:
        """Send a message to all sessions; gives the number that it has in each.

        `payload` is that of any sequenced message, such as ``server.MemberLeave(user_id=7)``, or an
        UnknownFrame. A session whose client is away gets it when it resumes. Waits until there is a
        session; raises TimeoutError when none begins, and EncodeError for what cannot be sent.
        """
        if not self._call(self._has_session()):
            check_may_wait()
            self._call(self._session_began(timeout))
        return self._call(self._send(payload))

    def drop(self) -> int:
        """Lose all connections, without a close frame; how many there were. Clients may come back."""
        return self._call(self._gateway.drop())

    def close(self, code: int, reason: str = "") -> int:
        """Close all connections; how many there were. Clients may come back."""
        return self._call(self._gateway.close(code, reason))

    def fault(self, text: str) -> None:
        """Have one more fault from now on, written as for ``voxwire mock --fault``.

        What was sent before does not count. Raises FaultError when there is no such fault.
        """
        self._call(self._set_faults(parse_fault(text)))

    def clear_faults(self) -> None:
        """Have no fault any more."""
        self._call(self._set_faults())

    def assert_no_findings(self, *, notes: bool = False) -> None:
        """Fail when a client has sent something wrong, with a line for each mistake.

        `notes` counts what readers must accept, too, such as an unknown field. What has not arrived
        yet is not looked at: wait for the client's last message first.
        """
        found = [f for f in self.findings if notes or f.severity != "note"]
        if found:
            raise AssertionError(f"clients sent something wrong:\n{_lines(found)}")

    def stop(self) -> None:
        """Close all connections with 1001, and end. Calling it again does nothing."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join()

    async def _run(self, started: Future[tuple[asyncio.AbstractEventLoop, MockGateway]]) -> None:
        try:
            async with mock_gateway(self._options, self._log) as gateway:
                started.set_result((asyncio.get_running_loop(), gateway))
                await self._stopping.wait()
        except Exception as error:
            if started.done():
                raise
            started.set_exception(error)

    async def _has_session(self) -> bool:
        return bool(self._gateway.sessions)

    async def _session_began(self, timeout: float) -> None:
        try:
            async with asyncio.timeout(timeout):
                await self._gateway.until(lambda: bool(self._gateway.sessions))
        except TimeoutError:
            raise TimeoutError(f"no client had a session after {timeout:g} s") from None

    async def _send(self, payload: Struct) -> tuple[int, ...]:
        return self._gateway.send(payload)

    async def _set_faults(self, *added: Fault) -> None:
        if added:
            for fault in added:
                self._gateway.faults.add(fault)
        else:
            self._gateway.faults.active.clear()

    def _call(self, coroutine: Coroutine[object, object, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


def _lines(findings: Iterable[Finding]) -> str:
    """Findings as ``voxwire validate`` prints them."""
    lines = io.StringIO()
    report = TextReport(lines, Style(is_coloured=False))
    for finding in findings:
        report.finding(finding)
    return lines.getvalue()

"""Runs a mock gateway for a test, as its options say."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from voxwire.installed import protocol_named
from voxwire.live.mock.engine.faults import parse_fault
from voxwire.live.mock.engine.options import MockOptions
from voxwire.testing.gateway import TIMEOUT, VoxGateway

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from voxwire.live.mock.engine.application import Application
    from voxwire.live.mock.engine.source import Source
    from voxwire.protocol import AnyProtocol


@contextmanager
def running_gateway(
    *,
    protocol: AnyProtocol | str | None = None,
    token: str | None = None,
    faults: Sequence[str] = (),
    source: Source | None = None,
    heartbeat_interval: int | None = None,
    capacity: int | None = None,
    lifetime: float | None = None,
    connections_per_address: int | None = None,
    keep_while_away: bool = False,
    take_over: bool = False,
    enforce_rate: bool = False,
    denied: Sequence[str] = (),
    strict: bool = False,
    application: type[Application] | None = None,
    timeout: float = TIMEOUT,
) -> Iterator[VoxGateway]:
    """Run a mock gateway on a free port of this machine while the context lasts.

    It behaves as the real server does, unless an option says otherwise.

    `protocol` is whose messages these are: the object or its name, as for ``voxwire mock --protocol``;
    Vox's unless given. `token` is the only one that is accepted; without it every token is a user of its own. `faults` are
    written as for ``voxwire mock --fault``. `source` is played to sessions, for instance a
    :class:`~voxwire.live.mock.engine.playback.CapturePlayback`. `heartbeat_interval` is in milliseconds,
    `capacity` messages of a session are kept for `lifetime` seconds, and an address has
    `connections_per_address` connections at a time: each is as the protocol says, unless given.
    `application` is a class that says what follows from what clients do, if not the one that is
    installed for the protocol.

    Stricter or kinder than the real server: `keep_while_away` numbers what happens while a client is
    away, and replays it when it resumes. `take_over` has a resume close the connection that still has
    the session. `enforce_rate` closes for too many messages. `denied` are
    permissions that users lack, ``"video"`` and ``"streaming"``. `strict` makes errors of notes such as
    unknown fields.

    `timeout` is for how many seconds calls wait that are not told otherwise.

    Raises FaultError for a fault that does not exist, ProtocolNotFoundError for a name that none has, and
    at the end RuntimeError when the gateway
    itself failed, which is a bug in it.
    """
    spoken = protocol_named(protocol) if isinstance(protocol, str) else protocol
    options = MockOptions(
        protocol=spoken,
        application=application,
        token=token,
        faults=tuple(parse_fault(text, spoken) for text in faults),
        source=source,
        heartbeat_interval=heartbeat_interval,
        capacity=capacity,
        lifetime=lifetime,
        connections_per_address=connections_per_address,
        keep_while_away=keep_while_away,
        take_over=take_over,
        enforce_rate=enforce_rate,
        denied=tuple(denied),
        strict=strict,
    )
    gateway = VoxGateway(options, timeout)
    try:
        yield gateway
    finally:
        gateway.stop()
    gateway.check_failures()

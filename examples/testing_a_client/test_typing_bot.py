"""How a client is tested with the fixture ``vox_gateway``: a small bot, and what it is to do.

In a project of yours the bot is in your package, and only the tests are here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

import voxwire
from voxmodels.v1 import UNSET, CloseCode, client, server

if TYPE_CHECKING:
    from msgspec import Struct, UnsetType

    from voxwire.testing import VoxGateway

# --- The client -----------------------------------------------------------------------------


class TypingBot:
    """Pretends to answer: wherever somebody writes, in a feed or in a DM, it says that it types."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._token = token
        self._last_seq = 0
        self._session_id = ""
        self._open = ExitStack()
        self._connect(client.Identify(token=token))

    def handle_one(self) -> None:
        """Wait for one message of the gateway and answer it. Resumes when the connection is lost."""
        try:
            frame = voxwire.decode_server(self._socket.recv(timeout=30))
        except ConnectionClosed as end:
            if end.rcvd is not None and end.rcvd.code == CloseCode.SESSION_EXPIRED:
                self._connect(client.Identify(token=self._token))
            else:
                self._connect(
                    client.Resume(
                        token=self._token, session_id=self._session_id, last_seq=self._last_seq
                    )
                )
            return
        if isinstance(frame.seq, int):
            self._last_seq = frame.seq
        match frame:
            case server.ReadyFrame(d=ready):
                self._session_id = ready.session_id
            case server.MessageCreateFrame(d=message):
                self._send(client.Typing.from_destination(message.destination))

    def close(self) -> None:
        """Leave."""
        self._open.close()

    def _connect(self, first: Struct) -> None:
        self._open.close()
        self._socket = self._open.enter_context(connect(self._url))
        voxwire.decode_server(self._socket.recv(timeout=30))  # hello
        self._send(first)

    def _send(self, payload: Struct) -> None:
        self._socket.send(voxwire.encode(payload).decode())


# --- Its tests ------------------------------------------------------------------------------


def message_in(
    feed_id: int | UnsetType = UNSET, *, dm_id: int | UnsetType = UNSET
) -> server.MessageCreate:
    """A message that somebody else has written, in a feed or in a DM."""
    return server.MessageCreate(
        msg_id=7_530_406_933_577_072_825,
        author_id=7,
        body="Is anybody there?",
        timestamp=1_795_376_350_000,
        feed_id=feed_id,
        dm_id=dm_id,
    )


@pytest.fixture
def bot(vox_gateway: VoxGateway) -> Iterator[TypingBot]:
    bot = TypingBot(vox_gateway.url, token="any token will do")
    bot.handle_one()  # ready
    yield bot
    bot.close()


def test_it_types_where_somebody_wrote(bot: TypingBot, vox_gateway: VoxGateway) -> None:
    vox_gateway.send(message_in(feed_id=3))
    bot.handle_one()
    assert vox_gateway.wait_for(client.TypingFrame).d.feed_id == 3
    vox_gateway.assert_no_findings()


def test_it_types_in_direct_messages_too(bot: TypingBot, vox_gateway: VoxGateway) -> None:
    vox_gateway.send(message_in(dm_id=5))
    bot.handle_one()
    assert vox_gateway.wait_for(client.TypingFrame).d == client.Typing(dm_id=5)
    vox_gateway.assert_no_findings()


def test_it_goes_on_when_the_connection_is_lost(bot: TypingBot, vox_gateway: VoxGateway) -> None:
    vox_gateway.drop()
    bot.handle_one()  # notices, and resumes
    bot.handle_one()  # resumed
    vox_gateway.send(message_in(feed_id=3))
    bot.handle_one()
    assert vox_gateway.wait_for(client.ResumeFrame).d.last_seq == 1
    assert vox_gateway.wait_for(client.TypingFrame).d.feed_id == 3
    vox_gateway.assert_no_findings()


@pytest.mark.vox_gateway(faults=["skip:after=1"])
def test_it_gets_what_was_lost_on_the_way(bot: TypingBot, vox_gateway: VoxGateway) -> None:
    vox_gateway.send(message_in(feed_id=4))  # never arrives: the fault skips it
    vox_gateway.drop()
    bot.handle_one()  # notices, and resumes
    bot.handle_one()  # the message, replayed
    assert vox_gateway.wait_for(client.TypingFrame).d.feed_id == 4
    vox_gateway.assert_no_findings()


@pytest.mark.vox_gateway(keep_while_away=True)
def test_it_would_catch_up_on_a_server_that_kept_everything(
    bot: TypingBot, vox_gateway: VoxGateway
) -> None:
    vox_gateway.drop()
    vox_gateway.send(message_in(feed_id=5))  # the real server would lose it
    bot.handle_one()  # notices, and resumes
    bot.handle_one()  # the message, replayed
    assert vox_gateway.wait_for(client.TypingFrame).d.feed_id == 5
    vox_gateway.assert_no_findings()


@pytest.mark.vox_gateway(faults=["close:code=SESSION_EXPIRED,on=resume"])
def test_it_starts_anew_when_the_session_has_expired(
    bot: TypingBot, vox_gateway: VoxGateway
) -> None:
    vox_gateway.drop()
    bot.handle_one()  # resumes, and is closed with 4009
    bot.handle_one()  # identifies
    bot.handle_one()  # ready
    assert [frame.type for frame in vox_gateway.received] == ["identify", "resume", "identify"]
    vox_gateway.assert_no_findings()

"""What must not bring a mock gateway down: bugs in it, clients that do not read, checks that fall behind."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Any

import pytest

from tests.voxwire_live.mocked import MESSAGE, Notebook, Setup, logged_in, mocked, plain_client, run
from voxmodels.v1 import client
from voxwire.checks import Finding
from voxwire.live.mock.engine import checking, outbox
from voxwire.live.mock.engine.connection import MockConnection
from voxwire.live.mock.engine.gateway import mock_gateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.live.mock.engine.outbox import Outbox
from voxwire.live.mock.engine.plan import Outgoing
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.live.mock.engine.sessions import MockSession
from voxwire.session import Close


@pytest.mark.parametrize("where", ["_receive", "_send"], ids=["reading", "writing"])
def test_a_bug_in_a_connection_ends_only_that(
    where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bug = ZeroDivisionError("a bug")

    def fails(*_: Any) -> Any:
        raise bug

    async def test() -> None:
        async with mocked() as setup, logged_in(setup) as first, logged_in(setup, "two") as other:
            (session, _) = setup.gateway.sessions
            await first.heartbeat()
            monkeypatch.setattr(MockConnection, where, fails)
            await first.send(client.HeartbeatFrame())
            assert (await first.end())[:2] == (4000, "UNKNOWN_ERROR")
            monkeypatch.undo()
            await setup.gateway.until(lambda: not session.user.connections)
            assert (session.connections, session.session.connections) == ((), ())
            assert setup.gateway.failures == [bug]
            assert [frame.d.status for frame in await other.heartbeat()] == ["online", "offline"]
            async with plain_client(setup.gateway.url()) as again:
                await again.resume(first.session_id, session.last_seq)
                assert (await again.next()).type == "resumed"
        assert [line for line in setup.notebook.sentences if "bug" in line] == [
            "connection 1 failed, which is a bug: ZeroDivisionError('a bug')"
        ]

    with caplog.at_level(logging.ERROR):
        run(test())
    assert [record.message for record in caplog.records] == ["connection 1 failed"]


def test_a_session_is_left_before_anything_else_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    attached = []
    real = MockConnection.close

    def fails(*_: Any) -> Any:
        raise ZeroDivisionError

    async def close(self: MockConnection, code: int, reason: str) -> None:
        assert self.session is not None
        attached.append((self.session.connections, self.session.session.connections))
        await real(self, code, reason)

    async def test() -> None:
        async with mocked() as setup, logged_in(setup) as plain:
            monkeypatch.setattr(MockConnection, "_receive", fails)
            monkeypatch.setattr(MockConnection, "close", close)
            await plain.send(client.HeartbeatFrame())
            assert (await plain.end())[0] == 4000
            assert setup.gateway.send(MESSAGE) == ()

    run(test())
    assert attached[0] == ((), ())


def test_an_outbox_holds_those_up_who_can_wait() -> None:
    async def test() -> None:
        box = Outbox()
        for _ in range(outbox.ROOM - 1):
            box.put(Outgoing("x", "party"))
        await box.room()
        box.put(Close(1000))
        waiting = asyncio.create_task(box.room())
        items = box.items()
        for _ in range(outbox.ROOM // 2):
            assert isinstance(await anext(items), Outgoing)
            assert not waiting.done()
        await anext(items)
        await waiting
        assert len(box) == outbox.ROOM // 2 - 1
        await items.aclose()

    run(test())


def test_an_outbox_that_is_closed_holds_nothing() -> None:
    async def test() -> None:
        box = Outbox()
        for _ in range(outbox.ROOM):
            box.put(Outgoing("x", "party"))
        waiting = asyncio.create_task(box.room())
        await asyncio.sleep(0)
        box.close()
        await waiting
        box.put(Outgoing("x", "party"))
        assert (len(box), box.overflows) == (0, False)

    run(test())


def test_what_fits_an_outbox_is_counted_and_measured() -> None:
    def overflows(*items: Outgoing | Close) -> bool:
        box = Outbox()
        for item in items:
            box.put(item)
        return box.overflows

    short, close = Outgoing("x", "party"), Close(1000)
    assert not overflows(*[short] * outbox.MAX_MESSAGES)
    assert overflows(*[short] * outbox.MAX_MESSAGES, close)
    long = Outgoing(b"x" * (outbox.MAX_SIZE - 1), "party")
    assert not overflows(long, short, close)
    assert overflows(long, short, short)


def test_a_client_that_does_not_take_its_answers_is_not_read() -> None:
    async def test() -> None:
        faults = ["delay:ms=600000,after=1"]  # what is sent after it waits behind it
        async with mocked(faults) as setup, logged_in(setup) as plain, logged_in(setup) as other:
            (session, _) = setup.gateway.sessions
            (connection,) = session.connections
            session.publish(MESSAGE)
            while len(connection.outbox):  # until it is being sent
                await asyncio.sleep(0)
            for _ in range(3 * outbox.ROOM):
                await plain.send(client.HeartbeatFrame())
            while len(connection.outbox) < outbox.ROOM:
                await asyncio.sleep(0)
            for _ in range(5):  # whatever can still happen has happened then
                await other.heartbeat()
            assert len(connection.outbox) == outbox.ROOM
            beats = [frame for frame in setup.notebook.frames if frame.type == "heartbeat"]
            assert len(beats) == outbox.ROOM + 5
            plain.socket.transport.abort()  # its close would not be read either

    run(test())


def test_a_player_is_waited_for_and_its_failure_is_told() -> None:
    class Broken(RandomEvents):
        def events(self) -> Any:
            yield from super().events()
            raise ZeroDivisionError("a bug")

    async def test() -> None:
        async with mocked(source=Broken(count=1, rate=None)) as setup, logged_in(setup) as plain:
            assert await plain.numbers(1) == [2]
            await plain.heartbeat()
        assert "playing to user 1 failed: a bug" in setup.notebook.sentences
        async with mocked(source=RandomEvents(rate=0.001)) as setup, logged_in(setup):
            assert len(setup.gateway._players) == 1
        assert len(setup.gateway._players) == 0

    run(test())  # which looks for what is left


def test_the_end_waits_for_players(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = []

    async def play(*_: Any) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for _turn in range(1000):
                await asyncio.sleep(0)
            ended.append(True)

    monkeypatch.setattr(MockSession, "_play", play)

    async def test() -> None:
        async with mocked(source=RandomEvents()) as setup:
            async with logged_in(setup):
                pass
            await setup.gateway.until(lambda: not setup.gateway._connections)
        assert ended == [True]

    run(test())


class Stuck(Notebook):
    """An observer that does not come back from a finding until it may."""

    def __init__(self) -> None:
        super().__init__()
        self.is_stuck = threading.Event()
        self.goes_on = threading.Event()

    def found(self, finding: Finding) -> None:
        self.is_stuck.set()
        self.goes_on.wait(60)
        super().found(finding)


@pytest.mark.parametrize(("bound", "most"), [("MAX_WAITING", 20), ("MAX_WAITING_SIZE", 900)])
def test_a_check_that_falls_behind_holds_clients_up_and_nothing_else(
    bound: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, bound, most)

    async def test() -> None:
        observer = Stuck()
        async with mock_gateway(MockOptions(), observer) as gateway:
            setup = Setup(gateway, observer)
            async with logged_in(setup) as plain:
                await plain.send('{"type":"typing_start","d":{}}')
                assert await asyncio.to_thread(observer.is_stuck.wait, 60)
                for _ in range(50):  # from here on what waits only grows
                    await plain.send('{"type":"typing_start","d":{}}')
                sending = asyncio.create_task(plain.heartbeat())
                while gateway.check.waiting <= 20:
                    await asyncio.sleep(0)
                assert gateway.send(MESSAGE) == (2,)  # it is not the event loop that waits
                assert not sending.done()
                observer.goes_on.set()
                assert [frame.seq for frame in await sending] == [2]
            gateway.check.flush()
            assert len(observer.findings) == 51

    run(test())


def test_a_check_that_is_stuck_is_not_waited_for_for_ever() -> None:
    async def test() -> None:
        observer = Stuck()
        async with (
            mock_gateway(MockOptions(), observer) as gateway,
            logged_in(Setup(gateway, observer)) as plain,
        ):
            await plain.send('{"type":"typing_start","d":{}}')
            await plain.heartbeat()
            with pytest.raises(TimeoutError, match=r"was not checked within 0\.01 s; \d+ messages"):
                await asyncio.to_thread(gateway.check.flush, 0.01)
            observer.goes_on.set()
        gateway.check.flush()  # and after the end there is nothing to wait for
        assert len(observer.findings) == 1

    run(test())

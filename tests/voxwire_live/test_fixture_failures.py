"""What goes wrong in the gateway that tests run is said, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.voxwire_live.fixture_client import TIMEOUT, logged_in, receive
from tests.voxwire_live.mocked import MESSAGE
from voxwire.live.mock.engine.connection import MockConnection
from voxwire.live.mock.engine.gateway import MockGateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.testing import VoxGateway, running_gateway


def never(*_: object) -> Any:
    """What never comes to an end, as long as nobody cancels it."""
    return asyncio.Event().wait()


@pytest.mark.parametrize(
    ("broken", "call", "said"),
    [
        ("drop", VoxGateway.drop, "lose the connections"),
        ("close", lambda gateway: gateway.close(4000), "close the connections"),
    ],
)
def test_no_call_waits_for_ever(
    broken: str, call: Any, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_gateway() as gateway:  # which may take its time to start and to answer
        with monkeypatch.context() as patched:
            patched.setattr(MockGateway, broken, never)
            patched.setattr(gateway, "_timeout", 0.2)
            with pytest.raises(TimeoutError, match=f"the mock gateway did not {said} within 0.2 s"):
                call(gateway)
        assert call(gateway) == 0


def test_a_client_that_takes_nothing_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running_gateway() as gateway, logged_in(gateway.url):
        monkeypatch.setattr(MockGateway, "room", never)
        with pytest.raises(TimeoutError, match=r"a client did not take its messages for 0\.2 s"):
            gateway.send(MESSAGE, timeout=0.2)


def held_up(method: str, goes_on: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a method of the gateway wait before it does what it does."""
    real = getattr(MockGateway, method)

    async def late(gateway: MockGateway) -> None:
        await asyncio.to_thread(goes_on.wait, TIMEOUT)
        await real(gateway)

    monkeypatch.setattr(MockGateway, method, late)


def test_a_gateway_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    held_up("start", goes_on, monkeypatch)
    with (
        pytest.raises(TimeoutError, match=r"the mock gateway did not start within 0\.05 s"),
        running_gateway(timeout=0.05),
    ):
        pass
    (thread,) = (one for one in threading.enumerate() if one.name == "vox-gateway")
    goes_on.set()
    thread.join(TIMEOUT)
    assert not thread.is_alive(), "it ends by itself"


def test_a_gateway_that_does_not_end_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    goes_on = threading.Event()
    held_up("stop", goes_on, monkeypatch)
    gateway = VoxGateway(MockOptions(), timeout=TIMEOUT)
    monkeypatch.setattr(gateway, "_timeout", 0.05)
    with pytest.raises(TimeoutError, match=r"the mock gateway did not end within 0\.05 s"):
        gateway.stop()
    goes_on.set()
    gateway._thread.join(TIMEOUT)
    gateway.stop()


def test_a_bug_in_the_gateway_fails_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    bug = ZeroDivisionError("a bug")

    def fails(*_: object) -> None:
        raise bug

    monkeypatch.setattr(MockConnection, "_receive", fails)

    def use() -> None:
        with running_gateway() as gateway, connect(gateway.url) as socket:
            receive(socket)
            socket.send("x")
            with pytest.raises(ConnectionClosed):
                receive(socket)

    with pytest.raises(
        RuntimeError, match="the mock gateway failed, which is a bug in it"
    ) as error:
        use()
    assert error.value.__cause__ is bug

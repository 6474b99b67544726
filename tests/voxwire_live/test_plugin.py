"""The fixture ``vox_gateway``, with synchronous and asynchronous clients, and what it costs others."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.protocols.flat import FLAT, HailFrame, SeenFrame
from tests.protocols.flat import UnknownFrame as FlatUnknownFrame
from tests.voxwire_live.mocked import MESSAGE, plain_client
from voxmodels.v1 import UnknownFrame, client, server
from voxwire import Decompressor, EncodeError, decode_server, encode
from voxwire.installed import ProtocolNotFoundError
from voxwire.live.mock.engine.connection import MockConnection
from voxwire.live.mock.engine.faults import FaultError
from voxwire.live.mock.engine.gateway import MockGateway
from voxwire.live.mock.engine.options import MockOptions
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.testing import VoxGateway, running_gateway
from voxwire.testing.log import ConversationLog
from voxwire.vox import VOX

ROOT = Path(__file__).parents[2]
TIMEOUT = 120.0


def receive(socket: ClientConnection) -> Any:
    """The next frame."""
    message = socket.recv(timeout=TIMEOUT)
    return decode_server(
        Decompressor().decompress(message) if isinstance(message, bytes) else message
    )


@contextmanager
def logged_in(url: str) -> Iterator[ClientConnection]:
    """A synchronous client that has a session."""
    with connect(url) as socket:
        receive(socket)
        socket.send(encode(client.Identify(token="any")).decode())
        receive(socket)
        yield socket


def test_a_synchronous_client(vox_gateway: VoxGateway) -> None:
    assert vox_gateway.url.startswith("ws://127.0.0.1:")
    with logged_in(vox_gateway.url) as socket:
        assert vox_gateway.send(MESSAGE) == (2,)
        assert receive(socket) == server.MemberLeaveFrame(d=MESSAGE, seq=2)
        socket.send(encode(client.Typing(feed_id=3)).decode())
        typing = vox_gateway.wait_for(client.TypingFrame)
        assert typing.d.feed_id == 3
        assert [frame.type for frame in vox_gateway.received] == ["identify", "typing"]
    vox_gateway.assert_no_findings()


def test_an_asynchronous_client(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        async with plain_client(vox_gateway.compressed_url) as plain:
            await plain.identify()
            vox_gateway.send(MESSAGE)
            assert await plain.numbers(1) == [2]
            waiting = asyncio.create_task(asyncio.to_thread(vox_gateway.wait_for, "party"))
            await plain.send('{"type":"party","d":{"size":3}}')
            assert await waiting == UnknownFrame(type="party", d={"size": 3})

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))


def test_waiting_in_an_event_loop_is_refused(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        with pytest.raises(RuntimeError, match=r"await asyncio\.to_thread"):
            vox_gateway.wait_for("typing")
        with pytest.raises(RuntimeError, match=r"await asyncio\.to_thread"):
            vox_gateway.send(MESSAGE)

    asyncio.run(test())


def test_every_frame_is_given_once(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        for feed_id in (1, 2):
            socket.send(encode(client.Typing(feed_id=feed_id)).decode())
        socket.send(encode(client.HeartbeatFrame()).decode())
        assert vox_gateway.wait_for("heartbeat") == client.HeartbeatFrame()
        found = [vox_gateway.wait_for(client.TypingFrame).d.feed_id for _ in range(2)]
        assert found == [1, 2]
        with pytest.raises(TimeoutError) as error:
            vox_gateway.wait_for("typing", timeout=0.01)
        expected = "no typing came within 0.01 s; what came: identify, typing, typing, heartbeat"
        assert str(error.value) == expected


def test_waiting_in_vain_shows_the_findings(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        socket.send('{"type":"typing","d":{}}')
        socket.send('{"type":"heartbeat"}')
        vox_gateway.wait_for("heartbeat")
        with pytest.raises(TimeoutError, match=r"error\[EXACTLY_ONE_OF\]"):
            vox_gateway.wait_for("typing", timeout=0.01)


def test_what_is_no_message_of_a_client_cannot_be_waited_for(vox_gateway: VoxGateway) -> None:
    with pytest.raises(TypeError, match="ReadyFrame is no frame of a client"):
        vox_gateway.wait_for(server.ReadyFrame)


def test_findings_fail_the_test(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        socket.send('{"type":"presence_update","d":{"status":"idle","mood":1}}')
        vox_gateway.wait_for("presence_update")
        vox_gateway.assert_no_findings()
        with pytest.raises(AssertionError, match=r"note\[UNKNOWN_FIELD\]"):
            vox_gateway.assert_no_findings(notes=True)
        socket.send('{"type":"typing_start","d":{"feed_id":1}}')
        socket.send('{"type":"heartbeat"}')
        vox_gateway.wait_for("heartbeat")
        with pytest.raises(AssertionError) as error:
            vox_gateway.assert_no_findings()
        first, second, rest = str(error.value).split("\n")
        assert (first, rest) == ("clients sent something wrong:", "")
        assert "c2s typing_start /type error[WRONG_DIRECTION] unknown client message" in second
        assert [f.rule for f in vox_gateway.findings] == ["UNKNOWN_FIELD", "WRONG_DIRECTION"]


def test_connections_are_lost_and_closed(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        assert vox_gateway.drop() == 1
        with pytest.raises(ConnectionClosed) as lost:
            receive(socket)
        assert lost.value.rcvd is None
    assert vox_gateway.drop() == 0
    with logged_in(vox_gateway.url) as socket:
        assert vox_gateway.close(4000, "UNKNOWN_ERROR") == 1
        with pytest.raises(ConnectionClosed) as closed:
            receive(socket)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4000
    with pytest.raises(TimeoutError) as nobody:
        vox_gateway.send(MESSAGE, timeout=0.01)
    assert str(nobody.value) == (
        "no client had a session after 0.01 s; "
        "2 are away, and what happens meanwhile never reaches them"
    )


@pytest.mark.vox_gateway(keep_while_away=True)
def test_what_happens_meanwhile_is_kept_if_that_is_wanted(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url):
        vox_gateway.drop()
    assert vox_gateway.send(MESSAGE) == (2,)


@pytest.mark.vox_gateway(
    take_over=True, enforce_rate=True, denied=["streaming"], connections_per_address=2
)
def test_it_is_stricter_if_that_is_wanted(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        async with plain_client(vox_gateway.url) as first, plain_client(vox_gateway.url) as second:
            with connect(vox_gateway.url) as third, pytest.raises(ConnectionClosed) as crowded:
                receive(third)
            assert crowded.value.rcvd is not None
            assert crowded.value.rcvd.code == 4006
            await first.identify()
            await second.resume(first.session_id, 1)
            assert (await first.end())[0] == 4009
            assert (await second.next()).type == "resumed"
            await second.send('{"type":"voice_state_update","d":{"streaming":true}}')
            assert (await second.next()).d.code == "MISSING_PERMISSIONS"
            for _ in range(120):
                await second.send('{"type":"party"}')
            assert (await second.end())[0] == 4006

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))


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


@pytest.mark.parametrize(
    ("given", "during"),
    [
        (None, "127.0.0.1,localhost,::1"),
        ("", "127.0.0.1,localhost,::1"),
        ("example.org", "example.org,127.0.0.1,localhost,::1"),
        ("*", "*"),
    ],
)
def test_no_proxy_stands_between(
    given: str | None, during: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    if given is not None:
        monkeypatch.setenv("NO_PROXY", given)
    (tmp_path / "test_it.py").write_text(
        "import os\n"
        "import urllib.request\n"
        "from websockets.sync.client import connect\n"
        "def test_it(vox_gateway):\n"
        f"    assert os.environ['NO_PROXY'] == {during!r}\n"
        "    with connect(vox_gateway.url) as socket:\n"
        "        assert 'hello' in socket.recv(timeout=60)\n"
        "def test_afterwards():\n"
        f"    assert os.environ.get('NO_PROXY') == {given!r}\n",
        "utf-8",
    )
    done = _pytest("-q", str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_faults_come_and_go(vox_gateway: VoxGateway) -> None:
    with logged_in(vox_gateway.url) as socket:
        vox_gateway.fault("skip:every=2")
        for _ in range(4):
            vox_gateway.send(MESSAGE)
        assert [receive(socket).seq for _ in range(2)] == [2, 4]
        vox_gateway.clear_faults()
        vox_gateway.send(MESSAGE)
        assert receive(socket).seq == 6
        with pytest.raises(FaultError, match="did you mean 'skip'"):
            vox_gateway.fault("skp:every=2")


def test_only_what_is_sequenced_is_sent(vox_gateway: VoxGateway) -> None:
    with pytest.raises(TimeoutError, match=r"no client had a session after 0\.01 s"):
        vox_gateway.send(MESSAGE, timeout=0.01)
    with logged_in(vox_gateway.url) as socket:
        with pytest.raises(EncodeError):
            vox_gateway.send(server.MemberLeave(user_id=-1))
        assert vox_gateway.send(UnknownFrame(type="party")) == (2,)
        assert receive(socket) == UnknownFrame(type="party", seq=2)


@pytest.mark.vox_gateway(
    token="right",
    faults=["repeat:after=1"],
    heartbeat_interval=99_999,
    source=RandomEvents(seed=1, rate=None, count=2),
)
def test_the_marker_sets_it_up(vox_gateway: VoxGateway) -> None:
    async def test() -> None:
        async with plain_client(vox_gateway.url) as wrong:
            await wrong.send(client.Identify(token="wrong"))
            assert (await wrong.end())[0] == 4004
        async with plain_client(vox_gateway.url) as plain:
            assert (await plain.identify("right")).user_id == 1
            assert await plain.numbers(3) == [2, 2, 3]

    asyncio.run(asyncio.wait_for(test(), TIMEOUT))


def test_without_pytest() -> None:
    with running_gateway(lifetime=0.0) as gateway:
        url = gateway.url
        with logged_in(url):
            assert gateway.send(MESSAGE) == (2,)
    gateway.stop()
    with pytest.raises(OSError, match="refused"), connect(url):
        pass
    with pytest.raises(FaultError), running_gateway(faults=["nonsense"]):
        pass


def test_the_example_passes() -> None:
    done = _pytest("-q", "-W", "error", str(ROOT / "examples" / "testing_a_client"))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "6 passed" in done.stdout


def test_the_example_needs_nothing_of_this_project() -> None:
    # As in the README, with an environment that lacks what this project's settings ask for.
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "examples/testing_a_client"]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, timeout=120, cwd=ROOT
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "6 passed" in done.stdout


def test_the_plugin_costs_little_when_it_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "test_loaded.py").write_text(
        "import sys\n"
        "def test_loaded(pytestconfig):\n"
        "    assert 'voxwire.testing.plugin' in sys.modules\n"
        "    tops = {'voxmodels', 'msgspec', 'zstandard', 'websockets', 'hypothesis', 'rich'}\n"
        "    assert tops.isdisjoint(name.partition('.')[0] for name in sys.modules)\n"
        "    ours = {name for name in sys.modules if name.startswith('voxwire')}\n"
        "    assert ours == {'voxwire', 'voxwire.testing', 'voxwire.testing.plugin'}\n",
        "utf-8",
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # other plugins load what they like
    done = _pytest("-q", "-p", "voxwire.testing.plugin", str(tmp_path))
    assert done.returncode == 0, done.stdout


def test_a_missing_extra_is_named(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("import sys\nsys.modules['websockets'] = None\n", "utf-8")
    (tmp_path / "test_it.py").write_text("def test_it(vox_gateway): pass\n", "utf-8")
    done = _pytest("-q", str(tmp_path))
    assert done.returncode == 1
    assert "websockets is not installed: pip install 'vox-protocol[testing]'" in done.stdout
    assert "Traceback" not in done.stdout


def test_the_marker_is_listed(tmp_path: Path) -> None:
    assert "@pytest.mark.vox_gateway(**options)" in _pytest("--markers", str(tmp_path)).stdout


PROTOCOL_TESTS = """
import pytest

def test_the_setting(vox_gateway):
    assert vox_gateway.protocol.name == "vox-gateway"

@pytest.mark.vox_gateway(protocol="package.of.nobody")
def test_the_marker(vox_gateway):
    pass
"""


def test_a_protocol_is_named_in_the_settings_or_by_the_marker(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(PROTOCOL_TESTS, "utf-8")
    done = _pytest("-q", "-o", "voxwire_protocol=voxmodels.v1", str(tmp_path))
    assert "there is no module package" in done.stdout
    assert "1 passed, 1 error" in done.stdout
    done = _pytest("-q", "-o", "voxwire_protocol=submarine", str(tmp_path))
    assert "unknown protocol 'submarine' (known are: vox)" in done.stdout
    assert "2 errors" in done.stdout


def test_a_protocol_is_given_without_pytest() -> None:
    with running_gateway(protocol="vox") as named, running_gateway(protocol=VOX) as given:
        assert named.protocol is given.protocol is VOX
    unknown = "unknown protocol 'submarine'"
    with pytest.raises(ProtocolNotFoundError, match=unknown), running_gateway(protocol="submarine"):
        pytest.fail("there is no such protocol")


def test_the_log_knows_the_types_of_its_protocol() -> None:
    log = ConversationLog(FLAT)
    for frame in (HailFrame(call_sign="a"), FlatUnknownFrame(type=7, keys={})):
        log.received(frame)
    assert log.next(7, TIMEOUT, str) == FlatUnknownFrame(type=7, keys={})
    assert log.next(HailFrame, TIMEOUT, str) == HailFrame(call_sign="a")
    with pytest.raises(TimeoutError, match=r"no 0 came within 0 s; what came: 0, 7$"):
        log.next(0, 0, str)
    with pytest.raises(TypeError, match="SeenFrame is no frame of a client"):
        log.next(SeenFrame, 0, str)


def _pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A run of its own, without the settings of this project."""
    options = ("-c", "/dev/null", "-p", "no:cacheprovider")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=600,
    )

"""Connections through a proxy: they work, and what the proxy does wrong is not blamed on the server."""

from __future__ import annotations

import asyncio
import re
import ssl
from pathlib import Path

import pytest
from websockets.asyncio.client import connect as dial
from websockets.exceptions import InvalidStatus

from tests.voxwire_live.loopback import TOKEN, connected, leave, loopback, run
from tests.voxwire_live.recorded import echo, recorded, server_at
from tests.voxwire_live.scripted import (
    Script,
    Tunnel,
    answers,
    dribbles,
    says,
    scripted,
    silent,
)
from tests.voxwire_live.test_client_reconnect import nothing_listens
from voxwire.live.client.events import GatewayUnreachableError
from voxwire.live.client.gateway import connect
from voxwire.live.timeouts import RecorderTimeouts

SECRET = "S3cretPass"
LOGIN = f"alice:{SECRET}"
GATEWAY = "ws://gateway.test:9000"
"""A name that only the proxy can find."""


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def time_for(problem: str) -> float:
    """Seconds to open a connection: short only where they are to run out."""
    seconds = re.search(r"within (\S+) seconds", problem)
    return float(seconds[1]) if seconds else 30.0


def test_a_client_connects_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with loopback() as mock:
            tunnel = Tunnel(port_of(mock.url), LOGIN)
            async with scripted(tunnel) as port:
                monkeypatch.setenv("http_proxy", f"http://{LOGIN}@127.0.0.1:{port}")
                async with connect(GATEWAY, TOKEN) as gateway:
                    await mock.send(leave(1))
                    assert (await anext(gateway)).seq == 2
            assert tunnel.requests == ["CONNECT gateway.test:9000 HTTP/1.1"]

    run(test())


def test_a_recorder_connects_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def test() -> None:
        async with server_at(echo) as url:
            tunnel = Tunnel(port_of(url))
            async with scripted(tunnel) as port, recorded(GATEWAY, tmp_path) as setup:
                monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
                monkeypatch.setenv("no_proxy", "127.0.0.1")  # for the test's own client
                async with dial(setup.url) as client:
                    await client.send("a")
                    assert await client.recv() == "a"
            assert tunnel.requests == ["CONNECT gateway.test:9000 HTTP/1.1"]

    run(test())


def test_this_machine_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with connected() as (gateway, mock):
            await mock.send(leave(1))
            assert (await anext(gateway)).seq == 2

    with nothing_listens() as url:
        monkeypatch.setenv("http_proxy", url.replace("ws:", "http:"))
        run(test())


WRONG: list[tuple[str, Script | None, str]] = [
    ("http", None, "is not there: nothing listens at its address"),
    ("http", silent, "did not answer within 0.2 seconds"),
    ("http", says(b"HTTP/1.1 200 Conn"), "did not answer within 0.2 seconds"),
    ("http", dribbles, "did not answer within 0.2 seconds"),
    ("https", silent, "did not answer within 0.2 seconds"),
    (
        "http",
        answers(f"HTTP/1.1 407 {SECRET}\r\n\r\n".encode()),
        "does not accept the user and password of its address: HTTP 407",
    ),
    (
        "http",
        answers(f"HTTP/1.1 502 {SECRET}\r\nX: {SECRET}\r\n\r\n".encode()),
        "refused to connect to the server: HTTP 502 Bad Gateway",
    ),
    ("http", answers(b"HTTP/1.1 599 \r\n\r\n"), "refused to connect to the server: HTTP 599"),
    (
        "http",
        answers(f"{SECRET}\r\n\r\n".encode()),
        "broke off, or gave an answer that is not HTTP",
    ),
    ("http", answers(b""), "broke off, or gave an answer that is not HTTP"),
    ("socks5", silent, "speaks SOCKS, which needs one more package: pip install python-socks"),
]


@pytest.mark.parametrize(("scheme", "script", "problem"), WRONG)
def test_a_failure_of_the_proxy_is_called_that(
    scheme: str, script: Script | None, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test() -> None:
        async with scripted(script or silent) as port:
            address = f"{scheme}://{LOGIN}@127.0.0.1:{port if script else port_of(nobody)}"
            monkeypatch.setenv("http_proxy", address)
            with pytest.raises(GatewayUnreachableError) as error:
                async with connect(GATEWAY, TOKEN, open_timeout=time_for(problem)):
                    pass
            assert str(error.value) == f"the proxy (http_proxy) {problem}"
            assert error.value.__context__ is None

    with nothing_listens() as nobody:
        run(test())


def test_a_proxy_that_wants_a_login(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with scripted(Tunnel(1, LOGIN)) as port:
            monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
            with pytest.raises(GatewayUnreachableError, match="wants a login: HTTP 407; put user:"):
                async with connect(GATEWAY, TOKEN):
                    pass

    run(test())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_known(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", f"{scheme}://{LOGIN}@proxy.invalid:8080")

    async def test() -> None:
        with pytest.raises(GatewayUnreachableError, match=r"^the proxy \(http_proxy\) "):
            async with connect(GATEWAY, TOKEN):
                pass

    run(test())


def test_a_proxy_that_speaks_no_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    async def garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        await reader.read()

    async def test() -> None:
        async with scripted(garbage) as port:
            monkeypatch.setenv("http_proxy", f"https://{LOGIN}@127.0.0.1:{port}")
            with pytest.raises(GatewayUnreachableError, match="does not speak TLS as it should"):
                async with connect(GATEWAY, TOKEN):
                    pass

    run(test())


async def problem_behind(scheme: str, seconds: float) -> str:
    """What is said of a server behind a proxy."""
    with pytest.raises(GatewayUnreachableError) as error:
        async with connect(f"{scheme}://gateway.test", TOKEN, open_timeout=seconds):
            pass
    return str(error.value)


def test_a_failure_of_the_server_behind_it_is_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        refusal = answers(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")
        async with scripted(refusal) as behind, scripted(Tunnel(behind)) as port:
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
            assert await problem_behind("ws", 30.0) == ("the server answered HTTP 502 Bad Gateway")

    run(test())


def test_so_is_its_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """All wait at once, for the time in which the proxy answers on a busy machine, too."""

    async def test() -> None:
        async with scripted(silent) as behind, scripted(Tunnel(behind)) as port:
            monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
            said = await asyncio.gather(*(problem_behind(scheme, 2.0) for scheme in ("ws", "wss")))
            assert said == ["the server did not answer within 2 seconds"] * 2

    run(test())


def test_a_redirection_to_this_machine_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        async with loopback() as mock:
            moved = f"HTTP/1.1 307 Moved\r\nLocation: {mock.url}/gateway?v=1\r\n\r\n".encode()
            async with scripted(answers(moved)) as behind:
                tunnel = Tunnel(behind)
                async with scripted(tunnel) as port:
                    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
                    async with connect(GATEWAY, TOKEN, compress=False) as gateway:
                        await mock.send(leave(1))
                        assert (await anext(gateway)).seq == 2
                    assert tunnel.requests == ["CONNECT gateway.test:9000 HTTP/1.1"]

    run(test())


@pytest.mark.parametrize(
    ("script", "status", "problem"),
    [
        (silent, 504, "did not answer within 0.2 seconds"),
        (answers(f"HTTP/1.1 407 {SECRET}\r\n\r\n".encode()), 502, "does not accept the user and "),
        (answers(f"{SECRET}\r\n\r\n".encode()), 502, "broke off, or gave an answer that is not "),
    ],
)
def test_a_recorder_tells_its_client(
    script: Script, status: int, problem: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def test() -> None:
        async with (
            scripted(script) as port,
            recorded(GATEWAY, tmp_path, timeouts=RecorderTimeouts(open=time_for(problem))) as setup,
        ):
            monkeypatch.setenv("http_proxy", f"http://{LOGIN}@127.0.0.1:{port}")
            monkeypatch.setenv("no_proxy", "127.0.0.1")  # for the test's own client
            with pytest.raises(InvalidStatus) as refused:
                await dial(setup.url)
            response = refused.value.response
            assert response.status_code == status
            body = (response.body or b"").decode()
            assert body.startswith(f"voxwire record: the proxy (http_proxy) {problem}")
            [said] = setup.said
            assert said.startswith(f"a client was refused: the proxy (http_proxy) {problem}")
            assert SECRET not in f"{body}{said}{response.headers}"

    run(test())


def test_a_certificate_of_the_proxy_is_the_proxys() -> None:
    from voxwire.live.opening import _problem
    from voxwire.live.proxy_choice import Proxy

    proxy = Proxy("https_proxy", "https://proxy.test", has_login=False)
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    said = "has a certificate that is not trusted: self-signed certificate"
    assert _problem(error, proxy, 1.0) == said
    assert _problem(OSError(113, "No route to host"), proxy, 1.0) == (
        "cannot be reached: No route to host"
    )
    assert _problem(ConnectionResetError(), proxy, 1.0) == "broke the connection off"
    assert _problem(AssertionError(SECRET), proxy, 1.0) == "cannot be used (AssertionError)"

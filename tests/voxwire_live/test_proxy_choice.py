"""Which proxy is used, which addresses of proxies are refused, and that nothing of them is ever shown."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Callable

import pytest

from voxwire.live.client.events import GatewayUnreachableError
from voxwire.live.client.gateway import connect
from voxwire.live.opening import open_websocket
from voxwire.live.proxy_choice import Proxy, ProxyError, is_loopback, proxy_for
from voxwire.live.target import Target

SECRET = "S3cretPass"
VALID = f"http://alice:{SECRET}@proxy.test:8080"

SetProxies = Callable[..., None]


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> SetProxies:
    """Sets variables of proxies; conftest.py has removed those of the machine."""

    def set_all(**variables: str) -> None:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_all


# --- this machine ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "gateway.localhost",
        "127.0.0.1",
        "127.255.0.9",
        "127.1",
        "2130706433",
        "::1",
        "::1%lo",
        "::ffff:127.0.0.1",
    ],
)
def test_this_machine_is_recognised(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        "example.org",
        "localhost.example.org",
        "notlocalhost",
        "128.0.0.1",
        "::2",
        "0.0.0.0",
        "",
        "x" * 70,
    ],
)
def test_other_machines_are_not(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    "url",
    ["ws://127.0.0.1:1", "ws://127.3.2.1", "wss://[::1]:8", "ws://localhost", "wss://a.localhost"],
)
def test_this_machine_needs_no_proxy(url: str, environment: SetProxies) -> None:
    environment(http_proxy=VALID, https_proxy=VALID, socks_proxy=VALID)
    assert proxy_for(url) is None


# --- the choice --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "plain", "secure"),
    [
        ({}, None, None),
        ({"http_proxy": "http://a"}, "http_proxy", None),
        ({"HTTP_PROXY": "http://a"}, "http_proxy", None),
        ({"https_proxy": "http://a"}, "https_proxy", "https_proxy"),
        ({"http_proxy": "http://a", "https_proxy": "http://b"}, "https_proxy", "https_proxy"),
        ({"https_proxy": "http://b", "socks_proxy": "socks5://c"}, "socks_proxy", "socks_proxy"),
        ({"socks_proxy": "socks5://c", "wss_proxy": "http://d"}, "socks_proxy", "wss_proxy"),
        ({"ws_proxy": "http://d", "http_proxy": "http://a"}, "ws_proxy", None),
        ({"ftp_proxy": "http://a", "all_proxy": "http://a", "http_proxy": ""}, None, None),
    ],
)
def test_which_variable_counts(
    variables: dict[str, str], plain: str | None, secure: str | None, environment: SetProxies
) -> None:
    environment(**variables)
    found = [proxy_for("ws://gateway.test"), proxy_for("wss://gateway.test")]
    assert [proxy and proxy.name for proxy in found] == [plain, secure]


@pytest.mark.parametrize(
    ("no_proxy", "is_used"),
    [
        ("gateway.test", False),
        ("other.test, .test", False),
        ("*", False),
        ("gateway.test:8443", False),
        ("gateway.test:80", True),
        ("other.test", True),
    ],
)
@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
def test_no_proxy_is_honoured(
    name: str, no_proxy: str, is_used: bool, environment: SetProxies
) -> None:
    environment(**{name: no_proxy, "https_proxy": VALID})
    assert (proxy_for("wss://gateway.test:8443/gateway") is not None) is is_used


def test_the_address_of_a_socks_proxy_may_begin_with_http(environment: SetProxies) -> None:
    environment(socks_proxy="http://proxy.test:1080")
    assert proxy_for("ws://gateway.test") == Proxy(
        "socks_proxy", "socks5h://proxy.test:1080", has_login=False
    )


# --- addresses that are wrong ------------------------------------------------------------------

NO_SCHEME = "it does not begin with http://"
SPACE = "a space or a control character"
PORT = "its port is no number from 1 to 65535"
TAIL = "something follows the port"
MISTYPED = [
    (f"alice:{SECRET}@proxy.test:8080", NO_SCHEME),
    (f"alice:{SECRET}@proxy.test", NO_SCHEME),
    (f"//alice:{SECRET}@proxy.test:8080", NO_SCHEME),
    (f"http:alice:{SECRET}@proxy.test:8080", NO_SCHEME),
    (f"http:/alice:{SECRET}@proxy.test:8080", NO_SCHEME),
    (f"ftp://alice:{SECRET}@proxy.test:21", "its scheme is none of http, https, socks5h"),
    (f"{SECRET}://proxy.test", "its scheme is none of"),
    (f"http:// alice:{SECRET}@proxy.test:8080", SPACE),
    (f"http://alice:{SECRET} @proxy.test:8080", SPACE),
    (f"http://alice:{SECRET}@proxy.test:8080 ", SPACE),
    (f"http://alice:{SECRET}\t@proxy.test:8080", SPACE),
    (f"http://alice:{SECRET}@proxy.test:http", PORT),
    (f"http://alice:{SECRET}@proxy.test:0", PORT),
    (f"http://alice:{SECRET}@proxy.test:99999", PORT),
    (f"http://alice:{SECRET}", PORT),
    (f"http://proxy.test:{SECRET}", PORT),
    (f"http://{SECRET}@proxy.test:8080", "a user but no password"),
    (f"http://alice%3A{SECRET}@proxy.test:8080", "a user but no password"),
    (f"http://ali%3Ace:{SECRET}@proxy.test:8080", "its user holds a colon"),
    (f"http://alice:{SECRET}%ff@proxy.test:8080", "is not UTF-8"),
    (f"http://alice:80/{SECRET}@proxy.test:8080", TAIL),
    (f"http://alice:80?{SECRET}@proxy.test:8080", TAIL),
    (f"http://alice:80#{SECRET}@proxy.test:8080", TAIL),
    (f"http://alice:{SECRET}@proxy.test:8080/path", TAIL),
    (f"http://alice:{SECRET}@", "it names no host"),
    (f"http://alice:{SECRET}@:8080", "it names no host"),
    (f"http://alice:{SECRET}@[proxy.test", "its host is no host"),
    (f"http://alice:{SECRET}@℀proxy.test", "its host is no host"),
]


def shown(error: BaseException | None) -> str:
    """Everything that a log or a debugger may show of an error, with all that hangs on it."""
    if error is None:
        return ""
    text = f"{error} {error!r} {error.args!r} {vars(error)!r}"
    return text + shown(error.__cause__) + shown(error.__context__)


@pytest.mark.parametrize(("address", "problem"), MISTYPED)
@pytest.mark.parametrize("name", ["http_proxy", "HTTPS_PROXY", "socks_proxy", "ws_proxy"])
def test_a_mistyped_address_is_explained_and_not_shown(
    name: str, address: str, problem: str, environment: SetProxies
) -> None:
    environment(**{name: address})
    with pytest.raises(ProxyError) as caught:
        proxy_for("ws://gateway.test")
    assert str(caught.value).startswith(
        f"the proxy ({name.lower()}) has an address that is not valid: "
    )
    assert problem in str(caught.value)
    assert SECRET not in shown(caught.value)


@pytest.mark.parametrize(
    "address", [address for address, _ in MISTYPED] + [f"http://alice:{SECRET}@127.0.0.1:1"]
)
def test_a_client_shows_nothing_of_it(
    address: str, environment: SetProxies, caplog: pytest.LogCaptureFixture
) -> None:
    environment(http_proxy=address, ALL_PROXY=address)
    caplog.set_level(logging.DEBUG)

    async def test() -> None:
        with pytest.raises(GatewayUnreachableError) as unreachable:
            async with connect("ws://gateway.test", "any"):
                pass
        with pytest.raises(ProxyError) as failed:
            await open_websocket("ws://gateway.test", max_size=1)
        for error in (unreachable.value, failed.value):
            assert str(error).startswith("the proxy (http_proxy) ")
            assert SECRET not in shown(error)
            assert SECRET not in "".join(traceback.format_exception(error))

    asyncio.run(test())
    assert SECRET not in caplog.text


def test_a_proxy_does_not_show_its_address(environment: SetProxies) -> None:
    environment(https_proxy=VALID)
    proxy = proxy_for("wss://gateway.test")
    assert proxy is not None
    assert proxy.address == VALID
    assert repr(proxy) == f"{proxy}" == "<Proxy of https_proxy>"


# --- addresses of gateways ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        f"alice:{SECRET}@gateway.test",
        f"ws://alice:{SECRET}@gateway.test",
        f"ws://{SECRET}@gateway.test",
        f"ws://alice:{SECRET}",
        f"ws://alice:{SECRET}/x@gateway.test",
        f"ws://gateway.test:{SECRET}",
        f"ws://alice:{SECRET}@[gateway.test",
        f"ws://alice:{SECRET}@℀gateway.test",
        f"ftp://gateway.test?token={SECRET}",
        f"ws://gateway.test?token={SECRET}#x",
        f"ws://?token={SECRET}",
        f"ws:///gateway?token={SECRET}",
    ],
)
def test_a_wrong_address_of_a_gateway_is_not_shown(address: str) -> None:
    async def test() -> ValueError:
        with pytest.raises(ValueError, match="the ") as caught:
            async with connect(address, "any"):
                pass
        return caught.value

    assert SECRET not in shown(asyncio.run(test()))
    with pytest.raises(ValueError, match="the ") as refused:
        Target.parse(address)
    assert SECRET not in shown(refused.value)

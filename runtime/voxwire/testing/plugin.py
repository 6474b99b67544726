"""The pytest plugin: the fixture ``vox_gateway`` and the marker of the same name.

Every run of pytest loads this module where vox-protocol is installed: it imports nothing that takes
time, neither models nor anything of an extra.
"""

from __future__ import annotations

import difflib
import inspect
import os
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from voxwire.testing.gateway import VoxGateway

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")

_MARKER: Final = (
    "vox_gateway(**options): how the gateway of the fixture vox_gateway is set up, "
    "such as token='secret' or faults=['drop:every=5']; see voxwire.testing"
)


_PROTOCOL: Final = "voxwire_protocol"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Make the setting known that says whose messages tests are about."""
    parser.addini(
        _PROTOCOL,
        "the protocol of vox_gateway: a name that `voxwire protocols` lists, or the path of its package "
        "(vox unless given)",
        default=None,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def vox_gateway(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VoxGateway]:
    """A mock Vox gateway that runs while the test does, on a port of its own; see voxwire.testing.

    While it runs, the variables ``NO_PROXY`` and ``no_proxy`` also name this machine: no proxy of the
    environment, such as that in ``http_proxy``, stands between clients and the gateway.
    """
    try:
        from voxwire.testing.running import running_gateway
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "websockets":
            raise
        pytest.fail("websockets is not installed: pip install 'vox-protocol[testing]'", False)
    _bypass_proxies(monkeypatch)
    marker = request.node.get_closest_marker("vox_gateway")
    if marker is not None:
        _check_marker(marker, inspect.signature(running_gateway).parameters)
    options: dict[str, Any] = {"protocol": request.config.getini(_PROTOCOL) or None}
    with running_gateway(**(options | (marker.kwargs if marker else {}))) as gateway:
        yield gateway


def _check_marker(marker: pytest.Mark, known: Collection[str]) -> None:
    """Fail where the marker has what the gateway does not take."""
    if marker.args:
        pytest.fail(f"the marker vox_gateway takes its options by name: {', '.join(known)}", False)
    for name in marker.kwargs:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(known)}"
            pytest.fail(f"the marker vox_gateway has no option {name!r} ({advice})", False)


def _bypass_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    names = (
        "no_proxy",
        "no_proxy".upper(),
    )  # programs read one or the other, most the former first
    given = next(filter(None, map(os.environ.get, names)), "")
    if (
        given.strip() == "*"
    ):  # nothing has a proxy, and with more than the asterisk it means nothing
        return
    hosts = ",".join([given, *_LOOPBACK] if given else _LOOPBACK)
    for name in names:
        monkeypatch.setenv(name, hosts)

"""The pytest plugin: the fixture ``vox_gateway`` and the marker of the same name.

Every run of pytest loads this module where vox-protocol is installed: it imports nothing that takes
time, and nothing of an extra.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from voxwire.testing.gateway import VoxGateway

_MARKER = (
    "vox_gateway(**options): how the gateway of the fixture vox_gateway is set up, "
    "such as token='secret' or faults=['drop:every=5']; see voxwire.testing"
)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


_LOOPBACK = "localhost,127.0.0.1,::1"


@pytest.fixture
def vox_gateway(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[VoxGateway]:
    """A mock Vox gateway that runs while the test does, on a port of its own; see voxwire.testing."""
    # Clients of any library follow the environment, and no proxy leads to this machine.
    listed = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    if listed != "*":
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.setenv(name, f"{listed},{_LOOPBACK}".removeprefix(","))
    try:
        from voxwire.testing.gateway import running_gateway
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "websockets":
            raise
        pytest.fail("websockets is not installed: pip install 'vox-protocol[testing]'", False)
    marker = request.node.get_closest_marker("vox_gateway")
    with running_gateway(**(marker.kwargs if marker else {})) as gateway:
        yield gateway

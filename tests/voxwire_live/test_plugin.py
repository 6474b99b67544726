"""The plugin of pytest: its marker and its settings, and what it costs others."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.voxwire_live.fixture_client import TIMEOUT
from tests.voxwire_live.mocked import plain_client
from voxmodels.v1 import client
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.testing import VoxGateway

ROOT = Path(__file__).parents[2]


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


MARKER_TESTS = """
import pytest

@pytest.mark.vox_gateway(fautls=["drop:every=5"])
def test_a_typing_error(vox_gateway):
    pass

@pytest.mark.vox_gateway("drop:every=5")
def test_without_a_name(vox_gateway):
    pass

@pytest.mark.vox_gateway(zzz=1)
def test_like_no_other(vox_gateway):
    pass
"""


def test_the_marker_says_what_it_does_not_take(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(MARKER_TESTS, "utf-8")
    done = _pytest("-q", str(tmp_path))
    assert "the marker vox_gateway has no option 'fautls' (did you mean 'faults'?)" in done.stdout
    assert "the marker vox_gateway has no option 'zzz' (it has: protocol, token," in done.stdout
    assert "the marker vox_gateway takes its options by name: protocol, token," in done.stdout


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

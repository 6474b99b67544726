"""``import voxwire`` is enough: the rest comes when it is used, costs nothing before, and says what is
missing."""

from __future__ import annotations

import subprocess
import sys

import pytest

import voxwire

SUBPACKAGES = ("capture", "checks", "live", "session", "testing")
EXPENSIVE = ("asyncio", "websockets", "hypothesis", "pytest", "rich", "ssl", "socket")


def output_of(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("voxwire.live.connect", "connect"),
        ("voxwire.live.Gateway", "Gateway"),
        ("voxwire.live.Disconnected", "Disconnected"),
        ("voxwire.capture.read_capture", "read_capture"),
        ("voxwire.checks.CaptureCheck", "CaptureCheck"),
        ("voxwire.session.ClientConnection", "ClientConnection"),
        ("voxwire.testing.running_gateway", "running_gateway"),
    ],
)
def test_one_import_is_enough(expression: str, name: str) -> None:
    assert output_of(f"import voxwire; print({expression}.__name__)") == name


def test_the_import_alone_costs_nothing() -> None:
    program = (
        "import sys, voxwire\n"
        f"names = {[*EXPENSIVE, *(f'voxwire.{name}' for name in SUBPACKAGES)]}\n"
        "print([name for name in names if name in sys.modules])"
    )
    assert output_of(program) == "[]"


def test_everything_is_listed() -> None:
    assert set(SUBPACKAGES) <= set(dir(voxwire))
    assert set(SUBPACKAGES) <= set(voxwire.__all__)
    assert all(hasattr(voxwire, name) for name in voxwire.__all__)


def test_what_does_not_exist_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="module 'voxwire' has no attribute 'cli2'"):
        voxwire.cli2  # type: ignore[attr-defined]  # noqa: B018


def test_without_the_extra_it_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['websockets'] = None\n"
        "import voxwire\n"
        "try: voxwire.live.connect\n"
        "except ImportError as error: print(type(error).__name__, error, error.name)"
    )
    assert output_of(program) == (
        "ImportError websockets is not installed: pip install 'vox-protocol[live]' websockets"
    )

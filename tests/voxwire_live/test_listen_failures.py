"""``voxwire listen`` when its capture cannot be written any more."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.voxwire_live.loopback import leave, loopback, run
from tests.voxwire_live.test_listen_command import listen
from voxwire.cli import main

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="there is no disk that is always full here")
def test_a_full_disk_ends_it() -> None:
    async def test() -> None:
        full = os.open(FULL, os.O_WRONLY)
        try:
            async with loopback() as mock, listen(mock.url, "-o", "-", output=full) as listening:
                done = await listening.ended()
        finally:
            os.close(full)
        assert done.status == 3
        assert done.err[-1] == (
            "voxwire listen: the capture cannot be written: No space left on device"
        )
        assert mock.endings == [(1000, "")]

    run(test())


@pytest.mark.skipif(not FULL.exists(), reason="there is no disk that is always full here")
def test_printing_to_a_full_disk_ends_it() -> None:
    async def test() -> None:
        full = os.open(FULL, os.O_WRONLY)
        try:
            async with loopback() as mock, listen(mock.url, output=full) as listening:
                await mock.until(lambda: len(mock.logins) == 1 and mock.connection is not None)
                await mock.send(leave(7))
                done = await listening.ended()
        finally:
            os.close(full)
        assert done.status == 2
        assert done.err[-1] == "voxwire: cannot write: [Errno 28] No space left on device"

    run(test())


@pytest.mark.parametrize("seconds", ["soon", "0", "-1", "inf", "nan", ""])
def test_durations_that_are_none(seconds: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["listen", "ws://127.0.0.1:1", "--token-env", "X", f"--duration={seconds}"])
    assert caught.value.code == 2
    assert f"{seconds!r} is not a number of seconds" in capsys.readouterr().err

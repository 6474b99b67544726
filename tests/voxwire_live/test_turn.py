"""Taking turns: nobody who waits is forgotten, and nothing is kept of who does not wait any more."""

from __future__ import annotations

import asyncio

import pytest

from tests.voxwire_live.recorded import run
from voxwire.live.client.turn import Turn


def test_all_who_wait_look_again() -> None:
    async def test() -> None:
        turn = Turn()
        turn.is_taken = True
        waiting = [asyncio.create_task(turn.wait()) for _ in range(3)]
        await asyncio.sleep(0)
        turn.give()
        assert not turn.is_taken
        await asyncio.gather(*waiting)
        assert turn._waiters == set()

    run(test())


def test_one_who_was_cancelled_holds_up_nobody() -> None:
    async def test() -> None:
        turn = Turn()
        turn.is_taken = True
        gone, stays = (asyncio.create_task(turn.wait()) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        turn.give()  # what `gone` waited for is done, and still known
        await stays
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert turn._waiters == set()

    run(test())


def test_one_who_was_cancelled_is_forgotten() -> None:
    async def test() -> None:
        turn = Turn()
        turn.is_taken = True
        gone = asyncio.create_task(turn.wait())
        await asyncio.sleep(0)
        assert len(turn._waiters) == 1
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        assert turn._waiters == set()

    run(test())

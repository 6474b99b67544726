"""What waits for the check of a mock gateway, also behind one that failed."""

from __future__ import annotations

import asyncio

import pytest

from voxwire.capture import Connection, Frame
from voxwire.checks import Finding
from voxwire.live.mock.engine.checking import ClientCheck

CONNECTION = Connection(1, 1_700_000_000.0, "ws://host/gateway?v=1&encoding=json")


def broken(number: int) -> Frame:
    """A frame of the client about which there is something to say."""
    return Frame(CONNECTION, number, CONNECTION.started, "c2s", "{")


def test_all_that_was_offered_is_checked_before_the_end() -> None:
    found: list[Finding] = []
    check = ClientCheck(found.append)
    for number in range(1, 6):
        check.offer(broken(number))
    check.flush()
    assert [finding.frame for finding in found] == [1, 2, 3, 4, 5]
    check.close()


def test_nothing_waits_for_ever_behind_a_check_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    def report(_: Finding) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("voxwire.live.mock.engine.checking.MAX_WAITING", 10)
    check = ClientCheck(report)
    for number in range(1, 100):
        check.offer(broken(number))
    check.flush()
    assert check.waiting == 0
    check.offer(broken(100))
    asyncio.run(asyncio.wait_for(check.room(), 60))
    with pytest.raises(ZeroDivisionError, match=r"^a bug$"):
        check.close()
    assert check.waiting == 0

"""Who gets what: the presence of users over their connections, and whom the messages of one reach."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest

from tests.voxwire_live.mocked import Setup, mocked, run
from tests.voxwire_live.raw_client import RawClient, canonical, message, raw_client


def presence(user_id: int, status: str, **fields: object) -> tuple[str, str]:
    return "presence_update", canonical({"user_id": user_id, "status": status} | fields)


class Ada(NamedTuple):
    """Two devices of user 1, and one of user 2."""

    desktop: RawClient
    phone: RawClient
    other: RawClient

    async def reached(self, text: str) -> str:
        """Whom a message of the desktop reaches, as the letters d, p and o."""
        first = await self.desktop.got(text)
        seen = [first, await self.phone.got(), await self.other.got()]
        return "".join(letter for letter, got in zip("dpo", seen, strict=True) if got)


@asynccontextmanager
async def ada(setup: Setup) -> AsyncIterator[Ada]:
    async with (
        raw_client(setup, "one") as desktop,
        raw_client(setup, "one") as phone,
        raw_client(setup, "two") as other,
    ):
        devices = Ada(desktop, phone, other)
        for device in devices:
            await device.got()
        yield devices


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        (message("presence_update", '{"status":"idle"}'), "dpo"),
        (message("typing", '{"feed_id":"x"}'), "dpo"),
        (message("voice_state_update", "{}"), "dpo"),
        (message("voice_codec_neg", '{"room_id":1}'), "dpo"),
        (message("stage_response", '{"room_id":1}'), "dpo"),
        (message("mls_relay", '{"mls_type":"welcome","data":[]}'), "dp"),
        (message("cpace_relay", '{"cpace_type":"isi"}'), "dp"),
        (message("presence_update", '{"status":null}'), "d"),
        (message("voice_codec_neg", "{}"), "d"),
        (message("mls_relay", '{"mls_type":"x"}'), ""),
        (message("party", "{}"), ""),
    ],
)
def test_whom_a_message_reaches(text: str, whom: str) -> None:
    async def test() -> None:
        async with mocked() as setup, ada(setup) as devices:
            assert await devices.reached(text) == whom

    run(test())


def test_invisible_is_offline_to_others_with_everything_else() -> None:
    async def test() -> None:
        async with mocked() as setup, ada(setup) as devices:
            d = '{"status":"invisible","custom_status":"ghost","activity":[null]}'
            own = presence(1, "invisible", custom_status="ghost", activity=[None])
            others = presence(1, "offline", custom_status="ghost", activity=[None])
            assert await devices.desktop.got(message("presence_update", d)) == [own]
            assert await devices.phone.got() == [own]
            assert await devices.other.got() == [others]
            async with raw_client(setup, "three") as newcomer:
                assert await newcomer.got() == [others, presence(2, "online")]

    run(test())


def test_each_identify_resets_the_status_and_tells_the_others() -> None:
    async def test() -> None:
        async with mocked() as setup, ada(setup) as devices:
            await devices.desktop.got(
                message("presence_update", '{"status":"dnd","custom_status":"x"}')
            )
            await devices.phone.got()
            await devices.other.got()
            async with raw_client(setup, "one") as tablet:
                assert await tablet.got() == [presence(2, "online")]
                assert await devices.desktop.got() == []
                assert await devices.other.got() == [presence(1, "online")]

    run(test())


def test_the_offline_broadcast_has_the_status_only() -> None:
    async def test() -> None:
        async with mocked() as setup, raw_client(setup, "one") as first:
            async with raw_client(setup, "two") as second:
                await second.got(
                    message("presence_update", '{"status":"dnd","custom_status":"x","activity":1}')
                )
            told = [(await first.next())["d"] for _ in range(3)]
            assert told[2] == {"user_id": 2, "status": "offline"}

    run(test())


def test_a_resume_brings_no_presence_back_until_it_is_sent() -> None:
    async def test() -> None:
        async with mocked() as setup, raw_client(setup, "one") as first:
            async with raw_client(setup, "two") as second:
                await second.got(message("presence_update", '{"custom_status":"x"}'))
            told: list[Any] = [(await first.next())["d"]["status"] for _ in range(3)]
            assert told == ["online", "online", "offline"]
            async with raw_client(setup) as again:
                resume = f'{{"token":"two","session_id":"{second.session_id}","last_seq":3}}'
                assert await again.first_answer(message("resume", resume)) == "resumed"
                assert await first.got() == []  # nobody is told
                async with raw_client(setup, "three") as newcomer:
                    assert await newcomer.got() == [presence(1, "online")]  # not in the snapshot
                await again.got(message("presence_update", '{"status":"idle"}'))
                async with raw_client(setup, "four") as newcomer:
                    assert presence(2, "idle") in await newcomer.got()

    run(test())


@pytest.mark.parametrize(
    ("denied", "d", "answer"),
    [
        ((), '{"video":true,"streaming":true}', "voice_state_update"),
        (("video",), '{"video":true}', "MISSING_PERMISSIONS"),
        (("video",), '{"video":[1]}', "MISSING_PERMISSIONS"),
        (("video",), '{"video":false}', "voice_state_update"),
        (("video",), '{"streaming":true}', "voice_state_update"),
        (("video", "streaming"), '{"streaming":true}', "MISSING_PERMISSIONS"),
    ],
)
def test_permissions_are_missed_in_voice_alone(
    denied: tuple[str, ...], d: str, answer: str
) -> None:
    async def test() -> None:
        async with mocked(denied=denied) as setup, raw_client(setup, "one") as client:
            (got,) = await client.got(message("voice_state_update", d))
            assert (got[1] if got[0] == "error" else got[0]) == answer
            if answer == "MISSING_PERMISSIONS":  # and nothing has changed
                (got,) = await client.got(message("voice_state_update", "{}"))
                assert '"video": false' in got[1]
                assert '"streaming": false' in got[1]

    run(test())

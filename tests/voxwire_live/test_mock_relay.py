"""What the message of one client means for the others (protocol sections 5 and 6)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from msgspec import UNSET, Struct

from tests.voxwire_live.mocked import Client, Setup, logged_in, mocked, run
from voxmodels.v1 import (
    CpaceType,
    MediaType,
    MlsType,
    PresenceStatus,
    SettableStatus,
    StageResponseType,
)
from voxmodels.v1 import client as c2s
from voxmodels.v1 import server as s2c
from voxmodels.v1.types import Activity, CustomStatus, VoiceMember


class Three(NamedTuple):
    """Two devices of user 1, and one of user 2. What greets them has been read."""

    setup: Setup
    desktop: Client
    phone: Client
    other: Client

    async def after(self, payload: Struct | str) -> list[list[Any]]:
        """What each of them gets when the first sends `payload`."""
        await self.desktop.send(payload)
        first = await self.desktop.heartbeat()
        return [first, await self.phone.heartbeat(), await self.other.heartbeat()]

    async def payloads_after(self, payload: Struct | str) -> list[list[Any]]:
        return [[frame.d for frame in frames] for frames in await self.after(payload)]


@asynccontextmanager
async def three() -> AsyncIterator[Three]:
    async with (
        mocked() as setup,
        logged_in(setup, "one") as desktop,
        logged_in(setup, "one") as phone,
        logged_in(setup, "two") as other,
    ):
        devices = Three(setup, desktop, phone, other)
        for device in devices[1:]:
            await device.heartbeat()
        yield devices


def test_users_see_who_comes_and_goes() -> None:
    async def test() -> None:
        async with mocked() as setup, logged_in(setup, "one") as first:
            async with logged_in(setup, "two") as second:
                online = s2c.PresenceUpdateFrame(
                    d=s2c.PresenceUpdate(user_id=1, status=PresenceStatus("online")), seq=2
                )
                assert await second.heartbeat() == [online]
                async with logged_in(setup, "two"):
                    pass
            # Each identify is told, that of a second device, too; only the last to go is offline.
            told = [await first.next() for _ in range(3)]
            assert [(frame.seq, frame.d.user_id, frame.d.status) for frame in told] == [
                (2, 2, "online"),
                (3, 2, "online"),
                (4, 2, "offline"),
            ]
            assert await first.heartbeat() == []

    run(test())


def test_typing_reaches_everyone() -> None:
    async def test() -> None:
        async with three() as devices:
            expected = s2c.TypingStart(user_id=1, feed_id=5)
            assert await devices.payloads_after(c2s.Typing(feed_id=5)) == [[expected]] * 3
            assert await devices.payloads_after(c2s.Typing(feed_id=5)) == [[]] * 3, "too soon"
            expected = s2c.TypingStart(user_id=1, dm_id=5)
            assert await devices.payloads_after(c2s.Typing(dm_id=5)) == [[expected]] * 3

    run(test())


def test_presence_reaches_everyone_and_invisible_is_offline_to_others() -> None:
    async def test() -> None:
        async with three() as devices:
            update = c2s.PresenceUpdate(
                status=SettableStatus.DND,
                custom_status=CustomStatus(text="brb"),
                activity=Activity(name="Go", extra={"since": 3}),
            )
            expected = s2c.PresenceUpdate(
                user_id=1,
                status=PresenceStatus("dnd"),
                custom_status=CustomStatus(text="brb"),
                activity=Activity(name="Go", extra={"since": 3}),
            )
            assert await devices.payloads_after(update) == [[expected]] * 3
            update = c2s.PresenceUpdate(
                status=SettableStatus.INVISIBLE, custom_status=None, activity=None
            )
            own, same, others = await devices.payloads_after(update)
            assert (
                own == same == [s2c.PresenceUpdate(user_id=1, status=PresenceStatus("invisible"))]
            )
            assert others == [s2c.PresenceUpdate(user_id=1, status=PresenceStatus("offline"))]
            async with logged_in(devices.setup, "three") as newcomer:
                seen = [(frame.d.user_id, frame.d.status) for frame in await newcomer.heartbeat()]
                assert seen == [(1, "offline"), (2, "online")]

    run(test())


def test_voice_state_gives_everyone_the_room() -> None:
    async def test() -> None:
        async with three() as devices:
            await devices.after(c2s.VoiceStateUpdate(video=True))
            frames = await devices.payloads_after(c2s.VoiceStateUpdate(self_mute=True))

            def member(user_id: int, is_first: bool) -> VoiceMember:
                return VoiceMember(
                    user_id=user_id, mute=is_first, deaf=False, video=is_first, streaming=False
                )

            room = s2c.VoiceStateUpdate(room_id=1, members=(member(1, True), member(2, False)))
            assert frames == [[room]] * 3

    run(test())


def test_codec_and_stage_messages_keep_all_but_the_room() -> None:
    async def test() -> None:
        async with three() as devices:
            negotiation = c2s.VoiceCodecNeg(
                media_type=MediaType.AUDIO,
                codec="opus",
                room_id=1,
                target_bitrates=(64000,),
                extra={"dtx": True},
            )
            expected: Struct = s2c.VoiceCodecNeg(
                media_type=MediaType.AUDIO,
                codec="opus",
                target_bitrates=(64000,),
                extra={"dtx": True},
            )
            assert await devices.payloads_after(negotiation) == [[expected]] * 3
            response = c2s.StageResponse(
                room_id=1,
                response_type=StageResponseType.INVITE_ACK,
                accepted=True,
                extra={"note": "yes"},
            )
            expected = s2c.StageResponse(
                user_id=1, response_type="invite_ack", accepted=True, extra={"note": "yes"}
            )
            assert await devices.payloads_after(response) == [[expected]] * 3

    run(test())


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (c2s.MlsRelay(mls_type=MlsType.WELCOME, data="AA"), s2c.MlsWelcome(data="AA")),
        (c2s.MlsRelay(mls_type=MlsType.COMMIT, data="AA"), s2c.MlsCommit(data="AA")),
        (c2s.MlsRelay(mls_type=MlsType.PROPOSAL, data="AA"), s2c.MlsProposal(data="AA")),
        (
            c2s.CpaceRelay(cpace_type=CpaceType.ISI, pair_id="p", data="AA"),
            s2c.CpaceIsi(pair_id="p", data="AA"),
        ),
        (
            c2s.CpaceRelay(cpace_type=CpaceType.RSI, pair_id="p", data="AA"),
            s2c.CpaceRsi(pair_id="p", data="AA"),
        ),
        (
            c2s.CpaceRelay(cpace_type=CpaceType.CONFIRM, pair_id="p", data="AA"),
            s2c.CpaceConfirm(pair_id="p", data="AA"),
        ),
        (
            c2s.CpaceRelay(cpace_type=CpaceType.NEW_DEVICE_KEY, pair_id="p", data="AA", nonce="n"),
            s2c.CpaceNewDeviceKey(pair_id="p", data="AA", nonce="n"),
        ),
    ],
    ids=lambda value: type(value).__name__,
)
def test_key_messages_reach_the_devices_of_their_user(payload: Struct, expected: Struct) -> None:
    async def test() -> None:
        async with three() as devices:
            assert await devices.payloads_after(payload) == [[expected], [expected], []]
            assert devices.setup.rules == []

    run(test())


TOO_LONG = "A" * 16385


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"type":"presence_update","d":{"status":"offline"}}', "INVALID_STATUS"),
        (
            f'{{"type":"mls_relay","d":{{"mls_type":"commit","data":"{TOO_LONG}"}}}}',
            "PAYLOAD_TOO_LARGE",
        ),
        (
            f'{{"type":"cpace_relay","d":{{"cpace_type":"isi","pair_id":"p","data":"{TOO_LONG}"}}}}',
            "PAYLOAD_TOO_LARGE",
        ),
        ('{"type":"voice_codec_neg","d":{"media_type":"audio","codec":"x"}}', "MISSING_ROOM_ID"),
        (
            '{"type":"stage_response","d":{"response_type":"invite_ack","accepted":true}}',
            "MISSING_ROOM_ID",
        ),
        ('{"type":"mls_relay","d":{"mls_type":"external_commit","data":"AA"}}', None),
    ],
)
def test_what_is_not_valid_is_answered_with_an_error(text: str, code: str | None) -> None:
    async def test() -> None:
        async with three() as devices:
            own, same, others = await devices.after(text)
            assert [(frame.type, frame.seq, frame.d.code) for frame in own] == (
                [] if code is None else [("error", UNSET, code)]
            )
            assert same == others == []
            assert len(devices.setup.rules) == 1

    run(test())

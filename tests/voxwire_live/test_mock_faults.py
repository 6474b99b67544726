"""Every fault of the mock gateway, as a plain client sees it."""

from __future__ import annotations

import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.voxwire_live.mocked import MESSAGE, logged_in, mocked, plain_client, run
from voxmodels.v1 import CloseCode, client, server
from voxwire import CompressionError, DecodeError, decode_server
from voxwire.live.mock.engine.faults import parse_fault
from voxwire.live.mock.engine.injection import Faults, Injection
from voxwire.live.mock.engine.plan import Outgoing
from voxwire.live.mock.engine.random_events import RandomEvents

SENDABLE = [code for code in CloseCode if code != CloseCode.CONNECTION_LOST]


def test_drop_loses_the_connection_after_every_nth_message() -> None:
    async def test() -> None:
        async with mocked(["drop:every=3,times=2"]) as setup:
            async with logged_in(setup) as first:
                for _ in range(4):
                    setup.gateway.send(MESSAGE)
                code, reason, frames = await first.end()
                assert (code, reason, [f.seq for f in frames]) == (1006, "", [2, 3])
            async with plain_client(setup.gateway.url()) as second:
                await second.resume(first.session_id, 3)
                assert await second.numbers(2) == [4, 5]
                assert (await second.next()).d.seq == 5
                setup.gateway.send(MESSAGE)
                assert (await second.end())[0] == 1006
            async with plain_client(setup.gateway.url()) as third:
                await third.resume(first.session_id, 5)
                assert await third.numbers(1) == [6]
                assert (await third.next()).d.seq == 6
                for _ in range(5):
                    setup.gateway.send(MESSAGE)
                assert len(await third.heartbeat()) == 5
            assert setup.rules == []

    run(test())


@pytest.mark.parametrize("code", SENDABLE, ids=lambda code: code.name)
def test_close_closes_with_every_code(code: CloseCode) -> None:
    async def test() -> None:
        async with mocked([f"close:code={code.name},after=2"]) as setup, logged_in(setup) as plain:
            setup.gateway.send(MESSAGE)
            setup.gateway.send(MESSAGE)
            got, reason, frames = await plain.end()
            assert (got, [f.seq for f in frames]) == (code, [2])
            assert reason == (code.name if code >= 4000 else "")
        assert setup.rules == []

    run(test())


@pytest.mark.parametrize("how", ["identify", "resume"])
@pytest.mark.parametrize(
    ("fault", "code", "reason"),
    [
        ("drop", 1006, ""),
        ("close:code=4012", 4012, "SERVER_FULL"),
        ("close:code=4008,reason=AUTH_RATE_LIMITED", 4008, "AUTH_RATE_LIMITED"),
    ],
)
def test_a_fault_takes_the_place_of_an_answer(how: str, fault: str, code: int, reason: str) -> None:
    async def test() -> None:
        separator = "," if ":" in fault else ":"
        async with mocked() as setup, logged_in(setup) as first:
            setup.gateway.faults.add(parse_fault(f"{fault}{separator}on={how}"))
            for is_hit in (True, False):
                async with plain_client(setup.gateway.url()) as plain:
                    if how == "identify":
                        await plain.send(client.Identify(token="token"))
                    else:
                        await plain.resume(first.session_id, 1)
                    if is_hit:
                        assert await plain.end() == (code, reason, [])
                    else:
                        frame = await plain.next()
                        expected = server.ReadyFrame if how == "identify" else server.ResumedFrame
                        assert type(frame) is expected

    run(test())


@pytest.mark.parametrize(
    ("fault", "numbers"),
    [
        ("skip:every=3", [2, 4, 5, 7]),
        ("skip:after=3", [2, 3, 5, 6, 7]),
        ("skip:every=3,times=1", [2, 4, 5, 6, 7]),
        ("repeat:every=3", [2, 3, 3, 4, 5, 6, 6, 7]),
        ("repeat:after=1", [2, 2, 3, 4, 5, 6, 7]),
    ],
)
def test_numbers_are_skipped_and_repeated(fault: str, numbers: list[int]) -> None:
    async def test() -> None:
        async with mocked([fault]) as setup, logged_in(setup) as plain:
            for _ in range(6):
                setup.gateway.send(MESSAGE)
            assert [frame.seq for frame in await plain.heartbeat()] == numbers

    run(test())


def test_a_skipped_message_comes_with_a_resume() -> None:
    async def test() -> None:
        async with mocked(["skip:after=1"]) as setup:
            async with logged_in(setup) as plain:
                setup.gateway.send(MESSAGE)
                setup.gateway.send(MESSAGE)
                assert await plain.numbers(1) == [3]
            async with plain_client(setup.gateway.url()) as again:
                await again.resume(plain.session_id, 1)
                assert await again.numbers(2) == [2, 3]

    run(test())


@pytest.mark.parametrize(
    ("how", "rule"),
    [
        ("cut", "ZSTD_INVALID"),
        ("magic", "ZSTD_INVALID"),
        ("trailing", "ZSTD_TRAILING_DATA"),
        ("large", "ZSTD_TOO_LARGE"),
    ],
)
def test_corrupt_damages_a_compressed_message(how: str, rule: str) -> None:
    async def test() -> None:
        fault = f"corrupt:how={how},after=2"
        async with mocked([fault]) as setup, logged_in(setup, compress=True) as plain:
            for _ in range(3):
                setup.gateway.send(MESSAGE)
            assert await plain.numbers(1) == [2]
            with pytest.raises(CompressionError) as error:
                await plain.next()
            assert error.value.rule == rule
            assert await plain.numbers(1) == [4]

    run(test())


def test_corrupt_leaves_plain_text_alone() -> None:
    async def test() -> None:
        async with mocked(["corrupt:every=1"]) as setup, logged_in(setup) as plain:
            setup.gateway.send(MESSAGE)
            assert await plain.numbers(1) == [2]

    run(test())


@pytest.mark.parametrize("compress", [False, True])
def test_bad_json_is_an_extra_message(compress: bool) -> None:
    async def test() -> None:
        fault = "bad_json:after=1"
        async with mocked([fault]) as setup, logged_in(setup, compress=compress) as plain:
            for _ in range(2):
                setup.gateway.send(MESSAGE)
            assert await plain.numbers(1) == [2]
            with pytest.raises(DecodeError) as error:
                await plain.next()
            assert [p.rule for p in error.value.problems] == ["JSON_INVALID"]
            assert await plain.numbers(1) == [3]

    run(test())


def test_unknown_and_invalid_messages_are_numbered() -> None:
    async def test() -> None:
        faults = ["unknown:every=2,times=1", "invalid:after=2"]
        async with mocked(faults) as setup, logged_in(setup) as plain:
            setup.gateway.send(MESSAGE)
            setup.gateway.send(MESSAGE)
            texts = [await plain.recv() for _ in range(4)]
            frames = [json.loads(text) for text in texts]
            assert [(f["type"], f["seq"]) for f in frames] == [
                ("member_leave", 2),
                ("member_leave", 3),
                ("mock_unknown", 4),
                ("member_leave", 5),
            ]
            with pytest.raises(DecodeError) as error:
                decode_server(texts[-1])
            assert [(p.rule, p.pointer) for p in error.value.problems] == [("FIELD_MISSING", "/d")]

    run(test())


def test_delay_holds_a_message_back_and_all_after_it() -> None:
    async def test() -> None:
        async with mocked(["delay:ms=1,every=2"]) as setup, logged_in(setup) as plain:
            for _ in range(4):
                setup.gateway.send(MESSAGE)
            assert await plain.numbers(4) == [2, 3, 4, 5]
            assert [active.acted for active in setup.gateway.faults.active] == [2]

    run(test())
    injection = Injection(
        Faults([parse_fault("delay:ms=1500,every=2"), parse_fault("delay:ms=20")])
    )
    delays = [injection.plan(Outgoing("{}", "member_leave", seq)).delay for seq in (1, 2, 3)]
    assert delays == [0.02, 1.52, 0.02]


def test_silence_leaves_the_connection_open_and_a_resume_possible() -> None:
    async def test() -> None:
        async with mocked(["silence:after=2"]) as setup, logged_in(setup) as plain:
            setup.gateway.send(MESSAGE)
            assert await plain.numbers(1) == [2]
            setup.gateway.send(MESSAGE)
            await plain.send(client.HeartbeatFrame())
            async with plain_client(setup.gateway.url()) as second:
                await second.resume(plain.session_id, 2)
                assert await second.numbers(1) == [3]
                assert type(await second.next()) is server.ResumedFrame
                assert await second.heartbeat() == []
            assert plain.socket.close_code is None

    run(test())


def test_no_ack_answers_the_first_heartbeats_only() -> None:
    async def test() -> None:
        async with mocked(["no_ack:after=1"]) as setup, logged_in(setup) as plain:
            assert await plain.heartbeat() == []
            await plain.send(client.HeartbeatFrame())
            await plain.send(client.Typing(feed_id=1))
            assert type(await plain.next()) is server.TypingStartFrame
        assert setup.rules == []

    run(test())


def test_refuse_answers_the_handshake_with_an_error() -> None:
    async def test() -> None:
        async with mocked(["refuse:status=500,times=2"]) as setup:
            for _ in range(2):
                with pytest.raises(InvalidStatus) as error:
                    async with connect(setup.gateway.url()):
                        pass
                assert error.value.response.status_code == 500
            async with logged_in(setup):
                pass

    run(test())


def test_faults_combine_and_act_alike_in_every_run() -> None:
    async def conversation() -> list[str]:
        faults = ["skip:every=5", "repeat:every=7", "unknown:every=11", "drop:every=23,times=3"]
        seen: list[str] = []
        source = RandomEvents(seed=3, rate=None, count=100)
        async with mocked(faults, source=source) as setup:
            async with logged_in(setup) as plain:
                code, _, frames = await plain.end()
                seen += [f"{f.type} {f.seq}" for f in frames] + [str(code)]
            last = max(int(text.split()[1]) for text in seen[:-1])
            async with plain_client(setup.gateway.url()) as again:
                await again.resume(plain.session_id, last)
                code, _, frames = await again.end()
                seen += [f"{f.type} {f.seq}" for f in frames] + [str(code)]
        return seen

    results: list[list[str]] = []

    async def test() -> None:
        results.append(await conversation())

    run(test())
    run(test())
    assert results[0] == results[1]
    assert results[0].count("1006") == 2

"""What the mock gateway finds wrong with its clients, and when it closes for it."""

from __future__ import annotations

import time

import pytest

from tests.voxwire_live.mocked import logged_in, mocked, plain_client, run
from voxmodels.v1 import CloseCode, client


@pytest.mark.parametrize(
    ("text", "code", "rule"),
    [
        (
            '{"type":"identify","d":{"token":"token"}}',
            CloseCode.ALREADY_AUTHENTICATED,
            "IDENTIFY_REPEATED",
        ),
        ("{", CloseCode.DECODE_ERROR, "JSON_INVALID"),
        ("[]", CloseCode.UNKNOWN_ERROR, "FRAME_NOT_OBJECT"),
    ],
)
def test_what_breaks_the_protocol_is_closed(text: str, code: CloseCode, rule: str) -> None:
    async def test() -> None:
        async with mocked() as setup, logged_in(setup) as plain:
            await plain.send(text)
            assert await plain.end() == (code, code.name, [])
            assert setup.rules == [rule]

    run(test())


def test_a_binary_message_is_closed() -> None:
    async def test() -> None:
        async with mocked() as setup, logged_in(setup) as plain:
            await plain.socket.send(b'{"type":"heartbeat"}')
            assert (await plain.end())[0] == CloseCode.UNKNOWN_ERROR
            assert setup.rules == ["BINARY_FROM_CLIENT"]
            assert len(setup.notebook.frames) == 1

    run(test())


def test_the_first_message_must_be_a_login() -> None:
    async def test() -> None:
        async with mocked() as setup, plain_client(setup.gateway.url()) as plain:
            await plain.send(client.Typing(feed_id=1))
            assert await plain.end() == (4003, "NOT_AUTHENTICATED", [])
            assert setup.rules == ["NOT_IDENTIFIED"]

    run(test())


def test_a_client_without_heartbeats_is_closed() -> None:
    async def test() -> None:
        async with mocked(heartbeat_interval=20) as setup:
            async with logged_in(setup) as plain:
                assert await plain.end() == (4007, "SESSION_TIMEOUT", [])
            await setup.gateway.drop()
            assert setup.rules == ["HEARTBEAT_LATE"]

    run(test())


def test_a_client_that_goes_on_without_answers_is_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [1_700_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])

    async def test() -> None:
        async with mocked(["no_ack"]) as setup, logged_in(setup) as plain:
            for feed in range(4):
                now[0] += 45
                await plain.send(client.HeartbeatFrame())
                await plain.send(client.Typing(feed_id=feed))
                await plain.next()
            assert setup.rules == ["HEARTBEAT_NOT_GIVEN_UP"]

    run(test())


def test_the_address_is_checked() -> None:
    async def test() -> None:
        async with mocked() as setup:
            url = f"{setup.gateway.address}/gateway?v=1&compress=gzip"
            async with plain_client(url) as plain:
                await plain.identify()
            assert setup.rules == ["ENDPOINT_QUERY"]

    run(test())


def test_the_mistakes_of_a_client_are_findings() -> None:
    async def test() -> None:
        async with mocked() as setup:
            async with logged_in(setup) as plain:
                await plain.send('{"type":"typing_start","d":{"feed_id":1}}')
                await plain.send('{"type":"mls_relay","d":{"mls_type":"external","data":""}}')
                await plain.send('{"type":"heartbeat","seq":4}')
                await plain.send('{"type":"presence_update","d":{"status":"idle","mood":1}}')
                await plain.send('{"type":"party"}')
                assert [frame.type for frame in await plain.heartbeat()] == []
                assert [frame.type for frame in await plain.heartbeat()] == ["presence_update"]
            assert setup.rules == [
                "WRONG_DIRECTION",
                "FIELD_ENUM",
                "SEQ_FORBIDDEN",
                "UNKNOWN_FIELD",
                "UNKNOWN_TYPE",
            ]
            first = setup.notebook.findings[0]
            assert (first.file, first.connection, first.frame, first.direction, first.type) == (
                "mock",
                1,
                4,
                "c2s",
                "typing_start",
            )
            assert first.hint == 'did you mean "typing"?'

    run(test())


def test_strict_makes_errors_of_notes() -> None:
    async def test() -> None:
        async with mocked(strict=True) as setup, logged_in(setup) as plain:
            await plain.send('{"type":"party"}')
            await plain.heartbeat()
            assert setup.rules == ["UNKNOWN_TYPE"]
            assert setup.notebook.findings[0].severity == "error"

    run(test())

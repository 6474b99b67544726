"""The mock gateway as a plain client sees it: logins, sessions, compression, and its end."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from tests.voxwire_live.mocked import MESSAGE, Client, logged_in, mocked, plain_client, run
from voxmodels.v1 import CloseCode, client, server
from voxwire.live.mock.engine import outbox

BIG = server.ServerUpdate(description="x" * 1_000_000)


@pytest.mark.parametrize("compress", [False, True])
def test_the_url_decides_on_compression(compress: bool) -> None:
    async def test() -> None:
        async with mocked() as setup:
            async with plain_client(setup.gateway.url(compress=compress)) as plain:
                await plain.send(client.Identify(token="any"))
                assert isinstance(await plain.socket.recv(), bytes if compress else str)
                setup.gateway.send(MESSAGE)
                assert await plain.numbers(1) == [2]
                assert await plain.heartbeat() == []
            assert setup.rules == []

    run(test())


def test_hello_has_the_interval_and_ready_the_user() -> None:
    async def test() -> None:
        async with mocked(heartbeat_interval=1234) as setup:
            async with connect(setup.gateway.url()) as socket:
                assert await socket.recv() == '{"type":"hello","d":{"heartbeat_interval":1234}}'
            async with plain_client(setup.gateway.url()) as first:
                ready = await first.identify("one")
                assert (ready.user_id, ready.display_name, ready.protocol_version) == (
                    1,
                    "User 1",
                    1,
                )
            async with plain_client(setup.gateway.url()) as second:
                assert (await second.identify("two")).user_id == 2
            async with plain_client(setup.gateway.url()) as third:
                assert (await third.identify("one")).user_id == 1

    run(test())


def test_nothing_is_numbered_while_nobody_is_connected() -> None:
    async def test() -> None:
        async with mocked() as setup:
            async with logged_in(setup) as first:
                setup.gateway.send(MESSAGE)
                await setup.gateway.drop()
            assert setup.gateway.send(MESSAGE) == ()
            async with plain_client(setup.gateway.url()) as second:
                await second.resume(first.session_id, 1)
                assert await second.numbers(1) == [2]  # what was sent to the dying connection
                assert await second.next() == server.ResumedFrame(d=server.Resumed(seq=2))
                assert setup.gateway.send(MESSAGE) == (3,)
                assert await second.numbers(1) == [3]
            assert setup.rules == []

    run(test())


def test_what_happens_meanwhile_is_kept_if_that_is_wanted() -> None:
    async def test() -> None:
        async with mocked(keep_while_away=True) as setup:
            async with logged_in(setup) as first:
                setup.gateway.send(MESSAGE)
                assert await first.numbers(1) == [2]
                assert await setup.gateway.drop() == 1
                assert await first.end() == (1006, "", [])
            assert setup.gateway.send(MESSAGE) == (3,)
            assert setup.gateway.send(server.MemberLeave(user_id=8)) == (4,)
            async with plain_client(setup.gateway.url(compress=True)) as second:
                await second.resume(first.session_id, 2)
                frames = [await second.next() for _ in range(3)]
                assert frames == [
                    server.MemberLeaveFrame(d=MESSAGE, seq=3),
                    server.MemberLeaveFrame(d=server.MemberLeave(user_id=8), seq=4),
                    server.ResumedFrame(d=server.Resumed(seq=4)),
                ]
                setup.gateway.send(MESSAGE)
                assert await second.numbers(1) == [5]
            assert setup.rules == []

    run(test())


def test_what_cannot_be_resumed_is_closed() -> None:
    async def test() -> None:
        async with mocked(capacity=2) as setup, logged_in(setup) as first:
            for _ in range(3):
                setup.gateway.send(MESSAGE)
            for session_id, last_seq, token, code in (
                (first.session_id, 2, "token", CloseCode.REPLAY_EXHAUSTED),
                ("sess_unknown", 1, "token", CloseCode.SESSION_EXPIRED),
                (first.session_id, 4, "another", CloseCode.AUTH_FAILED),
            ):
                async with plain_client(setup.gateway.url()) as plain:
                    await plain.resume(session_id, last_seq, token)
                    assert await plain.end() == (code, code.name, [])

    run(test())


def test_a_session_expires() -> None:
    async def test() -> None:
        async with mocked(lifetime=0.0) as setup:
            async with logged_in(setup) as first:
                pass
            await setup.gateway.until(lambda: not setup.gateway.sessions)
            async with plain_client(setup.gateway.url()) as plain:
                await plain.resume(first.session_id, 1)
                assert (await plain.end())[0] == CloseCode.SESSION_EXPIRED

    run(test())


def test_a_resume_leaves_the_old_connection_open_and_both_get_events() -> None:
    async def test() -> None:
        async with (
            mocked() as setup,
            logged_in(setup) as first,
            plain_client(setup.gateway.url(compress=True)) as second,
        ):
            await second.resume(first.session_id, 1)
            assert type(await second.next()) is server.ResumedFrame
            assert setup.gateway.send(MESSAGE) == (2,)
            assert (await first.numbers(1), await second.numbers(1)) == ([2], [2])
            await second.socket.close()
            assert setup.gateway.send(MESSAGE) == (3,)
            assert await first.numbers(1) == [3]

    run(test())


def test_a_session_is_taken_over_if_that_is_wanted() -> None:
    async def test() -> None:
        async with (
            mocked(take_over=True) as setup,
            logged_in(setup) as first,
            plain_client(setup.gateway.url()) as second,
        ):
            await second.resume(first.session_id, 1)
            assert type(await second.next()) is server.ResumedFrame
            assert await first.end() == (4009, "SESSION_EXPIRED", [])
            setup.gateway.send(MESSAGE)
            assert await second.numbers(1) == [2]

    run(test())


def test_only_the_given_token_is_accepted() -> None:
    async def test() -> None:
        async with mocked(token="right") as setup:
            for _ in range(10):
                async with plain_client(setup.gateway.url()) as plain:
                    await plain.send(client.Identify(token="wrong"))
                    assert await plain.end() == (4004, "AUTH_FAILED", [])
            async with plain_client(setup.gateway.url()) as plain:
                await plain.send(client.Identify(token="right"))
                assert await plain.end() == (4008, "AUTH_RATE_LIMITED", [])

    run(test())


def test_a_resume_is_not_counted_by_the_limit_of_logins() -> None:
    async def test() -> None:
        async with mocked(token="right") as setup, logged_in(setup, "right") as first:
            for _ in range(15):
                async with plain_client(setup.gateway.url()) as plain:
                    await plain.resume(first.session_id, 1, "wrong")
                    assert (await plain.end())[0] == 4004
            for _ in range(10):
                async with plain_client(setup.gateway.url()) as plain:
                    await plain.send(client.Identify(token="wrong"))
                    assert (await plain.end())[0] == 4004
            async with plain_client(setup.gateway.url()) as plain:
                await plain.resume(first.session_id, 1, "right")
                assert type(await plain.next()) is server.ResumedFrame

    run(test())


def test_the_right_token_is_accepted() -> None:
    async def test() -> None:
        async with mocked(token="right") as setup, logged_in(setup, "right") as plain:
            assert plain.session_id
            async with plain_client(setup.gateway.url()) as other:
                await other.resume(plain.session_id, 1, "wrong")
                assert (await other.end())[0] == CloseCode.AUTH_FAILED

    run(test())


def test_a_user_has_five_connections_at_most() -> None:
    async def test() -> None:
        async with mocked() as setup, AsyncExitStack() as stack:
            for _ in range(5):
                await stack.enter_async_context(logged_in(setup))
            async with plain_client(setup.gateway.url()) as sixth:
                await sixth.send(client.Identify(token="token"))
                assert await sixth.end() == (4006, "RATE_LIMITED", [])

    run(test())


def test_an_address_has_ten_connections_at_most() -> None:
    async def test() -> None:
        async with mocked() as setup, AsyncExitStack() as stack:
            for _ in range(9):
                await stack.enter_async_context(plain_client(setup.gateway.url()))
            async with plain_client(setup.gateway.url()) as tenth:
                async with connect(setup.gateway.url()) as socket:
                    eleventh = Client(socket)
                    assert await eleventh.end() == (4006, "RATE_LIMITED", [])  # not even hello
                await tenth.identify()
            await setup.gateway.until(lambda: not setup.gateway.sessions[0].connections)
            async with logged_in(setup):
                pass

    run(test())


def test_more_connections_are_possible() -> None:
    async def test() -> None:
        async with mocked(connections_per_address=11) as setup, AsyncExitStack() as stack:
            for _ in range(11):
                await stack.enter_async_context(plain_client(setup.gateway.url()))
            async with connect(setup.gateway.url()) as socket:
                assert (await Client(socket).end())[0] == 4006

    run(test())


@pytest.mark.parametrize("is_enforced", [True, False])
def test_the_rate_is_enforced_if_that_is_wanted(is_enforced: bool) -> None:
    async def test() -> None:
        async with mocked(enforce_rate=is_enforced) as setup, logged_in(setup) as plain:
            for _ in range(118):  # identify was the first
                await plain.send('{"type":"party"}')
            await plain.send('{"type":"typing","d":{"feed_id":1}}')
            assert (await plain.next()).type == "typing_start"
            await plain.send('{"type":"typing","d":{"feed_id":2}}')
            if is_enforced:
                assert await plain.end() == (4006, "RATE_LIMITED", [])
            else:
                assert (await plain.next()).type == "typing_start"

    run(test())


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/gateway", 101),
        ("/gateway?v=7&encoding=etf", 101),
        ("/gatewa%79?v=1", 101),
        ("/", 403),
        ("/gateway/", 403),
        ("/Gateway", 403),
        ("//gateway", 403),
        ("/v1/gateway?v=1", 403),
        ("/?path=/gateway", 403),
    ],
)
def test_only_one_path_is_the_gateway(target: str, status: int) -> None:
    async def test() -> None:
        async with mocked(["refuse:times=1"] if status == 403 else []) as setup:
            url = setup.gateway.address + target
            if status == 101:
                async with plain_client(url) as plain:
                    await plain.identify()
                return
            with pytest.raises(InvalidStatus) as refused:
                await connect(url)
            assert refused.value.response.status_code == 403
            assert refused.value.response.body == b"the gateway is at /gateway\n"
            assert setup.gateway.faults.active[0].acted == 0

    run(test())


def test_stopping_tells_the_clients() -> None:
    async def test() -> None:
        async with AsyncExitStack() as stack:
            async with mocked() as setup:
                plain = await stack.enter_async_context(logged_in(setup))
                greeted = await stack.enter_async_context(plain_client(setup.gateway.url()))
            assert await plain.end() == (1001, "mock stopped", [])
            assert await greeted.end() == (1001, "mock stopped", [])

    run(test())


def test_what_happens_is_told_without_secrets() -> None:
    async def test() -> None:
        async with mocked() as setup, logged_in(setup, "vox_sess_46KiE4r-YgW9") as plain:
            await setup.gateway.close(4000, "UNKNOWN_ERROR")
            await plain.end()
        assert setup.notebook.sentences == [
            "connection 1 opened",
            "connection 1: the session of user 1 began",
            "connection 1 ended with 4000 UNKNOWN_ERROR",
        ]
        assert "46KiE4r" not in repr((setup.gateway.options, setup.notebook.frames))

    run(test())


@pytest.mark.parametrize("how", ["drop", "close"])
def test_a_client_that_does_not_read_holds_nothing_up(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voxwire.live.mock.engine.connection.CLOSE_TIMEOUT", 0.05)

    async def test() -> None:
        async with (
            mocked() as setup,
            connect(setup.gateway.url(), max_queue=1, close_timeout=0.01) as socket,
        ):
            await socket.send('{"type":"identify","d":{"token":"token"}}')
            await setup.gateway.until(lambda: bool(setup.gateway.sessions))
            (session,) = setup.gateway.sessions
            for number in range(2, 52):  # more than the system buffers
                assert session.publish(BIG) == number
            if how == "drop":
                assert await setup.gateway.drop() == 1
            else:
                assert await setup.gateway.close(4000) == 1
            assert (session.publish(MESSAGE), session.last_seq) == (None, 51)

    run(test())


@pytest.mark.parametrize(
    ("payload", "most"),
    [(MESSAGE, outbox.MAX_MESSAGES), (BIG, outbox.MAX_SIZE // 1_000_000)],
    ids=["many", "long"],
)
def test_a_client_that_does_not_read_is_cut_off(
    payload: server.MemberLeave | server.ServerUpdate, most: int
) -> None:
    async def test() -> None:
        async with mocked() as setup, logged_in(setup) as plain:
            (session,) = setup.gateway.sessions
            (connection,) = session.connections
            for _ in range(most):  # nothing of it is sent: the event loop has no turn
                session.publish(payload)
            assert len(connection.outbox) == most
            assert session.publish(payload) == most + 2
            assert (len(connection.outbox), session.connections) == (0, ())
            assert session.publish(payload) is None
            assert (await plain.end())[0] == 1006
        assert [line for line in setup.notebook.sentences if "cut off" in line] == [
            f"connection 1 is cut off: the client does not read, {most + 1} messages wait"
        ]

    run(test())

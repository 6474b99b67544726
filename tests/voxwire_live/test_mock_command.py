"""``voxwire mock`` as a process and its command line."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from tests.voxwire_live.mocked import plain_client, run
from voxwire.cli import main

CAPTURES = Path(__file__).parents[2] / "examples" / "captures"
BOT = str(CAPTURES / "main-bot-plain.ndjson")
COMMAND = (sys.executable, "-m", "voxwire", "mock")
NO_HOST = "this is neither the name nor the address of a host"
TOKEN = "vox_sess_46KiE4r-YgW9_f3cV0"


class Process:
    """A mock that runs; `url` is what it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.url = ""

    async def started(self) -> None:
        assert self.process.stderr is not None
        line = (await self.process.stderr.readline()).decode().strip()
        assert line.startswith("voxwire mock: listening on ws://127.0.0.1:"), line
        self.url = line.rpartition(" ")[2]

    async def stopped(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, list[str]]:
        """Send a signal; the exit status, standard output, and what was said."""
        self.process.send_signal(number)
        output, errors = await self.process.communicate()
        assert self.process.returncode is not None
        said = [line.removeprefix("voxwire mock: ") for line in errors.decode().splitlines()]
        return self.process.returncode, output.decode(), said


@asynccontextmanager
async def mock(
    *arguments: str, token: str | None = None, folder: Path | None = None
) -> AsyncIterator[Process]:
    """A mock as a process of its own, in a folder."""
    pipe = asyncio.subprocess.PIPE
    environment = {} if token is None else {"VOX_TOKEN": token}
    process = await asyncio.create_subprocess_exec(
        *COMMAND, *arguments, stdout=pipe, stderr=pipe, env=environment, cwd=folder
    )
    running = Process(process)
    try:
        await running.started()
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(number: signal.Signals) -> None:
    async def test() -> None:
        async with mock() as process:
            async with plain_client(process.url) as plain:
                await plain.identify(TOKEN)
                status, output, said = await process.stopped(number)
                assert (status, output) == (0, "")
                assert await plain.end() == (1001, "mock stopped", [])
            assert said == [
                "connection 1 opened",
                "connection 1: the session of user 1 began",
                "connection 1 ended with 1001 mock stopped",
                "1 connection, 2 messages sent, 1 valid message received: nothing found",
            ]

    run(test())


def test_findings_are_lines_and_the_exit_status() -> None:
    async def test() -> None:
        async with mock("--quiet") as process:
            async with plain_client(process.url) as plain:
                await plain.identify(TOKEN)
                await plain.send('{"type":"typing_start","d":{"feed_id":1}}')
                await plain.heartbeat()
            status, output, said = await process.stopped()
            place, _, rest = output.partition(" ")
            assert (status, place, said) == (1, "mock#c1:4", [])
            assert rest.partition(" ")[2] == (
                'c2s typing_start /type error[WRONG_DIRECTION] unknown client message "typing_start"; '
                'it is a server message (did you mean "typing"?)\n'
            )

    run(test())


def test_a_capture_is_played_with_faults_and_a_token() -> None:
    async def test() -> None:
        faults = ("--fault", "drop:every=100", "--fault", "skip:after=3")
        arguments = ("--from", BOT, "--speed", "max", "--compress", "--token-env", "VOX_TOKEN")
        async with mock(*arguments, *faults, token=TOKEN) as process:
            assert process.url.endswith("/gateway?v=1&encoding=json&compress=zstd")
            async with plain_client(process.url) as plain:
                assert (await plain.identify(TOKEN)).user_id == 8
                code, _, frames = await plain.end()
                assert code == 1006
                assert [f.seq for f in frames] == [n for n in range(2, 101) if n != 4]
            async with plain_client(process.url) as plain:
                await plain.send('{"type":"identify","d":{"token":"wrong"}}')
                assert (await plain.end())[0] == 4004
            status, output, said = await process.stopped()
            assert (status, output) == (0, "")
            assert "fault drop:every=100 ends connection 1" in said
            assert said[-3:-1] == [
                "fault drop:every=100 acted 1 time",
                "fault skip:after=3 acted 1 time",
            ]
            assert TOKEN not in "".join(said)

    run(test())


def test_made_up_events_are_sent() -> None:
    async def test() -> None:
        arguments = ("--random", "--seed", "7", "--rate", "max", "--count", "3")
        async with mock(*arguments) as process:
            async with plain_client(process.url) as plain:
                await plain.identify()
                assert await plain.numbers(3) == [2, 3, 4]
            _, _, said = await process.stopped()
            assert said[0] == "makes up 3 events with seed 7"

    run(test())


def test_it_can_be_stricter_and_kinder_than_the_real_server() -> None:
    async def test() -> None:
        options = ("--keep-while-away", "--take-over", "--enforce-rate", "--deny", "video")
        async with mock(*options, "--connections-per-address", "3") as process:
            async with (
                plain_client(process.url) as first,
                plain_client(process.url) as second,
                plain_client(process.url) as third,
                connect(process.url) as fourth,
            ):
                with pytest.raises(ConnectionClosed):
                    await fourth.recv()
                assert fourth.close_code == 4006
                await first.identify("one")
                await third.identify("two")
                await second.resume(first.session_id, 1, "one")
                assert (await first.end())[0] == 4009
                await second.send('{"type":"voice_state_update","d":{"video":true}}')
                codes = [f.d.code for f in await second.heartbeat() if f.type == "error"]
                assert codes == ["MISSING_PERMISSIONS"]
                for _ in range(120):
                    await third.send('{"type":"party"}')
                assert (await third.end())[0] == 4006
                await second.socket.close()
            async with plain_client(process.url) as writer:
                await writer.identify("three")
                await writer.send('{"type":"typing","d":{"feed_id":1}}')
                await writer.heartbeat()
                async with plain_client(process.url) as again:
                    await again.resume(first.session_id, 1, "one")
                    replayed = [frame.type for frame in await again.heartbeat()]
                    assert "typing_start" in replayed
                    assert replayed[-1] == "resumed"
            await process.stopped()

    run(test())


def test_a_capture_that_cannot_be_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    file.write_bytes(Path(BOT).read_bytes())

    async def test() -> None:
        async with mock("--from", str(file), "--speed", "max") as process:
            file.unlink()
            async with plain_client(process.url) as plain:
                await plain.identify()
                await plain.heartbeat()
            status, output, said = await process.stopped()
            assert (status, output) == (3, "")
            assert "playing to user 8 failed: No such file or directory" in said
            assert said[-1].endswith(": nothing found")

    run(test())


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--fault", "dorp:every=3"], 2, "unknown fault 'dorp' (did you mean 'drop'?"),
        (["--fault", "drop:evry=3"], 2, "unknown parameter of drop 'evry' (did you mean 'every'?"),
        (["--host", "0.0.0.0"], 2, "0.0.0.0 can be reached by others; give --expose"),
        (["--host", "example.org"], 2, "example.org can be reached by others; give --expose"),
        (["--host", "[::]"], 2, ":: can be reached by others; give --expose"),
        *(
            (["--host", host, "--expose"], 2, f"argument --host: {NO_HOST}\n")
            for host in ("me:word@host", "word..host", "me%3Aword%40host", "[::1", "a word", "")
        ),
        (["--speed", "2"], 2, "--speed needs --from"),
        (["--connection", "2"], 2, "--connection needs --from"),
        (
            ["--from", BOT, "--connection", "2"],
            2,
            f"{BOT}: there is no connection 2: the capture has 1 connection\n",
        ),
        (["--from", BOT, "--connection", "0"], 2, "'0' is not a number from 1 upwards"),
        (["--connections-per-address", "x"], 2, "'x' is not a number from 1 upwards"),
        (["--deny", "speak"], 2, "invalid choice: 'speak' (choose from 'video', 'streaming')"),
        (["--seed", "2"], 2, "--seed, --rate and --count need --random"),
        (["--from", "x.ndjson", "--random"], 2, "not allowed with argument --from"),
        (["--from", "missing.ndjson"], 3, "cannot read missing.ndjson: No such file or directory"),
        (["--random", "--rate", "0"], 2, "'0' is neither a number above 0 nor max"),
        (["--random", "--rate", "nan"], 2, "'nan' is neither a number above 0 nor max"),
        (["--port", "70000"], 2, "'70000' is not a port"),
        (["--heartbeat-interval", "0"], 2, "'0' is not a number of milliseconds from 1 upwards"),
        (["--token-env", "VOX_NO_SUCH_VARIABLE"], 2, "VOX_NO_SUCH_VARIABLE is not set"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_of_the_command_line(
    arguments: list[str], status: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        got = main(["mock", *arguments])
    except SystemExit as exit_:
        got = int(str(exit_.code))
    assert got == status
    assert said in capsys.readouterr().err


def test_a_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["mock", "--port", str(port)]) == 2
    assert f"cannot listen on 127.0.0.1:{port}: " in capsys.readouterr().err


def test_the_faults_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mock", "--fault", "help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (
        "no_ack    Heartbeats are not answered any more, after the first N of a connection."
        in lines
    )

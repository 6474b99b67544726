"""``voxwire listen``: what it prints and records, when it ends, and that it shows no secret."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.voxwire_live.loopback import TOKEN, Loopback, leave, loopback, run
from tests.voxwire_live.recorded import closes, messages
from voxmodels.v1 import server
from voxwire import Compressor
from voxwire.cli import main
from voxwire.cli.listen_output import Format, Limit, Printer
from voxwire.report.style import Style
from voxwire.vox import VOX

SECRETS = (TOKEN, "sess_00000001", "vox_sess_media")


class Ended:
    """A run of the command that has ended."""

    def __init__(self, status: int | None, output: bytes, errors: bytes) -> None:
        self.status = status
        self.out = output.decode().splitlines()
        self.err = errors.decode().splitlines()
        everything = output + errors
        for secret in SECRETS:
            assert secret.encode() not in everything


class Listening:
    """The command as a process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def interrupt(self) -> None:
        self._process.send_signal(signal.SIGINT)

    async def line(self) -> str:
        """The next line that it prints."""
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode()

    async def ended(self) -> Ended:
        output, errors = await self._process.communicate()
        return Ended(self._process.returncode, output or b"", errors)


@asynccontextmanager
async def listen(
    url: str, *arguments: str, token: str = TOKEN, output: int = asyncio.subprocess.PIPE
) -> AsyncIterator[Listening]:
    command = (sys.executable, "-m", "voxwire", "listen", url, "--token-env", "VOX_TOKEN")
    process = await asyncio.create_subprocess_exec(
        *command,
        *arguments,
        stdout=output,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"VOX_TOKEN": token},
    )
    try:
        yield Listening(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def logged_in(mock: Loopback, count: int = 1) -> None:
    await mock.until(lambda: len(mock.logins) == count and mock.connection is not None)


@pytest.mark.parametrize("compress", ["--compress", "--no-compress"])
def test_prints_each_frame_as_it_arrives(compress: str) -> None:
    async def test() -> None:
        async with loopback() as mock, listen(mock.url, compress) as listening:
            assert "  hello  " in await listening.line()
            assert '  ready  seq 1  {"session_id":"masked-' in await listening.line()
            await mock.send(leave(7))
            assert (await listening.line()).endswith('  member_leave  seq 2  {"user_id":7}\n')
            listening.interrupt()
            done = await listening.ended()
            assert (done.status, done.out) == (0, [])
            assert done.err[:2] == [
                "voxwire listen: connected; heartbeats every 3600 s",
                "voxwire listen: session started on Tea Party as Ada (user 7)",
            ]
            assert done.err[2].startswith("voxwire listen: 3 frames in ")
            assert done.err[2].endswith(" s over 1 connection")
            await mock.until(lambda: mock.endings == [(1000, "")])
            assert ("compress=zstd" in mock.paths[0]) is (compress == "--compress")

    run(test())


def test_json_is_the_frame_and_only_chooses_types() -> None:
    async def test() -> None:
        options = ["--format", "json", "--only", "member_leave,ready", "--count", "3", "-q"]
        async with loopback() as mock, listen(mock.url, *options) as listening:
            await logged_in(mock)
            refresh = server.MediaTokenRefresh(room_id=1, media_token="vox_sess_media")
            await mock.send(leave(1), refresh, leave(2))
            done = await listening.ended()
            assert (done.status, done.err) == (0, [])
            ready, *leaves = map(json.loads, done.out)
            assert ready["d"]["session_id"].startswith("masked-")
            assert leaves == [
                {"type": "member_leave", "d": {"user_id": 1}, "seq": 2},
                {"type": "member_leave", "d": {"user_id": 2}, "seq": 4},
            ]

    run(test())


def test_tells_of_lost_connections_and_missing_messages() -> None:
    async def test() -> None:
        options = ["--count", "6", "--no-compress"]
        async with loopback() as mock, listen(mock.url, *options) as listening:
            await logged_in(mock)
            await mock.send_raw('{"type":"member_leave","d":{"user_id":1},"seq":4}')
            await listening.line()
            mock.session.last_seq = 4
            await mock.close(1012)
            await logged_in(mock, 2)
            await mock.send(leave(1))
            done = await listening.ended()
            assert done.status == 0
            assert done.err[2] == "voxwire listen: 2 messages missing: seq 2 to 3"
            assert done.err[3].startswith(
                "voxwire listen: disconnected (1012): The server restarts; connecting again in "
            )
            assert re.fullmatch(
                r"voxwire listen: session resumed; 0 messages came late, "
                r"and what happened in the \d+\.\d s without a connection never comes",
                done.err[5],
            )
            assert done.err[-1].endswith(" over 2 connections; 2 messages missing")

    run(test())


@pytest.mark.parametrize("redact", [True, False])
def test_records_both_directions(redact: bool, tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"

    async def test() -> None:
        options = ["-o", str(file), "--count", "3", *(["--redact"] if redact else [])]
        async with loopback() as mock, listen(mock.url, *options) as listening:
            await logged_in(mock)
            await mock.send(leave(7))
            done = await listening.ended()
            assert (done.status, done.out) == (0, [])

    run(test())
    [connection] = messages(file)
    assert [direction for direction, _ in connection] == ["s2c", "c2s", "s2c", "s2c"]
    assert (TOKEN in file.read_text("utf-8")) is not redact
    assert closes(file) == [(1, 1000, "", "client")]
    assert file.stat().st_mode & 0o077 == 0
    assert main(["validate", "-q", str(file)]) == 0


def test_ends_after_a_duration() -> None:
    async def test() -> None:
        async with loopback() as mock, listen(mock.url, "--duration", "0.5") as listening:
            assert (await listening.ended()).status == 0

    run(test())


def test_a_gateway_that_refuses_for_good() -> None:
    async def test() -> None:
        wrong = "vox_sess_other_token"
        async with loopback() as mock, listen(mock.url, token=wrong) as listening:
            done = await listening.ended()
            assert done.status == 3
            assert done.err[0].startswith(
                "voxwire listen: closed for good with 4004 AUTH_FAILED: The token is not valid"
            )
            assert "other_token" not in "".join(done.err)

    run(test())


def test_whoever_reads_may_go_away() -> None:
    reader, writer = os.pipe()

    async def test() -> None:
        async with loopback() as mock, listen(mock.url, output=writer) as listening:
            os.close(writer)
            await logged_in(mock)
            os.close(reader)
            ending = asyncio.create_task(listening.ended())
            while not mock.endings:
                await mock.send(leave(1))
                await asyncio.sleep(0)
            assert (await ending).status == 141

    run(test())


@pytest.fixture
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOX_TOKEN", TOKEN)


@pytest.mark.usefixtures("_token")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ws://h", "--token-env", "VOX_NONE"], "VOX_NONE is not set"),
        (["http://h", "--token-env", "VOX_TOKEN"], "ws:// or wss://"),
        (["ws://a:b@h", "--token-env", "VOX_TOKEN"], "user name or password"),
        (["ws://h", "--token-env", "VOX_TOKEN", "--redact"], "--redact needs -o"),
        (
            ["ws://h", "--token-env", "VOX_TOKEN", "-o", "f", "--only", "ready"],
            "--only is for printing",
        ),
        (["ws://h", "--token-env", "VOX_TOKEN", "-o", "/no/such/f"], "cannot write"),
    ],
)
def test_usage(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["listen", *arguments]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("_token")
def test_a_capture_that_exists_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "main.ndjson"
    file.write_text("mine", "utf-8")
    assert main(["listen", "ws://h", "--token-env", "VOX_TOKEN", "-o", str(file)]) == 2
    assert "exists" in capsys.readouterr().err
    assert file.read_text("utf-8") == "mine"


@pytest.mark.usefixtures("_token")
def test_an_unreachable_gateway_leaves_no_capture(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "main.ndjson"
    assert main(["listen", "ws://127.0.0.1:1", "--token-env", "VOX_TOKEN", "-o", str(file)]) == 3
    assert capsys.readouterr().err == "voxwire listen: nothing listens at the address\n"
    assert not file.exists()


def printed(form: Format, *frames: str | bytes, types: frozenset[str] | None = None) -> str:
    out = io.StringIO()
    printer = Printer(
        out,
        form,
        Limit(None, lambda: None),
        types=types,
        style=Style(False),
        clock=lambda: 0.25,
        protocol=VOX,
    )
    connection = printer.connection("ws://h")
    for frame in frames:
        connection.frame("s2c", frame)
    connection.frame("c2s", '{"type":"heartbeat"}')
    asyncio.run(printer.flush())
    return out.getvalue()


def test_lines_are_safe_to_show() -> None:
    frame = '{ "type": "x\\u001b[2J",\n"d": {"a": "\u202e\x9b\U0001f600"} }'
    [line] = printed("text", frame).splitlines()
    assert line.partition("  ")[2] == 'x\\x1b[2J  {"a":"\\u202e\\x9b\U0001f600"}'
    [line] = printed("json", frame).splitlines()
    assert line == '{"type":"x\\u001b[2J","d":{"a":"\\u202e\\u009b\\ud83d\\ude00"}}'
    assert json.loads(line) == json.loads(frame)


def test_what_is_no_frame_is_not_printed() -> None:
    assert printed("text", "nonsense", "[]", b"no zstd", "[" * 5000, '{"d":{}}', '{"type":1}') == ""


def test_compressed_frames_are_printed() -> None:
    ack = Compressor().compress(b'{"type": "heartbeat_ack"}')
    assert printed("json", ack) == '{"type":"heartbeat_ack"}\n'
    assert printed("json", ack, types=frozenset({"ready"})) == ""


def test_limit() -> None:
    reached: list[int] = []
    limit = Limit(2, lambda: reached.append(limit.count))
    assert [limit.admits() for _ in range(3)] == [True, True, False]
    assert reached == [2]

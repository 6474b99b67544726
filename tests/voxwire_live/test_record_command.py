"""``voxwire record`` as a process: signals, crashes, exit statuses, and what it prints."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from tests.voxwire_live.recorded import closes, echo, lines, messages, run, server_at
from voxwire import Compressor, Decompressor
from voxwire.capture import BadLine, read_capture
from voxwire.cli import main

TOKEN = "vox_sess_46KiE4r-YgW9_f3cV0"
SESSION = "sess_17d875266b616d8c4539a4be"
COMMAND = (sys.executable, "-m", "voxwire", "record", "--listen", "127.0.0.1:0")


class Process:
    """A recorder that runs; `address` is where it listens."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.address = ""
        self.said: list[str] = []

    async def started(self) -> None:
        assert self.process.stderr is not None
        self.said.append((await self.process.stderr.readline()).decode().strip())
        assert "listening on " in self.said[0], self.said
        self.address = self.said[0].partition("listening on ")[2].partition(",")[0]

    async def stopped(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
        """Send a signal; the exit status and standard output."""
        self.process.send_signal(number)
        output, errors = await self.process.communicate()
        self.said += errors.decode().splitlines()
        assert self.process.returncode is not None
        return self.process.returncode, output.decode()


@asynccontextmanager
async def recorder(*arguments: str) -> AsyncIterator[Process]:
    """A recorder as a process of its own."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*COMMAND, *arguments, stdout=pipe, stderr=pipe)
    running = Process(process)
    try:
        await running.started()
        yield running
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def gateway(connection: ServerConnection) -> None:
    """Says hello and ready, compressed, and gives back what comes later."""
    compress = Compressor().compress
    await connection.send(compress(b'{"type": "hello", "d": {"heartbeat_interval": 45000}}'))
    identify = json.loads(await connection.recv())
    ready = {
        "session_id": SESSION,
        "user_id": 1,
        "display_name": "Ann",
        "server_name": "Home",
        "protocol_version": 1,
        "capabilities": [],
    }
    await connection.send(compress(json.dumps({"type": "ready", "d": ready, "seq": 1}).encode()))
    error = {"code": "X", "message": f"was {identify['d']['token']}"}
    await connection.send(compress(json.dumps({"type": "error", "d": error}).encode()))
    async for message in connection:
        await connection.send(message)


async def log_in(url: str) -> None:
    """Be a client of the gateway that closes with a token in its reason."""
    async with connect(f"{url}/gateway?v=1&encoding=json&compress=zstd&token={TOKEN}") as client:
        await client.recv()
        await client.send(json.dumps({"type": "identify", "d": {"token": TOKEN}}))
        await client.recv()
        await client.recv()
        await client.close(1000, f"bye {TOKEN}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_end_it_cleanly(number: signal.Signals, tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"

    async def test() -> None:
        async with server_at(echo) as url, recorder("--to", url, "-o", str(file)) as process:
            client = await connect(process.address)
            await client.send("a")
            await client.recv()
            status, output = await process.stopped(number)
            assert (status, output) == (0, "")
            with pytest.raises(ConnectionClosed) as end:
                await client.recv()
            assert end.value.rcvd is not None
            assert end.value.rcvd.code == 1001
            assert process.said[1:] == [
                "voxwire record: connection 1 opened",
                "voxwire record: connection 1 closed by the recorder with 1001 recorder stopped; "
                "2 frames",
                "voxwire record: recorded 2 frames of 1 connection",
            ]

    run(test())
    assert messages(file) == [[("c2s", "a"), ("s2c", "a")]]
    assert closes(file) == [(1, 1001, "recorder stopped", "recorder")]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_a_crash_loses_the_last_line_at_most(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    received: list[str | bytes] = []

    async def flood(connection: ServerConnection) -> None:
        number = 0
        while True:
            await connection.send(f"{number} {'x' * 1000}")
            number += 1

    async def test() -> None:
        async with server_at(flood) as url, recorder("--to", url, "-o", str(file)) as process:
            async with connect(process.address) as client:
                with suppress(ConnectionClosed):
                    while True:
                        received.append(await client.recv())
                        if len(received) == 2000:
                            process.process.kill()
            await process.process.communicate()

    run(test())
    assert len(received) >= 2000
    [found] = messages(file)
    assert found[: len(received)] == [("s2c", message) for message in received]
    bad = [event for event in read_capture(str(file)) if isinstance(event, BadLine)]
    assert len(bad) <= (not file.read_bytes().endswith(b"\n"))


def test_redaction_leaves_no_secret_and_no_other_findings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def test(file: Path, *options: str) -> None:
        async with (
            server_at(gateway) as url,
            recorder("--to", url, "-o", str(file), *options) as process,
        ):
            await log_in(process.address)
            assert (await process.stopped())[0] == 0
            assert all(TOKEN not in line for line in process.said)

    findings = []
    for name, options in (("plain", ()), ("redacted", ("--redact",))):
        file = tmp_path / f"{name}.ndjson"
        run(test(file, *options))
        main(["validate", "--format", "jsonl", str(file)])
        found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        findings.append([(f["rule"], f["frame"], f["pointer"], f["message"]) for f in found])
    assert findings[0] == findings[1]
    for secret in (TOKEN, SESSION):
        assert secret in everything_in(tmp_path / "plain.ndjson")
        assert secret not in everything_in(tmp_path / "redacted.ndjson")


def everything_in(file: Path) -> str:
    """The text of a capture, and below it what its binary frames hold."""
    binary = [line["b64"] for line in map(json.loads, lines(file)) if "b64" in line]
    plain = [Decompressor().decompress(b64decode(data)).decode() for data in binary]
    return "\n".join([file.read_text(), *plain])


def test_findings_are_printed_as_they_happen(tmp_path: Path) -> None:
    async def test() -> None:
        arguments = ("-o", str(tmp_path / "main.ndjson"), "--validate")
        async with server_at(echo) as url, recorder("--to", url, *arguments) as process:
            async with connect(process.address) as client:
                await client.send('{"type":"typing_start","d":{"feed_id":1}}')
                assert process.process.stdout is not None
                line = (await process.process.stdout.readline()).decode()
                assert " c2s typing_start /type error[WRONG_DIRECTION] " in line
            assert (await process.stopped())[0] == 1

    run(test())


def test_what_came_again_is_counted_at_the_end(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"

    async def test() -> None:
        arguments = ("-o", str(file), "--validate")
        async with server_at(echo) as url, recorder("--to", url, *arguments) as process:
            async with connect(process.address) as client:
                for _ in range(3):
                    await client.send(b"binary")
                    await client.recv()
            status, output = await process.stopped()
            assert status == 1
            assert output.count("error[BINARY_FROM_CLIENT]") == 1
            assert f"{file}#c1 … and 2 more BINARY_FROM_CLIENT, the last in frame 5" in output

    run(test())


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    async def test() -> None:
        async with server_at(echo) as url, server_at(echo) as taken:
            port = taken.rpartition(":")[2]
            command = [*COMMAND[:-1], port, "--to", url, "-o", str(tmp_path / "a")]
            pipe = asyncio.subprocess.PIPE
            process = await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe)
            output, errors = await process.communicate()
            assert (process.returncode, output) == (2, b"")
            assert errors.decode().startswith("voxwire record: cannot listen on 127.0.0.1:")
            assert not (tmp_path / "a").exists()

    run(test())


def test_a_capture_to_standard_output(tmp_path: Path) -> None:
    async def test() -> None:
        async with server_at(echo) as url, recorder("--to", url, "-o", "-") as process:
            async with connect(process.address) as client:
                await client.send("a")
                await client.recv()
            status, output = await process.stopped()
            assert status == 0
            file = tmp_path / "main.ndjson"
            file.write_text(output)
            assert messages(file) == [[("c2s", "a"), ("s2c", "a")]]
            assert closes(file) == [(1, 1000, "", "client")]

    run(test())


def test_appending_adds_a_connection(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"

    async def test() -> None:
        for _ in range(2):
            arguments = ("-o", str(file), "--append")
            async with server_at(echo) as url, recorder("--to", url, *arguments) as process:
                async with connect(process.address) as client:
                    await client.send("a")
                    await client.recv()
                await process.stopped()

    run(test())
    assert messages(file) == [[("c2s", "a"), ("s2c", "a")]] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--listen", "0", "--to", "http://host", "-o", "new"], "--to: the address must begin"),
        (["--listen", "0", "--to", "ws://a:b@host", "-o", "new"], "--to: the address must not"),
        (["--listen", "0", "--to", "ws://host", "-o", "there"], "there exists; choose another"),
        (["--listen", "0", "--to", "ws://host", "-o", "no/such"], "cannot write no/such: No such"),
        (["--listen", "host:", "--to", "ws://host", "-o", "new"], "'host:' does not end with"),
        (["--listen", "65536", "--to", "ws://host", "-o", "new"], "'65536' does not end with"),
        *(
            (
                ["--listen", f"{host}:0", "--to", "ws://host", "-o", "new"],
                "argument --listen: this is neither the name nor the address of a host\n",
            )
            for host in ("me:word@host", "word..host", "me%3Aword%40host", "[::1", "a word")
        ),
    ],
)
def test_wrong_usage(
    arguments: list[str],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("there").write_text("precious")
    try:
        status = main(["record", *arguments])
    except SystemExit as stopped:
        status = int(stopped.code or 0)
    assert status == 2
    assert said in capsys.readouterr().err
    assert list(Path().iterdir()) == [Path("there")]
    assert Path("there").read_text() == "precious"


def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    file = tmp_path / "main.ndjson"
    arguments = ["record", "--listen", "0", "--to", "ws://host", "-o", str(file)]
    program = "import sys; sys.modules['websockets'] = None; import voxwire.cli as c; "
    command = [sys.executable, "-c", f"{program} sys.exit(c.main({arguments}))"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == (
        "voxwire record: websockets is not installed: pip install 'vox-protocol[live]'\n"
    )
    assert not file.exists()

"""Records the peers: one capture for each scenario, made by ``voxwire record`` between client and server.

::

    python examples/protocols/graphql-transport-ws/record.py [--output FOLDER] [--mock] [SCENARIO …]

With ``--mock``, the server is ``voxwire mock``, for scenarios that any server goes along with. Needs Node.js 20 or later and, once, ``npm ci`` in ``peers/``. Everything listens on this machine only,
on ports that are free, and everything that is started is ended.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from contextlib import asynccontextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

FOLDER: Final = Path(__file__).parent
PEERS: Final = FOLDER / "peers"
GENERATED: Final = FOLDER / "generated"
PROTOCOL: Final = (
    "--protocol",
    "graphql_transport_ws.v1",
)  # found in GENERATED, where voxwire runs

PATIENCE: Final = 300.0
"""Seconds after which a scenario has failed. All are over within two, on a machine that is not busy."""


def _server(*options: str) -> tuple[str, ...]:
    """The server of graphql-ws, which waits for connection_init for as long as a busy machine needs."""
    return ("server.mjs", "--init-timeout", "60000", *options)


class Scenario(NamedTuple):
    """What the client does, as ``client.mjs`` calls it, and with which server."""

    client: str
    server: tuple[str, ...] = _server()


def _rogue(sends: str) -> tuple[str, ...]:
    return ("rogue_server.mjs", "--sends", sends)


SCENARIOS: Final[Mapping[str, Scenario]] = {
    "query": Scenario("query"),
    "mutation": Scenario("mutation"),
    "subscription": Scenario("subscription"),
    "subscription-stopped": Scenario("subscription-stopped"),
    "interleaved": Scenario("interleaved"),
    "errors": Scenario("errors"),
    "ack-payload": Scenario("ack-payload", _server("--greet")),
    "client-pings": Scenario("client-pings"),
    "server-pings": Scenario("server-pings", _server("--pings", "4")),
    "ping-forms": Scenario("ping-forms"),
    "id-again": Scenario("id-again"),
    "unknown-keys": Scenario("unknown-keys"),
    "binary-init": Scenario("binary"),
    "odd-frames": Scenario("odd", _rogue("odd-frames")),
    "late-results": Scenario("late-results", _rogue("late-results")),
    "ack-twice": Scenario("odd", _rogue("ack-twice")),
    "server-leaves-1001": Scenario("ended", _server("--leave")),
    "reconnect-1012": Scenario("reconnect", _server("--restart")),
    "next-before-ack-4004": Scenario("ended", _rogue("next-first")),
    "ack-with-text-4004": Scenario("ended", _rogue("ack-text")),
    "unknown-type-4004": Scenario("ended", _rogue("unknown-type")),
    "next-without-id-4004": Scenario("ended", _rogue("no-id")),
    "next-with-array-4004": Scenario("ended", _rogue("next-array")),
    "error-with-object-4004": Scenario("ended", _rogue("error-object")),
    "error-without-errors-4004": Scenario("ended", _rogue("error-empty")),
    "no-parameters-4005": Scenario("no-parameters"),
    "not-json-4400": Scenario("not-json"),
    "not-an-object-4400": Scenario("not-an-object"),
    "no-type-4400": Scenario("no-type"),
    "unknown-type-4400": Scenario("unknown-type"),
    "init-with-text-4400": Scenario("init-text"),
    "subscribe-without-id-4400": Scenario("no-id"),
    "subscribe-with-empty-id-4400": Scenario("empty-id"),
    "subscribe-without-query-4400": Scenario("no-query"),
    "subscribe-with-array-4400": Scenario("variables-array"),
    "subscribe-first-4401": Scenario("subscribe-first"),
    "subscribe-before-ack-4401": Scenario("subscribe-before-ack", _server("--never-ack")),
    "refused-4403": Scenario("ended", _server("--refuse")),
    "no-subprotocol-4406": Scenario("no-subprotocol"),
    "no-init-4408": Scenario("silent", _server("--init-timeout", "100")),
    "same-id-4409": Scenario("same-id"),
    "init-twice-4429": Scenario("init-twice"),
    "terminated-4499": Scenario("terminated"),
    "syntax-error-4500": Scenario("syntax-error"),
    "on-connect-fails-4500": Scenario("ended", _server("--fail")),
    "next-from-client-4500": Scenario("next-from-client"),
    "no-ack-4504": Scenario("ack-timeout", _server("--never-ack")),
}
"""The captures, by name. A number at the end is the close code."""

PLAYED: Final = frozenset(
    (
        "query",
        "mutation",
        "subscription",
        "subscription-stopped",
        "interleaved",
        "errors",
        "id-again",
        "unknown-keys",
        "same-id-4409",
        "terminated-4499",
    )
)
"""The scenarios that ``voxwire mock`` serves with the answers of their captures."""

SERVED: Final = frozenset(
    (
        "client-pings",
        "ping-forms",
        "binary-init",
        "no-parameters-4005",
        "not-json-4400",
        "not-an-object-4400",
        "no-type-4400",
        "unknown-type-4400",
        "init-with-text-4400",
        "subscribe-without-id-4400",
        "subscribe-with-empty-id-4400",
        "subscribe-without-query-4400",
        "subscribe-with-array-4400",
        "subscribe-first-4401",
        "no-subprotocol-4406",
        "no-init-4408",
        "init-twice-4429",
        "next-from-client-4500",
    )
)
"""Those that it serves without."""


class RecordingError(Exception):
    """A scenario did not go as it should. The text says which part of it, and how."""


async def record(name: str, output: Path, *, mock: bool = False) -> Path:
    """Record one scenario as ``NAME.ndjson`` in the folder `output`; gives the path. `mock`: with
    ``voxwire mock`` as the server.

    Raises RecordingError when something did not start, or did not end as it should.
    """
    scenario = SCENARIOS[name]
    capture = output.resolve() / f"{name}.ndjson"
    capture.unlink(missing_ok=True)
    server = _mock(name) if mock else (node(), *in_peers(scenario.server))
    try:
        async with (
            asyncio.timeout(PATIENCE),
            server_running(server) as server_url,
            recorder_running(server_url, capture) as recorder_url,
        ):
            await _run_client(scenario.client, f"{recorder_url}/graphql")
    except TimeoutError:
        raise RecordingError(f"{name}: not over after {PATIENCE:g} seconds") from None
    return capture


@asynccontextmanager
async def server_running(command: tuple[str, ...]) -> AsyncIterator[str]:
    """The address, without a path, of a server that runs while the context lasts."""
    server = await asyncio.create_subprocess_exec(
        *command, stdout=PIPE, stderr=STDOUT, cwd=GENERATED
    )
    try:
        assert server.stdout is not None
        yield _address(await server.stdout.readline(), "the server")
    finally:
        await _ended(server, signal.SIGTERM)


@asynccontextmanager
async def recorder_running(server_url: str, capture: Path) -> AsyncIterator[str]:
    """The address of a recorder before the server. It is stopped when all connections have ended."""
    recorder = await asyncio.create_subprocess_exec(
        *_voxwire("record"), "--listen", "127.0.0.1:0", "--to", server_url, "--output", capture,
        stdout=PIPE, stderr=PIPE, cwd=GENERATED,
    )  # fmt: skip
    try:
        assert recorder.stderr is not None
        yield _address(await recorder.stderr.readline(), "voxwire record")
        await _connections_ended(recorder.stderr)
    finally:
        await _ended(recorder, signal.SIGINT)
    if recorder.returncode != 0:
        raise RecordingError(f"voxwire record: exit status {recorder.returncode}")


async def _connections_ended(said: asyncio.StreamReader) -> None:
    """Read what the recorder says until each connection that began has ended.

    The client hears of its end from the recorder, and may be gone before that has written it down.
    """
    is_open: set[str] = set()
    has_begun = False
    while is_open or not has_begun:
        line = (await said.readline()).decode()
        if not line:
            raise RecordingError("voxwire record ended before the connections did")
        if found := re.search(r"connection (\d+) (opened)?", line):
            number, opened = found.groups()
            has_begun = True
            (is_open.add if opened else is_open.discard)(number)


async def _run_client(scenario: str, url: str) -> None:
    client = await asyncio.create_subprocess_exec(
        node(), PEERS / "client.mjs", scenario, url, stdout=PIPE, stderr=PIPE
    )
    try:
        _, errors = await client.communicate()
    finally:
        await _ended(client, signal.SIGTERM)
    if client.returncode != 0:
        raise RecordingError(f"the client failed:\n{errors.decode()}")


async def _ended(process: Process, request: signal.Signals) -> None:
    """Ask a process that may still run to end, and see that it does."""
    if process.returncode is None:
        process.send_signal(request)
    try:
        async with asyncio.timeout(PATIENCE):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()


def _address(line: bytes, program: str) -> str:
    """The address, without a path, in the line in which a program says that it listens."""
    found = re.search(r"listening on (ws://[\d.]+:\d+)", line.decode())
    if found is None:
        raise RecordingError(f"{program} did not start: {line.decode().strip() or 'no output'}")
    return found[1]


def _voxwire(command: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "voxwire", command, *PROTOCOL)


def _mock(name: str) -> tuple[str, ...]:
    capture = FOLDER.resolve() / "captures" / f"{name}.ndjson"
    return (*_voxwire("mock"), *(("--from", str(capture)) if name in PLAYED else ()))


def in_peers(command: tuple[str, ...]) -> tuple[str, ...]:
    """A command of Node.js with the path of its program, wherever it is run."""
    program, *options = command
    return (str(PEERS.resolve() / program), *options)


def node() -> str:
    """The path of Node.js. Raises RecordingError where something of the peers is missing."""
    found = which("node")
    if found is None:
        raise RecordingError("node is not installed; the peers need Node.js 20 or later")
    if not (PEERS / "node_modules" / "graphql-ws").is_dir():
        raise RecordingError(f"the npm packages are missing; run npm ci in {PEERS}")
    return found


def main() -> int:
    """Record the scenarios that the command line names, or all."""
    parser = argparse.ArgumentParser(description="Record the peers of graphql-transport-ws.")
    parser.add_argument("--output", type=Path, default=FOLDER / "captures", metavar="FOLDER")
    parser.add_argument("--mock", action="store_true", help="with voxwire mock as the server")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=", ".join(SCENARIOS))
    options = parser.parse_args()
    known = [name for name in SCENARIOS if not options.mock or name in PLAYED | SERVED]
    names: list[str] = options.scenarios or known
    if unknown := [name for name in names if name not in known]:
        parser.error(f"no scenario is called {unknown[0]}; there are {', '.join(known)}")
    options.output.mkdir(parents=True, exist_ok=True)
    for name in names:
        try:
            print(asyncio.run(record(name, options.output, mock=options.mock)))
        except RecordingError as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

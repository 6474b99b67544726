"""Two protocols that are not Vox's, through all tools: mock, record, listen, the live client and validate.

Tide numbers its messages and has a login with fields; GraphQL over WebSocket has operations under ids, and
a subprotocol. The commands are processes of their own, in the folder of the package, and nothing else
says which protocol it is than ``--protocol``.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.protocols.graphql_conversations import FOLDER
from voxwire.cli.login import login_of
from voxwire.installed import protocol_named
from voxwire.live import connect
from voxwire.protocol import AnyProtocol
from voxwire.wire.codec import Codec

PATIENCE: Final = 600.0
"""Seconds that are never reached."""

TIDE_LOGIN: Final = {"call_sign": "ABBA", "phrase": "open", "by": "red", "berth": 1}


class Tools(NamedTuple):
    """A protocol, as the commands are told of it."""

    folder: Path
    package: str
    login: dict[str, Any]
    token: tuple[str, ...] = ()
    mock: tuple[str, ...] = ()
    hears: int = 1
    """How many messages a client gets that asks for nothing."""

    @property
    def protocol(self) -> AnyProtocol:
        return protocol_named(self.package)


@pytest.fixture(params=["tide", "graphql"])
def tools(request: pytest.FixtureRequest, tide_folder: Path, tide: AnyProtocol) -> Tools:
    if request.param == "graphql":
        return Tools(FOLDER / "generated", "graphql_transport_ws.v1", {"token": "example"})
    events = ("--random", "--rate", "max", "--count", "5")
    return Tools(
        tide_folder, "tidemodels.v3", TIDE_LOGIN, ("--token-env", "PHRASE"), events, hears=4
    )


@asynccontextmanager
async def listening(tools: Tools, command: str, *arguments: str) -> AsyncIterator[str]:
    """A command that runs until the context ends; gives the address that it listens on."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voxwire", command, "--protocol", tools.package, *arguments),
        cwd=tools.folder,
        stdout=DEVNULL,
        stderr=PIPE,
    )
    try:
        assert process.stderr is not None
        line = (await process.stderr.readline()).decode()
        found = re.search(r"listening on (ws://[\d.]+:\d+)", line)
        assert found is not None, line
        yield found[1]
        process.terminate()
        await process.communicate()
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def voxwire(tools: Tools, command: str, *arguments: str) -> tuple[int | None, str, str]:
    """A command that ends by itself: its exit status, output and errors."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "voxwire", command, "--protocol", tools.package, *arguments),
        cwd=tools.folder,
        stdout=PIPE,
        stderr=PIPE,
        env=os.environ | {"PHRASE": "open"},
    )
    out, errors = await process.communicate()
    return process.returncode, out.decode(), errors.decode()


async def talk(tools: Tools, url: str) -> list[Any]:
    """What the live client gets, by type: of Tide some events, of GraphQL an operation."""
    protocol = tools.protocol
    got: list[Any] = []
    async with connect(
        url, protocol=protocol, login=login_of(json_of(tools), "", protocol)
    ) as ship:
        for stream in protocol.session.streams:
            opening = {"type": "subscribe", stream.key: "1", "payload": {"query": "{ hello }"}}
            await ship.send(Codec.of(protocol).decode_client(json.dumps(opening)))
        async for frame in ship:
            got.append(protocol.envelope.type_of(frame))
            is_over = len(got) == tools.hears > 1 or got[-1] == "complete"
            if is_over:
                return got
    raise AssertionError("it ended before all had come")


def json_of(tools: Tools) -> str:
    return json.dumps(tools.login)


def test_all_tools(tools: Tools, tmp_path: Path) -> None:
    recorded, listened = tmp_path / "recorded.ndjson", tmp_path / "listened.ndjson"

    async def test() -> None:
        async with (
            listening(tools, "mock", *tools.mock) as mock,
            listening(tools, "record", "--listen", "0", "--to", mock, "-o", str(recorded)) as url,
        ):
            login = ("--login", json_of(tools), *tools.token)
            count = ("--count", str(tools.hears))
            done = await voxwire(tools, "listen", url, *login, *count, "-q", "-o", str(listened))
            assert done == (0, "", "")
            got = await talk(tools, url)
            assert set(got) <= set(tools.protocol.server)
            assert got[-1] == "complete" or len(got) == tools.hears > 1
        files = (str(recorded), str(listened))
        status, out, _ = await voxwire(tools, "validate", "--format", "json", *files)
        report = json.loads(out)
        found = {f["rule"] for f in report["findings"] if f["frame"] is not None}
        assert status == 0
        assert found <= {"RELAYED_VALUE"}  # which is a note; the mock makes up what others relay
        assert report["summary"]["connections"] == 3

    asyncio.run(asyncio.wait_for(test(), PATIENCE))

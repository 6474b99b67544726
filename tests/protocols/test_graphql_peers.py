"""The peers of graphql-transport-ws, with each other and with our two ends: needs Node.js and npm packages.

Runs with ``VOX_NPM_PEERS=1`` after ``npm ci`` in ``examples/protocols/graphql-transport-ws/peers``.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from shutil import which
from typing import Any, cast

import pytest

from graphql_transport_ws.v1 import client, server
from graphql_transport_ws.v1.protocol import PROTOCOL
from tests.protocols.graphql_conversations import CONVERSATIONS, FOLDER, conversation
from tests.protocols.graphql_recorder import RECORDER
from tests.protocols.test_graphql_findings import expected, found_in
from voxwire.live import connect

PATIENCE = 600
"""Seconds that are never reached."""

ON_OUR_MOCK = [name for name in CONVERSATIONS if name in RECORDER.PLAYED | RECORDER.SERVED]

OTHER_REASONS = {"next-from-client-4500": ("server 4500 Internal server error",)}
"""What our mock says where graphql-ws' server, in development, tells what went wrong inside."""


def _missing() -> str | None:
    """Why the peers cannot run here."""
    if os.environ.get("VOX_NPM_PEERS") != "1":
        return "the environment variable VOX_NPM_PEERS is not 1"
    if which("node") is None:
        return "node is not installed"
    if not (FOLDER / "peers" / "node_modules" / "graphql-ws").is_dir():
        return "the npm packages are not installed: run npm ci in the folder of the peers"
    return None


needs_peers = pytest.mark.skipif(_missing() is not None, reason=f"no npm peers: {_missing()}")


def recorded(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, FOLDER / "record.py", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


@needs_peers
@pytest.mark.parametrize("name", CONVERSATIONS)
def test_they_talk_as_recorded(name: str, tmp_path: Path) -> None:
    done = recorded("--output", tmp_path, name)
    capture = tmp_path / f"{name}.ndjson"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{capture}\n", "")
    found = conversation(capture)
    assert found.streams == CONVERSATIONS[name].streams
    assert found.closes == CONVERSATIONS[name].closes
    assert found_in(capture) == [*expected(name)]


@needs_peers
@pytest.mark.parametrize("name", ON_OUR_MOCK)
def test_the_real_client_talks_to_our_mock_as_to_the_real_server(name: str, tmp_path: Path) -> None:
    done = recorded("--mock", "--output", tmp_path, name)
    capture = tmp_path / f"{name}.ndjson"
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{capture}\n", "")
    found = conversation(capture)
    assert found.streams == CONVERSATIONS[name].streams
    assert found.closes == OTHER_REASONS.get(name, CONVERSATIONS[name].closes)
    assert found_in(capture) == [*expected(name)]


@needs_peers
def test_our_client_talks_to_the_real_server(tmp_path: Path) -> None:
    capture = tmp_path / "ours.ndjson"
    asyncio.run(asyncio.wait_for(_talk(capture), PATIENCE))
    found = conversation(capture)
    assert found.closes == ("client 1000 Normal Closure",)
    assert found.streams == {
        (">", ""): ["connection_init", "ping"],
        ("<", ""): ["connection_ack", "pong"],
        (">", "query"): ["subscribe"],
        ("<", "query"): ["next", "complete"],
        (">", "counter"): ["subscribe"],
        ("<", "counter"): ["next", "next", "next", "complete"],
        (">", "wrong"): ["subscribe"],
        ("<", "wrong"): ["error"],
        (">", "endless"): ["subscribe", "complete"],
        ("<", "endless"): ["next"],
    }
    assert found_in(capture) == []


async def _talk(capture: Path) -> None:
    """Several operations at once, recorded between our client and the server of graphql-ws."""
    operations = {
        "query": '{ hello(name: "Ada") }',
        "counter": "subscription { count(to: 3, every: 10) }",
        "wrong": "{ goodbye }",
        "endless": "subscription { count(to: 1, then: WAIT) }",
    }
    command = (RECORDER.node(), *RECORDER.in_peers(("server.mjs", "--init-timeout", "60000")))
    async with (
        RECORDER.server_running(command) as server_url,
        RECORDER.recorder_running(server_url, capture) as url,
        connect(f"{url}/graphql", protocol=PROTOCOL, login={"token": "example-token"}) as gateway,
    ):
        await gateway.send(client.PingFrame(payload={"at": 1}))
        for id_, query in operations.items():
            await gateway.send(client.Subscribe(query=query), id=id_)
        results: dict[str, list[object]] = {id_: [] for id_ in operations}
        left = {*operations}
        async for frame in gateway:
            match cast("Any", frame):
                case server.NextFrame(id=id_, payload=payload):
                    results[id_].append(payload.data)
                    if id_ == "endless":
                        await gateway.send(client.CompleteFrame(id=id_))
                        left.discard(id_)
                case server.ErrorFrame(id=id_, payload=errors):
                    results[id_] += [error.message for error in errors]
                    left.discard(id_)
                case server.CompleteFrame(id=id_):
                    left.discard(id_)
            if not left:
                break
        assert results == {
            "query": [{"hello": "Hello, Ada!"}],
            "counter": [{"count": number} for number in (1, 2, 3)],
            "wrong": ['Cannot query field "goodbye" on type "Query".'],
            "endless": [{"count": 1}],
        }
        await gateway.close(1000, "Normal Closure")


def test_scenarios_are_those_of_the_captures() -> None:
    done = recorded("nothing")
    assert done.returncode == 2
    assert done.stderr.endswith(
        f"no scenario is called nothing; there are {', '.join(CONVERSATIONS)}\n"
    )


def test_scenarios_with_our_mock_are_some_of_these() -> None:
    done = recorded("--mock", "query", "server-pings")
    assert done.returncode == 2
    assert done.stderr.endswith(
        f"no scenario is called server-pings; there are {', '.join(ON_OUR_MOCK)}\n"
    )

"""The fixture and the recorder with protocols other than Vox."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect as sync_connect
from websockets.typing import Subprotocol

from tests.protocols.mocking import (
    INIT,
    Wire,
    answers,
    gateway,
    spoken,
    subscribe,
    with_subprotocols,
)
from tests.voxspec.mini import Mini
from tests.voxwire_live.mocked import run
from voxwire.capture import read_capture
from voxwire.capture.writer import open_capture
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.live.mock.engine.playback import CapturePlayback
from voxwire.live.proxy.recorder import recording
from voxwire.live.proxy.watch import Watch
from voxwire.live.target import Target
from voxwire.live.timeouts import RecorderTimeouts
from voxwire.testing import running_gateway
from voxwire.wire.redact import Redactor

TIMEOUT = 120.0


def test_the_fixture_speaks_any_protocol(operations: Mini) -> None:
    protocol = spoken(operations)
    with running_gateway(protocol=protocol, faults=["skip:after=2,times=1"]) as running:
        with sync_connect(running.url) as socket:
            socket.send(json.dumps(INIT))
            assert json.loads(socket.recv(TIMEOUT))["type"] == "connectionAck"
            socket.send(json.dumps(subscribe("7")))
            frame: Any = running.wait_for("subscribe", TIMEOUT)
            assert (type(frame), frame.id) == (operations.models.client.SubscribeFrame, "7")
            assert json.loads(socket.recv(TIMEOUT))["id"] == "7"
            socket.send(json.dumps({"type": "subscribe", "id": "8", "payload": {}}))
            with suppress(ConnectionClosed):
                while True:
                    socket.recv(TIMEOUT)
            assert socket.close_code == 4400
        assert [f.rule for f in running.findings] == ["FIELD_MISSING"]


def test_a_recording_of_any_protocol(operations: Mini, tmp_path: Path) -> None:
    """Through the recorder to the mock: checked while it goes by, and again from the capture."""
    protocol = with_subprotocols(operations, "operations")
    file = tmp_path / "main.ndjson"
    found: list[str] = []
    check = CaptureCheck("main", Selection(), Statistics(), Sessions(), protocol=protocol)
    watch = Watch(check.findings_in, lambda finding: found.append(finding.rule))

    async def test() -> None:
        redactor = Redactor(b"key", protocol=protocol)
        async with gateway(protocol) as setup:
            target = Target.parse(setup.gateway.url())
            timeouts = RecorderTimeouts.of(protocol)
            with open_capture(file, redactor=redactor) as writer:
                async with recording(target, writer, watch=watch, timeouts=timeouts) as recorder:
                    offered = [Subprotocol("operations")]
                    async with connect(recorder.address, subprotocols=offered) as socket:
                        wire = Wire(socket)
                        await wire.send(INIT)
                        await wire.next()
                        await wire.send(subscribe("1"))
                        await answers(wire)
                        await wire.send({"type": "subscribe", "id": "2", "payload": {}})
                        assert await wire.end() == (4400, "Invalid message")
            assert setup.rules == ["FIELD_MISSING"]

    run(test())
    watch.close()
    assert found == ["FIELD_MISSING", "CLOSE_MEANING"]
    header = json.loads(file.read_text("utf-8").splitlines()[0])
    assert (header["url"][:5], header["subprotocol"]) == ("ws://", "operations")
    assert sorted(header) == ["conn", "subprotocol", "ts", "url"]
    again = CaptureCheck("main", Selection(), Statistics(), Sessions(), protocol=protocol)
    assert [f.rule for f in again.findings_in(read_capture(str(file)))] == found
    assert CapturePlayback(str(file), None, protocol=protocol).connections[0].opened == {
        "operation": 1
    }

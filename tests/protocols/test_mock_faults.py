"""Faults of the mock gateway with protocols other than Vox."""

from __future__ import annotations

import asyncio
import importlib
from pathlib import Path

import msgspec
import pytest

from tests.protocols.flat import FLAT
from tests.protocols.mocking import INIT, client, gateway, spoken
from tests.voxspec.envelopes import flat as flat_files
from tests.voxspec.mini import Mini, generated
from tests.voxwire_live.mocked import run
from voxwire.live.mock.engine.defects import invalid_message, not_json, unknown_message
from voxwire.live.mock.engine.faults import FaultError, fault_help, parse_fault
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.protocol import AnyProtocol


def test_messages_without_numbers_count_for_faults(operations: Mini) -> None:
    protocol = spoken(operations)

    async def test() -> None:
        faults = ["drop:after=2,times=1", "invalid:after=1,times=1"]
        async with gateway(protocol, *faults) as setup:
            async with client(setup) as wire:
                await wire.send(INIT)
                assert (await wire.next())["type"] == "connectionAck"
                assert setup.gateway.send(note(operations)) == (0,)
                assert (await wire.next())["type"] == "note"
                assert await wire.end() == (1006, "")
            said = [line for line in setup.notebook.sentences if "fault" in line]
            assert said == ["fault drop:after=2,times=1 ends connection 1"]

    run(test())


def note(operations: Mini) -> msgspec.Struct:
    frame: msgspec.Struct = operations.models.server.NoteFrame()
    return frame


def test_what_can_be_hit_in_place_of_an_answer_depends_on_the_protocol(
    talk: Mini, tide: AnyProtocol
) -> None:
    assert parse_fault("drop:on=back", spoken(talk)).on == "back"
    with pytest.raises(FaultError) as error:
        parse_fault("drop:on=resume", tide)
    assert str(error.value) == "unknown value of on 'resume' (there are: moor)"
    assert parse_fault("close:code=sunk,after=1", tide).code == 4101
    lines = list(fault_help(tide))
    assert lines[1] == "            every=N, after=N, on=moor, times=N"
    assert "on        in place of the answer to moor" in lines
    with pytest.raises(FaultError) as error:
        parse_fault("drop:on=hail", FLAT)
    assert str(error.value) == ("unknown parameter of drop 'on' (there are: every, after, times)")
    with pytest.raises(FaultError, match=r"^drop needs every or after: when it acts$"):
        parse_fault("drop", FLAT)
    assert "on        " not in "\n".join(fault_help(FLAT))


def test_messages_that_are_wrong_on_purpose() -> None:
    assert unknown_message(FLAT).to_wire() == {  # type: ignore[attr-defined]
        "op": 1001,
        "why": "a fault of the mock gateway",
    }
    assert invalid_message(FLAT).to_wire() == {"op": 1}  # type: ignore[attr-defined]
    assert not_json(FLAT) == b'{"op": 1, "'


def test_a_flat_protocol_without_a_login(tmp_path: Path) -> None:
    """Its session begins with the connection; what is told comes without numbers."""

    async def test(protocol: AnyProtocol) -> None:
        source = RandomEvents(1, None, 3, protocol=protocol)
        faults = ["unknown:every=3", "invalid:every=3"]
        async with gateway(protocol, *faults, source=source) as setup, client(setup) as wire:
            got = [await wire.next() for _ in range(5)]
            assert {message["type"] for message in got[:3]} <= {"moved", "gone"}
            assert all(protocol.validate_server(message) == [] for message in got[:3])
            assert got[3:] == [
                {"type": "mock_unknown", "why": "a fault of the mock gateway"},
                {"type": "moved"},
            ]
            await wire.send({"type": "move", "x": 1, "y": "a"})
            while not setup.notebook.frames:
                await asyncio.sleep(0)
            assert setup.notebook.sentences == [
                "connection 1 opened",
                "connection 1: the session of user 1 began",
                "everything was played to user 1",
            ]

    with generated(flat_files(), tmp_path) as mini:
        package = f"{mini.protocol.package}.{mini.protocol.module}"
        run(test(importlib.import_module(f"{package}.protocol").PROTOCOL))

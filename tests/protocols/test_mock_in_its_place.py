"""Made-up messages come where the conversation has a place for them, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from tests.protocols.mocking import client, gateway
from tests.voxspec.mini import Data, generated, module_of
from tests.voxwire.operations import only_what_is_said, schema
from tests.voxwire_live.mocked import run
from voxwire.live.mock.engine.random_events import RandomEvents
from voxwire.protocol import AnyProtocol

SESSION: Data = {
    "description": "A client goes from one room to another, and hears something else in each.",
    "roles": {
        "login": {"message": "client/connection_init"},
        "established": {"message": "server/connection_ack"},
    },
    "states": {
        "outside": {"description": "outside", "client": {"login": "waiting"}},
        "waiting": {
            "description": "waiting",
            "server": {"established": "red", "server/next": "stays"},
        },
        "red": {
            "description": "red",
            "client": {"client/search": "blue"},
            "server": {"server/pause": "stays"},
        },
        "blue": {
            "description": "blue",
            "client": {"client/pong": "red"},
            "server": {"server/go_on": "stays"},
        },
    },
}


def test_each_state_has_its_own(tmp_path: Path) -> None:
    async def test(protocol: AnyProtocol) -> None:
        source = RandomEvents(1, None, protocol=protocol)
        async with gateway(protocol, source=source) as setup, client(setup) as wire:
            await wire.send({"type": "connection_init"})
            assert (await wire.next())["type"] == "connection_ack"
            assert {(await wire.next())["type"] for _ in range(9)} == {"pause"}
            await wire.send({"type": "search"})
            while (await wire.next())["type"] == "pause":
                pass  # what was on its way
            assert {(await wire.next())["type"] for _ in range(9)} == {"go_on"}
            assert setup.rules == []

    files = only_what_is_said(schema() | {"session.yaml": SESSION})
    with generated(files, tmp_path) as mini:
        run(test(module_of(mini, "protocol").PROTOCOL))

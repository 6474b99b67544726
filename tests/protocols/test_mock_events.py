"""Events that the mock gateway makes up for any protocol."""

from __future__ import annotations

import importlib
from pathlib import Path
from random import Random
from typing import Any

from tests.protocols.mocking import spoken
from tests.voxspec.mini import BAG, Mini, generated, thing
from voxwire.live.mock.engine.event_maker import EventMaker
from voxwire.live.mock.engine.random_events import RandomEvents


def test_made_up_events_of_operations(operations: Mini) -> None:
    protocol = spoken(operations)
    events = list(RandomEvents(1, None, 20, protocol=protocol).events())
    assert {type(event.payload) for event in events} == {operations.models.server.NoteFrame}


def test_objects_that_keep_unknown_keys_get_what_they_need(tmp_path: Path) -> None:
    bag = {**BAG, "required": ["a"]}
    files = thing({"$ref": "bag"})
    files["types.yaml"] = {"types": {"bag": bag}}
    entry = files["server/main.yaml"]["messages"]["thing"]
    entry["payload"]["required"] = ["e"]
    entry["examples"] = [{"summary": "One", "payload": {"e": {"a": "x"}}}]
    with generated(files, tmp_path) as mini:
        package = f"{mini.protocol.package}.{mini.protocol.module}"
        maker = EventMaker(Random(0), importlib.import_module(f"{package}.protocol").PROTOCOL)
        made: Any = [maker.event() for _ in range(20)]
        assert {type(event.e.a) for event in made} == {str}

"""Where in a frame the places are that a difference is about."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.breaking.random_schemas import load
from tests.breaking.test_table import A, of_side, payload
from voxspec.breaking.frames.pointers import pointers
from voxspec.breaking.frames.steps import (
    FrameKey,
    Item,
    Key,
    Option,
    Payload,
    Steps,
    Value,
    Variant,
)
from voxspec.model import JsonValue


@pytest.mark.parametrize(
    ("frame", "steps", "found"),
    [
        ({"type": "thing", "d": {"a": 1}}, (), [""]),
        ({"type": "thing", "d": {"a": 1}}, (Payload(), Key("a")), ["/d/a"]),
        ({"type": "thing", "d": {"a": 1}}, (Payload(), Key("b")), []),
        ({"type": "thing", "d": 1}, (Payload(), Key("b")), []),
        ({"type": "thing"}, (Payload(),), []),
        ({"type": "thing", "t": 1}, (FrameKey("t"),), ["/t"]),
        ({"d": [{"a": 1}, {}, {"a": 2}]}, (Payload(), Item(), Key("a")), ["/d/0/a", "/d/2/a"]),
        ({"d": {"a": 1}}, (Payload(), Item()), []),
        ({"d": {"~": 1, "/": 2}}, (Payload(), Value()), ["/d/~0", "/d/~1"]),
        ({"d": [1]}, (Payload(), Value()), []),
        ({"d": {"a": 1}}, (Payload(), Option("object"), Variant("x"), Key("a")), ["/d/a"]),
    ],
)
def test_every_place_at_the_end_of_steps(
    frame: JsonValue, steps: Steps, found: list[str], tmp_path: Path
) -> None:
    revision = load(of_side("client", payload("a", a=A)), tmp_path, "revision")
    assert revision is not None
    assert [*pointers(revision.protocol, frame, steps)] == found


def test_a_flat_frame_is_its_payload(tmp_path: Path) -> None:
    revision = load(of_side("client", payload("a", a=A)), tmp_path, "revision")
    assert revision is not None
    envelope = replace(revision.protocol.envelope, payload=None)
    flat = replace(revision.protocol, envelope=envelope)
    assert [*pointers(flat, {"type": "thing", "a": 1}, (Payload(), Key("a")))] == ["/a"]

"""What frames are drawn from: a protocol with one message, and with all that its frames are made of."""

from __future__ import annotations

from pathlib import Path

from tests.breaking.random_schemas import load
from tests.breaking.test_table import TEXT, UINT, A, of_side, payload
from tests.voxspec.mini import field, record
from voxspec.breaking.frames.search import alone, search


def test_a_message_alone_keeps_the_types_of_its_frames(tmp_path: Path) -> None:
    types = {
        "count": {**UINT, "description": "C."},
        "inner": record("a", a=A),
        "outer": record("i", i=field({"$ref": "inner"})),
        "trace": {**TEXT, "description": "T."},
        "elsewhere": record("a", a=A),
    }
    shape = payload("o", o=field({"$ref": "outer"}))
    files = of_side("server", shape, types, seq="required", keys={"trace": "required"})
    envelope = files["protocol.yaml"]["envelope"]
    envelope["sequence"]["schema"] = {"$ref": "count"}
    envelope["keys"] = {
        "trace": {"direction": "server", "schema": {"$ref": "trace"}, "description": "T."}
    }
    other = files["server/main.yaml"]["messages"]["other"]
    other["payload"] = payload("e", e=field({"$ref": "elsewhere"}))
    revision = load(files, tmp_path, "revision")
    assert revision is not None
    thing = next(m for m in revision.protocol.messages("server") if m.type == "thing")
    made = alone(revision.protocol, thing)
    assert {named.name for named in made.types} == {"count", "inner", "outer", "trace"}
    assert [message.type for message in made.messages()] == ["thing"]
    plain = next(m for m in revision.protocol.messages("server") if m.type == "other")
    made = alone(revision.protocol, plain)  # the envelope names the types of its keys all the same
    assert {named.name for named in made.types} == {"count", "elsewhere", "trace"}
    frame = search(revision.protocol, thing, lambda frame: frame["trace"] == "")
    assert frame is not None
    assert frame.keys() == {"type", "trace", "seq", "d"}

"""Envelopes of other gateways: types of any text or integers, flat frames, further keys, no numbers."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.voxspec import rendered
from tests.voxspec.mini import BASE, UINT, Data, area, drawn, field, generated, module_of, refused

Messages = Mapping[Any, Data]
TYPE: Data = {"key": "type", "description": "T."}
PAYLOAD: Data = {"key": "payload", "description": "P."}
SEQUENCE: Data = BASE["protocol.yaml"]["envelope"]["sequence"]
ID: Data = {
    "id": {
        "direction": "both",
        "description": "Which operation it belongs to.",
        "schema": {"type": "string", "minLength": 1},
    }
}


def message(properties: Data | None, *examples: Data, **more: Any) -> Data:
    """A message; without properties it has no payload. Examples say payload and keys."""
    payload: Any = False
    if properties is not None:
        payload = {"type": "object", "required": [*properties], "properties": properties}
    shown = [{"summary": "One", **example} for example in examples or ({},)]
    return {"summary": "M", "description": "M.", "payload": payload, "examples": shown, **more}


def protocol(
    client: Messages, server: Messages, types: Data | None = None, **envelope: Any
) -> Data:
    """A schema of these messages in this envelope."""
    files = {"protocol.yaml": copy.deepcopy(BASE["protocol.yaml"])}
    files["protocol.yaml"]["envelope"] = {"description": "E.", "type": TYPE, **envelope}
    for side, messages in (("client", client), ("server", server)):
        if messages:
            files[f"{side}/main.yaml"] = {**area("main"), "messages": messages}
    if types is not None:
        files["types.yaml"] = {"types": types}
    return files


def _operations() -> Data:
    """A protocol of operations with ids: what GraphQL over WebSocket looks like."""
    query = {"query": field()}
    needs = {"id": "required"}
    shown = {"payload": {"query": "{ a }"}, "keys": {"id": "1"}}
    return protocol(
        {
            "connection_init": message({}, {"payload": {}}, {}, payload_optional=True),
            "subscribe": message(query, shown, keys=needs),
            "complete": message(None, {"keys": {"id": "1"}}, keys=needs),
            "ping": message({}, {"payload": {}}, {}, payload_optional=True),
        },
        {
            "connectionAck": message({}, {"payload": {}}, {}, payload_optional=True),
            "next": message(
                {"n": field(UINT)}, {"payload": {"n": 1}, "keys": {"id": "1"}}, keys=needs
            ),
            "complete": message(None, {"keys": {"id": "1"}}, keys=needs),
            "note": message(None, {}, {"keys": {"id": "1"}}, keys={"id": "optional"}),
        },
        payload=PAYLOAD,
        keys=ID,
    )


def _numbered(types: Messages, **more: Any) -> Data:
    """Types that are integers, and a sequence number."""
    return protocol(
        {1: message(None, seq="never"), 2: message(None, seq="never", **{"x-name": "hello"})},
        {-7: message({"n": field(UINT)}, {"payload": {"n": 1}}, seq="required"), **types},
        payload={"key": "d", "description": "P."},
        sequence={**SEQUENCE, "key": "s"},
        **more,
    )


def _flat(**more: Any) -> Data:
    """Frames whose fields stand beside the type."""
    at = {"x": field(UINT), "y": field({"type": "string", "maxLength": 3})}
    shown = {"payload": {"x": 1, "y": "a"}}
    return protocol(
        {"move": message(at, shown), "leave": message(None), "still": message({}, {"payload": {}})},
        {"moved": message(at, shown, **more), "gone": message(None)},
    )


def _flat_with_all() -> Data:
    """Flat frames with a sequence number, further keys and all that records can have."""
    keys = {
        "ts": {
            "direction": "server",
            "presence": "required",
            "description": "Time.",
            "schema": UINT,
        },
        "trace-id": {
            "direction": "both",
            "presence": "optional",
            "x-name": "trace",
            "description": "A secret.",
            "schema": {"type": "string", "x-sensitive": True},
        },
        "by": {"direction": "server", "description": "Who.", "schema": {"$ref": "person"}},
    }
    pick = {
        "type": "object",
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        "x-one-of-name": "pick",
        "properties": {"a": field(), "b": field(UINT), "k": field()},
    }
    when = {
        "type": "object",
        "required": ["how"],
        "properties": {"how": field(), "Key": field({"type": "integer", "format": "uint64"})},
        "if": {"properties": {"how": {"const": "locked"}}, "required": ["how"]},
        "then": {"required": ["Key"]},
        "else": {"not": {"required": ["Key"]}},
    }
    person = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": field(), "bag": field({"$ref": "bag"})},
        "description": "P.",
    }
    bag = {"type": "object", "x-extra": True, "properties": {"a": field()}, "description": "B."}
    stamp = {"ts": 5}
    return protocol(
        {
            "choose": {
                **message(None, {"payload": {"a": "x"}, "keys": {"trace-id": "t"}}, seq="never"),
                "payload": pick,
            },
            "lock": {
                **message(None, {"payload": {"how": "locked", "Key": 2**64 - 1}}, seq="never"),
                "payload": when,
            },
        },
        {
            "tick": message(
                {"n": field(UINT)}, {"payload": {"n": 1}, "keys": stamp}, seq="required"
            ),
            "joined": {
                **message(
                    None,
                    {"payload": {"name": "x", "bag": {"more": 1}}, "keys": stamp},
                    seq="required",
                ),
                "payload": {"$ref": "person"},
            },
            "told": message(
                {"note": field()},
                {"payload": {"note": "x"}, "keys": {**stamp, "by": {"name": "y", "bag": {"b": 1}}}},
                seq="never",
                keys={"by": "required", "ts": "optional"},
            ),
        },
        types={"person": person, "bag": bag},
        sequence={**SEQUENCE, "key": "№", "x-name": "number"},
        keys=keys,
    )


ODD_TYPES = {
    name: message(None, **more)
    for name, more in {
        "room.open": {},
        "chat/typing": {},
        "HTTPRequest": {},
        "MESSAGE_CREATE": {},
        "": {},
        'say "\\hello"': {},
        "種": {"x-name": "kind"},
        "🎮": {"x-name": "game"},
        "null": {},
        "0": {},
        "class": {},
        "| `a` *b*": {},
        "client_frame": {},
        "constructor": {},
    }.items()
}

RIGHT: dict[str, Data] = {
    "operations with ids": _operations(),
    "types of any text": protocol(
        copy.deepcopy(ODD_TYPES), copy.deepcopy(ODD_TYPES), payload=PAYLOAD
    ),
    "types that are integers": _numbered({}),
    "flat frames of integers": protocol(
        {0: message({"x": field(UINT)}, {"payload": {"x": 1}})}, {}
    ),
    "flat frames": _flat(),
    "flat frames with all that there is": _flat_with_all(),
    "nothing but a type": protocol({"a": message(None)}, {}),
}


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_all_targets_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        mini.hold(draws=15)
        for message_ in mini.protocol.messages():
            mini.each_near_miss(message_.direction, message_.type)
        assert rendered.broken_links(mini.files) == []


def test_types_of_any_text_have_names(tmp_path: Path) -> None:
    with generated(RIGHT["types of any text"], tmp_path) as mini:
        client = mini.models.client
        named = {name: info.frame.__name__ for name, info in mini.models.registry.CLIENT.items()}
        assert named == {
            "room.open": "RoomOpenFrame",
            "chat/typing": "ChatTypingFrame",
            "HTTPRequest": "HttpRequestFrame",
            "MESSAGE_CREATE": "MessageCreateFrame",
            "": "UnnamedFrame",
            'say "\\hello"': "SayHelloFrame",
            "種": "KindFrame",
            "🎮": "GameFrame",
            "null": "NullFrame",
            "0": "Message0Frame",
            "class": "ClassFrame",
            "| `a` *b*": "ABFrame",
            "client_frame": "ClientFrameFrame",
            "constructor": "ConstructorFrame",
        }
        assert mini.decode("client", {"type": "chat/typing"}) == client.ChatTypingFrame()
        assert msgspec.json.encode(client.KindFrame()) == '{"type":"種"}'.encode()
        assert client.KindFrame.type == "種"
        assert "jsonschema/v1/client/http_request.json" in mini.files
        assert mini.models.UnknownFrame.from_wire({"type": "room.close"}).type == "room.close"


def test_types_that_are_integers(tmp_path: Path) -> None:
    with generated(RIGHT["types that are integers"], tmp_path) as mini:
        client, server = mini.models.client, mini.models.server
        assert mini.decode("client", {"type": 2}) == client.HelloFrame()
        frame = mini.decode("server", {"type": -7, "d": {"n": 1}, "s": 1})
        assert frame == server.Message7Frame(d=server.Message7(n=1), s=1)
        assert (frame.type, [*mini.models.registry.SERVER]) == (-7, [-7])
        unknown = mini.models.UnknownFrame.from_wire({"type": 5, "d": None, "x": 1})
        assert (unknown.type, unknown.d, unknown.extra) == (5, None, {"x": 1})
        assert unknown.to_wire() == {"type": 5, "d": None, "x": 1}
        for wrong in ("2", 2.0, True, None):
            assert mini.errors("client", {"type": wrong}) == [("TYPE_INVALID", "/type")]
            with pytest.raises(msgspec.ValidationError):
                mini.decode("client", {"type": wrong})
            with pytest.raises(TypeError, match="not an integer"):
                mini.models.UnknownFrame.from_wire({"type": wrong})
        problems = mini.validate.client_frame({"type": -7})
        assert [(p.rule, p.message) for p in problems] == [
            ("WRONG_DIRECTION", "unknown client message -7; it is a server message")
        ]
        assert [p.rule for p in mini.validate.client_frame({"type": 3})] == ["UNKNOWN_TYPE"]
        assert not mini.schema_accepts("client", {"type": "2"})
        assert mini.schema_accepts("client", {"type": 3})
        assert "## `2 hello`" in mini.files["docs/v1/client/main.md"]
        wire = mini.strategies.unknown_wire()
        drawn(wire, lambda frame: mini.models.UnknownFrame.from_wire(frame), 5)
        with pytest.raises(ValueError, match="unknown client message 9"):
            mini.strategies.client_frames(9)


def test_a_flat_message_is_its_own_frame(tmp_path: Path) -> None:
    with generated(RIGHT["flat frames"], tmp_path) as mini:
        client = mini.models.client
        move = client.Move(x=1, y="a")
        assert msgspec.json.encode(move) == b'{"type":"move","x":1,"y":"a"}'
        assert mini.decode("client", {"y": "a", "type": "move", "x": 1}) == move
        assert (move.type, repr(move)) == ("move", "Move(x=1, y='a')")
        info = mini.models.registry.CLIENT["move"]
        assert (info.frame, info.payloads) == (client.Move, (client.Move,))
        assert mini.models.registry.BY_FRAME[client.Leave].payloads == ()
        assert not hasattr(client, "MoveFrame")
        assert not {"FIRST_SEQ", "MAX_SEQ"} & vars(mini.models.frames).keys()
        assert mini.errors("client", {"type": "move", "x": -1}) == [
            ("FIELD_MISSING", ""),
            ("FIELD_RANGE", "/x"),
        ]
        notes = mini.validate.client_frame({"type": "move", "x": 1, "y": "a", "z": 1})
        assert [(p.rule, p.pointer) for p in notes] == [("UNKNOWN_FIELD", "/z")]
        unknown = mini.models.UnknownFrame.from_wire({"type": "jump", "x": 1})
        assert unknown.to_wire() == {"type": "jump", "x": 1}
        page = mini.files["docs/v1/client/main.md"]
        assert "The fields stand beside `type`." in page
        assert "No fields beside `type`." in page


def test_flat_frames_keep_all_that_records_have(tmp_path: Path) -> None:
    with generated(RIGHT["flat frames with all that there is"], tmp_path) as mini:
        client, server = mini.models.client, mini.models.server
        secret = client.Choose.from_pick(mini.models.types.APick(a="x"), trace="t0p")
        assert repr(secret) == "Choose(trace='***', a='x')"
        assert mini.models.frames.to_wire(secret) == {"type": "choose", "trace-id": "t0p", "a": "x"}
        with pytest.raises(ValueError, match="exactly one of a and b must be there"):
            client.Choose()
        tick = mini.decode("server", {"type": "tick", "ts": 5, "№": 9, "n": 1})
        assert tick == server.Tick(ts=5, number=9, n=1)
        assert mini.errors("server", {"type": "tick", "n": 1, "by": 1}) == [
            ("SEQ_MISSING", ""),
            ("FIELD_MISSING", ""),
            ("KEY_FORBIDDEN", "/by"),
        ]
        told = mini.decode(
            "server", {"type": "told", "note": "x", "by": {"name": "y", "bag": {"b": 1}}}
        )
        assert told.by.bag.extra == {"b": 1}
        assert server.Told in mini.models.frames.HAS_EXTRA
        assert mini.models.frames.FREE_JSON[server.Told] == ()
        assert module_of(mini, "secrets").SERVER["tick"] == ("/trace-id",)
        assert {*module_of(mini, "secrets").KEYS} == {"trace-id"}


def test_further_keys_are_attributes_of_frames(tmp_path: Path) -> None:
    with generated(RIGHT["operations with ids"], tmp_path) as mini:
        client, server = mini.models.client, mini.models.server
        frame = client.SubscribeFrame(id="1", payload=client.Subscribe(query="q"))
        data = msgspec.json.encode(frame)
        assert data == b'{"type":"subscribe","id":"1","payload":{"query":"q"}}'
        assert mini.decode("client", msgspec.json.decode(data)) == frame
        assert server.NoteFrame().id is mini.models.UNSET
        assert mini.errors("client", {"type": "complete"}) == [("FIELD_MISSING", "")]
        assert mini.errors("client", {"type": "complete", "id": ""}) == [("FIELD_LENGTH", "/id")]
        assert mini.errors("client", {"type": "ping", "id": "1"}) == [("KEY_FORBIDDEN", "/id")]
        with pytest.raises(msgspec.ValidationError):
            mini.decode("client", {"type": "ping", "id": "1"})
        info = mini.models.registry.SERVER["next"]
        assert (info.required_keys, info.optional_keys, info.seq) == (("id",), (), "never")
        assert mini.models.registry.SERVER["note"].optional_keys == ("id",)
        unknown = mini.models.UnknownFrame.from_wire({"type": "pong!", "id": 1, "x": 2})
        assert (unknown.id, unknown.extra) == (1, {"x": 2})
        page = mini.files["docs/v1/server/main.md"]
        assert "server → client · with `id` · `" in page
        assert "server → client · `id` or none · `" in page
        assert "server → client · no `id` · `" in page
        assert (
            "| `id` | string (at least 1 character) | Which operation it belongs to. |"
            in mini.files["docs/v1/index.md"]
        )


@pytest.mark.parametrize("envelope", [{}, {"payload": PAYLOAD}], ids=["flat", "with a key"])
def test_relayed_values_in_frames_with_further_keys(tmp_path: Path, envelope: Data) -> None:
    note = {"note": field(**{"x-relayed": True})}
    shown = {"payload": {"note": "x"}, "keys": {"id": "1"}}
    told = message(note, shown, keys={"id": "required"})
    with generated(protocol({}, {"told": told}, keys=ID, **envelope), tmp_path) as mini:
        around = {"type": "told", "id": "1"}
        for given in ({"note": [1]}, {}):
            wire = {**around, **({"payload": given} if envelope else given)}
            assert mini.errors("server", wire) == []
            frame = module_of(mini, "relayed").server_frame(wire)
            assert frame.id == "1"
            assert mini.models.frames.to_wire(frame) == wire
        mini.each_near_miss("server", "told")


def test_keys_that_published_pages_show_are_put_up_with(tmp_path: Path) -> None:
    ping = message(None, published=[{"name": "id", "envelope": True}])
    with generated(protocol({"ping": ping}, {}, keys=ID), tmp_path) as mini:
        frame = {"type": "ping", "id": "1"}
        assert [p.rule for p in mini.validate.client_frame(frame)] == ["PUBLISHED_NAME"]
        assert mini.decode("client", frame) == mini.models.client.Ping()
        assert mini.schema_accepts("client", frame)


def test_subprotocols(tmp_path: Path) -> None:
    files = _operations()
    endpoint = {
        "url": "wss://host/graphql",
        "description": "Connect.",
        "subprotocols": ["a-ws", "b"],
    }
    files["protocol.yaml"]["endpoint"] = endpoint
    with generated(files, tmp_path) as mini:
        assert mini.models.endpoint.SUBPROTOCOLS == ("a-ws", "b")
        assert "WebSocket subprotocol `a-ws` or `b`" in mini.files["docs/v1/endpoint.md"]
    endpoint["subprotocols"] = ["a b"]
    assert refused(files, tmp_path / "again") == [("METASCHEMA_VALID", "protocol.yaml", "a b")]


MIXED = protocol({"a": message(None)}, {7: message(None)})
FLAT_KEY: Data = {"key": "s", "description": "S."}
NULLABLE = {"type": ["object", "null"], "properties": {"a": field()}}
UNION = {
    name: {
        "type": "object",
        "required": ["k"],
        "properties": {"k": field({"type": "string", "const": name})},
        "description": "V.",
    }
    for name in ("v_1", "v_2")
} | {"both": {"oneOf": [{"$ref": "v_1"}, {"$ref": "v_2"}], "description": "U."}}
PERSON = {"type": "object", "x-extra": True, "properties": {"a": field()}, "description": "P."}


def _one(entry: Data, **more: Any) -> Data:
    return protocol({"a": entry}, {}, **more)


REFUSED: dict[str, tuple[Data, list[tuple[str, str, str]]]] = {
    "types of both kinds": (MIXED, [("MESSAGE_TYPE_PLAIN", "main.yaml", "7:")]),
    "a type with a fraction": (
        protocol({1.5: message(None)}, {}),
        [("MESSAGE_TYPE_PLAIN", "main.yaml", "1.5:")],
    ),
    "a type of more than 64 bits": (
        protocol({2**63: message(None)}, {}),
        [("MESSAGE_TYPE_PLAIN", "main.yaml", f"{2**63}:")],
    ),
    "two types of one name": (
        protocol({"room.open": message(None), "roomOpen": message(None)}, {}),
        [("CLASS_NAME_UNIQUE", "main.yaml", "roomOpen:")],
    ),
    "a name for a type that is taken": (
        protocol({"a": message(None), "b": message(None, **{"x-name": "a"})}, {}),
        [("CLASS_NAME_UNIQUE", "main.yaml", "b:")],
    ),
    "a field of the envelope's key": (
        _one(message({"type": field()}, {"payload": {"type": "x"}})),
        [("ENVELOPE_KEYS_DIFFER", "main.yaml", "type:")],
    ),
    "a field of a further key": (
        _one(message({"id": field()}, {"payload": {"id": "x"}}), keys=ID),
        [("ENVELOPE_KEYS_DIFFER", "main.yaml", "id:")],
    ),
    "a field that Python calls as the type": (
        _one(message({"Type": field()}, {"payload": {"Type": "x"}})),
        [("NO_PYTHON_NAME_COLLISION", "main.yaml", "Type:")],
    ),
    "a flat payload that may be absent": (
        _one(message({}, payload_optional=True)),
        [("KEYWORD_APPLIES", "main.yaml", "payload_optional: true")],
    ),
    "a flat payload that may be null": (
        _one({**message(None), "payload": NULLABLE}),
        [("KEYWORD_APPLIES", "main.yaml", "- object")],
    ),
    "a flat payload that keeps unknown keys": (
        _one({**message(None), "payload": {**PERSON, "description": "P."}}),
        [("KEYWORD_APPLIES", "main.yaml", "payload:")],
    ),
    "a flat union": (
        _one({**message(None), "payload": {"$ref": "both"}}, types=UNION),
        [("PAYLOAD_IS_OBJECT", "main.yaml", "$ref: both")],
    ),
    "numbers where there are none": (
        _one(message(None, seq="never")),
        [("KEYWORD_APPLIES", "main.yaml", "seq: never")],
    ),
    "no word about numbers": (
        _one(message(None), sequence=SEQUENCE),
        [("SEQ_POLICY_STATED", "main.yaml", "a:")],
    ),
    "a further key that the envelope has not": (
        _one(message(None, keys={"di": "optional"}), keys=ID),
        [("ENVELOPE_KEY_KNOWN", "main.yaml", "di: optional")],
    ),
    "a further key of the other side": (
        _one(
            message(None, keys={"id": "optional"}), keys={"id": {**ID["id"], "direction": "server"}}
        ),
        [("ENVELOPE_KEY_KNOWN", "main.yaml", "id: optional")],
    ),
    "a further key that is the type": (
        _one(message(None), keys={"type": ID["id"]}),
        [("ENVELOPE_KEYS_DIFFER", "protocol.yaml", "type:")],
    ),
    "two keys of one Python name": (
        _one(message(None), keys={"a-b": ID["id"], "a_b": ID["id"]}),
        [("NO_PYTHON_NAME_COLLISION", "protocol.yaml", "a_b:")],
    ),
    "a further key that is a property's": (
        _one(message(None), keys={"id": {**ID["id"], "schema": {**UINT, "deprecated": "Why."}}}),
        [("KEYWORD_APPLIES", "protocol.yaml", "deprecated: Why.")],
    ),
    "an example without a key that it needs": (
        _one(message(None, keys={"id": "required"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "summary: One")],
    ),
    "an example with a key that it has not": (
        _one(message(None, {"keys": {"id": "1"}}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "summary: One")],
    ),
    "an example with a key that nobody has": (
        _one(message(None, {"keys": {"di": "1"}}, keys={"id": "optional"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "di: '1'")],
    ),
    "an example with a wrong key": (
        _one(message(None, {"keys": {"id": 1}}, keys={"id": "optional"}), keys=ID),
        [("EXAMPLE_VALID", "main.yaml", "1")],
    ),
    "an example of fields that are none": (
        _one(message(None, {"payload": {"a": 1}})),
        [("EXAMPLE_VALID", "main.yaml", "a: 1")],
    ),
    "an example of fields that is no object": (
        _one(message({}, {"payload": 5})),
        [("EXAMPLE_VALID", "main.yaml", "5")],
    ),
    "an example of a wrong field": (
        _one(message({"a": field()}, {"payload": {"a": 5}})),
        [("EXAMPLE_VALID", "main.yaml", "5")],
    ),
}


@pytest.mark.parametrize(("files", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, files: Data, expected: list[tuple[str, str, str]]) -> None:
    assert refused(files, tmp_path) == expected

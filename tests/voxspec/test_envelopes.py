"""Envelopes of other gateways: types of any text or integers, flat frames, further keys, no numbers."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tests.voxspec import rendered
from tests.voxspec.envelopes import ID, PAYLOAD, RIGHT, message, operations, protocol
from tests.voxspec.mini import Data, drawn, field, generated, module_of, refused


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
            "| `id` | string (at least 1 character) | Optional: each message says whether it has it. "
            "Which operation it belongs to. |" in mini.files["docs/v1/index.md"]
        )


@pytest.mark.parametrize(("presence", "said"), [("optional", "Optional. "), ("required", "")])
def test_the_row_of_a_further_key_says_whether_it_is_optional(
    tmp_path: Path, presence: str, said: str
) -> None:
    keys = {"id": presence}
    one = message(None, {"keys": {"id": "1"}}, keys=keys)
    with generated(protocol({"ping": one}, {"tick": one}, keys=ID), tmp_path) as mini:
        row = f"| `id` | string (at least 1 character) | {said}Which operation it belongs to. |"
        assert row in mini.files["docs/v1/index.md"]


def test_a_further_key_of_one_side_is_not_optional_for_what_the_other_sends(tmp_path: Path) -> None:
    keys = {"id": {**ID["id"], "direction": "client"}}
    ping = message(None, {"keys": {"id": "1"}}, keys={"id": "required"})
    with generated(protocol({"ping": ping}, {"tick": message(None)}, keys=keys), tmp_path) as mini:
        said = "Of frames that the client sends. Which operation it belongs to. |"
        row = f"| `id` | string (at least 1 character) | {said}"
        assert row in mini.files["docs/v1/index.md"]


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
    files = operations()
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


def test_the_protocol_says_how_frames_are_read(tmp_path: Path) -> None:
    with generated(RIGHT["operations with ids"], tmp_path) as mini:
        envelope = module_of(mini, "protocol").PROTOCOL.envelope
        client, server = mini.models.client, mini.models.server
        assert (envelope.type_key, envelope.payload_key, envelope.sequence_key) == (
            *("type", "payload"),
            None,
        )
        assert envelope.keys == {"type", "payload", "id"}
        frame = client.SubscribeFrame(id="1", payload=client.Subscribe(query="q"))
        assert envelope.type_of(frame) == "subscribe"
        assert envelope.payload_of(frame) == client.Subscribe(query="q")
        assert envelope.seq_of(frame) is None
        assert envelope.payload_of(client.CompleteFrame(id="1")) is None
        by_payload = module_of(mini, "protocol").PROTOCOL.by_payload
        info = by_payload[client.Subscribe]
        assert envelope.framed(info, client.Subscribe(query="q"), id="1") == frame
        with pytest.raises(ValueError, match="subscribe needs id"):
            envelope.framed(info, frame.payload)
        with pytest.raises(ValueError, match="subscribe carries no seq"):
            envelope.framed(info, frame.payload, id="1", seq=1)
        ack = server.ConnectionAck()
        with pytest.raises(ValueError, match="connectionAck carries no id"):
            envelope.framed(by_payload[server.ConnectionAck], ack, id="1")


def test_the_protocol_says_how_flat_frames_are_read(tmp_path: Path) -> None:
    with generated(RIGHT["flat frames with all that there is"], tmp_path) as mini:
        envelope = module_of(mini, "protocol").PROTOCOL.envelope
        server = mini.models.server
        tick = server.Tick(ts=5, number=1, n=3)
        assert envelope.payload_of(tick) is tick
        assert (envelope.type_of(tick), envelope.seq_of(tick)) == ("tick", 1)
        assert (envelope.payload_key, envelope.payload_attribute) == (None, None)
        assert (envelope.sequence_key, envelope.sequence_attribute) == ("№", "number")
        assert (envelope.first_seq, envelope.max_seq) == (1, 2**63 - 1)
        info = mini.models.registry.SERVER["tick"]
        assert envelope.framed(info, tick) is tick
        assert envelope.framed(info, tick, 9, trace="t") == server.Tick(
            ts=5, number=9, n=3, trace="t"
        )


def test_integers_name_what_frames_are(tmp_path: Path) -> None:
    with generated(RIGHT["types that are integers"], tmp_path) as mini:
        envelope = module_of(mini, "protocol").PROTOCOL.envelope
        info = mini.models.registry.SERVER[-7]
        payload = mini.models.server.Message7(n=1)
        assert envelope.type_of(envelope.framed(info, payload, 4)) == -7
        with pytest.raises(ValueError, match="-7 needs s"):
            envelope.framed(info, payload)


def test_keys_that_readers_pass_over(tmp_path: Path) -> None:
    with generated(RIGHT["keys that readers pass over"], tmp_path) as mini:
        client, server = mini.models.client, mini.models.server
        frame = {"type": "ping", "id": 7, "payload": ["x"]}
        assert mini.decode("client", frame) == client.PingFrame()
        notes = mini.validate.client_frame(frame)
        assert [(p.rule, p.severity, p.pointer, p.message) for p in notes] == [
            ("UNKNOWN_FIELD", "note", "/id", 'this message makes no use of "id"'),
            ("UNKNOWN_FIELD", "note", "/payload", 'this message makes no use of "payload"'),
        ]
        assert mini.schema_accepts("client", frame)
        assert mini.decode("server", {"type": "gone", "id": "1", "payload": 1}) == (
            server.GoneFrame(id="1")
        )
        assert mini.errors("client", {"type": "pong", "id": "1"}) == [("KEY_FORBIDDEN", "/id")]
        page = mini.files["docs/v1/client/main.md"]
        assert "`id` is ignored" in page
        assert "No payload: the frame has no `payload`; readers pass over one." in page


@pytest.mark.parametrize("name", ["closed frames", "closed flat frames"])
def test_closed_frames_have_no_other_keys(tmp_path: Path, name: str) -> None:
    with generated(RIGHT[name], tmp_path) as mini:
        right: Data = {"n": 1} if "flat" in name else {"payload": {"n": 1}}
        frames = [("client", {"type": "ask", **right}), ("server", {"type": "gone"})]
        for side, frame in frames:
            assert mini.errors(side, frame) == []
            wrong = {**frame, "x": 1}
            assert mini.errors(side, wrong) == [("UNKNOWN_FIELD", "/x")]
            assert not mini.schema_accepts(side, wrong)
            with pytest.raises(msgspec.ValidationError, match="unknown field `x`"):
                mini.decode(side, wrong)
        unknown = {"type": "other", "x": 1}
        assert mini.errors("client", unknown) == []
        assert (
            "A key that a message is not known to have is an error."
            in (mini.files["docs/v1/index.md"])
        )

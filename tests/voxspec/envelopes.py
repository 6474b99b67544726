"""Small protocols in other envelopes than Vox has: what gateways of other people look like."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from tests.voxspec.mini import BASE, UINT, Data, area, field

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


def operations() -> Data:
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


def numbered(types: Messages, **more: Any) -> Data:
    """Types that are integers, and a sequence number."""
    return protocol(
        {1: message(None, seq="never"), 2: message(None, seq="never", **{"x-name": "hello"})},
        {-7: message({"n": field(UINT)}, {"payload": {"n": 1}}, seq="required"), **types},
        payload={"key": "d", "description": "P."},
        sequence={**SEQUENCE, "key": "s"},
        **more,
    )


def flat(**more: Any) -> Data:
    """Frames whose fields stand beside the type."""
    at = {"x": field(UINT), "y": field({"type": "string", "maxLength": 3})}
    shown = {"payload": {"x": 1, "y": "a"}}
    return protocol(
        {"move": message(at, shown), "leave": message(None), "still": message({}, {"payload": {}})},
        {"moved": message(at, shown, **more), "gone": message(None)},
    )


def flat_with_all() -> Data:
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


_ODD_TYPES = {
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
    "operations with ids": operations(),
    "types of any text": protocol(
        copy.deepcopy(_ODD_TYPES), copy.deepcopy(_ODD_TYPES), payload=PAYLOAD
    ),
    "types that are integers": numbered({}),
    "flat frames of integers": protocol(
        {0: message({"x": field(UINT)}, {"payload": {"x": 1}})}, {}
    ),
    "flat frames": flat(),
    "flat frames with all that there is": flat_with_all(),
    "keys that readers pass over": protocol(
        {
            "ping": message(None, payload="ignored"),
            "pong": message(None, keys={"id": "forbidden"}),
            "told": message({"n": field(UINT)}, {"payload": {"n": 1}}),
        },
        {"gone": message(None, {"keys": {"id": "1"}}, payload="ignored", keys={"id": "required"})},
        payload=PAYLOAD,
        keys={"id": {**ID["id"], "presence": "ignored"}},
    ),
    "closed frames": protocol(
        {"ask": message({"n": field(UINT)}, {"payload": {"n": 1}, "keys": {"id": "1"}})},
        {"gone": message(None, keys={"id": "forbidden"})},
        payload=PAYLOAD,
        keys={"id": {**ID["id"], "presence": "optional"}},
        closed=True,
    ),
    "closed flat frames": protocol(
        {"ask": message({"n": field(UINT)}, {"payload": {"n": 1}})},
        {"gone": message(None)},
        closed=True,
    ),
    "nothing but a type": protocol({"a": message(None)}, {}),
}

"""How each recorded conversation of graphql-transport-ws goes, and how to read it from a capture."""

import json
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

FOLDER: Final = Path(__file__).parents[2] / "examples" / "protocols" / "graphql-transport-ws"
CAPTURES: Final = FOLDER / "captures"


class Conversation(NamedTuple):
    """`messages` gives their types in order, > from the client and < from the server, with the id of
    the operation where there is one; ? is no message. `closes` says for each connection who closed it,
    with which code and why."""

    messages: str
    closes: tuple[str, ...]

    @property
    def streams(self) -> dict[tuple[str, str], list[str]]:
        """The types for each direction and operation: in between, the order is nobody's promise."""
        streams: dict[tuple[str, str], list[str]] = {}
        for message in self.messages.split():
            name, _, operation = message[1:].partition(":")
            streams.setdefault((message[0], operation), []).append(name)
        return streams


def conversation(path: Path) -> Conversation:
    """The conversation that a capture holds."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    closes = [line["close"] for line in lines if "close" in line]
    assert len(closes) == sum("url" in line for line in lines), "a connection was lost"
    return Conversation(
        " ".join(_message(line) for line in lines if "dir" in line),
        tuple("{by} {code} {reason}".format_map(close) for close in closes),
    )


def _message(line: Mapping[str, Any]) -> str:
    data = line["text"] if "text" in line else b64decode(line["b64"])
    direction = {"c2s": ">", "s2c": "<"}[line["dir"]]
    try:
        message = json.loads(data)
    except ValueError:
        return f"{direction}?"
    if not isinstance(message, dict) or "type" not in message:
        return f"{direction}?"
    operation = f":{message['id']}".replace(":operation-", ":") if "id" in message else ""
    return f"{direction}{message['type']}{operation}"


START: Final = ">connection_init <connection_ack"
NORMAL: Final = "client 1000 Normal Closure"
NOT_VALID: Final = "server 4400 Invalid message received"

CONVERSATIONS: Final[Mapping[str, Conversation]] = {
    "query": Conversation(f"{START} >subscribe:1 <next:1 <complete:1", (NORMAL,)),
    "mutation": Conversation(f"{START} >subscribe:1 <next:1 <complete:1", (NORMAL,)),
    "subscription": Conversation(
        f"{START} >subscribe:1 <next:1 <next:1 <next:1 <complete:1", (NORMAL,)
    ),
    "subscription-stopped": Conversation(
        f"{START} >subscribe:1 <next:1 <next:1 >complete:1", (NORMAL,)
    ),
    "interleaved": Conversation(
        f"{START} >subscribe:1 >subscribe:2 >subscribe:3 >subscribe:4 <next:2 <next:4 <complete:2 <complete:4 <next:3 <next:1 <next:3 <next:3 <complete:3 <next:1 <next:1 <next:1 <complete:1",
        (NORMAL,),
    ),
    "errors": Conversation(
        f"{START} >subscribe:1 <error:1 >subscribe:2 <error:2 >subscribe:3 <next:3 <complete:3 >subscribe:4 <next:4 <complete:4 >subscribe:5 <next:5 <complete:5 >subscribe:6 <next:6 <complete:6 >subscribe:7 <next:7 <next:7 <error:7",
        (NORMAL,),
    ),
    "ack-payload": Conversation(START, (NORMAL,)),
    "client-pings": Conversation(f"{START} >ping <pong >ping <pong >ping <pong", (NORMAL,)),
    "server-pings": Conversation(
        f"{START} <ping >pong <ping >pong <ping >pong <ping >pong", (NORMAL,)
    ),
    "ping-forms": Conversation(
        ">ping <pong >ping <pong >ping <pong >ping <pong >pong >pong >connection_init <connection_ack >ping <pong",
        (NORMAL,),
    ),
    "id-again": Conversation(
        f"{START} >complete:nobody >subscribe:again <next:again <complete:again >complete:again >subscribe:again <next:again <complete:again >complete:again >subscribe:again <next:again >complete:again >ping <pong",
        (NORMAL,),
    ),
    "unknown-keys": Conversation(
        ">connection_init:7 <connection_ack >subscribe:b <next:b <complete:b >complete:b", (NORMAL,)
    ),
    "binary-init": Conversation(START, (NORMAL,)),
    "odd-frames": Conversation(
        f"{START} >subscribe:1 <ping >pong <next:1 <next:1 <complete:1", (NORMAL,)
    ),
    "late-results": Conversation(
        f"{START} >subscribe:1 <next:1 >complete:1 <next:1 <next:9 <complete:1", (NORMAL,)
    ),
    "ack-twice": Conversation(
        f"{START} >subscribe:1 <next:1 <connection_ack <complete:1", (NORMAL,)
    ),
    "server-leaves-1001": Conversation(
        f"{START} >subscribe:1 <next:1", ("server 1001 Going away",)
    ),
    "reconnect-1012": Conversation(
        f"{START} >subscribe:1 >connection_init <connection_ack >subscribe:1 <next:1 <next:1 <complete:1",
        (
            "server 1012 Service restart",
            NORMAL,
        ),
    ),
    "next-before-ack-4004": Conversation(
        ">connection_init <next:1", ("client 4004 First message cannot be of type next",)
    ),
    "ack-with-text-4004": Conversation(
        START,
        (
            'client 4004 "connection_ack" message expects the \'payload\' property to be an object or nullish or missing, but got "welcome"',
        ),
    ),
    "unknown-type-4004": Conversation(
        f"{START} >subscribe:1 <connection_kept",
        ("client 4004 Invalid message 'type' property \"connection_kept\"",),
    ),
    "next-without-id-4004": Conversation(
        f"{START} >subscribe:1 <next",
        (
            "client 4004 \"next\" message expects the 'id' property to be a string, but got undefined",
        ),
    ),
    "next-with-array-4004": Conversation(
        f"{START} >subscribe:1 <next:1",
        (
            "client 4004 \"next\" message expects the 'payload' property to be an object, but got array",
        ),
    ),
    "error-with-object-4004": Conversation(
        f"{START} >subscribe:1 <error:1",
        (
            'client 4004 "error" message expects the \'payload\' property to be an array of GraphQL errors, but got {"message":"alone"}',
        ),
    ),
    "error-without-errors-4004": Conversation(
        f"{START} >subscribe:1 <error:1",
        (
            "client 4004 \"error\" message expects the 'payload' property to be an array of GraphQL errors, but got []",
        ),
    ),
    "no-parameters-4005": Conversation("", ("client 4005 The token is lost",)),
    "not-json-4400": Conversation(">?", (NOT_VALID,)),
    "not-an-object-4400": Conversation(">?", (NOT_VALID,)),
    "no-type-4400": Conversation(">?", (NOT_VALID,)),
    "unknown-type-4400": Conversation(">connection_start", (NOT_VALID,)),
    "init-with-text-4400": Conversation(">connection_init", (NOT_VALID,)),
    "subscribe-without-id-4400": Conversation(f"{START} >subscribe", (NOT_VALID,)),
    "subscribe-with-empty-id-4400": Conversation(f"{START} >subscribe:", (NOT_VALID,)),
    "subscribe-without-query-4400": Conversation(f"{START} >subscribe:a", (NOT_VALID,)),
    "subscribe-with-array-4400": Conversation(f"{START} >subscribe:a", (NOT_VALID,)),
    "subscribe-first-4401": Conversation(">subscribe:a", ("server 4401 Unauthorized",)),
    "subscribe-before-ack-4401": Conversation(
        ">connection_init >subscribe:a", ("server 4401 Unauthorized",)
    ),
    "refused-4403": Conversation(">connection_init", ("server 4403 Forbidden",)),
    "no-subprotocol-4406": Conversation("", ("server 4406 Subprotocol not acceptable",)),
    "no-init-4408": Conversation("", ("server 4408 Connection initialisation timeout",)),
    "same-id-4409": Conversation(
        f"{START} >subscribe:a <next:a >subscribe:a",
        ("server 4409 Subscriber for a already exists",),
    ),
    "init-twice-4429": Conversation(
        f"{START} >connection_init", ("server 4429 Too many initialisation requests",)
    ),
    "terminated-4499": Conversation(f"{START} >subscribe:1 <next:1", ("client 4499 Terminated",)),
    "syntax-error-4500": Conversation(
        f"{START} >subscribe:1", ("server 4500 Syntax Error: Expected Name, found <EOF>.",)
    ),
    "on-connect-fails-4500": Conversation(
        ">connection_init", ("server 4500 The doorkeeper fell asleep",)
    ),
    "next-from-client-4500": Conversation(
        f"{START} >next:a", ("server 4500 Unexpected message of type next received",)
    ),
    "no-ack-4504": Conversation(
        ">connection_init", ("client 4504 Connection acknowledgement timeout",)
    ),
}
"""Those of the scenarios, by name."""

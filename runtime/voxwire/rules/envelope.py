"""Rules about the envelope of a frame: its message type, its payload, its sequence number."""

from __future__ import annotations

from typing import Final

from voxwire.rules.example import Elsewhere, from_client, from_server, on_session
from voxwire.rules.rule import Rule
from voxwire.rules.steps import HEARTBEAT

_ID: Final = """\
keys:
  id:
    direction: both
    description: What belongs together.
    schema: {type: string}
"""

FRAME_NOT_OBJECT: Final = Rule(
    "FRAME_NOT_OBJECT",
    group="envelope",
    severity="error",
    headline="The frame is no object",
    meaning="A frame is JSON, but no object.",
    why="The envelope is an object; a server closes the connection for anything else.",
    fix="Send an object with the message type and the payload.",
    source="frames",
    culprit="sender",
    bad=from_client('`["typing", 1]`', '["typing",{"feed_id":1}]'),
    good=from_client('`{"type": "typing", …}`', '{"type":"typing","d":{"feed_id":1}}'),
)

TYPE_MISSING: Final = Rule(
    "TYPE_MISSING",
    group="envelope",
    severity="error",
    headline="No message type",
    meaning="A frame does not say its message type.",
    why="Without it nobody knows what the payload is.",
    fix="Name the message type in the envelope.",
    source="frames",
    culprit="sender",
    bad=from_client('`{"d": {"feed_id": 1}}`', '{"d":{"feed_id":1}}'),
    good=from_client(
        '`{"type": "typing", "d": {"feed_id": 1}}`', '{"type":"typing","d":{"feed_id":1}}'
    ),
)

TYPE_INVALID: Final = Rule(
    "TYPE_INVALID",
    group="envelope",
    severity="error",
    headline="The message type is no text",
    meaning="The message type of a frame is not a string.",
    why="Types are told apart by their names; a reader can only ignore the frame, or fail.",
    fix="Give the message type as a string.",
    source="frames",
    culprit="sender",
    bad=from_client('`{"type": null}`', '{"type":null,"d":{"feed_id":1}}'),
    good=from_client('`{"type": "typing", …}`', '{"type":"typing","d":{"feed_id":1}}'),
)

UNKNOWN_TYPE: Final = Rule(
    "UNKNOWN_TYPE",
    group="envelope",
    severity="note",
    headline="An unknown message type",
    meaning="The message type is not known here; readers ignore the frame.",
    why="It may be newer than the schema, which is why readers must accept it. Or it is "
    "misspelt, and then nothing happens, without a word from anybody.",
    fix="Compare the spelling with the list of messages; the finding names what is near.",
    source="frames",
    culprit="sender",
    bad=from_client('`{"type": "typping", …}`', '{"type":"typping","d":{"feed_id":1}}'),
    good=from_client('`{"type": "typing", …}`', '{"type":"typing","d":{"feed_id":1}}'),
    strict=True,
)

WRONG_DIRECTION: Final = Rule(
    "WRONG_DIRECTION",
    group="envelope",
    severity="error",
    headline="A message of the other side",
    meaning="Only the other side sends messages of this type.",
    why="The receiver ignores it in silence. Names for the two directions are often alike, and "
    "a widely used client confuses two of them.",
    fix="Send the message that this side has for it; the finding names what is near.",
    source="frames",
    culprit="sender",
    bad=from_client('→ `{"type": "typing_start", …}`', '{"type":"typing_start","d":{"feed_id":1}}'),
    good=from_client('→ `{"type": "typing", …}`', '{"type":"typing","d":{"feed_id":1}}'),
)

PAYLOAD_MISSING: Final = Rule(
    "PAYLOAD_MISSING",
    group="envelope",
    severity="error",
    headline="No payload",
    meaning="A message lacks its payload.",
    why="The payload is what the message says; only few messages have none.",
    fix="Send the payload, as an empty object where it has no fields.",
    source="frames",
    culprit="sender",
    bad=from_client('→ `{"type": "typing"}`', '{"type":"typing"}'),
    good=from_client(
        '→ `{"type": "typing", "d": {"feed_id": 1}}`', '{"type":"typing","d":{"feed_id":1}}'
    ),
)

PAYLOAD_INVALID: Final = Rule(
    "PAYLOAD_INVALID",
    group="envelope",
    severity="error",
    headline="The payload has the wrong shape",
    meaning="The payload of a message is not an object.",
    why="A server closes the connection for it.",
    fix="Send an object.",
    source="frames",
    culprit="sender",
    bad=from_client('→ `{"type": "typing", "d": 1}`', '{"type":"typing","d":1}'),
    good=from_client(
        '→ `{"type": "typing", "d": {"feed_id": 1}}`', '{"type":"typing","d":{"feed_id":1}}'
    ),
)

PAYLOAD_FORBIDDEN: Final = Rule(
    "PAYLOAD_FORBIDDEN",
    group="envelope",
    severity="error",
    headline="A payload where there is none",
    meaning="A message that carries no payload has one.",
    why="Readers that know the message do not look at it: what stands there is lost.",
    fix="Leave the payload out.",
    source="frames",
    culprit="sender",
    bad=Elsewhere(
        "a payload in a message whose schema has none",
        "seq: never\npayload: false\n",
        '{"type":"thing","d":{}}',
        'this message carries no "d"',
    ),
    good=Elsewhere("the message alone", "seq: never\npayload: false\n", '{"type":"thing"}'),
)

SEQ_MISSING: Final = Rule(
    "SEQ_MISSING",
    group="envelope",
    severity="error",
    headline="No sequence number",
    meaning="A numbered message lacks its sequence number.",
    why="The client counts by it, and asks for what it missed by it: a message without its "
    "number is replayed or lost after a resume.",
    fix="Number every message that the schema says is numbered.",
    source="frames",
    culprit="sender",
    bad=from_server(
        '← `{"type": "member_leave", "d": {"user_id": 7}}`',
        '{"type":"member_leave","d":{"user_id":7}}',
    ),
    good=from_server(
        '← `{"type": "member_leave", …, "seq": 2}`',
        '{"type":"member_leave","d":{"user_id":7},"seq":2}',
    ),
)

SEQ_INVALID: Final = Rule(
    "SEQ_INVALID",
    group="envelope",
    severity="error",
    headline="Not a sequence number",
    meaning="A sequence number is not an integer from 1 upwards.",
    why="Sessions begin at 1 and go up by 1.",
    fix="Send the number as a JSON integer, from 1 upwards.",
    source="frames",
    culprit="sender",
    bad=from_server(
        '← `{"type": "member_leave", …, "seq": 0}`',
        '{"type":"member_leave","d":{"user_id":7},"seq":0}',
    ),
    good=from_server(
        '← `{"type": "member_leave", …, "seq": 2}`',
        '{"type":"member_leave","d":{"user_id":7},"seq":2}',
    ),
)

SEQ_FORBIDDEN: Final = Rule(
    "SEQ_FORBIDDEN",
    group="envelope",
    severity="error",
    headline="A sequence number where there is none",
    meaning="A message that is not numbered has a sequence number.",
    why="A reader that counts by it counts wrongly, and asks for the wrong messages after a "
    "resume. Clients never number what they send.",
    fix="Leave the number out.",
    source="frames",
    culprit="sender",
    bad=from_client('→ `{"type": "heartbeat", "seq": 1}`', '{"type":"heartbeat","seq":1}'),
    good=on_session('→ `{"type": "heartbeat"}`', HEARTBEAT),
)

KEY_FORBIDDEN: Final = Rule(
    "KEY_FORBIDDEN",
    group="envelope",
    severity="error",
    headline="A key of other messages",
    meaning="A message has a key of the envelope that it does not carry.",
    why="Such a key, an id for instance, ties a message to others. Where it says nothing, sender and "
    "receiver disagree about which message this is.",
    fix="Leave the key out, or send the message that carries it.",
    source="frames",
    culprit="sender",
    bad=Elsewhere(
        "an id on a message that has none",
        "seq: never\npayload: false\n",
        '{"type":"thing","id":"1"}',
        'this message carries no "id"',
        envelope=_ID,
    ),
    good=Elsewhere(
        "the message alone", "seq: never\npayload: false\n", '{"type":"thing"}', envelope=_ID
    ),
)

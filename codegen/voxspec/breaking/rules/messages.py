"""Rules about messages."""

from __future__ import annotations

from functools import partial
from typing import Final

from voxspec.breaking.rules.rule import Edit, Group, about

_CLIENT = "client/talk.yaml"
_SERVER = "server/talk.yaml"
_WAVE = """\
  wave:
    summary: Wave
    description: Everybody sees it.
    seq: never
    payload_optional: true
    payload:
      type: object
      properties:
        both: {type: boolean, description: With both hands.}
        reply_to: {$ref: message_id, description: What it answers.}
    examples:
      - {summary: One, payload: {}}
"""

_PAYLOAD = _WAVE.partition("    seq: never\n")[2]


_rule = partial(about, Group.MESSAGES)


_OLD_WAVE = _WAVE.replace("    summary: Wave\n", "    summary: Wave\n    deprecated: Use nod.\n")

RULES: Final = (
    _rule(
        "MESSAGE_NO_DELETE",
        "A message is gone",
        "Whoever was written before still sends it, in either direction. What its receiver does then stands under `mistakes` of session.yaml of the receiver's revision: with `unknown_type: {close: …}` it closes the connection; with `unknown_type: ignored`, and where nothing is said, it passes over it. What a server passes over breaks as well, for clients ask for something that is not done any more; what a client passes over is lost. Those who wait for it wait in vain.",
        "Keep it and mark it as deprecated; remove it in a new version.",
        Edit(_CLIENT, _WAVE, ""),
        good=(Edit(_CLIENT, _WAVE, _OLD_WAVE),),
    ),
    _rule(
        "MESSAGE_ADDED",
        "There is a new message",
        "Whoever was written before may get it, in either direction, and does not know it. What it does then stands under `mistakes` of session.yaml of its revision: with `unknown_type: {close: …}` it closes the connection, and that breaks; with `unknown_type: ignored`, and where nothing is said, it passes over it. Then a server does not do yet what new clients ask for, and clients miss nothing that they had.",
        "Send it only where the version or a capability says that the other end knows it.",
        Edit(_CLIENT, _WAVE, _WAVE + _WAVE.replace("wave:", "bow:").replace("Wave", "Bow")),
    ),
    _rule(
        "MESSAGE_SAME_NAME",
        "A message is renamed",
        "A message that plays the same role in both revisions is the same one, whatever it is called, and so is one that looks the same and has a near name, or alone the same summary and description. On the wire that is one message gone and another one added: who is not changed at the same time passes over it or closes the connection, as `unknown_type` under `mistakes` of its revision says, and what its states say of a message that is not due. Both break, for both ends have the message, and neither hears the other. Where it plays a role, nobody plays it then: a login is never answered, a heartbeat does not count.",
        "Add the new name beside the old one, and mark that as deprecated.",
        Edit(_CLIENT, "  wave:\n", "  wave_hand:\n"),
        good=(Edit(_CLIENT, _WAVE, _OLD_WAVE + _WAVE.replace("wave:", "wave_hand:")),),
    ),
    _rule(
        "MESSAGE_SAME_SEQ",
        "A message is numbered, or not any more",
        "Readers refuse a number that they do not expect, and miss one that they do.",
        "Add a message of its own for the other way.",
        Edit(_SERVER, "    description: Everybody sees it.\n    seq: never\n", "    description: Everybody sees it.\n    seq: required\n"),
    ),
    _rule(
        "MESSAGE_PAYLOAD_REQUIRED",
        "A payload must be there",
        "Those who were written before may send the message without it.",
        "Leave it optional when it is not sure to be there.",
        Edit(_CLIENT, "    payload_optional: true\n", ""),
    ),
    _rule(
        "MESSAGE_PAYLOAD_OPTIONAL",
        "A payload need not be there",
        "Readers that were written before refuse the message without it.",
        "Send an empty payload instead.",
        Edit(_SERVER, "    description: Everybody sees it.\n    seq: never\n", "    description: Everybody sees it.\n    seq: never\n    payload_optional: true\n"),
    ),
    _rule(
        "MESSAGE_PAYLOAD_ADDED",
        "A message without a payload has one",
        "Readers that were written before refuse it.",
        "Add a message of its own.",
        Edit(_CLIENT, "    payload: false\n    examples:\n      - {summary: One}\n", "    payload: {type: object, properties: {why: {type: string, description: Why.}}}\n    examples:\n      - {summary: One, payload: {why: Late}}\n"),
    ),
    _rule(
        "MESSAGE_PAYLOAD_REMOVED",
        "A message has no payload any more",
        "Readers that were written before ask for it.",
        "Leave the payload, and its fields optional.",
        Edit(_CLIENT, _PAYLOAD, "    payload: false\n    examples:\n      - {summary: One}\n"),
    ),
    _rule(
        "MESSAGE_SAME_PAYLOAD",
        "A payload is something else altogether",
        "Neither end reads what the other one sends.",
        "Add a message of its own.",
        Edit(_CLIENT, _PAYLOAD, "    payload: {type: array, items: {type: string}}\n    examples:\n      - {summary: One, payload: [left]}\n"),
    ),
    _rule(
        "MESSAGE_STAYS_READABLE",
        "What has changed in a message does not go together",
        "Each change by itself is fine, or could not be judged, but some frame of the message is refused, or it cannot be shown that none is.",
        "Look at the frame, where one is shown; make fewer changes at a time.",
        Edit("types.yaml", "message.\n    type: integer\n    format: uint32\n", "message.\n    type: integer\n    format: uint64\n"),
        Edit("server/talk.yaml", "about: {type: integer, format: uint32,", "about: {type: integer, format: uint64,"),
    ),
)  # fmt: skip

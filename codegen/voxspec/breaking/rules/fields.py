"""Rules about what is in records."""

from __future__ import annotations

from functools import partial
from typing import Final

from voxspec.breaking.rules.rule import Edit, Group, about

_SAY = "client/talk.yaml"
_SERVER = "server/talk.yaml"
_TYPES = "types.yaml"

_TEXT = "text: {type: string, maxLength: 500, description: What is said.}"
_WAIT = "wait: {type: integer, format: uint32, x-unit: s, description: How long to wait.}"
_GREETING = "greeting: {type: string, description: What the host says.}"
_LOUDNESS = "loudness: {type: integer, format: uint32, description: How loud it is.}"
_REQUIRED = "required: [text, mood]"
_CHOICE = "oneOf: [{required: [room_id]}, {required: [guest_id]}]"


_rule = partial(about, Group.FIELDS)


def _said(old: str, new: str) -> Edit:
    return Edit(_SAY, old, new)


def _beside(line: str, more: str, indent: int = 8) -> str:
    return f"{line}\n{' ' * indent}{more}"


_OPTIONAL_LOUDNESS = _said(_TEXT, _beside(_TEXT, _LOUDNESS))
_OTHER_TEXT = _said(
    _TEXT,
    _beside(_TEXT, "words: {type: array, items: {type: string}, description: The same in words.}"),
)

RULES: Final = (
    _rule(
        "FIELD_NO_ADD_REQUIRED",
        "A required field is added",
        "Those who were written before do not send it, and readers refuse what lacks it.",
        "Let it be optional, and say what its absence means. It can become required in a new version.",
        _said(_REQUIRED, "required: [text, mood, loudness]"),
        _said("mood: plain, room_id: 1}", "mood: plain, loudness: 1, room_id: 1}"),
        _OPTIONAL_LOUDNESS,
        good=(_OPTIONAL_LOUDNESS,),
    ),
    _rule(
        "FIELD_ADDED",
        "An optional field is added",
        "Readers pass over what they do not know, so nothing breaks; but readers of a closed record refuse it.",
        "Leave records open (no additionalProperties: false) that are to grow.",
        _OPTIONAL_LOUDNESS,
    ),
    _rule(
        "FIELD_NO_DELETE_REQUIRED",
        "A required field is removed",
        "Readers that were written before refuse what lacks it.",
        "Keep it and mark it as deprecated; remove it in a new version.",
        Edit(_SERVER, "required: [guest, text]", "required: [guest]"),
        Edit(_SERVER, "        text: {type: string, description: What was said.}\n", ""),
        Edit(_SERVER, "name: Ada}, text: Hello}", "name: Ada}}"),
        good=(
            Edit(_SERVER, "text: {type: string, description: What was said.}",
                 "text: {type: string, deprecated: Use words., description: What was said.}"),
        ),
    ),
    _rule(
        "FIELD_NO_DELETE",
        "An optional field is removed",
        "Nothing is refused where records are open, but who still sends it is not heard, and who waits for it waits in vain.",
        "Keep it and mark it as deprecated until nobody uses it.",
        Edit(_SERVER, f"        {_GREETING}\n", ""),
    ),
    _rule(
        "FIELD_SAME_NAME",
        "A field is renamed",
        "On the wire that is one field removed and another one added: whoever is not changed at the same time reads neither.",
        "Add the new name beside the old one and mark that as deprecated, or give it another name in the models alone (x-name).",
        _said(_REQUIRED, "required: [message_text, mood]"),
        _said(_TEXT, _TEXT.replace("text:", "message_text:", 1)),
        Edit(_SAY, "{text: Hello, mood: plain, room_id: 1}", "{message_text: Hello, mood: plain, room_id: 1}"),
        good=(_said(_TEXT, _beside(_TEXT, _TEXT.replace("text:", "message_text:", 1))),),
    ),
    _rule(
        "FIELD_OPTIONAL_TO_REQUIRED",
        "An optional field becomes required",
        "Those who were written before may leave it away, and readers refuse that.",
        "Leave it optional, and say what its absence means (default).",
        _said(_REQUIRED, "required: [text, mood, wait]"),
        Edit(_SAY, "mood: plain, room_id: 1}", "mood: plain, wait: 0, room_id: 1}"),
        good=(_said("x-unit: s,", "x-unit: s, default: 0,"),),
    ),
    _rule(
        "FIELD_REQUIRED_TO_OPTIONAL",
        "A required field becomes optional",
        "Readers that were written before refuse what lacks it.",
        "Leave it required, or give it null or an empty value that readers know from the beginning.",
        _said(_REQUIRED, "required: [text]"),
    ),
    _rule(
        "FIELD_GAINS_NULL",
        "A field may be null",
        "Readers that were written before refuse null.",
        "Leave the key away instead, where it is optional.",
        _said("both: {type: boolean", "both: {type: [boolean, 'null']"),
    ),
    _rule(
        "FIELD_LOSES_NULL",
        "A field may not be null any more",
        "Those who were written before may send null.",
        "Go on reading null, and only stop writing it.",
        Edit(_SERVER, "greeting: {type: string", "greeting: {type: [string, 'null']"),
        backwards=True,
    ),
    _rule(
        "FIELD_TYPE_WIDENED",
        "A field can be of more types",
        "Readers that were written before refuse values of the new type.",
        "Add another field for values of the new type.",
        _said("wait: {type: integer, format: uint32, x-unit: s,", "wait: {type: number, x-unit: s,"),
    ),
    _rule(
        "FIELD_TYPE_NARROWED",
        "A field can be of fewer types",
        "Those who were written before may send what it cannot be any more.",
        "Go on reading the values that were allowed.",
        Edit(_SERVER, "score: {type: number, minimum: 0,", "score: {type: integer, format: uint32,"),
    ),
    _rule(
        "FIELD_SAME_TYPE",
        "A field is of another type",
        "Neither end reads what the other one writes.",
        "Add a field of the new type beside it, and mark the old one as deprecated.",
        _said("text: {type: string, maxLength: 500,", "text: {type: array, items: {type: string},"),
        Edit(_SAY, "{text: Hello,", "{text: [Hello],"),
        good=(_OTHER_TEXT,),
    ),
    _rule(
        "FIELD_INT_WIDTH_GROWS",
        "An integer becomes wider",
        "Readers that were written before refuse what does not fit; beyond 2^53 those that keep numbers as doubles lose digits.",
        "Choose the width for the years to come when a field is added; later, add a wider field beside it.",
        _said("room_id: {type: integer, format: uint32", "room_id: {type: integer, format: uint64"),
    ),
    _rule(
        "FIELD_SAME_UNIT",
        "A number or text means another thing",
        "Nothing is refused, and everything is wrong: five seconds are taken for five milliseconds.",
        "Add a field for the new unit, with the unit in its name.",
        _said("x-unit: s", "x-unit: ms"),
        good=(_said(_WAIT, _beside(_WAIT, "wait_ms: {type: integer, format: uint32, x-unit: ms, description: The same.}")),),
    ),
    _rule(
        "FIELD_MASKING_CHANGED",
        "What is masked of a field is another thing",
        "Logs and captures show of it what they did not show, or the other way round.",
        "Nothing to do, if it is meant.",
        _said("token: {type: string,", "token: {type: string, x-sensitive: true,"),
    ),
    _rule(
        "CONSTRAINT_TIGHTENED",
        "A constraint allows less",
        "Those who were written before may send what is refused now.",
        "Go on reading what was allowed. A new version, or a limit that the server tells, can allow less.",
        _said("maxLength: 500", "maxLength: 200"),
    ),
    _rule(
        "CONSTRAINT_LOOSENED",
        "A constraint allows more",
        "Readers that were written before refuse what is allowed now.",
        "Send the new values only to those who said that they know them, by a capability or the version.",
        _said("maxLength: 500", "maxLength: 900"),
    ),
    _rule(
        "RECORD_CLOSED",
        "Readers of a record refuse other keys",
        "It cannot grow from now on: each further key breaks its readers.",
        "Close records only where an unknown key is dangerous.",
        Edit(_TYPES, "    required: [id, name]\n", "    required: [id, name]\n    additionalProperties: false\n"),
    ),
    _rule(
        "RECORD_OPENED",
        "Readers of a record pass over other keys",
        "Nothing breaks; those that were written before still refuse further keys.",
        "Wait with further keys until those are gone.",
        Edit(
            _TYPES,
            "    required: [id, name]\n",
            "    required: [id, name]\n    additionalProperties: false\n",
        ),
        backwards=True,
    ),
    _rule(
        "RECORD_KEEPS_EXTRA",
        "Other keys of a record are part of it",
        "Those who were written before drop them.",
        "Nothing to do, if it is meant.",
        Edit(_TYPES, "    required: [id, name]\n", "    required: [id, name]\n    x-extra: true\n"),
    ),
    _rule(
        "RECORD_NO_EXTRA",
        "Other keys of a record are no part of it any more",
        "What others have put there is dropped; where the record is closed, it is refused.",
        "Go on keeping it, or give what is in use fields of its own.",
        Edit(_TYPES, "    x-extra: true\n", ""),
    ),
    _rule(
        "ONEOF_MEMBER_ADDED",
        "Exactly one of more keys must be there",
        "For readers that were written before, none is there when it is the new one.",
        "Send the new key only to those who know it.",
        _said("        guest_id:", "        table_id: {type: integer, format: uint32, description: The table.}\n        guest_id:"),
        _said(_CHOICE, "oneOf: [{required: [room_id]}, {required: [guest_id]}, {required: [table_id]}]"),
        Edit(_SAY, "      - {summary: One, payload: {text: Hello, mood: plain, room_id: 1}}",
             "      - {summary: One, payload: {text: Hello, mood: plain, room_id: 1}}\n"
             "      - {summary: Two, payload: {text: Hello, mood: plain, table_id: 1}}"),
    ),
    _rule(
        "ONEOF_MEMBER_REMOVED",
        "Exactly one of fewer keys must be there",
        "Those who were written before may send the one that is gone, and then none is there.",
        "Keep it and mark it as deprecated.",
        _said(_CHOICE, "oneOf: [{required: [room_id]}, {required: [table_id]}]"),
        _said("guest_id: {type: integer", "table_id: {type: string"),
        _said("table_id: {type: string, format: uint32,", "table_id: {type: string,"),
    ),
    _rule(
        "ONEOF_STRICTER",
        "A rule between keys is added",
        "Those who were written before do not keep to it.",
        "Say what is preferred in the description, and go on reading the rest.",
        _said(f"      {_CHOICE}\n", f"      {_CHOICE}\n      if: {{properties: {{mood: {{const: loud}}}}, required: [mood]}}\n      then: {{required: [wait]}}\n"),
    ),
    _rule(
        "ONEOF_LOOSER",
        "A rule between keys is gone",
        "Readers that were written before still ask for it.",
        "Go on writing as the rule said.",
        _said(f"      {_CHOICE}\n", ""),
    ),
    _rule(
        "DEFAULT_CHANGED",
        "A default is another one",
        "What is left away means another thing to each end, though nothing is refused.",
        "Write the value out while both are in use.",
        _said("x-unit: s,", "x-unit: s, default: 1,"),
    ),
    _rule(
        "DEPRECATED_CHANGED",
        "Something is deprecated, or not any more",
        "Nothing breaks; people should know.",
        "Say what to use instead.",
        _said("both: {type: boolean,", "both: {type: boolean, deprecated: Wave with one., "),
    ),
    _rule(
        "SINCE_CHANGED",
        "Since when something is there is another time",
        "Nothing breaks; people should know.",
        "Nothing to do.",
        _said("both: {type: boolean,", "both: {type: boolean, since: '1.1', "),
    ),
)  # fmt: skip

"""Rules about what holds for a whole connection."""

from __future__ import annotations

from functools import partial
from typing import Final

from voxspec.breaking.rules.rule import Edit, Group, about

_FILE = "protocol.yaml"
_CODES = "close_codes.yaml"
_FULL = "4001: {name: TOO_MANY, recovery: identify, description: The room is full.}"
_LANG = "lang: {required: false, values: [en, de], description: Language., when_absent: English.}"


_rule = partial(about, Group.CONNECTION)


def _edit(old: str, new: str) -> Edit:
    return Edit(_FILE, old, new)


def _zone(required: str) -> Edit:
    return _edit(
        _LANG,
        f"{_LANG}\n    zone: {{required: {required}, values: [utc, local], description: Time zone., when_absent: UTC.}}",
    )


RULES: Final = (
    _rule(
        "ENVELOPE_SAME_KEYS",
        "A key of all frames is another one",
        "Neither end reads any frame of the other.",
        "The envelope stays as it is; its names in the models can be others (x-name).",
        _edit("payload: {key: data,", "payload: {key: body,"),
    ),
    _rule(
        "SEQ_SAME_START",
        "Sessions begin with another number",
        "Clients that wait for the first number miss one that never comes, or take the first message for an old one.",
        "Leave it.",
        _edit("first: 1", "first: 0"),
    ),
    _rule(
        "ENVELOPE_CLOSED",
        "Readers refuse keys of frames that they do not know",
        "Frames cannot grow from now on.",
        "Leave the envelope open.",
        _edit("  description: Every frame has these keys.\n", "  description: Every frame has these keys.\n  closed: true\n"),
    ),
    _rule(
        "ENVELOPE_OPENED",
        "Readers pass over keys of frames that they do not know",
        "Nothing breaks; those that were written before still refuse further keys.",
        "Wait with further keys until those are gone.",
        _edit("  description: Every frame has these keys.\n", "  description: Every frame has these keys.\n  closed: true\n"),
        backwards=True,
    ),
    _rule(
        "ENDPOINT_SAME_URL",
        "Clients connect elsewhere",
        "Those who were written before find nobody there.",
        "Answer at both addresses while clients are out there that know the old one.",
        _edit("wss://host/tea", "wss://host/tea/v2"),
    ),
    _rule(
        "QUERY_PARAM_NO_ADD_REQUIRED",
        "A parameter of the endpoint is required",
        "Clients that were written before do not send it.",
        "Let it be optional, and say what its absence means.",
        _zone("true"),
        good=(_zone("false"),),
    ),
    _rule(
        "QUERY_PARAM_ADDED",
        "The endpoint has a new parameter",
        "A server that was written before makes nothing of it.",
        "Let clients see from an answer whether it had an effect.",
        _zone("false"),
    ),
    _rule(
        "QUERY_PARAM_REMOVED",
        "A parameter of the endpoint is gone",
        "Clients that were written before still send it, without effect. Servers that were written before still require it, if it was required.",
        "Nothing to do, if its absence means what it meant before. Go on sending what was required.",
        _edit(f"    {_LANG}\n", ""),
    ),
    _rule(
        "QUERY_PARAM_OPTIONAL",
        "A parameter of the endpoint is not required any more",
        "Servers that were written before still require it.",
        "Go on sending it.",
        _edit("v: {required: true", "v: {required: false"),
    ),
    _rule(
        "QUERY_VALUE_NO_DELETE",
        "A parameter does not take a value any more",
        "Clients that were written before may ask for it.",
        "Go on taking it, as the nearest other value.",
        _edit("values: [en, de]", "values: [en]"),
    ),
    _rule(
        "QUERY_VALUE_ADDED",
        "A parameter has a new value",
        "Servers that were written before do not know it.",
        "Fall back to another value where a server refuses it.",
        _edit("values: [en, de]", "values: [en, de, fr]"),
    ),
    _rule(
        "COMPRESSION_NO_DELETE",
        "A way of compression is gone",
        "Clients that were written before ask for it and get something else.",
        "Go on offering it.",
        _edit("values: [zstd, plain]", "values: [zstd]"),
    ),
    _rule(
        "COMPRESSION_SAME_FRAMING",
        "Messages are packed in another way",
        "Clients cannot unpack what they get.",
        "Give the other way a value of its own.",
        Edit("session.yaml", "server: {zstd: zstd}", "server: {zstd: zstd, plain: zstd}"),
    ),
    _rule(
        "SUBPROTOCOL_NO_DELETE",
        "A subprotocol is not spoken any more",
        "Clients that offer no other one are turned away.",
        "Go on speaking it.",
        _edit("[tea.v1, tea.v0]", "[tea.v1]"),
    ),
    _rule(
        "SUBPROTOCOL_ADDED",
        "There is a new subprotocol",
        "Servers that were written before do not choose it.",
        "Offer the old one as well.",
        _edit("[tea.v1, tea.v0]", "[tea.v2, tea.v1, tea.v0]"),
    ),
    _rule(
        "CLOSE_CODE_SAME_MEANING",
        "A close code means another thing",
        "The other end does what was right for the old meaning.",
        "Give the new meaning a number of its own.",
        Edit(_CODES, _FULL, _FULL.replace("TOO_MANY", "TOO_LATE").replace("The room is full", "Closed")),
        good=(Edit(_CODES, _FULL, f"{_FULL}\n  4002: {{name: TOO_LATE, recovery: identify, description: Closed.}}"),),
    ),
    _rule(
        "CLOSE_CODE_RENAMED",
        "A close code is called otherwise",
        "The number is what counts on the wire; its name goes with it as the reason, which clients look at only where the code lists reasons. Source code that uses the name must be changed.",
        "Nothing to do on the wire.",
        Edit(_CODES, "name: TOO_MANY", "name: ROOM_FULL"),
    ),
    _rule(
        "CLOSE_CODE_SAME_RECOVERY",
        "After a close code clients do another thing",
        "Those that were written before do what they did: they stay away for good, or come back each time, where one of the two is to give up. To start a new session, to resume and to wait is always possible: who does one for another loses something and is not broken.",
        "Give the case a number of its own.",
        Edit(_CODES, "name: TOO_MANY, recovery: identify", "name: TOO_MANY, recovery: fatal"),
    ),
    _rule(
        "CLOSE_CODE_ADDED",
        "There is a new close code",
        "Clients that were written before do what they do with any code that they do not know.",
        "Let unknown codes mean: connect again, after a wait.",
        Edit(_CODES, _FULL, f"{_FULL}\n  4002: {{name: TOO_LATE, recovery: identify, description: Closed.}}"),
    ),
    _rule(
        "CLOSE_CODE_REMOVED",
        "A close code is gone, or has another number",
        "Servers that were written before still send it. Clients that do not know it take the connection for lost: where they are to give up, they come back each time.",
        "Keep it in the list, under its number.",
        Edit(_CODES, f"  {_FULL}\n", ""),
    ),
    _rule(
        "CAPABILITY_NO_DELETE",
        "A capability is gone",
        "Clients that were written before ask for it and rely on it. Nobody refuses their login for that where the enum is open: they only get nothing for it.",
        "Keep it, and say what is done instead.",
        Edit("types.yaml", "enum: [voice, images]", "enum: [voice]"),
        Edit("types.yaml", "{voice: It speaks., images: It shows images.}", "{voice: It speaks.}"),
    ),
    _rule(
        "VERSION_MIN_NOT_RAISED",
        "The oldest version is not spoken any more",
        "Clients of that version are turned away.",
        "Speak it as long as such clients are out there.",
        _edit("values: ['1', '2']", "values: ['2']"),
        _edit("version: 1", "version: 2"),
    ),
    _rule(
        "VERSION_BUMPED_ON_BREAK",
        "Something breaks, and the version is the same",
        "Both revisions call themselves the same, so that nobody can tell which one somebody means, and their models cannot be installed beside each other.",
        "Raise the version, and let servers speak both for a while.",
        _edit("payload: {key: data,", "payload: {key: body,"),
    ),
    _rule(
        "SIZE_OR_RATE_LIMIT_LOWERED",
        "A limit is lower",
        "Clients that were written before go up to the old one, and are refused.",
        "Tell the limit in a message of the server, so that clients need not know it from before.",
        _edit("text_length: {value: 500", "text_length: {value: 100"),
    ),
    _rule(
        "LIMIT_RAISED",
        "A limit is higher",
        "Nothing breaks with a new server.",
        "Nothing to do.",
        _edit("text_length: {value: 500", "text_length: {value: 900"),
    ),
    _rule(
        "LIMIT_SAME_UNIT",
        "A limit counts another thing",
        "What is within it for one end is not for the other.",
        "Add a limit of its own.",
        _edit("unit: characters", "unit: bytes"),
    ),
    _rule(
        "LIMIT_ADDED",
        "There is a new limit",
        "Clients that were written before do not know it.",
        "Say what is done with what is beyond it.",
        _edit("  rooms:", "  cups: {value: 3, unit: messages, description: Most cups.}\n  rooms:"),
    ),
    _rule(
        "LIMIT_REMOVED",
        "A limit is gone",
        "Nothing is refused for it any more.",
        "Nothing to do.",
        _edit("  rooms: {value: 20, unit: messages, description: Most rooms.}\n", ""),
    ),
    _rule(
        "PERMISSION_SAME_BIT",
        "A permission is another bit",
        "What is granted is another thing to each end.",
        "Bits stay what they are; a new permission gets a free one.",
        Edit("permissions.yaml", "BAKE: {bit: 1", "BAKE: {bit: 2"),
    ),
    _rule(
        "PERMISSION_ADDED",
        "There is a new permission",
        "Those who were written before do not know its bit.",
        "Nothing to do.",
        Edit("permissions.yaml", "  BAKE:", "  SIT: {bit: 2, description: Sit down.}\n  BAKE:"),
    ),
    _rule(
        "PERMISSION_REMOVED",
        "A permission is gone",
        "Its bit has no meaning any more.",
        "Do not give its bit to another one.",
        Edit("permissions.yaml", "  BAKE: {bit: 1, description: Bring cake.}\n", ""),
    ),
)  # fmt: skip

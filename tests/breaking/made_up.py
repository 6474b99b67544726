"""Made-up changes of every kind, hostile ones among them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from voxspec.breaking.accepted import Acceptance, Acceptances
from voxspec.breaking.hits import Hit, Hits
from voxspec.breaking.report.rules import rule_words
from voxspec.breaking.result import Result, worst_first
from voxspec.breaking.verdict import (
    Category,
    Change,
    ConversationProof,
    Effect,
    FrameProof,
    Step,
    Verdict,
    Who,
)
from voxspec.findings import Place

FRAME = Effect(
    Who.OLD_CLIENTS,
    Verdict.BREAKS,
    "they leave out what the server now wants",
    FrameProof("client", {"type": "typing", "d": {}}, "old", 'REQUIRED /d "d" lacks "feed_id"'),
)
REQUIRED = Change(
    "FIELD_NO_ADD_REQUIRED",
    "client/typing/feed_id",
    '"feed_id" of the client\'s typing must be there now',
    Place("schema/v1/client/presence.yaml", 12, 9),
    "absent",
    "required",
    (FRAME, Effect(Who.SOURCE, Verdict.BREAKS, "its constructor wants one more argument")),
    hint="make it optional, or give old clients time",
)
CONVERSATION = Change(
    "SESSION_MOVE_NO_DELETE",
    "session/states/open/client/typing",
    "typing may no longer be sent once a session is open",
    Place("schema/v1/session.yaml", 40, 5),
    effects=(
        Effect(
            Who.OLD_CLIENTS,
            Verdict.BREAKS,
            "the server closes with 4003",
            ConversationProof(
                (
                    Step("server", {"type": "hello"}, "hello"),
                    Step(None, None, "45 seconds pass"),
                    Step("client", {"type": "typing"}, "typing"),
                ),
                2,
                "old",
                "closes with 4003",
            ),
        ),
    ),
    session=True,
)
SHARED = Change(
    "FIELD_SAME_TYPE",
    "types/user/name",
    '"name" of user is another type',
    Place("schema/v1/types.yaml", 3, 1),
    "string",
    "uint32",
    (Effect(Who.NEW_CLIENTS, Verdict.UNKNOWN, "no frame was found"),),
    tuple(f"server/message_{number}" for number in range(20)),
)
NOTE = Change(
    "MESSAGE_ADDED", "server/wave", "wave is new", Place("schema/v1/server/waves.yaml", 5, 3)
)
HOSTILE_TEXT = (
    "::error::x\r\n%0A,a:b [l](javascript:1) @some #12 <script>x()</script> `c` ``` | d\x1b[2J ]]>"
)
HOSTILE = Change(
    "ENUM_VALUE_REMOVED",
    f"types/{HOSTILE_TEXT}",
    HOSTILE_TEXT,
    Place("a b,c%d:e.yaml", 2, 1),
    HOSTILE_TEXT,
    HOSTILE_TEXT,
    (
        Effect(
            Who.OLD_CLIENTS,
            Verdict.BREAKS,
            HOSTILE_TEXT,
            FrameProof("server", {HOSTILE_TEXT: ["\ud800", HOSTILE_TEXT]}, "new", HOSTILE_TEXT),
        ),
        Effect(Who.NEW_CLIENTS, Verdict.LOSES, HOSTILE_TEXT),
    ),
    (HOSTILE_TEXT,),
    HOSTILE_TEXT,
)
CHANGES = worst_first((NOTE, SHARED, CONVERSATION, REQUIRED, HOSTILE))

HIT = Hit(Who.OLD_CLIENTS, 3, 2, "main.ndjson#c1:5", 'REQUIRED /d "d" lacks "feed_id"')

RULES = {"FIELD_NO_ADD_REQUIRED": rule_words("FIELD_NO_ADD_REQUIRED")}


def acceptance(change: Change, until: date = date(2026, 12, 31)) -> Acceptance:
    return Acceptance(change.fingerprint, "nobody sends it", until, Place("breaking.yaml", 2, 5))


def result(*changes: Change) -> Result:
    return Result("main", "schema/v1", worst_first(changes or CHANGES), rules=RULES)


def full() -> Result:
    """One with all that a result can have."""
    stranger = replace(acceptance(NOTE), fingerprint="0123456789abcdef")
    return replace(
        result(),
        accepted=Acceptances(
            {CONVERSATION.fingerprint: acceptance(CONVERSATION)},
            {SHARED.fingerprint: acceptance(SHARED, date(2026, 1, 31))},
            (stranger,),
        ),
        hits=Hits(
            10,
            4,
            (HIT,),
            {REQUIRED.fingerprint: (HIT,)},
            (replace(HIT, frames=1, connections=1, said="TYPE_UNKNOWN"),),
            {"broken.har": "no JSON"},
        ),
    )


CLIENT_ONLY = frozenset({Category.CLIENT})

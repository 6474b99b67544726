"""Hits of recorded traffic: which changes explain them."""

from __future__ import annotations

from dataclasses import replace

from tests.breaking.made_up import CONVERSATION, FRAME, REQUIRED
from voxspec.breaking.captures import hits_of
from voxspec.breaking.hits import Hit
from voxspec.breaking.verdict import Change, Verdict, Who

LACKS = ("FIELD_MISSING", "/d", '"d" lacks "feed_id"')
OTHER = replace(REQUIRED, rule="CONSTRAINT_TIGHTENED", subject="client/typing/dm_id/maximum")
ELSEWHERE = replace(REQUIRED, subject="client/wave/feed_id")
SHARED = replace(REQUIRED, subject="types/place/feed_id", reaches=("client/typing",))


def met(*refusals: tuple[str, str, str], side: str = "client", frame: int = 5) -> dict[str, object]:
    return {
        "where": f"a.ndjson#c1:{frame}",
        "connection": "a.ndjson#c1",
        "side": side,
        "type": "typing",
        "refusals": list(refusals),
        "is_of_conversation": False,
    }


LOOKED_AT = {
    "frames": 9,
    "connections": 2,
    "known": 8,
    "failures": {},
    "unread": ["a.ndjson note[X] y"],
    "is_damaged": False,
}
HIT = Hit(Who.OLD_CLIENTS, 1, 1, "a.ndjson#c1:5", 'FIELD_MISSING /d "d" lacks "feed_id"')


def test_the_change_that_a_refusal_names_explains_it() -> None:
    hits = hits_of([met(LACKS), LOOKED_AT], [OTHER, REQUIRED, ELSEWHERE])
    assert hits.by_change == {REQUIRED.fingerprint: (HIT,)}
    assert (hits.whose, hits.others, hits.frames, hits.connections) == ((HIT,), (), 9, 2)
    assert (hits.known, hits.remarks, hits.are_whole) == (8, ("a.ndjson note[X] y",), True)
    above = ("FIELD_RANGE", "/d/dm_id", '"dm_id" must be at most 1')
    hits = hits_of([met(above), LOOKED_AT], [OTHER, REQUIRED])
    assert list(hits.by_change) == [OTHER.fingerprint]


def test_a_change_of_a_shared_type_explains_what_it_reaches() -> None:
    hits = hits_of([met(LACKS), LOOKED_AT], [SHARED, ELSEWHERE])
    assert list(hits.by_change) == [SHARED.fingerprint]
    hits = hits_of([met(LACKS), LOOKED_AT], [replace(SHARED, reaches=("server/typing",))])
    assert hits.others == (HIT,)


def test_the_only_change_of_a_message_explains_what_names_nothing() -> None:
    nothing = ("FIELD_TYPE", "/d/0", "must be an object")
    assert list(hits_of([met(nothing), LOOKED_AT], [REQUIRED]).by_change) == [REQUIRED.fingerprint]
    hits = hits_of([met(nothing), LOOKED_AT], [REQUIRED, OTHER])
    assert (hits.by_change, len(hits.others)) == ({}, 1)


def test_what_hurts_somebody_else_explains_nothing() -> None:
    assert hits_of([met(LACKS, side="server"), LOOKED_AT], [REQUIRED]).by_change == {}
    loses = replace(REQUIRED, effects=(replace(FRAME, verdict=Verdict.LOSES),))
    assert hits_of([met(LACKS), LOOKED_AT], [loses]).by_change == {}
    assert hits_of([met(LACKS), LOOKED_AT], [replace(REQUIRED, session=True)]).by_change == {}


def test_who_is_not_heard_any_more_is_hit_by_what_loses_something() -> None:
    unheard = ("UNKNOWN_TYPE", "/type", 'unknown client message "typing"')
    loses = replace(REQUIRED, effects=(replace(FRAME, verdict=Verdict.LOSES),))
    hits = hits_of([met(unheard), LOOKED_AT], [loses])
    assert list(hits.by_change) == [loses.fingerprint]


def test_a_refusal_of_a_conversation_is_explained_by_its_part() -> None:
    rate, timer = (
        replace(CONVERSATION, subject=f"session/{name}")
        for name in ("rates/messages", "timers/first")
    )
    for rule, change in (("RATE_MESSAGES", rate), ("MESSAGE_LATE", timer)):
        one = met((rule, "", "said")) | {"is_of_conversation": True}
        assert list(hits_of([one, LOOKED_AT], [rate, timer]).by_change) == [change.fingerprint]
        others = replace(rate, subject="session/rates/typing"), rate
        assert list(hits_of([one, LOOKED_AT], others).by_change) == []


def test_captures_that_say_nothing_are_not_whole() -> None:
    for other in ({"known": 0}, {"failures": {"b": "no"}}, {"is_damaged": True}):
        assert not hits_of([LOOKED_AT | other], []).are_whole
    assert not hits_of([], []).are_whole


def test_what_is_out_of_place_is_explained_by_its_row() -> None:
    """Of several changes of a conversation it is the one that is about the message, or about the rule."""

    def changed(subject: str, *reaches: str) -> Change:
        rule = {"session/timers/first": "SESSION_TIMER_SAME"}.get(subject, "SESSION_MOVE_NO_DELETE")
        return replace(CONVERSATION, rule=rule, subject=subject, reaches=reaches)

    changes = [
        changed("session/states/ready/client/typing"),
        changed("session/states/ready/client/wave"),
        changed("session/states/ready/server/typing"),
        changed("session/timers/first"),
    ]
    away = ("OUT_OF_PLACE", "/type", "typing is out of place: a session is under way")
    late = ("MESSAGE_LATE", "/type", "typing comes after 20.0 s; the server waits 10 s for it")
    for refusal, explaining in ((away, 0), (late, 3)):
        hit = {**met(refusal), "is_of_conversation": True}
        found = hits_of([hit, LOOKED_AT], changes)
        assert list(found.by_change) == [changes[explaining].fingerprint]
    many = [changed("session/states/ready/client/any", "client/typing"), *changes[1:]]
    found = hits_of([{**met(away), "is_of_conversation": True}, LOOKED_AT], many)
    assert list(found.by_change) == [many[0].fingerprint]


def test_frames_and_connections_are_counted_once() -> None:
    hits = hits_of([met(LACKS), met(LACKS, frame=6), met(LACKS, frame=6), LOOKED_AT], [REQUIRED])
    assert hits.whose == (replace(HIT, frames=2),)

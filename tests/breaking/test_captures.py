"""Hits of recorded traffic: which changes explain them."""

from __future__ import annotations

from dataclasses import replace

from tests.breaking.made_up import FRAME, REQUIRED
from voxspec.breaking.captures import hits_of
from voxspec.breaking.hits import Hit
from voxspec.breaking.verdict import Verdict, Who

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


LOOKED_AT = {"frames": 9, "connections": 2, "failures": {}}
HIT = Hit(Who.OLD_CLIENTS, 1, 1, "a.ndjson#c1:5", 'FIELD_MISSING /d "d" lacks "feed_id"')


def test_the_change_that_a_refusal_names_explains_it() -> None:
    hits = hits_of([met(LACKS), LOOKED_AT], [OTHER, REQUIRED, ELSEWHERE])
    assert hits.by_change == {REQUIRED.fingerprint: (HIT,)}
    assert (hits.whose, hits.others, hits.frames, hits.connections) == ((HIT,), (), 9, 2)
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


def test_frames_and_connections_are_counted_once() -> None:
    hits = hits_of([met(LACKS), met(LACKS, frame=6), met(LACKS, frame=6), LOOKED_AT], [REQUIRED])
    assert hits.whose == (replace(HIT, frames=2),)

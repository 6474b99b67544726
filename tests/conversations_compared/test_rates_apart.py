"""Rates that count apart what another revision counts together: who spreads its messages is hurt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.made import compared, made
from tests.conversations_compared.replay import Refused, replay
from tests.conversations_compared.small import files, message, revision
from tests.voxspec.mini import UINT, Data, field
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.verdict import Change, ConversationProof, Verdict, Who

TEXT: Data = {"type": "string", "minLength": 3, "maxLength": 5, "pattern": "^[A-Z]+-[0-9]$"}
COLOR: Data = {
    "description": "C.",
    "type": "string",
    "x-open": False,
    "enum": ["red", "blue"],
    "x-enum-descriptions": {"red": "R.", "blue": "B."},
}


def counted(*by: str, properties: Data, example: Data, then: Any = None) -> Data:
    """At most three looks in five seconds, for each of what some fields say."""
    changed = files()
    changed["client/main.yaml"]["messages"]["look"] = message(properties, example)
    changed["session.yaml"]["rates"]["looks"] = {
        "counts": "client/look",
        **({"by": [*by]} if by else {}),
        "count": {"value": 3, "unit": "messages"},
        "window": {"value": 5, "unit": "s"},
        "then": then or {"close": 4006},
        "enforced": True,
    }
    return changed


def frames(change: Change) -> list[Any]:
    """What the client says in a session that is counted."""
    (effect,) = change.effects
    assert isinstance(effect.proof, ConversationProof)
    sent = [frame for step in effect.proof.steps for frame in step.frames()]
    return [frame["d"] for frame in sent if isinstance(frame, dict) and frame["type"] == "look"]


@pytest.mark.parametrize(
    ("properties", "example", "said"),
    [
        ({"place": field(UINT)}, {"place": 7}, [{"place": 7}] * 3 + [{"place": 1}]),
        ({"place": field(TEXT)}, {"place": "AB-9"}, [{"place": "AB-9"}] * 3 + [{"place": "AA-0"}]),
        ({"place": field(UINT), "why": field()}, {"why": ""}, [{"why": ""}] * 3),
    ],
    ids=["an integer", "a text of a pattern", "none in the example"],
)
def test_places_that_are_counted_together_now(
    properties: Data, example: Data, said: list[Data], tmp_path: Path
) -> None:
    """And the other way round, new clients send what an old server counts together."""
    apart = counted("place", properties=properties, example=example)
    together = counted(properties=properties, example=example)
    for old, new, who in (
        (apart, together, Who.OLD_CLIENTS),
        (together, apart, Who.NEW_CLIENTS),
    ):
        before, after = revision(tmp_path, "old", old), revision(tmp_path, "new", new)
        (change,) = compare_conversations(before, after)
        assert change.rule == "SESSION_RATE_SAME"
        assert [(effect.who, effect.verdict) for effect in change.effects] == [
            (who, Verdict.BREAKS)
        ]
        sent = frames(change)
        assert len(sent) == 4
        assert sent[: len(said)] == said
        assert len({repr(each.get("place")) for each in sent}) > 1
        with made(before, "old") as first, made(after, "new") as second:
            refused = replay(change.effects[0], first.known, second.known)
        assert refused is not None
        assert refused.code == 4006


def test_too_few_values_to_send_too_much(tmp_path: Path) -> None:
    """With two colors of which each counts, nobody gets beyond six."""

    def colored(count: int, *by: str) -> Data:
        properties = {"color": field({"$ref": "color"})}
        made = counted(*by, properties=properties, example={"color": "red"})
        made["types.yaml"] = {"types": {"color": COLOR}}
        made["session.yaml"]["rates"]["looks"]["count"]["value"] = count
        return made

    (change,) = compared(tmp_path, colored(3, "color"), colored(6))
    assert [effect.who for effect in change.effects] == [Who.NEW_CLIENTS]
    (change,) = compared(tmp_path, colored(3, "color"), colored(5))
    assert [(e.who, e.verdict) for e in change.effects] == [
        (Who.OLD_CLIENTS, Verdict.BREAKS),
        (Who.NEW_CLIENTS, Verdict.BREAKS),
    ]


def test_a_rate_of_what_only_a_later_state_allows(tmp_path: Path) -> None:
    """The conversation goes on to where the message may be said."""

    def dancing(count: int) -> Data:
        made = files()
        session = made["session.yaml"]
        rows = {"heartbeat": "stays", "client/look": "stays"}
        session["states"]["talking"]["client"] = {
            "heartbeat": "stays",
            "client/say": "stays",
            "client/wave": "dancing",
        }
        session["states"]["dancing"] = {
            "description": "they dance",
            "client": rows,
            "server": {"sequenced": "stays", "heartbeat_answer": "stays"},
        }
        session["rates"].pop("all")
        session["rates"]["looks"]["count"]["value"] = count
        session["rates"]["looks"].pop("by")
        return made

    before, after = dancing(3), dancing(2)
    (change,) = compared(tmp_path, before, after)
    (effect,) = change.effects
    assert effect.verdict is Verdict.BREAKS
    assert isinstance(effect.proof, ConversationProof)
    assert [(step.said, step.times) for step in effect.proof.steps][4:] == [
        ("wave", 1),
        ("look", 2),
        ("look", 1),
    ]
    revisions = revision(tmp_path, "old", before), revision(tmp_path, "new", after)
    with made(revisions[0], "old") as first, made(revisions[1], "new") as second:
        assert replay(effect, first.known, second.known) == Refused(6, None)

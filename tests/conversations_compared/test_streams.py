"""Several streams at a time: what becomes of one when another ends."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.made import compared, made
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import revision
from tests.voxspec.mini import Data
from tests.voxwire import operations
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.conversation.machine import Machine
from voxspec.breaking.conversation.meeting import Skew, meet
from voxspec.breaking.verdict import ConversationProof, Effect, Step, Verdict, Who
from voxspec.model import JsonValue


def changed(change: Callable[[Any], object]) -> Data:
    made = copy.deepcopy(operations.schema())
    change(made["session.yaml"])
    return made


def test_one_stream_ends_and_another_goes_on(tmp_path: Path) -> None:
    """The client takes that for a pause, and the server has more to send."""

    def named(**more: str) -> Data:
        """Each message of the server has a row of its own, so that nothing else may be sent."""
        rows = ("pause", "next", "complete")
        named = {"server/pause": "paused"} | {f"server/{name}": "stays" for name in rows[1:]}

        def change(session: Data) -> None:
            session["states"]["on"]["server"].pop("any")
            session["states"]["on"]["server"] |= named
            session["states"]["on"]["client"] |= more
            session["states"]["paused"]["server"]["server/pause"] = "stays"

        return changed(change)

    revisions = (
        revision(tmp_path, "old", named()),
        revision(tmp_path, "new", named(**{"client/complete": "paused"})),
    )
    (change,) = compare_conversations(*revisions)
    effects = {effect.who: effect for effect in change.effects}
    effect = effects[Who.NEW_CLIENTS]
    assert effect.verdict is Verdict.BREAKS
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        refused = replay(effect, old.known, new.known)
    assert refused is not None
    assert refused.at == len(_steps(effect)) - 1
    begun = ["the connection opens", "connection_init", "connection_ack"]
    steps = _steps(effect)
    assert [step.said for step in steps] == [*begun, "subscribe", "subscribe", "complete", "next"]
    first, second, ended, shown = (_key(step) for step in steps[3:])
    assert first == shown
    assert second == ended
    assert first != second


def test_a_key_that_is_in_use(tmp_path: Path) -> None:
    after = changed(lambda s: s["streams"]["operation"].update(duplicate={"close": 4400}))
    after["close_codes.yaml"]["close_codes"]["4400"]["recovery"] = "fatal"
    before = changed(lambda _: None)
    before["close_codes.yaml"]["close_codes"]["4400"]["recovery"] = "fatal"
    before["close_codes.yaml"]["close_codes"]["4409"]["recovery"] = "identify"
    after["close_codes.yaml"]["close_codes"]["4409"]["recovery"] = "identify"
    (change,) = compared(tmp_path, before, after)
    assert change.message.endswith('for a stream "operation" under a key that is in use')
    effect = change.effects[0]
    assert (effect.who, effect.verdict) == (Who.OLD_CLIENTS, Verdict.BREAKS)
    *_, opened, again, closed = _steps(effect)
    assert (opened.said, again.said) == ("subscribe", "subscribe")
    assert _key(opened) == _key(again)
    assert closed.said == "a new server closes with 4400 BAD_REQUEST"


def test_streams_are_known_by_what_opens_them(tmp_path: Path) -> None:
    """Not by their names, which two of them may exchange, and one may change with what it holds."""

    def named(first: str, second: str, ends: tuple[str, ...]) -> Data:
        def change(session: Data) -> None:
            one = {**session["streams"].pop("operation"), "ended_by": [*ends]}
            other = {**one, "opened_by": "client/watch", "items": ["server/seen"]}
            other["ended_by"] = ["server/shut"]
            session["streams"] = {first: one, second: other}

        made = changed(change)
        for side, names in (("client", ("watch",)), ("server", ("seen", "shut"))):
            messages = made[f"{side}/main.yaml"]["messages"]
            messages |= {name: copy.deepcopy(messages["complete"]) for name in names}
        return made

    both, one = ("client/complete", "server/complete"), ("client/complete",)
    begun = named("operation", "watching", both)
    assert compared(tmp_path, begun, named("watching", "operation", both)) == []
    kept = compared(tmp_path, begun, named("operation", "watching", one))
    (change,) = compared(tmp_path, begun, named("running", "watching", one))
    assert change.subject == "session/streams/running"
    assert [[(effect.who, effect.what) for effect in each.effects] for each in kept] == [
        [(effect.who, effect.what) for effect in change.effects]
    ]


def test_what_ends_a_stream_for_one_side_alone(tmp_path: Path) -> None:
    """The client takes it for over and begins another one under the same key, which the server has still."""

    def ended(*by: str) -> Data:
        return changed(lambda s: s["streams"]["operation"].update(ended_by=[*by]))

    revisions = (
        revision(tmp_path, "old", ended("server/complete", "client/complete")),
        revision(tmp_path, "new", ended("client/complete")),
    )
    (change,) = compare_conversations(*revisions)
    effect = next(e for e in change.effects if e.who is Who.OLD_CLIENTS)
    *_, opened, over, again = _steps(effect)
    assert [step.said for step in (opened, over, again)] == ["subscribe", "complete", "subscribe"]
    assert _key(opened) == _key(over) == _key(again)
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        refused = replay(effect, old.known, new.known)
    assert refused is not None
    assert refused.code == 4409


@pytest.mark.parametrize(
    ("key", "keys"),
    [
        ({"type": "string", "minLength": 1}, ["1", "0", "2", "3"]),
        ({"type": "integer", "format": "uint32"}, [1, 2, 3, 4]),
    ],
)
def test_more_streams_than_a_rate_lets_through(
    key: Data, keys: list[JsonValue], tmp_path: Path
) -> None:
    """Each is opened under a key of its own."""

    def rated(count: int) -> Data:
        rate = {"counts": "client/subscribe", "then": {"close": 4430}, "enforced": True}
        rate |= {"count": {"value": count, "unit": "m"}, "window": {"value": 9, "unit": "s"}}
        made = changed(lambda s: s["rates"].update(subscribes=rate))
        made["protocol.yaml"]["envelope"]["keys"]["id"]["schema"] = key
        for side in ("client", "server"):
            for message in made[f"{side}/main.yaml"]["messages"].values():
                for example in message["examples"]:
                    if "id" in example.get("keys", {}):
                        example["keys"]["id"] = keys[0]
        return made

    revisions = revision(tmp_path, "old", rated(4)), revision(tmp_path, "new", rated(3))
    (change,) = compare_conversations(*revisions)
    (effect,) = change.effects
    *_, several, last = _steps(effect)
    sent = [frame for step in (several, last) for frame in step.frames()]
    assert [frame["id"] for frame in sent if isinstance(frame, dict)] == keys
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        refused = replay(effect, old.known, new.known)
    assert refused is not None
    assert refused.code == 4430


def test_many_kinds_of_streams(tmp_path: Path) -> None:
    """The ways grow with their number, and not with how they can be open together."""

    def reached(kinds: int) -> int:
        made = changed(lambda _: None)
        client, server = (made[f"{side}/main.yaml"]["messages"] for side in ("client", "server"))
        for kind in range(kinds):
            client[f"open_{kind}"] = copy.deepcopy(client["subscribe"])
            server[f"item_{kind}"] = copy.deepcopy(server["next"])
            server[f"end_{kind}"] = copy.deepcopy(server["complete"])
            made["session.yaml"]["streams"][f"kind_{kind}"] = {
                **made["session.yaml"]["streams"]["operation"],
                "opened_by": f"client/open_{kind}",
                "items": [f"server/item_{kind}"],
                "ended_by": [f"server/end_{kind}"],
            }
        one = revision(tmp_path, "one", made)
        machines = Machine(one, "old"), Machine(one, "new")
        return len(meet(Skew(Who.OLD_CLIENTS, *machines)).reached)

    few, some, many = reached(2), reached(5), reached(8)
    assert few < some < many < 4 * some


def _steps(effect: Effect) -> tuple[Step, ...]:
    assert isinstance(effect.proof, ConversationProof)
    return effect.proof.steps


def _key(step: Step) -> object:
    assert isinstance(step.frame, dict)
    return step.frame["id"]

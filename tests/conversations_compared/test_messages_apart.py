"""Messages that only one revision has: what is told of them is not told again, but what follows is."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conversations_compared.edits import renamed_in
from tests.conversations_compared.made import compared
from tests.conversations_compared.small import files, message
from tests.voxspec.mini import Data
from voxspec.breaking.verdict import Change, ConversationProof, Verdict, Who


def both_ways(folder: Path, change: Callable[[Data], object]) -> list[Change]:
    """What is found for a change of the files, and for the way back."""
    after = files()
    change(after)
    return compared(folder, files(), after) + compared(folder, after, files())


def test_a_message_that_is_gone_is_told_of_messages(tmp_path: Path) -> None:
    assert both_ways(tmp_path, lambda made: _of(made, "client").pop("wave")) == []
    assert both_ways(tmp_path, lambda made: _of(made, "server").pop("notice")) == []


def test_a_part_that_another_message_plays_beside_one_that_stays(tmp_path: Path) -> None:
    """Only where neither revision has both was the message renamed."""

    def complains(*names: str) -> Data:
        """The files with these messages, of which the first is the complaint."""
        made = files()
        messages, session = made["server/main.yaml"]["messages"], made["session.yaml"]
        shape = messages.pop("refused")
        messages |= {name: copy.deepcopy(shape) for name in names}
        session["roles"]["complaint"]["message"] = f"server/{names[0]}"
        for state in session["states"].values():
            if "complaint" in state.get("server", {}):
                state["server"] |= {f"server/{name}": "stays" for name in names[1:]}
        return made

    def found(old: Data, new: Data) -> list[tuple[str, str, str]]:
        told = ("SESSION_ROLE_SAME", "MESSAGE_SAME_NAME")
        changes = [change for change in compared(tmp_path, old, new) if change.rule in told]
        return [(change.subject, change.was, change.now) for change in changes]

    moved = ("session/roles/complaint", "server/refused", "server/oops")
    renamed = ("server/oops", "refused", "oops")
    assert found(complains("refused"), complains("oops", "refused")) == [moved]
    assert found(complains("refused", "oops"), complains("oops")) == [moved]
    assert found(complains("refused"), complains("oops")) == [renamed]


def test_a_message_that_is_gone_where_nothing_else_is_due(tmp_path: Path) -> None:
    """Servers ignore types that they do not know, but not before somebody has joined."""
    before = files()
    states = before["session.yaml"]["states"]
    states["greeted"]["client"]["client/wave"] = states["talking"]["client"]["client/wave"] = (
        "stays"
    )
    after = files()
    _of(after, "client").pop("wave")
    (change,) = compared(tmp_path, before, after)
    assert (change.rule, change.subject) == (
        "SESSION_MOVE_NO_DELETE",
        "session/states/greeted/client/wave",
    )
    assert _told(change) == [
        (Who.OLD_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "wave"])
    ]


def test_a_renamed_login_is_not_understood(tmp_path: Path) -> None:
    def rename(made: Data) -> None:
        _of(made, "client")["enter"] = _of(made, "client").pop("join")
        made["session.yaml"]["roles"]["login"]["message"] = "client/enter"

    for change in both_ways(tmp_path, rename):
        assert change.rule == "MESSAGE_SAME_NAME"
        assert _told(change) == [
            (Who.OLD_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", change.was]),
            (Who.NEW_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", change.now]),
        ]


def test_a_heartbeat_under_a_name_that_only_its_receiver_says(tmp_path: Path) -> None:
    """An unknown name is passed over until the server gives up; one of its own it closes for at once."""
    before = files()
    before["session.yaml"]["mistakes"]["of_client"]["wrong_direction"] = {"close": 4005}
    after = copy.deepcopy(before)
    _of(after, "client")["pong"] = _of(after, "client").pop("ping")
    after["session.yaml"]["roles"]["heartbeat"]["message"] = "client/pong"
    (change,) = compared(tmp_path, before, after)
    assert change.rule == "MESSAGE_SAME_NAME"
    refusals = [
        effect.proof.refusal
        for effect in change.effects
        if isinstance(effect.proof, ConversationProof)
    ]
    assert refusals == [
        "a new server closes with 4007 CODE_4007",
        "an old server closes with 4005 CODE_4005",
    ]


def test_a_renamed_login_that_is_passed_over_comes_too_late(tmp_path: Path) -> None:
    """Whoever sends it waits for an answer; the server still waits for a login."""
    before = files()
    before["session.yaml"]["states"]["greeted"]["client_otherwise"] = {"any": "ignored"}
    after = copy.deepcopy(before)
    _of(after, "client")["enter"] = _of(after, "client").pop("join")
    after["session.yaml"]["roles"]["login"]["message"] = "client/enter"
    (change,) = compared(tmp_path, before, after)
    assert _told(change) == [
        (Who.OLD_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "join", "30 seconds pass"]),
        (Who.NEW_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "enter", "30 seconds pass"]),
    ]  # fmt: skip


def test_what_follows_a_renamed_login_that_is_passed_over_is_refused(tmp_path: Path) -> None:
    before = files()
    rest = {"heartbeat": {"close": 4003}, "any": "ignored"}
    before["session.yaml"]["states"]["greeted"]["client_otherwise"] = rest
    after = copy.deepcopy(before)
    _of(after, "client")["enter"] = _of(after, "client").pop("join")
    after["session.yaml"]["roles"]["login"]["message"] = "client/enter"
    (change,) = compared(tmp_path, before, after)
    assert _told(change) == [
        (Who.OLD_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "join", "ping"]),
        (Who.NEW_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "enter", "ping"]),
    ]


@pytest.mark.parametrize(
    ("role", "side", "was"),
    [
        ("complaint", "server", "refused"),
        ("heartbeat", "client", "ping"),
        ("heartbeat_answer", "server", "pong"),
    ],
)
def test_a_renamed_part_that_nobody_closes_for_is_a_loss(
    tmp_path: Path, role: str, side: str, was: str
) -> None:
    """Where it comes in no state in which all else is refused, and nobody waits for it."""
    before = files()
    session = before["session.yaml"]
    for name, state in session["states"].items():
        if name != "talking":
            state.get("client", {}).pop("heartbeat", None)
            state.get("server", {}).pop("heartbeat_answer", None)
            state.get("server", {}).pop("complaint", None)
    session["heartbeat"].pop("silence")
    session["heartbeat"].pop("missed_answers")
    after = copy.deepcopy(before)
    _of(after, side)["odd"] = _of(after, side).pop(was)
    after["session.yaml"]["roles"][role]["message"] = f"{side}/odd"
    (change,) = compared(tmp_path, before, after)
    assert change.rule == "MESSAGE_SAME_NAME"
    sends = {
        "client": ("an old client", "a new client"),
        "server": ("a new server", "an old server"),
    }
    first, second = sends[side]
    names = (was, "odd") if side == "client" else ("odd", was)
    assert [(effect.verdict, effect.what.partition(";")[0]) for effect in change.effects] == [
        (Verdict.LOSES, f'{first} sends "{names[0]}"'),
        (Verdict.LOSES, f'{second} sends "{names[1]}"'),
    ]


def test_a_heartbeat_that_is_not_known_and_leads_elsewhere(tmp_path: Path) -> None:
    """What ``any`` leads to awaits no heartbeat, so that nobody is given up on for want of one."""
    after = files()
    _of(after, "client")["joins"] = _of(after, "client").pop("ping")
    session = after["session.yaml"]
    session["roles"]["heartbeat"]["message"] = "client/joins"
    session["states"]["talking"]["client"]["any"] = "joining"
    session["states"]["joining"]["client"].pop("heartbeat")
    (change,) = (
        change
        for change in compared(tmp_path, files(), after)
        if change.rule == "MESSAGE_SAME_NAME"
    )
    old, new = change.effects
    assert (old.who, new.who) == (Who.OLD_CLIENTS, Who.NEW_CLIENTS)
    assert (
        not isinstance(old.proof, ConversationProof) or "heartbeat" not in old.proof.steps[-1].said
    )
    assert isinstance(new.proof, ConversationProof)
    assert new.proof.steps[-1].said == "60 seconds pass without a heartbeat that it knows"


def test_a_renamed_field_is_told_of_messages(tmp_path: Path) -> None:
    def rename(made: Data) -> None:
        payload = _of(made, "client")["rejoin"]["payload"]
        payload["properties"]["name"] = payload["properties"].pop("session")
        payload["required"] = ["token", "name", "last"]
        _of(made, "client")["rejoin"]["examples"][0]["payload"] = {
            "token": "t",
            "name": "s1",
            "last": 1,
        }
        made["session.yaml"]["roles"]["resume"]["session"] = "name"

    assert both_ways(tmp_path, rename) == []


def test_what_is_numbered_otherwise_is_told_of_messages(tmp_path: Path) -> None:
    def unnumber(made: Data) -> None:
        _of(made, "server")["notice"]["seq"] = "never"
        for name in ("talking", "rejoining"):
            made["session.yaml"]["states"][name]["server"]["server/notice"] = "stays"

    assert both_ways(tmp_path, unnumber) == []


def test_a_new_message_in_a_state_that_takes_nothing_else(tmp_path: Path) -> None:
    """Readers ignore types that they do not know, but not where nothing but a complaint is due."""

    def add(made: Data) -> None:
        _of(made, "server")["hint"] = message({}, {})
        made["session.yaml"]["states"]["greeted"]["server"]["server/hint"] = "stays"

    there, back = both_ways(tmp_path, add)
    assert (there.rule, there.subject) == (
        "SESSION_MOVE_ADDED",
        "session/states/greeted/server/hint",
    )
    assert _told(there) == [
        (Who.OLD_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "hint"])
    ]
    assert (back.rule, back.subject) == ("SESSION_MOVE_NO_DELETE", there.subject)
    assert [effect.who for effect in back.effects] == [Who.NEW_CLIENTS]


def test_what_any_stands_for_is_one_finding(tmp_path: Path) -> None:
    def allow(made: Data) -> None:
        made["session.yaml"]["states"]["greeted"]["server"]["any"] = "stays"

    there, back = both_ways(tmp_path, allow)
    assert (there.rule, there.subject) == (
        "SESSION_MOVE_ADDED",
        "session/states/greeted/server/any",
    )
    assert there.reaches == ("server/said", "server/left", "server/notice", "server/unknown")
    assert (back.rule, back.reaches) == ("SESSION_MOVE_NO_DELETE", there.reaches)


def _challenged(made: Data) -> None:
    """A login is answered with a question that old clients do not know."""
    _of(made, "server")["challenge"] = message({}, {})
    _of(made, "client")["response"] = message({}, {})
    states = made["session.yaml"]["states"]
    states["joining"]["server"] |= {"server/challenge": "asked"}
    states["joining"]["server"].pop("established")
    states["asked"] = {
        "description": "the client is to respond",
        "client": {"client/response": "deciding", "heartbeat": "stays"},
        "server": {"heartbeat_answer": "stays"},
    }
    states["deciding"] = {
        "description": "the server decides",
        "server": {"established": "talking"},
    }


def _lenient() -> Data:
    """Clients pass over whatever they do not expect."""
    made = files()
    for state in made["session.yaml"]["states"].values():
        state["server_otherwise"] = {"any": "ignored"}
    return made


def test_nobody_is_refused_and_nothing_goes_on(tmp_path: Path) -> None:
    old, new = _lenient(), _lenient()
    for made in (old, new):
        made["session.yaml"]["states"]["joining"].pop("timers")  # else the client gives up
    _challenged(new)
    found = {change.rule: change for change in compared(tmp_path, old, new)}
    assert found.keys() == {"SESSION_MOVE_NO_DELETE", "SESSION_NO_STANDSTILL"}
    assert found["SESSION_NO_STANDSTILL"].subject == "session/states/joining"
    assert _told(found["SESSION_NO_STANDSTILL"]) == [
        (
            Who.OLD_CLIENTS,
            Verdict.BREAKS,
            ["the connection opens", "welcome", "join", "challenge"],
        )
    ]
    [effect] = found["SESSION_NO_STANDSTILL"].effects
    assert isinstance(effect.proof, ConversationProof)
    assert effect.proof.writer == "new"  # whose server said the last word
    assert _told(found["SESSION_MOVE_NO_DELETE"]) == [
        (Who.NEW_CLIENTS, Verdict.BREAKS, ["the connection opens", "welcome", "join", "joined"])
    ]


def test_a_timer_ends_what_does_not_go_on(tmp_path: Path) -> None:
    old, new = _lenient(), _lenient()
    _challenged(new)
    new["session.yaml"]["states"]["asked"]["timers"] = ["first_message"]
    found = {change.rule: change for change in compared(tmp_path, old, new)}
    assert found.keys() == {"SESSION_MOVE_NO_DELETE", "SESSION_SAME_COURSE"}
    course = found["SESSION_SAME_COURSE"]
    assert course.subject == "session/states/joining/server/challenge"
    (effect,) = course.effects
    assert (effect.who, effect.verdict) == (Who.OLD_CLIENTS, Verdict.BREAKS)
    assert isinstance(effect.proof, ConversationProof)
    assert effect.proof.refusal == "a new server closes with 4003 CODE_4003"
    assert [(step.said, step.seconds) for step in effect.proof.steps[-2:]] == [
        ("challenge", 0.0),
        ("30 seconds pass", 30.0),
    ]


def test_a_connection_begins_elsewhere(tmp_path: Path) -> None:
    def idle(made: Data) -> None:
        session = made["session.yaml"]
        first = {"server": {"server/notice": "connected", "greeting": "greeted"}}
        session["states"] = {"idle": {"description": "all waits", **first}, **session["states"]}
        for name in ("talking", "rejoining"):
            session["states"][name]["server"]["server/notice"] = "stays"

    there, back = both_ways(tmp_path, idle)
    assert (there.rule, there.subject, there.was, there.now) == (
        "SESSION_SAME_COURSE",
        "session/states",
        "connected",
        "idle",
    )
    assert _told(there) == [(Who.OLD_CLIENTS, Verdict.BREAKS, ["the connection opens", "notice"])]
    assert (back.rule, back.was, back.now) == ("SESSION_SAME_COURSE", "idle", "connected")
    assert [effect.who for effect in back.effects] == [Who.NEW_CLIENTS]


def _of(made: Data, side: str) -> Data:
    messages: Data = made[f"{side}/main.yaml"]["messages"]
    return messages


def _told(change: Change) -> list[tuple[Who, Verdict, list[str]]]:
    """Whom it hurts, and by what conversation."""
    return [
        (effect.who, effect.verdict, [step.said for step in effect.proof.steps])
        for effect in change.effects
        if isinstance(effect.proof, ConversationProof)
    ]


def test_nobody_says_what_its_revision_neither_has_nor_leaves_open(tmp_path: Path) -> None:
    """Servers pass over unknown types wherever no state says otherwise; clients do not send them for it."""

    def named(made: Data) -> Data:
        talking = made["session.yaml"]["states"]["talking"]
        talking["client"].pop("any")
        talking["client"] |= {f"client/{name}": "stays" for name in ("say", "look", "wave")}
        for name in ("greeted", "joining", "rejoining"):
            state = made["session.yaml"]["states"][name]
            state.get("client_otherwise", {}).pop("any", None)
        return made

    old, new = named(files()), named(files())
    new["session.yaml"]["states"]["talking"]["client"]["any"] = "stays"
    assert compared(tmp_path, old, new) == []


def test_a_burst_keeps_to_the_other_rates(tmp_path: Path) -> None:
    """Where what may be sent freely is named elsewhere, and so not allowed, others show it."""

    def named(made: Data) -> Data:
        made["session.yaml"]["states"]["greeted"]["client"]["client/say"] = "stays"
        return made

    old, new = named(files()), named(files())
    new["session.yaml"]["rates"]["all"]["count"]["value"] = 60
    (change,) = compared(tmp_path, old, new)
    ((who, verdict, said),) = _told(change)
    assert (who, verdict, said[-2:]) == (Who.NEW_CLIENTS, Verdict.BREAKS, ["wave", "wave"])
    for made in (old, new):
        made["session.yaml"]["states"]["greeted"]["client"]["client/wave"] = "stays"
    (change,) = compared(tmp_path, old, new)
    ((who, verdict, said),) = _told(change)
    assert (who, verdict) == (Who.NEW_CLIENTS, Verdict.BREAKS)
    assert (
        said[4:] == ["look"] * 11
    )  # two at each place, of which the other rate lets through no more


def test_what_is_refused_otherwise_in_states_that_have_each_others_names(tmp_path: Path) -> None:
    """They are one by what leads to them, and not by how they are called."""
    after = files()
    session = after["session.yaml"]
    session["states"]["greeted"]["server_otherwise"] = {"any": "ignored"}
    (plain,) = compared(tmp_path, files(), after)
    for old, new in (("greeted", "between"), ("talking", "greeted"), ("between", "talking")):
        renamed_in(session, old, new)
    (swapped,) = compared(tmp_path / "swapped", files(), after)
    for change in (plain, swapped):
        assert (change.rule, change.subject) == (
            "SESSION_REACTION_SAME",
            "session/states/greeted/server_otherwise/joined",
        )
        assert [(e.who, e.verdict) for e in change.effects] == [(Who.OLD_CLIENTS, Verdict.BREAKS)]

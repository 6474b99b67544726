"""Times that run on from state to state, and rates that count the same."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.made import compared, made
from tests.conversations_compared.replay import replay
from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.verdict import Change, ConversationProof, Effect, Verdict, Who

Edit = Callable[[Any], object]


def running_on() -> Data:
    """A client has half a minute for all of two states, one after the other."""
    made = files()
    states = made["session.yaml"]["states"]
    states["greeted"]["client"]["login"] = "asking"
    states["asking"] = {
        "description": "the client is to say more",
        "timers": ["first_message"],
        "client": {"client/wave": "joining"},
    }
    return made


def _anew(session: Data) -> None:
    session["timers"]["first_message"]["restarts"] = True


def _another(session: Data) -> None:
    session["timers"]["second_message"] = copy.deepcopy(session["timers"]["first_message"])
    session["states"]["asking"]["timers"] = ["second_message"]


@pytest.mark.parametrize(
    ("edit", "there", "back"),
    [
        (_anew, "begins anew in each state", "runs on from state to state"),
        (_another, "runs in other states", "runs in other states"),
    ],
)
def test_a_time_that_begins_anew_in_the_next_state(
    edit: Edit, there: str, back: str, tmp_path: Path
) -> None:
    after = running_on()
    edit(after["session.yaml"])
    for begun, ended, who, told in (
        (running_on(), after, Who.NEW_CLIENTS, there),
        (after, running_on(), Who.OLD_CLIENTS, back),
    ):
        (change,) = compared(tmp_path, begun, ended)
        assert (change.rule, change.subject) == (
            "SESSION_TIMER_SAME",
            "session/timers/first_message",
        )
        assert change.message == f'the time "first_message" {told}'
        assert change.was != change.now
        (effect,) = change.effects
        assert (effect.who, effect.verdict) == (who, Verdict.BREAKS)
        assert _said(effect)[1:] == ["welcome", "15 seconds pass", "join", "15 seconds pass"]
        assert 'while "asking", however long it took before' in effect.what
        assert "after 30 seconds in all" in effect.what
        _prove(begun, ended, change, tmp_path)


def test_a_time_that_begins_anew_where_no_state_follows_another(tmp_path: Path) -> None:
    """Between the two that list it there is one that does not."""
    after = files()
    after["session.yaml"]["timers"]["answer"].pop("restarts")
    after["session.yaml"]["states"]["connected"].pop("timers")
    before = copy.deepcopy(after)
    before["session.yaml"]["timers"]["answer"]["restarts"] = True
    assert compared(tmp_path, before, after) == []


def test_a_time_that_each_peer_chooses(tmp_path: Path) -> None:
    after = files()
    after["session.yaml"]["timers"]["first_message"]["adjustable"] = True
    (change,) = compared(tmp_path, files(), after)
    assert change.message == 'the time "first_message" is up to each peer'
    assert change.effects == (
        Effect(
            Who.OLD_CLIENTS,
            Verdict.LOSES,
            'a new server may wait for less than 30 seconds while "greeted"',
        ),
    )
    (change,) = compared(tmp_path, after, files())
    assert [effect.who for effect in change.effects] == [Who.NEW_CLIENTS]


def test_a_time_under_another_name_is_what_it_was(tmp_path: Path) -> None:
    after = files()
    timers, states = after["session.yaml"]["timers"], after["session.yaml"]["states"]
    timers["joining_time"] = {**timers.pop("first_message"), "value": 20}
    states["greeted"]["timers"] = ["joining_time"]
    (change,) = compared(tmp_path, files(), after)
    assert change.message == 'the time "joining_time" is 20 s and not 30 s'
    assert (change.was, change.now) == ("30 s in greeted", "20 s in greeted")


# --- Rates ------------------------------------------------------------------------------------


def bursting() -> Data:
    """Two rates count all messages: one in a second, the other in ten."""
    made = files()
    rates = made["session.yaml"]["rates"]
    burst = copy.deepcopy(rates["all"])
    burst["count"]["value"], burst["window"]["value"] = 5, 1
    made["session.yaml"]["rates"] = {"burst": burst, **rates}
    return made


def _count(name: str, count: int) -> Edit:
    return lambda session: session["rates"][name]["count"].update(value=count)


@pytest.mark.parametrize(("name", "count"), [("burst", 3), ("all", 15)])
def test_one_of_two_rates_that_count_the_same(name: str, count: int, tmp_path: Path) -> None:
    after = bursting()
    _count(name, count)(after["session.yaml"])
    (change,) = compared(tmp_path, bursting(), after)
    assert (change.rule, change.subject) == ("SESSION_RATE_SAME", f"session/rates/{name}")
    assert [(e.who, e.verdict) for e in change.effects] == [(Who.OLD_CLIENTS, Verdict.BREAKS)]
    _prove(bursting(), after, change, tmp_path)


def test_a_client_that_sends_too_much_keeps_to_its_other_rates(tmp_path: Path) -> None:
    after = bursting()
    _count("all", 15)(after["session.yaml"])
    (change,) = compared(tmp_path, bursting(), after)
    (effect,) = change.effects
    assert isinstance(effect.proof, ConversationProof)
    steps = [(step.said, step.times) for step in effect.proof.steps[4:]]
    second = ("1 second passes", 1)
    assert steps == [("say", 4), second, ("say", 5), second, ("say", 5), second, ("say", 1)]


def test_rates_under_other_names(tmp_path: Path) -> None:
    swapped, renamed = bursting(), bursting()
    rates = swapped["session.yaml"]["rates"]
    rates["all"], rates["burst"] = rates["burst"], rates["all"]
    rates = renamed["session.yaml"]["rates"]
    rates["each_second"] = rates.pop("burst")
    for after in (swapped, renamed):
        assert compared(tmp_path, bursting(), after) == []
        assert compared(tmp_path, after, bursting()) == []


def test_the_code_of_a_rate_is_one_finding(tmp_path: Path) -> None:
    after = files()
    after["session.yaml"]["rates"]["all"]["then"] = {"close": 4004}
    (change,) = compared(tmp_path, files(), after)
    assert change.rule == "SESSION_CLOSE_CODE_SAME_RECOVERY"
    assert change.message == (
        "the server closes with 4004 CODE_4004 and not with 4006 CODE_4006 for more than the rate "
        '"all" lets through'
    )
    effect = change.effects[0]
    assert (effect.who, effect.verdict) == (Who.OLD_CLIENTS, Verdict.BREAKS)
    assert _said(effect)[-3:] == ["say", "say", "a new server closes with 4004 CODE_4004"]


# --- Helpers ----------------------------------------------------------------------------------


def _said(effect: Effect) -> list[str]:
    assert isinstance(effect.proof, ConversationProof)
    return [step.said for step in effect.proof.steps]


def _prove(before: Data, after: Data, change: Change, folder: Path) -> None:
    """The end that is said to refuse it does."""
    revisions = revision(folder, "old", before), revision(folder, "new", after)
    assert change.fingerprint in {one.fingerprint for one in compare_conversations(*revisions)}
    with made(revisions[0], "old") as old, made(revisions[1], "new") as new:
        for effect in change.effects:
            refused = replay(effect, old.known, new.known)
            assert isinstance(effect.proof, ConversationProof)
            assert refused is not None
            assert refused.at == effect.proof.breaks_at


def test_a_time_of_the_protocol_beside_a_shorter_one_of_each_peer(tmp_path: Path) -> None:
    """A server that may give up sooner, and must after 30 seconds, still breaks who has any time."""
    before = files()
    timers = before["session.yaml"]["timers"]
    timers["own"] = {**timers["first_message"], "value": 20, "adjustable": True}
    before["session.yaml"]["states"]["greeted"]["timers"].append("own")
    after = copy.deepcopy(before)
    del after["session.yaml"]["states"]["greeted"]["timers"]
    for name in ("own", "first_message"):
        del after["session.yaml"]["timers"][name]
    told = {
        change.subject: [(effect.who, effect.verdict) for effect in change.effects]
        for change in compared(tmp_path, before, after)
    }
    assert told == {
        "session/timers/first_message": [(Who.NEW_CLIENTS, Verdict.BREAKS)],
        "session/timers/own": [(Who.NEW_CLIENTS, Verdict.LOSES)],
    }

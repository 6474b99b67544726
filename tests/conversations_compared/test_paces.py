"""How fast one side may send and how long the other waits: who keeps to its own revision is hurt where the
other one gives up on it, and nobody is for what others put up with beyond that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.made import compared, made
from tests.conversations_compared.replay import Refused, replay
from tests.conversations_compared.small import files, revision
from tests.voxspec.mini import Data
from voxspec.breaking.conversation import compare_conversations
from voxspec.breaking.verdict import Change, ConversationProof, Effect, Verdict, Who

BREAKS, LOSES = Verdict.BREAKS, Verdict.LOSES


def one(folder: Path, old: Data, new: Data) -> Change:
    (change,) = compared(folder, old, new)
    return change


def verdicts(change: Change) -> dict[Who, Verdict]:
    return {effect.who: effect.verdict for effect in change.effects}


def said(effect: Effect) -> list[str]:
    assert isinstance(effect.proof, ConversationProof)
    return [f"{s.said} × {s.times}" if s.times > 1 else s.said for s in effect.proof.steps]


def replayed(folder: Path, old: Data, new: Data, rule: str) -> list[Refused | None]:
    """What the ends that are generated do with what proves a change."""
    before, after = revision(folder, "old", old), revision(folder, "new", new)
    (change,) = [c for c in compare_conversations(before, after) if c.rule == rule]
    with made(before, "old") as first, made(after, "new") as second:
        return [replay(effect, first.known, second.known) for effect in change.effects]


# --- Heartbeats -----------------------------------------------------------------------------------


def patient(intervals: float, first: str = "jittered") -> Data:
    changed = files()
    changed["session.yaml"]["heartbeat"]["silence"]["value"] = intervals
    changed["session.yaml"]["heartbeat"]["first"] = first
    return changed


@pytest.mark.parametrize("first", ["jittered", "regular"])
@pytest.mark.parametrize("less", [1.01, 1.5])
def test_patience_for_more_than_an_interval_hurts_nobody(
    less: float, first: str, tmp_path: Path
) -> None:
    """A heartbeat is due once an interval, however long the other one would wait for it."""
    shorter = one(tmp_path, patient(2, first), patient(less, first))
    assert verdicts(shorter) == {Who.OLD_CLIENTS: LOSES}
    longer = one(tmp_path, patient(less, first), patient(2, first))
    assert verdicts(longer) == {Who.NEW_CLIENTS: LOSES}


def beating(seconds: float) -> Data:
    """A heartbeat so often, whatever the greeting says, and patience for two."""
    changed = patient(2)
    changed["session.yaml"]["roles"]["greeting"].pop("heartbeat_interval")
    changed["session.yaml"]["heartbeat"]["interval"] = {"value": seconds, "unit": "s"}
    return changed


@pytest.mark.parametrize("less", [30, 20])
def test_patience_for_no_more_than_an_interval(less: float, tmp_path: Path) -> None:
    """Twice the interval of the one side is no longer than that of the other."""
    old, new = beating(60), beating(less)
    change = one(tmp_path, old, new)
    assert verdicts(change) == {Who.OLD_CLIENTS: BREAKS}
    (effect,) = change.effects
    assert effect.what == (
        "an old client sends a heartbeat every 60 seconds; a new server closes with 4007 CODE_4007 after "
        f"{2 * less} seconds"
    )
    assert said(effect)[-1] == f"{2 * less} seconds pass without a heartbeat"
    assert replayed(tmp_path, old, new, change.rule) == [Refused(4, 4007)]
    assert verdicts(one(tmp_path, new, old)) == {Who.NEW_CLIENTS: BREAKS}


def test_patience_for_a_longer_interval(tmp_path: Path) -> None:
    assert verdicts(one(tmp_path, beating(60), beating(40))) == {Who.OLD_CLIENTS: LOSES}


# --- Answers to heartbeats ------------------------------------------------------------------------


def unanswering() -> Data:
    """Servers answer no heartbeats, and clients do not wait for that."""
    changed = files()
    session = changed["session.yaml"]
    session["roles"].pop("heartbeat_answer")
    session["heartbeat"].pop("missed_answers")
    for state in session["states"].values():
        state.get("server", {}).pop("heartbeat_answer", None)
    changed["server/main.yaml"]["messages"].pop("pong")
    return changed


def test_who_answers_all_is_not_given_up(tmp_path: Path) -> None:
    less = files()
    less["session.yaml"]["heartbeat"]["missed_answers"]["value"] = 1
    assert verdicts(one(tmp_path, files(), less)) == {Who.NEW_CLIENTS: LOSES}
    assert verdicts(one(tmp_path, less, files())) == {Who.OLD_CLIENTS: LOSES}


def test_who_answers_nothing_is_given_up(tmp_path: Path) -> None:
    rule = "SESSION_MISSED_ANSWERS_SAME"
    for old, new, who in (
        (unanswering(), files(), Who.NEW_CLIENTS),
        (files(), unanswering(), Who.OLD_CLIENTS),
    ):
        (change,) = [c for c in compared(tmp_path, old, new) if c.rule == rule]
        assert verdicts(change) == {who: BREAKS}
        assert said(change.effects[0])[-3:] == [
            "60 seconds pass",
            "ping",
            "60 seconds pass without an answer",
        ]
        assert replayed(tmp_path, old, new, rule) == [Refused(8, 4000)]


# --- Rates ----------------------------------------------------------------------------------------


def rated(**rates: Any) -> Data:
    """The files with these rates, of which a False leaves one out."""
    changed = files()
    session = changed["session.yaml"]
    for name, rate in rates.items():
        if rate is False:
            session["rates"].pop(name)
        else:
            session["rates"].setdefault(name, {}).update(rate)
    return changed


CLOSES = {"then": {"close": 4006}}
IGNORES = {"then": "ignored"}
LOOSE = {"enforced": False}


@pytest.mark.parametrize(
    ("lenient", "strict", "code", "does"),
    [
        (IGNORES, CLOSES, 4006, "passes over"),
        ({**CLOSES, **LOOSE}, CLOSES, 4006, "puts up with"),
        ({**IGNORES, **LOOSE}, IGNORES, None, "puts up with"),
    ],
)
def test_what_happens_to_more_than_a_rate(
    lenient: Data, strict: Data, code: int | None, does: str, tmp_path: Path
) -> None:
    """Who goes over a rate without harm by its own revision is hurt by a stricter server, and by no laxer
    one."""
    lax, hard = rated(all=lenient, looks=False), rated(all=strict, looks=False)
    for old, new, who, usual in (
        (lax, hard, Who.OLD_CLIENTS, "an old server"),
        (hard, lax, Who.NEW_CLIENTS, "a new server"),
    ):
        change = one(tmp_path, old, new)
        assert verdicts(change) == {who: BREAKS}
        assert (
            f"may send more than 20 in 10 seconds, which {usual} {does};" in change.effects[0].what
        )
        assert said(change.effects[0]) == [
            "the connection opens",
            "welcome",
            "join",
            "joined",
            "say × 19",
            "say",
        ]
        assert replayed(tmp_path, old, new, change.rule) == [Refused(5, code)]


def _rate(counts: str, count: int, seconds: float, then: Any) -> Data:
    return {
        "counts": counts,
        "count": {"value": count, "unit": "messages"},
        "window": {"value": seconds, "unit": "s"},
        "then": then,
        "enforced": True,
    }


def test_two_rates_that_are_new_at_once(tmp_path: Path) -> None:
    """Each is shown by a client that keeps to the other one."""
    both = {
        f"of_{name}": _rate(f"client/{name}", 2, 1, "ignored") for name in ("say", "look", "wave")
    }
    old = rated(all=False, looks=False)
    new = rated(looks=False, all=_rate("client/any", 8, 10, {"close": 4006}), **both)
    changes = {c.subject: c for c in compared(tmp_path, old, new)}
    assert {c: verdicts(change) for c, change in changes.items()} == {
        f"session/rates/{name}": {Who.OLD_CLIENTS: BREAKS} for name in ("all", *both)
    }
    assert said(changes["session/rates/all"].effects[0])[3:] == [
        "joined",
        "say × 2",
        "look × 2",
        "wave × 2",
        "1 second passes",
        "say",
        "say",
    ]


def test_heartbeats_go_on_while_time_passes_in_pieces(tmp_path: Path) -> None:
    """They are due as often as if it passed at once; those that are due count for no rate of all."""
    old = rated(all=False, looks=False)
    slowly = _rate("client/say", 1, 25, "ignored")
    new = rated(looks=False, all=_rate("client/any", 5, 200, {"close": 4006}), of_say=slowly)
    for changed in (old, new):
        for name in ("look", "wave"):
            changed["client/main.yaml"]["messages"].pop(name)
    (change,) = [c for c in compared(tmp_path, old, new) if c.subject == "session/rates/all"]
    assert said(change.effects[0])[3:] == [
        "joined",
        "say",
        "25 seconds pass",
        "say",
        "25 seconds pass",
        "say",
        "10 seconds pass",
        "ping",
        "pong",
        "15 seconds pass",
        "say",
        "say",
    ]

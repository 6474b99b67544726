"""One row of a state is one finding, whatever it leads to; and it is the same however files are ordered."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.cases import CASES, Case
from tests.conversations_compared.made import compared
from tests.conversations_compared.small import files
from tests.voxspec.mini import Data
from tests.voxwire import operations
from voxspec.breaking.verdict import Change, ConversationProof, Verdict, Who


def changed(change: Callable[[Any], object]) -> Data:
    made = copy.deepcopy(operations.schema())
    change(made["session.yaml"]["states"])
    return made


def test_a_standstill_is_told_with_the_row_that_leads_there(tmp_path: Path) -> None:
    after = changed(lambda states: states["opened"]["client"].update(heartbeat="asked"))
    there, back = (
        compared(tmp_path, *both)
        for both in ((operations.schema(), after), (after, operations.schema()))
    )
    for (change,), stuck in ((there, Who.NEW_CLIENTS), (back, Who.OLD_CLIENTS)):
        assert (change.rule, change.subject) == (
            "SESSION_SAME_COURSE",
            "session/states/opened/client/ping",
        ) or change.subject == "session/states/asked/client/ping"
        assert {effect.who: effect.verdict for effect in change.effects} == {
            Who.OLD_CLIENTS: Verdict.BREAKS,
            Who.NEW_CLIENTS: Verdict.BREAKS,
        }
        (still,) = (e for e in change.effects if e.what.startswith("no session comes about"))
        assert still.who is stuck


def test_what_a_state_passes_over_is_closed_for_where_the_other_side_is_by_then(
    tmp_path: Path,
) -> None:
    """A new client is still paused, where another login is passed over; an old server goes on and closes."""

    def passing_over(states: Any) -> None:
        states["paused"]["client_otherwise"] = {"any": "ignored"}
        states["paused"]["server"]["server/pause"] = "stays"

    def stuck(states: Any) -> None:
        passing_over(states)
        states["paused"]["server"]["server/go_on"] = "stays"
        states["paused"]["server"]["established"] = "on"

    found = compared(tmp_path, changed(passing_over), changed(stuck))
    (change,) = (each for each in found if each.subject == "session/states/paused/server/go_on")
    (effect,) = (each for each in change.effects if each.who is Who.NEW_CLIENTS)
    assert effect.verdict is Verdict.BREAKS
    assert effect.what == (
        'a new client may send "connection_init" while "paused", which a new server passes over; an old '
        'server, which is "on", closes with 4429 TWICE'
    )
    assert isinstance(effect.proof, ConversationProof)
    said = [step.said for step in effect.proof.steps if step.side is not None]
    assert said == ["connection_init", "connection_ack", "pause", "go_on", "connection_init"]


def test_what_stands_for_others_leads_elsewhere(tmp_path: Path) -> None:
    after = changed(lambda states: states["on"]["server"].update(any="paused"))
    (change,) = compared(tmp_path, operations.schema(), after)
    assert change.rule == "SESSION_SAME_COURSE"
    assert change.subject == "session/states/on/server/any"
    assert change.message == (
        'after what "any" stands for in "on" a conversation goes on in "paused" and not in "on"'
    )
    assert "server/next" in change.reaches
    assert "server/pause" not in change.reaches
    assert [effect.verdict for effect in change.effects] == [Verdict.BREAKS] * 2


MORE = (
    Case(
        "everything is refused otherwise",
        lambda made: made["session.yaml"]["states"]["greeted"].update(
            client_otherwise={"any": {"close": 4004}}
        ),
        "SESSION_REACTION_SAME",
        "",
    ),
    Case(
        "what sequenced stands for is allowed",
        lambda made: made["session.yaml"]["states"]["joining"]["server"].update(sequenced="stays"),
        "SESSION_MOVE_ADDED",
        "",
    ),
    Case(
        "what sequenced stands for leads elsewhere",
        lambda made: made["session.yaml"]["states"]["rejoining"]["server"].update(
            sequenced="greeted"
        ),
        "SESSION_SAME_COURSE",
        "",
    ),
    Case(
        "a time runs in more states",
        lambda made: made["session.yaml"]["states"]["talking"].update(timers=["answer"]),
        "SESSION_TIMER_SAME",
        "",
    ),
)


@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda case: case.name.replace(" ", "-"))
def test_the_order_of_keys_is_no_part_of_a_finding(case: Case, tmp_path: Path) -> None:
    rnd = random.Random(case.name)
    told = compared(tmp_path, files(), case.files())
    for _ in range(3):
        again = compared(tmp_path, shuffled(files(), rnd), shuffled(case.files(), rnd))
        assert _told(again) == _told(told)


def shuffled(made: Data, rnd: random.Random) -> Data:
    """The same with its keys in another order, but for the state that is the first."""
    for side in ("client", "server"):
        made[f"{side}/main.yaml"]["messages"] = _in_another_order(
            made[f"{side}/main.yaml"]["messages"], rnd
        )
    session = made.get("session.yaml", {})
    for name in ("roles", "timers", "rates", "refusals"):
        if name in session:
            session[name] = _in_another_order(session[name], rnd)
    if "states" in session:
        (first, begun), *rest = session["states"].items()
        session["states"] = {first: begun, **_in_another_order(dict(rest), rnd)}
        for name, state in session["states"].items():
            session["states"][name] = {
                key: _in_another_order(value, rnd) if isinstance(value, dict) else value
                for key, value in state.items()
            }
    return made


def _in_another_order(value: Data, rnd: random.Random) -> Data:
    return dict(rnd.sample([*value.items()], len(value)))


def _told(changes: list[Change]) -> set[tuple[object, ...]]:
    """What is found, and how long the conversations are that show it."""
    return {
        (
            change.fingerprint,
            change.subject,
            effect.who if effect else None,
            effect.verdict if effect else None,
            len(effect.proof.steps)
            if effect and isinstance(effect.proof, ConversationProof)
            else None,
        )
        for change in changes
        for effect in (change.effects or (None,))
    }

"""The tables of states."""

from pathlib import Path

import pytest

from voxmodels.v1 import UnknownFrame, client, registry, server
from voxwire.session import State
from voxwire.session.states import (
    CLIENT_MAY_SEND,
    CLOSE_CODES,
    IGNORED,
    NAMED,
    SERVER_MAY_SEND,
    TRANSITIONS,
    ClientMessage,
    FrameClass,
    ServerMessage,
    stand_in,
)

ROOT = Path(__file__).parents[2]
LIVE = [State.GREETED, State.IDENTIFYING, State.RESUMING, State.READY]
CLIENT_ROWS: list[FrameClass] = [
    client.IdentifyFrame,
    client.ResumeFrame,
    client.HeartbeatFrame,
    ClientMessage,
]


def test_every_state_has_a_row() -> None:
    assert set(TRANSITIONS) == set(State)


@pytest.mark.parametrize("state", LIVE)
@pytest.mark.parametrize("frame", CLIENT_ROWS)
def test_every_client_message_is_legal_or_ignored_or_has_a_close_code(
    state: State, frame: FrameClass
) -> None:
    places = [
        frame in TRANSITIONS[state],
        frame in IGNORED.get(state, ()),
        frame in CLOSE_CODES[state],
    ]
    assert places.count(True) == 1


def test_the_named_frames_are_those_of_the_tables() -> None:
    rows = {frame for row in TRANSITIONS.values() for frame in row}
    assert rows == NAMED | {ServerMessage, ClientMessage}


def test_every_sequenced_message_but_ready_has_the_same_stand_in() -> None:
    sequenced = {i.frame for i in registry.SERVER.values() if i.seq == "required"}
    others = {i.frame for i in registry.SERVER.values() if i.frame not in NAMED}
    assert sequenced - {server.ReadyFrame} == others
    assert {stand_in(frame, "server") for frame in others} == {ServerMessage}


def test_unknown_frames_are_those_of_their_sender() -> None:
    assert stand_in(UnknownFrame, "server") is ServerMessage
    assert stand_in(UnknownFrame, "client") is ClientMessage


def test_the_expanded_tables_hold_every_message() -> None:
    assert len(SERVER_MAY_SEND[State.READY]) == len(registry.SERVER) + 1 - 3
    assert len(CLIENT_MAY_SEND[State.READY]) == len(registry.CLIENT) + 1 - 2
    assert SERVER_MAY_SEND[State.READY][server.MessageCreateFrame] is State.READY
    assert server.MessageCreateFrame not in SERVER_MAY_SEND[State.IDENTIFYING]


def test_every_state_is_reached_and_left() -> None:
    reached = {after for row in TRANSITIONS.values() for after in row.values()}
    assert reached == {State.GREETED, State.IDENTIFYING, State.RESUMING, State.READY}

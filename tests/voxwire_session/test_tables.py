"""The machine that both ends run, made of the tables of Vox."""

import pytest

from voxmodels.v1 import CloseCode, UnknownFrame, client, registry, server
from voxmodels.v1.session import SESSION, State
from voxwire.protocol import FrameClass
from voxwire.session import State as StateOfSessions
from voxwire.session.machine import Machine
from voxwire.vox import VOX

MACHINE = Machine.of(VOX)
LEGAL = MACHINE.legal
LIVE = [State.GREETED, State.IDENTIFYING, State.RESUMING, State.READY]
LATE = [State.IDENTIFYING, State.RESUMING, State.READY]
NAMED: set[FrameClass] = {
    server.HelloFrame,
    server.ReadyFrame,
    server.ResumedFrame,
    server.HeartbeatAckFrame,
    server.ErrorFrame,
    client.IdentifyFrame,
    client.ResumeFrame,
    client.HeartbeatFrame,
}


def test_one_machine_serves_all() -> None:
    assert Machine.of(VOX) is Machine.of(VOX)
    assert StateOfSessions is State


def test_every_state_has_a_row() -> None:
    assert set(LEGAL["server"]) == set(LEGAL["client"]) == set(State)
    for state in (State.CONNECTING, State.CLOSING, State.CLOSED):
        assert (LEGAL["server"][state], LEGAL["client"][state]) == ({}, {})


@pytest.mark.parametrize("state", LIVE)
def test_every_client_message_is_legal_or_has_a_reaction(state: State) -> None:
    for frame in MACHINE.frames("client"):
        is_legal = frame in LEGAL["client"][state]
        assert is_legal is (MACHINE.reaction("client", state, frame) is None)


def code(state: State, frame: FrameClass) -> int | None:
    """What a server closes with; None when it passes over the frame."""
    reaction = MACHINE.reaction("client", state, frame)
    assert reaction is not None
    return getattr(reaction, "code", None)


def test_what_servers_do_with_the_rest() -> None:
    assert code(State.GREETED, client.HeartbeatFrame) == CloseCode.NOT_AUTHENTICATED
    assert code(State.GREETED, UnknownFrame) == CloseCode.NOT_AUTHENTICATED
    assert code(State.IDENTIFYING, client.TypingFrame) == CloseCode.NOT_AUTHENTICATED
    for state in LATE:
        assert code(state, client.IdentifyFrame) == CloseCode.ALREADY_AUTHENTICATED
        assert code(state, client.ResumeFrame) is None


def test_what_clients_do_with_what_is_not_due() -> None:
    for state in SESSION.rows:
        reaction = MACHINE.reaction("server", state, server.ReadyFrame)
        if state is not State.IDENTIFYING:
            assert getattr(reaction, "code", None) == CloseCode.UNKNOWN_ERROR


def test_every_sequenced_message_but_ready_is_treated_alike() -> None:
    sequenced = {i.frame for i in registry.SERVER.values() if i.seq == "required"}
    others = {i.frame for i in registry.SERVER.values() if i.frame not in NAMED}
    assert sequenced - {server.ReadyFrame} == others
    for frame in others:
        assert frame in LEGAL["server"][State.READY]
        assert frame not in LEGAL["server"][State.IDENTIFYING]


def test_unknown_frames_are_those_of_their_sender() -> None:
    assert LEGAL["server"][State.RESUMING][UnknownFrame] is State.RESUMING
    assert UnknownFrame not in LEGAL["client"][State.RESUMING]


def test_the_expanded_tables_hold_every_message() -> None:
    assert len(LEGAL["server"][State.READY]) == len(registry.SERVER) + 1 - 3
    assert len(LEGAL["client"][State.READY]) == len(registry.CLIENT) + 1 - 2
    assert LEGAL["server"][State.READY][server.MessageCreateFrame] is State.READY
    assert LEGAL["client"][State.READY][UnknownFrame] is State.READY
    assert server.MessageCreateFrame not in LEGAL["server"][State.IDENTIFYING]


def test_every_state_is_reached() -> None:
    reached = {after for rows in LEGAL.values() for row in rows.values() for after in row.values()}
    assert reached == set(LIVE)


def test_numbers_flow_where_numbered_messages_do() -> None:
    assert MACHINE.numbered_states == {State.RESUMING, State.READY}


def test_what_a_frame_is_to_the_session() -> None:
    assert set(MACHINE.role_of) == NAMED
    assert MACHINE.role_of[server.ReadyFrame].name == "established"
    assert MACHINE.frame_class("server", "ready") is server.ReadyFrame
    assert MACHINE.frame_class("client", "ready") is UnknownFrame
    assert MACHINE.frame_class("client", ["ready"]) is UnknownFrame

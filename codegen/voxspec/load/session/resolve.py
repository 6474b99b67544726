"""Resolving session.yaml; and the conversation of a protocol that has none, in which all is allowed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from voxspec.findings import Findings
from voxspec.load.session import checks
from voxspec.load.session.lookup import Data, Lookup
from voxspec.load.session.numbers import Numbers
from voxspec.load.session.parts import Parts
from voxspec.load.session.prose import Prose
from voxspec.load.session.roles import resolve_roles
from voxspec.load.session.states import resolve_states
from voxspec.load.session.streams import resolve_streams
from voxspec.load.source import Source
from voxspec.model import Area, Protocol
from voxspec.model.session import Mistakes, Move, Session, StandIn, State


def resolve_session(
    source: Source, protocol_source: Source, protocol: Protocol, findings: Findings
) -> Session:
    """The conversation that ``source`` describes, with the messages and codes of ``protocol``."""
    lookup = Lookup(source, protocol, findings)
    resolve_roles(lookup)
    prose = Prose(lookup, cast(Data, protocol_source.data))
    numbers = Numbers(lookup, prose)
    parts = Parts(lookup, prose, numbers)
    session = Session(
        description=prose.at("description"),
        roles=tuple(lookup.roles.values()),
        states=resolve_states(lookup, prose),
        timers=parts.timers(),
        heartbeat=parts.heartbeats("heartbeat"),
        server_heartbeat=parts.heartbeats("server_heartbeat"),
        sequence_rules=prose.rules("sequence"),
        resume=parts.resume(),
        rates=parts.rates(),
        refusals=parts.refusals(),
        backoff=parts.backoff(),
        mistakes_of_client=parts.mistakes("of_client", Mistakes()),
        mistakes_of_server=parts.mistakes("of_server", Mistakes()),
        mistake_rules=prose.rules("mistakes"),
        compression=parts.compression(),
        streams=resolve_streams(lookup, prose),
        tokens=parts.tokens(),
        limits=tuple(numbers.limits),
        is_stated=True,
    )
    checks.check(lookup, session)
    return session


def anything_goes(areas: Iterable[Area]) -> Session:
    """The conversation of a protocol that says nothing about it: one state, and all is allowed."""
    stand_ins = [StandIn("server", "any")]
    if any(message.seq == "required" for area in areas for message in area.messages):
        stand_ins.insert(0, StandIn("server", "sequenced"))
    state = State(
        "open",
        "OPEN",
        "messages flow",
        client=(Move(StandIn("client", "any"), "open"),),
        server=tuple(Move(stand_in, "open") for stand_in in stand_ins),
    )
    return Session((state,))

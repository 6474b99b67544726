"""The states of session.yaml: what each side may send in them, and what happens to the rest."""

from __future__ import annotations

from collections.abc import Iterator

from voxspec.load.session.lookup import Data, Lookup
from voxspec.load.session.prose import Prose
from voxspec.model import Direction, Message, naming
from voxspec.model.session import (
    CLOSED,
    CLOSING,
    CONNECTING,
    Key,
    Move,
    Reaction,
    State,
    Subject,
    key_of,
)
from voxspec.near import near_or_known

STAYS = "stays"
"""What a table says of a message that leaves the state as it is."""

SIDES: tuple[Direction, Direction] = ("client", "server")

_TAKEN = (CONNECTING[0], CLOSING[0], CLOSED[0], STAYS)


def resolve_states(lookup: Lookup, prose: Prose) -> tuple[State, ...]:
    """All states, in the order of the file."""
    data: dict[str, Data] = lookup.source.data["states"]  # type: ignore[assignment]
    for name in data:
        if name in _TAKEN:
            said = f'a state cannot be called "{name}", which has a meaning of its own'
            place = lookup.source.key_place("states", name)
            lookup.error("SESSION_NAME_KNOWN", said, place, "give it another name")
    return tuple(_state(lookup, prose, name, entry, [*data]) for name, entry in data.items())


def _state(lookup: Lookup, prose: Prose, name: str, entry: Data, known: list[str]) -> State:
    for timer in entry.get("timers", ()):
        if not lookup.has("timers", timer):
            timers = [*lookup.source.data.get("timers", {})]  # type: ignore[misc]
            lookup.error(
                "SESSION_NAME_KNOWN",
                f'there is no timer "{timer}"',
                lookup.source.place("states", name, "timers", entry["timers"].index(timer)),
                near_or_known(timer, timers) or "add it to the part timers",
            )
    moves: dict[Direction, tuple[Move, ...]] = {}
    otherwise: dict[Direction, tuple[tuple[Subject, Reaction], ...]] = {}
    for side in SIDES:
        seen: dict[Key, str] = {}
        moves[side] = tuple(_moves(lookup, name, entry, side, known, seen))
        otherwise[side] = tuple(_otherwise(lookup, name, entry, side, seen))
    return State(
        name,
        naming.constant(name),
        prose.at("states", name, "description"),
        moves["client"],
        moves["server"],
        otherwise["client"],
        otherwise["server"],
        tuple(entry.get("timers", ())),
        prose.rules("states", name),
    )


def _moves(
    lookup: Lookup, state: str, entry: Data, side: Direction, known: list[str], seen: dict[Key, str]
) -> Iterator[Move]:
    for name, after in entry.get(side, {}).items():
        path = ("states", state, side, name)
        if after != STAYS and after not in known:
            hint = near_or_known(after, [*known, STAYS])
            place = lookup.source.place(*path)
            lookup.error("SESSION_NAME_KNOWN", f'there is no state "{after}"', place, hint)
            continue
        subject = _once(lookup, path, side, seen)
        if subject is not None:
            yield Move(subject, state if after == STAYS else after)


def _otherwise(
    lookup: Lookup, state: str, entry: Data, side: Direction, seen: dict[Key, str]
) -> Iterator[tuple[Subject, Reaction]]:
    table = f"{side}_otherwise"
    for name in entry.get(table, {}):
        path = ("states", state, table, name)
        reaction = lookup.reaction(*path)
        subject = _once(lookup, path, side, seen)
        if subject is not None:
            yield subject, reaction


def _once(
    lookup: Lookup, path: tuple[str, ...], side: Direction, seen: dict[Key, str]
) -> Subject | None:
    """What a row is about; a state says one thing of it, whether it is allowed or not."""
    place = lookup.source.key_place(*path)
    subject = lookup.subject(path[-1], side, place)
    if subject is None:
        return None
    key = key_of(subject)
    if key in seen:
        called = subject.text if isinstance(subject, Message) else subject.kind
        said = f'the state says two things of "{called}" ({seen[key]} and {path[-2]}.{path[-1]})'
        lookup.error("SESSION_ONE_MEANING", said, place, "keep one of them")
        return None
    seen[key] = f"{path[-2]}.{path[-1]}"
    return subject

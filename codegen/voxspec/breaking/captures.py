"""Recorded traffic held against a new revision: how much of it is hit, whose it is, and by which change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from voxspec.breaking.hits import Hit, Hits
from voxspec.breaking.verdict import Change, Verdict, Who

Met = Mapping[str, Any]
"""One thing that an observer of captures says, see ``voxspec.observers``."""

_WHOSE = {"client": Who.OLD_CLIENTS, "server": Who.NEW_CLIENTS}
"""What clients sent, old clients would send to a new server; what servers sent, an old server to new
clients."""

_UNKNOWN: Final = "UNKNOWN_TYPE"
"""The rule of frames that a reader may pass over, since it does not know the message."""

_PARTS: Final = (
    ("MESSAGE_LATE", "timers"),
    ("HEARTBEAT_", "heartbeat"),
    ("SERVER_HEARTBEAT_", "server_heartbeat"),
    ("RATE_", "rates"),
    ("STREAM_", "streams"),
    ("OUT_OF_PLACE", "states"),
)
"""How rules about conversations begin, and the part of session.yaml that each is about."""


@dataclass(slots=True)
class _Count:
    first: str = ""
    said: str = ""
    frames: set[str] = field(default_factory=set)
    connections: set[str] = field(default_factory=set)

    def add(self, met: Met) -> None:
        if not self.first:
            rule, pointer, message = met["refusals"][0]
            self.first = met["where"]
            self.said = " ".join(part for part in (rule, pointer, message) if part)
        if met["where"] != met["connection"]:
            self.frames.add(met["where"])
        self.connections.add(met["connection"])


_Counts = dict[Who, _Count]


def hits_of(meetings: Iterable[Met], changes: Sequence[Change]) -> Hits:
    """What was met, counted, and given to the changes that explain it."""
    whose: _Counts = {}
    others: _Counts = {}
    by_change: dict[str, _Counts] = {}
    looked_at: Met = {
        **dict.fromkeys(("frames", "connections", "known"), 0),
        "failures": {},
        "unread": (),
        "is_damaged": False,
    }
    for met in meetings:
        if "side" not in met:
            looked_at = met
            continue
        who = _WHOSE[met["side"]]
        whose.setdefault(who, _Count()).add(met)
        explaining = list(_explaining(met, who, changes))
        for change in explaining:
            by_change.setdefault(change.fingerprint, {}).setdefault(who, _Count()).add(met)
        if not explaining:
            others.setdefault(who, _Count()).add(met)
    return Hits(
        looked_at["frames"],
        looked_at["connections"],
        _hits(whose),
        {fingerprint: _hits(counts) for fingerprint, counts in by_change.items()},
        _hits(others),
        looked_at["failures"],
        tuple(looked_at["unread"]),
        looked_at["known"],
        looked_at["is_damaged"],
    )


def of_frames(meetings: Iterable[Met]) -> Iterator[Met]:
    """What was met by single frames, where one of the revisions does not say how conversations go."""
    return (met for met in meetings if not met.get("is_of_conversation", False))


def _hits(counts: _Counts) -> tuple[Hit, ...]:
    return tuple(
        Hit(who, len(count.frames), len(count.connections), count.first, count.said)
        for who in Who
        if (count := counts.get(who)) is not None
    )


def _explaining(met: Met, who: Who, changes: Sequence[Change]) -> Iterator[Change]:
    """The changes by which something is refused: those that name what the refusals are about.

    Where none does, it is the only one that breaks the message, if there is only one.
    """
    near = [change for change in changes if _concerns(change, met, who)]
    near = [change for change in near if _is_of_the_part(change, met)] or near
    near = [change for change in near if _is_of_the_row(change, met)] or near
    named = [change for change in near if any(_names(change, r) for r in met["refusals"])]
    yield from named or (near if len(near) == 1 else [])


def _concerns(change: Change, met: Met, who: Who) -> bool:
    """Whether a change breaks somebody's frames of this message, or their conversation."""
    if change.session is not met["is_of_conversation"]:
        return False
    is_unheard = any(rule == _UNKNOWN for rule, _, _ in met["refusals"])
    if not any(
        e.who is who and (is_unheard or e.verdict is not Verdict.LOSES) for e in change.effects
    ):
        return False
    if change.session:
        return True
    message = f"{met['side']}/{met['type']}"
    is_of_message = change.subject == message or change.subject.startswith(f"{message}/")
    is_renamed = change.subject.startswith(f"{met['side']}/") and change.was == str(met["type"])
    is_of_all = change.subject.split("/")[0] not in ("client", "server", "types")
    return is_of_message or is_renamed or message in change.reaches or is_of_all


def _is_of_the_part(change: Change, met: Met) -> bool:
    """Whether a change is of the part of a conversation that a refusal is about."""
    return change.session and any(
        rule.startswith(begin) and change.subject.startswith(f"session/{part}")
        for rule, _, _ in met["refusals"]
        for begin, part in _PARTS
    )


def _is_of_the_row(change: Change, met: Met) -> bool:
    """Whether a change of a state is about the message that is refused, by itself or with others."""
    steps = change.subject.split("/")
    message = f"{met['side']}/{met['type']}"
    return steps[:2] == ["session", "states"] and (
        message in change.reaches or message == "/".join(steps[3:])
    )


def _names(change: Change, refusal: tuple[str, str, str]) -> bool:
    """Whether a refusal points to what has changed, or names it."""
    _, pointer, message = refusal
    words = change.subject.split("/")[2:]
    steps = [step for step in pointer.split("/") if step and not step.isdecimal()]
    if steps and steps[-1] in words:
        return True
    return bool(words) and f'"{words[-1]}"' in message

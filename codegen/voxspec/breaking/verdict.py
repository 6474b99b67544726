"""What comparing two revisions finds: a change, whom it hurts, and what proves it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from voxspec.findings import Place
from voxspec.model import Direction, JsonValue

Age = Literal["old", "new"]
"""Which of the two revisions somebody runs."""


class Who(StrEnum):
    """Who can be hurt by a change."""

    OLD_CLIENTS = "old clients with a new server"
    NEW_CLIENTS = "new clients with an old server"
    SOURCE = "source code that moves to the new models"


class Verdict(StrEnum):
    """How a change hurts somebody. Whom it does not hurt has no effect in a change."""

    BREAKS = "breaks"
    LOSES = "loses meaning"
    UNKNOWN = "unknown"
    """Neither that it is compatible nor that it breaks could be shown."""


SEVERITY: Final = (Verdict.BREAKS, Verdict.UNKNOWN, Verdict.LOSES)
"""Verdicts, the worst first."""


class Category(StrEnum):
    """What people choose to fail on."""

    CLIENT = "CLIENT"
    """Clients that are out there break with a new server."""
    SERVER = "SERVER"
    """New clients break with servers that are out there."""
    SESSION = "SESSION"
    """A conversation that one side may hold is refused by the other."""
    SOURCE = "SOURCE"
    """Source code that uses the generated models must be changed."""
    NOTE = "NOTE"
    """Nothing breaks; some meaning is lost, or people should know."""


@dataclass(frozen=True, slots=True)
class FrameProof:
    """A frame that its writer's revision allows and its reader's generated code refuses.

    ``refusal`` is what the reader's validator says of it.
    """

    direction: Direction
    frame: JsonValue
    writer: Age
    refusal: str


@dataclass(frozen=True, slots=True)
class Closing:
    """That a side closes the connection, and what the close frame says."""

    by: Direction
    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in a conversation: a frame of a side, or, without one, an event."""

    side: Direction | None
    frame: JsonValue
    said: str
    """The message's type, or what happens: "45 seconds pass", "the connection is lost"."""
    seconds: float = 0.0
    """How much time passes, where that is what happens."""
    times: int = 1
    """How often it is sent, one right after the other."""
    counter: str = ""
    """The key of the frame that is another each time; empty where all are the same."""
    values: tuple[JsonValue, ...] = ()
    """What stands there each time, where it does not go up by one."""
    is_lost: bool = False
    """Whether it never arrives."""
    is_binary: bool = False
    """Whether it is sent as a binary message."""
    url: str = ""
    """Where a client connects, where that is what happens and not the usual address."""
    close: Closing | None = None
    """How the connection ends, where that is what happens."""

    def frames(self) -> Iterator[JsonValue]:
        """What is sent, one frame after the other."""
        for number in range(self.times if self.side is not None else 0):
            first = self.frame.get(self.counter) if isinstance(self.frame, dict) else None
            if isinstance(self.frame, dict) and self.values:
                yield {**self.frame, self.counter: self.values[number]}
            elif isinstance(self.frame, dict) and isinstance(first, int):
                yield {**self.frame, self.counter: first + number}
            else:
                yield self.frame


@dataclass(frozen=True, slots=True)
class ConversationProof:
    """A conversation that the ``writer``'s revision may hold and the other one refuses.

    ``breaks_at`` is the index of the step that is refused, ``refusal`` what the other side does then,
    and ``close`` how it closes the connection, if it does.
    """

    steps: tuple[Step, ...]
    breaks_at: int
    writer: Age
    refusal: str
    close: Step | None = None

    @property
    def course(self) -> tuple[Step, ...]:
        """All that happens, from the first connection to how the last one is closed."""
        upto = self.steps[: self.breaks_at + 1]
        return upto if self.close is None else (*upto, self.close)


Proof = FrameProof | ConversationProof


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change does to somebody, in one sentence; ``proof`` where something shows it.

    ``is_unheard``: nobody refuses anything, a message is only passed over.
    """

    who: Who
    verdict: Verdict
    what: str
    proof: Proof | None = None
    is_unheard: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two revisions, reported once however many messages it reaches.

    ``subject`` is what has changed, written the same in every run: ``server/ready/user_id`` for a
    field of a message, ``types/user/name`` for one of a shared type, ``session/resume/reach``.
    ``was`` and ``now`` are short words for it: ``uint32`` and ``string``. ``where`` is the place in
    the new schema, or in the old one for what is gone. ``reaches`` are the messages that a changed
    type is part of. Effects are of whom it hurts; without any it is a note.
    """

    rule: str
    subject: str
    message: str
    where: Place
    was: str = ""
    now: str = ""
    effects: tuple[Effect, ...] = ()
    reaches: tuple[str, ...] = ()
    hint: str = ""
    session: bool = False
    """Whether it is about the conversation and not about single frames."""
    exact: str = ""
    """What tells it from others where the words are the same: all that is said of a type, for example."""

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits, the same wherever and whenever the change is compared."""
        told = f"{self.rule}\0{self.subject}\0{self.was}\0{self.now}"
        told += f"\0{self.exact}" if self.exact else ""
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def categories(self) -> frozenset[Category]:
        """Those that it fails; what is unknown counts as broken."""
        hurt = {effect.who for effect in self.effects if effect.verdict is not Verdict.LOSES}
        found = {Category.SOURCE} if Who.SOURCE in hurt else set()
        wire = hurt - {Who.SOURCE}
        if wire and self.session:
            found.add(Category.SESSION)
        elif wire:
            found |= {_CATEGORIES[who] for who in wire}
        return frozenset(found or {Category.NOTE})


def worst(*changes: Change) -> tuple[Effect, ...]:
    """The worst that some changes do to everybody whom they hurt; of what is as bad, what somebody
    refuses before what nobody hears, and else the first."""
    effects = [effect for change in changes for effect in change.effects]
    ordered = sorted(effects, key=lambda one: (SEVERITY.index(one.verdict), one.is_unheard))
    by_who: dict[Who, Effect] = {}
    for effect in ordered:
        by_who.setdefault(effect.who, effect)
    return tuple(by_who[who] for who in Who if who in by_who)


_CATEGORIES = {Who.OLD_CLIENTS: Category.CLIENT, Who.NEW_CLIENTS: Category.SERVER}

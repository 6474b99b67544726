"""What all comparisons of parts have: both machines, the meetings of both skews, and how to tell a change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voxspec.breaking.conversation.machine import Machine, other
from voxspec.breaking.conversation.meeting import Meeting
from voxspec.breaking.renumbered import alike
from voxspec.breaking.rules import BreakingRule
from voxspec.breaking.verdict import Change, Effect
from voxspec.breaking.words import amount
from voxspec.findings import Place
from voxspec.model import Direction
from voxspec.model.session import Close, Number, Reaction


@dataclass(frozen=True, slots=True)
class Pair:
    """Who says something or is waited for, and who hears it or waits, in one skew."""

    meeting: Meeting
    writer: Machine
    reader: Machine
    side: Direction
    """The writer's side."""

    @property
    def reading(self) -> Direction:
        """The reader's side."""
        return other(self.side)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two revisions, and how each meets the other."""

    old: Machine
    new: Machine
    meetings: tuple[Meeting, ...]

    def told(self, machine: Machine, then: Reaction | None) -> object:
        """What tells a reaction from others: a code that has another number now is still the same."""
        if not isinstance(then, Close):
            return None if then is None else type(then)
        moved = self._renumbered.get(then.number) if machine is self.old else None
        return (then.number if moved is None else moved), then.reason

    @property
    def _renumbered(self) -> dict[int, int]:
        return alike(self.old.protocol, self.new.protocol)

    def pairs(self, side: Direction) -> Iterator[Pair]:
        """Both skews, seen from a side."""
        for meeting in self.meetings:
            yield Pair(meeting, meeting.skew.of(side), meeting.skew.of(other(side)), side)

    def change(
        self,
        rule: BreakingRule,
        path: tuple[str, ...],
        message: str,
        was: str,
        now: str,
        effects: Iterable[Effect] = (),
        exact: str = "",
    ) -> Change:
        """A change at a path of session.yaml."""
        return Change(
            rule.id,
            "/".join(("session", *path)),
            message,
            self.place(*path),
            was,
            now,
            tuple(effects),
            session=True,
            exact=exact,
        )

    def place(self, *path: str) -> Place:
        """Where something stands in the new schema, or in the old one if it is gone."""
        in_old, in_new = self.old.has(*path), self.new.has(*path)
        return (self.old if in_old and not in_new else self.new).place(*path)


def number(value: Number | None) -> str:
    """A number with its unit, such as "1 heartbeat"; "none" where there is none."""
    return "none" if value is None else amount(value.value, value.unit)


def said(machine: Machine, then: Reaction | None) -> str:
    """A reaction in few words, with the reason of a close where that is not the code's own."""
    if isinstance(then, Close):
        reason = "" if then.reason is None else f" ({then.reason})"
        return f"close {machine.close_name(then)}{reason}"
    return "none" if then is None else "ignored"

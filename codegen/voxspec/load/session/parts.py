"""The parts of session.yaml beside roles and states: timers, heartbeats, resume, rates, and the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from voxspec.load.session.lookup import Data, Lookup
from voxspec.load.session.numbers import Numbers
from voxspec.load.session.prose import Prose
from voxspec.model import Field, Message
from voxspec.model.session import (
    Backoff,
    Close,
    Compression,
    Heartbeats,
    Mistakes,
    Number,
    Quota,
    Rate,
    Read,
    Refusals,
    Resume,
    StandIn,
    Timer,
    Token,
)
from voxspec.near import did_you_mean
from voxspec.patterns.errors import PatternError
from voxspec.patterns.syntax import parse
from voxspec.patterns.tree import Back, Either, Group, Look, Node, Repeat, Sequence


class Parts:
    """Reads one part after the other; what is missing is None, or empty."""

    def __init__(self, lookup: Lookup, prose: Prose, numbers: Numbers) -> None:
        self._lookup = lookup
        self._prose = prose
        self._numbers = numbers

    def _names(self, part: str) -> list[str]:
        return [*cast(Data, self._lookup.source.data.get(part, {}))]

    def _value(self, *path: str, default: Any = None) -> Any:
        return self._lookup.at(path) if self._lookup.has(*path) else default

    def timers(self) -> tuple[Timer, ...]:
        return tuple(
            Timer(
                name,
                self._numbers.time("timers", name),
                self._value("timers", name, "waits_for"),
                self._lookup.close("timers", name, "then"),
                self._value("timers", name, "restarts", default=False),
                self._value("timers", name, "adjustable", default=False),
            )
            for name in self._names("timers")
        )

    def heartbeats(self, part: str) -> Heartbeats | None:
        """The heartbeats of one side."""
        if not self._lookup.has(part):
            return None
        from_greeting = self._lookup.has(part, "interval", "from")
        where = (part, "interval", "default") if from_greeting else (part, "interval")
        missed = self._numbered(part, "missed_answers", "heartbeats")
        silence = self._numbered(part, "silence", "intervals")
        return Heartbeats(
            self._numbers.time(*where) if self._lookup.has(*where) else None,
            from_greeting,
            self._value(part, "first", default="jittered") == "jittered",
            *missed,
            *silence,
            self._value(part, "unasked_answers", default=False),
            self._value(part, "echoes_payload", default=False),
            self._prose.rules(part),
        )

    def _numbered(self, part: str, name: str, unit: str) -> tuple[Number | None, Close | None]:
        if not self._lookup.has(part, name):
            return None, None
        number = self._numbers.count(part, name, unit=unit)
        return number, self._lookup.close(part, name, "then")

    def resume(self) -> Resume | None:
        if not self._lookup.has("resume"):
            return None
        close = self._lookup.close
        return Resume(
            lifetime=self._numbers.time("resume", "lifetime"),
            buffer=self._numbers.count("resume", "buffer", unit="messages"),
            reach=self._numbers.count("resume", "reach", unit="messages"),
            too_old=close("resume", "too_old"),
            gone=close("resume", "gone"),
            unnamed=close("resume", "unnamed"),
            other_user=close("resume", "other_user"),
            taken_over=close("resume", "taken_over"),
            buffered_while_away=self._value("resume", "buffered_while_away"),
            attempts_without_progress=self._numbers.count("resume", "attempts_without_progress"),
            rules=self._prose.rules("resume"),
        )

    def rates(self) -> tuple[Rate, ...]:
        return tuple(self._rates())

    def _rates(self) -> Iterator[Rate]:
        for name in self._names("rates"):
            path = ("rates", name)
            place = self._lookup.source.place(*path, "counts")
            counted = self._value(*path, "counts").removeprefix("client/any") or "any"
            counts = self._lookup.subject(counted, "client", place)
            window = self._numbers.time(*path, "window")
            count = self._numbers.count(*path, "count", window=window)
            then = self._lookup.reaction(*path, "then")
            if counts is not None:
                by = tuple(self._fields(counts, *path))
                yield Rate(name, counts, by, count, window, then, self._value(*path, "enforced"))

    def _fields(self, counts: Message | StandIn, *path: str) -> Iterator[Field]:
        for number, key in enumerate(self._value(*path, "by", default=())):
            place = self._lookup.source.place(*path, "by", number)
            if isinstance(counts, StandIn):
                said = "messages of all kinds have no fields in common"
                self._lookup.error("SESSION_FIELD_FITS", said, place, "count one kind of message")
                return
            field = self._lookup.payload_field(counts, key, place)
            if field is not None:
                yield field

    def refusals(self) -> Refusals:
        return Refusals(
            subprotocol=self._close("refusals", "subprotocol"),
            login=self._close("refusals", "login"),
            token=self._close("refusals", "token"),
            version=self._close("refusals", "version"),
            malformed=self._close("refusals", "malformed"),
            full=self._close("refusals", "full"),
            internal=self._close("refusals", "internal"),
            failures=self._quota("refusals", "failures"),
            sessions=self._quota("refusals", "sessions"),
            connections=self._quota("refusals", "connections"),
            rules=self._prose.rules("refusals"),
        )

    def _close(self, *path: str) -> Close | None:
        return self._lookup.close(*path) if self._lookup.has(*path) else None

    def _quota(self, *path: str) -> Quota | None:
        if not self._lookup.has(*path):
            return None
        window = self._numbers.time(*path, "window") if self._lookup.has(*path, "window") else None
        return Quota(
            self._numbers.count(*path, "count", window=window),
            window,
            self._value(*path, "by"),
            self._lookup.close(*path, "then"),
        )

    def backoff(self) -> Backoff | None:
        if not self._lookup.has("backoff"):
            return None
        return Backoff(
            self._numbers.time("backoff", "initial"),
            self._numbers.time("backoff", "maximum"),
            float(self._value("backoff", "factor")),
            float(self._value("backoff", "spread")),
            self._numbers.count("backoff", "attempts")
            if self._lookup.has("backoff", "attempts")
            else None,
            self._prose.rules("backoff"),
        )

    def mistakes(self, part: str, usual: Mistakes) -> Mistakes:
        """What a receiver does; ``usual`` where the schema says nothing."""
        stated: Data = dict(self._value("mistakes", part, default={}))
        is_none = stated.pop("empty_payload_is_none", usual.empty_payload_is_none)
        said: Data = {
            name: Read() if then == "read" else self._lookup.reaction("mistakes", part, name)
            for name, then in stated.items()
        }
        return replace(usual, **said, empty_payload_is_none=is_none)

    def compression(self) -> Compression | None:
        if not self._lookup.has("compression"):
            return None
        parameter = self._value("compression", "parameter")
        values = self._value("compression", "server")
        self._check_parameter(parameter, [*values])
        description = self._prose.at("compression", "description")
        return Compression(parameter, tuple(values.items()), description)

    def _check_parameter(self, parameter: str, values: list[str]) -> None:
        endpoint = self._lookup.protocol.endpoint
        known = {p.name: p.values for p in endpoint.parameters} if endpoint is not None else {}
        if parameter not in known:
            self._lookup.error(
                "SESSION_NAME_KNOWN",
                f'the endpoint has no parameter "{parameter}"',
                self._lookup.source.place("compression", "parameter"),
                did_you_mean(parameter, [*known]) or "describe it in protocol.yaml",
            )
            return
        for value in values:
            if value not in known[parameter]:
                self._lookup.error(
                    "SESSION_NAME_KNOWN",
                    f'the endpoint\'s parameter "{parameter}" has no value "{value}"',
                    self._lookup.source.key_place("compression", "server", value),
                    f"known: {', '.join(known[parameter])}",
                )

    def tokens(self) -> tuple[Token, ...]:
        tokens = cast(list[Data], self._lookup.source.data.get("tokens", []))
        for number, token in enumerate(tokens):
            for name in ("shown", "masked"):
                self._check_pattern(token[name], number, name)
        return tuple(Token(t["shown"], t["masked"], t["description"]) for t in tokens)

    def _check_pattern(self, pattern: str, number: int, name: str) -> None:
        place = self._lookup.source.place("tokens", number, name)
        try:
            tree = parse(pattern)
        except PatternError as error:
            self._lookup.error("PATTERN_PORTABLE", str(error), place, error.hint)
            return
        if _has_group(tree):
            said = "what a group finds has no use here"
            self._lookup.error("PATTERN_PORTABLE", said, place, "write (?:…)")


def _has_group(node: Node) -> bool:
    """Whether a pattern has a group that keeps what it finds."""
    match node:
        case Group() | Back():
            return True
        case Sequence(items=inner) | Either(options=inner):
            return any(map(_has_group, inner))
        case Repeat(item=item) | Look(item=item):
            return _has_group(item)
    return False

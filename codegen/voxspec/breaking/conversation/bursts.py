"""More messages than a rate lets through, as fast as other rates let their sender."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from voxspec.breaking.conversation.comparison import Pair
from voxspec.breaking.conversation.meeting import Reached
from voxspec.breaking.conversation.spreads import spreads
from voxspec.breaking.conversation.story import Frame, Story
from voxspec.breaking.conversation.waiting import BARELY
from voxspec.model import JsonValue, Message
from voxspec.model.session import Close, Key, Rate, key_of

_MOST_SPREAD = 200
"""More messages than this, each of its own, are not shown."""

_FEW = 3
"""With so many steps after the session has begun, and the opening before, nothing shorter is looked for."""

_MOST_WINDOWS = 3
"""For as many windows it is tried to send too much in one."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How too much can be sent; without a story, whether it is certain that nobody can."""

    story: Story | None = None
    is_impossible: bool = False


def burst(pair: Pair, kept: Rate, own: Sequence[Rate]) -> Shown:
    """One message more than a server takes by one of its rates, as fast as these rates of the client's
    revision and all others of the server let it.

    Who sends as fast as it may, after a pause in which it sent nothing, has sent more in every time than
    anybody else: if that is not too much, nothing is.
    """
    begun, keys = _begun(pair, kept)
    if begun is None or not keys:
        return Shown()
    first, later = _others(pair, kept)
    story = _tried(pair, begun, kept, [*own, *first], later, keys)
    if story is not None:
        return Shown(story)
    # What is passed over by a rate of which the server thinks later is counted all the same.
    closing = later
    if isinstance(kept.then, Close):
        closing = [rate for rate in later if isinstance(rate.then, Close)]
    is_in_the_way = _tried(pair, begun, kept, [*own, *first], closing, keys) is None
    rates = [*own, *pair.reader.session.rates]
    is_known = kept.count.value <= _MOST_SPREAD and all(
        spread.is_enough for key in keys for spread in spreads(pair.writer, key, kept, rates)
    )
    return Shown(is_impossible=is_in_the_way and is_known)


def _begun(pair: Pair, kept: Rate) -> tuple[Reached | None, list[Key]]:
    """Where messages that count can be said again and again, and which: in a session if they can be there,
    or else where they first can."""
    under_way = pair.meeting.under_way()
    for begun in [] if under_way is None else [under_way, *pair.meeting.reached]:
        keys = [*_sent(pair, begun, kept)]
        if keys:
            return begun, keys
    return None, []


def _tried(
    pair: Pair,
    begun: Reached,
    kept: Rate,
    rates: Sequence[Rate],
    later: Sequence[Rate],
    keys: list[Key],
) -> Story | None:
    tries = [[key] for key in keys] + ([keys] if len(keys) > 1 else [])
    longest = max((rate.window.seconds or 0.0 for rate in (*rates, *later)), default=0.0)
    for pause in dict.fromkeys((0.0, longest)):
        found: list[Story] = []
        for some in tries:
            story = _Burst(pair, begun, kept, rates, later).of(some, pause)
            if story is not None:
                found.append(story)
                if len(story.steps) <= len(begun.path()) + _FEW:
                    break
        if found:
            return min(found, key=lambda story: len(story.steps))
    return None


def _others(pair: Pair, kept: Rate) -> tuple[list[Rate], list[Rate]]:
    """The other rates of the server: those by which it judges a message before it looks at this one, and the
    others. All that count whatever is sent come first, and all of these count it."""
    rates = [rate for rate in pair.reader.session.rates if rate.enforced or rate is kept]
    ordered = sorted(rates, key=lambda rate: not _counts_first(rate))
    first = [] if _counts_first(kept) else ordered[: ordered.index(kept)]
    return first, [rate for rate in ordered if rate not in first and rate is not kept]


def _counts_first(rate: Rate) -> bool:
    return counts_all(rate) and not rate.by


def counts_all(rate: Rate) -> bool:
    """Whether a rate counts whatever a client sends."""
    return not isinstance(rate.counts, Message)


def counts_like(rate: Rate, other: Rate) -> bool:
    """Whether both count the same messages, or the first one more."""
    return counts_all(rate) or key_of(rate.counts) == key_of(other.counts)


@dataclass(frozen=True, slots=True)
class _Said:
    """A message of a client, with what it says that counts: of that the rates know."""

    type: str
    fields: Mapping[str, JsonValue]


@dataclass
class _Count:
    """What a rate counted so far: when, for each of what it counts apart."""

    rate: Rate
    times: dict[str, list[float]] = field(default_factory=dict)

    def counts(self, said: _Said) -> bool:
        return counts_all(self.rate) or key_of(self.rate.counts)[1] == said.type

    def of(self, said: _Said) -> list[float]:
        apart = repr([said.fields.get(name.name) for name in self.rate.by])
        return self.times.setdefault(apart, [])

    def add(self, said: _Said, now: float) -> None:
        if self.counts(said):
            self.of(said).append(now)

    def free(self, said: _Said) -> float:
        """When such a message may be sent."""
        times, most = self.of(said), int(self.rate.count.value)
        if not self.counts(said) or len(times) < most:
            return 0.0
        return times[-most] + (self.rate.window.seconds or 0.0)

    def is_over(self, said: _Said) -> bool:
        """Whether the latest such message was too much."""
        times, most = self.of(said), int(self.rate.count.value)
        window = self.rate.window.seconds or 0.0
        return len(times) > most and times[-1] - times[-1 - most] < window - BARELY


class _Burst:
    def __init__(
        self,
        pair: Pair,
        begun: Reached,
        kept: Rate,
        rates: Sequence[Rate],
        later: Sequence[Rate],
    ) -> None:
        self.pair = pair
        self.begun = begun
        self.kept = _Count(kept)
        self.first = [_Count(rate) for rate in rates]
        self.later = [_Count(rate) for rate in later]
        self.all = [self.kept, *self.first, *self.later]
        self.story = Story.along(pair.meeting.skew, begun)
        self.now = 0.0
        self.told = 0
        self.waiting: tuple[Key, _Said, int] | None = None
        """What is being said, and how often until now."""

    def of(self, keys: Sequence[Key], pause: float) -> Story | None:
        """The story with messages of these kinds, after a pause."""
        self._count()
        if any(self.kept.is_over(_Said(step.said, {})) for step in self.story.steps):
            return None  # it was too much before
        if pause:
            self._wait(pause)
        options = [*self._options(keys)]
        until = self.now + _MOST_WINDOWS * (self.kept.rate.window.seconds or 0.0)
        while self.now <= until:
            at, key, said = min(
                ((self._free(said), key, said) for key, said in options), key=lambda each: each[0]
            )
            if at > self.now + BARELY:
                self._flush()
                self._wait(at - self.now)
                continue
            self._say(key, said)
            if self.kept.is_over(said):
                return self._ended()
        return None

    # --- What can be said -----------------------------------------------------------------------

    def _options(self, keys: Sequence[Key]) -> Iterator[tuple[Key, _Said]]:
        """Messages of these kinds: of each the usual one, and those for other places, where a rate counts
        places apart that the server counts together."""
        for key in keys:
            known = {
                name: value
                for name, value in self.pair.writer.fields(key).items()
                if isinstance(value, int | str) and name in self._named
            }
            yield key, _Said(key[1], known)
            if self.kept.rate.count.value > _MOST_SPREAD:
                continue
            rates = [count.rate for count in self.all]
            apart = [*spreads(self.pair.writer, key, self.kept.rate, rates)]
            for most in sorted(apart, key=lambda spread: -len(spread.values))[:1]:
                for value in most.values:
                    if value != known.get(most.field):
                        yield key, _Said(key[1], {**known, most.field: value})

    @property
    def _named(self) -> set[str]:
        return {each.name for count in self.all for each in count.rate.by}

    def _free(self, said: _Said) -> float:
        """When it may be said; the last one may be too much for what the server looks at later."""
        is_last = self.kept.free(said) > self.now
        rates = self.first if is_last else (*self.first, *self.later)
        return max([self.now, *(count.free(said) for count in rates)])

    # --- The story ------------------------------------------------------------------------------

    def _say(self, key: Key, said: _Said) -> None:
        if self.waiting is None or self.waiting[:2] != (key, said):
            self._flush()
            self.waiting = (key, said, 0)
        self.waiting = (key, said, self.waiting[2] + 1)
        for count in self.all:
            count.add(said, self.now)

    def _flush(self, *, last: bool = False) -> None:
        """What was said goes into the story; the last of it by itself, where that is refused."""
        if self.waiting is None:
            return
        key, said, times = self.waiting
        usual = self.pair.writer.fields(key)
        fields: Frame = {n: value for n, value in said.fields.items() if usual.get(n) != value}
        if times > last:
            self.story.say(key, times - last, fields=fields)
        if last:
            self.story.say(key, fields=fields)
        self.waiting = None
        self.told = len(self.story.steps)

    def _ended(self) -> Story:
        self._flush(last=True)
        return self.story

    def _wait(self, seconds: float) -> None:
        """Time passes, with the heartbeats that come in it: those that are due count for no rate of all."""
        self.story.lasts(self.begun.node, seconds)
        self._count()

    def _count(self) -> None:
        """Count what has come into the story."""
        beat = self.pair.writer.message_of("heartbeat")
        for step in self.story.steps[self.told :]:
            self.now += step.seconds
            said = _Said(step.said, {})
            if step.side == "client":
                for count in self.all:
                    if beat is None or step.said != beat[1] or not counts_all(count.rate):
                        count.add(said, self.now)
        self.told = len(self.story.steps)


def _sent(pair: Pair, begun: Reached, kept: Rate) -> Iterator[Key]:
    """The messages that count, and that the client may send in a session as often as it likes."""
    roles = ("heartbeat", "login", "resume", "server_heartbeat_answer")
    node = begun.node
    for key in pair.writer.messages:
        if key[0] == "server" or not (counts_all(kept) or key == key_of(kept.counts)):
            continue
        sends, takes = pair.writer.move(node.client, key), pair.reader.move(node.server, key)
        is_free = not pair.writer.has_role(key, *roles) and key not in pair.writer.streams
        if key not in pair.reader.messages or not (is_free or not counts_all(kept)):
            continue
        if sends is None or takes is None:
            continue
        if sends.after == node.client and takes.after == node.server:
            yield key

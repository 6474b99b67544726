"""What a format leaves out is never blamed on the traffic.

Captures that hold everything are read as formats would have them that leave something out. Whatever is found
in them then, is found in the whole capture, too: the same rule, and the same side to blame.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from graphql_transport_ws.v1.protocol import PROTOCOL
from tests.voxwire.files import MemoryFile
from tests.voxwire.native import EXAMPLES
from voxwire.capture import CaptureEvent, Closed, Connection, Frame, Lacks, Opened, read_capture
from voxwire.checks import CaptureCheck, Finding, Selection, Sessions, Statistics
from voxwire.checks.repetitions import Repetitions
from voxwire.direction import Direction
from voxwire.protocol import AnyProtocol
from voxwire.rules.capture_format import CAPTURE_NO_HEADER, CAPTURE_ONE_SIDED
from voxwire.rules.example import Example
from voxwire.rules.registry import RULES

GRAPHQL = EXAMPLES.parent / "protocols" / "graphql-transport-ws"

Events = Iterator[CaptureEvent]
Leaves = Callable[[Events], Events]


def captures() -> Iterator[tuple[str, bytes]]:
    """All captures that there are, by name."""
    for path in sorted(EXAMPLES.glob("*.ndjson")):
        yield path.stem, path.read_bytes()
    for rule in RULES.values():
        for kind, example in (("bad", rule.bad), ("good", rule.good)):
            if isinstance(example, Example) and example.cut_off is None:
                yield f"{rule.id} {kind}", example.content()


def without(lacks: Lacks, *, said: bool = True) -> Leaves:
    """What a format has that leaves this out of each connection. Of a native capture it is not `said`."""
    dropped: set[Direction] = set()
    if Lacks.CLIENT in lacks:
        dropped.add("c2s")
    if Lacks.SERVER in lacks:
        dropped.add("s2c")

    def leave(events: Events) -> Events:
        for event in events:
            if isinstance(event, Opened):
                _lack(event.connection, lacks if said else Lacks.NOTHING)
                if Lacks.ADDRESS in lacks:
                    event.connection.url = None
            elif isinstance(event, Closed) and Lacks.CLOSE in lacks:
                continue
            elif isinstance(event, Frame) and event.direction in dropped:
                event.connection.frames -= 1
                continue
            yield _untimed(event) if Lacks.TIME in lacks else event

    return leave


def without_first(frames: int, *, has_header: bool) -> Leaves:
    """What a tool has that was opened late."""

    def leave(events: Events) -> Events:
        for event in events:
            if isinstance(event, Opened):
                _lack(event.connection, Lacks.START)
                if not has_header:
                    event.connection.url = None
                    _lack(event.connection, Lacks.ADDRESS)
                yield Opened(event.connection, has_header=has_header and event.has_header)
            elif not isinstance(event, Frame) or event.number > frames:
                yield event

    return leave


def as_one(events: Events) -> Events:
    """What a log has that does not tell connections apart."""
    one: Connection | None = None
    for event in events:
        if isinstance(event, Opened) and one is None:
            one = event.connection
            _lack(one, Lacks.IDENTITY | Lacks.START | Lacks.CLOSE | Lacks.ADDRESS)
            one.url = None
            yield Opened(one, has_header=False)
        elif isinstance(event, Frame) and one is not None:
            yield replace(event, connection=one)


def both(first: Leaves, second: Leaves) -> Leaves:
    return lambda events: second(first(events))


def _lack(connection: Connection, lacks: Lacks) -> None:
    connection.lacks |= lacks
    if Lacks.TIME in lacks:
        connection.times = "missing"
        connection.started = 0.0


def _untimed(event: CaptureEvent) -> CaptureEvent:
    return replace(event, ts=0.0) if isinstance(event, Frame | Closed) else event


BARE = Lacks.CLOSE | Lacks.CONTROL | Lacks.TIME | Lacks.ADDRESS
LEFT_OUT: dict[str, Leaves] = {
    "no close": without(Lacks.CLOSE),
    "no client": without(Lacks.CLIENT),
    "no server": without(Lacks.SERVER),
    "no time": without(Lacks.TIME),
    "no address": without(Lacks.ADDRESS),
    "no client, close": without(Lacks.CLIENT | Lacks.CLOSE),
    "no server, close": without(Lacks.SERVER | Lacks.CLOSE),
    "two sides, bare": both(without(BARE), without_first(0, has_header=False)),
    "server bare": both(without(BARE | Lacks.CLIENT), without_first(0, has_header=False)),
    "client bare": both(without(BARE | Lacks.SERVER), without_first(0, has_header=False)),
    "native, no client": without(Lacks.CLIENT, said=False),
    "native, no server": without(Lacks.SERVER, said=False),
    **{
        f"without the first {count}{'' if has_header else ' and the address'}": without_first(
            count, has_header=has_header
        )
        for count, has_header in itertools.product((0, 1, 2, 3, 4, 9), (True, False))
    },
    "late, no close": both(without(Lacks.CLOSE), without_first(2, has_header=True)),
    "late, no client": both(without(Lacks.CLIENT), without_first(3, has_header=True)),
    "late, no time": both(without(Lacks.TIME), without_first(3, has_header=True)),
    "as one": as_one,
}


class Said(NamedTuple):
    """What matters of a finding."""

    rule: str
    blame: str | None


@pytest.fixture(autouse=True)
def _list_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which finding is listed, and which only counted, is of no interest here."""
    monkeypatch.setattr(Repetitions, "is_listed", lambda *_: True)


def findings_in(events: Events, protocol: AnyProtocol | None = None) -> list[Finding]:
    check = CaptureCheck("x", Selection(), Statistics(), Sessions(), protocol=protocol)
    return list(check.findings_in(events))


def said_of(events: Events, protocol: AnyProtocol | None = None) -> Counter[Said]:
    found = findings_in(events, protocol)
    return Counter(Said(one.rule, one.blame) for one in found if one.rule.group != "capture")


def new_in(part: Counter[Said], whole: Counter[Said]) -> set[Said]:
    """What was not said of the whole; that nobody is blamed any more for what was said is no matter."""
    rules = {one.rule for one in whole}
    return {
        one for one in part if one not in whole and not (one.blame is None and one.rule in rules)
    }


def events_of(content: bytes) -> Events:
    return read_capture(MemoryFile(content))


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_nothing_that_is_left_out_is_blamed_on_the_traffic(left_out: str) -> None:
    leave = LEFT_OUT[left_out]
    new = {}
    for name, content in captures():
        found = new_in(said_of(leave(events_of(content))), said_of(events_of(content)))
        if found:
            new[name] = found
    assert new == {}


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_nor_in_another_protocol(left_out: str) -> None:
    leave = LEFT_OUT[left_out]
    new = {}
    for path in sorted((GRAPHQL / "captures").glob("*.ndjson")):
        content = path.read_bytes()
        whole = said_of(events_of(content), PROTOCOL)
        found = new_in(said_of(leave(events_of(content)), PROTOCOL), whole)
        if found:
            new[path.stem] = found
    assert new == {}


# --- Captures with more mistakes ---------------------------------------------------------------

EXAMPLES_OF_RULES = [
    example.content().splitlines(keepends=True)
    for rule in RULES.values()
    for example in (rule.bad, rule.good)
    if isinstance(example, Example) and example.cut_off is None and rule.group != "capture"
]
DOUBTFUL = {"HELLO_REPEATED", "HELLO_NOT_FIRST"}
"""Rules with which it is no longer known what is of which connection, so that others are off."""


def with_mistakes(chance: random.Random) -> bytes:
    """One or two examples in which lines are missing, repeated or in another order."""
    lines = list(chance.choice(EXAMPLES_OF_RULES))
    if chance.random() < 0.3:
        lines += chance.choice(EXAMPLES_OF_RULES)
    for _ in range(chance.randrange(5)):
        at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(3):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case _:
                lines[at], lines[other] = lines[other], lines[at]
    return b"".join(lines)


def is_conclusive(content: bytes) -> bool:
    """Whether all that can be said of a capture is said of the whole, too: nothing follows a close, times do
    not run backwards, and no connection is mistaken for another."""
    closed: set[Connection] = set()
    for event in events_of(content):
        if isinstance(event, Closed):
            closed.add(event.connection)
        elif event.connection in closed:
            return False
    return not any(
        one.rule in DOUBTFUL
        or (one.rule.group == "capture" and one.rule not in (CAPTURE_NO_HEADER, CAPTURE_ONE_SIDED))
        for one in findings_in(events_of(content))
    )


@pytest.mark.parametrize("left_out", LEFT_OUT)
def test_nor_where_much_is_wrong(left_out: str) -> None:
    leave = LEFT_OUT[left_out]
    tried = 0
    for seed in range(100):
        content = with_mistakes(random.Random(f"left out {seed}"))
        if is_conclusive(content):
            tried += 1
            whole = said_of(events_of(content))
            assert new_in(said_of(leave(events_of(content))), whole) == set(), content
    assert tried > 40

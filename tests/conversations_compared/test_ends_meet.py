"""Numbers of a conversation, judged by the ends that are generated: a client of one revision meets a server
of the other, and what happens to it is what the comparison says."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conversations_compared.made import Made, made
from tests.conversations_compared.replay import served
from tests.conversations_compared.small import files, revision
from tests.conversations_compared.test_random_edits import lenient
from tests.voxspec.mini import Data
from voxspec.breaking.compare import compare
from voxspec.breaking.conversation.story import OPENS
from voxspec.breaking.revision import Revision
from voxspec.breaking.verdict import Change, Step, Verdict, Who
from voxwire.session import ClientSession

HURT = {Verdict.BREAKS}
SAID = {Verdict.BREAKS, Verdict.UNKNOWN}

FRAMES: dict[str, Data] = {
    "join": {"type": "join", "d": {"token": "tok_abc"}},
    "say": {"type": "say", "d": {"text": "hello"}},
    "here": {"type": "look", "d": {"place": 1}},
    "there": {"type": "look", "d": {"place": 2}},
    "wave": {"type": "wave", "d": {}},
    "ping": {"type": "ping", "d": {}},
    "welcome": {"type": "welcome", "d": {"every": 60000}},
    "joined": {"type": "joined", "d": {"session": "s1"}, "seq": 1},
}
BEGUN = [Step(None, None, OPENS)]
BEGUN += [
    Step(side, FRAMES[said], said)  # type: ignore[arg-type]
    for side, said in (("server", "welcome"), ("client", "join"), ("server", "joined"))
]


def passes(seconds: float) -> Step:
    return Step(None, None, f"{seconds} seconds pass", seconds=seconds)


def says(said: str, times: int = 1) -> Step:
    return Step("client", FRAMES[said], str(FRAMES[said]["type"]), times=times)


@pytest.fixture
def all_made(tmp_path: Path) -> Iterator[Callable[[Sequence[Data]], list[Made]]]:
    """Makes several revisions that are there at once."""
    with ExitStack() as stack:

        def make(several: Sequence[Data]) -> list[Made]:
            return [
                stack.enter_context(made(revision(tmp_path, "any", each), "old", f"end_{number}"))
                for number, each in enumerate(several)
            ]

        yield make


def verdict(old: Revision, new: Revision, who: Who, *rules: str) -> set[Verdict]:
    """The worst of all that is said of somebody by some rules."""
    return {
        effect.verdict
        for change in compare(old, new)
        for effect in change.effects
        if effect.who is who and change.rule in rules and effect.verdict is not Verdict.LOSES
    }


# --- Heartbeats -----------------------------------------------------------------------------------


def beating(interval: float, silence: float, first: str) -> Data:
    changed = files()
    changed["session.yaml"]["roles"]["greeting"].pop("heartbeat_interval")
    heartbeat = changed["session.yaml"]["heartbeat"]
    heartbeat |= {"interval": {"value": interval, "unit": "s"}, "first": first}
    heartbeat["silence"]["value"] = silence
    return changed


def test_who_beats_once_an_interval(all_made: Callable[[Sequence[Data]], list[Made]]) -> None:
    """A client that does what its own revision says is closed by the other one's server, or is not."""
    grid = [*itertools.product((20, 45, 60), (1.25, 2, 3))]
    ends = all_made([beating(*each, "regular") for each in grid])
    for (one, (interval, _)), (other, _) in itertools.permutations(zip(ends, grid, strict=True), 2):
        course = [*BEGUN, *[passes(interval), says("ping")] * 3]
        is_closed = any(isinstance(code, int) for code in served(other.known, course))
        told = verdict(one.revision, other.revision, Who.OLD_CLIENTS, "SESSION_HEARTBEAT_SAME")
        assert told == (HURT if is_closed else set()), (interval, other.revision)
        back = verdict(other.revision, one.revision, Who.NEW_CLIENTS, "SESSION_HEARTBEAT_SAME")
        assert back == told


# --- Close codes ----------------------------------------------------------------------------------


def refusing(code: int, recovery: str) -> Data:
    """A wrong token closes with this code, after which clients do so."""
    changed = files()
    codes = changed["close_codes.yaml"]["close_codes"]
    codes[str(code)] = {"name": f"CODE_{code}", "recovery": recovery, "description": "C."}
    changed["session.yaml"]["refusals"]["token"] = {"close": code}
    return changed


def test_who_gives_up_or_comes_back(all_made: Callable[[Sequence[Data]], list[Made]]) -> None:
    """What a client does after a refused login, by the code that the other revision's server has for it:
    it gives up or comes back as its own revision and the server say, or it is hurt.

    Of a code that is new to it, only that its own revision did otherwise in this case.
    """
    grid = [*itertools.product((4020, 4021), ("fatal", "identify", "resume"))]
    ends = all_made([refusing(*each) for each in grid])
    rules = (
        "CLOSE_CODE_REMOVED",
        "CLOSE_CODE_SAME_RECOVERY",
        "SESSION_CLOSE_CODE_SAME",
        "SESSION_CLOSE_CODE_SAME_RECOVERY",
    )
    for one, other in itertools.permutations(ends, 2):
        own, heard = (end.known.session.refusals.token.code for end in (one, other))
        does, usual = (gives_up(one.known, code) for code in (heard, own))
        is_misread = does != gives_up(other.known, heard)
        is_known = own == heard
        told = verdict(one.revision, other.revision, Who.OLD_CLIENTS, *rules)
        assert told == (HURT if does != usual or (is_misread and is_known) else set()), (own, heard)
        told = verdict(other.revision, one.revision, Who.NEW_CLIENTS, *rules)
        assert told == (HURT if does != usual or is_misread else set()), (own, heard)


def gives_up(known: Any, code: int) -> bool:
    session: Any = ClientSession("tok_abc", random=lambda: 1.0, protocol=known)
    return str(session.after_close(int(code), "", while_resuming=False).recovery) == "fatal"


# --- Rates ----------------------------------------------------------------------------------------

THENS = st.sampled_from(["ignored", {"close": 4006}])


@st.composite
def rates(draw: st.DrawFn) -> Data:
    """Some rates: of all, of what is said and of looks, apart or together."""
    found: Data = {}
    for name, counts, by in (
        ("all", "client/any", ()),
        ("says", "client/say", ()),
        ("looks", "client/look", ("place",)),
        ("any_looks", "client/look", ()),
    ):
        if draw(st.booleans()):
            found[name] = {
                "counts": counts,
                **({"by": [*by]} if by else {}),
                "count": {"value": draw(st.sampled_from((2, 3, 5, 8))), "unit": "messages"},
                "window": {"value": draw(st.sampled_from((2, 5, 10))), "unit": "s"},
                "then": draw(THENS),
                "enforced": draw(st.integers(0, 3)) > 0,
            }
    return found


def rated(found: Data) -> Data:
    changed = files()
    changed["session.yaml"].pop("rates")
    if found:
        changed["session.yaml"]["rates"] = found
    return changed


COURSES = st.lists(
    st.one_of(
        st.builds(says, st.sampled_from(("say", "here", "there", "wave")), st.integers(1, 9)),
        st.builds(passes, st.sampled_from((1, 2, 3, 5, 10))),
    ),
    min_size=1,
    max_size=6,
)


def test_who_sends_as_fast_as_its_own_revision_lets_it(tmp_path: Path) -> None:
    """A client says what a server of its own revision takes, or passes over, without an end: one of the
    other revision does as well, or the client is hurt."""

    @lenient(0.5)
    @given(rates(), rates(), st.lists(COURSES, min_size=4, max_size=8))
    def holds(first: Data, second: Data, courses: list[list[Step]]) -> None:
        before = revision(tmp_path, "old", rated(first))
        after = revision(tmp_path, "new", rated(second))
        changes = compare(before, after)
        with made(before, "old") as old, made(after, "new") as new:
            for course in courses:
                for one, own, other, who in (
                    (old, first, new, Who.OLD_CLIENTS),
                    (new, second, old, Who.NEW_CLIENTS),
                ):
                    judge(changes, [*BEGUN, *course], one.known, own, other.known, who)

    holds()


def judge(
    changes: list[Change], course: list[Step], own: Any, rates: Data, other: Any, who: Who
) -> None:
    """What the other revision's server does with a course that a client's own revision lets it take."""
    told = {e.verdict for c in changes for e in c.effects if e.who is who}
    allowed = zip(
        allowances(course, rates), served(own, course), served(other, course), strict=False
    )
    for (may, keeps_to_all), usual, does in allowed:
        if not may:
            break
        assert not isinstance(usual, int)
        if isinstance(does, int) or (does is None and usual is not None and keeps_to_all):
            assert told & SAID, (course, who)
            break


def allowances(course: list[Step], rates: Data) -> Iterator[tuple[bool, bool]]:
    """Of each thing that a client does, whether no rate closes for it, and whether it keeps to all."""
    now, sent = 0.0, list[tuple[float, Data]]()
    keeps_to_all = True
    for step in course:
        now += step.seconds
        for _ in range(step.times):
            if step.side == "client":
                sent.append((now, step.frame))  # type: ignore[arg-type]
            over = [rate for rate in rates.values() if is_over(rate, sent)]
            keeps_to_all = keeps_to_all and not over
            if step.side != "server":
                yield not any(r["then"] != "ignored" and r["enforced"] for r in over), keeps_to_all


def is_over(rate: Data, sent: list[tuple[float, Data]]) -> bool:
    """Whether the latest message is more than a rate lets through."""
    if not sent:
        return False
    now, last = sent[-1]

    def counts(frame: Data) -> bool:
        is_counted = rate["counts"] in ("client/any", f"client/{frame['type']}")
        return is_counted and all(frame["d"].get(n) == last["d"].get(n) for n in rate.get("by", ()))

    window = rate["window"]["value"]
    recent = [at for at, frame in sent if counts(frame) and now - at < window]
    return counts(last) and len(recent) > rate["count"]["value"]

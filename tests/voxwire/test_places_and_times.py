"""Messages at the wrong time, and too late: what is certain, and what a capture may only lack."""

from pathlib import Path

import pytest

from tests.voxwire.conversation import (
    ack,
    at,
    beat,
    find,
    hello,
    identify,
    leave,
    ready,
    resume,
    resumed,
    rules,
)
from tests.voxwire.native import START, c2s, close, header, s2c
from voxwire.checks.session import Guide
from voxwire.checks.session.views import View
from voxwire.vox import VOX

Found = list[tuple[str, int | None]]
EARLY, LATE = "OUT_OF_PLACE", "MESSAGE_LATE"
MEANING = ("CLOSE_MEANING", None)


def typing(seconds: float = 1) -> str:
    return c2s({"type": "typing", "d": {"feed_id": 1}}, **at(seconds))


PLACES: dict[str, tuple[list[str], Found]] = {
    "before ready": ([hello(), identify(), typing(), ready()], [(EARLY, 3)]),
    "before a replay": (
        [hello(), resume(5), typing(), leave(6), resumed(6)],
        [(EARLY, 3)],
    ),
    "during a replay": ([hello(), resume(5), leave(6), typing(), resumed(6)], [(EARLY, 4)]),
    "each is counted, the first listed": (
        [hello(), identify(), typing(), beat(), typing(7), ready(7)],
        [(EARLY, 3)],
    ),
    "the answer may be lost": ([hello(), identify(), typing()], []),
    "the server says that it was wrong": (
        [hello(), identify(), typing(), close(4003)],
        [MEANING, (EARLY, 3)],
    ),
    "it may have closed for something else": (
        [hello(), identify(), typing(), close(4004)],
        [MEANING],
    ),
    "the answer cannot be read": (
        [hello(), identify(), typing(), s2c("{", **at(1)), leave(2)],
        [("JSON_INVALID", 4)],
    ),
    "what the server sent may not be there": (
        [identify(), typing(), close(4003)],
        [MEANING, ("CAPTURE_ONE_SIDED", None)],
    ),
    "a heartbeat is always in place": ([hello(), identify(), beat(), ack(), ready()], []),
    "what is broken is one mistake": (
        [hello(), identify(), c2s("{", **at(1)), ready()],
        [("JSON_INVALID", 3)],
    ),
    "nobody knows where it is": (
        [hello(), "garbage", identify(), typing(), ready()],
        [("CAPTURE_LINE_INVALID", None)],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), PLACES.values(), ids=PLACES)
def test_places(tmp_path: Path, lines: list[str], expected: Found) -> None:
    assert rules(find(tmp_path, header(), *lines)) == expected


def test_the_words(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, header(), hello(), identify(), typing(), ready())
    assert finding.message == (
        "typing is out of place: the server checks who the client is, to start a session"
    )
    assert (finding.hint, finding.blame) == ("the server closes with 4003", "client")


TIMES: dict[str, tuple[list[str], Found]] = {
    "just in time": ([hello(), identify(31)], []),
    "clocks may be wrong by a little": ([hello(), identify(31.05)], []),
    "too late": ([hello(), identify(31.2)], [(LATE, 2)]),
    "a resume": ([hello(), resume(4, 40), resumed(4, 41)], [(LATE, 2)]),
    "only the first message has a time": ([hello(), identify(2), ready(90)], []),
    "of something else another thing is said": (
        [hello(), typing(40), identify(41)],
        [("NOT_IDENTIFIED", 2)],
    ),
    "the greeting may be lost": ([identify(40), ready(41)], [("HELLO_NOT_FIRST", 2)]),
    "something may be lost": (
        [hello(), "garbage", identify(40)],
        [("CAPTURE_LINE_INVALID", None)],
    ),
}


@pytest.mark.parametrize(("lines", "expected"), TIMES.values(), ids=TIMES)
def test_times(tmp_path: Path, lines: list[str], expected: Found) -> None:
    assert rules(find(tmp_path, header(), *lines)) == expected


def test_the_words_about_times(tmp_path: Path) -> None:
    (finding,) = find(tmp_path, header(), hello(), identify(40))
    assert finding.message == "identify comes after 39.0 s; the server waits 30 s for it"
    assert (finding.hint, finding.blame) == ("the server closes with 4003 then", "client")


# --- Close codes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ([hello(), identify(), typing()], 4003),
        ([hello(), resume(4), leave(5), typing()], 4003),
        ([hello(), identify(), ready(), s2c("{", **at(2)), beat(3)], 4002),
    ],
)
def test_codes_fit_whatever_the_protocol_gives_them_for(
    tmp_path: Path, lines: list[str], code: int
) -> None:
    found = [rule for rule, _ in rules(find(tmp_path, header(), *lines, close(code, **at(4))))]
    assert "CLOSE_CODE_UNEXPECTED" not in found
    assert "CLOSE_MEANING" in found


def test_4009_fits_when_another_connection_went_on_with_the_session(tmp_path: Path) -> None:
    def on(name: str, *lines: str) -> list[str]:
        return [line.replace("{", f'{{"conn": "{name}", ', 1) for line in lines]

    first = on("a", header(), hello(), identify(), ready(), leave(2, 2))
    second = on("b", header(ts=START + 5), hello(6), resume(2, 6), resumed(2, 7))
    end = on("a", close(4009, ts=START + 8))
    assert rules(find(tmp_path, *first, *second, *end)) == [MEANING]
    assert rules(find(tmp_path, *first, *end)) == [("CLOSE_CODE_UNEXPECTED", None), MEANING]


# --- What is remembered ------------------------------------------------------------------------


def test_what_is_on_the_way_is_bounded() -> None:
    conversation = Guide.of(VOX).conversation
    roles, states = conversation.roles, VOX.session.states
    assert roles.established is not None
    view = View(conversation, "client", [states["IDENTIFYING"]])
    for _ in range(100):
        view.expect(roles.established.frame)
    assert len(view._possible) == 1
    ((state, coming),) = view._possible
    assert (state, len(coming)) == (states["READY"], 4)

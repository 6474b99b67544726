"""A longer and a wider replay window."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from tests.session_as_data.drawn import some, types, valid
from tests.session_as_data.edited import Change, Edited, edited
from tests.session_as_data.mocked import IDENTIFY, keeps_while_away, told

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

CHANGES: tuple[Change, ...] = (
    ("    value: 300\n    unit: s\n", "    value: 10\n    unit: min\n"),
    ("    value: 1000\n    unit: messages\n", "    value: 1500\n    unit: messages\n"),
    ("    value: 999\n    unit: messages\n", "    value: 1499\n    unit: messages\n"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    folder = tmp_path_factory.mktemp("window")
    with edited(folder, "longwindow", {"session.yaml": CHANGES}) as found:
        yield found


def test_the_server_follows(made: Edited) -> None:
    session = made.session()
    for number in range(1600):
        session.publish(made.leave(number))
    assert session.last_seq == 1601
    assert [session.can_replay_after(seq) for seq in (101, 102)] == [False, True]
    assert len([*session.replay_after(102)]) == 1499
    session.detach(5.0)
    assert [session.is_expired(now) for now in (604.9, 605.0)] == [False, True]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    """All that is kept can be replayed, also to a client that has nothing of it, and nothing is lost."""
    folder = tmp_path_factory.mktemp("whole")
    reach = ("    value: 999\n    unit: messages\n", "    value: 1000\n    unit: messages\n")
    kept = ("  buffered_while_away: false\n", "  buffered_while_away: true\n")
    with edited(folder, "wholewindow", {"session.yaml": (reach, kept)}) as found:
        yield found


def test_the_server_follows_how_far_back_it_reaches(whole: Edited) -> None:
    session = whole.session()
    for number in range(1600):
        session.publish(whole.leave(number))
    assert [session.can_replay_after(seq) for seq in (600, 601)] == [False, True]
    assert len([*session.replay_after(601)]) == 1000


def test_what_happens_while_nobody_is_there(made: Edited, whole: Edited) -> None:
    assert [keeps_while_away(made), keeps_while_away(whole)] == [False, True]
    said = "\n| what happens while nobody is connected | is %s |\n"
    assert said % "lost" in made.page("session")
    assert said % "kept" in whole.page("session")


def test_the_mock_follows(made: Edited) -> None:
    said = told(made, IDENTIFY)
    assert said.types == ["hello", "ready", "heartbeat_ack"]
    (kept,) = said.kept
    assert kept.lifetime == 600.0
    for number in range(1600):
        kept.publish(made.leave(number))
    assert [kept.can_replay_after(seq) for seq in (101, 102)] == [False, True]


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
def test_the_strategies_follow(made: Edited) -> None:
    """Clients are away for up to a quarter of the lifetime before they resume."""
    valid(made, lambda conversation: None)
    found = some(made, lambda conversation: longest_absence(conversation) > 300 / 4)
    assert longest_absence(found) == pytest.approx(600 / 4, abs=1)


def longest_absence(conversation: Any) -> float:
    """The longest time without a connection before one that resumes."""
    return max(
        (
            after.at - before.steps[-1].at
            for before, after in pairwise(conversation.connections)
            if before.steps and "resume" in types(after, "client")
        ),
        default=0.0,
    )


def test_the_documents_and_limits_follow(made: Edited) -> None:
    limits = made.limits
    assert (limits.SESSION_LIFETIME, limits.REPLAY_BUFFER, limits.REPLAY_REACH) == (10, 1500, 1499)
    page = made.page("session")
    assert "\n| a session can be resumed for | 10 min |\n" in page
    assert "\n| the server keeps | 1500 messages |\n| at most missed | 1499 messages |\n" in page
    assert "The server keeps a session for 10 minutes from identify or from the last resume" in page
    assert "It keeps the last 1500 messages, and `last_seq` must be" in page
    assert "at most 1499 can be missing" in page

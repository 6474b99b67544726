"""Other close codes: for a second login, and for a session that is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.session_as_data.drawn import near_misses, types
from tests.session_as_data.edited import TOKEN, Change, Edited, c2s, closed, edited
from tests.session_as_data.mocked import IDENTIFY, RESUME, told
from voxwire.errors import RemoteProtocolError
from voxwire.session import Close, ResumeReceived

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight

SECOND = "complaint: stays}\n    client_otherwise: {login: {close: %d}, resume: ignored}\n"
CHANGES: tuple[Change, ...] = (
    (SECOND % 4005, SECOND % 4012),
    ("  gone: {close: 4009} #", "  gone: {close: 4010} #"),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edited]:
    folder = tmp_path_factory.mktemp("codes")
    with edited(folder, "othercodes", {"session.yaml": CHANGES}) as found:
        yield found


def test_the_server_follows(made: Edited) -> None:
    _, end = made.in_session()
    with pytest.raises(RemoteProtocolError) as caught:
        end.receive(IDENTIFY, 1.0)
    assert (caught.value.close_code, caught.value.close_reason) == (4012, "SERVER_FULL")


def test_a_session_that_is_gone(made: Edited) -> None:
    session = made.session()
    session.detach(0.0)
    end = made.server_end()
    (asked,) = end.receive(RESUME.replace("sess_1", str(session.session_id)), 1.0)
    assert isinstance(asked, ResumeReceived)
    assert end.accept(session, 300.0) == [Close(4010, "REPLAY_EXHAUSTED")]


@pytest.mark.parametrize(
    ("code", "name", "instead"),
    [
        (4005, "ALREADY_AUTHENTICATED", None),  # for a login before there is a session
        (4012, "SERVER_FULL", None),
        (4011, "VERSION_MISMATCH", "no identify was waiting for its answer"),
    ],
)
def test_the_checks_follow(
    made: Edited, tmp_path: Path, code: int, name: str, instead: str | None
) -> None:
    again = c2s({"type": "identify", "d": {"token": TOKEN}})
    found = made.check(tmp_path, *made.begun(), again, closed(code))
    assert (found[0].rule.id, found[0].frame) == ("IDENTIFY_REPEATED", 4)
    assert found[0].hint.startswith("the server closes with 4005 or 4012;")
    odd = [finding.message for finding in found if finding.rule.id == "CLOSE_CODE_UNEXPECTED"]
    assert odd == ([] if instead is None else [f"closed with {code} {name}, but {instead}"])


def test_a_code_that_nothing_is_closed_with_any_more(made: Edited, tmp_path: Path) -> None:
    """4009 is now for a session that another connection took over, and for nothing else."""
    resume = c2s({"type": "resume", "d": {"token": TOKEN, "session_id": "sess_1", "last_seq": 1}})
    lines = [*made.begun()[:2], resume]
    assert ("CLOSE_CODE_UNEXPECTED", None) in made.findings(tmp_path, *lines, closed(4009))
    assert ("CLOSE_CODE_UNEXPECTED", None) not in made.findings(tmp_path, *lines, closed(4010))


def test_the_mock_follows(made: Edited) -> None:
    said = told(made, IDENTIFY, IDENTIFY)
    assert (said.types, said.close) == (["hello", "ready"], (4012, "SERVER_FULL"))
    said = told(made, RESUME)
    assert (said.types, said.close) == (["hello"], (4010, "REPLAY_EXHAUSTED"))


def test_the_strategies_follow(made: Edited) -> None:
    codes: set[tuple[bool, int]] = set()

    def look(near_miss: Any) -> None:
        connection = near_miss.conversation.connections[near_miss.connection - 1]
        if not connection.is_lost and connection.steps[-1].side == "server":
            had_session = bool({"ready", "resumed"} & {*types(connection, "server")})
            codes.add((had_session, connection.steps[-1].code))

    near_misses(made, "IDENTIFY_REPEATED", look)
    assert codes <= {(True, 4012), (False, 4005)}
    assert (True, 4012) in codes


def test_the_documents_follow(made: Edited) -> None:
    page = made.page("session")
    row = "| `READY` | client | [`identify`](client/control.md#identify) | the server closes with "
    assert f"\n{row}[`4012`](close-codes.md) `SERVER_FULL` |\n" in page
    second = "A second identify on a connection that has a session closes with "
    assert f"\n{second}[`4012`](close-codes.md), whatever its payload is.\n" in page
    gone = "no such session, or not any more | the server closes with [`4010`](close-codes.md)"
    assert f"\n| {gone} `REPLAY_EXHAUSTED` |\n" in page
    half_died = "A connection that only half died cannot be resumed yet: the server closes with "
    assert f"{half_died}[`4010`](close-codes.md)." in page

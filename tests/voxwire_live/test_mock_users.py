"""The users of a mock gateway: tokens, ids, and that they cannot become too many."""

import pytest

from voxmodels.v1 import server
from voxwire.live.mock.engine import users as module
from voxwire.live.mock.vox.users import Users


def identity(user_id: int) -> server.Ready:
    return server.Ready(
        session_id="sess_1",
        user_id=user_id,
        display_name="Ada",
        server_name="Tea Party",
        protocol_version=1,
        capabilities=(),
    )


def test_a_token_is_a_user() -> None:
    users = Users()
    ada = users.with_token("a", None)
    assert (ada.user_id, ada.name) == (1, "User 1")
    assert users.with_token("b", None).user_id == 2
    assert users.with_token("a", (9, "Ada")) is ada
    assert (users.get("a"), users.get("c")) == (ada, None)


def test_an_identity_is_taken_once() -> None:
    users = Users()
    ids = [users.with_token(token, (2, "Ada")).user_id for token in "abc"]
    assert ids == [2, 3, 4]
    assert [user.name for user in users] == ["Ada", "User 3", "User 4"]


def test_the_oldest_who_is_not_there_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_USERS", 3)
    users = Users()
    users.with_token("there", None).connections = 1
    for token in "abcdef":
        users.with_token(token, None)
    assert [user.user_id for user in users] == [1, 6, 7]
    assert [token for token in ("there", *"abcdef") if users.get(token)] == ["there", "e", "f"]
    for user in users:
        user.connections = 1
    assert users.with_token("g", None).user_id == 8  # nobody is forgotten who is there

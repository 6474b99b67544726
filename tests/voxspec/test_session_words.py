"""Words of session.yaml that Vox has no use for: what becomes of them in tables and documents."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Iterator
from typing import Any

import pytest

from tests.voxspec.conversation import changed
from tests.voxspec.mini import Data, Mini, generated


def files() -> Data:
    """The conversation of the tests with all of these words."""
    made: Data = copy.deepcopy(
        changed(
            ("timers.hurry.adjustable", True),
            ("roles.greeting.heartbeat_interval", None),
            ("roles.server_heartbeat", {"message": "server/news"}),
            ("states.on.server.server_heartbeat", "stays"),
            ("heartbeat", {"unasked_answers": True}),
            ("server_heartbeat", {"interval": {"value": 5, "unit": "s"}}),
            ("refusals.login", {"close": 4002}),
            ("refusals.internal", {"close": 4001, "reason": "OOPS"}),
            ("backoff.attempts", {"value": 4, "unit": "attempts"}),
            ("mistakes.of_client.binary", "read"),
            ("mistakes.of_client.wrong_direction", {"close": 4002}),
            ("mistakes.of_server.wrong_direction", "ignored"),
        )
    )
    made["close_codes.yaml"]["close_codes"]["4002"]["reason"] = "It got worse"
    return made


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mini]:
    with generated(files(), tmp_path_factory.mktemp("words")) as made:
        yield made


def test_tables(mini: Mini) -> None:
    package = mini.protocol.package
    types: Any = importlib.import_module(f"{package}._session")
    module: Any = importlib.import_module(f"{package}.{mini.protocol.module}.session")
    tables = module.SESSION
    code = mini.models.CloseCode
    assert tables.timers["hurry"].adjustable
    assert tables.heartbeat == types.HeartbeatRules(
        interval=None,
        from_greeting=False,
        jittered=True,
        missed_answers=None,
        missed_then=None,
        silence_factor=None,
        silence_then=None,
        unasked_answers=True,
        echoes_payload=False,
    )
    assert tables.server_heartbeat.interval == 5.0
    assert tables.refusals.login == types.Close(code.WORSE)
    assert tables.refusals.internal == types.Close(code.BAD, "OOPS")
    assert tables.backoff.attempts == 4
    assert tables.mistakes_of_client.binary is types.READ
    assert tables.mistakes_of_client.wrong_direction == types.Close(code.WORSE)
    assert tables.mistakes_of_server.wrong_direction is types.IGNORED


def test_close_codes_have_reasons(mini: Mini) -> None:
    code = mini.models.CloseCode
    assert {member.name: member.reason for member in code} == {
        "LOST": "",
        "BAD": "BAD",
        "WORSE": "It got worse",
    }


ROWS = {
    "session.md": [
        "| `hurry` | 30 s, usually | the server | the client closes with [`4001`](close-codes.md) `BAD` |  |",
        "| interval | none: at any time, or never |",
        "| the server does not let the client in | the server closes with [`4002`](close-codes.md) `WORSE` |",
        "| the server's own code fails | the server closes with [`4001`](close-codes.md) `BAD` and the reason `OOPS` |",
        "| 4, the last | 1.26562 to 1.6875 s |",
        "| a binary frame that is not due | the server reads it like text | the client closes with `1003` |",
        "| a message that only the receiver sends | the server closes with [`4002`](close-codes.md) `WORSE` | the client passes over it |",
    ],
    "close-codes.md": [
        "| 4002 | `WORSE`, sent with the reason `It got worse` | start a new session | Worse. |"
    ],
}


@pytest.mark.parametrize(("page", "row"), [(page, row) for page in ROWS for row in ROWS[page]])
def test_documents(mini: Mini, page: str, row: str) -> None:
    (path,) = [path for path in mini.files if path.endswith(page)]
    assert row in mini.files[path].splitlines()

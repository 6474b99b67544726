"""Proofs as a capture: each is a conversation as it would have been recorded."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from tests.breaking.made_up import CONVERSATION, REQUIRED
from voxspec.breaking.proofs import proof_lines
from voxspec.breaking.report.words import step_text
from voxspec.breaking.verdict import Age, Change, Closing, ConversationProof, Step, Who

OPENS = Step(None, None, "the connection opens")
LOST = Step(None, None, "the connection is lost")
HELLO = Step("server", {"type": "hello"}, "hello")
NEWS = Step("server", {"type": "news", "seq": 2}, "news", times=3, counter="seq", is_lost=True)
TYPING = Step("client", {"type": "typing"}, "typing")
CLOSES = Step(None, None, "a server closes", close=Closing("server", 4003, "NOT_NOW"))
URLS: dict[Age, str] = {"old": "wss://host/old", "new": "wss://host/new"}


def told(*steps: Step, breaks_at: int | None = None, close: Step | None = None) -> Change:
    """A change that a conversation proves, which breaks at its last step or an earlier one."""
    at = len(steps) - 1 if breaks_at is None else breaks_at
    proof = ConversationProof(steps, at, "old", "closes with 4003", close)
    return replace(CONVERSATION, effects=(replace(CONVERSATION.effects[0], proof=proof),))


def lines(*changes: Change) -> list[dict[str, Any]]:
    return [json.loads(line) for line in proof_lines(changes, URLS)]


def happened(*changes: Change) -> list[tuple[float, str, Any]]:
    """What stands on each line, with the seconds since the first proof began."""
    found: list[tuple[float, str, Any]] = []
    for line in lines(*changes):
        what = next(key for key in ("close", "text", "b64", "url") if key in line)
        found.append((round(line["ts"] - 1_700_000_000, 6), what, line[what]))
    return found


def test_the_header_says_what_is_proven() -> None:
    change = told(OPENS, TYPING)
    assert lines(change)[0] == {
        "url": "wss://host/old",
        "ts": 1_700_000_000.0,
        "proves": {
            "fingerprint": change.fingerprint,
            "rule": "SESSION_MOVE_NO_DELETE",
            "subject": "session/states/open/client/typing",
            "who": "old clients with a new server",
            "writer": "old",
            "refusal": "closes with 4003",
        },
    }


def test_time_passes_and_what_comes_after_the_break_does_not() -> None:
    wait = Step(None, None, "45 seconds pass", seconds=45.0)
    assert happened(told(OPENS, HELLO, wait, TYPING, HELLO, breaks_at=3, close=CLOSES)) == [
        (0.0, "url", "wss://host/old"),
        (0.001, "text", '{"type":"hello"}'),
        (45.002, "text", '{"type":"typing"}'),
        (45.003, "close", {"code": 4003, "reason": "NOT_NOW", "by": "server"}),
    ]


def test_what_comes_often_is_numbered_and_comes_at_once() -> None:
    """On another connection, what is said has a header of its own; a lost one has no close."""
    found = happened(told(OPENS, NEWS, LOST, OPENS, TYPING))
    assert found == [
        (0.0, "url", "wss://host/old"),
        (0.001, "text", '{"type":"news","seq":2}'),
        (0.001, "text", '{"type":"news","seq":3}'),
        (0.001, "text", '{"type":"news","seq":4}'),
        (0.001, "url", "wss://host/old"),
        (0.002, "text", '{"type":"typing"}'),
    ]
    assert [set(line) for line in lines(told(OPENS, NEWS, LOST, OPENS))][-1] == {"url", "ts"}


def test_binary_messages_are_binary() -> None:
    *_, line = lines(told(OPENS, replace(TYPING, is_binary=True)))
    assert (line["opcode"], base64.b64decode(line["b64"])) == ("binary", b'{"type":"typing"}')


def test_an_address_and_a_close_are_connections_of_their_own() -> None:
    at = Step(None, None, "a client connects to wss://host/?v=2", url="wss://host/?v=2")
    assert happened(told(at)) == [(0.0, "url", "wss://host/?v=2")]
    assert [what for _, what, _ in happened(told(CLOSES))] == ["url", "close"]


def test_clients_connect_where_their_own_revision_says() -> None:
    change = told(OPENS)
    newer = replace(change, effects=(replace(change.effects[0], who=Who.NEW_CLIENTS),))
    assert [line["url"] for line in lines(change, newer)] == ["wss://host/old", "wss://host/new"]


def test_what_came_before_the_first_connection_is_no_line() -> None:
    before = Step(None, None, "5 sessions are there")
    header, frame = lines(told(before, OPENS, TYPING))
    assert ("proves" in header, frame["text"]) == (True, '{"type":"typing"}')


def test_each_proof_is_later_than_the_one_before() -> None:
    wait = Step(None, None, "45 seconds pass", seconds=45.0)
    first, second = (
        at for at, what, _ in happened(told(OPENS, wait, TYPING), told(OPENS)) if what == "url"
    )
    assert (first, second) == (0.0, 105.0)


def test_a_frame_is_of_a_connection_that_had_begun() -> None:
    header, frame = lines(REQUIRED)
    assert (header["lacks"], frame["dir"], frame["text"]) == (
        ["start", "server"],
        "c2s",
        '{"type":"typing","d":{}}',
    )


def test_how_steps_are_told() -> None:
    assert [
        step_text(step) for step in (TYPING, NEWS, replace(TYPING, is_binary=True, times=2), CLOSES)
    ] == [
        'client → {"type":"typing"}',
        'server → {"type":"news","seq":2} × 3, seq 2 to 4, lost on the way',
        'client → {"type":"typing"} × 2, as a binary message',
        "(a server closes)",
    ]

"""The session's page, and the conversation on it, for a small protocol that has every part."""

from __future__ import annotations

import copy
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.conversation import FILES, changed
from tests.voxspec.mini import Data, Mini, generated, module_of, write
from tests.voxspec.tide import SCHEMA
from voxspec.model import Protocol
from voxspec.model.conversation import conversation
from voxspec.pipeline import load_protocol
from voxspec.targets import docs

VOX = Path(__file__).parents[2] / "schema" / "v1"


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Protocol:
    return load_protocol(write(FILES, tmp_path_factory.mktemp("talk")))


def page_of(protocol: Protocol) -> str:
    return docs.plan(protocol)[f"docs/{protocol.module}/session.md"]


def section(page: str, title: str) -> list[str]:
    """The lines below a heading, up to the next one."""
    text = page.partition(f"\n## {title}\n")[2]
    return [line for line in text.partition("\n## ")[0].splitlines() if line]


def test_the_diagram(protocol: Protocol) -> None:
    text = page_of(protocol)
    assert re.search("```mermaid\n(.*?)\n```", text, re.DOTALL)[1].splitlines() == [  # type: ignore[index]
        "stateDiagram-v2",
        "    [*] --> CONNECTING",
        "    CONNECTING --> FRESH: the transport opens",
        "    state open {",
        "        FRESH --> GREETED: hello",
        "        GREETED --> ASKED: login",
        "        GREETED --> RETURNING: back",
        "        ASKED --> ON: welcome",
        "        RETURNING --> ON: again",
        "    }",
        "    open --> CLOSING: this side closes",
        "    open --> CLOSED: the transport ends",
        "    CLOSING --> CLOSED: the transport ends",
        "    CONNECTING --> CLOSED: it does not open",
        "    CLOSED --> [*]",
    ]


@pytest.mark.parametrize("name", ["class", "classdef", "note", "style"])
def test_the_diagram_of_a_state_that_is_called_as_a_keyword(name: str, tmp_path: Path) -> None:
    states = {
        name if key == "asked" else key: value
        for key, value in copy.deepcopy(FILES["session.yaml"]["states"]).items()
    }
    files: Data = changed(("states", states), ("states.greeted.client.login", name))
    lines = page_of(load_protocol(write(files, tmp_path))).splitlines()
    word = name.upper()
    assert f'        state "{word}" as {word}__' in lines
    assert f"        GREETED --> {word}__: login" in lines
    assert f"        {word}__ --> ON: welcome" in lines


def test_what_each_state_allows(protocol: Protocol) -> None:
    lines = section(page_of(protocol), "What each state allows")
    link = "[`{0}`]({1}/talk.md#{0})".format
    login, back, beat = (link(name, "client") for name in ("login", "back", "beat"))
    hello, no, heard = (link(name, "server") for name in ("hello", "no", "heard"))
    assert lines[:6] == [
        "| state | meaning | the client may send | the server may send | timers |",
        "| --- | --- | --- | --- | --- |",
        "| `CONNECTING` | the transport is not open yet | – | – | – |",
        f"| `FRESH` | fresh | – | {hello} → `GREETED` | `hurry` |",
        f"| `GREETED` | greeted | {login} → `ASKED`, {back} → `RETURNING` | {no} | `hurry` |",
        f"| `ASKED` | asked | {beat} | {link('welcome', 'server')} → `ON`, {heard} | – |",
    ]
    assert lines[7] == (
        f"| `ON` | on | {beat}, every other message | every other numbered message, {heard}, {no} | – |"
    )
    assert lines[10:] == [
        "### login first",
        "Within 30 seconds, or [`4001`](close-codes.md) [`BAD`](close-codes.md).",
        "> **Note.** The guide has hello.",
    ]


def test_what_happens_to_the_rest(protocol: Protocol) -> None:
    assert section(page_of(protocol), "What happens to the rest") == [
        "What a state neither allows nor lists here is out of place. From the client: the server "
        "closes with `1002`. From the server: the client closes with `1002`.",
        "| state | sender | message | what happens |",
        "| --- | --- | --- | --- |",
        "| `GREETED` | client | every other message | the server closes with "
        "[`4001`](close-codes.md) `BAD` |",
        "| `ON` | client | [`login`](client/talk.md#login) | the server closes with "
        "[`4002`](close-codes.md) `WORSE` |",
        "| `ON` | client | [`back`](client/talk.md#back) | the server passes over it |",
    ]


def test_every_number_is_shown(protocol: Protocol) -> None:
    page = page_of(protocol)
    bad = "closes with [`4001`](close-codes.md) `BAD`"
    worse = "closes with [`4002`](close-codes.md) `WORSE`"
    assert section(page, "Timers")[2:] == [f"| `hurry` | 30 s | the server | the client {bad} |  |"]
    assert section(page, "Heartbeats")[2:] == [
        "| message | [`beat`](client/talk.md#beat) |",
        "| answer | [`heard`](server/talk.md#heard) |",
        "| interval | `every` of [`hello`](server/talk.md#hello), usually 45 s |",
        "| first | after a random part of the interval |",
        f"| without an answer | after 2 heartbeats in a row the client {bad} |",
        f"| without a heartbeat | after 1.5 intervals the server {bad} |",
    ]
    assert section(page, "Sequence numbers") == ["### Numbers", "They rise."]
    assert section(page, "Resume")[2:8] == [
        "| a session can be resumed for | 5 min |",
        "| the server keeps | 100 messages |",
        "| at most missed | 99 messages |",
        "| what happens while nobody is connected | is kept |",
        "| resumes in a row without a new message, then a new session | 3 resumes |",
        f"| more was missed | the server {worse} |",
    ]
    assert section(page, "Rates")[2:] == [
        "| [`ask`](client/main.md#ask) | 5 messages | 1 min | `id` | the server passes over it |"
    ]
    assert section(page, "Refusals")[-2:] == [
        f"| more than 10 failures of an address in 1 h | the server {bad} and the reason `SLOWER` |",
        f"| more than 5 sessions of a user | the server {bad} |",
    ]
    assert section(page, "Reconnecting")[2:5] == [
        "| 1 | 0.375 to 0.5 s |",
        "| 2 | 0.5625 to 0.75 s |",
        "| 3 | 0.84375 to 1.125 s |",
    ]
    assert section(page, "Reconnecting")[-1] == "| 12 and later | 32.4366 to 43.2488 s |"
    assert section(page, "Mistakes")[2] == (
        f"| text that is no JSON | the server {bad} | the client closes with `1007` |"
    )
    assert section(page, "Mistakes")[6] == (
        "| a message of an unknown type | the server passes over it; published pages say "
        "[`4002`](close-codes.md) `WORSE` | the client passes over it |"
    )


def test_what_a_protocol_has_not_is_not_on_the_page(tmp_path: Path) -> None:
    unresumed: list[tuple[str, Any]] = [
        ("roles.resume", None),
        ("roles.resumed", None),
        ("states.returning", None),
        ("states.greeted.client.resume", None),
        ("states.on.client_otherwise.resume", None),
        ("states.on.server.any", "stays"),
    ]
    parts = ("resume", "heartbeat", "rates", "refusals", "backoff", "timers", "sequence")
    without = [*unresumed, *((part, None) for part in parts)]
    without += [("states.fresh.timers", None), ("states.greeted.timers", None)]
    without += [("roles.greeting.heartbeat_interval", None), ("states.greeted.rules", None)]
    files = changed(*without)
    files["close_codes.yaml"]["close_codes"]["1006"]["recovery"] = "identify"
    protocol = load_protocol(write(files, tmp_path))
    assert re.findall("^## (.*)$", page_of(protocol), re.MULTILINE) == [
        "States",
        "What each state allows",
        "What happens to the rest",
        "Mistakes",
        "A conversation",
    ]


def test_text_of_the_schema_does_not_break_a_table(tmp_path: Path) -> None:
    files: Data = changed(("states.asked.description", "a | b\n<c>"))
    page = page_of(load_protocol(write(files, tmp_path)))
    assert "| `ASKED` | a \\| b &lt;c&gt; |" in page


def test_mistakes_say_that_logins_are_refused_for_them() -> None:
    lines = section(page_of(load_protocol(VOX)), "Mistakes")
    [row] = [line for line in lines if "breaks its own rules" in line]
    assert row.startswith(
        "| a message that breaks its own rules, but for a login or resume (see Refusals above) | "
    )


def test_no_timer_waits_for_the_server_where_the_client_is_to_speak() -> None:
    session = load_protocol(VOX).session
    waiting = {timer.name for timer in session.timers if timer.waits_for == "server"}
    found = {state.name: waiting & set(state.timers) for state in session.states}
    assert [name for name, timers in found.items() if timers] == [
        "connected",
        "identifying",
        "resuming",
    ]


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mini]:
    with generated(FILES, tmp_path_factory.mktemp("talk")) as made:
        yield made


def test_the_conversation_goes_from_the_greeting_to_the_resume(mini: Mini) -> None:
    steps = conversation(mini.protocol)
    assert [
        (step.sender, step.said or (step.frame or {})["type"], step.after) for step in steps
    ] == [
        (None, "the connection opens", "fresh"),
        ("server", "hello", "greeted"),
        ("client", "login", "asked"),
        ("server", "welcome", "on"),
        ("client", "ask", "on"),
        ("server", "news", "on"),
        ("client", "beat", "on"),
        ("server", "heard", "on"),
        (None, "the connection is lost", "closed"),
        (None, "the connection opens", "fresh"),
        ("server", "hello", "greeted"),
        ("client", "back", "returning"),
        ("server", "news", "returning"),
        ("server", "again", "on"),
        ("server", "news", "on"),
    ]
    frames = [step.frame for step in steps if step.frame is not None]
    assert [frame["seq"] for frame in frames if "seq" in frame] == [1, 2, 3, 4]
    assert frames[8] == {"type": "back", "d": {"key": "k", "session": "s", "last": 2}}
    assert frames[10] == {"type": "again", "d": {"last": 3}}


def test_every_frame_of_the_conversation_is_one_that_the_tables_allow(mini: Mini) -> None:
    """On the generated package: each frame is valid, and its state lets it be sent."""
    tables: Any = module_of(mini, "session").SESSION
    registry: Any = module_of(mini, "registry")
    types: Any = importlib.import_module(f"{mini.protocol.package}._session")
    state = tables.initial
    for step in conversation(mini.protocol):
        if step.sender is None or step.frame is None:
            state = tables.initial if step.said == "the connection opens" else state
            continue
        assert mini.errors(step.sender, step.frame) == []
        row = getattr(tables.rows[state], step.sender)
        info = getattr(registry, step.sender.upper())[step.frame["type"]]
        numbered = types.SequencedMessage if info.seq == "required" else None
        any_other = getattr(types, f"Any{step.sender.title()}Message")
        after = next(row[c] for c in (info.frame, numbered, any_other) if c in row)
        assert after.name == step.after.upper()
        state = after


@pytest.mark.parametrize("schema", [VOX, SCHEMA], ids=["vox", "tide"])
def test_the_conversation_is_on_the_page(schema: Path) -> None:
    protocol = load_protocol(schema)
    rows = section(page_of(protocol), "A conversation")[3:]
    shown = [json.loads(found[1]) for row in rows if (found := re.search("`({.*})`", row))]
    assert shown == [step.frame for step in conversation(protocol) if step.frame is not None]
    assert {step.after for step in conversation(protocol)} >= {
        state.name for state in protocol.session.states if state.name != "leaving"
    }


def test_the_page_follows_a_change(tmp_path: Path) -> None:
    files = changed(
        ("states.asked.server.established", "waiting"),
        ("states.waiting", {"description": "w", "client": {"client/ask": "on"}}),
        ("resume.buffer.value", 50),
        ("resume.reach.value", 50),
        ("states.on.client_otherwise.login.close", 4001),
    )
    page = page_of(load_protocol(write(files, tmp_path)))
    assert "        WAITING --> ON: ask" in page.splitlines()
    assert "| the server keeps | 50 messages |" in page.splitlines()
    conversation_rows = section(page, "A conversation")
    welcomed = next(i for i, row in enumerate(conversation_rows) if row.endswith("| `WAITING` |"))
    assert conversation_rows[welcomed].startswith('| server | `{"type": "welcome"')
    assert conversation_rows[welcomed + 1] == (
        '| client | `{"type": "ask", "d": {"id": 1}}` | `ON` |'
    )
    assert any(
        row.startswith("| `ON` | client | [`login`]") and "`4001`" in row
        for row in page.splitlines()
    )

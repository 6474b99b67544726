"""Every mistake in session.yaml is named by rule and place; one change each."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.conversation import FILES, SESSION, changed
from tests.voxspec.mini import UINT, Data, refused, write
from voxspec.findings import SchemaError
from voxspec.load.session.prose import FORMS
from voxspec.pipeline import load_protocol

STATES = SESSION["states"]


def renamed(text: str) -> list[tuple[str, Any]]:
    """One sentence in place of the rule's text."""
    return [("states.greeted.rules.0.text", text)]


def everything(data: Any, *path: str) -> Iterator[str]:
    """The path to each value, as sentences write it."""
    for key, value in data.items() if isinstance(data, dict) else ():
        yield ".".join((*path, key))
        yield from everything(value, *path, key)


def unnumbered() -> Data:
    """The protocol without numbered messages."""
    files = copy.deepcopy(FILES)
    for message in files["server/talk.yaml"]["messages"].values():
        message["seq"] = "never"
    return files


# What is changed in session.yaml, the rule, and what stands at the place of the finding.
MISTAKES: list[tuple[str, list[tuple[str, Any]], str, str]] = [
    ("a message that does not exist", [("roles.login.message", "client/logon")],
     "SESSION_NAME_KNOWN", "client/logon"),
    ("a role's message of the other side", [("roles.login.message", "server/no")],
     "SESSION_SENDER", "server/no"),
    ("a message with two roles", [("roles.complaint.message", "server/heard")],
     "SESSION_ONE_MEANING", "server/heard"),
    ("a role that is not bound", [("states.on.server.server_heartbeat", "stays")],
     "SESSION_NAME_KNOWN", "server_heartbeat: stays"),
    ("a role that nobody knows", [("states.on.server.complain", "stays")],
     "SESSION_NAME_KNOWN", "complain: stays"),
    ("a message in a state that does not exist", [("states.on.client.client/aks", "stays")],
     "SESSION_NAME_KNOWN", "client/aks: stays"),
    ("a message under the wrong side", [("states.on.client.server/news", "stays")],
     "SESSION_SENDER", "server/news: stays"),
    ("a role under the wrong side", [("states.on.client.complaint", "stays")],
     "SESSION_SENDER", "complaint: stays"),
    ("a reaction under the wrong side", [("states.on.server_otherwise.login", "ignored")],
     "SESSION_SENDER", "login: ignored"),
    ("a message by role and by name", [("states.on.client.client/beat", "stays")],
     "SESSION_ONE_MEANING", "client/beat: stays"),
    ("a message that is allowed and not", [("states.on.client_otherwise.any", "ignored")],
     "SESSION_ONE_MEANING", "any: ignored"),
    ("a state that does not exist", [("states.greeted.client.login", "askd")],
     "SESSION_NAME_KNOWN", "askd"),
    ("a state with a name that is taken", [("states.closing", STATES["on"])],
     "SESSION_NAME_KNOWN", "closing:"),
    ("a state that nothing reaches", [("states.lost", STATES["on"])],
     "SESSION_STATE_REACHED", "lost:"),
    ("a state in which nothing may be sent",
     [("states.end", {"description": "e"}), ("states.on.client.client/ask", "end")],
     "SESSION_NO_DEAD_END", "end:"),
    ("a state from which no session begins",
     [("states.end", {"description": "e", "server": {"complaint": "stays"}}),
      ("states.greeted.server.complaint", "end")],
     "SESSION_NO_DEAD_END", "end:"),
    ("a heartbeat without its answer", [("states.asked.server.heartbeat_answer", None)],
     "SESSION_NO_DEAD_END", "heartbeat: stays"),
    ("a login without its answer",
     [("states.greeted.client.login", "returning"), ("states.greeted.client.client/ask", "asked")],
     "SESSION_NO_DEAD_END", "login: returning"),
    ("a login by name without its answer",
     [("states.greeted.client.login", None), ("states.greeted.client.client/login", "returning"),
      ("states.greeted.client.client/ask", "asked")],
     "SESSION_NO_DEAD_END", "client/login: returning"),
    ("a resume without its answer",
     [("states.greeted.client.resume", "asked"), ("states.greeted.client.client/ask", "returning")],
     "SESSION_NO_DEAD_END", "resume: asked"),
    ("a role that no state allows", [("states.greeted.server.complaint", None),
     ("states.on.server.complaint", None), ("states.greeted.server.server/news", "stays")],
     "SESSION_MESSAGE_PLACED", "complaint:"),
    ("a message that no state allows", [("states.on.client.any", None)],
     "SESSION_MESSAGE_PLACED", "states:"),
    ("a timer that does not exist", [("states.on.timers", ["hury"])],
     "SESSION_NAME_KNOWN", "hury"),
    ("a timer that no state uses",
     [("timers.patience", {**SESSION["timers"]["hurry"]})],
     "SESSION_TIMER_USED", "patience:"),
    ("a timer that waits for what cannot come",
     [("timers.hurry.waits_for", "client")], "SESSION_TIMER_USED", "hurry"),
    ("a field that does not exist", [("roles.login.token", "kee")],
     "SESSION_FIELD_FITS", "kee"),
    ("a field of a message without a payload", [("roles.heartbeat_answer.message", "server/no"),
     ("roles.resumed.message", "server/heard"), ("roles.complaint.message", "server/again")],
     "SESSION_FIELD_FITS", "last"),
    ("an interval that is no number",
     [("roles.greeting", {"message": "server/no", "heartbeat_interval": "why"}),
      ("roles.complaint.message", "server/hello")],
     "SESSION_FIELD_FITS", "why"),
    ("an interval without a unit", [("roles.greeting.heartbeat_interval", "every")],
     "SESSION_UNIT", "every"),
    ("an interval in a unit that is no time", [("roles.greeting.heartbeat_interval", "lamp")],
     "SESSION_UNIT", "lamp"),
    ("an interval in two units", [("roles.greeting.heartbeat_interval.field", "lamp")],
     "SESSION_UNIT", "ms"),
    ("a token that is no text", [("roles.login.token", "version")],
     "SESSION_FIELD_FITS", "version"),
    ("a version that is no integer", [("roles.login.version.field", "key")],
     "SESSION_FIELD_FITS", "key"),
    ("capabilities that are no list", [("roles.login.capabilities", "key")],
     "SESSION_FIELD_FITS", "key"),
    ("a session that is a list", [("roles.login.token", "can")], "SESSION_FIELD_FITS", "can"),
    ("a number that is text", [("roles.resume.last_seq", "key")], "SESSION_FIELD_FITS", "key"),
    ("a unit of what is no time", [("roles.login.token", {"field": "key", "unit": "ms"})],
     "SESSION_UNIT", "unit: ms"),
    ("an absence that the field cannot be", [("roles.login.version.when_absent", "one")],
     "SESSION_FIELD_FITS", "one"),
    ("an absence that is not the default", [("roles.login.version.when_absent", 2)],
     "SESSION_FIELD_FITS", "2"),
    ("a close code that is not listed", [("states.on.client_otherwise.login.close", 4003)],
     "SESSION_CODE_LISTED", "4003"),
    ("a close code that nobody sends", [("resume.gone.close", 1006)],
     "SESSION_CODE_LISTED", "1006"),
    ("a close reason that is too long", [("refusals.failures.then.reason", "é" * 62)],
     "SESSION_CODE_LISTED", "é" * 62),
    ("a lifetime in messages", [("resume.lifetime.unit", "messages")], "SESSION_UNIT", "messages"),
    ("a buffer in seconds", [("resume.buffer.unit", "s")], "SESSION_UNIT", "s"),
    ("attempts in seconds", [("resume.attempts_without_progress.unit", "s")], "SESSION_UNIT", "s"),
    ("missed answers in intervals", [("heartbeat.missed_answers.unit", "intervals")],
     "SESSION_UNIT", "intervals"),
    ("a silence in seconds", [("heartbeat.silence.unit", "s")], "SESSION_UNIT", "s"),
    ("a window of failures in failures", [("refusals.failures.window.unit", "failures")],
     "SESSION_UNIT", "failures"),
    ("half a message", [("resume.buffer.value", 99.5), ("resume.reach.value", 99)],
     "SESSION_NUMBERS_AGREE", "99.5"),
    ("a reach beyond the buffer", [("resume.reach.value", 101)], "SESSION_NUMBERS_AGREE", "101"),
    ("a reach below the buffer", [("resume.reach.value", 98)], "SESSION_NUMBERS_AGREE", "98"),
    ("a silence that ends before a heartbeat", [("heartbeat.silence.value", 1)],
     "SESSION_NUMBERS_AGREE", "1"),
    ("a first wait above the longest", [("backoff.initial.value", 61000)],
     "SESSION_NUMBERS_AGREE", "1"),
    ("numbered messages of the client", [("states.on.client.sequenced", "stays")],
     "SESSION_SEQUENCE", "sequenced: stays"),
    ("a greeting that the first state does not allow",
     [("states.fresh.server", {"complaint": "greeted"}), ("states.greeted.server.greeting", "stays")],
     "SESSION_PARTS_FIT", "fresh:"),
    ("an interval that nobody takes",
     [("heartbeat.interval", {"value": 45, "unit": "s"})],
     "SESSION_PARTS_FIT", "heartbeat_interval:"),
    ("an interval that the greeting does not say", [("roles.greeting.heartbeat_interval", None)],
     "SESSION_PARTS_FIT", "from: greeting"),
    ("heartbeats that are no message", [("server_heartbeat", {"interval": {"value": 9, "unit": "s"}})],
     "SESSION_PARTS_FIT", "server_heartbeat:"),
    ("missed answers that nobody gives",
     [("roles.heartbeat_answer", None), ("states.asked.server.heartbeat_answer", None),
      ("states.on.server.heartbeat_answer", None), ("states.on.server.any", "stays")],
     "SESSION_PARTS_FIT", "missed_answers:"),
    ("a resume without a window", [("resume", None)], "SESSION_PARTS_FIT", "resume:"),
    ("a resume that is not answered", [("roles.resumed", None), ("states.returning", None),
     ("states.greeted.client.resume", "asked"), ("states.on.server.any", "stays")],
     "SESSION_PARTS_FIT", "resume:"),
    ("an answer to what is not asked", [("roles.resume", None), ("states.greeted.client.resume", None),
     ("states.on.client_otherwise.resume", None), ("states.greeted.client.client/back", "returning"),
     ("resume", None)], "SESSION_PARTS_FIT", "resumed:"),
    ("a session that is never named", [("roles.established.session", None)],
     "SESSION_PARTS_FIT", "session: session"),
    ("a resume without a number", [("roles.resume.last_seq", None)], "SESSION_PARTS_FIT", "buffer:"),
    ("a refused version that is not said", [("roles.login.version", None)],
     "SESSION_PARTS_FIT", "version:"),
    ("a refused token that is not said", [("roles.login.token", None)],
     "SESSION_PARTS_FIT", "token:"),
    ("sessions of nobody", [("roles.established.user", None)], "SESSION_PARTS_FIT", "by: user"),
    ("a parameter that does not exist", [("compression.parameter", "pakc")],
     "SESSION_NAME_KNOWN", "pakc"),
    ("a value that the parameter does not have", [("compression.server", {"never": "zstd"})],
     "SESSION_NAME_KNOWN", "never: zstd"),
    ("a rate of what the server sends", [("rates.asks.counts", "server/news")],
     "SESSION_SENDER", "server/news"),
    ("a rate of a role that is not bound", [("rates.asks.counts", "server_heartbeat_answer")],
     "SESSION_NAME_KNOWN", "server_heartbeat_answer"),
    ("a rate by a field that does not exist", [("rates.asks.by", ["di"])],
     "SESSION_FIELD_FITS", "di"),
    ("a rate of all messages by a field", [("rates.asks.counts", "client/any")],
     "SESSION_FIELD_FITS", "id"),
    ("two limits of one name", [("rates.asks.count.limit", "kept")],
     "NO_PYTHON_NAME_COLLISION", "kept"),
    ("two rules of one id",
     [("sequence.rules", [{"id": "first", "title": "T", "text": "T."}])],
     "SESSION_ONE_MEANING", "first"),
    ("an unknown placeholder", renamed("{logni} first."), "SESSION_PLACEHOLDER", "{logni} first.'"),
    ("a role without a message in a sentence", renamed("A {server_heartbeat}."),
     "SESSION_PLACEHOLDER", "{server_heartbeat}."),
    ("a message that does not exist in a sentence", renamed("A {client/aks}."),
     "SESSION_NAME_KNOWN", "{client/aks}."),
    ("a code that is not listed in a sentence", renamed("Not {4009}."),
     "SESSION_CODE_LISTED", "{4009}."),
    ("a path to a part in a sentence", renamed("Not {timers}."), "SESSION_PLACEHOLDER", "{timers}."),
    ("a path to yes or no in a sentence", renamed("Not {resume.buffered_while_away}."),
     "SESSION_PLACEHOLDER", "{resume.buffered_while_away}."),
    ("a form that does not fit", renamed("Not {resume.gone.word}."),
     "SESSION_PLACEHOLDER", "{resume.gone.word}."),
    ("a form of a text", renamed("Not {description.value}."),
     "SESSION_PLACEHOLDER", "{description.value}."),
    ("a form of a list", renamed("Not {states.fresh.timers.word}."),
     "SESSION_PLACEHOLDER", "{states.fresh.timers.word}."),
    ("a step beyond a text", renamed("Not {description.value.word}."),
     "SESSION_PLACEHOLDER", "{description.value.word}."),
    ("a text with placeholders of its own", [*renamed("Not {resume.buffer.description}."), ("resume.buffer.description", "Of {login}.")],
     "SESSION_PLACEHOLDER", "{resume.buffer.description}."),
    ("an empty placeholder", renamed("Not {}."), "SESSION_PLACEHOLDER", "{}."),
    ("a login that another message must precede",
     [("states.greeted.client", {"client/ask": "knocked", "resume": "returning"}),
      ("states.knocked", {"description": "knocked", "client": {"login": "asked"}})],
     "SESSION_PARTS_FIT", "greeted:"),
    ("a resume that another message must precede",
     [("states.greeted.client", {"client/ask": "knocked", "login": "asked"}),
      ("states.knocked", {"description": "knocked", "client": {"resume": "returning"}})],
     "SESSION_PARTS_FIT", "greeted:"),
    ("a pattern that is none", [("tokens.0.masked", "[a-z")], "PATTERN_PORTABLE", "'[a-z'"),
    ("a pattern with a group", [("tokens.0.shown", "(key)_")], "PATTERN_PORTABLE", "(key)_"),
    ("a limit without words", [("resume.reach.limit", "reach")], "METASCHEMA_VALID", "limit: reach"),
    ("a number that is nothing", [("timers.hurry.value", 0)], "METASCHEMA_VALID", "0"),
    ("a reaction that is none", [("states.on.client_otherwise.resume", "ignore")],
     "METASCHEMA_VALID", "ignore"),
    ("a close without a code", [("resume.gone", {"reason": "X"})], "METASCHEMA_VALID", "reason: X"),
    ("missed answers without an end", [("heartbeat.missed_answers.then", None)],
     "METASCHEMA_VALID", "value: 2"),
    ("a silence without an end", [("heartbeat.silence.then", None)],
     "METASCHEMA_VALID", "value: 1.5"),
    ("heartbeats at any time, of which the first has one",
     [("roles.greeting.heartbeat_interval", None), ("heartbeat", {"first": "regular"})],
     "SESSION_PARTS_FIT", "first: regular"),
    ("heartbeats at any time that are missed",
     [("roles.greeting.heartbeat_interval", None), ("heartbeat.interval", None), ("heartbeat.silence", None)],
     "SESSION_PARTS_FIT", "missed_answers:"),
    ("heartbeats at any time that are silent",
     [("roles.greeting.heartbeat_interval", None), ("heartbeat.interval", None), ("heartbeat.missed_answers", None)],
     "SESSION_PARTS_FIT", "silence:"),
    ("an answer that cannot give the payload back", [("heartbeat.echoes_payload", True)],
     "SESSION_PARTS_FIT", "echoes_payload: true"),
    ("heartbeats of which nothing is said", [("roles.greeting.heartbeat_interval", None), ("heartbeat", {})],
     "METASCHEMA_VALID", "{}"),
    ("a refusal about subprotocols that there are not", [("refusals.subprotocol", {"close": 4001})],
     "SESSION_PARTS_FIT", "subprotocol:"),
    ("text that is read although it is no JSON", [("mistakes.of_client.not_json", "read")],
     "METASCHEMA_VALID", "read"),
    ("binary frames that are taken", [("mistakes.of_client.binary", "taken")],
     "METASCHEMA_VALID", "taken"),
    ("attempts that are half", [("backoff.attempts", {"value": 2.5, "unit": "attempts"})],
     "SESSION_NUMBERS_AGREE", "2.5"),
    ("a name of a user that is a number", [("roles.established.user_name", "user")],
     "SESSION_FIELD_FITS", "user"),
    ("a part that nobody knows", [("heartbeats", {})], "NO_UNKNOWN_KEYWORD", "heartbeats: {}"),
    ("a role that is none", [("roles.goodbye", {"message": "client/ask"})],
     "NO_UNKNOWN_KEYWORD", "goodbye:"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "rule", "shown"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES]
)
def test_each_mistake(
    tmp_path: Path, changes: list[tuple[str, Any]], rule: str, shown: str
) -> None:
    assert refused(changed(*changes), tmp_path) == [(rule, "session.yaml", shown)]


def test_the_conversation_itself_has_none(tmp_path: Path) -> None:
    session = load_protocol(write(FILES, tmp_path)).session
    assert [state.name for state in session.states] == [*STATES]


def test_what_is_about_numbers_needs_numbered_messages(tmp_path: Path) -> None:
    files = unnumbered()
    states = files["session.yaml"]["states"]
    assert refused(files, tmp_path / "named") == [
        ("SESSION_SEQUENCE", "session.yaml", "sequenced: stays"),
        ("SESSION_SEQUENCE", "session.yaml", "sequenced: stays"),
    ]
    for name in ("returning", "on"):
        del states[name]["server"]["sequenced"]
        states[name]["server"]["any"] = "stays"
    assert refused(files, tmp_path / "about") == [
        ("SESSION_SEQUENCE", "session.yaml", "last_seq: last"),
        ("SESSION_SEQUENCE", "session.yaml", "last_seq: last"),
        ("SESSION_SEQUENCE", "session.yaml", "sequence:"),
        ("SESSION_SEQUENCE", "session.yaml", "buffer:"),
    ]


SAID = [
    ([("roles.login.message", "client/hello")], 'there is no message "client/hello"',
     "the server sends it: write server/hello"),
    ([("roles.login.message", "client/logon")], 'there is no message "client/logon"',
     'did you mean "client/login"?'),
    ([("states.on.server.server_heartbeat", "stays")], 'no message has the role "server_heartbeat"',
     "name its message under roles"),
    ([("states.on.server.complain", "stays")], 'there is no role "complain"',
     'did you mean "complaint"?'),
    ([("states.on.server.xyz", "stays")], 'there is no role "xyz"',
     "write the name of a role, or client/NAME or server/NAME"),
    ([("states.on.client.server/news", "stays")],
     '"server/news" stands under the client, but the server sends it', "move it to the server's"),
    ([("states.on.client.client/beat", "stays")],
     'the state says two things of "beat" (client.heartbeat and client.client/beat)',
     "keep one of them"),
    ([("states.greeted.client.login", "askd")], 'there is no state "askd"',
     'did you mean "asked"?'),
    ([("states.on.client_otherwise.login.close", 4003)], "the close code 4003 is not listed",
     "list it in close_codes.yaml, or write one of 1006, 4001, 4002"),
    ([("resume.reach.value", 98)],
     "of 100 messages that are kept, 98 cannot be the most that may be missed",
     "write 100, or 99 where the last one that a client has must be kept, too"),
    ([("heartbeat.silence.unit", "s")], '"silence" is a number of intervals, which "s" does not measure',
     "write intervals"),
    ([("roles.greeting.heartbeat_interval", "every")], 'nothing says in which unit "every" is',
     "add a unit, such as unit: ms"),
    (renamed("In {timers.hury}."), '"{timers.hury}" leads to nothing: there is no "hury"',
     'did you mean "hurry"?'),
    ([("roles.login.message", "login")],
     '"message" is "login", which does not fit the form ^(client|server)/.+$',
     "client/NAME or server/NAME"),
    ([("resume.reach.limit", "reach")], '"limit" says nothing without "description"', 'add "description", or delete it'),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "message", "hint"), SAID)
def test_what_is_said(
    tmp_path: Path, changes: list[tuple[str, Any]], message: str, hint: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(changed(*changes), tmp_path))
    assert [(f.message, f.hint) for f in caught.value.findings] == [(message, hint)]


def test_a_place_is_a_line_and_a_column(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(changed(("resume.gone.close", 4009)), tmp_path))
    (finding,) = caught.value.findings
    path = tmp_path / "session.yaml"
    lines = path.read_text("utf-8").split("\n")
    line = next(n for n, text in enumerate(lines, 1) if text == "    close: 4009")
    assert str(finding) == (
        f"{path}:{line}:12: error[SESSION_CODE_LISTED] the close code 4009 is not listed "
        "(list it in close_codes.yaml, or write one of 1006, 4001, 4002)"
    )


def test_what_one_mistake_brings_about_is_said_once(tmp_path: Path) -> None:
    """A role whose message is wrong is used in states, sentences and other parts all the same."""
    files = changed(("roles.greeting.message", "server/hallo"), ("roles.login.token", "kee"))
    assert refused(files, tmp_path) == [
        ("SESSION_NAME_KNOWN", "session.yaml", "server/hallo"),
        ("SESSION_FIELD_FITS", "session.yaml", "kee"),
    ]


def test_the_greeting_may_say_the_interval_of_the_servers_heartbeats(tmp_path: Path) -> None:
    usual = {"value": 20, "unit": "s"}
    files = changed(
        ("roles.heartbeat", None),
        ("roles.heartbeat_answer", None),
        ("roles.server_heartbeat", {"message": "server/heard"}),
        ("roles.server_heartbeat_answer", {"message": "client/beat"}),
        ("states.asked", {"description": "a", "server": {"established": "on"}}),
        ("states.on.client", {"any": "stays", "server_heartbeat_answer": "stays"}),
        ("states.on.server", {"sequenced": "stays", "server_heartbeat": "stays"}),
        ("heartbeat", None),
        ("server_heartbeat", {"interval": {"from": "greeting", "default": usual}}),
    )
    part = load_protocol(write(files, tmp_path)).session.server_heartbeat
    assert part is not None
    assert part.interval is not None
    assert (part.from_greeting, part.interval.seconds) == (True, 20.0)


NAMED: Data = {
    "word": {"type": "string", "description": "W."},
    "level": {
        "type": "integer",
        "format": "uint32",
        "x-open": False,
        "enum": [1, 2],
        "x-enum-names": {"1": "low", "2": "high"},
        "x-enum-descriptions": {"1": "L.", "2": "H."},
        "description": "L.",
    },
    "kind": {
        "type": "string",
        "x-open": True,
        "enum": ["a", "b"],
        "x-enum-descriptions": {"a": "A.", "b": "B."},
        "description": "K.",
    },
}
BOTH: Data = {"oneOf": [{"type": "string"}, {**UINT}]}
SWITCH: Data = {"oneOf": [{"type": "string"}, {"type": "boolean"}]}
FIELDS = [
    ("token", {"$ref": "word"}, True), ("token", {"$ref": "kind"}, True),
    ("token", {"$ref": "level"}, False), ("token", BOTH, False),
    ("version", {"$ref": "level"}, True), ("version", {"$ref": "kind"}, False),
    ("version", {"type": "number"}, False), ("capabilities", {"type": "object"}, False),
]  # fmt: skip


@pytest.mark.parametrize(("binding", "expression", "fits"), FIELDS)
def test_what_a_field_must_be(tmp_path: Path, binding: str, expression: Data, fits: bool) -> None:
    files = changed((f"roles.login.{binding}", "other"))
    login = files["client/talk.yaml"]["messages"]["login"]
    login["payload"]["properties"]["other"] = {**expression, "description": "O."}
    login["payload"]["properties"] |= {name: {"$ref": name, "description": "N."} for name in NAMED}
    files["types.yaml"] = {"types": NAMED}
    if fits:
        load_protocol(write(files, tmp_path))
    else:
        assert refused(files, tmp_path) == [("SESSION_FIELD_FITS", "session.yaml", "other")]


@pytest.mark.parametrize(("expression", "fits"), [(BOTH, True), (SWITCH, False)])
def test_a_session_can_be_a_choice_of_names(tmp_path: Path, expression: Data, fits: bool) -> None:
    files = changed(("roles.established.user", "other"))
    welcome = files["server/talk.yaml"]["messages"]["welcome"]
    welcome["payload"]["properties"]["other"] = {**expression, "description": "O."}
    if fits:
        load_protocol(write(files, tmp_path))
    else:
        assert refused(files, tmp_path) == [("SESSION_FIELD_FITS", "session.yaml", "other")]


def test_whatever_a_sentence_names_is_shown_or_refused(tmp_path: Path) -> None:
    """Each place in the file, in each form: text or a finding, and nothing else."""
    paths = [*everything(SESSION), *everything(FILES["protocol.yaml"]["envelope"], "envelope")]
    assert len(paths) > 200
    names = [f"{path}.{form}".removesuffix(".") for path in paths for form in FORMS]
    files = changed(*renamed(" ".join(f"{{{name}}}" for name in names)))
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, tmp_path))
    assert {finding.rule for finding in caught.value.findings} == {"SESSION_PLACEHOLDER"}

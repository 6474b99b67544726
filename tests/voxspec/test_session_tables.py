"""What generated packages say of a conversation, on a small one that has every part."""

from __future__ import annotations

import copy
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.conversation import FILES, changed
from tests.voxspec.mini import Data, Mini, generated, module_of, schema, write
from voxspec.pipeline import load_protocol


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mini]:
    with generated(FILES, tmp_path_factory.mktemp("talk")) as made:
        yield made


@pytest.fixture(scope="module")
def types(mini: Mini) -> Any:
    """The module with the types of the tables."""
    return importlib.import_module(f"{mini.protocol.package}._session")


def test_states_and_rows(mini: Mini, types: Any) -> None:
    module: Any = module_of(mini, "session")
    client, server, code = mini.models.client, mini.models.server, mini.models.CloseCode
    tables, state = module.SESSION, module.State
    assert [s.name for s in state] == [
        "CONNECTING", "FRESH", "GREETED", "ASKED", "RETURNING", "ON", "CLOSING", "CLOSED",
    ]  # fmt: skip
    assert (tables.states, tables.initial) == (state, state.FRESH)
    assert (tables.connecting, tables.closing, tables.closed) == (
        state.CONNECTING,
        state.CLOSING,
        state.CLOSED,
    )
    assert list(tables.rows) == [state.FRESH, state.GREETED, state.ASKED, state.RETURNING, state.ON]
    greeted = tables.rows[state.GREETED]
    assert greeted.description == state.GREETED.value == "greeted"
    assert greeted.timers == ("hurry",)
    assert greeted.client == {
        client.LoginFrame: state.ASKED,
        client.BackFrame: state.RETURNING,
    }
    assert greeted.server == {server.NoFrame: state.GREETED}
    assert greeted.client_otherwise == {types.AnyClientMessage: types.Close(code.BAD)}
    assert greeted.server_otherwise == {}
    on = tables.rows[state.ON]
    assert on.client == {client.BeatFrame: state.ON, types.AnyClientMessage: state.ON}
    assert on.server == {
        types.SequencedMessage: state.ON,
        server.HeardFrame: state.ON,
        server.NoFrame: state.ON,
    }
    assert on.client_otherwise == {
        client.LoginFrame: types.Close(code.WORSE),
        client.BackFrame: types.IGNORED,
    }


def test_states_that_are_described_alike_are_two(tmp_path: Path) -> None:
    files = copy.deepcopy(FILES)
    states = files["session.yaml"]["states"]
    states["asked"]["description"] = states["greeted"]["description"]
    states["on"]["description"] = "the transport has ended"
    with generated(files, tmp_path) as made:
        state: Any = module_of(made, "session").State
        assert [(s.name, s.value) for s in state] == [
            ("CONNECTING", "the transport is not open yet"),
            ("FRESH", "fresh"),
            ("GREETED", "greeted (GREETED)"),
            ("ASKED", "greeted (ASKED)"),
            ("RETURNING", "returning"),
            ("ON", "the transport has ended (ON)"),
            ("CLOSING", "this side has asked to close, and takes no part any more"),
            ("CLOSED", "the transport has ended (CLOSED)"),
        ]


def test_roles(mini: Mini, types: Any) -> None:
    module: Any = module_of(mini, "session")
    client, server, field = mini.models.client, mini.models.server, types.Field
    roles = module.SESSION.roles
    assert roles == types.Roles(
        greeting=types.Role(
            name="greeting",
            side="server",
            frame=server.HelloFrame,
            type="hello",
            heartbeat_interval=field("every", "every", seconds=0.001),
        ),
        login=types.Role(
            name="login",
            side="client",
            frame=client.LoginFrame,
            type="login",
            token=field("key", "key"),
            version=field("version", "version", when_absent=1),
            capabilities=field("can", "can"),
        ),
        resume=types.Role(
            name="resume",
            side="client",
            frame=client.BackFrame,
            type="back",
            token=field("key", "key"),
            session=field("session", "session"),
            last_seq=field("last", "last"),
        ),
        established=types.Role(
            name="established",
            side="server",
            frame=server.WelcomeFrame,
            type="welcome",
            session=field("session", "session"),
            user=field("user", "user"),
        ),
        resumed=types.Role(
            name="resumed",
            side="server",
            frame=server.AgainFrame,
            type="again",
            last_seq=field("last", "last"),
        ),
        heartbeat=types.Role(name="heartbeat", side="client", frame=client.BeatFrame, type="beat"),
        heartbeat_answer=types.Role(
            name="heartbeat_answer", side="server", frame=server.HeardFrame, type="heard"
        ),
        complaint=types.Role(name="complaint", side="server", frame=server.NoFrame, type="no"),
    )


def test_numbers_are_in_seconds_and_codes_are_members(mini: Mini, types: Any) -> None:
    module: Any = module_of(mini, "session")
    client, code = mini.models.client, mini.models.CloseCode
    tables, close = module.SESSION, types.Close
    assert dict(tables.timers) == {
        "hurry": types.Timer(name="hurry", seconds=30.0, waits_for="server", then=close(code.BAD))
    }
    assert tables.heartbeat == types.HeartbeatRules(
        interval=45.0,
        from_greeting=True,
        jittered=True,
        missed_answers=2,
        missed_then=close(code.BAD),
        silence_factor=1.5,
        silence_then=close(code.BAD),
    )
    assert tables.server_heartbeat is None
    assert tables.resume == types.ResumeRules(
        lifetime=300.0,
        buffer=100,
        reach=99,
        too_old=close(code.WORSE),
        gone=close(code.WORSE),
        unnamed=close(code.WORSE),
        other_user=close(code.WORSE),
        taken_over=close(code.WORSE),
        buffered_while_away=True,
        attempts_without_progress=3,
    )
    assert tables.rates == (
        types.Rate(
            name="asks",
            counts=client.AskFrame,
            by=(types.Field("id", "id"),),
            count=5,
            window=60.0,
            then=types.IGNORED,
            enforced=True,
        ),
    )
    assert tables.refusals == types.Refusals(
        token=close(code.WORSE),
        version=close(code.WORSE),
        malformed=close(code.BAD),
        full=close(code.BAD),
        failures=types.Quota(count=10, window=3600.0, by="address", then=close(code.BAD, "SLOWER")),
        sessions=types.Quota(count=5, window=None, by="user", then=close(code.BAD)),
    )
    assert tables.backoff == types.Backoff(initial=0.5, maximum=60.0, factor=1.5, spread=0.25)
    assert tables.compression.parameter == "pack"
    assert dict(tables.compression.values) == {"yes": "zstd"}
    assert isinstance(tables.resume.gone.code, code)


def test_mistakes_that_the_schema_does_not_name_get_websocket_codes(mini: Mini, types: Any) -> None:
    module: Any = module_of(mini, "session")
    code, close = mini.models.CloseCode, types.Close
    usual = types.Mistakes(
        not_json=close(1007),
        not_object=close(1002),
        payload_not_object=close(1002),
        binary=close(1003),
        unknown_type=types.IGNORED,
        invalid=types.IGNORED,
        out_of_place=close(1002),
    )
    assert module.SESSION.mistakes_of_server == usual
    of_client = module.SESSION.mistakes_of_client
    assert (of_client.not_json, of_client.not_object) == (close(code.BAD), close(1002))
    assert of_client.unknown_type_published == close(code.WORSE)


def test_the_pattern_of_tokens_shows_how_they_begin(mini: Mini) -> None:
    module: Any = module_of(mini, "session")
    found = re.search(module.SESSION.tokens, "a anchor_abcde here")
    assert found is not None
    assert (found[0], found.groups()) == ("anchor_abcde", ("anchor_",))
    assert re.search(module.SESSION.tokens, "anchor_abc") is None


def test_numbers_with_a_name_are_limits(mini: Mini) -> None:
    limits = mini.models.limits
    assert (limits.KEPT, limits.PACE) == (100, 5)
    assert [(limit.name, limit.unit) for limit in mini.protocol.limits] == [
        ("kept", "messages"),
        ("pace", "messages/1 min"),
    ]


def test_the_protocol_is_one_object(mini: Mini) -> None:
    models, session = mini.models, module_of(mini, "session")
    protocol = module_of(mini, "protocol").PROTOCOL
    assert (protocol.name, protocol.title, protocol.version) == ("mini", "Mini", 1)
    assert protocol.package == f"{mini.protocol.package}.v1"
    assert protocol.session is session.SESSION
    assert (protocol.close_codes, dict(protocol.limits)) == (
        models.CloseCode,
        {"kept": 100, "pace": 5},
    )
    assert protocol.endpoint.query(pack="yes") == "pack=yes"
    assert protocol.client["login"].frame is models.client.LoginFrame
    assert protocol.validate_server({"type": "heard"}) == []
    frame = models.client.AskFrame(d=models.client.Ask(id=3))
    envelope = protocol.envelope
    assert (envelope.payload_of(frame), envelope.seq_of(frame)) == (frame.d, None)
    assert envelope.framed(protocol.client["ask"], frame.d) == frame
    assert repr(protocol) == "<Protocol mini v1>"


def test_a_protocol_without_a_conversation_allows_everything(tmp_path: Path) -> None:
    with generated(schema(), tmp_path) as made:
        module: Any = module_of(made, "session")
        tables, state = module.SESSION, module.State
        assert [s.name for s in state] == ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
        assert {k.__name__: v for k, v in tables.rows[state.OPEN].client.items()} == {
            "AnyClientMessage": state.OPEN
        }
        assert {k.__name__: v for k, v in tables.rows[state.OPEN].server.items()} == {
            "SequencedMessage": state.OPEN,
            "AnyServerMessage": state.OPEN,
        }
        protocol: Any = module_of(made, "protocol").PROTOCOL
        assert list(protocol.close_codes) == []
        assert (protocol.endpoint.url, dict(protocol.limits)) == (None, {})
        assert protocol.endpoint.query() == ""
        with pytest.raises(ValueError, match="unknown parameter 'v'; the endpoint has none"):
            protocol.endpoint.query(v="1")
        assert not any(path.endswith("session.md") for path in made.files)


TEXTS = [
    ("{login} and {client/ask} and {server/news}", "login and ask and news"),
    ("{timers.hurry}, {timers.hurry.value}, {timers.hurry.unit}", "30 seconds, 30, seconds"),
    ("{resume.buffer} or {resume.buffer.value}", "100 messages or 100"),
    ("{resume.lifetime} or {resume.lifetime.span}", "5 minutes or 5 minutes"),
    ("in {rates.asks.window.span}, {refusals.failures.window.span}", "in a minute, an hour"),
    ("{heartbeat.silence.word} or {heartbeat.missed_answers.word}", "One and a half or two"),
    ("so {heartbeat.missed_answers.times}. {heartbeat.missed_answers.times}", "so twice. Twice"),
    ("{refusals.sessions.count.beyond} or {rates.asks.count.beyond}", "A sixth or a sixth"),
    ("{refusals.failures.count.beyond}", "An eleventh"),
    ("{refusals.failures.then} {refusals.failures.then.reason}", "4001 SLOWER"),
    ("{4002} {resume.gone.name}", "4002 WORSE"),
    ("{roles.login.token} {roles.login.version} {roles.greeting}", "key version hello"),
    ("{roles.greeting.heartbeat_interval.unit}", "milliseconds"),
    (
        "{compression.parameter} {backoff.factor} {backoff.factor.times}",
        "pack 1.5 one and a half times",
    ),
    ("{envelope.sequence.key} {envelope.sequence.first}", "seq 1"),
    ("{{login}} and }}", "{login} and }"),
]


@pytest.mark.parametrize(("text", "shown"), TEXTS)
def test_sentences_take_what_they_say_from_the_tables(
    tmp_path: Path, text: str, shown: str
) -> None:
    files = changed(("states.greeted.rules.0.text", text))
    (first, *_) = load_protocol(write(files, tmp_path)).session.rules
    assert (first.id, first.title, first.text) == ("first", "login first", shown)
    assert first.note == "The guide has hello."


def test_what_people_read_follows_a_change(tmp_path: Path) -> None:
    def text(*changes: tuple[str, Any], **files: Data) -> str:
        return load_protocol(write(changed(*changes, **files), tmp_path)).session.rules[0].text

    assert text() == "Within 30 seconds, or 4001 BAD."
    assert text(("timers.hurry.value", 1)) == "Within 1 second, or 4001 BAD."
    assert text(("timers.hurry.then.close", 4002)) == "Within 30 seconds, or 4002 WORSE."

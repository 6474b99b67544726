"""What the real server reads out of a message that is not valid, and what it says of the rest."""

import json

import pytest

from voxmodels.v1 import Capability, CloseCode, client
from voxwire import RemoteProtocolError
from voxwire.session import lenient
from voxwire.session.lenient import ABSENT, Login, Message, Resumption
from voxwire.vox import VOX

READER = lenient.Reader.of(VOX)
MAX_DEPTH = 400


def nested(levels: int) -> str:
    """An object with arrays in it: as many levels in all."""
    return '{"type":"x","d":' + "[" * (levels - 1) + "]" * (levels - 1) + "}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type":"identify","d":{"token":"x"}}', Message("identify", {"token": "x"})),
        ('{"type":5,"d":[1]}', Message(None, [1])),
        ("{}", Message(None, ABSENT)),
        ('{"type":"a","type":"b"}', Message("b", ABSENT)),
    ],
)
def test_a_message(text: str, message: Message) -> None:
    assert READER.read(text) == message


@pytest.mark.parametrize(
    ("text", "why", "code"),
    [
        ("{", "no JSON", CloseCode.DECODE_ERROR),
        ("[]", "no object", CloseCode.UNKNOWN_ERROR),
        ("null", "no object", CloseCode.UNKNOWN_ERROR),
        (nested(MAX_DEPTH + 1), "nested too deeply", CloseCode.UNKNOWN_ERROR),
        ('{"d":' + "[" * 100_000, "nested too deeply", CloseCode.UNKNOWN_ERROR),
    ],
    ids=["broken", "array", "null", "a level too many", "deeper than any parser follows"],
)
def test_what_is_no_message(text: str, why: str, code: CloseCode) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        READER.read(text)
    assert (str(caught.value), caught.value.close_code) == (why, code)


def test_as_deep_as_it_may_be() -> None:
    assert READER.read(nested(MAX_DEPTH)).type == "x"
    # A number counts as a level of its own, an empty array as none.
    objects = '{"a":' * (MAX_DEPTH - 1) + "0" + "}" * (MAX_DEPTH - 1)
    assert READER.read(objects).type is None
    with pytest.raises(RemoteProtocolError, match=r"^nested too deeply$"):
        READER.read(f'{{"a":{objects}}}')


@pytest.mark.parametrize("d", ["null", "false", "0", '""', "[]", "{}"])
def test_a_payload_that_is_false_counts_as_absent(d: str) -> None:
    assert READER.payload(READER.read(f'{{"d":{d}}}')) == {}


@pytest.mark.parametrize("d", ["true", "1", '"x"', "[0]"])
def test_any_other_payload_is_an_object(d: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        _ = READER.payload(READER.read(f'{{"d":{d}}}'))
    assert (str(caught.value), caught.value.close_code) == ("d is no object", 4000)


@pytest.mark.parametrize(
    ("payload", "login"),
    [
        ('{"token":"t"}', Login(client.Identify(token="t", protocol_version=1), 1)),
        (
            '{"token":"t","protocol_version":3}',
            Login(client.Identify(token="t", protocol_version=3), 3),
        ),
        (
            '{"token":"t","protocol_version":2.0}',
            Login(client.Identify(token="t", protocol_version=2), 2.0),
        ),
        ('{"token":"t","protocol_version":1.5}', Login(client.Identify(token="t"), 1.5)),
        (
            '{"token":"t","capabilities":["voice","new"]}',
            Login(
                client.Identify(
                    token="t",
                    protocol_version=1,
                    capabilities=(Capability.VOICE, Capability("new")),
                ),
                1,
            ),
        ),
        (
            '{"token":"t","capabilities":["voice",5]}',
            Login(client.Identify(token="t", protocol_version=1), 1),
        ),
        (
            '{"token":"t","capabilities":"voice"}',
            Login(client.Identify(token="t", protocol_version=1), 1),
        ),
        ('{"token":null}', Login(client.Identify(token="", protocol_version=1), 1)),
        ("{}", Login(client.Identify(token="", protocol_version=1), 1)),
    ],
)
def test_an_identify(payload: str, login: Login) -> None:
    found = READER.login(json.loads(payload))
    assert found == login
    assert type(found.identify.protocol_version) is type(login.identify.protocol_version)


def test_a_login_without_a_version_asks_for_the_first() -> None:
    assert READER.login({}).version == 1


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        ({"token": "t", "protocol_version": "1"}, "protocol_version is no number"),
        ({"token": "t", "protocol_version": None}, "protocol_version is no number"),
        ({"token": 5}, "token is no string"),
        ({"token": ["t"]}, "token is no string"),
    ],
)
def test_an_identify_that_fails(payload: lenient.Payload, why: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        READER.login(payload)
    assert (str(caught.value), caught.value.close_code) == (why, 4000)


@pytest.mark.parametrize(
    ("given", "session_id", "last_seq", "compared"),
    [
        ({"session_id": "s", "last_seq": 5}, "s", 5, 5),
        ({"session_id": "s", "last_seq": 1}, "s", 1, 1),
        ({"session_id": "s", "last_seq": 0}, "s", 0, 0),
        ({"session_id": "s", "last_seq": -1}, "s", 0, -1),
        ({"session_id": "s", "last_seq": 2.5}, "s", 0, 2.5),
        ({"session_id": "s", "last_seq": "7"}, "s", 0, "7"),
        ({"session_id": "s"}, "s", 0, 0),
        ({"session_id": 12, "last_seq": 3}, "12", 3, 3),
        ({"session_id": True, "last_seq": 3}, "true", 3, 3),
    ],
)
def test_a_resume(given: lenient.Payload, session_id: str, last_seq: int, compared: object) -> None:
    resume = client.Resume(token="t", session_id=session_id, last_seq=last_seq)
    assert READER.resumption({"token": "t", **given}) == Resumption(resume, compared)


@pytest.mark.parametrize(
    ("payload", "why", "code"),
    [
        ({}, "a resume that names nothing", 4004),
        ({"token": "t"}, "a resume that names nothing", 4004),
        ({"session_id": "s"}, "a resume that names nothing", 4004),
        ({"token": "", "session_id": "s"}, "a resume that names nothing", 4004),
        ({"token": "t", "session_id": ""}, "a resume that names nothing", 4004),
        ({"token": 5, "session_id": "s"}, "token is no string", 4000),
        ({"token": "t", "session_id": ["s"]}, "session_id is no string", 4000),
        ({"token": "t", "session_id": {"s": 1}}, "session_id is no string", 4000),
    ],
)
def test_a_resume_that_fails(payload: lenient.Payload, why: str, code: int) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        READER.resumption(payload)
    assert (str(caught.value), caught.value.close_code) == (why, code)

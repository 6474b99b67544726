"""What is told of parts of a schema, to tell changes apart: all but what people read and what code is called."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from voxspec.breaking.exact import exact_messages, exactly
from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.rules.applied import example, write
from voxspec.model import Message, NumberType, Protocol, PublishedName, Record, Use

SAID = Use(NumberType(minimum=0))


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Protocol:
    return of_folder(write(example(), tmp_path_factory.mktemp("schema"))).protocol


def said(protocol: Protocol) -> Message:
    return next(m for m in protocol.messages("server") if m.text == "said")


def test_zero_is_told_from_nothing_and_from_no() -> None:
    assert json.loads(exactly(SAID)) == [
        {"Use": {"type": {"NumberType": {"minimum": 0}}, "json_form": "compact"}}
    ]
    assert exactly(SAID) != exactly(Use(NumberType()))
    assert exactly(Use(NumberType(minimum=0, maximum=0))) != exactly(SAID)


def test_what_people_read_and_what_code_is_called_is_not_told(protocol: Protocol) -> None:
    message = said(protocol)
    assert isinstance(message.payload, Record)
    field = message.payload.fields[0]
    assert exactly(replace(field, description="Another.")) == exactly(field)
    assert exactly(replace(field, attribute="another")) == exactly(field)
    for another in (
        replace(message, description="Another."),
        replace(message, summary="Another"),
        replace(message, note="Another."),
        replace(message, since="9"),
        replace(message, audience="nobody"),
        replace(message, area="another"),
        replace(message, python_name="another"),
        replace(message, examples=()),
        replace(message, published=(PublishedName("old", "new"),)),
    ):
        assert exact_messages([another]) == exact_messages([message])
    assert exact_messages([replace(message, payload=None)]) != exact_messages([message])


def test_messages_count_by_their_side_and_type(protocol: Protocol) -> None:
    message = said(protocol)
    assert exactly(message) == '["server/said"]'
    assert exactly((message, [replace(message, direction="client")])) == (
        '[["server/said", ["client/said"]]]'
    )

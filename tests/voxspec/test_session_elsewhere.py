"""What other files of a schema say about the conversation comes from session.yaml, too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.conversation import changed
from tests.voxspec.mini import Data, write
from voxspec.findings import SchemaError
from voxspec.model import Message, Protocol, Record
from voxspec.pipeline import load_protocol

TEXT = (
    'Within {timers.hurry}, or {resume.gone}; {login}, {{}} and {"a": {"b.c": 1}} stay, {a.b} too.'
)
SHOWN = 'Within 30 seconds, or 4002; {login}, {{}} and {"a": {"b.c": 1}} stay, {a.b} too.'


def loaded(folder: Path, text: str, *changes: tuple[str, Any]) -> Protocol:
    """The protocol with one text wherever such texts can be."""
    files = changed(*changes)
    asked: Data = files["client/main.yaml"]["messages"]["ask"]
    asked.update(description=text, note=text)
    code: Data = next(iter(files["close_codes.yaml"]["close_codes"].values()))
    reason = {"SLOW": {"recovery": "fatal", "description": text}}
    code.update(description=text, note=text, reasons=reason)
    files["protocol.yaml"]["pages"] = {"guide": {"title": "Guide", "body": text}}
    return load_protocol(write(files, folder))


def shown(protocol: Protocol) -> set[str | None]:
    """What these texts have become."""
    asked = next(m for m in protocol.messages("client") if m.text == "ask")
    assert isinstance(asked.payload, Record)
    code = protocol.close_codes[0]
    return {
        asked.description,
        asked.payload.description,
        asked.note,
        code.description,
        code.note,
        code.reasons[0].description,
        protocol.pages[0].body,
    }


def test_texts_elsewhere_take_numbers_and_codes_from_their_places(tmp_path: Path) -> None:
    assert shown(loaded(tmp_path, TEXT)) == {SHOWN}


def test_they_follow_a_change(tmp_path: Path) -> None:
    changes = ("timers.hurry.value", 12), ("resume.gone.close", 4001)
    assert shown(loaded(tmp_path, TEXT, *changes)) == {
        SHOWN.replace("30", "12").replace("4002", "4001")
    }


def test_the_conversation_has_the_same_messages(tmp_path: Path) -> None:
    protocol = loaded(tmp_path, TEXT)
    known = list(protocol.messages())
    named = [
        move.subject
        for state in protocol.session.states
        for move in (*state.client, *state.server)
        if isinstance(move.subject, Message)
    ]
    assert named
    assert all(message in known for message in named)
    assert all(role.message in known for role in protocol.session.roles)


def test_a_path_that_leads_nowhere_is_a_mistake_there(tmp_path: Path) -> None:
    with pytest.raises(SchemaError) as caught:
        loaded(tmp_path, "Within {timers.hury}.")
    found = caught.value.findings
    assert {finding.rule for finding in found} == {"SESSION_PLACEHOLDER"}
    assert {finding.message for finding in found} == {
        '"{timers.hury}" leads to nothing: there is no "hury"'
    }
    assert {finding.hint for finding in found} == {'did you mean "hurry"?'}
    files = [Path(finding.where.file).name for finding in found]
    assert files == ["main.yaml"] * 2 + ["close_codes.yaml"] * 3 + ["protocol.yaml"]

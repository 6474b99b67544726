"""What each side does with messages of types that it does not know, by its own revision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from voxspec.breaking.references.folder import of_folder
from voxspec.breaking.rules.applied import example, write
from voxspec.breaking.unknown_types import close_name, on_unknown
from voxspec.model import Direction, Protocol
from voxspec.model.session import Close, Ignored, Mistakes, Reaction


def reader(folder: Path, of_client: Mistakes, of_server: Mistakes) -> Protocol:
    protocol = of_folder(write(example(), folder)).protocol
    session = replace(protocol.session, mistakes_of_client=of_client, mistakes_of_server=of_server)
    return replace(protocol, session=session)


@pytest.mark.parametrize(
    ("sender", "text", "then"),
    [
        ("client", "strange", Close(4001)),
        ("server", "strange", Ignored()),
        ("client", "said", Close(4002)),  # which is a message of servers
        ("client", "say", Close(4001)),  # of its own, and not of the other side
        ("server", "say", Ignored()),  # of which nothing else is said
    ],
)
def test_whose_mistake_it_is(tmp_path: Path, sender: Direction, text: str, then: Reaction) -> None:
    of_client = Mistakes(unknown_type=Close(4001), wrong_direction=Close(4002))
    of_server = Mistakes(unknown_type=Ignored())
    assert on_unknown(reader(tmp_path, of_client, of_server), sender, text) == then


def test_names_of_closes(tmp_path: Path) -> None:
    codes = of_folder(write(example(), tmp_path)).protocol.close_codes
    named = next(code for code in codes if code.code >= 4000)
    assert close_name(Close(named)) == f"{named.code} {named.name}"
    assert close_name(Close(1002)) == "1002"

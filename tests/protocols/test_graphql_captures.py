"""The recordings of graphql-transport-ws: what they hold, and that the README tells of it."""

import re

import pytest

from tests.protocols.graphql_conversations import CAPTURES, CONVERSATIONS, FOLDER, conversation
from voxwire.capture import BadLine, Frame, read_capture

CODES_OF_THE_PROTOCOL = {4400, 4401, 4403, 4408, 4409, 4429}
CODES_OF_THE_PACKAGE = {4004, 4005, 4406, 4499, 4500, 4504}


def test_there_is_one_for_each_conversation() -> None:
    assert sorted(path.stem for path in CAPTURES.iterdir()) == sorted(CONVERSATIONS)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_what_it_holds(name: str) -> None:
    found = conversation(CAPTURES / f"{name}.ndjson")
    assert found.streams == CONVERSATIONS[name].streams
    assert found.closes == CONVERSATIONS[name].closes


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_it_can_be_read(name: str) -> None:
    events = list(read_capture(CAPTURES / f"{name}.ndjson"))
    assert [event for event in events if isinstance(event, BadLine)] == []
    frames = sum(isinstance(event, Frame) for event in events)
    assert frames == len(CONVERSATIONS[name].messages.split())


def test_every_close_code_was_recorded() -> None:
    codes = {int(close.split()[1]) for found in CONVERSATIONS.values() for close in found.closes}
    assert codes == {1000, 1001, 1012} | CODES_OF_THE_PROTOCOL | CODES_OF_THE_PACKAGE


@pytest.mark.parametrize("name", [name for name in CONVERSATIONS if name[-4:].isdigit()])
def test_the_number_in_a_name_is_the_close_code(name: str) -> None:
    assert CONVERSATIONS[name].closes[0].split()[1] == name[-4:]


def test_the_readme_lists_them() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) \| ([\d, ]+) \|", text, re.MULTILINE)
    assert rows == [
        (
            name,
            str(len(found.messages.split())),
            ", ".join(close.split()[1] for close in found.closes),
        )
        for name, found in CONVERSATIONS.items()
    ]

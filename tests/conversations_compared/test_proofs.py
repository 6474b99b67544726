"""What proves a change is a capture in which the writer's own package finds nothing that is the writer's
fault, and which the reader's package finds broken where it says."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conversations_compared.cases import CASES, Case
from tests.conversations_compared.proofs import judged
from tests.conversations_compared.small import files, revision
from tests.voxwire import operations
from voxspec.breaking.conversation import compare_conversations

SHOWN = {
    # Who waits gives up: nothing that was sent is wrong, and how long somebody waits is his own affair.
    "the client has less time": {"close"},
    "the server has more time": {"close"},
    "a message leads elsewhere": {"finding", "close"},
    # What a server keeps, and what it has counted of others, is in no capture.
    "sessions live shorter": {"close"},
    "less is kept": {"close"},
    "an address may have fewer sessions": {"close"},
    # Both have it for a mistake, which one of them puts up with.
    "what is refused is refused in another way": {"close"},
    # Who has not said anything yet, of whose side the capture may lack all, is blamed for nothing.
    "there is no session.yaml": {"close"},
    # The close is what is misunderstood; where the reader has it for something else, that is found.
    "what is gone closes with a code after which clients give up": {"close"},
    # It may have crossed the message that led on, or means something else to whoever reads it.
    "the client of the new revision passes over a message of the server": {"nothing"},
    "the greeting says seconds": {"finding", "nothing"},
    "another message is the complaint": {"nothing"},
    "something else names the session": {"nothing"},
    "no version means another": {"nothing"},
}
"""How the reader's package tells of it, where that is not by a finding."""

PUT_UP_WITH = {
    "what is refused is refused in another way": {"RESUME_REPEATED"},
    "nobody enforces a rate, and it is lower": {"RATE_EXCEEDED"},
}
"""Where the writer does what its own revision forbids and puts up with, and the other does not: the rule."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_captures_are_judged_as_the_proofs_say(case: Case, tmp_path: Path) -> None:
    revisions = revision(tmp_path, "old", files()), revision(tmp_path, "new", case.files())
    shown, own = set(), set()
    for before, after in (revisions, revisions[::-1]):
        for proof in judged(before, after, compare_conversations(before, after)):
            own |= {finding.rule.id for finding in proof.against_the_writer}
            shown.add(proof.shown)
    assert own == PUT_UP_WITH.get(case.name, set())
    assert shown == SHOWN.get(case.name, {"finding"} if shown else set())


OPERATIONS: dict[str, tuple[Callable[[Any], object], set[str]]] = {
    "heartbeats of the server come less often": (
        lambda session: session["server_heartbeat"]["interval"].update(value=30),
        {"finding"},
    ),
    "a client does not end a stream any more": (
        lambda session: session["streams"]["operation"].update(ended_by=["server/complete"]),
        {"finding", "nothing"},
    ),
}
"""What the small protocol does not have."""


@pytest.mark.parametrize("name", OPERATIONS)
def test_captures_of_operations(name: str, tmp_path: Path) -> None:
    change, expected = OPERATIONS[name]
    after = copy.deepcopy(operations.schema())
    change(after["session.yaml"])
    old, new = revision(tmp_path, "old", operations.schema()), revision(tmp_path, "new", after)
    found = [*judged(old, new, compare_conversations(old, new))]
    assert [proof.against_the_writer for proof in found] == [[] for _ in found]
    assert {proof.shown for proof in found} == expected

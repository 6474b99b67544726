"""Conversations that the strategies of a changed protocol draw, held against its checks."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from hypothesis import given

from tests.properties import existence
from tests.properties.messages import examples
from tests.session_as_data.edited import Edited
from tests.strategies.test_conversations import ASIDE
from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.testing import capture_of

Look = Callable[[Any], None]


def valid(made: Edited, look: Look) -> None:
    """`look` at valid conversations, in which nothing is found."""

    @examples(0.4)
    @given(made.protocol.strategies.conversations())
    def holds(conversation: Any) -> None:
        assert found(made, conversation) == set()
        look(conversation)

    holds()


def some(made: Edited, condition: Callable[[Any], bool]) -> Any:
    """A conversation that the strategies draw and for which `condition` is true."""
    return existence.some(made.protocol.strategies.conversations(), condition)


def near_misses(made: Edited, rule: str, look: Look) -> None:
    """`look` at conversations that break one rule, which is found, and nothing else."""

    @examples(0.1)
    @given(made.protocol.strategies.near_miss_conversations(rule))
    def holds(near_miss: Any) -> None:
        assert found(made, near_miss.conversation) == {rule, *near_miss.also}
        look(near_miss)

    holds()


def found(made: Edited, conversation: Any) -> set[str]:
    """The rules that the checks of the protocol find broken."""
    check = CaptureCheck("c.ndjson", Selection(), Statistics(), Sessions(), protocol=made.protocol)
    findings = check.findings_in(read_capture(io.BytesIO(capture_of(conversation))))
    return {str(finding.rule) for finding in findings if finding.rule not in ASIDE}


def types(connection: Any, side: str) -> list[str]:
    """The messages of one side on a connection, by type."""
    return [said.frame["type"] for said in connection.frames if said.side == side]

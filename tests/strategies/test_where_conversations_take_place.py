"""Conversations take place where a connection gets to by itself, whatever else most can be said in."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.properties.messages import examples
from tests.voxspec.conversation import FILES, changed
from tests.voxspec.mini import UINT, Data, field, generated, message, module_of
from voxwire.capture import read_capture
from voxwire.checks import CaptureCheck, Selection, Sessions, Statistics
from voxwire.protocol import AnyProtocol
from voxwire.testing import capture_of

pytestmark = pytest.mark.hypothesis  # the properties are inside of the tests, out of its sight


def schema() -> Data:
    """A protocol whose answer to a resume has a number, and where most can be said before it."""
    talk = copy.deepcopy(FILES["server/talk.yaml"])
    talk["messages"]["again"] = message({"last": field(UINT)}, {"last": 3})
    return changed(
        ("states.returning.client", {"heartbeat": "stays", "any": "stays"}),
        (
            "states.returning.server",
            {
                "resumed": "on",
                "sequenced": "stays",
                "heartbeat_answer": "stays",
                "complaint": "stays",
            },
        ),
        server_talk=talk,
    )


def rules(conversation: Any, protocol: AnyProtocol) -> set[str]:
    check = CaptureCheck("c.ndjson", Selection(), Statistics(), Sessions(), protocol=protocol)
    found = check.findings_in(read_capture(io.BytesIO(capture_of(conversation))))
    return {str(finding.rule) for finding in found} - {"CLOSE_MEANING", "UNKNOWN_FIELD"}


def test_what_is_drawn_keeps_and_breaks_rules(tmp_path: Path) -> None:
    with generated(schema(), tmp_path) as mini:
        protocol = module_of(mini, "protocol").PROTOCOL

        @examples(0.03)
        @given(protocol.strategies.conversations())
        def keeps(conversation: Any) -> None:
            assert rules(conversation, protocol) == set()

        keeps()
        for rule in ("SEQ_GAP", "RESUME_LAST_SEQ"):

            @examples(0.02)
            @given(protocol.strategies.near_miss_conversations(rule))
            def breaks(near_miss: Any) -> None:
                found = rules(near_miss.conversation, protocol)
                assert found == {near_miss.rule, *near_miss.also}

            breaks()

"""The list of rules is complete: nothing reports a rule that is not in it."""

import re
import sys
from pathlib import Path

import pytest

from voxmodels.v1 import CloseCode, ErrorCode
from voxwire.checks import RULES
from voxwire.cli import main
from voxwire.rules.blame import blamed
from voxwire.rules.examples import EXAMPLES
from voxwire.rules.page import page

SOURCES = sorted(
    Path(str(module.__file__)).read_text("utf-8")
    for name, module in sys.modules.items()
    if name.partition(".")[0] in {"voxmodels", "voxwire"}
    and ".strategies" not in name
    and name not in {"voxwire.rules.registry", "voxwire.rules.examples"}
)
"""Everything that `voxwire validate` runs on."""

FOUND = {rule for source in SOURCES for rule in re.findall(r'"([A-Z0-9]+(?:_[A-Z0-9]+)+)"', source)}
NOT_RULES = {
    "AUTH_RATE_LIMITED",
    "CONTROL_TYPES",
    "NOT_JSON",
    "O_BINARY",
    "NO_COLOR",
    "NO_PROXY",
    "PROTOCOL_VERSION",
    *ErrorCode.__members__,
}
"""Other names that look like rules."""


def test_every_rule_in_the_code_is_listed() -> None:
    assert {"FIELD_MISSING", "JSON_DUPLICATE_KEY", "SEQ_GAP", "CAPTURE_EMPTY"} <= FOUND
    assert FOUND - set(RULES) - NOT_RULES - set(CloseCode.__members__) == set()


def test_every_listed_rule_is_in_the_code() -> None:
    assert set(RULES) - FOUND == set()


def test_rules_are_written_alike() -> None:
    for id_, rule in RULES.items():
        assert rule.id == id_
        assert re.fullmatch("[A-Z]+(_[A-Z0-9]+)+", id_)
        assert rule.meaning.endswith(".")
        assert rule.severity in {"error", "warning", "note"}
    assert {id_ for id_, rule in RULES.items() if rule.strict} == {
        "UNKNOWN_TYPE",
        "UNKNOWN_FIELD",
        "UNKNOWN_ENUM_VALUE",
        "UNKNOWN_SHAPE",
        "RELAYED_VALUE",
        "PUBLISHED_NAME",
    }


def test_the_command_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if line.startswith(" ")] == list(RULES)
    assert lines[0] == "capture"
    (unknown,) = [line.split(maxsplit=2) for line in lines if "UNKNOWN_FIELD " in line]
    assert unknown == ["UNKNOWN_FIELD", "note*", RULES["UNKNOWN_FIELD"].meaning]


def test_the_command_explains_some(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules", "seq_gap", "FIELD_TYPE,FIELD_RANGE"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [
        "payload",
        "FIELD_TYPE",
        "example",
        "FIELD_RANGE",
        "example",
        "sequence",
        "SEQ_GAP",
        "example",
    ]
    with pytest.raises(SystemExit) as caught:
        main(["rules", "SEQ_GAPS"])
    assert caught.value.code == 2
    assert "unknown rule 'SEQ_GAPS' (did you mean 'SEQ_GAP'?)" in capsys.readouterr().err


def test_every_rule_has_an_example() -> None:
    assert list(EXAMPLES) == list(RULES)


@pytest.mark.parametrize(
    ("rule", "of_client", "of_server", "of_no_frame"),
    [
        ("FIELD_TYPE", "client", "server", None),
        ("UNKNOWN_SHAPE", "client", "other client", "client"),
        ("JSON_NOT_FINITE", "client", None, "client"),
        ("JSON_DUPLICATE_KEY", "client", None, "client"),
        ("JSON_TOO_DEEP", "client", None, "client"),
        ("UNKNOWN_ENUM_VALUE", "client", None, "client"),
        ("HEARTBEAT_LATE", "client", None, "client"),
        ("HEARTBEAT_ACK_MISSING", "server", "server", "server"),
        ("CAPTURE_EMPTY", "capture", "capture", "capture"),
        ("SEQ_GAP", None, None, None),
    ],
)
def test_who_is_to_blame(
    rule: str, of_client: str | None, of_server: str | None, of_no_frame: str | None
) -> None:
    culprit = RULES[rule].culprit
    assert (blamed(culprit, "c2s"), blamed(culprit, "s2c"), blamed(culprit, None)) == (
        of_client,
        of_server,
        of_no_frame,
    )


def test_rules_that_blame_nobody_are_few() -> None:
    assert {id_ for id_, rule in RULES.items() if rule.culprit is None} == {
        "FRAME_TOO_LARGE",
        "MODEL_MISMATCH",
        "SEQ_GAP",
        "HELLO_NOT_FIRST",
        "HELLO_REPEATED",
        "FRAME_AFTER_CLOSE",
        "CLOSE_CODE_UNEXPECTED",
        "CLOSE_CODE_UNKNOWN",
        "CLOSE_CODE_INVALID",
        "CLOSE_REASON_MISMATCH",
        "CLOSE_MEANING",
    }


def test_the_page_of_rules_is_current() -> None:
    path = Path(__file__).parents[2] / "docs" / "rules.md"
    assert path.read_text("utf-8") == page(), "python -m voxwire.rules.page > docs/rules.md"

"""What `voxspec diff` says of types that are of another kind, and of what stands in them: one line each."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations_compared.small import files, message, revision
from tests.voxspec.mini import UINT, Data, field
from voxspec.breaking.compare import compare
from voxspec.breaking.differences import differing
from voxspec.breaking.differences.report import text_lines
from voxspec.report.style import Style

TEXT: Data = {"type": "string"}
RECORD: Data = {"type": "object", "required": ["a"], "properties": {"a": field(UINT)}}
LISTED: Data = {"x-open": False, "x-enum-descriptions": {"a": "A.", "b": "B."}}
NUMBERED: Data = {
    "type": "integer",
    "format": "uint32",
    "x-open": False,
    "enum": [1],
    "x-enum-names": {1: "a"},
    "x-enum-descriptions": {1: "A."},
}


def holding(what: Data, value: object) -> Data:
    made = files()
    made["types.yaml"] = {"types": {"thing": {"description": "T.", **what}}}
    said = message({"what": field({"$ref": "thing"})}, {"what": value}, seq="required")
    made["server/main.yaml"]["messages"]["said"] = said
    return made


def bare(what: Data, value: object) -> Data:
    made = files()
    made["server/main.yaml"]["messages"]["said"] = message(
        {"what": field(what)}, {"what": value}, seq="required"
    )
    return made


def lines(old: Data, new: Data, folder: Path) -> list[str]:
    """What is printed of the message's field, or of the type."""
    before, after = revision(folder, "old", old), revision(folder, "new", new)
    told = text_lines(before, after, differing(before, after, compare(before, after)), Style())
    return [line.strip() for line in told if line.startswith("  ") and "examples" not in line]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            holding(RECORD, {"a": 1}),
            holding({"type": "array", "items": UINT}, [1]),
            "~ type: record → array of uint32  [CLIENT, SERVER, SOURCE: FIELD_SAME_TYPE]",
        ),
        (
            holding(NUMBERED, 1),
            holding({**TEXT, "enum": ["a", "b"], **LISTED}, "a"),
            "~ type: enum of uint32 → enum of string  [CLIENT, SERVER, SOURCE: FIELD_SAME_TYPE]",
        ),
        (
            bare({**TEXT, "format": "date-time"}, "2026-01-31T12:00:00Z"),
            bare(UINT, 1),
            "~ what: date-time → uint32  [CLIENT, SERVER, SOURCE: FIELD_SAME_TYPE]",
        ),
        (
            bare({**TEXT, "contentEncoding": "base64"}, "QQ=="),
            bare(TEXT, "QQ=="),
            "~ what: base64 → string  [CLIENT: CONSTRAINT_LOOSENED]",
        ),
        (
            bare({"type": "object", "additionalProperties": TEXT}, {}),
            bare({"type": "object", "additionalProperties": UINT}, {}),
            "~ what: map of string → map of uint32  [CLIENT, SERVER, SOURCE: FIELD_SAME_TYPE]",
        ),
    ],
    ids=["a record", "an enum", "a time", "base64", "a map"],
)
def test_a_type_that_is_another(old: Data, new: Data, told: str, tmp_path: Path) -> None:
    assert lines(old, new, tmp_path) == [told]


def test_a_key_of_a_message_that_must_be_there(tmp_path: Path) -> None:
    def keyed(presence: str) -> Data:
        made = files()
        made["protocol.yaml"]["envelope"]["keys"] = {
            "id": {
                "direction": "both",
                "presence": "forbidden",
                "schema": {"type": "string"},
                "description": "I.",
            }
        }
        wave = made["client/main.yaml"]["messages"]["wave"]
        wave["keys"] = {"id": presence}
        wave["examples"][0]["keys"] = {"id": "a"}
        return made

    assert lines(keyed("optional"), keyed("required"), tmp_path) == [
        "~ keys/id: optional → required  [CLIENT, SOURCE: FIELD_OPTIONAL_TO_REQUIRED]"
    ]

"""Payloads of other kinds, that come and go, and keys of frames: decided also where frames are flat."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.breaking.test_table import TEXT, A, changes_of, of_side, payload, verdicts_of, wanted
from tests.voxspec.mini import ANY, Data

P = payload("a", a=A)
NULLABLE: Data = {**P, "type": ["object", "null"]}
OBJECT: Data = {"type": "object"}
MAP: Data = {"type": "object", "additionalProperties": TEXT}

ROWS: dict[str, tuple[Any, Any, dict[str, str]]] = {
    "a record, and a map": (P, MAP, {"MESSAGE_SAME_PAYLOAD": ".xx."}),
    "any object, and a record": (OBJECT, P, {"FIELD_NO_ADD_REQUIRED": "x..x"}),
    "a record or null, and any JSON": (NULLABLE, ANY, {"MESSAGE_SAME_PAYLOAD": ".xx."}),
    "any JSON, and a record": (ANY, P, {"MESSAGE_SAME_PAYLOAD": "x..x"}),
    "one that was ignored": ("ignored", P, {"MESSAGE_PAYLOAD_ADDED": "x..x"}),
    "one that is ignored from now on": (P, "ignored", {"MESSAGE_PAYLOAD_REMOVED": ".xx."}),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_payload(row: str, side: str, tmp_path: Path) -> None:
    before, after, told = ROWS[row]
    changes = changes_of(of_side(side, before), of_side(side, after), tmp_path)
    assert {change.rule: verdicts_of(change) for change in changes} == {
        rule: wanted(side, verdicts) for rule, verdicts in told.items()
    }


FLAT: dict[str, tuple[tuple[Any, str], tuple[Any, str], bool, dict[str, str]]] = {
    "fields that come": ((False, ""), (P, ""), False, {"MESSAGE_PAYLOAD_ADDED": "x..x"}),
    "fields that come, of closed frames": (
        (False, ""), (P, ""), True, {"MESSAGE_PAYLOAD_ADDED": "xxxx"},
    ),
    "fields that go": ((P, ""), (False, ""), False, {"MESSAGE_PAYLOAD_REMOVED": ".xx."}),
    "a key that may be there": (
        (P, "forbidden"), (P, "optional"), False, {"FIELD_ADDED": ".xx."},
    ),
    "a key that must be there": (
        (P, "optional"), (P, "required"), False, {"FIELD_OPTIONAL_TO_REQUIRED": "x..x"},
    ),
    "a key that is passed over": (
        (P, "optional"), (P, "ignored"), False, {"FIELD_NO_DELETE": "~xx."},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", FLAT)
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_flat_frame(row: str, side: str, tmp_path: Path) -> None:
    *pair, closed, told = FLAT[row]
    files = [_flat(side, *one, closed=closed) for one in pair]
    changes = changes_of(files[0], files[1], tmp_path)
    on_the_wire = [change for change in changes if not change.rule.startswith("ATTRIBUTE_")]
    assert {change.rule: verdicts_of(change) for change in on_the_wire} == {
        rule: wanted(side, verdicts) for rule, verdicts in told.items()
    }


def _flat(side: str, expression: Any, presence: str, *, closed: bool) -> Data:
    more = {"keys": {"id": presence}} if presence else {}
    files = of_side(side, expression, **more)
    envelope = files["protocol.yaml"]["envelope"]
    del envelope["payload"]
    envelope["closed"] = closed
    envelope["keys"] = {
        "id": {"direction": "both", "presence": "forbidden", "schema": TEXT, "description": "I."}
    }
    return files


def test_a_field_that_others_give_from_now_on_is_told_once(tmp_path: Path) -> None:
    relayed = payload("a", a={**A, "x-relayed": True})
    files = [of_side("server", shape) for shape in (P, relayed)]
    (change,) = changes_of(files[0], files[1], tmp_path)
    assert (change.rule, change.subject) == ("FIELD_TYPE_WIDENED", "server/thing/a")
    assert verdicts_of(change) == wanted("server", "..x.")

"""What is lost where nobody refuses anything, and changes that are only said otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conversations_compared.small import files, message, revision
from tests.voxspec.mini import UINT, Data, field
from voxspec.breaking.compare import compare
from voxspec.breaking.verdict import Category, Change, Verdict

TEXT: Data = {"type": "string"}
MAP: Data = {"type": "object", "additionalProperties": TEXT}


def holding(what: Data, value: object, **types: Data) -> Data:
    """A message of each side with a field of a type."""
    made = files()
    if types:
        made["types.yaml"] = {"types": {n: {"description": "T.", **t} for n, t in types.items()}}
    said = message({"what": field(what)}, {"what": value})
    made["client/main.yaml"]["messages"]["say"] = said
    made["server/main.yaml"]["messages"]["said"] = {**said, "seq": "required"}
    return made


def found(old: Data, new: Data, folder: Path) -> list[Change]:
    changes = compare(revision(folder, "old", old), revision(folder, "new", new))
    notes = ("VERSION_BUMPED_ON_BREAK", "TYPE_ADDED", "TYPE_REMOVED")
    return [change for change in changes if change.rule not in notes]


def lost(change: Change) -> set[str]:
    return {
        f"{effect.who}: {effect.what}"
        for effect in change.effects
        if effect.verdict is Verdict.LOSES
    }


def record(**more: object) -> Data:
    return {"type": "object", "properties": {"desk": field(TEXT)}, **more}


def test_a_map_that_becomes_a_record(tmp_path: Path) -> None:
    """Readers of the record pass over most of what was there, and nobody refuses it."""
    mapped = holding(MAP, {})
    listed = holding({"$ref": "tags"}, {}, tags=record())
    forth, back = found(mapped, listed, tmp_path), found(listed, mapped, tmp_path)
    assert {change.rule for change in forth} == {"FIELD_TYPE_NARROWED"}
    assert {change.rule for change in back} == {"FIELD_TYPE_WIDENED"}
    over = "pass over keys that the record does not have"
    assert set().union(*map(lost, forth)) == {
        f"old clients with a new server: new servers {over}",
        f"new clients with an old server: new clients {over}",
    }
    assert set().union(*map(lost, back)) == {
        f"old clients with a new server: old clients {over}",
        f"new clients with an old server: old servers {over}",
    }
    assert all(change.categories == {Category.SOURCE} for change in (*forth, *back))


def test_a_map_that_becomes_a_record_that_keeps_all(tmp_path: Path) -> None:
    """Unlike one that does not, where both take whatever the other end writes."""
    anything = {"desk": field({"x-any-json": True})}
    mapped = holding({"type": "object"}, {})
    for extra, is_lost in ((True, False), (False, True)):
        tags = record(properties=anything, **({"x-extra": True} if extra else {}))
        changes = found(mapped, holding({"$ref": "tags"}, {}, tags=tags), tmp_path)
        assert any(lost(change) for change in changes) == is_lost


def test_a_field_that_is_not_sent_any_more(tmp_path: Path) -> None:
    """Who still knows it misses it; who does not know it passes over it."""
    old = holding({"$ref": "tags"}, {}, tags=record())
    new = holding({"$ref": "tags"}, {}, tags=record(properties={"room": field(UINT)}))
    (gone,) = [change for change in found(old, new, tmp_path) if change.rule == "FIELD_NO_DELETE"]
    assert lost(gone) == {"old clients with a new server: new servers do not know it"}
    for made in (old, new):
        made["client/main.yaml"]["messages"]["say"] = message({}, {})
    (gone,) = [change for change in found(old, new, tmp_path) if change.rule == "FIELD_NO_DELETE"]
    assert lost(gone) == {"old clients with a new server: new servers do not send it"}


@pytest.mark.parametrize("unit", ["ms", "percent"])
def test_a_unit_that_was_not_said(unit: str, tmp_path: Path) -> None:
    """That something has always been in it nobody can tell from a schema; another unit is another thing."""
    bare, said = holding(UINT, 1), holding({**UINT, "x-unit": unit}, 1)
    for old, new, words in (
        (bare, said, f"is said to be in {unit} now"),
        (said, bare, f"is not said to be in {unit} any more"),
    ):
        changes = found(old, new, tmp_path)
        assert {change.rule for change in changes} == {"FIELD_SAME_UNIT"}
        assert all(change.categories == {Category.NOTE} for change in changes)
        assert all(change.message.endswith(words) for change in changes)


def test_a_bound_that_is_in_the_range_now(tmp_path: Path) -> None:
    """One change of one bound: nothing is tighter."""
    open_, closed = (
        holding({"type": "number", "minimum": 0, keyword: 360}, 1)
        for keyword in ("exclusiveMaximum", "maximum")
    )
    client, server = found(open_, closed, tmp_path)
    assert (client.rule, client.was, client.now) == ("CONSTRAINT_LOOSENED", "less than 360", "360")
    assert server.rule == "CONSTRAINT_LOOSENED"
    assert server.message.endswith("allows more: 360 and not less than 360")
    assert {change.rule for change in found(closed, open_, tmp_path)} == {"CONSTRAINT_TIGHTENED"}

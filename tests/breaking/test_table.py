"""Every row of the table of changes, in both directions and both skews, with rule and subject."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.breaking.random_schemas import load
from tests.voxspec.mini import BASE, Data, enum, field, record
from voxspec.breaking.compare import compare
from voxspec.breaking.verdict import Change, Verdict, Who

BREAKS, LOSES = Verdict.BREAKS, Verdict.LOSES
_VERDICTS = {"x": BREAKS, "~": LOSES, ".": None, "?": Verdict.UNKNOWN}

UINT: Data = {"type": "integer", "format": "uint32"}
TEXT: Data = {"type": "string"}
NUMBER: Data = {"type": "number"}


def payload(required: str = "", **properties: Data) -> Data:
    """A payload with these keys, some of them required."""
    made = record(*required.split(), **properties)
    del made["description"]
    return made


def one_of(made: Data, *names: str) -> Data:
    return {**made, "oneOf": [{"required": [name]} for name in names]}


def when(made: Data, **more: Any) -> Data:
    condition = {"properties": {"a": {"const": True}}, "required": ["a"]}
    return {**made, "if": condition, "then": {"required": ["b"]}, **more}


def typed(before: Data, after: Data) -> tuple[Data, Data]:
    """A required field of a type, and of another."""
    return payload("a", a=field(before)), payload("a", a=field(after))


A = field(TEXT)
YES = field({"type": "boolean"})
CLOSED = {"additionalProperties": False}

# The columns are: client to server with old clients and a new server (A), and the other skew (B); then
# server to client, A and B. x breaks, ~ is lost, . is fine.
ROWS: dict[str, tuple[tuple[Data, Data], str, str, str]] = {
    "required field added": (
        (payload("a", a=A), payload("a b", a=A, b=field(UINT))),
        "FIELD_NO_ADD_REQUIRED", "b", "x..x",
    ),
    "required field removed": (
        (payload("a b", a=A, b=field(UINT)), payload("a", a=A)),
        "FIELD_NO_DELETE_REQUIRED", "b", "~xx.",
    ),
    "optional field removed": (
        (payload("a", a=A, b=field(UINT)), payload("a", a=A)),
        "FIELD_NO_DELETE", "b", "~.~.",
    ),
    "optional field added": (
        (payload("a", a=A), payload("a", a=A, b=field(UINT))),
        "FIELD_ADDED", "b", "....",
    ),
    "optional field added to a closed record": (
        ({**payload("a", a=A), **CLOSED}, {**payload("a", a=A, b=field(UINT)), **CLOSED}),
        "FIELD_ADDED", "b", ".xx.",
    ),
    "optional field removed from a closed record": (
        ({**payload("a", a=A, b=field(UINT)), **CLOSED}, {**payload("a", a=A), **CLOSED}),
        "FIELD_NO_DELETE", "b", "x.~x",
    ),
    "optional to required": (
        (payload("", a=A), payload("a", a=A)), "FIELD_OPTIONAL_TO_REQUIRED", "a", "x..x",
    ),
    "required to optional": (
        (payload("a", a=A), payload("", a=A)), "FIELD_REQUIRED_TO_OPTIONAL", "a", ".xx.",
    ),
    "gains null": (
        typed(TEXT, {"type": ["string", "null"]}), "FIELD_GAINS_NULL", "a", ".xx.",
    ),
    "loses null": (
        typed({"type": ["string", "null"]}, TEXT), "FIELD_LOSES_NULL", "a", "x..x",
    ),
    "type widened": (
        typed(UINT, {"oneOf": [UINT, TEXT]}), "FIELD_TYPE_WIDENED", "a", ".xx.",
    ),
    "null becomes text or null": (
        typed({"type": "null"}, {"type": ["string", "null"]}), "FIELD_TYPE_WIDENED", "a", ".xx.",
    ),
    "text or null becomes null": (
        typed({"type": ["string", "null"]}, {"type": "null"}), "FIELD_TYPE_NARROWED", "a", "x..x",
    ),
    "integer becomes any number": (typed(UINT, NUMBER), "FIELD_TYPE_WIDENED", "a", ".xx."),
    "type narrowed": (
        typed(NUMBER, {"type": "integer", "format": "int64"}), "FIELD_TYPE_NARROWED", "a", "x..x",
    ),
    "another type": (typed(UINT, TEXT), "FIELD_SAME_TYPE", "a", "xxxx"),
    "another type of items": (
        typed({"type": "array", "items": UINT}, {"type": "array", "items": TEXT}),
        "FIELD_SAME_TYPE", "a/items", "xxxx",
    ),
    "another type of values": (
        typed(
            {"type": "object", "additionalProperties": UINT},
            {"type": "object", "additionalProperties": TEXT},
        ),
        "FIELD_SAME_TYPE", "a/values", "xxxx",
    ),
    "integer grows": (
        typed(UINT, {"type": "integer", "format": "uint64"}), "FIELD_INT_WIDTH_GROWS", "a", ".xx.",
    ),
    "integer shrinks": (
        typed({"type": "integer", "format": "uint64"}, UINT), "FIELD_TYPE_NARROWED", "a", "x..x",
    ),
    "required field renamed": (
        (payload("user_id", user_id=field(UINT)), payload("member_id", member_id=field(UINT))),
        "FIELD_SAME_NAME", "user_id", "xxxx",
    ),
    "optional field renamed": (
        (payload("", user_id=field(UINT)), payload("", member_id=field(UINT))),
        "FIELD_SAME_NAME", "user_id", "~~~~",
    ),
    "another unit": (
        typed({**UINT, "x-unit": "s"}, {**UINT, "x-unit": "ms"}), "FIELD_SAME_UNIT", "a/unit", "xxxx",
    ),
    "another form of text": (
        typed(
            {"type": "string", "contentEncoding": "base64"},
            {"type": "string", "format": "date-time"},
        ),
        "FIELD_SAME_UNIT", "a/form", "xxxx",
    ),
    "maximum lowered": (
        typed({**UINT, "maximum": 9}, {**UINT, "maximum": 5}), "CONSTRAINT_TIGHTENED", "a/maximum", "x..x",
    ),
    "pattern added": (
        typed(TEXT, {**TEXT, "pattern": "^[a-z]+$"}), "CONSTRAINT_TIGHTENED", "a/pattern", "x..x",
    ),
    "one more text of a pattern": (
        typed({**TEXT, "pattern": "^(?:on|off)$"}, {**TEXT, "pattern": "^(?:on|off|auto)$"}),
        "CONSTRAINT_LOOSENED", "a/pattern", ".xx.",
    ),
    "less characters of a pattern": (
        typed({**TEXT, "pattern": "^[a-z0-9]{1,64}$"}, {**TEXT, "pattern": "^[a-z]{1,64}$"}),
        "CONSTRAINT_TIGHTENED", "a/pattern", "x..x",
    ),
    "shorter texts of a pattern": (
        typed({**TEXT, "pattern": "^[a-z]{1,64}$"}, {**TEXT, "pattern": "^[a-z]{1,63}$"}),
        "CONSTRAINT_TIGHTENED", "a/pattern", "x..x",
    ),
    "a length that no text of a pattern has": (
        typed({**TEXT, "pattern": "^[a-z]{1,64}$"}, {**TEXT, "pattern": "^[a-z]{1,64}$", "maxLength": 64}),
        "CONSTRAINT_TIGHTENED", "a/maxLength", "....",
    ),
    "less than the only length of a pattern": (
        typed({**TEXT, "pattern": "^(?:[0-9a-f]{128})?$"}, {**TEXT, "pattern": "^(?:[0-9a-f]{128})?$", "maxLength": 5}),
        "CONSTRAINT_TIGHTENED", "a/maxLength", "x..x",
    ),
    "any text instead of a line": (
        typed({**TEXT, "pattern": "^.*$"}, TEXT), "CONSTRAINT_LOOSENED", "a/pattern", ".xx.",
    ),
    "longest text lowered": (
        typed({**TEXT, "maxLength": 9}, {**TEXT, "maxLength": 5}), "CONSTRAINT_TIGHTENED", "a/maxLength", "x..x",
    ),
    "most items lowered": (
        typed(
            {"type": "array", "items": TEXT, "maxItems": 9},
            {"type": "array", "items": TEXT, "maxItems": 5},
        ),
        "CONSTRAINT_TIGHTENED", "a/maxItems", "x..x",
    ),
    "most JSON lowered": (
        typed({"type": "object", "x-max-json-length": 99}, {"type": "object", "x-max-json-length": 50}),
        "CONSTRAINT_TIGHTENED", "a/x-max-json-length", "x..x",
    ),
    "minimum lowered": (
        typed({**UINT, "minimum": 5}, UINT), "CONSTRAINT_LOOSENED", "a/minimum", ".xx.",
    ),
    "one more of which exactly one is there": (
        (
            one_of(payload("", a=A, b=A), "a", "b"),
            one_of(payload("", a=A, b=A, c=A), "a", "b", "c"),
        ),
        "ONEOF_MEMBER_ADDED", "c", ".xx.",
    ),
    "one less of which exactly one is there": (
        (
            one_of(payload("", a=A, b=A, c=A), "a", "b", "c"),
            one_of(payload("", a=A, b=A), "a", "b"),
        ),
        "ONEOF_MEMBER_REMOVED", "c", "x..x",
    ),
    "exactly one is asked for": (
        (payload("", a=A, b=A), one_of(payload("", a=A, b=A), "a", "b")),
        "ONEOF_STRICTER", "exactly_one_of/a/b", "x..x",
    ),
    "exactly one is asked for no more": (
        (one_of(payload("", a=A, b=A), "a", "b"), payload("", a=A, b=A)),
        "ONEOF_LOOSER", "exactly_one_of/a/b", ".xx.",
    ),
    "a condition is added": (
        (payload("a", a=YES, b=A), when(payload("a", a=YES, b=A))),
        "ONEOF_STRICTER", "required_when/a/True/b", "x..x",
    ),
    "a condition is removed": (
        (when(payload("a", a=YES, b=A)), payload("a", a=YES, b=A)),
        "ONEOF_LOOSER", "required_when/a/True/b", ".xx.",
    ),
    "other keys are kept no more": (
        ({**payload("a", a=A), "x-extra": True}, {**payload("a", a=A), **CLOSED}),
        "RECORD_NO_EXTRA", "x-extra", "x.~x",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_row(row: str, side: str, tmp_path: Path) -> None:
    (before, after), rule, subject, verdicts = ROWS[row]
    changes = changes_of(of_side(side, before), of_side(side, after), tmp_path)
    assert_one(changes, rule, f"{side}/thing/{subject}", wanted(side, verdicts))


def wanted(side: str, verdicts: str) -> tuple[Verdict | None, Verdict | None]:
    """What a row says for old clients and for new ones."""
    at = 0 if side == "client" else 2
    return _VERDICTS[verdicts[at]], _VERDICTS[verdicts[at + 1]]


def of_side(side: str, expression: Any, types: Data | None = None, **more: Any) -> Data:
    """A schema in which a side sends a message with this payload, and both send another."""
    files = copy.deepcopy(BASE)
    other = {"summary": "O", "description": "O.", "seq": "never", "payload": False}
    thing = {"summary": "T", "description": "T.", "seq": "never", "payload": expression, **more}
    for name in ("client", "server"):
        there = {"other": other, **({"thing": thing} if name == side else {})}
        files[f"{name}/main.yaml"] = {
            "area": "main", "title": "M", "description": "M.", "messages": there
        }  # fmt: skip
    files["types.yaml"] = {"types": types or {}}
    return copy.deepcopy(files)


def changes_of(before: Data, after: Data, folder: Path) -> list[Change]:
    """What differs, but for the note about the version."""
    old, new = (load(f, folder / n, n) for n, f in (("old", before), ("new", after)))
    assert old is not None
    assert new is not None
    return [c for c in compare(old, new) if c.rule != "VERSION_BUMPED_ON_BREAK"]


def assert_one(
    changes: list[Change], rule: str, subject: str, verdicts: tuple[Verdict | None, Verdict | None]
) -> None:
    """That of all that differs on the wire, this is the only thing, with these verdicts."""
    found = [c for c in changes if (c.rule, c.subject) == (rule, subject)]
    assert len(found) == 1, changes
    (change,) = found
    assert verdicts_of(change) == verdicts
    for other in changes:
        if other is not change:
            assert verdicts_of(other) == (None, None), other
    for effect in change.effects:
        if effect.verdict is BREAKS and effect.who is not Who.SOURCE:
            assert effect.proof is not None


def verdicts_of(change: Change) -> tuple[Verdict | None, Verdict | None]:
    """What a change is for old clients and for new ones."""
    said = {effect.who: effect.verdict for effect in change.effects}
    return said.get(Who.OLD_CLIENTS), said.get(Who.NEW_CLIENTS)


# --- Named types ----------------------------------------------------------------------------------

E: Data = payload("a", a=field({"$ref": "e"}))
TYPE_ROWS: dict[str, tuple[Data, Data, str, str, str]] = {
    "value added": (enum("a"), enum("a", "b"), "ENUM_VALUE_ADDED", "values/b", ".xx."),
    "value removed": (enum("a", "b"), enum("a"), "ENUM_VALUE_REMOVED", "values/b", "x..x"),
    "value added to an open enum": (
        enum("a", **{"x-open": True}), enum("a", "b", **{"x-open": True}),
        "ENUM_VALUE_ADDED", "values/b", ".~..",
    ),
    "value removed from an open enum": (
        enum("a", "b", **{"x-open": True}), enum("a", **{"x-open": True}),
        "ENUM_VALUE_REMOVED", "values/b", "~..~",
    ),
    "opened": (enum("a"), enum("a", **{"x-open": True}), "ENUM_OPENED", "x-open", ".xx."),
    "closed": (enum("a", **{"x-open": True}), enum("a"), "ENUM_CLOSED", "x-open", "x..x"),
    "field of a shared record removed": (
        record("a", "b", a=A, b=A), record("a", a=A), "FIELD_NO_DELETE_REQUIRED", "b", "~xx.",
    ),
    "flag moved": (
        {**UINT, "description": "F.", "x-flags": {"a": {"bit": 0, "description": "A."}}},
        {**UINT, "description": "F.", "x-flags": {"a": {"bit": 1, "description": "A."}}},
        "FLAG_SAME_BIT", "flags/a", "xxxx",
    ),
    "flag removed": (
        {**UINT, "description": "F.", "x-flags": {
            "a": {"bit": 0, "description": "A."}, "b": {"bit": 1, "description": "A."}}},
        {**UINT, "description": "F.", "x-flags": {"a": {"bit": 0, "description": "A."}}},
        "FLAG_REMOVED", "flags/b", "~..~",
    ),
    "flag added": (
        {**UINT, "description": "F.", "x-flags": {"a": {"bit": 0, "description": "A."}}},
        {**UINT, "description": "F.", "x-flags": {
            "a": {"bit": 0, "description": "A."}, "b": {"bit": 1, "description": "A."}}},
        "FLAG_ADDED", "flags/b", ".~..",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", TYPE_ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_row_of_types(row: str, side: str, tmp_path: Path) -> None:
    before, after, rule, subject, verdicts = TYPE_ROWS[row]
    files = [of_side(side, E, types={"e": type_}) for type_ in (before, after)]
    changes = changes_of(files[0], files[1], tmp_path)
    assert_one(changes, rule, f"types/e/{subject}", wanted(side, verdicts))
    [change] = [c for c in changes if c.rule == rule]
    assert change.reaches == (f"{side}/thing",)


def test_what_an_enum_value_was_and_is(tmp_path: Path) -> None:
    less, more = (of_side("client", E, {"e": enum(*names)}) for names in ("a", "ab"))
    (added,) = [c for c in changes_of(less, more, tmp_path / "more") if c.effects]
    (gone,) = [c for c in changes_of(more, less, tmp_path / "less") if c.effects]
    assert [(c.was, c.now) for c in (added, gone)] == [("", '"b"'), ('"b"', "")]


def variant(name: str) -> Data:
    tag = {"type": "string", "const": name, "description": "T."}
    return {"type": "object", "required": ["k"], "properties": {"k": tag}, "description": "V."}


@pytest.mark.parametrize("side", ["client", "server"])
def test_variants_of_a_union(side: str, tmp_path: Path) -> None:
    variants = {name: variant(name) for name in ("one", "two", "three")}
    files = []
    for names in (("one", "two"), ("one", "two", "three")):
        union = {"oneOf": [{"$ref": name} for name in names], "description": "U."}
        files.append(of_side(side, E, types={**variants, "e": union}))
    more = changes_of(files[0], files[1], tmp_path / "more")
    assert_one(more, "UNION_VARIANT_ADDED", "types/e/three", wanted(side, ".xx."))
    less = changes_of(files[1], files[0], tmp_path / "less")
    assert_one(less, "UNION_VARIANT_REMOVED", "types/e/three", wanted(side, "x..x"))


# --- Messages -------------------------------------------------------------------------------------

P: Data = payload("a", a=A)
MESSAGE_ROWS: dict[str, tuple[Data, Data, str, str, str]] = {
    "removed": ({}, {"gone": True}, "MESSAGE_NO_DELETE", "thing", "x.~~"),
    "added": ({"gone": True}, {}, "MESSAGE_ADDED", "thing", ".~.."),
    "renamed": ({}, {"called": "things"}, "MESSAGE_SAME_NAME", "things", "xxxx"),
    "payload becomes required": (
        {"payload_optional": True}, {}, "MESSAGE_PAYLOAD_REQUIRED", "thing/payload", "x..x",
    ),
    "payload becomes optional": (
        {}, {"payload_optional": True}, "MESSAGE_PAYLOAD_OPTIONAL", "thing/payload", ".xx.",
    ),
    "payload may be null": (
        {}, {"payload": {**P, "type": ["object", "null"]}},
        "MESSAGE_PAYLOAD_OPTIONAL", "thing/payload", ".xx.",
    ),
    "payload added": (
        {"payload": False}, {}, "MESSAGE_PAYLOAD_ADDED", "thing/payload", "xxxx",
    ),
    "payload removed": (
        {}, {"payload": False}, "MESSAGE_PAYLOAD_REMOVED", "thing/payload", "xxxx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", MESSAGE_ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
def test_a_row_of_messages(row: str, side: str, tmp_path: Path) -> None:
    before, after, rule, subject, verdicts = MESSAGE_ROWS[row]
    files = []
    for edit in (before, after):
        edit = dict(edit)
        gone, called = edit.pop("gone", False), edit.pop("called", "thing")
        made = of_side(side, edit.pop("payload", P), **edit)
        there = made[f"{side}/main.yaml"]["messages"]
        thing = there.pop("thing")
        there |= {} if gone else {called: thing}
        files.append(made)
    changes = changes_of(files[0], files[1], tmp_path)
    assert_one(changes, rule, f"{side}/{subject}", wanted(side, verdicts))


@pytest.mark.parametrize("policies", [("never", "required"), ("required", "never")])
def test_numbered_or_not(policies: tuple[str, str], tmp_path: Path) -> None:
    files = [of_side("server", P, seq=policy) for policy in policies]
    changes = changes_of(files[0], files[1], tmp_path)
    assert_one(changes, "MESSAGE_SAME_SEQ", "server/thing/seq", (BREAKS, BREAKS))


# --- Where a type is part of a message --------------------------------------------------------------


@pytest.mark.parametrize("side", ["client", "server"])
def test_a_reader_that_does_not_look_at_the_shortest_way(side: str, tmp_path: Path) -> None:
    deep, short = field({"$ref": "w"}), field({"$ref": "e"})
    wrapper = record("t", t=short)
    less = of_side(side, payload("deep", deep=deep), {"e": enum("a"), "w": wrapper})
    more = of_side(side, payload("deep", deep=deep, x=short), {"e": enum("a", "b"), "w": wrapper})
    added = changes_of(less, more, tmp_path / "added")
    (change,) = [c for c in added if c.rule == "ENUM_VALUE_ADDED"]
    assert verdicts_of(change) == wanted(side, ".xx.")
    gone = changes_of(more, less, tmp_path / "gone")
    (change,) = [c for c in gone if c.rule == "ENUM_VALUE_REMOVED"]
    assert verdicts_of(change) == wanted(side, "x..x")
    assert {"ENUM_VALUE_REMOVED", "FIELD_NO_DELETE"} == {c.rule for c in gone if c.effects}


@pytest.mark.parametrize("name", ["next", "default", "enum", "const", "examples", "x-next"])
def test_a_type_that_holds_itself_under_any_name(name: str, tmp_path: Path) -> None:
    itself = field({"$ref": "e"})
    one, more = record("a", a=A, **{name: itself}), record("a", a=A, b=A, **{name: itself})
    files = [of_side("client", E, types={"e": type_}) for type_ in (one, more)]
    changes = changes_of(files[0], files[1], tmp_path)
    assert [(c.rule, c.subject, c.effects) for c in changes] == [("FIELD_ADDED", "types/e/b", ())]


# --- Flat frames ----------------------------------------------------------------------------------

FLAT_ROWS: dict[str, tuple[tuple[bool, bool], str, str]] = {
    "open": ((False, False), "....", "~.~."),
    "closed": ((True, True), ".xx.", "x.~x"),
    "closed from now on": ((False, True), "....", "x.~x"),
    "open from now on": ((True, False), ".xx.", "~.~."),
}
"""Whether frames have no other keys; then what an optional field is that comes, and one that goes."""


@pytest.mark.parametrize("row", FLAT_ROWS)
@pytest.mark.parametrize("side", ["client", "server"])
@pytest.mark.parametrize("is_named", [False, True])
def test_keys_of_flat_frames(row: str, side: str, is_named: bool, tmp_path: Path) -> None:
    closed, added, gone = FLAT_ROWS[row]
    shapes = payload("a", a=A), payload("a", a=A, b=field(UINT))
    for name, rule, pair, verdicts in (
        ("added", "FIELD_ADDED", shapes, added),
        ("gone", "FIELD_NO_DELETE", shapes[::-1], gone),
    ):
        files = [
            flat(side, shape, is_closed, is_named=is_named)
            for shape, is_closed in zip(pair, closed, strict=True)
        ]
        changes = changes_of(files[0], files[1], tmp_path / name)
        assert_one(changes, rule, f"{side}/thing/b", wanted(side, verdicts))


def flat(side: str, expression: Data, is_closed: bool, *, is_named: bool) -> Data:
    """A schema in which payloads are the frames, and the payload of the message is a type or its own."""
    types = {"p": {**expression, "description": "P."}}
    shape = {"$ref": "p"} if is_named else expression
    files = of_side(side, shape, types if is_named else None)
    del files["protocol.yaml"]["envelope"]["payload"]
    files["protocol.yaml"]["envelope"]["closed"] = is_closed
    return files

"""Two different edits of the same thing never share a fingerprint: accepting one accepts no other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.breaking.random_schemas import load
from tests.breaking.test_table import (
    CLOSED,
    NUMBER,
    ROWS,
    TEXT,
    TYPE_ROWS,
    UINT,
    A,
    E,
    of_side,
    one_of,
    payload,
    variant,
)
from tests.voxspec.mini import Data, enum, field, integers, record, union
from voxspec.breaking.compare import compare
from voxspec.breaking.revision import Revision
from voxspec.breaking.rules import RULES
from voxspec.breaking.rules.applied import found
from voxspec.breaking.verdict import Change


@dataclass
class Edits:
    """Revisions of one schema, loaded once each."""

    folder: Path

    def revision(self, files: Data) -> Revision:
        text = json.dumps(files, sort_keys=True)
        known = self.known.setdefault(text, load(files, self.folder / str(len(self.known)), "r"))
        assert known is not None, files
        return known

    def __post_init__(self) -> None:
        self.known: dict[str, Revision | None] = {}

    def apart(self, before: Data, *after: Data) -> None:
        """That whatever is made of a schema is told from all else that is made of it.

        What an edit says must hold something that no other edit says.
        """
        old = self.revision(before)
        told: dict[frozenset[str], Data] = {}
        for files in after:
            if files == before:
                continue
            prints = frozenset(c.fingerprint for c in compare(old, self.revision(files)))
            assert prints, files
            assert prints not in told, (told[prints], files)
            told[prints] = files


TYPES: tuple[Data, ...] = (
    TEXT,
    {**TEXT, "maxLength": 9},
    {**TEXT, "maxLength": 5},
    {**TEXT, "pattern": "none"},
    {**TEXT, "pattern": "^a$"},
    {"type": ["string", "null"]},
    {"type": "string", "format": "date-time"},
    UINT,
    {**UINT, "maximum": 9},
    {**UINT, "maximum": 5},
    {**UINT, "minimum": 2, "x-unit": "s"},
    {"type": "integer", "format": "uint64"},
    NUMBER,
    {**NUMBER, "maximum": 9},
    {**NUMBER, "exclusiveMaximum": 9},
    {"type": "boolean"},
    {"type": "array", "items": TEXT},
    {"type": "array", "items": UINT},
    {"type": "array", "items": TEXT, "maxItems": 3},
    {"type": "object", "additionalProperties": TEXT},
    {"type": "object", "additionalProperties": {**TEXT, "maxLength": 3}},
    {"type": "object", "x-max-json-length": 50},
    {"type": "object", "x-max-json-length": 90},
    {"oneOf": [UINT, TEXT]},
    {"oneOf": [UINT, {**TEXT, "maxLength": 3}]},
    {"x-any-json": True},
)


@pytest.mark.parametrize("at", range(len(TYPES)))
def test_types_of_a_field(at: int, tmp_path: Path) -> None:
    files = [of_side("client", payload("a", a=field(type_))) for type_ in TYPES]
    Edits(tmp_path).apart(files[at], *files)


NAMED: tuple[Data, ...] = (
    enum("a"),
    enum("a", "b"),
    enum("a", "c"),
    integers(1),
    integers(2),
    record("a", a=A),
    record("b", b=A),
    record("a", a=field(UINT)),
    {**TEXT, "description": "S."},
    {**TEXT, "maxLength": 3, "description": "S."},
    {**UINT, "description": "F.", "x-flags": {"a": {"bit": 0, "description": "A."}}},
    {**UINT, "description": "F.", "x-flags": {"a": {"bit": 1, "description": "A."}}},
)


@pytest.mark.parametrize("at", range(len(NAMED)))
def test_what_a_name_stands_for(at: int, tmp_path: Path) -> None:
    files = [of_side("server", E, types={"e": definition}) for definition in NAMED]
    Edits(tmp_path).apart(files[at], *files)


def test_types_that_only_one_revision_has(tmp_path: Path) -> None:
    before = of_side("client", payload("a", a=field(UINT)))
    after = [of_side("client", E, types={"e": definition}) for definition in NAMED]
    Edits(tmp_path).apart(before, *after)


@pytest.mark.parametrize("more", [{}, CLOSED], ids=["open", "closed"])
@pytest.mark.parametrize("required", ["a", "a b"])
def test_fields_that_come(required: str, more: Data, tmp_path: Path) -> None:
    before = of_side("client", {**payload("a", a=A), **more})
    made = [{**payload(required, a=A, b=field(type_)), **more} for type_ in TYPES]
    Edits(tmp_path).apart(before, *(of_side("client", each) for each in made))


def test_fields_that_go(tmp_path: Path) -> None:
    """What was there is another thing each time."""
    edits = Edits(tmp_path)
    after = edits.revision(of_side("client", payload("a", a=A)))
    told = {
        next(
            c.fingerprint for c in compare(edits.revision(files), after) if c.subject.endswith("/b")
        )
        for files in (of_side("client", payload("a b", a=A, b=field(type_))) for type_ in TYPES)
    }
    assert len(told) == len(TYPES)


def test_members_of_a_choice(tmp_path: Path) -> None:
    before = of_side("client", one_of(payload("", a=A, b=A), "a", "b"))
    made = [one_of(payload("", a=A, b=A, c=field(type_)), "a", "b", "c") for type_ in (TEXT, UINT)]
    Edits(tmp_path).apart(before, *(of_side("client", each) for each in made))


def test_long_defaults(tmp_path: Path) -> None:
    files = [
        of_side("client", payload("", a=field(TEXT, default=f"{'long ' * 9}{end}")))
        for end in "xyz"
    ]
    Edits(tmp_path).apart(files[0], *files)


def test_variants_that_come(tmp_path: Path) -> None:
    known = {name: variant(name) for name in ("one", "two")}
    before = of_side("client", E, types={**known, "e": union("one", "two")})
    third = [record("k", k=variant("new")["properties"]["k"], x=field(type_)) for type_ in TYPES]
    types = ({**known, "new": new, "e": union("one", "two", "new")} for new in third)
    Edits(tmp_path).apart(before, *(of_side("client", E, types=each) for each in types))


PAYLOADS: tuple[Any, ...] = (
    False,
    payload("a", a=A),
    payload("a", a=field(UINT)),
    payload("", a=A),
    {"type": "array", "items": TEXT},
    {"type": "array", "items": UINT},
    {"$ref": "e"},
)


@pytest.mark.parametrize("at", range(len(PAYLOADS)))
def test_payloads(at: int, tmp_path: Path) -> None:
    types = {"e": enum("a")}
    files = [of_side("server", expression, types=types) for expression in PAYLOADS]
    Edits(tmp_path).apart(files[at], *files)


def deep(longest: int, **more: Data) -> Data:
    """A schema with an optional field whose type has another one in it."""
    types = {
        "box": record(inner=field({"$ref": "leaf"})),
        "leaf": {**TEXT, "maxLength": longest, "description": "L."},
    }
    return of_side("client", payload("a", a=A, b=field({"$ref": "box"}), **more), types=types)


def fingerprint_of(edits: Edits, before: Data, after: Data, subject: str) -> str:
    changes = compare(edits.revision(before), edits.revision(after))
    return next(change.fingerprint for change in changes if change.subject == subject)


def test_types_behind_types_that_one_revision_has_alone(tmp_path: Path) -> None:
    edits = Edits(tmp_path)
    none = of_side("client", payload("a", a=A))
    for pairs in [(none, deep(5)), (none, deep(9))], [(deep(5), none), (deep(9), none)]:
        told = {fingerprint_of(edits, *pair, "client/thing/b") for pair in pairs}
        assert len(told) == 2


def test_types_of_both_revisions_are_told_by_themselves(tmp_path: Path) -> None:
    """Also those that are called otherwise."""
    edits = Edits(tmp_path)
    after = deep(5, c=field({"$ref": "leaf"}))
    for made in after, json.loads(json.dumps(after).replace('"leaf"', '"leafs"')):
        changes = compare(edits.revision(deep(5)), edits.revision(made))
        (added,) = (change for change in changes if change.subject == "client/thing/c")
        assert "NamedType" in added.exact
        assert "max_length" not in added.exact


def test_messages_that_stay_readable(tmp_path: Path) -> None:
    """What could not be told of a part is told of the message, and is another each time."""
    patterns = ("^a(?=b)", "^a(?=c)", "^(?=d)", "^(?!a)b")
    files = [of_side("client", payload("a", a=field({**TEXT, "pattern": p}))) for p in patterns]
    Edits(tmp_path).apart(files[0], *files)


def test_the_rule_for_whole_messages_says_what_differs() -> None:
    rule = RULES["MESSAGE_STAYS_READABLE"]
    changes = [change for change in found(rule, rule.bad) if change.rule == rule.id]
    assert changes
    for change in changes:
        assert (change.was, change.now) == (
            "uint32 or any integer that a client gave, uint32",
            "uint64 or any integer that a client gave, uint64",
        )
        assert change.message == (
            'what has changed in "said" of the server does not go together: '
            "server/said/about, types/message_id"
        )


def test_rows_of_the_table(tmp_path: Path) -> None:
    """Each row against those that begin as it does."""
    edits = Edits(tmp_path)
    begun: dict[str, list[Data]] = {}
    for (before, after), *_ in ROWS.values():
        for one, other in ((before, after), (after, before)):
            begun.setdefault(json.dumps(one), []).append(other)
    for old, made in begun.items():
        unique = {json.dumps(each): each for each in made}.values()
        edits.apart(
            of_side("client", json.loads(old)), *(of_side("client", each) for each in unique)
        )


def test_rows_of_types(tmp_path: Path) -> None:
    edits = Edits(tmp_path)
    all_types = {json.dumps(t): t for row in TYPE_ROWS.values() for t in row[:2]}.values()
    files = [of_side("client", E, types={"e": definition}) for definition in all_types]
    for before in files:
        edits.apart(before, *files)


@pytest.mark.parametrize("id_", RULES)
def test_an_example_says_what_was_and_what_is(id_: str) -> None:
    """But for the version, of which it is said that it is the same."""
    rule = RULES[id_]
    for change in found(rule, rule.bad):
        assert (change.was != change.now) == (change.rule != "VERSION_BUMPED_ON_BREAK"), change


def test_examples_of_all_rules() -> None:
    """The same fingerprint is the same change, or else the version that is still the same."""
    told: dict[str, Change] = {}
    for rule in RULES.values():
        for change in found(rule, rule.bad):
            same = told.setdefault(change.fingerprint, change)
            if change.rule != "VERSION_BUMPED_ON_BREAK":
                assert _said(same) == _said(change)


def _said(change: Change) -> tuple[str, ...]:
    return change.rule, change.subject, change.was, change.now, change.message

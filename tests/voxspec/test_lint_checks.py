"""What the checks of voxspec lint find and pass over, besides the examples of their rules."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import (
    ANY,
    BAG,
    BASE64,
    DATE_TIME,
    NUMBER,
    UINT,
    UINT64,
    Data,
    area,
    choice,
    enum,
    field,
    flags,
    integers,
    message,
    paying,
    record,
    union,
    variant,
    write,
)
from tests.voxspec.mini import schema as mini_schema
from voxspec.lint.choose import chosen
from voxspec.lint.run import Linted, lint

TEXT: Data = {"type": "string"}
INT64: Data = {"type": "integer", "format": "int64"}


def schema(*properties_and_example: Data, types: Data | None = None, **protocol: Any) -> Data:
    """A schema that breaks no rule by itself."""
    files = mini_schema(*(properties_and_example or ({"e": field()}, {})), types=types, **protocol)
    files["protocol.yaml"]["envelope"]["sequence"]["description"] = "Far below 2^53."
    entry = files["client/main.yaml"]["messages"]["ask"]
    entry["payload"]["properties"] = {"count": field(UINT)}
    entry["payload"]["required"] = ["count"]
    entry["examples"] = [{"summary": "One", "payload": {"count": 1}}]
    return files


def linted(files: Data, folder: Path, *rules: str) -> Linted:
    return lint(write(files, folder), chosen(rules, ()))


def places(files: Data, folder: Path, *rules: str) -> list[tuple[str, str]]:
    """The rule of every finding, and what stands at its place."""
    found = []
    for finding in linted(files, folder, *rules).findings:
        line = Path(finding.where.file).read_text("utf-8").split("\n")[finding.where.line - 1]
        found.append((finding.rule, line[finding.where.column - 1 :]))
    return found


def of_client(expression: Data, **types: Data) -> Data:
    """A schema whose client sends a key."""
    files = schema(types=types or None)
    entry = files["client/main.yaml"]["messages"]["ask"]
    entry["payload"]["properties"]["e"] = field(expression)
    return files


def thing(expression: Data, **types: Data) -> Data:
    """A schema whose server sends a key."""
    return schema({"e": field(expression)}, {}, types=types or None)


def keyed(key: str, expression: Data, **types: Data) -> Data:
    """A schema whose server sends this key."""
    return schema({key: field(expression)}, {}, types=types or None)


NAMED: Data = {**UINT, "description": "I."}
MARKED: Data = {**TEXT, "x-sensitive": True, "description": "S."}
TIMED: Data = {**UINT, "x-unit": "s", "description": "T."}
OPEN_TIME: Data = {**DATE_TIME}

# What is said, the schema, the rule, and what stands at the places of the findings.
FOUND: list[tuple[str, Data, str, list[str]]] = [
    ("a text in a list", of_client({"type": "array", "items": TEXT}), "C2S_STRING_BOUNDED", ["string"]),
    ("a text in a map", of_client({"type": "object", "additionalProperties": TEXT}), "C2S_STRING_BOUNDED", ["string"]),
    ("a text of a choice", of_client(choice(TEXT, UINT)), "C2S_STRING_BOUNDED", ["string"]),
    ("a text that can be null", of_client({"type": ["string", "null"]}), "C2S_STRING_BOUNDED", ["- string"]),
    ("base64", of_client(BASE64), "C2S_STRING_BOUNDED", ["string"]),
    ("a text of a type", of_client({"$ref": "t"}, t={**TEXT, "description": "T."}), "C2S_STRING_BOUNDED", ["string"]),
    ("a text behind a type", of_client({"$ref": "bag"}, bag=BAG), "C2S_STRING_BOUNDED", ["string"]),
    ("a text behind two types", of_client({"$ref": "out"}, out=record(bag=field({"$ref": "bag"})), bag=BAG), "C2S_STRING_BOUNDED", ["string"]),
    ("a bounded text", of_client({**TEXT, "maxLength": 5}), "C2S_STRING_BOUNDED", []),
    ("a constant", of_client({**TEXT, "const": "a"}), "C2S_STRING_BOUNDED", []),
    ("a time as text", of_client(DATE_TIME), "C2S_STRING_BOUNDED", []),
    ("an enum", of_client({"$ref": "t"}, t=enum("a")), "C2S_STRING_BOUNDED", []),
    ("a text that a pattern bounds", of_client({**TEXT, "pattern": "^([a-z]{1,9}|-)$"}), "C2S_STRING_BOUNDED", []),
    ("a pattern without an end", of_client({**TEXT, "pattern": "^[a-z]+$"}), "C2S_STRING_BOUNDED", ["string"]),
    ("a pattern that is found anywhere", of_client({**TEXT, "pattern": "^[a-z]"}), "C2S_STRING_BOUNDED", ["string"]),
    ("one way without an end", of_client({**TEXT, "pattern": "^a$|^(b*)$"}), "C2S_STRING_BOUNDED", ["string"]),
    ("a map that is bounded as a whole", of_client({"type": "object", "additionalProperties": TEXT, "x-max-json-length": 99}), "C2S_STRING_BOUNDED", []),
    ("a type that is bounded as a whole", of_client({"$ref": "out", "x-max-json-length": 99}, out={**record(bag=field({"$ref": "bag"})), "x-extra": True}, bag=BAG), "C2S_STRING_BOUNDED", []),
    ("a text of the server", thing({"$ref": "bag"}, bag=BAG), "C2S_STRING_BOUNDED", []),
    ("big integers of a list", thing({"type": "array", "items": UINT64}), "BIG_INT_MARKED", ["uint64"]),
    ("a type of big integers", thing({"$ref": "t"}, t={**INT64, "description": "T."}), "BIG_INT_MARKED", ["int64"]),
    ("bounds on one side", thing({**INT64, "maximum": 5}), "BIG_INT_MARKED", ["int64"]),
    ("bounds on both sides", thing({**INT64, "maximum": 2**53 - 1, "minimum": 1 - 2**53}), "BIG_INT_MARKED", []),
    ("bounds one too far", thing({**UINT64, "maximum": 2**53}), "BIG_INT_MARKED", ["uint64"]),
    ("bounds that exclude", thing({**INT64, "exclusiveMaximum": 2**53, "exclusiveMinimum": -(2**53)}), "BIG_INT_MARKED", []),
    ("a bound that excludes too little", thing({**UINT64, "exclusiveMaximum": 2**53 + 1}), "BIG_INT_MARKED", ["uint64"]),
    ("a lower bound that excludes too little", thing({**INT64, "exclusiveMinimum": -(2**53) - 1, "maximum": 5}), "BIG_INT_MARKED", ["int64"]),
    ("said of the list", thing({"type": "array", "items": UINT64, "x-note": "Below 2^53."}), "BIG_INT_MARKED", []),
    ("said as a note", thing({**INT64, "x-note": "A big integer."}), "BIG_INT_MARKED", []),
    ("said with a power", thing({**INT64, "x-note": "Up to 2**53."}), "BIG_INT_MARKED", []),
    ("said with all digits", thing({**INT64, "x-note": "Up to 9007199254740991."}), "BIG_INT_MARKED", []),
    ("said with spaces", thing({**INT64, "x-note": "Up to 9 007 199 254 740 992."}), "BIG_INT_MARKED", []),
    ("a width of 32 bits", thing(UINT), "BIG_INT_MARKED", []),
    ("flags below", thing({"$ref": "t"}, t={**flags(a=52), "format": "int64"}), "BIG_INT_MARKED", []),
    ("flags beyond", thing({"$ref": "t"}, t={**flags(a=53), "format": "int64"}), "BIG_INT_MARKED", ["int64"]),
    ("ids in a list", keyed("user_ids", {"type": "array", "items": UINT}), "ID_USES_ID_TYPE", ["integer"]),
    ("an id in another case", keyed("userId", UINT), "ID_USES_ID_TYPE", ["integer"]),
    ("ids in another case", keyed("userIDs", {"type": "array", "items": UINT}), "ID_USES_ID_TYPE", ["integer"]),
    ("an id that can be null", keyed("id", {**UINT, "type": ["integer", "null"]}), "ID_USES_ID_TYPE", ["- integer"]),
    ("an id of a type", keyed("id", {"$ref": "t"}, t=NAMED), "ID_USES_ID_TYPE", []),
    ("an id or null", keyed("id", choice({"$ref": "t"}, {"type": "null"}), t=NAMED), "ID_USES_ID_TYPE", []),
    ("an id that is text", keyed("id", TEXT), "ID_USES_ID_TYPE", []),
    ("no id", keyed("paid", UINT), "ID_USES_ID_TYPE", []),
    ("a time by its type", keyed("sent_at", {"$ref": "t"}, t=NAMED), "TIME_HAS_UNIT", ["sent_at:"]),
    ("a time of a type with a unit", keyed("sent_at", {"$ref": "t"}, t=TIMED), "TIME_HAS_UNIT", []),
    ("a time in another case", keyed("expiresAt", UINT), "TIME_HAS_UNIT", ["expiresAt:"]),
    ("a time as a fraction", keyed("timeout", NUMBER), "TIME_HAS_UNIT", ["timeout:"]),
    ("a time as text", keyed("sent_at", OPEN_TIME), "TIME_HAS_UNIT", []),
    ("times in a list", keyed("delay", {"type": "array", "items": UINT}), "TIME_HAS_UNIT", ["delay:"]),
    ("times with units in a list", keyed("delay", {"type": "array", "items": {**UINT, "x-unit": "s"}}), "TIME_HAS_UNIT", []),
    ("a time or null, with a unit", keyed("until", {**choice({"$ref": "t"}, {"type": "null"}), "x-unit": "s"}, t=NAMED), "TIME_HAS_UNIT", []),
    ("a time or null, without one", keyed("until", choice({"$ref": "t"}, {"type": "null"}), t=NAMED), "TIME_HAS_UNIT", ["until:"]),
    ("a time or null", keyed("until", choice({"$ref": "t"}, {"type": "null"}), t=TIMED), "TIME_HAS_UNIT", []),
    ("no time", keyed("format", UINT), "TIME_HAS_UNIT", []),
    ("a time in seconds by its name", keyed("timeout_s", UINT), "TIME_HAS_UNIT", ["timeout_s:"]),
    ("a time in hours by its name", keyed("max_ttl_h", UINT), "TIME_HAS_UNIT", ["max_ttl_h:"]),
    ("a letter that is no unit", keyed("grade_s", UINT), "TIME_HAS_UNIT", []),
    ("a time by another word", keyed("slow_mode_cooldown", UINT), "TIME_HAS_UNIT", ["slow_mode_cooldown:"]),
    ("a secret in another case", keyed("apiKey", TEXT), "SECRET_MARKED", ["apiKey:"]),
    ("a key that signs", keyed("signing_key", TEXT), "SECRET_MARKED", ["signing_key:"]),
    ("a key that everybody may have", keyed("public_key", TEXT), "SECRET_MARKED", []),
    ("secrets in a list that is marked", keyed("tokens", {"type": "array", "items": TEXT, "x-sensitive": True}), "SECRET_MARKED", []),
    ("a token that is marked itself", keyed("token", {**TEXT, "x-sensitive": True}), "SECRET_MARKED", []),
    ("secrets in a list", keyed("tokens", {"type": "array", "items": TEXT}), "SECRET_MARKED", ["tokens:"]),
    ("a secret of a type", keyed("token", {"$ref": "t"}, t={**TEXT, "description": "T."}), "SECRET_MARKED", ["token:"]),
    ("a secret of a marked type", keyed("token", {"$ref": "t"}, t=MARKED), "SECRET_MARKED", []),
    ("marked secrets in a list", keyed("tokens", {"type": "array", "items": {**TEXT, "x-sensitive": True}}), "SECRET_MARKED", []),
    ("whether there is one", keyed("token", {"type": "boolean"}), "SECRET_MARKED", []),
    ("a record that is called so", keyed("token", {"$ref": "bag"}, bag=BAG), "SECRET_MARKED", []),
    ("a kind of token", keyed("token_type", TEXT), "SECRET_MARKED", []),
    ("a key that is none", keyed("keys", TEXT), "SECRET_MARKED", []),
    ("a closed envelope", schema(envelope={"closed": True}), "S2C_OBJECTS_OPEN", ["closed: true"]),
    ("a closed record of both", paying({"$ref": "t"}, {}, types={"t": {"type": "object", "additionalProperties": False, "properties": {"a": field()}, "description": "T."}}), "S2C_OBJECTS_OPEN", ["additionalProperties: false"]),
    ("any JSON", thing(ANY), "NO_ANY_OBJECT", ["x-any-json: true"]),
    ("any object", thing({"type": "object"}), "NO_ANY_OBJECT", ["object"]),
    ("an open record", thing({"$ref": "bag", "x-open": True}, bag=BAG), "NO_ANY_OBJECT", ["x-open: true"]),
    ("a map", thing({"type": "object", "additionalProperties": UINT}), "NO_ANY_OBJECT", []),
    ("two types", thing(choice(TEXT, UINT)), "NO_UNION_TYPES", ["oneOf:"]),
    ("one type or null", thing(choice({"$ref": "bag"}, {"type": "null"}), bag=BAG), "NO_UNION_TYPES", []),
    ("a tagged union", thing({"$ref": "u"}, u=union("a", "b"), a=variant({**TEXT, "const": "a"}), b=variant({**TEXT, "const": "b"})), "NO_UNION_TYPES", []),
    ("fractions in a list", thing({"type": "array", "items": NUMBER}), "NO_FLOAT", ["number"]),
    ("a key of the envelope", schema(envelope={"type": {"key": "theType"}}), "FIELD_LOWER_SNAKE", ["theType"]),
    ("emoji", keyed("😀", UINT), "FIELD_LOWER_SNAKE", ['"\\U0001F600":']),
    ("letters of another script", keyed("名前", UINT), "FIELD_LOWER_SNAKE", ["名前:"]),
    ("underscores at the ends", keyed("_a", UINT), "FIELD_LOWER_SNAKE", ["_a:"]),
    ("digits", keyed("a_1b", UINT), "FIELD_LOWER_SNAKE", []),
    ("integers as values", thing({"$ref": "t"}, t={**UINT, "x-open": False, "enum": [1], "x-enum-names": {"1": "one"}, "x-enum-descriptions": {"1": "O."}, "description": "T."}), "ENUM_VALUE_LOWER_SNAKE", []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "rule", "shown"), [f[1:] for f in FOUND], ids=[f"{f[0]}: {f[2]}" for f in FOUND]
)
def test_what_is_found(tmp_path: Path, files: Data, rule: str, shown: list[str]) -> None:
    found = places(files, tmp_path, rule)
    assert [name for name, _ in found] == [rule] * len(shown)
    for (_, line), wanted in zip(found, shown, strict=True):
        assert line.startswith(wanted)


def test_a_pattern_that_is_refused_is_not_called_unbounded(tmp_path: Path) -> None:
    files = of_client({**TEXT, "pattern": "^\\p{L}$"})
    assert [rule for rule, _ in places(files, tmp_path, "C2S_STRING_BOUNDED")] == [
        "PATTERN_PORTABLE"
    ]


def test_a_closed_envelope_of_clients_alone(tmp_path: Path) -> None:
    files = schema(envelope={"closed": True})
    del files["server/main.yaml"]
    del files["protocol.yaml"]["envelope"]["sequence"]
    del files["client/main.yaml"]["messages"]["ask"]["seq"]
    assert places(files, tmp_path, "S2C_OBJECTS_OPEN") == []


def test_a_type_is_free_where_one_use_of_it_is(tmp_path: Path) -> None:
    files = of_client({"$ref": "bag", "x-max-json-length": 99}, bag=BAG)
    files["client/main.yaml"]["messages"]["ask"]["payload"]["properties"]["f"] = field(
        {"$ref": "bag"}
    )
    (finding,) = linted(files, tmp_path, "C2S_STRING_BOUNDED").findings
    assert finding.message == 'clients may send a text of any length as "a"'


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("userIDs", "call it user_ids; where"),
        ("URLPath", "call it url_path; where"),
        ("sha256Sum", "call it sha256_sum; where"),
        ("a-b.c", "call it a_b_c; where"),
        ("2fa", "where"),
        ("名前", "where"),
    ],
)
def test_what_a_key_could_be_called(tmp_path: Path, key: str, hint: str) -> None:
    (finding,) = linted(keyed(key, UINT), tmp_path, "FIELD_LOWER_SNAKE").findings
    assert (
        finding.hint.removesuffix(
            " the wire has it so, give that as the reason of an x-lint-ignore"
        )
        == hint
    )


def test_values_in_lists_are_called_as_what_they_are_in(tmp_path: Path) -> None:
    files = of_client({"type": "array", "items": TEXT})
    (finding,) = linted(files, tmp_path, "C2S_STRING_BOUNDED").findings
    assert finding.message == 'clients may send a text of any length as "e"'


def test_a_type_is_looked_at_once_however_often_it_is_used(tmp_path: Path) -> None:
    files = of_client({"$ref": "bag"}, bag=BAG)
    files["client/more.yaml"] = area(
        "more", other=message({"a": field({"$ref": "bag"})}, {}, seq="never")
    )
    assert len(places(files, tmp_path, "C2S_STRING_BOUNDED")) == 1


def test_records_that_hold_themselves_have_an_end(tmp_path: Path) -> None:
    box: Data = {
        "type": "object",
        "properties": {"in": field({"$ref": "box"})},
        "description": "B.",
    }
    assert places(of_client({"$ref": "box"}, box=box), tmp_path, "STRICT", "DOCS", "C2S_STRING_BOUNDED") == [
        ("SINCE_PRESENT", "ask:"), ("DESCRIPTION_MESSAGE", "Ask."),
        ("SINCE_PRESENT", "thing:"), ("DESCRIPTION_MESSAGE", "A thing."),
    ]  # fmt: skip


# --- What is deprecated, reserved and shown -------------------------------------------------


def deprecated(said: str, **more: Any) -> Data:
    return schema({"old": field(TEXT, deprecated=said), "new": field(TEXT, **more)}, {})


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("Use new.", None),
        ("thing.new has it", None),
        ("Nothing takes its place.", None),
        ("There is no replacement.", None),
        ("Use ask instead.", None),
        ("It is old.", 'it names no message, key or type to be used instead of "old"'),
        ("Do not use old.", 'it names no message, key or type to be used instead of "old"'),
        ("Use newer.", 'it names no message, key or type to be used instead of "old"'),
    ],
)
def test_what_replaces_a_key(tmp_path: Path, said: str, message: str | None) -> None:
    found = linted(deprecated(said), tmp_path, "DEPRECATED_HAS_REPLACEMENT").findings
    assert [finding.message for finding in found] == ([] if message is None else [message])


def test_what_replaces_something_is_not_deprecated_itself(tmp_path: Path) -> None:
    files = deprecated("Use new.", deprecated="Nothing replaces it.")
    (finding,) = linted(files, tmp_path, "DEPRECATED_HAS_REPLACEMENT").findings
    assert finding.message == '"new", which is named instead, is deprecated as well'


def test_what_replaces_a_message(tmp_path: Path) -> None:
    files = schema()
    entry = files["client/main.yaml"]["messages"]["ask"]
    for said, count in (("Use thing.", 0), ("Use things.", 1)):
        entry["deprecated"] = said
        assert len(places(files, tmp_path, "DEPRECATED_HAS_REPLACEMENT")) == count


def test_what_replaces_something_may_be_new_on_its_own_side_alone(tmp_path: Path) -> None:
    files = schema({"old": field(TEXT, deprecated="Use newer."), "newer": field(TEXT)}, {})
    ask = files["client/main.yaml"]["messages"]["ask"]
    things = files["server/main.yaml"]["messages"]
    files["client/main.yaml"]["messages"]["newer"] = copy.deepcopy(ask)
    ask["deprecated"] = "Use newer."
    things["newer"] = {**copy.deepcopy(things["thing"]), "deprecated": "Nothing replaces it."}
    assert places(files, tmp_path, "DEPRECATED_HAS_REPLACEMENT") == []
    files["client/main.yaml"]["messages"]["newer"]["deprecated"] = "Nothing replaces it."
    (finding,) = linted(files, tmp_path, "DEPRECATED_HAS_REPLACEMENT").findings
    assert finding.message == '"newer", which is named instead, is deprecated as well'
    assert finding.where.file.endswith("client/main.yaml")


def test_numbers_that_are_reserved(tmp_path: Path) -> None:
    files = schema(
        {"e": field({"$ref": "t"})}, {}, types={"t": integers(1, 2, **{"x-reserved": ["2"]})}
    )
    assert places(files, tmp_path, "RESERVED_NOT_USED") == [("RESERVED_NOT_USED", "2")]


def test_variants_are_shown_without_keys_that_may_be_missing(tmp_path: Path) -> None:
    constant = {**TEXT, "const": "x"}
    types = {
        "u": union("a", "b"),
        "a": variant({**TEXT, "const": "a"}),
        "b": variant({**TEXT, "const": "b"}),
    }
    types["a"]["properties"]["more"] = field(constant)
    files = paying({"$ref": "u"}, {"k": "a"}, types=types)
    (finding,) = linted(files, tmp_path, "EXAMPLE_PRESENT").findings
    assert finding.message == 'no example of "thing" shows "b"'


def test_names_that_are_reserved(tmp_path: Path) -> None:
    files = schema(
        {"e": field({"$ref": "t"})}, {}, types={"t": enum("a", "b", **{"x-reserved": ["b", "c"]})}
    )
    files["client/main.yaml"]["reserved"] = ["ask", "thing"]  # the server's thing is another one
    files["server/main.yaml"]["messages"]["thing"]["payload"]["x-reserved"] = ["e", "f"]
    assert places(files, tmp_path, "RESERVED_NOT_USED") == [
        ("RESERVED_NOT_USED", "ask:"),
        ("RESERVED_NOT_USED", "e:"),
        ("RESERVED_NOT_USED", "b"),
    ]
    first = linted(files, tmp_path, "RESERVED_NOT_USED").findings[0]
    assert first.message == 'the message "ask" is reserved in client/main.yaml'


def test_examples_show_each_key_of_which_one_is_there(tmp_path: Path) -> None:
    files = schema({"a": field(), "b": field()}, {"a": "x"})
    entry = files["server/main.yaml"]["messages"]["thing"]
    del entry["payload"]["required"]
    entry["payload"]["oneOf"] = [{"required": ["a"]}, {"required": ["b"]}]
    (finding,) = linted(files, tmp_path, "EXAMPLE_PRESENT").findings
    assert finding.message == 'no example of "thing" shows "b"'
    entry["examples"].append({"summary": "Two", "payload": {"b": "x"}})
    assert places(files, tmp_path, "EXAMPLE_PRESENT") == []


# --- What is ignored ------------------------------------------------------------------------


def ignoring(rule: str, **more: Any) -> list[Data]:
    return [{"rule": rule, "reason": "It is so.", **more}]


RULE = "FIELD_LOWER_SNAKE"
IGNORED: Data = {"x-lint-ignore": ignoring(RULE)}


def odd() -> Data:
    """A schema with one odd key of a message, and one of a type."""
    bag = {**copy.deepcopy(BAG), "properties": {"oddOne": field()}}
    return schema({"oddKey": field(), "e": field({"$ref": "bag"})}, {}, types={"bag": bag})


def payload_of(files: Data) -> Data:
    found: Data = files["server/main.yaml"]["messages"]["thing"]["payload"]
    return found


@pytest.mark.parametrize(
    ("where", "left"),
    [
        (lambda files: payload_of(files)["properties"]["oddKey"], ["oddOne:"]),
        (payload_of, ["oddOne:"]),
        (lambda files: files["server/main.yaml"]["messages"]["thing"], ["oddOne:"]),
        (lambda files: files["server/main.yaml"], ["oddOne:"]),
        (lambda files: files["types.yaml"], ["oddKey:"]),
        (lambda files: files["types.yaml"]["types"]["bag"], ["oddKey:"]),
        (lambda files: files["types.yaml"]["types"]["bag"]["properties"]["oddOne"], ["oddKey:"]),
    ],
    ids=["a key", "a payload", "a message", "a file", "all types", "a type", "a key of a type"],
)
def test_a_part_may_break_a_rule_for_a_reason(tmp_path: Path, where: Any, left: list[str]) -> None:
    files = odd()
    where(files).update(IGNORED)
    assert places(files, tmp_path, "BASIC") == [(RULE, line) for line in left]
    assert linted(files, tmp_path, "BASIC").ignored == 1


def test_the_envelope_may_break_a_rule_for_a_reason(tmp_path: Path) -> None:
    files = schema(envelope={"type": {"key": "theType"}})
    files["protocol.yaml"] |= IGNORED
    assert places(files, tmp_path, "BASIC") == []


def in_the_envelope(key: str, value: Data) -> Data:
    shape = {"direction": "server", "description": "K.", "schema": value}
    return schema(envelope={"keys": {key: shape}})


def in_a_list(key: str, value: Data) -> Data:
    return schema({key: field({"type": "array", "items": value})}, {})


@pytest.mark.parametrize(
    ("rule", "key", "expression", "where"),
    [
        ("FIELD_LOWER_SNAKE", "oddKey", {"type": "boolean"}, in_the_envelope),
        ("TIME_HAS_UNIT", "timeout", UINT, in_the_envelope),
        ("TIME_HAS_UNIT", "timeout", UINT, in_a_list),
        ("SECRET_MARKED", "token", TEXT, in_the_envelope),
        ("SECRET_MARKED", "token", TEXT, in_a_list),
    ],
)
def test_what_is_said_of_a_key_may_be_ignored_beside_its_value(
    tmp_path: Path, rule: str, key: str, expression: Data, where: Any
) -> None:
    assert [name for name, _ in places(where(key, expression), tmp_path, rule)] == [rule]
    ignored = {**expression, "x-lint-ignore": ignoring(rule)}
    asked = (rule, "LINT_IGNORE_USED")
    assert places(where(key, ignored), tmp_path, *asked) == []
    assert linted(where(key, ignored), tmp_path, *asked).ignored == 1


def test_one_value_of_an_enum_may_break_a_rule(tmp_path: Path) -> None:
    rule = "ENUM_VALUE_LOWER_SNAKE"
    one = ignoring(rule, value="A") + ignoring(rule, value="c")
    files = thing({"$ref": "t"}, t=enum("A", "B", "c", **{"x-lint-ignore": one}))
    assert places(files, tmp_path, "BASIC") == [(rule, "B"), ("LINT_IGNORE_USED", f"rule: {rule}")]
    (_, unused) = linted(files, tmp_path, "BASIC").findings
    assert unused.message == f'"{rule}" is not broken by "c"'


def test_what_is_ignored_in_vain_is_said(tmp_path: Path) -> None:
    files = odd()
    payload_of(files)["properties"]["e"]["x-lint-ignore"] = [
        *ignoring(RULE),
        *ignoring("FIELD_SNAKE"),
        *ignoring("TYPE_USED"),
        *ignoring("NO_FLOAT"),  # nobody asks for it here
    ]
    found = linted(files, tmp_path, "BASIC").findings
    assert [(finding.rule, finding.message) for finding in found] == [
        (RULE, 'the key is called "oddKey"'),
        ("LINT_IGNORE_USED", '"FIELD_LOWER_SNAKE" is not broken here'),
        ("LINT_IGNORE_KNOWN", 'no rule for schema files is called "FIELD_SNAKE"'),
        ("LINT_IGNORE_KNOWN", '"TYPE_USED" cannot be ignored'),
        (RULE, 'the key is called "oddOne"'),
    ]


def test_what_may_have_been_meant_by_a_rule_that_is_none(tmp_path: Path) -> None:
    files = odd()
    payload_of(files)["x-lint-ignore"] = ignoring("no_flot") + ignoring("Q")
    found = linted(files, tmp_path, "BASIC").findings
    assert [f.hint for f in found if f.rule == "LINT_IGNORE_KNOWN"] == [
        'did you mean "NO_FLOAT"?',
        "voxspec rules lists them",
    ]


def test_keys_that_are_called_like_words_of_the_dialect(tmp_path: Path) -> None:
    names = ("properties", "examples", "default", "enum", "const", "messages", "types")
    keys = {name: {**field(), **copy.deepcopy(IGNORED)} for name in names}
    keys["x-lint-ignore"] = {**field(), **copy.deepcopy(IGNORED)}
    found = linted(schema(keys, {}), tmp_path, "BASIC")
    assert [finding.rule for finding in found.findings] == ["LINT_IGNORE_USED"] * len(names)
    assert found.ignored == 1


def test_what_stands_in_examples_ignores_nothing(tmp_path: Path) -> None:
    files = thing({"$ref": "bag"}, bag=BAG)
    more = {"e": {"a": "x", **IGNORED}}
    files["server/main.yaml"]["messages"]["thing"]["examples"] = [
        {"summary": "One", "payload": more}
    ]
    assert places(files, tmp_path, "BASIC") == []


# --- What is hostile ------------------------------------------------------------------------


def test_many_findings_at_once_are_all_said(tmp_path: Path) -> None:
    keys = {f"k{i}😀": field({"$ref": "bag"}) for i in range(2000)}
    assert len(places(schema(keys, {}, types={"bag": BAG}), tmp_path, RULE)) == 2000


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    write(schema(), tmp_path)
    (tmp_path / "server" / "huge.yaml").write_text(f"area: {'x' * (4 * 1024 * 1024)}\n", "utf-8")
    found = lint(tmp_path, chosen(("STANDARD",), ())).findings
    assert ("SCHEMA_PARSES", "the file is larger than 4 MiB") in [
        (f.rule, f.message) for f in found
    ]


def test_files_with_mistakes_are_passed_over_and_the_others_looked_at(tmp_path: Path) -> None:
    files = odd()
    write(files, tmp_path)
    for text in ("\x00", "types: [", "types: {a: 1}", "types: {a: {$ref: a}}", "a: &a [*a]"):
        (tmp_path / "types.yaml").write_text(text, "utf-8")
        found = [finding.rule for finding in lint(tmp_path, chosen((RULE,), ())).findings]
        assert found.count(RULE) == 1
        assert len(found) > 1

"""Nothing that a schema says is ignored: what would have no effect is refused, with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import (
    BAG,
    UINT,
    Data,
    area,
    choice,
    enum,
    field,
    refused,
    schema,
    thing,
    write,
)
from voxspec.findings import SchemaError
from voxspec.pipeline import load_protocol

RECORD: Data = {"type": "object", "properties": {"a": field()}, "description": "R."}


def variant(constant: str, **more: Data) -> Data:
    """A record for a union."""
    tag = field({"type": "string", "const": constant})
    return {**RECORD, "required": ["k"], "properties": {"k": tag, **more}}


def union(*names: str) -> Data:
    return {"oneOf": [{"$ref": name} for name in names], "description": "U."}


def payload(**keywords: Any) -> Data:
    """A schema whose message has these keywords in its payload."""
    files = schema({"a": field(), "b": field(), "c": field()}, {})
    entry = files["server/main.yaml"]["messages"]["thing"]
    entry["payload"].update(keywords)
    entry["examples"][0]["payload"] = {"a": "x"}
    return files


def said(files: Data, **more: object) -> Data:
    """The same with more keys in the message."""
    files = copy.deepcopy(files)
    files["server/main.yaml"]["messages"]["thing"].update(more)
    return files


def typed(expression: Data) -> Data:
    """A schema with a named type."""
    return schema({"e": field({"$ref": "t"})}, {}, types={"t": {"description": "T.", **expression}})


def unions(*names: str, **types: Data) -> Data:
    variants = {"v1": variant("1"), "v2": variant("2")}
    return schema({"u": field({"$ref": "u"})}, {}, types={**variants, **types, "u": union(*names)})


def secret_variant() -> Data:
    files = unions("v1", "v2")
    files["types.yaml"]["types"]["u"]["oneOf"][1]["x-sensitive"] = True
    return files


EMPTY: Data = {"summary": "None", "payload": {}}


def when(key: str, then: str) -> Data:
    condition = {"properties": {key: {"const": "v"}}, "required": [key]}
    return {"if": condition, "then": {"required": [then]}}


ONE_OF: Data = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
IN_VAIN: list[tuple[str, Data, list[tuple[str, str, str]]]] = [
    *(
        (
            f"{key} of items",
            thing({"type": "array", "items": {"type": "string", key: value}}),
            [("KEYWORD_APPLIES", "main.yaml", f"{key}: {shown}")],
        )
        for key, value, shown in (
            ("deprecated", "x", "x"),
            ("since", "x", "x"),
            ("x-note", "x", "x"),
            ("x-published-null", True, "true"),
        )
    ),
    *(
        (f"{key} of {noun}", typed({**type_, key: value}),
         [("KEYWORD_APPLIES", "types.yaml", f"{key}: {shown}")])
        for noun, type_ in (("an enum", enum("a")), ("a record", RECORD))
        for key, value, shown in (
            ("x-sensitive", True, "true"),
            ("x-unit", "ms", "ms"),
            ("deprecated", "x", "x"),
            ("x-published-null", True, "true"),
        )
    ),
    *(
        (f"{key} of a payload", payload(**{key: value}),
         [("KEYWORD_APPLIES", "main.yaml", f"{key}: {shown}")])
        for key, value, shown in (("x-sensitive", True, "true"), ("since", "x", "x"))
    ),
    ("a unit of text", thing({"type": "string", "x-unit": "ms"}),
     [("KEYWORD_APPLIES", "main.yaml", "x-unit: ms")]),
    ("a unit of an array", thing({"type": "array", "items": UINT, "x-unit": "ms"}),
     [("KEYWORD_APPLIES", "main.yaml", "x-unit: ms")]),
    ("openness of text", thing({"type": "string", "x-open": True}),
     [("KEYWORD_APPLIES", "main.yaml", "x-open: true")]),
    ("a length of a constant", thing({"type": "string", "const": "ab", "minLength": 3}),
     [("KEYWORD_APPLIES", "main.yaml", "minLength: 3")]),
    ("a rule that is ignored for no reason", thing({"type": "string", "x-lint-ignore": [{"rule": "X"}]}),
     [("METASCHEMA_VALID", "main.yaml", "rule: X")]),
    ("a payload that is none and optional",
     said(payload(), payload=False, payload_optional=True, examples=[{"summary": "One"}]),
     [("KEYWORD_APPLIES", "main.yaml", "payload_optional: true")]),
    ("an area without messages", {**schema(), "server/more.yaml": area("more")},
     [("METASCHEMA_VALID", "more.yaml", "{}")]),
    ("a key twice in a choice", payload(oneOf=[{"required": ["a"]}, {"required": ["a"]}]),
     [("KEYWORD_APPLIES", "main.yaml", "a")]),
    ("a condition that requires its own key", payload(**when("a", "a")),
     [("KEYWORD_APPLIES", "main.yaml", "a")]),
    ("a condition that requires one of several", payload(**ONE_OF, **when("c", "b")),
     [("KEYWORD_APPLIES", "main.yaml", "b")]),
    ("a secret variant", secret_variant(), [("KEYWORD_APPLIES", "types.yaml", "x-sensitive: true")]),
    ("a secret payload by reference",
     said(typed(RECORD), payload={"$ref": "t", "x-sensitive": True}, examples=[EMPTY]),
     [("KEYWORD_APPLIES", "main.yaml", "x-sensitive: true")]),
    ("a variant twice", unions("v1", "v2", "v1"), [("UNION_HAS_TAG", "types.yaml", "v1")]),
    ("a variant that keeps further keys", unions("v1", "v2", v1={**variant("1"), "x-extra": True}),
     [("KEYWORD_APPLIES", "types.yaml", "x-extra: true")]),
    ("a union of a union", unions("v1", "v", v=union("v2", "v3"), v3=variant("3")),
     [("UNION_HAS_TAG", "types.yaml", "v")]),
]  # fmt: skip


@pytest.mark.parametrize(("files", "found"), [r[1:] for r in IN_VAIN], ids=[r[0] for r in IN_VAIN])
def test_what_would_have_no_effect(
    tmp_path: Path, files: Data, found: list[tuple[str, str, str]]
) -> None:
    places = [
        (rule, file, shown.removeprefix("$ref: ")) for rule, file, shown in refused(files, tmp_path)
    ]
    assert places == found


def two_choices(**in_type: object) -> Data:
    """A type and a payload with a choice of the same name; the type's key "a" has more."""
    of_both: Data = {**ONE_OF, "x-one-of-name": "pick"}
    kept = {"a": field(**in_type), "b": field()}
    files = payload(**of_both)
    files["server/main.yaml"]["messages"]["thing"]["payload"]["properties"]["r"] = field(
        {"$ref": "r"}
    )
    files["types.yaml"] = {"types": {"r": {**RECORD, "properties": kept, **of_both}}}
    return files


def test_one_choice_has_one_name_for_each_key(tmp_path: Path) -> None:
    load_protocol(write(two_choices(), tmp_path / "same"))
    found = refused(two_choices(**{"x-name": "first"}), tmp_path / "other")
    assert found == [("CHOICE_IS_CLEAR", "main.yaml", "x-one-of-name: pick")]


def test_keys_of_a_choice_that_become_one_class(tmp_path: Path) -> None:
    either = {"oneOf": [{"required": ["a"]}, {"required": ["a_id"]}], "x-one-of-name": "pick"}
    files = payload(properties={"a": field(), "a_id": field()}, **either)
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, tmp_path))
    (finding,) = caught.value.findings
    assert (finding.rule, finding.message, finding.hint) == (
        "CLASS_NAME_UNIQUE",
        '"a_id" and "a" both become the Python name "APick"',
        "give the key another name with x-name",
    )
    files = payload(properties={"a": field(), "a_id": field(**{"x-name": "other"})}, **either)
    protocol = load_protocol(write(files, tmp_path))
    assert [name for _, name in protocol.choices()[0].cases] == ["APick", "OtherPick"]


@pytest.mark.parametrize("code", ["0000", "0999", "1004", "1016", "2999", "5000", "9999"])
def test_codes_with_which_no_connection_ends(tmp_path: Path, code: str) -> None:
    entry = {"name": "X", "recovery": "fatal", "description": "X."}
    files = schema()
    for good in ("1000", "1003", "1006", "1015", "3000", "4999"):
        files["close_codes.yaml"] = {"description": "C.", "close_codes": {good: entry}}
        load_protocol(write(files, tmp_path))
    files["close_codes.yaml"] = {"description": "C.", "close_codes": {code: entry}}
    ((rule, file, shown),) = refused(files, tmp_path)
    assert (rule, file, shown.strip("':")) == ("CLOSE_CODE_POSSIBLE", "close_codes.yaml", code)


ODD_FILES = [
    ("server/x.yaml", "folder", "is a folder and no file", ""),
    ("types.yaml", "folder", "is a folder and no file", "a file of this name is read"),
    ("both", "file", "is no folder", "a folder of this name holds the message files"),
    ("server/x.yaml", "link", "is a link that leads to no file", ""),
    ("server/x.txt", "file", "is no message file", "message files are called AREA.yaml"),
]


@pytest.mark.parametrize(("path", "kind", "message_", "hint"), ODD_FILES)
def test_what_is_not_the_file_that_it_is_called(
    tmp_path: Path, path: str, kind: str, message_: str, hint: str
) -> None:
    odd = write(schema(), tmp_path) / path
    match kind:
        case "folder":
            odd.mkdir()
        case "link":
            odd.symlink_to("nowhere.yaml")
        case _:
            odd.write_text("x", "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_protocol(tmp_path)
    (finding,) = caught.value.findings
    assert (finding.message, finding.where.file, finding.hint) == (message_, str(odd), hint)


def test_hidden_files_are_no_areas(tmp_path: Path) -> None:
    folder = write(schema(), tmp_path)
    (folder / "server/.main.yaml").write_text("not: an area", "utf-8")
    (folder / "server/.#main.yaml").symlink_to("nowhere")
    assert [a.name for a in load_protocol(folder).areas] == ["main", "main"]


NAMED = [
    (
        schema({"a": field(**{"x-name": "A b"})}, {}),
        '"x-name" is "A b", which does not fit the form ^[a-z][a-z0-9]*(_[a-z0-9]+)*$',
        "small letters, digits and single underscores, such as a_b",
    ),
    (
        schema(types={"Some-Thing": enum("a", "b")}),
        'the key "Some-Thing" of "types" does not fit the form ^[a-z][a-z0-9]*(_[a-z0-9]+)*$',
        "small letters, digits and single underscores, such as some_thing",
    ),
    (
        {**schema(), "close_codes.yaml": {"description": "C.", "close_codes": {"999": {}}}},
        'the key "999" of "close_codes" does not fit the form ^[0-9]{4}$',
        "four digits",
    ),
    (payload(required=["a", "b", "a"]), '"required" lists "a" twice', "delete one of them"),
    (thing(choice({"type": "string"})), '"oneOf" has 1 item, and needs at least 2', ""),
    (
        thing({"type": "string", "x-enum-names": {}}),
        '"x-enum-names" says nothing without "enum"',
        'add "enum", or delete it',
    ),
    (said(payload(), summary=""), '"summary" is empty', "One line, no full stop"),
    (said(payload(), payload=None), '"payload" must be a mapping, or false for none; got null', ""),
    (
        said(payload(), payload=False, examples=[{"summary": "One", "payload": {}}]),
        "the example is not valid: the message has no such key",
        "",
    ),
]


@pytest.mark.parametrize(("files", "message_", "hint"), NAMED)
def test_what_is_said(tmp_path: Path, files: Data, message_: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, tmp_path))
    assert (message_, hint) in [(f.message, f.hint) for f in caught.value.findings]


def test_bags_stay_right_beside_unions(tmp_path: Path) -> None:
    files = unions("v1", "v2", bag=BAG)
    files["server/main.yaml"]["messages"]["thing"]["payload"]["properties"]["b"] = field(
        {"$ref": "bag"}
    )
    load_protocol(write(files, tmp_path))

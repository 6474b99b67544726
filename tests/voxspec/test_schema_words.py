"""What is said of mistakes that people make often, and of keys in examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.voxspec.mini import (
    BAG,
    UINT,
    Data,
    choice,
    field,
    schema,
    thing,
    write,
)
from voxspec.findings import SchemaError
from voxspec.pipeline import load_protocol

UNKNOWN: list[tuple[str, Data, Any, str, str]] = [
    ("itself", field(), {"f_": 1}, "f_", 'did you mean "f"?'),
    ("none", field(), {"other": 1}, "other", "readers would not see it; leave it out"),
    ("a record", field({"$ref": "leaf"}), {"f": {"b": 1}}, "b", "readers would not see it"),
    ("a list", field({"type": "array", "items": {"$ref": "leaf"}}), {"f": [{}, {"b": 1}]}, "b", ""),
    (
        "a map",
        field({"type": "object", "additionalProperties": {"$ref": "leaf"}}),
        {"f": {"k": {"b": 1}}},
        "b",
        "",
    ),
    ("a choice", field(choice({"$ref": "leaf"}, UINT)), {"f": {"b": 1}}, "b", ""),
    (
        "published",
        field({"$ref": "leaf"}),
        {"f": {"title": "x"}},
        "title",
        'published pages show it; the wire has "a"',
    ),
    ("in a bag", field({"$ref": "bag"}), {"f": {"more": 1, "leaf": {"b": 1}}}, "b", ""),
    (
        "in an open record",
        field({"$ref": "bags", "x-open": True}),
        {"f": {"leav": {}}},
        "leav",
        "leaf",
    ),
    ("of a default", field({"$ref": "leaf"}, default={"b": 1}), {}, "b", ""),
]


@pytest.mark.parametrize(("place", "known", "example", "key", "hint"), UNKNOWN)
def test_an_unknown_key_in_an_example(
    tmp_path: Path, place: str, known: Data, example: Data, key: str, hint: str
) -> None:
    leaf: Data = {"type": "object", "properties": {"a": field()}, "description": "L."}
    leaf["published"] = [{"name": "title", "wire": "a"}]
    bag = {**BAG, "properties": {"leaf": field({"$ref": "leaf"})}}
    bags: Data = {**leaf, "properties": {"leaf": field({"$ref": "leaf"})}}
    del bags["published"]
    properties = {
        "f": known,
        "g": field({"$ref": "leaf"}),
        "h": field({"$ref": "bag"}),
        "i": field({"$ref": "bags"}),
    }
    files = schema(properties, {}, types={"leaf": leaf, "bag": bag, "bags": bags})
    examples = [{"summary": place, "payload": example}]
    files["server/main.yaml"]["messages"]["thing"]["examples"] = examples
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, tmp_path))
    (finding,) = caught.value.findings
    assert finding.rule == ("DEFAULT_VALID" if "default" in place else "EXAMPLE_VALID")
    assert f'"{key}" is no key of "' in finding.message
    assert hint in finding.hint
    line = Path(finding.where.file).read_text("utf-8").splitlines()[finding.where.line - 1]
    assert line[finding.where.column - 1 :].startswith(f"{key}:")


def test_further_keys_where_they_may_be(tmp_path: Path) -> None:
    types = {"bag": BAG, "open": {"type": "object", "properties": {"a": field()}}}
    types["open"]["description"] = "O."
    properties = {
        "bag": field({"$ref": "bag"}),
        "free": field({"type": "object"}),
        "open": field({"$ref": "open", "x-open": True}),
    }
    example = {"bag": {"more": {"b": 1}}, "free": {"c": {"d": 1}}, "open": {"e": 1}}
    load_protocol(write(schema(properties, example, types=types), tmp_path))


WHAT_THEY_ARE = (
    "messages: What the wire calls each message: any text, or of all messages an integer"
)
SAID = [
    (
        "area: a\n\ttitle: b\n",
        2,
        1,
        "no valid YAML: a tab stands where only spaces may",
        "indent with spaces",
    ),
    (
        "messages:\n  a:\n  \tb: 1\n",
        3,
        3,
        "no valid YAML: a tab stands where only spaces may",
        "indent with spaces",
    ),
    (
        "area: a\n",
        1,
        1,
        'the file lacks the keys "title", "description" and "messages"',
        WHAT_THEY_ARE,
    ),
    (
        "title: a\narea: main\ndescription: D.\nmessages: {}\n",
        4,
        11,
        '"messages" is empty',
        WHAT_THEY_ARE.partition(": ")[2],
    ),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "hint"), SAID)
def test_what_is_said_of_a_file(
    tmp_path: Path, text: str, line: int, column: int, message: str, hint: str
) -> None:
    folder = write(schema(), tmp_path)
    (folder / "server/main.yaml").write_text(text, "utf-8")
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    (finding,) = caught.value.findings
    assert (finding.where.line, finding.where.column) == (line, column)
    assert (finding.message, finding.hint) == (message, hint)


INSTEAD = [
    (
        {"type": ["string", "integer"]},
        '"type" lists several types',
        "write oneOf: [{type: string}, {type: integer, format: int64}]",
    ),
    (
        {"type": ["array", "string", "null"]},
        '"type" lists several types',
        "write oneOf: [{type: array, items: …}, {type: string}, {type: 'null'}]",
    ),
    (
        {"type": ["null", "string"]},
        '"type" lists several types',
        "write type: string, or type: [string, 'null'] where it may be null",
    ),
    (
        {"type": ["string", None]},
        '"type" lists several types',
        "write type: string, or type: [string, 'null'] where it may be null",
    ),
    (
        {"$ref": "#/types/leaf"},
        '"$ref" is "#/types/leaf", and not a name',
        "write the bare name: $ref: leaf",
    ),
    (
        {"$ref": "types.yaml#/types/leaf"},
        '"$ref" is "types.yaml#/types/leaf", and not a name',
        "write the bare name: $ref: leaf",
    ),
    ({"type": "string", "maxLength": 5.0}, '"maxLength" must be an integer; got 5.0', "write 5"),
    ({"type": "string", "maxLength": 5.5}, '"maxLength" must be an integer; got 5.5', ""),
]


@pytest.mark.parametrize(("expression", "message", "hint"), INSTEAD)
def test_what_to_write_instead(tmp_path: Path, expression: Data, message: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(thing(expression), tmp_path))
    (finding,) = caught.value.findings
    assert (finding.message, finding.hint) == (message, hint)


def test_numbers_of_other_bases_are_numbers(tmp_path: Path) -> None:
    folder = write(thing({**UINT, "maximum": 255}, 17), tmp_path)
    path = folder / "server/main.yaml"
    path.write_text(path.read_text("utf-8").replace("255", "0xFF").replace("17", "0o21"), "utf-8")
    protocol = load_protocol(folder)
    first = next(protocol.messages("server"))
    assert first.examples[0].payload == {"e": 17}

"""Keys, names, numbers and values of other schemas that are refused, with their places."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.voxspec.mini import (
    BAG,
    INT32,
    UINT,
    UINT64,
    Data,
    area,
    choice,
    enum,
    field,
    message,
    record,
    refused,
    schema,
    thing,
    write,
)
from voxspec.cli import main


def _with(files: Data, path: str, content: Data) -> Data:
    return {**files, path: content}


def _chain(length: int) -> Data:
    types = {
        f"t{i}": {
            "type": "object",
            "description": "T.",
            "properties": {"x": field({"$ref": f"t{i + 1}"}) if i < length - 1 else field()},
        }
        for i in range(length)
    }
    return schema({"x": field({"$ref": "t0"})}, {}, types=types)


SWITCH: Data = {
    "if": {"properties": {"mode": {"const": "fats"}}, "required": ["mode"]},
    "then": {"required": ["speed"]},
}
LONG = "x" * 201
REFUSED: list[tuple[str, Data, list[tuple[str, str, str]]]] = [
    *(
        (f"a key with {name}", schema({key: field()}, {}), [("KEY_READABLE", "main.yaml", shown)])
        for name, key, shown in (
            ("a quotation mark", 'q"x', 'q"x:'),
            ("a backslash", "b\\x", "b\\x:"),
            ("a control character", "c\x01", '"c\\x01":'),
        )
    ),
    (
        "an envelope key with a quotation mark",
        schema(envelope={"payload": {"key": 'd"'}}),
        [("KEY_READABLE", "protocol.yaml", 'd"')],
    ),
    (
        "envelope keys of one name",
        schema(envelope={"payload": {"key": "a-b"}, "sequence": {"key": "a.b"}}),
        [("NO_PYTHON_NAME_COLLISION", "protocol.yaml", "a.b")],
    ),
    (
        "keys of one name",
        schema({"list": field(), "list_": field()}, {}),
        [("NO_PYTHON_NAME_COLLISION", "main.yaml", "list_:")],
    ),
    (
        "a given name that another key has",
        schema({"名前": field(**{"x-name": "age"}), "age": field()}, {}),
        [("NO_PYTHON_NAME_COLLISION", "main.yaml", "age:")],
    ),
    (
        "a given name of no property",
        thing({"type": "array", "items": {"type": "string", "x-name": "a"}}),
        [("KEYWORD_APPLIES", "main.yaml", "x-name: a")],
    ),
    (
        "a given name of no value",
        schema(
            {"e": field({"$ref": "e"})}, {}, types={"e": enum("a", **{"x-enum-names": {"b": "c"}})}
        ),
        [("DESCRIPTION_ENUM_VALUE", "types.yaml", "b: c")],
    ),
    (
        "a message and another's frame",
        _with(
            schema(),
            "server/more.yaml",
            area("more", foo=message({}, {}), foo_frame=message({}, {})),
        ),
        [("CLASS_NAME_UNIQUE", "more.yaml", "foo_frame:")],
    ),
    (
        "two messages of one name in code, and so of one frame",
        _with(
            schema(), "server/more.yaml", area("more", a_b=message({}, {}), a__b=message({}, {}))
        ),
        [("CLASS_NAME_UNIQUE", "more.yaml", "a__b:")],
    ),
    (
        "a type that only holds itself",
        schema(types={"e": record(e=field({"$ref": "e"}))}),
        [("TYPE_USED", "types.yaml", "e:")],
    ),
    (
        "types that only hold each other",
        schema(types={"e": record(f=field({"$ref": "f"})), "f": record(e=field({"$ref": "e"}))}),
        [("TYPE_USED", "types.yaml", "e:")],
    ),
    (
        "types that only one holds that nothing uses",
        schema(
            types={
                "e": enum("a"),
                "f": record(e=field({"$ref": "e"}), f=field({"$ref": "f"})),
                "g": record(f=field({"$ref": "f"})),
            }
        ),
        [("TYPE_USED", "types.yaml", "g:")],
    ),
    (
        "areas of one module",
        {
            **schema(),
            "server/my-area.yaml": area("my-area", one=message({}, {})),
            "server/my_area.yaml": area("my_area", two=message({}, {})),
        },
        [("FILE_NAME_FITS", "my_area.yaml", "my_area")],
    ),
    (
        "areas that differ in case",
        _with(schema(), "server/Main.yaml", area("Main", one=message({}, {}))),
        [("FILE_NAME_FITS", "main.yaml", "main")],
    ),
    (
        "areas whose letters are composed in two ways",
        {
            **schema(),
            "client/e\u0301.yaml": area("e\u0301", one=message({}, {}, seq="never")),
            "client/\u00e9.yaml": area("\u00e9", two=message({}, {}, seq="never")),
        },
        [("FILE_NAME_FITS", "\u00e9.yaml", "\u00e9")],
    ),
    (
        "an area with a line feed",
        _with(schema(), "server/a\nb.yaml", area("a\nb", one=message({}, {}))),
        [("FILE_NAME_FITS", "a\nb.yaml", "'a")],
    ),
    (
        "a message too long for a file",
        _with(schema(), "server/more.yaml", area("more", **{LONG: message({}, {})})),
        [("FILE_NAME_FITS", "more.yaml", f"? {LONG}"[2:])],
    ),
    (
        "an area too long for a file, in UTF-8",
        _with(schema(), f"server/{'é' * 101}.yaml", area("é" * 101, one=message({}, {}))),
        [("FILE_NAME_FITS", f"{'é' * 101}.yaml", "é" * 101)],
    ),
    (
        "a page too long for a file",
        schema(pages={LONG: {"title": "T", "body": "B"}}),
        [("FILE_NAME_FITS", "protocol.yaml", LONG)],
    ),
    *(
        (
            f"a package called {name}",
            schema(python={"package": name}),
            [("NO_PYTHON_NAME_COLLISION", "protocol.yaml", name)],
        )
        for name in ("class", "json", "msgspec", "docs")
    ),
    (
        "a fraction",
        thing({"type": "string", "maxLength": 5.0}),
        [("METASCHEMA_VALID", "main.yaml", "5.0")],
    ),
    (
        "a version with a fraction",
        schema(version=1.0),
        [("METASCHEMA_VALID", "protocol.yaml", "1.0")],
    ),
    (
        "a length without end",
        thing({"type": "string", "minLength": 10**9}),
        [("METASCHEMA_VALID", "main.yaml", "1000000000")],
    ),
    (
        "a bound beyond 64 bits",
        thing({**UINT64, "maximum": 2**64}),
        [("INT_HAS_WIDTH", "main.yaml", str(2**64))],
    ),
    (
        "a minimum above the width",
        thing({**UINT, "minimum": 2**32}),
        [("INT_HAS_WIDTH", "main.yaml", str(2**32))],
    ),
    (
        "a minimum above the maximum",
        thing({**UINT, "minimum": 3, "maximum": 2}),
        [("BOUNDS_ORDERED", "main.yaml", "minimum: 3")],
    ),
    (
        "infinity",
        thing({"type": "number"}, float("inf")),
        [("SCHEMA_PARSES", "main.yaml", ".inf")],
    ),
    (
        "no number",
        thing({"type": "number"}, float("nan")),
        [("SCHEMA_PARSES", "main.yaml", ".nan")],
    ),
    (
        "a first sequence number that is none",
        schema(envelope={"sequence": {"first": 0}}),
        [("SEQ_POLICY_STATED", "protocol.yaml", "0")],
    ),
    (
        "sequence numbers that are none",
        schema(envelope={"sequence": {"schema": {"type": ["integer", "null"]}}}),
        [("SEQ_POLICY_STATED", "protocol.yaml", "type:")],
    ),
    (
        "a choice of two numbers",
        schema(
            {"e": field(choice({"$ref": "a"}, {"type": "number"}))},
            {},
            types={
                "a": {"$ref": "b", "description": "A."},
                "b": {**INT32, "description": "B."},
            },
        ),
        [("CHOICE_IS_CLEAR", "main.yaml", "type: number")],
    ),
    (
        "a choice of two numbers in choices",
        schema(
            {"e": field(choice(UINT, choice({"type": "boolean"}, {"$ref": "a"})))},
            {},
            types={"a": {**choice({"type": "number"}, {"type": "string"}), "description": "A."}},
        ),
        [("CHOICE_IS_CLEAR", "main.yaml", "oneOf:")],
    ),
    (
        "a choice of a text and anything",
        schema(
            {"e": field(choice({"type": "string"}, {"$ref": "a", "x-open": True}))},
            {},
            types={"a": BAG},
        ),
        [("CHOICE_IS_CLEAR", "main.yaml", "$ref: a")],
    ),
    (
        "a pattern and a length that leave nothing",
        thing({"type": "string", "pattern": "^[a-z]{3}$", "minLength": 4}),
        [("BOUNDS_ORDERED", "main.yaml", "^[a-z]{3}$")],
    ),
    (
        "a pattern that matches nothing",
        thing({"type": "string", "pattern": "[]"}),
        [("BOUNDS_ORDERED", "main.yaml", "'[]'")],
    ),
    (
        "a default and examples",
        thing({**UINT, "default": -1, "examples": ["abc", 1, -5]}),
        [
            ("DEFAULT_VALID", "main.yaml", "-1"),
            ("EXAMPLE_VALID", "main.yaml", "abc"),
            ("EXAMPLE_VALID", "main.yaml", "-5"),
        ],
    ),
    (
        "examples of types, items and payloads",
        schema(
            {
                "e": field({"$ref": "e"}),
                "s": field({"$ref": "s"}),
                "r": field({"$ref": "r"}),
                "a": field({"type": "array", "items": {**UINT, "default": 1.5}}),
            },
            {},
            types={
                "e": enum("a", "b", examples=["a", "c"]),
                "s": {"type": "string", "pattern": "^a$", "default": "a\n", "description": "S."},
                "r": {**BAG, "x-extra": True, "examples": [{"a": 5}]},
            },
        ),
        [
            ("DEFAULT_VALID", "main.yaml", "1.5"),
            ("EXAMPLE_VALID", "types.yaml", "c"),
            ("DEFAULT_VALID", "types.yaml", "'a"),
            ("EXAMPLE_VALID", "types.yaml", "5"),
        ],
    ),
    (
        "a condition that never holds",
        _with(
            schema(types={"mode": enum("fast", "slow")}),
            "server/main.yaml",
            area(
                "main",
                thing={
                    **message({}, {}),
                    "payload": {
                        "type": "object",
                        "properties": {"mode": field({"$ref": "mode"}), "speed": field()},
                        **SWITCH,
                    },
                },
            ),
        ),
        [("KEYWORD_APPLIES", "main.yaml", "fats")],
    ),
    (
        "a length of items",
        thing({"type": "array", "items": {"type": "object", "x-max-json-length": 9}}),
        [("KEYWORD_APPLIES", "main.yaml", "x-max-json-length: 9")],
    ),
    (
        "an example that is too long as its length is counted",
        schema(
            {
                "e": field(
                    {"type": "object", "x-max-json-length": 19, "x-json-form": "spaced-ascii"}
                )
            },
            {"e": {"a": "éé"}},
        ),
        [("EXAMPLE_VALID", "main.yaml", "a: éé")],
    ),
    ("types 41 levels deep", _chain(41), [("REF_NOT_DEEP", "types.yaml", "t0:")]),
    ("types 400 levels deep", _chain(400), [("REF_NOT_DEEP", "types.yaml", "t0:")]),
]


@pytest.mark.parametrize(("files", "found"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused_with_its_place(
    tmp_path: Path, files: Data, found: list[tuple[str, str, str]]
) -> None:
    assert refused(files, tmp_path) == found


def test_nothing_is_written_for_what_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _with(schema(), "server/more.yaml", area("more", **{LONG: message({}, {})}))
    folder, out = write(files, tmp_path / "schema"), tmp_path / "out"
    arguments = ["--schema", str(folder)]
    assert main(["generate", *arguments, "--out", str(out)]) == 1
    assert not out.exists()
    first, last = capsys.readouterr().err.splitlines()
    assert first.endswith(
        "a message name of 201 bytes is too long for the name of a file "
        "(at most 200 bytes of UTF-8)"
    )
    assert last == "1 mistake in the schema files; nothing was written"
    for command in (["generate", "--check", "--out", str(out)], ["check"], ["list"]):
        assert main([*command, *arguments]) == 1
        assert capsys.readouterr().err.splitlines()[-1] == "1 mistake in the schema files"

"""Keys, numbers, texts and patterns of other schemas: right in every target, or refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.voxspec import rendered
from tests.voxspec.mini import Data, area, field, generated, message, module_of, schema, write
from voxspec.cli import main
from voxspec.findings import SchemaError
from voxspec.pipeline import load_protocol

UINT: Data = {"type": "integer", "format": "uint32"}
UINT64: Data = {"type": "integer", "format": "uint64"}
INT32: Data = {"type": "integer", "format": "int32"}
BAG: Data = {"type": "object", "x-extra": True, "properties": {"a": field()}, "description": "B."}


def _enum(*values: str, **more: Any) -> Data:
    described = dict.fromkeys(values, "V.")
    expression = {"type": "string", "x-open": False, "enum": [*values], "description": "E."}
    return {**expression, "x-enum-descriptions": described, **more}


def _choice(*options: Data) -> Data:
    return {"oneOf": [*options]}


def _pattern(text: str, example: str, **more: Any) -> Data:
    properties = {"text": field({"type": "string", "pattern": text, **more})}
    return schema(properties, {"text": example})


EMOJI = "g🎮"
RIGHT: dict[str, Data] = {
    "emoji everywhere": schema(
        {EMOJI: field({"type": "string", "pattern": f"^{EMOJI}$"}), "e": field({"$ref": "badge"})},
        {EMOJI: EMOJI, "e": "🎮"},
        types={"badge": _enum("plain", "🎮", "🎮 two")},
        title=EMOJI,
        description=EMOJI,
        envelope={"type": {"key": "🎮t", "x-name": "kind"}, "payload": {"key": "🎮p"}},
        limits={"most": {"value": 5, "unit": EMOJI, "description": EMOJI}},
    ),
    "emoji tags": schema(
        {"u": field({"$ref": "both"})},
        {"u": {"🎮": "🎮2"}},
        types={
            **{
                name: {
                    "type": "object",
                    "description": "V.",
                    "required": ["🎮"],
                    "properties": {"🎮": field({"type": "string", "const": f"🎮{name[-1]}"})},
                }
                for name in ("v_1", "v_2")
            },
            "both": {"oneOf": [{"$ref": "v_1"}, {"$ref": "v_2"}], "description": "U."},
        },
    ),
    "an alias that is a type": schema(
        {
            "c": field({"$ref": "cargo"}),
            "v": field({"$ref": "cargo_value"}),
            "p": field({"$ref": "pennant", "x-open": True}),
            "q": field({"$ref": "pennant_or_json"}),
            "j": field({"$ref": "json"}),
        },
        {"c": {"a": "x", "more": 1}, "v": {"a": "y"}, "p": 5, "q": {"a": "z"}, "j": {"b": []}},
        types={
            "cargo": BAG,
            "json": BAG,
            "cargo_value": {**BAG, "x-extra": True},
            "pennant": {"type": "object", "properties": {"a": field()}, "description": "P."},
            "pennant_or_json": {
                "type": "object",
                "properties": {"a": field()},
                "description": "P.",
            },
        },
    ),
    "a frame that is a type": schema(
        {"s": field({"$ref": "server_frame"}), "t": field({"$ref": "server_frame_type"})},
        {"s": {"a": "x"}, "t": {"a": "y"}},
        types={"server_frame": BAG, "server_frame_type": BAG},
    ),
    "constants of an enum that are another's": schema(
        {name: field({"$ref": name}) for name in ("x", "x_set", "y", "y_keys", "y_published")},
        {"x": "a", "x_set": "b", "y": {}, "y_keys": "c", "y_published": "d"},
        types={
            "x": _enum("a", "a2"),
            "x_set": _enum("b", "b2"),
            "y_keys": _enum("c", "c2"),
            "y": {"type": "object", "properties": {"k": field()}, "description": "Y."},
            "y_published": _enum("d", "d2"),
        },
    ),
    "keys of signs and digits": schema(
        {"@2x": field(), "2": field(), "__class__": field(), "": field(), "a'": field()},
        {"@2x": "x", "2": "y", "__class__": "z", "": "", "a'": "'"},
    ),
    "an envelope of other words": schema(
        envelope={
            "type": {"key": "extra"},
            "payload": {"key": "class"},
            "sequence": {"key": "to_wire"},
        }
    ),
    "an envelope of no words": schema(
        envelope={
            "type": {"key": "種", "x-name": "kind"},
            "payload": {"key": "a/b"},
            "sequence": {"key": "2"},
        }
    ),
    "names for what has none": schema(
        {
            "名前": field(**{"x-name": "name"}),
            "年齢": field(**{"x-name": "age"}),
            "op": field({"$ref": "op"}),
        },
        {"名前": "x", "年齢": "y", "op": "="},
        types={
            "op": _enum("=", "!=", **{"x-enum-names": {"=": "equal", "!=": "not_equal"}}),
        },
    ),
    "integers of more than 63 bits": schema(
        {
            "a": field({**UINT64, "minimum": 2**63}),
            "b": field({"type": "array", "items": {**UINT64, "minimum": 2**64 - 1}}),
            "c": field({"type": "object", "additionalProperties": {**UINT64, "minimum": 2**63}}),
            "d": field(_choice({**UINT64, "minimum": 2**63}, {"type": "boolean"})),
            "e": field(_choice({"type": "array", "items": UINT64}, {"type": "string"})),
            "f": field({"type": "integer", "format": "int64", "maximum": -(2**63)}),
        },
        {
            "a": 2**63,
            "b": [2**64 - 1],
            "c": {"k": 2**64 - 1},
            "d": True,
            "e": [2**64 - 1],
            "f": -(2**63),
        },
    ),
    "choices in choices": schema(
        {
            "inline": field(_choice(UINT, _choice({"type": "string"}, {"type": "boolean"}))),
            "named": field(_choice({"$ref": "text_or_flag"}, UINT, {"type": "null"})),
            "null": field(_choice({"type": ["string", "null"]}, UINT)),
            "bags": field(_choice({"$ref": "bag"}, {"$ref": "bags"})),
            "listed": field({"type": "array", "items": _choice({"$ref": "text_or_flag"}, UINT)}),
        },
        {
            "inline": True,
            "named": "x",
            "null": None,
            "bags": [{"a": "x", "more": 1}],
            "listed": ["x", False, 3],
        },
        types={
            "bag": BAG,
            "bags": {"type": "array", "items": {"$ref": "bag"}, "description": "Bags."},
            "text_or_flag": {
                **_choice({"type": "string", "maxLength": 4}, {"type": "boolean"}),
                "description": "A choice.",
            },
        },
    ),
    "very long": schema(
        {
            "a": field({"type": "string", "minLength": 5000, "maxLength": 2**53 - 1}),
            "b": field({"type": "array", "items": UINT, "minItems": 300, "maxItems": 2**53 - 1}),
            "c": field({"type": "object", "x-max-json-length": 2**53 - 1}),
        },
        {"a": "x" * 5000},
    ),
    "very short": schema(
        {
            "a": field({"type": "string", "maxLength": 0}),
            "b": field({"type": "array", "items": UINT, "maxItems": 0}),
            "c": field({"type": "object", "additionalProperties": INT32, "x-max-json-length": 40}),
            "d": field({"$ref": "bag", "x-max-json-length": 9}),
        },
        {"a": "", "b": [], "c": {"k": 1}, "d": {}},
        types={"bag": BAG},
    ),
    "values of a default": schema(
        {"a": field({**UINT, "default": 0, "examples": [1, 2**32 - 1]})}, {"a": 5}
    ),
    "types 40 levels deep": schema(
        {"x": field({"$ref": "t0"})},
        {},
        types={
            f"t{i}": {
                "type": "object",
                "description": "T.",
                "properties": {"x": field({"$ref": f"t{i + 1}"}) if i < 39 else field()},
            }
            for i in range(40)
        },
    ),
    "types that many ways lead to": schema(
        {"x": field({"$ref": "t0"})},
        {},
        types={
            f"t{i}": {
                "type": "object",
                "description": "T.",
                "properties": {k: field({"$ref": f"t{i + 1}"}) if i < 4 else field() for k in "ab"},
            }
            for i in range(5)
        },
    ),
}
RIGHT["emoji everywhere"]["server/main.yaml"]["messages"]["other"] = message({}, {})


@pytest.mark.parametrize("files", RIGHT.values(), ids=RIGHT)
def test_all_targets_agree(tmp_path: Path, files: Data) -> None:
    with generated(files, tmp_path) as mini:
        mini.hold(draws=15)


def test_text_beyond_the_plane_is_the_same_everywhere(tmp_path: Path) -> None:
    with generated(RIGHT["emoji everywhere"], tmp_path) as mini:
        values = {member.value for member in mini.models.Badge}
        assert values == {"plain", "🎮", "🎮 two"}
        frame = {"🎮t": "thing", "🎮p": {EMOJI: EMOJI, "e": "🎮"}, "seq": 1}
        assert mini.decode("server", frame).kind == "thing"
        assert mini.bundle["$defs"]["badge"]["enum"] == ["plain", "🎮", "🎮 two"]
        docs = mini.files["docs/v1/types.md"]
        assert "🎮 two" in docs
        for text in mini.files.values():
            assert not re.search(r"\\ud83[c-e]", text)


def test_given_names_are_used(tmp_path: Path) -> None:
    with generated(RIGHT["names for what has none"], tmp_path) as mini:
        frame = {"type": "thing", "d": {"名前": "x", "年齢": "y", "op": "!="}, "seq": 1}
        thing = mini.decode("server", frame).d
        assert (thing.name, thing.age, thing.op) == ("x", "y", mini.models.Op.NOT_EQUAL)


def test_links_to_an_area_of_any_name(tmp_path: Path) -> None:
    files = schema()
    for stem in ("a b (c)#1", "café"):
        files[f"server/{stem}.yaml"] = area(stem, **{f"in_{len(stem)}": message({}, {})})
    with generated(files, tmp_path) as mini:
        links = list(rendered.links(mini.files["docs/v1/index.md"]))
        assert "server/a%20b%20%28c%29%231.md#in_9" in links
        assert "server/caf%C3%A9.md#in_4" in links
        assert rendered.broken_links(mini.files) == []


def test_a_permission_that_begins_with_a_digit(tmp_path: Path) -> None:
    files = schema()
    bits = {"2FA": {"bit": 1, "description": "P."}}
    files["permissions.yaml"] = {"description": "P.", "permissions": bits}
    with generated(files, tmp_path) as mini:
        assert mini.models.Permission.V2FA == 2
    bits["V2FA"] = {"bit": 2, "description": "P."}
    assert _refused(files, tmp_path / "again") == [
        ("NO_PYTHON_NAME_COLLISION", "permissions.yaml", "V2FA:")
    ]


def test_a_secret_in_a_list_or_choice_is_masked(tmp_path: Path) -> None:
    secret = {"type": "string", "maxLength": 3, "x-sensitive": True}
    properties = {
        "list": field({"type": "array", "items": {"$ref": "key"}}),
        "outer": field({"type": "array", "items": UINT, "x-sensitive": True}),
        "choice": field(_choice(secret, UINT)),
    }
    files = schema(properties, {}, types={"key": {**secret, "description": "K."}})
    with generated(files, tmp_path) as mini:
        payload = {"list": ["abc"], "outer": [17], "choice": "abc"}
        thing = mini.decode("server", {"type": "thing", "d": payload, "seq": 1}).d
        assert repr(thing) == "Thing(list_='***', outer='***', choice='***')"
        wrong = {"list": [4711], "outer": ["4711"], "choice": True}
        problems = mini.validate.server_frame({"type": "thing", "d": wrong, "seq": 1})
        assert [(p.rule, p.pointer) for p in problems] == [
            ("FIELD_TYPE", "/d/list/0"),
            ("FIELD_TYPE", "/d/outer/0"),
            ("FIELD_TYPE", "/d/choice"),
        ]
        assert not any("4711" in str(problem) for problem in problems)


# --- patterns ----------------------------------------------------------------------------------

PATTERNS = [
    # pattern, what matches, what does not (by ECMA-262 with the flag "u")
    (r"^[A-Z]+$", ["AB"], ["AB\n", "ab"]),
    (r"^\d+$", ["12"], ["\u0661\u0662", "12\n"]),
    (r"^\w+$", ["aZ_9"], ["\xe9", "a\n"]),
    (r"^\s$", [" ", "\u00a0", "\ufeff", "\u2028"], ["\x1c", "\x85", "\u180e"]),
    (r"^.$", ["x", "\x85", "🎮"], ["\n", "\r", "\u2028", "\u2029"]),
    (r"^[^\d\s]$", ["x", "\u0661"], ["1", "\u00a0"]),
    (r"^[\W_]$", ["_", "é"], ["a"]),
    (r"\bfoo\b", ["a foo", "éfoo"], ["afoo"]),
    (r"^(?<n>a|b)\k<n>$", ["aa", "bb"], ["ab"]),
    (r"^(a|b)\1$", ["aa"], ["ab"]),
    (r"(?<=a)b", ["ab"], ["b"]),
    (r"(?<!a)b$", ["b", "cb"], ["ab", "b\n"]),
    (r"^\u{1F3AE}\ud83c\udfae$", ["🎮🎮"], ["🎮"]),
    (r"^🎮{2}$", ["🎮🎮"], ["🎮"]),
    (r"^[🎮-🎰]$", ["🎯"], ["x"]),
    (r"^\cJ\x41\0$", ["\nA\0"], ["\nA"]),
    (r"^[\]\\^-]$", ["]", "\\", "^", "-"], ["a"]),
    (r"^[[&&~~||]$", ["[", "&", "~", "|"], ["a"]),
    (r"^(?=.*\d)[a-z0-9]{3,}$", ["ab1"], ["abc"]),
    (r"^(?!bad$)", ["x", "badly"], ["bad"]),
    (r"[\s\S]", ["x", "\n"], [""]),
]


def _judged(mini: Any, text: str) -> tuple[bool, bool]:
    """Whether validator and model accept a text."""
    frame = {"type": "thing", "d": {"text": text}, "seq": 1}
    try:
        mini.decode("server", frame)
    except ValueError:
        return not mini.errors("server", frame), False
    return not mini.errors("server", frame), True


def test_patterns_mean_what_ecma_262_means(tmp_path: Path) -> None:
    properties = {
        f"p{index}": field({"type": "string", "pattern": pattern})
        for index, (pattern, *_) in enumerate(PATTERNS)
    }
    example = {f"p{index}": right[0] for index, (_, right, _) in enumerate(PATTERNS)}
    files = schema(properties, example)
    files["server/main.yaml"]["messages"]["thing"]["payload"].pop("required")
    with generated(files, tmp_path) as mini:
        mini.hold(draws=10)
        for index, (pattern, right, wrong) in enumerate(PATTERNS):
            for text in [*right, *wrong]:
                frame = {"type": "thing", "d": {f"p{index}": text}, "seq": 1}
                accepted = text in right
                assert mini.errors("server", frame) == (
                    [] if accepted else [("FIELD_PATTERN", f"/d/p{index}")]
                )
                if accepted:
                    mini.decode("server", frame)
                    assert mini.schema_accepts("server", frame) or "b" in pattern[:2]
                else:
                    with pytest.raises(ValueError, match="regex"):
                        mini.decode("server", frame)
        said = mini.validate.server_frame({"type": "thing", "d": {"p1": "x"}, "seq": 1})
        assert said[0].message == r'"p1" must be text of the form ^\d+$; got "x"'
        schema_of = mini.bundle["$defs"]["server_thing_payload"]["properties"]
        assert schema_of["p1"]["pattern"] == "^[0-9]+$"
        assert schema_of["p8"]["pattern"] == r"^(a|b)(?:\1)$"


NO_PATTERNS = [
    (r"^x{,3}$", 'a bare "{", at character 3 (write "\\{" for it)'),
    (r"^(?P<n>a)$", "(?P<name>…) is Python's, at character 4 (write (?<name>…))"),
    (r"^(?<n>a)(?P=n)$", "(?P=name) is Python's, at character 11 (write \\k<name>)"),
    (r"(?i)^a$", '"(?i" sets a flag, which not every dialect can'),
    (r"(?i:a)", '"(?i" sets a flag, which not every dialect can'),
    (r"\Aa", '"\\A" is not in every dialect, at character 2 (write "^")'),
    (r"a\Z", '"\\Z" is not in every dialect, at character 3 (write "$")'),
    (r"^a++$", '"++" is no quantifier of ECMA-262'),
    (r"(?>a)", "there are no atomic groups in ECMA-262"),
    (r"(?#a)", "there are no comments in ECMA-262"),
    (r"^\p{L}$", '"\\p" is not in every dialect, at character 3 (write the characters as ranges'),
    (r"(?<=a+)b", "a look-behind without a fixed length"),
    (r"(a)?\1", "\\1 may stand where group 1 has no text"),
    (r"\1(a)", "\\1 may stand where group 1 has no text"),
    (r"(a)\2", "there is no group 2"),
    (r"\-", '"\\-" is not in every dialect, at character 2 (write "-" without the backslash)'),
    (r"[z-a]", "a range the wrong way round"),
    (r"[\d-x]", "a range from or to a set"),
    (r"(a", 'a "(" without ")"'),
    (r"a)", 'a ")" without "("'),
    (r"[a", 'a "[" without "]"'),
    (r"]", 'a bare "]"'),
    (r"*", '"*" with nothing before it'),
    (r"^*", '"*" after something that has no length'),
    (r"a{2,1}", '"{2,1}" has its numbers the wrong way round'),
    (r"a{99999999999999999999}", "it is too large (write smaller numbers)"),
    ("(" * 50 + ")" * 50, "groups are nested too deeply"),
    ("\\", "a backslash with nothing after it"),
]


@pytest.mark.parametrize(("pattern", "said"), NO_PATTERNS, ids=[p[:9] for p, _ in NO_PATTERNS])
def test_what_is_no_pattern_for_all(tmp_path: Path, pattern: str, said: str) -> None:
    folder = write(_pattern(pattern, "x"), tmp_path)
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    (finding,) = caught.value.findings
    assert finding.rule == "PATTERN_PORTABLE"
    assert (finding.where.line, finding.where.column) == (16, 20)
    assert f"no regular expression of ECMA-262 for all targets: {said}" in str(finding)


LENGTHS: list[tuple[str, Data, str]] = [
    (r"^[a-z]{5,40}$", {"minLength": 30, "maxLength": 31}, "a" * 30),
    (r"^(ab|c)+$", {"minLength": 7, "maxLength": 9}, "abababc"),
    (r"[0-9]", {"minLength": 3, "maxLength": 5}, "abc1"),
    (r"^a|b$", {"minLength": 4, "maxLength": 4}, "axyz"),
    (r"^[a-z]+(?:-[a-z]+){0,3}$", {"minLength": 10, "maxLength": 12}, "abc-def-gh"),
    (r"^(?=.*\d)[a-z0-9]{8,}$", {"maxLength": 12}, "abcdefg1"),
    (r"^x", {"minLength": 60}, "x" * 60),
    (r"", {"maxLength": 0}, ""),
    (r"^[ab]{2}$", {"minLength": 1, "maxLength": 2**53 - 1}, "ab"),
    (r".*", {}, ""),
    (r"^[\s\S]*$", {"minLength": 2}, "xy"),
]


def test_strategies_draw_for_a_pattern_with_a_length(tmp_path: Path) -> None:
    properties = {
        f"p{index}": field({"type": "string", "pattern": pattern, **lengths})
        for index, (pattern, lengths, _) in enumerate(LENGTHS)
    }
    example = {f"p{index}": text for index, (_, _, text) in enumerate(LENGTHS)}
    files = schema(properties, example)
    files["server/main.yaml"]["messages"]["thing"]["payload"].pop("required")
    with generated(files, tmp_path) as mini:
        mini.hold(draws=15)
        mini.each_near_miss("server", "thing")
        broken = module_of(mini, "strategies").server.MESSAGES["thing"].near_misses
        free = sum("misses" not in line for line in _string_shapes(mini, "p"))
        assert len(broken["FIELD_PATTERN"]) == len(LENGTHS) - free == len(LENGTHS) - 3


def _string_shapes(mini: Any, key: str) -> list[str]:
    """The code of the shapes that have a pattern, one each."""
    code = mini.files[f"{mini.protocol.package}/v1/strategies/server/main.py"]
    return [part for part in code.split("String(")[1:] if "pattern=" in part.split(f'"{key}')[0]]


# --- what is refused ---------------------------------------------------------------------------


def _refused(files: Data, folder: Path) -> list[tuple[str, str, str]]:
    """Rule and file of every finding, and what stands at its place."""
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, folder))
    found = []
    for finding in caught.value.findings:
        path = Path(finding.where.file)
        line = path.read_text("utf-8").split("\n")[finding.where.line - 1]
        found.append((finding.rule, path.name, line[finding.where.column - 1 :]))
    return found


def _with(files: Data, path: str, content: Data) -> Data:
    return {**files, path: content}


def _thing(expression: Data, *values: Any) -> Data:
    """A schema with one optional key, and examples of it."""
    files = schema({"e": field(expression)}, {})
    if values:
        examples = [{"summary": "One", "payload": {"e": value}} for value in values]
        files["server/main.yaml"]["messages"]["thing"]["examples"] = examples
    return files


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
        _thing({"type": "array", "items": {"type": "string", "x-name": "a"}}),
        [("KEYWORD_APPLIES", "main.yaml", "x-name: a")],
    ),
    (
        "a given name of no value",
        schema(
            {"e": field({"$ref": "e"})}, {}, types={"e": _enum("a", **{"x-enum-names": {"b": "c"}})}
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
        _thing({"type": "string", "maxLength": 5.0}),
        [("METASCHEMA_VALID", "main.yaml", "5.0")],
    ),
    (
        "a version with a fraction",
        schema(version=1.0),
        [("METASCHEMA_VALID", "protocol.yaml", "1.0")],
    ),
    (
        "a length without end",
        _thing({"type": "string", "minLength": 10**9}),
        [("METASCHEMA_VALID", "main.yaml", "1000000000")],
    ),
    (
        "a bound beyond 64 bits",
        _thing({**UINT64, "maximum": 2**64}),
        [("INT_HAS_WIDTH", "main.yaml", str(2**64))],
    ),
    (
        "a minimum above the width",
        _thing({**UINT, "minimum": 2**32}),
        [("INT_HAS_WIDTH", "main.yaml", str(2**32))],
    ),
    (
        "a minimum above the maximum",
        _thing({**UINT, "minimum": 3, "maximum": 2}),
        [("BOUNDS_ORDERED", "main.yaml", "minimum: 3")],
    ),
    (
        "infinity",
        _thing({"type": "number"}, float("inf")),
        [("SCHEMA_PARSES", "main.yaml", ".inf")],
    ),
    (
        "no number",
        _thing({"type": "number"}, float("nan")),
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
            {"e": field(_choice({"$ref": "a"}, {"type": "number"}))},
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
            {"e": field(_choice(UINT, _choice({"type": "boolean"}, {"$ref": "a"})))},
            {},
            types={"a": {**_choice({"type": "number"}, {"type": "string"}), "description": "A."}},
        ),
        [("CHOICE_IS_CLEAR", "main.yaml", "oneOf:")],
    ),
    (
        "a choice of a text and anything",
        schema(
            {"e": field(_choice({"type": "string"}, {"$ref": "a", "x-open": True}))},
            {},
            types={"a": BAG},
        ),
        [("CHOICE_IS_CLEAR", "main.yaml", "$ref: a")],
    ),
    (
        "a pattern and a length that leave nothing",
        _thing({"type": "string", "pattern": "^[a-z]{3}$", "minLength": 4}),
        [("BOUNDS_ORDERED", "main.yaml", "^[a-z]{3}$")],
    ),
    (
        "a pattern that matches nothing",
        _thing({"type": "string", "pattern": "[]"}),
        [("BOUNDS_ORDERED", "main.yaml", "'[]'")],
    ),
    (
        "a default and examples",
        _thing({**UINT, "default": -1, "examples": ["abc", 1, -5]}),
        [("EXAMPLE_VALID", "main.yaml", text) for text in ("-1", "abc", "-5")],
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
                "e": _enum("a", "b", examples=["a", "c"]),
                "s": {"type": "string", "pattern": "^a$", "default": "a\n", "description": "S."},
                "r": {**BAG, "x-extra": True, "examples": [{"a": 5}]},
            },
        ),
        [
            ("EXAMPLE_VALID", "main.yaml", "1.5"),
            ("EXAMPLE_VALID", "types.yaml", "c"),
            ("EXAMPLE_VALID", "types.yaml", "'a"),
            ("EXAMPLE_VALID", "types.yaml", "5"),
        ],
    ),
    (
        "a condition that never holds",
        _with(
            schema(types={"mode": _enum("fast", "slow")}),
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
        _thing({"type": "array", "items": {"type": "object", "x-max-json-length": 9}}),
        [("KEYWORD_APPLIES", "main.yaml", "x-max-json-length: 9")],
    ),
    ("types 41 levels deep", _chain(41), [("REF_NOT_DEEP", "types.yaml", "t0:")]),
    ("types 400 levels deep", _chain(400), [("REF_NOT_DEEP", "types.yaml", "t0:")]),
]


@pytest.mark.parametrize(("files", "found"), [r[1:] for r in REFUSED], ids=[r[0] for r in REFUSED])
def test_refused_with_its_place(
    tmp_path: Path, files: Data, found: list[tuple[str, str, str]]
) -> None:
    assert _refused(files, tmp_path) == found


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
    ("a choice", field(_choice({"$ref": "leaf"}, UINT)), {"f": {"b": 1}}, "b", ""),
    (
        "published",
        field({"$ref": "leaf"}),
        {"f": {"title": "x"}},
        "title",
        'published pages show it; the wire has "a"',
    ),
    ("in a bag", field({"$ref": "bag"}), {"f": {"more": 1, "leaf": {"b": 1}}}, "b", ""),
    ("of a default", field({"$ref": "leaf"}, default={"b": 1}), {}, "b", ""),
]


@pytest.mark.parametrize(("place", "known", "example", "key", "hint"), UNKNOWN)
def test_an_unknown_key_in_an_example(
    tmp_path: Path, place: str, known: Data, example: Data, key: str, hint: str
) -> None:
    leaf: Data = {"type": "object", "properties": {"a": field()}, "description": "L."}
    leaf["published"] = [{"name": "title", "wire": "a"}]
    bag = {**BAG, "properties": {"leaf": field({"$ref": "leaf"})}}
    properties = {"f": known, "g": field({"$ref": "leaf"}), "h": field({"$ref": "bag"})}
    files = schema(properties, {}, types={"leaf": leaf, "bag": bag})
    examples = [{"summary": place, "payload": example}]
    files["server/main.yaml"]["messages"]["thing"]["examples"] = examples
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(files, tmp_path))
    (finding,) = caught.value.findings
    assert finding.rule == "EXAMPLE_VALID"
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


# --- what the messages say -----------------------------------------------------------------------

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
    ("area: a\n", 1, 1, 'the file lacks the keys "title", "description" and "messages"', ""),
    ("title: a\narea: b\nmessages: {}\n", 1, 1, 'the file lacks the key "description"', ""),
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
    ({"type": "string", "maxLength": 5.0}, '"maxLength" must be an integer', "write 5"),
    ({"type": "string", "maxLength": 5.5}, '"maxLength" must be an integer', ""),
]


@pytest.mark.parametrize(("expression", "message", "hint"), INSTEAD)
def test_what_to_write_instead(tmp_path: Path, expression: Data, message: str, hint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_protocol(write(_thing(expression), tmp_path))
    (finding,) = caught.value.findings
    assert (finding.message, finding.hint) == (message, hint)


def test_numbers_of_other_bases_are_numbers(tmp_path: Path) -> None:
    folder = write(_thing({**UINT, "maximum": 255}, 17), tmp_path)
    path = folder / "server/main.yaml"
    path.write_text(path.read_text("utf-8").replace("255", "0xFF").replace("17", "0o21"), "utf-8")
    protocol = load_protocol(folder)
    thing = next(protocol.messages("server"))
    assert thing.examples[0].payload == {"e": 17}

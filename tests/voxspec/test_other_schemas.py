"""Keys, numbers and texts of other schemas that are right in every target."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.voxspec import rendered
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
    generated,
    message,
    refused,
    schema,
)

EMOJI = "g🎮"
PICK: Data = {"x-one-of-name": "pick", "oneOf": [{"required": ["名前"]}, {"required": ["A"]}]}


def _picking(*others: str) -> Data:
    """A message with a choice between keys that need names, beside other keys."""
    keys = {
        "名前": field(**{"x-name": "name"}),
        "A": field({"$ref": "badge"}, **{"x-name": "big_a"}),
    }
    files = schema(types={"badge": enum("a", "b")})
    entry = files["server/main.yaml"]["messages"]["thing"]
    properties = {**keys, **{key: field() for key in others}}
    entry["payload"] = {"type": "object", "properties": properties, **PICK}
    entry["examples"] = [{"summary": "One", "payload": {"名前": "x", **dict.fromkeys(others, "y")}}]
    return files


def _of_one_side(folder: str) -> Data:
    """A schema in which only this side sends anything."""
    return {
        path: content for path, content in schema().items() if path.startswith((folder, "prot"))
    }


ANY_INT64: Data = {"format": "int64", "x-relayed": "int64"}
RIGHT: dict[str, Data] = {
    "a choice between keys with names of their own": _picking("cls", "isinstance", "self", "pick_"),
    "only servers send": _of_one_side("server"),
    "only clients send": _of_one_side("client"),
    "nobody sends anything": _of_one_side("neither"),
    "relayed integers that may be null": schema(
        {
            "a": field({"type": ["integer", "null"]}, **ANY_INT64),
            "b": field({"$ref": "n"}, **{"x-relayed": "int64", "x-published-null": True}),
        },
        {"a": None},
        types={"n": {"type": "integer", "format": "int64", "maximum": 2**62, "description": "N."}},
    ),
    "a constant that is no tag": schema(
        {
            "c": field({"type": "string", "const": "x"}),
            "n": field({"type": ["string", "null"], "const": "x"}, default=None),
        },
        {"c": "x", "n": None},
    ),
    "emoji everywhere": schema(
        {EMOJI: field({"type": "string", "pattern": f"^{EMOJI}$"}), "e": field({"$ref": "badge"})},
        {EMOJI: EMOJI, "e": "🎮"},
        types={"badge": enum("plain", "🎮", "🎮 two")},
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
            "x": enum("a", "a2"),
            "x_set": enum("b", "b2"),
            "y_keys": enum("c", "c2"),
            "y": {"type": "object", "properties": {"k": field()}, "description": "Y."},
            "y_published": enum("d", "d2"),
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
            "op": enum("=", "!=", **{"x-enum-names": {"=": "equal", "!=": "not_equal"}}),
        },
    ),
    "integers of more than 63 bits": schema(
        {
            "a": field({**UINT64, "minimum": 2**63}),
            "b": field({"type": "array", "items": {**UINT64, "minimum": 2**64 - 1}}),
            "c": field({"type": "object", "additionalProperties": {**UINT64, "minimum": 2**63}}),
            "d": field(choice({**UINT64, "minimum": 2**63}, {"type": "boolean"})),
            "e": field(choice({"type": "array", "items": UINT64}, {"type": "string"})),
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
            "inline": field(choice(UINT, choice({"type": "string"}, {"type": "boolean"}))),
            "named": field(choice({"$ref": "text_or_flag"}, UINT, {"type": "null"})),
            "null": field(choice({"type": ["string", "null"]}, UINT)),
            "bags": field(choice({"$ref": "bag"}, {"$ref": "bags"})),
            "listed": field({"type": "array", "items": choice({"$ref": "text_or_flag"}, UINT)}),
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
                **choice({"type": "string", "maxLength": 4}, {"type": "boolean"}),
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
    assert refused(files, tmp_path / "again") == [
        ("NO_PYTHON_NAME_COLLISION", "permissions.yaml", "V2FA:")
    ]


def test_a_secret_in_a_list_or_choice_is_masked(tmp_path: Path) -> None:
    secret = {"type": "string", "maxLength": 3, "x-sensitive": True}
    properties = {
        "list": field({"type": "array", "items": {"$ref": "key"}}),
        "outer": field({"type": "array", "items": UINT, "x-sensitive": True}),
        "choice": field(choice(secret, UINT)),
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


def test_a_choice_beside_keys_that_its_code_needs(tmp_path: Path) -> None:
    files = RIGHT["a choice between keys with names of their own"]
    with generated(files, tmp_path) as mini:
        made = mini.models.server.Thing.from_pick(
            mini.models.types.NamePick(name="x"), cls_="c", isinstance_="i", self="s", pick_="p"
        )
        assert mini.models.frames.to_wire(made) == {
            "名前": "x",
            "cls": "c",
            "isinstance": "i",
            "self": "s",
            "pick_": "p",
        }
        assert made.pick == mini.models.types.NamePick(name="x")

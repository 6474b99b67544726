"""Every mistake in a schema file is named by rule, file, line and column; one mutation each."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.voxspec import test_refused_envelopes, test_session_mistakes, test_session_streams
from tests.voxspec.tide import SCHEMA
from voxspec.cli import main
from voxspec.findings import Finding, SchemaError
from voxspec.load.meta_schema import meta_folder
from voxspec.pipeline import load_protocol
from voxspec.rules import RULES

# file, what to replace, by what, the rule, line:column of the finding
MISTAKES = [
    ("types.yaml", "types:\n", "types: [\n", "SCHEMA_PARSES", "1:8"),
    ("types.yaml", "  tick:", "  tick: {}\n  tick:", "SCHEMA_PARSES", "3:3"),
    ("types.yaml", "format: uint64}", "formt: uint64}", "NO_UNKNOWN_KEYWORD", "2:50"),
    ("types.yaml", "{$ref: point, desc", "{$ref: pont, desc", "REF_RESOLVES", "31:22"),
    ("types.yaml", "format: uint64}", "x-unit: ms}", "INT_HAS_WIDTH", "2:3"),
    ("types.yaml", "minimum: -11000", "minimum: -9000000000", "INT_HAS_WIDTH", "3:83"),
    ("types.yaml", "minimum: -11000", "minimum: 5", "BOUNDS_ORDERED", "3:74"),
    ("types.yaml", "'^[A-Z]'", "'^[A-Z'", "PATTERN_PORTABLE", "4:101"),
    ("types.yaml", "enum: [calm, gale]", "enum: [calm, calm, gale]", "ENUM_NO_DUPLICATE", "16:18"),
    (
        "types.yaml",
        "enum: [calm, gale]",
        "enum: [calm, gale, Calm]",
        "NO_PYTHON_NAME_COLLISION",
        "16:24",
    ),
    ("types.yaml", "    x-open: true\n    enum", "    enum", "ENUM_OPENNESS_STATED", "12:3"),
    ("types.yaml", "gale: Much wind.", "gael: Much wind.", "DESCRIPTION_ENUM_VALUE", "16:18"),
    (
        "types.yaml",
        "colour: {type: string, description: Its colour.}",
        "colour: {type: object, properties: {a: {type: boolean}}, description: Its colour.}",
        "NO_INLINE_NESTED_OBJECT",
        "75:7",
    ),
    ("types.yaml", "required: [colour]", "required: [color]", "REQUIRED_IN_PROPERTIES", "73:16"),
    (
        "types.yaml",
        "      colour: {type: string, description: Its colour.}",
        "      colour: {type: string, description: Its colour.}\n"
        "      Colour: {type: string, description: The same to Python.}",
        "NO_PYTHON_NAME_COLLISION",
        "76:7",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{type: string, default: 5, description: Its colour.}",
        "DEFAULT_VALID",
        "75:39",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{type: string}",
        "DESCRIPTION_FIELD",
        "75:7",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{description: Its colour.}",
        "TYPE_EXPLICIT",
        "75:7",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{type: string, minimum: 3, description: Its colour.}",
        "KEYWORD_APPLIES",
        "75:30",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{type: string, enum: [a], description: Its colour.}",
        "ENUM_IS_NAMED",
        "75:30",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{oneOf: [{type: string}, {$ref: flag}], description: Its colour.}",
        "CHOICE_IS_CLEAR",
        "75:40",
    ),
    (
        "types.yaml",
        "{type: string, description: Its colour.}",
        "{$ref: pennant, description: Its colour.}",
        "REF_NO_CYCLE",
        "70:3",
    ),
    ("types.yaml", "const: polygon", "const: circle", "UNION_HAS_TAG", "42:29"),
    (
        "types.yaml",
        "  pennant:",
        "  unused: {description: Nobody, type: boolean}\n  pennant:",
        "TYPE_USED",
        "70:3",
    ),
    ("client/mooring.yaml", "    seq: never\n", "    seq: required\n", "SEQ_POLICY_STATED", "8:10"),
    ("client/mooring.yaml", "  moor:", "  7:", "MESSAGE_TYPE_PLAIN", "5:3"),
    (
        "client/mooring.yaml",
        "    seq: never\n",
        "    seq: never\n    keys: {id: required}\n",
        "ENVELOPE_KEY_KNOWN",
        "9:12",
    ),
    ("client/mooring.yaml", "    summary: Join a harbour\n", "", "METASCHEMA_VALID", "6:5"),
    ("client/mooring.yaml", "seq: never", "seq: sometimes", "METASCHEMA_VALID", "8:10"),
    ("client/mooring.yaml", "area: mooring", "area: morning", "AREA_MATCHES_FILE", "1:7"),
    ("both/link.yaml", "  bye:", "  moor:", "MESSAGE_NAME_UNIQUE_PER_DIRECTION", "18:3"),
    ("client/mooring.yaml", "  moor:", "  point:", "CLASS_NAME_UNIQUE", "5:3"),
    (
        "client/mooring.yaml",
        "required: [call_sign, phrase, by]",
        "required: [call_sign, phrase, by, berth]",
        "ONEOF_MEMBERS_OPTIONAL",
        "21:15",
    ),
    (
        "client/mooring.yaml",
        "not: {required: [pilot]}",
        "not: {required: [berth]}",
        "REQUIRED_IN_PROPERTIES",
        "24:13",
    ),
    ("client/mooring.yaml", "by: red, berth: 1}", "by: blue, berth: 1}", "EXAMPLE_VALID", "27:76"),
    ("client/mooring.yaml", "berth: 1}}", "berth: 1, buoy: 2}}", "EXAMPLE_VALID", "27:40"),
    (
        "client/mooring.yaml",
        "note: {a: [1]}",
        "note: {a: 0123456789012345678901234567890123456789}",
        "EXAMPLE_VALID",
        "28:119",
    ),
    ("protocol.yaml", "key: op", "key: data", "ENVELOPE_KEYS_DIFFER", "9:18"),
    ("protocol.yaml", "version: 3", "version: three", "METASCHEMA_VALID", "3:10"),
    ("protocol.yaml", "key: op", "key: o\\p", "KEY_READABLE", "8:15"),
    (
        "protocol.yaml",
        "limits:\n",
        f"pages: {{{'x' * 201}: {{title: T, body: B}}}}\nlimits:\n",
        "FILE_NAME_FITS",
        "17:9",
    ),
    (
        "types.yaml",
        "  pennant:",
        "".join(f"  c{n}: {{$ref: c{n + 1}, description: D.}}\n" for n in range(40))
        + "  c40: {type: boolean, description: D.}\n  pennant:",
        "REF_NOT_DEEP",
        "70:3",
    ),
    ("close_codes.yaml", "  4100:", "  2999:", "CLOSE_CODE_POSSIBLE", "3:3"),
    ("close_codes.yaml", "name: SUNK", "name: ADRIFT", "CLOSE_CODE_UNIQUE", "5:11"),
    (
        "close_codes.yaml",
        "ADRIFT, recovery: identify",
        "ADRIFT, recovery: resume",
        "CLOSE_CODE_RECOVERY",
        "3:34",
    ),
    (
        "close_codes.yaml",
        "RAISED: {recovery: identify",
        "RAISED: {recovery: resume",
        "CLOSE_CODE_RECOVERY",
        "8:34",
    ),
    ("permissions.yaml", "bit: 62", "bit: 0", "PERMISSION_BIT_UNIQUE", "4:18"),
]


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(SCHEMA, folder / "schema"))


def _findings(folder: Path) -> list[Finding]:
    with pytest.raises(SchemaError) as caught:
        load_protocol(folder)
    return caught.value.findings


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "place"), MISTAKES, ids=[f"{m[3]}-{m[4]}" for m in MISTAKES]
)
def test_each_mistake(tmp_path: Path, file: str, old: str, new: str, rule: str, place: str) -> None:
    folder = _copy(tmp_path)
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    found = [(f.rule, str(f.where)) for f in _findings(folder)]
    assert (rule, f"{path}:{place}") in found


def test_every_rule_has_a_mistake_that_breaks_it() -> None:
    sessions = (*test_session_mistakes.MISTAKES, *test_session_streams.MISTAKES)
    elsewhere = {rule for *_, rule, _ in sessions}
    elsewhere |= {
        rule for _, found in test_refused_envelopes.REFUSED.values() for rule, _, _ in found
    }
    loaded = {rule.id for rule in RULES.values() if rule.is_loaded}
    assert loaded == {rule for *_, rule, _ in MISTAKES} | elsewhere


def test_the_schema_without_mistakes_loads(tmp_path: Path) -> None:
    assert load_protocol(_copy(tmp_path)).name == "tide-link"


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    for file, old, new in (
        ("types.yaml", "{$ref: point, desc", "{$ref: pont, desc"),
        ("client/mooring.yaml", "{$ref: flag", "{$ref: flog"),
        ("permissions.yaml", "bit: 62", "bit: 0"),
    ):
        text = (folder / file).read_text("utf-8")
        (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    findings = _findings(folder)
    assert [f.rule for f in findings] == [
        "REF_RESOLVES",
        "PERMISSION_BIT_UNIQUE",
        "REF_RESOLVES",
    ]
    assert findings[0].hint == 'did you mean "flag"?'


def test_a_file_that_is_no_utf8(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "types.yaml").write_bytes(b"types:\n  a: \xff\n")
    assert [(f.rule, str(f.where), f.message) for f in _findings(folder)] == [
        ("SCHEMA_PARSES", f"{folder / 'types.yaml'}:2:1", "the file is not UTF-8")
    ]


def test_types_are_not_called_unused_for_a_file_that_is_broken(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "server/harbour.yaml"
    path.write_text(path.read_text("utf-8").replace("    summary: Something", "    sumary: Some"))
    assert {f.rule for f in _findings(folder)} == {"NO_UNKNOWN_KEYWORD", "METASCHEMA_VALID"}


def test_every_unused_type_is_named(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "types.yaml"
    more = "".join(f"  unused_{n}: {{description: Nobody, type: boolean}}\n" for n in (1, 2))
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    assert [f.rule for f in _findings(folder)] == ["TYPE_USED", "TYPE_USED"]


def _only(tmp_path: Path, file: str, old: str, new: str) -> tuple[str, str, str]:
    """The only finding after one replacement: rule, line:column, message."""
    folder = _copy(tmp_path)
    path = folder / file
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    (finding,) = _findings(folder)
    return finding.rule, str(finding.where).removeprefix(f"{path}:"), finding.message


def test_a_number_without_end(tmp_path: Path) -> None:
    assert _only(tmp_path, "protocol.yaml", "value: 12", "value: 1e999") == (
        "SCHEMA_PARSES",
        "18:27",
        "the number is too large",
    )


def test_a_published_name_of_nothing(tmp_path: Path) -> None:
    assert _only(tmp_path, "server/harbour.yaml", "wire: by_deck", "wire: by_dek") == (
        "REQUIRED_IN_PROPERTIES",
        "31:31",
        '"by_dek" is not among the properties',
    )


def test_the_length_of_a_record_that_forgets_keys(tmp_path: Path) -> None:
    old = "{$ref: pennant, x-open: true, desc"
    rule, _, message = _only(
        tmp_path, "server/harbour.yaml", old, "{$ref: pennant, x-max-json-length: 9, desc"
    )
    assert (rule, message) == ("KEYWORD_APPLIES", '"x-max-json-length" applies to objects only')


def test_an_alias(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(9))
    (folder / "close_codes.yaml").write_text(bomb, "utf-8")
    found = {f.message for f in _findings(folder) if f.rule == "SCHEMA_PARSES"}
    assert found == {"an alias stands for another part of the file"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("type.yaml", 'did you mean "types.yaml"?'),
        ("sever/a.yaml", 'did you mean "server"?'),
        ("server/rooms.yml", "message files are called AREA.yaml"),
        ("server/deep/a.yaml", "message files are called AREA.yaml"),
    ],
)
def test_nothing_in_the_folder_is_passed_over(tmp_path: Path, name: str, hint: str) -> None:
    folder = _copy(tmp_path)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("", "utf-8")
    (folder / ".hidden").write_text("", "utf-8")
    assert [(f.rule, f.hint) for f in _findings(folder)] == [("SCHEMA_PARSES", hint)]


def test_two_areas_of_one_name(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    text = (folder / "client/mooring.yaml").read_text("utf-8")
    (folder / "client/link.yaml").write_text(text.replace("area: mooring", "area: link"), "utf-8")
    (folder / "client/mooring.yaml").unlink()
    assert [(f.rule, str(f.where)) for f in _findings(folder)] == [
        ("AREA_MATCHES_FILE", f"{folder / 'both/link.yaml'}:1:7")
    ]


def test_a_lone_surrogate(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    path = folder / "types.yaml"
    text = path.read_text("utf-8").replace("Counts up.", '"Counts \\ud800 up."', 1)
    path.write_text(text, "utf-8")
    assert {f.rule for f in _findings(folder)} == {"SCHEMA_PARSES"}


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "types.yaml").write_text("types: " + "[" * 500 + "]" * 500, "utf-8")
    assert "nested too deeply" in [f.message for f in _findings(folder)]


def test_a_value_inside_itself_is_refused(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "types.yaml").write_text("types: &a\n  b: *a\n", "utf-8")
    assert ("SCHEMA_PARSES", 2) in [(f.rule, f.where.line) for f in _findings(folder)]


def test_yaml_words_are_not_booleans_and_big_integers_stay_exact(tmp_path: Path) -> None:
    protocol = load_protocol(_copy(tmp_path))
    flag = protocol.type("flag")
    assert [v.value for v in flag.values] == ["red", "no", "two-tone"]  # type: ignore[union-attr]
    ping = next(m for m in protocol.messages("client") if m.type == "ping")
    assert ping.examples[2].payload == {"nonce": 2**64 - 1}


def test_the_command_prints_findings_and_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = _copy(tmp_path)
    path = folder / "permissions.yaml"
    path.write_text(path.read_text("utf-8").replace("bit: 62", "bit: 0"), "utf-8")
    assert main(["check", "--schema", str(folder)]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        f'{path}:4:18: error[PERMISSION_BIT_UNIQUE] "SCUTTLE" and "STEER" are both bit 0\n'
        "1 mistake in the schema files\n"
    )


def test_a_folder_without_a_protocol(tmp_path: Path) -> None:
    findings = _findings(tmp_path)
    assert [f.rule for f in findings] == ["SCHEMA_PARSES"]
    assert findings[0].message == f"there is no protocol.yaml in {tmp_path}"


def test_the_meta_schemas_are_valid_json_schema() -> None:
    import json

    import jsonschema

    files = sorted(meta_folder().glob("*.schema.json"))
    assert [f.name for f in files] == [
        f"{n}.schema.json"
        for n in "close_codes expression messages permissions protocol session types".split()
    ]
    for file in files:
        document = json.loads(file.read_text("utf-8"))
        assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema.Draft202012Validator.check_schema(document)
